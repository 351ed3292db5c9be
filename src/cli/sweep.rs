//! `pfsim sweep`: many scenarios.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueHint;

use super::extras::needs_parquet;
use super::progress::with_progress;
use super::results;
use super::{Context, Failure, estimate, interrupt, stderr, stdout};
use crate::experiment::sweep::{Sweep, load_with};
use crate::export::data::{self, About};
use crate::question::Question;
use crate::report::sweep as report;
use crate::store::folder::Rule;
use crate::store::journal::{self, Journal, JournalError, Wanted};
use crate::store::manifest::Label;
use crate::store::sweep_bundle::{COLUMNS, sweep_bundle};
use crate::store::workspace::Workspace;
use crate::study::questions::knows;
use crate::study::{self, Options, Row, SweepError, kept};
use crate::words::count::{counted, grouped};

/// Sweeps larger than this are only made when asked for.
const LARGE: u64 = 100_000;

/// Run hundreds of scenarios from one file: prices, caps, tiers, effects; one row of figures for each
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim sweep my-sweep.toml                        rows in out/my-sweep/sweep.csv; go on after a kill with the same command\n  \
    pfsim sweep my-sweep.toml --json | jq .answer\n\n\
    On more than one machine: pfsim shard plan my-sweep.toml --shards 16")]
pub struct Arguments {
    /// Sweep file in TOML
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    file: PathBuf,
    /// Folder for the table and the charts; out/<file> if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Also write sweep.parquet, with the columns of sweep.csv
    #[arg(long)]
    parquet: bool,
    /// Print JSON instead of sentences
    #[arg(long)]
    json: bool,
}

/// Makes the rows of a sweep.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    needs_parquet(arguments.parquet)?;
    let sweep = load_with(&arguments.file, &knows, &context.sources(&arguments.file))?;
    let asked = sweep.asked();
    estimate::possible(sweep.trials)?;
    bearable(&sweep, context)?;
    let count = sweep.count();
    estimate::room("this sweep", kept::sweep(asked.len(), count), context)?;
    let identity = journal::identity(&sweep);
    let workspace = begin(arguments.out.as_deref(), &arguments.file, &identity)?;
    let folder = PathBuf::from(workspace.shown());
    let (mut journal, mut known) = Journal::open(workspace.target(), &Wanted { identity: &identity, figures: asked.len(), count })?;
    let done: std::collections::HashSet<u64> = known.iter().map(|row| row.index).collect();
    let open: Vec<u64> = (0..count).filter(|index| !done.contains(index)).collect();
    if !done.is_empty() && !context.quiet {
        stderr::line(&format!("{} made before, {} left", counted(done.len(), "scenario"), grouped(open.len() as u64)));
    }
    interrupt::say(format!("interrupted; what is done is in {}: the same command goes on from there", folder.display()));
    let fresh = with_progress(&Options::default(), context, |options| {
        let keep = |made: &[Row]| journal.append(made).map_err(Stopped::Journal);
        study::sweep(&sweep, &asked, open, options, keep).map_err(|stopped| match stopped {
            Stopped::Sweep(error) => Failure::of_sweep(error, &folder),
            Stopped::Journal(error) => error.into(),
        })
    })?;
    known.extend(fresh);
    let whole = Whole { sweep: &sweep, asked: &asked, identity: &identity, parquet: arguments.parquet, json: arguments.json };
    finish(&whole, known, (workspace, journal), context)
}

/// Why a sweep stopped.
enum Stopped {
    Sweep(SweepError),
    Journal(JournalError),
}

impl From<SweepError> for Stopped {
    fn from(error: SweepError) -> Self {
        Self::Sweep(error)
    }
}

/// Makes ready to write the folder of a sweep.
pub(super) fn begin(out: Option<&Path>, file: &Path, identity: &str) -> Result<Workspace, Failure> {
    let rule = Rule { command: "sweep", sweep: Some((identity.to_string(), journal::head(identity))) };
    Ok(Workspace::new(&folder(out, file), rule)?)
}

fn folder(out: Option<&Path>, file: &Path) -> PathBuf {
    let stem = || file.file_stem().map_or_else(|| "sweep".into(), |stem| stem.to_string_lossy().into_owned());
    out.map_or_else(|| PathBuf::from("out").join(stem()), Path::to_path_buf)
}

/// A sweep of which every row is there, and what is wanted of it.
pub(super) struct Whole<'s> {
    pub(super) sweep: &'s Sweep,
    pub(super) asked: &'s [Question],
    pub(super) identity: &'s str,
    pub(super) parquet: bool,
    pub(super) json: bool,
}

/// Writes the folder and prints the answer.
pub(super) fn finish(
    of: &Whole<'_>,
    mut rows: Vec<Row>,
    (workspace, journal): (Workspace, Journal),
    context: &Context,
) -> Result<(), Failure> {
    let Whole { sweep, asked, identity, parquet, json } = *of;
    rows.sort_by_key(|row| row.index);
    // A table that was asked for once is not lost when the rest is made again.
    let kept = cfg!(feature = "parquet") && workspace.before().is_some_and(|before| before.files.contains_key(COLUMNS));
    let made = sweep_bundle(sweep, &rows, parquet || kept);
    let folder = workspace.shown().to_string();
    // Some systems move no folder in which a file is open.
    drop(journal);
    let written = results::write(workspace, &Label::new("sweep", &sweep.name, identity), made, Vec::new(), context).map(|()| {
        if !context.quiet {
            stderr::line(&format!("The table and the charts are in {folder}"));
        }
    });
    stdout::write(&match json {
        true => data::text(&About::of_sweep(sweep), &data::Sweep::new(sweep, asked, identity).with_rows(sweep, asked, &rows)),
        false => report::text(sweep, asked, &rows),
    })?;
    written
}

/// That nobody makes a very large sweep without having said so.
pub(super) fn bearable(sweep: &Sweep, context: &Context) -> Result<(), Failure> {
    let count = sweep.count();
    if count <= LARGE || context.large {
        return Ok(());
    }
    let time = needed(sweep, context)?;
    let (count, each) = (counted(count, "scenario"), counted(sweep.trials, "trial"));
    Err(Failure::Usage(format!("{count} of {each} would take about {time}; add --large to make them all")))
}

/// How long the whole sweep would take, in words, from its first scenarios.
fn needed(sweep: &Sweep, context: &Context) -> Result<String, Failure> {
    let start = Instant::now();
    let options = Options::default().cancel(context.cancel.clone());
    let share = study::taste(sweep, &options).map_err(|error| Failure::of_sweep(error, Path::new("")))?;
    Ok(estimate::time(start.elapsed().as_secs_f64() / share))
}
