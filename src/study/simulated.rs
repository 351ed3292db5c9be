//! One deal, many trials, one row of summaries.

use super::gathered::{Beside, gather, gather_on};
use super::options::Course;
use super::{Options, Phase, Run, RunError};
use crate::deal::Deal;
use crate::engine::Plan;
use crate::metrics::Catalogue;

/// Simulates `deal`.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn run(deal: &Deal, options: &Options) -> Result<Run, RunError> {
    run_beside(deal, options, Beside::default())
}

/// Simulates `deal` and does something beside: the same numbers as [`run`].
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn run_beside(deal: &Deal, options: &Options, beside: Beside<'_>) -> Result<Run, RunError> {
    run_in(deal, &options.begin(Phase::Simulating, deal, |trials| trials), beside)
}

/// The same with the plan of `deal`, which is made ready already.
pub(super) fn run_on(plan: &Plan, deal: &Deal, course: &Course) -> Result<Run, RunError> {
    let catalogues = [Catalogue::new(deal)];
    let mut gathered = gather_on(core::slice::from_ref(plan), &[deal], &catalogues, true, 0..course.trials, course, Beside::default())?;
    Ok(gathered.swap_remove(0).finish(Catalogue::new(deal), course.trials, course.seed))
}

/// The same, as a part of a study.
pub(super) fn run_in(deal: &Deal, course: &Course, beside: Beside<'_>) -> Result<Run, RunError> {
    let mut gathered = gather(&[deal], &[Catalogue::new(deal)], !beside.unsampled, 0..course.trials, course, beside)?;
    Ok(gathered.swap_remove(0).finish(Catalogue::new(deal), course.trials, course.seed))
}
