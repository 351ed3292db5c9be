//! How is an amount written? With its symbol, in whole units or to the minor unit.
//!
//! Comes in: amounts and their currency. Goes out: text. Must never know: who pays. Amounts on charts: [`super::board`].

use super::count::grouped;
use super::number::{NONE, signed as with_sign, signed_if_below};
use crate::quantity::{Currency, Money};

/// Below so many major units cents are worth showing.
const SMALL: f64 = 100.0;

/// To the minor unit and without a symbol, for tables that name the currency: `9,638,911.36`.
#[must_use]
pub fn exact(currency: Currency, amount: Money) -> String {
    let units = currency.minor_units().unsigned_abs();
    let (whole, part) = (amount.0.unsigned_abs() / units, amount.0.unsigned_abs() % units);
    let digits = currency.minor_digits();
    let size = if digits == 0 { grouped(whole) } else { format!("{}.{part:0digits$}", grouped(whole)) };
    signed_if_below(amount.0 as f64, &size)
}

/// As contracts write it, to the minor unit where there is any part of one: `$9,600`, `$9.50`, `−£3,000`.
#[must_use]
pub fn stated(currency: Currency, amount: Money) -> String {
    let size = exact(currency, Money(amount.0.saturating_abs()));
    let size = if amount.0 % currency.minor_units() == 0 { size.split('.').next().unwrap_or_default() } else { &size };
    signed_if_below(amount.0 as f64, &format!("{}{size}", currency.symbol()))
}

/// An estimate in major units, rounded to whole ones: `$1,402,300`, `−$3,100`; [`NONE`] for NaN.
#[must_use]
pub fn whole(currency: Currency, major: f64) -> String {
    if major.is_nan() {
        return NONE.into();
    }
    signed_if_below(major, &format!("{}{}", currency.symbol(), grouped(major.abs().round() as u64)))
}

/// An estimate and its standard error, both in whole major units: `$1,402,300 ± $900`; without an error that is not known.
#[must_use]
pub fn with_error(currency: Currency, major: f64, error: f64) -> String {
    if error.is_finite() { format!("{} ± {}", whole(currency, major), whole(currency, error)) } else { whole(currency, major) }
}

/// A change in whole major units, with its sign: `+$3,100`; nothing has none.
#[must_use]
pub fn change(currency: Currency, major: f64) -> String {
    with_sign(major, &whole(currency, major.abs()))
}

/// A change and its standard error: `+$3,100 ± $200`; without an error that is not known.
#[must_use]
pub fn change_with_error(currency: Currency, major: f64, error: f64) -> String {
    if error.is_finite() { format!("{} ± {}", change(currency, major), whole(currency, error)) } else { change(currency, major) }
}

/// An amount of minor units that may be small, such as the price of one success: to the minor unit below 100 major units, rounded to whole
/// major units from there on.
#[must_use]
pub fn rounded(currency: Currency, minor: f64) -> String {
    let major = minor / currency.minor_units() as f64;
    if minor.is_nan() || major.abs() >= SMALL || major == 0.0 {
        return whole(currency, major);
    }
    signed_if_below(minor, &format!("{}{}", currency.symbol(), exact(currency, Money(minor.abs().round() as i64))))
}

/// An estimate in major units for a narrow column: `$312k`, and `$900` below a thousand.
#[must_use]
pub fn thousands(currency: Currency, major: f64) -> String {
    // What rounds to a thousand is one.
    if major.is_nan() || major.abs() < 999.5 { whole(currency, major) } else { format!("{}k", whole(currency, major / 1_000.0)) }
}
