//! Which terms of a deal look unwise once it is simulated?
//!
//! Comes in: a deal and a run of it. Goes out: [`Lint`]s, those that need no trials among them. A share counts as more or less than
//! another one only where three standard errors agree, so that chance raises no false alarm.

use std::sync::atomic::AtomicBool;

use super::looked::{Looked, look, looked_at};
use super::{Options, Run, many};
use crate::deal::{
    Comparison, Condition, Deal, Leaf, Lint, LintCode, Price, Statistic, Table, Term, Terms, amended, below_cost, gifts, lints as written,
};
use crate::metrics::{Catalogue, Chance, Investment, Value, effect_behind};
use crate::quantity::trimmed;
use crate::question::Question;
use crate::sampling::Distribution;
use crate::stats::Proportion;

/// How often a program without any effect may reach a threshold: one side of the usual test at 5%.
const BY_CHANCE: f64 = 0.05;

/// How often a price in proportion to any gain is paid by chance; more often only where the comparison is biased.
const EITHER_WAY: f64 = 0.5;

/// Standard errors that must agree.
const SURE: f64 = 3.0;

/// Everything unwise in `deal`, in the order of the codes. `run` is one of `deal`; two more small ones are made here.
#[must_use]
pub fn lints(deal: &Deal, run: &Run) -> Vec<Lint> {
    let mut found = written(deal);
    let trials = run.trials.min(looked_at(deal));
    let looked = look(deal, run.seed, trials);
    for payment in 0..deal.payments.len() {
        for (number, terms) in deal.payments[payment].terms.iter().enumerate() {
            claims(deal, payment, number, terms, &looked, trials, &mut found);
        }
    }
    payors(deal, run, &mut found);
    capital(deal, run, &mut found);
    effects(deal, run, trials, &looked, &mut found);
    found.sort_by_key(|lint| lint.code);
    found
}

fn over(share: &Proportion, bound: f64) -> bool {
    share.share() - SURE * share.standard_error() > bound
}

fn percent(share: f64) -> String {
    format!("{}%", trimmed((share * 100.0).round()))
}

fn payors(deal: &Deal, run: &Run, found: &mut Vec<Lint>) {
    let mean = |value: Value| run.summary(value).map_or(0.0, |summary| summary.mean);
    let money = |amount: f64| deal.currency.display_whole(amount);
    for (index, payor) in deal.payors.iter().enumerate() {
        let at = |key: &str| format!("payor.\"{}\".{key}", payor.name);
        if let Some(share) = run.share(Chance::CapBinds(index)).filter(|share| over(share, 0.5)) {
            let cut = mean(Value::PayorDue(index)) - mean(Value::PayorPaid(index)) - mean(Value::Unhonoured(index));
            let key = if payor.cap.is_some() || payor.cap_per_fiscal_year.is_none() { "cap" } else { "cap_per_fiscal_year" };
            let (at, who) = match payor.cap.is_some() || payor.cap_per_fiscal_year.is_some() {
                true => (at(key), payor.name.as_str()),
                false => ("deal.cap".to_string(), "the deal"),
            };
            let message =
                format!("the cap of {who} cuts what is due in {} of trials, by {} on average", percent(share.share()), money(cut));
            let remedy = format!(
                "raise the cap toward {}, which is due on average, lower the price, or plan for fewer people",
                money(mean(Value::PayorDue(index)))
            );
            found.push(Lint::new(LintCode::CapBindsOften, at, message, remedy));
        }
        if let Some(net) = run.sampled(Value::NetBenefit(index)) {
            let share = Proportion { hits: net.iter().filter(|net| **net < 0.0).count() as u64, count: net.len() as u64 };
            if over(&share, 0.5) {
                let message = format!(
                    "{} pays more than its outcomes are worth to it in {} of trials: {} on average for what is worth {}",
                    payor.name,
                    percent(share.share()),
                    money(mean(Value::PayorPaid(index))),
                    money(mean(Value::Benefit(index)))
                );
                let remedy = "lower the price or the cap, pay for additional outcomes only, or count everything that an outcome is worth";
                found.push(Lint::new(LintCode::CostsMoreThanWorth, at("value_per_outcome"), message, remedy));
            }
        }
    }
}

