//! `pfsim cliffs`: where does a price invite to look at single successes, and what would cost the same without steps?

use std::path::PathBuf;

use clap::ValueHint;

use super::results::{self, Made};
use super::run::with_progress;
use super::simulation::Simulation;
use super::{Context, Failure, stderr, stdout};
use crate::experiment::pieces::{Piece, with_pieces};
use crate::export::data;
use crate::quantity::Money;
use crate::report::cliffs::{self as report, Smooth};
use crate::scenario::Scenario;
use crate::store::manifest::Label;
use crate::study::{self, Options};

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
    #[arg(long, value_name = "TIMES", default_value_t = 3.0, value_parser = times)]
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
    let (scenario, trials, seed) = arguments.simulation.load(context)?;
    let deal = &scenario.deal;
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "cliffs")).transpose()?;
    let (ranges, smooth) = with_progress(trials, context, |progress| -> Result<_, Failure> {
        let options = Options { trials, seed, audit: false, stop: &context.stop, progress };
        let ranges = study::cliffs(deal, arguments.times, &options)?;
        let quiet = Options { progress: &|_| {}, ..options };
        let mut smooth = Vec::new();
        for range in &ranges {
            smooth.extend(smoother(&scenario, range.payment, &quiet)?);
        }
        Ok((ranges, smooth))
    })?;
    let text = report::text(deal, &ranges, &smooth, arguments.times, trials);
    let json = data::text(&arguments.simulation.head(&scenario, trials, seed), &data::Cliffs::new(deal, &ranges, &smooth));
    let written = workspace.map_or(Ok(()), |workspace| {
        let files = vec![("summary.json".to_string(), json.clone().into_bytes()), ("cliffs.txt".to_string(), text.clone().into_bytes())];
        let mut made = Made::from(files);
        made.add("the charts", report::pictures(deal, &ranges));
        let shown = workspace.shown().to_string();
        let label = Label::new("cliffs", &deal.name, &scenario.hash());
        results::write(workspace, &label, made, Vec::new(), context)?;
        if !context.quiet {
            stderr::line(&format!("Charts are in {shown}"));
        }
        Ok(())
    });
    stdout::write(if arguments.simulation.json { &json } else { &text })?;
    written
}

/// A price without steps, read again from the changed file and simulated; none where it does not hold its cost within a standard error.
fn smoother(scenario: &Scenario, payment: usize, options: &Options<'_>) -> Result<Option<Smooth>, Failure> {
    let deal = &scenario.deal;
    let Some(found) = study::smoother(deal, payment, options)? else { return Ok(None) };
    let major = |minor: f64| minor / deal.currency.minor_units() as f64;
    let per = if found.points { 100.0 } else { 1.0 };
    let trim = |value: f64| (value * 1e6).round() / 1e6;
    let pieces: Vec<Piece> = found.lines.iter().map(|&[from, slope]| Piece { from, slope: trim(major(slope) / per) }).collect();
    let first = deal.currency.major(Money(found.otherwise as i64));
    let (price, text) = with_pieces(&scenario.text, &deal.payments[payment].name, first, &pieces, found.points)
        .map_err(|error| Failure::NotMet(format!("{error}; this is a fault of pfsim, please report it with the scenario")))?;
    let smooth = scenario.parse(&text).map_err(|problems| Failure::Invalid(vec![problems]))?;
    let dearer = study::dearer(deal, &smooth, options)?;
    let holds = dearer[0].abs() <= dearer[1] || dearer[0].abs() < 1.0;
    Ok(holds.then_some(Smooth { payment, price, dearer }))
}
