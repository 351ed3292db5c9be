//! The contract as people write it: payors and payments. The rest of the file format stands in [`super::text`].

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use toml::value::Datetime;

use super::text_grade::GradeText;

/// Somebody who pays for outcomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayorText {
    /// Name of the payor.
    pub name: String,
    /// Most it pays over the whole deal.
    pub cap: Option<f64>,
    /// Most it pays in a fiscal year; what exceeds it lapses, unless `carry_over`.
    pub cap_per_fiscal_year: Option<f64>,
    /// Most it pays in each fiscal year named by the year it ends in, as in `{ 2026 = 800_000 }`; nothing in other years.
    #[serde(default)]
    pub appropriations: BTreeMap<String, f64>,
    /// Whether what a yearly limit cuts waits for the next year; false if absent.
    #[serde(default)]
    pub carry_over: bool,
    /// The chance that it does not pay what it owes.
    pub hazard: Option<HazardText>,
    /// Set aside for the deal: paid even when the payor does not.
    pub escrow: Option<f64>,
    /// Periods by which it pays late; 0 if absent.
    #[serde(default)]
    pub delay: u32,
    /// The sites whose outcomes are worth anything to it; all of them if absent.
    pub sites: Option<Vec<String>>,
    /// What one additional outcome is worth to it, by outcome.
    #[serde(default)]
    pub value_per_outcome: BTreeMap<String, ValueText>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// What an additional outcome is worth when it happens: an amount, or a stream of yearly amounts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "an amount, or a stream { per_year, years, … }")]
pub enum ValueText {
    /// An amount, as of the day of the outcome.
    Amount(f64),
    /// Yearly amounts from the outcome on, discounted to its day at the deal's `discount_rate`.
    Stream(StreamText),
}

/// A stream of yearly amounts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamText {
    /// What it is worth in its first year.
    pub per_year: f64,
    /// Number of years.
    pub years: u32,
    /// Years from the outcome to the first amount; 1 if absent, 0 for an amount at once.
    pub from_year: Option<u32>,
    /// By which share the amount fades each year; 0 if absent.
    pub fade: Option<f64>,
    /// Share of it that the payor sees, such as the fiscal share of earnings; 1 if absent.
    pub share: Option<f64>,
}

/// The chance that a payor does not pay.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HazardText {
    /// Chance in a year, 0 to 1.
    pub per_year: f64,
    /// Whether it never pays again; if false, each fiscal year is decided anew. True if absent.
    #[serde(default = "yes")]
    pub lasting: bool,
}

fn yes() -> bool {
    true
}

/// A named number for gates and prices: an expression (`is`), or a table (`by` and `pieces`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormulaText {
    /// Name of the formula.
    pub name: String,
    /// The expression.
    pub is: Option<String>,
    /// The expression that the table is looked up by.
    pub by: Option<String>,
    /// Rows of the table in rising order.
    pub pieces: Option<Vec<ValueRowText>>,
    /// The value below the first row; 0 if absent.
    pub otherwise: Option<f64>,
    /// Whether a number equal to a bound has reached it; "at least" if absent.
    #[serde(default)]
    pub bounds: BoundsText,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// One row of a formula's table.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueRowText {
    /// Where the row begins.
    pub from: f64,
    /// The value at its beginning; goes on where the row before ends if absent.
    pub value: Option<f64>,
    /// Change of the value for each 1.0 beyond the beginning; 0 if absent.
    #[serde(default)]
    pub slope: f64,
}

