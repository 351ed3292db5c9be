//! Which amount stands at a probability, in a few nanoseconds?
//!
//! Comes in: a law above zero. Goes out: its quantiles, from a table, and the shares above an amount. Must never know: who has nothing.
//!
//! Each tail is cut into cells by the leading bits of its probability: 64 cells for each halving, so that cells shrink with the
//! probability and the table is as good far out as in the middle. In a cell the quantile is a cubic that meets the law's quantiles and
//! slopes at both ends; for gamma laws with shapes from 0.3 the relative error is below 10⁻⁸, far below what any simulation sees.

use std::sync::Arc;

use super::crowd::{Crowd, SIDE};
use super::kept::Kept;
use crate::numeric::incomplete::{gamma_density, gamma_shares};
use crate::numeric::math::{exp, ln, ln_1p};
use crate::numeric::normal;
use crate::numeric::wide::widest;

/// Bits of the fraction that choose a cell.
const CELL_BITS: u32 = 6;

/// Bits that say where in its cell a probability lies.
const REST: u32 = 52 - CELL_BITS;

/// Halvings from one half down: the least uniform number is 2⁻⁵³.
const HALVINGS: u32 = 53;

/// Cells of one tail.
const CELLS: usize = (HALVINGS << CELL_BITS) as usize;

/// The cubics of both tails.
type Cells = [[f64; 4]; 2 * (CELLS + 1)];

/// The quantile function of a law above zero.
#[derive(Clone, Debug)]
pub(super) enum Quantiles {
    /// Cells of the lower tail, then those of the upper.
    Table(Arc<Vec<[f64; 4]>>),
    /// Values in rising order, each as likely as another.
    Observed(Vec<f64>),
}

/// Cubics of the cells of one tail, from a half down.
struct Tail<'a> {
    cells: &'a [[f64; 4]],
}

/// Cell of a probability up to one half.
fn cell(probability: f64) -> usize {
    ((0.5f64.to_bits() >> REST) - (probability.to_bits() >> REST)) as usize
}

/// The probability at which a cell begins: its lower end.
fn begin(cell: usize) -> f64 {
    f64::from_bits(((0.5f64.to_bits() >> REST) - cell as u64) << REST)
}

/// Where a probability lies in its cell, 0 up to 1.
fn place(probability: f64) -> f64 {
    f64::from_bits((probability.to_bits() << CELL_BITS & ((1 << 52) - 1)) | 1f64.to_bits()) - 1.0
}

impl Tail<'_> {
    /// `at(p)` gives the quantile whose tail has probability p, and its slope in p.
    fn push(cells: &mut Vec<[f64; 4]>, mut at: impl FnMut(f64) -> (f64, f64)) {
        let mut upper: Option<(f64, f64)> = None;
        // The first cell begins at one half itself and holds only that.
        for index in 0..=CELLS {
            let (low, slope) = at(begin(index));
            let width = if index == 0 { 0.0 } else { begin(index - 1) - begin(index) };
            let (high, slope_above) = upper.unwrap_or((low, slope));
            let (from, to) = (slope * width, slope_above * width);
            cells.push([low, from, 3.0 * (high - low) - 2.0 * from - to, 2.0 * (low - high) + from + to]);
            upper = Some((low, slope));
        }
    }

    /// The probability of this tail beyond `amount`, which lies in it.
    fn probability(&self, amount: f64, rises: bool) -> f64 {
        let beyond = |start: f64| if rises { start >= amount } else { start <= amount };
        // Cells go from a half down: amounts move away from the median.
        let index = self.cells.partition_point(|cell| !beyond(cell[0])).min(CELLS);
        let [a, b, c, d] = self.cells[index];
        let (mut low, mut high) = (0.0, 1.0);
        let mut t = 0.5;
        for _ in 0..40 {
            let value = a + t * (b + t * (c + t * d)) - amount;
            if (value < 0.0) == rises {
                high = t;
            } else {
                low = t;
            }
            let slope = b + t * (2.0 * c + t * 3.0 * d);
            let next = t - value / slope;
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            if (next - t).abs() < 1e-14 {
                break;
            }
            t = next;
        }
        let from = begin(index);
        let to = if index == 0 { from } else { begin(index - 1) };
        from + t * (to - from)
    }
}

