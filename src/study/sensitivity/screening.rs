//! Morris' screening: by how much does a figure change when one input takes a step over half of its range, wherever the others stand?
//!
//! Each path starts at a point of the grid of percentiles 12.5, 37.5, 62.5 and 87.5 and moves one input after another by half of the grid
//! (Morris, *Factorial sampling plans for preliminary computational experiments*, Technometrics 33, 1991). The mean of the sizes of the
//! changes, μ*, says how much an input matters (Campolongo, Cariboni and Saltelli 2007); their standard deviation, σ, how much that depends
//! on the others.

use crate::deal::Deal;
use crate::question::Question;
use crate::sampling::Distribution;
use crate::sampling::stream::Key;
use crate::study::many::many_in;
use crate::study::options::Course;
use crate::study::{Options, Phase, RunError};

/// What steps of one input change.
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// Name of the input.
    pub name: String,
    /// Mean change from low to high, in the unit of the metric.
    pub mean: f64,
    /// Mean size of the change, μ*, and its standard error.
    pub size: [f64; 2],
    /// Standard deviation of the change, σ.
    pub spread: f64,
}

/// Screens the inputs of `deal` by `paths` paths (at least 2), with the trials of `options` at each point, largest changes first.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn screening(deal: &Deal, questions: &[Question], paths: u32, options: &Options) -> Result<Vec<Vec<Screening>>, RunError> {
    let points = u64::from(paths) * (deal.inputs().len() as u64 + 1);
    screening_in(deal, questions, paths, &options.begin(Phase::Sensitivity, deal, |trials| trials.saturating_mul(points)))
}

pub(super) fn screening_in(deal: &Deal, questions: &[Question], paths: u32, course: &Course) -> Result<Vec<Vec<Screening>>, RunError> {
    let inputs = deal.inputs();
    let levels: Vec<Vec<f64>> = inputs
        .iter()
        .map(|input| [0.125, 0.375, 0.625, 0.875].map(|share| deal.law(input).map_or(0.0, |law| law.quantile(share))).to_vec())
        .collect();
    let deal_at = |place: &[usize]| {
        let set = inputs.iter().zip(&levels).zip(place);
        set.fold(deal.clone(), |deal, ((input, levels), &at)| deal.with_law(input, Distribution::constant(levels[at])))
    };
    let mut changes: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); inputs.len()]; questions.len()];
    for path in 0..paths {
        let mut luck = Key::new(course.seed, "study.screening", path).stream(0);
        let mut place: Vec<usize> = inputs.iter().map(|_| (luck.bits() >> 62) as usize).collect();
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, (luck.uniform() * (last + 1) as f64) as usize);
        }
        let mut deals = vec![deal_at(&place)];
        let mut rises = Vec::new();
        for &input in &order {
            rises.push(place[input] < 2);
            place[input] = (place[input] + 2) % 4;
            deals.push(deal_at(&place));
        }
        let deals: Vec<&Deal> = deals.iter().collect();
        let done = u64::from(path) * deals.len() as u64 * course.trials;
        let runs = many_in(&deals, Some(questions), &course.after(done))?;
        for (question, changes) in questions.iter().zip(&mut changes) {
            let answer = |at: usize| runs[at].answer(question).map_or(f64::NAN, |answer| answer[0]);
            for (step, (&input, &rises)) in order.iter().zip(&rises).enumerate() {
                let change = answer(step + 1) - answer(step);
                if change.is_finite() {
                    changes[input].push(if rises { change } else { -change });
                }
            }
        }
    }
    let of = |changes: Vec<Vec<f64>>| {
        let mut all: Vec<Screening> = inputs.iter().zip(changes).map(|(input, changes)| summary(&input.name, &changes)).collect();
        all.sort_by(|one, other| other.size[0].total_cmp(&one.size[0]));
        all
    };
    Ok(changes.into_iter().map(of).collect())
}

fn summary(name: &str, changes: &[f64]) -> Screening {
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        (mean, (squares / (n - 1.0)).sqrt())
    };
    let sizes: Vec<f64> = changes.iter().map(|change| change.abs()).collect();
    let ((mean, spread), (size, sd)) = (moments(changes), moments(&sizes));
    Screening { name: name.into(), mean, size: [size, sd / (sizes.len() as f64).sqrt()], spread }
}