/// One promise: gate, price, limit, schedule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentText {
    /// Name of the payment.
    pub name: String,
    /// Who pays. Either this or `payors`.
    pub payor: Option<String>,
    /// Who pays which share; the shares add up to 1.
    pub payors: Option<BTreeMap<String, f64>>,
    /// The measure it is paid on, or an outcome that is counted. None for a rate card, and for a payment with `dates`.
    pub on: Option<String>,
    /// Nothing is due unless this holds: comparisons of measures, joined by and, or, not.
    pub when: Option<String>,
    /// What is due.
    pub price: PriceText,
    /// Whether an amount below zero is owed to the payor; otherwise it counts as nothing. False if absent.
    #[serde(default)]
    pub two_way: bool,
    /// Who refunds an amount below zero: "provider", whatever it has received. Otherwise the project's cash does, then investors by what is
    /// undrawn, then the provider up to what it has received.
    pub refunded_by: Option<RefundedByText>,
    /// Bidder's discount on every price: 0.1 is 10% off; 0 if absent.
    #[serde(default)]
    pub discount: f64,
    /// How prices rise with time.
    pub escalator: Option<EscalatorText>,
    /// Only these cohorts, counted from 1; all of them if absent.
    pub cohorts: Option<Vec<u32>>,
    /// Only the cohorts of these sites.
    pub sites: Option<Vec<String>>,
    /// Only claims that fall due on or after this day.
    #[schemars(with = "Option<String>")]
    pub from: Option<Datetime>,
    /// Only claims that fall due on or before this day.
    #[schemars(with = "Option<String>")]
    pub until: Option<Datetime>,
    /// When a payment that is not paid on a measure falls due.
    pub dates: Option<DatesText>,
    /// Parts of each claim that are paid by themselves.
    pub instalments: Option<Vec<InstalmentText>>,
    /// Least that is paid over the whole deal, where anything of the payment is due.
    pub floor: Option<f64>,
    /// Most that is paid over the whole deal.
    pub cap: Option<f64>,
    /// Most for each person: of a price for each person with a yes-or-no outcome of one round, whom nothing else is paid for.
    pub cap_per_person: Option<f64>,
    /// Most for a group of cohorts, as an amount for each person enrolled: an average, whoever the claims are for.
    pub cap_per_enrolled: Option<f64>,
    /// Most for each group of cohorts.
    pub cap_per_cohort: Option<f64>,
    /// Most that falls due in a period.
    pub cap_per_period: Option<f64>,
    /// Most that falls due in a fiscal year; what a payor carries over counts in the year in which it fell due.
    pub cap_per_fiscal_year: Option<f64>,
    /// Largest share of all that its payors pay, 0 to 1; the rest waits until the other payments have grown.
    pub at_most_share: Option<f64>,
    /// Periods from the report to the payment; 0 if absent.
    #[serde(default)]
    pub paid_after: u32,
    /// Other terms from a day on.
    #[serde(default)]
    pub amendment: Vec<AmendmentText>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// Terms that hold from a day on; what is absent stays as it was.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentText {
    /// The day: claims that fall due on or after it.
    #[schemars(with = "String")]
    pub from: Datetime,
    /// The gate.
    pub when: Option<String>,
    /// The price.
    pub price: Option<PriceText>,
    /// Most that is paid over the whole deal.
    pub cap: Option<f64>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// Who refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundedByText {
    /// The provider.
    Provider,
}

/// Days of payment: a list of dates, or "every_period" or "every_year".
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a list of dates, or \"every_period\" or \"every_year\"")]
pub enum DatesText {
    /// On these days.
    Days(#[schemars(with = "Vec<String>")] Vec<Datetime>),
    /// Again and again.
    Every(EveryText),
}

/// How often an unconditional payment falls due.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EveryText {
    /// In each period of the deal.
    EveryPeriod,
    /// In the first period of each year of the deal.
    EveryYear,
}

/// Prices that rise with time.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalatorText {
    /// Rise in a year: 0.02 is 2%.
    pub per_year: f64,
    /// The day for which the prices are stated; the start of the deal if absent. They rise at each full year after it.
    #[schemars(with = "Option<String>")]
    pub from: Option<Datetime>,
}

/// A part of a claim.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstalmentText {
    /// Its share; the shares add up to 1.
    pub share: f64,
    /// Periods after the claim falls due; 0 if absent.
    #[serde(default)]
    pub after: u32,
}

