//! pfsim: the open engine for Pay for Success contracts.
//!
//! A scenario file says what a program costs, what may happen to the people in it, how an evaluator will measure that, what each
//! outcome payor owes for it and who funded the work. The engine simulates many futures (*trials*) of that deal and reports what the
//! payors may owe, what the investors may lose, and whether anybody paid for an effect that was not there.
//!
//! The rooms below stand in dependency order: a room imports only from rooms above it (`tests/it/house.rs` holds the rule).
#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod quantity;

pub mod numeric;

pub mod words;

pub mod stats;

pub mod finance;

pub mod sampling;

pub mod question;

pub mod deal;

pub mod sentence;

pub mod analysis;

pub mod scenario;

pub mod results;

pub mod experiment;

pub mod cohort;

pub mod evaluation;

pub mod delivery;

pub mod credit;

pub mod settlement;

pub mod waterfall;

pub mod engine;

pub mod metrics;

pub mod study;

pub mod chart;

pub mod report;

pub mod export;

pub mod store;

#[cfg(feature = "cli")]
pub mod cli;
