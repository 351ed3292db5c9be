//! What do the trials of a study have of its uncertain inputs?

use super::options::Course;
use crate::analysis::Input;
use crate::cohort;
use crate::deal::Deal;
use crate::engine::Plan;

/// What the trials of `course` have of each of `inputs`, in their order; of a running deal, what fits what is known of it.
pub(super) fn drawn(deal: &Deal, inputs: &[Input], course: &Course) -> Vec<Vec<f64>> {
    let trials = course.trials as usize;
    let plan = deal.so_far.is_some().then(|| Plan::new(deal, course.seed));
    let chosen: Option<Vec<u64>> =
        plan.as_ref().and_then(Plan::learnt).map(|learnt| (0..course.trials).map(|trial| learnt.chosen(trial)).collect());
    let one = |input: &Input| match &chosen {
        Some(chosen) if deal.is_shared(input) => cohort::draws_of(deal, course.seed, input, chosen),
        _ => cohort::draws(deal, course.seed, input, 0, trials),
    };
    inputs.iter().map(one).collect()
}
