//! How a report writes a probability, a rate, an amount of money, an effect.

use super::ledger::points;
use crate::deal::{Deal, Outcome};
use crate::quantity::{grouped, trimmed};

/// `12.3% ± 0.2`, or a bound where nothing or everything was seen.
#[must_use]
pub fn percent(share: Option<&crate::stats::Proportion>) -> String {
    let Some(share) = share.filter(|share| share.count > 0) else { return "no case".into() };
    match share.bound95() {
        Some(bound) if share.hits == 0 => format!("under {}%", significant(bound * 100.0)),
        Some(bound) => format!("over {}%", trimmed((bound * 1e4).floor() / 1e2)),
        None => format!("{:.1}% ± {:.1}", share.share() * 100.0, (share.standard_error() * 100.0).max(0.05)),
    }
}

/// A small percentage with one significant digit, rounded up.
fn significant(value: f64) -> String {
    let mut scale = 1.0;
    while value * scale < 1.0 && scale < 1e9 {
        scale *= 10.0;
    }
    format!("{}", (value * scale).ceil() / scale)
}

pub(crate) fn rate(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    let sign = if value < -0.00005 { "−" } else { "" };
    format!("{sign}{:.1}%", value.abs() * 100.0)
}

pub(crate) fn money(deal: &Deal, value: f64) -> String {
    deal.currency.display_whole(value)
}

/// An effect on one person's outcome, above zero for the better: points of a share, or so much of a quantity. Where fewer are better it
/// says which way it goes.
pub(crate) fn effect(outcome: &Outcome, effect: f64) -> String {
    let size = effect.abs();
    let shown = match outcome.is_yes_no() {
        true if !outcome.fewer_is_better => return points(effect),
        true => format!("{:.1} points", size * 100.0),
        false if size >= 100.0 => grouped(size.round() as u64),
        false => trimmed((size * 100.0).round() / 100.0),
    };
    match (outcome.fewer_is_better, effect < 0.0) {
        (false, true) => format!("−{shown}"),
        (false, false) => format!("+{shown}"),
        (true, true) => format!("{shown} more"),
        (true, false) if outcome.is_counted() => format!("{shown} fewer"),
        (true, false) => format!("{shown} less"),
    }
}