fn capital(deal: &Deal, run: &Run, found: &mut Vec<Lint>) {
    let money = |amount: f64| deal.currency.display_whole(amount);
    let mean = |value: Value| run.summary(value).map_or(0.0, |summary| summary.mean);
    if let Some(share) = run.share(Chance::Shortfall).filter(|share| over(share, 0.5)) {
        let message = format!(
            "costs find no money in {} of trials; {} are missing on average",
            percent(share.share()),
            money(mean(Value::Shortfall))
        );
        let remedy = "raise more, let receipts pay costs (`recycle_until`), or say who else bears the costs (`outside_raise`)";
        found.push(Lint::new(LintCode::MoneyRunsShort, "capital".into(), message, remedy));
    }
    for (index, tranche) in deal.capital.tranches.iter().enumerate() {
        if run.summary(Value::Drawn(Investment::Tranche(index))).is_some_and(|drawn| drawn.max <= 0.0) {
            let amount = money(deal.currency.major(tranche.amount));
            let message = format!("no trial draws any of the {amount} of “{}”", tranche.name);
            let remedy =
                "leave it out, make it smaller than what comes before it leaves, or let it be drawn earlier (`draw_order`, `draws`)";
            found.push(Lint::new(LintCode::NeverDrawn, format!("tranche.\"{}\".amount", tranche.name), message, remedy));
        }
    }
    let units = deal.currency.minor_units() as f64;
    let (best, cost, gifts) = (run.summary(Value::Paid).map_or(0.0, |paid| paid.max * units), deal.planned_cost(), gifts(deal));
    // A payment that never opens has been told of.
    let known = found.iter().any(|lint| matches!(lint.code, LintCode::PayableBelowCost | LintCode::GateNeverOpens));
    if !known && !deal.payments.is_empty() && best < cost - gifts - 0.5 {
        found.push(below_cost(deal, "in the best of all trials payors pay", best, cost, gifts));
    }
}

/// What the claims under one set of terms show.
fn claims(deal: &Deal, payment: usize, number: usize, terms: &Terms, looked: &Looked, trials: u64, found: &mut Vec<Lint>) {
    let seen = &looked.terms[payment][number];
    let name = &deal.payments[payment].name;
    let at = |key: &str| format!("payment.\"{name}\".{}{key}", amended(number));
    let trials = grouped(trials);
    if seen.claims == 0 {
        return;
    }
    if let Some(gate) = &terms.when {
        let at = at("when");
        let text = gate.text.trim();
        let known = found.iter().any(|lint| lint.at == at && matches!(lint.code, LintCode::GateNeverFails | LintCode::GateNeverOpens));
        if seen.open == seen.claims && !known {
            let message = format!("“{text}” holds for every claim of {trials} trials: it asks for nothing");
            let remedy = "ask for more than what happens anyway, or take it out";
            found.push(Lint::new(LintCode::GateNeverFails, at, message, remedy));
        } else if seen.open == 0 {
            if !known {
                let message = format!("“{text}” holds for no claim of {trials} trials: nothing is ever paid");
                found.push(Lint::new(LintCode::GateNeverOpens, at, message, "ask for less, or leave the payment out"));
            }
            return;
        }
    }
    let never = match &terms.price {
        Price::Table(table) => seen.rows.filter(|(rows, _)| *rows < table.rows.len()).map(|(rows, most)| {
            let from = shown(&table.by, table.rows[rows].from);
            let which = if rows + 1 == table.rows.len() { "the last row" } else { "the rows" };
            format!(
                "{which} of its price from {from} on: no claim of {trials} trials gets there (the highest was {})",
                shown(&table.by, most)
            )
        }),
        Price::Tiers(tiers) => {
            let most = looked.units[payment];
            let unreached = tiers.iter().find(|tier| tier.from > 0.0 && most <= tier.from);
            unreached.map(|tier| {
                let (from, most) = (trimmed(tier.from), trimmed((most * 100.0).round() / 100.0));
                format!("its tier after the first {from} units: no trial of {trials} gets there (the most were {most})")
            })
        }
        Price::RateCard(lines) => {
            let unpaid = lines.iter().zip(&seen.lines).filter(|(_, paid)| !**paid).map(|(line, _)| deal.measures[line.on].name.as_str());
            let unpaid: Vec<String> = unpaid.map(|name| format!("“{name}”")).collect();
            let which = if unpaid.len() == 1 { "its line" } else { "its lines" };
            (!unpaid.is_empty()).then(|| format!("{which} for {}: nothing is due for it in any of {trials} trials", unpaid.join(", ")))
        }
        _ => None,
    };
    if let Some(message) = never {
        let remedy = "leave it out, move it to where outcomes may come, or check the outcome that it needs";
        found.push(Lint::new(LintCode::StepNeverReached, at("price"), message, remedy));
    }
}

/// A number that a table looks up, in percent where it is a share of people.
fn shown(by: &Term, value: f64) -> String {
    match by {
        Term::Reported { statistic, .. } if statistic.is_share() && value.abs() <= 1.0 => {
            format!("{}%", trimmed((value * 1e4).round() / 1e2))
        }
        _ => trimmed((value * 1e4).round() / 1e4),
    }
}

