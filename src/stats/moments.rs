//! What is the mean of a column, and how much does it vary?

use serde::{Deserialize, Serialize};

use crate::numeric::wide::widest;

const WIDTH: usize = 8;

/// Count, mean, sum of squared deviations, least and greatest of the values seen so far.
///
/// A block is summed twice (mean, then deviations from it, which also correct the mean) in eight partial sums added in a fixed order; blocks are merged one after
/// the other with the update of Chan, Golub & LeVeque (1979). The same blocks in the same order give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Values, NaN left out.
    pub count: u64,
    /// NaN values.
    pub undefined: u64,
    mean: f64,
    squares: f64,
    least: f64,
    greatest: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Moments { count: 0, undefined: 0, mean: 0.0, squares: 0.0, least: f64::INFINITY, greatest: f64::NEG_INFINITY }
    }
}

impl Moments {
    /// Moments of one block; NaN is counted as undefined.
    #[must_use]
    pub fn of(block: &[f64]) -> Moments {
        of(block)
    }

    /// Adds the next block in order.
    pub fn merge(&mut self, next: &Moments) {
        self.undefined += next.undefined;
        if next.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = Moments { undefined: self.undefined, ..*next };
            return;
        }
        let (before, added) = (self.count as f64, next.count as f64);
        let share = added / (before + added);
        let gap = next.mean - self.mean;
        self.mean += gap * share;
        self.squares += next.squares + gap * gap * before * share;
        self.count += next.count;
        self.least = if next.least < self.least { next.least } else { self.least };
        self.greatest = if next.greatest > self.greatest { next.greatest } else { self.greatest };
    }

    /// Values, NaN among them.
    pub(super) fn seen(&self) -> u64 {
        self.count.saturating_add(self.undefined)
    }

    /// Mean; NaN without values.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// Sum of squared deviations from the mean.
    #[must_use]
    pub fn squares(&self) -> f64 {
        self.squares
    }

    /// Variance with divisor n − 1; NaN below two values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.squares / (self.count - 1) as f64 }
    }

    /// Standard deviation, the root of [`Moments::variance`].
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }

    /// Standard error of the mean: standard deviation over √n; NaN below two values.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        (self.variance() / self.count as f64).sqrt()
    }

    /// Least value; NaN without values.
    #[must_use]
    pub fn min(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.least }
    }

    /// Greatest value; NaN without values.
    #[must_use]
    pub fn max(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.greatest }
    }
}

widest! {
    // one loop an operation: what LLVM turns into vectors most surely
    fn of(block: &[f64]) -> Moments {
        let mut sums = [0.0; WIDTH];
        let mut counts = [0.0; WIDTH];
        let mut least = [f64::INFINITY; WIDTH];
        let mut greatest = [f64::NEG_INFINITY; WIDTH];
        let (rows, rest) = block.as_chunks::<WIDTH>();
        let last = padded(rest);
        for row in rows.iter().chain(&last) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += if x.is_nan() { 0.0 } else { *x };
            }
            for (count, x) in counts.iter_mut().zip(row) {
                *count += if x.is_nan() { 0.0 } else { 1.0 };
            }
            for (least, x) in least.iter_mut().zip(row) {
                *least = if *x < *least { *x } else { *least };
            }
            for (greatest, x) in greatest.iter_mut().zip(row) {
                *greatest = if *x > *greatest { *x } else { *greatest };
            }
        }
        let count = add(counts);
        if count == 0.0 {
            return Moments { undefined: block.len() as u64, ..Moments::default() };
        }
        let mean = add(sums) / count;
        let (mut squares, mut drifts) = ([0.0; WIDTH], [0.0; WIDTH]);
        for row in rows.iter().chain(&last) {
            let mut deviations = [0.0; WIDTH];
            for (deviation, x) in deviations.iter_mut().zip(row) {
                *deviation = if x.is_nan() { 0.0 } else { *x - mean };
            }
            for (square, deviation) in squares.iter_mut().zip(&deviations) {
                *square += deviation * deviation;
            }
            for (drift, deviation) in drifts.iter_mut().zip(&deviations) {
                *drift += deviation;
            }
        }
        // what rounding left in the mean
        let drift = add(drifts) / count;
        Moments {
            count: count as u64,
            undefined: block.len() as u64 - count as u64,
            mean: mean + drift,
            squares: not_below_zero(add(squares) - drift * drift * count),
            least: least.into_iter().fold(f64::INFINITY, |a, b| if b < a { b } else { a }) + 0.0,
            greatest: greatest.into_iter().fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a }) + 0.0,
        }
    }
}

/// The last values of a block as a whole row, if there are any: NaN counts for nothing.
#[inline(always)]
fn padded(rest: &[f64]) -> Option<[f64; WIDTH]> {
    let mut row = [f64::NAN; WIDTH];
    row[..rest.len()].copy_from_slice(rest);
    (!rest.is_empty()).then_some(row)
}

/// NaN stays NaN: a column with an infinite value has no spread.
#[inline(always)]
fn not_below_zero(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

#[inline(always)]
fn add(parts: [f64; WIDTH]) -> f64 {
    let [a, b, c, d, e, f, g, h] = parts;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}
