//! Everything that a folder of results holds, in memory: what people read, what other programs read, what is needed to make it again.
//!
//! Comes in: a scenario and what a report rests on. Goes out: names and contents of files, and what could not be made. Must never know:
//! where they are put.

use core::fmt::Display;

use super::charts;
use super::origin::{self, Origin};
use super::tables::tables;
use crate::report::{check, memo};
use crate::scenario::Scenario;
use crate::study::{Dossier, Run};

/// A file in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its name in a folder, with `/` between its parts.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Files that belong together, and what could not be made of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The files; no two have the same name.
    pub files: Vec<Artifact>,
    /// What is left out, and why, in words.
    pub left_out: Vec<String>,
}

impl Bundle {
    /// With files of which each could be made.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>) -> Self {
        let mut bundle = Self::default();
        bundle.extend(files);
        bundle
    }

    /// Adds files.
    pub fn extend(&mut self, files: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>) {
        self.files.extend(files.into_iter().map(|(name, bytes)| Artifact { name: name.into(), bytes: bytes.into() }));
    }

    /// Adds files, or says that `what` is left out because they could not be made.
    pub fn add<E: Display>(&mut self, what: &str, files: Result<Vec<(String, Vec<u8>)>, E>) {
        match files {
            Ok(files) => self.extend(files),
            Err(error) => self.left_out.push(format!("{what}: {error}")),
        }
    }

    /// What the file called `name` holds, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.name == name).map(|file| file.bytes.as_slice())
    }

    /// The text of the file called `name`, if there is one and it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|bytes| core::str::from_utf8(bytes).ok())
    }
}

/// All files of `dossier`, the tables that the scenario draws from among them. The same scenario and dossier give the same bytes.
#[must_use]
pub fn bundle(scenario: &Scenario, dossier: &Dossier) -> Bundle {
    let tables = scenario.tables();
    let kept = origin::kept(&tables);
    let origin = Origin::here(scenario, &dossier.run, dossier.audited, kept.clone());
    let mut bundle = bundle_from(scenario, dossier, &origin);
    bundle.extend(kept.into_iter().zip(tables).map(|(kept, table)| (kept.copy, table.contents.to_vec())));
    bundle
}

/// The same without the tables that the scenario draws from; its summary says that it comes from `origin`.
#[must_use]
pub fn bundle_from(scenario: &Scenario, dossier: &Dossier, origin: &Origin) -> Bundle {
    let (deal, run) = (&scenario.deal, &dossier.run);
    let mut bundle = Bundle::of([
        ("scenario.toml", scenario.text.clone()),
        ("summary.json", origin.summary(deal, run)),
        ("terms.txt", check::text(deal)),
        ("memo.txt", memo::text(deal, run)),
    ]);
    bundle.add("the tables", tables(deal, run));
    match charts::of_run(scenario, dossier) {
        Ok(files) => bundle.extend(files),
        Err(error) => bundle.left_out.push(format!("the charts and report.html: {error}")),
    }
    if let Some(flows) = &dossier.flows {
        bundle.add("deal.xlsx", workbook(scenario, dossier, flows).map(|book| vec![("deal.xlsx".into(), book)]));
    }
    bundle
}

impl Scenario {
    /// Everything that a folder of results holds: the report, the memo, tables, charts, and what is needed to make them again. Nothing is
    /// written anywhere; `dossier` is one of this scenario.
    #[must_use]
    pub fn bundle(&self, dossier: &Dossier) -> Bundle {
        bundle(self, dossier)
    }
}

impl Scenario {
    /// `summary.json` of `run`, which is one of this scenario: every number with its standard error, and what is needed to make it again.
    /// `audited` says whether every trial's books were checked.
    #[must_use]
    pub fn summary(&self, run: &Run, audited: bool) -> String {
        Origin::here(self, run, audited, origin::kept(&self.tables())).summary(&self.deal, run)
    }
}

/// The workbook of a run and of its median trial.
#[cfg(feature = "xlsx")]
fn workbook(scenario: &Scenario, dossier: &Dossier, flows: &crate::study::Flows) -> Result<Vec<u8>, String> {
    use super::workbook::{Contents, bytes};
    let (deal, run) = (&scenario.deal, &dossier.run);
    let trial = crate::study::median_trial(deal, run);
    let made = bytes(Contents { deal, run, flows, trial: &trial, hash: &scenario.hash() });
    made.map_err(|error| error.to_string())
}

/// Says that this build cannot make a workbook.
#[cfg(not(feature = "xlsx"))]
fn workbook(_: &Scenario, _: &Dossier, _: &crate::study::Flows) -> Result<Vec<u8>, String> {
    Err("this build has no workbooks".into())
}
