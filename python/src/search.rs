//! A search for the best terms.

use pfsim::data::{self, About};
use pfsim::report;
use pyo3::prelude::*;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::scenario::{Scenario, files_beside};
use super::studied::Studied;

/// The terms that are best, where requirements are met.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Search {
    inner: pfsim::Solve,
}

#[pymethods]
impl Search {
    /// The search with the text `text`, which calls `scenario` `file`.
    #[new]
    fn new(py: Python<'_>, text: String, scenario: &Scenario, file: &str) -> PyResult<Self> {
        let files = files_beside(scenario, file);
        let inner = py.detach(|| pfsim::Solve::parse(text, files)).map_err(Fault::from)?;
        Ok(Self { inner })
    }

    /// Searches; whether requirements are met stands in the document.
    fn run(&self, py: Python<'_>, options: &Options) -> PyResult<Studied> {
        let answer = carry(py, options, |course| self.inner.run(course))?;
        let json = data::text(&About::of_search(&self.inner), &data::Solve::new(&self.inner, &answer));
        let text = report::solve::text(&self.inner, &answer);
        let search = self.inner.clone();
        Ok(Studied::new(json, text).with_files(move || search.bundle(&answer)))
    }
}
