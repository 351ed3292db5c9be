//! How often did it happen, and how sure is that?

use crate::numeric::math::{exp, exp_m1, ln};

/// Quantile of the normal law at 95%.
const ONE_SIDED: f64 = 1.644_854;

/// A share of trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proportion {
    /// Trials in which it happened.
    pub hits: u64,
    /// Trials in which it could have happened.
    pub count: u64,
    /// How many independent trials would tell as much: `count`, fewer where trials share what they rest on.
    pub telling: u64,
}

impl Proportion {
    /// So many of `count` independent trials.
    #[must_use]
    pub fn new(hits: u64, count: u64) -> Self {
        Self { hits, count, telling: count }
    }

    /// Adds a block of independent trials.
    pub fn push(&mut self, hits: u64, count: u64) {
        self.hits += hits;
        self.count += count;
        self.telling += count;
    }

    /// Share in [0, 1]; NaN without trials.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.hits as f64 / self.count as f64
    }

    /// Standard error √(p(1−p)/n) with the estimated share. Where it happened never or always that would be 0, as if it were certain: then
    /// it is how far [`Proportion::bound95`] lies from the share, over 1.645, so that 1.645 standard errors reach the exact 95% bound. NaN
    /// without trials.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let share = self.share();
        match self.bound95() {
            Some(bound) => (bound - share).abs() / ONE_SIDED,
            None => (share * (1.0 - share) / self.telling as f64).sqrt(),
        }
    }

    /// Exact one-sided 95% bound where the usual standard error says nothing: the upper bound 1 − 0.05^(1/n) after 0 hits, the lower bound
    /// 0.05^(1/n) after n hits (Clopper & Pearson 1934; close to 3/n, the "rule of three"). `None` otherwise or without trials.
    #[must_use]
    pub fn bound95(&self) -> Option<f64> {
        let exponent = ln(0.05) / self.telling.max(1) as f64;
        match self.hits {
            _ if self.count == 0 => None,
            0 => Some(-exp_m1(exponent)),
            hits if hits == self.count => Some(exp(exponent)),
            _ => None,
        }
    }
}
