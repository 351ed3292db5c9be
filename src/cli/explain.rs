//! `pfsim explain`: the ledger of one trial.

use super::known::Known;
use super::progress::with_progress;
use super::values::number;
use super::{Context, Failure, ScenarioArguments, stderr, stdout};
use crate::export::data::{self, About};
use crate::report::ledger;
use crate::study::{self, Options};
use crate::words::count::grouped;

/// Follow the people and the money through one trial
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim explain my-deal.toml --trial 17\n  \
    pfsim explain my-deal.toml --at p10                                  a future in which payors pay little\n  \
    pfsim explain my-deal.toml --at p5 --by 'tranche.\"senior loan\".gain'   a bad one for that investor")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    #[command(flatten)]
    known: Known,
    /// Number of the trial, from 0
    #[arg(long, value_name = "N", value_parser = number, conflicts_with = "at", required_unless_present = "at")]
    trial: Option<u64>,
    /// The trial at a percentile, such as p10, among the first 20,000
    #[arg(long, value_name = "pNN", value_parser = percentile)]
    at: Option<f64>,
    /// The metric that orders the trials
    #[arg(long, value_name = "METRIC", default_value = "payors.total")]
    by: String,
    /// Seed of every random draw; the file's own if absent
    #[arg(long, value_name = "N", value_parser = number)]
    seed: Option<u64>,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
}

fn percentile(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.strip_prefix(['p', 'P']).unwrap_or(text).parse().ok();
    number.filter(|percent| (0.0..=100.0).contains(percent)).map(|percent| percent / 100.0).ok_or_else(|| "write p0 to p100".into())
}

/// Prints the trial.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = arguments.known.of(arguments.scenario.load(context)?)?;
    let deal = &scenario.deal;
    let seed = arguments.seed.unwrap_or(deal.seed);
    let number = match (arguments.trial, arguments.at) {
        (Some(number), _) => number,
        (None, at) => {
            let (options, share) = (Options::default().seed(seed), at.unwrap_or(0.5));
            with_progress(&options, context, |options| study::find_trial(deal, &arguments.by, share, options))?
        }
    };
    if number >= deal.trials && !context.quiet {
        let (all, last) = (grouped(deal.trials), grouped(deal.trials - 1));
        stderr::line(&format!(
            "Trial {} is none of the {all} that the scenario asks for (0 to {last}): only a longer run has it",
            grouped(number)
        ));
    }
    let trial = study::trace(deal, seed, number);
    if arguments.json {
        let about = About::new(&scenario, Some(1), Some(seed));
        return stdout::write(&data::text(&about, &data::Explain::new(deal, &trial)));
    }
    stdout::write(&ledger::text(deal, &trial))
}
