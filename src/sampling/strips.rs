//! Which number does a stream draw from a density with one peak?
//!
//! Comes in: a density known up to a factor, its peak, and an interval. Goes out: exact draws. Must never know: which law asked.
//!
//! Ahrens' table method (*A one-table method for sampling from continuous and discrete distributions*, Computing 54, 1995). The interval
//! is cut into strips from the peak outwards, each with a flat hat over its highest density, all hats of equal area, so that eight bits
//! choose one. One uniform number serves twice: below the strip's squeeze (its lowest density as a share of its highest) it is the
//! position, stretched, and no density is computed; above, a point in what remains of the hat is tested against the density. The last
//! strip on a bounded side is as high as its area needs; on an unbounded one it is an exponential tail (Devroye, *Non-Uniform Random
//! Variate Generation*, 1986, section VII.3).

use std::sync::Arc;

use super::kept::Kept;
use super::stream::{Stream, open_unit};
use crate::numeric::math::{exp, ln, ln_1p};

/// Number of strips.
const STRIPS: usize = 256;

/// A density up to a factor, at most 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Density {
    /// (x/m)ᵖ ((1 − x)/(1 − m))^q, peak m: a beta law with shapes p + 1 and q + 1, both 1 or more.
    Beta { p: f64, q: f64, peak: f64 },
    /// (x/m)ᵖ e^(m − x), peak m = p: a gamma law with shape p + 1, 1 or more, and scale 1.
    Gamma { p: f64 },
    /// (1 − t^(1/a))^q, monotone: t = xᵃ of a beta law with shapes a < 1 and q + 1; `top` is the logarithm at its peak.
    BetaPower { inverse: f64, q: f64, top: f64 },
    /// exp(−t^(1/a)), falling: t = xᵃ of a gamma law with shape a < 1 and scale 1; `top` is the logarithm at its peak.
    GammaPower { inverse: f64, top: f64 },
}

impl Density {
    /// Its value at `x`. Densities are taken relative to their peak, where the logarithms keep their digits.
    fn at(self, x: f64) -> f64 {
        match self {
            Self::Beta { p, q, peak } => {
                let part = |power: f64, from: f64, distance: f64| if power == 0.0 { 0.0 } else { power * ln_1p(distance / from) };
                exp(part(p, peak, x - peak) + part(q, 1.0 - peak, peak - x))
            }
            Self::Gamma { p } if p > 0.0 => exp(p * ln_1p((x - p) / p) - (x - p)),
            Self::Gamma { .. } => exp(-x),
            Self::BetaPower { inverse, q, top } => exp(q * ln_1p(-power(x, inverse)) - top),
            Self::GammaPower { inverse, top } => exp(-power(x, inverse) - top),
        }
    }

    /// A rate λ with f(y) ≤ f(x) exp(−λ (y − x)) for all y > x: the slope of −ln f, which is convex here.
    fn falls(self, x: f64) -> f64 {
        match self {
            Self::Gamma { p } if p > 0.0 => 1.0 - p / x,
            Self::Gamma { .. } => 1.0,
            Self::GammaPower { inverse, .. } => inverse * power(x, inverse - 1.0),
            Self::Beta { .. } | Self::BetaPower { .. } => 0.0,
        }
    }
}

