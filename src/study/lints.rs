//! Which terms of a deal look unwise once it is simulated?
//!
//! Comes in: a deal and a run of it. Goes out: [`Lint`]s, those that need no trials among them. A share counts as more or less than
//! another one only where three standard errors agree, so that chance raises no false alarm.

use std::collections::HashSet;

use super::claim_survey::{Looked, SeenTerms, look, looked_at};
use super::effects::{low_power, over, pays_without_effect, thresholds, without_effect};
use super::{Options, Phase, Run, RunError};
use crate::analysis::{Lint, LintCode, amended, below_cost, grants, lints as written};
use crate::deal::{Deal, PaymentId, Price, Term, Terms};
use crate::metrics::{Chance, Investment, Value, limit_name};
use crate::settlement::{Limit, limits_of};
use crate::stats::Proportion;
use crate::words::count::counted;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Everything unwise in `deal`, in the order of the codes. `run` is one of `deal`; small ones without an effect and with the promised
/// one are made here, with its seed and at most its trials, whatever `options` say.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn lints(deal: &Deal, run: &Run, options: &Options) -> Result<Vec<Lint>, RunError> {
    let mut found = written(deal);
    let gates = |lint: &&Lint| matches!(lint.code, LintCode::GateNeverFails | LintCode::GateNeverOpens);
    let known: HashSet<String> = found.iter().filter(gates).map(|lint| lint.at.clone()).collect();
    let trials = run.trials.min(looked_at(deal));
    let course = options.clone().trials(trials).seed(run.seed).begin(Phase::Lints, deal, |trials| 3 * trials);
    if deal.payments.iter().flat_map(|payment| &payment.terms).any(is_looked_at) {
        let looked = look(deal, &course)?;
        let thresholds = thresholds(deal);
        // A condition that holds in every trial, but not without the effect, protects.
        let always = |terms: &SeenTerms| terms.claims > 0 && terms.open == terms.claims;
        let asked = !thresholds.is_empty() || looked.terms.iter().flatten().any(always);
        let without = if asked { without_effect(deal, &course.after(trials))? } else { None };
        for payment in deal.payments.ids() {
            for number in 0..deal.payments[payment].terms.len() {
                claims(deal, (payment, number), &looked, without.as_ref(), trials, &known, &mut found);
            }
        }
        for (payment, number, threshold) in thresholds {
            if let Some(without) = &without {
                pays_without_effect(deal, (payment, number), &threshold, without, &looked, trials, &mut found);
            }
        }
    }
    limits(deal, run, &mut found);
    payors(deal, run, &mut found);
    capital(deal, run, &mut found);
    low_power(deal, run, &course.after(2 * trials), &mut found)?;
    found.sort_by_key(|lint| lint.code);
    Ok(found)
}

/// Whether the claims under these terms have anything to show.
fn is_looked_at(terms: &Terms) -> bool {
    terms.when.is_some() || terms.price.has_parts()
}

fn limits(deal: &Deal, run: &Run, found: &mut Vec<Lint>) {
    let money = |amount: f64| money::whole(deal.currency, amount);
    for limit in limits_of(deal) {
        let at = match limit {
            Limit::Payment(at) => format!("payment.\"{0}\".cap", deal.payments[at].name),
            Limit::Payor(at) => format!("payor.\"{0}\".cap", deal.payors[at].name),
            Limit::PayorYear(at) => {
                let payor = &deal.payors[at];
                let key = if payor.cap_per_fiscal_year.is_some() { "cap_per_fiscal_year" } else { "appropriations" };
                format!("payor.\"{}\".{key}", payor.name)
            }
            Limit::Deal => "deal.cap".into(),
            _ => continue,
        };
        let who = limit_name(deal, limit);
        let Some(share) = run.share(Chance::Binds(limit)).filter(|share| over(share, 0.5)) else { continue };
        let Some(cuts) = run.summary(Value::Cuts(limit)) else { continue };
        let message = format!("{who} cuts what is due in {} of trials, by {} on average", share::about(share.share()), money(cuts.mean));
        let remedy =
            format!("raise it (by {} it would cut nothing in 19 of 20 trials), lower the price, or plan for fewer people", money(cuts.p95));
        found.push(Lint::new(LintCode::CapBindsOften, at, message, remedy));
    }
}

