//! `summary.json`: every metric with its standard error, and all that is needed to make it again.

use serde_json::{Map, Value as Json, json};

use crate::deal::Deal;
use crate::study::Run;

/// Version of the layout of `summary.json`.
pub const SCHEMA_VERSION: u32 = 1;

/// The summary as JSON, with a final newline. The same run gives the same bytes. `hash` is the SHA-256 of the scenario's text.
///
/// `metrics` maps dotted names to `{mean, se, sd, p5, p25, p50, p75, p95, se_p5 …, min, max, undefined}` for numbers (money in major
/// units, rates as 0.05 for 5%; `undefined` is the share of trials without a value, which the other figures leave out; `es5`, for gains, the mean of the lowest 5%) and to
/// `{mean, se}` for chances (a conditional chance also has `of`, the share of trials it is asked of).
#[must_use]
pub fn json(name: &str, hash: &str, run: &Run) -> String {
    let mut text = serde_json::to_string_pretty(&document(name, hash, run)).unwrap_or_default();
    text.push('\n');
    text
}

/// The summary as a JSON value.
#[must_use]
pub fn document(name: &str, hash: &str, run: &Run) -> Json {
    let mut metrics = Map::new();
    for metric in &run.metrics {
        let summary = &metric.summary;
        let mut entry = Map::new();
        let mut put = |key: &str, value: f64| {
            if value.is_finite() {
                entry.insert(key.into(), json!(value));
            }
        };
        put("mean", summary.mean);
        put("se", summary.se);
        put("sd", summary.sd);
        for (key, value, se) in quantiles(summary) {
            put(key, value);
            put(&format!("se_{key}"), se);
        }
        put("min", summary.min);
        put("max", summary.max);
        if !summary.exact {
            entry.insert("quantiles_exact".into(), json!(false));
        }
        let mut put = |key: &str, value: f64| {
            if value.is_finite() {
                entry.insert(key.into(), json!(value));
            }
        };
        if let Some(tail) = metric.tail {
            put("es5", tail.shortfall);
            put("se_es5", tail.standard_error);
        }
        put("undefined", summary.undefined as f64 / run.trials as f64);
        metrics.insert(metric.name.clone(), Json::Object(entry));
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
        metrics.insert(chance.name.clone(), Json::Object(entry));
    }
    json!({
        "schema_version": SCHEMA_VERSION,
        "engine": format!("pfsim {}", env!("CARGO_PKG_VERSION")),
        "scenario": name,
        "scenario_sha256": hash,
        "seed": run.seed,
        "trials": run.trials,
        "metrics": metrics,
    })
}

/// Adds to every metric of a document what a reader calls it, what it is counted in, and over which futures it is taken.
pub(crate) fn name(document: &mut Json, deal: &Deal, run: &Run) {
    let Some(metrics) = document.get_mut("metrics").and_then(Json::as_object_mut) else { return };
    let values = run.metrics.iter().map(|metric| metric.value.quantity(deal));
    for quantity in values.chain(run.chances.iter().map(|chance| chance.chance.quantity(deal))) {
        if let Some(entry) = metrics.get_mut(&quantity.name).and_then(Json::as_object_mut) {
            entry.insert("label".into(), json!(quantity.label));
            entry.insert("unit".into(), json!(quantity.unit.word(deal)));
            entry.insert("over".into(), json!(quantity.over.words()));
        }
    }
}

/// The quantiles of a summary with their names and standard errors.
#[must_use]
pub fn quantiles(summary: &crate::stats::Summary) -> [(&'static str, f64, f64); 5] {
    let [se5, se25, se50, se75, se95] = summary.quantile_se;
    [
        ("p5", summary.p5, se5),
        ("p25", summary.p25, se25),
        ("p50", summary.p50, se50),
        ("p75", summary.p75, se75),
        ("p95", summary.p95, se95),
    ]
}
