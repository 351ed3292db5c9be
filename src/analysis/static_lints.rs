//! Which terms of a deal are unwise as written, without looking at a single trial?
//!
//! Comes in: a valid deal. Goes out: [`Lint`]s in the order of their codes, each code in the order of the file. Must never know: trials.

use std::collections::BTreeSet;

use super::{Lint, LintCode};
use crate::deal::letters::{Mixed, mixed};
use crate::deal::{Cover, Deal, Leaf, MeasureId, OutcomeRef, Payment, PaymentId, Statistic, Term, Terms, TrancheKind};
use crate::sentence::outcome_name;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Shares within which an amount counts as covered once.
const TIE: f64 = 1e-9;

/// Share of the outcomes that may happen anyway before a count of them asks for a comparison.
const ANYWAY: f64 = 0.25;

/// Everything unwise that can be said without simulating.
#[must_use]
pub fn lints(deal: &Deal) -> Vec<Lint> {
    let mut found = Vec::new();
    for payment in deal.payments.ids() {
        counts_without_comparison(deal, payment, &mut found);
        gates(deal, payment, &mut found);
        terms_never_hold(deal, payment, &mut found);
    }
    for stop in &deal.stops {
        decided(deal, &stop.when.condition, &format!("stop.\"{}\".when", stop.name), &stop.when.text, &mut found);
    }
    guaranteed_twice(deal, &mut found);
    mixed_scripts(deal, &mut found);
    mostly_unsourced(deal, &mut found);
    payable_below_cost(deal, &mut found);
    found.sort_by_key(|lint| lint.code);
    found
}

/// Whether anything that `terms` of a payment look at compares participants with somebody.
fn compares(deal: &Deal, terms: &Terms) -> bool {
    let mut found = false;
    deal.visit_terms(terms, |leaf| {
        if let Leaf::Term(Term::Reported { measure, statistic }) = leaf {
            found |= statistic.compares() && deal.measures[*measure].compares();
        }
    });
    found
}

fn counts_without_comparison(deal: &Deal, index: PaymentId, found: &mut Vec<Lint>) {
    let payment = &deal.payments[index];
    let measures = payment.measures();
    let compared = measures.iter().any(|&measure| deal.measures[measure].compares());
    // A lump sum or a table asks for more than some number; only a price for each one pays for whatever happens.
    let for_each = |terms: &Terms| terms.price.counts() == Some(Statistic::Units);
    if compared || !payment.terms.iter().any(for_each) || payment.terms.iter().any(|terms| compares(deal, terms)) {
        return;
    }
    let anyway = |measure: &MeasureId| {
        let OutcomeRef::Outcome(outcome) = deal.measures[*measure].of else { return None };
        let [without, with] = deal.expected(outcome);
        let share = without / with;
        (deal.outcomes[outcome].has_counterfactual() && share > ANYWAY).then_some((*measure, share))
    };
    // Of several lines the one of which most would have happened anyway.
    let worst = measures.iter().filter_map(anyway).max_by(|(_, one), (_, other)| one.total_cmp(other));
    let Some((measure, share)) = worst else { return };
    let outcome = outcome_name(deal, deal.measures[measure].of);
    let message = match share >= 1.0 {
        true => format!("it counts “{outcome}” and has no comparison group: as many are expected without the program"),
        false => {
            let share = number::decimals(share * 100.0, 0);
            format!("it counts “{outcome}” and has no comparison group: {share} of 100 are expected to happen without the program")
        }
    };
    let remedy = "pay for the difference to a comparison group, put a condition on it, or lower the price to that of an additional outcome";
    found.push(Lint::new(LintCode::CountsWithoutComparison, at(payment, "on"), message, remedy));
}

fn at(payment: &Payment, key: &str) -> String {
    format!("payment.\"{}\".{key}", payment.name)
}

fn gates(deal: &Deal, index: PaymentId, found: &mut Vec<Lint>) {
    let payment = &deal.payments[index];
    for (number, terms) in payment.terms.iter().enumerate() {
        let at = format!("payment.\"{}\".{}when", payment.name, amended(number));
        if let Some(gate) = &terms.when {
            decided(deal, &gate.condition, &at, &gate.text, found);
        }
    }
}

