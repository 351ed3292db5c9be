//! What is a distribution made of, once cut and mixed?
//!
//! Comes in: pieces and two bounds. Goes out: pieces, each a point or a law between two bounds, with shares that add up to 1; their mass and
//! moments. Must never know: how a piece is drawn.

use super::smooth::Smooth;
use crate::numeric::incomplete::{beta_shares, gamma_shares};
use crate::numeric::math::{exp, exp_m1, ln};
use crate::numeric::quadrature;

/// A point, or a law given that its value lies from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece {
    Point(f64),
    Segment { law: Smooth, low: f64, high: f64 },
}

/// The pieces given that the value lies from `low` to `high`, both included, and the share that does.
pub(super) fn truncate(pieces: &[(f64, Piece)], low: f64, high: f64) -> (Vec<(f64, Piece)>, f64) {
    let cut = |(share, piece): &(f64, Piece)| {
        let (kept, piece) = piece.cut(low, high)?;
        (share * kept > 0.0).then_some((share * kept, piece))
    };
    let kept: Vec<(f64, Piece)> = pieces.iter().filter_map(cut).collect();
    let total: f64 = kept.iter().map(|(share, _)| share).sum();
    (kept.into_iter().map(|(share, piece)| (share / total, piece)).collect(), total)
}

/// The pieces when what lies below `low` counts as `low` and what lies above `high` as `high`.
pub(super) fn clip(pieces: Vec<(f64, Piece)>, low: f64, high: f64) -> Vec<(f64, Piece)> {
    let (mut below, mut above) = (0.0, 0.0);
    let mut clipped = Vec::with_capacity(pieces.len() + 2);
    for (share, piece) in pieces {
        match piece {
            Piece::Point(x) if x <= low => below += share,
            Piece::Point(x) if x >= high => above += share,
            Piece::Segment { low: from, high: to, .. } if from < low || to > high => {
                let (_, beyond) = piece.shares(high);
                let (under, _) = piece.shares(low);
                below += share * under;
                above += share * beyond;
                if let Some((kept, piece)) = piece.cut(low, high) {
                    clipped.push((share * kept, piece));
                }
            }
            inside => clipped.push((share, inside)),
        }
    }
    clipped.insert(0, (below, Piece::Point(low)));
    clipped.push((above, Piece::Point(high)));
    clipped.retain(|(share, _)| *share > 0.0);
    clipped
}

impl Piece {
    /// The piece within the bounds and its share of this one; none if it lies outside.
    fn cut(self, low: f64, high: f64) -> Option<(f64, Self)> {
        match self {
            Self::Point(x) => (x >= low && x <= high).then_some((1.0, self)),
            Self::Segment { law, low: from, high: to } => {
                let (low, high) = (low.max(from), high.min(to));
                if (low, high) == (from, to) {
                    return Some((1.0, self));
                }
                let kept = law.mass(low, high) / law.mass(from, to);
                (kept > 0.0).then_some((kept, Self::Segment { law, low, high }))
            }
        }
    }

    /// Shares of the piece at or below `x`, and above.
    pub(super) fn shares(self, x: f64) -> (f64, f64) {
        match self {
            Self::Point(point) => {
                if point <= x {
                    (1.0, 0.0)
                } else {
                    (0.0, 1.0)
                }
            }
            Self::Segment { law, low, high } if (low, high) == law.support() => law.shares(x),
            Self::Segment { law, low, high } => {
                let (x, whole) = (x.clamp(low, high), law.mass(low, high));
                (law.mass(low, x) / whole, law.mass(x, high) / whole)
            }
        }
    }

    /// Least and greatest value.
    pub(super) fn bounds(self) -> (f64, f64) {
        match self {
            Self::Point(point) => (point, point),
            Self::Segment { low, high, .. } => (low, high),
        }
    }

    /// Mean and standard deviation: closed for a point, a whole law and a part of a uniform law; otherwise by quadrature of the density
    /// to about 10⁻¹¹ of the standard deviation, or, where the density is unbounded or spans many orders of magnitude, by the closed
    /// moments of a cut law.
    pub(super) fn moments(self) -> (f64, f64) {
        match self {
            Self::Point(point) => (point, 0.0),
            Self::Segment { law: Smooth::Uniform { .. }, low, high } => Smooth::Uniform { low, high }.moments(),
            Self::Segment { law, low, high } if (low, high) == law.support() => law.moments(),
            Self::Segment { law, low, high } => match law {
                Smooth::Normal { mean, sd } => {
                    let (from, to) = (((low - mean) / sd).max(-13.0), ((high - mean) / sd).min(13.0));
                    let (centre, spread) = normal_moments(|z| z, from, to);
                    (mean + sd * centre, sd * spread)
                }
                Smooth::LogNormal { mu, sigma } => lognormal_moments(mu, sigma, low, high),
                Smooth::Beta { alpha, beta } if beta < 1.0 && high >= 1.0 => {
                    let (mean, sd) = power_moments(&|k| beta_power(beta, alpha, k, 0.0, 1.0 - low));
                    (1.0 - mean, sd)
                }
                Smooth::Beta { alpha, beta } if alpha < 1.0 && low <= 0.0 => power_moments(&|k| beta_power(alpha, beta, k, low, high)),
                Smooth::Gamma { shape, scale } if shape < 1.0 && low <= 0.0 => {
                    let (mean, sd) = power_moments(&|k| gamma_power(shape, k, high / scale));
                    (scale * mean, scale * sd)
                }
                _ => density_moments(law, low, high),
            },
        }
    }
}

