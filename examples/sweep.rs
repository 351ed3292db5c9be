//! Many scenarios from one, in memory: no file is read, none is written.
//!
//! `cargo run --example sweep`

use std::error::Error;

use pfsim::{Memory, Options, STARTER, Sweep};

const SWEEP: &str = r#"
[sweep]
name = "The price of a placement"
scenarios = ["deal.toml"]
metrics = ["payors.total.mean", "investors.loss"]
trials = 500

[[axis]]
name = "price"
levers = ['payment."placements".price.per_unit']
range = { from = 3_000, to = 6_000, steps = 4 }
"#;

/// Runs the example.
pub fn main() -> Result<(), Box<dyn Error>> {
    let sweep = Sweep::parse(SWEEP, Memory::default().with("deal.toml", STARTER))?;
    let rows = sweep.run(&Options::default())?;
    for row in &rows {
        let price = &sweep.point(row.index).levels[0].label;
        let [paid, loss] = [row.values[0][0], row.values[1][0]];
        println!("{price}: payors pay {paid:.0}, investors lose in {:.0}% of futures", loss * 100.0);
    }
    let files = sweep.bundle(&rows);
    println!("{}", files.text("answer.txt").ok_or("no answer")?);
    Ok(())
}
