//! Closed deals, settled on their published results (`tests/worked`): what was paid is paid again, to the cent.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pfsim::engine::settle;
use pfsim::report::settlement::{Settlement, settlement};
use pfsim::report::settlement_text::text;
use pfsim::scenario;
use pfsim::study::{Options, backtest};
use serde::Deserialize;

/// What must come out. Only published or inferred figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    note: Option<String>,
    total: Option<f64>,
    #[serde(default)]
    payments: BTreeMap<String, f64>,
    #[serde(default)]
    payors: BTreeMap<String, f64>,
    #[serde(default)]
    tranches: BTreeMap<String, BTreeMap<String, f64>>,
    #[serde(default)]
    guarantees: BTreeMap<String, f64>,
    #[serde(default)]
    formulas: BTreeMap<String, f64>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every case: the scenario, its results, what is expected.
fn cases() -> Vec<[PathBuf; 3]> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(root().join("tests/worked")).expect("the worked deals") {
        let folder = entry.expect("an entry").path();
        let Some(name) = folder.is_dir().then(|| folder.file_name().expect("a name").to_string_lossy().into_owned()) else { continue };
        for entry in fs::read_dir(&folder).expect("a folder") {
            let results = entry.expect("an entry").path();
            let file = results.file_name().expect("a name").to_string_lossy().into_owned();
            let Some(case) = file.strip_prefix("results") else { continue };
            let expected = folder.join(format!("expected{case}"));
            cases.push([root().join(format!("scenarios/closed/{name}.toml")), results, expected]);
        }
    }
    cases.sort();
    cases
}

/// The figures of `settled` that differ from what is expected.
fn differences(expected: &Expected, settled: &Settlement) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare = |what: String, wanted: f64, found: Option<f64>| {
        let near = found.is_some_and(|found| (found - wanted).abs() < 0.005);
        if !near {
            wrong.push(format!("{what}: expected {wanted}, settled {found:?}"));
        }
    };
    if let Some(total) = expected.total {
        compare("total".into(), total, Some(settled.total));
    }
    for (name, &wanted) in &expected.payments {
        let found = settled.payments.iter().find(|payment| payment.name == *name).map(|payment| payment.paid);
        compare(format!("payment {name}"), wanted, found);
    }
    let named =
        |all: &[pfsim::report::settlement::Named], name: &str| all.iter().find(|known| known.name == name).map(|known| known.amount);
    for (name, &wanted) in &expected.payors {
        compare(format!("payor {name}"), wanted, named(&settled.payors, name));
    }
    for (name, &wanted) in &expected.guarantees {
        compare(format!("guarantee {name}"), wanted, named(&settled.guarantees, name));
    }
    for (name, wanted) in &expected.tranches {
        let tranche = settled.tranches.iter().find(|tranche| tranche.name == *name);
        for (what, &wanted) in wanted {
            let found = tranche.map(|tranche| if what == "drawn" { tranche.drawn } else { tranche.received });
            compare(format!("tranche {name}, {what}"), wanted, found);
        }
    }
    for (name, &wanted) in &expected.formulas {
        let values: Vec<f64> =
            settled.formulas.iter().filter(|formula| formula.name == *name).filter_map(|formula| formula.value).collect();
        let last = values.iter().find(|value| (**value - wanted).abs() > 1e-9).or(values.first());
        let near = last.is_some_and(|value| (value - wanted).abs() < 1e-9);
        if !near {
            wrong.push(format!("formula {name}: expected {wanted}, worked out {values:?}"));
        }
    }
    wrong
}

#[test]
fn closed_deals_pay_what_they_paid() {
    let cases = cases();
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    let (mut failures, mut figures) = (Vec::new(), 0);
    for [path, results, expected] in &cases {
        let expected: Expected = toml::from_str(&fs::read_to_string(expected).expect("what is expected"))
            .unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        let outcome = scenario::load(path, &[]).and_then(|scenario| Ok((pfsim::results::load(results, &scenario.deal)?, scenario.deal)));
        let (results_read, deal) = match outcome {
            Ok(read) => read,
            Err(error) => {
                failures.push(format!("{}\n{error}", results.display()));
                continue;
            }
        };
        let settled = settle(&deal, &results_read);
        let found = settlement(&settled);
        assert!(text(&settled, &found).contains(&deal.name));
        figures += expected.payments.len() + expected.payors.len() + expected.formulas.len() + expected.guarantees.len();
        figures += expected.tranches.values().map(BTreeMap::len).sum::<usize>() + usize::from(expected.total.is_some());
        let says_something = expected.note.is_some()
            || !(expected.payments.is_empty() && expected.payors.is_empty())
            || expected.total.is_some()
            || !expected.formulas.is_empty();
        assert!(says_something, "{}: nothing is expected and no note says why", results.display());
        let wrong = differences(&expected, &found);
        if !wrong.is_empty() {
            failures.push(format!("{}\n  {}", results.display(), wrong.join("\n  ")));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases differ:\n{}", failures.len(), cases.len(), failures.join("\n\n"));
    assert!(figures >= 140, "only {figures} figures are compared");
}

/// Published of Denver: 8,600,000 put in, 9,638,911.36 got back, 1,038,911.36 more.
#[test]
fn denver_s_lenders_together() {
    let deal = scenario::load(&root().join("scenarios/closed/denver-supportive-housing.toml"), &[]).expect("Denver").deal;
    let results = pfsim::results::load(&root().join("tests/worked/denver-supportive-housing/results.toml"), &deal).expect("results");
    let found = settlement(&settle(&deal, &results));
    let sum = |of: fn(&pfsim::report::settlement::TrancheOutcome) -> f64| found.tranches.iter().map(of).sum::<f64>();
    assert_eq!([sum(|lender| lender.drawn), sum(|lender| lender.received)], [8_600_000.0, 9_638_911.36]);
}

/// Every closed deal also simulates, with its books checked, and its real result has a place among the simulated ones.
#[test]
fn every_closed_deal_has_its_backtest() {
    let actual = cases().into_iter().filter(|[_, results, _]| results.ends_with("results.toml"));
    let mut deals = 0;
    for [path, results, _] in actual {
        let deal = scenario::load(&path, &[]).expect("a closed deal").deal;
        let results = pfsim::results::load(&results, &deal).expect("its results");
        let options = Options::default().trials(1_000).seed(3).audit(true);
        let places = backtest(&deal, &settle(&deal, &results), &options).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let total = places.iter().find(|place| place.name == "payors.total").expect("the total");
        assert!((total.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9 && (0.0..=1.0).contains(&total.percentile()), "{total:?}");
        deals += 1;
    }
    assert_eq!(deals, 21);
}