/// The part of a dotted name that says which amendment of a payment is meant; nothing for the first terms.
#[must_use]
pub fn amended(terms: usize) -> String {
    if terms == 0 { String::new() } else { format!("amendment.{terms}.") }
}

fn decided(deal: &Deal, condition: &crate::deal::Condition, at: &str, text: &str, found: &mut Vec<Lint>) {
    let text = text.trim();
    let (code, message, remedy) = match deal.decided(condition) {
        Some(true) => (LintCode::GateNeverFails, format!("“{text}” holds whatever happens"), "take it out, or ask for more"),
        Some(false) => (LintCode::GateNeverOpens, format!("“{text}” can never hold"), "ask for less, or for another number"),
        None if deal.has_idle_part(condition) => {
            (LintCode::GateNeverFails, format!("a part of “{text}” is the same whatever happens"), "take that part out, or ask for more")
        }
        None => return,
    };
    found.push(Lint::new(code, at.into(), message, remedy));
}

fn terms_never_hold(deal: &Deal, index: PaymentId, found: &mut Vec<Lint>) {
    let payment = &deal.payments[index];
    let dues = deal.dues(index);
    for (number, terms) in payment.terms.iter().enumerate().filter(|_| payment.terms.len() > 1) {
        if dues.iter().all(|due| due.terms != number) {
            let message = format!("nothing falls due under the terms from {}", deal.timeline.date(terms.first_period));
            let last = dues.iter().map(|due| due.known).max().map(|known| deal.timeline.date(known));
            let remedy = last.map_or(String::new(), |last| format!("; the last claim is known on {last}"));
            let at = format!("payment.\"{}\".{}from", payment.name, amended(number));
            found.push(Lint::new(LintCode::TermsNeverHold, at, message, format!("choose a day before a claim is known{remedy}")));
        }
    }
}

fn guaranteed_twice(deal: &Deal, found: &mut Vec<Lint>) {
    let capital = &deal.capital;
    let money = |amount: f64| money::whole(deal.currency, amount / deal.currency.minor_units() as f64);
    for (index, tranche) in capital.tranches.pairs() {
        let share = |guarantee: &crate::deal::Guarantee| {
            let all: i64 = guarantee.of.iter().map(|&tranche| capital.tranches[tranche].amount.0).sum();
            let all = all.max(1) as f64;
            match &guarantee.cover {
                Cover::Percent(share) | Cover::Floor(share) => *share,
                Cover::Amount(amount) => amount.0 as f64 / all,
                Cover::Schedule(rows) => rows.last().map_or(0.0, |(_, pays)| pays.0 as f64 / all),
            }
        };
        let covers: Vec<_> = capital.guarantees.iter().filter(|guarantee| guarantee.of.contains(&index)).collect();
        let all: f64 = covers.iter().map(|guarantee| share(guarantee)).sum();
        if covers.len() < 2 || all <= 1.0 + TIE {
            continue;
        }
        let names: Vec<String> = covers.iter().map(|guarantee| format!("“{}”", guarantee.name)).collect();
        let message = format!(
            "{} together cover {} of “{}” ({}): what exceeds 100% can never be called",
            names.join(" and "),
            share::percent(all),
            tranche.name,
            money(tranche.amount.0 as f64)
        );
        let last = covers.last().map_or("", |guarantee| guarantee.name.as_str());
        let remedy = "let the covers add up to the loan, or guarantee another tranche; count each loss in one guarantor's books only";
        found.push(Lint::new(LintCode::GuaranteedTwice, format!("guarantee.\"{last}\""), message, remedy));
    }
}

