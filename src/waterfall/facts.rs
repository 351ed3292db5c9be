//! What the terms of the capital ask of settlement.

use super::WaterfallPlan;
use crate::deal::{PaymentId, PeriodId};
use crate::numeric::grid::Grid;
use crate::settlement::Owed;

/// What settlement knows in the period at hand. Made once and filled again for every period.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether each condition of the capital holds (1) or not (0), by condition.
    pub holds: Grid<f64>,
    /// The number that each expression of the capital gives, by expression; NaN where undefined.
    pub rates: Grid<f64>,
    /// Minor units paid in this period, by payment; without rows where no tranche is tied to a payment.
    pub receipts: Grid<i64, PaymentId>,
    /// Last period of the deal, `u32::MAX` where it does not stop early; empty where it cannot.
    pub stopped: Vec<u32>,
}

impl Facts {
    /// Space for blocks of `lanes` trials: every condition holds, every rate is 0, nothing stops.
    #[must_use]
    pub fn new(plan: &WaterfallPlan, lanes: usize) -> Self {
        let mut holds = Grid::new(plan.conditions, lanes);
        (0..plan.conditions).for_each(|condition| holds.row_mut(condition).fill(1.0));
        let receipts = Grid::new(if plan.is_tied() { plan.payments } else { 0 }, lanes);
        Self { holds, rates: Grid::new(plan.rates, lanes), receipts, stopped: Vec::new() }
    }

    /// Takes from `owed` what it says of `period`.
    pub fn read(&mut self, plan: &WaterfallPlan, owed: &Owed, period: PeriodId) {
        for payment in self.receipts.ids() {
            self.receipts.row_mut(payment).copy_from_slice(owed.payment_paid_in(payment, period));
        }
        for condition in 0..plan.conditions {
            let holds = self.holds.row_mut(condition).iter_mut().zip(owed.condition(condition));
            holds.for_each(|(out, holds)| *out = f64::from(u8::from(*holds == 1.0)));
        }
        for rate in 0..plan.rates {
            self.rates.row_mut(rate).copy_from_slice(owed.rate(rate));
        }
        if let Some(stopped) = owed.stopped() {
            self.stopped.clear();
            self.stopped.extend_from_slice(stopped);
        }
    }

    /// Whether the deal goes on in `period` in trial `lane`.
    #[inline]
    pub(super) fn goes_on(&self, lane: usize, period: PeriodId) -> bool {
        self.stopped.get(lane).is_none_or(|&last| period.number() <= last)
    }
}
