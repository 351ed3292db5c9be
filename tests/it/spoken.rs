//! What is said of deals that no scenario of this repository is: grants alone, nobody who pays, sites, months, money that flows back.
#![cfg(all(feature = "cli", unix))]

use std::fs;

use crate::cli::{Folder, command};

/// Grants pay for two sites; an evaluator compares in every way; a payor may fail.
const ODD: &str = r#"schema = 1
[deal]
name = "odd"
currency = "CHF"
start = 2026-01-01
period = "month"
periods = 24
[simulation]
trials = 400
seed = 5
[program]
provider = "p"
[[program.site]]
name = "North"
cohorts = { count = 2, size = 40 }
[[program.site]]
name = "South"
cohorts = { count = 2, size = 60 }
[[program.site]]
name = "West"
cohorts = { count = 1, size = 10 }
[[program.cost]]
name = "work"
per_participant = 100
source = "worked out"
grade = "C"
[[program.cost]]
name = "classes"
per_group = 50
people = 25
[[program.cost]]
name = "certificates"
per_outcome = 3
of = "job"
[[outcome]]
name = "job"
without = 0.4
effect = 0.1
[[measure]]
name = "alike"
of = "job"
method = { matched = { comparison = 30, bias = 0.0 } }
false_negative = 0.02
false_positive = 0.01
[[measure]]
name = "first fixed"
of = "job"
method = { fixed_then_live = { baseline = 0.4, cohorts = 1, comparison = 31 } }
[[measure]]
name = "lottery"
of = "job"
method = { randomized = { comparison = 32 } }
[[measure]]
name = "both"
of = "job"
method = { blend = { alike = 0.5, lottery = 0.5 } }
[[measure]]
name = "truth"
of = "job"
method = "exact"
[[measure]]
name = "heads"
of = "enrolled"
[[payor]]
name = "City"
hazard = { per_year = 0.9 }
[[payment]]
name = "for each"
payor = "City"
on = "heads"
price = { per_unit = 10 }
paid_after = 6
[[payment]]
name = "nothing by nothing"
payor = "City"
on = "alike"
price = { formula = "100 / (alike.units - alike.units)" }
[[tranche]]
name = "gift"
kind = "grant"
amount = 30_000
"#;

