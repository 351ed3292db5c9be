//! Who gains and who loses between two editions, clause by clause.

use pfsim::Options;
use pfsim::report::compare::{self, Compared};
use pfsim::report::{compare_text, figures};
use pfsim::words::money;
use serde_json::{Value, json};

use crate::answer::{Refused, number};
use crate::edition::Edition;
use crate::host;
use crate::session::Open;

/// Compares them as `pfsim compare` does.
pub fn compare(open: &mut Open, first: &Edition, second: &Edition) -> Result<Value, Refused> {
    if first.stress.is_some() || second.stress.is_some() {
        return Err(Refused::because("a misfortune is no clause", "take it off both versions, and compare what the parties decide"));
    }
    let scenarios = [open.scenario(first)?, open.scenario(second)?];
    let options = Options::default().trials(open.trials).seed(open.seed).progress(host::tell);
    let between = scenarios[0].compare(&scenarios[1], &options).map_err(|error| Refused::because(error.to_string(), ""))?;
    let names = scenarios.each_ref().map(|scenario| match scenario.changes() {
        [] => "as in the file".to_string(),
        changes => changes.join(", "),
    });
    let compared = Compared {
        deals: [&scenarios[0].deal, &scenarios[1].deal],
        names: [&names[0], &names[1]],
        parts: &between.parts,
        found: &between.found,
    };
    let currency = scenarios[0].deal.currency;
    let units = currency.minor_units() as f64;
    let moved = compared.moved();
    let cells = |share: &pfsim::study::Share| -> Vec<Value> {
        let cell = |&party: &usize| {
            let (amount, error) = (share.moved[party] as f64 / units, share.errors[party] / units);
            json!({ "text": money::change(currency, amount), "value": amount, "minor": share.moved[party], "error": number(error), "error_text": money::whole(currency, error) })
        };
        moved.iter().map(cell).collect()
    };
    let clause = |&at: &usize| {
        let clause = &between.parts.clauses[at];
        json!({ "path": clause.path, "from": clause.from, "to": clause.to })
    };
    let row = |(block, share): (&Vec<usize>, &pfsim::study::Share)| {
        let clauses: Vec<Value> = block.iter().map(clause).collect();
        json!({ "clauses": clauses, "sentence": compared.sentence(&share.moved), "cells": cells(share) })
    };
    let rows: Vec<Value> = between.parts.blocks.iter().zip(&between.found.shares).map(row).collect();
    let head: Vec<String> = moved.iter().map(|&party| compared.name(&between.found.parties[party])).collect();
    let known = between.found.figures.iter().zip(compare_text::figures(&compared));
    let figure = |(figure, [label, a, b, difference, interval]): (&pfsim::study::Paired, [String; 5])| json!({ "about": compare::about(&figure.about).1, "label": label, "a": a, "b": b, "difference": difference, "interval": interval });
    let both: Vec<Value> = known.map(figure).collect();
    let picture = figures::moves::picture(&compared).ok();
    Ok(json!({
        "head": head,
        "rows": rows,
        "figures": both,
        "total": { "cells": cells(&between.found.total), "sentence": compared.sentence(&between.found.total.moved) },
        "svg": picture.as_ref().map(|picture| &picture.svg),
        "title": picture.as_ref().map(|picture| &picture.title),
        "description": picture.as_ref().map(|picture| &picture.description),
        "text": compare_text::text(&compared),
    }))
}
