//! `pfsim sweep` and `pfsim merge`: many scenarios, and the parts of a sweep put together.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueHint;

use super::extras::needs_parquet;
use super::progress::with_progress;
use super::results;
use super::values::number;
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
    pfsim sweep my-sweep.toml --shard 2/4 --out s2   the second quarter of it, for another machine\n  \
    pfsim merge my-sweep.toml s1 s2 s3 s4            the same bytes as one run")]
pub struct Arguments {
    /// Sweep file in TOML
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    file: PathBuf,
    /// Folder for the table and the charts; out/<file> if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Only one part of several: 1/4 to 4/4
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(u64, u64)>,
    /// Also write sweep.parquet, with the columns of sweep.csv
    #[arg(long, conflicts_with = "shard")]
    parquet: bool,
    /// Print JSON instead of sentences
    #[arg(long)]
    json: bool,
}

/// Put the shards of a sweep together: the same bytes as one run
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  pfsim merge my-sweep.toml s1 s2 s3 s4 --out out/my-sweep")]
pub struct MergeArguments {
    /// Sweep file in TOML
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    file: PathBuf,
    /// Folders of the shards
    #[arg(required = true, value_hint = ValueHint::DirPath, value_name = "DIR")]
    shards: Vec<PathBuf>,
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

fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(part, all)| Some((number(part).ok()?, number(all).ok()?)));
    parts.filter(|(part, all)| (1..=*all).contains(part)).ok_or_else(|| "write a part such as 2/4".into())
}

/// Makes the rows of a sweep.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    needs_parquet(arguments.parquet)?;
    let sweep = load_with(&arguments.file, &knows, &context.sources(&arguments.file))?;
    let asked = sweep.asked();
    estimate::possible(sweep.trials)?;
    let count = sweep.count();
    if count > LARGE && !context.large {
        let time = needed(&sweep, context)?;
        let message = format!(
            "{} of {} would take about {time}; add --large to make them all",
            counted(count, "scenario"),
            counted(sweep.trials, "trial")
        );
        return Err(Failure::Usage(message));
    }
    let parts = arguments.shard.map_or(1, |(_, parts)| parts);
    estimate::room("this sweep", kept::sweep(asked.len(), count / parts), context)?;
    let identity = journal::identity(&sweep);
    let workspace = begin(arguments.out.as_ref(), &arguments.file, &identity)?;
    let folder = PathBuf::from(workspace.shown());
    let (mut journal, mut known) = Journal::open(workspace.target(), &Wanted { identity: &identity, figures: asked.len(), count })?;
    let mine = |index: &u64| arguments.shard.is_none_or(|(part, parts)| index % parts == part - 1);
    let done: std::collections::HashSet<u64> = known.iter().map(|row| row.index).collect();
    let open: Vec<u64> = (0..count).filter(mine).filter(|index| !done.contains(index)).collect();
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
    if let Some((part, parts)) = arguments.shard {
        if !journal.is_sealed() {
            workspace.seal(&Label::new("sweep", &sweep.name, &identity), &[crate::store::folder::JOURNAL])?;
        }
        if !context.quiet {
            stderr::line(&format!("Part {part} of {parts} is in {}; `pfsim merge` puts all parts together", folder.display()));
        }
        if arguments.json {
            known.retain(|row| mine(&row.index));
            known.sort_by_key(|row| row.index);
            let what = data::Sweep::new(&sweep, &asked, &identity).with_rows(&sweep, &asked, &known, arguments.shard);
            return stdout::write(&data::text(&About::of_sweep(&sweep), &what));
        }
        return Ok(());
    }
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

/// Puts shards together.
pub fn merge(arguments: &MergeArguments, context: &Context) -> Result<(), Failure> {
    needs_parquet(arguments.parquet)?;
    let sweep = load_with(&arguments.file, &knows, &context.sources(&arguments.file))?;
    let asked = sweep.asked();
    let identity = journal::identity(&sweep);
    let wanted = Wanted { identity: &identity, figures: asked.len(), count: sweep.count() };
    let workspace = begin(arguments.out.as_ref(), &arguments.file, &identity)?;
    let (journal, known) = Journal::open(workspace.target(), &wanted)?;
    let mut parts = vec![(workspace.shown().to_string(), known)];
    for shard in &arguments.shards {
        let known = journal::rows(shard, &wanted)?.ok_or_else(|| {
            let why = "is not a folder of this sweep as it is now, or was made by another version or build of pfsim";
            Failure::Usage(format!("{} {why}", shard.display()))
        })?;
        parts.push((shard.display().to_string(), known));
    }
    let all = agreed(&parts)?;
    if all.len() as u64 != sweep.count() {
        let lacking = (0..sweep.count()).zip(&all).find(|(index, row)| *index != row.index).map_or(all.len() as u64, |(index, _)| index);
        let message =
            format!("the shards lack {} of {} scenarios, such as {}", sweep.count() - all.len() as u64, sweep.count(), lacking + 1);
        return Err(Failure::Usage(message));
    }
    let whole = Whole { sweep: &sweep, asked: &asked, identity: &identity, parquet: arguments.parquet, json: arguments.json };
    finish(&whole, all, (workspace, journal), context)
}

/// The rows of all parts, each once, in order.
fn agreed(parts: &[(String, Vec<Row>)]) -> Result<Vec<Row>, Failure> {
    let mut all: std::collections::BTreeMap<u64, (&str, &Row)> = std::collections::BTreeMap::new();
    for (part, rows) in parts {
        for row in rows {
            let (first, held) = *all.entry(row.index).or_insert((part, row));
            if !journal::same(held, row) {
                let message = format!("{first} and {part} have different numbers for scenario {}: make one of them again", row.index + 1);
                return Err(Failure::Usage(message));
            }
        }
    }
    Ok(all.into_values().map(|(_, row)| row.clone()).collect())
}

/// Makes ready to write the folder of a sweep.
fn begin(out: Option<&PathBuf>, file: &Path, identity: &str) -> Result<Workspace, Failure> {
    let rule = Rule { command: "sweep", sweep: Some((identity.to_string(), journal::head(identity))) };
    Ok(Workspace::new(&folder(out, file), rule)?)
}

fn folder(out: Option<&PathBuf>, file: &Path) -> PathBuf {
    let stem = || file.file_stem().map_or_else(|| "sweep".into(), |stem| stem.to_string_lossy().into_owned());
    out.cloned().unwrap_or_else(|| PathBuf::from("out").join(stem()))
}

/// A sweep of which every row is there, and what is wanted of it.
struct Whole<'s> {
    sweep: &'s Sweep,
    asked: &'s [Question],
    identity: &'s str,
    parquet: bool,
    json: bool,
}

fn finish(of: &Whole<'_>, mut rows: Vec<Row>, (workspace, journal): (Workspace, Journal), context: &Context) -> Result<(), Failure> {
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
        true => data::text(&About::of_sweep(sweep), &data::Sweep::new(sweep, asked, identity).with_rows(sweep, asked, &rows, None)),
        false => report::text(sweep, asked, &rows),
    })?;
    written
}

/// How long the whole sweep would take, in words, from its first scenarios.
fn needed(sweep: &Sweep, context: &Context) -> Result<String, Failure> {
    let start = Instant::now();
    let options = Options::default().cancel(context.cancel.clone());
    let share = study::taste(sweep, &options).map_err(|error| Failure::of_sweep(error, Path::new("")))?;
    Ok(estimate::time(start.elapsed().as_secs_f64() / share))
}
