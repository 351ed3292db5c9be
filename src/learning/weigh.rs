//! Which trials of the plan fit what was reported, and how well?
//!
//! Trials from the first on are weighed; when their weights tell too little there are more. A future takes the shared part of the trial at
//! its place among the weights: places are spread evenly (a Weyl sequence), so more futures move no earlier one.

use rayon::prelude::*;

use super::lane::{Frame, Lane, Shared};
use crate::cohort::{Expected, Given, PeoplePlan, World};
use crate::evaluation::{Estimates, EvaluationPlan};
use crate::numeric::math::exp;
use crate::sampling::stream::open_unit;

/// Trials weighed at first, and at most.
const FIRST: u64 = 1 << 15;
const MOST: u64 = 1 << 21;

/// Trials after which it is seen whether more would ever do.
const HOPELESS: u64 = 1 << 17;

/// Trials in one block.
const BLOCK: u64 = 512;

/// Effective trials that are aimed at: half as many as the deal has trials, within these.
const AIM: [f64; 2] = [500.0, 10_000.0];

/// Effective trials below which a forecast of a deal with so many trials rests on too little: a tenth of them, from 200 to 2,000. With 2,000
/// its figures have standard errors of a fortieth of their spread.
#[must_use]
pub fn least_effective(trials: u64) -> f64 {
    (0.1 * trials as f64).clamp(200.0, 2_000.0)
}

/// Weights of trials.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    /// Share of the weight up to each trial.
    up_to: Vec<f64>,
    pub(super) evidence: Evidence,
}

/// How much is known of the futures that fit what was reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Trials of the plan that were weighed.
    pub weighed: u64,
    /// The number of equally likely trials that would tell as much: (Σw)² / Σw².
    pub effective: f64,
}

impl Weights {
    /// Weighs as many trials as it takes.
    pub(super) fn new(frame: &Frame<'_>, people: &PeoplePlan, evaluation: &EvaluationPlan, economy: usize) -> Self {
        let mut ln_weights: Vec<f64> = Vec::new();
        let aim = (0.5 * frame.deal.trials as f64).clamp(AIM[0], AIM[1]);
        let mut wanted = ((FIRST as f64 * aim / AIM[1]) as u64).max(FIRST / 8).next_multiple_of(BLOCK);
        loop {
            ln_weights.extend(weigh(frame, people, evaluation, economy, ln_weights.len() as u64..wanted));
            let weights = Self::of(&ln_weights);
            let effective = weights.evidence.effective;
            // Where no number of trials would do, there is no use in more.
            let hopeless = wanted >= HOPELESS && effective * (MOST / wanted) as f64 <= 0.7 * least_effective(frame.deal.trials);
            if effective >= aim || wanted >= MOST || hopeless {
                return weights;
            }
            let more = (1.2 * wanted as f64 * aim / effective.max(1.0)).min(MOST as f64) as u64;
            wanted = more.max(2 * wanted).next_multiple_of(BLOCK).min(MOST);
        }
    }

    fn of(ln_weights: &[f64]) -> Self {
        let most = ln_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut all, mut squares) = (0.0, 0.0);
        let mut up_to: Vec<f64> = ln_weights
            .iter()
            .map(|ln_weight| {
                let weight = if most > f64::NEG_INFINITY { exp(ln_weight - most) } else { 1.0 };
                all += weight;
                squares += weight * weight;
                all
            })
            .collect();
        up_to.iter_mut().for_each(|sum| *sum /= all);
        let effective = if most > f64::NEG_INFINITY { all * all / squares } else { 0.0 };
        Self { up_to, evidence: Evidence { weighed: ln_weights.len() as u64, effective } }
    }

    /// The trial whose shared part future `trial` takes; `start` is where the first future stands among the weights.
    pub(super) fn chosen(&self, start: u64, trial: u64) -> u64 {
        /// The golden ratio's fraction in units of 2⁻⁶⁴: multiples of it leave no gap and no cluster.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let place = open_unit(start.wrapping_add(trial.wrapping_mul(STEP)));
        self.up_to.partition_point(|up_to| *up_to < place).min(self.up_to.len() - 1) as u64
    }
}

/// Logarithms of the weights of some trials, in their order.
fn weigh(frame: &Frame<'_>, people: &PeoplePlan, evaluation: &EvaluationPlan, economy: usize, trials: core::ops::Range<u64>) -> Vec<f64> {
    let blocks: Vec<u64> = (trials.start / BLOCK..trials.end.div_ceil(BLOCK)).collect();
    let lanes = BLOCK as usize;
    let space = || (World::new(people, lanes), Estimates::new(evaluation, lanes), Expected::new(people, lanes));
    let weighed: Vec<Vec<f64>> = blocks
        .into_par_iter()
        .map_init(space, |(world, findings, expected), block| {
            let first_trial = block * BLOCK;
            let given = Given { economy, ..Given::nothing(first_trial) };
            world.expect(people, &given, expected);
            findings.draw_errors(evaluation, &given);
            let shared = Shared { expected, findings, ratio: world.enrolment_ratio() };
            let weight = |lane: usize| Lane::new(frame, &shared, lane, first_trial + lane as u64, false).ln_weight;
            // What has no chance that could be worked out fits nothing.
            (0..lanes).map(weight).map(|ln_weight| if ln_weight.is_nan() { f64::NEG_INFINITY } else { ln_weight }).collect()
        })
        .collect();
    weighed.into_iter().flatten().collect()
}
