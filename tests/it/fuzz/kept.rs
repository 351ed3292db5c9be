//! Files that a fuzzer guided by coverage once made, and that each reach something of their own: `fuzz/corpus`, by reader. With
//! `PFSIM_FUZZ_KEPT=fuzz/grown` those that a long run has made since then.

use std::fs;
use std::path::{Path, PathBuf};

use super::Case;

/// The folders, and most bytes of one file there.
const READERS: [(&str, u64); 6] =
    [("scenario", 8_000), ("expression", 1_000), ("results", 8_000), ("sweep", 4_000), ("table", 4_000), ("folder", 4_000)];

/// Most bytes of all files together.
const MOST: u64 = 250_000;

fn folder(reader: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(reader)
}

/// All kept files, in order, each as the case that it stands for.
pub fn kept() -> Vec<Case> {
    let mut all = Vec::new();
    let elsewhere = std::env::var("PFSIM_FUZZ_KEPT").ok().map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    for (reader, _) in READERS {
        let folder = elsewhere.as_ref().map_or_else(|| folder(reader), |path| path.join(reader));
        if elsewhere.is_some() && !folder.exists() {
            continue;
        }
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        all.extend(paths.iter().map(|path| case(reader, fs::read_to_string(path).expect("a text"))));
    }
    all
}

fn case(reader: &'static str, text: String) -> Case {
    match reader {
        "expression" => ("scenario", with_expressions(&text)),
        "sweep" if text.contains("[solve") => ("solve", text),
        _ => (reader, text),
    }
}

/// The starter, under a gate and a formula that a line break parts.
fn with_expressions(text: &str) -> String {
    let starter = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/starter.toml")).expect("a scenario");
    let (gate, formula) = text.split_once('\n').unwrap_or((text, "1"));
    let lines = format!("when = '''{gate}'''\nprice = {{ formula = '''{formula}''' }}\npaid_after");
    starter.replacen("price = { per_unit = 4_500 }", "", 1).replacen("paid_after", &lines, 1)
}

/// A corpus that is read in every run stays small, and no reader goes without.
#[test]
fn the_corpus_is_small_and_whole() {
    let mut sum = 0;
    for (reader, most) in READERS {
        let entries = fs::read_dir(folder(reader)).expect("a folder");
        let sizes: Vec<u64> = entries.map(|entry| entry.expect("an entry").metadata().expect("a file").len()).collect();
        assert!(sizes.len() >= 10, "fuzz/corpus/{reader} has {} files", sizes.len());
        assert!(sizes.iter().all(|&size| size <= most), "fuzz/corpus/{reader} has a file of more than {most} bytes");
        sum += sizes.iter().sum::<u64>();
    }
    assert!(sum <= MOST, "fuzz/corpus has {sum} bytes");
}
