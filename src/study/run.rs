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

/// An answer of Monte Carlo, and how far off it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The answer: money in major units of the deal's currency, chances, shares and rates as 0.05 for 5%.
    pub value: f64,
    /// Its standard error in the same unit; absent where the figure has none, such as the greatest value.
    pub error: Option<f64>,
}

impl Run {
    /// The same where its futures rest on so many effective trials: no error is smaller than these leave it. The variance of a figure is at
    /// most that of independent futures times 1 + futures / effective trials, because the futures of one trial differ by luck alone.
    #[must_use]
    pub(super) fn resting_on(mut self, effective: Option<f64>) -> Self {
        let Some(effective) = effective else { return self };
        let wider = 1.0 + self.trials as f64 / effective.max(1.0);
        for metric in &mut self.metrics {
            metric.summary.se *= wider.sqrt();
            metric.summary.quantile_se.iter_mut().for_each(|error| *error *= wider.sqrt());
            metric.tail.iter_mut().for_each(|tail| tail.standard_error *= wider.sqrt());
        }
        for chance in &mut self.chances {
            chance.share.telling = (chance.share.count as f64 / wider) as u64;
        }
        self
    }

    /// The number called `name`, such as `payors.total`, if the deal has it. [`Run::metrics`] lists all.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The chance called `name`, such as `investors.loss`, if the deal has it. [`Run::chances`] lists all.
    #[must_use]
    pub fn chance(&self, name: &str) -> Option<&Chance> {
        self.chances.iter().find(|chance| chance.name == name)
    }

    /// What is asked by name: a figure of a number (`payors.total.p95`; the mean where none is named), or a chance (`investors.loss`). `None`
    /// where the deal has no such thing, or no trial has a value.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let run = scenario.run(&pfsim::Options::default().trials(500))?;
    /// let [mean, high] = ["payors.total", "payors.total.p95"].map(|name| run.ask(name).expect("payors pay"));
    /// assert!(mean.value < high.value && mean.error.is_some());
    /// assert!(run.metric("payors.total").is_some() && run.chance("investors.loss").is_some());
    /// assert_eq!(run.ask("payors.totl"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ask(&self, name: &str) -> Option<Estimate> {
        let [value, error] = self.answer(&Question::new(name))?;
        Some(Estimate { value, error: Some(error).filter(|error| !error.is_nan()) })
    }

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
            let Proportion { hits, count, telling } = chance.share;
            // So many of those that tell, in the same share.
            let (hits, count) = (if count > 0 { hits as f64 * telling as f64 / count as f64 } else { 0.0 }, telling as f64);
            let inside = requirement.bound.clamp(0.0, 1.0);
            let (below, above) = beta_shares(hits + 0.5, count - hits + 0.5, inside);
            let sure = (requirement.bound >= 1.0 && requirement.at_most) || (requirement.bound <= 0.0 && !requirement.at_most);
            return (count > 0.0).then_some(if sure {
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
