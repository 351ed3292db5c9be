//! What the studies of one scenario have in common: the scenario, trials, seed, and the figures that are asked for.

use super::known::Known;
use super::values::number;
use super::{Context, Failure, ScenarioArguments, estimate};
use crate::deal::Deal;
use crate::export::data::About;
use crate::question::Question;
use crate::scenario::Scenario;
use crate::study::Options;
use crate::study::questions::QuestionError;

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
    /// Whether any of them is said on the command line.
    pub fn are_given(&self) -> bool {
        self.trials.is_some() || self.seed.is_some()
    }

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
        self.load_knowing(&Known::default(), context)
    }

    /// The same with what is known of a running deal.
    pub fn load_knowing(&self, known: &Known, context: &Context) -> Result<(Scenario, Options), Failure> {
        let scenario = known.of(self.scenario.load(context)?)?;
        let options = self.futures.of(&scenario.deal)?;
        Ok((scenario, options))
    }

    /// What a document about `scenario` begins with, where JSON is wanted.
    pub fn about<'a>(&'a self, scenario: &'a Scenario, options: &Options) -> Option<About<'a>> {
        self.json.then(|| About::of(scenario, options))
    }
}

/// The figures that are asked for by name, each as `one` reads it; those that are `usual` where none are.
pub fn asked(
    deal: &Deal,
    names: &[String],
    usual: impl FnOnce(&Deal) -> Vec<Question>,
    one: impl Fn(&Deal, &str) -> Result<Question, QuestionError>,
) -> Result<Vec<Question>, Failure> {
    if names.is_empty() {
        return Ok(usual(deal));
    }
    Ok(names.iter().map(|name| one(deal, name)).collect::<Result<_, _>>()?)
}
