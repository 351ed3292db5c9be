//! The program, its provider, what happens to people, and what is found.

use super::{Over, Quantity, Side, Subject, Unit};
use crate::deal::{Deal, MeasureId, OutcomeId, OutcomeRef};
use crate::metrics::Value;

const PROVIDER: &[Side] = &[Side::Provider];
const PEOPLE: &[Side] = &[Side::People];

pub(super) fn value(value: Value, deal: &Deal) -> Option<Quantity> {
    let program = |key, unit, label: &str, definition| Quantity::new(Subject::Program, key, unit, [label, label], definition, deal);
    let provider =
        |key, [label, short]: [&str; 2], definition| Quantity::new(Subject::Provider, key, Unit::Money, [label, short], definition, deal);
    let entry = match value {
        Value::Enrolled => program(
            "enrolled",
            Unit::People,
            &format!("{} enrolled", deal.program.served()),
            "People enrolled, over all cohorts; without those who would have come after an early stop.",
        )
        .more(PEOPLE),
        Value::Cost => program(
            "cost",
            Unit::Money,
            "cost of the program",
            "What the program costs, whether or not money is found for it; without what others pay and what a stop avoids.",
        ),
        Value::Spent => {
            program("cost_paid", Unit::Money, "cost of the program that is paid", "Costs that money is found for.").more(PROVIDER)
        }
        Value::Shortfall => program(
            "shortfall",
            Unit::Money,
            "cost of the program that nobody can pay",
            "Costs that no money is left for: the provider bears them. Cost is the sum of what is paid and this.",
        )
        .less(PROVIDER),
        Value::Residual => program(
            "residual",
            Unit::Money,
            "left for the provider in the end",
            "Money that is left for the provider when everybody else has been paid, less what it refunds.",
        )
        .more(PROVIDER),
        Value::Outside => {
            program("outside_cost", Unit::Money, "cost that others pay", "Costs of the program that others pay, outside the deal.")
        }
        Value::Avoided => program(
            "avoided_cost",
            Unit::Money,
            "cost that an early stop avoids",
            "Costs that are not borne because the program stops early.",
        ),
        Value::ProviderResult => provider(
            "result",
            ["result of {}", "result"],
            "What the provider makes of the deal: what is left for it in the end (less what it refunds), its bonuses, its deferred fees \
             received less drawn, less the costs that it bears.",
        )
        .more(PROVIDER),
        Value::WorkingCapital => provider(
            "working_capital",
            ["largest working capital that {} needs", "working capital"],
            "The largest sum that the provider is out of pocket at the end of any period; 0 where it never is.",
        )
        .less(PROVIDER),
        Value::RefundedByProvider => provider(
            "refunded",
            ["refunded by {} to payors", "refunds to payors"],
            "What the provider pays back to payors, where payments go both ways.",
        )
        .more(&[Side::Payors])
        .less(PROVIDER),
        Value::OutcomeCount(at) | Value::OutcomeMedian(at) | Value::TrueEffect(at) | Value::Additional(at) => outcome(value, at, deal),
        Value::Units(at) | Value::FoundEffect(at) => measure(value, at, deal),
        _ => return None,
    };
    Some(entry)
}

fn outcome(value: Value, at: OutcomeId, deal: &Deal) -> Quantity {
    let outcome = &deal.outcomes[at];
    let [counted, effect] = match (outcome.is_yes_no(), outcome.is_counted()) {
        (true, _) => [Unit::Count, Unit::Points],
        (false, true) => [Unit::Count; 2],
        (false, false) => [Unit::Amount; 2],
    };
    let new = |key, unit, words: [&str; 2], definition| Quantity::new(Subject::Outcome(at), key, unit, words, definition, deal);
    let directed = |quantity: Quantity| if outcome.fewer_is_better { quantity.less(PEOPLE) } else { quantity.more(PEOPLE) };
    match value {
        Value::OutcomeMedian(_) => directed(new(
            "median",
            Unit::Amount,
            ["median of “{}” over the participants", "“{}”, median of the participants"],
            "The median of an amount over the participants of a cohort, averaged over cohorts by people enrolled.",
        ))
        .over(Over::Enrolled),
        Value::TrueEffect(_) => new(
            "true_effect",
            effect,
            ["true effect on “{}” for each person enrolled", "true effect on “{}” for each person enrolled"],
            "What the program truly changes for each person enrolled, above zero for the better: of a yes-or-no outcome its probability \
             (0.08 is 8 points), otherwise its mean; summed over rounds.",
        )
        .over(Over::Enrolled)
        .more(PEOPLE),
        Value::Additional(_) => {
            let thanks = if outcome.fewer_is_better { "“{}” avoided thanks to the program" } else { "“{}” thanks to the program" };
            new(
                "additional",
                counted,
                [thanks, thanks],
                "Expected outcomes that would not have happened without the program, or that are avoided where fewer are better: the true \
                 effect times the people enrolled. Below zero where the program makes it worse.",
            )
            .more(PEOPLE)
        }
        _ => directed(new(
            "count",
            counted,
            ["“{}” in all, among participants", "“{}” in all, among participants"],
            "How many participants truly have it, over all rounds; of counts and amounts, their total.",
        )),
    }
}

fn measure(value: Value, at: MeasureId, deal: &Deal) -> Quantity {
    let measure = &deal.measures[at];
    let new = |key, unit, words: [&str; 2], definition| Quantity::new(Subject::Measure(at), key, unit, words, definition, deal);
    let [counted, effect] = match measure.of {
        OutcomeRef::Enrolled => [Unit::People, Unit::Points],
        OutcomeRef::Outcome(outcome) => match (deal.outcomes[outcome].is_yes_no(), deal.outcomes[outcome].is_counted()) {
            (true, _) => [Unit::Count, Unit::Points],
            (false, true) => [Unit::Count; 2],
            (false, false) => [Unit::Amount; 2],
        },
    };
    match value {
        Value::FoundEffect(_) => new(
            "found_effect",
            effect,
            ["effect that “{}” finds", "effect that “{}” finds"],
            "The difference that the evaluator reports, as the contract reads it (for each person treated, where it is divided by the \
             treated share), above zero for the better; summed over rounds, averaged over groups by people enrolled.",
        )
        .over(Over::Reported),
        _ => new(
            "units",
            counted,
            ["reported in all under “{}”", "reported in all under “{}”"],
            "What the evaluator reports of participants, over all groups and rounds: people found with the outcome, or the total of an amount.",
        ),
    }
}
