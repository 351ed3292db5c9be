//! The pictures of a sweep: a heat map or a line for each figure, and the frontier between what is wanted and what must hold.

use super::as_files;
use crate::chart::{ChartError, Heat, Lines, Picture, heat, lines};
use crate::experiment::sweep::{Axis, Design, Sweep};
use crate::question::Question;
use crate::report::question::{capital, label};
use crate::report::sweep::{best, met, show};
use crate::study::Row;
use crate::words::count::{counted, grouped};
use crate::words::number;

/// Most cells of a heat map's side.
const SIDE: usize = 40;

/// Every picture of a sweep, as SVG and, where that is built in, PNG.
///
/// # Errors
/// What the backend says.
pub fn files(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
    let mut pictures: Vec<Picture> = Vec::new();
    for at in 0..asked.len() {
        match sweep.axes.as_slice() {
            [axis] if axis.levels.iter().all(|level| level.number.is_some()) => pictures.extend(line(sweep, asked, rows, at)?),
            [.., _, _] if sweep.design == Design::Grid => pictures.extend(maps(sweep, asked, rows, at)?),
            _ => {}
        }
    }
    pictures.extend(frontier(sweep, asked, rows)?);
    Ok(as_files(&pictures))
}

fn title(sweep: &Sweep, asked: &[Question], rows: &[Row], at: usize) -> String {
    let question = &asked[at];
    let values = rows.iter().map(|row| row.values[at][0]).filter(|value| value.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if !(high > low) {
        return format!("{} does not change: {}", words(sweep, question), show(sweep, 0, question, low));
    }
    format!("{} goes from {} to {}", words(sweep, question), show(sweep, 0, question, low), show(sweep, 0, question, high))
}

/// What a reader calls a figure.
fn words(sweep: &Sweep, question: &Question) -> String {
    capital(&label(&sweep.deals[0], question))
}

fn subtitle(sweep: &Sweep, error: f64, shown: &str) -> String {
    let most = if error.is_finite() && error > 0.0 { format!(" Standard errors are at most {shown}.") } else { String::new() };
    format!("{}. {} a scenario.{most}", sweep.name, counted(sweep.trials, "trial"))
}

fn largest_error(rows: &[Row], at: usize) -> f64 {
    rows.iter().map(|row| row.values[at][1]).filter(|error| error.is_finite()).fold(0.0, f64::max)
}

/// One figure along the only axis.
fn line(sweep: &Sweep, asked: &[Question], rows: &[Row], at: usize) -> Result<Vec<Picture>, ChartError> {
    let axis = &sweep.axes[0];
    let mut series: Vec<(String, Vec<[f64; 3]>)> = sweep.bases.iter().map(|base| (base.clone(), Vec::new())).collect();
    for row in rows {
        let point = sweep.point(row.index);
        let ([value, error], Some(place)) = (row.values[at], point.levels[0].number) else { continue };
        if value.is_finite() {
            series[point.base].1.push([place, value, if error.is_finite() { error } else { 0.0 }]);
        }
    }
    series.retain(|(_, points)| !points.is_empty());
    if series.is_empty() {
        return Ok(Vec::new());
    }
    let write = |value: f64| show(sweep, 0, &asked[at], value);
    let plain = |value: f64| number::plain((value * 1e6).round() / 1e6);
    let chart = Lines {
        kind: "line",
        name: asked[at].name.clone(),
        title: title(sweep, asked, rows, at),
        subtitle: subtitle(sweep, f64::NAN, "") + " Bars are 95% intervals.",
        across: (axis.name.clone(), &plain),
        up: (words(sweep, &asked[at]), &write),
        series,
        joined: true,
        marks: Vec::new(),
    };
    Ok(vec![lines(&chart)?])
}

/// One figure over the last two axes, one map for each value of the others.
fn maps(sweep: &Sweep, asked: &[Question], rows: &[Row], at: usize) -> Result<Vec<Picture>, ChartError> {
    let [before @ .., down, across] = sweep.axes.as_slice() else { return Ok(Vec::new()) };
    let others = before.iter().map(|axis| axis.levels.len()).product::<usize>() * sweep.bases.len();
    if down.levels.len() > SIDE || across.levels.len() > SIDE || others > 12 {
        return Ok(Vec::new());
    }
    let labels = |axis: &Axis| axis.levels.iter().map(|level| level.label.clone()).collect::<Vec<_>>();
    let error = largest_error(rows, at);
    let mut pictures = Vec::new();
    for panel in rows.chunks(down.levels.len() * across.levels.len()) {
        let point = sweep.point(panel[0].index);
        let mut which: Vec<String> =
            before.iter().zip(&point.levels).map(|(axis, level)| format!("{} = {}", axis.name, level.label)).collect();
        if sweep.bases.len() > 1 {
            which.insert(0, sweep.bases[point.base].clone());
        }
        let which = which.join(", ");
        let cells: Vec<Vec<f64>> =
            panel.chunks(across.levels.len()).map(|row| row.iter().map(|cell| cell.values[at][0]).collect()).collect();
        let written = cells.iter().map(|row| row.iter().map(|value| show(sweep, point.base, &asked[at], *value)).collect()).collect();
        let marks = |row: &[Row]| row.iter().map(|cell| met(sweep, asked, cell)).collect();
        let marked = if sweep.such_that.is_empty() { Vec::new() } else { panel.chunks(across.levels.len()).map(marks).collect() };
        let found = title(sweep, asked, panel, at);
        pictures.push(heat(&Heat {
            name: format!("{} {which}", asked[at].name),
            title: if which.is_empty() { found } else { format!("{which}: {found}") },
            subtitle: subtitle(sweep, error, &show(sweep, point.base, &asked[at], error)),
            columns: (across.name.clone(), labels(across)),
            rows: (down.name.clone(), labels(down)),
            cells,
            written,
            marked,
        })?);
    }
    Ok(pictures)
}

/// The figure that should be best over the first that must hold: scenarios that no other one beats in both are joined.
fn frontier(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> Result<Option<Picture>, ChartError> {
    let (Some((wanted, small)), Some(held)) = (&sweep.best, sweep.such_that.first()) else { return Ok(None) };
    let at = |question: &Question| asked.iter().position(|other| other == question).unwrap_or(0);
    let (up, across) = (at(wanted), at(&held.question));
    let finite = |row: &&Row| row.values[up][0].is_finite() && row.values[across][0].is_finite();
    let known: Vec<&Row> = rows.iter().filter(finite).collect();
    if up == across || known.len() < 2 {
        return Ok(None);
    }
    // Both as what should be small.
    let costs = |row: &Row| {
        let [wanted, held_value] = [row.values[up][0], row.values[across][0]];
        [if *small { wanted } else { -wanted }, if held.at_most { held_value } else { -held_value }]
    };
    let beaten = |row: &&&Row| {
        let own = costs(row);
        known.iter().any(|other| {
            let other = costs(other);
            other[0] <= own[0] && other[1] <= own[1] && other != own
        })
    };
    let point = |row: &&Row| [row.values[across][0], row.values[up][0], 0.0];
    let mut front: Vec<[f64; 3]> = known.iter().filter(|row| !beaten(row)).map(point).collect();
    front.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let (x, y) = (|value: f64| show(sweep, 0, &held.question, value), |value: f64| show(sweep, 0, wanted, value));
    let chosen = best(sweep, asked, rows);
    let said = chosen.map_or_else(
        || " None meets every requirement.".to_string(),
        |row| format!(" Framed: the best that meets every requirement, {}.", y(row.values[up][0])),
    );
    let found = format!(
        "{} of {} {} beaten by no other in both: {}; {}",
        grouped(front.len() as u64),
        counted(known.len(), "scenario"),
        if front.len() == 1 { "is" } else { "are" },
        words(sweep, wanted),
        words(sweep, &held.question)
    );
    let chart = Lines {
        kind: "frontier",
        name: format!("{} {}", wanted.name, held.question.name),
        title: found,
        subtitle: subtitle(sweep, f64::NAN, "") + &said,
        across: (words(sweep, &held.question), &x),
        up: (words(sweep, wanted), &y),
        series: vec![("every scenario".into(), known.iter().map(point).collect()), ("beaten by none".into(), front)],
        joined: false,
        marks: chosen.map(|row| (row.values[across][0], row.values[up][0])).into_iter().collect(),
    };
    Ok(Some(lines(&chart)?))
}
