//! What would it be worth to know something before a choice is made?
//!
//! Comes in: the worth of each option in the same trials, and a regression on what would be known. Goes out: the expected gain of choosing
//! by it rather than once for all (the expected value of partial perfect information, EVPPI; of perfect information, EVPI). Must never
//! know: what the options are.
//!
//! From given data, by regression (Strong, Oakley and Brennan, *Estimating multiparameter partial expected value of perfect information*,
//! Medical Decision Making 34, 2014). A rule that was learnt from the trials that it is counted on gains too much by choosing by noise, one
//! that was learnt from others as much too little: the estimate is the mean of both. No rule is worth more than the best one, and nothing is
//! gained over a choice that is not the best without knowing; so what a rule gains on trials that it was not learnt from, over whatever
//! option it gains least over, less its error, is a bound from below that holds with its confidence however poor the regression is.

use super::regression::{Design, FOLDS};

/// Quantile of the normal law at 95%: what a bound holds with.
const SURE: f64 = 1.644_854;

/// Worth of information, in the units of the options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// Estimate, 0 or more.
    pub value: f64,
    /// Monte Carlo standard error.
    pub error: f64,
    /// It is worth at least so much, with 95% confidence; from 0 to the estimate.
    pub at_least: f64,
}

/// Worth of knowing what `design` knows, and how much of the options' differences it explains (a sum of squares). `options` holds the worth
/// of each option by trial.
#[must_use]
pub fn known(options: &[Vec<f64>], design: &Design<'_>) -> (Worth, f64) {
    let predicted = design.predict(&differences(options));
    let spread = |column: &Vec<f64>| {
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        column.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
    };
    let explained = predicted[0].iter().map(spread).sum();
    let got = predicted.map(|predicted| {
        let choice = |trial: usize| greatest(predicted.iter().map(|of| of[trial]));
        (0..options[0].len()).map(|trial| options[choice(trial)][trial]).collect::<Vec<f64>>()
    });
    (worth(options, [&got[0], &got[1]]), explained)
}

/// Worth of knowing every input, from two simulations of the same trials that share the inputs and nothing else. What the regression misses
/// of the conditional mean, the other simulation tells as far as luck does not hide it: each chooses for the other one. Of `designs` (one at
/// least) that which predicts other folds best is taken, so that few trials are not asked for too much.
#[must_use]
pub fn everything(options: [&[Vec<f64>]; 2], designs: &[Design<'_>]) -> Worth {
    let both = halves(options);
    let apart = options.map(differences);
    let responses = differences(&both);
    let missed = |predicted: &[Vec<Vec<f64>>; 2]| {
        let pairs = predicted[1].iter().flatten().zip(responses.iter().flatten());
        pairs.map(|(predicted, value)| (value - predicted) * (value - predicted)).sum::<f64>()
    };
    let tried = designs.iter().map(|design| design.predict(&responses));
    let predicted = tried.min_by(|one, other| missed(one).total_cmp(&missed(other))).unwrap_or_default();
    // The share of what the regression leaves over that both simulations have in common.
    let common: Vec<f64> = (0..apart[0].len())
        .map(|option| {
            let left = |side: usize| apart[side][option].iter().zip(&predicted[1][option]).map(|(value, predicted)| value - predicted);
            let [shared, own] = left(0)
                .zip(left(1))
                .fold([0.0; 2], |sums, (one, other)| [sums[0] + one * other, sums[1] + 0.5 * (one * one + other * other)]);
            if own > 0.0 { (shared / own).clamp(0.0, 1.0) } else { 0.0 }
        })
        .collect();
    let got = predicted.map(|predicted| {
        let expected = |side: usize, trial: usize| {
            let of = |option: usize| predicted[option][trial] + common[option] * (apart[side][option][trial] - predicted[option][trial]);
            greatest((0..common.len()).map(of))
        };
        let count = |trial: usize| 0.5 * (options[0][expected(1, trial)][trial] + options[1][expected(0, trial)][trial]);
        (0..both[0].len()).map(count).collect::<Vec<f64>>()
    });
    worth(&both, [&got[0], &got[1]])
}

/// Worth of knowing everything, luck included: the best option of each trial, in both simulations.
#[must_use]
pub fn perfect(options: [&[Vec<f64>]; 2]) -> Worth {
    let best = |options: &[Vec<f64>], trial: usize| options.iter().map(|worth| worth[trial]).fold(f64::NEG_INFINITY, f64::max);
    let count = |trial: usize| 0.5 * (best(options[0], trial) + best(options[1], trial));
    let got: Vec<f64> = (0..options[0].first().map_or(0, Vec::len)).map(count).collect();
    worth(&halves(options), [&got, &got])
}

/// The mean of both simulations.
#[must_use]
pub fn halves(options: [&[Vec<f64>]; 2]) -> Vec<Vec<f64>> {
    let half = |(one, other): (&Vec<f64>, &Vec<f64>)| one.iter().zip(other).map(|(one, other)| 0.5 * (one + other)).collect();
    options[0].iter().zip(options[1]).map(half).collect()
}

/// Each option but the first, less the first.
fn differences(options: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let [first, others @ ..] = options else { return Vec::new() };
    others.iter().map(|other| other.iter().zip(first).map(|(other, first)| other - first).collect()).collect()
}

/// The option that is expected to be best, by how much more than the first one each other is expected to be worth; the first of equals.
fn greatest(more: impl Iterator<Item = f64>) -> usize {
    more.enumerate().fold((0, 0.0), |best, (at, more)| if more > best.1 { (at + 1, more) } else { best }).0
}

/// The option with the highest sum, the first of equals.
fn best(sums: &[f64]) -> usize {
    (1..sums.len()).fold(0, |best, at| if sums[at] > sums[best] { at } else { best })
}

/// What is gained over choosing once, where `got` is what two rules got in each trial: one that was learnt from all trials, and one that was
/// learnt from the others.
fn worth(options: &[Vec<f64>], got: [&[f64]; 2]) -> Worth {
    let trials = got[0].len();
    let all: Vec<f64> = options.iter().map(|worth| worth.iter().sum()).collect();
    let without = |fold: usize| {
        let sums = options.iter().zip(&all).map(|(worth, all)| all - worth.iter().skip(fold).step_by(FOLDS).sum::<f64>());
        best(&sums.collect::<Vec<f64>>())
    };
    let (once, others): (usize, Vec<usize>) = (best(&all), (0..FOLDS).map(without).collect());
    let gain = |trial: usize| 0.5 * (got[0][trial] - options[once][trial] + got[1][trial] - options[others[trial % FOLDS]][trial]);
    let [value, error] = mean_and_error((0..trials).map(gain));
    let over = |worth: &Vec<f64>| {
        let [mean, error] = mean_and_error(got[1].iter().zip(worth).map(|(got, worth)| got - worth));
        mean - SURE * error
    };
    let value = value.max(0.0);
    let at_least = options.iter().map(over).fold(f64::INFINITY, f64::min).clamp(0.0, value);
    Worth { value, error, at_least }
}

fn mean_and_error(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    [mean, (squares / (n - 1.0) / n).sqrt()]
}
