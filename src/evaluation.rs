//! What the evaluator finds: who can be found in the records, who is misreported, and with whom participants are compared.
//!
//! Comes in: a [`crate::cohort::World`]. Goes out: [`Estimates`], a number per measure and group of cohorts. Must never know: payments,
//! money. True effects come in only where an evaluator without error is asked for.

mod compared;
mod continuing;
mod counts;
mod errors;
mod estimate;
mod estimates;
mod left_out;
mod plan;
mod so_far;

pub use continuing::FoundArms;
pub use estimate::Estimate;
pub use estimates::{Estimates, KnownRows};
pub use plan::EvaluationPlan;
