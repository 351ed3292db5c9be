//! A payment as one sentence: who pays, how much, for what, compared with what, confirmed by whom, when, up to how much.
//!
//! Names are the author's and may be of one or of many, so no verb here changes with its subject: payors "will pay".

mod cohorts;
mod evaluation;
mod missing;
mod price;

use crate::deal::{Deal, Measure, OutcomeRef, Payment, PaymentId, PayorId, Terms};
use crate::words::count::{counted, grouped, spelled};
use crate::words::list::listed;
use crate::words::money;
use crate::words::share;

pub use cohorts::together;
use cohorts::{days, enrolment, which_claims};
pub use evaluation::{compared, outcome_name};
pub use missing::{is_unconditional, missing};
use price::price;
pub use price::{by_table, card};

/// The sentence of one payment of `deal`; amendments follow as sentences of their own.
#[must_use]
pub fn sentence(deal: &Deal, payment: PaymentId) -> String {
    let whatever = if is_unconditional(deal, payment) { ", whatever is found" } else { "" };
    let payment = &deal.payments[payment];
    let measure = payment.measures().first().map(|&measure| &deal.measures[measure]);
    let first = &payment.terms[0];
    let mut text = format!("{} will pay {}", who(deal, payment), price(deal, payment, first, measure));
    match measure {
        Some(_) if first.price.lines().is_some() => text.push_str(&evaluation::of_card(deal, payment)),
        Some(measure) => text.push_str(&evaluation::of_measure(deal, measure)),
        None => text.push_str(whatever),
    }
    if let Some(gate) = &first.when {
        text.push_str(&format!(", if {}", gate.text.trim()));
    }
    text.push_str(&schedule(deal, payment, measure));
    text.push_str(&limits(deal, payment, first));
    text.push('.');
    text.push_str(&evaluation::which_way(deal, payment));
    if payment.two_way {
        text.push_str(&refund(deal, payment));
    }
    for terms in &payment.terms[1..] {
        text.push_str(&amendment(deal, payment, terms, measure));
    }
    text
}

/// Who refunds an amount below zero.
fn refund(deal: &Deal, payment: &Payment) -> String {
    let provider = listed(&deal.program.providers());
    if payment.refunded_by_provider {
        return format!(" An amount below zero will be refunded by {provider}.");
    }
    let investors = if deal.capital.tranches.is_empty() { "" } else { ", then by the investors" };
    format!(" An amount below zero will be refunded from cash in the project{investors}, then by {provider} up to what it has received.")
}

/// How many the plan serves: `600 people`, `1 person`, `1,500 villages`.
#[must_use]
pub fn served(deal: &Deal) -> String {
    let planned = deal.program.planned();
    match &deal.program.unit {
        Some(unit) => format!("{} {unit}", grouped(planned)),
        None => counted(planned, "person"),
    }
}

fn who(deal: &Deal, payment: &Payment) -> String {
    match payment.payors.as_slice() {
        [(payor, _)] => deal.payors[*payor].name.clone(),
        many => {
            let share = |(payor, share): &(PayorId, f64)| format!("{} ({})", deal.payors[*payor].name, share::stated(*share));
            listed(&many.iter().map(share).collect::<Vec<_>>())
        }
    }
}

fn schedule(deal: &Deal, payment: &Payment, measure: Option<&Measure>) -> String {
    let noun = deal.timeline.length.noun();
    let mut text = match measure {
        None => on_dates(deal, &days(deal, payment)),
        Some(_) if payment.measures().len() > 1 => ", when each is reported".into(),
        Some(measure) => format!(", {}", reported(deal, measure, payment.paid_after)),
    };
    if payment.instalments.len() > 1 {
        let part = |part: &crate::deal::Instalment| match part.after {
            0 => format!("{} then", share::stated(part.share)),
            after => format!("{} {} later", share::stated(part.share), spelled(after, noun)),
        };
        text.push_str(&format!(" ({})", payment.instalments.iter().map(part).collect::<Vec<_>>().join(", ")));
    }
    text.push_str(&which_claims(deal, payment));
    if let Some(escalator) = payment.escalator {
        let percent = share::stated(escalator.per_year.abs());
        text.push_str(&format!(", {} {percent} a year", if escalator.per_year < 0.0 { "falling" } else { "rising" }));
    }
    if payment.discount > 0.0 {
        text.push_str(&format!(", less a discount of {}", share::stated(payment.discount)));
    }
    text
}

