//! From what is due to what is paid: the limits of payments, payors and deal, in this order, and payors that fail.

use super::cuts::say;
use super::limit::{cut, leave_room, take_off};
use super::limiter::PaymentLimiter;
use super::line::{Limit, Line};
use super::owed::Owed;
use super::plan::{Period, SettlementPlan};
use crate::credit::Credit;
use crate::deal::{PaymentId, PayorId, PeriodId};
use crate::numeric::grid::Grid;
use crate::numeric::whole::{self, add};

impl PaymentLimiter {
    pub(super) fn begin(&mut self, plan: &SettlementPlan) {
        self.total.fill(0);
        self.held.iter_mut().chain(&mut self.waiting).for_each(|column| column.fill(0));
        for (payor, plan) in plan.payors.pairs() {
            self.escrow.row_mut(payor).fill(plan.escrow);
        }
    }

    pub(super) fn open_period(&mut self, plan: &SettlementPlan, events: &Period, paid: &Grid<i64, PaymentId>) {
        self.back.iter_mut().for_each(|back| back.fill(0));
        if events.opens_fiscal_year {
            self.payor_this_year.clear();
            for (payment, before) in self.committed_before.pairs_mut().filter(|(_, before)| !before.is_empty()) {
                before.copy_from_slice(paid.row(payment));
                if plan.payments[payment].limits.share.is_some() {
                    add(before, &self.held[payment]);
                }
                plan.payments[payment]
                    .parts
                    .iter()
                    .filter(|&&part| !self.waiting[part].is_empty())
                    .for_each(|&part| add(before, &self.waiting[part]));
            }
        }
        for (_, parts) in &events.payors {
            for &part in parts {
                self.payable[plan.parts[part].payment].fill(0);
            }
        }
    }

    pub(super) fn payable(&mut self, payment: PaymentId) -> &mut [i64] {
        &mut self.payable[payment]
    }

    /// Applies the limits to what has fallen due and books what is left in `owed`.
    pub(super) fn pay(
        &mut self,
        plan: &SettlementPlan,
        events: &Period,
        period: PeriodId,
        credit: &Credit,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        for (&payment, &held_since) in events.payments.iter().zip(&events.held_since) {
            self.limit_payment(plan, payment, held_since, period, owed, line);
        }
        self.limit_shares(plan, events, period, owed, line);
        self.split(plan, events);
        for (payor, parts) in &events.payors {
            self.limit_payor(plan, *payor, parts, events, period, owed, line);
        }
        if let Some(cap) = plan.cap {
            leave_room(&mut self.room, cap, &self.total);
            let mut parts: Vec<usize> = events.payors.iter().flat_map(|(_, parts)| parts.iter().copied()).collect();
            parts.sort_unstable();
            self.cut(&parts, Limit::Deal, period, Some(owed), line);
        }
        for (payor, parts) in events.payors.iter().filter(|(payor, _)| credit.may_fail(*payor)) {
            self.fail(*payor, parts, events, period, credit, owed, line);
        }
        self.book(plan, events, period, owed, line);
    }

