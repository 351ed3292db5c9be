//! What was learnt of each uncertain input?

use crate::cohort;
use crate::deal::{Deal, Grade};
use crate::engine::Plan;

/// What was learnt of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct InputLearnt {
    /// Short name: `placed.effect`.
    pub name: String,
    /// Dotted name in the scenario file.
    pub path: String,
    /// How well what the scenario says of it is founded.
    pub grade: Option<Grade>,
    /// As the plan has it.
    pub plan: Moments,
    /// Given what is known.
    pub learnt: Moments,
    /// What the futures have, in their order: for pictures.
    pub values: Vec<f64>,
    /// What the plan's trials have.
    pub planned: Vec<f64>,
}

/// Figures of a number over trials, in the input's own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// 5% quantile, inf{x : F(x) ≥ 0.05}.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95% quantile.
    pub p95: f64,
}

impl InputLearnt {
    /// How much narrower it is known: 1 − sd given what is known / sd of the plan; below zero where it is known less.
    #[must_use]
    pub fn narrowed(&self) -> f64 {
        1.0 - self.learnt.sd / self.plan.sd
    }

    /// How far its mean moved, in standard deviations of the plan.
    #[must_use]
    pub fn moved(&self) -> f64 {
        (self.learnt.mean - self.plan.mean) / self.plan.sd
    }
}

/// Every input that is not certain, under the plan and in the futures of `plan`.
pub(super) fn learnt(deal: &Deal, seed: u64, plan: &Plan, trials: usize) -> Vec<InputLearnt> {
    let chosen: Vec<u64> = (0..trials as u64).map(|trial| plan.learnt().map_or(trial, |learnt| learnt.chosen(trial))).collect();
    let shared = |input: &crate::analysis::Input| deal.is_shared(input);
    let one = |input: crate::analysis::Input| {
        let planned = cohort::draws(deal, seed, &input, 0, trials);
        let values = if shared(&input) { cohort::draws_of(deal, seed, &input, &chosen) } else { planned.clone() };
        InputLearnt {
            grade: deal.assumptions.iter().find(|known| known.path == input.path).and_then(|known| known.grade),
            name: input.name,
            path: input.path,
            plan: moments(&planned),
            learnt: moments(&values),
            values,
            planned,
        }
    };
    deal.inputs().into_iter().map(one).collect()
}

pub(super) fn moments(values: &[f64]) -> Moments {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0).max(1.0);
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let [p5, p50, p95] = [0.05, 0.5, 0.95].map(|share| quantile(&sorted, share));
    Moments { mean, sd: variance.sqrt(), p5, p50, p95 }
}

/// inf{x : F(x) ≥ share} of sorted values; NaN of none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}
