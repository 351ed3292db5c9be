//! Which value do 5% (25%, 50%, …) of all trials not exceed, exactly, without keeping all trials?
//!
//! Up to [`WARM`] values everything is kept. Then, for each probability, the values seen say between which two values its quantile must
//! lie: the window of ranks within more than eight standard errors. From there on the values outside are counted and only those strictly
//! inside are kept; whenever the count has doubled the windows are tightened. The number of kept values grows as the square root of the
//! count. The answer is the order statistic itself, not an approximation, unless the stream left its own window (below 1e-14 for
//! exchangeable trials; certain for a sorted file), and then it is marked.

use serde::{Deserialize, Serialize};

use super::order::{Quantile, Tail};
use super::select::{place_ranks, quantile_rank, rank_interval};
use super::window::{TailSums, Window};

/// Values kept before windows are chosen.
pub const WARM: usize = 8_192;

/// Exact quantiles of a stream in bounded memory; depends only on the sequence of blocks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct QuantileColumn {
    probabilities: Vec<f64>,
    tail_level: Option<f64>,
    warm: usize,
    /// Everything, while there are no windows.
    values: Vec<f64>,
    windows: Vec<Window>,
    count: u64,
    undefined: u64,
    tighten_at: u64,
}

impl QuantileColumn {
    /// For the quantiles at `probabilities` and, if wanted, the lower tail at `tail_level`.
    ///
    /// # Panics
    /// If a probability or the level is not inside (0, 1).
    #[must_use]
    pub fn new(probabilities: &[f64], tail_level: Option<f64>) -> QuantileColumn {
        QuantileColumn::with_warm(probabilities, tail_level, WARM)
    }

    /// As [`QuantileColumn::new`], with windows after `warm` values (at least 2) instead of [`WARM`].
    ///
    /// # Panics
    /// If a probability or the level is not inside (0, 1), or `warm` is below 2.
    #[must_use]
    pub fn with_warm(probabilities: &[f64], tail_level: Option<f64>, warm: usize) -> QuantileColumn {
        assert!(probabilities.iter().chain(&tail_level).all(|&p| p > 0.0 && p < 1.0), "probabilities must be inside (0, 1)");
        assert!(warm >= 2, "at least two values must be kept before windows are chosen");
        QuantileColumn {
            probabilities: probabilities.to_vec(),
            tail_level,
            warm,
            values: Vec::new(),
            windows: Vec::new(),
            count: 0,
            undefined: 0,
            tighten_at: 2 * warm as u64,
        }
    }

    /// Adds the next block in order; NaN is counted as undefined and takes no part.
    pub fn push_block(&mut self, block: &[f64]) {
        let undefined = block.iter().filter(|x| x.is_nan()).count();
        self.push_counted(block, undefined as u64);
    }

    /// As [`QuantileColumn::push_block`] when the number of NaN is known.
    pub(super) fn push_counted(&mut self, block: &[f64], undefined: u64) {
        self.undefined += undefined;
        if undefined == 0 {
            self.push_defined(block);
        } else {
            let defined: Vec<f64> = block.iter().copied().filter(|x| !x.is_nan()).collect();
            self.push_defined(&defined);
        }
    }

    fn push_defined(&mut self, mut block: &[f64]) {
        if self.windows.is_empty() {
            let (kept, rest) = block.split_at(block.len().min(self.warm - self.values.len()));
            self.values.extend_from_slice(kept);
            self.count += kept.len() as u64;
            block = rest;
            if self.values.len() == self.warm {
                self.open_windows();
            }
        }
        while !block.is_empty() && !self.windows.is_empty() {
            let room = (self.tighten_at - self.count).min(block.len() as u64) as usize;
            let (part, rest) = block.split_at(room);
            for window in &mut self.windows {
                window.absorb(part);
            }
            self.count += part.len() as u64;
            block = rest;
            if self.count == self.tighten_at {
                self.tighten_at *= 2;
                for window in &mut self.windows {
                    window.tighten(self.count);
                }
            }
        }
    }

    fn open_windows(&mut self) {
        let values = std::mem::take(&mut self.values);
        let extra = self.tail_level.filter(|level| !self.probabilities.contains(level));
        let probabilities = || self.probabilities.iter().copied().chain(extra);
        let mut edges: Vec<usize> =
            probabilities().flat_map(|p| Window::edge_ranks(p, self.count)).filter_map(|rank| (rank as usize).checked_sub(1)).collect();
        edges.retain(|&edge| edge < values.len());
        edges.sort_unstable();
        edges.dedup();
        let mut placed = values.clone();
        place_ranks(&mut placed, &edges);
        self.windows = probabilities().map(|p| Window::around(p, &values, &placed, self.tail_level == Some(p))).collect();
    }

