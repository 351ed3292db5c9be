//! How far apart are the medians, or other quantiles, of two columns of the same trials, and how sure is that?
//!
//! Comes in: two columns, NaN where undefined. Goes out: the difference of their quantiles and an interval for it. Must never know: what the
//! columns stand for.
//!
//! The interval is that of the paired bootstrap, without its chance: in a sample of n drawn anew, the quantile at p is the value whose rank
//! lies about √(n p (1 − p)) times a standard normal number from n p (Woodruff 1952), and the ranks of both columns go together as much as
//! the same trials lie below both quantiles. It needs no density, so that values that many trials share (all is lost, a capped return) do
//! no harm.

use super::select::quantile_rank;
use crate::numeric::normal;

/// Ranks that are tried.
const DRAWS: usize = 4_096;

/// Fewest values with which there is an interval.
const FEWEST: usize = 20;

/// Steps of the sequence that covers the unit square evenly: powers of 1/1.3247…, the root of x³ = x + 1 (Roberts 2018).
const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];

/// inf{x : F(x) ≥ ½} of the values that are defined; NaN without any.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut defined: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    if defined.is_empty() {
        return f64::NAN;
    }
    let rank = defined.len().div_ceil(2) - 1;
    *defined.select_nth_unstable_by(rank, f64::total_cmp).1
}

/// The second median less the first, and the ends of its 95% interval; the ends are NaN with fewer than twenty values in either.
#[must_use]
pub fn apart(first: &[f64], second: &[f64]) -> [f64; 3] {
    quantiles_apart(&Ranked::new(first, 0.5), &Ranked::new(second, 0.5))
}

/// The second quantile less the first, of columns of the same trials ranked for the same share, and the ends of its 95% interval; the ends
/// are NaN with fewer than twenty values in either.
#[must_use]
pub fn quantiles_apart(one: &Ranked, other: &Ranked) -> [f64; 3] {
    let difference = other.quantile() - one.quantile();
    if one.count.min(other.count) < FEWEST {
        return [difference, f64::NAN, f64::NAN];
    }
    let together: f64 = one.sides.iter().zip(&other.sides).map(|(one, other)| one * other).sum();
    let correlation = (together / (one.count as f64 * other.count as f64).sqrt()).clamp(-1.0, 1.0);
    let rest = ((1.0 - correlation) * (1.0 + correlation)).sqrt();
    let mut apart: Vec<f64> = (1..=DRAWS)
        .map(|draw| {
            let [a, b] = STEPS.map(|step| normal::quantile((0.5 + draw as f64 * step).fract().clamp(1e-9, 1.0 - 1e-9)));
            other.around(correlation * a + rest * b) - one.around(a)
        })
        .collect();
    apart.sort_by(f64::total_cmp);
    let outside = DRAWS / 40;
    [difference, apart[outside].min(difference), apart[DRAWS - 1 - outside].max(difference)]
}

/// A column ranked around one of its quantiles.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The share of the values up to the quantile.
    share: f64,
    /// How many values are defined.
    count: usize,
    /// Those whose ranks may be asked for, ascending, and the rank of the first of them, from 0.
    values: Vec<f64>,
    first: usize,
    /// For each trial: below zero up to the quantile, above zero beyond it, with mean 0 and variance 1; 0 where undefined.
    sides: Vec<f64>,
}

/// How many standard deviations of its rank a quantile is looked around: more than any of the normal numbers that are tried.
const REACH: f64 = 9.0;

impl Ranked {
    /// Ranks `column` (NaN where undefined) for its quantile at `share`, above 0 and below 1.
    #[must_use]
    pub fn new(column: &[f64], share: f64) -> Self {
        let mut order: Vec<(f64, u32)> =
            column.iter().zip(0..).filter(|(value, _)| !value.is_nan()).map(|(value, at)| (*value, at)).collect();
        let count = order.len();
        let by_value = |one: &(f64, u32), other: &(f64, u32)| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1));
        let spread = (share * (1.0 - share) * count as f64).sqrt();
        let around = |z: f64| (share * count as f64 + z * spread).clamp(0.0, count as f64);
        let (from, to) = ((around(-REACH) as usize).saturating_sub(1), (around(REACH).ceil() as usize + 1).min(count));
        // Only the ranks near the quantile are put in order; the others are on its one side or the other.
        if from > 0 {
            order.select_nth_unstable_by(from, by_value);
        }
        if to < count {
            order[from..].select_nth_unstable_by(to - from, by_value);
        }
        order[from..to].sort_unstable_by(by_value);
        let mut sides = vec![0.0; column.len()];
        let [below, beyond] = [-((1.0 - share) / share).sqrt(), (share / (1.0 - share)).sqrt()];
        let up_to = share * count as f64;
        order.iter().enumerate().for_each(|(rank, (_, trial))| sides[*trial as usize] = if (rank as f64) < up_to { below } else { beyond });
        Self { share, count, values: order[from..to].iter().map(|(value, _)| *value).collect(), first: from, sides }
    }

    /// inf{x : F(x) ≥ share} of the values that are defined; NaN without any.
    #[must_use]
    pub fn quantile(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.at(quantile_rank(self.share, self.count as u64) as usize) }
    }

    /// The value so many standard deviations of its rank from the quantile.
    fn around(&self, z: f64) -> f64 {
        let n = self.count as f64;
        let rank = (self.share * n + (self.share * (1.0 - self.share)).sqrt() * z * n.sqrt()).ceil().clamp(1.0, n);
        self.at(rank as usize)
    }

    /// The value of a rank, from 1.
    fn at(&self, rank: usize) -> f64 {
        self.values[rank - 1 - self.first]
    }
}
