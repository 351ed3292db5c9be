//! What is counted: money, and time.
//!
//! Comes in: what people write (1_450_000, 2025-01-01, "quarter"). Goes out: whole minor units and period numbers.
//! Must never know: who owes or owns them.

mod money;
mod timeline;

pub use money::{Currency, LARGEST_AMOUNT, Money};
pub use timeline::{PeriodLength, Timeline};
