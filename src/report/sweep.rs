//! What a sweep found: a tidy table, an answer in sentences, pictures.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::question::{capital, head, label, required};
use crate::experiment::sweep::{Level, Point, Sweep};
use crate::metrics::{Asked, Catalogue, Value};
use crate::question::{Figure, Question};
use crate::study::Row;
use crate::words::count::{counted, grouped};
use crate::words::csv::{bytes, number, whole};

/// Scenarios that a terminal shows in full.
const SHOWN: usize = 30;

/// One row a scenario: its number from 1, its file, the value of each axis (with a decimal point in all rows of an axis of numbers if any of
/// them has a fraction), each figure and its standard error.
///
/// # Errors
/// What the CSV writer says; it writes to memory, so this does not happen in practice.
pub fn csv(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> Result<Vec<u8>, ::csv::Error> {
    let mut header = vec!["scenario".to_string(), "file".to_string()];
    header.extend(sweep.axes.iter().map(|axis| axis.name.clone()));
    header.extend(asked.iter().flat_map(|question| [question.name.clone(), format!("{}.se", question.name)]));
    let points: Vec<Point> = rows.iter().map(|row| sweep.point(row.index)).collect();
    let words: Vec<fn(&Level) -> String> = (0..sweep.axes.len()).map(|axis| cell(&points, axis)).collect();
    let rows = rows.iter().zip(&points).map(|(row, point)| {
        let mut record = vec![(row.index + 1).to_string(), sweep.bases[point.base].clone()];
        record.extend(point.levels.iter().zip(&words).map(|(level, word)| word(level)));
        record.extend(row.values.iter().flatten().map(|value| number(*value)));
        record
    });
    bytes(core::iter::once(header).chain(rows))
}

/// How the values of an axis are written in a table of these points: as whole numbers, as numbers, or, where some are none, by their labels.
fn cell(points: &[Point], axis: usize) -> fn(&Level) -> String {
    let numbers: Option<Vec<f64>> = points.iter().map(|point| point.levels[axis].number).collect();
    match numbers {
        None => |level| level.label.clone(),
        Some(numbers) if numbers.iter().all(|number| number.fract() == 0.0) => |level| level.number.map_or_else(String::new, whole),
        Some(_) => |level| level.number.map_or_else(String::new, number),
    }
}

/// A figure as people write it: money, percent, or a plain number.
#[must_use]
pub fn show(sweep: &Sweep, base: usize, question: &Question, value: f64) -> String {
    super::question::show(&sweep.deals[base], question, value)
}

/// The value of every axis of a scenario, and its file where there are several.
fn place(sweep: &Sweep, point: &Point) -> String {
    let mut parts: Vec<String> =
        sweep.axes.iter().zip(&point.levels).map(|(axis, level)| format!("{} = {}", axis.name, level.label)).collect();
    if sweep.bases.len() > 1 {
        parts.insert(0, sweep.bases[point.base].clone());
    }
    parts.join(", ")
}

/// Which scenarios meet everything that must hold.
#[must_use]
pub fn met(sweep: &Sweep, asked: &[Question], row: &Row) -> bool {
    let value = |question: &Question| asked.iter().position(|other| other == question).map_or(f64::NAN, |at| row.values[at][0]);
    sweep.such_that.iter().all(|requirement| requirement.margin(value(&requirement.question)) >= 0.0)
}

/// The scenario that is best of those that meet what must hold.
#[must_use]
pub fn best<'r>(sweep: &Sweep, asked: &[Question], rows: &'r [Row]) -> Option<&'r Row> {
    let (question, small) = sweep.best.as_ref()?;
    let at = asked.iter().position(|other| other == question)?;
    let usable = rows.iter().filter(|row| row.values[at][0].is_finite() && met(sweep, asked, row));
    let key = |row: &&Row| if *small { row.values[at][0] } else { -row.values[at][0] };
    usable.min_by(|one, other| key(one).total_cmp(&key(other)))
}

