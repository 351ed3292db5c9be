//! `trials.parquet` while a run goes on: where its rows go, and what happens when they cannot be written.

use std::fs::File;
use std::io::BufWriter;

use super::Failure;
use crate::export::parquet;
use crate::metrics::Observed;
use crate::scenario::Scenario;
use crate::store::spool::Spool;
use crate::store::workspace::Workspace;

/// The table while it grows; why it does not any more, if it could not be written.
pub struct Trials(Result<(Spool, parquet::Trials<BufWriter<File>>), String>);

impl Trials {
    /// Begins the table in `workspace`, of a run of so many trials under a seed.
    pub fn new(workspace: &Workspace, scenario: &Scenario, [trials, seed]: [u64; 2]) -> Result<Self, Failure> {
        let (spool, file) = workspace.spool("trials.parquet")?;
        let table = parquet::Trials::new(BufWriter::new(file), &scenario.deal, &scenario.hash(), trials, seed);
        let table = table.map_err(|error| Failure::Io(format!("cannot write {}/trials.parquet: {error}", workspace.shown())))?;
        Ok(Self(Ok((spool, table))))
    }

    /// Adds a block of trials. Where they cannot be written, the table is gone and its room is free for the rest.
    pub fn push(&mut self, observed: &Observed) {
        if let Ok((_, table)) = &mut self.0
            && let Err(error) = table.push(observed)
        {
            self.0 = Err(error.to_string());
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn finish(self) -> Result<Spool, String> {
        let (spool, table) = self.0?;
        let file = table.finish().map_err(|error| error.to_string())?.into_inner().map_err(|error| error.to_string())?;
        file.sync_all().map_err(|error| error.to_string())?;
        Ok(spool)
    }
}
