//! Whose draws does each lane of a block take?
//!
//! A trial draws at its own address. Where something is known already, a trial takes what is shared by many from a trial that fits it, and
//! keeps its own luck for all that is still to come.

/// The trials whose draws the lanes of a block take.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// One after another, from this one on.
    From(u64),
    /// Each lane those of the trial that stands there.
    Each(&'a [u64]),
}

impl Whose<'_> {
    /// The trial of `lane`.
    #[inline]
    #[must_use]
    pub fn trial(self, lane: usize) -> u64 {
        match self {
            Self::From(first) => first + lane as u64,
            Self::Each(trials) => trials[lane],
        }
    }

    /// Fills `out`, a lane a trial; `fill` draws neighbouring trials from the first on.
    pub fn fill<T>(self, out: &mut [T], fill: impl Fn(u64, &mut [T])) {
        match self {
            Self::From(first) => fill(first, out),
            Self::Each(trials) => out.chunks_exact_mut(1).zip(trials).for_each(|(out, trial)| fill(*trial, out)),
        }
    }
}
