//! What can be moved: the terms that the parties decide, and the inputs that nobody does.

use pfsim::analysis::Input;
use pfsim::experiment::moves::Moved;
use pfsim::experiment::terms::{Counted, Owner, Term};
use pfsim::metrics::{Asked, Catalogue};
use pfsim::numeric::math;
use pfsim::quantity::Money;
use pfsim::report::figures::law;
use pfsim::report::{clause, seats};
use pfsim::sampling::Distribution;
use pfsim::study::{self, About};
use pfsim::words::{money, number as words, share};
use pfsim::{Deal, Question, Scenario};
use serde_json::{Value, json};

use crate::answer::{Refused, number};
use crate::edition::Edition;
use crate::session::Open;
use crate::world;

/// The deal that an edition is, with all that can be moved in it.
pub fn deal(open: &mut Open, edition: &Edition) -> Result<Value, Refused> {
    let scenario = open.scenario(edition)?;
    let deal = &scenario.deal;
    let signed = Edition { text: edition.text.clone(), ..Edition::default() };
    let base = open.scenario(&signed)?;
    let stresses = study::pack(&scenario)
        .into_iter()
        .map(|stress| json!({ "name": stress.name, "change": stress.change, "refused": stress.deal.err() }));
    let sides = study::seats(deal)
        .into_iter()
        .map(|seat| json!({ "id": side_id(&seat.about), "kind": side_kind(&seat.about), "name": seats::heading(deal, &seat.about) }));
    Ok(json!({
        "name": deal.name,
        "about": deal.about,
        "currency": deal.currency.code(),
        "provider": deal.program.provider,
        "trials": open.trials,
        "seed": open.seed,
        "file": scenario.file(),
        "memory_mb": world::bytes(deal, open.trials) >> 20,
        "groups": groups(&scenario, &base),
        "inputs": inputs(&base, deal),
        "stresses": stresses.collect::<Vec<_>>(),
        "sides": sides.collect::<Vec<_>>(),
        "quantities": quantities(deal),
        "requirements": requirements(deal),
    }))
}

/// Whose terms a scenario has, each once.
pub fn owners(scenario: &Scenario) -> Vec<Owner> {
    let mut all: Vec<Owner> = Vec::new();
    for term in scenario.decided() {
        if !all.contains(&term.owner) {
            all.push(term.owner);
        }
    }
    all
}

/// What a group of terms is known by.
pub fn group_id(owner: &Owner) -> String {
    if owner.name.is_empty() { owner.kind.into() } else { format!("{}.{}", owner.kind, owner.name) }
}

fn groups(scenario: &Scenario, base: &Scenario) -> Vec<Value> {
    let deal = &scenario.deal;
    // A slider stays where it is while its number moves.
    let signed = base.decided();
    let mut all: Vec<(Owner, Vec<Value>)> = Vec::new();
    for term in scenario.decided() {
        let shown = shown(deal, &term, signed.iter().find(|known| known.id == term.id).unwrap_or(&term));
        match all.iter_mut().find(|(owner, _)| *owner == term.owner) {
            Some((_, terms)) => terms.push(shown),
            None => all.push((term.owner, vec![shown])),
        }
    }
    let group = |(owner, terms): (Owner, Vec<Value>)| {
        let name = match owner.kind {
            "deal" => "The deal".to_string(),
            "capital" => "All capital".to_string(),
            _ => owner.name.clone(),
        };
        let sentences = clause::sentences(deal, owner.kind, &owner.name);
        json!({ "id": group_id(&owner), "kind": owner.kind, "name": name, "sentences": sentences, "terms": terms })
    };
    all.into_iter().map(group).collect()
}

fn shown(deal: &Deal, term: &Term, signed: &Term) -> Value {
    let unit = match term.counted {
        Counted::Money => "money",
        Counted::Share => "share",
        Counted::Periods => "periods",
        Counted::Count => "count",
        Counted::Number => "number",
    };
    let text = written_term(deal, term, term.value);
    let [low, high, step] = slider(signed);
    json!({
        "id": term.id, "path": term.path, "label": term.label, "note": term.note, "unit": unit, "value": term.value, "text": text,
        "signed": signed.value, "low": low, "high": high, "step": step,
    })
}

/// A value of a term in words.
pub fn written_term(deal: &Deal, term: &Term, value: f64) -> String {
    match term.counted {
        Counted::Money => money::stated(deal.currency, Money((value * deal.currency.minor_units() as f64).round() as i64)),
        Counted::Share => share::stated(value),
        _ => words::plain(value),
    }
}

