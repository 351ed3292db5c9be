//! A deal as INDIGO data: the form in which the Government Outcomes Lab in Oxford collects impact bonds (INDIGO Data Standard, the model
//! "project").
//!
//! Comes in: a deal and the hash of its text. Goes out: JSON for people who keep registers. Must never know: what a simulation found. Only
//! what the scenario says is stated, in the standard's field where its meaning is the same, otherwise in the words of the notes: every
//! price, formula, limit and right to end is in one or the other. INDIGO
//! identifiers are assigned by the register, so organisations are named in notes and have none here; identifiers within the project
//! (`outcomemetric1`) only link its parts.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::origin;
use crate::deal::{Deal, Gate, Leaf, Measure, MeasureId, Method, OutcomeRef, Payment, Price, Term, Tranche, TrancheKind};
use crate::quantity::Money;
use crate::report::check;
use crate::sentence::sentence;
use crate::sentence::{is_unconditional, outcome_name};
use crate::words::{list::listed, money, share};

/// Name of the only source, which is the scenario file.
const SOURCE: &str = "source1";

/// The deal as an INDIGO project, with a final newline. `hash` is the SHA-256 of the scenario's text.
#[must_use]
pub fn json(deal: &Deal, hash: &str) -> String {
    format!("{:#}\n", document(deal, hash))
}

/// The deal as an INDIGO project. A list without any part is left out.
#[must_use]
pub fn document(deal: &Deal, hash: &str) -> Json {
    let mut project = Map::new();
    let metrics = metrics(deal);
    let mut put = |key: &str, value: Json| {
        if value.as_array().is_none_or(|list| !list.is_empty()) {
            project.insert(key.into(), value);
        }
    };
    put("name", value(deal.name.as_str()));
    put("dates", dates(deal));
    put("overall_project_finance", finance(deal));
    put("service_and_beneficiaries", served(deal));
    put("service_provisions", services(deal));
    put("outcome_payment_commitments", commitments(deal));
    put("investments", investments(deal));
    put("outcome_metrics", metrics.iter().enumerate().map(|(at, &measure)| metric(deal, at, measure)).collect());
    put("outcome_pricings", pricings(deal, &metrics));
    put("outcome_payments", planned(deal, &metrics));
    put("sources", json!([{ "id": SOURCE, "notes": format!("scenario file of pfsim, SHA-256 {hash}") }]));
    let about = deal.about.as_ref().map_or(String::new(), |about| format!(" The scenario is about: {about}"));
    let made = format!(
        "Made by {} from a scenario file. It states the terms that the scenario assumes, which nobody need have signed, and no result of \
         a simulation. No INDIGO identifier was assigned: organisations are named in notes.{about}{}",
        origin::engine(),
        terms(deal)
    );
    put("notes", value(made));
    Json::Object(project)
}

/// Every clause that is more than a payment, in words: the standard has fields for few of them.
fn terms(deal: &Deal) -> String {
    let section = |(title, lines): (&str, Vec<String>)| format!(" {title}: {}", lines.join(" "));
    check::sections(deal).into_iter().map(section).collect()
}

fn served(deal: &Deal) -> Json {
    let mut served = json!({
        "targeted_number_service_users_or_beneficiaries_total": value(deal.program.planned()),
        "unit_type_targeted_service_users_or_beneficiaries": value(if deal.program.unit.is_some() { "Other" } else { "Individual" }),
        "source_ids": SOURCE,
    });
    if let Some(unit) = &deal.program.unit {
        served["unit_description_of_service_user_or_beneficiaries"] = value(unit.as_str());
    }
    served
}

fn value(of: impl Into<Json>) -> Json {
    json!({ "value": of.into() })
}

/// An amount in major units, whole where it is.
fn amount(deal: &Deal, money: Money) -> Json {
    let major = deal.currency.major(money);
    if major.fract() == 0.0 { json!(major as i64) } else { json!(major) }
}

fn currency(deal: &Deal) -> Json {
    value(deal.currency.code())
}

/// The last day of a period.
fn last_day(deal: &Deal, period: u32) -> String {
    deal.timeline.date(period + 1).yesterday().unwrap_or(jiff::civil::Date::MAX).to_string()
}

