//! What luck do people share?

use super::plan::OutcomePlan;
use crate::deal::OutcomeKind;
use crate::sampling::{Whose, beta};

/// Moves the rates of a cohort by its shared luck, or by that of its site, which is the same for all its cohorts: the rate with the program
/// becomes a beta variable with the same mean and the variance ρ·p·(1 − p); the rate without it keeps its distance, cut to 0..1.
pub(super) fn share(plan: &OutcomePlan, row: usize, whose: Whose<'_>, with: &mut [f64], without: &mut [f64]) {
    for (lane, (with, without)) in with.iter_mut().zip(without).enumerate() {
        [*with, *without] = moved(plan, row, whose.trial(lane), [*with, *without]);
    }
}

/// The same of one trial.
pub(super) fn moved(plan: &OutcomePlan, row: usize, trial: u64, [with, without]: [f64; 2]) -> [f64; 2] {
    let OutcomeKind::YesNo { intraclass_correlation } = plan.kind else { return [with, without] };
    let (key, correlation) = match plan.site_correlation {
        0.0 => (plan.luck[row], intraclass_correlation),
        correlation => (plan.site_luck[plan.sites[row % plan.sites.len()]], correlation),
    };
    let luck = beta::draw(key, trial, with, correlation);
    [luck, (luck - (with - without)).clamp(0.0, 1.0)]
}
