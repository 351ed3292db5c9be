//! The modules of `tests/it` that need Parquet, in a binary of their own that compiles soon. Not part of `cargo test`: the default build has
//! no Parquet.

#[path = "it/parquet_claims.rs"]
mod parquet_claims;
#[path = "support/mod.rs"]
mod support;
#[path = "it/tables.rs"]
mod tables;