fn dates(deal: &Deal) -> Json {
    let first = deal.program.cohorts.iter().map(|cohort| cohort.period).min().unwrap_or(0);
    json!({
        "start_date_of_service_provision": value(deal.timeline.date(first).to_string()),
        "source_ids": SOURCE,
        "notes": format!(
            "The first people are planned to enrol in the period from that date on. The deal looks at {} to {}.",
            deal.timeline.date(0),
            last_day(deal, deal.timeline.periods.saturating_sub(1))
        ),
    })
}

/// The tranches that are repayable money of investors.
fn invested(deal: &Deal) -> impl Iterator<Item = &Tranche> {
    deal.capital.tranches.iter().filter(|tranche| is_investment(tranche))
}

fn is_investment(tranche: &Tranche) -> bool {
    match tranche.kind {
        TrancheKind::Loan | TrancheKind::Equity | TrancheKind::RecoverableGrant => true,
        TrancheKind::Grant | TrancheKind::RecyclableGrant { .. } | TrancheKind::DeferredFee => false,
    }
}

fn finance(deal: &Deal) -> Json {
    let mut finance = Map::new();
    if invested(deal).next().is_some() {
        let total = Money(invested(deal).map(|tranche| tranche.amount.0).sum());
        let commitment = json!({ "currency": currency(deal), "amount": { "exact": value(amount(deal, total)) } });
        finance.insert("total_investment_commitment".into(), commitment);
    }
    let caps: Option<Vec<i64>> = deal.payors.iter().map(|payor| payor.cap.map(|cap| cap.0)).collect();
    let of_payors = caps.filter(|caps| !caps.is_empty()).and_then(|caps| caps.into_iter().try_fold(0, i64::checked_add));
    if let Some(most) = of_payors.into_iter().chain(deal.cap.map(|cap| cap.0)).min() {
        let payment = json!({ "currency": currency(deal), "amount": value(amount(deal, Money(most))) });
        finance.insert("maximum_potential_outcome_payment_v2".into(), payment);
    }
    let mut notes: Vec<String> = Vec::new();
    for tranche in deal.capital.tranches.iter().filter(|tranche| !is_investment(tranche)) {
        notes.push(format!("not counted as investment: {}, up to {}", tranche.name, funding(deal, tranche)));
    }
    notes.extend(deal.capital.guarantees.iter().map(|guarantee| check::promise(deal, guarantee)));
    finance.insert("source_ids".into(), json!(SOURCE));
    if !notes.is_empty() {
        finance.insert("notes".into(), json!(notes.join(". ") + "."));
    }
    Json::Object(finance)
}

fn funding(deal: &Deal, tranche: &Tranche) -> String {
    format!("{}, {}", exact(deal, tranche.amount), check::terms(deal, tranche))
}

/// An amount to the minor unit, with the code of its currency.
fn exact(deal: &Deal, money: Money) -> String {
    format!("{} {}", deal.currency.code(), money::exact(deal.currency, money))
}

fn services(deal: &Deal) -> Json {
    let provider = |(at, name): (usize, &str)| {
        let sites = deal.program.sites.iter().filter(|site| site.provider.as_ref().unwrap_or(&deal.program.provider) == name);
        let sites: Vec<&str> = sites.map(|site| site.name.as_str()).collect();
        let at_sites = if sites.is_empty() { String::new() } else { format!(" At or for: {}.", sites.join(", ")) };
        json!({
            "id": format!("serviceprovision{}", at + 1),
            "source_ids": SOURCE,
            "notes": format!("Service provider: {name}.{at_sites}"),
        })
    };
    deal.program.providers().into_iter().enumerate().map(provider).collect()
}

fn commitments(deal: &Deal) -> Json {
    let money = |amount: Money| exact(deal, amount);
    let commitment = |payor: &crate::deal::Payor| {
        let mut notes = format!("Outcome payer: {}.", payor.name);
        if let Some(cap) = payor.cap_per_fiscal_year {
            notes.push_str(&format!(" At most {} in a fiscal year.", money(cap)));
        }
        if !payor.appropriations.is_empty() {
            let years = deal.timeline.fiscal_years().into_iter().zip(&payor.appropriations);
            let years: Vec<String> = years.map(|(year, voted)| format!("{} in FY{year}", money(*voted))).collect();
            notes.push_str(&format!(" Appropriated: {}.", years.join(", ")));
        }
        let mut entry = json!({ "source_ids": SOURCE, "notes": notes });
        // Nobody pays more than the deal's cap lets all of them pay together.
        if let Some(cap) = payor.cap.into_iter().chain(deal.cap).min() {
            let most = json!({ "currency": currency(deal), "amount": value(amount(deal, cap)) });
            entry["maximum_potential_outcome_payment"] = most;
        }
        entry
    };
    deal.payors.iter().map(commitment).collect()
}

