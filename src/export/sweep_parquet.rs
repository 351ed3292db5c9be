//! `sweep.parquet`: the columns of `sweep.csv`, with their types.

use parquet::errors::ParquetError;

use super::parquet::{Cells, SCHEMA_VERSION, table};
use crate::experiment::sweep::Sweep;
use crate::question::Question;
use crate::study::Row;

/// One row a scenario: its number from 1, its file, the value of each axis (numbers where all of them are), each figure and its
/// standard error (null where there is none).
///
/// # Errors
/// What the Parquet writer says; it writes to memory, so this does not happen in practice.
pub fn bytes(sweep: &Sweep, asked: &[Question], rows: &[Row], identity: &str) -> Result<Vec<u8>, ParquetError> {
    let points: Vec<_> = rows.iter().map(|row| sweep.point(row.index)).collect();
    let mut columns = vec![
        ("scenario".to_string(), Cells::Whole(rows.iter().map(|row| row.index as i64 + 1).collect())),
        ("file".to_string(), Cells::Text(points.iter().map(|point| sweep.bases[point.base].clone()).collect())),
    ];
    for (at, axis) in sweep.axes.iter().enumerate() {
        let labels: Vec<&str> = points.iter().map(|point| point.levels[at].label.as_str()).collect();
        let numbers: Option<Vec<f64>> = labels.iter().map(|label| number(label)).collect();
        let text = || Cells::Text(labels.iter().map(|label| (*label).to_string()).collect());
        columns.push((axis.name.clone(), numbers.map_or_else(text, Cells::Number)));
    }
    for (at, question) in asked.iter().enumerate() {
        for (part, name) in [question.name.clone(), format!("{}.se", question.name)].into_iter().enumerate() {
            columns.push((name, Cells::Number(rows.iter().map(|row| row.values[at][part]).collect())));
        }
    }
    let said = vec![
        ("schema_version", SCHEMA_VERSION.to_string()),
        ("engine", format!("pfsim {}", env!("CARGO_PKG_VERSION"))),
        ("sweep", sweep.name.clone()),
        ("identity", identity.to_string()),
        ("seed", sweep.seed.to_string()),
        ("trials", sweep.trials.to_string()),
    ];
    table(&columns, said)
}

/// The number that the label of a level is, as a scenario would write it: `0.1` or `2_000_000`.
fn number(label: &str) -> Option<f64> {
    let digits = label.chars().all(|letter| letter.is_ascii_digit() || "+-._eE".contains(letter));
    let value: Option<f64> = if digits { label.replace('_', "").parse().ok() } else { None };
    value.filter(|value| value.is_finite())
}
