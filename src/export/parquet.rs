//! Tables as Parquet: columns of numbers under stable names, which DuckDB, pandas, Polars and R read without guessing.
//!
//! Comes in: a deal, and blocks of trials as they are simulated. Goes out: the bytes of a table, row group by row group, so that all
//! trials of a run need no more memory than one group. Must never know: how a number came about.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, json};

use super::columns::Cells;
use crate::deal::Deal;
use crate::metrics::{Catalogue, Observed};

/// Version of the layout of the Parquet files.
pub const SCHEMA_VERSION: u32 = 1;

/// Rows that are kept until they are written: a row group.
const GROUP: usize = 32_768;

/// The type of a column called `name` that holds `cells`.
fn of_type(name: &str, cells: &Cells) -> Result<TypePtr, ParquetError> {
    let (physical, logical, repetition) = match cells {
        Cells::Whole(_) => (Physical::INT64, None, Repetition::REQUIRED),
        Cells::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Cells::Number(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition).with_logical_type(logical);
    builder.build().map(Arc::new)
}

/// A table that grows row group by row group.
struct Table<W: Write + Send> {
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> Table<W> {
    /// A table of `columns` (names, and cells of the kind that each will have) and what is said about it.
    fn new(out: W, columns: &[(String, Cells)], said: Vec<(&str, String)>) -> Result<Self, ParquetError> {
        let fields = columns.iter().map(|(name, cells)| of_type(name, cells)).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("pfsim").with_fields(fields).build()?;
        let said = said.into_iter().map(|(key, value)| KeyValue::new(format!("pfsim.{key}"), value)).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // Counts repeat and fit in a small dictionary; amounts do not, and are better off without one.
            .set_dictionary_page_size_limit(1 << 16)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_key_value_metadata(Some(said))
            .build();
        Ok(Self { file: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))? })
    }

    /// Adds as many rows as each of `columns` has.
    fn add<'c>(&mut self, columns: impl Iterator<Item = &'c Cells>) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        columns.into_iter().try_for_each(|cells| write(&mut group, cells))?;
        group.close().map(|_| ())
    }
}

fn write<W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, cells: &Cells) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the table has".into()));
    };
    match (column.untyped(), cells) {
        (ColumnWriter::Int64ColumnWriter(_), Cells::Whole(values)) => {
            column.typed::<Int64Type>().write_batch(values, None, None)?;
        }
        (ColumnWriter::ByteArrayColumnWriter(_), Cells::Text(values)) => {
            let values: Vec<ByteArray> = values.iter().map(|text| ByteArray::from(text.as_str())).collect();
            column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        }
        (ColumnWriter::DoubleColumnWriter(_), Cells::Number(values)) => {
            let there: Vec<i16> = values.iter().map(|value| i16::from(value.is_finite())).collect();
            let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
            column.typed::<DoubleType>().write_batch(&finite, Some(&there), None)?;
        }
        _ => return Err(ParquetError::General("a column of another kind".into())),
    }
    column.close()
}

/// A whole table in memory: `columns` with as many cells each, and what is said about it.
///
/// # Errors
/// What the Parquet writer says; it writes to memory, so this does not happen in practice.
pub fn table(columns: &[(String, Cells)], said: Vec<(&str, String)>) -> Result<Vec<u8>, ParquetError> {
    let mut table = Table::new(Vec::new(), columns, said)?;
    table.add(columns.iter().map(|(_, cells)| cells))?;
    table.file.into_inner()
}

/// `trials.parquet` as it comes: a row for every trial, its number and each metric under its dotted name.
pub struct Trials<W: Write + Send> {
    table: Table<W>,
    next: i64,
    columns: Vec<Cells>,
}

impl<W: Write + Send> Trials<W> {
    /// Begins the table of a run of `trials` trials under `seed`; `hash` is the SHA-256 of the scenario's text.
    ///
    /// # Errors
    /// What the Parquet writer or `out` says.
    pub fn new(out: W, deal: &Deal, hash: &str, trials: u64, seed: u64) -> Result<Self, ParquetError> {
        let values = Catalogue::new(deal).values;
        let trial = ("trial".to_string(), Cells::Whole(Vec::new()));
        let metrics = values.iter().map(|(name, _)| (name.clone(), Cells::Number(Vec::new())));
        let columns: Vec<(String, Cells)> = core::iter::once(trial).chain(metrics).collect();
        let units: Map<String, serde_json::Value> =
            values.iter().map(|(name, value)| (name.clone(), json!(value.quantity(deal).unit.word(deal)))).collect();
        let said = vec![
            ("schema_version", SCHEMA_VERSION.to_string()),
            ("engine", format!("pfsim {}", env!("CARGO_PKG_VERSION"))),
            ("scenario", deal.name.clone()),
            ("scenario_sha256", hash.to_string()),
            ("seed", seed.to_string()),
            ("trials", trials.to_string()),
            ("units", serde_json::Value::Object(units).to_string()),
        ];
        Ok(Self { table: Table::new(out, &columns, said)?, next: 0, columns: columns.into_iter().map(|(_, cells)| cells).collect() })
    }

    /// Adds a block of trials; blocks come in the order of the trials.
    ///
    /// # Errors
    /// What the Parquet writer or the file says.
    pub fn push(&mut self, observed: &Observed) -> Result<(), ParquetError> {
        let lanes = observed.lanes as i64;
        for (at, cells) in self.columns.iter_mut().enumerate() {
            match cells {
                Cells::Number(values) => values.extend_from_slice(&observed.values.row(at - 1)[..observed.lanes]),
                Cells::Whole(trials) => trials.extend(self.next..self.next + lanes),
                Cells::Text(_) => {}
            }
        }
        self.next += lanes;
        if self.waiting() >= GROUP { self.flush() } else { Ok(()) }
    }

    fn waiting(&self) -> usize {
        if let Some(Cells::Whole(trials)) = self.columns.first() { trials.len() } else { 0 }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        self.table.add(self.columns.iter())?;
        self.columns.iter_mut().for_each(|cells| match cells {
            Cells::Number(values) => values.clear(),
            Cells::Whole(values) => values.clear(),
            Cells::Text(values) => values.clear(),
        });
        Ok(())
    }

    /// Ends the table and gives back what it was written to.
    ///
    /// # Errors
    /// What the Parquet writer or the file says.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        if self.waiting() > 0 {
            self.flush()?;
        }
        self.table.file.into_inner()
    }
}
