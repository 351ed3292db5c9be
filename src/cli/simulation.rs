//! What the studies of one scenario have in common: the scenario, trials, seed, and the figures that are asked for.

use super::{Context, Failure, ScenarioArguments, estimate};
use crate::deal::Deal;
use crate::export::data::About;
use crate::metrics::Catalogue;
use crate::quantity::grouped;
use crate::question::Question;
use crate::scenario::Scenario;
use crate::study::Options;

/// How many futures, and which.
#[derive(Debug, clap::Args)]
pub struct Futures {
    /// Number of trials; the scenario's own if absent (of two, that of the first)
    #[arg(long, value_name = "N", value_parser = number)]
    trials: Option<u64>,
    /// Seed of every random draw; the scenario's own if absent (of two, that of the first)
    #[arg(long, value_name = "N", value_parser = number)]
    seed: Option<u64>,
}

impl Futures {
    /// How a study of `deal` is made: the trials, at least 1, and the seed of the command line, otherwise those of `deal`.
    ///
    /// # Errors
    /// [`Failure::Usage`] where no trial is asked for, or more than can be simulated.
    pub fn of(&self, deal: &Deal) -> Result<Options, Failure> {
        match self.trials.unwrap_or(deal.trials) {
            0 => Err(Failure::Usage("--trials must be at least 1".into())),
            trials => estimate::possible(trials).map(|()| Options::default().trials(trials).seed(self.seed.unwrap_or(deal.seed))),
        }
    }
}

/// A whole number that may be written 1_000_000 or 1e6.
pub fn number(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let exact = |value: f64| ((0.0..=9e15).contains(&value) && value.fract() == 0.0).then_some(value as u64);
    plain.parse().ok().or_else(|| plain.parse().ok().and_then(exact)).ok_or_else(|| "write a whole number such as 20_000".into())
}

/// A whole number from `LOW` to `HIGH`, written like any other [`number`].
pub fn from_to<T: TryFrom<u64>, const LOW: u64, const HIGH: u64>(text: &str) -> Result<T, String> {
    let bounds = || format!("write a whole number from {} to {}", grouped(LOW), grouped(HIGH));
    let found = number(text).ok().filter(|value| (LOW..=HIGH).contains(value));
    found.and_then(|value| T::try_from(value).ok()).ok_or_else(bounds)
}

/// A scenario and how it is simulated.
#[derive(Debug, clap::Args)]
pub struct Simulation {
    #[command(flatten)]
    pub scenario: ScenarioArguments,
    #[command(flatten)]
    pub futures: Futures,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

impl Simulation {
    /// The scenario, and how it is studied.
    pub fn load(&self, context: &Context) -> Result<(Scenario, Options), Failure> {
        let scenario = self.scenario.load(context)?;
        let options = self.futures.of(&scenario.deal)?;
        Ok((scenario, options))
    }

    /// What a document about `scenario` begins with, where JSON is wanted.
    pub fn about<'a>(&'a self, scenario: &'a Scenario, options: &Options) -> Option<About<'a>> {
        self.json.then(|| self.head(scenario, options))
    }

    /// What a document about `scenario` begins with.
    pub fn head<'a>(&'a self, scenario: &'a Scenario, options: &Options) -> About<'a> {
        let (trials, seed) = (options.trials_of(&scenario.deal), options.seed_of(&scenario.deal));
        About::new(scenario, &self.scenario.set, Some(trials), Some(seed))
    }
}

/// The figures that are asked for; what payors pay and whether investors lose where none are.
pub fn questions(deal: &Deal, names: &[String]) -> Result<Vec<Question>, Failure> {
    if names.is_empty() {
        return Ok(existing(deal, &["payors.total.mean", "investors.loss"]));
    }
    names.iter().map(|name| question(deal, name)).collect()
}

/// Those of `names` that the deal has.
pub fn existing(deal: &Deal, names: &[impl AsRef<str>]) -> Vec<Question> {
    let catalogue = Catalogue::new(deal);
    names.iter().map(|name| Question::new(name.as_ref())).filter(|question| catalogue.asked(question).is_some()).collect()
}

/// A figure of the deal by name.
pub fn question(deal: &Deal, name: &str) -> Result<Question, Failure> {
    let question = Question::new(name);
    match super::sweep::knows(deal, &question) {
        Ok(()) => Ok(question),
        Err(help) => Err(Failure::Usage(format!("{} has no figure `{name}`: {help}", deal.name))),
    }
}