/// The smallest step that people would sign.
pub fn finest(term: &Term) -> f64 {
    match term.counted {
        Counted::Periods | Counted::Count => 1.0,
        Counted::Share => 0.001,
        Counted::Money | Counted::Number => nice((if term.value == 0.0 { 1_000.0 } else { term.value.abs() }) / 2_000.0),
    }
}

/// Where a slider begins and ends, and its steps: from nothing to about twice what is signed, in steps that people would name.
pub fn slider(term: &Term) -> [f64; 3] {
    let size = term.value.abs();
    match term.counted {
        Counted::Periods => [0.0, (2.0 * size).max(8.0), 1.0],
        Counted::Count => [1.0, (2.0 * size).max(5.0), 1.0],
        Counted::Share if size <= 0.2 => [0.0, (2.5 * size).clamp(0.05, 1.0), 0.0025],
        Counted::Share => [0.0, (2.0 * size).clamp(0.5, if size > 1.0 { 4.0 } else { 1.0 }), 0.01],
        Counted::Money | Counted::Number => {
            let largest = if size == 0.0 { 1_000.0 } else { 2.0 * size };
            let step = nice(largest / 100.0);
            let high = (largest / step).ceil() * step;
            [if term.value < 0.0 { -high } else { 0.0 }, high, step]
        }
    }
}

/// A number of the form 1, 2 or 5 times a power of ten, near `size`.
fn nice(size: f64) -> f64 {
    let scale = math::pow(10.0, math::log10(size).floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * scale).find(|step| *step >= size * 0.999).unwrap_or(scale * 10.0)
}

/// Puts a number into an edition.
pub fn assign(open: &mut Open, edition: &Edition, id: &str, value: f64) -> Result<Value, Refused> {
    // The number may stand in an expression that was changed before: the edition's own text says how.
    let scenario = open.scenario(edition).or_else(|_| open.base(edition).cloned())?;
    let known = |scenario: &Scenario| scenario.decided().into_iter().find(|term| term.id == id);
    let term = known(&scenario).ok_or_else(|| Refused::because(format!("there is no term `{id}`"), "reload the deal"))?;
    let assignment = term.assignment(value);
    // What is as signed again is no change.
    let before = known(open.base(edition)?);
    let is_back =
        before.is_some_and(|before| before.assignment(before.value) == assignment || before.value == value && before.path == before.id);
    let edition = if is_back { edition.without(&term.path) } else { edition.with(assignment.clone()) };
    Ok(json!({ "edition": edition, "assignment": assignment }))
}

/// Moves an input of an edition from what the scenario says of it: fixes it, or shifts and widens its law.
pub fn shift(open: &mut Open, edition: &Edition, path: &str, (fix, shift, widen): (Option<f64>, f64, f64)) -> Result<Value, Refused> {
    let base = open.base(edition)?;
    let input = base.deal.inputs().into_iter().find(|input| input.path == path);
    let input = input.ok_or_else(|| Refused::because(format!("there is no input `{path}`"), "reload the deal"))?;
    let moved = Moved { fix, shift, widen };
    if moved == Moved::NOT {
        return Ok(json!({ "edition": edition.without(path) }));
    }
    if !(widen > 0.0) {
        return Err(Refused::because("a law is widened by a factor above 0", "fix the input where it should be certain"));
    }
    let bounds = bounds(&base.deal, &input);
    let assignment = base.moving(&input, moved, bounds);
    let assignment = assignment.ok_or_else(|| Refused::because(format!("{path} cannot be moved"), "edit the text"))?;
    Ok(json!({ "edition": edition.with(assignment.clone()), "assignment": assignment }))
}

