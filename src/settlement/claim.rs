//! One claim: is it made, does its gate open, what does its price come to, which part of it falls due now?

use super::Standing;
use super::cuts::say;
use super::expression::At;
use super::limit::leave;
use super::line::{Claim, Limit, Line};
use super::owed::Owed;
use super::plan::{Event, SettlementPlan};
use crate::deal::{PeriodId, Price, Statistic, Term};
use crate::evaluation::Estimates;
use crate::numeric::whole::{add, nearest};

/// What was decided of a claim in the first lane.
#[derive(Clone, Copy)]
struct Decided {
    open: bool,
    undecided: bool,
    valued: bool,
}

impl Owed {
    /// Adds what one claim, or one instalment of it, makes due.
    pub(super) fn fall_due(
        &mut self,
        plan: &SettlementPlan,
        event: &Event,
        findings: &Estimates,
        standing: &Standing,
        period: PeriodId,
        line: &mut impl FnMut(Line),
    ) {
        let payment = &plan.payments[event.payment];
        self.work.till.look_for_people(event, findings);
        let seen = !self.work.till.absent.contains(&0);
        self.survey.iter_mut().for_each(|survey| survey.arises(&self.work.till.absent));
        let units_before = self.work.till.units_before.row(event.payment)[0];
        // A claim is decided once, with its first instalment, and then only shared out.
        let decided = match event.claim.filter(|_| event.due.instalment > 0) {
            Some(claim) => {
                self.work.amount.copy_from_slice(self.work.claimed.row(claim));
                Decided { open: true, undecided: false, valued: true }
            }
            None => self.decide(plan, event, findings, standing, period, line),
        };
        if event.shares != [0.0, 1.0] {
            self.work.amount.iter_mut().for_each(|amount| *amount = part(*amount, event.shares));
        }
        for (lane, &stopped) in self.stopped.iter().enumerate() {
            let ended = self.work.no_more_payments.get(lane).is_some_and(|&ended| period.number() > ended);
            if event.enrols > stopped || ended {
                self.work.amount[lane] = 0;
            }
        }
        let over = |ended: &u32| period.number() > *ended;
        let ended = self.work.no_more_payments.first().is_some_and(over) || self.stopped.first().is_some_and(|last| event.enrols > *last);
        if let Some(survey) = &mut self.survey {
            let formula = match payment.terms[event.due.terms].price.table().map(|table| &table.by) {
                Some(Term::Formula(formula)) => Some(*formula),
                _ => None,
            };
            survey.end(event, &self.work.amount, formula);
        }
        if let Price::Savings { once_repaid, .. } = &payment.terms[event.due.terms].price {
            self.work.till.pledge(once_repaid, &self.work.amount, standing);
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
                due: self.work.amount[0],
                open: decided.open,
                undecided: decided.undecided,
                valued: decided.valued,
                ended,
            }));
        }
        let due = self.payment_due.row_mut(event.payment);
        add(due, &self.work.amount);
        if payment.limited_groups.is_some() {
            self.limit_group(plan, event, findings, period, line);
        }
        add(self.work.purse.payable(event.payment), &self.work.amount);
    }

    /// Writes what the claim of `event` comes to, its gate considered, to `self.work.amount`.
    fn decide(
        &mut self,
        plan: &SettlementPlan,
        event: &Event,
        findings: &Estimates,
        standing: &Standing,
        period: PeriodId,
        line: &mut impl FnMut(Line),
    ) -> Decided {
        let payment = &plan.payments[event.payment];
        let terms = &payment.terms[event.due.terms];
        let events = &plan.schedule[period];
        let at = At {
            findings,
            standing,
            payment_due: &self.payment_due,
            payment_paid: &self.payment_paid,
            fired: &self.work.fired,
            period: event.due.known,
            late: findings.late(),
            day: events.day,
            year: events.deal_year,
            group: event.due.group,
            cohort: event.cohort,
            minor_units: plan.minor_units,
        };
        let seen = !self.work.till.absent.contains(&0);
        let gate = terms.gates[event.due.line].as_ref();
        if let Some(gate) = gate {
            self.work.open.copy_from_slice(self.work.machine.value(gate, at));
            if seen {
                self.work.machine.formulas(gate).for_each(|(formula, value)| line(Line::Formula { period, formula, value }));
            }
            if let Some(survey) = &mut self.survey {
                survey.worked_out(gate, &self.work.machine);
                survey.gate(&self.work.open);
            }
        }
        let mut valued = true;
        if !self.work.till.people(terms, event, at, &mut self.work.amount) {
            self.work.till.price(terms, event, at, gate.map(|_| self.work.open.as_slice()), &mut self.work.machine);
            if let Some(number) = terms.number.as_ref().filter(|_| seen) {
                self.work.machine.formulas(number).for_each(|(formula, value)| line(Line::Formula { period, formula, value }));
            }
            if let Some(survey) = &mut self.survey {
                terms.number.iter().for_each(|number| survey.worked_out(number, &self.work.machine));
                survey.values(&self.work.till.value, plan.largest);
            }
            let undefined = self.undefined.row_mut(event.payment);
            valued = self.work.till.round(payment.two_way, plan.largest, &mut self.work.amount, undefined);
        }
        if gate.is_some() {
            self.work.amount.iter_mut().zip(&self.work.open).for_each(|(amount, holds)| *amount = if *holds == 1.0 { *amount } else { 0 });
        }
        if let Some(claim) = event.claim {
            self.work.claimed.row_mut(claim).copy_from_slice(&self.work.amount);
        }
        let holds = if gate.is_none() { 1.0 } else { self.work.open[0] };
        Decided { open: holds == 1.0, undecided: holds.is_nan(), valued }
    }

    /// Cuts `self.work.amount` to what the group's limits leave.
    fn limit_group(&mut self, plan: &SettlementPlan, event: &Event, findings: &Estimates, period: PeriodId, line: &mut impl FnMut(Line)) {
        let limits = &plan.payments[event.payment].limits;
        let so_far = self.work.group_payable.row_mut(event.limited_group);
        // Of each person who claims, or of all who enrolled.
        let each = [
            (limits.per_person, Statistic::Units, Limit::Person(event.payment)),
            (limits.per_enrolled, Statistic::Enrolled, Limit::Enrolled(event.payment)),
        ];
        for (cap, of, limit) in each {
            let (Some(cap), Some(measure)) = (cap, event.due.measure) else { continue };
            let persons = &mut self.work.till.value;
            findings.measures[measure].statistic(of, event.due.group, persons);
            let cut = self.cuts.keep(limit, &mut self.work.amount, |amounts| {
                for ((amount, so_far), people) in amounts.iter_mut().zip(so_far.iter()).zip(&*persons) {
                    let most = (cap.0 as f64 * people.max(0.0)) as i64;
                    *amount = (*amount).min((most - so_far).max(0));
                }
            });
            say(line, period, limit, cut);
        }
        if let Some(cap) = limits.per_cohort {
            let limit = Limit::Cohort(event.payment);
            let cut = self.cuts.keep(limit, &mut self.work.amount, |amounts| leave(amounts, cap.0, so_far));
            say(line, period, limit, cut);
        }
        add(so_far, &self.work.amount);
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
