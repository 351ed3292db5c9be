//! Which rate makes a stream worth nothing today, and is there exactly one?

use super::roots::{Chart, bracketed, positive_roots, sum};
use super::value::annual_growth;

/// The internal rate of return, or why there is none. Rates are effective annual, as fractions (0.05 is 5%).
#[derive(Clone, Debug, PartialEq)]
pub enum Irr {
    /// The one rate in (−1, ∞) at which the flows are worth nothing.
    Rate(f64),
    /// Something was paid in and nothing came back: reported as a return of −100%.
    TotalLoss,
    /// Nothing was ever paid in.
    NotDrawn,
    /// Money went both ways, but no finite rate above −1 makes the flows worth nothing.
    NoRoot,
    /// More than one such rate, ascending; a double root (the value touches zero) stands once.
    Several(Vec<f64>),
}

/// The kind of an [`Irr`], for columns of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum IrrKind {
    /// One rate.
    Rate = 0,
    /// Paid in, nothing back: −1.
    TotalLoss = 1,
    /// Nothing paid in: undefined.
    NotDrawn = 2,
    /// No rate: undefined.
    NoRoot = 3,
    /// Several rates: undefined.
    Several = 4,
}

impl Irr {
    /// The kind without its numbers.
    #[must_use]
    pub fn kind(&self) -> IrrKind {
        match self {
            Irr::Rate(_) => IrrKind::Rate,
            Irr::TotalLoss => IrrKind::TotalLoss,
            Irr::NotDrawn => IrrKind::NotDrawn,
            Irr::NoRoot => IrrKind::NoRoot,
            Irr::Several(_) => IrrKind::Several,
        }
    }

    /// The rate if there is one, −1 for a total loss, NaN where the return is undefined.
    #[must_use]
    pub fn value(&self) -> f64 {
        match self {
            Irr::Rate(rate) => *rate,
            Irr::TotalLoss => -1.0,
            Irr::NotDrawn | Irr::NoRoot | Irr::Several(_) => f64::NAN,
        }
    }
}

/// Internal rate of return of flows at periods 0, 1, 2, …: effective annual, `periods_per_year` periods a year (above 0).
///
/// Negative flows are paid in. All rates per period in (−1, ∞) are searched, with no guess and no limit but the range of `f64`:
/// a rate that overflows after annualising is no rate. A stream that first receives and then pays (a loan seen by the borrower) has a
/// rate like any other. When the flows sum to zero and that is the only root, the rate is exactly 0. A flow that is not finite gives
/// `NoRoot`.
///
/// One root is certain when the cumulative flow, read from the start, never falls from above zero to below it, and read from the end
/// never rises from below zero to above it, and one of the two crosses zero (Norstrom 1972 bounds the roots above 0 by the sign changes
/// of the forward sums; the same argument on the reversed stream bounds those below 0; the forward sums alone do not exclude a second
/// rate below 0). Every stream that pays in first and receives later passes. Otherwise all roots
/// are isolated.
#[must_use]
pub fn irr(flows: &[f64], periods_per_year: f64) -> Irr {
    if flows.iter().any(|flow| !flow.is_finite()) {
        return Irr::NoRoot;
    }
    let Some(first_paid) = flows.iter().position(|&flow| flow < 0.0) else { return Irr::NotDrawn };
    let Some(first_received) = flows.iter().position(|&flow| flow > 0.0) else { return Irr::TotalLoss };
    let start = first_paid.min(first_received);
    let end = flows.iter().rposition(|&flow| flow != 0.0).map_or(start, |last| last + 1);
    let flows = &flows[start..end];

    let growths = if crosses_once(flows) { vec![only_growth(flows)] } else { positive_roots(flows) };
    let mut rates: Vec<f64> =
        growths.into_iter().map(|growth| annual_growth(growth, periods_per_year) - 1.0).filter(|r| r.is_finite()).collect();
    match rates.len() {
        0 => Irr::NoRoot,
        1 => Irr::Rate(rates[0]),
        _ => {
            rates.sort_unstable_by(f64::total_cmp);
            Irr::Several(rates)
        }
    }
}

/// Whether the two-sided cumulative test proves that exactly one growth factor solves the stream.
fn crosses_once(flows: &[f64]) -> bool {
    let first_received = flows.iter().position(|&flow| flow > 0.0).unwrap_or(flows.len());
    if flows[first_received..].iter().all(|&flow| flow >= 0.0) {
        return true;
    }
    // the sums below decide by their signs, so they count only if they are exact
    let gross: f64 = flows.iter().map(|flow| flow.abs()).sum();
    if gross > 9_007_199_254_740_992.0 || flows.iter().any(|flow| flow.trunc() != *flow) {
        return false;
    }
    // without a fall each side has at most one crossing; it has one if it starts on the other side of the total
    let total = sum(flows);
    let starts_across = total == 0.0 || if total > 0.0 { flows[0] < 0.0 } else { flows[flows.len() - 1] > 0.0 };
    starts_across && !falls(flows.iter().copied()) && !falls(flows.iter().rev().map(|flow| -flow))
}

/// Whether the running sum is ever below zero after having been above it.
fn falls(flows: impl Iterator<Item = f64>) -> bool {
    let (mut sum, mut was_above) = (0.0, false);
    for flow in flows {
        sum += flow;
        was_above |= sum > 0.0;
        if was_above && sum < 0.0 {
            return true;
        }
    }
    false
}

/// The growth factor per period of a stream that has exactly one.
fn only_growth(flows: &[f64]) -> f64 {
    let total = sum(flows);
    if total == 0.0 {
        1.0
    } else if total > 0.0 {
        1.0 / bracketed(flows, Chart::Discount, (0.0, 1.0), flows[0] > 0.0)
    } else {
        bracketed(flows, Chart::Growth, (0.0, 1.0), flows[flows.len() - 1] > 0.0)
    }
}
