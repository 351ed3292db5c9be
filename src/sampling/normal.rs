//! Which standard normal number stands at an address?
//!
//! Comes in: a key and a first trial. Goes out: a block of numbers, each the quantile of the first uniform number of its stream, so that
//! it moves with that number and costs one word. Must never know: what is made of them.

use super::stream::{Key, open_unit, step_lanes};
use crate::numeric::normal::quantiles;
use crate::numeric::wide::widest;

/// Streams side by side.
const SIDE: usize = 8;

/// Fills `out[j]` with the standard normal number of trial `first_trial + j` at `key`.
pub fn fill(key: Key, first_trial: u64, out: &mut [f64]) {
    uniforms(key, first_trial, out);
    quantiles(out);
}

widest! {
    /// Fills `out[j]` with the first uniform number of trial `first_trial + j` at `key`.
    pub(super) fn uniforms(key: Key, first_trial: u64, out: &mut [f64]) {
        let (rows, rest) = out.as_chunks_mut::<SIDE>();
        let mut first = first_trial;
        for row in rows {
            let mut states: [[u64; SIDE]; 2] = key.states(first);
            let words = step_lanes(&mut states, u64::rotate_left);
            for (out, word) in row.iter_mut().zip(words) {
                *out = open_unit(word);
            }
            first = first.wrapping_add(SIDE as u64);
        }
        for (j, out) in rest.iter_mut().enumerate() {
            *out = key.stream(first.wrapping_add(j as u64)).uniform();
        }
    }
}
