//! How much for what? The price of a payment in words.

use super::cohorts::{days, together};
use super::outcome_name;
use crate::deal::{Bounds, Deal, Line, Measure, OutcomeRef, Payment, Price, Statistic, Table, Term, Terms};
use crate::quantity::Money;
use crate::words::list::listed;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Most prices of a card that a sentence lists.
const LISTED: usize = 8;

/// What is due under `terms` of `payment`: `$9,600 for each participant found with “placed”`.
pub(super) fn price(deal: &Deal, payment: &Payment, terms: &Terms, measure: Option<&Measure>) -> String {
    let outcome = measure.map_or("", |measure| outcome_name(deal, measure.of));
    // One date needs no "each time".
    let times = match measure {
        Some(measure) => together(deal, measure),
        None if days(deal, payment).len() == 1 => String::new(),
        None => "each time".into(),
    };
    match &terms.price {
        Price::PerUnit { each, less } => {
            let less = less.map_or(String::new(), |less| format!(", less those of “{}”", deal.measures[less].name));
            format!("{} {}{less}", money::stated(deal.currency, *each), for_each(deal, measure))
        }
        Price::PerAdditional(amount) if measure.is_some_and(|measure| measure.fewer_is_better(deal)) => {
            format!("{} for each “{outcome}” found to have been avoided", money::stated(deal.currency, *amount))
        }
        Price::PerAdditional(amount) => format!("{} for each additional “{outcome}” found", money::stated(deal.currency, *amount)),
        Price::LumpSum(amount) => format!("{} {times}", money::stated(deal.currency, *amount)).trim_end().into(),
        Price::Table(table) => {
            format!("{times} {}", by_table(deal, table, None, &|value| money::stated(deal.currency, Money(value.round() as i64))))
                .trim_start()
                .into()
        }
        Price::Tiers(tiers) => {
            let row = |tier: &crate::deal::Tier| match tier.from {
                0.0 => money::stated(deal.currency, tier.each),
                from => format!("{} after the first {}", money::stated(deal.currency, tier.each), number::plain(from)),
            };
            format!("{} over the whole deal {}", for_each(deal, measure), tiers.iter().map(row).collect::<Vec<_>>().join(", then "))
        }
        Price::RateCard(lines) => rate_card(deal, lines),
        Price::Savings { share, then, .. } if share == then => format!("{} of the savings “{outcome}”", share::stated(*share)),
        Price::Savings { share, then, once_repaid } => {
            let names: Vec<&str> = once_repaid.iter().map(|&tranche| deal.capital.tranches[tranche].name.as_str()).collect();
            let owed = if names.is_empty() { "on any loan".into() } else { format!("to {}", listed(&names)) };
            let (share, then) = (share::stated(*share), share::stated(*then));
            format!("{share} of the savings “{outcome}” until nothing is owed {owed} and {then} afterwards")
        }
        Price::Formula(_, text) => format!("what comes of “{text}”"),
    }
}

fn for_each(deal: &Deal, measure: Option<&Measure>) -> String {
    let outcome = measure.map_or("", |measure| outcome_name(deal, measure.of));
    let counts_people = measure.is_none_or(|measure| measure.counts_people(deal));
    let enrolled = measure.is_some_and(|measure| measure.of == OutcomeRef::Enrolled);
    match (&deal.program.unit, counts_people, enrolled) {
        (_, false, _) => format!("for each unit of “{outcome}”"),
        (None, true, true) => "for each participant enrolled".into(),
        (None, true, false) => format!("for each participant found with “{outcome}”"),
        (Some(unit), true, true) => format!("for each of the {unit} enrolled"),
        (Some(unit), true, false) => format!("for each of the {unit} found with “{outcome}”"),
    }
}

