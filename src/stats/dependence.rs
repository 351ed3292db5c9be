//! How much does one column tell of another?
//!
//! Comes in: two columns of the same trials. Goes out: the share of the variance of one that the other explains, with its standard error,
//! and their rank correlation. Must never know: what the columns stand for.

use core::cmp::Ordering;

/// Parts that trials are split into to see how much an estimate varies.
const PARTS: usize = 10;

/// Places of `x` in ascending order; equal values in the order of the trials.
#[must_use]
pub fn ascending(x: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&one, &other| x[one].partial_cmp(&x[other]).unwrap_or(Ordering::Equal).then(one.cmp(&other)));
    order
}

/// The cell of each trial when `x` is cut into at most `cells` parts of about as many trials each; equal values stay together.
#[must_use]
pub fn cells(x: &[f64], cells: usize) -> Vec<usize> {
    let order = ascending(x);
    let mut of = vec![0; x.len()];
    let (mut cell, mut filled) = (0, 0);
    let size = x.len().div_ceil(cells.max(1)).max(1);
    for (rank, &trial) in order.iter().enumerate() {
        if filled >= size && x[trial] != x[order[rank - 1]] {
            (cell, filled) = (cell + 1, 0);
        }
        of[trial] = cell;
        filled += 1;
    }
    of
}

/// The share of the variance of `y` between the cells of `x`, corrected for chance (Kelley's ε²): what knowing `x` would take away from
/// the variance of `y`, and its standard error from ten parts of the trials. Zeros where either does not vary.
#[must_use]
pub fn explained(x: &[f64], y: &[f64]) -> [f64; 2] {
    let whole = between(x, y);
    let size = x.len() / PARTS;
    if size < 20 {
        return [whole, f64::NAN];
    }
    let parts: Vec<f64> = (0..PARTS).map(|part| between(&x[part * size..(part + 1) * size], &y[part * size..(part + 1) * size])).collect();
    let mean = parts.iter().sum::<f64>() / PARTS as f64;
    let squares: f64 = parts.iter().map(|part| (part - mean) * (part - mean)).sum();
    [whole, (squares / (PARTS - 1) as f64 / PARTS as f64).sqrt()]
}

fn between(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    // As many cells as the cube root of the trials: bias and noise fall together.
    let count = (4..32).take_while(|root| root * root * root < x.len()).last().unwrap_or(4);
    let cell = cells(x, count);
    let used = cell.iter().max().map_or(1, |last| last + 1);
    let mean = y.iter().sum::<f64>() / n;
    let total: f64 = y.iter().map(|y| (y - mean) * (y - mean)).sum();
    if used < 2 || !(total > 1e-12 * (1.0 + mean * mean) * n) {
        return 0.0;
    }
    let (mut sums, mut counts) = (vec![0.0; used], vec![0.0; used]);
    for (&cell, y) in cell.iter().zip(y) {
        sums[cell] += y - mean;
        counts[cell] += 1.0;
    }
    let explained: f64 = sums.iter().zip(&counts).map(|(sum, count)| sum * sum / count).sum();
    let within = (total - explained) / (n - used as f64);
    1.0 - within * (n - 1.0) / total
}

/// Spearman's rank correlation of two columns, −1 to 1; equal values share their mean rank. 0 where either does not vary.
#[must_use]
pub fn rank_correlation(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (ranks(x), ranks(y));
    let middle = (x.len() as f64 - 1.0) / 2.0;
    let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - middle) * (b - middle)).sum::<f64>();
    let spread = sum(&x, &x) * sum(&y, &y);
    if spread > 0.0 { sum(&x, &y) / spread.sqrt() } else { 0.0 }
}

fn ranks(x: &[f64]) -> Vec<f64> {
    let order = ascending(x);
    let mut ranks = vec![0.0; x.len()];
    let mut first = 0;
    while first < order.len() {
        let same = order[first..].iter().take_while(|&&trial| x[trial] == x[order[first]]).count();
        let rank = first as f64 + (same as f64 - 1.0) / 2.0;
        order[first..first + same].iter().for_each(|&trial| ranks[trial] = rank);
        first += same;
    }
    ranks
}
