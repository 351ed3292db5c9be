//! Where a folder of results comes from: what `summary.json` says beside the numbers, so that anybody can make it again.
//!
//! Comes in: a scenario's name, hash and tables, how it was run. Goes out: entries of `summary.json`, and these read back. Must never
//! know: where a folder is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::summary;
use crate::deal::Deal;
use crate::scenario::Table;
use crate::study::Run;
use crate::words::plain;

/// A table of draws as a folder of results keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file as the scenario writes it.
    pub file: String,
    /// The copy's place in the folder, with `/` between its parts.
    pub copy: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// What a folder of results says about how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Program and version.
    pub engine: String,
    /// SHA-256 of the list of all dependencies that the program was built with, in hexadecimal; empty where it is not said.
    pub lock: String,
    /// SHA-256 of the scenario's text, in hexadecimal.
    pub scenario: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// Number of trials, at least 1.
    pub trials: u64,
    /// Whether every trial's books were checked.
    pub audited: bool,
    /// The tables that the scenario draws from.
    pub tables: Vec<Kept>,
}

/// Names of files in a folder of results that a table of draws might have too.
pub const TAKEN: [&str; 6] = ["assumptions.csv", "chances.csv", "fiscal_years.csv", "metrics.csv", "trials.csv", "trials.parquet"];

/// Longest entry of `summary.json` that is read back, in bytes.
const LARGEST_ENTRY: usize = 4 * 1024 * 1024;

/// Longest name of a copy in `draws/`, in bytes: the end of a longer one is kept.
const LONGEST_COPY: usize = 100;

/// The SHA-256 of `bytes`, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// This program and its version.
#[must_use]
pub fn engine() -> String {
    format!("pfsim {}", env!("CARGO_PKG_VERSION"))
}

/// The SHA-256 of the list of all dependencies that this program was built with, in hexadecimal.
#[must_use]
pub fn lock() -> String {
    sha256(include_bytes!("../../Cargo.lock"))
}

impl Origin {
    /// The origin of a run of this program.
    #[must_use]
    pub fn here(scenario: &str, run: &Run, audited: bool, tables: Vec<Kept>) -> Self {
        Self { engine: engine(), lock: lock(), scenario: scenario.to_string(), seed: run.seed, trials: run.trials, audited, tables }
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
        let said = |key: &str| entry(key).and_then(|value| value.as_str().map(plain));
        let whole = |key: &str| entry(key).and_then(|value| value.as_u64()).ok_or_else(|| lacks(key, "a whole number"));
        let table = |entry: &Json| {
            let file = entry.get("file")?.as_str()?.to_string();
            let (copy, sha256) = (text(entry, "copy")?, text(entry, "sha256")?);
            is_inside(&copy).then_some(Kept { file, copy, sha256 })
        };
        let draws = if json.contains_key("draws") { entry("draws").unwrap_or_default() } else { json!([]) };
        let tables = draws.as_array().and_then(|tables| tables.iter().map(table).collect());
        let origin = Self {
            engine: said("engine").ok_or_else(|| lacks("engine", "the program that made it"))?,
            lock: said("lock_sha256").unwrap_or_default(),
            scenario: said("scenario_sha256").ok_or_else(|| lacks("scenario_sha256", "the hash of the scenario"))?,
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
        let mut document = summary::document(&deal.name, &self.scenario, run);
        summary::name(&mut document, deal, run);
        if let Some(entries) = document.as_object_mut() {
            self.entries(entries);
        }
        format!("{document:#}\n")
    }

    fn entries(&self, entries: &mut Map<String, Json>) {
        entries.insert("engine".into(), json!(self.engine));
        entries.insert("audited".into(), json!(self.audited));
        if !self.lock.is_empty() {
            entries.insert("lock_sha256".into(), json!(self.lock));
        }
        if !self.tables.is_empty() {
            let tables = self.tables.iter().map(|kept| json!({ "file": kept.file, "copy": kept.copy, "sha256": kept.sha256 }));
            entries.insert("draws".into(), tables.collect());
        }
    }
}

/// Where a folder of results keeps `tables`: where the scenario in it finds them, if that is inside the folder and free.
#[must_use]
pub fn kept(tables: &[Table]) -> Vec<Kept> {
    let mut used: BTreeSet<String> = TAKEN.map(String::from).into();
    let mut keep = |table: &Table| {
        let name = Path::new(&table.file).file_name().map_or_else(|| "table".into(), |name| name.to_string_lossy().to_lowercase());
        let name = name.replace(|letter: char| letter.is_control() || letter == '\\', "-");
        let name = name.char_indices().map(|(at, _)| &name[at..]).find(|end| end.len() <= LONGEST_COPY).unwrap_or_default();
        let is_table = [".csv", ".parquet"].iter().any(|end| name.ends_with(end));
        let own = (is_inside(&table.file) && is_table).then(|| table.file.clone());
        let numbered = (1..).map(|number| format!("draws/{number}-{name}"));
        let copy = own.into_iter().chain(numbered).find(|copy| used.insert(copy.to_lowercase())).unwrap_or_default();
        Kept { file: table.file.clone(), copy, sha256: table.sha256.clone() }
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
