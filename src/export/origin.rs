//! Where a folder of results comes from: what `summary.json` says beside the numbers, so that anybody can make it again.
//!
//! Comes in: a scenario's hash, changes and tables, how it was run. Goes out: `summary.json`, and its head read back. Must never know:
//! where a folder is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

pub use super::hash::{lock, sha256};

use super::data::{self, About, Draws, Engine, SCHEMA_VERSION, Source};
use crate::deal::Deal;
use crate::scenario::{Scenario, Table};
use crate::study::Run;
use crate::words::plain;

/// What a folder of results says about how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The program.
    pub engine: Engine,
    /// SHA-256 of the scenario's text, in hexadecimal.
    pub scenario: String,
    /// What was changed in the scenario's file before it was read.
    pub changes: Vec<String>,
    /// Seed of every random draw.
    pub seed: u64,
    /// Number of trials, at least 1.
    pub trials: u64,
    /// Whether every trial's books were checked.
    pub audited: bool,
    /// The tables that the scenario draws from.
    pub tables: Vec<Draws>,
}

/// Names of files in a folder of results that a table of draws might have too.
pub const TAKEN: [&str; 6] = ["assumptions.csv", "chances.csv", "fiscal_years.csv", "metrics.csv", "trials.csv", "trials.parquet"];

/// Longest entry of `summary.json` that is read back, in bytes.
const LARGEST_ENTRY: usize = 4 * 1024 * 1024;

/// Longest name of a copy in `draws/`, in bytes: the end of a longer one is kept.
const LONGEST_COPY: usize = 100;

/// This program and its version.
#[must_use]
pub fn engine() -> String {
    format!("pfsim {}", env!("CARGO_PKG_VERSION"))
}

impl Origin {
    /// The origin of a run of `scenario` by this program.
    #[must_use]
    pub fn here(scenario: &Scenario, run: &Run, audited: bool, tables: Vec<Draws>) -> Self {
        let (scenario, changes) = (scenario.hash(), scenario.changes().to_vec());
        Self { engine: Engine::here(), scenario, changes, seed: run.seed, trials: run.trials, audited, tables }
    }

    /// Reads what the `summary.json` with the contents `bytes` says.
    ///
    /// # Errors
    /// What is wrong with it, as words that follow "summary.json".
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        // The numbers of a large deal are many, and none of them is looked at.
        let json: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).map_err(|error| format!("is no JSON: {error}"))?;
        let entry = |key: &str| -> Option<Json> {
            json.get(key).filter(|raw| raw.get().len() <= LARGEST_ENTRY).and_then(|raw| serde_json::from_str(raw.get()).ok())
        };
        let lacks = |key: &str, what: &str| format!("lacks `{key}`, {what}");
        let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(plain);
        let whole = |key: &str| entry(key).and_then(|value| value.as_u64()).ok_or_else(|| lacks(key, "a whole number"));
        match whole("schema_version")? {
            version if version == u64::from(SCHEMA_VERSION) => {}
            version => return Err(format!("has the form {version}, and this version of pfsim reads and writes the form {SCHEMA_VERSION}")),
        }
        let made_by = entry("engine").unwrap_or_default();
        let part = |key: &str| text(&made_by, key);
        let engine = part("name").zip(part("version")).zip(part("build")).zip(part("lock_sha256"));
        let engine = engine.map(|(((name, version), build), lock_sha256)| Engine { name, version, build, lock_sha256 });
        let of = entry("scenario").unwrap_or_default();
        let changes = of.get("changes").and_then(Json::as_array);
        let changes = changes.and_then(|changes| changes.iter().map(|change| change.as_str().map(String::from)).collect());
        let table = |entry: &Json| {
            let file = entry.get("file")?.as_str()?.to_string();
            let (copy, sha256) = (text(entry, "copy")?, text(entry, "sha256")?);
            is_inside(&copy).then_some(Draws { file, copy, sha256 })
        };
        let draws = if json.contains_key("draws") { entry("draws").unwrap_or_default() } else { json!([]) };
        let tables = draws.as_array().and_then(|tables| tables.iter().map(table).collect());
        let origin = Self {
            engine: engine.ok_or_else(|| lacks("engine", "the program that made it"))?,
            scenario: text(&of, "sha256").ok_or_else(|| lacks("scenario.sha256", "the hash of the scenario"))?,
            changes: changes.ok_or_else(|| lacks("scenario.changes", "what was set"))?,
            seed: whole("seed")?,
            trials: whole("trials")?,
            audited: entry("audited").and_then(|value| value.as_bool()).unwrap_or(false),
            tables: tables.ok_or("has `draws` that cannot be read")?,
        };
        if origin.trials == 0 { Err("says that there were 0 trials".into()) } else { Ok(origin) }
    }

    /// `summary.json` of `run` of `deal` with this origin, with a final newline. The same run and origin give the same bytes.
    #[must_use]
    pub fn summary(&self, deal: &Deal, run: &Run) -> String {
        let scenario =
            Source { name: deal.name.as_str().into(), sha256: self.scenario.as_str().into(), changes: self.changes.as_slice().into() };
        let about = About {
            engine: self.engine.clone(),
            scenario: Some(scenario),
            currency: Some(deal.currency.code()),
            trials: Some(self.trials),
            seed: Some(self.seed),
        };
        data::text(&about, &data::Run { audited: self.audited, draws: &self.tables, metrics: data::Metrics { deal, run } })
    }
}

/// Where a folder of results keeps `tables`: where the scenario in it finds them, if that is inside the folder and free.
#[must_use]
pub fn kept(tables: &[Table]) -> Vec<Draws> {
    let mut used: BTreeSet<String> = TAKEN.map(String::from).into();
    let mut keep = |table: &Table| {
        let name = Path::new(&table.file).file_name().map_or_else(|| "table".into(), |name| name.to_string_lossy().to_lowercase());
        let name = name.replace(|letter: char| letter.is_control() || letter == '\\', "-");
        let name = name.char_indices().map(|(at, _)| &name[at..]).find(|end| end.len() <= LONGEST_COPY).unwrap_or_default();
        let is_table = [".csv", ".parquet"].iter().any(|end| name.ends_with(end));
        let own = (is_inside(&table.file) && is_table).then(|| table.file.clone());
        let numbered = (1..).map(|number| format!("draws/{number}-{name}"));
        let copy = own.into_iter().chain(numbered).find(|copy| used.insert(copy.to_lowercase())).unwrap_or_default();
        Draws { file: table.file.clone(), copy, sha256: table.sha256.clone() }
    };
    tables.iter().map(&mut keep).collect()
}

/// Whether `path` stays inside the folder it starts from, on every system.
pub(crate) fn is_inside(path: &str) -> bool {
    let plain = !path.is_empty() && !path.chars().any(|letter| letter.is_control() || letter == '\\');
    plain
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}
