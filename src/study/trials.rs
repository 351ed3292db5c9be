//! Numbers of every trial of one deal, kept in full.

use crate::deal::Deal;
use crate::engine::{self, Block, Plan};
use crate::numeric::grid::Grid;

use super::{Options, RunError};

/// Simulates `deal` and keeps what `seen` makes of each block: a row a number, a lane a trial. Rows of all trials, in order.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn trials(deal: &Deal, options: &Options<'_>, seen: impl Fn(&Block) -> Grid<f64> + Sync) -> Result<Vec<Vec<f64>>, RunError> {
    let plans = [Plan::new(deal, options.seed)];
    let mut all: Vec<Vec<f64>> = Vec::new();
    let keep = |blocks: Vec<Vec<Grid<f64>>>, done: u64| {
        for grid in blocks.into_iter().flatten() {
            all.resize_with(grid.rows(), Vec::new);
            all.iter_mut().enumerate().for_each(|(row, values)| values.extend_from_slice(grid.row(row)));
        }
        (options.progress)(done);
    };
    engine::simulate(&plans, options.trials, options.stop, |_, block| seen(block), keep)?;
    Ok(all)
}
