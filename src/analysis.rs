//! What can be told of a deal before it is simulated: what may move, what is planned, what it can come to at most, what is unwise.
//!
//! Comes in: a valid deal. Goes out: its uncertain inputs, planned amounts, bounds and lints. Must never know: TOML, random streams,
//! trials.

mod inputs;
mod lint;
mod most;
mod planned;
mod range;
mod static_lints;

pub use inputs::Input;
pub use lint::{Lint, LintCode};
pub use most::{MOST_MONEY, Moved, Stated, largest_bonus, largest_claim};
pub use range::Range;
pub use static_lints::{amended, below_cost, grants, lints};
