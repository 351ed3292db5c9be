//! The engine behind the page: requests in, answers out, both JSON (their forms stand in `session.rs`
//! and `page/src/protocol.ts`).
//!
//! Comes in: what somebody at the table does: a term moved, a question asked. Goes out: the figures, sentences and pictures that the page
//! shows, made by the same code as those of the command line. Must never know: the page.

#![deny(missing_docs)]
#![deny(unsafe_code)]

mod answer;
mod charts;
mod compare;
mod describe;
#[cfg(target_arch = "wasm32")]
mod door;
mod edition;
mod figures;
mod find;
mod host;
mod questions;
mod session;
mod take;
mod world;

pub use session::Session;
