//! Which number does a distribution give at an address?
//!
//! Comes in: a distribution, once; then keys and trials. Goes out: numbers that depend on nothing else. Must never know: what they are
//! for. How a law is drawn is chosen when the sampler is made; drawing neither fails nor allocates.
//!
//! Constant, uniform, triangular, normal and lognormal numbers, cut or not, are quantiles of one uniform number, as are the choices among
//! values and parts: they rise with it. Beta and gamma numbers come from [`Strips`] by rejection.

use std::sync::Arc;

use rand_distr::Distribution as _;

use super::normal::uniforms;
use super::piece::Piece;
use super::smooth::Smooth;
use super::stream::{Key, Stream};
use super::strips::{Density, Strips, power};
use super::table::Column;
use super::uncertain::{Distribution, EVERYTHING, Kind};
use crate::numeric::math::{exp, ln, ln_1p};
use crate::numeric::normal::{self, quantiles, upper_quantile};

/// A distribution ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Sampler {
    method: Method,
    /// Bounds that every draw is brought within, if any.
    held: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
enum Method {
    Constant(f64),
    Uniform {
        low: f64,
        width: f64,
    },
    /// A whole triangle, by `rand_distr`: it takes nothing but a square root.
    Triangular(rand_distr::Triangular<f64>),
    CutTriangular {
        law: [f64; 3],
        from: f64,
        width: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
    },
    CutNormal {
        mean: f64,
        sd: f64,
        cut: Cut,
        logarithm: bool,
    },
    Strips {
        strips: Arc<Strips>,
        scale: Scale,
    },
    Discrete {
        choice: Choice,
        values: Vec<f64>,
    },
    Column(Column),
    Mixture {
        choice: Choice,
        parts: Vec<Sampler>,
    },
}

/// From the variable that strips are cut in to the value.
#[derive(Clone, Copy, Debug)]
enum Scale {
    Identity,
    /// Times a scale.
    Times(f64),
    /// To a power, then times a scale.
    Power(f64, f64),
    /// One minus a power.
    OneMinusPower(f64),
}

/// The part of a standard normal law between two of its quantiles, in the tail where their chances are precise.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Chance beyond the far end (upper tail) or below the near end.
    from: f64,
    width: f64,
    upper: bool,
}

impl Cut {
    fn new(low: f64, high: f64) -> Self {
        let upper = low > 0.0;
        let (from, to) = if upper { (normal::cdf(-low), normal::cdf(-high)) } else { (normal::cdf(low), normal::cdf(high)) };
        Self { from, width: to - from, upper }
    }

    /// Rises with `uniform` on both sides.
    fn at(self, uniform: f64) -> f64 {
        let chance = self.from + self.width * uniform;
        if self.upper { upper_quantile(chance) } else { normal::quantile(chance) }
    }
}

/// A choice by weights: the first place whose cumulative share, in units of 2⁻⁶⁴, lies above a random word. It rises with the word, so
/// that a small change of weights changes few choices.
#[derive(Clone, Debug)]
struct Choice {
    ends: Vec<u64>,
}

impl Choice {
    fn new(shares: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut ends: Vec<u64> = shares
            .map(|share| {
                sum += share;
                (sum * 18_446_744_073_709_551_616.0) as u64
            })
            .collect();
        // The last place is what remains.
        ends.pop();
        Self { ends }
    }

    #[inline]
    fn pick(&self, word: u64) -> usize {
        match self.ends.len() {
            0..=8 => self.ends.iter().map(|end| usize::from(*end <= word)).sum(),
            _ => self.ends.partition_point(|end| *end <= word),
        }
    }
}

impl Sampler {
    pub(super) fn new(distribution: &Distribution) -> Self {
        if let Some(value) = distribution.is_constant() {
            return Self { method: Method::Constant(value), held: None };
        }
        let truncated = distribution.truncated != EVERYTHING;
        let clipped = distribution.clipped;
        let method = match &distribution.law.0 {
            Kind::Constant(value) => Method::Constant(*value),
            Kind::Smooth(law) => {
                let (low, high) = law.support();
                let (low, high) = (low.max(distribution.truncated.0), high.min(distribution.truncated.1));
                let bounds = if truncated { (low.max(clipped.0), high.min(clipped.1)) } else { clipped };
                return Self { method: Method::segment(*law, low, high), held: (bounds != EVERYTHING).then_some(bounds) };
            }
            Kind::Mixture(parts) if !truncated => Method::Mixture {
                choice: Choice::new(parts.iter().map(|(share, _)| *share)),
                parts: parts.iter().map(|(_, part)| Self::new(part)).collect(),
            },
            Kind::Discrete(values) if !truncated => Method::Discrete {
                choice: Choice::new(values.iter().map(|(share, _)| *share)),
                values: values.iter().map(|(_, value)| *value).collect(),
            },
            Kind::Column(column) if !truncated => Method::Column(column.clone()),
            // A truncated choice is a choice among its truncated pieces; they are clipped already.
            Kind::Mixture(_) | Kind::Discrete(_) | Kind::Column(_) => Method::Mixture {
                choice: Choice::new(distribution.pieces().iter().map(|(share, _)| *share)),
                parts: distribution.pieces().iter().map(|(_, piece)| Self::from(*piece)).collect(),
            },
        };
        Self { method, held: (clipped != EVERYTHING).then_some(clipped) }
    }

