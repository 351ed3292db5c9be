//! CSV tables: UTF-8, a header, ISO dates, plain numbers of one kind in each column, no text that is a formula.

use crate::deal::Deal;
use crate::metrics::{Quantity, Value};
use crate::study::Run;

use super::data::quantiles;
use crate::words::csv::{bytes, number, whole};

/// A table: file name and contents.
pub type Table = (String, Vec<u8>);

/// Every table of a run.
///
/// # Errors
/// What the CSV writer says; it writes to memory, so this does not happen in practice.
pub fn tables(deal: &Deal, run: &Run) -> Result<Vec<Table>, ::csv::Error> {
    Ok(vec![
        ("metrics.csv".into(), metrics(deal, run)?),
        ("chances.csv".into(), chances(deal, run)?),
        ("fiscal_years.csv".into(), fiscal_years(deal, run)?),
        ("assumptions.csv".into(), assumptions(deal)?),
        ("trials.csv".into(), trials(deal, run)?),
    ])
}

/// Trials that `trials.csv` holds: the first ones, enough to check by hand.
const TRIALS: usize = 1_000;

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_string()).collect()
}

/// What a reader calls it, what it is counted in, and over which futures it is taken.
fn words(deal: &Deal, quantity: &Quantity) -> [String; 3] {
    [quantity.label.clone(), quantity.unit.word(deal).into(), quantity.over.words().into()]
}

fn metrics(deal: &Deal, run: &Run) -> Result<Vec<u8>, ::csv::Error> {
    let mut rows =
        vec![header(&["metric", "mean", "se", "sd", "p5", "p25", "p50", "p75", "p95", "min", "max", "undefined", "label", "unit", "over"])];
    for metric in &run.metrics {
        let summary = &metric.summary;
        let mut row = vec![metric.name.clone(), number(summary.mean), number(summary.se), number(summary.sd)];
        row.extend(quantiles(summary).map(|(_, value, _)| number(value)));
        row.extend([number(summary.min), number(summary.max), number(summary.undefined as f64 / run.trials as f64)]);
        row.extend(words(deal, &metric.value.quantity(deal)));
        rows.push(row);
    }
    bytes(rows)
}

fn chances(deal: &Deal, run: &Run) -> Result<Vec<u8>, ::csv::Error> {
    let mut rows = vec![header(&["chance", "share", "se", "holds", "of_trials", "label", "unit", "over"])];
    for chance in &run.chances {
        let share = &chance.share;
        let mut row = vec![
            chance.name.clone(),
            number(share.share()),
            number(share.standard_error()),
            share.hits.to_string(),
            share.count.to_string(),
        ];
        row.extend(words(deal, &chance.chance.quantity(deal)));
        rows.push(row);
    }
    bytes(rows)
}

fn fiscal_years(deal: &Deal, run: &Run) -> Result<Vec<u8>, ::csv::Error> {
    let mut rows = vec![header(&["payor", "fiscal_year", "mean", "se", "p5", "p25", "p50", "p75", "p95"])];
    for (index, payor) in deal.payors.pairs() {
        for (at, year) in deal.timeline.fiscal_years().into_iter().enumerate() {
            let Some(summary) = run.summary(Value::PayorYear(index, at)) else { continue };
            let mut row = vec![payor.name.clone(), year.to_string(), number(summary.mean), number(summary.se)];
            row.extend(quantiles(summary).map(|(_, value, _)| number(value)));
            rows.push(row);
        }
    }
    bytes(rows)
}

fn assumptions(deal: &Deal) -> Result<Vec<u8>, ::csv::Error> {
    let mut rows = vec![header(&["number", "value", "grade", "source"])];
    for assumption in &deal.assumptions {
        rows.push(vec![
            assumption.path.clone(),
            assumption.value.clone(),
            assumption.grade.map_or(String::new(), |grade| grade.letter().to_string()),
            assumption.source.clone().unwrap_or_default(),
        ]);
    }
    bytes(rows)
}

fn trials(deal: &Deal, run: &Run) -> Result<Vec<u8>, ::csv::Error> {
    let words: Vec<fn(f64) -> String> =
        run.metrics.iter().map(|metric| if metric.value.is_whole(deal) { whole as fn(f64) -> String } else { number }).collect();
    let mut first = vec!["trial".to_string()];
    first.extend(run.metrics.iter().map(|metric| metric.name.clone()));
    let rows = (0..run.sample.trials.min(TRIALS)).map(|trial| {
        let mut row = vec![trial.to_string()];
        row.extend(run.sample.values.iter().zip(&words).map(|(values, word)| word(values[trial])));
        row
    });
    bytes(core::iter::once(first).chain(rows))
}
