//! What do several machines need to simulate one run or one sweep together? One file: the texts, the tables, how it is simulated, by which
//! build of pfsim, and who does what.
//!
//! Comes in: a scenario or a sweep and a number of shards, or the bytes of a plan. Goes out: the document, or a plan that nobody has changed,
//! its scenario or sweep, the range of each shard. Must never know: where a file is, what a shard holds.

use core::ops::Range;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::data::{self, About, Engine, Kind, Planned, SCHEMA_VERSION, ShardFile, ShardPlan, Source};
use super::origin::sha256;
use crate::experiment::sweep::{self, Sweep};
use crate::scenario::{LoadError, Memory, Problems, Scenario, Sources, Table};
use crate::study::questions::knows;
use crate::study::{ranges, ranges_of_blocks};

/// Most bytes of a plan: a text, and twice the bytes of what it may name.
pub const LARGEST: u64 = 320 * 1024 * 1024;

/// Letters of a hash that tell builds apart in a message.
const SHOWN: usize = 12;

/// A run or a sweep in shards.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program that made it; in what was read, this one.
    pub engine: Engine,
    /// What it is of.
    pub of: Planned,
    /// Name of the deal or of the sweep.
    pub name: String,
    /// Name of the file that was planned, without its folder.
    pub file: String,
    /// What was changed in a scenario's file before it was read: each `--set`.
    pub changes: Vec<String>,
    /// Currency of all amounts of money; none where scenarios of a sweep have several.
    pub currency: Option<String>,
    /// Number of trials: of the run, or of each scenario of the sweep.
    pub trials: u64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Number of shards, at least 1.
    pub shards: u64,
    /// What the file says, with the changes made.
    pub text: String,
    /// What it names.
    pub files: Vec<Table>,
}

/// The document as it is read back.
#[derive(Deserialize)]
struct Read {
    scenario: Option<Changed>,
    currency: Option<String>,
    trials: u64,
    seed: u64,
    of: Planned,
    name: String,
    file: String,
    shards: u64,
    text: String,
    files: Vec<ShardFile>,
    sha256: String,
}

#[derive(Deserialize)]
struct Changed {
    changes: Vec<String>,
}

/// What is looked at first.
#[derive(Deserialize)]
struct Head {
    schema_version: u32,
    kind: String,
    engine: Engine,
}

impl Plan {
    /// `scenario` from the file called `file`, so many `trials` under `seed`, in `shards` shards.
    #[must_use]
    pub fn of_run(file: &str, scenario: &Scenario, [trials, seed]: [u64; 2], shards: u64) -> Self {
        Self {
            engine: Engine::here(),
            of: Planned::Run,
            name: scenario.deal.name.clone(),
            file: file.into(),
            changes: scenario.changes().to_vec(),
            currency: Some(scenario.deal.currency.code().into()),
            trials,
            seed,
            shards,
            text: scenario.text.clone(),
            files: scenario.tables(),
        }
    }

    /// `sweep` from the file called `file`, with all that was read of `sources` for it, in `shards` shards.
    #[must_use]
    pub fn of_sweep(file: &str, sweep: &Sweep, sources: &Sources, shards: u64) -> Self {
        Self {
            engine: Engine::here(),
            of: Planned::Sweep,
            name: sweep.name.clone(),
            file: file.into(),
            changes: Vec::new(),
            currency: About::of_sweep(sweep).currency.map(String::from),
            trials: sweep.trials,
            seed: sweep.seed,
            shards,
            text: sweep.text.clone(),
            files: sources.all_read(),
        }
    }

    /// What shards of this plan are known by: a hash over everything in it, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        let Engine { name, version, build, lock_sha256 } = &self.engine;
        let of = if self.of == Planned::Run { "run" } else { "sweep" };
        let currency = self.currency.as_deref().unwrap_or_default();
        let texts = [of, name, version, build, lock_sha256, &self.name, &self.file, currency, &self.text];
        texts.iter().for_each(|text| add(text.as_bytes()));
        let numbers = [self.trials, self.seed, self.shards, self.changes.len() as u64];
        numbers.iter().for_each(|number| add(&number.to_le_bytes()));
        self.changes.iter().for_each(|change| add(change.as_bytes()));
        for file in &self.files {
            add(file.file.as_bytes());
            add(&file.contents);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The document.
    #[must_use]
    pub fn text(&self) -> String {
        let file = |table: &Table| {
            let text = core::str::from_utf8(&table.contents).ok().map(String::from);
            let hex = text.is_none().then(|| table.contents.iter().map(|byte| format!("{byte:02x}")).collect());
            ShardFile { file: table.file.clone(), text, hex }
        };
        let scenario = (self.of == Planned::Run).then(|| Source {
            name: self.name.as_str().into(),
            sha256: sha256(self.text.as_bytes()).into(),
            changes: self.changes.as_slice().into(),
        });
        let currency = self.currency.as_deref();
        let about = About { engine: self.engine.clone(), scenario, currency, trials: Some(self.trials), seed: Some(self.seed) };
        let plan = ShardPlan {
            of: self.of,
            name: &self.name,
            file: &self.file,
            shards: self.shards,
            text: &self.text,
            files: self.files.iter().map(file).collect(),
            sha256: &self.hash(),
        };
        data::text(&about, &plan)
    }

    /// Whether `bytes` are those of a plan, of whatever version and build.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        serde_json::from_slice::<Head>(bytes).is_ok_and(|head| head.kind == Kind::ShardPlan.word())
    }