fn investments(deal: &Deal) -> Json {
    let investment = |(at, tranche): (usize, &Tranche)| {
        let mut entry = json!({
            "id": format!("investment{}", at + 1),
            "investment_commitment": { "currency": currency(deal), "amount": { "exact": value(amount(deal, tranche.amount)) } },
            "source_ids": SOURCE,
            "notes": format!("{}: up to {}.", tranche.name, funding(deal, tranche)),
        });
        match tranche.kind {
            // A share of what is left makes it more than debt; the standard has no word for what the scenario does not say.
            TrancheKind::Loan if tranche.residual_share == 0.0 => entry["investment_type"] = value("Debt"),
            TrancheKind::Equity => entry["investment_type"] = value("Equity"),
            TrancheKind::Loan
            | TrancheKind::Grant
            | TrancheKind::RecyclableGrant { .. }
            | TrancheKind::RecoverableGrant
            | TrancheKind::DeferredFee => {}
        }
        entry
    };
    invested(deal).enumerate().map(investment).collect()
}

/// The measures that anything is paid on, each once, as payments name them; then those that prices and conditions ask for.
fn metrics(deal: &Deal) -> Vec<MeasureId> {
    let mut found = Vec::new();
    let asked = deal.payments.iter().flat_map(|payment| asked(deal, payment));
    for measure in deal.payments.iter().flat_map(Payment::measures).chain(asked) {
        if !found.contains(&measure) {
            found.push(measure);
        }
    }
    found
}

/// The measures that the prices and conditions of a payment ask for, and those that it takes off.
fn asked(deal: &Deal, payment: &Payment) -> Vec<MeasureId> {
    let mut found = Vec::new();
    for terms in &payment.terms {
        found.extend(terms.price.less());
        deal.visit_terms(terms, |leaf| {
            if let Leaf::Term(Term::Reported { measure, .. }) = leaf {
                found.push(*measure);
            }
        });
    }
    found
}

fn metric_id(at: usize) -> String {
    format!("outcomemetric{}", at + 1)
}

fn metric(deal: &Deal, at: usize, index: MeasureId) -> Json {
    let measure = &deal.measures[index];
    let gates = deal.payments.iter().flat_map(|payment| payment.terms.iter().map(move |terms| (payment, terms.when.as_ref())));
    let gates = gates.filter_map(|(payment, gate)| Some((payment, gate?)));
    let of_it = |(payment, gate): &(&Payment, &Gate)| {
        payment.measures().contains(&index) || deal.measures_asked(|visit| gate.condition.visit(visit)).contains(&index)
    };
    let mut gates: Vec<&str> = gates.filter(of_it).map(|(_, gate)| gate.text.trim()).collect();
    gates.sort_unstable();
    gates.dedup();
    let mut entry = json!({
        "id": metric_id(at),
        "definition": value(outcome_name(deal, measure.of)),
        "source_ids": SOURCE,
        "notes": format!("Measure: {}.{}", measure.name, counted(deal, measure)),
    });
    if !gates.is_empty() {
        entry["outcome_metric_target"] = value(gates.join("; "));
    }
    if let Some(method) = validation(&measure.method) {
        entry["outcome_validation_method"] = value(method);
    }
    if let Some(records) = measure.records {
        entry["data_source_for_outcome_validation"] = value(deal.records[records].name.as_str());
    }
    entry
}

fn counted(deal: &Deal, measure: &Measure) -> &'static str {
    match measure.of {
        OutcomeRef::Outcome(outcome) if deal.outcomes[outcome].fewer_is_better => " The fewer, the better.",
        _ => "",
    }
}

/// The standard's own word for a method, where it has one.
fn validation(method: &Method) -> Option<&'static str> {
    match method {
        Method::Randomized(_) => Some("Randomised Control Trial"),
        Method::Matched { .. } => Some("Quasi-experimental study"),
        Method::Historical(history) if history.baseline.is_none() && history.estimated_from.is_none() => Some("Pre-Post analysis"),
        Method::Historical(_) => Some("Historical comparison"),
        Method::Count => Some("Simple ex-post verification"),
        Method::FixedThenLive { .. } | Method::Blend(_) | Method::Exact => None,
    }
}

