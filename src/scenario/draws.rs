//! Draws that somebody made elsewhere: a column of a CSV or Parquet file beside the scenario.

use std::path::Path;

use super::beside::Beside;
#[cfg(feature = "parquet")]
use super::draws_parquet;
use super::law::{Fault, has_law};
use super::uncertain::{DrawsText, LawText};
use crate::quantity::grouped;
use crate::sampling::{Distribution, Law};

/// Most rows that are read.
pub(super) const MOST_ROWS: usize = 1_000_000;

pub(super) fn fault(at: &str, message: String, help: &str) -> Fault {
    Fault { at: at.into(), message, help: help.into() }
}

fn unopened(path: &Path, reason: &str) -> Fault {
    fault("draws.file", format!("cannot read {}: {reason}", path.display()), "the file stands beside the scenario")
}

/// Largest table that is read, in bytes.
const LARGEST_TABLE: u64 = 64 * 1024 * 1024;

/// The distribution of a column, each of its rows as likely as another.
///
/// # Errors
/// A [`Fault`] where the file or the column is not there, or a value is not a number.
pub(super) fn distribution(text: &DrawsText, around: &LawText, beside: &Beside) -> Result<Distribution, Fault> {
    let cuts = [around.truncate_below, around.truncate_above, around.clip_below, around.clip_above];
    if cuts.iter().any(Option::is_some) || has_law(around) {
        let message = "draws stand alone: no other law, and nothing cut".to_string();
        return Err(fault("draws", message, "cut the table itself, or drop one of them"));
    }
    let path = beside.path(&text.file);
    super::plain_file(&path).map_err(|reason| unopened(&path, &reason))?;
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    let values = if is_parquet { of_parquet(text, &path)? } else { of_csv(text, &path)? };
    if values.is_empty() {
        return Err(fault("draws.file", format!("{} has no rows", text.file), "a header, and a draw in each row"));
    }
    let weights = vec![1.0; values.len()];
    Ok(Distribution::from(Law::discrete(&values, &weights)?).from_table(text.file.clone()))
}

#[cfg(feature = "parquet")]
fn of_parquet(text: &DrawsText, path: &Path) -> Result<Vec<f64>, Fault> {
    draws_parquet::values(text, path)
}

#[cfg(not(feature = "parquet"))]
fn of_parquet(text: &DrawsText, _: &Path) -> Result<Vec<f64>, Fault> {
    let help = "cargo install --path . --features parquet reads Parquet too; or write the table as CSV";
    Err(fault("draws.file", format!("this build reads draws from CSV only, and {} is Parquet", text.file), help))
}

fn of_csv(text: &DrawsText, path: &Path) -> Result<Vec<f64>, Fault> {
    let bytes = super::read_referred(path, LARGEST_TABLE).map_err(|reason| unopened(path, &reason))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let unreadable =
        |error: csv::Error| fault("draws.file", format!("{} is no CSV: {error}", path.display()), "commas between columns, a header first");
    let header = reader.headers().map_err(unreadable)?.clone();
    let Some(column) = header.iter().position(|name| name == text.column) else {
        let names: Vec<&str> = header.iter().collect();
        let help = format!("there are: {}", names.join(", "));
        return Err(fault("draws.column", format!("{} has no column `{}`", text.file, text.column), &help));
    };
    let mut values = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        let written = record.get(column).unwrap_or_default();
        let value: Option<f64> = written.parse().ok().filter(|value: &f64| value.is_finite());
        let Some(value) = value else {
            let message = format!("row {} of `{}` in {} is not a number: `{written}`", row + 1, text.column, text.file);
            return Err(fault("draws.column", message, "leave out rows without a draw"));
        };
        if values.len() == MOST_ROWS {
            return Err(fault(
                "draws.file",
                format!("{} has more than {} rows", text.file, grouped(MOST_ROWS as u64)),
                "a thinned posterior tells the same",
            ));
        }
        values.push(value);
    }
    Ok(values)
}
