//! How does a board read a number on a chart? In few letters: amounts with three digits, small shares as `<0.1%`.
//!
//! Comes in: an amount, a share, a rate or a count, with its standard error where there is one. Goes out: a short text. Must never know:
//! which chart it stands in.

use super::count::counted;
use super::number::{self, places, signed_if_below, with_commas};
use crate::numeric::math;
use crate::quantity::Currency;

/// Units of money, largest first: size and letter.
const UNITS: [(f64, &str); 5] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")];

/// What goes before an amount, as everywhere; a code does not leave its amount.
fn symbol(currency: &str) -> String {
    match Currency::from_code(currency) {
        Some(known) => known.symbol().replace(' ', "\u{a0}"),
        None if currency.is_empty() => String::new(),
        None => format!("{currency}\u{a0}"),
    }
}

/// An amount with three significant digits: `$1.24M`, `$340k`, `$3.25`, `−CHF 12B`.
#[must_use]
pub fn money(currency: &str, amount: f64) -> String {
    signed(currency, amount, &magnitude(amount.abs(), 3))
}

/// An amount and its standard error, to the digits that the error leaves: `$1.243M ± $1k`.
#[must_use]
pub fn money_with_error(currency: &str, amount: f64, error: f64) -> String {
    if error <= 0.0 || amount == 0.0 {
        return money(currency, amount);
    }
    let digits = (math::log10(amount.abs() / error).floor() as i32 + 1).clamp(3, 6);
    let error = format!("{}{}", symbol(currency), magnitude(error, 1));
    format!("{} ± {error}", signed(currency, amount, &magnitude(amount.abs(), digits)))
}

/// A change and its standard error: `+$90k ± $2k`; nothing has no sign.
#[must_use]
pub fn change_with_error(currency: &str, change: f64, error: f64) -> String {
    number::signed(change, &money_with_error(currency, change.abs(), error))
}

fn signed(currency: &str, amount: f64, magnitude: &str) -> String {
    signed_if_below(amount, &format!("{}{magnitude}", symbol(currency)))
}

fn magnitude(size: f64, digits: i32) -> String {
    if size < 0.005 {
        return "0".to_owned();
    }
    // rounding first, so that 999,950 is 1M and not 1000k
    let place = math::pow(10.0, f64::from(digits - 1 - math::log10(size).floor() as i32));
    let rounded = (size * place).round() / place;
    let (unit, letter) = UNITS.into_iter().find(|(unit, _)| rounded >= *unit * 0.999_999).unwrap_or((1.0, ""));
    let scaled = rounded / unit;
    if unit == 1.0 {
        let cents = if scaled < 100.0 && (scaled - scaled.round()).abs() > 0.004 { 2 } else { 0 };
        return format!("{scaled:.cents$}");
    }
    format!("{}{letter}", trimmed(&format!("{scaled:.*}", places(scaled, digits))))
}

fn trimmed(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// Writes the amounts of an axis: one unit for all, and the digits that its `step` needs.
pub fn money_axis(currency: &str, largest: f64, step: f64) -> impl Fn(f64) -> String {
    let digits_after_point = |unit: f64| {
        (0..9).find(|&digits| {
            let scaled = step / unit * math::pow(10.0, f64::from(digits));
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0) && scaled > 0.5
        })
    };
    let (unit, letter, digits) = UNITS
        .into_iter()
        .filter(|(unit, _)| largest >= *unit)
        .find_map(|(unit, letter)| digits_after_point(unit).filter(|&digits| digits <= 2).map(|digits| (unit, letter, digits)))
        .unwrap_or((1.0, "", digits_after_point(1.0).unwrap_or(2)));
    let symbol = symbol(currency);
    move |amount| {
        let scaled = amount.abs() / unit;
        // dollars and ten cents are $1.10, not $1.1
        let digits = if unit == 1.0 && digits == 1 { 2 } else { digits as usize };
        let number = with_commas(&format!("{scaled:.digits$}"));
        if scaled < 0.5 * step / unit {
            return format!("{symbol}0");
        }
        signed_if_below(amount, &format!("{symbol}{number}{letter}"))
    }
}

/// `10,000 trials`, `1 trial`.
#[must_use]
pub fn trials(number: u64) -> String {
    counted(number, "trial")
}

/// A share: `23%`, `4.2%`, `<0.1%`.
#[must_use]
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p <= 0.0 => "0%".to_owned(),
        p if p < 0.1 => "<0.1%".to_owned(),
        p if p < 9.95 => format!("{}%", trimmed(&format!("{p:.1}"))),
        p if p < 99.0 => format!("{p:.0}%"),
        p if p >= 100.0 - 1e-9 => "100%".to_owned(),
        p if p >= 99.95 => ">99.9%".to_owned(),
        p => format!("{p:.1}%"),
    }
}

/// A share and its standard error in points: `23.1% ± 0.4`.
#[must_use]
pub fn percent_with_error(share: f64, error: f64) -> String {
    if error <= 0.0 {
        return percent(share);
    }
    let points = error * 100.0;
    let digits = places(points, 1).clamp(0, 2);
    let points = if points < 0.01 { "<0.01".to_owned() } else { format!("{points:.digits$}") };
    let size = format!("{:.digits$}", share * 100.0);
    let looks_certain = size.parse() == Ok(0.0) || size.parse() == Ok(100.0);
    if looks_certain { format!("{} ± {points}", percent(share)) } else { format!("{size}% ± {points}") }
}

/// A rate a year: `4.8%`, `−12%`.
#[must_use]
pub fn rate(rate: f64) -> String {
    let size = (rate * 100.0).abs();
    let text = if size >= 99.95 { with_commas(&format!("{size:.0}")) } else { trimmed(&format!("{size:.1}")).to_owned() };
    signed_if_below(rate, &format!("{text}%"))
}

/// A share in words for a title: `7 of 100 futures`.
#[must_use]
pub fn of_hundred(share: f64) -> String {
    match share * 100.0 {
        p if p <= 0.0 => "none of the trials".to_owned(),
        p if p >= 100.0 - 1e-9 => "every trial".to_owned(),
        p if p < 0.5 => "fewer than 1 of 100 futures".to_owned(),
        p if p >= 99.5 => "more than 99 of 100 futures".to_owned(),
        // rounded by hand: `{:.0}` takes 0.5 to 0
        p => format!("{} of 100 futures", p.round()),
    }
}
