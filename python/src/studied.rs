//! What a study came to: the document that the command prints with `--json`, what it prints without, and its files.

use pfsim::Bundle;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// Files are made when they are asked for: charts take time.
pub type Make = Box<dyn Fn() -> Bundle + Send + Sync>;

/// The findings of a study.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Studied {
    /// The document, with a final newline.
    #[pyo3(get)]
    json: String,
    /// The same in words and tables of text.
    #[pyo3(get)]
    text: String,
    make: Option<Make>,
}

impl Studied {
    /// A study that leaves no files.
    pub fn new(json: String, text: String) -> Self {
        Self { json, text, make: None }
    }

    /// The same, with files.
    pub fn with_files(self, make: impl Fn() -> Bundle + Send + Sync + 'static) -> Self {
        Self { make: Some(Box::new(make)), ..self }
    }
}

#[pymethods]
impl Studied {
    /// What the command would write into a folder: names and contents.
    fn files<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let made = self.make.as_ref().map_or_else(Bundle::default, |make| py.detach(make));
        as_dict(py, &made)
    }
}

/// Names and contents of the files of a bundle.
pub fn as_dict<'py>(py: Python<'py>, bundle: &Bundle) -> PyResult<Bound<'py, PyDict>> {
    let files = PyDict::new(py);
    for file in &bundle.files {
        files.set_item(&file.name, PyBytes::new(py, &file.bytes))?;
    }
    Ok(files)
}