    /// Reads a plan of this build of pfsim.
    ///
    /// # Errors
    /// What is wrong with it, as words that follow its name.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let no_plan = |_| "is no plan of shards: `pfsim shard plan` writes one".to_string();
        let Head { schema_version, kind, engine } = serde_json::from_slice(bytes).map_err(no_plan)?;
        if kind != Kind::ShardPlan.word() {
            return Err(format!("is a document of the kind {kind:?}, and no plan of shards: `pfsim shard plan` writes one"));
        }
        same_build(&engine)?;
        if schema_version != SCHEMA_VERSION {
            return Err(format!("has the form {schema_version}, and this build of pfsim reads and writes the form {SCHEMA_VERSION}"));
        }
        let changed = || "was changed since pfsim wrote it: make it again with `pfsim shard plan`".to_string();
        let read: Read = serde_json::from_slice(bytes).map_err(|_| changed())?;
        let contents = |file: &ShardFile| match (&file.text, &file.hex) {
            (Some(text), None) => Some(text.clone().into_bytes()),
            (None, Some(hex)) => from_hexadecimal(hex),
            _ => None,
        };
        let files = read.files.iter().map(|file| Some(Table::new(&file.file, contents(file)?)));
        let plan = Self {
            engine,
            of: read.of,
            name: read.name,
            file: read.file,
            changes: read.scenario.map_or_else(Vec::new, |scenario| scenario.changes),
            currency: read.currency,
            trials: read.trials,
            seed: read.seed,
            shards: read.shards,
            text: read.text,
            files: files.collect::<Option<_>>().ok_or_else(changed)?,
        };
        // What its hash says nothing of, such as the rest of its head, is held too; how it is laid out is not.
        let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
        let same = plan.hash() == read.sha256 && value(plan.text().as_bytes()) == value(bytes);
        if plan.shards > 0 && same { Ok(plan) } else { Err(changed()) }
    }

    fn sources(&self) -> Sources {
        Sources::new(self.files.iter().fold(Memory::default(), |all, file| all.with(&file.file, file.contents.as_slice())))
    }

    /// The scenario of a run.
    ///
    /// # Errors
    /// All [`Problems`] of its text.
    pub fn scenario(&self) -> Result<Scenario, Problems> {
        Ok(Scenario::new(&self.file, self.text.clone(), self.sources())?.changed_before(self.changes.clone()))
    }

    /// The sweep.
    ///
    /// # Errors
    /// [`LoadError`]: a file has problems.
    pub fn sweep(&self) -> Result<Sweep, LoadError> {
        sweep::parse(&self.file, self.text.clone(), &knows, &self.sources())
    }

    /// What each shard does, counted from 0: trials of a run, or, of the `scenarios` scenarios of a sweep, places in the order in which they are
    /// best simulated. Shards without anything to do are not among them.
    #[must_use]
    pub fn ranges(&self, scenarios: u64) -> Vec<Range<u64>> {
        match self.of {
            Planned::Run => ranges_of_blocks(self.trials, self.shards),
            Planned::Sweep => ranges(scenarios, self.shards),
        }
    }
}

/// Refuses what another build made: the bytes that it makes may be others.
fn same_build(made_by: &Engine) -> Result<(), String> {
    let here = Engine::here();
    if *made_by == here {
        return Ok(());
    }
    let part = |hash: &str| hash.chars().take(SHOWN).collect::<String>();
    let said = |engine: &Engine| match made_by.build == here.build {
        true => format!("{} (dependencies {})", engine.said(), part(&engine.lock_sha256)),
        false => format!("{} (build {})", engine.said(), part(&engine.build)),
    };
    let remedy = "use one build on all machines, or make the plan again with this one";
    Err(format!("was made by {}, and this is {}: {remedy}", said(made_by), said(&here)))
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
