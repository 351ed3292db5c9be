//! One block of settlements, in columns: a lane is a trial.

use super::Standing;
use super::cuts::{Cuts, say};
use super::expression::{At, Machine, Program};
use super::limit::leave;
use super::line::{Claim, Limit, Line};
use super::pay::Purse;
use super::plan::{Event, Plan};
use super::price::Till;
use crate::credit::Credit;
use crate::deal::{Price, Statistic};
use crate::evaluation::Findings;
use crate::numeric::grid::Grid;
use crate::numeric::whole::{add, nearest};

/// What is owed in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Owed {
    /// Minor units paid, by payor and period: row `payor × periods + period`. Negative where the payor receives.
    pub paid: Grid<i64>,
    /// Minor units due before any limit, by payment.
    pub payment_due: Grid<i64>,
    /// Minor units paid, by payment.
    pub payment_paid: Grid<i64>,
    /// Minor units due after the limits of each payment and before those of the payor, by payor.
    pub payor_due: Grid<i64>,
    /// Minor units paid, by payor.
    pub payor_paid: Grid<i64>,
    /// Minor units owed and not paid because the payor failed, by payor.
    pub unhonoured: Grid<i64>,
    /// Minor units that a payor should have received and nobody could refund, by payor; without rows where no payment goes both ways.
    pub unrefunded: Grid<i64>,
    pub(super) cuts: Cuts,
    /// Claims without a value, by payment: nothing was paid on them.
    pub undefined: Grid<u32>,
    /// Minor units paid, by payment and period, where the plan keeps them.
    pub(super) by_payment: Grid<i64>,
    pub(super) periods: usize,
    stopped: Vec<u32>,
    no_more_payments: Vec<u32>,
    fired: Grid<f64>,
    /// Stop clauses and the program's last period, where it is known and not decided by their conditions.
    stated_stops: Option<Vec<(usize, u32)>>,
    /// The findings without the cohorts that an early stop left out; only in deals with stop clauses.
    restricted: Option<Findings>,
    conditions: Grid<f64>,
    rates: Grid<f64>,
    machine: Machine,
    till: Till,
    amount: Vec<i64>,
    open: Vec<f64>,
    group_payable: Grid<i64>,
    pub(super) purse: Purse,
}

