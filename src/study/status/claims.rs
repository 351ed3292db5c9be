//! Which claims wait on which reports: those that were due by now, and the next of each payment.

use std::collections::HashMap;

use crate::deal::{Condition, Deal, Due, GroupId, Known, Leaf, MeasureId, PaymentId, Price, Reported, SoFar, Term};
use crate::engine::{Entry, Settled, settle_through};
use crate::numeric::each::Each;
use crate::settlement::{Claim, Line};

/// A claim, or an instalment of it, that is to be paid, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Payment.
    pub payment: PaymentId,
    /// The claim, with the period in which it falls due.
    pub due: Due,
    /// What it asks of the evaluator, each once, and the period of the report; without a value where it is not there yet and still needed.
    pub reports: Vec<(Reported, u32)>,
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
    // What all claims come to on what is known now: a number that nobody reported leaves those undecided that need it.
    let on_this = settle_through(deal, &so_far.results, periods - 1);
    let mut made: HashMap<Key, Claim> = HashMap::new();
    for entry in &on_this.ledger {
        if let Entry::Line(Line::Claim(claim)) = entry {
            let due = [claim.line, claim.group.index(), claim.instalment];
            made.insert((claim.payment, claim.measure, due), *claim);
        }
    }
    let asked = Asked { deal, so_far, known: so_far.results.known(deal), out: deal.reported_in(so_far.results.began_late(deal)) };
    let key = |payment: PaymentId, due: &Due, instalment: usize| (payment, due.measure, [due.line, due.group.index(), instalment]);
    let mut all: Vec<Waiting> = Vec::new();
    for payment in deal.payments.ids() {
        // Nobody came where there is no claim, or the program had ended.
        let arises = |due: &Due| made.get(&key(payment, due, due.instalment)).is_some_and(|claim| !claim.ended);
        let mut dues: Vec<Due> = settled.deal.planned_dues(payment).into_iter().filter(arises).collect();
        dues.sort_by_key(|due| (due.period, due.instalment));
        let next = dues.iter().map(|due| due.period).filter(|&period| period > so_far.through).min();
        let mut before: Vec<(Reported, u32)> = Vec::new();
        for due in dues {
            let mut claim = asked.claim(payment, due);
            let mut earlier = false;
            if depends_on_earlier(deal, payment, &due) {
                let own: Vec<(Reported, u32)> = claim.missing().copied().collect();
                earlier = !before.is_empty();
                claim.reports.extend(before.iter().copied());
                before.extend(own);
            }
            // A claim is decided with its first instalment.
            let decided = made.get(&key(payment, &due, 0)).is_some_and(is_decided) && !asked.counts_what_is_to_come(&claim);
            let lacks = claim.missing().next().is_some() && !decided;
            if decided && !earlier && !(due.known > so_far.through && asks_of_money(deal, payment, &due)) {
                claim.amount = made.get(&key(payment, &due, due.instalment)).map(|claim| claim.due);
                claim.reports.retain(|(report, _)| !report.value.is_nan());
            }
            if (lacks && due.period <= so_far.through) || Some(due.period) == next {
                all.push(claim);
            }
        }
    }
    all.sort_by_key(|claim| (claim.due.period, claim.payment));
    all
}

/// A claim by payment, measure, line, group and instalment.
type Key = (PaymentId, Option<MeasureId>, [usize; 3]);

/// Whether what it comes to is certain: its gate is shut, or it has a value.
fn is_decided(claim: &Claim) -> bool {
    !claim.undecided && (!claim.open || claim.valued)
}

/// What claims ask of the evaluator.
struct Asked<'a> {
    deal: &'a Deal,
    so_far: &'a SoFar,
    known: Known,
    out: Each<MeasureId, Each<GroupId, u32>>,
}

impl Asked<'_> {
    fn claim(&self, payment: PaymentId, due: Due) -> Waiting {
        let mut reports: Vec<(Reported, u32)> = Vec::new();
        for (measure, group, statistic) in self.deal.asked(payment, &due) {
            let out = self.out[measure][group];
            let same = |(report, _): &(Reported, u32)| (report.measure, report.group, report.statistic) == (measure, group, statistic);
            // What is reported only after the claim is decided was never asked.
            if out > due.known || reports.iter().any(same) {
                continue;
            }
            let value = self.known.value(self.deal, measure, group, statistic).filter(|_| out <= self.so_far.through);
            reports.push((Reported { measure, group, statistic, value: value.unwrap_or(f64::NAN) }, out));
        }
        Waiting { payment, due, reports, amount: None }
    }

    /// Whether it counts people who are only planned so far.
    fn counts_what_is_to_come(&self, claim: &Waiting) -> bool {
        let known = |report: &Reported| self.known.value(self.deal, report.measure, report.group, report.statistic).is_some();
        claim.missing().any(|(report, _)| known(report))
    }
}

/// Whether what a claim comes to depends on claims before it.
fn depends_on_earlier(deal: &Deal, payment: PaymentId, due: &Due) -> bool {
    matches!(deal.payments[payment].terms[due.terms].price, Price::Tiers(_))
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
