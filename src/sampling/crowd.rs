//! Where do the numbers of many people of one trial come from, quickly?
//!
//! Comes in: a key and a trial. Goes out: uniform numbers, eight generators side by side. Must never know: what they decide.
//!
//! A person's number follows from how many were drawn before in the same trial, whatever the processor: the eight take turns.

use super::stream::{Key, open_unit, step_lanes};

/// Generators side by side.
pub(super) const SIDE: usize = 8;

/// Eight streams that take turns.
#[derive(Clone, Debug)]
pub struct Crowd {
    states: [[u64; SIDE]; 2],
}

impl Key {
    /// The crowd of `trial`; a key is used for crowds or for streams, not for both.
    #[must_use]
    pub fn crowd(self, trial: u64) -> Crowd {
        Crowd { states: self.states(trial.wrapping_mul(SIDE as u64)) }
    }
}

impl Crowd {
    /// The next eight uniform numbers in the open interval (0, 1).
    #[inline(always)]
    pub(super) fn turn(&mut self) -> [f64; SIDE] {
        let bits = step_lanes(&mut self.states, u64::rotate_left);
        let mut turn = [0.0; SIDE];
        // A loop, not `map`: that is compiled apart, without the features of the vectors around it.
        for (uniform, bits) in turn.iter_mut().zip(bits) {
            *uniform = open_unit(bits);
        }
        turn
    }

    /// Fills `out` with uniform numbers; those of the last turn that find no place are not used again.
    pub fn uniforms(&mut self, out: &mut [f64]) {
        for eight in out.chunks_mut(SIDE) {
            let turn = self.turn();
            eight.copy_from_slice(&turn[..eight.len()]);
        }
    }
}
