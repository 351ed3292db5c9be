//! Why a study gave no result.

use crate::engine::{Breach, Interrupted};

/// Why a run gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It was stopped.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The books of a trial do not balance: a fault of this program.
    #[error("the audit failed: {0}; this is a fault of pfsim, please report it with the scenario")]
    Breach(Breach),
}
