//! The register of quantities: its page is complete, and a quantity is one number under one label wherever it is shown.
//!
//! After a change of the register: `UPDATE_BOOK=1 cargo test --test it -- quantities`, and read the diff.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use pfsim::deal::Deal;
use pfsim::metrics::{Catalogue, Quantity, Unit};
use pfsim::report::memo;
use pfsim::scenario;
use serde_json::Value as Json;

use super::cli::{Folder, command, root};

/// What no scenario of the folders may have: every limit of a payment, what others pay, a stop, payments both ways.
const RARE: [&str; 2] = [include_str!("quantities/limits.toml"), include_str!("quantities/two-way.toml")];

fn deals() -> Vec<Deal> {
    let mut files: Vec<PathBuf> = vec![root().join("scenarios/starter.toml")];
    for folder in ["scenarios/examples", "scenarios/programs", "scenarios/closed", "tests/oracles"] {
        let entries = fs::read_dir(root().join(folder)).expect("the folder").map(|entry| entry.expect("an entry").path());
        let mut own: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
        own.sort();
        files.extend(own);
    }
    let rare = RARE.map(|text| crate::support::deal(text));
    rare.into_iter().chain(files.iter().map(|path| scenario::load(path, &[]).expect("a scenario").deal)).collect()
}

/// What is divided into major units is what the register counts in money.
#[test]
fn money_is_what_is_counted_in_money() {
    for deal in deals() {
        for (name, value) in Catalogue::new(&deal).values {
            assert_eq!(value.is_money(), value.quantity(&deal).unit == Unit::Money, "{name}");
        }
    }
}

/// The same deal with NAME for every name.
fn nameless(mut deal: Deal) -> Deal {
    let names = deal.outcomes.iter_mut().map(|one| &mut one.name).chain(deal.measures.iter_mut().map(|one| &mut one.name));
    let names = names.chain(deal.payors.iter_mut().map(|one| &mut one.name)).chain(deal.payments.iter_mut().map(|one| &mut one.name));
    let capital = &mut deal.capital;
    let names = names.chain(capital.tranches.iter_mut().map(|one| &mut one.name));
    let names = names.chain(capital.guarantees.iter_mut().map(|one| &mut one.name));
    names.chain(capital.bonuses.iter_mut().map(|one| &mut one.name)).for_each(|name| *name = "NAME".into());
    deal.outcomes.iter_mut().for_each(|outcome| outcome.fewer_is_better = false);
    (deal.hurdle, deal.hurdle_stated, deal.program.unit) = (0.06, true, None);
    deal
}