/// The cubic of the cell that `probability` lies in; no way is chosen: which tail it is cannot be foreseen.
#[inline(always)]
fn quantile(cells: &Cells, probability: f64) -> f64 {
    let own = probability.min(1.0 - probability).max(f64::EPSILON / 2.0);
    let upper = usize::from(probability > 0.5) * (CELLS + 1);
    let [a, b, c, d] = cells[(cell(own) + upper).min(2 * CELLS + 1)];
    let t = place(own);
    a + t * (b + t * (c + t * d))
}

widest! {
/// One turn of the crowd after another.
fn draw_all(cells: &Cells, crowd: &mut Crowd, shift: f64, stretch: f64, out: &mut [f64]) {
    let (turns, rest) = out.as_chunks_mut::<SIDE>();
    let mut last = [0.0; SIDE];
    let more = usize::from(!rest.is_empty());
    for eight in turns.iter_mut().chain(core::iter::once(&mut last).take(more)) {
        let mut amounts = crowd.turn();
        for amount in &mut amounts {
            let above = (*amount - shift) * stretch;
            let own = quantile(cells, above.max(f64::EPSILON / 2.0));
            // A choice between two numbers, not of a way: who has nothing cannot be foreseen.
            *amount = if above > 0.0 { own } else { 0.0 };
        }
        *eight = amounts;
    }
    rest.copy_from_slice(&last[..rest.len()]);
}
}

widest! {
/// Every probability replaced by its quantile, shifted and stretched first.
fn replace_all(cells: &Cells, shift: f64, stretch: f64, values: &mut [f64]) {
    for value in values {
        let above = (*value - shift) * stretch;
        let own = quantile(cells, above.max(f64::EPSILON / 2.0));
        *value = if above > 0.0 { own } else { 0.0 };
    }
}
}

/// Tables by the bits of their law: 217 KB each.
static KEPT: Kept<[u64; 3], Vec<[f64; 4]>> = Kept::new(32);

impl Quantiles {
    /// The table of a law (its number here and its two parameters), once for each.
    fn table(law: [f64; 3], lower: impl FnMut(f64) -> (f64, f64), upper: impl FnMut(f64) -> (f64, f64)) -> Self {
        Self::Table(KEPT.get(law.map(f64::to_bits), || {
            let mut cells = Vec::with_capacity(2 * (CELLS + 1));
            Tail::push(&mut cells, lower);
            Tail::push(&mut cells, upper);
            cells
        }))
    }

    /// The gamma law.
    pub(super) fn gamma(shape: f64, scale: f64) -> Self {
        let side = |upper: bool| {
            // Newton's method in the logarithm, from the quantile before.
            let mut log = ln(shape);
            move |probability: f64| {
                for _ in 0..200 {
                    let x = exp(log);
                    let (below, above) = gamma_shares(shape, x);
                    let share = if upper { above } else { below };
                    let density = gamma_density(shape, x) * x;
                    let step = (ln(share.max(1e-300)) - ln(probability)) * share / density;
                    let step = if upper { step } else { -step }.clamp(-2.0, 2.0);
                    log += step;
                    if step.abs() < 1e-13 * (1.0 + log.abs()) {
                        break;
                    }
                }
                let x = exp(log);
                let slope = 1.0 / gamma_density(shape, x);
                (x * scale, scale * if upper { -slope } else { slope })
            }
        };
        Self::table([0.0, shape, scale], side(false), side(true))
    }

    /// The lognormal law with median `scale`.
    pub(super) fn lognormal(sigma: f64, scale: f64) -> Self {
        let side = |sign: f64| {
            move |probability: f64| {
                let z = normal::upper_quantile(probability);
                let x = scale * exp(sign * sigma * z);
                let density = exp(-0.5 * z * z) / (2.0 * core::f64::consts::PI).sqrt();
                (x, -sign * x * sigma / density)
            }
        };
        Self::table([1.0, sigma, scale], side(-1.0), side(1.0))
    }

    /// The Weibull law.
    pub(super) fn weibull(shape: f64, scale: f64) -> Self {
        let power = move |hazard: f64| scale * exp(ln(hazard) / shape);
        let lower = move |probability: f64| {
            let hazard = -ln_1p(-probability);
            let x = power(hazard);
            (x, x / (shape * hazard) / (1.0 - probability))
        };
        let upper = move |probability: f64| {
            let hazard = -ln(probability);
            let x = power(hazard);
            (x, -x / (shape * hazard) / probability)
        };
        Self::table([2.0, shape, scale], lower, upper)
    }

