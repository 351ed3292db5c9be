//! The modules of `tests/engine` that pin numbers, in a binary of their own that compiles soon: they must hold with any cargo features, and are
//! run once more without any. Not part of `cargo test`, where `tests/engine` has them.

#[path = "engine/binomial.rs"]
mod binomial;
#[path = "engine/engine.rs"]
mod engine;
#[path = "engine/laws_said.rs"]
mod laws_said;
#[path = "support/mod.rs"]
mod support;
