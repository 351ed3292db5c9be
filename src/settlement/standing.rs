//! What the investors are owed when payments are settled.

use crate::numeric::grid::Grid;

/// Where the investors stand, in minor units by tranche (row): what terms that look at the capital see.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Drawn so far.
    pub drawn: Grid<i64>,
    /// Drawn and not yet repaid.
    pub principal: Grid<i64>,
    /// Principal and interest not yet paid.
    pub owed: Grid<i64>,
}
