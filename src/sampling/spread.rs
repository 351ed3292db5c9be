//! How much does one person have of what people have in different amounts: earnings, hours, claims?
//!
//! Comes in: the shape of the law between persons. Goes out: amounts of single persons and of many together, relative to their mean. Must
//! never know: what is measured, in which unit.

use super::crowd::Crowd;
use super::gamma;
use super::quantiles::Quantiles;
use super::stream::Stream;
use crate::numeric::math::{exp, exp_m1, ln_gamma};

/// The law between persons, its mean 1: a share of people with nothing, and a shape for the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Share of people with nothing, 0 up to but not including 1.
    zeros: f64,
    shape: Shape,
}

/// Shape of the law of those who have something.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The gamma law, by its shape: sums of it are gamma again.
    Gamma(f64),
    /// The lognormal law, by the standard deviation of the logarithm.
    LogNormal(f64),
    /// The Weibull law, by its shape.
    Weibull(f64),
    /// Amounts of observed persons, above zero, in rising order: each as likely as another.
    Observed(Vec<f64>),
}

impl Spread {
    /// A spread with a share of `zeros` and a `shape` for the others. `None` where the zeros are not in 0 up to 1, a parameter is not
    /// between 0.01 and 1e4 (5 for a lognormal sigma), or an observed amount is not above zero.
    #[must_use]
    pub fn new(zeros: f64, shape: Shape) -> Option<Self> {
        let within = |value: f64, most: f64| (0.01..=most).contains(&value);
        let shape = match shape {
            Shape::Gamma(shape) if within(shape, 1e4) => Shape::Gamma(shape),
            Shape::LogNormal(sigma) if within(sigma, 5.0) => Shape::LogNormal(sigma),
            Shape::Weibull(shape) if shape >= 0.1 && within(shape, 1e4) => Shape::Weibull(shape),
            Shape::Observed(mut values) if !values.is_empty() && values.iter().all(|value| *value > 0.0 && *value < 1e15) => {
                values.sort_by(f64::total_cmp);
                Shape::Observed(values)
            }
            _ => return None,
        };
        (0.0..1.0).contains(&zeros).then_some(Self { zeros, shape })
    }

    /// Share of people with nothing.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// The shape of the others' law.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Coefficient of variation between persons, those with nothing included: CV² = (1 + cv²) / (1 − zeros) − 1 with the cv of the others
    /// (oracle O27).
    #[must_use]
    pub fn variation(&self) -> f64 {
        let square = match &self.shape {
            Shape::Gamma(shape) => 1.0 / shape,
            Shape::LogNormal(sigma) => exp_m1(sigma * sigma),
            Shape::Weibull(shape) => exp_m1(ln_gamma(1.0 + 2.0 / shape) - 2.0 * ln_gamma(1.0 + 1.0 / shape)),
            Shape::Observed(values) => {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                values.iter().map(|value| (value / mean - 1.0) * (value / mean - 1.0)).sum::<f64>() / values.len() as f64
            }
        };
        ((1.0 + square) / (1.0 - self.zeros) - 1.0).max(0.0).sqrt()
    }

    /// Prepares the law for drawing.
    #[must_use]
    pub fn sampler(&self) -> SpreadSampler {
        let share = 1.0 / (1.0 - self.zeros);
        let table = match &self.shape {
            Shape::Gamma(shape) => Quantiles::gamma(*shape, share / shape),
            Shape::LogNormal(sigma) => Quantiles::lognormal(*sigma, share * exp(-0.5 * sigma * sigma)),
            Shape::Weibull(shape) => Quantiles::weibull(*shape, share * exp(-ln_gamma(1.0 + 1.0 / shape))),
            Shape::Observed(values) => {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                Quantiles::observed(values.iter().map(|value| value * share / mean).collect())
            }
        };
        let gamma = if let Shape::Gamma(shape) = self.shape { Some((shape, share / shape)) } else { None };
        SpreadSampler { zeros: self.zeros, share, table, gamma }
    }
}

/// A law between persons, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct SpreadSampler {
    zeros: f64,
    /// 1 / (1 − zeros).
    share: f64,
    table: Quantiles,
    /// Shape and scale where sums are gamma again.
    gamma: Option<(f64, f64)>,
}

impl SpreadSampler {
    /// Share of people with something.
    #[must_use]
    pub fn holders(&self) -> f64 {
        1.0 - self.zeros
    }

    /// Amounts of as many persons as `out` is long.
    pub fn fill(&self, crowd: &mut Crowd, out: &mut [f64]) {
        self.table.draw(crowd, self.zeros, self.share, out);
    }

    /// The amount below which a share `uniform`, in the open interval (0, 1), of people lies.
    #[inline]
    #[must_use]
    pub fn quantile(&self, uniform: f64) -> f64 {
        self.table.stretched(uniform, self.zeros, self.share)
    }

    /// Replaces shares of people, each in the open interval (0, 1), by the amounts below which they lie: bit for bit [`Self::quantile`].
    pub fn quantiles(&self, shares: &mut [f64]) {
        self.table.replace(self.zeros, self.share, shares);
    }

    /// Share of people with more than `amount`.
    #[must_use]
    pub fn share_above(&self, amount: f64) -> f64 {
        if amount < 0.0 { 1.0 } else { self.table.share_above(amount) / self.share }
    }

    /// The total of `holders` people who have something: at once where sums are gamma again, otherwise one by one.
    pub fn total(&self, holders: u32, stream: &mut Stream) -> f64 {
        match self.gamma {
            Some(_) if holders == 0 => 0.0,
            Some((shape, scale)) => scale * gamma::draw(stream, shape * f64::from(holders)),
            None => (0..holders).map(|_| self.table.at(stream.uniform())).sum(),
        }
    }
}
