//! Between which two values must a quantile lie, and what has been seen there?

use super::quantile::{Quantile, Tail};
use super::select::{place_ranks, quantile_rank, rank_interval};
use super::sift::{Kept, sift};
use crate::numeric::wide::widest;

const WIDTH: usize = 8;

/// Everything a stream says about one quantile: exact counts below, at and between two edges, and the values strictly between.
///
/// Values at an edge are only counted, so an atom there costs nothing however heavy it is.
#[derive(Clone, Debug)]
pub(super) struct Window {
    p: f64,
    low: f64,
    high: f64,
    below: u64,
    at_low: u64,
    at_high: u64,
    inside: Kept,
    tail: Option<TailSums>,
}

/// Sums over the values below the window of x − pivot and of its square; a pivot near the values keeps the second one sound.
#[derive(Clone, Copy, Debug)]
struct TailSums {
    pivot: f64,
    sum: f64,
    squares: f64,
}

/// Half the width of a window in ranks when `count` values are known.
///
/// A binomial count with variance σ² leaves its mean by more than t with probability below exp(−t²/2/(σ²+t/3)) (Bernstein 1924): less
/// than 1e-14 for t = 8.3σ + 23. The 23 matters only for rare tails.
fn half_width(p: f64, count: u64) -> u64 {
    (8.3 * (count as f64 * p * (1.0 - p)).sqrt() + 23.0).ceil() as u64
}

impl Window {
    /// The 1-based ranks of the edges of a window around quantile `p` of `count` values; those outside 1..=count mean no edge.
    pub(super) fn edge_ranks(p: f64, count: u64) -> [u64; 2] {
        let (rank, half) = (quantile_rank(p, count), half_width(p, count));
        [rank.saturating_sub(half), rank + half]
    }

    /// A window around quantile `p` of `values`, which it has then seen; `placed`: the same with its edge ranks in place.
    pub(super) fn around(p: f64, values: &[f64], placed: &[f64], keep_tail: bool) -> Window {
        let [from, to] = Window::edge_ranks(p, values.len() as u64);
        let low = if from >= 1 { placed[from as usize - 1] } else { f64::NEG_INFINITY };
        let high = placed.get(to as usize - 1).copied().unwrap_or(f64::INFINITY);
        let pivot = if low.is_finite() { low } else { values[0] };
        let tail = keep_tail.then_some(TailSums { pivot, sum: 0.0, squares: 0.0 });
        let mut window = Window { p, low, high, below: 0, at_low: 0, at_high: 0, inside: Kept::default(), tail };
        window.absorb(values);
        window
    }

    /// Counts values (no NaN) and keeps those strictly inside.
    pub(super) fn absorb(&mut self, part: &[f64]) {
        let sifted = sift(part, self.low, self.high, &mut self.inside);
        self.below += sifted.below;
        self.at_low += sifted.at_low;
        self.at_high += sifted.at_high;
        if let Some(tail) = &mut self.tail {
            tail.add_below(part, self.low);
        }
    }

    /// Values kept.
    pub(super) fn stored(&self) -> usize {
        self.inside.len()
    }

    /// Moves the edges inwards to what `count` values ask for.
    pub(super) fn tighten(&mut self, count: u64) {
        let [from, to] = Window::edge_ranks(self.p, count);
        let before = self.below + self.at_low;
        let place = |rank: u64| (rank > before).then(|| (rank - before - 1) as usize).filter(|&i| i < self.inside.len());
        let (from, to) = (place(from), place(to));
        let wanted: Vec<usize> = from.into_iter().chain(to).collect();
        let mut sorted = self.inside.values().to_vec();
        place_ranks(&mut sorted, &wanted);
        let (low, high) = (from.map_or(self.low, |i| sorted[i]), to.map_or(self.high, |i| sorted[i]));
        drop(sorted);

        if from.is_some() {
            if let Some(tail) = &mut self.tail {
                tail.add_repeated(self.low, self.at_low);
            }
            self.below += self.at_low;
            self.at_low = 0;
        }
        if to.is_some() {
            self.at_high = 0;
        }
        // in the order of arrival, so that the sums do not depend on how the selection above moved values
        let mut kept = Vec::with_capacity(wanted.len());
        for &x in self.inside.values() {
            if x < low {
                self.below += 1;
                if let Some(tail) = &mut self.tail {
                    tail.add_repeated(x, 1);
                }
            } else if x == low {
                self.at_low += 1;
            } else if x < high {
                kept.push(x);
            } else if x == high {
                self.at_high += 1;
            }
        }
        (self.low, self.high, self.inside) = (low, high, kept.into());
    }

