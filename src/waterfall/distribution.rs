//! Who receives cash, in which order.

use crate::deal::{PeriodId, TrancheId};
use crate::numeric::whole::{self, add};

use super::columns::{hold_below, is_nothing, subtract, take_part};
use super::plan::Place;
use super::share::Sharing;
use super::{Cash, Facts, Movement, WaterfallPlan};

/// What is paid of what a tranche is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// The period's cash interest.
    Interest,
    /// Everything.
    All,
}

impl Cash {
    /// Pays bonuses and cash interest, then distributes what is left wherever it is time to.
    pub(super) fn distribute(&mut self, plan: &WaterfallPlan, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        for &purse in &plan.purse_order {
            for (bonus, _) in plan.bonuses.iter().enumerate().filter(|(_, bonus)| bonus.first) {
                self.pay_bonus(bonus, purse, seen);
            }
            if self.work.aside.rows() > 0 {
                self.pay_interest_from_aside(plan, purse, period, seen);
            }
            for group in &plan.cash_interest {
                self.share_out(plan, facts, purse, group, Due::Interest, period, seen);
            }
        }
        let lanes_differ = plan.extension.is_some() || !facts.stopped.is_empty();
        if period.index() < plan.first_distribution && !lanes_differ {
            return;
        }
        if self.work.aside.rows() > 0 {
            self.pay_from_aside(plan, facts, period, seen);
        }
        for &purse in &plan.purse_order {
            self.work.withheld.fill(0);
            if lanes_differ {
                self.hold_back(plan, facts, purse, period);
            }
            for place in &plan.places {
                match place {
                    Place::One(tranche) if plan.purses[purse][*tranche] => self.repay(*tranche, purse, period, seen),
                    Place::One(_) => {}
                    Place::Shared(group) => self.share_out(plan, facts, purse, group, Due::All, period, seen),
                    Place::Bonus(bonus) => self.pay_bonus(*bonus, purse, seen),
                }
            }
            self.share_residual(plan, purse, period, seen);
            let rest = self.work.purses.row_mut(purse);
            seen(Movement::Provider(rest[0]));
            for ((provider, rest), withheld) in self.provider.iter_mut().zip(rest).zip(&self.work.withheld) {
                *provider += *rest;
                *rest = *withheld;
            }
        }
        self.say_set_aside(seen);
    }

    /// Keeps the cash of trials in which it is not yet distributed.
    fn hold_back(&mut self, plan: &WaterfallPlan, facts: &Facts, purse: usize, period: PeriodId) {
        let moved = plan.extension.filter(|_| plan.first_distribution > 0).map_or(0, |extension| extension.periods);
        let lanes = self.work.purses.row_mut(purse).iter_mut().zip(&mut self.work.withheld).zip(&self.work.extended).enumerate();
        for (lane, ((cash, withheld), extended)) in lanes {
            let first = (plan.first_distribution + if *extended { moved } else { 0 }).min(plan.periods - 1);
            if period.index() < first && facts.goes_on(lane, period) {
                *withheld = core::mem::take(cash);
            }
        }
    }

    /// Repays a tranche that is alone in its rank.
    fn repay(&mut self, tranche: TrancheId, purse: usize, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        if is_nothing(self.standing.owed.row(tranche)) || is_nothing(self.work.purses.row(purse)) {
            return;
        }
        take_part(self.work.purses.row_mut(purse), self.standing.owed.row_mut(tranche), &mut self.work.amount);
        hold_below(self.standing.principal.row_mut(tranche), self.standing.owed.row(tranche));
        add(self.received.row_mut(tranche), &self.work.amount);
        add(self.flows[tranche].row_mut(period), &self.work.amount);
        seen(Movement::Repay(tranche, self.work.amount[0]));
    }

    /// Writes what a tranche may be paid into `amount`; of a bullet that has not matured, what it will be owed then, where there is
    /// anything to share.
    fn claim(&mut self, plan: &WaterfallPlan, facts: &Facts, tranche: TrancheId, due: Due, period: PeriodId) {
        self.work.amount.copy_from_slice(match due {
            Due::Interest => self.work.coupons.row(tranche),
            Due::All => self.standing.owed.row(tranche),
        });
        self.within_return_cap(plan, tranche);
        if due == Due::All && plan.tranches[tranche].matures.is_some() {
            for lane in 0..self.work.amount.len() {
                if self.work.total[lane] == 0 {
                    continue;
                }
                if let Some(owed) = self.owed_later(plan, facts, tranche, lane, period) {
                    self.work.amount[lane] = (owed - self.set_aside(tranche, lane)).max(0);
                }
            }
        }
    }

    pub(super) fn within_return_cap(&mut self, plan: &WaterfallPlan, tranche: TrancheId) {
        if plan.tranches[tranche].return_cap.is_some() {
            for (amount, room) in self.work.amount.iter_mut().zip(self.work.room.row(tranche)) {
                *amount = (*amount).min((*room).max(0));
            }
        }
    }

