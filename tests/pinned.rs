//! The modules of `tests/it` that pin numbers, in a binary of their own that compiles soon: they must hold with any cargo features, and are
//! run once more without any. Not part of `cargo test`, where `tests/it` has them.

#[path = "it/binomial.rs"]
mod binomial;
#[path = "it/engine.rs"]
mod engine;
#[path = "it/laws_said.rs"]
mod laws_said;
