//! `pfsim sweep` and `pfsim merge`: many scenarios, and the parts of a sweep put together.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueHint;

use super::extras::needs_parquet;
use super::progress::with_progress;
use super::results::{self, Made};
use super::simulation::number;
use super::{Context, Failure, estimate, interrupt, stderr, stdout};
use crate::deal::Deal;
use crate::experiment::sweep::{Sweep, load_with};
use crate::export::data::{self, About};
use crate::metrics::Catalogue;
use crate::question::Question;
use crate::report::sweep as report;
use crate::store::folder::Rule;
use crate::store::journal::{self, Journal, JournalError, Wanted};
use crate::store::manifest::Label;
use crate::store::workspace::Workspace;
use crate::study::{self, Options, Row, SweepError, questions, rows};

/// Numbers that are kept of a row beside its figures, about.
const ROW: u64 = 12;

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

/// Whether a deal has a figure; if not, what to ask for instead.
pub(super) fn knows(deal: &Deal, question: &Question) -> Result<(), String> {
    let catalogue = Catalogue::new(deal);
    match catalogue.asked(question) {
        Some(_) => Ok(()),
        None => Err(crate::scenario::suggestion_of(&question.metric, catalogue.names())
            .map_or_else(|| "`pfsim run FILE --json` lists them all".to_string(), |name| format!("did you mean `{name}`?"))),
    }
}

/// Makes the rows of a sweep.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    needs_parquet(arguments.parquet)?;
    let sweep = load_with(&arguments.file, &knows, &context.sources(&arguments.file))?;
    let asked = questions(&sweep);
    estimate::possible(sweep.trials)?;
    let count = sweep.count();
    if count > LARGE && !context.large {
        let time = needed(&sweep, &asked, context)?;
        let message = format!("{count} scenarios of {} trials would take about {time}; add --large to make them all", sweep.trials);
        return Err(Failure::Usage(message));
    }
    let parts = arguments.shard.map_or(1, |(_, parts)| parts);
    estimate::room("this sweep", ROW + 2 * asked.len() as u64, count / parts, context)?;
    let identity = journal::identity(&sweep);
    let workspace = begin(arguments.out.as_ref(), &arguments.file, &identity)?;
    let folder = PathBuf::from(workspace.shown());
    let (mut journal, mut known) = Journal::open(workspace.target(), &Wanted { identity: &identity, figures: asked.len(), count })?;
    let mine = |index: &u64| arguments.shard.is_none_or(|(part, parts)| index % parts == part - 1);
    let done: std::collections::HashSet<u64> = known.iter().map(|row| row.index).collect();
    let open: Vec<u64> = (0..count).filter(mine).filter(|index| !done.contains(index)).collect();
    if !done.is_empty() && !context.quiet {
        stderr::line(&format!("{} scenarios were made before; {} are left", done.len(), open.len()));
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
            workspace.seal(&Label::new("sweep", &sweep.name, &identity), &[journal::NAME])?;
        }
        if !context.quiet {
            stderr::line(&format!("Part {part} of {parts} is in {}; `pfsim merge` puts all parts together", folder.display()));
        }
        if arguments.json {
            known.retain(|row| mine(&row.index));
            known.sort_by_key(|row| row.index);
            let what = data::Sweep::new(&sweep, &asked, &identity).with_rows(&sweep, &asked, &known, arguments.shard);
            return stdout::write(&data::text(&about(&sweep), &what));
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
    let asked = questions(&sweep);
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

/// What documents about a sweep begin with.
fn about(sweep: &Sweep) -> About<'_> {
    let first = sweep.deals[0].currency;
    let same = sweep.deals.iter().all(|deal| deal.currency == first);
    About { currency: same.then_some(first.code()), trials: Some(sweep.trials), seed: Some(sweep.seed), ..About::nothing() }
}

fn finish(
    of: &Whole<'_>,
    mut rows: Vec<Row>,
    (workspace, journal): (Workspace, Journal),
    context: &Context,
) -> Result<(), Failure> {
    const COLUMNS: &str = "sweep.parquet";
    let Whole { sweep, asked, identity, parquet, json } = *of;
    rows.sort_by_key(|row| row.index);
    let mut made = files(sweep, asked, identity, &rows);
    // A table that was asked for once is not lost when the rest is made again.
    let kept = cfg!(feature = "parquet") && workspace.before().is_some_and(|before| before.files.contains_key(COLUMNS));
    if parquet || kept {
        made.add(COLUMNS, columns(sweep, asked, &rows, identity).map(|table| vec![(COLUMNS.to_string(), table)]));
    }
    let folder = workspace.shown().to_string();
    // Some systems move no folder in which a file is open.
    drop(journal);
    let written = results::write(workspace, &Label::new("sweep", &sweep.name, identity), made, Vec::new(), context).map(|()| {
        if !context.quiet {
            stderr::line(&format!("The table and the charts are in {folder}"));
        }
    });
    stdout::write(&match json {
        true => data::text(&about(sweep), &data::Sweep::new(sweep, asked, identity).with_rows(sweep, asked, &rows, None)),
        false => report::text(sweep, asked, &rows),
    })?;
    written
}

/// Everything that the folder of a whole sweep holds, from its rows in order. What cannot be made is left out.
pub(super) fn files(sweep: &Sweep, asked: &[Question], identity: &str, rows: &[Row]) -> Made {
    let mut made = Made::default();
    made.add("sweep.csv", report::csv(sweep, asked, rows).map(|table| vec![("sweep.csv".to_string(), table)]));
    made.files.extend([
        ("answer.txt".to_string(), report::text(sweep, asked, rows).into_bytes()),
        ("sweep.toml".to_string(), sweep.text.clone().into_bytes()),
        ("sweep.json".to_string(), data::text(&about(sweep), &data::Sweep::new(sweep, asked, identity)).into_bytes()),
        (journal::NAME.to_string(), journal::whole(identity, rows).into_bytes()),
    ]);
    made.add("the charts", crate::report::sweep_figures::files(sweep, asked, rows));
    made
}

#[cfg(feature = "parquet")]
fn columns(sweep: &Sweep, asked: &[Question], rows: &[Row], identity: &str) -> Result<Vec<u8>, String> {
    crate::export::sweep_parquet::bytes(sweep, asked, rows, identity).map_err(|error| error.to_string())
}

#[cfg(not(feature = "parquet"))]
fn columns(_: &Sweep, _: &[Question], _: &[Row], _: &str) -> Result<Vec<u8>, String> {
    Err("this build has no Parquet".into())
}

/// How long the whole sweep would take, in words, from its first scenarios.
fn needed(sweep: &Sweep, asked: &[Question], context: &Context) -> Result<String, Failure> {
    let start = Instant::now();
    let some: Vec<u64> = (0..sweep.count().min(4)).collect();
    let trials = sweep.trials.min(2_000);
    let options = Options::default().trials(trials).cancel(context.cancel.clone());
    rows(sweep, asked, &some, &options).map_err(|error| Failure::of_sweep(error, Path::new("")))?;
    let each = start.elapsed().as_secs_f64() / some.len() as f64 * (sweep.trials as f64 / trials as f64);
    let seconds = each * sweep.count() as f64;
    Ok(estimate::time(seconds))
}
