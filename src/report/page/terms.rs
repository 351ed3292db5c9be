//! What the parties promised, in sentences.

use super::parts::{Block, Section, Term};
use crate::deal::{Deal, missing, sentence};
use crate::report::check;

/// Every payment as its sentence, with what it does not say; the capital.
pub fn section(deal: &Deal) -> Section {
    let mut blocks = Vec::new();
    let payment = |index: usize| Term {
        name: deal.payments[index].name.clone(),
        text: sentence(deal, index),
        missing: missing(deal, index).into_iter().map(String::from).collect(),
    };
    if deal.payments.is_empty() {
        blocks.push(Block::text("Nobody promises to pay for results."));
    } else {
        blocks.push(Block::heading("Who pays for what"));
        blocks.push(Block::Terms { items: (0..deal.payments.len()).map(payment).collect() });
    }
    let stops: Vec<String> =
        deal.stops.iter().map(|stop| format!("{}: the program ends early if {}.", stop.name, stop.when.text.trim())).collect();
    if !stops.is_empty() {
        blocks.push(Block::heading("When it ends early"));
        blocks.push(Block::List { items: stops });
    }
    let capital = check::capital(deal);
    if !capital.is_empty() {
        blocks.push(Block::heading("Who funds the work"));
        blocks.push(Block::List { items: capital });
    }
    Section { id: "terms", short: "Terms", title: "What was promised".into(), blocks }
}
