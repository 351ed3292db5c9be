//! Sums of floating-point numbers and of their products without any error, whatever the order in which they come.

use serde::{Deserialize, Serialize};

/// A sum that is known exactly, as numbers that do not overlap (Shewchuk 1997); rounded once, when it is asked for.
///
/// What is added must be finite and below 10¹⁵⁰ in size, otherwise the value is NaN. A product below 10⁻²⁹⁰ in size may lose what no
/// `f64` can hold, but loses the same in every order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExactSum {
    /// Ascending in size; no two share a bit.
    parts: Vec<f64>,
}

/// `a + b`, rounded, and what the rounding lost (Knuth).
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

/// A number as two of at most 26 bits each (Veltkamp).
#[inline]
fn split(a: f64) -> (f64, f64) {
    let lifted = a * 134_217_729.0;
    let high = lifted - (lifted - a);
    (high, a - high)
}

/// `a · b`, rounded, and what the rounding lost (Dekker).
#[inline]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (product, al * bl - (((product - ah * bh) - al * bh) - ah * bl))
}

impl ExactSum {
    /// Adds `x`.
    pub fn add(&mut self, mut x: f64) {
        let mut kept = 0;
        for at in 0..self.parts.len() {
            let (sum, lost) = two_sum(x, self.parts[at]);
            if lost != 0.0 {
                self.parts[kept] = lost;
                kept += 1;
            }
            x = sum;
        }
        self.parts.truncate(kept);
        if x != 0.0 {
            self.parts.push(x);
        }
    }

    /// Adds `a · b`.
    pub fn add_product(&mut self, a: f64, b: f64) {
        let (product, lost) = two_product(a, b);
        self.add(lost);
        self.add(product);
    }

    /// Adds `factor · x²`.
    pub fn add_square(&mut self, x: f64, factor: f64) {
        let (square, lost) = two_product(x, x);
        self.add_product(lost, factor);
        self.add_product(square, factor);
    }

    /// Adds `factor` times all of `other`.
    pub fn add_times(&mut self, other: &ExactSum, factor: f64) {
        other.parts.iter().for_each(|&part| self.add_product(part, factor));
    }

    /// The sum, rounded to the nearest `f64`, ties to even.
    #[must_use]
    pub fn value(&self) -> f64 {
        let mut parts = self.parts.iter().rev().copied();
        let mut sum = parts.next().unwrap_or(0.0);
        for next in parts.by_ref() {
            let (rounded, lost) = two_sum(sum, next);
            sum = rounded;
            if lost != 0.0 {
                // A tie was rounded to even; what is left of the sum says on which side of it the sum lies.
                let beyond = parts.next().unwrap_or(0.0);
                let twice = 2.0 * lost;
                if (lost < 0.0) == (beyond < 0.0) && beyond != 0.0 && (sum + twice) - sum == twice {
                    sum += twice;
                }
                break;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::ExactSum;

    fn sum(of: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        of.iter().for_each(|&x| sum.add(x));
        sum.value()
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(sum(&[1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100, 1e-3]), 1.001);
        assert_eq!(sum(&[]), 0.0);
        // Just over a tie, by a part that a rounded sum cannot see.
        assert_eq!(sum(&[1e16, 1.0, 1e-20]), 10_000_000_000_000_002.0);
        assert_eq!(sum(&[1e16, 1.0]), 1e16);
    }

    /// Against whole numbers: products of 31 bits are exact in `i128`.
    #[test]
    fn squares_are_those_of_whole_numbers_in_any_order() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as i64 - (1 << 52)
        };
        let mut values: Vec<i64> = (0..400).map(|_| next()).collect();
        let exact: i128 = values.iter().map(|&x| i128::from(x) * i128::from(x) * 3).sum();
        for _ in 0..2 {
            let mut sum = ExactSum::default();
            values.iter().for_each(|&x| sum.add_square(x as f64, 3.0));
            assert_eq!(sum.value(), exact as f64);
            values.sort_unstable();
        }
        let mut twice = ExactSum::default();
        let mut once = ExactSum::default();
        values.iter().for_each(|&x| once.add(x as f64));
        twice.add_times(&once, -3.0);
        assert_eq!(twice.value(), (-3 * values.iter().map(|&x| i128::from(x)).sum::<i128>()) as f64);
    }
}
