//! Trials, in blocks, over the cores.
//!
//! Comes in: a [`crate::deal::Deal`] and a seed, prepared once as a [`Plan`]. Goes out: one [`Block`] after another, each the same
//! whatever the number of threads or trials. Must never know: TOML, summaries, pictures, more than one scenario.

mod audit;
mod block;
mod in_order;
mod settle;
mod simulate;
mod size;
mod spent;

pub use audit::{Breach, audit};
pub use block::{Block, Entry, Plan, SettlementSpace};
pub use in_order::in_order;
pub use settle::{Ready, Settled, settle, settle_so_far, settle_through};
pub use simulate::{Interrupted, blocks, simulate};
pub use size::{BLOCK, lanes, trial_bytes};
