//! What only some builds can do: Parquet and Excel. A build that cannot says so before anything is simulated.

use super::Failure;

/// Refuses `flag` where this build lacks the cargo feature that it needs.
pub fn needs(flag: &str, feature: &str, built: bool) -> Result<(), Failure> {
    let message = || format!("{flag} needs a build with the feature `{feature}`: cargo install --path . --features {feature}");
    if built { Ok(()) } else { Err(Failure::Usage(message())) }
}

#[cfg(feature = "parquet")]
pub use super::trials::Trials;

#[cfg(not(feature = "parquet"))]
pub use without_parquet::Trials;

#[cfg(not(feature = "parquet"))]
mod without_parquet {
    use core::convert::Infallible;
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use crate::cli::Failure;
    use crate::metrics::Observed;
    use crate::report::spool::Spool;
    use crate::scenario::Scenario;

    /// A table that this build cannot make.
    pub struct Trials(Infallible);

    impl Trials {
        /// Says that it cannot.
        pub fn new(_: &Path, _: &Scenario, _: [u64; 2], _: &AtomicBool) -> Result<Self, Failure> {
            super::needs("--parquet", "parquet", false).map(|()| unreachable!("it was refused"))
        }

        /// Never called.
        pub fn push(&mut self, _: &Observed) {
            match self.0 {}
        }

        /// Never called.
        pub fn failure(&self) -> Option<Failure> {
            match self.0 {}
        }

        /// Never called.
        pub fn finish(self) -> Result<Spool, Failure> {
            match self.0 {}
        }
    }
}
