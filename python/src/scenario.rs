//! A scenario as Python holds it: read, read back in sentences, changed.

use std::path::PathBuf;

use pfsim::Deal;
use pfsim::data::{self, About};
use pfsim::report::check;
use pfsim::scenario::{Folder, Memory, Sources};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::running::{self, Known};
use super::studied::Studied;
use super::table::{Cells, Table};

/// A valid scenario: immutable, shared by all that is made of it.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Scenario {
    /// The scenario.
    pub inner: pfsim::Scenario,
    /// The folder that it was read from; none for text.
    pub folder: Option<(PathBuf, bool)>,
    /// The results so far of a deal that is running.
    pub known: Option<Known>,
}

impl Scenario {
    /// The deal.
    pub fn deal(&self) -> &Deal {
        &self.inner.deal
    }
}

#[pymethods]
impl Scenario {
    /// Reads the file at `path`; what it names stands in its folder or below, with `outside` anywhere.
    #[staticmethod]
    #[pyo3(signature = (path, outside=false))]
    fn read(py: Python<'_>, path: PathBuf, outside: bool) -> PyResult<Self> {
        let read = || pfsim::scenario::load_with(&path, &[], &Sources::around(&path, outside));
        let inner = py.detach(read).map_err(Fault::from)?;
        let folder = path.parent().map(|folder| (folder.to_path_buf(), outside));
        Ok(Self { inner, folder, known: None })
    }

    /// Makes a scenario of `text`, which may name `files`; problems are reported as those of `name`.
    #[staticmethod]
    fn parse(py: Python<'_>, name: String, text: String, files: Vec<(String, Vec<u8>)>) -> PyResult<Self> {
        let memory = files.into_iter().fold(Memory::default(), |memory, (name, contents)| memory.with(name, contents));
        let inner = py.detach(|| pfsim::Scenario::new(&name, text, Sources::new(memory))).map_err(Fault::from)?;
        Ok(Self { inner, folder: None, known: None })
    }

    /// The scenario with changes, each as `--set` takes it.
    fn set(&self, py: Python<'_>, changes: Vec<String>) -> PyResult<Self> {
        let inner = py.detach(|| self.inner.with(changes)).map_err(Fault::from)?;
        Ok(Self { inner, folder: self.folder.clone(), known: self.known.clone() })
    }

    /// The scenario of a deal of which so much is known, as of a day such as 2027-06-30; problems of `text` are reported as those of `file`.
    #[pyo3(signature = (file, text, as_of=None))]
    fn given(&self, py: Python<'_>, file: String, text: String, as_of: Option<&str>) -> PyResult<Self> {
        Ok(py.detach(|| running::given(self, file, text, as_of))?)
    }

    /// What is known of the deal: the file and its text, and the day as of which; `None` where nothing is.
    #[getter]
    fn known(&self) -> Option<(String, String, String)> {
        let (known, so_far) = self.known.as_ref().zip(self.deal().so_far.as_ref())?;
        Some((known.file.clone(), known.text.clone(), so_far.as_of.to_string()))
    }

    /// Name of the deal.
    #[getter]
    fn name(&self) -> &str {
        &self.deal().name
    }

    /// ISO 4217 code of its money.
    #[getter]
    fn currency(&self) -> &str {
        self.deal().currency.code()
    }

    /// Its own number of trials.
    #[getter]
    fn trials(&self) -> u64 {
        self.deal().trials
    }

    /// Its own seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.deal().seed
    }

    /// Its text, with every change made.
    #[getter]
    fn text(&self) -> &str {
        &self.inner.text
    }

    /// The file as it was named.
    #[getter]
    fn file(&self) -> &str {
        self.inner.file()
    }

    /// What was changed in the file, each as `--set` takes it.
    #[getter]
    fn changes(&self) -> Vec<String> {
        self.inner.changes().to_vec()
    }

    /// SHA-256 of the text.
    #[getter]
    fn sha256(&self) -> String {
        self.inner.hash()
    }

    /// The tables that it draws from: names and contents.
    #[getter]
    fn tables<'py>(&self, py: Python<'py>) -> Vec<(String, Bound<'py, PyBytes>)> {
        self.inner.tables().into_iter().map(|table| (table.file, PyBytes::new(py, &table.contents))).collect()
    }

    /// The deal in sentences.
    #[getter]
    fn terms(&self) -> String {
        check::text(self.deal())
    }

    /// What the text says at a path; `None` where it says nothing.
    fn written_at(&self, path: &str) -> Option<String> {
        self.inner.written_at(path)
    }

    /// What is worth a second look in what the parties signed: the document of `pfsim check` and its text.
    fn check(&self, py: Python<'_>, options: &Options, simulate: bool) -> PyResult<Studied> {
        let signed = running::of_deal(&self.inner, running::signed(self.deal()));
        let found = match simulate {
            true => carry(py, options, |study| signed.lints(study))?,
            false => pfsim::analysis::lints(&signed.deal),
        };
        let scenarios = vec![data::CheckedScenario::new(signed.file(), &signed, &found)];
        let json = data::text(&About::nothing(), &data::Check { scenarios, problems: Vec::new() });
        Ok(Studied::new(json, check::text(self.deal()) + &pfsim::report::lints::text(&found)))
    }

    /// The deal as INDIGO data.
    fn indigo(&self) -> String {
        pfsim::export::indigo::json(self.deal(), &self.inner.hash())
    }

    /// Every number and chance that a run of it has: name, label, unit, definition.
    #[getter]
    fn quantities(&self) -> Table {
        let catalogue = pfsim::metrics::Catalogue::new(self.deal());
        let numbers = catalogue.values.iter().map(|(name, value)| (name, value.quantity(self.deal())));
        let chances = catalogue.chances.iter().map(|(name, chance)| (name, chance.quantity(self.deal())));
        let all: Vec<_> = numbers.chain(chances).collect();
        Table::new([
            ("name", Cells::texts(all.iter().map(|(name, _)| name))),
            ("label", Cells::texts(all.iter().map(|(_, quantity)| &quantity.label))),
            ("unit", Cells::texts(all.iter().map(|(_, quantity)| quantity.unit.word(self.deal())))),
            ("over", Cells::texts(all.iter().map(|(_, quantity)| quantity.over.words()))),
            ("definition", Cells::texts(all.iter().map(|(_, quantity)| quantity.definition))),
        ])
    }
}

/// The files that a sweep or a search of `scenario` may name: the scenario itself under `name`, its tables, and what stands beside it.
pub fn files_beside(scenario: &Scenario, name: &str) -> Beside {
    let own = Memory::default().with(name, scenario.inner.text.clone());
    let memory = scenario.inner.tables().into_iter().fold(own, |memory, table| memory.with(table.file, table.contents.to_vec()));
    let folder = scenario.folder.as_ref().map(|(folder, outside)| Folder::new(folder).allow_outside(*outside));
    Beside { memory, folder }
}

/// Files in memory, and the others in a folder.
#[derive(Debug)]
pub struct Beside {
    memory: Memory,
    folder: Option<Folder>,
}

impl pfsim::Files for Beside {
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, pfsim::FileError> {
        match (self.memory.read(name, most), &self.folder) {
            (Err(pfsim::FileError::Missing), Some(folder)) => folder.read(name, most),
            (found, _) => found,
        }
    }
}
