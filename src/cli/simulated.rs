//! What becomes of a run, on one machine or on several: its folder, and what is printed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::extras::Trials;
use super::progress::with_progress;
use super::{Context, Failure, results, stderr, stdout};
use crate::report::memo;
use crate::scenario::Scenario;
use crate::store::manifest::Label;
use crate::store::workspace::Workspace;
use crate::study::{self, Flows, Options, Run};

/// A run, and what is wanted of it.
pub struct Simulated<'s> {
    pub scenario: &'s Scenario,
    pub options: &'s Options,
    pub run: Run,
    /// The folder, if one is wanted.
    pub workspace: Option<Workspace>,
    /// The cash of a workbook, if one is wanted.
    pub flows: Option<Flows>,
    /// The table of all trials, if it is wanted.
    pub table: Option<Trials>,
    pub audited: bool,
    pub json: bool,
}

impl Simulated<'_> {
    /// Writes the folder and prints the memo or the summary.
    pub fn publish(self, context: &Context) -> Result<(), Failure> {
        let Self { scenario, options, run, workspace, flows, table, audited, json } = self;
        let made = workspace.is_some().then(|| {
            let dossier = with_progress(options, context, |options| study::dossier_of(&scenario.deal, run.clone(), options))?;
            Ok::<_, Failure>(scenario.bundle(&flows.into_iter().fold(dossier, study::Dossier::with_flows)))
        });
        let made = made.transpose()?;
        let written = match workspace.zip(made) {
            None => Ok(()),
            Some((workspace, mut made)) => {
                let spools = match table.map(Trials::finish).transpose() {
                    Ok(spool) => spool.into_iter().collect(),
                    Err(error) => {
                        made.left_out.push(format!("trials.parquet: {error}"));
                        Vec::new()
                    }
                };
                let label = Label::new("run", &scenario.deal.name, &scenario.hash());
                let report = Path::new(workspace.shown()).join("report.html");
                results::write(workspace, &label, made, spools, context).map(|()| {
                    if !context.quiet {
                        stderr::line(&format!("The report is {}; tables and charts are beside it", report.display()));
                    }
                })
            }
        };
        // What was simulated is said, whatever became of the folder.
        stdout::write(&if json { scenario.summary(&run, audited) } else { memo::text(&scenario.deal, &run) })?;
        written
    }
}

/// Makes ready to write the folder `out`, or by default one that no other deal and no other change of the scenario in `file` has.
pub fn begin(out: Option<&Path>, file: &Path, scenario: &Scenario) -> Result<Workspace, Failure> {
    if let Some(out) = out {
        return results::begin(out, "run");
    }
    let workspace = results::begin(&default_folder(file, scenario), "run")?;
    let own = Label::new("run", &scenario.deal.name, "");
    match workspace.before() {
        Some(before) if before.label.deal != own.deal => Err(Failure::Io(format!(
            "{} holds the results of another deal, “{}”: nothing was written; choose a folder with --out",
            workspace.shown(),
            before.label.deal
        ))),
        _ => Ok(workspace),
    }
}

/// `out/` and the name of the file; with the hash of a changed text, the beginning of that.
fn default_folder(file: &Path, scenario: &Scenario) -> PathBuf {
    let stem = file.file_stem().filter(|stem| *stem != "-").unwrap_or("scenario".as_ref());
    let mut name = stem.to_os_string();
    if !scenario.changes().is_empty() {
        name.push(OsString::from(format!("-{}", &scenario.hash()[..8])));
    }
    PathBuf::from("out").join(name)
}
