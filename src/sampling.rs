//! Where chance comes from: addressed streams of random numbers and the laws drawn from them.
//!
//! Comes in: a seed, a named source, a trial. Goes out: numbers. Must never know: what the numbers stand for.

pub mod stream;
