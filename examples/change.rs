//! Changes a term of a contract, and finds what that moves, from whom to whom; then a change that cannot be, with its problems as data.
//!
//! `cargo run --example change`

use std::error::Error;

use pfsim::{LoadError, Memory, Options, STARTER, Scenario};

/// Runs the example.
pub fn main() -> Result<(), Box<dyn Error>> {
    let signed = Scenario::parse(STARTER, Memory::default())?;
    let offered = signed.with(["payor.\"City\".cap = 2_000_000", "tranche.\"bank loan\".coupon = 0.06"])?;
    let between = signed.compare(&offered, &Options::default().trials(2_000))?;
    for clause in &between.parts.clauses {
        println!("{}: {:?}, not {:?}", clause.path, clause.to, clause.from);
    }
    for (party, moved) in between.found.parties.iter().zip(&between.found.total.moved) {
        println!("{party:?} has {:.2} more on average", *moved as f64 / 100.0);
    }
    match signed.with(["payor.\"City\".cap = -1"]) {
        Err(LoadError::Invalid(problems)) => {
            for problem in &problems.problems {
                println!("{}: {} ({})", problem.code, problem.message, problem.help.as_deref().unwrap_or("no help"));
            }
            Ok(())
        }
        _ => Err("a cap below zero was taken".into()),
    }
}
