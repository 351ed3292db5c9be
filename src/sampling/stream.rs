//! Every draw has an address: (seed, named source, index, trial).
//!
//! A [`Key`] is made once per source and index (a cohort, a period) when a run is prepared; a [`Stream`] is made from it for each trial
//! in a few nanoseconds. Nothing else moves a draw: not the number of threads, not the number of trials, not another source.
//!
//! The generator is xoroshiro128++ 1.0 (Blackman and Vigna, *Scrambled linear pseudorandom number generators*, ACM TOMS 47(4), 2021).
//! Its 128-bit state is the address, mixed: SHA-256 makes the key, and the finaliser of SplitMix64 with Stafford's "Mix13" constants
//! takes in the trial, each half of the state by its own bijection.

use core::convert::Infallible;

use rand::rand_core::TryRng;
use sha2::{Digest, Sha256};

/// Weyl increments for the trial in the two halves of the state (odd; the golden ratio and the one from Steele and Vigna, 2021).
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD134_2543_DE82_EF95];

/// The address of one source of chance: seed, name and index, without the trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    halves: [u64; 2],
}

impl Key {
    /// Makes the key of `source` (a dotted name such as `outcome."placed".treated`) and `index` (a cohort or period; 0 where there is
    /// only one).
    #[must_use]
    pub fn new(seed: u64, source: &str, index: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(index.to_le_bytes());
        hasher.update(source.as_bytes());
        let digest = hasher.finalize();
        let half = |at: usize| u64::from_le_bytes(core::array::from_fn(|i| digest[at + i]));
        Self { halves: [half(0), half(8)] }
    }

    /// The initial state of the stream of `trial`.
    #[inline]
    #[must_use]
    pub fn state(self, trial: u64) -> [u64; 2] {
        self.states(trial).map(|[half]| half)
    }

    /// The initial states of L neighbouring trials, side by side as [`step_lanes`] takes them.
    #[inline(always)]
    pub(super) fn states<const L: usize>(self, first_trial: u64) -> [[u64; L]; 2] {
        let trial = |i: usize| first_trial.wrapping_add(i as u64);
        [
            lanes(|i| mix(self.halves[0].wrapping_add(trial(i).wrapping_mul(WEYL[0])))),
            lanes(|i| mix(self.halves[1].wrapping_add(trial(i).wrapping_mul(WEYL[1])))),
        ]
    }

    /// The stream of `trial`.
    #[inline]
    #[must_use]
    pub fn stream(self, trial: u64) -> Stream {
        Stream { state: self.state(trial) }
    }
}

/// SplitMix64's finaliser, variant 13 (Stafford 2011): a bijection on 64 bits.
#[inline]
#[must_use]
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One step of xoroshiro128++: returns the output and advances the state.
#[inline]
#[must_use]
pub fn step(state: &mut [u64; 2]) -> u64 {
    let mut lanes = state.map(|half| [half]);
    let [output] = step_lanes(&mut lanes, u64::rotate_left);
    *state = lanes.map(|[half]| half);
    output
}

/// [`step`] for L generators side by side, the two halves of their states apart, with the caller's way to rotate left (compilers
/// vectorise one spelling and not another). One loop an operation, which is what LLVM turns into vectors most surely.
#[inline(always)]
pub(super) fn step_lanes<const L: usize>(states: &mut [[u64; L]; 2], rotate: impl Fn(u64, u32) -> u64) -> [u64; L] {
    let [s0, s1] = *states;
    let output = lanes(|i| rotate(s0[i].wrapping_add(s1[i]), 17).wrapping_add(s0[i]));
    let s1: [u64; L] = lanes(|i| s1[i] ^ s0[i]);
    *states = [lanes(|i| rotate(s0[i], 49) ^ s1[i] ^ (s1[i] << 21)), lanes(|i| rotate(s1[i], 28))];
    output
}

/// L numbers, each from its lane.
#[inline(always)]
pub(super) fn lanes<const L: usize>(lane: impl Fn(usize) -> u64) -> [u64; L] {
    let mut all = [0; L];
    for (i, slot) in all.iter_mut().enumerate() {
        *slot = lane(i);
    }
    all
}

/// Maps 64 random bits to the open interval (0, 1), symmetric about one half: 2⁵² equally likely values.
#[inline]
#[must_use]
pub fn open_unit(bits: u64) -> f64 {
    // 52 bits as the fraction of a number from 1 to 2, less 1 − 2⁻⁵³: exact, and no conversion from integers.
    f64::from_bits(1.0f64.to_bits() | (bits >> 12)) - (1.0 - 0.5 * f64::EPSILON)
}

/// A sequence of random numbers at one address. Implements the generator trait of `rand`.
#[derive(Clone, Debug)]
pub struct Stream {
    state: [u64; 2],
}

impl Stream {
    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        step(&mut self.state)
    }

    /// A uniform number in the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        open_unit(self.bits())
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
