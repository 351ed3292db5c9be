//! Figures as people write them.

use crate::deal::Deal;
use crate::metrics::{Asked, Catalogue, Value};
use crate::question::{Figure, Question};

/// What a figure is measured in.
enum Unit {
    Money,
    Share,
    Plain,
}

fn unit(deal: &Deal, question: &Question) -> Unit {
    match Catalogue::new(deal).asked(question) {
        _ if question.figure == Figure::Undefined => Unit::Share,
        Some(Asked::Chance(_) | Asked::Value(Value::Irr(_))) => Unit::Share,
        Some(Asked::Value(value)) if value.is_money() => Unit::Money,
        _ => Unit::Plain,
    }
}

fn plain(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", crate::quantity::grouped(value.abs().round() as u64));
    }
    let digits = if value.abs() >= 10.0 { 1 } else { 4 };
    crate::quantity::trimmed((value * f64::from(10_u32.pow(digits))).round() / f64::from(10_u32.pow(digits)))
}

fn written(deal: &Deal, unit: &Unit, value: f64) -> String {
    match unit {
        _ if !value.is_finite() => "none".into(),
        Unit::Money if value < 0.0 => format!("−{}", deal.currency.display_whole(-value)),
        Unit::Money => deal.currency.display_whole(value),
        Unit::Share => format!("{}{:.1}%", if value <= -0.0005 { "−" } else { "" }, value.abs() * 100.0),
        Unit::Plain => plain(value),
    }
}

/// A figure as people write it: money, percent, or a plain number.
#[must_use]
pub fn show(deal: &Deal, question: &Question, value: f64) -> String {
    written(deal, &unit(deal, question), value)
}

/// The same with its standard error.
#[must_use]
pub fn with_error(deal: &Deal, question: &Question, [value, error]: [f64; 2]) -> String {
    let unit = unit(deal, question);
    let shown = written(deal, &unit, value);
    match unit {
        _ if !error.is_finite() || !value.is_finite() => shown,
        Unit::Share => format!("{shown} ± {:.1}", error * 100.0),
        _ => format!("{shown} ± {}", written(deal, &unit, error)),
    }
}
