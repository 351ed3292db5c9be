//! The best terms that keep every promise.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::defined;
use super::{About, Body, Kind, Source};
use crate::experiment;
use crate::export::hash;
use crate::question;
use crate::report::question::required;
use crate::report::solve::sentence;
use crate::study;

/// What a search found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Solve<'a> {
    /// Name of the search.
    pub name: &'a str,
    /// The question that it asks; null where it states none.
    pub question: Option<&'a str>,
    /// The answer in words.
    pub answer: String,
    /// Whether the terms meet every requirement; otherwise they come closest.
    pub met: bool,
    /// The value of each lever, by its name.
    pub levers: BTreeMap<&'a str, f64>,
    /// The terms as `--set` takes them.
    pub set: Vec<String>,
    /// Each requirement under these terms.
    pub requirements: Vec<Requirement<'a>>,
    /// Number of combinations of levers that were tried.
    pub tried: usize,
    /// Number of combinations that there are.
    pub combinations: u64,
}

impl Body for Solve<'_> {
    const KIND: Kind = Kind::SolveAnswer;
}

/// Something that must hold.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Requirement<'a> {
    /// As it is written in the file.
    pub requirement: &'a str,
    /// The same in words.
    pub label: String,
    /// The figure that it is about, under these terms; null where it is undefined.
    pub value: Option<f64>,
    /// One standard error; null where there is none.
    pub standard_error: Option<f64>,
    /// How sure it is that the requirement holds, 0 to 1; null where that cannot be said.
    pub confidence: Option<f64>,
    /// Whether it holds as surely as is asked.
    pub holds: bool,
    /// Whether better terms would break it.
    pub binds: bool,
}

impl<'a> About<'a> {
    /// `solve`: its scenario as it is.
    #[must_use]
    pub fn of_search(solve: &'a experiment::solve::Solve) -> Self {
        let sha256 = hash::sha256(solve.texts[1].as_bytes());
        Self {
            scenario: Some(Source { name: solve.deal.name.as_str().into(), sha256: sha256.into(), changes: [][..].into() }),
            currency: Some(solve.deal.currency.code()),
            trials: Some(solve.trials),
            seed: Some(solve.seed),
            ..About::nothing()
        }
    }
}

impl<'a> Solve<'a> {
    /// What [`study::solve`] found.
    #[must_use]
    pub fn new(solve: &'a experiment::solve::Solve, answer: &study::Answer) -> Self {
        let best = answer.best();
        let requirement = |(at, requirement): (usize, &'a question::Requirement)| {
            let [value, error] = answer.value(best, &requirement.question);
            Requirement {
                requirement: &requirement.text,
                label: required(&solve.deal, requirement),
                value: defined(value),
                standard_error: defined(error),
                confidence: best.confidence[at],
                holds: best.holds[at],
                binds: answer.binding.contains(&at),
            }
        };
        Self {
            name: &solve.name,
            question: solve.question.as_deref(),
            answer: sentence(solve, answer),
            met: best.meets(),
            levers: solve.levers.iter().zip(&best.steps).map(|(lever, steps)| (lever.name.as_str(), lever.value(*steps))).collect(),
            set: solve.set(&best.steps),
            requirements: solve.such_that.iter().enumerate().map(requirement).collect(),
            tried: answer.tried.len(),
            combinations: answer.lattice,
        }
    }
}
