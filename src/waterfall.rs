//! Who pays the costs and who receives the cash.
//!
//! Comes in: costs, payments and the capital of a deal. Goes out: [`Cash`] in whole minor units; in every trial what was drawn, paid and
//! guaranteed equals what was spent, distributed and held. Must never know: chance, people, why a payment was made.

mod cash;
mod columns;
mod distribution;
mod facts;
mod funding;
mod guarantee;
mod movement;
mod plan;
mod provider;
mod refund;
mod reserve;
mod share;
mod workspace;

pub use cash::Cash;
pub use facts::Facts;
pub use guarantee::payout;
pub use movement::Movement;
pub use plan::WaterfallPlan;
