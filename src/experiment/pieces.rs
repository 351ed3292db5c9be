//! A payment's table of steps written again as straight lines, in the words of a scenario file.

use toml_edit::{DocumentMut, Item};

use crate::scenario::overrides::{self, OverrideError};
use crate::words::typed::amount;

/// A line of the new price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Where it begins, in the unit of what the price is looked up by: 0.05 is 5 points.
    pub from: f64,
    /// More for each point (0.01) or unit (1.0) beyond, in major units.
    pub slope: f64,
}

/// The price of `payment` (its name) as pieces, as it may be pasted, and `text` with it. `first` is the amount below the first piece and at
/// its beginning, in major units; `points` says whether slopes are per point. What the price is looked up by stays.
///
/// # Errors
/// [`OverrideError`]: the file has no such payment.
pub fn with_pieces(text: &str, payment: &str, first: f64, pieces: &[Piece], points: bool) -> Result<(String, String), OverrideError> {
    let key = if points { "per_point" } else { "per_unit" };
    let piece = |(at, piece): (usize, &Piece)| {
        let pay = if at == 0 { format!(", pay = {}", amount(first)) } else { String::new() };
        let slope = if piece.slope == 0.0 { String::new() } else { format!(", {key} = {}", amount(piece.slope)) };
        format!("{{ from = {}{pay}{slope} }}", amount(piece.from))
    };
    let pieces: Vec<String> = pieces.iter().enumerate().map(piece).collect();
    let by = looked_up_by(text, payment).map_or(String::new(), |by| format!(", by = {by}"));
    let otherwise = if first == 0.0 { String::new() } else { format!(", otherwise = {}", amount(first)) };
    let price = format!("{{ pieces = [{}]{by}{otherwise} }}", pieces.join(", "));
    let quote = if payment.contains('"') { '\'' } else { '"' };
    let changed = overrides::apply(text, &[format!("payment.{quote}{payment}{quote}.price={price}")])?;
    Ok((format!("price = {price}"), changed))
}

/// `by` of the payment's price, as it is written.
fn looked_up_by(text: &str, payment: &str) -> Option<String> {
    let document: DocumentMut = text.parse().ok()?;
    let by = |item: &Item| item.as_table_like()?.get("price")?.as_table_like()?.get("by")?.as_value().map(|by| by.to_string());
    let is_it = |item: &Item| item.as_table_like().and_then(|table| table.get("name")?.as_str()) == Some(payment);
    let all = document.get("payment")?;
    let items: Vec<Item> = match all.as_array_of_tables() {
        Some(tables) => tables.iter().map(|table| Item::Table(table.clone())).collect(),
        None => all.as_array()?.iter().map(|value| Item::Value(value.clone())).collect(),
    };
    items.iter().find(|item| is_it(item)).and_then(by).map(|by| by.trim().to_string())
}
