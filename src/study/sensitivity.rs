//! Which input matters? Four ways to ask it of a figure: move one input at a time (`swings`), share out the variance (`shares`), move all
//! by steps over their whole range (`screening`), and look at what an ordinary run has drawn (`dependence`).
//!
//! Inputs are what the world decides: numbers of the scenario that are distributions. Everything else that chance decides, who of the
//! people, which shock, what is found, is *luck*.

mod dependence;
mod figure;
mod screening;
mod shares;
mod swings;

pub use dependence::{Dependence, dependence};
pub use figure::{Found, PATHS, sensitivity};
pub use screening::{Screening, screening};
pub use shares::{Share, Shares, resting, shares};
pub use swings::{Move, Swing, Swings, moves, swings};

/// Half of a 95% interval, in standard errors.
pub(super) const HALF: f64 = 1.959_963_984_540_054;
