//! Where money comes from, and the costs it pays.

use super::columns::{is_nothing, subtract, take_all, take_part};
use super::share::Sharing;
use super::{Cash, Facts, Movement, WaterfallPlan};
use crate::analysis::largest_bonus;
use crate::deal::{BonusSize, PeriodId, TrancheId};
use crate::delivery::Costs;
use crate::numeric::each::first;
use crate::numeric::whole::add;
use crate::settlement::Owed;

impl Cash {
    /// Receipts of the period go into their purses.
    pub(super) fn receive(&mut self, plan: &WaterfallPlan, owed: &Owed, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        for payor in first(plan.payors) {
            let paid = owed.paid_in(payor, period);
            seen(Movement::Receipt(paid[0]));
            if !plan.is_tied() {
                add(self.work.purses.row_mut(0), paid);
            }
        }
        for (payment, &purse) in plan.payment_purse.pairs().take(facts.receipts.rows()) {
            add(self.work.purses.row_mut(purse), facts.receipts.row(payment));
        }
        for &payment in &plan.provider_refunds {
            self.refund_as_provider(plan.payment_purse[payment], owed.to_refund(payment), seen);
        }
    }

    /// Bonuses fall due and wait for cash; a malus is paid in at once.
    pub(super) fn fall_due(&mut self, plan: &WaterfallPlan, owed: &Owed, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        // Nobody owes more in one period than could be counted over all of them.
        let most = largest_bonus(plan.bonuses.len(), plan.periods);
        for (index, bonus) in plan.bonuses.iter().enumerate() {
            if bonus.period.is_some_and(|at| at != period) {
                continue;
            }
            match bonus.size {
                BonusSize::Amount(amount) => self.work.amount.fill(amount.0),
                BonusSize::Set(rate) => {
                    for (amount, major) in self.work.amount.iter_mut().zip(facts.rates.row(rate)) {
                        *amount = rounded(major * plan.minor_units).clamp(-most, most) as i64;
                    }
                }
                BonusSize::ShareOfReceipts(share) => {
                    self.work.amount.fill(0);
                    first(plan.payors).for_each(|payor| add(&mut self.work.amount, owed.paid_in(payor, period)));
                    self.work.amount.iter_mut().for_each(|amount| *amount = rounded((*amount).max(0) as f64 * share) as i64);
                }
            }
            for (lane, amount) in self.work.amount.iter_mut().enumerate() {
                let due = facts.goes_on(lane, period) && bonus.when.is_none_or(|when| facts.holds.row(when)[lane] != 0.0);
                *amount = if due { *amount } else { 0 };
            }
            let lanes = self.work.bonus_due.row_mut(index).iter_mut().zip(self.bonuses.row_mut(index)).zip(self.work.purses.row_mut(0));
            for (((due, paid), cash), amount) in lanes.zip(&self.work.amount) {
                *due += (*amount).max(0);
                let malus = (*amount).min(0);
                *paid += malus;
                *cash -= malus;
            }
            seen(Movement::Bonus(index, self.work.amount[0].min(0)));
        }
    }

    /// Planned drawings: cash that waits for costs.
    pub(super) fn draw_ahead(&mut self, plan: &WaterfallPlan, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        for &(_, tranche, wanted, when) in plan.draws.iter().filter(|&&(at, ..)| at == period) {
            let left = self.work.left.row(tranche);
            for (lane, (amount, left)) in self.work.amount.iter_mut().zip(left).enumerate() {
                let drawn = facts.goes_on(lane, period) && when.is_none_or(|when| facts.holds.row(when)[lane] != 0.0);
                *amount = if drawn { wanted.min(*left) } else { 0 };
            }
            subtract(self.work.left.row_mut(tranche), &self.work.amount);
            add(&mut self.work.reserve, &self.work.amount);
            self.book_draw(plan, tranche, period);
            seen(Movement::DrawAhead(tranche, self.work.amount[0]));
        }
    }

