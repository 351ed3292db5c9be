//! Columns of CSV tables: words, whole numbers, or numbers that all have a decimal point, so that nobody who reads them guesses wrong.
#![cfg(feature = "cli")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pfsim::deal::{Deal, MeasureId, OutcomeId, OutcomeRef};
use pfsim::study::Options;
use rayon::prelude::*;

use crate::cli::{Folder, command, root};
use crate::scenarios::paths;

/// Columns of words in the tables of a run.
const WORDS: [&str; 9] = ["metric", "chance", "payor", "number", "value", "grade", "source", "label", "over"];

/// Columns that count: no cell of theirs has a decimal point.
const COUNTS: [&str; 5] = ["trial", "program.enrolled", "holds", "of_trials", "fiscal_year"];

/// Whether a column, by its name and what the deal's outcomes are, counts.
fn counts(deal: &Deal, column: &str) -> bool {
    let of = |outcome: OutcomeId| deal.outcomes[outcome].is_yes_no() || deal.outcomes[outcome].is_counted();
    let outcome = |outcome: OutcomeId| of(outcome) && column == format!("outcome.\"{}\".count", deal.outcomes[outcome].name);
    let measure = |measure: MeasureId| {
        let counted = match deal.measures[measure].of {
            OutcomeRef::Enrolled => true,
            OutcomeRef::Outcome(outcome) => of(outcome),
        };
        counted && column == format!("measure.\"{}\".units", deal.measures[measure].name)
    };
    COUNTS.contains(&column) || deal.outcomes.ids().any(outcome) || deal.measures.ids().any(measure)
}

/// A reader that guesses from the first cells of a column guesses right: each column of each table of every scenario holds words, or whole
/// numbers alone, or numbers that all have a decimal point.
#[test]
fn a_column_is_of_one_kind() {
    let seen: Vec<[usize; 3]> = paths()
        .into_par_iter()
        .map(|path| {
            let deal = pfsim::scenario::load(&path, &[]).expect("a scenario").deal;
            let run = pfsim::study::run(&deal, &Options::default().trials(700).seed(3)).expect("a run");
            let mut seen = [0; 3];
            for (table, bytes) in pfsim::export::tables::tables(&deal, &run).expect("tables") {
                let mut csv = csv::Reader::from_reader(bytes.as_slice());
                let header = csv.headers().expect("a header").clone();
                let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
                for (at, column) in header.iter().enumerate() {
                    if WORDS.contains(&column) || (column == "unit" && table != "trials.csv") {
                        continue;
                    }
                    let whole = counts(&deal, column);
                    for cell in rows.iter().map(|row| &row[at]).filter(|cell| !cell.is_empty()) {
                        let place = || format!("{}: {table}, {column}: {cell}", path.display());
                        assert!(cell.parse::<f64>().is_ok_and(f64::is_finite), "{}", place());
                        assert_eq!(cell.contains('.'), !whole, "{}", place());
                        assert_eq!(whole, cell.parse::<i64>().is_ok(), "{}", place());
                        seen[usize::from(whole)] += 1;
                        // Such cells had been what misled.
                        seen[2] += usize::from(!whole && cell.ends_with(".0"));
                    }
                }
            }
            seen
        })
        .collect();
    let all = seen.iter().fold([0; 3], |all, seen| [0, 1, 2].map(|at| all[at] + seen[at]));
    assert!(seen.len() > 40 && all.into_iter().all(|count| count > 10_000), "{} {all:?}", seen.len());
}

/// The columns of a CSV file by name.
fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut csv = csv::Reader::from_path(path).expect("a table");
    let header = csv.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
    header.iter().enumerate().map(|(at, name)| (name.to_string(), rows.iter().map(|row| row[at].to_string()).collect())).collect()
}

/// The same of sweeps and searches: a level that is whole has a decimal point where another of its axis has a fraction.
#[test]
fn an_axis_and_a_lever_are_of_one_kind() {
    let folder = Folder::new("columns");
    fs::copy(root().join("scenarios/starter.toml"), folder.0.join("deal.toml")).expect("copied");
    let price = "levers = ['payment.\"placements\".price.per_unit']";
    let axis = |name: &str, what: &str| format!("[[axis]]\nname = \"{name}\"\n{what}\n");
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.max\", \"investors.loss\"]\ntrials = 30\n"
        .to_string()
        + &axis("price", &format!("{price}\nvalues = [4_000, 4_500.5, 5_000.0]"))
        + &axis("cap", "levers = ['payor.\"City\".cap']\nvalues = [1_000_000, 2e6]")
        + &axis("year", "levers = ['deal.fiscal_year_starts']\nvalues = [\"July\", \"October\"]");
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    let output = command(&folder, &["sweep", "sweep.toml", "--out", "s"]).output().expect("pfsim runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = columns(&folder.0.join("s/sweep.csv"));
    let each = |name: &str| made[name].iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    assert_eq!(each("price"), ["4000.0", "4500.5", "5000.0"]);
    assert_eq!(each("cap"), ["1000000", "2000000"]);
    assert_eq!(each("year"), ["July", "October"]);
    assert!(made["scenario"].iter().all(|cell| cell.parse::<u64>().is_ok()));
    for figure in ["payors.total.max", "investors.loss", "investors.loss.se"] {
        assert!(made[figure].iter().all(|cell| cell.contains('.') && cell.parse::<f64>().is_ok()), "{figure}: {:?}", made[figure]);
    }
    let solve =
        "[solve]\nname = \"q\"\nscenario = \"deal.toml\"\nminimise = \"price\"\nsuch_that = [\"investors.loss <= 100%\"]\ntrials = 30\n";
    let levers = format!(
        "[[lever]]\nname = \"price\"\n{price}\nfrom = 4_000\nto = 4_001\nstep = 0.5\n\
         [[lever]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nfrom = 1_000_000\nto = 1_500_000\nstep = 500_000\n"
    );
    fs::write(folder.0.join("solve.toml"), format!("{solve}{levers}")).expect("written");
    let output = command(&folder, &["solve", "solve.toml", "--out", "q"]).output().expect("pfsim runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = columns(&folder.0.join("q/candidates.csv"));
    assert!(made["price"].iter().all(|cell| cell.contains('.')) && made["price"].contains(&"4000.0".to_string()), "{made:?}");
    assert!(made["cap"].iter().all(|cell| cell.parse::<u64>().is_ok()), "{made:?}");
}
