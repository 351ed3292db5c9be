//! Which standard normal number stands at an address?
//!
//! Comes in: a key and a first trial. Goes out: a block of numbers, each the quantile of the first uniform number of its stream, so that
//! it moves with that number and costs one word. Must never know: what is made of them.

use super::stream::Key;
use crate::numeric::normal::quantiles;

/// Fills `out[j]` with the standard normal number of trial `first_trial + j` at `key`.
pub fn fill(key: Key, first_trial: u64, out: &mut [f64]) {
    uniforms(key, first_trial, out);
    quantiles(out);
}

/// Fills `out[j]` with the first uniform number of trial `first_trial + j` at `key`.
#[inline]
pub(super) fn uniforms(key: Key, first_trial: u64, out: &mut [f64]) {
    for (j, out) in out.iter_mut().enumerate() {
        *out = key.stream(first_trial.wrapping_add(j as u64)).uniform();
    }
}
