//! Forecasts of running deals against posteriors that were worked out otherwise: by fractions, quadrature and enumeration
//! (`tests/running/exact/*/derive.py`, which know nothing of this program).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pfsim::cohort;
use pfsim::deal::{CohortId, Deal};
use pfsim::engine::{Block, Plan};
use pfsim::results;
use pfsim::study::forecast::Forecast;
use pfsim::study::{Options, forecast};
use pfsim::{Memory, Scenario};

/// One false alarm in a million comparisons.
const Z: f64 = 4.8916;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/running/exact")
}

/// A deal with what is known of it.
pub(crate) fn running(deal: &str, so_far: &str) -> Deal {
    let scenario = Scenario::parse(deal, Memory::default()).unwrap_or_else(|problems| panic!("{problems}"));
    let known = results::so_far("so-far.toml", so_far, &scenario.deal, None).unwrap_or_else(|problems| panic!("{problems}"));
    Deal { so_far: Some(Arc::new(known)), ..scenario.deal }
}

struct Case {
    name: String,
    deal: Deal,
    expected: toml::Table,
}

fn cases() -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(root()).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join("deal.toml").exists()) {
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        found.push(Case {
            deal: running(&read("deal.toml"), &read("so-far.toml")),
            expected: read("expected.toml").parse().expect("TOML"),
            name,
        });
    }
    assert!(found.len() >= 14, "found only {}", found.len());
    found
}

/// The value of a figure in the futures, or in the plan.
fn found(case: &Case, forecast: &Forecast, of: &str, figure: &str, beside: Option<&str>, plan: bool) -> Option<f64> {
    let run = if plan { &forecast.plan } else { &forecast.run };
    if let Some(name) = of.strip_prefix("input.\"").and_then(|rest| rest.strip_suffix('"')) {
        let values = |name: &str| {
            let input = forecast.inputs.iter().find(|input| input.name == name).unwrap_or_else(|| panic!("{}: no input {name}", case.name));
            if plan { input.planned.clone() } else { input.values.clone() }
        };
        let own = values(name);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let product = |a: &[f64], b: &[f64]| {
            let (of_a, of_b) = (mean(a), mean(b));
            a.iter().zip(b).map(|(a, b)| (a - of_a) * (b - of_b)).sum::<f64>() / a.len() as f64
        };
        return Some(match figure {
            "mean" => mean(&own),
            "sd" => product(&own, &own).sqrt(),
            "correlation" => {
                let other = values(beside?.strip_prefix("input.\"")?.strip_suffix('"')?);
                product(&own, &other) / (product(&own, &own) * product(&other, &other)).sqrt()
            }
            _ => return None,
        });
    }
    match figure {
        "chance" => run.chance(of).map(|chance| chance.share.share()),
        "mean" => run.metric(of).map(|metric| metric.summary.mean),
        "sd" => run.metric(of).map(|metric| metric.summary.sd),
        _ => None,
    }
}

