//! Reads a scenario, simulates it, and asks the run by name.
//!
//! `cargo run --example run`

use std::error::Error;

use pfsim::{Memory, Options, STARTER, Scenario};

/// Runs the example.
pub fn main() -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::parse(STARTER, Memory::default())?;
    let run = scenario.run(&Options::default().trials(2_000))?;
    for name in ["payors.total.mean", "payors.total.p95", "investors.loss"] {
        let estimate = run.ask(name).ok_or("the deal has no such figure")?;
        println!("{name}: {:.4} (standard error {:.4})", estimate.value, estimate.error.unwrap_or(0.0));
    }
    println!("{} numbers and {} chances in all", run.metrics.len(), run.chances.len());
    Ok(())
}
