//! What knowing is worth before a choice is made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::question::Question;
use crate::stats::information as stats;
use crate::study;

/// The choice by what is known, and the worth of knowing more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Information<'a> {
    /// Dotted name of the metric that the choice is made for.
    #[serde(rename = "for")]
    pub of: &'a str,
    /// What each choice is expected to bring, by its name.
    pub choices: BTreeMap<&'a str, Number>,
    /// The best choice by what is known.
    pub best: &'a str,
    /// What it is worth to know each input, the most first.
    pub inputs: Vec<Input<'a>>,
    /// What each pilot is worth.
    pub pilots: Vec<Pilot<'a>>,
    /// What it is worth to know all inputs.
    pub all_inputs: Worth,
    /// What it is worth to know everything before.
    pub perfect: Worth,
}

impl Body for Information<'_> {
    const KIND: Kind = Kind::Information;
}

/// What knowing is worth, in the unit of the metric.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Worth {
    /// How much higher the metric would be on average.
    pub value: Option<f64>,
    /// One standard error.
    pub standard_error: Option<f64>,
    /// A lower bound that holds with 95%.
    pub at_least: Option<f64>,
}

/// What it is worth to know an input.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Input<'a> {
    /// The input.
    pub input: &'a str,
    /// What it is worth.
    pub worth: Worth,
}

/// What a study made first is worth.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Pilot<'a> {
    /// The input that it estimates.
    pub input: &'a str,
    /// The standard error of its estimate, in the unit of the input.
    pub error: f64,
    /// What it is worth.
    pub worth: Worth,
}

impl From<&stats::Worth> for Worth {
    fn from(worth: &stats::Worth) -> Self {
        Self { value: defined(worth.value), standard_error: defined(worth.error), at_least: defined(worth.at_least) }
    }
}

impl<'a> Information<'a> {
    /// What [`study::information`] found of the metric `of`.
    #[must_use]
    pub fn new(of: &'a Question, found: &'a study::Information) -> Self {
        Self {
            of: &of.metric,
            choices: found.choices.iter().map(|(name, mean)| (name.as_str(), Number::from(*mean))).collect(),
            best: &found.best,
            inputs: found.inputs.iter().map(|(input, worth)| Input { input, worth: worth.into() }).collect(),
            pilots: found
                .pilots
                .iter()
                .map(|(pilot, worth)| Pilot { input: &pilot.input, error: pilot.error, worth: worth.into() })
                .collect(),
            all_inputs: (&found.everything).into(),
            perfect: (&found.perfect).into(),
        }
    }
}
