//! Who refunds what a payor is owed.

use super::share::Sharing;
use super::{Cash, Movement, WaterfallPlan};
use crate::deal::PeriodId;

impl Cash {
    /// The provider refunds a payment (below zero, by trial) by itself: what the purse of the payment is short of.
    pub(super) fn refund_as_provider(&mut self, purse: usize, back: &[i64], seen: &mut impl FnMut(Movement)) {
        for ((cash, refunded), back) in self.work.purses.row_mut(purse).iter_mut().zip(&mut self.refunded).zip(back) {
            *cash -= back;
            *refunded -= back;
        }
        seen(Movement::RefundByProvider(-back[0]));
    }

    /// A purse below zero owes a payor. Other purses fill it, then cash drawn ahead, cash set aside, commitments in their draw order, and the
    /// provider up to what it has received so far; what is left is not paid.
    pub(super) fn pay_payors(&mut self, plan: &WaterfallPlan, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        if self.work.purses.cells().iter().all(|cash| *cash >= 0) {
            if plan.two_way {
                self.unpaid_now.fill(0);
            }
            return;
        }
        for lane in 0..self.work.purses.lanes() {
            let mut need = 0;
            for purse in 0..self.work.purses.rows() {
                let cash = &mut self.work.purses.row_mut(purse)[lane];
                need += (-*cash).max(0);
                *cash = (*cash).max(0);
            }
            for &purse in &plan.purse_order {
                take(&mut self.work.purses.row_mut(purse)[lane], &mut need);
            }
            take(&mut self.work.reserve[lane], &mut need);
            self.take_from_aside(plan, lane, &mut need);
            for group in &plan.last_resort {
                let mut sharing = Sharing::new(need, group.iter().map(|&tranche| self.work.left.row(tranche)[lane]).sum());
                need -= sharing.total();
                for &tranche in group {
                    let left = &mut self.work.left.row_mut(tranche)[lane];
                    // It is the investor's payment to the payor, so it is not owed back.
                    let part = sharing.part(*left);
                    *left -= part;
                    self.standing.drawn.row_mut(tranche)[lane] += part;
                    self.flows[tranche].row_mut(period)[lane] -= part;
                    if lane == 0 {
                        seen(Movement::DrawForPayor(tranche, part));
                    }
                }
            }
            let by_provider = need.min(self.with_provider(plan, lane));
            need -= by_provider;
            self.refunded[lane] += by_provider;
            self.unpaid_now[lane] = need;
            self.unpaid_to_payors[lane] += need;
            if lane == 0 {
                seen(Movement::RefundByProvider(by_provider));
                seen(Movement::UnpaidToPayor(need));
            }
        }
    }

    /// What the provider has received so far (what was left over, bonuses less maluses, deferred fees), less what it has refunded.
    fn with_provider(&self, plan: &WaterfallPlan, lane: usize) -> i64 {
        let fees: i64 = plan.deferred.iter().map(|&fee| self.received.row(fee)[lane]).sum();
        (self.provider[lane] + self.bonuses.lane(lane).sum::<i64>() + fees - self.refunded[lane]).max(0)
    }
}

fn take(from: &mut i64, need: &mut i64) {
    let part = (*from).min(*need);
    *from -= part;
    *need -= part;
}
