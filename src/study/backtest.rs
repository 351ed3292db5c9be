//! How usual was what really happened? A settled deal among its simulated futures.

use super::gathered::Beside;
use super::simulated::run_in;
use super::{Options, Phase, Run, RunError, SAMPLE};
use crate::deal::Deal;
use crate::engine::Settled;
use crate::metrics::{Catalogue, Investment, Observed, Value, observe};

/// One number of what really happened, and where it lies among the simulated ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Dotted name of the metric.
    pub name: String,
    /// What it is.
    pub value: Value,
    /// What really happened, in the metric's unit.
    pub actual: f64,
    /// Shares of the simulated futures that came to less, the same, and more; undefined ones left out.
    pub shares: [f64; 3],
    /// The median of the simulated futures, in the same unit.
    pub median: f64,
}

impl Place {
    /// The percentile, 0 to 1: the share that came to less and half of those that came to the same.
    #[must_use]
    pub fn percentile(&self) -> f64 {
        self.shares[0] + 0.5 * self.shares[1]
    }
}

/// Simulates `deal` as it was planned and places what every payment, payor and investor really came to among the trials, of which
/// the first [`SAMPLE`] are enough.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn backtest(deal: &Deal, settled: &Settled, options: &Options) -> Result<Vec<Place>, RunError> {
    let all = options.begin(Phase::Backtest, deal, |trials| trials.min(SAMPLE as u64));
    let simulated = run_in(deal, &all.of(all.trials.min(SAMPLE as u64)), Beside::default())?;
    let catalogue = Catalogue::new(&settled.deal);
    let actual = observe(&settled.deal, &catalogue, &settled.block, Observed::default());
    let wanted = |value: Value| {
        matches!(
            value,
            Value::PaymentPaid(_) | Value::PayorPaid(_) | Value::Paid | Value::Gain(Investment::Tranche(_) | Investment::Together)
        )
    };
    let numbers = catalogue.values.iter().enumerate().filter(|(_, (_, value))| wanted(*value));
    Ok(numbers.filter_map(|(index, (name, value))| place(&simulated, name, *value, actual.values.row(index)[0])).collect())
}

fn place(simulated: &Run, name: &str, value: Value, actual: f64) -> Option<Place> {
    let sample = simulated.sampled(value)?;
    let defined = sample.iter().filter(|found| !found.is_nan());
    let mut counts = [0u64; 3];
    for found in defined {
        // Money is compared to less than half a minor unit of any currency.
        counts[match found - actual {
            distance if distance.abs() < 0.0005 => 1,
            distance if distance < 0.0 => 0,
            _ => 2,
        }] += 1;
    }
    let all: u64 = counts.iter().sum();
    let median = simulated.summary(value)?.p50;
    (all > 0).then(|| Place { name: name.into(), value, actual, shares: counts.map(|count| count as f64 / all as f64), median })
}
