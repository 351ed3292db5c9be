//! Payments, payors, and their limits.

use super::{Over, Quantity, Side, Subject, Unit, limit_name, limit_word, limited};
use crate::deal::{Deal, OutcomeRef, PaymentId, PayorId};
use crate::settlement::Limit;

const PAYORS: &[Side] = &[Side::Payors];
const PAID: &[Side] = &[Side::Investors, Side::Provider];

fn payment(at: PaymentId, deal: &Deal, key: &str, unit: Unit, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(Subject::Payment(at), key, unit, words, definition, deal)
}

fn payor(at: PayorId, deal: &Deal, key: &str, unit: Unit, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(Subject::Payor(at), key, unit, words, definition, deal)
}

/// What an effect on what a payment is paid for is counted in.
fn effect(at: PaymentId, deal: &Deal) -> Unit {
    let measured = deal.payments[at].first_measure().map(|measure| deal.measures[measure].of);
    match measured {
        Some(OutcomeRef::Outcome(outcome)) if !deal.outcomes[outcome].is_yes_no() => {
            if deal.outcomes[outcome].is_counted() {
                Unit::Count
            } else {
                Unit::Amount
            }
        }
        _ => Unit::Points,
    }
}

pub(super) fn cuts(limit: Limit, deal: &Deal) -> Quantity {
    let (name, of) = (limit_name(deal, limit), limited(limit));
    let new = |verb: &str, definition| Quantity {
        label: format!("what {name} {verb}"),
        short: format!("what the {} {verb}", limit_word(limit)),
        ..Quantity::new(of, &format!("{}_{verb}", limit.key()), Unit::Money, [""; 2], definition, deal)
    };
    if matches!(limit, Limit::Floor(_)) {
        return new("adds", "What the floor adds to what is due.").more(PAID).less(PAYORS);
    }
    new("cuts", "What the limit cuts for good: what it only puts off is not counted.").more(PAYORS).less(PAID)
}

pub(super) fn payment_due(at: PaymentId, deal: &Deal) -> Quantity {
    payment(
        at,
        deal,
        "due",
        Unit::Money,
        ["what “{}” will make due before any limit", "due before any limit"],
        "What the payment makes due before any limit, over the whole deal.",
    )
}

pub(super) fn true_effect_given_paid(at: PaymentId, deal: &Deal) -> Quantity {
    payment(
        at,
        deal,
        "true_effect_given_paid",
        effect(at, deal),
        ["true effect for each person enrolled, where “{}” is paid", "true effect, where it is paid"],
        "The true effect on the outcome that is paid for, for each person enrolled in the cohorts that it is paid for, above zero for \
             the better; summed over rounds.",
    )
    .over(Over::Paid)
    .more(PAYORS)
}

pub(super) fn found_effect_given_paid(at: PaymentId, deal: &Deal) -> Quantity {
    payment(
        at,
        deal,
        "found_effect_given_paid",
        effect(at, deal),
        ["effect found for each person enrolled, where “{}” is paid", "effect found, where it is paid"],
        "The effect that the payment's measure reports, for each person enrolled (not divided by the treated share, so that it is on \
             the scale of the true effect), above zero for the better; summed over rounds. Paying by a noisy threshold lifts its mean \
             above that of the true effect.",
    )
    .over(Over::Paid)
}

pub(super) fn payment_paid(at: PaymentId, deal: &Deal) -> Quantity {
    payment(
        at,
        deal,
        "paid",
        Unit::Money,
        ["what “{}” will pay", "pays"],
        "What is paid under the payment, over the whole deal, after every limit; below zero where it is refunded.",
    )
    .more(PAID)
    .less(PAYORS)
}

pub(super) fn payor_due(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "due",
        Unit::Money,
        ["what {} would owe without its own limits", "due before its own limits"],
        "What the payor's payments make due before the payor's own limits, over the whole deal.",
    )
    .more(PAID)
    .less(PAYORS)
}

pub(super) fn payor_year(at: PayorId, year: usize, deal: &Deal) -> Quantity {
    let year = deal.timeline.fiscal_years()[year];
    let words = [&format!("what {{}} will pay in FY{year}") as &str, &format!("pays in FY{year}")];
    payor(at, deal, &format!("fy{year}"), Unit::Money, words, "What the payor pays in the fiscal year that ends in that year.")
        .more(PAID)
        .less(PAYORS)
}

pub(super) fn payor_peak_year(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "peak_year",
        Unit::Money,
        ["what {} will pay in its peak fiscal year", "pays in its peak fiscal year"],
        "What the payor pays in the fiscal year in which it pays most, which may be another one in each trial.",
    )
    .more(PAID)
    .less(PAYORS)
}

pub(super) fn payor_paid(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "total",
        Unit::Money,
        ["what {} will pay in all", "pays"],
        "What the payor pays over the whole deal, less refunds; not discounted.",
    )
    .more(PAID)
    .less(PAYORS)
}

pub(super) fn defaulted(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "defaulted",
        Unit::Money,
        ["owed by {} and not paid because it failed", "owed and not paid because it failed"],
        "What the payor owes after every limit and does not pay because it failed.",
    )
    .less(PAID)
}

pub(super) fn unpaid_to(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "unpaid_to",
        Unit::Money,
        ["owed to {} and not refunded", "owed to it and not refunded"],
        "Refunds owed to the payor that cannot be paid.",
    )
    .less(PAYORS)
}

pub(super) fn net_benefit(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "net_benefit",
        Unit::Money,
        ["benefit to {} less what it pays", "benefit less payments"],
        "Benefit less payments, both discounted to the start of the deal.",
    )
    .more(PAYORS)
}

pub(super) fn benefit_cost_ratio(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "benefit_cost_ratio",
        Unit::Multiple,
        ["benefit to {} per 1 paid", "benefit per 1 paid"],
        "Benefit over payments, both discounted to the start of the deal.",
    )
    .over(Over::PaidAnything)
    .more(PAYORS)
}

pub(super) fn break_even_share(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "break_even_share",
        Unit::Share,
        ["share of the true effect at which {} would break even", "share of the true effect that would cover the payments"],
        "The share of the true effect at which the benefit would equal the payments, both discounted; above 1 where the payments are \
             the greater.",
    )
    .over(Over::Benefit)
    .less(PAYORS)
}

pub(super) fn benefit(at: PayorId, deal: &Deal) -> Quantity {
    payor(
        at,
        deal,
        "benefit",
        Unit::Money,
        ["benefit to {}", "benefit"],
        "What the additional (or avoided) outcomes are worth to the payor, discounted to the start of the deal.",
    )
    .more(PAYORS)
}

pub(super) fn paid_in_all(deal: &Deal) -> Quantity {
    Quantity::new(
        Subject::Payors,
        "total",
        Unit::Money,
        ["what {} will pay", "pay"],
        "What all payors pay together, over the whole deal; not discounted.",
        deal,
    )
    .more(PAID)
    .less(PAYORS)
}

pub(super) fn unpaid_to_payors(deal: &Deal) -> Quantity {
    Quantity::new(
        Subject::Payors,
        "unpaid_to",
        Unit::Money,
        ["owed to payors and not refunded", "owed to them and not refunded"],
        "Refunds owed to payors that cannot be paid.",
        deal,
    )
    .less(PAYORS)
}
