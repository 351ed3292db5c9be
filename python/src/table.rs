//! Columns of numbers for Python: Arrow's C interface for polars, DuckDB and pyarrow, NumPy's for pandas; neither copies a number.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, Field, Schema};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyTuple};

/// A column of a table.
#[derive(Clone)]
pub enum Cells {
    /// Whole numbers, none missing.
    Whole(Int64Array),
    /// Numbers; what is not finite is null to Arrow and NaN to NumPy.
    Number(Float64Array),
    /// Texts, none missing.
    Text(StringArray),
    /// Yes or no, none missing.
    Flag(BooleanArray),
}

impl Cells {
    /// Whole numbers.
    pub fn whole(values: Vec<i64>) -> Self {
        Self::Whole(Int64Array::new(values.into(), None))
    }

    /// Numbers, not copied.
    pub fn numbers(values: Vec<f64>) -> Self {
        let lacking = !values.iter().all(|value| value.is_finite());
        let there = lacking.then(|| values.iter().map(|value| value.is_finite()).collect::<NullBuffer>());
        Self::Number(Float64Array::new(values.into(), there))
    }

    /// Texts.
    pub fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Text(StringArray::from_iter_values(values))
    }

    /// Yes or no.
    pub fn flags(values: Vec<bool>) -> Self {
        Self::Flag(values.into())
    }

    fn array(&self) -> ArrayRef {
        match self {
            Self::Whole(values) => Arc::new(values.clone()),
            Self::Number(values) => Arc::new(values.clone()),
            Self::Text(values) => Arc::new(values.clone()),
            Self::Flag(values) => Arc::new(values.clone()),
        }
    }
}

/// A table: columns of one length, each under its name.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Table {
    columns: Vec<(String, Cells)>,
}

impl Table {
    /// A table of `columns`, all with as many cells.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, Cells)>) -> Self {
        Self { columns: columns.into_iter().map(|(name, cells)| (name.into(), cells)).collect() }
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let arrays: Vec<ArrayRef> = self.columns.iter().map(|(_, cells)| cells.array()).collect();
        let fields: Vec<Field> = self
            .columns
            .iter()
            .zip(&arrays)
            .map(|((name, cells), array)| Field::new(name, array.data_type().clone(), matches!(cells, Cells::Number(_))))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}

#[pymethods]
impl Table {
    /// Names of the columns.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn __repr__(&self) -> String {
        format!("<Table: {} rows, {} columns>", self.__len__(), self.columns.len())
    }

    fn __len__(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.array().len())
    }

    /// A column: an object that NumPy takes without a copy, or a list of texts or of truths.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.columns.iter().find(|(known, _)| known == name) {
            None => Err(PyKeyError::new_err(name.to_string())),
            Some((_, Cells::Text(texts))) => Ok(PyList::new(py, texts.iter().map(Option::unwrap_or_default))?.into_any()),
            Some((_, Cells::Flag(flags))) => Ok(PyList::new(py, flags.iter().map(Option::unwrap_or_default))?.into_any()),
            Some((_, cells)) => Ok(Bound::new(py, Column(cells.clone()))?.into_any()),
        }
    }

    /// The table by Arrow's C stream interface. Another form may be asked for; the protocol allows to give this one.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        #[expect(unused_variables, reason = "the protocol names it")] requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = self.batch().map_err(|error| PyValueError::new_err(error.to_string()))?;
        let schema = batch.schema();
        let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

/// Numbers that NumPy sees where they are.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Column(Cells);

#[pymethods]
impl Column {
    /// NumPy's array interface, version 3; read only.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (kind, at, length) = match &self.0 {
            Cells::Whole(values) => ("i8", values.values().as_ptr() as usize, values.len()),
            Cells::Number(values) => ("f8", values.values().as_ptr() as usize, values.len()),
            Cells::Text(_) | Cells::Flag(_) => return Err(PyValueError::new_err("only numbers have an array interface")),
        };
        let order = if cfg!(target_endian = "little") { '<' } else { '>' };
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("typestr", format!("{order}{kind}"))?;
        interface.set_item("shape", PyTuple::new(py, [length])?)?;
        interface.set_item("data", (at, true))?;
        Ok(interface)
    }
}
