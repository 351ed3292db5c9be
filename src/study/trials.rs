//! Numbers of every trial of one deal, kept in full.

use super::{Options, RunError};
use crate::deal::Deal;
use crate::engine::{self, Block, Plan};
use crate::numeric::grid::Grid;
use crate::sampling::Seeds;

/// Simulates `deal` and keeps what `seen` makes of each block: a row a number, a lane a trial. Rows of all trials, in order.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn trials(deal: &Deal, options: &Options<'_>, seen: impl Fn(&Block) -> Grid<f64> + Sync) -> Result<Vec<Vec<f64>>, RunError> {
    trials_from(deal, options.seed, options, seen)
}

/// The same, each source of chance drawn under the seed that `seeds` says.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub(super) fn trials_from(
    deal: &Deal,
    seeds: impl Into<Seeds>,
    options: &Options<'_>,
    seen: impl Fn(&Block) -> Grid<f64> + Sync,
) -> Result<Vec<Vec<f64>>, RunError> {
    let plans = [Plan::new(deal, seeds)];
    let mut all: Vec<Vec<f64>> = Vec::new();
    let keep = |blocks: Vec<Vec<Grid<f64>>>, done: u64| {
        for grid in blocks.into_iter().flatten() {
            all.resize_with(grid.rows(), Vec::new);
            all.iter_mut().enumerate().for_each(|(row, values)| values.extend_from_slice(grid.row(row)));
        }
        (options.progress)(done);
    };
    engine::simulate(&plans, 0..options.trials, options.stop, |_, block| seen(block), keep)?;
    Ok(all)
}
