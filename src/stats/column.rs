//! What is there to say about one number of every trial?

use core::ops::Range;

use serde::{Deserialize, Serialize};

use super::order::{Quantile, Tail};
use super::quantile::{QuantileColumn, WARM};
use super::stretch::Stretch;

/// The probabilities every [`Summary`] shows.
const SHOWN: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

/// One quantity over all trials: moments and exact quantiles, fed block by block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Column {
    moments: Stretch,
    quantiles: QuantileColumn,
}

/// What people read about a column. NaN stands for "undefined": no value at all, or a spread of fewer than two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Trials in which the quantity is defined.
    pub count: u64,
    /// Trials in which it is not; they are part of nothing below.
    pub undefined: u64,
    /// Mean of the defined values.
    pub mean: f64,
    /// Standard deviation, divisor n − 1.
    pub sd: f64,
    /// Monte Carlo standard error of the mean.
    pub se: f64,
    /// 5% quantile, inf{x : F(x) ≥ 0.05}; likewise the others.
    pub p5: f64,
    /// 25% quantile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75% quantile.
    pub p75: f64,
    /// 95% quantile.
    pub p95: f64,
    /// Monte Carlo standard errors of the five quantiles, see [`Quantile::standard_error`].
    pub quantile_se: [f64; 5],
    /// Whether all five quantiles are exact order statistics, see [`Quantile::exact`].
    pub exact: bool,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
}

impl Column {
    /// A column with the quantiles of a [`Summary`], those at `extra` probabilities, and the lower tail at `tail_level` if wanted.
    ///
    /// # Panics
    /// If a probability or the level is not inside (0, 1).
    #[must_use]
    pub fn new(extra: &[f64], tail_level: Option<f64>) -> Column {
        Column::with_warm(extra, tail_level, WARM)
    }

    /// As [`Column::new`], with `warm` values (at least 2) kept before quantile windows are chosen.
    ///
    /// # Panics
    /// If a probability or the level is not inside (0, 1), or `warm` is below 2.
    #[must_use]
    pub fn with_warm(extra: &[f64], tail_level: Option<f64>, warm: usize) -> Column {
        let probabilities = [&SHOWN, extra].concat();
        Column { moments: Stretch::as_pushed(), quantiles: QuantileColumn::with_warm(&probabilities, tail_level, warm) }
    }

    /// A column like [`Column::new`] of the trials from `start` on, in blocks of `lanes`, which can be put behind another.
    ///
    /// # Panics
    /// If the level is not inside (0, 1).
    #[must_use]
    pub fn from(start: u64, lanes: usize, tail_level: Option<f64>) -> Column {
        Column { moments: Stretch::from(start, lanes), ..Column::new(&[], tail_level) }
    }

    /// Whether its parts fit together and are those of a column made by [`Column::from`] of these trials with this tail.
    #[must_use]
    pub fn is_sound(&self, trials: &Range<u64>, tail_level: Option<f64>) -> bool {
        let seen = self.quantiles.count().checked_add(self.quantiles.undefined());
        seen == Some(trials.end - trials.start) && self.moments.is_sound(trials) && self.quantiles.is_sound(&SHOWN, tail_level)
    }

    /// Adds the next block in order; NaN is counted as undefined.
    pub fn push_block(&mut self, block: &[f64]) {
        let undefined = self.moments.push(block);
        self.quantiles.push_counted(block, undefined);
    }

    /// Adds the column of the trials after these: what both came to is what one column of all of them would have, to the bit. `false`
    /// where their quantiles cannot be told any more ([`QuantileColumn::merge`]).
    pub fn append(&mut self, later: Column) -> bool {
        self.moments.append(later.moments);
        self.quantiles.merge(later.quantiles)
    }

    /// The quantiles at the extra probabilities, in the order asked for.
    #[must_use]
    pub fn extra_quantiles(&self) -> Vec<Quantile> {
        self.quantiles.quantiles().split_off(SHOWN.len())
    }

    /// The lower tail; `None` if none was asked for or there are no values.
    #[must_use]
    pub fn lower_tail(&self) -> Option<Tail> {
        self.quantiles.lower_tail()
    }

    /// Values held in memory, eight bytes each.
    #[must_use]
    pub fn stored(&self) -> usize {
        self.quantiles.stored()
    }

    /// Everything so far, for people.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary_of(&self.quantiles.quantiles())
    }

    /// The summary and the lower tail, in the column's own space: a third of the time of asking for each on its own.
    #[must_use]
    pub fn finish(mut self) -> (Summary, Option<Tail>) {
        let (quantiles, tail) = std::mem::take(&mut self.quantiles).finish();
        (self.summary_of(&quantiles), tail)
    }

    fn summary_of(&self, quantiles: &[Quantile]) -> Summary {
        let (shown, moments) = (&quantiles[..SHOWN.len()], self.moments.moments());
        Summary {
            count: moments.count,
            undefined: moments.undefined,
            mean: moments.mean(),
            sd: moments.standard_deviation(),
            se: moments.standard_error(),
            p5: shown[0].value,
            p25: shown[1].value,
            p50: shown[2].value,
            p75: shown[3].value,
            p95: shown[4].value,
            quantile_se: std::array::from_fn(|i| shown[i].standard_error),
            exact: shown.iter().all(|quantile| quantile.exact),
            min: moments.min(),
            max: moments.max(),
        }
    }
}
