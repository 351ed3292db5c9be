//! The contract as people write it: payors and payments. The rest of the file format stands in [`super::text`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::GradeText;

/// Somebody who pays for outcomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayorText {
    /// Name of the payor.
    pub name: String,
    /// Most it pays over the whole deal.
    pub cap: Option<f64>,
    /// Most it pays in a fiscal year; what exceeds it lapses.
    pub cap_per_fiscal_year: Option<f64>,
    /// What one additional outcome is worth to it, by outcome.
    #[serde(default)]
    pub value_per_outcome: BTreeMap<String, f64>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// One promise of one payor: gate, price, limit, schedule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentText {
    /// Name of the payment.
    pub name: String,
    /// Who pays.
    pub payor: String,
    /// The measure it is paid on.
    pub on: String,
    /// Nothing is due unless this holds: comparisons of measures, joined by and, or, not.
    pub when: Option<String>,
    /// What is due.
    pub price: PriceText,
    /// Most that is paid over the whole deal.
    pub cap: Option<f64>,
    /// Most that is paid in a fiscal year.
    pub cap_per_fiscal_year: Option<f64>,
    /// Periods from the report to the payment; 0 if absent.
    #[serde(default)]
    pub paid_after: u32,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// What is due for a group of cohorts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceText {
    /// For each participant found with the outcome.
    PerUnit(f64),
    /// For each additional outcome found: the difference times the enrolled, never below zero.
    PerAdditional(f64),
    /// One amount.
    LumpSum(f64),
    /// The amount of the highest step reached.
    Steps {
        /// What the bounds are compared with: "units", "rate", "difference" …; the measure's own number if absent.
        by: Option<String>,
        /// Whether a value equal to a bound has reached it; "at least" if absent.
        #[serde(default)]
        bounds: BoundsText,
        /// Steps in rising order.
        table: Vec<StepText>,
    },
}

/// Which end of a step is closed.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
pub enum BoundsText {
    /// A value equal to the bound has reached it.
    #[default]
    #[serde(rename = "at least")]
    AtLeast,
    /// A value must exceed the bound.
    #[serde(rename = "more than")]
    MoreThan,
}

/// One row of a step table.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Where the step begins.
    pub from: f64,
    /// What is due on it.
    pub pay: f64,
}
