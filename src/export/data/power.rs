//! What an evaluation can tell.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::study;

/// How payments behave as the true effect grows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Power<'a> {
    /// Every payment that depends on an effect, by name.
    pub payments: BTreeMap<&'a str, Judged<'a>>,
}

impl Body for Power<'_> {
    const KIND: Kind = Kind::Power;
}

/// A payment that depends on an effect.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Judged<'a> {
    /// The outcome whose effect it is.
    pub outcome: &'a str,
    /// The promised effect, above zero for the better: 0.1 is 10 points of a rate, or 10% where the effect is relative.
    pub promised: Option<f64>,
    /// The payment at each true effect that was looked at.
    pub points: Vec<Point>,
    /// The payment under what the scenario says is known of the effect.
    pub prior: Prior,
    /// The effect found where it pays, and the true one there; null where nothing is compared.
    pub where_paid: Option<WherePaid>,
}

/// A payment under one true effect.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Point {
    /// The true effect, in the unit of `promised`.
    pub effect: Option<f64>,
    /// How often it pays, 0 to 1.
    pub pays: Number,
    /// What it pays on average.
    pub paid: Number,
}

/// How often, 0 to 1, a payment pays, and whether the program works then.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Prior {
    /// It pays.
    pub pays: Number,
    /// It pays, and the program works.
    pub pays_and_works: Number,
    /// It pays, and the program does not work.
    pub pays_for_nothing: Number,
    /// The program works, and it does not pay.
    pub works_unpaid: Number,
    /// Neither.
    pub neither: Number,
}

/// Effects in the trials in which a payment pays.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WherePaid {
    /// The effect that the evaluator found, on average.
    pub found: Number,
    /// The true effect, on average.
    #[serde(rename = "true")]
    pub real: Number,
}

impl<'a> Power<'a> {
    /// What [`study::power`] found.
    #[must_use]
    pub fn new(deal: &'a Deal, all: &[study::Power]) -> Self {
        let one = |power: &study::Power| {
            let [pays, pays_and_works, pays_for_nothing, works_unpaid, neither] = power.prior.table.each_ref().map(Number::from);
            let point = |point: &study::Point| Point {
                effect: defined(point.effect),
                pays: Number::from(&point.pays),
                paid: Number::new(point.paid.mean, point.paid.se),
            };
            let judged = Judged {
                outcome: &deal.outcomes[power.outcome].name,
                promised: defined(power.promised),
                points: power.points.iter().map(point).collect(),
                prior: Prior { pays, pays_and_works, pays_for_nothing, works_unpaid, neither },
                where_paid: power
                    .prior
                    .found_and_true
                    .as_ref()
                    .map(|[found, real]| WherePaid { found: Number::new(found.mean, found.se), real: Number::new(real.mean, real.se) }),
            };
            (deal.payments[power.payment].name.as_str(), judged)
        };
        Self { payments: all.iter().map(one).collect() }
    }
}
