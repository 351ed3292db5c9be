//! What only some builds can do: Parquet and Excel. A build that cannot says so before anything is simulated.

use super::Failure;

/// What is said where this build lacks the cargo feature that `flag` needs.
fn lacks(flag: &str, feature: &str) -> Failure {
    Failure::Usage(format!("{flag} needs a build with the feature `{feature}`: cargo install --path . --features {feature}"))
}

/// Refuses Parquet where this build cannot make it.
pub fn needs_parquet(asked: bool) -> Result<(), Failure> {
    if asked && !cfg!(feature = "parquet") { Err(lacks("--parquet", "parquet")) } else { Ok(()) }
}

/// Refuses Excel where this build cannot make it.
pub fn needs_xlsx(asked: bool) -> Result<(), Failure> {
    if asked && !cfg!(feature = "xlsx") { Err(lacks("--xlsx", "xlsx")) } else { Ok(()) }
}

#[cfg(feature = "parquet")]
pub use super::trials::Trials;

#[cfg(not(feature = "parquet"))]
pub use without_parquet::Trials;

#[cfg(not(feature = "parquet"))]
mod without_parquet {
    use super::Failure;
    use crate::metrics::Observed;
    use crate::scenario::Scenario;
    use crate::store::spool::Spool;
    use crate::store::workspace::Workspace;
    use core::convert::Infallible;

    /// A table that this build cannot make.
    pub struct Trials(Infallible);

    impl Trials {
        /// Says that it cannot.
        pub fn new(_: &Workspace, _: &Scenario, _: [u64; 2]) -> Result<Self, Failure> {
            Err(super::lacks("--parquet", "parquet"))
        }

        /// Never called.
        pub fn push(&mut self, _: &Observed) {
            match self.0 {}
        }

        /// Never called.
        pub fn finish(self) -> Result<Spool, String> {
            match self.0 {}
        }
    }
}
