//! How often did it happen, and how sure is that?

use crate::numeric::math::{exp, exp_m1, ln};

/// A share of trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proportion {
    /// Trials in which it happened.
    pub hits: u64,
    /// Trials in which it could have happened.
    pub count: u64,
}

impl Proportion {
    /// Adds a block of trials.
    pub fn push(&mut self, hits: u64, count: u64) {
        self.hits += hits;
        self.count += count;
    }

    /// Share in [0, 1]; NaN without trials.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.hits as f64 / self.count as f64
    }

    /// Standard error √(p(1−p)/n) with the estimated share; 0 when it happened never or always (see [`Proportion::bound95`]), NaN without
    /// trials.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let share = self.share();
        (share * (1.0 - share) / self.count as f64).sqrt()
    }

    /// Exact one-sided 95% bound where the standard error says nothing: the upper bound 1 − 0.05^(1/n) after 0 hits, the lower bound
    /// 0.05^(1/n) after n hits (Clopper & Pearson 1934; close to 3/n, the "rule of three"). `None` otherwise or without trials.
    #[must_use]
    pub fn bound95(&self) -> Option<f64> {
        let exponent = ln(0.05) / self.count as f64;
        match self.hits {
            _ if self.count == 0 => None,
            0 => Some(-exp_m1(exponent)),
            hits if hits == self.count => Some(exp(exponent)),
            _ => None,
        }
    }
}
