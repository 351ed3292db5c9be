//! Which beta number stands at an address?
//!
//! Comes in: a key, a trial, a mean and a correlation. Goes out: the share of one gamma number in the sum of two. Must never know: what
//! it is a share of.

use super::gamma;
use super::stream::Key;

/// A beta number with mean `mean` (0 to 1) and variance `correlation × mean × (1 − mean)`, the correlation above 0 and below 1:
/// shapes α = m(1 − ρ)/ρ and β = (1 − m)(1 − ρ)/ρ. A mean of 0 or 1 is returned as it is.
#[must_use]
pub fn draw(key: Key, trial: u64, mean: f64, correlation: f64) -> f64 {
    if !(mean > 0.0 && mean < 1.0) {
        return mean;
    }
    let size = (1.0 - correlation) / correlation;
    let stream = &mut key.stream(trial);
    let (a, b) = (gamma::draw(stream, mean * size), gamma::draw(stream, (1.0 - mean) * size));
    let sum = a + b;
    // Both can underflow to 0 when the shapes are tiny: then all the mass is at the ends.
    if sum > 0.0 { a / sum } else { f64::from(u8::from(stream.uniform() < mean)) }
}
