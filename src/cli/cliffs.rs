//! `pfsim cliffs`: where does a price invite to look at single successes, and what would cost the same without steps?

use std::path::PathBuf;

use clap::ValueHint;

use super::progress::with_progress;
use super::results;
use super::simulation::Simulation;
use super::{Context, Failure, stderr, stdout};
use crate::export::bundles::of_prices;
use crate::export::data;
use crate::report::cliffs as report;
use crate::store::manifest::Label;
use crate::study::{self, Prices};

/// What does one more success pay? Cliffs, flats and falls of every payment, and a price without steps for the same money
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim cliffs my-deal.toml\n  \
    pfsim cliffs my-deal.toml --times 5              only where one more success pays 5 times the average\n  \
    pfsim cliffs my-deal.toml --out cliffs           with a chart for each payment")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// How many times the average price of a success one more must pay to be a cliff
    #[arg(long, value_name = "TIMES", default_value_t = study::TIMES, value_parser = times)]
    times: f64,
    /// Also write text, JSON and charts to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

fn times(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|times| (1.0..=1e6).contains(times)).ok_or_else(|| "write a number from 1 on, such as 3".into())
}

/// Looks at every payment, prints, and writes the folder if one is named.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options) = arguments.simulation.load(context)?;
    let deal = &scenario.deal;
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "cliffs")).transpose()?;
    let prices = with_progress(&options, context, |options| study::prices(&scenario, arguments.times, options))?;
    let Prices { ranges, smooth, trials } = &prices;
    let written = workspace.map_or(Ok(()), |workspace| {
        let shown = workspace.shown().to_string();
        let label = Label::new("cliffs", &deal.name, &scenario.hash());
        results::write(workspace, &label, of_prices(&scenario, &prices, arguments.times, &options), Vec::new(), context)?;
        if !context.quiet {
            stderr::line(&format!("Charts are in {shown}"));
        }
        Ok(())
    });
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Cliffs::new(deal, ranges, smooth)),
        None => report::text(deal, ranges, smooth, arguments.times, *trials),
    })?;
    written
}
