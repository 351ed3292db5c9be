//! Numbers of every trial of one deal, kept in full.

use super::RunError;
use super::options::Course;
use crate::deal::Deal;
use crate::engine::{self, Block, Plan};
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
    engine::simulate(&plans, 0..course.trials, course.stop(), |_, block| seen(block), keep)?;
    Ok(all)
}