/// What a command prints.
fn said(folder: &Folder, arguments: &[&str]) -> String {
    let output = command(folder, arguments).output().expect("pfsim runs");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn has(said: &str, words: &[&str]) {
    let lacks: Vec<&&str> = words.iter().filter(|words| !said.contains(**words)).collect();
    assert!(lacks.is_empty(), "{lacks:?} is not in\n{said}");
}

fn folder(name: &str, text: &str) -> Folder {
    let folder = Folder::new(name);
    fs::write(folder.0.join("deal.toml"), text).expect("written");
    folder
}

/// The report as text without its charts, entities read.
fn page(folder: &Folder) -> String {
    let page = fs::read_to_string(folder.0.join("out/deal/report.html")).expect("a page");
    let mut text = String::new();
    let mut inside = false;
    for letter in page.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    let plain = text.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", "\"");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn months_sites_and_grants() {
    let folder = folder("odd", ODD);
    let memo = said(&folder, &["run", "deal.toml", "--quiet"]);
    has(&memo, &["\"nothing by nothing\" has an undefined claim in over 99", "a division by zero"]);
    has(
        &page(&folder),
        &[
            "The work is funded by up to CHF 30,000 of grants.",
            "Delivered at 3 sites: North, South and West.",
            "a matched group of 30 people a cohort",
            "a fixed rate for 1 cohort, then a randomized control group of 31 people a cohort",
            "a randomized control group of 32 people a cohort",
            "a weighted blend of other measures",
            "the true effect, known only to the simulation",
            "2% false negatives, 1% false positives",
            "people enrolled",
            "computed",
            "Chance of default",
            "Default of City",
        ],
    );
    let terms = said(&folder, &["check", "deal.toml", "--no-simulation"]);
    has(&terms, &["CHF 10", "month"]);
    has(&said(&folder, &["readiness", "deal.toml"]), &["if every payor surely paid"]);
}

/// 40 of the 190 people are the second half of North, 60 that of South; West has one cohort, of which there is no second half. What the
/// work costs: 100 for each, and 50 for each 25 of a cohort: 2 groups of 40, 3 of 60, 1 of 10.
#[test]
fn sites_that_pull_out() {
    let folder = folder("sites", ODD);
    let figures = ["stress", "deal.toml", "--of", "program.enrolled", "--of", "program.cost", "--json"];
    let found: serde_json::Value = serde_json::from_str(&said(&folder, &figures)).expect("JSON");
    let of = |name: &str| found["stresses"].as_array().expect("a list").iter().find(|one| one["name"] == name).expect("a stress").clone();
    let enrolled = |name: &str| of(name)["figures"]["program.enrolled"]["value"].as_f64();
    assert_eq!((enrolled("North pulls out"), enrolled("South pulls out")), (Some(170.0), Some(150.0)));
    let said = said(&folder, &["stress", "deal.toml", "--of", "program.enrolled"]);
    has(&said, &["it has only one cohort", "West pulls out", "nobody enrols at South in the second half of its cohorts"]);
}

/// Work that nobody promises to pay for, and about which nothing is uncertain.
#[test]
fn nobody_pays_and_nothing_varies() {
    let text = "schema = 1\n[deal]\nname = \"alone\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 3\n\
        [simulation]\ntrials = 300\nseed = 5\n[program]\nprovider = \"p\"\ncohorts = { count = 1, size = 10 }\n\
        [[program.cost]]\nname = \"work\"\nper_participant = 5_000_000\n[[outcome]]\nname = \"job\"\nrate = 1.0\n\
        [[tranche]]\nname = \"gift\"\nkind = \"grant\"\namount = 50_000_000\n";
    let folder = folder("alone", text);
    said(&folder, &["run", "deal.toml", "--quiet"]);
    has(&page(&folder), &["No payment is promised.", "The work is funded by up to $50,000,000 of grants."]);
    let power = said(&folder, &["power", "deal.toml"]);
    has(&power, &["No payment is paid on an outcome that also happens without the program: there is no effect to be told."]);
    let sensitivity = said(&folder, &["sensitivity", "deal.toml", "--of", "program.cost.mean"]);
    has(&sensitivity, &["No number of this scenario is uncertain: only luck decides."]);
    let layers = said(&folder, &["layers", "deal.toml"]);
    has(&layers, &["certain"]);
}

/// Every year ten people for 1,000; 150 for each who has a job, which all have, a year later. The grant pays the first year; 1,500 then
/// pay the second and leave 500 in the grant's pot for the third. There the payor should have 3,800 less the 1,500 that it owes: the
/// loan has 2,000.
const BACK: &str = r#"schema = 1
[deal]
name = "back"
currency = "USD"
start = 2025-01-01
period = "year"
periods = 5
[simulation]
trials = 100
seed = 5
[program]
provider = "p"
cohorts = { count = 3, size = 10 }
[[program.cost]]
name = "work"
per_participant = 100
[[outcome]]
name = "job"
rate = 1.0
[[measure]]
name = "jobs"
of = "job"
[[payor]]
name = "City"
[[payment]]
name = "for each"
payor = "City"
on = "jobs"
cohorts = [1, 2]
price = { per_unit = 150 }
paid_after = 1
[[payment]]
name = "malus"
payor = "City"
on = "jobs"
cohorts = [3]
two_way = true
price = { by = "rate", steps = [{ from = 0.5, pay = -3_800 }] }
[[stop]]
name = "early end"
at = 2028-01-01
when = "date >= 2028-01-01"
[capital]
recycle_until = 2025-12-31
[[tranche]]
name = "seed"
kind = "recyclable_grant"
amount = 1_000
[[tranche]]
name = "loan"
kind = "senior"
amount = 2_000
"#;

#[test]
fn money_that_flows_back() {
    let folder = folder("back", BACK);
    let ledger = said(&folder, &["explain", "deal.toml", "--trial", "0"]);
    let ledger = ledger.split_whitespace().collect::<Vec<_>>().join(" ");
    has(
        &ledger,
        &[
            "costs paid from repayments of seed −500.00",
            "paid to payors by drawing loan −2,000.00",
            "owed to payors and unpaid −300.00",
            "the program ends: early end",
        ],
    );
    let mut arguments = vec!["run", "deal.toml", "--quiet"];
    if cfg!(feature = "xlsx") {
        arguments.push("--xlsx");
    }
    said(&folder, &arguments);
    has(&page(&folder), &["In some trials refunds to payors stay unpaid: $"]);
    #[cfg(feature = "xlsx")]
    {
        let file = fs::File::open(folder.0.join("out/deal/deal.xlsx")).expect("a workbook");
        let mut zip = zip::ZipArchive::new(file).expect("a zip");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/sharedStrings.xml").expect("strings"), &mut text).expect("text");
        has(&text, &["from a pot", "for a payor", "nobody could pay it", "the program ends: date"]);
    }
}