/// The answer in sentences, and the table where it is short.
#[must_use]
pub fn text(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> String {
    let mut out = format!("{}\n", sweep.name);
    if let Some(question) = &sweep.question {
        let _ = writeln!(out, "{question}");
    }
    let _ = writeln!(out, "\n{}", answer(sweep, asked, rows));
    for (at, question) in asked.iter().enumerate() {
        let mut known: Vec<&Row> = rows.iter().filter(|row| row.values[at][0].is_finite()).collect();
        known.sort_by(|one, other| one.values[at][0].total_cmp(&other.values[at][0]));
        let said = |row: &Row| {
            let point = sweep.point(row.index);
            format!("{} ({})", super::question::with_error(&sweep.deals[point.base], question, row.values[at]), place(sweep, &point))
        };
        if let [lowest, .., highest] = known.as_slice() {
            let _ = writeln!(
                out,
                "  {} ({}): from {} to {}",
                capital(&label(&sweep.deals[0], question)),
                question.name,
                said(lowest),
                said(highest)
            );
        }
    }
    if rows.len() <= SHOWN {
        let mut header: Vec<String> = sweep.axes.iter().map(|axis| axis.name.clone()).collect();
        if sweep.bases.len() > 1 {
            header.insert(0, "file".into());
        }
        let text_columns = header.len().min(1);
        header.extend(asked.iter().map(|question| head(&label(&sweep.deals[0], question))));
        let mut all = table(header, text_columns);
        for row in rows {
            let point = sweep.point(row.index);
            let mut cells: Vec<String> = point.levels.iter().map(|level| level.label.clone()).collect();
            if sweep.bases.len() > 1 {
                cells.insert(0, sweep.bases[point.base].clone());
            }
            cells.extend(asked.iter().zip(&row.values).map(|(question, value)| show(sweep, point.base, question, value[0])));
            all.add_row(cells);
        }
        let _ = write!(out, "\n{}\n", lines(&all));
    }
    let _ = writeln!(
        out,
        "\n{} of {} each, seed {}. ± is one Monte Carlo standard error; scenarios share their draws, so differences are surer.",
        counted(rows.len(), "scenario"),
        counted(sweep.trials, "trial"),
        sweep.seed
    );
    out
}

/// The question answered in a sentence.
#[must_use]
pub fn answer(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> String {
    let held: Vec<String> = sweep.such_that.iter().map(|requirement| format!("“{}”", required(&sweep.deals[0], requirement))).collect();
    let count = rows.iter().filter(|row| met(sweep, asked, row)).count();
    let meet = if held.is_empty() {
        match rows.len() {
            1 => "1 scenario was simulated".into(),
            many => format!("{} were simulated", counted(many, "scenario")),
        }
    } else {
        format!(
            "{} of {} {} {}",
            grouped(count as u64),
            counted(rows.len(), "scenario"),
            if count == 1 { "meets" } else { "meet" },
            held.join(" and ")
        )
    };
    match (best(sweep, asked, rows), &sweep.best) {
        (Some(row), Some((question, small))) => {
            let point = sweep.point(row.index);
            let at = asked.iter().position(|other| other == question).unwrap_or(0);
            let value = super::question::with_error(&sweep.deals[point.base], question, row.values[at]);
            let word = if *small { "lowest" } else { "highest" };
            format!("{meet}; among them this is {word} with {}: {}, {value}.", place(sweep, &point), label(&sweep.deals[0], question))
        }
        _ if !held.is_empty() && count == 0 => format!("None of {} meets {}.", counted(rows.len(), "scenario"), held.join(" and ")),
        _ => format!("{meet}."),
    }
}

/// Whether a figure is money.
#[must_use]
pub fn is_money(catalogue: &Catalogue, question: &Question) -> bool {
    question.figure != Figure::Undefined && matches!(catalogue.asked(question), Some(Asked::Value(value)) if Value::is_money(value))
}
