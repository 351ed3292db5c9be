//! How is a share written? In percent; a difference of shares in points.
//!
//! Comes in: shares (0.05 is 5%), their standard errors and bounds. Goes out: text. Must never know: of what. Shares on charts:
//! [`super::board`].
//!
//! A share that is measured has one decimal ([`percent`]), one that a contract states has the decimals that it needs ([`stated`]).

use super::number::{NONE, fixed, places, plain, signed};

/// What a share may differ from 0 or 1 by arithmetic alone.
const NOISE: f64 = 1e-12;

/// A measured share or chance: `12.3%`. What is neither 0 nor 1 never looks so: `0.02%`, `99.998%`. [`NONE`] for NaN.
#[must_use]
pub fn percent(share: f64) -> String {
    with_decimals(share, 1)
}

/// A measured share in whole percent, where tenths would say too much: `12%`, but `0.3%`.
#[must_use]
pub fn about(share: f64) -> String {
    with_decimals(share, 0)
}

fn with_decimals(share: f64, least: usize) -> String {
    if share.is_nan() { NONE.into() } else { format!("{}%", fixed(share * 100.0, decimals(share, least))) }
}

/// Decimals of a percentage, more than `least` where it would otherwise look like 0% or 100% and is neither.
fn decimals(share: f64, least: usize) -> usize {
    let from_certain = share.abs().min((1.0 - share).abs());
    if from_certain > NOISE && from_certain * 100.0 < half(least) { places(from_certain * 100.0 * (1.0 + 1e-9), 1) } else { least }
}

/// Half of the last of so many decimals.
fn half(decimals: usize) -> f64 {
    (0..decimals).fold(0.5, |half, _| half / 10.0)
}

/// A measured share and its standard error in points: `12.3% ± 0.2`. An error never looks like none.
#[must_use]
pub fn with_error(share: f64, error: f64) -> String {
    if !error.is_finite() || share.is_nan() {
        return percent(share);
    }
    // An error that shows in tenths says itself that 0.0% is not certain.
    let decimals = if error * 100.0 >= half(1) { 1 } else { decimals(share, 1) };
    let error = if error == 0.0 { 0.0 } else { (error * 100.0).max(1.000_001 * half(decimals)) };
    format!("{}% ± {error:.decimals$}", fixed(share * 100.0, decimals))
}

/// How often something was seen: the share and its standard error, `12.3% ± 0.2`; or, where it was seen never or always, the `bound` that
/// holds with 95%: `under 0.03%`, `over 99.97%`.
#[must_use]
pub fn chance(share: f64, error: f64, bound: Option<f64>) -> String {
    match bound {
        Some(bound) if share == 0.0 => format!("under {}%", rounded_up(bound * 100.0)),
        Some(bound) => format!("over {}%", plain((bound * 1e4).floor() / 1e2)),
        None => with_error(share, error),
    }
}

/// A small percentage with one significant digit, rounded up.
fn rounded_up(value: f64) -> String {
    let mut scale = 1.0;
    while value * scale < 1.0 && scale < 1e9 {
        scale *= 10.0;
    }
    plain((value * scale).ceil() / scale)
}

/// A rate a year or another change that may be of any size: `4.8%`, `−12.0%`; [`NONE`] for NaN.
#[must_use]
pub fn rate(rate: f64) -> String {
    if rate.is_nan() { NONE.into() } else { format!("{}%", fixed(rate * 100.0, 1)) }
}

/// A rate to the hundredth, for one settled deal: `4.83%`.
#[must_use]
pub fn exact_rate(rate: f64) -> String {
    if rate.is_nan() { NONE.into() } else { format!("{}%", fixed(rate * 100.0, 2)) }
}

/// A change in percent, with its sign: `+4.8%`.
#[must_use]
pub fn change(rate: f64) -> String {
    signed(rate, &self::rate(rate.abs()))
}

/// A share as a contract states it, with at most four decimals of a percent: `5%`, `12.5%`.
#[must_use]
pub fn stated(share: f64) -> String {
    format!("{}%", plain(share * 100.0))
}

/// A difference of shares, with its sign: `+8.3 points`; [`NONE`] for NaN.
#[must_use]
pub fn points(difference: f64) -> String {
    signed(difference, &size_in_points(difference.abs()))
}

/// The size of a difference of shares, or a standard error: `8.3 points`; [`NONE`] for NaN.
#[must_use]
pub fn size_in_points(size: f64) -> String {
    if size.is_nan() { NONE.into() } else { format!("{} points", fixed(size * 100.0, 1)) }
}

/// A difference of shares as a contract states it: `1 point`, `3.5 points`.
#[must_use]
pub fn stated_points(difference: f64) -> String {
    match plain(difference * 100.0).as_str() {
        "1" => "1 point".into(),
        points => format!("{points} points"),
    }
}
