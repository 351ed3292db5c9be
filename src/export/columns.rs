//! Tables as columns with types, for other programs that know types: Parquet, Arrow.
//!
//! Comes in: rows of findings. Goes out: columns under stable names. Must never know: how a column is written.

use crate::experiment::sweep::Sweep;
use crate::question::Question;
use crate::study::Row;

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Whole numbers, none missing.
    Whole(Vec<i64>),
    /// Text, none missing.
    Text(Vec<String>),
    /// Numbers; what is not finite is missing.
    Number(Vec<f64>),
}

/// One row a scenario: its number from 1, its file, the value of each axis (numbers where all of them are), each figure and its
/// standard error (missing where there is none).
#[must_use]
pub fn of_sweep(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> Vec<(String, Cells)> {
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
    columns
}

/// The number that the label of a level is, as a scenario would write it: `0.1` or `2_000_000`.
fn number(label: &str) -> Option<f64> {
    let digits = label.chars().all(|letter| letter.is_ascii_digit() || "+-._eE".contains(letter));
    let value: Option<f64> = if digits { label.replace('_', "").parse().ok() } else { None };
    value.filter(|value| value.is_finite())
}
