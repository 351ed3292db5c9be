//! `pfsim verify`: make a folder of results again from what it holds, and say what differs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::progress::with_progress;
use super::values::number;
use super::verified::{Verified, unreadable};
use super::{Context, Failure, stderr, stdout, verify_sweep};
use crate::export::bundle::bundle_from;
use crate::export::data::{self, About, Draws, Engine};
use crate::export::origin::{self, Origin};
use crate::scenario::{self, LoadError, Memory, Scenario, Sources};
use crate::store::folder::{self, Held, Kind};
use crate::store::verify::compare;
use crate::study::{self, Beside, Flows, Options};
use crate::words::count::counted;

/// Make a folder of results again from the scenario and the seed in it, and say whether every number is the same
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim verify out/my-deal\n  \
    pfsim verify out/my-deal --json | jq .different\n  \
    pfsim verify out/my-sweep --sweep my-sweep.toml --rows 20\n\n\
    The folder is only read; links, pipes and devices in it are not opened. Exit code 0: every number is the same; 4: something differs,\n    \
    was changed since it was written, or is missing.")]
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

/// Largest `summary.json` that is read, in bytes.
const LARGEST_SUMMARY: u64 = 64 * 1024 * 1024;

/// Largest copy of a table that is read, in bytes: that of the reader of tables.
const LARGEST_COPY: u64 = 64 * 1024 * 1024;

/// Makes the folder again and compares.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let path = &arguments.folder;
    let shown = path.display();
    let found = folder::entries(path).map_err(|error| Failure::Io(format!("cannot read the folder {shown}: {error}")))?;
    let found: BTreeSet<String> = found.into_iter().filter(|entry| entry.kind != Kind::Folder).map(|entry| entry.name).collect();
    let is = |name: &str| found.contains(name);
    let of_a_run = OF_A_RUN.into_iter().any(is);
    let made = match &arguments.sweep {
        Some(sweep) => verify_sweep::verify(path, sweep, arguments.rows, context)?,
        None if of_a_run => again(path, context)?,
        None if is(folder::JOURNAL) => {
            let message = format!("{shown} holds a sweep but not its scenarios; name the sweep's file: pfsim verify {shown} --sweep FILE");
            return Err(Failure::Usage(message));
        }
        None if is("summary.json") => {
            let message = format!("{shown} holds the results of another command; only those of `pfsim run` and `pfsim sweep` are verified");
            return Err(Failure::Usage(message));
        }
        None => return Err(Failure::Usage(format!("{shown} is not a folder of results: `pfsim run FILE` writes one"))),
    };
    let folder = shown.to_string();
    stdout::write(&match arguments.json {
        true => data::text(&About::nothing(), &made.verdict.data(&folder, &made.how)),
        false => made.verdict.text(&folder, &made.how),
    })?;
    if made.verdict.holds() { Ok(()) } else { Err(Failure::NotMet(format!("{shown}: {}", made.verdict.headline()))) }
}

/// Simulates the scenario in a folder of `pfsim run`.
fn again(path: &Path, context: &Context) -> Result<Verified, Failure> {
    let shown = path.display();
    let damaged = |what: String| Failure::NotMet(format!("{shown} cannot be made again: {what}"));
    let needed = |name: &str, most: u64| match folder::read(path, name, most).map_err(|error| unreadable(path, name, &error))? {
        Held::Contents(contents) => Ok(contents),
        Held::Missing => Err(damaged(format!("{name} is missing"))),
        Held::Strange => Err(damaged(format!("{name} is not a plain file"))),
        Held::Longer => Err(damaged(format!("{name} is larger than {} MB", most / 1024 / 1024))),
    };
    let origin = Origin::read(&needed("summary.json", LARGEST_SUMMARY)?).map_err(|what| damaged(format!("summary.json {what}")))?;
    let text = needed("scenario.toml", scenario::LARGEST_FILE)?;
    let hash = origin::sha256(&text);
    if hash != origin.scenario {
        let (is, was) = (&hash[..12], origin.scenario.get(..12).unwrap_or(&origin.scenario));
        let what = format!("scenario.toml is not the one that was run (its SHA-256 begins with {is}, that in summary.json with {was})");
        return Err(damaged(what));
    }
    let mut copies = Vec::new();
    for Draws { file, copy, sha256 } in &origin.tables {
        let contents = needed(copy, LARGEST_COPY)?;
        if origin::sha256(&contents) != *sha256 {
            return Err(damaged(format!("{copy} is not the table {file:?} that was run (another SHA-256 than in summary.json)")));
        }
        copies.push((copy.clone(), contents));
    }
    let mut notes = Vec::new();
    let (made_by, here) = (&origin.engine, Engine::here());
    if made_by.said() != here.said() {
        notes.push(format!("made by {}, and this is {}: CHANGELOG.md says which numbers moved", made_by.said(), here.said()));
    } else if made_by.lock_sha256 != here.lock_sha256 {
        notes.push(format!("made by {} built with other versions of its dependencies", made_by.said()));
    } else if made_by.build != here.build {
        notes.push(format!("made by another build of {}", here.said()));
    }
    // The very bytes whose hashes were looked at, and no other file.
    let tables =
        origin.tables.iter().zip(&copies).fold(Memory::default(), |all, (kept, (_, contents))| all.with(&kept.file, contents.as_slice()));
    let file = path.join("scenario.toml").display().to_string();
    let scenario = scenario::text_of(text, &file).and_then(|text| Scenario::new(&file, text, Sources::new(tables)));
    let scenario = scenario.map_err(LoadError::from).inspect_err(|_| {
        for note in &notes {
            stderr::line(&format!("pfsim: {note}"));
        }
    })?;
    let listed = folder::manifest(path).is_ok_and(|listed| listed.is_some_and(|listed| listed.files.contains_key("deal.xlsx")));
    let workbook = cfg!(feature = "xlsx") && (listed || matches!(folder::read(path, "deal.xlsx", 0), Ok(Held::Longer)));
    let mut flows = Flows::default();
    let options = Options::default().trials(origin.trials).seed(origin.seed).audit(origin.audited);
    let run = with_progress(&options, context, |options| {
        study::run_beside(&scenario.deal, options, Beside { flows: workbook.then_some(&mut flows), ..Beside::default() })
    })?;
    let dossier = with_progress(&options, context, |options| study::dossier_of(&scenario.deal, run, options))?;
    let dossier = if workbook { dossier.with_flows(flows) } else { dossier };
    let mut made = bundle_from(&scenario, &dossier, &origin);
    made.extend(copies);
    let mut verdict = compare(path, &made.files).map_err(|(name, error)| unreadable(path, &name, &error))?;
    if !verdict.holds() && notes.is_empty() {
        let as_written = verdict.manifest && verdict.changed.is_empty() && verdict.missing.is_empty() && verdict.strange.is_empty();
        notes.push(if as_written {
            "the same version of pfsim made it, and nothing was changed since: it was another build, or pfsim is at fault".into()
        } else {
            "the same version of pfsim made it: its files were changed or damaged since, or pfsim is at fault".into()
        });
    }
    notes.extend(made.left_out.into_iter().map(|what| format!("cannot be made again: {what}")));
    notes.append(&mut verdict.notes);
    verdict.notes = notes;
    Ok(Verified { verdict, how: format!("{}, seed {}, {}", counted(origin.trials, "trial"), origin.seed, origin.engine.said()) })
}
