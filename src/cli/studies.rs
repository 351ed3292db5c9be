//! `pfsim layers`, `pfsim power` and `pfsim readiness`: one scenario, looked at from other sides.

use super::known::Known;
use super::progress::with_progress;
use super::simulation::Simulation;
use super::{Context, Failure, stdout};
use crate::deal::Deal;
use crate::export::data;
use crate::report::{layers, power, readiness};
use crate::scenario::Scenario;
use crate::study::{self, Options, RunError};

/// Where the risk comes from: how much of each headline number's variance is due to knowledge, economy, operation, people, measurement
/// and counterparty
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim layers my-deal.toml\n  \
    pfsim layers my-deal.toml --trials 100_000 --json | jq '.figures.\"payors.total\"'")]
pub struct LayersArguments {
    #[command(flatten)]
    simulation: Simulation,
}

/// What the evaluation can tell: false-positive rate, power for the promised effect, and payments at effects between
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim power my-deal.toml\n  \
    pfsim power my-deal.toml --promised 0.10         the effect that the provider promises, in the outcome's units")]
pub struct PowerArguments {
    #[command(flatten)]
    simulation: Simulation,
    #[command(flatten)]
    known: Known,
    /// The promised effect, in the units of the outcome (0.1 is 10 points), above zero for the better; the mean of what the scenario says if
    /// absent
    #[arg(long, value_name = "EFFECT", allow_negative_numbers = true, value_parser = finite)]
    promised: Option<f64>,
}

/// Is the deal ready? A committed payor, data, partnerships, evidence: how strong each is, and what its weakness costs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim readiness my-deal.toml\n  \
    pfsim readiness my-deal.toml --partners 0.4      others bear 40% of the cost per participant")]
pub struct ReadinessArguments {
    #[command(flatten)]
    simulation: Simulation,
    /// Share of the cost per participant that partners could bear, 0 to 1, to see what partnerships are worth
    #[arg(long, value_name = "SHARE", default_value_t = study::PARTNERS, value_parser = share)]
    partners: f64,
}

fn finite(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| "write a number such as 0.1".into())
}

fn share(text: &str) -> Result<f64, String> {
    finite(text).ok().filter(|value| (0.0..=1.0).contains(value)).ok_or_else(|| "write a share such as 0.25".into())
}

/// Loads the scenario and makes the study.
fn study<T>(
    simulation: &Simulation,
    known: &Known,
    context: &Context,
    study: impl FnOnce(&Deal, &Options) -> Result<T, RunError>,
) -> Result<(Scenario, Options, T), Failure> {
    let (scenario, options) = simulation.load_knowing(known, context)?;
    let found = with_progress(&options, context, |options| study(&scenario.deal, options))?;
    Ok((scenario, options, found))
}

/// Prints the layers of risk.
pub fn layers(arguments: &LayersArguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options, found) = study(&arguments.simulation, &Known::default(), context, study::layers)?;
    let deal = &scenario.deal;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Layers::new(deal, &found)),
        None => layers::text(deal, &found, options.trials_of(deal)),
    })
}

/// Prints what the evaluation can tell.
pub fn power(arguments: &PowerArguments, context: &Context) -> Result<(), Failure> {
    let promised = arguments.promised;
    let (scenario, options, found) =
        study(&arguments.simulation, &arguments.known, context, |deal, options| study::power(deal, promised, options))?;
    let deal = &scenario.deal;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Power::new(deal, &found)),
        None => power::text(deal, &found, options.trials_of(deal)),
    })
}

/// Prints the four signals.
pub fn readiness(arguments: &ReadinessArguments, context: &Context) -> Result<(), Failure> {
    let partners = arguments.partners;
    let (scenario, options, found) =
        study(&arguments.simulation, &Known::default(), context, |deal, options| study::readiness(deal, partners, options))?;
    let deal = &scenario.deal;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Readiness::new(&found)),
        None => readiness::text(deal, &found, options.trials_of(deal)),
    })
}
