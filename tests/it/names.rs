//! Names that look the same are the same name, and no name becomes a formula in a table.

use pfsim::export::tables;
use pfsim::scenario;
use pfsim::study::{Options, run};

/// A scenario with two parts in each section that has names; `one` and `other` are the names of the two in `section`.
fn scenario(section: &str, one: &str, other: &str) -> String {
    let name = |here: &str, at: usize| match (here == section, at) {
        (true, 0) => one.to_string(),
        (true, _) => other.to_string(),
        (false, at) => format!("{here} {at}"),
    };
    let two = |here: &str, rest: &dyn Fn(usize) -> String| -> String {
        (0..2).map(|at| format!("[[{here}]]\nname = \"{}\"\n{}\n", name(here, at), rest(at))).collect()
    };
    let outcome = name("outcome", 0);
    let parts = [
        two("program.site", &|_| "cohorts = { count = 1, size = 100 }".into()),
        two("program.cost", &|_| "per_participant = 1_000".into()),
        two("outcome", &|_| "without = 0.4\neffect = 0.1\nsource = \"made up\"".into()),
        two("records", &|_| "match_rate = 0.9".into()),
        two("measure", &|at| format!("of = \"{outcome}\"\nrecords = \"{}\"", name("records", at))),
        two("payor", &|_| "cap = 900_000".into()),
        two("formula", &|_| "is = \"1\"".into()),
        two("payment", &|at| format!("payor = \"{}\"\non = \"{}\"\nprice = {{ per_unit = 100 }}", name("payor", at), name("measure", at))),
        two("stop", &|_| "when = \"year >= 9\"".into()),
        two("tranche", &|_| "rank = 1\namount = 100_000".into()),
        two("guarantee", &|at| format!("guarantor = \"G\"\nof = \"{}\"\npercent = 0.1", name("tranche", at))),
        two("bonus", &|_| "date = 2026-01-01\namount = 1".into()),
    ];
    let head = "schema = 1\n[deal]\nname = \"D\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n[program]\nprovider = \"P\"\n";
    format!("{head}{}", parts.concat())
}

const SECTIONS: [&str; 12] = [
    "program.site",
    "program.cost",
    "outcome",
    "records",
    "measure",
    "payor",
    "formula",
    "payment",
    "stop",
    "tranche",
    "guarantee",
    "bonus",
];

/// The same word in other letters: composed and not, with something unseen, another space, another hyphen, wide letters.
const ALIKE: [(&str, &str); 6] = [
    ("Café", "Cafe\u{301}"),
    ("City", "Ci\u{200B}ty"),
    ("New York", "New\u{A0}York"),
    ("New York", "New  York"),
    ("job-ready", "job\u{2011}ready"),
    ("City", "Ｃity"),
];

#[test]
fn names_that_look_the_same_are_refused_in_every_section() {
    for section in SECTIONS {
        let fine = scenario::parse("deal.toml", &scenario(section, "City", "city"));
        assert!(fine.is_ok(), "{section}: {}", fine.expect_err("problems"));
        for (one, other) in ALIKE {
            let text = scenario(section, one, other);
            let problems = scenario::parse("deal.toml", &text).expect_err("names that look the same");
            let found = problems.problems.iter().find(|problem| problem.code == "duplicate-name").unwrap_or_else(|| panic!("{problems}"));
            let place = &text[found.span.clone().expect("a place")];
            assert!(place.contains(other) && found.message.contains(&format!("{section} 1 of the file")), "{problems}");
        }
        let twice = scenario::parse("deal.toml", &scenario(section, "City", "City")).expect_err("twice the same");
        assert!(twice.to_string().contains(&format!("there are two {section}s named `City`")), "{twice}");
    }
}