    /// Pays the tranches of one rank in proportion to what each is owed, of a bullet what it will be owed beyond what is set aside for it.
    #[expect(clippy::too_many_arguments, reason = "the place, the money and the moment")]
    fn share_out(
        &mut self,
        plan: &WaterfallPlan,
        facts: &Facts,
        purse: usize,
        group: &[TrancheId],
        due: Due,
        period: PeriodId,
        seen: &mut impl FnMut(Movement),
    ) {
        if is_nothing(self.work.purses.row(purse)) {
            return;
        }
        self.work.sum.fill(0);
        self.work.total.copy_from_slice(self.work.purses.row(purse));
        for &tranche in group.iter().filter(|&&tranche| plan.purses[purse][tranche]) {
            self.claim(plan, facts, tranche, due, period);
            add(&mut self.work.sum, &self.work.amount);
        }
        for ((total, sum), cash) in self.work.total.iter_mut().zip(&self.work.sum).zip(self.work.purses.row_mut(purse)) {
            *total = (*sum).min(*cash);
            *cash -= *total;
        }
        for &tranche in group.iter().filter(|&&tranche| plan.purses[purse][tranche]) {
            self.claim(plan, facts, tranche, due, period);
            // Of what is still to be shared among this tranche and those after it.
            for ((amount, total), sum) in self.work.amount.iter_mut().zip(&mut self.work.total).zip(&mut self.work.sum) {
                // Where nothing is left, claims were not worked out.
                if *total == 0 {
                    *amount = 0;
                    continue;
                }
                let claim = *amount;
                *amount = Sharing::new(*total, *sum).part(claim);
                *total -= *amount;
                *sum -= claim;
            }
            match due {
                Due::Interest => subtract(self.work.coupons.row_mut(tranche), &self.work.amount),
                Due::All => self.withhold(plan, facts, purse, tranche, period),
            }
            self.book_repayment(plan, tranche, period);
            seen(match (due, plan.tranches[tranche].pot) {
                (_, Some(_)) => Movement::Recycle(tranche, self.work.amount[0]),
                (Due::Interest, None) => Movement::CashInterest(tranche, self.work.amount[0]),
                (Due::All, None) => Movement::Repay(tranche, self.work.amount[0]),
            });
        }
    }

    /// What a bullet would get before it matures is set aside, so that nobody behind it gets it first and no cost uses it up.
    fn withhold(&mut self, plan: &WaterfallPlan, facts: &Facts, purse: usize, tranche: TrancheId, period: PeriodId) {
        if plan.tranches[tranche].matures.is_none() {
            return;
        }
        let kept = self.work.aside.row_mut(purse * plan.tranches.len() + tranche.index());
        for (lane, ((amount, aside), extended)) in self.work.amount.iter_mut().zip(kept).zip(&self.work.extended).enumerate() {
            if plan.periods_to_maturity(tranche, *extended, period) > 0 && facts.goes_on(lane, period) {
                *aside += core::mem::take(amount);
            }
        }
    }

    /// Books `amount` as repaid.
    pub(super) fn book_repayment(&mut self, plan: &WaterfallPlan, tranche: TrancheId, period: PeriodId) {
        subtract(self.standing.owed.row_mut(tranche), &self.work.amount);
        hold_below(self.standing.principal.row_mut(tranche), self.standing.owed.row(tranche));
        if plan.tranches[tranche].pot.is_some() {
            add(self.pots.row_mut(tranche), &self.work.amount);
            add(self.recycled.row_mut(tranche), &self.work.amount);
        } else {
            self.book_receipt(plan, tranche, period);
        }
    }

    /// Books `amount` as received by whoever gave the tranche.
    pub(super) fn book_receipt(&mut self, plan: &WaterfallPlan, tranche: TrancheId, period: PeriodId) {
        add(self.received.row_mut(tranche), &self.work.amount);
        add(self.flows[tranche].row_mut(period), &self.work.amount);
        if plan.tranches[tranche].return_cap.is_some() {
            subtract(self.work.room.row_mut(tranche), &self.work.amount);
        }
    }

    fn share_residual(&mut self, plan: &WaterfallPlan, purse: usize, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        self.work.rest.copy_from_slice(self.work.purses.row(purse));
        // Differences of the rounded cumulative shares: shares of the whole leave nothing.
        self.work.total.fill(0);
        let mut with = 0.0;
        for &(tranche, share) in plan.residual.iter().filter(|&&(tranche, _)| plan.purses[purse][tranche]) {
            with = if with + share > 1.0 - 1e-9 { 1.0 } else { with + share };
            whole::scale(&self.work.rest, with, &mut self.work.amount);
            for (amount, before) in self.work.amount.iter_mut().zip(&mut self.work.total) {
                let up_to = *amount;
                *amount -= *before;
                *before = up_to;
            }
            hold_below(&mut self.work.amount, self.work.purses.row(purse));
            self.within_return_cap(plan, tranche);
            subtract(self.work.purses.row_mut(purse), &self.work.amount);
            self.book_receipt(plan, tranche, period);
            seen(Movement::Residual(tranche, self.work.amount[0]));
        }
    }

    /// Pays what the provider is due of a bonus, as far as cash goes.
    fn pay_bonus(&mut self, bonus: usize, purse: usize, seen: &mut impl FnMut(Movement)) {
        let lanes = self.work.bonus_due.row_mut(bonus).iter_mut().zip(self.bonuses.row_mut(bonus)).zip(self.work.purses.row_mut(purse));
        for (lane, ((due, paid), cash)) in lanes.enumerate() {
            let part = (*due).min(*cash);
            *due -= part;
            *paid += part;
            *cash -= part;
            if lane == 0 {
                seen(Movement::Bonus(bonus, part));
            }
        }
    }
}
