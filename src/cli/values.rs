//! Values of flags as people write them.

use crate::words::count::grouped;

/// A whole number that may be written 1_000_000 or 1e6.
pub fn number(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let exact = |value: f64| ((0.0..=9e15).contains(&value) && value.fract() == 0.0).then_some(value as u64);
    plain.parse().ok().or_else(|| plain.parse().ok().and_then(exact)).ok_or_else(|| "write a whole number such as 20_000".into())
}

/// A whole number from `LOW` to `HIGH`, written like any other [`number`].
pub fn from_to<T: TryFrom<u64>, const LOW: u64, const HIGH: u64>(text: &str) -> Result<T, String> {
    let bounds = || format!("write a whole number from {} to {}", grouped(LOW), grouped(HIGH));
    let found = number(text).ok().filter(|value| (LOW..=HIGH).contains(value));
    found.and_then(|value| T::try_from(value).ok()).ok_or_else(bounds)
}