/// What is due for a group of cohorts: exactly one of `per_unit`, `per_additional`, `per_avoided`, `lump_sum`, `steps`, `pieces`, `tiers`,
/// `rate_card`, `share` and `formula`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PriceText {
    /// For each participant found with the outcome, or each unit of it.
    pub per_unit: Option<f64>,
    /// With `per_unit`: a measure whose units are taken off first.
    pub less: Option<String>,
    /// For each additional outcome found: the difference times the enrolled, never below zero.
    pub per_additional: Option<f64>,
    /// The same where fewer are better: for each outcome found to have been avoided, never below zero.
    pub per_avoided: Option<f64>,
    /// One amount.
    pub lump_sum: Option<f64>,
    /// The amount of the highest step reached; negative where the payor receives.
    pub steps: Option<Vec<StepText>>,
    /// Steps and slopes.
    pub pieces: Option<Vec<PieceText>>,
    /// With `steps` or `pieces`: what the bounds are compared with; the measure's own number if absent.
    pub by: Option<String>,
    /// With `steps` or `pieces`: whether a value equal to a bound has reached it; "at least" if absent.
    pub bounds: Option<BoundsText>,
    /// With `steps` or `pieces`: the amount below the first bound; 0 if absent.
    pub otherwise: Option<f64>,
    /// With `pieces`: count whole percentage points (or whole units) only.
    pub whole_points: Option<bool>,
    /// A price for each unit that changes with the number of units before it, over the whole deal.
    pub tiers: Option<Vec<StepText>>,
    /// A price for each of many measures.
    pub rate_card: Option<Vec<LineText>>,
    /// A share of savings.
    pub share: Option<ShareText>,
    /// An amount in major units.
    pub formula: Option<String>,
}

/// Which end of a step is closed.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub enum BoundsText {
    /// A value equal to the bound has reached it.
    #[default]
    #[serde(rename = "at least", alias = "at_least")]
    AtLeast,
    /// A value must exceed the bound.
    #[serde(rename = "more than", alias = "more_than")]
    MoreThan,
}

impl JsonSchema for BoundsText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bounds".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Written by hand: a derived one leaves out what the words may also be written as.
        schemars::json_schema!({
            "description": "Which end of a step is closed: whether a value equal to the bound has reached it, or must exceed it.",
            "enum": ["at least", "at_least", "more than", "more_than"]
        })
    }
}

/// One row of a step table or of tiers.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Where the step begins.
    pub from: f64,
    /// What is due on it, or for each unit of the tier.
    pub pay: f64,
}

/// One row of a piecewise linear price.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PieceText {
    /// Where the piece begins.
    pub from: f64,
    /// The amount at its beginning; goes on where the piece before ends if absent.
    pub pay: Option<f64>,
    /// More for each percentage point (0.01) beyond the beginning.
    pub per_point: Option<f64>,
    /// More for each whole unit (1.0) beyond the beginning.
    pub per_unit: Option<f64>,
}

/// One line of a rate card: a price, or an uplift on another line's price.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineText {
    /// The measure or outcome whose units are paid for.
    pub on: String,
    /// Price of each unit.
    pub price: Option<f64>,
    /// The line (by its `on`) whose price is raised for these units.
    pub uplift_of: Option<String>,
    /// With `uplift_of`: by which share; 0.25 is 25% more.
    pub by: Option<f64>,
    /// Where the price comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// A share of savings that changes once loans are repaid.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareText {
    /// The measure of savings, in major units; the payment's `on` if absent.
    pub of: Option<String>,
    /// The share, 0 to 1.
    pub share: f64,
    /// The share once the loans are repaid; `share` if absent.
    pub then: Option<f64>,
    /// The tranches that must be owed nothing; every loan if absent.
    pub once_repaid: Option<Vec<String>>,
}

/// A right or duty to end the program early. From the next period on no cohort enrols and no cost is borne.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopText {
    /// Name of the clause.
    pub name: String,
    /// The day it is looked at; in every period if absent.
    #[schemars(with = "Option<String>")]
    pub at: Option<Datetime>,
    /// When the program ends.
    pub when: String,
    /// Whether people who already enrolled are no longer paid for; false if absent.
    #[serde(default)]
    pub payments_end: bool,
    /// Where the clause comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}
