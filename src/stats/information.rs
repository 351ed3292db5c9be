//! What would it be worth to know something before a choice is made?
//!
//! Comes in: the worth of each option in the same trials, and in which cell each trial lies: what would be known. Goes out: the expected gain
//! of choosing in each cell rather than once for all (the expected value of partial perfect information, EVPPI; of perfect information,
//! EVPI, where each trial is a cell of its own). Must never know: what the options are.
//!
//! From given data, by cells instead of a regression (Strong, Oakley and Brennan, *Estimating multiparameter partial expected value of
//! perfect information*, Medical Decision Making 34, 2014): by Jensen's inequality finer cells are never worth less, on the same trials, so
//! that EVPPI(S) ≤ EVPPI(S ∪ T) ≤ EVPI holds exactly where the cells of S ∪ T lie within those of S. Choosing by noise makes such an
//! estimate too large; choosing by half of the trials and counting on the other half makes it too small. Both are given.

use super::dependence::{ascending, cells};

/// Worth of information, in the units of the options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// Estimate, 0 or more, rather too large.
    pub value: f64,
    /// Monte Carlo standard error.
    pub error: f64,
    /// The same where the choice is made on other trials: rather too small, from 0 to the estimate.
    pub held_out: f64,
}

/// Cells of a trial by several columns, one after the other: those of the first are cut by the second, and so on, each into at most
/// `parts`, as long as a cell keeps about `least` trials.
#[must_use]
pub fn nested(columns: &[&[f64]], parts: usize, least: usize) -> Vec<usize> {
    let count = columns.first().map_or(0, |column| column.len());
    let mut cell = vec![0; count];
    for column in columns {
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (trial, &at) in cell.iter().enumerate() {
            if members.len() <= at {
                members.resize_with(at + 1, Vec::new);
            }
            members[at].push(trial);
        }
        let mut next = 0;
        for inside in members {
            let own: Vec<f64> = inside.iter().map(|&trial| column[trial]).collect();
            let inner = cells(&own, parts.min((own.len() / least).max(1)));
            let used = inner.iter().max().map_or(0, |last| last + 1);
            inside.iter().zip(inner).for_each(|(&trial, inner)| cell[trial] = next + inner);
            next += used;
        }
    }
    cell
}

/// Worth of knowing the cell of a trial before choosing. `options` holds the worth of each option by trial.
#[must_use]
pub fn worth(options: &[Vec<f64>], cell: &[usize]) -> Worth {
    let trials = cell.len();
    let used = cell.iter().max().map_or(0, |last| last + 1);
    let once = best(options, 0..trials);
    let chosen = choices(options, cell, used, |_| true);
    let gain: Vec<f64> = (0..trials).map(|trial| options[chosen[cell[trial]].unwrap_or(once)][trial] - options[once][trial]).collect();
    let mean = gain.iter().sum::<f64>() / trials as f64;
    let squares: f64 = gain.iter().map(|gain| (gain - mean) * (gain - mean)).sum();
    // Each half chooses for the other one.
    let mut held_out = 0.0;
    for half in 0..2 {
        let once = best(options, (0..trials).filter(|trial| trial % 2 == half));
        let chosen = choices(options, cell, used, |trial| trial % 2 == half);
        let others = (0..trials).filter(|trial| trial % 2 != half);
        held_out += others.map(|trial| options[chosen[cell[trial]].unwrap_or(once)][trial] - options[once][trial]).sum::<f64>();
    }
    let value = mean.max(0.0);
    Worth { value, error: (squares / (trials as f64 - 1.0) / trials as f64).sqrt(), held_out: (held_out / trials as f64).clamp(0.0, value) }
}

/// Worth of knowing everything, luck included: the best option of each trial.
#[must_use]
pub fn perfect(options: &[Vec<f64>]) -> Worth {
    let trials = options.first().map_or(0, Vec::len);
    let cell: Vec<usize> = (0..trials).collect();
    let found = worth(options, &cell);
    Worth { held_out: found.value, ..found }
}

/// The option (index) with the highest mean over `trials`; the first of equals.
fn best(options: &[Vec<f64>], trials: impl Iterator<Item = usize> + Clone) -> usize {
    let sums: Vec<f64> = options.iter().map(|worth| trials.clone().map(|trial| worth[trial]).sum()).collect();
    ascending(&sums.iter().map(|sum| -sum).collect::<Vec<_>>()).first().copied().unwrap_or(0)
}

/// The best option of each cell by the trials that count; `None` where none does.
fn choices(options: &[Vec<f64>], cell: &[usize], used: usize, counts: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
    let mut sums = vec![vec![0.0; options.len()]; used];
    let mut seen = vec![false; used];
    for (trial, &at) in cell.iter().enumerate().filter(|(trial, _)| counts(*trial)) {
        seen[at] = true;
        sums[at].iter_mut().zip(options).for_each(|(sum, worth)| *sum += worth[trial]);
    }
    let choice = |sums: Vec<f64>| (1..sums.len()).fold(0, |best, at| if sums[at] > sums[best] { at } else { best });
    sums.into_iter().zip(seen).map(|(sums, seen)| seen.then(|| choice(sums))).collect()
}
