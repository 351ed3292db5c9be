//! The program, its provider, what happens to people, and what is found.

use super::{Over, Quantity, Side, Subject, Unit};
use crate::deal::{Deal, MeasureId, Outcome, OutcomeId, OutcomeRef};

const PROVIDER: &[Side] = &[Side::Provider];
const PEOPLE: &[Side] = &[Side::People];

fn program(deal: &Deal, key: &str, unit: Unit, label: &str, definition: &'static str) -> Quantity {
    Quantity::new(Subject::Program, key, unit, [label, label], definition, deal)
}

fn provider(deal: &Deal, key: &str, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(Subject::Provider, key, Unit::Money, words, definition, deal)
}

fn outcome(at: OutcomeId, deal: &Deal, key: &str, unit: Unit, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(Subject::Outcome(at), key, unit, words, definition, deal)
}

fn measure(at: MeasureId, deal: &Deal, key: &str, unit: Unit, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(Subject::Measure(at), key, unit, words, definition, deal)
}

/// What an outcome is counted in, and an effect on it.
fn units(outcome: &Outcome) -> [Unit; 2] {
    match (outcome.is_yes_no(), outcome.is_counted()) {
        (true, _) => [Unit::Count, Unit::Points],
        (false, true) => [Unit::Count; 2],
        (false, false) => [Unit::Amount; 2],
    }
}

/// The same of what a measure looks at.
fn measured(at: MeasureId, deal: &Deal) -> [Unit; 2] {
    match deal.measures[at].of {
        OutcomeRef::Enrolled => [Unit::People, Unit::Points],
        OutcomeRef::Outcome(outcome) => units(&deal.outcomes[outcome]),
    }
}

/// More of an outcome is better, or less.
fn directed(outcome: &Outcome, quantity: Quantity) -> Quantity {
    if outcome.fewer_is_better { quantity.less(PEOPLE) } else { quantity.more(PEOPLE) }
}

pub(super) fn enrolled(deal: &Deal) -> Quantity {
    program(
        deal,
        "enrolled",
        Unit::People,
        &format!("{} enrolled", deal.program.served()),
        "People enrolled, over all cohorts; without those who would have come after an early stop.",
    )
    .more(PEOPLE)
}

pub(super) fn cost(deal: &Deal) -> Quantity {
    program(
        deal,
        "cost",
        Unit::Money,
        "cost of the program",
        "What the program costs, whether or not money is found for it; without what others pay and what a stop avoids.",
    )
}

pub(super) fn spent(deal: &Deal) -> Quantity {
    program(deal, "cost_paid", Unit::Money, "cost of the program that is paid", "Costs that money is found for.").more(PROVIDER)
}

pub(super) fn shortfall(deal: &Deal) -> Quantity {
    program(
        deal,
        "shortfall",
        Unit::Money,
        "cost of the program that finds no funding",
        "Costs that no money is left for: the provider bears them. Cost is the sum of what is paid and this.",
    )
    .less(PROVIDER)
}

pub(super) fn residual(deal: &Deal) -> Quantity {
    program(
        deal,
        "residual",
        Unit::Money,
        "left for the provider in the end",
        "Money that is left for the provider when everybody else has been paid, less what it refunds.",
    )
    .more(PROVIDER)
}

pub(super) fn outside(deal: &Deal) -> Quantity {
    program(deal, "outside_cost", Unit::Money, "cost that others pay", "Costs of the program that others pay, outside the deal.")
}

pub(super) fn avoided(deal: &Deal) -> Quantity {
    program(
        deal,
        "avoided_cost",
        Unit::Money,
        "cost that an early stop avoids",
        "Costs that are not borne because the program stops early.",
    )
}

pub(super) fn provider_result(deal: &Deal) -> Quantity {
    provider(
        deal,
        "result",
        ["result of {}", "result"],
        "What the provider makes of the deal: its residual (less what it refunds), its bonuses, its deferred fees \
             received less drawn, less the costs that it bears.",
    )
    .more(PROVIDER)
}

pub(super) fn working_capital(deal: &Deal) -> Quantity {
    provider(
        deal,
        "working_capital",
        ["largest working capital that {} needs", "working capital"],
        "The most that the provider has advanced at the end of any period; 0 where it never advances anything.",
    )
    .less(PROVIDER)
}

pub(super) fn refunded_by_provider(deal: &Deal) -> Quantity {
    provider(
        deal,
        "refunded",
        ["refunded by {} to payors", "refunds to payors"],
        "What the provider pays back to payors, where payments go both ways.",
    )
    .more(&[Side::Payors])
    .less(PROVIDER)
}

pub(super) fn outcome_median(at: OutcomeId, deal: &Deal) -> Quantity {
    directed(
        &deal.outcomes[at],
        outcome(
            at,
            deal,
            "median",
            Unit::Amount,
            ["median of “{}” over the participants", "“{}”, median of the participants"],
            "The median of an amount over the participants of a cohort, averaged over cohorts by people enrolled.",
        ),
    )
    .over(Over::Enrolled)
}

pub(super) fn true_effect(at: OutcomeId, deal: &Deal) -> Quantity {
    outcome(
        at,
        deal,
        "true_effect",
        units(&deal.outcomes[at])[1],
        ["true effect on “{}” for each person enrolled", "true effect on “{}” for each person enrolled"],
        "What the program truly changes for each person enrolled, above zero for the better: of a yes-or-no outcome its probability \
             (0.08 is 8 points), otherwise its mean; summed over rounds.",
    )
    .over(Over::Enrolled)
    .more(PEOPLE)
}

pub(super) fn additional(at: OutcomeId, deal: &Deal) -> Quantity {
    {
        let thanks =
            if deal.outcomes[at].fewer_is_better { "“{}” avoided thanks to the program" } else { "“{}” thanks to the program" };
        outcome(
            at,
            deal,
            "additional",
            units(&deal.outcomes[at])[0],
            [thanks, thanks],
            "Expected outcomes that would not have happened without the program, or that are avoided where fewer are better: the true \
                 effect times the people enrolled. Below zero where the program makes it worse.",
        )
        .more(PEOPLE)
    }
}

pub(super) fn outcome_count(at: OutcomeId, deal: &Deal) -> Quantity {
    directed(
        &deal.outcomes[at],
        outcome(
            at,
            deal,
            "count",
            units(&deal.outcomes[at])[0],
            ["“{}” in all, among participants", "“{}” in all, among participants"],
            "How many participants truly have it, over all rounds; of counts and amounts, their total.",
        ),
    )
}

pub(super) fn found_effect(at: MeasureId, deal: &Deal) -> Quantity {
    measure(
        at,
        deal,
        "found_effect",
        measured(at, deal)[1],
        ["effect that “{}” finds", "effect that “{}” finds"],
        "The difference that the evaluator reports, as the contract reads it (for each person treated, where it is divided by the \
             treated share), above zero for the better; summed over rounds, averaged over groups by people enrolled.",
    )
    .over(Over::Reported)
}

pub(super) fn reported_units(at: MeasureId, deal: &Deal) -> Quantity {
    measure(
        at,
        deal,
        "units",
        measured(at, deal)[0],
        ["reported in all under “{}”", "reported in all under “{}”"],
        "What the evaluator reports of participants, over all groups and rounds: people found with the outcome, or the total of an amount.",
    )
}