fn grouped(count: u64) -> String {
    if count < 1000 { count.to_string() } else { format!("{},{:03}", count / 1000, count % 1000) }
}

/// The same deal with every effect certain.
fn certain(deal: &Deal, effect: impl Fn(&Distribution) -> f64) -> Deal {
    let mut changed = deal.clone();
    changed.outcomes.iter_mut().for_each(|outcome| *outcome = outcome.with_effects(|law| Distribution::constant(effect(law))));
    changed
}

/// What payments come to in a program without any effect, and in one with the promised effect.
fn effects(deal: &Deal, run: &Run, trials: u64, looked: &Looked, found: &mut Vec<Lint>) {
    let judged: Vec<(usize, usize)> =
        (0..deal.payments.len()).filter_map(|payment| effect_behind(deal, payment).map(|outcome| (payment, outcome))).collect();
    let thresholds: Vec<(usize, usize, Threshold)> = judged
        .iter()
        .flat_map(|&(payment, _)| deal.payments[payment].terms.iter().enumerate().map(move |(number, terms)| (payment, number, terms)))
        .filter_map(|(payment, number, terms)| Some((payment, number, threshold(deal, terms)?)))
        .collect();
    if !thresholds.is_empty() {
        let without = look(&certain(deal, |_| 0.0), run.seed, trials);
        for (payment, number, threshold) in thresholds {
            pays_without_effect(deal, [payment, number], &threshold, &without, looked, trials, found);
        }
    }
    if !judged.is_empty() {
        low_power(deal, &judged, run, trials, found);
    }
}

fn pays_without_effect(
    deal: &Deal,
    [payment, number]: [usize; 2],
    threshold: &Threshold,
    without: &Looked,
    looked: &Looked,
    trials: u64,
    found: &mut Vec<Lint>,
) {
    let seen = &without.terms[payment][number];
    let terms = &deal.payments[payment].terms[number];
    // Claims of one trial share its luck: they count as one.
    let share = seen.due as f64 / seen.claims.max(1) as f64;
    let due = Proportion { hits: (share * trials as f64).round() as u64, count: trials };
    let any_gain = threshold.from.is_some_and(|from| from <= 0.0) && !matches!(terms.price, Price::LumpSum(_) | Price::Table(_));
    if !over(&due, if any_gain { EITHER_WAY } else { BY_CHANCE }) {
        return;
    }
    let (what, key) = threshold.words(deal, looked);
    let (what, remedy) = match any_gain {
        true => (
            format!("any gain found on “{}” is paid for, and what it is compared with is too low", deal.measures[threshold.measure].name),
            "compare with people outside the program, or take what would have happened anyway off",
        ),
        false => {
            (what, "raise the threshold to two standard errors, compare more people or pool cohorts, or ask for significance (`p_value`)")
        }
    };
    let message = format!("{what}: with no effect at all {} of its claims are due, in {} trials", percent(share), grouped(trials));
    let at = format!("payment.\"{}\".{}{key}", deal.payments[payment].name, amended(number));
    found.push(Lint::new(LintCode::PaysWithoutEffect, at, message, remedy));
}

/// Payments that the promised effect seldom earns. `judged` are payments and the outcomes behind them.
fn low_power(deal: &Deal, judged: &[(usize, usize)], run: &Run, trials: u64, found: &mut Vec<Lint>) {
    let chances = Catalogue::new(deal).chances;
    let asked: Vec<Question> =
        chances.iter().filter(|(_, chance)| matches!(chance, Chance::Paid(_))).map(|(name, _)| Question::new(name)).collect();
    let options = Options { trials, seed: run.seed, audit: false, stop: &AtomicBool::new(false), progress: &|_| {} };
    let Ok(promised) = many(&[&certain(deal, Distribution::mean)], Some(&asked), &options) else { return };
    let pays = |payment: usize| promised[0].share(Chance::Paid(payment)).copied().unwrap_or_default();
    let paid = |payment: usize| run.summary(Value::PaymentPaid(payment));
    for &(payment, behind) in judged {
        let name = &deal.payments[payment].name;
        let outcome = &deal.outcomes[deal.outcomes[behind].looks_at().unwrap_or(behind)];
        let effect = outcome.effect.as_ref().map_or(0.0, Distribution::mean);
        let seldom = Proportion { hits: pays(payment).count - pays(payment).hits, count: pays(payment).count };
        let told = found.iter().any(|lint| lint.code == LintCode::GateNeverOpens && lint.at.starts_with(&format!("payment.\"{name}\".")));
        // What comes on top of a larger payment for the same, or for nothing, is a bonus.
        let bonus = (0..deal.payments.len()).filter(|&other| other != payment).any(|other| {
            let same = deal.payments[other].measures().is_empty() || effect_behind(deal, other) == Some(behind);
            let larger = paid(other).zip(paid(payment)).is_some_and(|(other, this)| other.mean >= this.max);
            same && larger && pays(other).share() >= 0.5
        });
        if outcome.improvement(effect) <= 0.0 || !over(&seldom, 0.5) || told || bonus || deal.payments[payment].two_way {
            continue;
        }
        let effect = match outcome.is_yes_no() || outcome.relative {
            true if outcome.relative => format!("{}%", trimmed((effect * 1000.0).round() / 10.0)),
            true => points(effect),
            false => amount(effect),
        };
        let share = percent(pays(payment).share());
        let message =
            format!("the promised effect on “{}” ({effect}) is paid for in only {share} of {} trials", outcome.name, grouped(trials));
        let remedy = "lower the threshold, compare more people or pool cohorts, or promise what the evidence carries";
        found.push(Lint::new(LintCode::LowPower, format!("payment.\"{name}\".on"), message, remedy));
    }
}

