//! A payment as one sentence: who pays, how much, for what, compared with what, confirmed by whom, when, up to how much.

use super::{Bounds, Deal, Measure, Method, OutcomeRef, Payment, Pool, Price, Statistic};

/// The sentence of one payment of `deal`.
#[must_use]
pub fn sentence(deal: &Deal, payment: &Payment) -> String {
    let measure = &deal.measures[payment.on];
    let mut text = format!("{} pays {}", deal.payors[payment.payor].name, price(deal, payment, measure));
    text.push_str(&evaluation(deal, measure));
    if let Some(gate) = &payment.when {
        text.push_str(&format!(", if {}", gate.text.trim()));
    }
    text.push_str(&schedule(deal, payment, measure));
    let limits: Vec<String> = [
        payment.cap.map(|cap| format!("{} in all", money(deal, cap))),
        payment.cap_per_fiscal_year.map(|cap| format!("{} in a fiscal year", money(deal, cap))),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !limits.is_empty() {
        text.push_str(&format!(", up to {}", limits.join(" and ")));
    }
    text.push('.');
    text
}

fn money(deal: &Deal, amount: crate::quantity::Money) -> String {
    let text = deal.currency.display(amount);
    format!("{}{}", deal.currency.symbol(), text.strip_suffix(".00").unwrap_or(&text))
}

fn outcome_name(deal: &Deal, of: OutcomeRef) -> &str {
    match of {
        OutcomeRef::Enrolled => "enrolled",
        OutcomeRef::Outcome(outcome) => &deal.outcomes[outcome].name,
    }
}

fn price(deal: &Deal, payment: &Payment, measure: &Measure) -> String {
    let outcome = outcome_name(deal, measure.of);
    match &payment.price {
        Price::PerUnit(amount) => format!("{} for each participant found with “{outcome}”", money(deal, *amount)),
        Price::PerAdditional(amount) => format!("{} for each additional “{outcome}” found", money(deal, *amount)),
        Price::LumpSum(amount) => format!("{} {}", money(deal, *amount), group(measure.pool)),
        Price::Steps { statistic, bounds, steps } => {
            let word = match bounds {
                Bounds::AtLeast => "from",
                Bounds::MoreThan => "above",
            };
            let rows: Vec<String> =
                steps.iter().map(|step| format!("{} {word} {}", money(deal, step.pay), number(*statistic, step.from))).collect();
            format!("{} by the {} in “{outcome}”: {}", group(measure.pool), statistic.word().replace('_', " "), rows.join(", "))
        }
    }
}

fn number(statistic: Statistic, value: f64) -> String {
    match statistic {
        Statistic::Units | Statistic::Enrolled | Statistic::Additional => format!("{value}"),
        Statistic::Difference => format!("{} points", crate::quantity::trimmed(value * 100.0)),
        Statistic::Rate | Statistic::ComparisonRate | Statistic::RelativeChange => {
            format!("{}%", crate::quantity::trimmed(value * 100.0))
        }
    }
}

fn group(pool: Pool) -> &'static str {
    match pool {
        Pool::Cohort => "for each cohort",
        Pool::Year => "for each year's cohorts",
        Pool::All => "once for all cohorts",
    }
}

fn evaluation(deal: &Deal, measure: &Measure) -> String {
    let compared = match &measure.method {
        Method::Count => "compared with nothing".into(),
        Method::Randomized(people) => format!("compared with {} people per cohort whom a lottery left out", people.per_cohort),
        Method::Matched { comparators, .. } => format!("compared with {} matched people per cohort", comparators.per_cohort),
        Method::Exact => "compared with what would truly have happened".into(),
    };
    match measure.records {
        Some(records) => format!(", {compared}, confirmed by {}", deal.records[records].name),
        None => format!(", {compared}, confirmed for everybody"),
    }
}

fn schedule(deal: &Deal, payment: &Payment, measure: &Measure) -> String {
    let after_enrolment = match measure.of {
        OutcomeRef::Enrolled => 0,
        OutcomeRef::Outcome(outcome) => deal.outcomes[outcome].after,
    } + measure.observed_after
        + payment.paid_after;
    let noun = deal.timeline.length.noun();
    match after_enrolment {
        0 => format!(", in the {noun} of enrolment"),
        1 => format!(", one {noun} after enrolment"),
        n => format!(", {n} {noun}s after enrolment"),
    }
}
