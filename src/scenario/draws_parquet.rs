//! A column of draws in a Parquet file. Its own account of itself is read first: a file that says it holds more than is read is refused
//! before a row of it is.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::basic::{Compression, ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::draws::{MOST_ROWS, fault};
use super::law::Fault;
use super::page_headers;
use super::uncertain::DrawsText;
use crate::quantity::grouped;

/// Most bytes of a column, unpacked: eight a row, and as many again for its dictionary and what tells missing values.
const MOST_BYTES: i64 = 16 * MOST_ROWS as i64 + (1 << 20);

/// Rows that are read at a time.
const BATCH: usize = 8_192;

/// The values of the column.
///
/// # Errors
/// A [`Fault`]: the file is not there or no Parquet, has too many rows, or the column is missing, of the wrong kind, or has missing values.
pub(super) fn values(text: &DrawsText, path: &Path) -> Result<Vec<f64>, Fault> {
    let shown = path.display();
    let file =
        File::open(path).map_err(|error| fault("draws.file", format!("cannot read {shown}: {error}"), "it stands beside the scenario"))?;
    let size = file.metadata().map_or(0, |metadata| i64::try_from(metadata.len()).unwrap_or(0));
    let broken = |error: String| fault("draws.file", format!("{shown} is no Parquet that can be read: {error}"), "write the file again");
    let reader = SerializedFileReader::new(file).map_err(|error| broken(error.to_string()))?;
    let metadata = reader.metadata();
    let rows = metadata.row_groups().iter().map(|group| group.num_rows()).fold(0_i64, i64::saturating_add);
    if rows > MOST_ROWS as i64 || metadata.row_groups().iter().any(|group| group.num_rows() < 0) {
        return Err(fault(
            "draws.file",
            format!("{} has more than {} rows", text.file, grouped(MOST_ROWS as u64)),
            "a thinned posterior tells the same",
        ));
    }
    let column = column(text, metadata)?;
    let mut values = Vec::with_capacity(rows as usize);
    for (index, group) in metadata.row_groups().iter().enumerate() {
        let chunk = group.column(column);
        let places = [chunk.data_page_offset(), chunk.dictionary_page_offset().unwrap_or(0), chunk.compressed_size()];
        let is_inside = places.iter().all(|place| (0..=size).contains(place));
        let is_small = chunk.uncompressed_size() <= MOST_BYTES && chunk.compressed_size() <= 2 * MOST_BYTES;
        if !is_inside || !is_small || chunk.num_values() != group.num_rows() {
            return Err(broken(format!("column `{}` is not what {} numbers take", text.column, group.num_rows())));
        }
        if !matches!(chunk.compression(), Compression::UNCOMPRESSED | Compression::SNAPPY) {
            let message = format!("{} is compressed with {}, which pfsim does not read", text.file, chunk.compression());
            return Err(fault("draws.file", message, "write it with snappy, or without compression"));
        }
        let (start, length) = chunk.byte_range();
        pages_are_small(path, start, length).map_err(broken)?;
        let group = reader.get_row_group(index).map_err(|error| broken(error.to_string()))?;
        // The reader panics on some damaged pages; that is a fault of the file, not of this program.
        let read = catch_unwind(AssertUnwindSafe(|| read(group.as_ref(), column, rows as usize, &mut values)));
        read.unwrap_or_else(|_| Err(Unread::Broken("a page of it is damaged".into()))).map_err(|error| match error {
            Unread::Broken(error) => broken(error),
            Unread::Missing => {
                let message = format!("row {} of `{}` in {} is missing (null)", values.len() + 1, text.column, text.file);
                fault("draws.column", message, "leave out rows without a draw")
            }
        })?;
    }
    if let Some(row) = values.iter().position(|value| !value.is_finite()) {
        let message = format!("row {} of `{}` in {} is not a number: `{}`", row + 1, text.column, text.file, values[row]);
        return Err(fault("draws.column", message, "leave out rows without a draw"));
    }
    if values.len() != rows as usize {
        return Err(broken(format!("it says {rows} rows and has {}", values.len())));
    }
    Ok(values)
}

