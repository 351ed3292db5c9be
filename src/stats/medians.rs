//! How far apart are the medians of two columns of the same trials, and how sure is that?
//!
//! Comes in: two columns, NaN where undefined. Goes out: the difference of their medians and an interval for it. Must never know: what the
//! columns stand for.
//!
//! The interval is that of the paired bootstrap, without its chance: in a sample of n drawn anew, the median is the value whose rank lies
//! about √n/2 times a standard normal number from the middle (Woodruff 1952), and the ranks of both columns go together as much as the same
//! trials lie below both medians. It needs no density, so that values that many trials share (all is lost, a capped return) do no harm.

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
    let difference = median(second) - median(first);
    let [one, other] = [Ranked::new(first), Ranked::new(second)];
    if one.values.len().min(other.values.len()) < FEWEST {
        return [difference, f64::NAN, f64::NAN];
    }
    let together: f64 = one.sides.iter().zip(&other.sides).map(|(one, other)| one * other).sum();
    let correlation = (together / (one.values.len() as f64 * other.values.len() as f64).sqrt()).clamp(-1.0, 1.0);
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

struct Ranked {
    /// Defined values, ascending.
    values: Vec<f64>,
    /// For each trial: −1 in the lower half, 1 in the upper one, 0 where undefined.
    sides: Vec<f64>,
}

impl Ranked {
    fn new(column: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..column.len()).filter(|&trial| !column[trial].is_nan()).collect();
        order.sort_by(|&one, &other| column[one].total_cmp(&column[other]).then(one.cmp(&other)));
        let mut sides = vec![0.0; column.len()];
        let count = order.len();
        order.iter().enumerate().for_each(|(rank, &trial)| sides[trial] = if 2 * rank < count { -1.0 } else { 1.0 });
        Self { values: order.into_iter().map(|trial| column[trial]).collect(), sides }
    }

    /// The value so many standard deviations of its rank from the median.
    fn around(&self, z: f64) -> f64 {
        let n = self.values.len() as f64;
        let rank = (0.5 * n + 0.5 * z * n.sqrt()).ceil().clamp(1.0, n);
        self.values[rank as usize - 1]
    }
}
