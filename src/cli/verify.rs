//! `pfsim verify`: make a folder of results again from what it holds, and say what differs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::run;
use super::simulation::number;
use super::{Context, Failure, extras, stderr, stdout, verify_sweep};
use crate::quantity::grouped;
use crate::report::origin::{self, Kept, Origin};
use crate::report::verify::{Verdict, compare};
use crate::report::{folder, journal};
use crate::scenario;
use crate::study::{self, Beside, Flows, Options};

/// Make a folder of results again from the scenario and the seed in it, and say whether every number is the same
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim verify out/my-deal\n  \
    pfsim verify out/my-deal --json | jq .different\n  \
    pfsim verify out/my-sweep --sweep my-sweep.toml --rows 20\n\n\
    The folder is only read. Exit code 0: every number is the same; 4: something differs or is missing.")]
pub struct Arguments {
    /// Folder that `pfsim run` or `pfsim sweep` wrote
    #[arg(value_hint = ValueHint::DirPath, value_name = "DIR")]
    folder: PathBuf,
    /// The sweep file that DIR was made of, for the folder of a sweep: that holds no scenarios
    #[arg(long, value_hint = ValueHint::FilePath, value_name = "FILE")]
    sweep: Option<PathBuf>,
    /// Make only so many rows of a sweep again, spread over it; all if absent
    #[arg(long, value_name = "N", value_parser = number, requires = "sweep")]
    rows: Option<u64>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Files that only `pfsim run` writes.
const OF_A_RUN: [&str; 3] = ["memo.txt", "metrics.csv", "terms.txt"];

/// What is to be verified, and how it was made in words.
pub(super) struct Made {
    pub verdict: Verdict,
    pub how: String,
}

/// Makes the folder again and compares.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let path = &arguments.folder;
    let shown = path.display();
    let is = |name: &str| path.join(name).is_file();
    folder::names(path).map_err(|error| Failure::Io(format!("cannot read the folder {shown}: {error}")))?;
    let of_a_run = OF_A_RUN.into_iter().any(is);
    let made = match &arguments.sweep {
        Some(sweep) => verify_sweep::verify(path, sweep, arguments.rows, context)?,
        None if of_a_run => again(path, context)?,
        None if is(journal::NAME) => {
            let message = format!("{shown} holds a sweep but not its scenarios; name the sweep's file: pfsim verify {shown} --sweep FILE");
            return Err(Failure::Usage(message));
        }
        None if is("summary.json") => {
            let message = format!("{shown} holds the results of another command; only those of `pfsim run` and `pfsim sweep` are verified");
            return Err(Failure::Usage(message));
        }
        None => return Err(Failure::Usage(format!("{shown} is not a folder of results: `pfsim run FILE` writes one"))),
    };
    stdout::write(&if arguments.json { made.verdict.json(&shown.to_string()) } else { made.verdict.text(&shown.to_string(), &made.how) })?;
    if made.verdict.holds() { Ok(()) } else { Err(Failure::NotMet(format!("{shown}: {}", made.verdict.headline()))) }
}

/// Simulates the scenario in a folder of `pfsim run`.
fn again(path: &Path, context: &Context) -> Result<Made, Failure> {
    let shown = path.display();
    let damaged = |what: String| Failure::NotMet(format!("{shown} cannot be made again: {what}"));
    let needed = |name: &str| {
        let read = folder::read(path, name).map_err(|error| unreadable(path, name, &error))?;
        read.ok_or_else(|| damaged(format!("{name} is missing")))
    };
    let origin = Origin::read(&needed("summary.json")?).map_err(|what| damaged(format!("summary.json {what}")))?;
    let hash = origin::sha256(&needed("scenario.toml")?);
    if hash != origin.scenario {
        let (is, was) = (&hash[..12], origin.scenario.get(..12).unwrap_or(&origin.scenario));
        let what = format!("scenario.toml is not the one that was run (its SHA-256 begins with {is}, that in summary.json with {was})");
        return Err(damaged(what));
    }
    let mut copies = Vec::new();
    for Kept { file, copy, sha256 } in &origin.tables {
        let contents = needed(copy)?;
        if origin::sha256(&contents) != *sha256 {
            return Err(damaged(format!("{copy} is not the table {file:?} that was run (another SHA-256 than in summary.json)")));
        }
        copies.push((copy.clone(), contents));
    }
    let mut notes = Vec::new();
    if origin.engine != origin::engine() {
        notes.push(format!("made by {}, and this is {}: CHANGELOG.md says which numbers moved", origin.engine, origin::engine()));
    } else if origin.lock != origin::lock() {
        notes.push(format!("made by {} built with other versions of its dependencies", origin.engine));
    }
    let kept: BTreeMap<String, PathBuf> = origin.tables.iter().map(|kept| (kept.file.clone(), path.join(&kept.copy))).collect();
    let scenario = scenario::load_kept(&path.join("scenario.toml"), &kept).inspect_err(|_| {
        for note in &notes {
            stderr::line(&format!("pfsim: {note}"));
        }
    })?;
    let workbook = cfg!(feature = "xlsx") && path.join("deal.xlsx").is_file();
    let mut flows = Flows::default();
    let run = run::with_progress(origin.trials, context, |progress| {
        let options = Options { trials: origin.trials, seed: origin.seed, audit: origin.audited, stop: &context.stop, progress };
        study::run_beside(&scenario.deal, &options, Beside { flows: workbook.then_some(&mut flows), ..Beside::default() })
    })?;
    let mut files = run::files(&scenario, &run, &origin.summary(&scenario.deal, &run), context)?;
    files.extend(copies);
    if workbook {
        files.push(("deal.xlsx".into(), extras::workbook(&scenario, &run, &flows)?));
    }
    let mut verdict = compare(path, &files).map_err(|(name, error)| unreadable(path, &name, &error))?;
    if !verdict.holds() && notes.is_empty() {
        notes.push("the same version of pfsim made it: its files were changed or damaged since, or pfsim is at fault".into());
    }
    verdict.notes = notes;
    Ok(Made { verdict, how: format!("{} trials, seed {}, {}", grouped(origin.trials), origin.seed, origin.engine) })
}

/// A file that is there and cannot be read.
pub(super) fn unreadable(path: &Path, name: &str, error: &std::io::Error) -> Failure {
    Failure::Io(format!("cannot read {}: {error}", path.join(name).display()))
}