impl Owed {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        let (payments, payors, periods) = (plan.payments.len(), plan.payors.len(), plan.schedule.len());
        Self {
            paid: Grid::new(payors * periods, lanes),
            payment_due: Grid::new(payments, lanes),
            payment_paid: Grid::new(payments, lanes),
            payor_due: Grid::new(payors, lanes),
            payor_paid: Grid::new(payors, lanes),
            unhonoured: Grid::new(payors, lanes),
            unrefunded: Grid::new(if plan.is_two_way() { payors } else { 0 }, lanes),
            cuts: Cuts::new(&plan.limits, lanes),
            undefined: Grid::new(payments, lanes),
            by_payment: Grid::new(if plan.keeps_payments { payments * periods } else { 0 }, lanes),
            periods,
            stopped: vec![u32::MAX; if plan.stops.is_empty() { 0 } else { lanes }],
            no_more_payments: vec![u32::MAX; if plan.stops.iter().any(|stop| stop.payments_end) { lanes } else { 0 }],
            fired: Grid::new(plan.stops.len(), lanes),
            stated_stops: None,
            restricted: None,
            conditions: Grid::new(plan.conditions.len(), lanes),
            rates: Grid::new(plan.rates.len(), lanes),
            machine: Machine::new(plan.formulas, plan.programs(), lanes),
            till: Till::new(payments, plan.pledged, lanes),
            amount: vec![0; lanes],
            open: vec![1.0; lanes],
            group_payable: Grid::new(plan.limited_rows(), lanes),
            purse: Purse::new(plan, lanes),
        }
    }

    /// What `payor` pays in `period`, one value per trial.
    #[must_use]
    pub fn paid_in(&self, payor: usize, period: usize) -> &[i64] {
        self.paid.row(payor * self.periods + period)
    }

    /// What is paid for `payment` in `period`, one value per trial. Only of a plan that keeps payments.
    #[must_use]
    pub fn payment_paid_in(&self, payment: usize, period: usize) -> &[i64] {
        self.by_payment.row(payment * self.periods + period)
    }

    /// What a limit cuts for good, one value per trial; below zero what a floor adds. What waits (for another year, for other payments to
    /// grow) is cut only where it still waits in the end. `None` where the deal does not have that limit.
    #[must_use]
    pub fn cut_by(&self, limit: Limit) -> Option<&[i64]> {
        self.cuts.by(limit)
    }

    /// The period after which the program is over in each trial (`u32::MAX` where it was not stopped); `None` in a deal without stops.
    #[must_use]
    pub fn stopped(&self) -> Option<&[u32]> {
        (!self.stopped.is_empty()).then_some(&self.stopped)
    }

    /// The findings without the cohorts that an early stop left out; `None` in a deal without stops.
    #[must_use]
    pub fn restricted(&self) -> Option<&Findings> {
        self.restricted.as_ref()
    }

    /// Whether a condition (index) of the capital holds in the period at hand: 1, 0, or NaN where undefined.
    #[must_use]
    pub fn condition(&self, index: usize) -> &[f64] {
        self.conditions.row(index)
    }

    /// A rate (index) of the capital in the period at hand; NaN where undefined.
    #[must_use]
    pub fn rate(&self, index: usize) -> &[f64] {
        self.rates.row(index)
    }

    /// Settles from now on with stop clauses that ended the program (index and last period), and no others, whatever their conditions.
    pub fn state_stops(&mut self, stopped: &[(usize, u32)]) {
        self.stated_stops = Some(stopped.to_vec());
    }

    /// Begins a block: nothing is owed yet.
    pub fn begin(&mut self, plan: &Plan, findings: &Findings) {
        for grid in [
            &mut self.payment_due,
            &mut self.payment_paid,
            &mut self.payor_due,
            &mut self.payor_paid,
            &mut self.unhonoured,
            &mut self.unrefunded,
            &mut self.group_payable,
        ] {
            grid.clear();
        }
        self.cuts.clear();
        self.undefined.clear();
        self.fired.clear();
        self.till.units_before.clear();
        self.stopped.fill(u32::MAX);
        self.no_more_payments.fill(u32::MAX);
        self.purse.begin(plan);
        if !plan.stops.is_empty() {
            match &mut self.restricted {
                Some(restricted) => restricted.clone_from(findings),
                none => *none = Some(findings.clone()),
            }
        }
    }

    /// Settles one period; periods come in order. `line` sees what happens in the first lane.
    pub fn settle_period(
        &mut self,
        plan: &Plan,
        findings: &Findings,
        credit: &Credit,
        standing: &Standing,
        period: usize,
        mut line: impl FnMut(Line),
    ) {
        let events = &plan.schedule[period];
        // Each period clears its own rows while they are about to be written: the whole at once would leave the cache.
        for grid in [&mut self.paid, &mut self.by_payment] {
            (period..grid.rows()).step_by(self.periods).for_each(|row| grid.row_mut(row).fill(0));
        }
        if !plan.stops.is_empty() {
            self.stop(plan, standing, period, &mut line);
        }
        let restricted = self.restricted.take();
        let findings = restricted.as_ref().unwrap_or(findings);
        for (index, program) in plan.conditions.iter().enumerate() {
            self.work_out(plan, program, findings, standing, period);
            self.conditions.row_mut(index).copy_from_slice(&self.open);
        }
        for (index, program) in plan.rates.iter().enumerate() {
            self.work_out(plan, program, findings, standing, period);
            self.rates.row_mut(index).copy_from_slice(&self.open);
        }
        self.till.pledged.clear();
        self.purse.open_period(plan, events, &self.payment_paid);
        for event in &events.events {
            self.fall_due(plan, event, findings, standing, period, &mut line);
        }
        if !events.payors.is_empty() {
            let mut purse = core::mem::replace(&mut self.purse, Purse::none());
            purse.pay(plan, events, period, credit, self, &mut line);
            self.purse = purse;
        }
        self.restricted = restricted;
    }

    /// Works `program` out for the deal as a whole; the result is in `self.open`.
    fn work_out(&mut self, plan: &Plan, program: &Program, findings: &Findings, standing: &Standing, period: usize) {
        let events = &plan.schedule[period];
        let at = At {
            findings,
            standing,
            payment_due: &self.payment_due,
            payment_paid: &self.payment_paid,
            fired: &self.fired,
            period: period as u32,
            late: findings.late(),
            day: events.day,
            year: events.deal_year,
            group: 0,
            cohort: 0.0,
            minor_units: plan.minor_units,
        };
        self.open.copy_from_slice(self.machine.value(program, at));
    }

    /// Looks at the stop clauses.
    fn stop(&mut self, plan: &Plan, standing: &Standing, period: usize, line: &mut impl FnMut(Line)) {
        let mut any = false;
        for (index, stop) in plan.stops.iter().enumerate() {
            if let Some(stated) = &self.stated_stops {
                let now = stated.contains(&(index, period as u32));
                self.open.fill(f64::from(u8::from(now)));
            } else {
                if stop.period.is_some_and(|at| at as usize != period) {
                    continue;
                }
                let Some(findings) = self.restricted.take() else { return };
                self.work_out(plan, &stop.when, &findings, standing, period);
                self.restricted = Some(findings);
            }
            let fired = self.fired.row_mut(index);
            for (lane, (fired, holds)) in fired.iter_mut().zip(&self.open).enumerate() {
                if *holds == 1.0 && self.stopped[lane] == u32::MAX {
                    *fired = 1.0;
                    self.stopped[lane] = period as u32;
                    any = true;
                    if stop.payments_end {
                        self.no_more_payments[lane] = period as u32;
                    }
                    if lane == 0 {
                        line(Line::Stop { period, stop: index });
                    }
                }
            }
        }
        if any && let Some(restricted) = &mut self.restricted {
            restricted.leave_out(&self.stopped);
        }
    }

    /// Adds what one claim makes due.
    fn fall_due(
        &mut self,
        plan: &Plan,
        event: &Event,
        findings: &Findings,
        standing: &Standing,
        period: usize,
        line: &mut impl FnMut(Line),
    ) {
        let payment = &plan.payments[event.payment];
        let terms = &payment.terms[event.due.terms];
        let events = &plan.schedule[period];
        let at = At {
            findings,
            standing,
            payment_due: &self.payment_due,
            payment_paid: &self.payment_paid,
            fired: &self.fired,
            period: event.due.known,
            late: findings.late(),
            day: events.day,
            year: events.deal_year,
            group: event.due.group,
            cohort: event.cohort,
            minor_units: plan.minor_units,
        };
        let units_before = self.till.units_before.row(event.payment)[0];
        self.till.look_for_people(event, findings);
        let seen = !self.till.absent.contains(&0);
        let mut valued = true;
        if !self.till.people(terms, event, at, &mut self.amount) {
            self.till.price(terms, event, at, &mut self.machine);
            if let Some(number) = terms.number.as_ref().filter(|_| seen) {
                self.machine.formulas(number).for_each(|(formula, value)| line(Line::Formula { period, formula, value }));
            }
            let undefined = self.undefined.row_mut(event.payment);
            valued = self.till.round(payment.two_way, plan.largest, &mut self.amount, undefined);
        }
        if event.shares != [0.0, 1.0] {
            self.amount.iter_mut().for_each(|amount| *amount = part(*amount, event.shares));
        }
        let mut open = true;
        if let Some(gate) = &terms.gates[event.due.line] {
            let holds = self.machine.value(gate, at);
            for (amount, holds) in self.amount.iter_mut().zip(holds) {
                *amount = if *holds == 1.0 { *amount } else { 0 };
            }
            open = holds[0] == 1.0;
            if seen {
                self.machine.formulas(gate).for_each(|(formula, value)| line(Line::Formula { period, formula, value }));
            }
        }
        for (lane, &stopped) in self.stopped.iter().enumerate() {
            let ended = self.no_more_payments.get(lane).is_some_and(|&ended| period as u32 > ended);
            if event.enrols > stopped || ended {
                self.amount[lane] = 0;
            }
        }
        let over = |ended: &u32| period as u32 > *ended;
        let ended = self.no_more_payments.first().is_some_and(over) || self.stopped.first().is_some_and(|last| event.enrols > *last);
        if let Price::Savings { once_repaid, .. } = &terms.price {
            self.till.pledge(once_repaid, &self.amount, standing);
        }
        if seen {
            line(Line::Claim(Claim {
                period,
                payment: event.payment,
                terms: event.due.terms,
                line: event.due.line,
                measure: event.due.measure,
                group: event.due.group,
                instalment: event.due.instalment,
                factor: event.factor,
                units_before,
                due: self.amount[0],
                open,
                valued,
                ended,
            }));
        }
        let due = self.payment_due.row_mut(event.payment);
        add(due, &self.amount);
        if payment.limited_groups.is_some() {
            self.limit_group(plan, event, findings, period, line);
        }
        add(self.purse.payable(event.payment), &self.amount);
    }

    /// Cuts `self.amount` to what the group's limits leave.
    fn limit_group(&mut self, plan: &Plan, event: &Event, findings: &Findings, period: usize, line: &mut impl FnMut(Line)) {
        let limits = &plan.payments[event.payment].limits;
        let so_far = self.group_payable.row_mut(event.limited_group);
        // Of each person who claims, or of all who enrolled.
        let each = [
            (limits.per_person, Statistic::Units, Limit::Person(event.payment)),
            (limits.per_enrolled, Statistic::Enrolled, Limit::Enrolled(event.payment)),
        ];
        for (cap, of, limit) in each {
            let (Some(cap), Some(measure)) = (cap, event.due.measure) else { continue };
            let persons = &mut self.till.value;
            findings.measures[measure].statistic(of, event.due.group, persons);
            let cut = self.cuts.keep(limit, &mut self.amount, |amounts| {
                for ((amount, so_far), people) in amounts.iter_mut().zip(so_far.iter()).zip(&*persons) {
                    let most = (cap.0 as f64 * people.max(0.0)) as i64;
                    *amount = (*amount).min((most - so_far).max(0));
                }
            });
            say(line, period, limit, cut);
        }
        if let Some(cap) = limits.per_cohort {
            let limit = Limit::Cohort(event.payment);
            let cut = self.cuts.keep(limit, &mut self.amount, |amounts| leave(amounts, cap.0, so_far));
            say(line, period, limit, cut);
        }
        add(so_far, &self.amount);
    }
}

/// The part of a claim between two cumulative shares; the parts of a claim add up to it.
fn part(claim: i64, [before, with]: [f64; 2]) -> i64 {
    let up_to = |share: f64| if share == 1.0 { claim } else { nearest(claim as f64 * share) };
    up_to(with) - up_to(before)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn instalments_add_up_to_the_claim() {
        let parts = [[0.0, 1.0 / 3.0], [1.0 / 3.0, 2.0 / 3.0], [2.0 / 3.0, 1.0]].map(|shares| part(100, shares));
        assert_eq!(parts, [33, 34, 33]);
    }
}
