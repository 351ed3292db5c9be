//! For investors: the chance of loss, the return by tranche, and what drives it.

use super::Studies;
use super::parts::{Block, Section};
use crate::deal::Deal;
use crate::metrics::{Investment, Value};
use crate::report::figures::Figures;
use crate::report::memo::guarantors;
use crate::report::numbers::{mean as mean_of, money};
use crate::report::returns;
use crate::study::{LayersOf, Run};
use crate::words::count::counted;
use crate::words::number;
use crate::words::share;

/// The memo for investors; nothing where nobody hopes to get money back.
pub fn section(deal: &Deal, run: &Run, figures: &Figures, studies: &Studies<'_>) -> Option<Section> {
    let investments = returns::investments(deal);
    if investments.is_empty() {
        return None;
    }
    let header = returns::header(deal, run, "Tranche");
    let head: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = investments.iter().filter_map(|&of| returns::row(deal, run, of)).collect();
    let mut blocks = vec![Block::numbers("Chance of loss and return a year (IRR)", &head, rows)];
    let cash = |of: &Investment| {
        let mean = |value| run.summary(value).map_or(number::NONE.into(), |summary| money(deal, summary.mean));
        let gain = run.number(Value::Gain(*of))?;
        let tail = gain.tail.map_or(number::NONE.into(), |tail| money(deal, tail.shortfall));
        let gained = mean_of(deal, &gain.summary);
        Some(vec![of.said(deal).to_string(), mean(Value::Drawn(*of)), mean(Value::Received(*of)), gained, tail])
    };
    let short = |value: fn(Investment) -> Value| value(Investment::Together).quantity(deal).short;
    let [drawn, received, gain] = [Value::Drawn, Value::Received, Value::Gain].map(|value: fn(Investment) -> Value| short(value));
    let head = ["Tranche", &drawn, &received, &gain, &format!("{gain}, mean of the worst 1 in 20")];
    blocks.push(Block::numbers("Drawn and received, on average", &head, investments.iter().filter_map(cash).collect()));
    blocks.extend(Block::lines(&(returns::notes(deal, run) + &guarantors(deal, run))));
    blocks.extend(figures.returns.as_ref().map(Block::figure));
    blocks.extend(drivers(studies));
    Some(Section { id: "investors", short: "Investors", title: "For investors".into(), blocks })
}

/// Where the risk of what investors gain comes from.
fn drivers(studies: &Studies<'_>) -> Vec<Block> {
    let of = |wanted: Investment| studies.layers.iter().find(move |of| of.value == Value::Gain(wanted) && !of.layers.is_empty());
    let together =
        of(Investment::Together).or_else(|| studies.layers.iter().find(|of| matches!(of.value, Value::Gain(_)) && !of.layers.is_empty()));
    let Some(found) = together else { return Vec::new() };
    let mut blocks = vec![Block::heading("What drives the return")];
    if let Some(most) = found.layers.iter().max_by(|one, other| one.share.total_cmp(&other.share)) {
        blocks.push(Block::text(format!(
            "The largest source of risk to the investors’ gain is {} ({} of its variance).",
            meaning(most.layer.name()),
            share::about(most.share)
        )));
    }
    blocks.push(shares("Sources of risk to the investors’ gain", found));
    blocks.push(Block::note(format!(
        "Shares of the variance, in the order in which a trial unfolds: what each source adds once those before it are known. {}.",
        counted(studies.trials, "trial")
    )));
    blocks
}

/// The share of each layer of the world.
pub fn shares(caption: &str, found: &LayersOf) -> Block {
    let row = |layer: &crate::study::LayerShare| {
        let share = match layer {
            layer if layer.error < 1e-9 => number::NONE.to_owned(),
            // a share that the simulation cannot tell from nothing
            layer if layer.share < 2.0 * layer.error => format!("under {}", share::percent(layer.share.max(0.0) + 2.0 * layer.error)),
            layer => share::with_error(layer.share, layer.error),
        };
        vec![meaning(layer.layer.name()).to_owned(), share]
    };
    Block::numbers(caption, &["Source of risk", "share of the variance"], found.layers.iter().map(row).collect())
}

/// What a layer is, in words of everybody.
fn meaning(layer: &str) -> &str {
    match layer {
        "knowledge" => "the true effect, and what would happen without the program",
        "economy" => "the economy and the place",
        "operation" => "operation: enrolment, completion, cost",
        "people" => "chance among participants",
        "measurement" => "measurement error",
        "counterparty" => "default of payors",
        other => other,
    }
}