fn on_dates(deal: &Deal, periods: &[u32]) -> String {
    if periods.len() <= 4 {
        let days: Vec<String> = periods.iter().map(|&period| deal.timeline.date(period).to_string()).collect();
        return format!(", on {}", listed(&days));
    }
    let (first, last) = (periods.iter().min().copied().unwrap_or(0), periods.iter().max().copied().unwrap_or(0));
    format!(", {} times from {} to {}", periods.len(), deal.timeline.date(first), deal.timeline.date(last))
}

/// When a measure is reported, and `later` (periods) what follows from it: `3 quarters after enrolment`, with its rounds.
#[must_use]
pub fn reported(deal: &Deal, measure: &Measure, later: u32) -> String {
    let noun = deal.timeline.length.noun();
    let (after, rounds) = match measure.of {
        OutcomeRef::Enrolled => (0, None),
        OutcomeRef::Outcome(outcome) => (deal.outcomes[outcome].after, Some(deal.outcomes[outcome].rounds)),
    };
    let enrolment = enrolment(deal, measure);
    let first = match after.saturating_add(measure.observed_after).saturating_add(later) {
        0 => format!("in the {noun} of {enrolment}"),
        periods => format!("{} after {enrolment}", spelled(periods, noun)),
    };
    match rounds.map(|rounds| (rounds.count, rounds.every)) {
        None | Some((0 | 1, _)) => first,
        Some((2, every)) => format!("{first} and again {} later", spelled(every, noun)),
        Some((count, 1)) => format!("{first} and every {noun} from then on, {count} times"),
        Some((count, every)) => format!("{first} and every {} from then on, {count} times", spelled(every, noun)),
    }
}

fn limits(deal: &Deal, payment: &Payment, terms: &Terms) -> String {
    let limits = &payment.limits;
    let person = deal.program.unit.as_ref().map_or("for each person".into(), |unit| format!("for each of the {unit}"));
    let unit = deal.program.unit.as_deref().unwrap_or("people");
    let enrolled = format!("times the {unit} enrolled (an average: no single claim is cut)");
    let amounts = [
        (limits.per_person, person.as_str()),
        (limits.per_enrolled, enrolled.as_str()),
        (limits.per_cohort, "for each group of cohorts"),
        (limits.per_period, "in a period"),
        (limits.per_fiscal_year, "in a fiscal year"),
        (terms.cap, "in all"),
    ];
    let mut most: Vec<String> = amounts
        .into_iter()
        .filter_map(|(amount, what)| amount.map(|amount| format!("{} {what}", money::stated(deal.currency, amount))))
        .collect();
    most.extend(limits.share.map(|share| format!("{} of all that is paid", share::stated(share))));
    let mut text = if most.is_empty() { String::new() } else { format!(", up to {}", listed(&most)) };
    text.extend(limits.floor.map(|floor| format!(", at least {} in all where anything is due", money::stated(deal.currency, floor))));
    text
}

fn amendment(deal: &Deal, payment: &Payment, terms: &Terms, measure: Option<&Measure>) -> String {
    let mut text = format!(" From {} on: {}", deal.timeline.date(terms.first_period), price(deal, payment, terms, measure));
    if let Some(gate) = &terms.when {
        text.push_str(&format!(", if {}", gate.text.trim()));
    }
    text.push_str(&limits(deal, payment, terms));
    text.push('.');
    text
}
