//! What a claim comes to, worked out in words: every number has the digits that the amount needs.

use super::{reported, value};
use crate::deal::{Deal, Function, GroupId, Leaf, MeasureId, Price, Seen, Statistic, Table, Term, Tier};
use crate::evaluation::Estimates;
use crate::numeric::whole::nearest;
use crate::quantity::Money;
use crate::settlement::Claim;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Most decimals of a factor.
const MOST: usize = 12;

/// How much the digits left out may change a sum of several products, in minor units.
const SLACK: f64 = 1e-3;

/// Gate and instalments aside.
pub(crate) fn words(deal: &Deal, findings: &Estimates, claim: &Claim) -> String {
    let payment = &deal.payments[claim.payment];
    let of = |measure: MeasureId, statistic: Statistic| value(findings, measure, statistic, claim.group);
    let name = |measure: MeasureId| named(&deal.measures[measure].name);
    match (&payment.terms[claim.terms].price, claim.measure) {
        (Price::PerUnit { each, less: None }, Some(measure)) => product(deal, claim, of(measure, Statistic::Units), &name(measure), *each),
        (Price::PerUnit { each, less: Some(less) }, Some(measure)) => {
            let group = if deal.measure_groups(*less).len() == 1 { GroupId::ONLY } else { claim.group };
            let (units, other) = (of(measure, Statistic::Units), value(findings, *less, Statistic::Units, group));
            let minor = claim.price(*each).0 as f64;
            let shown = |units: f64| enough(units, |shown| ((shown - units) * minor).abs() < SLACK);
            let parts = format!("({} {} less {} {})", shown(units), name(measure), shown(other), name(*less));
            product(deal, claim, units - other, &parts, *each)
        }
        (Price::PerAdditional(each), Some(measure)) => {
            let word = deal.measures[measure].spoken(deal, Statistic::Additional);
            product(deal, claim, of(measure, Statistic::Additional), &word, *each)
        }
        (Price::RateCard(lines), Some(measure)) => {
            product(deal, claim, of(measure, Statistic::Units), &name(measure), lines[claim.line].each)
        }
        (Price::LumpSum(_), _) if claim.factor == 1.0 && payment.instalments.len() == 1 => "one amount".into(),
        (Price::LumpSum(sum), _) => format!("one amount of {}", price(deal, claim, *sum)),
        (Price::Tiers(tiers), Some(measure)) => by_tiers(deal, claim, of(measure, Statistic::Units), &name(measure), tiers),
        (Price::Savings { share, then, .. }, Some(measure)) => {
            let parts = payment.instalments.len() > 1;
            savings(deal, claim, of(measure, Statistic::Units).max(0.0), [*share, *then], parts)
        }
        (Price::Table(table), _) => by_table(deal, findings, claim, table),
        (Price::Formula(term, text), _) => {
            let known = known(deal, findings, claim, term);
            let known = if known.is_empty() { known } else { format!(", with {known}") };
            format!("by formula: {text}{known}{}", risen(claim, "prices × "))
        }
        _ => String::new(),
    }
}

/// A name that does not run into the number before it.
fn named(name: &str) -> String {
    if name.starts_with(|letter: char| letter.is_ascii_digit()) { format!("“{name}”") } else { name.into() }
}

/// `value` with as few decimals as it takes, four at least, so that what is written is as good as the value itself.
fn enough(value: f64, as_good: impl Fn(f64) -> bool) -> String {
    let cut = |decimals: usize| format!("{value:.decimals$}").parse().unwrap_or(value);
    let decimals = (4..MOST).find(|&decimals| as_good(cut(decimals))).unwrap_or(MOST);
    number::decimals(value, decimals)
}

/// A price as it holds for a claim: `500.00`, or `488.67 (500.00 × 0.97734)` with discount and escalation.
fn price(deal: &Deal, claim: &Claim, each: Money) -> String {
    let holds = claim.price(each);
    if claim.factor == 1.0 {
        return money::exact(deal.currency, each);
    }
    let same = |factor: f64| Function::Round.apply(each.0 as f64 * factor) == holds.0 as f64;
    format!("{} ({} × {})", money::exact(deal.currency, holds), money::exact(deal.currency, each), enough(claim.factor, same))
}

/// `, prices × 1.02` with discount and escalation; nothing without.
fn risen(claim: &Claim, word: &str) -> String {
    if claim.factor == 1.0 { String::new() } else { format!(", {word}{}", number::decimals(claim.factor, MOST)) }
}

/// `209 jobs × 500.00`; what is below zero counts as nothing.
fn product(deal: &Deal, claim: &Claim, units: f64, what: &str, each: Money) -> String {
    let price = price(deal, claim, each);
    let each = claim.price(each).0 as f64;
    let shown = enough(units, |shown| nearest(shown * each) == nearest(units * each));
    match (units < 0.0, what.starts_with('(')) {
        (true, true) => format!("0 {what} × {price}"),
        (true, false) => format!("0 {what} ({} found) × {price}", number::plain(units)),
        (false, true) => format!("{what} × {price}"),
        (false, false) => format!("{shown} {what} × {price}"),
    }
}

