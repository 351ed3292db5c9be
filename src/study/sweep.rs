//! Many scenarios, a row of figures for each.

use rayon::prelude::*;

use super::many::{many_in, together, world_of};
use super::options::Course;
use super::{Options, Phase, RunError};
use crate::deal::Deal;
use crate::experiment::sweep::{Design, Point, Sweep};
use crate::question::Question;
use crate::scenario::LoadError;

/// Figures of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number, from 0.
    pub index: u64,
    /// Each figure and its standard error, in the order of [`Sweep::asked`]; NaN where there is none.
    pub values: Vec<[f64; 2]>,
}

/// Why a sweep ended.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A scenario cannot be made.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A scenario could not be simulated.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// `indices` in the order in which they are best simulated: scenarios of a grid that share a world stand together.
///
/// # Errors
/// [`LoadError`]: a scenario cannot be made.
pub fn order(sweep: &Sweep, mut indices: Vec<u64>) -> Result<Vec<u64>, LoadError> {
    if sweep.design != Design::Grid || sweep.axes.is_empty() {
        return Ok(indices);
    }
    let first: Vec<_> = sweep.axes.iter().map(|axis| axis.levels[0].clone()).collect();
    let world = |levels| sweep.deal(&Point { base: 0, levels }).map(|deal: Deal| world_of(&deal));
    let own = world(first.clone())?;
    // A few levels tell whether an axis moves the world; where they do not, scenarios are in another order and no number is.
    let mut moves = Vec::new();
    for (at, axis) in sweep.axes.iter().enumerate() {
        let last = axis.levels.len() - 1;
        let mut other = false;
        for level in [last, last / 2, 1.min(last)] {
            let mut levels = first.clone();
            levels[at] = axis.levels[level].clone();
            other |= world(levels)? != own;
        }
        moves.push(other);
    }
    indices.sort_by_cached_key(|&index| {
        let mut rest = index;
        let mut digits = Vec::new();
        for (axis, moves) in sweep.axes.iter().zip(&moves).rev() {
            let count = axis.levels.len() as u64;
            digits.push(if *moves { rest % count } else { 0 });
            rest /= count;
        }
        digits.push(rest);
        digits.reverse();
        (digits, index)
    });
    Ok(indices)
}

/// Simulates the scenarios `indices` in the order in which that is best, some at a time, and hands the rows of each batch to `keep`: what it
/// keeps is not lost when the sweep is stopped. All rows, in the order of their making.
///
/// # Errors
/// [`SweepError`], or what `keep` says.
pub fn sweep<E: From<SweepError>>(
    sweep: &Sweep,
    asked: &[Question],
    indices: Vec<u64>,
    options: &Options,
    mut keep: impl FnMut(&[Row]) -> Result<(), E>,
) -> Result<Vec<Row>, E> {
    let count = indices.len() as u64;
    let indices = order(sweep, indices).map_err(SweepError::from)?;
    let course = options.begin_with(Phase::Sweep, [sweep.trials, sweep.seed], |trials| trials.saturating_mul(count));
    let mut fresh: Vec<Row> = Vec::new();
    for batch in indices.chunks(together(&sweep.deals[0], course.trials)) {
        let made = rows_in(sweep, asked, batch, &course.after(fresh.len() as u64 * course.trials))?;
        keep(&made)?;
        fresh.extend(made);
    }
    Ok(fresh)
}

/// Scenarios and trials of each that tell how long a sweep takes.
const TASTE: [u64; 2] = [4, 2_000];

/// Simulates a little of the sweep, and says which share of all its trials that was, 0 to 1: to find how long it would take.
///
/// # Errors
/// [`SweepError`]: a scenario cannot be made, or it was stopped.
pub fn taste(sweep: &Sweep, options: &Options) -> Result<f64, SweepError> {
    let (count, trials) = (sweep.count().min(TASTE[0]), sweep.trials.min(TASTE[1]));
    let some: Vec<u64> = (0..count).collect();
    rows(sweep, &sweep.asked(), &some, &options.clone().trials(trials))?;
    Ok(count as f64 / sweep.count() as f64 * (trials as f64 / sweep.trials as f64))
}

/// `count` scenarios (indices) spread over the sweep: the middle of each of so many equal stretches.
#[must_use]
pub fn spread_over(sweep: &Sweep, count: u64) -> Vec<u64> {
    let all = u128::from(sweep.count());
    (0..count).map(|part| ((2 * u128::from(part) + 1) * all / (2 * u128::from(count))) as u64).collect()
}

/// Simulates the scenarios `indices`; those that share a world on the same one.
///
/// # Errors
/// [`SweepError`]: a scenario cannot be made, or the run was stopped.
pub fn rows(sweep: &Sweep, asked: &[Question], indices: &[u64], options: &Options) -> Result<Vec<Row>, SweepError> {
    let all = indices.len() as u64;
    rows_in(sweep, asked, indices, &options.begin_with(Phase::Sweep, [sweep.trials, sweep.seed], |trials| trials.saturating_mul(all)))
}

fn rows_in(sweep: &Sweep, asked: &[Question], indices: &[u64], course: &Course) -> Result<Vec<Row>, SweepError> {
    let deals: Vec<Deal> = indices.par_iter().map(|&index| sweep.deal(&sweep.point(index))).collect::<Result<_, _>>()?;
    let deals: Vec<&Deal> = deals.iter().collect();
    let runs = many_in(&deals, Some(asked), course)?;
    let row = |(&index, run): (&u64, super::Run)| Row {
        index,
        values: asked.iter().map(|question| run.answer(question).unwrap_or([f64::NAN; 2])).collect(),
    };
    Ok(indices.iter().zip(runs).map(row).collect())
}
