//! `pfsim check`: is the scenario right, and what does it say?

use std::path::PathBuf;

use clap::ValueHint;

use super::{Failure, stdout};
use crate::report::check;
use crate::scenario::{self, LoadError};

/// Find every problem of scenario files, or read them back in sentences
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pfsim check my-deal.toml\n  pfsim check scenarios/*/*.toml --quiet")]
pub struct Arguments {
    /// Scenario files in TOML; - is standard input
    #[arg(required = true, value_hint = ValueHint::FilePath, value_name = "FILE")]
    scenarios: Vec<PathBuf>,
    /// Change a value before it is checked, in TOML; repeatable
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
}

/// Checks each file; the problems of all are reported together.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut invalid = Vec::new();
    let mut texts = Vec::new();
    for path in &arguments.scenarios {
        match scenario::load(path, &arguments.set) {
            Ok(scenario) => texts.push(check::text(&scenario.deal)),
            Err(LoadError::Invalid(problems)) => invalid.push(problems),
            Err(error) => return Err(error.into()),
        }
    }
    stdout::write(&texts.join("\n"))?;
    if invalid.is_empty() { Ok(()) } else { Err(Failure::Invalid(invalid)) }
}
