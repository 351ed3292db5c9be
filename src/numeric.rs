//! Arithmetic that no deal knows of: the one door to transcendental functions, lists with typed places, and tables of columns.
//!
//! Comes in: plain numbers. Goes out: plain numbers. Must never know: money, people, scenarios.

pub mod each;
pub mod exact;
pub mod grid;
pub mod incomplete;
pub mod margins;
pub mod math;
pub mod normal;
pub mod quadrature;
pub mod root;
pub mod whole;
pub mod wide;

/// A number in words: up to four digits after the point, trailing zeros dropped, exponents for the very small.
#[must_use]
pub fn short(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:e}");
    }
    let text = format!("{value:.4}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_string()
}
