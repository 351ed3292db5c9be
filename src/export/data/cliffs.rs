//! What one more success pays.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::quantity::Money;
use crate::report::cliffs::sentence;
use crate::study;

/// Payments over the range of their results.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cliffs<'a> {
    /// Every payment that depends on a result, by name.
    pub payments: BTreeMap<&'a str, Range<'a>>,
}

impl Body for Cliffs<'_> {
    const KIND: Kind = Kind::Cliffs;
}

/// A payment over the range of its results, everything else as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Range<'a> {
    /// The measure whose result moves.
    pub measure: &'a str,
    /// What a success pays on average.
    pub average: Option<f64>,
    /// The result that is expected: a rate, or a mean.
    pub expected: Option<f64>,
    /// Its standard deviation over trials.
    pub sd: Option<f64>,
    /// Each result, from the worst to the best.
    pub steps: Vec<Step>,
    /// Where the price invites to look at single successes.
    pub cliffs: Vec<Cliff>,
    /// A price without steps that costs the same; null where there is none.
    pub smoother: Option<Smoother<'a>>,
}

/// One result and what it pays.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// Units for each person: a rate, or a mean.
    pub rate: Option<f64>,
    /// Units in the largest group of cohorts.
    pub units: Option<f64>,
    /// By how much the rate (or mean) is better than that of the comparison; null where nothing is compared.
    pub difference: Option<f64>,
    /// Units better than at the worst result, over all groups.
    pub gained: Option<f64>,
    /// What the payment pays.
    pub paid: f64,
    /// What all payors pay.
    pub payors: f64,
    /// What investors receive less what they put in.
    pub investors: f64,
    /// What the provider keeps less the costs that it bears.
    pub provider: f64,
}

/// What kind of place it is.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CliffKind {
    /// One more success pays many times the average.
    Jump,
    /// More success pays the same.
    Flat,
    /// More success pays less.
    Fall,
}

/// A place where a price invites to look at single successes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cliff {
    /// What kind of place it is.
    pub kind: CliffKind,
    /// The step at which it begins, an index of `steps`.
    pub from: usize,
    /// The step at which it ends, an index of `steps`.
    pub to: usize,
    /// How many times what a success pays on average; of jumps only, otherwise null.
    pub times: Option<f64>,
    /// The same in words.
    pub sentence: String,
}

/// A price without steps.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Smoother<'a> {
    /// The price as it may be pasted into the scenario.
    pub price: &'a str,
    /// What all payors pay with the steps, on average.
    pub cost_of_steps: Option<f64>,
    /// What all payors pay more without steps, on average.
    pub costs_more: Number,
}

impl<'a> Cliffs<'a> {
    /// What [`study::prices`] found.
    #[must_use]
    pub fn new(deal: &'a Deal, ranges: &[study::Range], smooth: &'a [study::Smooth]) -> Self {
        let major = |minor: i64| deal.currency.major(Money(minor));
        let step = |step: &study::Step| Step {
            rate: defined(step.rate),
            units: defined(step.units),
            difference: step.difference.and_then(defined),
            gained: defined(step.gained),
            paid: major(step.paid),
            payors: major(step.payors),
            investors: major(step.investors),
            provider: major(step.provider),
        };
        let one = |range: &study::Range| {
            let cliff = |cliff: &study::Cliff| {
                let (kind, [from, to], times) = match *cliff {
                    study::Cliff::Jump { at, times } => (CliffKind::Jump, at, defined(times)),
                    study::Cliff::Flat { at } => (CliffKind::Flat, at, None),
                    study::Cliff::Fall { at } => (CliffKind::Fall, at, None),
                };
                Cliff { kind, from, to, times, sentence: sentence(deal, range, cliff) }
            };
            let smooth = smooth.iter().find(|smooth| smooth.payment == range.payment).map(|smooth| {
                let [more, error, steps] = smooth.dearer;
                Smoother { price: &smooth.price, cost_of_steps: defined(steps), costs_more: Number::new(more, error) }
            });
            let found = Range {
                measure: &deal.measures[range.measure].name,
                average: defined(range.average / deal.currency.minor_units() as f64),
                expected: defined(range.expected[0]),
                sd: defined(range.expected[1]),
                steps: range.steps.iter().map(step).collect(),
                cliffs: range.cliffs.iter().map(cliff).collect(),
                smoother: smooth,
            };
            (deal.payments[range.payment].name.as_str(), found)
        };
        Self { payments: ranges.iter().map(one).collect() }
    }
}