/// The library makes room for what the header of a page says, up to two gigabytes, before it looks at the page.
fn pages_are_small(path: &Path, start: u64, length: u64) -> Result<(), String> {
    let mut chunk = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(start))?;
        file.take(length).read_to_end(&mut chunk)
    });
    read.map_err(|error| error.to_string())?;
    page_headers::within(&chunk, MOST_BYTES.unsigned_abs(), MOST_ROWS as u64)
}

/// The place of the column, which must hold plain numbers.
fn column(text: &DrawsText, metadata: &ParquetMetaData) -> Result<usize, Fault> {
    let columns = metadata.file_metadata().schema_descr().columns();
    let Some(at) = columns.iter().position(|column| column.path().parts() == [text.column.as_str()]) else {
        let names: Vec<String> = columns.iter().map(|column| column.path().string()).collect();
        let message = format!("{} has no column `{}`", text.file, text.column);
        return Err(fault("draws.column", message, &format!("there are: {}", names.join(", "))));
    };
    let column = &columns[at];
    let signed = [ConvertedType::NONE, ConvertedType::INT_8, ConvertedType::INT_16, ConvertedType::INT_32, ConvertedType::INT_64];
    let is_number = match column.physical_type() {
        Physical::DOUBLE | Physical::FLOAT => true,
        Physical::INT32 | Physical::INT64 => column.logical_type_ref().is_none_or(is_integer) && signed.contains(&column.converted_type()),
        _ => false,
    };
    if is_number && column.max_rep_level() == 0 {
        return Ok(at);
    }
    let kind = match column.logical_type_ref() {
        _ if column.max_rep_level() > 0 => "lists".into(),
        Some(LogicalType::String) => "text".into(),
        Some(LogicalType::Integer { .. }) => "unsigned whole numbers".into(),
        Some(LogicalType::Decimal { .. }) => "decimals".into(),
        Some(LogicalType::Date | LogicalType::Time { .. } | LogicalType::Timestamp { .. }) => "dates or times".into(),
        _ => column.physical_type().to_string(),
    };
    let message = format!("column `{}` of {} holds no plain numbers but {kind}", text.column, text.file);
    Err(fault("draws.column", message, "doubles, floats or signed whole numbers can be drawn"))
}

fn is_integer(logical: &LogicalType) -> bool {
    matches!(logical, LogicalType::Integer { .. })
}

/// Why a column of a row group was not read.
enum Unread {
    Broken(String),
    /// A value is null.
    Missing,
}

fn read(group: &dyn RowGroupReader, column: usize, most: usize, values: &mut Vec<f64>) -> Result<(), Unread> {
    match group.get_column_reader(column).map_err(|error| Unread::Broken(error.to_string()))? {
        ColumnReader::DoubleColumnReader(reader) => batches(reader, most, values, |value| value),
        ColumnReader::FloatColumnReader(reader) => batches(reader, most, values, f64::from),
        ColumnReader::Int32ColumnReader(reader) => batches(reader, most, values, f64::from),
        ColumnReader::Int64ColumnReader(reader) => batches(reader, most, values, |value| value as f64),
        _ => Err(Unread::Broken("a column of another kind".into())),
    }
}

fn batches<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    most: usize,
    values: &mut Vec<f64>,
    number: impl Fn(T::T) -> f64,
) -> Result<(), Unread> {
    let (mut levels, mut batch) = (Vec::new(), Vec::new());
    loop {
        levels.clear();
        batch.clear();
        let read = reader.read_records(BATCH, Some(&mut levels), None, &mut batch).map_err(|error| Unread::Broken(error.to_string()))?;
        let (records, found, _) = read;
        if found < records {
            let first = levels.iter().position(|level| *level == 0).unwrap_or(found);
            values.extend(batch.drain(..first.min(found)).map(&number));
            return Err(Unread::Missing);
        }
        if records == 0 {
            return Ok(());
        }
        if values.len() + records > most {
            return Err(Unread::Broken("it has more rows than it says".into()));
        }
        values.extend(batch.drain(..).map(&number));
    }
}
