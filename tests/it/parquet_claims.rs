//! Parquet files that take little room and claim, or hold, much: refused before any room is made for it.
#![cfg(feature = "parquet")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::DoubleType;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use pfsim::scenario;

/// One page of so many numbers, packed by snappy, as another writer might write it.
fn one_page(count: usize) -> Vec<u8> {
    let schema = parquet::schema::parser::parse_message_type("message m { required double effect; }").expect("a schema");
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_compression(Compression::SNAPPY)
        .set_data_page_size_limit(64 << 20)
        .set_data_page_row_count_limit(usize::MAX)
        .set_write_batch_size(count)
        .build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties)).expect("a writer");
    let mut group = file.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("one column");
    let values: Vec<f64> = (0..count).map(|at| at as f64 * 1e-7).collect();
    column.typed::<DoubleType>().write_batch(&values, None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    file.close().expect("closed");
    bytes
}

/// So many rows of one number, which a dictionary and run lengths make nothing of.
fn all_the_same(count: usize) -> Vec<u8> {
    let schema = parquet::schema::parser::parse_message_type("message m { required double effect; }").expect("a schema");
    let properties = WriterProperties::builder().set_dictionary_enabled(true).set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties)).expect("a writer");
    let mut group = file.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("one column");
    let same = vec![0.1; 1_000_000];
    for first in (0..count).step_by(same.len()) {
        column.typed::<DoubleType>().write_batch(&same[..same.len().min(count - first)], None, None).expect("written");
    }
    column.close().expect("closed");
    group.close().expect("closed");
    file.close().expect("closed");
    bytes
}

/// A scenario that draws its effect from `p.parquet` beside it, in a folder of its own.
fn drawing(name: &str) -> (PathBuf, PathBuf) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let starter = include_str!("../../scenarios/starter.toml");
    let effect = starter.lines().find(|line| line.starts_with("effect")).expect("an effect");
    let text = starter.replacen(effect, "effect = { draws = { file = \"p.parquet\", column = \"effect\" } }", 1);
    fs::write(folder.join("deal.toml"), text).expect("written");
    (folder.join("deal.toml"), folder.join("p.parquet"))
}

/// A small file that unpacks to very much: a million rows are read, a row more is refused, and so are sixteen million in 45 KB.
#[test]
fn a_file_that_unpacks_to_too_much_is_refused() {
    let (file, table) = drawing("unpacks");
    for (count, is_read) in [(1_000_000, true), (1_000_001, false), (16_000_000, false)] {
        let bytes = all_the_same(count);
        assert!(bytes.len() < 50_000, "{count} rows in {} bytes", bytes.len());
        fs::write(&table, &bytes).expect("written");
        let read = scenario::load(&file, &[]);
        match &read {
            Ok(_) => assert!(is_read, "{count}"),
            Err(error) => assert!(!is_read && error.to_string().contains("p.parquet has more than 1,000,000 rows"), "{count}: {error}"),
        }
    }
    let _ = fs::remove_dir_all(file.parent().expect("a folder"));
}

/// The size stands in the page's header as a number of four bytes with seven bits each: the largest is 128 MiB.
#[test]
fn a_page_that_claims_too_much_is_refused() {
    let (file, table) = drawing("claims");
    let mut bytes = one_page(150_000);
    fs::write(&table, &bytes).expect("written");
    let read = scenario::load(&file, &[]);
    assert!(read.is_ok(), "{}", read.err().map_or(String::new(), |error| error.to_string()));
    let zigzag: u64 = 2 * 8 * 150_000;
    let size = [zigzag as u8 | 0x80, (zigzag >> 7) as u8 | 0x80, (zigzag >> 14) as u8 | 0x80, (zigzag >> 21) as u8];
    let at = bytes.windows(4).position(|window| window == size).expect("the size");
    assert!(at < 16, "in the first header");
    bytes[at..at + 4].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0x7F]);
    fs::write(&table, &bytes).expect("written");
    let error = scenario::load(&file, &[]).expect_err("too large a claim").to_string();
    assert!(error.contains("a page of it says that it unpacks to 134217727 bytes"), "{error}");
    let _ = fs::remove_dir_all(file.parent().expect("a folder"));
}