fn points(share: f64) -> String {
    let points = trimmed((share * 1000.0).round() / 10.0);
    if points == "1" { "1 point".into() } else { format!("{points} points") }
}

fn amount(value: f64) -> String {
    if value.abs() >= 100.0 { trimmed(value.round()) } else { trimmed((value * 100.0).round() / 100.0) }
}

/// Where terms pay only from some difference on.
struct Threshold {
    measure: usize,
    statistic: Statistic,
    /// From where on, where that is one number.
    from: Option<f64>,
    in_gate: bool,
}

/// Whether a statistic tells what the program added.
fn tells_effect(statistic: Statistic) -> bool {
    use Statistic::{Additional, Decrease, Difference, Reduction, RelativeChange};
    matches!(statistic, Additional | Decrease | Difference | Reduction | RelativeChange)
}

fn threshold(deal: &Deal, terms: &Terms) -> Option<Threshold> {
    if let Some(gate) = &terms.when {
        if let Some(known) = compared(&gate.condition) {
            return Some(known);
        }
        let mut first = None;
        deal.visit_leaves(
            |start| gate.condition.visit(start),
            |leaf| {
                if let Leaf::Term(Term::Reported { measure, statistic }) = leaf
                    && tells_effect(*statistic)
                {
                    first.get_or_insert(Threshold { measure: *measure, statistic: *statistic, from: None, in_gate: true });
                }
            },
        );
        if first.is_some() {
            return first;
        }
    }
    match &terms.price {
        Price::Table(Table { by: Term::Reported { measure, statistic }, otherwise, rows, .. })
            if tells_effect(*statistic) && *otherwise <= 0.0 =>
        {
            let first = rows.iter().find(|row| row.value > 0.0 || row.slope > 0.0)?;
            (first.from > 0.0).then_some(Threshold { measure: *measure, statistic: *statistic, from: Some(first.from), in_gate: false })
        }
        _ => None,
    }
}

/// A threshold that is one comparison with a number.
fn compared(condition: &Condition) -> Option<Threshold> {
    match condition {
        Condition::Compare(Term::Reported { measure, statistic }, Comparison::AtLeast | Comparison::MoreThan, Term::Number(from))
            if tells_effect(*statistic) =>
        {
            Some(Threshold { measure: *measure, statistic: *statistic, from: Some(*from), in_gate: true })
        }
        Condition::And(left, right) => compared(left).or_else(|| compared(right)),
        _ => None,
    }
}

impl Threshold {
    /// The threshold in words, in standard errors where it is a difference that has one, and the key it stands under.
    fn words(&self, deal: &Deal, looked: &Looked) -> (String, &'static str) {
        let at = if self.in_gate { "when" } else { "price" };
        let name = &deal.measures[self.measure].name;
        let error = looked.errors[self.measure].filter(|error| *error > 0.0);
        let people = deal.measures[self.measure].counts_people(deal);
        let show = |value: f64| if people { points(value) } else { amount(value) };
        let is_difference = matches!(self.statistic, Statistic::Difference | Statistic::Decrease);
        let text = match (self.from, error) {
            (Some(from), Some(error)) if is_difference => {
                let times = trimmed((from / error * 10.0).round() / 10.0);
                format!("the threshold of {} on “{name}” is {times} standard errors ({})", show(from), show(error))
            }
            _ => format!("the threshold on “{name}” is within its noise"),
        };
        (text, at)
    }
}
