//! The results file as people write it: what an evaluator published, for `pfsim settle`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

use crate::scenario::text_grade::GradeText;

/// The whole file, for its JSON Schema.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pfsim results")]
pub struct ResultsFile {
    /// What these results are.
    pub about: Option<String>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
    /// The day as of which the results are known, where the deal is running: what is reported later does not exist yet.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Datetime>,
    /// Whole periods by which everything began later than planned, where `program.delay` leaves that open.
    pub late: Option<u32>,
    /// People enrolled, where it was not as planned.
    #[serde(default)]
    pub enrolled: Vec<EnrolledText>,
    /// What the evaluator reported.
    #[serde(default)]
    pub result: Vec<ResultText>,
    /// Stop clauses that ended the program.
    #[serde(default)]
    pub stopped: Vec<StoppedText>,
    /// What budget lines really cost.
    #[serde(default)]
    pub cost: Vec<SpentText>,
    /// Payors that did not pay.
    #[serde(default)]
    pub defaulted: Vec<DefaultedText>,
}

/// What is said of the results as a whole.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WholeText {
    /// The day as of which they are known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Datetime>,
    /// Whole periods by which everything began later than planned.
    pub late: Option<u32>,
}

/// How many people enrolled in a cohort.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolledText {
    /// The cohort, counted from 1.
    pub cohort: u32,
    /// People enrolled.
    pub people: f64,
    /// Where the number comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// What the evaluator reported of one measure, for one group of cohorts.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ResultText {
    /// The measure, or an outcome that is counted.
    pub measure: String,
    /// The cohort, counted from 1, of a measure that reports by cohort.
    pub cohort: Option<u32>,
    /// The site, of a measure that reports by site.
    pub site: Option<String>,
    /// The round, counted from 1, of an outcome that happens again and again.
    pub round: Option<u32>,
    /// The calendar year in which the cohorts enrol, of a measure that reports by year.
    pub year: Option<i16>,
    /// The day of the report: of two reports of the same number the later one counts.
    #[schemars(with = "Option<String>")]
    pub reported: Option<Datetime>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
    /// The numbers, by the words that gates use: units, rate, difference, reduction, p_value …
    #[serde(flatten)]
    pub numbers: BTreeMap<String, f64>,
}

/// A stop clause that ended the program.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoppedText {
    /// Name of the clause.
    pub stop: String,
    /// The day: the period it lies in is the program's last.
    #[schemars(with = "String")]
    pub date: Datetime,
    /// Where this comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// What a budget line really cost.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpentText {
    /// Name of the budget line.
    pub name: String,
    /// What it cost in all.
    pub total: Option<f64>,
    /// What it has cost so far, where it goes on.
    pub spent: Option<f64>,
    /// Where the number comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// A payor that did not pay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultedText {
    /// Name of the payor.
    pub payor: String,
    /// The first day on which it did not.
    #[schemars(with = "String")]
    pub from: Datetime,
    /// Where this comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}
