//! `pfsim sensitivity`: which input matters?

use std::path::PathBuf;

use clap::ValueHint;

use super::progress::with_progress;
use super::results;
use super::simulation::{Simulation, asked};
use super::values::from_to;
use super::{Context, Failure, estimate, stdout};
use crate::deal::Deal;
use crate::export::bundles::of_sensitivity;
use crate::export::data;
use crate::report::sensitivity::text;
use crate::scenario::Scenario;
use crate::store::manifest::Label;
use crate::study::sensitivity::{Move, PATHS, moves};
use crate::study::{self, kept, questions};

/// Which input matters? Every uncertain input low and high, its share of the risk, its effect step by step
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim sensitivity my-deal.toml\n  \
    pfsim sensitivity my-deal.toml --of payors.total.p95 --of investors.loss --trials 100_000\n  \
    pfsim sensitivity my-deal.toml --move 'payor.\"State\".cap=1_000_000..2_000_000'   a lever between two values of your own")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// Figure that is looked at, such as investors.loss or payors.total.p95; repeatable
    #[arg(long = "of", value_name = "FIGURE")]
    of: Vec<String>,
    /// Also move a lever or any plain number between two values; repeatable
    #[arg(long = "move", value_name = "PATH=FROM..TO")]
    moves: Vec<String>,
    /// Paths of the screening, at least 2
    #[arg(long, value_name = "N", default_value_t = PATHS, value_parser = from_to::<u32, 2, 10_000>)]
    paths: u32,
    /// Folder for the results and the charts; none are written if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// Asks all four questions of every figure.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options) = arguments.simulation.load(context)?;
    let deal = &scenario.deal;
    let figures = asked(deal, &arguments.of, questions::usual, questions::figure)?;
    let mut all = moves(deal);
    for text in &arguments.moves {
        all.push(moved(&scenario, text)?);
    }
    let trials = options.trials_of(deal);
    estimate::room("this study", kept::inputs(deal, figures.len(), trials), context)?;
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "sensitivity")).transpose()?;
    let found = with_progress(&options, context, |options| study::sensitivity(deal, &all, &figures, arguments.paths, options))?;
    let written = workspace.map_or(Ok(()), |workspace| {
        let label = Label::new("sensitivity", &deal.name, &scenario.hash());
        results::write(workspace, &label, of_sensitivity(&scenario, &found, &options), Vec::new(), context)
    });
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Sensitivity::new(deal, &found)),
        None => text(deal, &found, trials),
    })?;
    written
}

/// The scenario with a plain number at two values.
fn moved(scenario: &Scenario, text: &str) -> Result<Move, Failure> {
    let wrong =
        || Failure::Usage(format!("cannot move `{text}`: write it as PATH=FROM..TO, as in 'payor.\"State\".cap=1_000_000..2_000_000'"));
    let (path, range) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = range.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.trim().replace('_', "").parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(wrong);
    let deal = |value: &str| -> Result<Deal, Failure> { Ok(scenario.changed(&[format!("{}={}", path.trim(), value.trim())])?) };
    Ok(Move { name: path.trim().into(), values: [number(from)?, number(to)?], deals: [deal(from)?, deal(to)?] })
}
