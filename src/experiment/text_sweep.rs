//! The sweep file as people write it: many scenarios from one, for `pfsim sweep`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// The whole file, for its JSON Schema.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepFile {
    /// What is asked of which scenarios.
    pub sweep: SweepText,
    /// What changes from scenario to scenario.
    #[serde(default)]
    pub axis: Vec<AxisText>,
}

/// What is asked of which scenarios.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepText {
    /// Name of the sweep.
    pub name: String,
    /// The question that it answers, in a sentence.
    pub question: Option<String>,
    /// Scenario files to start from, beside the sweep file.
    pub scenarios: Vec<String>,
    /// Figures to keep, such as "payors.total.p95" or "investors.loss".
    pub metrics: Vec<String>,
    /// How the axes are combined; "grid" if absent.
    #[serde(default)]
    pub design: DesignText,
    /// Number of scenarios of a Latin hypercube or Sobol design.
    pub points: Option<u32>,
    /// Number of trials of each scenario; the file's own if absent.
    pub trials: Option<u64>,
    /// Seed of every random draw; the file's own if absent.
    pub seed: Option<u64>,
    /// The figure that should be as small as possible.
    pub minimise: Option<String>,
    /// The figure that should be as large as possible.
    pub maximise: Option<String>,
    /// What must hold, such as "investors.loss <= 0.10".
    #[serde(default)]
    pub such_that: Vec<String>,
}

/// How axes are combined.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum DesignText {
    /// Every value of each with every value of the others.
    #[default]
    Grid,
    /// The first values together, then the second ones, and so on.
    List,
    /// Points spread so that each axis is evenly covered.
    LatinHypercube,
    /// Points of a scrambled Sobol sequence.
    Sobol,
}

/// Something that changes from scenario to scenario: exactly one of `values`, `range`, `log_range` (with `levers`) and `options`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisText {
    /// Name of the axis.
    pub name: String,
    /// What is set to its value, as in --set: a path such as 'payment."placed".price.per_unit', or several that move together.
    #[serde(default)]
    pub levers: Vec<String>,
    /// Values: numbers, texts, or whole tables of terms.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub values: Option<Vec<toml::Value>>,
    /// Evenly spaced numbers.
    pub range: Option<RangeText>,
    /// Numbers in even proportion.
    pub log_range: Option<RangeText>,
    /// Named choices, each with paths and values of its own.
    pub options: Option<Vec<OptionText>>,
}

/// Numbers from one to another.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeText {
    /// First number.
    pub from: f64,
    /// Last number.
    pub to: f64,
    /// How many numbers, both ends included; 11 if absent.
    pub steps: Option<u32>,
    /// Numbers between are rounded to multiples of it; to six significant digits if absent.
    pub round: Option<f64>,
}

/// A named choice of an axis.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionText {
    /// Its name.
    pub name: String,
    /// Paths and values, as in --set.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: BTreeMap<String, toml::Value>,
}
