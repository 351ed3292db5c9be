//! When is a budget line spent, by the plan? What it comes to in all is spread over its periods in that proportion.
//!
//! Comes in: a deal. Goes out: periods and weights. Must never know: who pays, chance.

use super::{Cohort, CohortId, CostBasis, Deal, StopId};

impl Deal {
    /// The periods in which a budget line (index) is planned to cost something and in what proportion, in their order, where everybody
    /// enrols `late` periods later than planned. Weights are 0 or more, in minor units or people; of a share of the others, and of what
    /// outcomes cost, people.
    #[must_use]
    pub fn spending(&self, cost: usize, late: u32) -> Vec<(u32, i64)> {
        let line = &self.program.costs[cost];
        let last = self.timeline.periods - 1;
        let here = |(cohort, _): &(CohortId, &Cohort)| line.cohorts.is_empty() || line.cohorts.contains(cohort);
        let cohorts = || self.program.cohorts.pairs().filter(here).map(|(_, cohort)| cohort);
        let enrols = |cohort: &Cohort| cohort.period.saturating_add(late).min(last);
        let by_cohort = |weight: &dyn Fn(u32) -> i64| cohorts().map(|cohort| (enrols(cohort), weight(cohort.size))).collect();
        match line.basis {
            CostBasis::Share(_) => by_cohort(&i64::from),
            // Shared out over its periods by the people enrolled.
            CostBasis::PerOutcome { outcome, .. } => {
                let (after, rounds) = (self.outcomes[outcome].after, self.outcomes[outcome].rounds);
                let falls = |cohort: &Cohort, round: u32| {
                    let waits = after.saturating_add(round.saturating_mul(rounds.every));
                    (cohort.period.saturating_add(late).saturating_add(waits).min(last), i64::from(cohort.size))
                };
                (0..rounds.count).flat_map(|round| cohorts().map(move |cohort| falls(cohort, round))).collect()
            }
            CostBasis::PerGroup { amount, people } => by_cohort(&|size| amount.0 * i64::from(size.div_ceil(people))),
            CostBasis::PerParticipant(each) => by_cohort(&|size| each.0 * i64::from(size)),
            CostBasis::PerPeriod { amount, first, last } => (first..=last).map(|period| (period, amount.0)).collect(),
            CostBasis::Once { amount, period } => vec![(period, amount.0)],
        }
    }

    /// The last period in which a budget line (index) may cost something, where everybody enrols `late` periods later than planned and
    /// the program ended as `stopped` says.
    #[must_use]
    pub fn cost_ends(&self, cost: usize, late: u32, stopped: &[(StopId, u32)]) -> u32 {
        let ends = match self.program.costs[cost].basis {
            // It goes on as long as anything else does.
            CostBasis::Share(_) => {
                let others = self.program.costs.iter().enumerate().filter(|(_, line)| !matches!(line.basis, CostBasis::Share(_)));
                others.filter_map(|(other, _)| self.last_spending(other, late)).max()
            }
            _ => self.last_spending(cost, late),
        };
        let ended = stopped.iter().map(|&(_, last)| last).min().unwrap_or(u32::MAX);
        ends.unwrap_or(0).min(if self.program.costs[cost].after_stop { u32::MAX } else { ended })
    }

    fn last_spending(&self, cost: usize, late: u32) -> Option<u32> {
        self.spending(cost, late).iter().map(|&(period, _)| period).max()
    }
}