#[test]
fn forecasts_are_the_posteriors_worked_out_otherwise() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in cases() {
        let forecast = forecast(&case.deal, &Options::default()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let evidence = forecast.evidence.expect("something was reported");
        let trials = forecast.run.trials as f64;
        for one in case.expected["expected"].as_array().expect("a list") {
            let text = |key: &str| one.get(key).and_then(toml::Value::as_str);
            let number = |key: &str| one.get(key).and_then(|value| value.as_float().or(value.as_integer().map(|whole| whole as f64)));
            let (of, figure) = (text("of").expect("of"), text("figure").expect("figure"));
            for (value, spread, plan) in [("value", "spread", false), ("plan", "plan_spread", true)] {
                let Some(wanted) = number(value) else { continue };
                let Some(got) = found(&case, &forecast, of, figure, text("beside"), plan) else { continue };
                compared += 1;
                let effective = if plan { f64::INFINITY } else { evidence.effective };
                let error = number(spread).expect("its spread") * (1.0 / trials + 1.0 / effective).sqrt();
                if (got - wanted).abs() > Z * error + 1e-9 * wanted.abs() {
                    let kind = if plan { "plan" } else { "forecast" };
                    wrong.push(format!("{}: {kind} {of} {figure} is {got}, worked out {wanted} ± {error}", case.name));
                }
            }
        }
        if let Some(share) = case.expected.get("effective_share").and_then(toml::Value::as_float) {
            // What is drawn beside the inputs costs some: luck that is shared is chosen among several.
            let got = evidence.effective / evidence.weighed as f64;
            if !(0.5 * share..=1.1 * share).contains(&got) {
                wrong.push(format!(
                    "{}: of {} trials {} tell, worked out a share of {share}",
                    case.name, evidence.weighed, evidence.effective
                ));
            }
        }
    }
    assert!(compared > 250, "only {compared} numbers were compared");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn people_who_were_misreported_are_as_many_as_they_can_be() {
    let case = cases().into_iter().find(|case| case.name == "misreported").expect("the case");
    let plan = Plan::new(&case.deal, 5);
    let mut block = Block::new(&plan, 512);
    let mut counts = Vec::new();
    for first in (0..20_480).step_by(512) {
        block.draw(&plan, first);
        counts.extend(block.world.outcomes[pfsim::deal::OutcomeId(0)].count.row(CohortId(0).0).iter().map(|count| f64::from(*count)));
    }
    let effective = plan.learnt().and_then(|learnt| learnt.evidence()).expect("evidence").effective;
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    for one in case.expected["expected"].as_array().expect("a list") {
        if one["of"].as_str() == Some("true count of \"placed\" in cohort 1") && one["figure"].as_str() == Some("mean") {
            let (wanted, spread) = (one["value"].as_float().expect("a value"), one["spread"].as_float().expect("a spread"));
            let error = spread * (1.0 / counts.len() as f64 + 1.0 / effective).sqrt();
            assert!((mean - wanted).abs() < Z * error, "{mean} people had it, worked out {wanted} ± {error}");
            return;
        }
    }
    panic!("the case says nothing of true counts");
}

/// What can be true of a person doubles with each round: beyond fourteen facts there is no forecast, and it says so at once.
#[test]
fn too_many_facts_of_the_same_people_are_refused() {
    let deal = "schema = 1\n[deal]\nname = \"d\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"month\"\nperiods = 30\n\
        [program]\nprovider = \"p\"\ncohorts = { count = 1, size = 50 }\n[[outcome]]\nname = \"work\"\nrate = { beta = { mean = 0.5, sd = 0.1 } }\n\
        rounds = { count = 24, every = 1 }\nkeeps = 0.9\nafter = 1\n[[payor]]\nname = \"P\"\n[[payment]]\nname = \"m\"\npayor = \"P\"\n\
        on = \"work\"\nprice = { per_unit = 10 }\n";
    let of = |rounds: usize| {
        let report = |round: usize| format!("{{ measure = \"work\", round = {round}, units = 25 }}");
        let reports: Vec<String> = (1..=rounds).map(report).collect();
        running(deal, &format!("as_of = 2027-05-01\nresult = [{}]\nenrolled = [{{ cohort = 1, people = 50 }}]\n", reports.join(", ")))
    };
    assert_eq!(pfsim::study::forecast::possible(&of(24)), Err(pfsim::study::ForecastError::TooMany { facts: 24, most: 14 }));
    assert_eq!(pfsim::study::forecast::possible(&of(14)), Ok(()));
}

#[test]
fn nothing_known_is_the_plan() {
    let case = &cases()[0];
    let deal = &case.deal;
    let nothing = running(&fs::read_to_string(root().join(&case.name).join("deal.toml")).expect("a file"), "as_of = 2025-01-01\n");
    let [one, other] =
        [&nothing, &Deal { so_far: None, ..deal.clone() }].map(|deal| pfsim::study::run(deal, &Options::default()).expect("a run"));
    for (one, other) in one.metrics.iter().zip(&other.metrics) {
        assert_eq!(format!("{:?}", one.summary), format!("{:?}", other.summary), "{}", one.name);
    }
    assert!(cohort::draws(&nothing, 1, &nothing.inputs()[0], 0, 5) == cohort::draws(deal, 1, &deal.inputs()[0], 0, 5));
}