fn payors(deal: &Deal, run: &Run, found: &mut Vec<Lint>) {
    let mean = |value: Value| run.summary(value).map_or(0.0, |summary| summary.mean);
    let money = |amount: f64| money::whole(deal.currency, amount);
    for (index, payor) in deal.payors.pairs() {
        let at = |key: &str| format!("payor.\"{}\".{key}", payor.name);
        if let Some(net) = run.sampled(Value::NetBenefit(index)) {
            let share = Proportion::new(net.iter().filter(|net| **net < 0.0).count() as u64, net.len() as u64);
            if over(&share, 0.5) {
                let message = format!(
                    "the payments of {} exceed what the outcomes are worth to it in {} of trials: {} on average for what is worth {}",
                    payor.name,
                    share::about(share.share()),
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
    let money = |amount: f64| money::whole(deal.currency, amount);
    let mean = |value: Value| run.summary(value).map_or(0.0, |summary| summary.mean);
    if let Some(share) = run.share(Chance::Shortfall).filter(|share| over(share, 0.5)) {
        let message =
            format!("there is a shortfall in {} of trials; {} on average", share::about(share.share()), money(mean(Value::Shortfall)));
        let remedy = "raise more, let receipts pay costs (`recycle_until`), or say who else bears the costs (`outside_raise`)";
        found.push(Lint::new(LintCode::MoneyRunsShort, "capital".into(), message, remedy));
    }
    for (index, tranche) in deal.capital.tranches.pairs() {
        if run.summary(Value::Drawn(Investment::Tranche(index))).is_some_and(|drawn| drawn.max <= 0.0) {
            let amount = money::stated(deal.currency, tranche.amount);
            let message = format!("no trial draws any of the {amount} of “{}”", tranche.name);
            let remedy =
                "leave it out, make it smaller than what comes before it leaves, or let it be drawn earlier (`draw_order`, `draws`)";
            found.push(Lint::new(LintCode::NeverDrawn, format!("tranche.\"{}\".amount", tranche.name), message, remedy));
        }
    }
    let units = deal.currency.minor_units() as f64;
    let (best, cost, grants) = (run.summary(Value::Paid).map_or(0.0, |paid| paid.max * units), deal.planned_cost(), grants(deal));
    // A payment that never opens has been told of.
    let known = found.iter().any(|lint| matches!(lint.code, LintCode::PayableBelowCost | LintCode::GateNeverOpens));
    if !known && !deal.payments.is_empty() && best < cost - grants - 0.5 {
        found.push(below_cost(deal, "in the best of all trials payors pay", best, cost, grants));
    }
}

/// What the claims under one set of terms show; `known` are the gates that were found without a trial.
fn claims(
    deal: &Deal,
    (payment, number): (PaymentId, usize),
    looked: &Looked,
    without: Option<&Looked>,
    trials: u64,
    known: &HashSet<String>,
    found: &mut Vec<Lint>,
) {
    let terms = &deal.payments[payment].terms[number];
    let seen = &looked.terms[payment][number];
    let name = &deal.payments[payment].name;
    let at = |key: &str| format!("payment.\"{name}\".{}{key}", amended(number));
    let trials = counted(trials, "trial");
    if seen.claims == 0 {
        return;
    }
    if let Some(gate) = &terms.when {
        let at = at("when");
        let text = gate.text.trim();
        let known = known.contains(&at);
        let protects = without.map(|without| &without.terms[payment][number]).is_some_and(|seen| seen.open < seen.claims);
        if seen.open == seen.claims && !known && !protects {
            let message = format!("“{text}” holds for every claim of {trials}, with or without an effect");
            let remedy = "ask for more than what happens anyway, or take it out";
            found.push(Lint::new(LintCode::GateNeverFails, at, message, remedy));
        } else if seen.open == 0 {
            if !known {
                let message = format!("“{text}” holds for no claim of {trials}: nothing is ever paid");
                found.push(Lint::new(LintCode::GateNeverOpens, at, message, "ask for less, or leave the payment out"));
            }
            return;
        }
    }
    let never = match &terms.price {
        Price::Table(table) => seen.rows.filter(|(rows, _)| *rows < table.rows.len()).map(|(rows, most)| {
            let from = shown(&table.by, table.rows[rows].from);
            let which = if rows + 1 == table.rows.len() { "the last row" } else { "the rows" };
            format!("{which} of its price from {from} on: no claim of {trials} gets there (the highest was {})", shown(&table.by, most))
        }),
        Price::Tiers(tiers) => {
            let most = looked.units[payment];
            let unreached = tiers.iter().find(|tier| tier.from > 0.0 && most <= tier.from);
            unreached.map(|tier| {
                let (from, most) = (number::plain(tier.from), number::decimals(most, 2));
                format!("its tier after the first {from} units: no trial of {trials} gets there (the most were {most})")
            })
        }
        Price::RateCard(lines) => {
            let unpaid = lines.iter().zip(&seen.lines).filter(|(_, paid)| !**paid).map(|(line, _)| deal.measures[line.on].name.as_str());
            let unpaid: Vec<String> = unpaid.map(|name| format!("“{name}”")).collect();
            let which = if unpaid.len() == 1 { "its line" } else { "its lines" };
            (!unpaid.is_empty()).then(|| format!("{which} for {}: nothing is due for it in any of {trials}", unpaid.join(", ")))
        }
        Price::PerUnit { .. } | Price::PerAdditional(_) | Price::LumpSum(_) | Price::Savings { .. } | Price::Formula(..) => None,
    };
    if let Some(message) = never {
        let remedy = "leave it out, move it to where outcomes may come, or check the outcome that it needs";
        found.push(Lint::new(LintCode::StepNeverReached, at("price"), message, remedy));
    }
}

/// A number that a table looks up, in percent where it is a share of people.
fn shown(by: &Term, value: f64) -> String {
    match by {
        Term::Reported { statistic, .. } if statistic.is_share() && value.abs() <= 1.0 => share::stated(value),
        _ => number::plain(value),
    }
}
