//! The world's sources of chance, prepared once: an address and a law for each.

use crate::deal::{Deal, LARGEST_COHORT, Outcome};
use crate::numeric::math;
use crate::sampling::stream::Key;
use crate::sampling::{Distribution, Sampler};

/// Everything `World::simulate` needs, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) sizes: Vec<u32>,
    pub(super) capacity: u32,
    pub(super) enrolment_ratio: Source,
    pub(super) economy: Option<EconomyPlan>,
    pub(super) outcomes: Vec<OutcomePlan>,
}

/// A law and its address.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    key: Key,
    sampler: Sampler,
}

impl Source {
    pub(crate) fn new(seed: u64, name: &str, law: &Distribution) -> Self {
        Self { key: Key::new(seed, name, 0), sampler: law.sampler() }
    }

    /// One number per trial of the block.
    pub(crate) fn fill(&self, first_trial: u64, out: &mut [f64]) {
        self.sampler.fill(self.key, first_trial, out);
    }
}

#[derive(Clone, Debug)]
pub(super) struct EconomyPlan {
    /// One key per period that an outcome depends on.
    pub(super) keys: Vec<Key>,
    pub(super) sd: f64,
    /// Correlation from one period to the next.
    pub(super) persistence: f64,
    /// Standard deviation of each new shock.
    pub(super) innovation: f64,
}

#[derive(Clone, Debug)]
pub(super) struct OutcomePlan {
    pub(super) base: Source,
    pub(super) effect: Option<Source>,
    pub(super) given: Option<usize>,
    pub(super) effect_through: Option<usize>,
    pub(super) sensitivity: f64,
    /// Row of the economy for each cohort.
    pub(super) period: Vec<u32>,
    /// One key per cohort, for people the effect reaches and for the others.
    pub(super) reached: Vec<Key>,
    pub(super) unreached: Vec<Key>,
}

impl Plan {
    /// Prepares the world of `deal` under `seed`.
    #[must_use]
    pub fn new(deal: &Deal, seed: u64) -> Self {
        let cohorts = &deal.program.cohorts;
        let last_shock = deal
            .outcomes
            .iter()
            .filter(|outcome| outcome.per_point_of_unemployment != 0.0)
            .flat_map(|outcome| cohorts.iter().map(|cohort| cohort.period + outcome.after))
            .max();
        Self {
            sizes: cohorts.iter().map(|cohort| cohort.size).collect(),
            capacity: deal.program.capacity.map_or(LARGEST_COHORT, |capacity| capacity.min(LARGEST_COHORT)),
            enrolment_ratio: Source::new(seed, "program.enrolment_ratio", &deal.program.enrolment_ratio),
            economy: deal.economy.zip(last_shock).map(|(economy, last)| {
                let years_per_period = 1.0 / f64::from(deal.timeline.length.per_year());
                let persistence = math::pow(economy.persistence_per_year, years_per_period);
                EconomyPlan {
                    keys: (0..=last).map(|period| Key::new(seed, "economy", period)).collect(),
                    sd: economy.sd,
                    persistence,
                    innovation: economy.sd * (1.0 - persistence * persistence).sqrt(),
                }
            }),
            outcomes: deal.outcomes.iter().map(|outcome| Self::outcome(deal, outcome, seed)).collect(),
        }
    }

    fn outcome(deal: &Deal, outcome: &Outcome, seed: u64) -> OutcomePlan {
        let source = |part: &str| format!("outcome.{:?}.{part}", outcome.name);
        let keys = |part: &str| (0..).zip(&deal.program.cohorts).map(|(index, _)| Key::new(seed, &source(part), index)).collect();
        let economy = deal.economy.is_some();
        OutcomePlan {
            base: Source::new(seed, &source("base"), &outcome.base),
            effect: outcome.effect.as_ref().map(|effect| Source::new(seed, &source("effect"), effect)),
            given: outcome.given,
            effect_through: outcome.effect_through,
            sensitivity: if economy { outcome.per_point_of_unemployment } else { 0.0 },
            period: deal.program.cohorts.iter().map(|cohort| cohort.period + outcome.after).collect(),
            reached: keys("reached"),
            unreached: keys("unreached"),
        }
    }
}
