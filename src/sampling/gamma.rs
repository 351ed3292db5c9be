//! Which gamma number comes next in a stream?
//!
//! Comes in: a stream, a shape. Goes out: a number. Must never know: what it is a part of.

use super::stream::Stream;
use crate::numeric::{math, normal};

/// A gamma number with any shape above zero and scale 1 (Marsaglia and Tsang, *A simple method for generating gamma variables*, ACM TOMS
/// 26(3), 2000).
pub(super) fn draw(stream: &mut Stream, shape: f64) -> f64 {
    if shape < 1.0 {
        let lift = math::pow(stream.uniform(), 1.0 / shape);
        return lift * draw(stream, shape + 1.0);
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
