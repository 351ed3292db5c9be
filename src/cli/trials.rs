//! `trials.parquet` while a run goes on: where its rows go, and what happens when they cannot be written.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Failure;
use crate::metrics::Observed;
use crate::report::parquet;
use crate::report::spool::Spool;
use crate::scenario::Scenario;

/// The table while it grows.
pub struct Trials<'s> {
    path: PathBuf,
    spool: Spool,
    table: parquet::Trials<BufWriter<File>>,
    failed: Option<String>,
    stop: &'s AtomicBool,
}

impl<'s> Trials<'s> {
    /// Begins the table for the folder of results `folder`, of a run of so many trials under a seed. `stop` ends the run when the table
    /// cannot be written.
    pub fn new(folder: &Path, scenario: &Scenario, [trials, seed]: [u64; 2], stop: &'s AtomicBool) -> Result<Self, Failure> {
        let (spool, file) = Spool::new(folder, "trials.parquet")?;
        let path = folder.join("trials.parquet");
        let table = parquet::Trials::new(BufWriter::new(file), &scenario.deal, &scenario.hash(), trials, seed);
        let table = table.map_err(|error| cannot(&path, &error.to_string()))?;
        Ok(Self { path, spool, table, failed: None, stop })
    }

    /// Adds a block of trials.
    pub fn push(&mut self, observed: &Observed) {
        if self.failed.is_none()
            && let Err(error) = self.table.push(observed)
        {
            self.failed = Some(error.to_string());
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Why it could not be written, if it could not.
    pub fn failure(&self) -> Option<Failure> {
        self.failed.as_ref().map(|error| cannot(&self.path, error))
    }

    /// Ends the table.
    pub fn finish(self) -> Result<Spool, Failure> {
        let Self { path, spool, table, .. } = self;
        let written = table.finish().map_err(|error| error.to_string());
        let flushed = written.and_then(|file| file.into_inner().map_err(|error| error.to_string()));
        let synced = flushed.and_then(|file| file.sync_all().map_err(|error| error.to_string()));
        synced.map(|()| spool).map_err(|error| cannot(&path, &error))
    }
}

fn cannot(path: &Path, error: &str) -> Failure {
    Failure::Io(format!("cannot write {}: {error}; nothing was written", path.display()))
}
