//! Which value has an uncertain number that somebody drew elsewhere, each draw as likely as another?
//!
//! Comes in: a column of numbers. Goes out: what a law says of them, and a choice among them. It is shared, never copied, however many
//! numbers of however many deals are drawn from it. Must never know: where the column stood.

use std::sync::{Arc, OnceLock};

/// 2⁶⁴, the number of random words.
const WORDS: f64 = 18_446_744_073_709_551_616.0;

/// A column of draws. Two are equal where they hold the same numbers in the same order.
#[derive(Clone, Debug)]
pub struct Column(Arc<Rows>);

#[derive(Debug)]
struct Rows {
    values: Vec<f64>,
    /// Share of so many rows: 0, one, two … all of them, added up one by one. Columns of one length share them.
    sums: Arc<[f64]>,
    support: (f64, f64),
    moments: OnceLock<(f64, f64)>,
    sorted: OnceLock<Vec<f64>>,
}

/// Shares of the rows of a table, for all of its columns.
#[derive(Debug, Default)]
pub(super) struct Shares(Arc<[f64]>);

impl Shares {
    /// Share of none, one, two … all of `count` rows.
    fn of(&mut self, count: usize) -> Arc<[f64]> {
        if self.0.len() != count + 1 {
            let share = 1.0 / count as f64;
            let mut sum = 0.0;
            let rows = (0..count).map(|_| {
                sum += share;
                sum
            });
            self.0 = core::iter::once(0.0).chain(rows).collect();
        }
        Arc::clone(&self.0)
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.0.values == other.0.values
    }
}

impl Column {
    /// The column of `values`, at least one, all finite; `shares` are those of the column before, or none.
    pub(super) fn new(values: Vec<f64>, shares: &mut Shares) -> Self {
        let support = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
        let sums = shares.of(values.len());
        Self(Arc::new(Rows { values, sums, support, moments: OnceLock::new(), sorted: OnceLock::new() }))
    }

    /// Whether both are one column in memory, not only alike.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The values in their order.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0.values
    }

    /// The share of each row.
    pub(super) fn share(&self) -> f64 {
        self.0.sums[1]
    }

    /// Least and greatest value.
    pub(super) fn support(&self) -> (f64, f64) {
        self.0.support
    }

    /// Mean and standard deviation.
    pub(super) fn moments(&self) -> (f64, f64) {
        *self.0.moments.get_or_init(|| {
            let share = self.share();
            let mean: f64 = self.values().iter().map(|value| share * value).sum();
            (mean, self.values().iter().map(|value| share * ((value - mean) * (value - mean))).sum::<f64>().sqrt())
        })
    }

    /// Shares of the rows at or below `x`, and above.
    pub(super) fn shares(&self, x: f64) -> (f64, f64) {
        let below = self.sorted().partition_point(|value| *value <= x);
        (self.0.sums[below], self.0.sums[self.values().len() - below])
    }

    /// The least value with at least `share` (above 0) of the rows up to it.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let before = self.0.sums[1..].partition_point(|sum| *sum < share);
        self.sorted()[before.min(self.values().len() - 1)]
    }

    /// The value that a random word chooses: it rises with the place of the row.
    #[inline]
    pub(super) fn pick(&self, word: u64) -> f64 {
        let last = self.values().len() - 1;
        let row = self.0.sums[1..=last].partition_point(|sum| (*sum * WORDS) as u64 <= word);
        self.0.values[row]
    }

    fn sorted(&self) -> &[f64] {
        self.0.sorted.get_or_init(|| {
            let mut sorted = self.0.values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            sorted
        })
    }
}
