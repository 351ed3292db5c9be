//! Numbers people quote: one row per trial.
//!
//! Comes in: a [`crate::engine::Block`]. Goes out: a value per metric and trial, and counts of the trials in which something holds. Must
//! never know: how the block came about, summaries, pictures.

mod catalogue;
mod chances;
mod columns;
mod listing;
mod observe;
mod observer;
mod people;
mod question;
mod register;
mod value;

pub use catalogue::{Catalogue, effect_behind};
pub use observe::{Observed, each_trial, observe};
pub use question::Asked;
pub use register::{Better, Over, Quantity, Side, Unit, limit_name};
pub use value::{Chance, Investment, Value};
