//! Between which two values must a quantile lie, and what has been seen there?

use serde::{Deserialize, Serialize};

use super::order::{Quantile, Tail};
use super::select::{place_ranks, quantile_rank, rank_interval};
use super::sift::{Kept, sift};
use crate::numeric::exact::ExactSum;

/// Everything a stream says about one quantile: exact counts below, at and between two edges, and the values strictly between.
///
/// Values at an edge are only counted, so an atom there costs nothing however heavy it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// Sums of the values below the window and of their squares: exact, so that no order of the values moves them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct TailSums {
    sum: ExactSum,
    squares: ExactSum,
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
        let tail = keep_tail.then(TailSums::default);
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
            part.iter().filter(|&&x| x < self.low).for_each(|&x| tail.add(x, 1));
        }
    }

    /// Whether it can be a window around quantile `p` of `count` values.
    pub(super) fn is_sound(&self, p: f64, count: u64) -> bool {
        let counted = [self.at_low, self.at_high, self.inside.len() as u64].into_iter().try_fold(self.below, u64::checked_add);
        let inside = self.inside.values().iter().all(|&x| self.low < x && x < self.high);
        self.p == p && self.low <= self.high && inside && counted.is_some_and(|counted| counted <= count)
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
        self.narrow(low, high);
    }

    /// Moves the edges inwards to `low` ≤ `high`, both from the edge below to the edge above.
    fn narrow(&mut self, low: f64, high: f64) {
        if low > self.low {
            if let Some(tail) = &mut self.tail {
                tail.add(self.low, self.at_low);
            }
            self.below += std::mem::take(&mut self.at_low);
            if low == self.high {
                self.at_low = std::mem::take(&mut self.at_high);
            }
        }
        if high < self.high {
            self.at_high = 0;
        }
        let mut kept = Vec::new();
        for &x in self.inside.values() {
            if x < low {
                self.below += 1;
                if let Some(tail) = &mut self.tail {
                    tail.add(x, 1);
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

    /// Adds what another stretch of the stream says of the same quantile. `false` where the two have no value in common between their
    /// edges, so that neither can tell where the quantile of both lies.
    pub(super) fn merge(&mut self, mut other: Window) -> bool {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low > high {
            return false;
        }
        self.narrow(low, high);
        other.narrow(low, high);
        self.below += other.below;
        self.at_low += other.at_low;
        self.at_high += other.at_high;
        self.inside.extend(other.inside.values());
        if let (Some(tail), Some(other)) = (&mut self.tail, &other.tail) {
            tail.sum.add_times(&other.sum, 1.0);
            tail.squares.add_times(&other.squares, 1.0);
        }
        true
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
        let mut sums = self.tail.clone()?;
        let quantile = self.quantile(count);
        let mut less = self.below;
        if self.low < quantile.value && self.at_low > 0 {
            sums.add(self.low, self.at_low);
            less += self.at_low;
        }
        for &x in self.inside.values().iter().filter(|&&x| x < quantile.value) {
            sums.add(x, 1);
            less += 1;
        }
        Some(sums.tail(self.p, count, quantile, less))
    }
}

impl TailSums {
    pub(super) fn add(&mut self, x: f64, times: u64) {
        if times > 0 {
            self.sum.add_product(x, times as f64);
            self.squares.add_square(x, times as f64);
        }
    }

    /// The lower tail at `level` of `count` values, of which these are the ones below `quantile`, `less` in number.
    pub(super) fn tail(&self, level: f64, count: u64, quantile: Quantile, less: u64) -> Tail {
        let (edge, less) = (quantile.value, less as f64);
        let mut excess = self.sum.clone();
        excess.add_product(edge, -less);
        let mut squares = self.squares.clone();
        squares.add_times(&self.sum, -2.0 * edge);
        squares.add_square(edge, less);
        Tail::from_excess(level, count, quantile, (excess.value(), squares.value()))
    }
}
