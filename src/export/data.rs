//! Results as data: what every command says with `--json`, each document a type, each type with its JSON Schema.
//!
//! Comes in: what a study found. Goes out: documents of one form (docs/json.md): a head that says what it is and how to make it again,
//! then the findings. Numbers are plain numbers, money in major units; what is undefined is `null`. Must never know: files, the terminal.

pub mod check;
pub mod cliffs;
pub mod compare;
pub mod explain;
pub mod forecast;
pub mod information;
pub mod kind;
pub mod layers;
pub mod number;
pub mod plan;
pub mod power;
pub mod problems;
pub mod readiness;
pub mod run;
pub mod schema;
pub mod sensitivity;
pub mod settle;
pub mod solve;
pub mod status;
pub mod stress;
pub mod sweep;
pub mod verify;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::study::Options;

pub use check::{Check, CheckedScenario};
pub use cliffs::Cliffs;
pub use compare::Compare;
pub use explain::Explain;
pub use forecast::Forecast;
pub use information::Information;
pub use kind::Kind;
pub use layers::Layers;
pub use number::{Figure, Interval, Number};
pub use plan::{Planned, ShardFile, ShardPlan};
pub use power::Power;
pub use problems::{Problem, Problems};
pub use readiness::Readiness;
pub use run::{Draws, Metric, Metrics, Run, quantiles};
pub use schema::schema;
pub use sensitivity::Sensitivity;
pub use settle::Settle;
pub use solve::Solve;
pub use status::Status;
pub use stress::Stress;
pub use sweep::Sweep;
pub use verify::{Difference, Verify};

/// Version of the form of all documents: counted up when a key is renamed, moved or taken away, or means something else.
pub const SCHEMA_VERSION: u32 = 2;

/// What follows the head of a document.
pub trait Body: Serialize + JsonSchema {
    /// Which document it is.
    const KIND: Kind;
}

/// The program that made a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Engine {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A hash over its source, in hexadecimal: tells builds of one version apart.
    pub build: String,
    /// SHA-256 of the list of all crates that it was built with, in hexadecimal.
    pub lock_sha256: String,
}

impl Engine {
    /// This program.
    #[must_use]
    pub fn here() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            build: env!("PFSIM_BUILD").into(),
            lock_sha256: super::hash::lock(),
        }
    }

    /// Name and version in a sentence: `pfsim 0.2.0`.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// The scenario that a document is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Source<'a> {
    /// Name of the deal.
    pub name: Cow<'a, str>,
    /// SHA-256 of the text that was read, with the changes made in it, in hexadecimal.
    pub sha256: Cow<'a, str>,
    /// What was changed in the file before it was read: each `--set`.
    pub changes: Cow<'a, [String]>,
}

impl<'a> Source<'a> {
    /// `scenario`, with what was changed in its file.
    #[must_use]
    pub fn new(scenario: &'a Scenario) -> Self {
        Self { name: scenario.deal.name.as_str().into(), sha256: scenario.hash().into(), changes: scenario.changes().into() }
    }
}

/// What a document is about: all of its head but its kind. Entries that do not apply are `null`.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The program.
    pub engine: Engine,
    /// The scenario; the first of two.
    pub scenario: Option<Source<'a>>,
    /// ISO 4217 code of all amounts of money.
    pub currency: Option<&'a str>,
    /// Number of trials, at least 1.
    pub trials: Option<u64>,
    /// Seed of every random draw.
    pub seed: Option<u64>,
}

impl About<'_> {
    /// Nothing but the program.
    #[must_use]
    pub fn nothing() -> Self {
        Self { engine: Engine::here(), scenario: None, currency: None, trials: None, seed: None }
    }
}

impl<'a> About<'a> {
    /// `scenario`, studied under `options`.
    #[must_use]
    pub fn of(scenario: &'a Scenario, options: &Options) -> Self {
        let deal = &scenario.deal;
        Self::new(scenario, Some(options.trials_of(deal)), Some(options.seed_of(deal)))
    }

    /// `scenario`, simulated with so many trials and this seed; `None` where nothing is simulated.
    #[must_use]
    pub fn new(scenario: &'a Scenario, trials: Option<u64>, seed: Option<u64>) -> Self {
        let currency = Some(scenario.deal.currency.code());
        Self { engine: Engine::here(), scenario: Some(Source::new(scenario)), currency, trials, seed }
    }
}

/// What every document begins with.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Head<'a> {
    /// Version of the form of all documents.
    schema_version: u32,
    /// Which document it is.
    kind: Kind,
    /// The program that made it.
    engine: &'a Engine,
    /// The scenario that it is about, the first of two; null where there is none or several.
    scenario: Option<&'a Source<'a>>,
    /// ISO 4217 code of all amounts of money, which are in its major units; null where there is none or several.
    currency: Option<&'a str>,
    /// Number of trials; null where nothing is simulated.
    trials: Option<u64>,
    /// Seed of every random draw; null where nothing is simulated.
    seed: Option<u64>,
}

#[derive(Serialize)]
struct Document<'a, B> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    body: &'a B,
}

/// The document as JSON, with a final newline. The same findings give the same bytes.
#[must_use]
pub fn text<B: Body>(about: &About<'_>, body: &B) -> String {
    let About { engine, scenario, currency, trials, seed } = about;
    let (scenario, currency, trials, seed) = (scenario.as_ref(), *currency, *trials, *seed);
    let head = Head { schema_version: SCHEMA_VERSION, kind: B::KIND, engine, scenario, currency, trials, seed };
    // Nothing that is written here can fail: keys are texts, and what is no number is null.
    let mut text = serde_json::to_string_pretty(&Document { head, body }).unwrap_or_default();
    text.push('\n');
    text
}
