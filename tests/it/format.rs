//! `docs/format.md`: its blocks, put together, are a valid scenario that uses every key of the format.

use std::path::Path;

use super::markdown;
use pfsim::engine::settle;
use pfsim::report::{check, settlement, settlement_text};
use pfsim::study::{Options, run};

/// The blocks of the page in one language, put together.
fn blocks(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/format.md");
    markdown::together(&std::fs::read_to_string(path).expect("docs/format.md"), language)
}

/// Keys of the JSON Schema that the page must mention.
fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(|all| all.as_object()) {
        found.extend(properties.keys().cloned());
    }
    match schema {
        serde_json::Value::Object(entries) => entries.values().for_each(|inner| keys(inner, found)),
        serde_json::Value::Array(items) => items.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

#[test]
fn the_blocks_are_one_scenario_that_runs_and_settles() {
    let deal = crate::support::deal(&blocks("toml"));
    assert!(check::text(&deal).contains("Everything the format can say"));
    let options = Options::default().trials(2_000).seed(1).audit(true);
    let run = run(&deal, &options).unwrap_or_else(|error| panic!("{error}"));
    for payment in &deal.payments {
        let name = format!("payment.\"{}\".due", payment.name);
        let due = &run.metrics.iter().find(|metric| metric.name == name).expect("every payment has its metric").summary;
        assert!(due.sd > 0.0 || due.mean > 0.0, "{name} is never due: the page shows nothing");
    }
}

#[test]
fn its_results_say_what_is_missing() {
    let deal = crate::support::deal(&blocks("toml"));
    let text = blocks("toml results");
    let problems = pfsim::results::parse("results.toml", &text, &deal).expect_err("only one of many results is given");
    assert!(problems.problems.iter().all(|problem| problem.code == "missing-result"), "{problems}");
    // With everything that is missing filled in, it settles.
    let mut whole = text;
    for problem in &problems.problems {
        let help = problem.help.as_deref().unwrap_or_default();
        let table = help.split_once("add [[result]] ").and_then(|(_, rest)| rest.split_once(';')).expect("a table to add").0;
        // Numbers that agree: 12 of 150 people, and 5 points more of 590.
        let numbers = [(" units = …", "12"), (" rate = …", "0.08"), (" additional = …", "29.5")];
        let number = numbers.into_iter().find(|(end, _)| table.ends_with(end)).map_or("0.05", |(_, number)| number);
        whole.push_str(&format!("[[result]]\n{}\n", table.replace(", ", "\n").replace('…', number)));
    }
    let results = pfsim::results::parse("results.toml", &whole, &deal).unwrap_or_else(|problems| panic!("{problems}\n{whole}"));
    let settled = settle(&deal, &results);
    let found = settlement::settlement(&settled);
    assert!(found.total > 0.0 && settlement_text::text(&settled, &found).contains("placements"));
}

#[test]
fn every_key_of_the_format_is_on_the_page() {
    let schema: serde_json::Value = serde_json::from_str(&pfsim::experiment::schema(pfsim::experiment::FileKind::Scenario)).expect("JSON");
    let mut all = Vec::new();
    keys(&schema, &mut all);
    all.sort();
    all.dedup();
    assert!(all.len() > 100, "{}", all.len());
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/format.md")).expect("the page");
    let missing: Vec<&String> = all.iter().filter(|key| !page.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}
