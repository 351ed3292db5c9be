//! What the waterfall works in, from one period to the next: nobody else's. In minor units.

use super::plan::WaterfallPlan;
use crate::deal::TrancheId;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;

#[derive(Clone, Debug)]
pub(super) struct Workspace {
    /// Receipts in the project, by purse.
    pub(super) purses: Grid<i64>,
    /// Drawn ahead of need.
    pub(super) reserve: Vec<i64>,
    /// Still to be drawn, by tranche.
    pub(super) left: Grid<i64, TrancheId>,
    /// What a tranche may receive before its return exceeds its cap, by tranche.
    pub(super) room: Grid<i64, TrancheId>,
    /// Cash interest of the period, by tranche.
    pub(super) coupons: Grid<i64, TrancheId>,
    /// Rate of the period at hand where a formula sets it, by tranche.
    pub(super) periodic: Grid<f64, TrancheId>,
    /// Bonuses that wait for cash.
    pub(super) bonus_due: Grid<i64>,
    pub(super) extended: Vec<bool>,
    pub(super) need: Vec<i64>,
    pub(super) amount: Vec<i64>,
    pub(super) rest: Vec<i64>,
    pub(super) sum: Vec<i64>,
    pub(super) total: Vec<i64>,
    /// What is not yet distributed of the purse at hand.
    pub(super) withheld: Vec<i64>,
    /// Set aside for bullets: row `purse × tranches + tranche`. It is its lender's and no one else's.
    pub(super) aside: Grid<i64>,
    /// What the ledger has said of what is set aside in the first lane, by tranche.
    pub(super) said_aside: Each<TrancheId, i64>,
}

impl Workspace {
    pub(super) fn new(plan: &WaterfallPlan, lanes: usize) -> Self {
        let tranches = plan.tranches.len();
        let zeros = || vec![0; lanes];
        let rows = |wanted: bool| Grid::new(if wanted { tranches } else { 0 }, lanes);
        Self {
            purses: Grid::new(plan.purses.len(), lanes),
            reserve: zeros(),
            left: Grid::new(tranches, lanes),
            room: rows(plan.is_capped()),
            coupons: rows(!plan.cash_interest.is_empty()),
            periodic: Grid::new(if plan.has_set_rates() { tranches } else { 0 }, lanes),
            bonus_due: Grid::new(plan.bonuses.len(), lanes),
            extended: vec![false; lanes],
            need: zeros(),
            amount: zeros(),
            rest: zeros(),
            sum: zeros(),
            total: zeros(),
            withheld: zeros(),
            aside: Grid::new(if plan.has_bullets() { plan.purses.len() * tranches } else { 0 }, lanes),
            said_aside: Each::filled(tranches, 0),
        }
    }
}
