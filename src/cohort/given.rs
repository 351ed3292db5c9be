//! What is known already of the trials of a block?
//!
//! Of a deal that has not begun, nothing: every lane draws at its own address. Of one that is running, a trial takes what many share from a
//! trial that fits what was reported; the people of some rows are known, and the rest is its own.

use crate::deal::OutcomeId;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::sampling::Whose;

/// What is known of the trials of a block, lane by lane.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Trial of the first lane.
    pub first_trial: u64,
    /// Whose draws of base rates, effects and other shared inputs a lane takes.
    pub shared: Whose<'a>,
    /// Number of periods, from the first on, whose economy is shared too; later shocks are a trial's own.
    pub economy: usize,
    /// Rows of outcomes whose people are known; they stand in the world already.
    pub known: Option<&'a Rows<bool>>,
    /// Whose luck the people of a row share, where it is chosen: a row of trials for each row of an outcome.
    pub luck: Option<(&'a Rows<Option<usize>>, &'a Grid<u64>)>,
}

/// Something for each row of each outcome: round by round, cohort by cohort.
pub type Rows<T> = Each<OutcomeId, Vec<T>>;

impl Given<'_> {
    /// Nothing is known of the trials from `first_trial` on.
    #[must_use]
    pub fn nothing(first_trial: u64) -> Self {
        Self { first_trial, shared: Whose::From(first_trial), economy: 0, known: None, luck: None }
    }

    /// Whether the people of a row are known.
    pub(super) fn knows(&self, outcome: OutcomeId, row: usize) -> bool {
        self.known.is_some_and(|known| known[outcome][row])
    }

    /// Whose luck the people of a row share.
    pub(super) fn luck(&self, outcome: OutcomeId, row: usize) -> Whose<'_> {
        let chosen = self.luck.and_then(|(rows, trials)| rows[outcome][row].map(|at| Whose::Each(trials.row(at))));
        chosen.unwrap_or(Whose::From(self.first_trial))
    }

    /// Whose shock of the economy a lane takes in `period`.
    pub(super) fn shock(&self, period: usize) -> Whose<'_> {
        if period < self.economy { self.shared } else { Whose::From(self.first_trial) }
    }
}
