//! Every scenario in the repository checks, runs with its books audited, and is TOML 1.0 as other readers know it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pfsim::report::{check, figures, ledger, memo};
use pfsim::scenario;
use pfsim::study::{Options, run, trace};
use rayon::prelude::*;

fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(scenarios(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") && !asks(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether a file is a sweep or a search: they speak of scenarios and are none; `sweeps.rs` and the README's commands run them.
fn asks(path: &Path) -> bool {
    let text = fs::read_to_string(path).expect("a file");
    text.lines().any(|line| ["[sweep]", "[solve]"].contains(&line.trim()))
}

/// Every scenario of the repository.
pub fn paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = [scenarios(&root.join("scenarios")), scenarios(&root.join("tests/oracles"))].concat();
    assert!(found.len() >= 14, "{found:?}");
    found
}

#[test]
fn every_scenario_runs_and_can_be_shown() {
    paths().into_par_iter().for_each(|path| {
        let deal = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}")).deal;
        let options = Options::default().trials(700).seed(5).audit(true);
        let run = run(&deal, &options).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(memo::text(&deal, &run).contains(&deal.name));
        assert!(check::text(&deal).contains(&deal.program.provider));
        assert!(ledger::text(&deal, &trace(&deal, 5, 3)).contains("Trial 3"));
        let pictures = figures::pictures(&deal, &run).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut names: Vec<&str> = pictures.iter().map(|picture| picture.name.as_str()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "two pictures of one name");
    });
}

#[test]
fn every_number_of_a_program_has_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/programs");
    for path in scenarios(&folder) {
        let deal = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}")).deal;
        for assumption in &deal.assumptions {
            let stated = assumption.source.is_some() && assumption.grade.is_some();
            assert!(stated, "{}: {} has no source or grade", path.display(), assumption.path);
        }
    }
}

#[test]
fn other_readers_can_read_them() {
    let python = Command::new("python3").args(["-c", "import tomllib"]).output();
    if !python.is_ok_and(|output| output.status.success()) {
        eprintln!("no python3 with tomllib here: not compared with another reader of TOML");
        return;
    }
    let program = "import sys, tomllib\nfor name in sys.argv[1:]:\n    tomllib.load(open(name, 'rb'))\n";
    let output = Command::new("python3").args(["-c", program]).args(paths()).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
