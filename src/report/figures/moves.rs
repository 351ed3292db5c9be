//! The picture of who gains and who loses between two versions, clause by clause.

use crate::chart::{CLAUSES, ChartError, Moves, MovesRow, Picture, moves};
use crate::report::compare::Compared;
use crate::study::Party;

use super::largest;

/// The picture: the second version less the first, in money of the parties.
///
/// # Errors
/// [`ChartError`] when it cannot be drawn.
pub fn picture(compared: &Compared<'_>) -> Result<Picture, ChartError> {
    moves(&of(compared))
}

/// What the picture shows.
#[must_use]
pub fn of(compared: &Compared<'_>) -> Moves {
    let Compared { deals, parts, found, .. } = compared;
    let currency = deals[0].currency;
    let major = |minor: f64| minor / currency.minor_units() as f64;
    let all = compared.moved();
    let weight = |party: usize| found.shares.iter().chain([&found.total]).map(|share| share.moved[party].unsigned_abs()).max().unwrap_or(0);
    let shown = largest(all.iter().copied(), |&party| weight(party) as f64);
    // Blocks by what they move between all parties; those that move nothing have no place in a picture.
    let moved = |block: usize| found.shares[block].moved.iter().map(|moved| moved.unsigned_abs()).sum::<u64>();
    let blocks: Vec<usize> = (0..found.shares.len()).filter(|&block| moved(block) > 0).collect();
    let mut ranked = blocks.clone();
    ranked.sort_by_key(|&block| core::cmp::Reverse(moved(block)));
    ranked.truncate(CLAUSES);
    let (own, others): (Vec<usize>, Vec<usize>) = blocks.into_iter().partition(|block| ranked.contains(block));
    let name = |&block: &usize| {
        let clauses = &parts.blocks[block];
        let first = called(&parts.clauses[clauses[0]].path);
        if clauses.len() > 1 { format!("{first} and {} more", crate::words::count::grouped(clauses.len() as u64 - 1)) } else { first }
    };
    let mut clauses: Vec<String> = own.iter().map(name).collect();
    let has_others = !others.is_empty();
    if has_others {
        clauses.push("other clauses".into());
    }
    let row = |party: usize| {
        let part = |block: &usize| major(found.shares[*block].moved[party] as f64);
        let rest = has_others.then(|| others.iter().map(part).sum());
        let error = found.total.errors.get(party).copied().filter(|error| error.is_finite()).unwrap_or(0.0);
        MovesRow {
            name: compared.name(&found.parties[party]),
            is_payor: matches!(found.parties[party], Party::Payor(_)),
            parts: own.iter().map(part).chain(rest).collect(),
            total: major(found.total.moved[party] as f64),
            se: major(error),
        }
    };
    let rows = shown.into_iter().map(row).collect();
    Moves { currency: currency.code().into(), clauses, has_others, rows, of: all.len(), trials: found.trials }
}

/// A path as people say it: `payor."State".cap` is `cap of State`, `program.size` is `program size`.
fn called(path: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for (at, piece) in path.split('"').enumerate() {
        if at % 2 == 1 {
            // the list in which it stands says no more than its name
            keys.pop();
            names.push(piece.to_owned());
        } else {
            keys.extend(piece.split('.').filter(|key| !key.is_empty()).map(|key| key.replace('_', " ")));
        }
    }
    match (keys.as_slice(), names.as_slice()) {
        (keys, []) => keys.join(" "),
        ([], names) => names.join(" of "),
        (keys, names) => format!("{} of {}", keys.join(" "), names.iter().rev().cloned().collect::<Vec<_>>().join(" of ")),
    }
}
