//! `pfsim settle`: what does a published result pay?

use std::path::PathBuf;

use clap::ValueHint;

use super::{Failure, ScenarioArguments, stdout};
use crate::engine;
use crate::report::settlement;
use crate::scenario;

/// Settle a deal on published results: who pays what and why, and what every investor makes of it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim settle scenarios/closed/denver-supportive-housing.toml --results tests/worked/denver-supportive-housing/results.toml\n  \
    pfsim settle my-deal.toml --results results.toml --json | jq .total")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Results file in TOML: what the evaluator published
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    results: PathBuf,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
}

/// Settles the deal and prints every line of it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let deal = scenario::load(&arguments.scenario.scenario, &arguments.scenario.set)?.deal;
    let results = scenario::results::load(&arguments.results, &deal)?;
    let settled = engine::settle(&deal, &results);
    let settlement = settlement::settlement(&settled);
    if arguments.json {
        let json = settlement::json(&settlement).map_err(|error| Failure::Io(format!("cannot write JSON: {error}")))?;
        return stdout::write(&json);
    }
    stdout::write(&settlement::text(&settled, &settlement))
}