    /// One draw from the next words of `stream`.
    #[must_use]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        let value = self.method.draw(stream);
        self.held.map_or(value, |(low, high)| value.clamp(low, high))
    }

    /// Draws `out[j]` for trial `first_trial + j` at `key`: bit for bit [`Sampler::draw`] from the stream of each address.
    pub fn fill(&self, key: Key, first_trial: u64, out: &mut [f64]) {
        self.method.fill(key, first_trial, out);
        if let Some((low, high)) = self.held {
            out.iter_mut().for_each(|value| *value = value.clamp(low, high));
        }
    }
}

impl Distribution {
    /// Prepares the distribution for drawing.
    #[must_use]
    pub fn sampler(&self) -> Sampler {
        Sampler::new(self)
    }
}

impl From<Piece> for Sampler {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Point(value) => Self { method: Method::Constant(value), held: None },
            Piece::Segment { law, low, high } => Self { method: Method::segment(law, low, high), held: Some((low, high)) },
        }
    }
}

impl Method {
    /// How `law` is drawn given that it lies from `low` to `high`, within its support; rounding may leave those bounds by a last bit.
    fn segment(law: Smooth, low: f64, high: f64) -> Self {
        let whole = (low, high) == law.support();
        match law {
            Smooth::Uniform { .. } => Self::Uniform { low, width: high - low },
            Smooth::Triangular { low: left, mode, high: right } => {
                if whole && let Ok(triangle) = rand_distr::Triangular::new(left, right, mode) {
                    return Self::Triangular(triangle);
                }
                let (from, to) = (law.shares(low).0, law.shares(high).0);
                Self::CutTriangular { law: [left, mode, right], from, width: to - from }
            }
            Smooth::Normal { mean, sd } if whole => Self::Normal { mean, sd },
            Smooth::LogNormal { mu, sigma } if whole => Self::LogNormal { mu, sigma },
            Smooth::Normal { mean, sd } => {
                Self::CutNormal { mean, sd, cut: Cut::new((low - mean) / sd, (high - mean) / sd), logarithm: false }
            }
            Smooth::LogNormal { mu, sigma } => {
                let standard = |x: f64| (ln(x) - mu) / sigma;
                Self::CutNormal { mean: mu, sd: sigma, cut: Cut::new(standard(low), standard(high)), logarithm: true }
            }
            Smooth::Gamma { shape, scale } if shape >= 1.0 => {
                let (low, high) = (low / scale, high / scale);
                let strips = Strips::of(Density::Gamma { p: shape - 1.0 }, low, high, (shape - 1.0).clamp(low, high));
                Self::Strips { strips, scale: Scale::Times(scale) }
            }
            Smooth::Gamma { shape, scale } => {
                let (low, high) = (low / scale, high / scale);
                let to = if high < f64::INFINITY { power(high, shape) } else { high };
                let from = power(low, shape);
                let strips = Strips::of(Density::GammaPower { inverse: 1.0 / shape, top: -low }, from, to, from);
                Self::Strips { strips, scale: Scale::Power(1.0 / shape, scale) }
            }
            Smooth::Beta { alpha, beta } if alpha >= 1.0 && beta >= 1.0 => {
                let peak = law.mode();
                let strips = Strips::of(Density::Beta { p: alpha - 1.0, q: beta - 1.0, peak }, low, high, peak.clamp(low, high));
                Self::Strips { strips, scale: Scale::Identity }
            }
            // Unbounded at both ends: the two halves apart, unless only one is left.
            Smooth::Beta { alpha, beta } if alpha < 1.0 && beta < 1.0 && low < 0.5 && high > 0.5 => {
                let (lower, upper) = (law.mass(low, 0.5), law.mass(0.5, high));
                let halves = [Self::beta_power(alpha, beta, low, 0.5, false), Self::beta_power(beta, alpha, 1.0 - high, 0.5, true)];
                let parts = halves.into_iter().map(|method| Sampler { method, held: None }).collect();
                Self::Mixture { choice: Choice::new([lower / (lower + upper), 1.0].into_iter()), parts }
            }
            Smooth::Beta { alpha, beta } if beta >= 1.0 || (alpha < 1.0 && high <= 0.5) => Self::beta_power(alpha, beta, low, high, false),
            Smooth::Beta { alpha, beta } => Self::beta_power(beta, alpha, 1.0 - high, 1.0 - low, true),
        }
    }

