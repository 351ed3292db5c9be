//! Arithmetic that no deal knows of: the one door to transcendental functions.
//!
//! Comes in: plain `f64`. Goes out: plain `f64`. Must never know: money, people, scenarios.

pub mod math;
