//! What people read: a memo in the terminal, files for other programs, pictures.
//!
//! Comes in: a deal and what a run came to. Goes out: text, JSON, CSV, SVG and PNG. Must never know: random streams, blocks, how a number
//! came about.

pub mod chart;
pub mod check;
pub mod cliffs;
pub mod compare;
mod compare_text;
mod csv;
pub mod difference;
pub mod figures;
pub mod folder;
pub mod indigo;
pub mod information;
pub mod journal;
pub mod layers;
pub mod ledger;
pub mod lints;
pub mod manifest;
pub mod memo;
pub mod origin;
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod power;
pub mod question;
pub mod readiness;
mod returns;
pub mod sensitivity;
pub mod settlement;
pub mod settlement_text;
pub mod solve;
pub mod spool;
pub mod stress;
pub mod summary;
pub mod sweep;
pub mod sweep_figures;
#[cfg(feature = "parquet")]
pub mod sweep_parquet;
pub mod tables;
pub mod verify;
mod why;
#[cfg(feature = "xlsx")]
pub mod workbook;
pub mod workspace;
