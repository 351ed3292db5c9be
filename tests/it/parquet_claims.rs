//! A Parquet file whose page claims to be far larger than it is: refused before any room is made for it.
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

/// The size stands in the page's header as a number of four bytes with seven bits each: the largest is 128 MiB.
#[test]
fn a_page_that_claims_too_much_is_refused() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let starter = include_str!("../../scenarios/starter.toml");
    let effect = starter.lines().find(|line| line.starts_with("effect")).expect("an effect");
    let text = starter.replacen(effect, "effect = { draws = { file = \"p.parquet\", column = \"effect\" } }", 1);
    let (file, table) = (folder.join("deal.toml"), folder.join("p.parquet"));
    fs::write(&file, text).expect("written");
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
    let _ = fs::remove_dir_all(&folder);
}
