//! Which values may an uncertain number have, and how likely is each?
//!
//! Comes in: parameters as people state them. Goes out: a law, valid once made. Must never know: cuts, streams. Comparisons are written
//! so that NaN fails.

use core::fmt;

use super::refusal::LawError;
use super::smooth::Smooth;
use super::table::{Column, Shares};
use super::uncertain::{Distribution, Kind, Law};
use crate::numeric::incomplete::beta_shares;
use crate::numeric::math::{exp, ln};
use crate::numeric::{normal, root};
use crate::words::count::grouped;

/// Shape of a law that is given by an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Symmetric, unbounded.
    Normal,
    /// Above zero, skewed to the right.
    LogNormal,
    /// From 0 to 1.
    Beta,
}

/// Largest size of a number.
const LARGEST: f64 = 1e15;

/// Least and greatest shape of a beta or gamma law.
const SHAPES: (f64, f64) = (0.01, 1e7);

fn finite(parameters: &[(&'static str, f64)]) -> Result<(), LawError> {
    match parameters.iter().find(|(_, value)| !(value.abs() <= LARGEST)) {
        Some(&(name, found)) => Err(LawError::NotFinite { name, found }),
        None => Ok(()),
    }
}

fn positive(parameters: &[(&'static str, f64)]) -> Result<(), LawError> {
    finite(parameters)?;
    match parameters.iter().find(|(_, value)| !(*value > 0.0)) {
        Some(&(name, found)) => Err(LawError::NotPositive { name, found }),
        None => Ok(()),
    }
}

fn within(name: &'static str, found: f64, (low, high): (f64, f64), remedy: &'static str) -> Result<(), LawError> {
    if found >= low && found <= high { Ok(()) } else { Err(LawError::OutOfRange { name, low, high, found, remedy }) }
}

/// Weights as shares of their sum; those of zero are left out.
fn shares<T>(parts: Vec<(f64, T)>) -> Result<Vec<(f64, T)>, LawError> {
    if parts.is_empty() {
        return Err(LawError::NoParts);
    }
    if let Some(&(found, _)) = parts.iter().find(|(weight, _)| !(*weight >= 0.0 && *weight <= LARGEST)) {
        return Err(LawError::Weights { found });
    }
    let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
    if !(total > 0.0) {
        return Err(LawError::Weights { found: total });
    }
    Ok(parts.into_iter().filter(|(weight, _)| *weight > 0.0).map(|(weight, part)| (weight / total, part)).collect())
}

impl Law {
    /// One value.
    ///
    /// # Errors
    /// Unless it is finite and within ±10¹⁵, as every parameter of every law.
    pub fn constant(value: f64) -> Result<Self, LawError> {
        finite(&[("value", value)])?;
        Ok(Self(Kind::Constant(value)))
    }

    /// Every value from `low` to `high`, equally likely.
    ///
    /// # Errors
    /// Unless `low < high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, LawError> {
        finite(&[("low", low), ("high", high)])?;
        if !(low < high) {
            return Err(LawError::Reversed { low, high });
        }
        Ok(Self(Kind::Smooth(Smooth::Uniform { low, high })))
    }

    /// From `low` to `high`, most likely at `mode`, the density falling linearly to both ends.
    ///
    /// # Errors
    /// Unless `low ≤ mode ≤ high` and `low < high`.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, LawError> {
        finite(&[("low", low), ("mode", mode), ("high", high)])?;
        if !(low < high) {
            return Err(LawError::Reversed { low, high });
        }
        if !(low <= mode && mode <= high) {
            return Err(LawError::ModeOutside { low, mode, high });
        }
        Ok(Self(Kind::Smooth(Smooth::Triangular { low, mode, high })))
    }

    /// The normal law.
    ///
    /// # Errors
    /// Unless `sd > 0`.
    pub fn normal(mean: f64, sd: f64) -> Result<Self, LawError> {
        finite(&[("mean", mean)])?;
        positive(&[("sd", sd)])?;
        Ok(Self(Kind::Smooth(Smooth::Normal { mean, sd })))
    }

    /// The law whose natural logarithm is normal with mean `mu` and standard deviation `sigma`.
    ///
    /// # Errors
    /// Unless `0 < sigma ≤ 10` and `mu` lies within ±50.
    pub fn lognormal(mu: f64, sigma: f64) -> Result<Self, LawError> {
        within("mu", mu, (-50.0, 50.0), "mu is the mean of the natural logarithm, not of the value")?;
        positive(&[("sigma", sigma)])?;
        within("sigma", sigma, (0.0, 10.0), "sigma is the standard deviation of the natural logarithm, not of the value")?;
        Ok(Self(Kind::Smooth(Smooth::LogNormal { mu, sigma })))
    }

    /// The beta law on 0 to 1 by its shapes.
    ///
    /// # Errors
    /// Unless both lie between 0.01 and 10⁷.
    pub fn beta(alpha: f64, beta: f64) -> Result<Self, LawError> {
        within("alpha", alpha, SHAPES, "choose a smaller sd for a larger shape and a larger sd for a smaller one")?;
        within("beta", beta, SHAPES, "choose a smaller sd for a larger shape and a larger sd for a smaller one")?;
        Ok(Self(Kind::Smooth(Smooth::Beta { alpha, beta })))
    }

    /// The beta law on 0 to 1 with this mean and standard deviation.
    ///
    /// # Errors
    /// Unless `0 < mean < 1`, `0 < sd < √(mean (1 − mean))`, and its shapes lie in their range.
    pub fn beta_by_mean(mean: f64, sd: f64) -> Result<Self, LawError> {
        if !(mean > 0.0 && mean < 1.0) {
            let remedy = "both ends excluded: a share of 80% is written 0.8";
            return Err(LawError::OutOfRange { name: "mean", low: 0.0, high: 1.0, found: mean, remedy });
        }
        positive(&[("sd", sd)])?;
        let largest = (mean * (1.0 - mean)).sqrt();
        if !(sd < largest) {
            return Err(LawError::BetaSd { largest, found: sd });
        }
        let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
        Self::beta(mean * size, (1.0 - mean) * size)
    }

    /// The gamma law by shape and scale; its mean is their product.
    ///
    /// # Errors
    /// Unless `0.01 ≤ shape ≤ 10⁷` and `scale > 0`.
    pub fn gamma(shape: f64, scale: f64) -> Result<Self, LawError> {
        within("shape", shape, SHAPES, "shape is (mean / sd) squared, and mean is shape times scale")?;
        positive(&[("scale", scale)])?;
        Ok(Self(Kind::Smooth(Smooth::Gamma { shape, scale })))
    }

    /// The gamma law with this mean and standard deviation.
    ///
    /// # Errors
    /// Unless both are above 0 and the shape (mean / sd)² lies in its range.
    pub fn gamma_by_mean(mean: f64, sd: f64) -> Result<Self, LawError> {
        positive(&[("mean", mean), ("sd", sd)])?;
        Self::gamma((mean / sd) * (mean / sd), sd / mean * sd)
    }

    /// One of `values`, with chances in proportion to `weights`.
    ///
    /// # Errors
    /// Unless the lists are equally long and not empty, and the weights are 0 or more, at least one above 0.
    pub fn discrete(values: &[f64], weights: &[f64]) -> Result<Self, LawError> {
        if values.len() != weights.len() {
            return Err(LawError::Unpaired { values: values.len(), weights: weights.len() });
        }
        for value in values {
            finite(&[("value", *value)])?;
        }
        Ok(Self(Kind::Discrete(shares(weights.iter().copied().zip(values.iter().copied()).collect())?)))
    }

    /// For each column of one table the law whose values are its rows, each as likely as another. However often such a law is cloned, its
    /// values are there once.
    ///
    /// # Errors
    /// For a column without rows.
    #[must_use]
    pub fn columns(columns: Vec<Vec<f64>>) -> Vec<Result<Self, LawError>> {
        let checked = columns.into_iter().map(|column| match column.iter().find(|value| !(value.abs() <= LARGEST)) {
            Some(&found) => Err(LawError::NotFinite { name: "value", found }),
            None if column.is_empty() => Err(LawError::NoParts),
            None => Ok(column),
        });
        let mut shares = Shares::default();
        checked.map(|column| Ok(Self(Kind::Column(Column::new(column?, &mut shares))))).collect()
    }

    /// The column of draws that it is, if it is one.
    #[must_use]
    pub fn column(&self) -> Option<&Column> {
        if let Kind::Column(column) = &self.0 { Some(column) } else { None }
    }

    /// One of several distributions, with chances in proportion to their weights. A constant part is a point mass.
    ///
    /// # Errors
    /// Unless there is a part, and the weights are 0 or more, at least one above 0.
    pub fn mixture<D: Into<Distribution>>(parts: Vec<(f64, D)>) -> Result<Self, LawError> {
        Ok(Self(Kind::Mixture(shares(parts.into_iter().map(|(weight, part)| (weight, part.into())).collect())?)))
    }

    /// The law of `family` with `probability` of its mass from `low` to `high` and as much below as above: "90% between 500 and 900".
    ///
    /// Normal and lognormal in closed form; beta by two nested root searches, its two shares met to 10⁻⁹.
    ///
    /// # Errors
    /// Unless `0 < probability < 1`, `low < high`, and the interval lies where the family does.
    pub fn between(low: f64, high: f64, probability: f64, family: Family) -> Result<Self, LawError> {
        finite(&[("low", low), ("high", high)])?;
        if !(probability > 0.0 && probability < 1.0) {
            let remedy = "both ends excluded: 90% is written 0.9";
            return Err(LawError::OutOfRange { name: "probability", low: 0.0, high: 1.0, found: probability, remedy });
        }
        if !(low < high) {
            return Err(LawError::Reversed { low, high });
        }
        let outside = |family, place| Err(LawError::IntervalOutside { family, place, low, high });
        let half = normal::upper_quantile(0.5 * (1.0 - probability));
        match family {
            Family::Normal => Self::normal(0.5 * low + 0.5 * high, 0.5 * (high - low) / half),
            Family::LogNormal if low > 0.0 => {
                let (low, high) = (ln(low), ln(high));
                Self::lognormal(0.5 * (low + high), 0.5 * (high - low) / half)
            }
            Family::LogNormal => outside("lognormal", "above 0"),
            Family::Beta if low > 0.0 && high < 1.0 => Self::beta_between(low, high, probability),
            Family::Beta => outside("beta", "between 0 and 1"),
        }
    }

    /// The size α + β is found in an outer search; for each, an inner one finds the mean that puts the right share below `low`. Both
    /// shares are monotone in what is searched: a beta law moves up with its mean and contracts with its size.
    fn beta_between(low: f64, high: f64, probability: f64) -> Result<Self, LawError> {
        let below = 0.5 * (1.0 - probability);
        let shapes = |ln_size: f64, logit: f64| (exp(ln_size) / (1.0 + exp(-logit)), exp(ln_size) / (1.0 + exp(logit)));
        let logit = |ln_size: f64| {
            let excess = |logit: f64| {
                let (alpha, beta) = shapes(ln_size, logit);
                beta_shares(alpha, beta, low).0 - below
            };
            root::bracketed(excess, -30.0, 30.0)
        };
        let missing = |ln_size: f64| {
            let (alpha, beta) = shapes(ln_size, logit(ln_size));
            below - beta_shares(alpha, beta, high).1
        };
        let ln_size = root::bracketed(missing, ln(2.0 * SHAPES.0), ln(2.0 * SHAPES.1));
        let (alpha, beta) = shapes(ln_size, logit(ln_size));
        let met = |share: f64| (share - below).abs() <= 1e-9;
        if !(met(beta_shares(alpha, beta, low).0) && met(beta_shares(alpha, beta, high).1)) {
            return Err(LawError::NoSuchBeta { share: probability, low, high });
        }
        Self::beta(alpha, beta).map_err(|_| LawError::NoSuchBeta { share: probability, low, high })
    }
}

/// Six digits, trailing zeros dropped.
pub(super) fn short(value: f64) -> String {
    format!("{value:.5e}").parse().map_or_else(|_| value.to_string(), |rounded: f64| rounded.to_string())
}

impl fmt::Display for Law {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Constant(value) => write!(out, "always {}", short(*value)),
            Kind::Smooth(smooth) => {
                let (mean, sd) = smooth.moments();
                let (mean, sd) = (short(mean), short(sd));
                match *smooth {
                    Smooth::Uniform { low, high } => write!(out, "uniform, {} to {}", short(low), short(high)),
                    Smooth::Triangular { low, mode, high } => {
                        write!(out, "triangular, {} to {}, most likely {}", short(low), short(high), short(mode))
                    }
                    Smooth::Normal { .. } => write!(out, "normal, mean {mean}, sd {sd}"),
                    Smooth::LogNormal { mu, sigma } => write!(out, "lognormal, mu {}, sigma {}", short(mu), short(sigma)),
                    Smooth::Beta { .. } => write!(out, "beta, mean {mean}, sd {sd}"),
                    Smooth::Gamma { .. } => write!(out, "gamma, mean {mean}, sd {sd}"),
                }
            }
            Kind::Discrete(values) => {
                let part = |(share, value): &(f64, f64)| format!("{} ({}%)", short(*value), short(100.0 * share));
                write!(out, "one of {}", values.iter().map(part).collect::<Vec<_>>().join(", "))
            }
            Kind::Column(column) => {
                let (mean, sd) = column.moments();
                write!(out, "one of {} draws, mean {}, sd {}", grouped(column.values().len() as u64), short(mean), short(sd))
            }
            Kind::Mixture(parts) => {
                let part = |(share, part): &(f64, Distribution)| format!("{}%: {part}", short(100.0 * share));
                write!(out, "{}", parts.iter().map(part).collect::<Vec<_>>().join("; "))
            }
        }
    }
}
