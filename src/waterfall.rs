//! Who pays the costs and who receives the cash.
//!
//! Comes in: costs, payments and the capital of a deal. Goes out: [`Cash`] in whole minor units; in every trial what was drawn and paid
//! in equals what was spent, distributed and held. Must never know: chance, people, why a payment was made.

mod cash;

pub use cash::{Cash, Movement, Plan};
