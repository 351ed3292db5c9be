//! The folder of a sweep that Python makes: rows as they come, and the whole at the end. `pfsim sweep` goes on from the same folder.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pfsim::store::folder::Rule;
use pfsim::store::journal::{self, Journal, Wanted};
use pfsim::store::manifest::Label;
use pfsim::store::sweep_bundle::sweep_bundle;
use pfsim::store::workspace::Workspace;
use pfsim::study::Row;
use pyo3::prelude::*;

use super::fault::{Fault, system};
use super::sweep::{Sweep, bytes};

/// A folder of a sweep while it is open; no other process can open it meanwhile.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct SweepFolder(Mutex<Option<Open>>);

struct Open {
    workspace: Workspace,
    journal: Journal,
    known: Vec<Row>,
}

impl SweepFolder {
    fn with<T>(&self, what: impl FnOnce(&mut Open) -> Result<T, Fault>) -> PyResult<T> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.as_mut().ok_or_else(|| Fault::Usage("the folder is closed".into()))?;
        Ok(what(open)?)
    }
}

#[pymethods]
impl SweepFolder {
    /// Opens the folder at `path`, or makes it.
    #[new]
    fn new(sweep: &Sweep, path: PathBuf) -> PyResult<Self> {
        let identity = journal::identity(&sweep.inner);
        let rule = Rule { command: "sweep", sweep: Some((identity.clone(), journal::head(&identity))) };
        let workspace = Workspace::new(&path, rule).map_err(system)?;
        let wanted = Wanted { identity: &identity, figures: sweep.inner.asked().len(), count: sweep.inner.count() };
        let (journal, known) = Journal::open(workspace.target(), &wanted).map_err(system)?;
        Ok(Self(Mutex::new(Some(Open { workspace, journal, known }))))
    }

    /// The rows that are there, as bytes.
    fn rows(&self) -> PyResult<Vec<u8>> {
        self.with(|open| Ok(bytes(&open.known)))
    }

    /// Numbers (from 0) of the scenarios whose rows are there.
    fn known(&self) -> PyResult<Vec<u64>> {
        self.with(|open| Ok(open.known.iter().map(|row| row.index).collect()))
    }

    /// Adds rows, down to the disk.
    fn append(&self, sweep: &Sweep, part: Vec<u8>) -> PyResult<()> {
        let rows = sweep.rows(&[part])?;
        self.with(|open| {
            open.journal.append(&rows).map_err(system)?;
            open.known.extend(rows);
            Ok(())
        })
    }

    /// Lets go of the folder: whoever comes next goes on.
    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Writes the table, the answer and the charts of all rows, and closes the folder. What was left out.
    fn finish(&self, py: Python<'_>, sweep: &Sweep) -> PyResult<Vec<String>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Open { workspace, journal, mut known } = open.ok_or_else(|| Fault::Usage("the folder is closed".into()))?;
        known.sort_by_key(|row| row.index);
        let made = py.detach(|| sweep_bundle(&sweep.inner, &known, false));
        // Some systems move no folder in which a file is open.
        drop(journal);
        let label = Label::new("sweep", &sweep.inner.name, &journal::identity(&sweep.inner));
        let written = py.detach(|| workspace.publish(&label, &made.files, Vec::new())).map_err(system)?;
        let unwritten = written.left_out.iter().map(|(name, why)| format!("{name}: {why}"));
        Ok(made.left_out.into_iter().chain(unwritten).collect())
    }
}