    /// Values in rising order, each as likely as another.
    pub(super) fn observed(values: Vec<f64>) -> Self {
        Self::Observed(values)
    }

    /// The quantile of `probability`, in the open interval (0, 1).
    #[inline]
    pub(super) fn at(&self, probability: f64) -> f64 {
        match self {
            Self::Table(cells) => quantile(cells.first_chunk().expect("a table has all its cells"), probability),
            Self::Observed(values) => values[((probability * values.len() as f64) as usize).min(values.len() - 1)],
        }
    }

    /// Quantiles of uniform numbers, shifted and stretched first; 0 where nothing is left of one.
    pub(super) fn draw(&self, crowd: &mut Crowd, shift: f64, stretch: f64, out: &mut [f64]) {
        match self {
            Self::Table(cells) => {
                let cells: &Cells = cells.first_chunk().expect("a table has all its cells");
                draw_all(cells, crowd, shift, stretch, out);
            }
            Self::Observed(_) => {
                crowd.uniforms(out);
                out.iter_mut().for_each(|value| *value = self.stretched(*value, shift, stretch));
            }
        }
    }

    /// Probabilities replaced by their quantiles, shifted and stretched first; 0 where nothing is left of one.
    pub(super) fn replace(&self, shift: f64, stretch: f64, values: &mut [f64]) {
        match self {
            Self::Table(cells) => replace_all(cells.first_chunk().expect("a table has all its cells"), shift, stretch, values),
            Self::Observed(_) => values.iter_mut().for_each(|value| *value = self.stretched(*value, shift, stretch)),
        }
    }

    /// The quantile of one probability, shifted and stretched first; 0 where nothing is left of it.
    #[inline]
    pub(super) fn stretched(&self, probability: f64, shift: f64, stretch: f64) -> f64 {
        let above = (probability - shift) * stretch;
        if above > 0.0 { self.at(above) } else { 0.0 }
    }

    /// Share above `amount`.
    pub(super) fn share_above(&self, amount: f64) -> f64 {
        match self {
            Self::Table(cells) => {
                let (lower, upper) = cells.split_at(CELLS + 1);
                if !(amount > 0.0) {
                    1.0
                } else if amount >= upper[0][0] {
                    Tail { cells: upper }.probability(amount, true)
                } else {
                    1.0 - Tail { cells: lower }.probability(amount, false)
                }
            }
            Self::Observed(values) => {
                let above = values.len() - values.partition_point(|value| *value <= amount);
                above as f64 / values.len() as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::Key;
    use super::*;
    use crate::numeric::wide::Width;

    /// Every width of vectors, and one quantile after another: the same bits, so the same results anywhere.
    #[test]
    fn every_way_gives_the_same_amounts() {
        let laws =
            [Quantiles::gamma(1.88, 0.7), Quantiles::gamma(0.5, 2.0), Quantiles::lognormal(0.653, 1.1), Quantiles::weibull(1.3, 0.9)];
        for (table, shift) in laws.iter().flat_map(|table| [0.0, 0.187, 0.95].map(|shift| (table, shift))) {
            let stretch = 1.0 / (1.0 - shift);
            for (trial, length) in [0, 1, 7, 8, 9, 16, 10_003].into_iter().enumerate() {
                let crowd = Key::new(3, "crowd", 0).crowd(trial as u64);
                let [mut drawn, mut alone] = [(); 2].map(|()| vec![f64::NAN; length]);
                crowd.clone().uniforms(&mut alone);
                alone.iter_mut().for_each(|amount| *amount = table.stretched(*amount, shift, stretch));
                let bits = |amounts: &[f64]| amounts.iter().map(|amount| amount.to_bits()).collect::<Vec<u64>>();
                for width in Width::ALL.into_iter().filter(|width| width.is_available()) {
                    Width::at_most(width);
                    table.draw(&mut crowd.clone(), shift, stretch, &mut drawn);
                    assert_eq!(bits(&drawn), bits(&alone), "{length} amounts, {width:?}");
                    crowd.clone().uniforms(&mut drawn);
                    table.replace(shift, stretch, &mut drawn);
                    assert_eq!(bits(&drawn), bits(&alone), "{length} amounts replaced, {width:?}");
                }
                assert!(length < 1_000 || shift > 0.9 || drawn.iter().filter(|amount| **amount > 0.0).count() > length / 2);
            }
        }
    }
}