    /// Pays the costs of the period.
    pub(super) fn bear(&mut self, plan: &WaterfallPlan, costs: &Costs, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        if costs.outside.iter().any(|outside| outside.rows() > 0) {
            self.outside(costs, facts, period);
        }
        if !plan.costs[period] {
            return;
        }
        self.work.need.copy_from_slice(costs.due.row(period));
        if !facts.stopped.is_empty() {
            for (lane, (need, avoided)) in self.work.need.iter_mut().zip(&mut self.avoided).enumerate() {
                let ends = if facts.goes_on(lane, period) { 0 } else { *need };
                *avoided += ends;
                *need -= ends;
            }
        }
        if costs.after_stop.rows() > 0 {
            add(&mut self.work.need, costs.after_stop.row(period));
        }
        add(&mut self.spent, &self.work.need);
        let mut before = self.work.need[0];
        if !plan.draws.is_empty() {
            take_all(&mut self.work.reserve, &mut self.work.need);
            seen(Movement::FromDrawn(before - self.work.need[0]));
            before = self.work.need[0];
        }
        for &purse in &plan.purse_order {
            take_all(self.work.purses.row_mut(purse), &mut self.work.need);
        }
        seen(Movement::FromCash(before - self.work.need[0]));
        for (tranche, _) in plan.tranches.pairs().filter(|(_, terms)| terms.pot == Some(true)) {
            self.work.amount.copy_from_slice(&self.work.need);
            take_all(self.pots.row_mut(tranche), &mut self.work.need);
            subtract(&mut self.work.amount, &self.work.need);
            // Used again, it comes back again at its rank.
            add(self.standing.owed.row_mut(tranche), &self.work.amount);
            add(self.standing.principal.row_mut(tranche), &self.work.amount);
            seen(Movement::FromPot(tranche, self.work.amount[0]));
        }
        for group in &plan.draw_groups {
            if is_nothing(&self.work.need) {
                return;
            }
            self.draw(plan, group, period, seen);
        }
        if is_nothing(&self.work.need) {
            return;
        }
        add(&mut self.shortfall, &self.work.need);
        subtract(&mut self.spent, &self.work.need);
        seen(Movement::Shortfall(self.work.need[0]));
    }

    fn outside(&mut self, costs: &Costs, facts: &Facts, period: PeriodId) {
        let [ends, lasts] = &costs.outside;
        if ends.rows() > 0 {
            for (lane, (sum, due)) in self.outside.iter_mut().zip(ends.row(period)).enumerate() {
                *sum += if facts.goes_on(lane, period) { *due } else { 0 };
            }
        }
        if lasts.rows() > 0 {
            add(&mut self.outside, lasts.row(period));
        }
    }

    /// Draws what is needed from the tranches of one draw order, in proportion to what each has left.
    fn draw(&mut self, plan: &WaterfallPlan, group: &[TrancheId], period: PeriodId, seen: &mut impl FnMut(Movement)) {
        if let [tranche] = *group {
            take_part(self.work.left.row_mut(tranche), &mut self.work.need, &mut self.work.amount);
            self.book_draw(plan, tranche, period);
            seen(Movement::Draw(tranche, self.work.amount[0]));
            return;
        }
        self.work.sum.fill(0);
        group.iter().for_each(|&tranche| add(&mut self.work.sum, self.work.left.row(tranche)));
        self.work.total.iter_mut().zip(&self.work.need).zip(&self.work.sum).for_each(|((total, need), sum)| *total = (*need).min(*sum));
        subtract(&mut self.work.need, &self.work.total);
        for &tranche in group {
            let lanes = self.work.amount.iter_mut().zip(self.work.left.row_mut(tranche));
            for (((amount, left), sum), total) in lanes.zip(&mut self.work.sum).zip(&mut self.work.total) {
                // Of what is still to be shared among this tranche and those after it.
                *amount = Sharing::new(*total, *sum).part(*left);
                *sum -= *left;
                *total -= *amount;
                *left -= *amount;
            }
            self.book_draw(plan, tranche, period);
            seen(Movement::Draw(tranche, self.work.amount[0]));
        }
    }

    /// Books `amount` as drawn.
    fn book_draw(&mut self, plan: &WaterfallPlan, tranche: TrancheId, period: PeriodId) {
        add(self.standing.drawn.row_mut(tranche), &self.work.amount);
        subtract(self.flows[tranche].row_mut(period), &self.work.amount);
        if plan.tranches[tranche].is_owed {
            add(self.standing.owed.row_mut(tranche), &self.work.amount);
            add(self.standing.principal.row_mut(tranche), &self.work.amount);
        }
        if plan.tranches[tranche].return_cap.is_some() {
            add(self.work.room.row_mut(tranche), &self.work.amount);
        }
    }

    /// Cash drawn ahead that no later cost needs joins what is distributed.
    pub(super) fn release(&mut self, plan: &WaterfallPlan, facts: &Facts, period: PeriodId) {
        if plan.draws.is_empty() {
            return;
        }
        let lasting = plan.last_lasting_cost.is_some_and(|last| last > period);
        for (lane, (reserve, purse)) in self.work.reserve.iter_mut().zip(self.work.purses.row_mut(0)).enumerate() {
            if period >= plan.last_cost || (!facts.goes_on(lane, period) && !lasting) {
                *purse += core::mem::take(reserve);
            }
        }
    }
}

/// Half up; NaN is 0.
fn rounded(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { (value + 0.5).floor() }
}
