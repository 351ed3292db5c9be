//! A price without steps that is expected to cost the same.
//!
//! The corners of a table of steps are joined by straight lines, from one step's width before the first bound (from half a bound before to
//! half a bound after, if there is only one) to the last; then every amount is scaled so that what all payors pay together, in the mean over
//! simulated futures and with every gate and limit, is what they pay with the steps: where payments share a limit, one that costs the same
//! by itself leaves more or less room to the others. The search settles many scales on one world.

use super::compare::{NORMAL, compare_in};
use super::figures::About;
use super::many::many_in;
use super::options::Course;
use super::{Options, Phase, RunError};
use crate::deal::{Deal, PaymentId, Price, Row, Table, Term};
use crate::experiment::clauses::Parts;
use crate::metrics::Value;
use crate::question::Question;

/// Scales that are tried at the same time, and how often.
const SCALES: usize = 32;
const ROUNDS: usize = 3;

/// Largest scale that is tried.
const LARGEST: f64 = 8.0;

/// Straight lines instead of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoother {
    /// The payment.
    pub payment: PaymentId,
    /// The amount below the first bound, in minor units.
    pub otherwise: f64,
    /// Where each line begins, and its slope: minor units for each 1.0, cents of the slope's own unit whole. The last one is flat.
    pub lines: Vec<[f64; 2]>,
    /// Whether what is looked up is a share, spoken of in points.
    pub points: bool,
}

impl Smoother {
    /// The rows of the table that these lines are.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut value = self.otherwise;
        let mut rows: Vec<Row> = Vec::with_capacity(self.lines.len());
        for &[from, slope] in &self.lines {
            value = rows.last().map_or(value, |before| before.value + before.slope * (from - before.from));
            rows.push(Row { from, value, slope });
        }
        rows
    }

    fn deal(&self, deal: &Deal) -> Deal {
        let mut smooth = deal.clone();
        if let Price::Table(table) = &mut smooth.payments[self.payment].terms[0].price {
            table.rows = self.rows();
            table.whole = None;
        }
        smooth
    }
}

/// Lines for a payment whose price is a rising table of steps; `None` where it is not, is amended later, or where no scale costs the same.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn smoother(deal: &Deal, payment: PaymentId, options: &Options) -> Result<Option<Smoother>, RunError> {
    let deals = 1 + (ROUNDS * (SCALES + 1)) as u64;
    smoother_in(deal, payment, &options.begin(Phase::Cliffs, deal, |trials| trials.saturating_mul(deals)))
}

/// The same, as a part of a study.
pub(super) fn smoother_in(deal: &Deal, payment: PaymentId, course: &Course) -> Result<Option<Smoother>, RunError> {
    let [terms] = deal.payments[payment].terms.as_slice() else { return Ok(None) };
    let Price::Table(table) = &terms.price else { return Ok(None) };
    if table.rows.iter().any(|row| row.slope != 0.0) || !table.rises() {
        return Ok(None);
    }
    let asked = [Question::new("payors.total")];
    let cost = |done: usize, deals: &[&Deal]| -> Result<Vec<f64>, RunError> {
        let runs = many_in(deals, Some(&asked), &course.after(done as u64 * course.trials))?;
        Ok(runs.iter().map(|run| run.summary(Value::Paid).map_or(f64::NAN, |summary| summary.mean)).collect())
    };
    let target = cost(0, &[deal])?[0];
    let units = deal.currency.minor_units() as f64;
    let scaled = |scale: f64| lines(payment, table, units, scale);
    let (mut low, mut high) = ((0.0, f64::NAN), (LARGEST, f64::NAN));
    for round in 0..ROUNDS {
        let scales: Vec<f64> = (0..=SCALES).map(|at| low.0 + (high.0 - low.0) * at as f64 / SCALES as f64).collect();
        let deals: Vec<Deal> = scales.iter().map(|&scale| scaled(scale).deal(deal)).collect();
        let costs = cost(1 + round * deals.len(), &deals.iter().collect::<Vec<_>>())?;
        let Some(above) = costs.iter().position(|cost| *cost >= target).filter(|above| *above > 0) else { return Ok(None) };
        (low, high) = ((scales[above - 1], costs[above - 1]), (scales[above], costs[above]));
    }
    let share = if high.1 > low.1 { (target - low.1) / (high.1 - low.1) } else { 1.0 };
    Ok(Some(scaled(low.0 + (high.0 - low.0) * share)))
}

/// What all payors pay with lines less what they pay with steps, trial by trial: mean and standard error in major units, and the mean with
/// steps.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn dearer(steps: &Deal, smooth: &Deal, options: &Options) -> Result<[f64; 3], RunError> {
    dearer_in(steps, smooth, &options.begin(Phase::Cliffs, steps, |trials| trials))
}

/// The same, as a part of a study.
pub(super) fn dearer_in(steps: &Deal, smooth: &Deal, course: &Course) -> Result<[f64; 3], RunError> {
    let parts = Parts::between(steps.clone(), smooth.clone());
    let found = compare_in(&parts, course)?;
    // The only payor is all payors.
    let of = |about: About, metric: &str| found.figures.iter().find(|figure| figure.about == about && figure.quantity.name == metric);
    let only = || {
        let payor = &steps.payors.iter().next()?.name;
        of(About::Payor(payor.clone()), &format!("payor.{payor:?}.total"))
    };
    let figure = of(About::Payors, "payors.total").or_else(only);
    let [difference, low, high] = figure.and_then(|figure| figure.difference).unwrap_or([f64::NAN; 3]);
    let mean = figure.map_or(f64::NAN, |figure| figure.values[0]);
    Ok([difference, (high - low) / (2.0 * NORMAL), mean])
}

/// Joins the corners of `table`, every amount above the first scaled.
fn lines(payment: PaymentId, table: &Table, units: f64, scale: f64) -> Smoother {
    let first = table.rows[0].from;
    let mut corners: Vec<[f64; 2]> = table.rows.iter().map(|row| [row.from, row.value]).collect();
    if let [_, second, ..] = table.rows.as_slice() {
        let start = first - (second.from - first);
        corners.insert(0, [if first > 0.0 { start.max(0.0) } else { start }, table.otherwise]);
    } else {
        let half = if first == 0.0 { 0.05 } else { 0.5 * first.abs() };
        corners = vec![[first - half, table.otherwise], [first + half, table.rows[0].value]];
    }
    // What subtracting bounds has left in the last digits.
    corners.iter_mut().for_each(|[from, _]| *from = (*from * 1e9).round() / 1e9);
    let points = matches!(&table.by, Term::Reported { statistic, .. } if statistic.is_share());
    // A slope is written in whole minor units for each point or unit.
    let per = if points { 100.0 } else { 1.0 };
    let grid = if points || corners.iter().all(|[from, _]| from.fract() == 0.0) { 1.0 } else { 1.0 / units };
    let slope = |pair: &[[f64; 2]]| {
        let exact = scale * (pair[1][1] - pair[0][1]) / (pair[1][0] - pair[0][0]);
        [pair[0][0], (exact / per / grid).round() * grid * per]
    };
    let mut lines: Vec<[f64; 2]> = corners.windows(2).map(slope).collect();
    // Two lines of one slope are one.
    lines.dedup_by(|line, before| line[1] == before[1]);
    lines.push([corners[corners.len() - 1][0], 0.0]);
    Smoother { payment, otherwise: table.otherwise, lines, points }
}
