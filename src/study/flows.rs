//! Cash by period over all trials: what a schedule of payments and of investors' money is made of.

use crate::deal::{Deal, PayorId, PeriodId, TrancheId};
use crate::engine::Block;
use crate::numeric::each::{Each, first};

/// Sums over trials, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// Number of trials.
    pub trials: u64,
    /// What each payor pays, by payor and period.
    pub paid: Each<PayorId, Each<PeriodId, i128>>,
    /// What whoever gives a tranche receives less what it puts in, by tranche and period.
    pub net: Each<TrancheId, Each<PeriodId, i128>>,
}

impl Flows {
    /// The sums of one block.
    pub(super) fn of(deal: &Deal, block: &Block) -> Self {
        let periods = first(deal.timeline.periods as usize);
        let sum = |amounts: &[i64]| amounts.iter().map(|&amount| i128::from(amount)).sum();
        let paid = |payor: PayorId| periods.clone().map(|period| sum(block.owed.paid_in(payor, period))).collect();
        let net = |tranche: TrancheId| periods.clone().map(|period| sum(block.cash.flows[tranche].row(period))).collect();
        Self {
            trials: block.lanes as u64,
            paid: deal.payors.ids().map(paid).collect(),
            net: deal.capital.tranches.ids().map(net).collect(),
        }
    }

    /// Adds other trials.
    pub(super) fn add(&mut self, other: Self) {
        if self.trials == 0 {
            *self = other;
            return;
        }
        self.trials += other.trials;
        let sums = self.paid.iter_mut().chain(&mut self.net).flatten();
        sums.zip(other.paid.iter().chain(&other.net).flatten()).for_each(|(sum, term)| *sum += term);
    }

    /// The mean of a sum over all trials, in major units of the currency of `deal`.
    #[must_use]
    pub fn mean(&self, deal: &Deal, sum: i128) -> f64 {
        sum as f64 / self.trials.max(1) as f64 / deal.currency.minor_units() as f64
    }
}
