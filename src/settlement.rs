//! What each payor owes, and when: gate, price, limit, schedule.
//!
//! Comes in: the payments of a deal and the evaluator's [`crate::evaluation::Findings`]. Goes out: [`Owed`] in whole minor units.
//! Must never know: chance, people, who funded the work.

mod gate;
mod limit;
mod owed;
mod plan;
mod standing;

pub use owed::{Claim, Owed};
pub use plan::Plan;
pub use standing::Standing;