/// x to the power `y`, for x ≥ 0.
pub(super) fn power(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// What most draws need of a strip: with a uniform u below `squeeze`, the number is `start + u × reach`.
#[derive(Clone, Copy, Debug, Default)]
struct Strip {
    start: f64,
    reach: f64,
    squeeze: f64,
}

/// What the others need: the strip's width, signed, and the height of its hat; for a tail, minus the rate instead of the height.
#[derive(Clone, Copy, Debug, Default)]
struct Hat {
    width: f64,
    height: f64,
}

/// A density ready to be drawn from.
#[derive(Clone, Debug)]
pub(super) struct Strips {
    strips: [Strip; STRIPS],
    hats: [Hat; STRIPS],
    density: Density,
}

/// One side of the density, from its peak outwards.
#[derive(Clone, Copy)]
struct Side {
    density: Density,
    peak: f64,
    end: f64,
}

impl Side {
    /// Calls `found` for each strip of `area` until the end is reached or `most` are there; says how many there are.
    fn cut(self, area: f64, most: usize, mut found: impl FnMut(Strip, Hat)) -> usize {
        let (sign, mut x, mut count) = (if self.end < self.peak { -1.0 } else { 1.0 }, self.peak, 0);
        while x != self.end && count <= most {
            count += 1;
            let height = self.density.at(x);
            let rate = height / area;
            if self.end == f64::INFINITY && rate <= self.density.falls(x) {
                found(Strip { start: x, ..Strip::default() }, Hat { width: height, height: -rate });
                return count;
            }
            let room = (self.end - x).abs();
            let last = !(area < height * room);
            let (width, height) = if last { (room, area / room) } else { (area / height, height) };
            let next = if last { self.end } else { x + sign * width };
            let squeeze = self.density.at(next) / height;
            let reach = if squeeze > 0.0 { (next - x) / squeeze } else { 0.0 };
            found(Strip { start: x, reach, squeeze }, Hat { width: next - x, height });
            x = next;
        }
        count
    }
}

/// Strips by the bits of their density, bounds and peak: 10 KB each.
static KEPT: Kept<[u64; 7], Strips> = Kept::new(256);

impl Strips {
    /// [`Strips::new`], once for each density and interval.
    pub(super) fn of(density: Density, low: f64, high: f64, peak: f64) -> Arc<Self> {
        let (kind, [a, b, c]) = match density {
            Density::Beta { p, q, peak } => (0, [p, q, peak]),
            Density::Gamma { p } => (1, [p, 0.0, 0.0]),
            Density::BetaPower { inverse, q, top } => (2, [inverse, q, top]),
            Density::GammaPower { inverse, top } => (3, [inverse, top, 0.0]),
        };
        let [a, b, c, from, to, at] = [a, b, c, low, high, peak].map(f64::to_bits);
        KEPT.get([kind, a, b, c, from, to, at], || Self::new(density, low, high, peak))
    }

    /// Prepares `density` on the interval from `low` to `high` (which may be infinite where the density falls at least exponentially),
    /// with its peak inside or at an end.
    fn new(density: Density, low: f64, high: f64, peak: f64) -> Self {
        let sides = [Side { density, peak, end: low }, Side { density, peak, end: high }];
        let count = |area: f64| {
            let left = sides[0].cut(area, STRIPS, |_, _| {});
            left + if left > STRIPS { 0 } else { sides[1].cut(area, STRIPS, |_, _| {}) }
        };
        // The smallest area, to one part in two thousand, that needs no more than all strips; more area, fewer strips.
        let mut area = if high < f64::INFINITY { (high - low) / STRIPS as f64 } else { 1.0 };
        while count(area) > STRIPS {
            area *= 4.0;
        }
        while area > 1e-300 && count(0.25 * area) <= STRIPS {
            area *= 0.25;
        }
        let mut too_small = 0.25 * area;
        while area > 1.0005 * too_small {
            let middle = (area * too_small).sqrt();
            *(if count(middle) <= STRIPS { &mut area } else { &mut too_small }) = middle;
        }
        // A strip left over keeps a hat without a density: whoever draws it draws again.
        let (mut strips, mut hats) = ([Strip::default(); STRIPS], [Hat { width: 0.0, height: f64::INFINITY }; STRIPS]);
        let mut next = 0;
        for side in sides {
            side.cut(area, STRIPS, |strip, hat| {
                (strips[next], hats[next]) = (strip, hat);
                next += 1;
            });
        }
        Self { strips, hats, density }
    }

    /// One draw.
    #[inline(always)]
    pub(super) fn draw(&self, stream: &mut Stream) -> f64 {
        loop {
            let word = stream.bits();
            // The position takes the upper 52 bits of the word.
            let index = (word & 255) as usize;
            let (strip, u) = (&self.strips[index], open_unit(word));
            if u < strip.squeeze {
                return strip.start + u * strip.reach;
            }
            if let Some(x) = self.above_squeeze(index, stream) {
                return x;
            }
        }
    }

    /// A point in the part of the hat above the squeeze, if it lies under the density.
    #[cold]
    #[inline(never)]
    fn above_squeeze(&self, index: usize, stream: &mut Stream) -> Option<f64> {
        let (strip, hat) = (self.strips[index], self.hats[index]);
        let (u, v) = (stream.uniform(), stream.uniform());
        let (x, height) = if hat.height < 0.0 {
            // u is also the exponential hat's value at x, as a share of its greatest.
            (strip.start + ln(u) / hat.height, u * hat.width)
        } else {
            (strip.start + u * hat.width, hat.height)
        };
        let level = (strip.squeeze + (1.0 - strip.squeeze) * v) * height;
        (level < self.density.at(x)).then_some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What exactness rests on: hats of equal area that lie end to end, none below the density, no squeeze above it.
    #[test]
    fn hats_cover_the_density_and_squeezes_lie_under_it() {
        let infinity = f64::INFINITY;
        let beta = |p: f64, q: f64| (Density::Beta { p, q, peak: p / (p + q) }, p / (p + q));
        let cases = [
            (beta(1.0, 4.0), 0.0, 1.0),
            (beta(49.4, 11.6), 0.0, 1.0),
            (beta(49.4, 11.6), 0.7, 0.9),
            (beta(0.0, 3.0), 0.0, 1.0),
            (beta(4e4, 1e4), 0.0, 1.0),
            ((Density::Gamma { p: 3.0 }, 3.0), 0.0, infinity),
            ((Density::Gamma { p: 0.0 }, 0.0), 0.0, infinity),
            ((Density::Gamma { p: 3.0 }, 5.0), 5.0, infinity),
            ((Density::GammaPower { inverse: 2.0, top: 0.0 }, 0.0), 0.0, infinity),
            ((Density::BetaPower { inverse: 2.0, q: 3.0, top: 0.0 }, 0.0), 0.0, 0.9),
            ((Density::BetaPower { inverse: 2.0, q: -0.5, top: -0.5 * ln_1p(-0.25) }, 0.5), 0.0, 0.5),
        ];
        for ((density, peak), low, high) in cases {
            let Strips { strips, hats, .. } = Strips::new(density, low, high, peak);
            let area = |hat: &Hat| if hat.height < 0.0 { -hat.width / hat.height } else { hat.width.abs() * hat.height };
            let used = hats.iter().filter(|hat| hat.height < infinity).count();
            assert!(used >= STRIPS - 1, "{density:?}: {used}");
            let mut ends = vec![low, high];
            for (strip, hat) in strips.iter().zip(&hats).take(used) {
                assert!((area(hat) / area(&hats[0]) - 1.0).abs() < 1e-9, "{density:?}: {hat:?}");
                let tail = hat.height < 0.0;
                let span = if tail { -20.0 / hat.height } else { hat.width };
                ends.extend([strip.start, if tail { high } else { strip.start + span }]);
                for step in 0..=100 {
                    let x = strip.start + span * f64::from(step) / 100.0;
                    let above = if tail { hat.width * exp(hat.height * (x - strip.start)) } else { hat.height };
                    let value = density.at(x);
                    assert!(value <= above * (1.0 + 1e-12), "{density:?} at {x}: {value} above its hat {above}");
                    assert!(strip.squeeze * above <= value * (1.0 + 1e-9) + 1e-300, "{density:?} at {x}: {value} below its squeeze");
                }
                assert!(tail || strip.squeeze == 0.0 || (strip.reach * strip.squeeze / hat.width - 1.0).abs() < 1e-9);
            }
            // Every end is met by another: the strips leave no gap.
            ends.sort_by(f64::total_cmp);
            let gaps = ends.chunks(2).filter(|pair| pair[0] != pair[1] && (pair[1] - pair[0]).abs() > 1e-12 * pair[1].abs()).count();
            assert_eq!(gaps, 0, "{density:?}");
        }
    }
}
