//! What is known of a deal that is running: a results file and a day, beside any study.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueHint;
use jiff::civil::Date;

use super::Failure;
use crate::deal::{Deal, SoFar};
use crate::results;
use crate::scenario::Scenario;
use crate::study;

/// Results so far, for studies of a running deal.
#[derive(Debug, Default, clap::Args)]
pub struct Known {
    /// Results so far, in TOML: the study is of the rest of the deal, given what is known
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    results: Option<PathBuf>,
    /// The day as of which they are known, such as 2027-06-30; what the results file says if absent
    #[arg(long, value_name = "DATE", requires = "results")]
    as_of: Option<Date>,
}

impl Known {
    /// Whether a results file is named.
    pub fn is_given(&self) -> bool {
        self.results.is_some()
    }

    /// `scenario` with what is known of its deal, if anything is.
    pub fn of(&self, scenario: Scenario) -> Result<Scenario, Failure> {
        Ok(match self.so_far(&scenario.deal)? {
            Some(so_far) => scenario.given(so_far),
            None => scenario,
        })
    }

    /// What is known of `deal`, if anything is.
    pub fn so_far(&self, deal: &Deal) -> Result<Option<SoFar>, Failure> {
        let Some(path) = &self.results else { return Ok(None) };
        let so_far = results::load_so_far(path, deal, self.as_of)?;
        study::forecast::possible(&Deal { so_far: Some(Arc::new(so_far.clone())), ..deal.clone() })?;
        Ok(Some(so_far))
    }
}
