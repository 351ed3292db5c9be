//! The same people round after round: who has a yes-or-no outcome, keeps it or leaves it, and who begins.
//!
//! People are counted, not followed: of x who have it Bin(x, s) stay, of the others Bin(n − x, e) begin ([`Continuity::chances`](crate::deal::Continuity::chances)), apart
//! for those the effect reaches and for the others, who have rates of their own.

use super::chain::{Arm, ContinuingPlan};
use super::persons::count_one_by_one;
use super::plan::OutcomePlan;
use crate::deal::CohortId;
use crate::sampling::binomial;

/// Draws one row: people who can have the outcome and those of them that the effect reaches; rates with the program and without it, which
/// are changed to what is left of them in this round. Of a row that is `known`, who stays and who begins stands in `arms` already.
#[expect(clippy::too_many_arguments, reason = "columns of one row, each with a meaning of its own")]
pub(super) fn people(
    plan: &OutcomePlan,
    chain: &ContinuingPlan,
    row: usize,
    first_trial: u64,
    [eligible, reached]: [&[u32]; 2],
    rates: [&mut Vec<f64>; 2],
    known: bool,
    arms: &mut [Arm],
    count: &mut [u32],
) {
    let cohort = CohortId(row % chain.cohorts);
    let left = chain.continuity.left(row / chain.cohorts);
    arms[0].people.row_mut(cohort).copy_from_slice(reached);
    if let Some(others) = arms.get_mut(1) {
        let others = others.people.row_mut(cohort).iter_mut();
        others.zip(eligible.iter().zip(reached)).for_each(|(others, (all, reached))| *others = all - reached);
    }
    for (at, rates) in rates.into_iter().enumerate() {
        rates.iter_mut().for_each(|rate| *rate *= left);
        if let Some(arm) = arms.get_mut(at) {
            if !known {
                arm.draw(plan, chain, row, at, first_trial, rates);
            }
            arm.rate.row_mut(cohort).copy_from_slice(rates);
        }
    }
    count.iter_mut().enumerate().for_each(|(lane, count)| *count = arms.iter().map(|arm| arm.with(row, lane)).sum());
}

impl Arm {
    fn draw(&mut self, plan: &OutcomePlan, chain: &ContinuingPlan, row: usize, at: usize, first_trial: u64, rates: &[f64]) {
        let fill = if plan.one_by_one { count_one_by_one } else { binomial::fill };
        // In the first round of everybody, later of those who have it already.
        let key = if at == 0 { plan.reached[row] } else { plan.unreached[row] };
        let cohort = CohortId(row % chain.cohorts);
        if row < chain.cohorts {
            self.stayed.row_mut(row).fill(0);
            fill(key, first_trial, self.people.row(cohort), rates, self.began.row_mut(row));
        } else {
            let before: Vec<u32> = (0..rates.len()).map(|lane| self.with(row - chain.cohorts, lane)).collect();
            let others: Vec<u32> = self.people.row(cohort).iter().zip(&before).map(|(all, before)| all - before).collect();
            let chances = self.rate.row(cohort).iter().zip(rates).map(|(before, now)| chain.continuity.chances(*before, *now));
            let (stays, begins): (Vec<f64>, Vec<f64>) = chances.map(|[stays, begins]| (stays, begins)).unzip();
            fill(key, first_trial, &before, &stays, self.stayed.row_mut(row));
            fill(chain.begins[at][row], first_trial, &others, &begins, self.began.row_mut(row));
        }
    }
}
