//! What truly happened of one outcome, in columns: a lane is a trial.

use super::chain::Arm;
use crate::numeric::grid::Grid;

/// What truly happened of one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeWorld {
    /// Participants with the outcome, by row: round by round, cohort by cohort. No rows for a count or an amount.
    pub count: Grid<u32>,
    /// Of a count or an amount, its total over the participants, by row; no rows for a yes-or-no outcome.
    pub total: Grid<f64>,
    /// Probability that a participant reaches it, or mean per participant, parents included, by row.
    pub with: Grid<f64>,
    /// The same without the program; no rows for a step of the program.
    pub without: Grid<f64>,
    /// True effect on an enrolled person, by row: carried from the effect that was drawn, so that it is exactly 0 where that is; no rows for
    /// a step of the program.
    pub effect: Grid<f64>,
    /// Of a count or an amount, standard deviation between persons, by row; no rows for a yes-or-no outcome.
    pub sd: Grid<f64>,
    /// True effect on an enrolled person, summed over rounds and averaged over the people of all cohorts; NaN where nobody enrolled (0 for a
    /// step of the program).
    pub true_effect: Vec<f64>,
    /// Expected outcomes (or units) that would not have happened otherwise (0 for a step of the program).
    pub additional: Vec<f64>,
    /// Who stays and who begins, where having it in one round says something of the next: those whom the effect reaches, and the others if
    /// it does not reach all. Empty elsewhere.
    pub arms: Vec<Arm>,
    /// Base and effect by group of sites that have their own.
    pub(super) base: Grid<f64>,
    pub(super) drawn_effect: Grid<f64>,
}
