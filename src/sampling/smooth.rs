//! How is the mass of a law with a density spread?
//!
//! Comes in: a value. Goes out: density, mass, closed moments. Must never know: cuts, mixtures, streams.

use crate::numeric::incomplete::{beta_density, beta_shares, gamma_density, gamma_shares};
use crate::numeric::math::{exp, exp_m1, ln};
use crate::numeric::normal;

/// A law with a density. Its parameters are valid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Smooth {
    Uniform { low: f64, high: f64 },
    Triangular { low: f64, mode: f64, high: f64 },
    Normal { mean: f64, sd: f64 },
    LogNormal { mu: f64, sigma: f64 },
    Beta { alpha: f64, beta: f64 },
    Gamma { shape: f64, scale: f64 },
}

impl Smooth {
    /// Least and greatest value; infinite where there is none.
    pub(super) fn support(self) -> (f64, f64) {
        match self {
            Self::Uniform { low, high } | Self::Triangular { low, high, .. } => (low, high),
            Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::LogNormal { .. } | Self::Gamma { .. } => (0.0, f64::INFINITY),
            Self::Beta { .. } => (0.0, 1.0),
        }
    }

    /// Mean and standard deviation in closed form.
    pub(super) fn moments(self) -> (f64, f64) {
        match self {
            Self::Uniform { low, high } => (0.5 * low + 0.5 * high, (high - low) / 12f64.sqrt()),
            Self::Triangular { low, mode, high } => {
                let (a, b) = (mode - low, high - low);
                (low + (a + b) / 3.0, ((a * a + b * b - a * b) / 18.0).sqrt())
            }
            Self::Normal { mean, sd } => (mean, sd),
            Self::LogNormal { mu, sigma } => {
                let mean = exp(mu + 0.5 * sigma * sigma);
                (mean, mean * exp_m1(sigma * sigma).sqrt())
            }
            Self::Beta { alpha, beta } => {
                let size = alpha + beta;
                (alpha / size, (alpha / size * (beta / size) / (size + 1.0)).sqrt())
            }
            Self::Gamma { shape, scale } => (shape * scale, shape.sqrt() * scale),
        }
    }

    /// Shares of the law below and above `x`, each precise in its own tail.
    pub(super) fn shares(self, x: f64) -> (f64, f64) {
        match self {
            Self::Uniform { low, high } => {
                let x = x.clamp(low, high);
                ((x - low) / (high - low), (high - x) / (high - low))
            }
            Self::Triangular { low, mode, high } => {
                let x = x.clamp(low, high);
                if x < mode {
                    let below = (x - low) / (high - low) * ((x - low) / (mode - low));
                    (below, 1.0 - below)
                } else if x < high {
                    let above = (high - x) / (high - low) * ((high - x) / (high - mode));
                    (1.0 - above, above)
                } else {
                    (1.0, 0.0)
                }
            }
            Self::Normal { mean, sd } => Self::normal_shares((x - mean) / sd),
            Self::LogNormal { .. } if !(x > 0.0) => (0.0, 1.0),
            Self::LogNormal { mu, sigma } => Self::normal_shares((ln(x) - mu) / sigma),
            Self::Beta { alpha, beta } => beta_shares(alpha, beta, x),
            Self::Gamma { shape, scale } => gamma_shares(shape, x / scale),
        }
    }

    fn normal_shares(z: f64) -> (f64, f64) {
        (normal::cdf(z), normal::cdf(-z))
    }

    /// Share of the law from `low` to `high`, by whichever tail is the smaller.
    pub(super) fn mass(self, low: f64, high: f64) -> f64 {
        if !(low < high) {
            return 0.0;
        }
        let (lower, upper) = (self.shares(low), self.shares(high));
        if lower.0 > 0.5 { lower.1 - upper.1 } else { upper.0 - lower.0 }
    }

    /// Density of a triangular, beta or gamma law inside its support; the others are integrated in the standard normal variable.
    pub(super) fn density(self, x: f64) -> f64 {
        let (low, high) = self.support();
        if !(x > low && x < high) {
            return 0.0;
        }
        match self {
            Self::Triangular { low, mode, high } if x < mode => 2.0 * (x - low) / ((high - low) * (mode - low)),
            Self::Triangular { low, mode, high } if mode < high => 2.0 * (high - x) / ((high - low) * (high - mode)),
            Self::Beta { alpha, beta } => beta_density(alpha, beta, x),
            Self::Gamma { shape, scale } => gamma_density(shape, x / scale) / scale,
            _ => 0.0,
        }
    }

    /// Where the density is greatest, inside or at an end of the support.
    pub(super) fn mode(self) -> f64 {
        match self {
            Self::Uniform { low, high } => 0.5 * low + 0.5 * high,
            Self::Triangular { mode, .. } => mode,
            Self::Normal { mean, .. } => mean,
            Self::LogNormal { mu, sigma } => exp(mu - sigma * sigma),
            Self::Beta { alpha, beta } => {
                if alpha <= 1.0 && beta <= 1.0 {
                    0.5
                } else {
                    ((alpha - 1.0) / (alpha + beta - 2.0)).clamp(0.0, 1.0)
                }
            }
            Self::Gamma { shape, scale } => (shape - 1.0).max(0.0) * scale,
        }
    }
}
