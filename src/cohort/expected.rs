//! What is to be expected of a person in each row, before anybody's luck?
//!
//! The first step of a world by itself: enough to tell how likely a report is, at a fraction of the time.

use super::given::Given;
use super::luck;
use super::plan::PeoplePlan;
use super::world::{World, place};
use crate::deal::OutcomeId;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;

/// Probabilities or means of people who have the parent outcome, by row and lane, before the luck that a cohort or a site shares.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Of those whom the effect reaches.
    pub with: Each<OutcomeId, Grid<f64>>,
    /// Of the others.
    pub without: Each<OutcomeId, Grid<f64>>,
}

impl Expected {
    /// Space for `lanes` trials.
    #[must_use]
    pub fn new(plan: &PeoplePlan, lanes: usize) -> Self {
        let rows = || plan.outcomes.iter().map(|outcome| Grid::new(outcome.rows, lanes)).collect();
        Self { with: rows(), without: rows() }
    }
}

impl World {
    /// Writes what is to be expected; enrolment and the economy are drawn too, people are not.
    pub fn expect(&mut self, plan: &PeoplePlan, given: &Given<'_>, expected: &mut Expected) {
        self.surround(plan, given);
        for (index, outcome) in plan.outcomes.pairs().filter(|(_, outcome)| !outcome.looks) {
            let (parents, rest) = self.outcomes.as_mut_slice().split_at_mut(index.index());
            let place = place(given, &self.enrolled, &self.late, &self.economy, parents);
            let Some(own) = rest.first_mut() else { continue };
            own.draw_inputs(outcome, given);
            for row in 0..outcome.rows {
                own.rates(outcome, &place, row, &mut self.scratch);
                expected.with[index].row_mut(row).copy_from_slice(&self.scratch.with);
                expected.without[index].row_mut(row).copy_from_slice(&self.scratch.without);
                for look in outcome.persons.iter().flat_map(|persons| &persons.looks) {
                    let Some(persons) = &outcome.persons else { continue };
                    look.expected(persons, &self.scratch.with, expected.with[look.outcome].row_mut(row));
                    look.expected(persons, &self.scratch.without, expected.without[look.outcome].row_mut(row));
                }
            }
        }
    }
}

impl PeoplePlan {
    /// Whether the people of a cohort or a site share luck in `outcome`.
    #[must_use]
    pub fn shares_luck(&self, outcome: OutcomeId) -> bool {
        self.outcomes[outcome].is_yes_no() && self.outcomes[outcome].shares_luck()
    }

    /// Whether it is a site that shares luck in `outcome`, and not a cohort.
    #[must_use]
    pub fn shares_by_site(&self, outcome: OutcomeId) -> bool {
        self.outcomes[outcome].site_correlation > 0.0
    }

    /// Probabilities with the program and without it in `row`, moved by the luck of `trial`.
    #[must_use]
    pub fn with_luck(&self, outcome: OutcomeId, row: usize, trial: u64, rates: [f64; 2]) -> [f64; 2] {
        if self.shares_luck(outcome) { luck::moved(&self.outcomes[outcome], row, trial, rates) } else { rates }
    }

    /// Standard deviation between persons whose mean is `mean`; 0 of a yes-or-no outcome. Of a median it is that of n people's, times √n.
    #[must_use]
    pub fn spread_of(&self, outcome: OutcomeId, mean: f64) -> f64 {
        self.outcomes[outcome].spread_of(mean).unwrap_or_else(|| {
            let found = self.outcomes.iter().filter_map(|other| other.persons.as_ref()).find_map(|persons| persons.median_error(outcome));
            found.map_or(0.0, |[of_law, error]| if of_law > 0.0 { error * mean / of_law } else { 0.0 })
        })
    }
}
