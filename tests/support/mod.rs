//! What the test binaries share: deals from text, and the values of `tests/oracles.json`.
#![allow(dead_code, reason = "no binary needs all of it")]

use pfsim::deal::Deal;
use pfsim::scenario;
use pfsim::study::{Options, Run};
use serde_json::Value;

/// Two-sided z of a false alarm in a million (oracle O35).
pub const Z: f64 = 4.8916;

/// The deal of a scenario that must have no problems.
#[track_caller]
pub fn deal(text: &str) -> Deal {
    scenario::parse("test.toml", text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// So many trials under this seed.
pub fn options(trials: u64, seed: u64) -> Options {
    Options::default().trials(trials).seed(seed)
}

/// The list of `params` or the map of `values` of one oracle.
pub fn oracle(id: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(include_str!("../oracles.json")).expect("oracles.json is JSON");
    all.into_iter().find(|oracle| oracle["id"] == id).expect("the oracle exists")
}

/// A value written as a decimal string.
pub fn number(value: &Value) -> f64 {
    value.as_str().expect("a decimal string").parse().expect("a number")
}

/// A list of plain numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// Every number of a run as text: a form of the tests' own, so that a pin moves with the numbers alone.
pub fn all_numbers(name: &str, hash: &str, run: &Run) -> String {
    use serde_json::{Map, json};
    let mut metrics = Map::new();
    for metric in &run.metrics {
        let (of, mut entry) = (&metric.summary, Map::new());
        let mut put = |key: &str, value: f64| {
            if value.is_finite() {
                entry.insert(key.into(), json!(value));
            }
        };
        let quantiles = [("p5", of.p5), ("p25", of.p25), ("p50", of.p50), ("p75", of.p75), ("p95", of.p95)];
        for ((key, value), error) in quantiles.into_iter().zip(of.quantile_se) {
            put(key, value);
            put(&format!("se_{key}"), error);
        }
        for (key, value) in [("mean", of.mean), ("se", of.se), ("sd", of.sd), ("min", of.min), ("max", of.max)] {
            put(key, value);
        }
        if let Some(tail) = metric.tail {
            put("es5", tail.shortfall);
            put("se_es5", tail.standard_error);
        }
        put("undefined", of.undefined as f64 / run.trials as f64);
        if !of.exact {
            entry.insert("quantiles_exact".into(), json!(false));
        }
        metrics.insert(metric.name.clone(), Value::Object(entry));
    }
    for chance in &run.chances {
        let mut entry = Map::new();
        if chance.share.count > 0 {
            entry.insert("mean".into(), json!(chance.share.share()));
            entry.insert("se".into(), json!(chance.share.standard_error()));
        }
        if chance.share.count != run.trials {
            entry.insert("of".into(), json!(chance.share.count as f64 / run.trials as f64));
        }
        metrics.insert(chance.name.clone(), Value::Object(entry));
    }
    let (seed, trials) = (run.seed, run.trials);
    let all = json!({
        "schema_version": 1, "engine": "pfsim 0.1.0", "scenario": name, "scenario_sha256": hash, "seed": seed, "trials": trials,
        "metrics": metrics,
    });
    format!("{all:#}\n")
}