/// Mean and standard deviation of `value(z)` for a standard normal z from `low` to `high`, both finite.
fn normal_moments(value: impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    let centre = 0.0f64.clamp(low, high);
    let mut breaks = vec![low, high];
    breaks.extend([-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0].into_iter().filter(|z| *z > low && *z < high));
    centred_moments(&breaks, value(centre), |z| (value(z), exp(0.5 * (centre - z) * (centre + z))))
}

fn lognormal_moments(mu: f64, sigma: f64, low: f64, high: f64) -> (f64, f64) {
    let standard = |x: f64| if x > 0.0 { (ln(x) - mu) / sigma } else { f64::NEG_INFINITY };
    let (low, high) = (standard(low), if high < f64::INFINITY { standard(high) } else { f64::INFINITY });
    let (from, to) = (low.max(-13.0), high.min(13.0 + 2.0 * sigma));
    if sigma * (to - from) < 20.0 {
        let middle = 0.5 * (from + to);
        let unit = exp(mu + sigma * middle);
        let (mean, sd) = normal_moments(|z| exp_m1(sigma * (z - middle)), from, to);
        return (unit + unit * mean, unit * sd);
    }
    let mass = |shift: f64| Smooth::Normal { mean: 0.0, sd: 1.0 }.mass(low - shift, high - shift);
    let unit = exp(mu + 0.5 * sigma * sigma);
    let (mean, sd) = power_moments(&|k| {
        let k = f64::from(k);
        exp(0.5 * k * (k - 1.0) * sigma * sigma) * mass(k * sigma)
    });
    (unit * mean, unit * sd)
}

/// ∫ xᵏ of the beta density over the bounds.
fn beta_power(alpha: f64, beta: f64, k: u32, low: f64, high: f64) -> f64 {
    let rising: f64 = (0..k).map(|i| (alpha + f64::from(i)) / (alpha + beta + f64::from(i))).product();
    let alpha = alpha + f64::from(k);
    rising * (beta_shares(alpha, beta, high).0 - beta_shares(alpha, beta, low).0)
}

/// ∫ xᵏ of the gamma density with scale 1 from 0 to `high`.
fn gamma_power(shape: f64, k: u32, high: f64) -> f64 {
    let rising: f64 = (0..k).map(|i| shape + f64::from(i)).product();
    rising * gamma_shares(shape + f64::from(k), high).0
}

/// Mean and standard deviation from ∫ xᵏ for k = 0, 1, 2.
fn power_moments(power: &dyn Fn(u32) -> f64) -> (f64, f64) {
    let whole = power(0);
    let mean = power(1) / whole;
    (mean, (power(2) / whole - mean * mean).max(0.0).sqrt())
}

fn density_moments(law: Smooth, low: f64, high: f64) -> (f64, f64) {
    let (mean, sd) = law.moments();
    // Beyond these points no law here has more than 10⁻¹⁷ of its mass.
    let scale = if let Smooth::Gamma { scale, .. } = law { scale } else { 0.0 };
    let (from, to) = (low.max(mean - 40.0 * sd), high.min(mean + 40.0 * sd + 60.0 * scale));
    let mut breaks = vec![from, to, law.mode()];
    breaks.extend([-8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0].map(|step| mean + step * sd));
    breaks.retain(|x| *x >= from && *x <= to);
    centred_moments(&breaks, mean.clamp(from, to), |x| (x, law.density(x)))
}

/// Mean and standard deviation of the first result of `f`, weighted with the second, about `centre`.
fn centred_moments(breaks: &[f64], centre: f64, f: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
    let mut breaks = breaks.to_vec();
    breaks.sort_by(f64::total_cmp);
    let terms = |x: f64| {
        let (value, weight) = f(x);
        [weight, weight * (value - centre), weight * (value - centre) * (value - centre)]
    };
    let [whole, first, second] = quadrature::integrals(&terms, &breaks);
    let shift = first / whole;
    (centre + shift, (second / whole - shift * shift).max(0.0).sqrt())
}
