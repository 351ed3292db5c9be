//! What people read: a memo in the terminal, files for other programs, pictures.
//!
//! Comes in: a deal and what a run came to. Goes out: text, JSON, CSV, SVG and PNG. Must never know: random streams, blocks, how a number
//! came about.

pub mod check;
pub mod clause;
pub mod cliffs;
pub mod compare;
pub mod compare_text;
#[cfg(feature = "charts")]
pub mod figures;
pub mod forecast;
pub mod forecast_tables;
pub mod forecast_text;
pub mod information;
pub mod layers;
pub mod ledger;
pub mod lints;
pub mod memo;
mod numbers;
#[cfg(feature = "charts")]
pub mod page;
pub mod power;
pub mod question;
pub mod readiness;
mod returns;
pub mod seats;
pub mod sensitivity;
pub mod settlement;
pub mod settlement_text;
pub mod solve;
pub mod status;
pub mod status_text;
pub mod stress;
pub mod sweep;
pub(crate) mod why;
