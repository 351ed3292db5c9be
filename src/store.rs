//! Where results are kept: folders that are whole or not there, known again, and never mistaken for another's.
//!
//! Comes in: names and bytes of files. Goes out: a folder with its manifest, and what stands in one. Must never know: what is in a file.

pub mod difference;
pub mod folder;
pub mod journal;
pub mod manifest;
pub mod shard_file;
pub mod spool;
pub mod sweep_bundle;
pub mod verify;
pub mod workspace;
