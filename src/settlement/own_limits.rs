//! The limits of one payment, before those of its payors.
//!
//! They hold for what falls due: an amount that a payor's yearly limit or a share of all leaves for later has passed them, counts in the period and the year
//! in which it fell due, and neither is cut again nor counts again when it is paid.

use super::cuts::say;
use super::limit::{hold_at, leave, take_off};
use super::limiter::PaymentLimiter;
use super::line::{Limit, Line};
use super::owed::Owed;
use super::plan::{Period, SettlementPlan};
use crate::analysis::MOST_MONEY;
use crate::deal::{PaymentId, PayorId, PeriodId};
use crate::numeric::whole::add;

/// Passes over payments that are each held to a share of all: each cut leaves less for the others. More would move next to nothing.
const MOST_PASSES: usize = 200;

impl PaymentLimiter {
    /// Cuts what is payable for `payment` to the payment's own limits; `held_since` are the terms (index) of its last claim.
    pub(super) fn limit_payment(
        &mut self,
        plan: &SettlementPlan,
        payment: PaymentId,
        held_since: usize,
        period: PeriodId,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let terms = &plan.payments[payment];
        let payable = &mut self.payable[payment];
        if terms.two_way {
            for (back, payable) in self.back[payment].iter_mut().zip(payable.iter_mut()) {
                *back = (*payable).min(0);
                *payable = (*payable).max(0);
            }
        }
        self.committed.copy_from_slice(owed.payment_paid.row(payment));
        if terms.limits.share.is_some() {
            add(&mut self.committed, &self.held[payment]);
        }
        terms.parts.iter().filter(|&&part| !self.waiting[part].is_empty()).for_each(|&part| add(&mut self.committed, &self.waiting[part]));
        let committed = &self.committed;
        if let Some(cap) = terms.limits.per_period {
            let limit = Limit::Period(payment);
            say(line, period, limit, owed.cuts.keep(limit, payable, |payable| hold_at(payable, cap.0)));
        }
        if let Some(cap) = terms.limits.per_fiscal_year {
            let limit = Limit::FiscalYear(payment);
            self.sum.copy_from_slice(committed);
            take_off(&mut self.sum, &self.committed_before[payment]);
            let this_year = &self.sum;
            say(line, period, limit, owed.cuts.keep(limit, payable, |payable| leave(payable, cap.0, this_year)));
        }
        if let Some(cap) = terms.terms[held_since].cap {
            let limit = Limit::Payment(payment);
            say(line, period, limit, owed.cuts.keep(limit, payable, |payable| leave(payable, cap, committed)));
        }
        if let Some(floor) = terms.limits.floor
            && terms.last_periods.contains(&(period.number()))
        {
            let limit = Limit::Floor(payment);
            let due = owed.payment_due.row(payment);
            let lift = |payable: &mut [i64]| {
                for (lane, ((payable, committed), due)) in payable.iter_mut().zip(committed).zip(due).enumerate() {
                    let last = terms.last_periods[owed.work.late.get(lane).map_or(0, |late| *late as usize)];
                    let ended = owed.work.no_more_payments.get(lane).is_some_and(|&ended| period.number() > ended);
                    *payable = if *due > 0 && !ended && last == period.number() { (*payable).max(floor.0 - committed) } else { *payable };
                }
            };
            say(line, period, limit, owed.cuts.keep(limit, payable, lift));
        }
        // What waits for its share has passed these limits.
        if terms.limits.share.is_some() {
            add(payable, &self.held[payment]);
            self.held[payment].fill(0);
        }
    }

    /// Holds the period's payments to their shares of all; of several, each with what is left of the others.
    pub(super) fn limit_shares(
        &mut self,
        plan: &SettlementPlan,
        events: &Period,
        period: PeriodId,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let shared: Vec<PaymentId> =
            events.payments.iter().copied().filter(|&payment| plan.payments[payment].limits.share.is_some()).collect();
        for _ in 0..MOST_PASSES {
            let mut any = false;
            shared.iter().for_each(|&payment| any |= self.limit_share(plan, payment, events, period, owed, line));
            if !any || shared.len() == 1 {
                break;
            }
        }
        if period.is_last(plan.periods()) {
            shared.iter().for_each(|&payment| owed.cuts.more(Limit::Share(payment), &self.held[payment]));
        }
    }

    /// At most a share of all that the payment's payors pay: with s of the whole, s/(1 − s) of what the other payments come to. Says whether
    /// that cut anything.
    fn limit_share(
        &mut self,
        plan: &SettlementPlan,
        payment: PaymentId,
        events: &Period,
        period: PeriodId,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) -> bool {
        let share = plan.payments[payment].limits.share.unwrap_or(1.0);
        let payors: Vec<PayorId> = plan.payments[payment].parts.iter().map(|&part| plan.parts[part].payor).collect();
        self.room.fill(0);
        for (other, terms) in plan.payments.pairs().filter(|(other, _)| *other != payment) {
            for &part in &terms.parts {
                if payors.contains(&plan.parts[part].payor) {
                    let [before, with] = plan.parts[part].shares;
                    let now = events.payments.binary_search(&other).is_ok();
                    for (lane, room) in self.room.iter_mut().enumerate() {
                        let all = owed.payment_paid.row(other)[lane] + if now { self.payable[other][lane] } else { 0 };
                        *room += (all as f64 * (with - before)) as i64;
                    }
                }
            }
        }
        let payable = &mut self.payable[payment];
        let (before, mut any) = (payable[0], false);
        let lanes = payable.iter_mut().zip(&mut self.held[payment]).zip(&self.room).zip(owed.payment_paid.row(payment));
        for (((payable, held), others), paid) in lanes {
            // More than can be counted is no limit.
            let most = ((*others as f64 * share / (1.0 - share)).min(MOST_MONEY) as i64 - paid).max(0);
            let cut = (*payable - most).max(0);
            any |= cut > 0;
            *held += cut;
            *payable -= cut;
        }
        say(line, period, Limit::Share(payment), [before, payable[0]]);
        any
    }
}