    /// Shares payments out among their payors.
    fn split(&mut self, plan: &SettlementPlan, events: &Period) {
        for (_, parts) in &events.payors {
            for &part in parts {
                let [before, with] = plan.parts[part].shares;
                let payable = &mut self.payable[plan.parts[part].payment];
                if with - before == 1.0 {
                    // The next period begins with columns of its own.
                    core::mem::swap(&mut self.parts[part], payable);
                    continue;
                }
                for (out, payable) in self.parts[part].iter_mut().zip(&*payable) {
                    *out = shared(*payable, with) - shared(*payable, before);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of `pay`, with everything that step reads")]
    fn limit_payor(
        &mut self,
        plan: &SettlementPlan,
        payor: PayorId,
        parts: &[usize],
        events: &Period,
        period: PeriodId,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let limits = &plan.payors[payor];
        parts.iter().for_each(|&part| add(owed.payor_due.row_mut(payor), &self.parts[part]));
        if limits.carries_over {
            for &part in parts {
                add(&mut self.parts[part], &self.waiting[part]);
                self.waiting[part].copy_from_slice(&self.parts[part]);
            }
        }
        if let Some(most) = limits.by_year.get(events.year) {
            leave_room(&mut self.room, *most, self.payor_this_year.row(payor));
            // What waits is cut only where it still waits in the end.
            let for_good = !limits.carries_over || period.is_last(plan.periods());
            self.cut(parts, Limit::PayorYear(payor), period, for_good.then_some(&mut *owed), line);
        }
        if limits.carries_over {
            parts.iter().for_each(|&part| take_off(&mut self.waiting[part], &self.parts[part]));
        }
        if let Some(cap) = limits.cap {
            leave_room(&mut self.room, cap, owed.payor_paid.row(payor));
            self.cut(parts, Limit::Payor(payor), period, Some(owed), line);
        }
    }

    /// What a payor that fails does not pay, its escrow aside.
    #[expect(clippy::too_many_arguments, reason = "one step of `pay`, with everything that step reads")]
    fn fail(
        &mut self,
        payor: PayorId,
        parts: &[usize],
        events: &Period,
        period: PeriodId,
        credit: &Credit,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let fails = |lane: usize| credit.fails(payor, period.number(), events.year, lane);
        let sum = |columns: &[Vec<i64>], lane: usize| parts.iter().map(|&part| columns[part][lane]).sum::<i64>();
        let escrow = self.escrow.row(payor);
        self.room.iter_mut().enumerate().for_each(|(lane, room)| *room = if fails(lane) { escrow[lane] } else { i64::MAX });
        for lane in (0..self.room.len()).filter(|&lane| fails(lane)) {
            owed.defaulted.row_mut(payor)[lane] += sum(&self.parts, lane);
        }
        self.cut(parts, Limit::Failure(payor), period, None, line);
        for lane in (0..self.room.len()).filter(|&lane| fails(lane)) {
            let paid = sum(&self.parts, lane);
            owed.defaulted.row_mut(payor)[lane] -= paid;
            self.escrow.row_mut(payor)[lane] -= paid;
        }
    }

    /// Cuts `parts` to `self.room`; what is cut for good is kept in the books of `owed`.
    fn cut(&mut self, parts: &[usize], limit: Limit, period: PeriodId, owed: Option<&mut Owed>, line: &mut impl FnMut(Line)) {
        let sum = |columns: &[Vec<i64>]| parts.iter().map(|&part| columns[part][0]).sum::<i64>();
        let before = sum(&self.parts);
        let any = if let [only] = parts {
            cut(&mut [&mut self.parts[*only]], &self.room, &mut self.sum)
        } else {
            cut(&mut pick(&mut self.parts, parts), &self.room, &mut self.sum)
        };
        if any {
            if let Some(owed) = owed {
                owed.cuts.beyond(limit, &self.sum, &self.room);
            }
            say(line, period, limit, [before, sum(&self.parts)]);
        }
    }

    fn book(&mut self, plan: &SettlementPlan, events: &Period, period: PeriodId, owed: &mut Owed, line: &mut impl FnMut(Line)) {
        for (payor, parts) in &events.payors {
            for &part in parts {
                let payment = plan.parts[part].payment;
                let column = &mut self.parts[part];
                if plan.payments[payment].two_way && events.payments.binary_search(&payment).is_ok() {
                    let [before, with] = plan.parts[part].shares;
                    for (amount, back) in column.iter_mut().zip(&self.back[payment]) {
                        *amount -= shared(-back, with) - shared(-back, before);
                    }
                }
                if column[0] != 0 {
                    line(Line::Paid { period, payment, payor: *payor, amount: column[0] });
                }
                add(owed.payment_paid.row_mut(payment), column);
                add(owed.payor_paid.row_mut(*payor), column);
                add(owed.paid.row_mut(payor.index() * owed.periods + period.index()), column);
                if !plan.payors[*payor].by_year.is_empty() {
                    add(self.payor_this_year.row_mut(*payor), column);
                }
                if plan.keeps_payments {
                    add(owed.by_payment.row_mut(payment.index() * owed.periods + period.index()), column);
                }
                if plan.cap.is_some() {
                    add(&mut self.total, column);
                }
            }
        }
    }
}

/// The part of `amount` up to a cumulative share: rounded half up, the whole at 1.
pub(super) fn shared(amount: i64, share: f64) -> i64 {
    if share == 1.0 { amount } else { whole::part(amount, share) }
}

/// The columns of `parts`, to write, in their order.
fn pick<'a>(columns: &'a mut [Vec<i64>], parts: &[usize]) -> Vec<&'a mut [i64]> {
    let mut order: Vec<(usize, usize)> = parts.iter().enumerate().map(|(place, &part)| (part, place)).collect();
    order.sort_unstable();
    let (mut rest, mut passed) = (columns, 0);
    let mut picked: Vec<(usize, &mut [i64])> = Vec::with_capacity(parts.len());
    for (part, place) in order {
        let Some((column, after)) = std::mem::take(&mut rest)[part - passed..].split_first_mut() else { break };
        picked.push((place, column.as_mut_slice()));
        (rest, passed) = (after, part + 1);
    }
    picked.sort_unstable_by_key(|&(place, _)| place);
    picked.into_iter().map(|(_, column)| column).collect()
}
