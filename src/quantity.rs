//! What is counted: money, and time.
//!
//! Comes in: what people write (1_450_000, 2025-01-01, "quarter"). Goes out: whole minor units and period numbers.
//! Must never know: who owes or owns them.

mod money;
mod timeline;

pub use money::{Currency, LARGEST_AMOUNT, Money, grouped};
pub use timeline::{PeriodLength, Timeline};

/// A sum of shares as precisely as it is compared: twelve decimals, trailing zeros dropped.
#[must_use]
pub fn digits(value: f64) -> String {
    let text = format!("{value:.12}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A number without needless decimals: at most four, trailing zeros dropped.
#[must_use]
pub fn trimmed(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.replacen('-', "−", 1) }
}
