//! `pfsim settle`: what does a published result pay?

use std::path::PathBuf;

use clap::ValueHint;
use jiff::civil::Date;

use super::progress::with_progress;
use super::{Context, Failure, ScenarioArguments, page as file, stdout};
use crate::deal::{Results, SoFar};
use crate::engine;
use crate::export::data::{self, About};
use crate::report::{page, settlement, settlement_text, status, status_text};
use crate::results::{self, Given};
use crate::scenario::Scenario;
use crate::study::{self, Options, SAMPLE};

/// Settle a deal on published results: who pays what and why, and what each investor earns; of a running deal, where it stands
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim settle scenarios/closed/denver-supportive-housing.toml --results tests/worked/denver-supportive-housing/results.toml\n  \
    pfsim settle my-deal.toml --results results.toml --json | jq .total\n  \
    pfsim settle my-deal.toml --results results.toml --backtest         was that a usual result?\n  \
    pfsim settle my-deal.toml --results so-far.toml --as-of 2027-06-30  where a running deal stands")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Results file in TOML: what the evaluator published
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    results: PathBuf,
    /// The day as of which a running deal is looked at, such as 2027-06-30: results that are reported later may be missing
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Write where a running deal stands as a page of two sides too
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    html: Option<PathBuf>,
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
    match results::load_given(&arguments.results, &scenario.deal, arguments.as_of)? {
        Given::Complete(results) => settled(arguments, &scenario, &results, context),
        Given::SoFar(so_far) => stands(arguments, &scenario, &so_far, context),
    }
}

/// A deal with all its results.
fn settled(arguments: &Arguments, scenario: &Scenario, results: &Results, context: &Context) -> Result<(), Failure> {
    if arguments.html.is_some() {
        let message = "--html is a page on where a running deal stands: say the day with --as-of, or in the results file";
        return Err(Failure::Usage(message.into()));
    }
    let deal = &scenario.deal;
    let settled = engine::settle(deal, results);
    let mut settlement = settlement::settlement(&settled);
    if arguments.backtest {
        let places = with_progress(&Options::default(), context, |options| study::backtest(deal, &settled, options))?;
        settlement = settlement.among(&places);
    }
    if arguments.json {
        let trials = arguments.backtest.then(|| deal.trials.min(SAMPLE as u64));
        let about = About::new(scenario, trials, trials.map(|_| deal.seed));
        return stdout::write(&data::text(&about, &settlement));
    }
    stdout::write(&settlement_text::text(&settled, &settlement))
}

/// A deal that is running.
fn stands(arguments: &Arguments, scenario: &Scenario, so_far: &SoFar, context: &Context) -> Result<(), Failure> {
    if arguments.backtest {
        let message = format!(
            "--backtest compares what a whole deal came to with simulated futures, and as of {} this one goes on: leave out --backtest, or \
             the day",
            so_far.as_of
        );
        return Err(Failure::Usage(message));
    }
    let deal = &scenario.deal;
    let status = status::status(deal, &study::status::status(deal, so_far));
    if let Some(path) = &arguments.html {
        let page = page::status::html(deal, &status, &scenario.hash()).map_err(|error| Failure::Io(error.to_string()))?;
        file::write(path, &page, page::status::is_one, ["status", "where the deal stands"], context)?;
    }
    if arguments.json {
        return stdout::write(&data::text(&About::new(scenario, None, None), &status));
    }
    stdout::write(&status_text::text(deal, &status))
}
