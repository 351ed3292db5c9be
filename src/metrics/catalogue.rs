//! Which numbers a deal has, and their dotted names: the same in files, tables and charts.

use super::value::{Chance, Value};
use crate::deal::{Deal, OutcomeId, PaymentId, PeriodId, TrancheId};
use crate::numeric::each::Each;

/// The metrics of one deal.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Numbers and their names.
    pub values: Vec<(String, Value)>,
    /// Chances and their names.
    pub chances: Vec<(String, Chance)>,
    /// Loans and equity.
    pub loans: Vec<TrancheId>,
    /// The outcomes whose true effects each payment depends on.
    pub behind: Each<PaymentId, Vec<OutcomeId>>,
    /// Fiscal year (index) of each period.
    pub(super) years: Each<PeriodId, usize>,
}

/// The first outcome whose true effect `payment` depends on: the one it is paid on, where that also happens without the program.
#[must_use]
pub fn effect_behind(deal: &Deal, payment: PaymentId) -> Option<OutcomeId> {
    deal.effects_behind(payment).first().copied()
}