fn by_tiers(deal: &Deal, claim: &Claim, units: f64, what: &str, tiers: &[Tier]) -> String {
    let mut parts = Vec::new();
    let (from, to) = (claim.units_before, claim.units_before + if units > 0.0 { units } else { 0.0 });
    for (at, tier) in tiers.iter().enumerate() {
        let ends = tiers.get(at + 1).map_or(f64::INFINITY, |next| next.from);
        let within = to.clamp(tier.from, ends) - from.clamp(tier.from, ends);
        if within > 0.0 {
            let each = claim.price(tier.each).0 as f64;
            let shown = enough(within, |shown| ((shown - within) * each).abs() < SLACK);
            parts.push(format!("{shown} × {}", price(deal, claim, tier.each)));
        }
    }
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(" + ")) };
    format!("{} {what} by tiers{parts}", number::plain(units))
}

/// Two shares are told apart by what came of them.
fn savings(deal: &Deal, claim: &Claim, saved: f64, [share, then]: [f64; 2], in_parts: bool) -> String {
    let percent = share::stated;
    let minor = saved * deal.currency.minor_units() as f64;
    let amount = |of: f64| {
        let of = of / deal.currency.minor_units() as f64;
        enough(of, |shown| ((shown - of) * deal.currency.minor_units() as f64).abs() < SLACK)
    };
    let all = |share: f64| format!("{} of {} saved{}", percent(share), amount(minor), risen(claim, "× "));
    let comes_to = |share: f64| nearest(minor * share * claim.factor) == claim.due;
    if share == then || comes_to(share) || minor == 0.0 {
        return all(share);
    }
    if comes_to(then) && !in_parts {
        return format!("{}, nothing being owed any more", all(then));
    }
    // Its first part repaid what was owed.
    let first = (claim.due as f64 / claim.factor - minor * then) / (share - then);
    if in_parts || !(0.0..=minor).contains(&first) {
        let (share, then) = (percent(share), percent(then));
        return format!("of {} saved {share} until nothing was owed, {then} afterwards{}", amount(minor), risen(claim, "× "));
    }
    let (share, then, rest) = (percent(share), percent(then), amount(minor - first));
    format!("{share} of {} saved until nothing was owed + {then} of {rest}{}", amount(first), risen(claim, "× "))
}

fn by_table(deal: &Deal, findings: &Estimates, claim: &Claim, table: &Table) -> String {
    let (measure, statistic) = match &table.by {
        Term::Reported { measure, statistic } => (*measure, *statistic),
        Term::Formula(formula) => return format!("by its table of “{}”{}", deal.formulas[*formula].name, risen(claim, "prices × ")),
        _ => return format!("by its table{}", risen(claim, "prices × ")),
    };
    let group = if deal.seen(claim.measure, measure) == Seen::Only { GroupId::ONLY } else { claim.group };
    let x = value(findings, measure, statistic, group);
    let (name, word) = (&deal.measures[measure].name, deal.measures[measure].spoken(deal, statistic));
    if x.is_nan() {
        return format!("{name}: {word} not reported");
    }
    let money = |minor: f64| match minor.fract() == 0.0 {
        true => money::exact(deal.currency, Money(minor as i64)),
        false => number::decimals(minor / deal.currency.minor_units() as f64, 9),
    };
    let cut = table.whole.map_or(x, |unit| Function::Floor.apply(x / unit) * unit);
    let shown = reported(deal, measure, statistic, x);
    let times = if claim.factor == 1.0 { String::new() } else { format!(" × {}", number::decimals(claim.factor, MOST)) };
    let of = format!("{name}: {word} {shown}");
    let Some(row) = table.reached(x).checked_sub(1).map(|last| &table.rows[last]) else {
        let amount = if table.otherwise == 0.0 { String::new() } else { format!(": {}{times}", money(table.otherwise)) };
        return format!("{of}, below the first step{amount}");
    };
    if row.slope == 0.0 || cut <= row.from {
        return format!("{of}, the step from {}: {}{times}", reported(deal, measure, statistic, row.from), money(row.value));
    }
    let in_points = statistic.is_share() && (statistic.is_relative() || deal.measures[measure].counts_people(deal));
    let (scale, unit) = if in_points { (100.0, "points") } else { (1.0, "units") };
    let (beyond, each) = ((cut - row.from) * scale, row.slope / scale);
    let amount = |beyond: f64| nearest((row.value + beyond * each) * claim.factor);
    let shown = enough(beyond, |shown| amount(shown) == amount(beyond));
    let sum = format!("{} + {shown} {unit} × {}", money(row.value), money(each));
    if times.is_empty() { format!("{of}: {sum}") } else { format!("{of}: ({sum}){times}") }
}

/// The reported numbers that a formula names itself: `units of “jobs” 412`.
fn known(deal: &Deal, findings: &Estimates, claim: &Claim, term: &Term) -> String {
    let mut known: Vec<String> = Vec::new();
    term.visit(&mut |leaf| {
        let Leaf::Term(Term::Reported { measure, statistic }) = leaf else { return };
        let group = match deal.seen(claim.measure, *measure) {
            Seen::Same => claim.group,
            Seen::Only => GroupId::ONLY,
            Seen::Nothing => return,
        };
        let number = value(findings, *measure, *statistic, group);
        let number = if number.is_nan() { "not reported".into() } else { number::decimals(number, 9) };
        let said = format!("{} of “{}” {number}", statistic.word().replace('_', " "), deal.measures[*measure].name);
        if !known.contains(&said) {
            known.push(said);
        }
    });
    known.join(", ")
}
