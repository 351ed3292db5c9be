//! `pfsim forecast`: what is to come of a running deal?

use std::path::PathBuf;

use clap::ValueHint;

use super::known::Known;
use super::progress::with_progress;
use super::simulation::Simulation;
use super::{Context, Failure, page as file, stdout};
use crate::export::data;
use crate::report::figures::running;
use crate::report::page::forecast::{self as page, Pictures};
use crate::report::{forecast, forecast_text};
use crate::study;

/// What is to come of a running deal, given the results so far: payments, returns, thresholds, and what was learnt about the program
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim forecast my-deal.toml --results so-far.toml --as-of 2027-06-30\n  \
    pfsim forecast my-deal.toml --results so-far.toml --html forecast.html\n  \
    pfsim forecast my-deal.toml --results so-far.toml --json | jq '.figures[] | {label, plan, forecast}'")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    #[command(flatten)]
    known: Known,
    /// Write the forecast as a page with charts too
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    html: Option<PathBuf>,
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
    if let Some(path) = &arguments.html {
        let failed = |error: &dyn core::fmt::Display| Failure::Io(error.to_string());
        let paid = running::paid(deal, found.so_far.through, &found.run, &found.plan).map_err(|error| failed(&error))?;
        let pictures = Pictures { paid, inputs: running::inputs(&told).map_err(|error| failed(&error))? };
        let page = page::html(deal, &told, &pictures, options.trials_of(deal), &scenario.hash()).map_err(|error| failed(&error))?;
        file::write(path, &page, page::is_one, ["forecast", "what is to come"], context)?;
    }
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &told),
        None => forecast_text::text(deal, &told, options.trials_of(deal)),
    })
}
