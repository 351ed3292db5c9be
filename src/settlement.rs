//! What each payor owes, and when: gate, price, limit, schedule.
//!
//! Comes in: the payments of a deal, the evaluator's [`crate::evaluation::Findings`], which payors fail, and where the investors stand.
//! Goes out: [`Owed`] in whole minor units. Must never know: chance, people, who funded the work.

mod expression;
mod limit;
mod line;
mod owed;
mod pay;
mod plan;
mod price;
mod standing;

pub use line::{Claim, Limit, Line};
pub use owed::Owed;
pub use plan::Plan;
pub use standing::Standing;
