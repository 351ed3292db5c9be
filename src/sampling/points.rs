//! Where do the points of a design lie, so that a space is evenly covered?
//!
//! Comes in: a seed, an axis, how many points, which one. Goes out: a place from 0 up to 1. Must never know: what the axis is.

use super::stream::{Key, mix};

/// Point `index` of a Sobol sequence on an axis (0 to 255), scrambled as Owen did (Burley, *Practical hash-based Owen scrambling*, JCGT
/// 9(4), 2020).
#[must_use]
pub fn sobol(seed: u64, axis: u32, index: u32) -> f64 {
    f64::from(sobol_burley::sample(index, axis, (mix(seed) >> 32) as u32))
}

/// Where point `index` of a Latin hypercube lies on an axis: in the cell that a random order of all points gives it.
#[must_use]
pub fn latin(seed: u64, axis: u32, points: u64, index: u64) -> f64 {
    let key = Key::new(seed, "design.latin_hypercube", axis);
    let cell = permuted(key, points, index);
    (cell as f64 + key.stream(points + index).uniform()) / points as f64
}

/// The place of `index` in a random order of `count`: four rounds of a Feistel network on as few bits as hold it, walked until it lands.
fn permuted(key: Key, count: u64, index: u64) -> u64 {
    let half = (64 - (count - 1).max(1).leading_zeros()).div_ceil(2);
    let mask = (1u64 << half) - 1;
    let mut at = index;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..4u64 {
            let mixed = mix(key.state(round)[0] ^ right);
            (left, right) = (right, left ^ (mixed & mask));
        }
        at = left << half | right;
        if at < count {
            return at;
        }
    }
}
