//! What is set aside for a lender that is repaid at once: its own from then on.
//!
//! A bullet's share of what comes in before it matures waits for the day. It is not shared again: neither with equal ranks, which share in
//! proportion to what each is owed beyond it, nor with earlier or later ones, nor with costs. Only a payor that is owed something comes
//! before it, and what the lender turns out not to be owed goes back to the project.

use super::share::Sharing;
use super::{Cash, Facts, Movement, WaterfallPlan};
use crate::deal::{PeriodId, TrancheId};

impl Cash {
    /// What is set aside for a tranche in a lane, in all purses, in minor units.
    #[must_use]
    pub fn set_aside(&self, tranche: TrancheId, lane: usize) -> i64 {
        (tranche.index()..self.work.aside.rows()).step_by(self.work.said_aside.len()).map(|row| self.work.aside.row(row)[lane]).sum()
    }

    /// What may still be drawn of a tranche in a lane, in minor units.
    #[must_use]
    pub fn undrawn(&self, tranche: TrancheId, lane: usize) -> i64 {
        self.work.left.row(tranche)[lane]
    }

    /// Cash in the project in a lane that is set aside for nobody: drawn ahead of need, and received, in minor units.
    #[must_use]
    pub fn in_hand(&self, lane: usize) -> i64 {
        self.work.reserve[lane] + self.work.purses.lane(lane).sum::<i64>()
    }

    /// What a bullet will be owed on its day and may take then; `None` once the day has come.
    pub(super) fn owed_later(&self, plan: &WaterfallPlan, facts: &Facts, tranche: TrancheId, lane: usize, period: PeriodId) -> Option<i64> {
        let waits = plan.periods_to_maturity(tranche, self.work.extended[lane], period);
        if waits == 0 || !facts.goes_on(lane, period) {
            return None;
        }
        let owed = plan.owed_at_maturity(tranche, self.standing.owed.row(tranche)[lane], waits, || self.work.periodic.row(tranche)[lane]);
        Some(match plan.tranches[tranche].return_cap {
            // As its account grows, period by period.
            Some(cap) => owed.min((0..waits).fold(self.work.room.row(tranche)[lane].max(0), |room, _| room + (room as f64 * cap) as i64)),
            None => owed,
        })
    }

    /// Pays the period's cash interest of bullets from what is set aside for them in a purse.
    pub(super) fn pay_interest_from_aside(
        &mut self,
        plan: &WaterfallPlan,
        purse: usize,
        period: PeriodId,
        seen: &mut impl FnMut(Movement),
    ) {
        for &tranche in plan.bullets.iter().flatten().filter(|&&tranche| plan.tranches[tranche].cash_interest) {
            self.work.amount.copy_from_slice(self.work.coupons.row(tranche));
            self.within_return_cap(plan, tranche);
            let aside =
                self.work.aside.row_mut(purse * plan.tranches.len() + tranche.index()).iter_mut().zip(self.work.coupons.row_mut(tranche));
            for (amount, (aside, coupon)) in self.work.amount.iter_mut().zip(aside) {
                *amount = (*amount).min(*aside);
                *aside -= *amount;
                *coupon -= *amount;
            }
            self.book_repayment(plan, tranche, period);
            seen(Movement::CashInterest(tranche, self.work.amount[0]));
        }
    }

    /// Pays bullets that have matured from what is set aside for them; what is set aside beyond what they may take goes back.
    pub(super) fn pay_from_aside(&mut self, plan: &WaterfallPlan, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        for &tranche in plan.bullets.iter().flatten() {
            let mut paid = 0;
            for &purse in &plan.purse_order {
                let row = purse * plan.tranches.len() + tranche.index();
                for lane in 0..self.work.amount.len() {
                    self.work.amount[lane] = 0;
                    if self.work.aside.row(row)[lane] == 0 {
                        continue;
                    }
                    let beyond = |most: i64, set_aside: i64, here: i64| (set_aside - most).clamp(0, here);
                    if let Some(most) = self.owed_later(plan, facts, tranche, lane, period) {
                        let freed = beyond(most, self.set_aside(tranche, lane), self.work.aside.row(row)[lane]);
                        self.work.aside.row_mut(row)[lane] -= freed;
                        self.work.purses.row_mut(purse)[lane] += freed;
                        continue;
                    }
                    let mut most = self.standing.owed.row(tranche)[lane];
                    if plan.tranches[tranche].return_cap.is_some() {
                        most = most.min(self.work.room.row(tranche)[lane].max(0));
                    }
                    let kept = core::mem::take(&mut self.work.aside.row_mut(row)[lane]);
                    self.work.amount[lane] = kept.min(most);
                    self.work.purses.row_mut(purse)[lane] += kept - self.work.amount[lane];
                }
                self.book_repayment(plan, tranche, period);
                paid += self.work.amount[0];
            }
            seen(if plan.tranches[tranche].pot.is_some() { Movement::Recycle(tranche, paid) } else { Movement::Repay(tranche, paid) });
        }
    }

    /// Takes what a payor needs from what is set aside: the last rank first, equal ranks in proportion.
    pub(super) fn take_from_aside(&mut self, plan: &WaterfallPlan, lane: usize, need: &mut i64) {
        if self.work.aside.rows() == 0 {
            return;
        }
        for group in &plan.bullets {
            let mut sharing = Sharing::new(*need, group.iter().map(|&tranche| self.set_aside(tranche, lane)).sum());
            *need -= sharing.total();
            for &tranche in group {
                for row in (tranche.index()..self.work.aside.rows()).step_by(plan.tranches.len()) {
                    let part = sharing.part(self.work.aside.row(row)[lane]);
                    self.work.aside.row_mut(row)[lane] -= part;
                }
            }
        }
    }

    /// Tells the ledger how much more, or less, is set aside for each bullet.
    pub(super) fn say_set_aside(&mut self, seen: &mut impl FnMut(Movement)) {
        if self.work.aside.rows() == 0 {
            return;
        }
        for tranche in self.work.said_aside.ids() {
            let now = self.set_aside(tranche, 0);
            seen(Movement::SetAside(tranche, now - self.work.said_aside[tranche]));
            self.work.said_aside[tranche] = now;
        }
    }
}
