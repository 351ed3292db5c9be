//! The file of a search as people write it: the best terms that keep every promise, for `pfsim solve`.

use schemars::JsonSchema;
use serde::Deserialize;

/// The whole file, for its JSON Schema.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveFile {
    /// What is looked for.
    pub solve: SolveText,
    /// What may be moved, at least one number.
    pub lever: Vec<LeverText>,
}

/// What is looked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveText {
    /// Name of the search.
    pub name: String,
    /// The question that it answers, in a sentence.
    pub question: Option<String>,
    /// The scenario file, beside this one.
    pub scenario: String,
    /// The lever (by its name) or the figure that should be as small as possible.
    pub minimise: Option<String>,
    /// The lever (by its name) or the figure that should be as large as possible.
    pub maximise: Option<String>,
    /// What must hold, such as "investors.loss <= 0.10".
    pub such_that: Vec<String>,
    /// How sure each of these must be, 0.5 to below 1: 0.95 asks for the figure to keep its bound beyond Monte Carlo error; 0.5, where
    /// absent, only for its estimate to.
    pub confidence: Option<f64>,
    /// Two figures that should both be small, such as what payors pay and how often investors lose: the terms that no others beat in both.
    pub frontier: Option<[String; 2]>,
    /// Number of trials; the scenario's own if absent.
    pub trials: Option<u64>,
    /// Seed of every random draw; the scenario's own if absent.
    pub seed: Option<u64>,
}

/// A number of the scenario that the parties decide.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeverText {
    /// Its name.
    pub name: String,
    /// What is set to its value, as in --set: a path such as 'payment."placed".price.per_unit', or several that move together.
    pub levers: Vec<String>,
    /// Least value.
    pub from: f64,
    /// Greatest value.
    pub to: f64,
    /// What separates one value from the next.
    pub step: f64,
}
