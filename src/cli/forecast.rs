//! `pfsim forecast`: what is to come of a running deal?

use super::known::Known;
use super::progress::with_progress;
use super::simulation::Simulation;
use super::{Context, Failure, stdout};
use crate::export::data;
use crate::report::{forecast, forecast_text};
use crate::study;

/// What is to come of a running deal, given the results so far: payments, returns, thresholds, and what was learnt about the program
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim forecast my-deal.toml --results so-far.toml --as-of 2027-06-30\n  \
    pfsim forecast my-deal.toml --results so-far.toml --json | jq '.figures[] | {label, plan, forecast}'")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    #[command(flatten)]
    known: Known,
}

/// Makes the forecast.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    if !arguments.known.is_given() {
        return Err(Failure::Usage("a forecast is of a deal that is running: give the results so far, --results FILE".into()));
    }
    let (scenario, options) = arguments.simulation.load_knowing(&arguments.known, context)?;
    let deal = &scenario.deal;
    let found = with_progress(&options, context, |options| study::forecast::forecast(deal, options))?;
    let told = forecast::forecast(deal, &found);
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &told),
        None => forecast_text::text(deal, &told, options.trials_of(deal)),
    })
}
