//! What the clauses of one party or one payment say, in sentences.

use super::check::{capital, early_ends, formulas, payors};
use crate::deal::Deal;
use crate::sentence::{card, missing, sentence};

/// The sentences of what is called `name` in the list `kind` of the scenario file (`payor`, `payment`, `formula`, `stop`, `tranche`,
/// `guarantee`, `bonus`, `capital`), as `check` says them; nothing where nothing is said of it.
#[must_use]
pub fn sentences(deal: &Deal, kind: &str, name: &str) -> Vec<String> {
    let of = |lines: Vec<String>, name: &str| {
        let begins = format!("{name}: ");
        lines.into_iter().filter(|line| line.starts_with(&begins)).collect::<Vec<_>>()
    };
    match kind {
        "payment" => {
            let own = deal.payments.pairs().filter(|(_, payment)| payment.name == name);
            own.flat_map(|(index, payment)| {
                let missing = missing(deal, index).into_iter().map(|missing| format!("Not said: {missing}."));
                core::iter::once(sentence(deal, index)).chain(card(deal, payment)).chain(missing).collect::<Vec<_>>()
            })
            .collect()
        }
        "payor" => of(payors(deal), name),
        "formula" => of(formulas(deal), name),
        "stop" => of(early_ends(deal), name),
        "guarantee" => {
            let called_alike = deal.capital.guarantees.iter().any(|one| one.name == name && one.guarantor == name);
            of(capital(deal), if called_alike { "guarantee" } else { name })
        }
        "tranche" | "bonus" => of(capital(deal), name),
        "capital" => of(capital(deal), "extension"),
        "deal" => of(payors(deal), "all payors together"),
        _ => Vec::new(),
    }
}
