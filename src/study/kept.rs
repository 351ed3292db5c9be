//! How many numbers does a study keep in memory at the same time, about? Eight bytes each.

use crate::deal::Deal;
use crate::metrics::Catalogue;
use crate::stats::WARM;

/// Numbers that are kept of a row of a sweep beside its figures, about.
const ROW: u64 = 12;

/// Of a run.
#[must_use]
pub fn run(deal: &Deal, trials: u64) -> u64 {
    (Catalogue::new(deal).values.len() as u64).saturating_mul(trials.min(2 * WARM as u64))
}

/// Of the search for the inputs that matter, or of a stress test, for so many figures.
#[must_use]
pub fn inputs(deal: &Deal, figures: usize, trials: u64) -> u64 {
    (2 * deal.inputs().len() as u64 + figures as u64).saturating_mul(trials)
}

/// Of the worth of knowing, for so many choices.
#[must_use]
pub fn information(deal: &Deal, choices: usize, trials: u64) -> u64 {
    (4 * choices as u64 + 2 * deal.inputs().len() as u64).saturating_mul(trials)
}

/// Of so many rows of a sweep with so many figures.
#[must_use]
pub fn sweep(figures: usize, rows: u64) -> u64 {
    (ROW + 2 * figures as u64).saturating_mul(rows)
}