    /// Whether its parts fit together and are those of a column for these probabilities and this tail.
    pub(super) fn is_sound(&self, probabilities: &[f64], tail_level: Option<f64>) -> bool {
        let windows = self.probabilities.len() + usize::from(tail_level.is_some_and(|level| !probabilities.contains(&level)));
        self.probabilities == probabilities
            && self.tail_level == tail_level
            && self.warm == WARM
            && match self.windows.is_empty() {
                true => self.values.len() as u64 == self.count && self.values.len() <= WARM,
                false => self.windows.len() == windows && self.values.is_empty(),
            }
            && self.tighten_at > self.count
            && !self.values.iter().any(|value| value.is_nan())
            && self.windows.iter().zip(probabilities.iter().chain(&tail_level)).all(|(window, p)| window.is_sound(*p, self.count))
    }

    /// Adds what another stretch of the stream came to, for the same probabilities. `false` where they are so different that the quantiles
    /// of both cannot be told: never where each is a random sample of one law.
    pub fn merge(&mut self, mut other: Self) -> bool {
        if other.windows.is_empty() {
            self.undefined += other.undefined;
            self.push_defined(&other.values);
            return true;
        }
        if self.windows.is_empty() {
            std::mem::swap(self, &mut other);
            return self.merge(other);
        }
        self.count += other.count;
        self.undefined += other.undefined;
        let met = self.windows.iter_mut().zip(other.windows).all(|(window, other)| window.merge(other));
        while met && self.count >= self.tighten_at {
            self.tighten_at *= 2;
            self.windows.iter_mut().for_each(|window| window.tighten(self.count));
        }
        met
    }

    /// Values, NaN left out.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// NaN values.
    #[must_use]
    pub fn undefined(&self) -> u64 {
        self.undefined
    }

    /// Values held in memory, eight bytes each.
    #[must_use]
    pub fn stored(&self) -> usize {
        self.values.len() + self.windows.iter().map(Window::stored).sum::<usize>()
    }

    /// All quantiles, in the order of the probabilities asked for; NaN without values.
    #[must_use]
    pub fn quantiles(&self) -> Vec<Quantile> {
        if self.windows.is_empty() {
            return kept_quantiles(&self.probabilities, &mut self.values.clone());
        }
        self.windows[..self.probabilities.len()].iter().map(|window| window.quantile(self.count)).collect()
    }

    /// The lower tail at the level asked for; `None` if none was asked for or there are no values.
    #[must_use]
    pub fn lower_tail(&self) -> Option<Tail> {
        let level = self.tail_level.filter(|_| self.count > 0)?;
        if !self.windows.is_empty() {
            return self.windows.iter().find_map(|window| window.lower_tail(self.count));
        }
        let quantile = kept_quantiles(&[level], &mut self.values.clone())[0];
        Some(kept_tail(level, quantile, &self.values))
    }

    /// All quantiles and the lower tail, in the column's own space.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Quantile>, Option<Tail>) {
        if !self.windows.is_empty() || self.values.is_empty() {
            return (self.quantiles(), self.lower_tail());
        }
        let probabilities: Vec<f64> = self.probabilities.iter().chain(&self.tail_level).copied().collect();
        let mut quantiles = kept_quantiles(&probabilities, &mut self.values);
        let tail = self.tail_level.and_then(|level| quantiles.pop().map(|quantile| kept_tail(level, quantile, &self.values)));
        (quantiles, tail)
    }
}

/// The lower tail below `quantile` when every value is there.
fn kept_tail(level: f64, quantile: Quantile, values: &[f64]) -> Tail {
    let (mut sums, mut less) = (TailSums::default(), 0);
    for &x in values.iter().filter(|&&x| x < quantile.value) {
        sums.add(x, 1);
        less += 1;
    }
    sums.tail(level, values.len() as u64, quantile, less)
}

/// Quantiles when every value is there. Moves the values about.
fn kept_quantiles(probabilities: &[f64], sorted: &mut [f64]) -> Vec<Quantile> {
    let count = sorted.len() as u64;
    if count == 0 {
        return probabilities.iter().map(|&p| Quantile::UNDEFINED(p)).collect();
    }
    let ranks = |p: f64| {
        let rank = quantile_rank(p, count);
        let (from, to) = rank_interval(rank, p, count);
        [from, rank, to].map(|rank| rank as usize - 1)
    };
    let mut wanted: Vec<usize> = probabilities.iter().flat_map(|&p| ranks(p)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    place_ranks(sorted, &wanted);
    probabilities
        .iter()
        .map(|&p| {
            let [from, rank, to] = ranks(p).map(|i| sorted[i]);
            Quantile::from_ranks(p, count, rank, (from, to), true)
        })
        .collect()
}
