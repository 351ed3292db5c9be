//! Which claims wait on which reports: those that were due by now, and the next of each payment.

use crate::deal::{Condition, Deal, Due, Leaf, PaymentId, Price, Reported, SoFar, Term};
use crate::engine::{Entry, Settled, settle_through};
use crate::settlement::Line;

/// A claim, or an instalment of it, that is to be paid, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Payment.
    pub payment: PaymentId,
    /// The claim, with the period in which it falls due.
    pub due: Due,
    /// What it asks of the evaluator, each once, and the period of the report; in its order.
    pub reports: Vec<(Reported, u32)>,
    /// How many of these are given: their value is a number.
    pub given: usize,
    /// Minor units before the limits of later payments, where everything that decides it is known.
    pub amount: Option<i64>,
}

impl Waiting {
    /// Whether it was due by now and waits on a late report.
    #[must_use]
    pub fn is_overdue(&self, through: u32) -> bool {
        self.due.period <= through
    }

    /// The reports that are not there yet.
    pub fn missing(&self) -> impl Iterator<Item = &(Reported, u32)> {
        self.reports.iter().filter(|(report, _)| report.value.is_nan())
    }
}

/// Claims that were due by now and lack a report, and the next claims of each payment, in the order of their days.
pub(super) fn waiting(deal: &Deal, so_far: &SoFar, settled: &Settled) -> Vec<Waiting> {
    let periods = deal.timeline.periods;
    // What later claims come to on what is known now.
    let later = settle_through(deal, &so_far.results, periods - 1);
    let mut all: Vec<Waiting> = Vec::new();
    for payment in deal.payments.ids() {
        let claims: Vec<Waiting> = settled
            .deal
            .planned_dues(payment)
            .into_iter()
            .filter(|due| due.period < periods && !over(deal, so_far, due))
            .map(|due| claim(deal, so_far, payment, due))
            .collect();
        let complete = claims.iter().all(|claim| claim.given == claim.reports.len() || claim.due.known > so_far.through);
        let next = claims.iter().map(|claim| claim.due.period).filter(|&period| period > so_far.through).min();
        for mut claim in claims {
            let lacks = claim.given < claim.reports.len();
            if (lacks && claim.due.period <= so_far.through) || Some(claim.due.period) == next {
                let alone = complete || !depends_on_earlier(deal, payment, &claim.due);
                if !lacks && alone && !asks_of_money(deal, payment, &claim.due) {
                    claim.amount = later.ledger.iter().find_map(|entry| due_of(entry, payment, &claim.due));
                }
                all.push(claim);
            }
        }
    }
    all.sort_by_key(|claim| (claim.due.period, claim.payment));
    all
}

/// Whether nothing can be due any more: the program ended before its people came, or payments ended with it.
fn over(deal: &Deal, so_far: &SoFar, due: &Due) -> bool {
    let Some(&(stop, last)) = so_far.results.stopped.iter().min_by_key(|(_, last)| *last) else { return false };
    let late = so_far.results.began_late(deal);
    let first = |measure| {
        let cohorts = &deal.measure_groups(measure)[due.group];
        cohorts.iter().map(|&cohort| deal.program.cohorts[cohort].period.saturating_add(late)).min()
    };
    let never = due.measure.and_then(first).is_some_and(|enrols| enrols > last);
    never || (deal.stops[stop].payments_end && due.period > last)
}

fn claim(deal: &Deal, so_far: &SoFar, payment: PaymentId, due: Due) -> Waiting {
    let (late, known) = (so_far.results.began_late(deal), so_far.results.known(deal));
    let mut reports: Vec<(Reported, u32)> = Vec::new();
    for (measure, group, statistic) in deal.asked(payment, &due) {
        if reports.iter().any(|(report, _)| (report.measure, report.group, report.statistic) == (measure, group, statistic)) {
            continue;
        }
        let out = deal.reported_in(measure, group, late);
        let value = known.value(deal, measure, group, statistic).filter(|_| out <= so_far.through).unwrap_or(f64::NAN);
        reports.push((Reported { measure, group, statistic, value }, out));
    }
    let given = reports.iter().filter(|(report, _)| !report.value.is_nan()).count();
    Waiting { payment, due, reports, given, amount: None }
}

/// Whether what a claim comes to depends on claims before it.
fn depends_on_earlier(deal: &Deal, payment: PaymentId, due: &Due) -> bool {
    matches!(deal.payments[payment].terms[due.terms].price, Price::Tiers(_) | Price::Savings { .. })
}

/// Whether a claim asks what is paid or owed in the meantime, or whether the program ends.
fn asks_of_money(deal: &Deal, payment: PaymentId, due: &Due) -> bool {
    let terms = &deal.payments[payment].terms[due.terms];
    let mut asks = matches!(terms.price, Price::Savings { .. });
    deal.visit_terms(terms, |leaf| {
        asks |= matches!(
            leaf,
            Leaf::Term(Term::Payment(..) | Term::Tranche(..)) | Leaf::Condition(Condition::Achieved(_) | Condition::Stopped(_))
        );
    });
    asks
}

fn due_of(entry: &Entry, payment: PaymentId, due: &Due) -> Option<i64> {
    let Entry::Line(Line::Claim(claim)) = entry else { return None };
    let same = claim.payment == payment
        && claim.period.number() == due.period
        && (claim.line, claim.measure, claim.group, claim.instalment) == (due.line, due.measure, due.group, due.instalment);
    same.then_some(claim.due)
}