/// What is named in the same expressions does not look the same either; a name that is meant by another is told apart by its letters.
#[test]
fn names_across_sections_and_references() {
    let text = scenario("measure", "Café", "other");
    let with = |from: &str, to: &str| scenario::parse("deal.toml", &text.replacen(from, to, 1)).expect_err(to).to_string();
    let said = with("name = \"formula 0\"", "name = \"Cafe\u{301}\"");
    assert!(said.contains("looks like that of measure 1 of the file, and is another: U+0065 U+0301 here, U+00E9 there"), "{said}");
    let said = with("name = \"outcome 1\"", "name = \"Cafe\u{301}\"");
    assert!(said.contains("looks like that of outcome 2 of the file"), "{said}");
    let said = with("payor = \"payor 0\"", "payor = \"payor\u{A0}0\"");
    assert!(said.contains("`payor 0` looks the same and is another: U+00A0 U+0030 here, U+0020 U+0030 there; copy the name"), "{said}");
    let said = with("name = \"outcome 1\"", "name = \"enrolled\u{200B}\"");
    assert!(said.contains("no other may have its name"), "{said}");
    let said = with("name = \"outcome 1\"", "name = \"\u{200B}\u{2060}\"");
    assert!(said.contains("bad-name"), "{said}");
}

/// A deal of which every name, source and question would be a formula.
fn formulas() -> String {
    let mut text = String::new();
    for section in SECTIONS {
        if text.is_empty() {
            text = scenario(section, "=cmd|' /C calc'!A0", "+1+cmd");
        }
    }
    // Each name gets a sign before it, everywhere: what refers to it too.
    for (at, section) in SECTIONS.iter().enumerate() {
        let sign = ["=", "+", "@", "-x"][at % 4];
        text = text.replace(&format!("\"{section} "), &format!("\"{sign}{section} "));
    }
    text.replace("\"made up\"", "\"=HYPERLINK(1)\"")
        .replace("name = \"D\"", "name = \"=D()\"")
        .replace("\"P\"", "\"@P\"")
        .replace("\"G\"", "\"-Guarantor\"")
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let deal = crate::support::deal(&formulas());
    let options = Options::default().trials(600).seed(1);
    let run = run(&deal, &options).expect("a run");
    let (mut cells, mut apostrophes, mut below) = (0, 0, 0);
    for (name, contents) in tables::tables(&deal, &run).expect("tables") {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(contents.as_slice());
        for record in reader.records() {
            for cell in &record.expect("a row") {
                cells += 1;
                apostrophes += usize::from(cell.starts_with('\''));
                let number = cell.parse::<f64>().is_ok();
                below += usize::from(number && cell.starts_with('-'));
                assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            }
        }
    }
    assert!(cells > 1_000 && apostrophes > 5 && below > 10, "{cells} {apostrophes} {below}");
}

/// In the workbook such names are texts: a formula never has one of them.
#[test]
#[cfg(all(feature = "cli", feature = "xlsx"))]
fn no_name_is_a_formula_in_the_workbook() {
    use std::io::Read;

    use super::cli::{Folder, command};
    let folder = Folder::new("names-workbook");
    std::fs::write(folder.0.join("deal.toml"), formulas()).expect("written");
    let output = command(&folder, &["run", "deal.toml", "--trials", "100", "--xlsx", "--out", "out"]).output().expect("pfsim runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let file = std::fs::File::open(folder.0.join("out/deal.xlsx")).expect("the workbook");
    let mut archive = zip::ZipArchive::new(file).expect("a zip");
    let (mut formulas, mut texts) = (0, 0);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let mut text = String::new();
        if !entry.name().is_ok_and(|name| name.ends_with(".xml")) || entry.read_to_string(&mut text).is_err() {
            continue;
        }
        let document = roxmltree::Document::parse(&text).expect("XML");
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let inner = node.text().unwrap_or_default();
            match node.tag_name().name() {
                "f" | "definedName" => {
                    formulas += 1;
                    for bad in ["cmd", "HYPERLINK", "D()", "@P", "-Guarantor", "payor ", "tranche "] {
                        assert!(!inner.contains(bad), "{inner}");
                    }
                }
                "t" => texts += usize::from(inner.starts_with(['=', '+', '@', '-'])),
                _ => {}
            }
        }
    }
    assert!(formulas > 20 && texts > 5, "{formulas} {texts}");
}
