//! What scenario files say, what of it is unwise, and what is wrong with them.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::problems::Problem;
use super::{Body, Kind};
use crate::analysis::{self, LintCode};
use crate::report::{check, lints};
use crate::scenario::Scenario;

/// Scenario files, read back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Check<'a> {
    /// The files that are valid, in the order in which they were named.
    pub scenarios: Vec<CheckedScenario>,
    /// What is wrong with the others; of a file that cannot be read, one problem with the code `unreadable`.
    pub problems: Vec<Problem<'a>>,
}

impl Body for Check<'_> {
    const KIND: Kind = Kind::Check;
}

/// A valid scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckedScenario {
    /// The file as it was named.
    pub file: String,
    /// Name of the deal.
    pub name: String,
    /// SHA-256 of the text that was read, with every `--set` made in it, in hexadecimal.
    pub sha256: String,
    /// ISO 4217 code of its money.
    pub currency: &'static str,
    /// The deal in sentences.
    pub text: String,
    /// What is worth a second look.
    pub lints: Vec<Lint>,
}

/// Something that is valid but worth a second look.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Lint {
    /// What kind it is: stable, and the name of its page.
    #[schemars(schema_with = "codes")]
    pub code: &'static str,
    /// Dotted name of the term, as in the file.
    pub at: String,
    /// What was found, with its numbers.
    pub message: String,
    /// What would mend it.
    pub remedy: String,
    /// Where to read more.
    pub page: String,
}

impl From<&analysis::Lint> for Lint {
    fn from(lint: &analysis::Lint) -> Self {
        let page = lints::page(lint);
        Self { code: lint.code.word(), at: lint.at.clone(), message: lint.message.clone(), remedy: lint.remedy.clone(), page }
    }
}

impl CheckedScenario {
    /// `scenario` in the file `file`, and what is worth a second look in it.
    #[must_use]
    pub fn new(file: &str, scenario: &Scenario, found: &[analysis::Lint]) -> Self {
        Self {
            file: file.into(),
            name: scenario.deal.name.clone(),
            sha256: scenario.hash(),
            currency: scenario.deal.currency.code(),
            text: check::text(&scenario.deal),
            lints: found.iter().map(Lint::from).collect(),
        }
    }
}

fn codes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": LintCode::ALL.map(LintCode::word) })
}
