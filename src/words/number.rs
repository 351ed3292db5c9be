//! How is a plain number written? With commas, and with no more decimals than it needs.
//!
//! Comes in: numbers. Goes out: text. Must never know: what they measure.

use super::digits::grouped;
use crate::numeric::math;

/// What stands where there is no number.
pub const NONE: &str = "–";

/// Before what is below zero.
const MINUS: char = '−';

/// Decimals of a number that nobody said more of.
const DECIMALS: usize = 4;

/// Below this a number is what arithmetic left of 0.
const NOISE: f64 = 1e-9;

/// A number with commas and at most four decimals, `258,858` or `0.38`; below 0.001 with four significant digits. `undefined` for NaN.
#[must_use]
pub fn plain(value: f64) -> String {
    let tiny = value.abs() < 0.001 && value.abs() >= NOISE;
    decimals(value, if tiny { places(value.abs(), 4) } else { DECIMALS })
}

/// A number with commas and at most so many decimals. `undefined` for NaN.
#[must_use]
pub fn decimals(value: f64, most: usize) -> String {
    if value.is_nan() {
        return "undefined".into();
    }
    let text = with_commas(&format!("{:.most$}", value.abs()));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    signed_if_below(value, text)
}

/// A number with commas and exactly so many decimals, so that the numbers of a column stand below each other; [`NONE`] for NaN.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.is_nan() { NONE.into() } else { signed_if_below(value, &with_commas(&format!("{:.decimals$}", value.abs()))) }
}

/// A number with commas and so many significant digits (1 or more): what an estimate is good for. `undefined` for NaN.
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    let after = digits.saturating_sub(1);
    let cut: f64 = format!("{value:.after$e}").parse().unwrap_or(value);
    if cut.abs() < NOISE { plain(cut) } else { decimals(cut, places(cut.abs(), digits as i32)) }
}

/// `size` (what is written of the size of `value`) with a minus if `value` is below zero and the text shows anything.
pub(super) fn signed_if_below(value: f64, size: &str) -> String {
    if value < 0.0 && says_something(size) { format!("{MINUS}{size}") } else { size.into() }
}

/// `size` (what is written of the size of the change `value`) with its sign: `+$300`, `−0.2%`. Nothing has none.
#[must_use]
pub fn signed(value: f64, size: &str) -> String {
    if value > 0.0 && says_something(size) { format!("+{size}") } else { signed_if_below(value, size) }
}

fn says_something(size: &str) -> bool {
    size.chars().any(|letter| ('1'..='9').contains(&letter) || letter == '∞') || size.contains("inf")
}

/// Decimals that show `digits` significant digits of `size`.
pub(super) fn places(size: f64, digits: i32) -> usize {
    if size <= 0.0 || !size.is_finite() { 0 } else { (digits - 1 - math::log10(size).floor() as i32).max(0) as usize }
}

/// Digits, perhaps with a point, with commas between thousands.
pub(super) fn with_commas(number: &str) -> String {
    let (whole, rest) = number.split_once('.').map_or((number, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    whole.parse().map_or_else(|_| whole.to_string(), grouped) + &rest
}
