//! What each payor owes, and when: gate, price, limit, schedule.
//!
//! Comes in: the payments of a deal, the evaluator's [`crate::evaluation::Estimates`], which payors fail, and where the investors stand.
//! Goes out: [`Owed`] in whole minor units. Must never know: chance, people, who funded the work.

mod claim;
mod cuts;
mod expression;
mod limit;
mod limiter;
mod line;
mod owed;
mod own_limits;
mod pay;
mod plan;
mod price;
mod refund;
mod standing;
mod survey;
mod workspace;

pub use line::{Claim, Limit, Line};
pub use owed::Owed;
pub use plan::{SettlementPlan, limits_of};
pub use standing::Standing;
pub use survey::{Seen, Surveyed};
