//! When things fall due: groups of cohorts and the periods of their reports and payments.

use super::{Deal, OutcomeRef, Pool};

impl Deal {
    /// Cohorts (indices) of each group of `pool`, in order of enrolment.
    #[must_use]
    pub fn groups(&self, pool: Pool) -> Vec<Vec<usize>> {
        let cohorts = &self.program.cohorts;
        match pool {
            Pool::Cohort => (0..cohorts.len()).map(|cohort| vec![cohort]).collect(),
            Pool::All => vec![(0..cohorts.len()).collect()],
            Pool::Year => {
                let year = |cohort: &usize| cohorts[*cohort].period / self.timeline.length.per_year();
                let all: Vec<usize> = (0..cohorts.len()).collect();
                all.chunk_by(|one, next| year(one) == year(next)).map(<[usize]>::to_vec).collect()
            }
        }
    }

    /// The period in which each group of `measure` (index) is paid for when payment follows the report by `paid_after` periods, in the
    /// order of the groups. A group is reported when its last cohort is; periods saturate rather than overflow.
    #[must_use]
    pub fn due_periods(&self, measure: usize, paid_after: u32) -> Vec<u32> {
        let measure = &self.measures[measure];
        let outcome_after = match measure.of {
            OutcomeRef::Enrolled => 0,
            OutcomeRef::Outcome(outcome) => self.outcomes[outcome].after,
        };
        let wait = outcome_after.saturating_add(measure.observed_after).saturating_add(paid_after);
        let last = |cohorts: Vec<usize>| cohorts.into_iter().map(|cohort| self.program.cohorts[cohort].period).max().unwrap_or(0);
        self.groups(measure.pool).into_iter().map(|cohorts| last(cohorts).saturating_add(wait)).collect()
    }
}