/// Every name of the deal and where it stands; what is implied by an outcome has its name and stands there.
fn names(deal: &Deal) -> Vec<(String, &str)> {
    let part = |section: &str, name: &str| format!("{section}.\"{name}\".name");
    let mut all = vec![("deal.name".to_string(), deal.name.as_str()), ("program.provider".to_string(), deal.program.provider.as_str())];
    let sections: [(&str, Vec<&String>); 12] = [
        ("program.site", deal.program.sites.iter().map(|part| &part.name).collect()),
        ("program.cost", deal.program.costs.iter().map(|part| &part.name).collect()),
        ("outcome", deal.outcomes.iter().map(|part| &part.name).collect()),
        ("records", deal.records.iter().map(|part| &part.name).collect()),
        ("measure", deal.measures.iter().map(|part| &part.name).collect()),
        ("payor", deal.payors.iter().map(|part| &part.name).collect()),
        ("formula", deal.formulas.iter().map(|part| &part.name).collect()),
        ("payment", deal.payments.iter().map(|part| &part.name).collect()),
        ("stop", deal.stops.iter().map(|part| &part.name).collect()),
        ("tranche", deal.capital.tranches.iter().map(|part| &part.name).collect()),
        ("guarantee", deal.capital.guarantees.iter().map(|part| &part.name).collect()),
        ("bonus", deal.capital.bonuses.iter().map(|part| &part.name).collect()),
    ];
    for (section, names) in sections {
        all.extend(names.into_iter().map(|name| (part(section, name), name.as_str())));
    }
    let guarantor = |part: &'_ crate::deal::Guarantee| format!("guarantee.\"{}\".guarantor", part.name);
    all.extend(deal.capital.guarantees.iter().map(|part| (guarantor(part), part.guarantor.as_str())));
    all
}

fn mixed_scripts(deal: &Deal, found: &mut Vec<Lint>) {
    let mut seen = BTreeSet::new();
    for (at, name) in names(deal) {
        if let Some(Mixed { word, letters: [(one, first), (other, second)] }) = mixed(name)
            && seen.insert(name)
        {
            let number = |letter: char| format!("U+{:04X}", u32::from(letter));
            let message = format!(
                "“{word}” mixes letters that look alike: “{one}” ({}) is {first}, “{other}” ({}) is {second}",
                number(one),
                number(other)
            );
            let remedy = "type the name anew in one script; who looks for it, or compares two files, would not find it";
            found.push(Lint::new(LintCode::MixedScripts, at, message, remedy));
        }
    }
}

fn mostly_unsourced(deal: &Deal, found: &mut Vec<Lint>) {
    let all = deal.assumptions.len();
    let without: Vec<&str> = deal.assumptions.iter().filter(|known| known.source.is_none()).map(|known| known.path.as_str()).collect();
    if 2 * without.len() > all {
        let message = format!("{} of {all} numbers name no source, the first of them {}", without.len(), without[0]);
        let remedy = "add `source` and `grade` beside the numbers; one of a table holds for all numbers in it";
        found.push(Lint::new(LintCode::MostlyUnsourced, "deal".into(), message, remedy));
    }
}

fn payable_below_cost(deal: &Deal, found: &mut Vec<Lint>) {
    let (most, cost) = (deal.most_payable(), deal.planned_cost());
    let grants = grants(deal);
    if deal.payments.is_empty() || most >= cost - grants - 0.5 {
        return;
    }
    found.push(below_cost(deal, "all payors together can pay at most", most, cost, grants));
}

/// The finding that `most`, which `who` says of, is less than what is missing to the cost. Minor units.
#[must_use]
pub fn below_cost(deal: &Deal, who: &str, most: f64, cost: f64, grants: f64) -> Lint {
    let money = |amount: f64| money::whole(deal.currency, amount / deal.currency.minor_units() as f64);
    let given = if grants > 0.0 { format!(", of which grants bear {}", money(grants)) } else { String::new() };
    let message = format!("{who} {}; the program is planned to cost {}{given}", money(most), money(cost));
    let remedy = format!("raise caps or prices to {} at least, plan less, or add grants for the rest", money(cost - grants));
    Lint::new(LintCode::PayableBelowCost, "deal".into(), message, remedy)
}

/// What is given and never repaid, in minor units.
#[must_use]
pub fn grants(deal: &Deal) -> f64 {
    let given = |kind: &TrancheKind| matches!(kind, TrancheKind::Grant | TrancheKind::RecyclableGrant { .. });
    deal.capital.tranches.iter().filter(|tranche| given(&tranche.kind)).map(|tranche| tranche.amount.0 as f64).sum()
}
