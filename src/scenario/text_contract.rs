//! The contract as people write it: payors, payments, capital. The rest of the file format stands in [`super::text`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

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

/// Rules for the investors' money as a whole.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapitalText {
    /// Receipts pay costs until this day; cash goes out in every period that starts after it. From the first period on if absent.
    #[schemars(with = "Option<String>")]
    pub recycle_until: Option<Datetime>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// One investor's money.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrancheText {
    /// Name of the tranche.
    pub name: String,
    /// What kind of money it is; "loan" if absent.
    #[serde(default)]
    pub kind: KindText,
    /// Committed amount, drawn as costs need it.
    pub amount: f64,
    /// Effective annual interest on what is owed (0.05 is 5%); 0 if absent.
    pub coupon: Option<f64>,
    /// Order of repayment: 1 is repaid first. A senior loan has 1 and a junior loan 2 if absent.
    pub rank: Option<u32>,
    /// Order of drawing: lower is drawn first. If absent, grants are drawn first, then loans from the last rank to the first.
    pub draw_order: Option<u32>,
    /// Share of what is left once every loan is repaid; 0 if absent. The provider keeps what nobody has a share of.
    pub residual_share: Option<f64>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// What kind of money a tranche is.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum KindText {
    /// Repaid first.
    Senior,
    /// Repaid after the senior loan.
    Junior,
    /// Repaid by its `rank`.
    #[default]
    Loan,
    /// A gift, never repaid.
    Grant,
}
