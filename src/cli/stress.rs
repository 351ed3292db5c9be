//! `pfsim stress`: what if it goes badly, and what has to happen for it?

use super::known::Known;
use super::progress::with_progress;
use super::simulation::{Simulation, asked};
use super::{Context, Failure, estimate, stdout};
use crate::export::data;
use crate::report::stress as report;
use crate::study::{self, kept, questions};

/// Stress tests: recession, no effect, low enrolment, delay, cost, records, payors and sites that stop; and reverse stress: what has to
/// happen for investors to lose, or a cap to bind
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim stress my-deal.toml\n  \
    pfsim stress my-deal.toml --of payors.total.p95 --of investors.loss --for 'payor.\"State\".cap_binds'")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    #[command(flatten)]
    known: Known,
    /// Figure that is shown under every stress; repeatable
    #[arg(long = "of", value_name = "FIGURE")]
    of: Vec<String>,
    /// Chance that is explained, such as investors.loss; repeatable; loss of investors and caps that bind if absent
    #[arg(long = "for", value_name = "CHANCE")]
    chances: Vec<String>,
}

/// Makes the pack and the reverse stress.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options) = arguments.simulation.load_knowing(&arguments.known, context)?;
    let deal = &scenario.deal;
    let figures = asked(deal, &arguments.of, questions::under_stress, questions::figure)?;
    let chances = asked(deal, &arguments.chances, questions::misfortunes, questions::chance)?;
    let trials = options.trials_of(deal);
    estimate::room("this study", kept::inputs(deal, figures.len(), trials), context)?;
    let found = with_progress(&options, context, |options| study::stress_test(&scenario, &figures, &chances, options))?;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Stress::new(deal, &figures, &found)),
        None => report::text(deal, &figures, &found.base, &found.stressed, &found.reverse, trials),
    })
}
