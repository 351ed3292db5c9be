//! From what is due to what is paid: the limits of payments, payors and deal, in this order, and payors that fail.

use super::limit::{cut, leave, leave_room};
use super::line::{Limit, Line};
use super::owed::Owed;
use super::plan::{Period, Plan};
use crate::credit::Credit;
use crate::numeric::grid::Grid;
use crate::numeric::whole::add;

/// What is payable, and what limits have let through so far.
#[derive(Clone, Debug)]
pub(super) struct Purse {
    /// Payable in the period at hand, by payment; never negative once the period's claims are in.
    payable: Vec<Vec<i64>>,
    /// What the investors owe the payors, as a negative amount, by payment; only where payments go both ways.
    back: Vec<Vec<i64>>,
    /// What a share limit holds back, by payment; only where there is one.
    held: Vec<Vec<i64>>,
    /// Payable in the period at hand, by part.
    parts: Vec<Vec<i64>>,
    /// What a yearly limit left for later, by part; only where the payor carries over.
    waiting: Vec<Vec<i64>>,
    payment_this_year: Grid<i64>,
    payor_this_year: Grid<i64>,
    escrow: Grid<i64>,
    total: Vec<i64>,
    room: Vec<i64>,
    sum: Vec<i64>,
    /// What a payment has paid and what waits for a later year.
    committed: Vec<i64>,
}

impl Purse {
    pub(super) fn new(plan: &Plan, lanes: usize) -> Self {
        let column = |wanted: bool| vec![0; if wanted { lanes } else { 0 }];
        let carries = |part: &super::plan::Part| plan.payors[part.payor].carries_over;
        Self {
            payable: plan.payments.iter().map(|_| column(true)).collect(),
            back: plan.payments.iter().map(|payment| column(payment.two_way)).collect(),
            held: plan.payments.iter().map(|payment| column(payment.limits.share.is_some())).collect(),
            parts: plan.parts.iter().map(|_| column(true)).collect(),
            waiting: plan.parts.iter().map(|part| column(carries(part))).collect(),
            payment_this_year: Grid::new(plan.payments.len(), lanes),
            payor_this_year: Grid::new(plan.payors.len(), lanes),
            escrow: Grid::new(plan.payors.len(), lanes),
            total: vec![0; lanes],
            room: vec![0; lanes],
            sum: vec![0; lanes],
            committed: vec![0; lanes],
        }
    }

