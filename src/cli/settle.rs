//! `pfsim settle`: what does a published result pay?

use std::path::PathBuf;

use clap::ValueHint;

use super::progress::with_progress;
use super::{Context, Failure, ScenarioArguments, stdout};
use crate::engine;
use crate::export::data::{self, About};
use crate::report::{settlement, settlement_text};
use crate::results;
use crate::study::{self, Options, SAMPLE};

/// Settle a deal on published results: who pays what and why, and what each investor earns
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim settle scenarios/closed/denver-supportive-housing.toml --results tests/worked/denver-supportive-housing/results.toml\n  \
    pfsim settle my-deal.toml --results results.toml --json | jq .total\n  \
    pfsim settle my-deal.toml --results results.toml --backtest         was that a usual result?")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Results file in TOML: what the evaluator published
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    results: PathBuf,
    /// Simulate the scenario too, and say at which percentile of the trials the result lies
    #[arg(long)]
    backtest: bool,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
}

/// Settles the deal and prints every line of it.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = arguments.scenario.load(context)?;
    let deal = &scenario.deal;
    let results = results::load(&arguments.results, deal)?;
    let settled = engine::settle(deal, &results);
    let mut settlement = settlement::settlement(&settled);
    if arguments.backtest {
        let places = with_progress(&Options::default(), context, |options| study::backtest(deal, &settled, options))?;
        settlement = settlement.among(&places);
    }
    if arguments.json {
        let trials = arguments.backtest.then(|| deal.trials.min(SAMPLE as u64));
        let about = About::new(&scenario, trials, trials.map(|_| deal.seed));
        return stdout::write(&data::text(&about, &settlement));
    }
    stdout::write(&settlement_text::text(&settled, &settlement))
}
