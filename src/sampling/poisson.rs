//! How often does something happen that may happen at any time?
//!
//! Comes in: a stream and a mean. Goes out: exact draws of the Poisson law, as whole numbers in `f64`. Must never know: what happens.
//!
//! Uniform numbers have 52 bits and the logarithm of the density an error near 10⁻¹³: no other approximation is made at any mean.

use super::stream::Stream;
use crate::numeric::{incomplete, math};

/// Below this mean inversion is faster, and [`rejection`] is not proven.
const FEW: f64 = 10.0;

/// One draw of the Poisson law with `mean`, 0 or more and finite.
pub fn draw(stream: &mut Stream, mean: f64) -> f64 {
    if !(mean > 0.0) {
        0.0
    } else if mean < FEW {
        inversion(stream, mean)
    } else {
        rejection(stream, mean)
    }
}

/// Sequential search of the distribution function from zero.
fn inversion(stream: &mut Stream, mean: f64) -> f64 {
    /// P(k > 110) < 10⁻⁷⁰ below the mean of 10: only a rest left by rounding comes so far, and it draws again.
    const LAST: u32 = 110;
    let none = math::exp(-mean);
    loop {
        let (mut rest, mut mass) = (stream.uniform(), none);
        for k in 0..=LAST {
            if rest <= mass {
                return f64::from(k);
            }
            rest -= mass;
            mass *= mean / f64::from(k + 1);
        }
    }
}

/// Transformed rejection with squeeze: algorithm PTRS of Hörmann, *The transformed rejection method for generating Poisson random
/// variables*, Insurance: Mathematics and Economics 12, 1993. For means of 10 and more.
fn rejection(stream: &mut Stream, mean: f64) -> f64 {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.02483 * b;
    let alpha = 1.1239 + 1.1328 / (b - 3.4);
    let squeeze = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = stream.uniform() - 0.5;
        let v = stream.uniform();
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + mean + 0.43).floor();
        if edge >= 0.07 && v <= squeeze {
            return k;
        }
        if k < 0.0 || edge < 0.013 && v > edge {
            continue;
        }
        if math::ln(v * alpha / (a / (edge * edge) + b)) <= incomplete::ln_poisson(k, mean) {
            return k;
        }
    }
}
