//! What somebody at the table asks of all trials, or of one.

use pfsim::metrics::{Asked, Catalogue};
use pfsim::report::{ledger, question};
use pfsim::stats::Proportion;
use pfsim::study::{self, Stood};
use pfsim::words::{count::grouped, share};
use pfsim::{Deal, Question};
use serde_json::{Value, json};

use crate::answer::Refused;
use crate::edition::Edition;
use crate::session::Open;

/// How often a quantity is above, or below, a number: under an edition and as signed.
pub fn ask(open: &mut Open, edition: &Edition, quantity: &str, above: bool, than: f64) -> Result<Value, Refused> {
    let deal = open.deal(edition)?;
    let asked = known(&deal, quantity)?;
    let stood = open.stood(&deal, core::slice::from_ref(&asked))?;
    let (found, undefined) = often(&stood, quantity, above, than);
    let entry = Catalogue::new(&deal).asked(&asked).map(|asked| asked.quantity(&deal));
    let label = entry.as_ref().map_or_else(|| quantity.to_string(), |quantity| quantity.label.clone());
    let bound = question::show(&deal, &asked, than);
    let said = |found: Proportion| match found.count {
        0 => "no trial has a value".to_string(),
        _ => share::chance(found.share(), found.standard_error(), found.bound95()),
    };
    let mut text =
        format!("In {} of {} trials: {label} is {} than {bound}.", said(found), grouped(found.count), if above { "more" } else { "less" });
    if undefined > 0 {
        text += &format!(" It has no value in {} others.", grouped(undefined));
    }
    let signed_text = match (edition.is_signed(), known(&open.signed.deal, quantity)) {
        (false, Ok(asked)) => {
            let deal = open.signed.deal.clone();
            let stood = open.stood(&deal, core::slice::from_ref(&asked))?;
            Some(format!("As signed: {}.", said(often(&stood, quantity, above, than).0)))
        }
        _ => None,
    };
    let value = (found.count > 0).then(|| found.share());
    Ok(
        json!({ "text": text, "value": value, "error": value.map(|_| found.standard_error()), "hits": found.hits, "count": found.count, "signed_text": signed_text }),
    )
}

fn known(deal: &Deal, quantity: &str) -> Result<Question, Refused> {
    let asked = Question::new(quantity);
    match Catalogue::new(deal).asked(&asked) {
        Some(Asked::Value(_)) if asked.metric == quantity => Ok(asked),
        Some(Asked::Chance(_)) => {
            Err(Refused::because(format!("`{quantity}` holds or not"), "ask of a number; how often it holds is shown"))
        }
        _ => Err(Refused::because(format!("the deal has no number `{quantity}`"), "choose one of the list")),
    }
}

fn often(stood: &Stood, quantity: &str, above: bool, than: f64) -> (Proportion, u64) {
    let values = stood.each(quantity).unwrap_or_default();
    let defined = values.iter().filter(|value| !value.is_nan()).count() as u64;
    let hits = values.iter().filter(|value| if above { **value > than } else { **value < than }).count() as u64;
    (Proportion::new(hits, defined), values.len() as u64 - defined)
}

/// The trial in which a quantity is at its 5th percentile, its median or its 95th, line by line.
pub fn why(open: &mut Open, edition: &Edition, quantity: &str, at: &str) -> Result<Value, Refused> {
    let deal = open.deal(edition)?;
    let asked = known(&deal, quantity)?;
    let share = match at {
        "p5" => 0.05,
        "p50" => 0.5,
        "p95" => 0.95,
        _ => return Err(Refused::because(format!("`{at}` is no percentile of the desk"), "ask for p5, p50 or p95")),
    };
    let stood = open.stood(&deal, core::slice::from_ref(&asked))?;
    let number = study::trial_at(stood.each(quantity).unwrap_or_default(), share);
    let number = number.ok_or_else(|| Refused::because("it has no value in any trial", "ask of something else"))?;
    let trial = study::trace(&deal, open.seed, number);
    let value = trial.metrics.iter().find(|(name, _)| name == quantity).map(|(_, value)| *value);
    let label = Catalogue::new(&deal).asked(&asked).map_or_else(|| quantity.into(), |asked| asked.quantity(&deal).label);
    let shown = value.map_or_else(String::new, |value| question::show(&deal, &asked, value));
    let title = format!("Trial {}: {label} is {shown}", grouped(number));
    let line = |[period, what, amount, why]: [String; 4]| json!({ "period": period, "what": what.trim(), "indented": what.starts_with(' '), "amount_text": amount, "why": why });
    let lines: Vec<Value> = ledger::rows(&deal, &trial).into_iter().map(line).collect();
    Ok(json!({ "trial": number, "value": value, "title": title, "lines": lines, "text": ledger::text(&deal, &trial) }))
}