    /// The quantile after `count` values.
    pub(super) fn quantile(&self, count: u64) -> Quantile {
        let rank = quantile_rank(self.p, count);
        let (from, to) = rank_interval(rank, self.p, count);
        let before = self.below + self.at_low;
        let place = |rank: u64| (rank > before).then(|| (rank - before - 1) as usize).filter(|&i| i < self.inside.len());
        let mut sorted = self.inside.values().to_vec();
        let mut wanted: Vec<usize> = [from, rank, to].into_iter().filter_map(place).collect();
        wanted.dedup();
        place_ranks(&mut sorted, &wanted);
        let at = |rank: u64| place(rank).map_or(if rank <= before { self.low } else { self.high }, |i| sorted[i]);
        let exact = rank > self.below && rank <= before + self.inside.len() as u64 + self.at_high;
        Quantile::from_ranks(self.p, count, at(rank), (at(from), at(to)), exact)
    }

    /// The lower tail at this window's level after `count` values, if its sums are kept.
    pub(super) fn lower_tail(&self, count: u64) -> Option<Tail> {
        let sums = self.tail?;
        let quantile = self.quantile(count);
        let edge = quantile.value - sums.pivot;
        let (mut sum, mut squares, mut less) = (sums.sum, sums.squares, self.below);
        let mut add = |x: f64, times: u64| {
            let y = x - sums.pivot;
            sum += y * times as f64;
            squares += y * y * times as f64;
            less += times;
        };
        if self.low < quantile.value && self.at_low > 0 {
            add(self.low, self.at_low);
        }
        for &x in self.inside.values().iter().filter(|&&x| x < quantile.value) {
            add(x, 1);
        }
        let less = less as f64;
        let under = (sum - less * edge, squares - 2.0 * edge * sum + less * edge * edge);
        Some(Tail::from_excess(self.p, count, quantile, under))
    }
}

impl TailSums {
    fn add_repeated(&mut self, x: f64, times: u64) {
        if times > 0 {
            let y = x - self.pivot;
            self.sum += y * times as f64;
            self.squares += y * y * times as f64;
        }
    }

    fn add_below(&mut self, part: &[f64], low: f64) {
        let [sum, squares] = sums_below(part, low, self.pivot);
        self.sum += sum;
        self.squares += squares;
    }
}

widest! {
    /// Sums over the values below `low` of x − pivot and of its square.
    fn sums_below(part: &[f64], low: f64, pivot: f64) -> [f64; 2] {
        let (mut sums, mut squares) = ([0.0; WIDTH], [0.0; WIDTH]);
        let (rows, rest) = part.as_chunks::<WIDTH>();
        for row in rows {
            for ((sum, square), x) in sums.iter_mut().zip(&mut squares).zip(row) {
                let y = if *x < low { x - pivot } else { 0.0 };
                *sum += y;
                *square += y * y;
            }
        }
        for ((sum, square), x) in sums.iter_mut().zip(&mut squares).zip(rest) {
            let y = if *x < low { x - pivot } else { 0.0 };
            *sum += y;
            *square += y * y;
        }
        [sums.iter().sum(), squares.iter().sum()]
    }
}