    /// A purse without anything in it.
    pub(super) fn none() -> Self {
        Self {
            payable: Vec::new(),
            back: Vec::new(),
            held: Vec::new(),
            parts: Vec::new(),
            waiting: Vec::new(),
            payment_this_year: Grid::default(),
            payor_this_year: Grid::default(),
            escrow: Grid::default(),
            total: Vec::new(),
            room: Vec::new(),
            sum: Vec::new(),
            committed: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self, plan: &Plan) {
        self.total.fill(0);
        for columns in [&mut self.held, &mut self.waiting] {
            columns.iter_mut().for_each(|column| column.fill(0));
        }
        for (payor, plan) in plan.payors.iter().enumerate() {
            self.escrow.row_mut(payor).fill(plan.escrow);
        }
    }

    pub(super) fn open_period(&mut self, plan: &Plan, events: &Period) {
        if events.opens_fiscal_year {
            self.payment_this_year.clear();
            self.payor_this_year.clear();
        }
        for (_, parts) in &events.payors {
            for &part in parts {
                self.payable[plan.parts[part].payment].fill(0);
            }
        }
    }

    pub(super) fn payable(&mut self, payment: usize) -> &mut [i64] {
        &mut self.payable[payment]
    }

    /// Applies the limits to what has fallen due and books what is left in `owed`.
    pub(super) fn pay(
        &mut self,
        plan: &Plan,
        events: &Period,
        period: usize,
        credit: &Credit,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        for &payment in &events.payments {
            self.limit_payment(plan, payment, events, period, owed, line);
        }
        for &payment in events.payments.iter().filter(|&&payment| plan.payments[payment].limits.share.is_some()) {
            self.limit_share(plan, payment, events, period, owed, line);
        }
        self.split(plan, events);
        for (payor, parts) in &events.payors {
            self.limit_payor(plan, *payor, parts, events, period, owed, line);
        }
        if let Some(cap) = plan.cap {
            leave_room(&mut self.room, cap, &self.total);
            let mut parts: Vec<usize> = events.payors.iter().flat_map(|(_, parts)| parts.iter().copied()).collect();
            parts.sort_unstable();
            self.cut(&parts, Limit::Deal, period, line);
        }
        for (payor, parts) in events.payors.iter().filter(|(payor, _)| credit.may_fail(*payor)) {
            self.fail(*payor, parts, events, period, credit, owed, line);
        }
        self.book(plan, events, period, owed, line);
    }

    fn limit_payment(&mut self, plan: &Plan, payment: usize, events: &Period, period: usize, owed: &Owed, line: &mut impl FnMut(Line)) {
        let terms = &plan.payments[payment];
        let payable = &mut self.payable[payment];
        if terms.two_way {
            for (back, payable) in self.back[payment].iter_mut().zip(payable.iter_mut()) {
                *back = (*payable).min(0);
                *payable = (*payable).max(0);
            }
        }
        if terms.limits.share.is_some() {
            add(payable, &self.held[payment]);
        }
        self.committed.copy_from_slice(owed.payment_paid.row(payment));
        terms.parts.iter().filter(|&&part| !self.waiting[part].is_empty()).for_each(|&part| add(&mut self.committed, &self.waiting[part]));
        let paid = &self.committed;
        let mut say = |limit: Limit, from: i64, to: i64| {
            if from != to {
                line(Line::Cut { period, limit, from, to });
            }
        };
        if let Some(cap) = terms.limits.per_period {
            let before = payable[0];
            payable.iter_mut().for_each(|amount| *amount = (*amount).min(cap.0));
            say(Limit::Period(payment), before, payable[0]);
        }
        if let Some(cap) = terms.limits.per_fiscal_year {
            let before = payable[0];
            leave(payable, cap.0, self.payment_this_year.row(payment));
            say(Limit::FiscalYear(payment), before, payable[0]);
        }
        let last_event = events.events.iter().rev().find(|event| event.payment == payment);
        let held_since = last_event.map_or(terms.terms.len() - 1, |event| event.due.terms);
        if let Some(cap) = terms.terms[held_since].cap {
            let before = payable[0];
            leave(payable, cap, paid);
            say(Limit::Payment(payment), before, payable[0]);
        }
        if let Some(floor) = terms.limits.floor
            && terms.last_period as usize == period
        {
            let before = payable[0];
            payable.iter_mut().zip(paid).for_each(|(payable, paid)| *payable = (*payable).max(floor.0 - paid));
            if payable[0] != before {
                line(Line::Cut { period, limit: Limit::Floor(payment), from: before, to: payable[0] });
            }
        }
    }

    /// At most a share of all that the payment's payors pay: with s of the whole, s/(1 − s) of what the other payments come to.
    fn limit_share(&mut self, plan: &Plan, payment: usize, events: &Period, period: usize, owed: &Owed, line: &mut impl FnMut(Line)) {
        let share = plan.payments[payment].limits.share.unwrap_or(1.0);
        let payors: Vec<usize> = plan.payments[payment].parts.iter().map(|&part| plan.parts[part].payor).collect();
        self.room.fill(0);
        for (other, terms) in plan.payments.iter().enumerate().filter(|(other, _)| *other != payment) {
            for &part in &terms.parts {
                if payors.contains(&plan.parts[part].payor) {
                    let [before, with] = plan.parts[part].shares;
                    let now = events.payments.contains(&other);
                    for (lane, room) in self.room.iter_mut().enumerate() {
                        let all = owed.payment_paid.row(other)[lane] + if now { self.payable[other][lane] } else { 0 };
                        *room += (all as f64 * (with - before)) as i64;
                    }
                }
            }
        }
        let payable = &mut self.payable[payment];
        let before = payable[0];
        let lanes = payable.iter_mut().zip(&mut self.held[payment]).zip(&self.room).zip(owed.payment_paid.row(payment));
        for (((payable, held), others), paid) in lanes {
            let most = ((*others as f64 * share / (1.0 - share)) as i64 - paid).max(0);
            *held = (*payable - most).max(0);
            *payable = (*payable).min(most);
        }
        if payable[0] != before {
            line(Line::Cut { period, limit: Limit::Share(payment), from: before, to: payable[0] });
        }
    }

    /// Shares payments out among their payors.
    fn split(&mut self, plan: &Plan, events: &Period) {
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
        plan: &Plan,
        payor: usize,
        parts: &[usize],
        events: &Period,
        period: usize,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let limits = &plan.payors[payor];
        parts.iter().for_each(|&part| add(owed.payor_due.row_mut(payor), &self.parts[part]));
        if limits.carries_over {
            parts.iter().for_each(|&part| add(&mut self.parts[part], &self.waiting[part]));
        }
        if let Some(most) = limits.by_year.get(events.year) {
            let this_year = self.payor_this_year.row(payor);
            leave_room(&mut self.room, *most, this_year);
            if limits.carries_over {
                parts.iter().for_each(|&part| self.waiting[part].copy_from_slice(&self.parts[part]));
            }
            self.cut(parts, Limit::PayorYear(payor), period, line);
            if limits.carries_over {
                for &part in parts {
                    self.waiting[part].iter_mut().zip(&self.parts[part]).for_each(|(waiting, paid)| *waiting -= paid);
                }
            }
        }
        if let Some(cap) = limits.cap {
            leave_room(&mut self.room, cap, owed.payor_paid.row(payor));
            self.cut(parts, Limit::Payor(payor), period, line);
        }
    }

    /// What a payor that fails does not pay, its escrow aside.
    #[expect(clippy::too_many_arguments, reason = "one step of `pay`, with everything that step reads")]
    fn fail(
        &mut self,
        payor: usize,
        parts: &[usize],
        events: &Period,
        period: usize,
        credit: &Credit,
        owed: &mut Owed,
        line: &mut impl FnMut(Line),
    ) {
        let fails = |lane: usize| credit.fails(payor, period as u32, events.year, lane);
        let sum = |columns: &[Vec<i64>], lane: usize| parts.iter().map(|&part| columns[part][lane]).sum::<i64>();
        let escrow = self.escrow.row(payor);
        self.room.iter_mut().enumerate().for_each(|(lane, room)| *room = if fails(lane) { escrow[lane] } else { i64::MAX });
        for lane in (0..self.room.len()).filter(|&lane| fails(lane)) {
            owed.unhonoured.row_mut(payor)[lane] += sum(&self.parts, lane);
        }
        self.cut(parts, Limit::Failure(payor), period, line);
        for lane in (0..self.room.len()).filter(|&lane| fails(lane)) {
            let paid = sum(&self.parts, lane);
            owed.unhonoured.row_mut(payor)[lane] -= paid;
            self.escrow.row_mut(payor)[lane] -= paid;
        }
    }

    /// Cuts `parts` to `self.room`.
    fn cut(&mut self, parts: &[usize], limit: Limit, period: usize, line: &mut impl FnMut(Line)) {
        let sum = |columns: &[Vec<i64>]| parts.iter().map(|&part| columns[part][0]).sum::<i64>();
        let before = sum(&self.parts);
        if let [only] = parts {
            cut(&mut [&mut self.parts[*only]], &self.room, &mut self.sum);
        } else {
            cut(&mut pick(&mut self.parts, parts), &self.room, &mut self.sum);
        }
        let after = sum(&self.parts);
        if after != before {
            line(Line::Cut { period, limit, from: before, to: after });
        }
    }

    fn book(&mut self, plan: &Plan, events: &Period, period: usize, owed: &mut Owed, line: &mut impl FnMut(Line)) {
        for (payor, parts) in &events.payors {
            for &part in parts {
                let payment = plan.parts[part].payment;
                let column = &mut self.parts[part];
                if plan.payments[payment].two_way && events.payments.contains(&payment) {
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
                add(owed.paid.row_mut(payor * owed.periods + period), column);
                if plan.payments[payment].limits.per_fiscal_year.is_some() {
                    add(self.payment_this_year.row_mut(payment), column);
                }
                if !plan.payors[*payor].by_year.is_empty() {
                    add(self.payor_this_year.row_mut(*payor), column);
                }
                if plan.keeps_payments {
                    add(owed.by_payment.row_mut(payment * owed.periods + period), column);
                }
                if plan.cap.is_some() {
                    add(&mut self.total, column);
                }
            }
        }
    }
}

/// The part of `amount` up to a cumulative share: rounded half up, the whole at 1.
fn shared(amount: i64, share: f64) -> i64 {
    if share == 1.0 { amount } else { (amount as f64 * share + 0.5).floor() as i64 }
}

/// The columns of `parts`, to write, in their order.
fn pick<'a>(columns: &'a mut [Vec<i64>], parts: &[usize]) -> Vec<&'a mut [i64]> {
    let mut picked: Vec<(usize, &mut [i64])> = columns
        .iter_mut()
        .enumerate()
        .filter_map(|(at, column)| parts.iter().position(|&part| part == at).map(|place| (place, column.as_mut_slice())))
        .collect();
    picked.sort_unstable_by_key(|&(place, _)| place);
    picked.into_iter().map(|(_, column)| column).collect()
}
