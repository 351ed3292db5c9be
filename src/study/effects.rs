//! What would payments do in a program without any effect, and in one with exactly the promised effect?

use std::collections::{BTreeSet, HashMap};

use super::claim_survey::{Looked, look};
use super::many::many_in;
use super::options::Course;
use super::{Run, RunError};
use crate::analysis::{Lint, LintCode, amended};
use crate::deal::{Comparison, Condition, Deal, Leaf, MeasureId, OutcomeId, PaymentId, Statistic, Table, Term, Terms};
use crate::metrics::{Catalogue, Chance, Value, effect_behind};
use crate::question::Question;
use crate::sampling::Distribution;
use crate::stats::Proportion;
use crate::words::count::counted;
use crate::words::number;
use crate::words::share;

/// Standard errors that must agree.
const SURE: f64 = 3.0;

/// How often a program without any effect may reach a threshold: one side of the usual test at 5%.
const BY_CHANCE: f64 = 0.05;

/// How often a price in proportion to any gain is paid by chance; more often only where the comparison is biased.
const EITHER_WAY: f64 = 0.5;

/// The same deal with every effect certain.
fn certain(deal: &Deal, effect: impl Fn(&Distribution) -> f64) -> Deal {
    let mut changed = deal.clone();
    changed.outcomes.iter_mut().for_each(|outcome| *outcome = outcome.with_effects(|law| Distribution::constant(effect(law))));
    changed
}

/// The first trials of a program without any effect; nothing where that is the program itself.
pub(super) fn without_effect(deal: &Deal, course: &Course) -> Result<Option<Looked>, RunError> {
    let any = deal.outcomes.iter().any(|outcome| outcome.has_counterfactual());
    any.then(|| look(&deal.without_effect(), course)).transpose()
}

/// The thresholds on a comparison, by payment and terms, of payments with an effect behind them.
pub(super) fn thresholds(deal: &Deal) -> Vec<(PaymentId, usize, Threshold)> {
    let judged = deal.payments.ids().filter(|&payment| effect_behind(deal, payment).is_some());
    let terms =
        judged.flat_map(|payment| deal.payments[payment].terms.iter().enumerate().map(move |(number, terms)| (payment, number, terms)));
    terms.filter_map(|(payment, number, terms)| Some((payment, number, threshold(deal, terms)?))).collect()
}

/// A threshold that a program without any effect reaches too often.
pub(super) fn pays_without_effect(
    deal: &Deal,
    (payment, number): (PaymentId, usize),
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
    let due = Proportion::new((share * trials as f64).round() as u64, trials);
    let any_gain = threshold.from.is_some_and(|from| from <= 0.0) && terms.price.is_proportional();
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
    let paid = seen.trials as f64 / trials.max(1) as f64;
    let message = format!(
        "{what}: if the program has no effect, it pays in {} of {} ({} of its claims are due)",
        share::about(paid),
        counted(trials, "trial"),
        share::about(share)
    );
    let at = format!("payment.\"{}\".{}{key}", deal.payments[payment].name, amended(number));
    found.push(Lint::new(LintCode::PaysWithoutEffect, at, message, remedy));
}

