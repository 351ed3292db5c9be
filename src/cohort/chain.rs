//! The same people round after round: what is prepared, and what is kept of each round.

use crate::deal::{CohortId, Continuity};
use crate::numeric::grid::Grid;
use crate::sampling::stream::Key;

/// The chain of an outcome and its keys, one per row and arm for those who begin after the first round.
#[derive(Clone, Debug)]
pub(super) struct ContinuingPlan {
    pub(super) continuity: Continuity,
    pub(super) begins: [Vec<Key>; 2],
    pub(super) arms: usize,
    pub(super) cohorts: usize,
    pub(super) rows: usize,
}

/// Who stays and who begins of the people that the effect reaches, or of the others.
#[derive(Clone, Debug)]
pub struct Arm {
    /// People who had it in the round before and have it still, by row; none in the first round.
    pub stayed: Grid<u32>,
    /// People who have it and had it not in the round before, by row.
    pub began: Grid<u32>,
    /// All people of the arm, by cohort.
    pub people: Grid<u32, CohortId>,
    /// Rate in the last round drawn, by cohort.
    pub(super) rate: Grid<f64, CohortId>,
}

impl Arm {
    pub(super) fn all(plan: &ContinuingPlan, lanes: usize) -> Vec<Self> {
        let arm = || Self {
            stayed: Grid::new(plan.rows, lanes),
            began: Grid::new(plan.rows, lanes),
            people: Grid::new(plan.cohorts, lanes),
            rate: Grid::new(plan.cohorts, lanes),
        };
        (0..plan.arms).map(|_| arm()).collect()
    }

    /// People with the outcome in `row` and one lane.
    #[must_use]
    pub fn with(&self, row: usize, lane: usize) -> u32 {
        self.stayed.row(row)[lane] + self.began.row(row)[lane]
    }
}
