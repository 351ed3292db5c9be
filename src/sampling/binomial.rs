//! How many of n people succeed, each with probability p?
//!
//! Comes in: an address, n and p, for one trial or for a block of trials. Goes out: exact draws of Bin(n, p). Must never know: who the
//! people are.
//!
//! A draw depends on its key, trial, n and p, and on nothing else: not on its neighbours, the length of the block or the processor.
//! Up to [`DIGITS_MAX`] it counts uniform numbers below p digit by digit (Farach-Colton and Tsai 2015), eight or sixteen trials at a
//! time where the processor has AVX2 or AVX-512; above, it inverts (BINV) or rejects (BTRS).
//!
//! Exactness: up to [`DIGITS_MAX`] p is used with 64 binary digits, so the law is that of a p smaller by less than 2⁻⁶⁴, and of p
//! itself from 2⁻¹² up. Above, uniform numbers have 52 bits and the logarithm of the density an error near 10⁻¹¹.

mod digits;
mod long;
#[cfg(target_arch = "x86_64")]
mod vectors;

use super::stream::{Key, Stream};
use crate::numeric::wide::Width;

/// Draws with n up to this are made by binary digits of p, in a time that grows with n / 64; longer ones by inversion or rejection.
/// Part of the meaning of every draw: a change moves results.
pub const DIGITS_MAX: u32 = 1024;

/// Draws `out[j]` ~ Bin(`n[j]`, `p[j]`) for trial `first_trial + j` at address `key`.
///
/// p lies in [0, 1]; 0 and 1 are exact. Debug builds assert it; in others NaN counts as 0.
///
/// # Panics
///
/// If the three slices differ in length.
pub fn fill(key: Key, first_trial: u64, n: &[u32], p: &[f64], out: &mut [u32]) {
    Path::best().fill(key, first_trial, n, p, out);
}

/// [`fill`] with one p for all trials: the same draws as with that p repeated.
///
/// # Panics
///
/// If the two slices differ in length.
pub fn fill_constant(key: Key, first_trial: u64, n: &[u32], p: f64, out: &mut [u32]) {
    Path::best().fill_constant(key, first_trial, n, p, out);
}

/// One draw of Bin(n, p): what [`fill`] gives at this address.
#[must_use]
pub fn draw(key: Key, trial: u64, n: u32, p: f64) -> u32 {
    debug_assert!((0.0..=1.0).contains(&p), "p = {p} is not a probability");
    one(key, trial, n, p)
}

/// One draw of Bin(n, p) from a stream, for a whole n of 0 or more, however large, and p in [0, 1]: the law of [`draw`], not its draws.
pub fn draw_from(stream: &mut Stream, n: f64, p: f64) -> f64 {
    if p >= 1.0 {
        n
    } else if n > 0.0 && p > 0.0 {
        long::count(stream, n, p)
    } else {
        0.0
    }
}

/// A way to compute the draws. All give the same draws; they exist apart for tests and benches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// One draw after another, on any processor.
    Portable,
    /// One draw after another with the instructions `popcnt`, BMI1 and BMI2 (x86-64 since 2013).
    Popcnt,
    /// Eight draws at a time in two vectors of AVX2.
    Avx2,
    /// Sixteen draws at a time in two vectors of AVX-512 with `VPOPCNTDQ`.
    Avx512,
}

impl Path {
    /// Every path, slowest first.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Popcnt, Self::Avx2, Self::Avx512];

    /// Whether this processor can take the path.
    #[must_use]
    pub fn is_available(self) -> bool {
        self.width().is_available()
    }

    fn width(self) -> Width {
        match self {
            Self::Portable => Width::Portable,
            Self::Popcnt => Width::Popcnt,
            Self::Avx2 => Width::Avx2,
            Self::Avx512 => Width::Avx512,
        }
    }

    /// The fastest path of this processor, see [`Width::best`].
    #[must_use]
    pub fn best() -> Self {
        match Width::best() {
            Width::Portable => Self::Portable,
            Width::Popcnt => Self::Popcnt,
            Width::Avx2 => Self::Avx2,
            Width::Avx512 => Self::Avx512,
        }
    }

    /// [`fill`] by this path, or by the portable one where the processor cannot take it.
    ///
    /// # Panics
    ///
    /// If the three slices differ in length.
    pub fn fill(self, key: Key, first_trial: u64, n: &[u32], p: &[f64], out: &mut [u32]) {
        assert_eq!(n.len(), p.len(), "as many p as n");
        debug_assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "p holds something that is not a probability");
        self.run(Block { key, first_trial, n, p }, out);
    }

    /// [`fill_constant`] by this path, or by the portable one where the processor cannot take it.
    ///
    /// # Panics
    ///
    /// If the two slices differ in length.
    pub fn fill_constant(self, key: Key, first_trial: u64, n: &[u32], p: f64, out: &mut [u32]) {
        debug_assert!((0.0..=1.0).contains(&p), "p = {p} is not a probability");
        self.run(Block { key, first_trial, n, p }, out);
    }

    fn run<P: Probability>(self, block: Block<'_, P>, out: &mut [u32]) {
        assert_eq!(block.n.len(), out.len(), "as many draws as n");
        #[cfg(target_arch = "x86_64")]
        if self != Self::Portable && self.is_available() {
            #[expect(unsafe_code, reason = "the processor was asked, on the line above, for every feature that these functions enable")]
            // SAFETY: they are safe functions but for the features they need.
            return unsafe {
                match self {
                    Self::Avx512 => vectors::avx512(block, out),
                    Self::Avx2 => vectors::avx2(block, out),
                    Self::Popcnt | Self::Portable => vectors::popcnt(block, out),
                }
            };
        }
        block.one_by_one(out);
    }
}

/// One p for each trial, or one for all.
trait Probability: Copy {
    fn at(self, lane: usize) -> f64;
    /// L lanes from `first` on, zero beyond the last.
    #[cfg(target_arch = "x86_64")]
    fn lanes<const L: usize>(self, first: usize) -> [f64; L];
}

impl Probability for &[f64] {
    #[inline(always)]
    fn at(self, lane: usize) -> f64 {
        self[lane]
    }
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn lanes<const L: usize>(self, first: usize) -> [f64; L] {
        match self[first..].first_chunk() {
            Some(chunk) => *chunk,
            None => core::array::from_fn(|i| self.get(first + i).copied().unwrap_or(0.0)),
        }
    }
}

impl Probability for f64 {
    #[inline(always)]
    fn at(self, _: usize) -> f64 {
        self
    }
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn lanes<const L: usize>(self, _: usize) -> [f64; L] {
        [self; L]
    }
}

/// A block of draws to be made.
#[derive(Clone, Copy)]
struct Block<'a, P> {
    key: Key,
    first_trial: u64,
    n: &'a [u32],
    p: P,
}

impl<P: Probability> Block<'_, P> {
    #[inline(always)]
    fn one_by_one(self, out: &mut [u32]) {
        for (j, (slot, &n)) in out.iter_mut().zip(self.n).enumerate() {
            *slot = one(self.key, self.first_trial.wrapping_add(j as u64), n, self.p.at(j));
        }
    }
}

/// One draw by its definition.
#[inline(always)]
fn one(key: Key, trial: u64, n: u32, p: f64) -> u32 {
    if p >= 1.0 {
        n
    } else if n <= DIGITS_MAX {
        digits::count(key.state(trial), n, p)
    } else if p > 0.0 {
        long::count(&mut key.stream(trial), f64::from(n), p) as u32
    } else {
        0
    }
}