/// The price of one unit, where it is one amount for each participant that nothing changes.
fn unit_price(deal: &Deal, payment: &Payment, line: usize) -> Option<Money> {
    let plain = payment.terms.len() == 1 && payment.discount == 0.0;
    let (each, measure) = match &payment.terms[0].price {
        Price::PerUnit { each, less: None } => (*each, payment.on?),
        Price::RateCard(lines) => (lines[line].each, lines[line].on),
        Price::PerUnit { less: Some(_), .. }
        | Price::PerAdditional(_)
        | Price::LumpSum(_)
        | Price::Table(_)
        | Price::Tiers(_)
        | Price::Savings { .. }
        | Price::Formula(..) => return None,
    };
    (plain && deal.measures[measure].counts_people(deal)).then_some(each)
}

/// The price of a line of a rate card in words, under each of the payment's terms; nothing for other prices, of which sentences say all.
fn priced(deal: &Deal, payment: &Payment, line: usize) -> String {
    let mut text = String::new();
    for terms in &payment.terms {
        if let Price::RateCard(lines) = &terms.price
            && let Some(line) = lines.get(line)
        {
            let from = match terms.first_period {
                0 => String::new(),
                period => format!(" from {} on", deal.timeline.date(period)),
            };
            text.push_str(&format!(" “{}”: {} for each{from}.", deal.measures[line.on].name, exact(deal, line.each)));
        }
    }
    text
}

fn pricings(deal: &Deal, metrics: &[MeasureId]) -> Json {
    let mut entries = Vec::new();
    for (index, payment) in deal.payments.pairs() {
        let measures = payment.measures();
        let mut others: Vec<MeasureId> = asked(deal, payment).into_iter().filter(|measure| !measures.contains(measure)).collect();
        others.sort_unstable();
        others.dedup();
        let others: Vec<String> = others.iter().map(|&measure| format!("“{}”", deal.measures[measure].name)).collect();
        let of_many = if others.is_empty() { String::new() } else { format!(" It also asks for {}.", listed(&others)) };
        // What is paid on no measure has a price too, and no metric.
        for line in 0..measures.len().max(1) {
            let mut entry = json!({
                "currency": currency(deal),
                "price_description": value(sentence(deal, index)),
                "source_ids": SOURCE,
                "notes": format!("Payment: {}.{}{of_many}", payment.name, priced(deal, payment, line)),
            });
            if let Some(at) = measures.get(line).and_then(|measure| metrics.iter().position(|known| known == measure)) {
                entry["outcome_metric_id"] = value(metric_id(at));
            }
            if let Some(each) = unit_price(deal, payment, line) {
                entry["price_per_unit"] = json!({ "amount": value(amount(deal, each)) });
            }
            if let ([terms], [_]) = (&payment.terms[..], &measures[..])
                && let Some(cap) = terms.cap
            {
                entry["maximum_price_if_all_targets_achieved"] = json!({ "amount": value(amount(deal, cap).to_string()) });
            }
            if let Some(escalator) = payment.escalator {
                let from = deal.timeline.date(escalator.from);
                let rise = format!("prices rise by {} a year, at each full year after {from}", share::stated(escalator.per_year));
                entry["contracted_increases_to_outcome_pricing"] = value(rise);
            }
            entries.push(entry);
        }
    }
    Json::Array(entries)
}

/// When anything may fall due within the deal: dates without amounts, which depend on what is found.
fn planned(deal: &Deal, metrics: &[MeasureId]) -> Json {
    let mut entries = Vec::new();
    for (index, payment) in deal.payments.pairs() {
        let mut seen = BTreeSet::new();
        let when = match is_unconditional(deal, index) {
            true => "falls due in this period, whatever is found",
            false => "may fall due in this period; the amount depends on what is found",
        };
        for due in deal.planned_dues(index).into_iter().filter(|due| due.period < deal.timeline.periods) {
            let metric = due.measure.and_then(|measure| metrics.iter().position(|&known| known == measure));
            if !seen.insert((metric, due.period)) {
                continue;
            }
            let mut entry = json!({
                "type": value("Planned"),
                "period": {
                    "start_date": value(deal.timeline.date(due.period).to_string()),
                    "end_date": value(last_day(deal, due.period)),
                },
                "money": { "currency": currency(deal) },
                "source_ids": SOURCE,
                "notes": format!("{} {when}.", payment.name),
            });
            if let Some(at) = metric {
                entry["outcome_metric_id"] = value(metric_id(at));
            }
            entries.push(entry);
        }
    }
    Json::Array(entries)
}