/// What an input may be at most and at least.
fn bounds(deal: &Deal, input: &Input) -> (f64, f64) {
    match kind(deal, input) {
        "share" => (0.0, 1.0),
        "ratio" => (0.0, f64::INFINITY),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// What an input is counted in.
fn kind(deal: &Deal, input: &Input) -> &'static str {
    let last = input.path.rsplit('.').next().unwrap_or_default();
    let yes_no = deal.outcomes.iter().any(|outcome| outcome.is_yes_no() && input.path.starts_with(&format!("outcome.{:?}.", outcome.name)));
    match last {
        "enrolment_ratio" | "referral_ratio" | "overrun" => "ratio",
        "match_rate" => "share",
        "rate" | "without" if yes_no => "share",
        "effect" if yes_no => "points",
        "relative_effect" => "points",
        _ => "number",
    }
}

fn written(kind: &str, value: f64) -> String {
    match kind {
        "share" => share::percent(value),
        "points" => share::points(value),
        _ => words::decimals(value, if value.abs() >= 100.0 { 0 } else { 2 }),
    }
}

fn inputs(base: &Scenario, now: &Deal) -> Vec<Value> {
    let one = |input: Input| {
        let law = base.deal.law(&input)?;
        // The edition may have made it certain, or have no such input any more.
        let own = now.law(&input).unwrap_or(law);
        let kind = kind(&base.deal, &input);
        let (mean, sd) = law.moments();
        let [low, high] = [0.05, 0.95].map(|share| own.quantile(share));
        let noted = base.deal.assumptions.iter().find(|assumption| assumption.path == input.path);
        let picture = |law: &Distribution, before: Option<&Distribution>| {
            law::picture(&input.name, law, before, &|value| written(kind, value)).ok().map(|picture| picture.svg)
        };
        let moved = own != law;
        let reach = (3.0 * sd).max(mean.abs() * 0.5).max(1e-9);
        let step = nice(reach / 60.0);
        let reach = (reach / step).ceil() * step;
        Some(json!({
            "id": input.path, "path": input.path, "name": named(&input), "layer": input.layer.name(), "law": own.to_string(),
            "source": noted.and_then(|noted| noted.source.clone()),
            "grade": noted.and_then(|noted| noted.grade).map(|grade| grade.letter().to_string()),
            "grade_word": noted.and_then(|noted| noted.grade).map(pfsim::deal::Grade::word),
            "unit": kind, "mean": number(own.mean()), "sd": number(own.sd()), "low": number(low), "high": number(high),
            "mean_text": written(kind, own.mean()), "low_text": written(kind, low), "high_text": written(kind, high),
            "signed_mean": number(mean), "signed_text": law.to_string(),
            "svg": picture(own, moved.then_some(law)),
            "moved": moved,
            "shift_low": -reach, "shift_high": reach, "shift_step": step,
        }))
    };
    base.deal.inputs().into_iter().filter_map(one).collect()
}

/// What an input is called by people: `placed: effect`.
fn named(input: &Input) -> String {
    let name = input.name.strip_prefix("program.").unwrap_or(&input.name);
    match name.rsplit_once('.') {
        Some((of, what)) => format!("{of}: {}", what.replace('_', " ")),
        None => name.replace('_', " "),
    }
}

fn quantities(deal: &Deal) -> Vec<Value> {
    let catalogue = Catalogue::new(deal);
    let one = |name: &str| {
        let asked = catalogue.asked(&Question::new(name))?;
        let quantity = asked.quantity(deal);
        let chance = matches!(asked, Asked::Chance(_));
        Some(json!({ "name": name, "label": quantity.label, "unit": quantity.unit.word(deal), "chance": chance }))
    };
    catalogue.names().filter_map(one).collect()
}

/// What people at a table usually require.
fn requirements(deal: &Deal) -> Vec<Value> {
    let catalogue = Catalogue::new(deal);
    let payor = deal.payors.iter().find(|payor| payor.cap.is_some());
    let mut all = vec![
        "investors.loss <= 10%".to_string(),
        "provider.loss <= 5%".into(),
        "investors.irr.p50 >= 4%".into(),
        "program.shortfall_chance <= 5%".into(),
    ];
    all.extend(payor.map(|payor| format!("payor.\"{}\".cap_binds <= 20%", payor.name)));
    all.extend(deal.payors.iter().map(|payor| format!("payor.\"{}\".net_benefit.mean >= 0", payor.name)));
    let known = |text: &String| {
        let requirement = pfsim::Requirement::new(text)?;
        catalogue.asked(&requirement.question)?;
        Some(json!({ "label": pfsim::report::question::required(deal, &requirement), "text": text }))
    };
    all.iter().filter_map(known).collect()
}

/// What a side is known by.
pub fn side_id(about: &About) -> String {
    match about {
        About::Payor(name) | About::Payment(name) | About::Tranche(name) | About::Guarantor(name) => format!("{}.{name}", side_kind(about)),
        _ => side_kind(about).into(),
    }
}

/// What kind of party a side is.
pub fn side_kind(about: &About) -> &'static str {
    match about {
        About::Payor(_) => "payor",
        About::Payors => "payors",
        About::Payment(_) => "payment",
        About::Tranche(_) => "tranche",
        About::Investors => "investors",
        About::Guarantor(_) => "guarantor",
        About::Provider => "provider",
        About::Program => "people",
    }
}
