//! `pfsim stress`: what if it goes badly, and what has to happen for it?

use super::progress::with_progress;
use super::simulation::{Simulation, existing, question};
use super::{Context, Failure, stdout};
use crate::deal::Deal;
use crate::export::data;
use crate::metrics::{Asked, Catalogue};
use crate::question::Question;
use crate::report::stress as report;
use crate::study;

/// What if it goes badly? Recession, no effect, too few people, delay, cost, records, payors and sites that stop; and reverse: what has to
/// happen for investors to lose, or a cap to bind
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim stress my-deal.toml\n  \
    pfsim stress my-deal.toml --of payors.total.p95 --of investors.loss --for 'payor.\"State\".cap_binds'")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// Figure that is shown under every stress; repeatable
    #[arg(long = "of", value_name = "FIGURE")]
    of: Vec<String>,
    /// Chance that is explained, such as investors.loss; repeatable; loss of investors and caps that bind if absent
    #[arg(long = "for", value_name = "CHANCE")]
    chances: Vec<String>,
}

/// Makes the pack and the reverse stress.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options) = arguments.simulation.load(context)?;
    let deal = &scenario.deal;
    let questions = if arguments.of.is_empty() {
        let usual = ["payors.total.mean", "payors.total.p95", "investors.loss", "investors.gain.mean", "program.shortfall_chance"];
        existing(deal, &usual)
    } else {
        super::simulation::questions(deal, &arguments.of)?
    };
    let chances = chances(deal, &arguments.chances)?;
    let trials = options.trials_of(deal);
    super::estimate::room("this study", 2 * deal.inputs().len() as u64 + questions.len() as u64, trials, context)?;
    let found = with_progress(&options, context, |options| study::stress_test(&scenario, &questions, &chances, options))?;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Stress::new(deal, &questions, &found)),
        None => report::text(deal, &questions, &found.base, &found.stressed, &found.reverse, trials),
    })
}

/// The chances that are to be explained.
fn chances(deal: &Deal, names: &[String]) -> Result<Vec<Question>, Failure> {
    if names.is_empty() {
        let caps =
            deal.payors.iter().flat_map(|payor| ["cap", "yearly_limit"].map(|limit| format!("payor.\"{}\".{limit}_binds", payor.name)));
        let caps = caps.chain(["deal.cap_binds".to_string()]);
        return Ok(existing(deal, &core::iter::once("investors.loss".to_string()).chain(caps).collect::<Vec<_>>()));
    }
    let catalogue = Catalogue::new(deal);
    let chance = |name: &String| {
        let question = question(deal, name)?;
        match catalogue.asked(&question) {
            Some(Asked::Chance(_)) => Ok(question),
            _ => Err(Failure::Usage(format!("`{name}` is a number: name a chance, such as investors.loss"))),
        }
    };
    names.iter().map(chance).collect()
}
