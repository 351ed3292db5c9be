//! How often does something happen to many people together?
//!
//! Comes in: a stream, how many people, a person's mean. Goes out: exact draws of their total. Must never know: what is counted.
//!
//! A person's count has a law of whole numbers with the mean m and variance v that are asked for, whatever they are:
//!
//! - v = m: Poisson, and so is the total;
//! - v > m: Poisson around a gamma number of shape r = m²/(v − m), which is negative binomial; the total has shape n·r;
//! - v < m: binomial with k or k + 1 trials, k + 1 with chance g: v = m − m²·(k + g²)/(k + g)² gives k and g, and the total is binomial
//!   with n·k + Bin(n, g) trials. It becomes Poisson as v comes near m, and the two whole numbers beside m where v is the least that whole
//!   numbers can have, f·(1 − f) with f the fraction of m. Less than that no law has: there the least is taken.

use super::binomial;
use super::stream::Stream;
use super::{gamma, poisson};

/// Variances this close, relative to the mean, are one.
const TIE: f64 = 1e-12;

/// The law between persons of something that is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    sd: Option<f64>,
}

impl Counts {
    /// With the standard deviation between persons, 0 or more; the square root of the mean where absent.
    #[must_use]
    pub fn new(sd: Option<f64>) -> Self {
        Self { sd }
    }

    /// The variance between persons whose mean is `mean`, 0 or more.
    #[must_use]
    pub fn variance(self, mean: f64) -> f64 {
        self.sd.map_or(mean, |sd| if mean > 0.0 { (sd * sd).max(least_variance(mean)) } else { 0.0 })
    }

    /// The total of `people` (a whole number) whose mean is `mean`, 0 or more.
    pub fn total(self, stream: &mut Stream, people: f64, mean: f64) -> f64 {
        if !(people > 0.0 && mean > 0.0) {
            return 0.0;
        }
        let variance = self.variance(mean);
        let excess = variance - mean;
        if excess.abs() <= TIE * mean {
            return poisson::draw(stream, people * mean);
        }
        if excess > 0.0 {
            let shape = mean * mean / excess;
            let rate = gamma::draw(stream, people * shape) * (mean / shape);
            return poisson::draw(stream, rate);
        }
        let (trials, more) = trials(mean, variance);
        let all = people * trials + binomial::draw_from(stream, people, more);
        binomial::draw_from(stream, all, (mean / (trials + more)).min(1.0))
    }
}

/// The least variance of whole numbers with this mean.
#[must_use]
pub fn least_variance(mean: f64) -> f64 {
    let fraction = mean - mean.floor();
    fraction * (1.0 - fraction)
}

/// Trials of a person, and the chance of one more: the k and g of the formula above.
fn trials(mean: f64, variance: f64) -> (f64, f64) {
    let h = (mean - variance) / (mean * mean);
    let k = (1.0 / h).floor().max(1.0);
    let root = (k * (h * (k + 1.0) - 1.0)).max(0.0).sqrt();
    (k, (k * (1.0 - h * k) / (h * k + root)).clamp(0.0, 1.0))
}
