//! What the investors are owed, for the expressions that ask.

use crate::deal::TrancheId;
use crate::numeric::grid::Grid;

/// Where each tranche stands in the period at hand. Settlement reads it; the waterfall keeps it.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Minor units drawn so far, by tranche.
    pub drawn: Grid<i64, TrancheId>,
    /// Minor units of principal not yet repaid, by tranche; receipts repay interest before principal.
    pub principal: Grid<i64, TrancheId>,
    /// Minor units owed, principal and unpaid interest, by tranche.
    pub owed: Grid<i64, TrancheId>,
}

impl Standing {
    /// Nothing drawn of any of `tranches`, in `lanes` trials.
    #[must_use]
    pub fn new(tranches: usize, lanes: usize) -> Self {
        Self { drawn: Grid::new(tranches, lanes), principal: Grid::new(tranches, lanes), owed: Grid::new(tranches, lanes) }
    }

    /// Back to nothing drawn.
    pub fn clear(&mut self) {
        [&mut self.drawn, &mut self.principal, &mut self.owed].into_iter().for_each(Grid::clear);
    }
}
