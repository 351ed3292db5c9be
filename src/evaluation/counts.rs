//! What is found of counts in people outside the program: exact totals, the law of the participants'.

use crate::cohort::World;
use crate::deal::{Deal, OutcomeId, OutcomeKind, OutcomeRef};
use crate::sampling::binomial;
use crate::sampling::counts::Counts;
use crate::sampling::stream::Key;

/// The law between persons of a measured count.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountPlan {
    law: Counts,
    /// The outcome that a person needs to have before, and its rows.
    given: Option<(OutcomeId, usize)>,
}

impl CountPlan {
    /// The law of the outcome `of`; nothing where it is no count.
    pub(super) fn of(deal: &Deal, of: OutcomeRef) -> Option<Self> {
        let OutcomeRef::Outcome(index) = of else { return None };
        let OutcomeKind::Count(sd) = deal.outcomes[index].kind else { return None };
        let rows = |parent: OutcomeId| deal.program.cohorts.len() * deal.outcomes[parent].rounds.count as usize;
        Some(Self { law: Counts::new(sd), given: deal.outcomes[index].given.map(|parent| (parent, rows(parent))) })
    }

    /// Writes the mean of `people` comparison people by lane, whose expected mean stands in `means`.
    pub(super) fn compare(self, key: Key, first_trial: u64, people: u32, world: &World, row: usize, means: &mut [f64]) {
        let chances = self.given.map(|(parent, rows)| world.outcomes[parent].without.row(row % rows));
        for (lane, mean) in means.iter_mut().enumerate() {
            let stream = &mut key.stream(first_trial + lane as u64);
            let chance = chances.map_or(1.0, |chances| chances[lane]);
            let able = if chance < 1.0 { binomial::draw_from(stream, f64::from(people), chance) } else { f64::from(people) };
            let of_able = if chance > 0.0 { mean.max(0.0) / chance } else { 0.0 };
            *mean = self.law.total(stream, able, of_able) / f64::from(people);
        }
    }

    /// The mean of `people` earlier people, whose expected mean is `mean`.
    pub(super) fn look_back(self, key: Key, trial: u64, people: u32, mean: f64) -> f64 {
        self.law.total(&mut key.stream(trial), f64::from(people), mean.max(0.0)) / f64::from(people)
    }
}
