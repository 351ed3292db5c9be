//! What a run came to: every number and every chance, one after another, so that a large deal takes no room beside its run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::stats::Summary;
use crate::study;

/// What a run came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Run<'a> {
    /// Whether every trial's books were checked.
    pub audited: bool,
    /// The tables that the scenario draws from.
    pub draws: &'a [Draws],
    /// Every number and every chance of the deal, by dotted name.
    #[schemars(with = "BTreeMap<String, Metric>")]
    pub metrics: Metrics<'a>,
}

impl Body for Run<'_> {
    const KIND: Kind = Kind::Run;
}

/// A table of draws as a folder of results keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Draws {
    /// The file as the scenario writes it.
    pub file: String,
    /// The copy's place in the folder, with `/` between its parts.
    pub copy: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Every number and every chance of a run of a deal.
#[derive(Clone, Copy, Debug)]
pub struct Metrics<'a> {
    /// The deal.
    pub deal: &'a Deal,
    /// What it came to.
    pub run: &'a study::Run,
}

/// A number or a chance, and what it came to over all trials.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "each is written as soon as it is made")]
pub enum Metric {
    /// A number of each trial.
    Value(Value),
    /// Whether something holds in a trial.
    Chance(Chance),
}

/// A number of each trial. Money is in major units, a rate of 5% is 0.05.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Value {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in: the currency's code for money, or share, difference of shares, people, count, amount, multiple, rate a year.
    pub unit: &'static str,
    /// Over which trials it is taken.
    pub over: &'static str,
    /// Mean.
    pub mean: Number,
    /// Standard deviation over trials.
    pub sd: Option<f64>,
    /// 5th percentile.
    pub p5: Number,
    /// 25th percentile.
    pub p25: Number,
    /// Median.
    pub p50: Number,
    /// 75th percentile.
    pub p75: Number,
    /// 95th percentile.
    pub p95: Number,
    /// Least seen.
    pub min: Option<f64>,
    /// Most seen.
    pub max: Option<f64>,
    /// Mean of the worst 1 in 20; of gains only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub es5: Option<Number>,
    /// Whether the percentiles are exactly those of these trials.
    pub quantiles_exact: bool,
    /// Share of the trials without a value, which the other figures leave out, 0 to 1.
    pub undefined: f64,
}

/// A chance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Chance {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in: share.
    pub unit: &'static str,
    /// Over which trials it is taken.
    pub over: &'static str,
    /// How often it holds, 0 to 1, of the trials that it is asked of.
    pub mean: Number,
    /// Share of the trials that it is asked of, 0 to 1.
    pub of: f64,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.run.metrics.iter().map(|metric| (metric.name.as_str(), Either::Value(metric)));
        let chances = self.run.chances.iter().map(|chance| (chance.name.as_str(), Either::Chance(chance)));
        let mut all: Vec<(&str, Either<'_>)> = values.chain(chances).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        serializer.collect_map(all.into_iter().map(|(name, one)| (name, self.one(one))))
    }
}

#[derive(Clone, Copy)]
enum Either<'a> {
    Value(&'a study::Metric),
    Chance(&'a study::Chance),
}

impl Metrics<'_> {
    fn one(&self, of: Either<'_>) -> Metric {
        let trials = self.run.trials as f64;
        match of {
            Either::Value(metric) => {
                let (summary, quantity) = (&metric.summary, metric.value.quantity(self.deal));
                let [p5, p25, p50, p75, p95] = quantiles(summary).map(|(_, value, error)| Number::new(value, error));
                Metric::Value(Value {
                    label: quantity.label,
                    unit: quantity.unit.word(self.deal),
                    over: quantity.over.words(),
                    mean: Number::new(summary.mean, summary.se),
                    sd: defined(summary.sd),
                    p5,
                    p25,
                    p50,
                    p75,
                    p95,
                    min: defined(summary.min),
                    max: defined(summary.max),
                    es5: metric.tail.map(|tail| Number::new(tail.shortfall, tail.standard_error)),
                    quantiles_exact: summary.exact,
                    undefined: summary.undefined as f64 / trials,
                })
            }
            Either::Chance(chance) => {
                let quantity = chance.chance.quantity(self.deal);
                let asked = chance.share.count > 0;
                Metric::Chance(Chance {
                    label: quantity.label,
                    unit: quantity.unit.word(self.deal),
                    over: quantity.over.words(),
                    mean: if asked { Number::from(&chance.share) } else { Number::new(f64::NAN, f64::NAN) },
                    of: chance.share.count as f64 / trials,
                })
            }
        }
    }
}

/// The quantiles of a summary with their names and standard errors.
#[must_use]
pub fn quantiles(summary: &Summary) -> [(&'static str, f64, f64); 5] {
    let [se5, se25, se50, se75, se95] = summary.quantile_se;
    [
        ("p5", summary.p5, se5),
        ("p25", summary.p25, se25),
        ("p50", summary.p50, se50),
        ("p75", summary.p75, se75),
        ("p95", summary.p95, se95),
    ]
}
