//! How often does a count happen to the people of a cohort?
//!
//! Everybody's count has the law of [`Counts`]; the people that an effect reaches and the others are two sums, added.

use super::plan::OutcomePlan;
use crate::sampling::counts::Counts;

/// Writes the total of one row and the standard deviation between persons, by lane. `people` are those who can have the outcome and those
/// of them that the effect reaches; `means` are those of the reached and of the others.
#[expect(clippy::too_many_arguments, reason = "columns of one row, each with a meaning of its own")]
pub(super) fn draw(
    plan: &OutcomePlan,
    row: usize,
    sd_of_persons: Option<f64>,
    first_trial: u64,
    people: [&[u32]; 2],
    means: [&[f64]; 2],
    total: &mut [f64],
    sd: &mut [f64],
) {
    let law = Counts::new(sd_of_persons);
    let keys = [plan.reached[row], plan.unreached[row]];
    for (lane, (total, sd)) in total.iter_mut().zip(sd).enumerate() {
        let (all, reached) = (f64::from(people[0][lane]), f64::from(people[1][lane]));
        let mut variance = 0.0;
        *total = 0.0;
        for (arm, people) in [reached, all - reached].into_iter().enumerate() {
            let mean = means[arm][lane];
            variance += people * law.variance(mean);
            if people > 0.0 {
                let stream = &mut keys[arm].stream(first_trial + lane as u64);
                *total += if plan.one_by_one {
                    (0..people as u32).map(|_| law.total(stream, 1.0, mean)).sum()
                } else {
                    law.total(stream, people, mean)
                };
            }
        }
        *sd = if all > 0.0 { (variance / all).sqrt() } else { law.variance(means[0][lane]).sqrt() };
    }
}
