//! With what is it compared, and who confirms it? The evaluator's part of a payment's sentence.

use crate::deal::{Deal, Leaf, Measure, MeasureId, Method, OutcomeRef, Payment, Statistic, Term};
use crate::words::count::{counted, grouped};
use crate::words::list::listed;
use crate::words::number;
use crate::words::share;

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

/// Those whom a lottery left out.
fn control(deal: &Deal, number: u32) -> String {
    format!("a randomized control group of {}", people(deal, number, ""))
}

/// With what a measure compares: `compared with a randomized control group of 120 people per cohort`.
#[must_use]
pub fn compared(deal: &Deal, measure: &Measure) -> String {
    match &measure.method {
        Method::Count => "with no comparison group".into(),
        Method::Randomized(comparators) => format!("compared with {} per cohort", control(deal, comparators.per_cohort)),
        Method::Matched { comparators, .. } => format!("compared with {} per cohort", people(deal, comparators.per_cohort, "matched ")),
        Method::Historical(history) => match (history.baseline, history.estimated_from) {
            (Some(baseline), None) => format!("compared with a known {}", number::plain(baseline)),
            (_, Some(number)) => format!("compared with {}", people(deal, number, "earlier ")),
            (None, None) => "compared with a historical baseline".into(),
        },
        Method::FixedThenLive { baseline, cohorts, comparators } => {
            let first = if *cohorts == 1 { "the first cohort".into() } else { format!("the first {}", counted(*cohorts, "cohort")) };
            let later = control(deal, comparators.per_cohort);
            format!("compared with a fixed {} for {first}, then with {later} per cohort", number::plain(*baseline))
        }
        Method::Blend(parts) => {
            let word = |(part, weight): &(MeasureId, f64)| format!("{} “{}”", share::stated(*weight), deal.measures[*part].name);
            format!("compared by a blend of {}", listed(&parts.iter().map(word).collect::<Vec<_>>()))
        }
        Method::Exact => "compared with the true counterfactual".into(),
    }
}

/// `, compared with …, confirmed by …` of the one measure that is paid for.
pub(super) fn of_measure(deal: &Deal, measure: &Measure) -> String {
    match measure.records {
        Some(records) => format!(", {}, confirmed by {}", compared(deal, measure), deal.records[records].name),
        None => format!(", {}, confirmed for everybody", compared(deal, measure)),
    }
}

/// Says of which measures that conditions and formulas name fewer are better, where the number asked for does not say so by its name.
pub(super) fn which_way(deal: &Deal, payment: &Payment) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut look = |leaf: Leaf<'_>| {
        let Leaf::Term(Term::Reported { measure, statistic }) = leaf else { return };
        let unclear = matches!(statistic, Statistic::Difference | Statistic::RelativeChange | Statistic::Additional);
        let measure = &deal.measures[*measure];
        if unclear && measure.fewer_is_better(deal) && !names.contains(&measure.name.as_str()) {
            names.push(&measure.name);
        }
    };
    for terms in &payment.terms {
        if let Some(gate) = &terms.when {
            deal.visit_leaves(|start| gate.condition.visit(start), &mut look);
        }
        // The sentence of a table says what it is looked up by.
        let said = terms.price.table().is_some_and(|table| matches!(table.by, Term::Reported { .. }));
        if let Some(term) = terms.price.expression().filter(|_| !said) {
            deal.visit_leaves(|start| term.visit(start), &mut look);
        }
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    if quoted.is_empty() { String::new() } else { format!(" Of {} fewer are better: above zero means a decrease.", listed(&quoted)) }
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
    format!(", with no comparison group, confirmed {}", listed(&sources))
}
