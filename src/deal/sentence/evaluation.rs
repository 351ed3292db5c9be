//! With what is it compared, and who confirms it? The evaluator's part of a payment's sentence.

use super::listed;
use crate::deal::{Deal, Measure, Method, OutcomeRef, Payment};
use crate::quantity::{grouped, trimmed};

/// The name of what is measured.
#[must_use]
pub fn outcome_name(deal: &Deal, of: OutcomeRef) -> &str {
    match of {
        OutcomeRef::Enrolled => "enrolled",
        OutcomeRef::Outcome(outcome) => &deal.outcomes[outcome].name,
    }
}

/// `120 matched people` or `120 matched villages`; `one matched person` where it is one and people are served.
fn people(deal: &Deal, number: u32, which: &str) -> String {
    match (&deal.program.unit, number) {
        (None, 1) => format!("one {which}person"),
        (None, number) => format!("{} {which}people", grouped(u64::from(number))),
        (Some(unit), number) => format!("{} {which}{unit}", grouped(u64::from(number))),
    }
}

/// With what a measure compares: `compared with 120 people per cohort whom a lottery left out`.
#[must_use]
pub fn compared(deal: &Deal, measure: &Measure) -> String {
    let left_out = if deal.program.unit.is_some() { "that a lottery left out" } else { "whom a lottery left out" };
    match &measure.method {
        Method::Count => "compared with nothing".into(),
        Method::Randomized(comparators) => format!("compared with {} per cohort {left_out}", people(deal, comparators.per_cohort, "")),
        Method::Matched { comparators, .. } => format!("compared with {} per cohort", people(deal, comparators.per_cohort, "matched ")),
        Method::Historical(history) => match (history.baseline, history.estimated_from) {
            (Some(baseline), None) => format!("compared with a known {}", trimmed(baseline)),
            (_, Some(number)) => format!("compared with {}", people(deal, number, "earlier ")),
            (None, None) => "compared with what was known before".into(),
        },
        Method::FixedThenLive { baseline, cohorts, comparators } => {
            let first = if *cohorts == 1 { "the first cohort".into() } else { format!("the first {cohorts} cohorts") };
            let later = people(deal, comparators.per_cohort, "");
            format!("compared with a fixed {} for {first}, then with {later} per cohort {left_out}", trimmed(*baseline))
        }
        Method::Blend(parts) => {
            let word = |(part, weight): &(usize, f64)| format!("{}% “{}”", trimmed(weight * 100.0), deal.measures[*part].name);
            format!("compared by {}", listed(&parts.iter().map(word).collect::<Vec<_>>()))
        }
        Method::Exact => "compared with what would truly have happened".into(),
    }
}

/// `, compared with …, confirmed by …` of the one measure that is paid for.
pub(super) fn of_measure(deal: &Deal, measure: &Measure) -> String {
    match measure.records {
        Some(records) => format!(", {}, confirmed by {}", compared(deal, measure), deal.records[records].name),
        None => format!(", {}, confirmed for everybody", compared(deal, measure)),
    }
}

/// The same of a rate card, each source of confirmation once.
pub(super) fn of_card(deal: &Deal, payment: &Payment) -> String {
    let mut sources: Vec<String> = Vec::new();
    for measure in payment.measures() {
        let source = deal.measures[measure].records.map_or("for everybody".into(), |records| format!("by {}", deal.records[records].name));
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    format!(", compared with nothing, confirmed {}", listed(&sources))
}
