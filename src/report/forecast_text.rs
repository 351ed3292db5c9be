//! A forecast as tables and sentences for a reader.

use super::forecast::Forecast;
use super::forecast_tables::{self as tables, Sheet};
use super::ledger::{lines, table};
use crate::deal::Deal;

/// The forecast as tables for a reader; `trials` futures were simulated.
#[must_use]
pub fn text(deal: &Deal, forecast: &Forecast, trials: u64) -> String {
    let mut parts = vec![format!(
        "{}: what is to come, as of {}, in {}\n  What falls due in the {} from {} is due; what follows is to come.",
        deal.name,
        forecast.as_of,
        deal.currency.code(),
        deal.timeline.length.noun(),
        forecast.through
    )];
    parts.extend(tables::doubt(forecast));
    parts.push(shown(tables::payors(deal, forecast)));
    parts.extend(tables::tranches(deal, forecast).map(shown));
    parts.push(shown(tables::figures(deal, forecast)));
    let needs = tables::needs(forecast);
    if !needs.is_empty() {
        parts.push(format!("What it takes\n  {}", needs.join("\n  ")));
    }
    parts.extend(tables::stops(forecast));
    let more = [tables::choices(deal, forecast), tables::surprises(forecast), tables::inputs(forecast)];
    parts.extend(more.into_iter().flatten().map(shown));
    parts.push(tables::rests_on(forecast, trials));
    parts.join("\n\n") + "\n"
}

/// A table with its notes below it.
fn shown(sheet: Sheet) -> String {
    let mut rows = table(sheet.head, sheet.words);
    sheet.rows.into_iter().for_each(|row| {
        rows.add_row(row);
    });
    core::iter::once(lines(&rows)).chain(sheet.notes.into_iter().map(|note| format!("  {note}"))).collect::<Vec<_>>().join("\n")
}
