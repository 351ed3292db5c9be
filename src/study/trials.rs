//! Numbers of every trial of one deal, kept in full.

use super::options::Course;
use super::RunError;
use crate::deal::Deal;
use crate::engine::{self, BLOCK, Block, Interrupted, Plan};
use crate::numeric::grid::Grid;
use crate::sampling::Seeds;

/// Simulates `deal` and keeps what `seen` makes of each block: a row a number, a lane a trial. Rows of all trials, in order; each source of
/// chance is drawn under the seed that `seeds` says.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub(super) fn trials_from(
    deal: &Deal,
    seeds: impl Into<Seeds>,
    course: &Course,
    seen: impl Fn(&Block) -> Grid<f64> + Sync,
) -> Result<Vec<Vec<f64>>, RunError> {
    let plans = [Plan::new(deal, seeds)];
    let mut all: Vec<Vec<f64>> = Vec::new();
    let keep = |blocks: Vec<Vec<Grid<f64>>>, done: u64| {
        for grid in blocks.into_iter().flatten() {
            all.resize_with(grid.rows(), Vec::new);
            all.iter_mut().enumerate().for_each(|(row, values)| values.extend_from_slice(grid.row(row)));
        }
        course.done(done);
    };
    engine::simulate(&plans, course.trials, course.stop(), |_, block| seen(block), keep)?;
    Ok(all)
}

/// Blocks for each thread that are worked on or wait until their sums are added.
const AHEAD: u64 = 4;

/// Works through the trials in blocks of `lanes` (by their number, from 0), in parallel; `add` takes what `sums_of` makes of each, in the order
/// of the blocks, so that no number of threads moves a sum.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub(super) fn batches<T: Send>(
    lanes: u64,
    course: &Course,
    sums_of: impl Fn(u64) -> T + Sync,
    mut add: impl FnMut(T) + Send,
) -> Result<(), RunError> {
    let trials = course.trials;
    let blocks = trials.div_ceil(lanes);
    // Large deals have small blocks, and each of these takes much.
    let ahead = if lanes == BLOCK as u64 { AHEAD * rayon::current_num_threads() as u64 } else { AHEAD };
    let done = engine::in_order(blocks, ahead, course.stop(), sums_of, |sums, done| {
        sums.into_iter().for_each(&mut add);
        course.done((done * lanes).min(trials));
    });
    if done < blocks { Err(Interrupted { trials: done * lanes }.into()) } else { Ok(()) }
}
