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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        [mix(self.halves[0].wrapping_add(trial.wrapping_mul(WEYL[0]))), mix(self.halves[1].wrapping_add(trial.wrapping_mul(WEYL[1])))]
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
    let [s0, mut s1] = *state;
    let output = s0.wrapping_add(s1).rotate_left(17).wrapping_add(s0);
    s1 ^= s0;
    *state = [s0.rotate_left(49) ^ s1 ^ (s1 << 21), s1.rotate_left(28)];
    output
}

/// Maps 64 random bits to the open interval (0, 1), symmetric about one half: 2⁵² equally likely values.
#[inline]
#[must_use]
pub fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
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
