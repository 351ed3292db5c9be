//! The workbook: its ledger adds up in every scenario, its cached results are the engine's, and LibreOffice works out the same.
#![cfg(feature = "xlsx")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use pfsim::deal::{Deal, PayorId};
use pfsim::export::workbook::{Contents, bytes};
use pfsim::metrics::Value;
use pfsim::scenario;
use pfsim::study::{Beside, Flows, Options, Run, Trial, run, run_beside, trace, trial_at};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn deal(name: &str) -> Deal {
    let path = root().join("scenarios").join(name);
    scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{}: {error}", path.display())).deal
}

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(5).audit(true)
}

fn simulate(deal: &Deal, trials: u64) -> (Run, Flows) {
    let mut flows = Flows::default();
    let run = run_beside(deal, &options(trials), Beside { flows: Some(&mut flows), ..Beside::default() }).expect("a run");
    (run, flows)
}

fn median(deal: &Deal, run: &Run) -> Trial {
    trace(deal, run.seed, trial_at(run.sampled(Value::Paid).expect("payments"), 0.5).expect("a trial"))
}

fn made(deal: &Deal, run: &Run, flows: &Flows, trial: &Trial) -> Vec<u8> {
    bytes(Contents { deal, run, flows, trial, hash: "abc" }).expect("a workbook")
}

/// A cell: its value as text, and its formula.
type Cell = (String, Option<String>);

