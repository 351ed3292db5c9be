//! Results for other programs: JSON, tables, a workbook, a register.
//!
//! Comes in: a deal and what a run came to. Goes out: bytes of files. Must never know: random streams, blocks, where a file goes.

pub mod bundle;
pub mod bundles;
pub mod charts;
pub mod columns;
pub mod data;
pub mod desk;
pub mod hash;
pub mod indigo;
pub mod origin;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod plan;
mod read_back;
#[cfg(feature = "parquet")]
pub mod sweep_parquet;
pub mod tables;
#[cfg(feature = "xlsx")]
pub mod workbook;
