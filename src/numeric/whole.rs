//! Columns of whole numbers, as fast as vectors can: sums, and products with a factor, rounded half up.

use super::wide::widest;

/// 1.5·2⁵²: added to a number below 2⁵¹ in size it leaves that number, rounded to a whole one, in the last bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// Numbers below this in size pass through [`SHIFT`] exactly.
const SMALL: i64 = 1 << 50;

/// `value` rounded to the nearest whole number, halves up; what arithmetic can lose of a number (one part in 10¹², at most 0.001) does
/// not count. `value` is below 2⁵⁰ in size.
#[inline(always)]
#[must_use]
pub fn nearest(value: f64) -> i64 {
    // Lifted ties never meet the rounding to even.
    let lifted = value + (1e-12 * value.abs()).min(1e-3);
    (lifted + SHIFT).to_bits().wrapping_sub(SHIFT.to_bits()) as i64
}

/// A share (0 to 1) of an amount, rounded half up as [`nearest`] does.
#[inline]
#[must_use]
pub fn part(amount: i64, share: f64) -> i64 {
    let exact = amount as f64 * share;
    if amount.abs() < SMALL { nearest(exact) } else { (exact + 0.5).floor() as i64 }
}

widest! {
/// Adds `terms` to `sums`.
pub fn add(sums: &mut [i64], terms: &[i64]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}

/// Writes each of `values` times `factor` (0 to 1), rounded half up.
pub fn scale(values: &[i64], factor: f64, out: &mut [i64]) {
    let outside = values.iter().fold(0u64, |bits, value| bits | value.wrapping_add(SMALL) as u64);
    if outside < 2 * SMALL as u64 && (0.0..=1.0).contains(&factor) {
        for (out, value) in out.iter_mut().zip(values) {
            let exact = f64::from_bits((*value as u64).wrapping_add(SHIFT.to_bits())) - SHIFT;
            *out = nearest(exact * factor);
        }
    } else {
        out.iter_mut().zip(values).for_each(|(out, value)| *out = (*value as f64 * factor + 0.5).floor() as i64);
    }
}
}

#[cfg(test)]
mod tests {
    use super::{nearest, scale};

    #[test]
    fn halves_go_up_and_noise_is_forgiven() {
        let cases = [(0.0, 0), (0.5, 1), (0.49, 0), (2.5, 3), (3.5, 4), (-0.5, 0), (-2.5, -2), (-2.51, -3), (1e15, 1_000_000_000_000_000)];
        for (value, whole) in cases {
            assert_eq!(nearest(value), whole, "{value}");
        }
        assert_eq!(nearest(0.95 * 28_100_000.0), 26_695_000);
        assert_eq!(nearest(2.499_999_999_999_9), 3, "a half, less what arithmetic lost");
    }

    #[test]
    fn small_and_large_columns_agree() {
        let values = [0, 1, 2, 3, 50, 999, 1_000_010, -7, 123_456_789_012_345];
        let (mut small, mut large) = ([0; 9], [0; 10]);
        scale(&values, 0.05, &mut small);
        let with_a_giant: Vec<i64> = values.iter().copied().chain([1 << 60]).collect();
        scale(&with_a_giant, 0.05, &mut large);
        assert_eq!(small[..], large[..9]);
        assert_eq!((small[6], large[9]), (50_001, ((1i64 << 60) as f64 * 0.05 + 0.5).floor() as i64));
    }
}
