//! Which beta number stands at an address?
//!
//! Comes in: a key, a trial, a mean and a correlation. Goes out: the share of one gamma number in the sum of two. Must never know: what
//! it is a share of.

use super::stream::{Key, Stream};
use crate::numeric::{math, normal};

/// A beta number with mean `mean` (0 to 1) and variance `correlation × mean × (1 − mean)`, the correlation above 0 and below 1:
/// shapes α = m(1 − ρ)/ρ and β = (1 − m)(1 − ρ)/ρ. A mean of 0 or 1 is returned as it is.
#[must_use]
pub fn draw(key: Key, trial: u64, mean: f64, correlation: f64) -> f64 {
    if !(mean > 0.0 && mean < 1.0) {
        return mean;
    }
    let size = (1.0 - correlation) / correlation;
    let stream = &mut key.stream(trial);
    let (a, b) = (gamma(stream, mean * size), gamma(stream, (1.0 - mean) * size));
    let sum = a + b;
    // Both can underflow to 0 when the shapes are tiny: then all the mass is at the ends.
    if sum > 0.0 { a / sum } else { f64::from(u8::from(stream.uniform() < mean)) }
}

/// A gamma number of scale 1 (Marsaglia and Tsang, *A simple method for generating gamma variables*, ACM TOMS 26(3), 2000).
fn gamma(stream: &mut Stream, shape: f64) -> f64 {
    if shape < 1.0 {
        let lift = math::pow(stream.uniform(), 1.0 / shape);
        return lift * gamma(stream, shape + 1.0);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal::quantile(stream.uniform());
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if math::ln(stream.uniform()) < 0.5 * x * x + d - d * v + d * math::ln(v) {
            return d * v;
        }
    }
}
