//! What the test binaries share: deals from text, and the values of `tests/oracles.json`.
#![allow(dead_code, reason = "no binary needs all of it")]

use pfsim::deal::Deal;
use pfsim::scenario;
use pfsim::study::Options;
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