/// The cells of every sheet by their place, such as `B7`, read without the library that wrote them.
fn cells(workbook: &[u8]) -> BTreeMap<String, BTreeMap<String, Cell>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).expect("a zip");
    let mut file = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}")).read_to_string(&mut text).expect("text");
        text
    };
    let (book, shared) = (file("xl/workbook.xml"), file("xl/sharedStrings.xml"));
    let shared = roxmltree::Document::parse(&shared).expect("XML");
    let text = |node: roxmltree::Node<'_, '_>| {
        node.descendants().filter(|node| node.is_text()).map(|node| node.text().unwrap_or("")).collect::<String>()
    };
    let strings: Vec<String> = shared.root_element().children().filter(|node| node.is_element()).map(text).collect();
    let book = roxmltree::Document::parse(&book).expect("XML");
    let names = book.descendants().filter(|node| node.has_tag_name(("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "sheet")));
    let names: Vec<String> = names.map(|node| node.attribute("name").expect("a name").to_string()).collect();
    let mut sheets = BTreeMap::new();
    for (index, name) in names.into_iter().enumerate() {
        let xml = file(&format!("xl/worksheets/sheet{}.xml", index + 1));
        let xml = roxmltree::Document::parse(&xml).expect("XML");
        let mut found = BTreeMap::new();
        for cell in xml.descendants().filter(|node| node.tag_name().name() == "c") {
            let child = |tag: &str| cell.children().find(|node| node.tag_name().name() == tag).map(text);
            let Some(value) = child("v") else { continue };
            let value = if cell.attribute("t") == Some("s") { strings[value.parse::<usize>().expect("an index")].clone() } else { value };
            found.insert(cell.attribute("r").expect("a place").to_string(), (value, child("f")));
        }
        sheets.insert(name, found);
    }
    sheets
}

/// The rows of a sheet as columns A to Z.
fn lines(sheet: &BTreeMap<String, Cell>) -> BTreeMap<u32, BTreeMap<String, Cell>> {
    let mut rows: BTreeMap<u32, BTreeMap<String, Cell>> = BTreeMap::new();
    for (place, cell) in sheet {
        let letters: String = place.chars().take_while(char::is_ascii_alphabetic).collect();
        rows.entry(place[letters.len()..].parse().expect("a row")).or_default().insert(letters, cell.clone());
    }
    rows
}

fn number(cells: &BTreeMap<String, Cell>, column: &str) -> f64 {
    let (value, _) = cells.get(column).unwrap_or_else(|| panic!("no column {column} in {cells:?}"));
    value.parse().unwrap_or_else(|_| panic!("{value} is no number"))
}

/// In every scenario: each total of the ledger is the engine's, the project never owes cash, and it ends with what the engine holds.
#[test]
fn every_ledger_adds_up() {
    let mut seen = 0;
    for folder in ["closed", "programs", "examples"] {
        for entry in fs::read_dir(root().join("scenarios").join(folder)).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let deal = deal(path.to_str().expect("a name"));
            let (run, flows) = simulate(&deal, 30);
            for share in [0.1, 0.5, 1.0] {
                let number_of = trial_at(run.sampled(Value::Paid).expect("payments"), share).expect("a trial");
                let sheets = cells(&made(&deal, &run, &flows, &trace(&deal, 5, number_of)));
                let name = path.display();
                let mut compared = 0;
                for (row, cells) in lines(&sheets["Totals"]) {
                    if cells.get("G").is_some_and(|(_, formula)| formula.is_some()) {
                        assert_eq!(number(&cells, "G"), 0.0, "{name}, row {row} of Totals: {cells:?}");
                        compared += 1;
                    }
                }
                assert!(compared >= 5, "{name}: {compared} totals");
                for (row, cells) in lines(&sheets["Ledger"]).into_iter().filter(|(row, _)| *row > 6) {
                    assert!(number(&cells, "L") >= 0.0, "{name}, row {row}: the project owes cash: {cells:?}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

/// The cached results of the flagship are the engine's own figures.
#[test]
fn results_are_the_engines() {
    let deal = deal("programs/per-scholas-alumni-upskilling.toml");
    let (run, flows) = simulate(&deal, 700);
    let trial = median(&deal, &run);
    let sheets = cells(&made(&deal, &run, &flows, &trial));
    let own = |name: &str| trial.metrics.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1;
    let close = |one: f64, other: f64| assert!((one - other).abs() < 0.005, "{one} and {other}");
    let totals = lines(&sheets["Totals"]);
    let row = |name: &str, at: usize| {
        totals
            .values()
            .filter(|cells| cells.get("A").is_some_and(|(text, _)| text == name))
            .nth(at)
            .unwrap_or_else(|| panic!("no {name}"))
            .clone()
    };
    for payor in &deal.payors {
        close(number(&row(&payor.name, 0), "B"), own(&format!("payor.\"{}\".total", payor.name)));
    }
    for payment in &deal.payments {
        close(number(&row(&payment.name, 0), "B"), own(&format!("payment.\"{}\".due", payment.name)));
        close(number(&row(&payment.name, 0), "C"), own(&format!("payment.\"{}\".paid", payment.name)));
    }
    let junior = row("junior loan", 0);
    close(number(&junior, "B"), own("tranche.\"junior loan\".drawn"));
    close(number(&junior, "C"), own("tranche.\"junior loan\".received"));
    close(number(&row("Costs of the program that were paid", 0), "B"), own("program.cost_paid"));
    close(number(&row("Paid by payors", 0), "B"), own("payors.total"));
    // Expected payments are the means of the run, over all trials.
    let payments = lines(&sheets["Payments"]);
    let all = payments.values().find(|cells| cells.get("A").is_some_and(|(text, _)| text == "All periods")).expect("totals");
    let mean = run.summary(Value::Paid).expect("payments").mean;
    assert!((number(all, "H") - mean).abs() < 1e-6 * mean, "{} and {mean}", number(all, "H"));
    close(number(all, "G"), own("payors.total"));
    // Units times price is a formula wherever it is the whole story.
    let ledger = lines(&sheets["Ledger"]);
    let priced = ledger.values().filter(|cells| cells.contains_key("H") && cells.get("J").is_some_and(|(_, formula)| formula.is_some()));
    let priced: Vec<_> = priced.collect();
    assert!(priced.len() > 10, "{}", priced.len());
    assert!(priced.iter().all(|cells| (number(cells, "H") * number(cells, "I") - number(cells, "J")).abs() < 0.006));
    assert!(sheets["Read me"].values().any(|(text, formula)| formula.is_some() && text.starts_with("yes")));
    let formulas = sheets.values().flat_map(BTreeMap::values).filter(|(_, formula)| formula.is_some()).count();
    assert!(formulas > 300, "{formulas}");
}

/// What is kept beside a run changes none of its numbers, and sums up to them; the same run gives the same bytes.
#[test]
fn the_workbook_changes_nothing() {
    let deal = deal("closed/denver-supportive-housing.toml");
    let (mut rows, mut flows) = (0, Flows::default());
    let mut row = |observed: &pfsim::metrics::Observed| rows += observed.lanes;
    let beside = Beside { rows: Some(&mut row), flows: Some(&mut flows), ..Beside::default() };
    let with = run_beside(&deal, &options(1_300), beside).expect("a run");
    let without = run(&deal, &options(1_300)).expect("a run");
    assert_eq!(format!("{:?}", with.metrics), format!("{:?}", without.metrics));
    assert_eq!(format!("{:?}", with.chances), format!("{:?}", without.chances));
    assert_eq!((rows, flows.trials), (1_300, 1_300));
    let paid = flows.mean(&deal, flows.paid.iter().flatten().sum());
    let mean = with.summary(Value::Paid).expect("payments").mean;
    assert!((paid - mean).abs() <= 1e-9 * mean, "{paid} and {mean}");
    let trial = median(&deal, &with);
    assert_eq!(made(&deal, &with, &flows, &trial), made(&deal, &with, &flows, &trial));
}

/// The starter with a payor, and an investor, whose names a spreadsheet would take for a pattern and a comparison.
fn treacherous() -> Deal {
    let text = fs::read_to_string(root().join("scenarios/starter.toml")).expect("the starter");
    let changed = text.replace("\"City\"", "\"100* City?\"").replace("\"bank loan\"", "\">bank loan\"");
    assert_ne!(text, changed);
    crate::support::deal(&changed)
}

#[test]
fn treacherous_names_are_compared_letter_by_letter() {
    let deal = treacherous();
    assert!(deal.payors[PayorId(0)].name.contains('*') && deal.capital.tranches.iter().any(|tranche| tranche.name.starts_with('>')));
    let (run, flows) = simulate(&deal, 50);
    let sheets = cells(&made(&deal, &run, &flows, &median(&deal, &run)));
    let exact = sheets["Totals"].values().filter_map(|(_, formula)| formula.as_ref()).filter(|formula| formula.contains("EXACT(")).count();
    assert!(exact >= 3, "{exact}");
}

/// LibreOffice, which works every formula out anew, comes to the cached results in every cell.
#[test]
fn libreoffice_works_out_the_same() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("skipped: there is no soffice");
        return;
    }
    let folder = std::env::temp_dir().join(format!("pfsim-workbook-{}", std::process::id()));
    let profile = folder.join("profile");
    fs::create_dir_all(profile.join("user")).expect("a folder");
    let always = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\
                  <item oor:path=\"/org.openoffice.Office.Calc/Formula/Load\"><prop oor:name=\"OOXMLRecalcMode\" oor:op=\"fuse\">\
                  <value>0</value></prop></item></oor:items>";
    fs::write(profile.join("user/registrymodifications.xcu"), always).expect("written");
    let names = ["programs/per-scholas-alumni-upskilling", "closed/denver-supportive-housing", "programs/ut-coursera", "examples/capital"];
    let mut files: Vec<(&str, PathBuf, Vec<u8>)> = Vec::new();
    let deals = names.map(|name| (name, deal(&format!("{name}.toml"))));
    for (index, (name, deal)) in deals.into_iter().chain([("treacherous", treacherous())]).enumerate() {
        let (run, flows) = simulate(&deal, 300);
        let workbook = made(&deal, &run, &flows, &median(&deal, &run));
        let file = folder.join(format!("deal{index}.xlsx"));
        fs::write(&file, &workbook).expect("written");
        files.push((name, file, workbook));
    }
    let every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", every_sheet, "--outdir"])
        .arg(&folder)
        .args(files.iter().map(|(_, file, _)| file))
        .output()
        .expect("soffice runs");
    assert!(output.status.success(), "{output:?}");
    for (index, (name, _, workbook)) in files.into_iter().enumerate() {
        let mut compared = 0;
        for (sheet, cells) in cells(&workbook) {
            let csv = folder.join(format!("deal{index}-{sheet}.csv"));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&csv).expect("a sheet");
            let table: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
            for (row, line) in lines(&cells) {
                for (column, (cached, formula)) in line {
                    let Some(formula) = formula else { continue };
                    let at = column.bytes().fold(0, |at, letter| at * 26 + usize::from(letter - b'A') + 1) - 1;
                    let theirs = table.get(row as usize - 1).and_then(|row| row.get(at)).unwrap_or_default();
                    let percent = theirs.strip_suffix('%').and_then(|text| text.parse::<f64>().ok()).map(|percent| percent / 100.0);
                    let same = match (cached.parse::<f64>(), theirs.parse::<f64>().ok().or(percent)) {
                        (Ok(ours), Some(theirs)) => (ours - theirs).abs() <= 1e-6 + 1e-9 * ours.abs(),
                        _ => cached.as_str() == theirs,
                    };
                    assert!(same, "{name}, {sheet}!{column}{row} ={formula}: {cached} and {theirs}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{name}: {compared}");
    }
    let _ = fs::remove_dir_all(folder);
}
