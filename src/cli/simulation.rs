//! What the studies of one scenario have in common: the scenario, trials, seed, and the figures that are asked for.

use super::{Failure, ScenarioArguments};
use crate::deal::Deal;
use crate::metrics::Catalogue;
use crate::question::Question;
use crate::scenario::{self, Scenario};

/// A scenario and how it is simulated.
#[derive(Debug, clap::Args)]
pub struct Simulation {
    #[command(flatten)]
    pub scenario: ScenarioArguments,
    /// Number of trials; the file's own if absent
    #[arg(long, value_name = "N", value_parser = super::run::number)]
    pub trials: Option<u64>,
    /// Seed of every random draw; the file's own if absent
    #[arg(long, value_name = "N", value_parser = super::run::number)]
    pub seed: Option<u64>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

impl Simulation {
    /// The scenario, its trials and its seed.
    pub fn load(&self) -> Result<(Scenario, u64, u64), Failure> {
        let scenario = scenario::load(&self.scenario.scenario, &self.scenario.set)?;
        let trials = self.trials.unwrap_or(scenario.deal.trials);
        if trials == 0 {
            return Err(Failure::Usage("--trials must be at least 1".into()));
        }
        let seed = self.seed.unwrap_or(scenario.deal.seed);
        Ok((scenario, trials, seed))
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
