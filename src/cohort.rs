//! What truly happens to people: enrolment, the economy, and outcomes with and without the program.
//!
//! Comes in: the program, the economy and the outcomes of a deal. Goes out: a [`World`] for a block of trials, true counts and true
//! effects. Must never know: measures, contracts, money.

mod chain;
mod columns;
mod continuing;
mod counts;
mod drawing;
mod economy;
mod effect;
mod enrolment;
mod expected;
mod given;
mod happened;
mod inputs;
mod kept;
mod luck;
mod persons;
mod place;
mod plan;
mod world;

pub use chain::Arm;
pub use drawing::Drawing;
pub use expected::Expected;
pub use given::{Given, Rows};
pub use happened::OutcomeWorld;
pub use inputs::{draws, draws_of};
pub use plan::PeoplePlan;
pub(crate) use plan::Source;
pub use world::World;
