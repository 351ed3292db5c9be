//! How a report writes a probability, an amount of money, an effect, in the terms of its deal.

use crate::deal::{Deal, Outcome};
use crate::stats::{Proportion, Summary};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// `12.3% ± 0.2`, or a bound where nothing or everything was seen.
#[must_use]
pub fn percent(share: Option<&Proportion>) -> String {
    match share.filter(|share| share.count > 0) {
        Some(share) => share::chance(share.share(), share.standard_error(), share.bound95()),
        None => "no case".into(),
    }
}

pub(crate) fn money(deal: &Deal, value: f64) -> String {
    money::whole(deal.currency, value)
}

/// The mean of an amount and its standard error.
pub(crate) fn mean(deal: &Deal, summary: &Summary) -> String {
    money::with_error(deal.currency, summary.mean, summary.se)
}

/// An effect on one person's outcome, above zero for the better: points of a share, or so much of a quantity. Where fewer are better it
/// says which way it goes.
pub(crate) fn effect(outcome: &Outcome, effect: f64) -> String {
    let size = effect.abs();
    let shown = match outcome.is_yes_no() {
        true => share::size_in_points(size),
        false if size >= 100.0 => number::fixed(size, 0),
        false => number::decimals(size, 2),
    };
    match (outcome.fewer_is_better, effect < 0.0) {
        (false, _) => number::signed(effect, &shown),
        (true, true) => format!("{shown} more"),
        (true, false) if outcome.is_counted() => format!("{shown} fewer"),
        (true, false) => format!("{shown} less"),
    }
}
