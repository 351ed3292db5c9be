//! What do cohorts that have enrolled say of those to come?
//!
//! One number says of the whole program how many people enrol over how many were planned. Where one number explains all cohorts that have
//! enrolled, it lies between the bounds that rounding leaves; where none does, between the lowest and the highest seen so far.

use crate::deal::{CohortId, Deal};
use crate::sampling::Distribution;

/// The law of the enrolment ratio, as far as it is known.
pub(super) fn ratio(deal: &Deal) -> Distribution {
    let planned = &deal.program.enrolment_ratio;
    let Some(so_far) = deal.so_far.as_ref().filter(|_| deal.program.referral_ratio.is_constant().is_some()) else {
        return planned.clone();
    };
    let referred = deal.program.referral_ratio.mean();
    let seen: Vec<(f64, f64)> =
        so_far.results.counted.iter().filter_map(|&cohort| bounds(deal, cohort, so_far.results.enrolled[cohort], referred)).collect();
    if seen.is_empty() || planned.is_constant().is_some() {
        return planned.clone();
    }
    let low = seen.iter().map(|(low, _)| *low);
    let high = seen.iter().map(|(_, high)| *high);
    let together = (low.clone().fold(f64::NEG_INFINITY, f64::max), high.clone().fold(f64::INFINITY, f64::min));
    let (low, high) =
        if together.0 < together.1 { together } else { (low.fold(f64::INFINITY, f64::min), high.fold(f64::NEG_INFINITY, f64::max)) };
    planned.within(low, high).unwrap_or_else(|| Distribution::constant(if high.is_finite() { 0.5 * (low.max(0.0) + high) } else { low }))
}

/// Ratios at which `people` of a cohort enrol; nothing of a cohort that was planned for nobody.
fn bounds(deal: &Deal, cohort: CohortId, people: u32, referred: f64) -> Option<(f64, f64)> {
    let planned = f64::from(deal.program.cohorts[cohort].size) * referred;
    let low = (f64::from(people) - 0.5) / planned;
    let high = if people >= deal.program.capacity_of(cohort) { f64::INFINITY } else { (f64::from(people) + 0.5) / planned };
    (planned > 0.0).then_some((if people == 0 { f64::NEG_INFINITY } else { low }, high))
}
