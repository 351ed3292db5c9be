//! Which input matters.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::report::question::{label, unit};
use crate::study::sensitivity as study;

/// What each input does to each figure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sensitivity<'a> {
    /// The figures that were looked at, by name.
    pub figures: BTreeMap<&'a str, Moved<'a>>,
}

impl Body for Sensitivity<'_> {
    const KIND: Kind = Kind::Sensitivity;
}

/// A figure and what moves it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Moved<'a> {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in.
    pub unit: &'static str,
    /// The figure as the scenario is; null where it is undefined.
    pub value: Option<f64>,
    /// One standard error; null where there is none.
    pub standard_error: Option<f64>,
    /// The figure with one input at a time low and high.
    pub swings: Vec<Swing<'a>>,
    /// Where the variance of its metric comes from.
    pub variance: Variance<'a>,
    /// Steps of all inputs, one after another.
    pub screening: Vec<Screening<'a>>,
    /// What an ordinary run tells of each input.
    pub ordinary_run: Vec<Dependence<'a>>,
}

/// A figure with one input low and high.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Swing<'a> {
    /// The input.
    pub input: &'a str,
    /// The input, low and high.
    pub values: [Option<f64>; 2],
    /// The figure at either.
    pub figures: [Number; 2],
}

/// Where the variance of a metric comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Variance<'a> {
    /// Mean of the metric.
    pub mean: Option<f64>,
    /// Its standard deviation.
    pub sd: Option<f64>,
    /// The share of each input, the largest first where they are ranked.
    pub inputs: Vec<Share<'a>>,
    /// What remains when every input is known.
    pub luck: Number,
    /// Trials that ranks would need; null where these sufficed.
    pub trials_needed: Option<u64>,
}

/// The share of inputs that are drawn together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Share<'a> {
    /// The inputs.
    pub inputs: &'a [String],
    /// The share of the variance that is due to them alone, 0 to 1 up to its error.
    pub alone: Number,
    /// The share that is due to them alone and together with others, 0 to 1 up to its error.
    pub with_others: Number,
    /// Their place, from 1, and the last place that they cannot be told apart from; null before the shares have converged.
    pub rank: Option<[usize; 2]>,
}

/// How a figure changes when an input takes a step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Screening<'a> {
    /// The input.
    pub input: &'a str,
    /// Mean change.
    pub mean: Option<f64>,
    /// Mean size of the change.
    pub size: Number,
    /// Standard deviation of the change from place to place.
    pub spread: Option<f64>,
}

/// What an ordinary run tells of an input.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Dependence<'a> {
    /// The input.
    pub input: &'a str,
    /// The share of the variance that it explains, 0 to 1 up to its error.
    pub explained: Number,
    /// Rank correlation with the metric, −1 to 1.
    pub rank_correlation: Option<f64>,
}

impl<'a> Sensitivity<'a> {
    /// What was found of each figure.
    #[must_use]
    pub fn new(deal: &Deal, all: &'a [study::Found]) -> Self {
        let one = |found: &'a study::Found| {
            let question = &found.question;
            let [value, standard_error] = found.base.map(defined);
            let moved = Moved {
                label: label(deal, question),
                unit: unit(deal, question).word(deal),
                value,
                standard_error,
                swings: found.swings.iter().map(swing).collect(),
                variance: variance(&found.shares),
                screening: found.screening.iter().map(screening).collect(),
                ordinary_run: found.dependence.iter().map(dependence).collect(),
            };
            (question.name.as_str(), moved)
        };
        Self { figures: all.iter().map(one).collect() }
    }
}

fn swing(swing: &study::Swing) -> Swing<'_> {
    Swing { input: &swing.name, values: swing.values.map(defined), figures: swing.figures.map(Number::from) }
}

fn variance(shares: &study::Shares) -> Variance<'_> {
    let inputs = shares.inputs.iter().map(|share| Share {
        inputs: &share.inputs,
        alone: share.first.into(),
        with_others: share.total.into(),
        rank: share.rank.map(|(first, last)| [first, last]),
    });
    Variance {
        mean: defined(shares.mean),
        sd: defined(shares.sd),
        inputs: inputs.collect(),
        luck: shares.luck.into(),
        trials_needed: shares.needed,
    }
}

fn screening(step: &study::Screening) -> Screening<'_> {
    Screening { input: &step.name, mean: defined(step.mean), size: step.size.into(), spread: defined(step.spread) }
}

fn dependence(told: &study::Dependence) -> Dependence<'_> {
    Dependence { input: &told.name, explained: told.explained.into(), rank_correlation: defined(told.rank_correlation) }
}
