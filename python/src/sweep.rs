//! A sweep as Python holds it: its scenarios by number, rows of figures for any of them, the table of all.

use pfsim::export::columns;
use pfsim::study::{self, Row};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::running;
use super::scenario::{Scenario, files_beside};
use super::table::{Cells, Table};

/// Many scenarios from one.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Sweep {
    /// The sweep.
    pub inner: pfsim::Sweep,
}

impl Sweep {
    /// The rows in `parts`, each once, in order.
    ///
    /// # Errors
    /// [`Fault::Usage`]: bytes are not rows of this sweep, or two parts contradict each other.
    pub fn rows(&self, parts: &[Vec<u8>]) -> Result<Vec<Row>, Fault> {
        let figures = self.inner.asked().len();
        let mut all: std::collections::BTreeMap<u64, Row> = std::collections::BTreeMap::new();
        for part in parts {
            let rows: Vec<(u64, Vec<[u64; 2]>)> =
                postcard::from_bytes(part).map_err(|_| Fault::Usage("these are not the rows of a sweep".into()))?;
            for (index, bits) in rows {
                if index >= self.inner.count() || bits.len() != figures {
                    return Err(Fault::Usage("these are rows of another sweep".into()));
                }
                let values: Vec<[f64; 2]> = bits.iter().map(|bits| bits.map(f64::from_bits)).collect();
                let row = Row { index, values };
                if all.get(&index).is_some_and(|known| as_bits(known) != as_bits(&row)) {
                    return Err(Fault::Own(format!("scenario {} came to different numbers on two machines", index + 1)));
                }
                all.insert(index, row);
            }
        }
        Ok(all.into_values().collect())
    }
}

/// The numbers of a row, to the bit.
fn as_bits(row: &Row) -> (u64, Vec<[u64; 2]>) {
    (row.index, row.values.iter().map(|pair| pair.map(f64::to_bits)).collect())
}

/// Rows as bytes.
pub fn bytes(rows: &[Row]) -> Vec<u8> {
    let rows: Vec<_> = rows.iter().map(as_bits).collect();
    // Writing to memory cannot fail.
    postcard::to_allocvec(&rows).unwrap_or_default()
}

#[pymethods]
impl Sweep {
    /// The sweep with the text `text`, which calls `scenario` `file`.
    #[new]
    fn new(py: Python<'_>, text: String, scenario: &Scenario, file: &str) -> PyResult<Self> {
        running::nothing_known(scenario, "a sweep is of deals as they are signed")?;
        let files = files_beside(scenario, file);
        let inner = py.detach(|| pfsim::Sweep::parse(text, files)).map_err(Fault::from)?;
        Ok(Self { inner })
    }

    /// Number of scenarios.
    fn __len__(&self) -> usize {
        usize::try_from(self.inner.count()).unwrap_or(usize::MAX)
    }

    /// The text of the sweep file.
    #[getter]
    fn text(&self) -> &str {
        &self.inner.text
    }

    /// Trials of each scenario.
    #[getter]
    fn trials(&self) -> u64 {
        self.inner.trials
    }

    /// Names of the figures, in order.
    #[getter]
    fn figures(&self) -> Vec<String> {
        self.inner.asked().into_iter().map(|question| question.name).collect()
    }

    /// That the rows find room in memory.
    fn room(&self, options: &Options) -> PyResult<()> {
        Ok(options.room("this sweep", study::kept::sweep(self.inner.asked().len(), self.inner.count()))?)
    }

    /// Numbers of the scenarios (from 0) in the order in which they are best made: those that share a world stand together.
    fn order(&self, py: Python<'_>, indices: Vec<u64>) -> PyResult<Vec<u64>> {
        py.detach(|| study::sweep_order(&self.inner, indices)).map_err(|error| Fault::from(error).into())
    }

    /// How many scenarios are best made together.
    #[getter]
    fn together(&self) -> usize {
        study::together(&self.inner.deals[0], self.inner.trials)
    }

    /// Simulates the scenarios `indices`; their rows as bytes.
    fn run<'py>(&self, py: Python<'py>, options: &Options, indices: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        let asked = self.inner.asked();
        if let Some(beyond) = indices.iter().find(|index| **index >= self.inner.count()) {
            return Err(Fault::Usage(format!("there is no scenario {beyond}: the sweep has {}", self.inner.count())).into());
        }
        let rows = carry(py, options, |course| study::rows(&self.inner, &asked, &indices, course))?;
        Ok(PyBytes::new(py, &bytes(&rows)))
    }

    /// The table of the rows in `parts`: the columns of `sweep.csv` but for the file, which is one; where something must hold, whether it does.
    fn table(&self, parts: Vec<Vec<u8>>) -> PyResult<Table> {
        let (rows, asked) = (self.rows(&parts)?, self.inner.asked());
        let columns = columns::of_sweep(&self.inner, &asked, &rows).into_iter().filter(|(name, _)| name != "file");
        let cells = columns.map(|(name, column)| match column {
            columns::Cells::Whole(values) => (name, Cells::whole(values)),
            columns::Cells::Number(values) => (name, Cells::numbers(values)),
            columns::Cells::Text(values) => (name, Cells::texts(values)),
        });
        let meets = || Cells::flags(rows.iter().map(|row| pfsim::report::sweep::met(&self.inner, &asked, row)).collect());
        let meets = (!self.inner.such_that.is_empty()).then(|| ("meets".to_string(), meets()));
        Ok(Table::new(cells.chain(meets)))
    }

    /// What the rows in `parts` come to, in sentences: all rows are there.
    fn answer(&self, parts: Vec<Vec<u8>>) -> PyResult<String> {
        let rows = self.rows(&parts)?;
        Ok(pfsim::report::sweep::text(&self.inner, &self.inner.asked(), &rows))
    }
}
