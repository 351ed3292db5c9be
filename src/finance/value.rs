//! What is a stream worth today, how often did it pay back, and when?

use crate::numeric::math::{exp_m1, ln_1p, pow};

/// Effective annual growth factor of a growth factor per period: `growth` to the power `periods_per_year`.
///
/// Yearly, quarterly and monthly periods multiply in a fixed order, which is faster than a general power; others go through `pow`.
#[inline]
pub(super) fn annual_growth(growth: f64, periods_per_year: f64) -> f64 {
    if periods_per_year == 1.0 {
        growth
    } else if periods_per_year == 4.0 {
        fourth(growth)
    } else if periods_per_year == 12.0 {
        fourth(growth * growth * growth)
    } else {
        pow(growth, periods_per_year)
    }
}

#[inline]
fn fourth(x: f64) -> f64 {
    let square = x * x;
    square * square
}

/// Effective annual rate of a rate per period: (1 + `periodic`)^`periods_per_year` − 1.
///
/// `periodic` above −1; `periods_per_year` above 0. Rates as fractions: 1% a month is 0.01 and gives 0.1268.
#[must_use]
pub fn annual_rate(periodic: f64, periods_per_year: f64) -> f64 {
    exp_m1(ln_1p(periodic) * periods_per_year)
}

/// Rate per period that compounds to an effective annual rate: (1 + `annual`)^(1/`periods_per_year`) − 1.
///
/// `annual` above −1; `periods_per_year` above 0. The inverse of [`annual_rate`].
#[must_use]
pub fn periodic_rate(annual: f64, periods_per_year: f64) -> f64 {
    exp_m1(ln_1p(annual) / periods_per_year)
}

/// What one unit paid at the start of period 0, 1, 2, … is worth at the start of period 0: (1 + `annual_rate`)^(−t/`periods_per_year`).
///
/// `annual_rate` effective, above −1. The first factor is exactly 1. Compute once per deal; see [`npv`].
#[must_use]
pub fn discount_factors(annual_rate: f64, periods_per_year: f64, periods: usize) -> Vec<f64> {
    (0..periods).map(|t| pow(1.0 + annual_rate, -(t as f64) / periods_per_year)).collect()
}

/// Net present value at period 0 of flows at periods 0, 1, 2, …, in the unit of the flows, at an effective annual rate above −1.
#[must_use]
pub fn npv(flows: &[f64], annual_rate: f64, periods_per_year: f64) -> f64 {
    flows.iter().enumerate().map(|(t, flow)| flow * pow(1.0 + annual_rate, -(t as f64) / periods_per_year)).sum()
}

/// Multiple on invested capital (MOIC): all that came back over all that was paid in, 0 or more, without discounting; 1 is the money
/// back. `None` if nothing was paid in.
#[must_use]
pub fn multiple(flows: &[f64]) -> Option<f64> {
    let paid_in: f64 = flows.iter().map(|&flow| if flow < 0.0 { -flow } else { 0.0 }).sum();
    let received: f64 = flows.iter().map(|&flow| if flow > 0.0 { flow } else { 0.0 }).sum();
    (paid_in > 0.0).then(|| received / paid_in)
}

/// First period, after the first outflow, at whose end the investor has all money back (cumulative flow at or above zero).
///
/// `None` if nothing was paid in or the cumulative flow stays below zero after the first outflow. A later call for more money does not
/// undo it: this is the *first* such period. An outflow financed by earlier receipts (cumulative never below zero) is paid back at once.
#[must_use]
pub fn payback(flows: &[f64]) -> Option<usize> {
    let first = flows.iter().position(|&flow| flow < 0.0)?;
    let mut cumulative = 0.0;
    for (period, flow) in flows.iter().enumerate() {
        cumulative += flow;
        if period >= first && cumulative >= 0.0 {
            return Some(period);
        }
    }
    None
}

/// Largest net amount the investor was ever out of pocket (the lowest cumulative flow, as a positive number); 0 if never.
#[must_use]
pub fn peak_capital(flows: &[f64]) -> f64 {
    let mut cumulative = 0.0;
    let mut lowest = 0.0;
    for flow in flows {
        cumulative += flow;
        lowest = if cumulative < lowest { cumulative } else { lowest };
    }
    -lowest + 0.0
}