/// Quantities in the order of a catalogue, each once, with every unit that it may have.
#[derive(Default)]
struct Rows(Vec<(Quantity, Vec<&'static str>)>);

impl Rows {
    fn add(&mut self, all: impl Iterator<Item = Quantity>, years: &[i16]) {
        let mut after = 0;
        for mut quantity in all {
            for year in years {
                quantity.name = quantity.name.replace(&format!(".fy{year}"), ".fyYYYY");
                quantity.label = quantity.label.replace(&format!("FY{year}"), "the fiscal year YYYY");
            }
            let unit = quantity.unit.general();
            match self.0.iter().position(|(known, _)| known.name == quantity.name) {
                Some(at) => {
                    after = after.max(at + 1);
                    if !self.0[at].1.contains(&unit) {
                        self.0[at].1.push(unit);
                    }
                }
                None => {
                    self.0.insert(after, (quantity, vec![unit]));
                    after += 1;
                }
            }
        }
    }

    /// A table, by whom it is of.
    fn table(&mut self) -> String {
        const OF: [&str; 12] = [
            "program",
            "provider",
            "outcome",
            "measure",
            "payment",
            "payor",
            "payors",
            "deal",
            "tranche",
            "investors",
            "guarantee",
            "bonus",
        ];
        let of = |quantity: &Quantity| OF.iter().position(|of| quantity.name.split('.').next() == Some(*of)).expect("known");
        self.0.sort_by_key(|(quantity, _)| of(quantity));
        let mut text = "| name | what a reader calls it | unit | what it means | over | better |\n|---|---|---|---|---|---|\n".to_string();
        for (quantity, units) in &self.0 {
            let Quantity { name, label, definition, over, better, .. } = quantity;
            let (over, better) = (over.words(), better.words());
            writeln!(text, "| `{name}` | {label} | {} | {definition} | {over} | {better} |", units.join(", ")).expect("text");
        }
        text
    }
}

#[test]
fn the_page_of_quantities_is_the_register() {
    let (mut numbers, mut chances) = (Rows::default(), Rows::default());
    for deal in deals().into_iter().map(nameless) {
        let catalogue = Catalogue::new(&deal);
        let years: Vec<i16> = deal.timeline.fiscal_years().into_iter().collect();
        numbers.add(catalogue.values.iter().map(|(_, value)| value.quantity(&deal)), &years);
        chances.add(catalogue.chances.iter().map(|(_, chance)| chance.quantity(&deal)), &years);
    }
    for key in ["cap_per_person", "cap_per_enrolled", "cap_per_cohort", "cap_per_period", "cap_per_fiscal_year", "cap", "at_most_share"] {
        let name = format!("payment.\"NAME\".{key}_cuts");
        assert!(numbers.0.iter().any(|(quantity, _)| quantity.name == name), "no scenario has {name}");
    }
    for (quantity, _) in numbers.0.iter().chain(&chances.0) {
        let Quantity { name, label, definition, .. } = quantity;
        assert!(definition.ends_with('.') && !label.contains("{}") && !label.is_empty(), "{quantity:?}");
        let named = name.contains('"') && !name.contains(".true_effect_given") && !name.contains(".found_effect_given");
        assert!(!named || label.contains("NAME"), "{name}: {label}");
    }
    let text = format!(
        "# Every quantity\n\n\
         What each number of a run is called, what it is counted in, what it means, over which futures it is taken, and for whom more or less\n\
         of it is better. NAME is the name in the scenario. The dotted name is what `--of`, sweeps and searches take, and the name in files;\n\
         the words are what tables, charts and sentences say. This page is written from the register in the program, which a test holds.\n\n\
         Units: *money* is in major units of the deal's currency (files say which: `USD`), not discounted unless the definition says so; a\n\
         *share* is of 1 (0.05 is 5%), as is a *difference of shares* (0.05 is 5 points); *count* is of outcomes, *amount* in the outcome's own\n\
         unit, *multiple* so many times; a *rate a year* is effective (0.05 is 5%). In the other futures than those that it is taken over, a\n\
         number has no value (`undefined` says how many these are), and a chance is not asked. Where fewer outcomes are better, labels say\n\
         “avoided”, and of a count or median less is better for people.\n\n\
         ## Numbers\n\n{}\n## Chances\n\nEach is a share of the trials that it is taken over.\n\n{}",
        numbers.table(),
        chances.table()
    );
    let path = root().join("docs/quantities.md");
    if std::env::var_os("UPDATE_BOOK").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(text.lines()).find(|(written, text)| written != text);
    assert!(written == text, "docs/quantities.md is not what the register says: {differs:?}");
}

fn printed(folder: &Folder, arguments: &[&str]) -> String {
    let output = command(folder, arguments).output().expect("pfsim runs");
    assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn without_tags(page: &str) -> String {
    page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

/// Rows of a CSV by their first cell.
fn csv(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().expect("a header").clone();
    let row = |row: csv::StringRecord| {
        let cells = heads.iter().zip(&row).map(|(head, cell)| (head.to_string(), cell.to_string()));
        (row[0].to_string(), cells.collect())
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// One number and one label for each quantity, in `summary.json`, the tables, the memo, the page, and in studies of the same futures.
#[test]
fn a_quantity_is_the_same_everywhere() {
    for name in ["starter.toml", "examples/capital.toml", "closed/massachusetts-roca.toml"] {
        let path = root().join("scenarios").join(name);
        let file = path.display().to_string();
        let deal = scenario::load(&path, &[]).expect("a scenario").deal;
        let folder = Folder::new(&format!("quantities-{}", name.replace('/', "-")));
        let futures = ["--trials", "300", "--seed", "3"];
        let memo = printed(&folder, &[&["run", &file, "--out", "all"], &futures[..]].concat());
        let read = |name: &str| fs::read_to_string(folder.0.join("all").join(name)).expect("a file");
        let summary: Json = serde_json::from_str(&read("summary.json")).expect("JSON");
        let (metrics, chances, page) = (csv(&read("metrics.csv")), csv(&read("chances.csv")), without_tags(&read("report.html")));
        let catalogue = Catalogue::new(&deal);
        let mut seen = 0;
        for (number, quantity, table) in catalogue
            .values
            .iter()
            .map(|(name, value)| (name, value.quantity(&deal), &metrics))
            .chain(catalogue.chances.iter().map(|(name, chance)| (name, chance.quantity(&deal), &chances)))
        {
            let (entry, row) = (&summary["metrics"][number], &table[number]);
            assert_eq!((entry["label"].as_str(), entry["unit"].as_str()), (Some(&*quantity.label), Some(quantity.unit.word(&deal))));
            assert_eq!((row["label"].as_str(), row["unit"].as_str()), (&*quantity.label, quantity.unit.word(&deal)));
            let mean = row.get("mean").or(row.get("share")).and_then(|mean| mean.parse::<f64>().ok());
            assert_eq!(entry["mean"]["value"].as_f64(), mean, "{number}");
            seen += 1;
        }
        assert_eq!(seen, metrics.len() + chances.len());
        let number =
            |name: &str, figure: &str| summary["metrics"][name][figure]["value"].as_f64().unwrap_or_else(|| panic!("{name}.{figure}"));
        let money = |name: &str, figure: &str| pfsim::words::money::whole(deal.currency, number(name, figure));
        let error = |name: &str| {
            let error = &summary["metrics"][name]["mean"]["standard_error"];
            pfsim::words::money::whole(deal.currency, error.as_f64().unwrap_or_else(|| panic!("{name}")))
        };
        // The memo and the page show what each payor pays, what each investor puts in, and the program under their labels.
        let shows = |name: &str, text: &str| {
            let line = memo.lines().find(|line| line.trim_start().starts_with(name) && line.contains(text));
            assert!(line.is_some() && page.contains(text), "{file}: {name} and {text} are not both in\n{memo}");
        };
        for payor in &deal.payors {
            let total = format!("payor.\"{}\".total", payor.name);
            shows(&payor.name, &format!("{} ± {}", money(&total, "mean"), error(&total)));
            shows(&payor.name, &money(&total, "p95"));
        }
        for tranche in deal.capital.tranches.iter().filter(|tranche| tranche.is_repaid()) {
            shows(&tranche.name, &money(&format!("tranche.\"{}\".drawn", tranche.name), "mean"));
        }
        for name in ["program.cost", "provider.result"] {
            let label = summary["metrics"][name]["label"].as_str().expect("a label");
            shows(label, &money(name, "p50"));
            assert!(page.contains(label), "{label}");
        }
        // Studies of the same futures.
        let stress: Json = serde_json::from_str(&printed(&folder, &[&["stress", &file, "--json"], &futures[..]].concat())).expect("JSON");
        for (name, figure) in stress["as_it_is"].as_object().expect("figures") {
            let (metric, which) = name.strip_suffix(".p95").map_or((name.trim_end_matches(".mean"), "mean"), |metric| (metric, "p95"));
            assert_eq!(figure["value"].as_f64(), Some(number(metric, which)), "{name}");
            let label = summary["metrics"][metric]["label"].as_str().expect("a label");
            assert!(figure["label"].as_str().is_some_and(|own| own.starts_with(label)), "{name}: {figure}");
        }
        let set = ["--set", "deal.discount_rate=0.011", "--json"];
        let compare: Json =
            serde_json::from_str(&printed(&folder, &[&["compare", &file, &file], &set[..], &futures[..]].concat())).expect("JSON");
        let figures = compare["figures"].as_array().expect("figures");
        for figure in figures {
            let (metric, label) = (figure["metric"].as_str().expect("a name"), figure["label"].as_str().expect("a label"));
            let (own, which) = label.strip_suffix(", median").map_or((label, "mean"), |own| (own, "p50"));
            assert_eq!(summary["metrics"][metric]["label"].as_str(), Some(own), "{figure}");
            match (figure["first"].as_f64(), summary["metrics"][metric][which]["value"].as_f64()) {
                (Some(first), Some(alone)) => assert!((first - alone).abs() <= 1e-9 * alone.abs().max(1.0), "{figure}: {alone}"),
                (first, alone) => assert_eq!(first, alone, "{figure}"),
            }
        }
        assert!(figures.len() > 8, "{}", figures.len());
    }
}

/// No prose of a study names a figure by its dotted name alone.
#[test]
fn studies_say_what_a_reader_calls_it() {
    let folder = Folder::new("quantities-said");
    let file = root().join("scenarios/starter.toml").display().to_string();
    let futures = ["--trials", "400"];
    for (study, label) in [("stress", "investors.loss"), ("sensitivity", "payors.total.mean"), ("layers", ""), ("compare", "")] {
        let own: Vec<&str> = if study == "compare" { vec![&file, &file, "--set", "payor.City.cap=900_000"] } else { vec![&file] };
        let said = printed(&folder, &[&[study], &own[..], &futures[..]].concat());
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(label), "{study}: the name that can be typed\n{said}");
        let expected = match study {
            "stress" => "What has to happen so that all loans together will lose money",
            "sensitivity" => "What all payors will pay, on average (payors.total.mean)",
            "layers" => "what all payors will pay",
            _ => "chance of loss",
        };
        assert!(said.contains(expected), "{study}\n{said}");
    }
}

/// Of a lottery that 60% of the people take up, the contract divides what is found by 0.6. An evaluator without error finds the true
/// effect: on one scale, for each person enrolled, both are the same number, and what the contract reads is that over 0.6.
#[test]
fn the_found_and_the_true_effect_are_on_one_scale() {
    let text = "schema = 1\n[deal]\nname = \"taken up\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 4\n[program]\n\
                provider = \"P\"\ncohorts = { count = 2, size = 500 }\n[[outcome]]\nname = \"placed\"\nwithout = 0.4\n\
                effect = { normal = { mean = 0.1, sd = 0.02 } }\n[[measure]]\nname = \"gain\"\nof = \"placed\"\nmethod = \"exact\"\npool = \"all\"\n\
                treated_share = 0.6\n[[payor]]\nname = \"City\"\n[[payment]]\nname = \"jobs\"\npayor = \"City\"\non = \"gain\"\n\
                price = { lump_sum = 1_000 }\n";
    let deal = crate::support::deal(text);
    let options = pfsim::study::Options::default().trials(500).seed(2).audit(true);
    let run = pfsim::study::run(&deal, &options).expect("a run");
    let mean = |name: &str| run.metrics.iter().find(|metric| metric.name == name).expect("a metric").summary.mean;
    let [found, real] = ["found", "true"].map(|which| mean(&format!("payment.\"jobs\".{which}_effect_given_paid")));
    assert!((found - real).abs() < 1e-12 && (real - mean("outcome.\"placed\".true_effect")).abs() < 1e-12, "{found} {real}");
    assert!((mean("measure.\"gain\".found_effect") - real / 0.6).abs() < 1e-12);
}

/// A fund pays for the work before anything comes in, and again after half came back: many futures have no single rate of return. What is
/// then told is the multiple; of the return only of how many it is. A hurdle that nobody stated is in no table.
#[test]
fn a_return_of_those_that_have_one_is_not_the_return() {
    let text = "schema = 1\n[deal]\nname = \"guarantee\"\ncurrency = \"GBP\"\nstart = 2024-04-01\nperiod = \"quarter\"\nperiods = 12\n[program]\n\
                provider = \"P\"\ncohorts = { count = 4, size = 50 }\nreferral_ratio = { uniform = { low = 0.4, high = 1.2 } }\n\
                [[program.cost]]\nname = \"team\"\nper_period = 60_000\nuntil = 2025-12-31\n[[outcome]]\nname = \"job\"\nrate = 0.4\nafter = 2\n\
                [[measure]]\nname = \"starts\"\nof = \"enrolled\"\n[[payor]]\nname = \"Council\"\n[[payment]]\nname = \"jobs\"\npayor = \"Council\"\n\
                on = \"job\"\nprice = { per_unit = 2_500 }\n[[payment]]\nname = \"volume\"\npayor = \"Council\"\non = \"starts\"\n\
                price = { formula = \"max(0, 40 - starts) * 900\" }\n[[tranche]]\nname = \"fund\"\nkind = \"senior\"\namount = 500_000\n";
    let said = |text: &str| {
        let deal = crate::support::deal(text);
        let options = pfsim::study::Options::default().trials(1_000).seed(1);
        let run = pfsim::study::run(&deal, &options).expect("a run");
        (memo::text(&deal, &run), run)
    };
    let (memo, run) = said(text);
    let without = run.chances.iter().find(|chance| chance.name == "investors.irr_undefined").expect("a chance").share.share();
    assert!(without > 0.05, "{without}");
    let row = memo.lines().find(|line| line.starts_with("  fund ")).expect("a row");
    assert!(row.matches('×').count() == 3 && !row.contains("−100"), "{memo}");
    assert!(memo.contains("fund: no single IRR in ") && memo.contains("% that have one, the median return is "), "{memo}");
    assert!(!memo.contains("reaches"), "nobody stated a hurdle: {memo}");
    let (memo, _) = said(&text.replace("periods = 12\n", "periods = 12\ninvestor_hurdle = 0.04\n"));
    assert!(memo.contains("reaches 4%"), "{memo}");
}
