//! Makes a whole report in memory: what a service would send, or a page in a browser show.
//!
//! `cargo run --example report`

use std::error::Error;

use pfsim::{Memory, Options, STARTER, Scenario};

/// Runs the example.
pub fn main() -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::parse(STARTER, Memory::default())?;
    let dossier = scenario.dossier(&Options::default().trials(600))?;
    let files = scenario.bundle(&dossier);
    for file in &files.files {
        println!("{} ({} bytes)", file.name, file.bytes.len());
    }
    for what in &files.left_out {
        println!("left out: {what}");
    }
    println!("{}", files.text("memo.txt").ok_or("no memo")?);
    Ok(())
}