/// Payments that the promised effect seldom earns.
pub(super) fn low_power(deal: &Deal, run: &Run, course: &Course, found: &mut Vec<Lint>) -> Result<(), RunError> {
    let trials = course.trials;
    let judged: Vec<(PaymentId, OutcomeId)> =
        deal.payments.ids().filter_map(|payment| effect_behind(deal, payment).map(|outcome| (payment, outcome))).collect();
    if judged.is_empty() {
        return Ok(());
    }
    let chances = Catalogue::new(deal).chances;
    let asked: Vec<Question> =
        chances.iter().filter(|(_, chance)| matches!(chance, Chance::Paid(_))).map(|(name, _)| Question::new(name)).collect();
    let promised = many_in(&[&certain(deal, Distribution::mean)], Some(&asked), course)?;
    let pays = |payment: PaymentId| promised[0].share(Chance::Paid(payment)).copied().unwrap_or_default();
    let paid = |payment: PaymentId| run.summary(Value::PaymentPaid(payment));
    let closed: BTreeSet<String> = found.iter().filter(|lint| lint.code == LintCode::GateNeverOpens).map(|lint| lint.at.clone()).collect();
    // Of the payments that mostly pay, the two largest on each outcome, and of those on none.
    let mut largest: HashMap<Option<OutcomeId>, Vec<(PaymentId, f64)>> = HashMap::new();
    for payment in deal.payments.ids().filter(|&payment| pays(payment).share() >= 0.5) {
        let on = if deal.payments[payment].measures().is_empty() { None } else { effect_behind(deal, payment) };
        if on.is_none() && !deal.payments[payment].measures().is_empty() {
            continue;
        }
        let known = largest.entry(on).or_default();
        known.extend(paid(payment).map(|paid| (payment, paid.mean)));
        known.sort_by(|one, other| other.1.total_cmp(&one.1));
        known.truncate(2);
    }
    for (payment, behind) in judged {
        let name = &deal.payments[payment].name;
        let outcome = &deal.outcomes[deal.outcomes[behind].looks_at().unwrap_or(behind)];
        let effect = outcome.effect.as_ref().map_or(0.0, Distribution::mean);
        let seldom = Proportion::new(pays(payment).count - pays(payment).hits, pays(payment).count);
        let told = closed.range(format!("payment.\"{name}\".")..).next().is_some_and(|at| at.starts_with(&format!("payment.\"{name}\".")));
        // What comes on top of a larger payment for the same, or for nothing, is a bonus.
        let rivals = largest.get(&None).into_iter().chain(largest.get(&Some(behind))).flatten();
        let bonus = paid(payment).is_some_and(|this| rivals.clone().any(|&(other, mean)| other != payment && mean >= this.max));
        if outcome.improvement(effect) <= 0.0 || !over(&seldom, 0.5) || told || bonus || deal.payments[payment].two_way {
            continue;
        }
        let effect = outcome.improvement(effect);
        let effect = match outcome.is_yes_no() || outcome.relative {
            true if outcome.relative => share::stated(tenth(effect)),
            true => points(effect),
            false => amount(effect),
        };
        let share = share::about(pays(payment).share());
        let message =
            format!("the promised effect on “{}” ({effect}) is paid for in only {share} of {}", outcome.name, counted(trials, "trial"));
        let remedy = "lower the threshold, compare more people or pool cohorts, or promise what the evidence carries";
        found.push(Lint::new(LintCode::LowPower, format!("payment.\"{name}\".on"), message, remedy));
    }
    Ok(())
}

fn points(share: f64) -> String {
    share::stated_points(tenth(share))
}

/// To a tenth of a percent: who reads a lint needs no more.
fn tenth(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn amount(value: f64) -> String {
    number::decimals(value, if value.abs() >= 100.0 { 0 } else { 2 })
}

/// Where terms pay only from some difference on.
pub(super) struct Threshold {
    measure: MeasureId,
    statistic: Statistic,
    /// From where on, where that is one number.
    from: Option<f64>,
    in_gate: bool,
    /// The whole condition, where it asks for several measures and none of them alone decides.
    of_many: Option<String>,
}

/// Whether a statistic tells what the program added.
fn tells_effect(statistic: Statistic) -> bool {
    use Statistic::{Additional, Avoided, Decrease, Difference, Reduction, RelativeChange};
    matches!(statistic, Additional | Avoided | Decrease | Difference | Reduction | RelativeChange)
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
                    let several = deal.measures_asked(|visit| gate.condition.visit(visit)).len() > 1;
                    let of_many = several.then(|| gate.text.trim().to_string());
                    first.get_or_insert(Threshold { measure: *measure, statistic: *statistic, from: None, in_gate: true, of_many });
                }
            },
        );
        if first.is_some() {
            return first;
        }
    }
    match terms.price.table() {
        Some(Table { by: Term::Reported { measure, statistic }, otherwise, rows, .. }) if tells_effect(*statistic) && *otherwise <= 0.0 => {
            let first = rows.iter().find(|row| row.value > 0.0 || row.slope > 0.0)?;
            let from = Some(first.from);
            (first.from > 0.0).then_some(Threshold { measure: *measure, statistic: *statistic, from, in_gate: false, of_many: None })
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
            Some(Threshold { measure: *measure, statistic: *statistic, from: Some(*from), in_gate: true, of_many: None })
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
        if let Some(text) = &self.of_many {
            return (format!("“{text}” is met by noise"), at);
        }
        let text = match (self.from, error) {
            (Some(from), Some(error)) if is_difference => {
                let times = number::decimals(from / error, 1);
                format!("the threshold of {} on “{name}” is {times} standard errors ({})", show(from), show(error))
            }
            _ => format!("the threshold on “{name}” is within its noise"),
        };
        (text, at)
    }
}

/// Whether a share is more than `bound` beyond chance.
pub(super) fn over(share: &Proportion, bound: f64) -> bool {
    share.share() - SURE * share.standard_error() > bound
}
