//! One simulated trial: its people, what the evaluator found, and its ledger.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::defined;
use super::{Body, Kind};
use crate::deal::{CohortId, Deal, Statistic};
use crate::metrics::Catalogue;
use crate::report::ledger::{entry, units};
use crate::study::Trial;

pub use lines::{Line, What};

mod lines;

/// One simulated trial in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Explain<'a> {
    /// Its number, from 0.
    pub trial: u64,
    /// By how many periods everybody came later than planned.
    pub late: u32,
    /// What truly happened to people, by cohort.
    pub cohorts: Vec<Cohort<'a>>,
    /// The true effect on each outcome that has one, by name, above zero for the better: 0.1 is 10 points of a rate.
    pub true_effects: BTreeMap<&'a str, Option<f64>>,
    /// What the evaluator found, by measure and group of cohorts.
    pub findings: Vec<Finding<'a>>,
    /// Every line of the ledger, in order.
    pub ledger: Vec<Line<'a>>,
    /// What it came to, by dotted name.
    pub metrics: BTreeMap<&'a str, Metric>,
}

impl Body for Explain<'_> {
    const KIND: Kind = Kind::Explain;
}

/// A cohort in one trial.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cohort<'a> {
    /// The first day of the period in which it was to enrol.
    pub date: String,
    /// That period in words.
    pub period: String,
    /// Whether it came: not if the program had ended before.
    pub came: bool,
    /// People enrolled; null if it never came.
    pub enrolled: Option<u32>,
    /// People with each outcome, times or amounts in all rounds, by the outcome's name; null if it never came.
    pub outcomes: Option<BTreeMap<&'a str, Option<f64>>>,
}

/// What the evaluator found of a group of cohorts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Finding<'a> {
    /// The measure.
    pub measure: &'a str,
    /// Its group, from 0.
    pub group: usize,
    /// The cohorts in it, as indices of `cohorts`.
    pub cohorts: Vec<usize>,
    /// People enrolled who are looked for; null where it is not reported.
    pub enrolled: Option<f64>,
    /// Units found; null where they are not reported.
    pub found: Option<f64>,
    /// Units for each person; null where it is not reported.
    pub rate: Option<f64>,
    /// The same of the comparison; null where nothing is compared or reported.
    pub comparison_rate: Option<f64>,
    /// By how much the rate is better than that of the comparison; null where nothing is compared or reported.
    pub difference: Option<f64>,
}

/// What a number came to in one trial.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Metric {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in.
    pub unit: &'static str,
    /// The number; null where it is undefined.
    pub value: Option<f64>,
}

impl<'a> Explain<'a> {
    /// Trial `trial` of `deal`.
    #[must_use]
    pub fn new(deal: &'a Deal, trial: &'a Trial) -> Self {
        let truth = deal.outcomes.iter().zip(&trial.block.world.outcomes).filter(|(outcome, _)| outcome.has_counterfactual());
        let metric = |((name, value), (_, metric)): (&'a (String, f64), (String, crate::metrics::Value))| {
            let quantity = metric.quantity(deal);
            (name.as_str(), Metric { label: quantity.label, unit: quantity.unit.word(deal), value: defined(*value) })
        };
        Self {
            trial: trial.number,
            late: trial.block.world.late.first().copied().unwrap_or(0),
            cohorts: deal.program.cohorts.ids().map(|at| cohort(deal, trial, at)).collect(),
            true_effects: truth
                .map(|(outcome, truth)| (outcome.name.as_str(), defined(outcome.improvement(truth.true_effect[0]))))
                .collect(),
            findings: findings(deal, trial),
            ledger: trial.ledger.iter().map(|line| Line::new(deal, line, entry(deal, trial, line))).collect(),
            metrics: trial.metrics.iter().zip(Catalogue::new(deal).values).map(metric).collect(),
        }
    }
}

fn cohort<'a>(deal: &'a Deal, trial: &Trial, cohort: CohortId) -> Cohort<'a> {
    let (world, period) = (&trial.block.world, deal.program.cohorts[cohort].period);
    let came = trial.block.came(deal, cohort, 0);
    let outcomes = deal.outcomes.iter().zip(&world.outcomes);
    let had = outcomes.map(|(outcome, truth)| (outcome.name.as_str(), defined(units(deal, truth, cohort))));
    Cohort {
        date: deal.timeline.date(period).to_string(),
        period: deal.timeline.label(period),
        came,
        enrolled: came.then(|| world.enrolled.row(cohort)[0]),
        outcomes: came.then(|| had.collect()),
    }
}

fn findings<'a>(deal: &'a Deal, trial: &Trial) -> Vec<Finding<'a>> {
    let mut all = Vec::new();
    for ((index, measure), found) in deal.measures.pairs().zip(&trial.block.found().measures) {
        for (group, cohorts) in deal.measure_groups(index).pairs() {
            let get = |statistic| {
                let mut value = [0.0];
                found.statistic(statistic, group, &mut value);
                defined(value[0])
            };
            let compared = |statistic| if measure.compares() { get(statistic) } else { None };
            all.push(Finding {
                measure: &measure.name,
                group: group.index(),
                cohorts: cohorts.iter().map(|cohort| cohort.index()).collect(),
                enrolled: get(Statistic::Enrolled),
                found: get(Statistic::Units),
                rate: get(Statistic::Rate),
                comparison_rate: compared(Statistic::ComparisonRate),
                difference: compared(Statistic::Difference),
            });
        }
    }
    all
}
