//! What is wrong with files, each problem with its place.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Body, Kind};
use crate::scenario;

/// Why there are no results: files have problems.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Problems<'a> {
    /// Every problem of every file, in the order of their places.
    pub problems: Vec<Problem<'a>>,
}

impl Body for Problems<'_> {
    const KIND: Kind = Kind::Problems;
}

/// One problem of a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Problem<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// Stable short name of the rule, such as `unknown-key`.
    pub code: &'a str,
    /// The rule, and what was found.
    pub message: String,
    /// What is to be said at the place; null where nothing is.
    pub label: Option<String>,
    /// What to do about it; null where nothing is known.
    pub help: Option<String>,
    /// Line, from 1; null for the file as a whole.
    pub line: Option<usize>,
    /// Column in letters, from 1; null for the file as a whole.
    pub column: Option<usize>,
    /// Bytes of the text that it is about, on one line; null for the file as a whole.
    pub span: Option<Span>,
}

/// Bytes of a text.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Span {
    /// The first one, from 0.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

impl<'a> Problem<'a> {
    /// All problems of all files.
    #[must_use]
    pub fn all(files: &'a [scenario::Problems]) -> Vec<Self> {
        files.iter().flat_map(Self::of).collect()
    }

    /// All problems of a file.
    fn of(problems: &'a scenario::Problems) -> Vec<Self> {
        let places = problems.places();
        let one = |(problem, place): (&'a scenario::Problem, Option<scenario::Place>)| Self {
            file: &problems.file,
            code: problem.code,
            message: scenario::shortened(&problem.message),
            label: (!problem.label.is_empty()).then(|| scenario::shortened(&problem.label)),
            help: problem.help.as_deref().map(scenario::shortened),
            line: place.as_ref().map(|place| place.line),
            column: place.as_ref().map(|place| place.column),
            span: place.map(|place| Span { start: place.span.start, end: place.span.end }),
        };
        problems.problems.iter().zip(places).map(one).collect()
    }

    /// The file `file` cannot be read, for this reason.
    #[must_use]
    pub fn unreadable(file: &'a str, reason: String) -> Self {
        Self { file, code: "unreadable", message: reason, label: None, help: None, line: None, column: None, span: None }
    }
}
