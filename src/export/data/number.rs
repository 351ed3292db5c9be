//! The forms that numbers have in every document.

use schemars::JsonSchema;
use serde::Serialize;

use crate::deal::Deal;
use crate::question::Question;
use crate::report::question::{label, unit};
use crate::stats::{Index, Proportion};

/// A number with its Monte Carlo error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Number {
    /// The number; null where it is undefined.
    pub value: Option<f64>,
    /// One standard error, in the same unit; null where there is none.
    pub standard_error: Option<f64>,
}

impl Number {
    /// `value` with its standard error; what is no number, such as NaN, is undefined.
    #[must_use]
    pub fn new(value: f64, standard_error: f64) -> Self {
        Self { value: defined(value), standard_error: defined(standard_error) }
    }
}

impl From<[f64; 2]> for Number {
    fn from([value, error]: [f64; 2]) -> Self {
        Self::new(value, error)
    }
}

impl From<Index> for Number {
    fn from(index: Index) -> Self {
        Self::new(index.value, index.error)
    }
}

impl From<&Proportion> for Number {
    fn from(share: &Proportion) -> Self {
        Self::new(share.share(), share.standard_error())
    }
}

/// `value`, if it is a number.
pub(super) fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// A number with the interval that holds it with 95%.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Interval {
    /// The number; null where it is undefined.
    pub value: Option<f64>,
    /// Lower end; null where it cannot be known.
    pub low: Option<f64>,
    /// Upper end; null where it cannot be known.
    pub high: Option<f64>,
}

impl From<[f64; 3]> for Interval {
    fn from([value, low, high]: [f64; 3]) -> Self {
        Self { value: defined(value), low: defined(low), high: defined(high) }
    }
}

/// A figure of a deal, such as a mean or a chance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Figure {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in: the currency's code for money, or share, difference of shares, people, count, amount, multiple, rate a year.
    pub unit: &'static str,
    /// The figure; null where it is undefined.
    pub value: Option<f64>,
    /// One standard error, in the same unit; null where there is none.
    pub standard_error: Option<f64>,
}

impl Figure {
    /// The figure that `question` asks for, with its standard error.
    #[must_use]
    pub fn new(deal: &Deal, question: &Question, [value, error]: [f64; 2]) -> Self {
        let (label, unit) = (label(deal, question), unit(deal, question).word(deal));
        Self { label, unit, value: defined(value), standard_error: defined(error) }
    }
}
