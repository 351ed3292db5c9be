//! What a run came to: each number over all trials, and what can be asked of it.

use std::collections::HashMap;

use crate::metrics::Value;
use crate::numeric::incomplete::beta_shares;
use crate::numeric::normal;
use crate::question::{Figure, Question, Requirement};
use crate::stats::{Proportion, Summary, Tail};

use super::Sample;

/// A number and what it came to over all trials.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub value: Value,
    /// What it came to.
    pub summary: Summary,
    /// For gains: the mean of the worst trials.
    pub tail: Option<Tail>,
}

/// A chance and how often it held.
#[derive(Clone, Debug)]
pub struct Chance {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub chance: crate::metrics::Chance,
    /// How often it held, of the trials it is asked of.
    pub share: Proportion,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// Number of trials.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// Numbers, in the order of the catalogue.
    pub metrics: Vec<Metric>,
    /// Chances, in the order of the catalogue.
    pub chances: Vec<Chance>,
    /// The first trials in full.
    pub sample: Sample,
    pub(super) places: Places,
}

/// Where each number and each chance stands: a large deal has hundreds of thousands of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) metrics: HashMap<Value, usize>,
    pub(super) chances: HashMap<crate::metrics::Chance, usize>,
}

impl Run {
    /// The number that is `value`, if the deal has it.
    #[must_use]
    pub fn number(&self, value: Value) -> Option<&Metric> {
        self.place(value).map(|at| &self.metrics[at])
    }

    /// Where among the numbers `value` stands.
    #[must_use]
    pub fn place(&self, value: Value) -> Option<usize> {
        self.places.metrics.get(&value).copied()
    }

    /// The summary of `value`, if the deal has it.
    #[must_use]
    pub fn summary(&self, value: Value) -> Option<&Summary> {
        self.number(value).map(|metric| &metric.summary)
    }

    /// How often `chance` held, if the deal has it.
    #[must_use]
    pub fn share(&self, chance: crate::metrics::Chance) -> Option<&Proportion> {
        self.places.chances.get(&chance).map(|&at| &self.chances[at].share)
    }

    /// The answer to a question and its standard error (NaN where the figure has none); `None` where the deal has no such metric, or no
    /// trial has a value.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Option<[f64; 2]> {
        if let Some(chance) = self.chances.iter().find(|known| known.name == question.metric) {
            return (chance.share.count > 0).then(|| [chance.share.share(), chance.share.standard_error()]);
        }
        let metric = self.metrics.iter().find(|known| known.name == question.metric)?;
        let of = &metric.summary;
        let figure = match question.figure {
            Figure::Undefined => return Some([of.undefined as f64 / self.trials as f64, f64::NAN]),
            Figure::Mean => [of.mean, of.se],
            Figure::Sd => [of.sd, f64::NAN],
            Figure::P5 => [of.p5, of.quantile_se[0]],
            Figure::P25 => [of.p25, of.quantile_se[1]],
            Figure::P50 => [of.p50, of.quantile_se[2]],
            Figure::P75 => [of.p75, of.quantile_se[3]],
            Figure::P95 => [of.p95, of.quantile_se[4]],
            Figure::Min => [of.min, f64::NAN],
            Figure::Max => [of.max, f64::NAN],
            Figure::Shortfall => metric.tail.map_or([f64::NAN; 2], |tail| [tail.shortfall, tail.standard_error]),
        };
        (of.count > 0).then_some(figure)
    }

    /// How sure it is that a requirement holds, 0 to 1, by what Monte Carlo error leaves open: for a chance by the posterior of Jeffreys'
    /// prior (a beta law), otherwise by the normal law. `None` where the figure has no value or no standard error.
    #[must_use]
    pub fn confidence(&self, requirement: &Requirement) -> Option<f64> {
        if let Some(chance) = self.chances.iter().find(|known| known.name == requirement.question.metric) {
            let Proportion { hits, count } = chance.share;
            let inside = requirement.bound.clamp(0.0, 1.0);
            let (below, above) = beta_shares(hits as f64 + 0.5, (count - hits) as f64 + 0.5, inside);
            let sure = (requirement.bound >= 1.0 && requirement.at_most) || (requirement.bound <= 0.0 && !requirement.at_most);
            return (count > 0).then_some(if sure {
                1.0
            } else if requirement.at_most {
                below
            } else {
                above
            });
        }
        let [value, error] = self.answer(&requirement.question)?;
        let margin = requirement.margin(value);
        match error {
            error if error > 0.0 => Some(normal::cdf(margin / error)),
            0.0 => Some(if margin >= 0.0 { 1.0 } else { 0.0 }),
            _ => None,
        }
    }

    /// The sampled trials' values of `value`.
    #[must_use]
    pub fn sampled(&self, value: Value) -> Option<&[f64]> {
        self.sample.values.get(self.place(value)?).map(Vec::as_slice)
    }
}