fn rate_card(deal: &Deal, lines: &[Line]) -> String {
    let word = |line: &Line| format!("{} for “{}”", money::stated(deal.currency, line.each), deal.measures[line.on].name);
    match (lines.iter().min_by_key(|line| line.each), lines.iter().rev().max_by_key(|line| line.each)) {
        (Some(cheapest), Some(dearest)) if lines.len() > LISTED => {
            format!("by a card of {} outcomes, from {} to {}", lines.len(), word(cheapest), word(dearest))
        }
        _ => lines.iter().map(word).collect::<Vec<_>>().join(", "),
    }
}

/// The prices of a card that is too long for its payment's sentence, one by one: `“line 12”: $100 for each`.
#[must_use]
pub fn card(deal: &Deal, payment: &Payment) -> Vec<String> {
    let word = |line: &Line| format!("“{}”: {} for each", deal.measures[line.on].name, money::stated(deal.currency, line.each));
    let mut prices = Vec::new();
    for terms in &payment.terms {
        let Price::RateCard(lines) = &terms.price else { continue };
        let from = match terms.first_period {
            0 => String::new(),
            period => format!("from {} on, ", deal.timeline.date(period)),
        };
        if lines.len() > LISTED {
            prices.extend(lines.iter().map(|line| format!("{from}{}", word(line))));
        }
    }
    prices
}

/// A table in words: `by the difference …: $3,200,000 from 20% and $160,000 for each point more, …`. `amount` writes its values; `text` is
/// what a formula's table is looked up by, as the parties wrote it.
#[must_use]
pub fn by_table(deal: &Deal, table: &Table, text: Option<&str>, amount: &dyn Fn(f64) -> String) -> String {
    // A mean and a difference of means are no shares.
    let means = match &table.by {
        Term::Reported { measure, statistic } => !statistic.is_relative() && !deal.measures[*measure].counts_people(deal),
        _ => false,
    };
    let statistic = match &table.by {
        Term::Reported { statistic, .. } if !means => Some(*statistic),
        _ => None,
    };
    // What is computed may be anything: bounds within 1 are taken for shares.
    let within_one = table.rows.iter().all(|row| row.from.abs() <= 1.0);
    let in_points = !means && statistic.map_or(within_one, Statistic::is_share);
    let by = match &table.by {
        Term::Reported { measure, statistic } => {
            let word = match statistic {
                Statistic::Rate if means => "mean".into(),
                Statistic::ComparisonRate if means => "comparison mean".into(),
                statistic => deal.measures[*measure].spoken(deal, *statistic),
            };
            format!("the {word} in “{}”", deal.measures[*measure].name)
        }
        Term::Formula(formula) => format!("“{}”", deal.formulas[*formula].name),
        _ => text.map_or("what the table is looked up by".into(), |text| format!("“{text}”")),
    };
    let by = match table.whole {
        Some(unit) if unit < 1.0 => format!("{by} in whole points"),
        Some(_) => format!("{by} in whole units"),
        None => by,
    };
    let (at, before) = match table.bounds {
        Bounds::AtLeast => ("from", "below"),
        Bounds::MoreThan => ("above", "up to"),
    };
    let mut rows: Vec<String> = Vec::new();
    if let Some(first) = table.rows.first().filter(|_| table.otherwise != 0.0 || text.is_some()) {
        rows.push(format!("{} {before} {}", amount(table.otherwise), level(statistic, first.from)));
    }
    rows.extend(table.rows.iter().map(|row| {
        let slope = match (row.slope, in_points) {
            (0.0, _) => String::new(),
            (slope, true) => format!(" and {} for each point more", amount(slope / 100.0)),
            (slope, false) => format!(" and {} for each unit more", amount(slope)),
        };
        format!("{} {at} {}{slope}", amount(row.value), level(statistic, row.from))
    }));
    format!("by {by}: {}", rows.join(", "))
}

fn level(statistic: Option<Statistic>, value: f64) -> String {
    match statistic {
        Some(Statistic::Difference | Statistic::Decrease) => share::stated_points(value),
        Some(statistic) if statistic.is_share() => share::stated(value),
        _ => number::plain(value),
    }
}
