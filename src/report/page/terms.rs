//! What the parties promised, in sentences.

use super::parts::{Block, Section, Term};
use crate::deal::{Deal, PaymentId};
use crate::report::check;
use crate::sentence::missing;
use crate::sentence::sentence;

/// Every payment as its sentence, with what it does not say; limits of payors, reports, early ends, the capital.
pub fn section(deal: &Deal) -> Section {
    let mut blocks = Vec::new();
    let payment = |index: PaymentId| Term {
        name: deal.payments[index].name.clone(),
        text: sentence(deal, index),
        missing: missing(deal, index).into_iter().map(String::from).collect(),
    };
    if deal.payments.is_empty() {
        blocks.push(Block::text("No payment is promised."));
    } else {
        blocks.push(Block::heading("Payments"));
        blocks.push(Block::Terms { items: deal.payments.ids().map(payment).collect() });
    }
    for (heading, items) in [
        ("Limits of payors", check::payors(deal)),
        ("Formulas", check::formulas(deal)),
        ("Reports", check::reports(deal)),
        ("Early termination", check::early_ends(deal)),
        ("Capital", check::capital(deal)),
    ] {
        if !items.is_empty() {
            blocks.push(Block::heading(heading));
            blocks.push(Block::List { items });
        }
    }
    Section { id: "terms", short: "Terms", title: "Terms of the contract".into(), blocks }
}
