//! A column of draws in a Parquet file. Its own account of itself is read first: a file that says it holds more than is read is refused
//! before a row of it is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{Compression, ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::draws_faults::{MOST_ROWS, Values, fault, listed, no_such, not_one, too_many_draws, too_many_rows};
use super::law::Fault;
use super::page_headers;

/// Most bytes of a column, unpacked: eight a row, and as many again for its dictionary and what tells missing values.
const MOST_BYTES: i64 = 16 * MOST_ROWS as i64 + (1 << 20);

/// Rows that are read at a time.
const BATCH: usize = 8_192;

/// The values of the columns `names` of the file called `file`: at most `most` numbers together.
///
/// # Errors
/// A [`Fault`] of the file: it is no Parquet, or has too many rows; and one for a column that is missing, of the wrong kind, damaged, or has
/// missing values.
pub(super) fn columns(file: &str, bytes: &[u8], names: &[&String], most: usize) -> Result<Vec<Values>, Fault> {
    // The type that the reader wants has its name in another crate.
    fn as_taken_by<T>(_: fn(&mut ByteArray, T), value: T) -> T {
        value
    }
    let reader = SerializedFileReader::new(as_taken_by(ByteArray::set_data, bytes.to_vec().into()));
    let reader = reader.map_err(|error| broken(file, &error.to_string()))?;
    let groups = reader.metadata().row_groups();
    let rows = groups.iter().map(|group| group.num_rows()).fold(0_i64, i64::saturating_add);
    if rows > MOST_ROWS as i64 || groups.iter().any(|group| group.num_rows() < 0) {
        return Err(too_many_rows(file));
    }
    if (rows as usize).saturating_mul(names.len()) > most {
        return Err(too_many_draws(file));
    }
    Ok(names.iter().map(|name| values(file, bytes, name, &reader, rows as usize)).collect())
}

fn broken(file: &str, error: &str) -> Fault {
    fault("draws.file", format!("{file} is no Parquet that can be read: {error}"), "write the file again")
}

fn values(file: &str, bytes: &[u8], name: &str, reader: &dyn FileReader, rows: usize) -> Values {
    let metadata = reader.metadata();
    let column = column(file, name, metadata)?;
    let mut values = Vec::with_capacity(rows);
    for (index, group) in metadata.row_groups().iter().enumerate() {
        let chunk = group.column(column);
        if !is_inside(chunk, bytes.len()) || chunk.num_values() != group.num_rows() {
            return Err(broken(file, &format!("column `{name}` is not what {} numbers take", group.num_rows())));
        }
        if !matches!(chunk.compression(), Compression::UNCOMPRESSED | Compression::SNAPPY) {
            let message = format!("{file} is compressed with {}, which pfsim does not read", chunk.compression());
            return Err(fault("draws.file", message, "write it with snappy, or without compression"));
        }
        // The library makes room for what the header of a page says, up to two gigabytes, before it looks at the page.
        let (start, length) = chunk.byte_range();
        let pages = usize::try_from(start).ok().and_then(|start| bytes.get(start..));
        let pages = pages.map_or(&[][..], |pages| &pages[..pages.len().min(usize::try_from(length).unwrap_or(usize::MAX))]);
        page_headers::within(pages, MOST_BYTES.unsigned_abs(), MOST_ROWS as u64).map_err(|error| broken(file, &error))?;
        let group = reader.get_row_group(index).map_err(|error| broken(file, &error.to_string()))?;
        // The reader panics on some damaged pages; that is a fault of the file, not of this program.
        let read = catch_unwind(AssertUnwindSafe(|| read(group.as_ref(), column, rows, &mut values)));
        read.unwrap_or_else(|_| Err(Unread::Broken("a page of it is damaged".into()))).map_err(|error| match error {
            Unread::Broken(error) => broken(file, &error),
            Unread::Missing => {
                let message = format!("row {} of `{name}` in {file} is missing (null)", values.len() + 1);
                fault("draws.column", message, "leave out rows without a draw")
            }
        })?;
    }
    if let Some(row) = values.iter().position(|value| !value.is_finite()) {
        let message = format!("row {} of `{name}` in {file} is not a number: `{}`", row + 1, values[row]);
        return Err(fault("draws.column", message, "leave out rows without a draw"));
    }
    if values.len() != rows {
        return Err(broken(file, &format!("it says {rows} rows and has {}", values.len())));
    }
    Ok(values)
}

/// Whether what is said of a chunk lies in a file of so many bytes, and is what a column may take.
fn is_inside(chunk: &ColumnChunkMetaData, size: usize) -> bool {
    let places = [chunk.data_page_offset(), chunk.dictionary_page_offset().unwrap_or(0), chunk.compressed_size()];
    let size = i64::try_from(size).unwrap_or(0);
    let is_small = chunk.uncompressed_size() <= MOST_BYTES && chunk.compressed_size() <= 2 * MOST_BYTES;
    places.iter().all(|place| (0..=size).contains(place)) && is_small
}

/// The place of the column, which must hold plain numbers.
fn column(file: &str, name: &str, metadata: &ParquetMetaData) -> Result<usize, Fault> {
    let columns = metadata.file_metadata().schema_descr().columns();
    let mut places = (0..columns.len()).filter(|&at| columns[at].path().parts() == [name]);
    let at = match (places.next(), places.next()) {
        (Some(at), None) => at,
        (Some(_), Some(_)) => return Err(not_one(file, name)),
        (None, _) => {
            let names: Vec<String> = columns.iter().map(|column| column.path().string()).collect();
            return Err(no_such(file, name, &listed(names.iter().map(String::as_str))));
        }
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
    let message = format!("column `{name}` of {file} holds no plain numbers but {kind}");
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
