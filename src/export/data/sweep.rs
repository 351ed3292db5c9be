//! Many scenarios from one file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::Number;
use super::{About, Body, Kind};
use crate::experiment;
use crate::question::Question;
use crate::report::question::{label, unit};
use crate::report::sweep as words;
use crate::study;

/// What a sweep is and what it found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sweep<'a> {
    /// Name of the sweep.
    pub name: &'a str,
    /// The question that it asks; null where it states none.
    pub question: Option<&'a str>,
    /// A hash of all that decides its numbers, in hexadecimal: what its journal is known by.
    pub identity: &'a str,
    /// The scenario files, as the sweep names them.
    pub files: &'a [String],
    /// Number of its scenarios.
    pub count: u64,
    /// Names of its axes.
    pub axes: Vec<&'a str>,
    /// The figures that it asks for, by name.
    pub figures: BTreeMap<&'a str, Asked>,
    /// The answer in words; null in the folder of a sweep, where `answer.txt` has it.
    pub answer: Option<String>,
    /// Number of the best scenario of those that meet what must hold; null where none does, none is asked for, or there is no answer.
    pub best: Option<u64>,
    /// Every scenario that was made; absent in the folder of a sweep, where `sweep.csv` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<Row<'a>>>,
}

impl Body for Sweep<'_> {
    const KIND: Kind = Kind::SweepAnswer;
}

/// A figure that is asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Asked {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in.
    pub unit: &'static str,
}

/// One scenario of a sweep.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Row<'a> {
    /// Its number, from 1.
    pub scenario: u64,
    /// Its file.
    pub file: &'a str,
    /// Its place on each axis, by the axis's name.
    pub levels: BTreeMap<&'a str, Level>,
    /// Its figures, by name.
    pub figures: BTreeMap<&'a str, Number>,
    /// Whether it meets everything that must hold.
    pub meets: bool,
}

/// A place on an axis.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Level {
    /// The number that the levers are set to.
    Number(f64),
    /// Its name.
    Name(String),
}

impl<'a> About<'a> {
    /// `sweep`: no one scenario, and a currency where all its files have the same.
    #[must_use]
    pub fn of_sweep(sweep: &experiment::sweep::Sweep) -> Self {
        let first = sweep.deals[0].currency;
        let same = sweep.deals.iter().all(|deal| deal.currency == first);
        Self { currency: same.then_some(first.code()), trials: Some(sweep.trials), seed: Some(sweep.seed), ..About::nothing() }
    }
}

impl<'a> Sweep<'a> {
    /// What `sweep` is, without rows or an answer; it is known by `identity`.
    #[must_use]
    pub fn new(sweep: &'a experiment::sweep::Sweep, asked: &'a [Question], identity: &'a str) -> Self {
        let deal = &sweep.deals[0];
        let figure = |question: &'a Question| {
            (question.name.as_str(), Asked { label: label(deal, question), unit: unit(deal, question).word(deal) })
        };
        Self {
            name: &sweep.name,
            question: sweep.question.as_deref(),
            identity,
            files: &sweep.bases,
            count: sweep.count(),
            axes: sweep.axes.iter().map(|axis| axis.name.as_str()).collect(),
            figures: asked.iter().map(figure).collect(),
            answer: None,
            best: None,
            rows: None,
        }
    }

    /// The same with all its rows and the answer.
    #[must_use]
    pub fn with_rows(self, sweep: &'a experiment::sweep::Sweep, asked: &'a [Question], rows: &[study::Row]) -> Self {
        let one = |row: &study::Row| {
            let point = sweep.point(row.index);
            let level = |level: experiment::sweep::Level| level.number.map_or(Level::Name(level.label), Level::Number);
            Row {
                scenario: row.index + 1,
                file: &sweep.bases[point.base],
                levels: sweep.axes.iter().map(|axis| axis.name.as_str()).zip(point.levels.into_iter().map(level)).collect(),
                figures: asked.iter().map(|question| question.name.as_str()).zip(row.values.iter().map(|&value| value.into())).collect(),
                meets: words::met(sweep, asked, row),
            }
        };
        Self {
            answer: Some(words::answer(sweep, asked, rows)),
            best: words::best(sweep, asked, rows).map(|row| row.index + 1),
            rows: Some(rows.iter().map(one).collect()),
            ..self
        }
    }
}