    /// A beta law with shapes `a` < 1 and `b`, from `low` to `high`, in the variable xᵃ, whose density is bounded; `mirrored` gives 1 − x.
    fn beta_power(a: f64, b: f64, low: f64, high: f64, mirrored: bool) -> Self {
        let (from, to, q) = (power(low, a), power(high, a), b - 1.0);
        let (peak, at_peak) = if q >= 0.0 { (from, low) } else { (to, high) };
        let density = Density::BetaPower { inverse: 1.0 / a, q, top: q * ln_1p(-at_peak) };
        let scale = if mirrored { Scale::OneMinusPower(1.0 / a) } else { Scale::Power(1.0 / a, 1.0) };
        Self::Strips { strips: Strips::of(density, from, to, peak), scale }
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, width } => low + width * stream.uniform(),
            Self::Triangular(triangle) => triangle.sample(stream),
            Self::CutTriangular { law, from, width } => triangular(*law, from + width * stream.uniform()),
            Self::Normal { mean, sd } => mean + sd * normal::quantile(stream.uniform()),
            Self::LogNormal { mu, sigma } => exp(mu + sigma * normal::quantile(stream.uniform())),
            Self::CutNormal { mean, sd, cut, logarithm } => {
                let value = mean + sd * cut.at(stream.uniform());
                if *logarithm { exp(value) } else { value }
            }
            Self::Strips { strips, scale } => scale.apply(strips.draw(stream)),
            Self::Discrete { choice, values } => values[choice.pick(stream.bits())],
            Self::Column(column) => column.pick(stream.bits()),
            Self::Mixture { choice, parts } => {
                let part = choice.pick(stream.bits());
                parts[part].draw(stream)
            }
        }
    }

    fn fill(&self, key: Key, first_trial: u64, out: &mut [f64]) {
        match self {
            Self::Constant(value) => out.fill(*value),
            Self::Uniform { low, width } => {
                uniforms(key, first_trial, out);
                out.iter_mut().for_each(|value| *value = low + width * *value);
            }
            Self::CutTriangular { law, from, width } => {
                uniforms(key, first_trial, out);
                out.iter_mut().for_each(|value| *value = triangular(*law, from + width * *value));
            }
            Self::Normal { mean, sd } => {
                super::normal::fill(key, first_trial, out);
                out.iter_mut().for_each(|value| *value = mean + sd * *value);
            }
            Self::LogNormal { mu, sigma } => {
                super::normal::fill(key, first_trial, out);
                out.iter_mut().for_each(|value| *value = exp(mu + sigma * *value));
            }
            Self::CutNormal { mean, sd, cut: Cut { from, width, upper: false }, logarithm } => {
                uniforms(key, first_trial, out);
                out.iter_mut().for_each(|value| *value = from + width * *value);
                quantiles(out);
                out.iter_mut().for_each(|value| *value = mean + sd * *value);
                if *logarithm {
                    out.iter_mut().for_each(|value| *value = exp(*value));
                }
            }
            Self::Strips { strips, scale } => {
                each(key, first_trial, out, |stream| strips.draw(stream));
                out.iter_mut().for_each(|value| *value = scale.apply(*value));
            }
            Self::Triangular(_) | Self::CutNormal { .. } | Self::Discrete { .. } | Self::Column(_) | Self::Mixture { .. } => {
                each(key, first_trial, out, |stream| self.draw(stream));
            }
        }
    }
}

#[inline(always)]
fn each(key: Key, first_trial: u64, out: &mut [f64], draw: impl Fn(&mut Stream) -> f64) {
    for (j, out) in out.iter_mut().enumerate() {
        *out = draw(&mut key.stream(first_trial.wrapping_add(j as u64)));
    }
}

/// The quantile of a triangular law at `chance`: arithmetic and a square root.
#[inline(always)]
fn triangular([low, mode, high]: [f64; 3], chance: f64) -> f64 {
    let (width, rising) = (high - low, mode - low);
    let left = low + (chance * width * rising).sqrt();
    let right = high - ((1.0 - chance) * width * (high - mode)).sqrt();
    if chance * width < rising { left } else { right }
}

impl Scale {
    #[inline(always)]
    fn apply(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::Times(scale) => scale * x,
            Self::Power(exponent, scale) => scale * power(x, exponent),
            Self::OneMinusPower(exponent) => 1.0 - power(x, exponent),
        }
    }
}
