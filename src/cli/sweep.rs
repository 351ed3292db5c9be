//! `pfsim sweep` and `pfsim merge`: many scenarios, and the parts of a sweep put together.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueHint;

use super::extras::needs_parquet;
use super::run::with_progress;
use super::simulation::number;
use super::{Context, Failure, stderr, stdout};
use crate::deal::Deal;
use crate::metrics::Catalogue;
use crate::question::Question;
use crate::report::{journal, sweep as report};
use crate::scenario::sweep::{Sweep, load};
use crate::study::{Options, Row, order, questions, rows, together};

/// Scenarios that are simulated and kept together.
pub(super) const CHUNK: usize = 64;

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
    /// Also make a sweep of more than 100,000 scenarios
    #[arg(long)]
    large: bool,
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
    let sweep = load(&arguments.file, &knows)?;
    let asked = questions(&sweep);
    let count = sweep.count();
    if count > LARGE && !arguments.large {
        let time = estimate(&sweep, &asked, context)?;
        let message = format!("{count} scenarios of {} trials would take about {time}; add --large to make them all", sweep.trials);
        return Err(Failure::Usage(message));
    }
    let identity = journal::identity(&sweep);
    let folder = folder(arguments.out.as_ref(), &arguments.file);
    let (mut journal, mut known) = journal::Journal::open(&folder, &identity, asked.len())?;
    let mine = |index: &u64| arguments.shard.is_none_or(|(part, parts)| index % parts == part - 1);
    let done: std::collections::HashSet<u64> = known.iter().map(|row| row.index).collect();
    let open: Vec<u64> = (0..count).filter(mine).filter(|index| !done.contains(index)).collect();
    if !done.is_empty() && !context.quiet {
        stderr::line(&format!("{} scenarios were made before; {} are left", done.len(), open.len()));
    }
    let open = order(&sweep, open)?;
    let fresh = with_progress(open.len() as u64 * sweep.trials, context, |progress| -> Result<Vec<Row>, Failure> {
        let mut fresh: Vec<Row> = Vec::new();
        for chunk in open.chunks(together(&sweep.deals[0], sweep.trials)) {
            let before = fresh.len() as u64 * sweep.trials;
            let progress = &|done: u64| progress(before + done);
            let options = Options { trials: sweep.trials, seed: sweep.seed, audit: false, stop: &context.stop, progress };
            let made = rows(&sweep, &asked, chunk, &options).map_err(|error| Failure::of_sweep(error, &folder))?;
            journal.append(&made)?;
            fresh.extend(made);
        }
        Ok(fresh)
    })?;
    known.extend(fresh);
    if let Some((part, parts)) = arguments.shard {
        if !context.quiet {
            stderr::line(&format!("Part {part} of {parts} is in {}; `pfsim merge` puts all parts together", folder.display()));
        }
        return Ok(());
    }
    finish(&sweep, &asked, &identity, known, &folder, arguments.parquet, context)
}

/// Puts shards together.
pub fn merge(arguments: &MergeArguments, context: &Context) -> Result<(), Failure> {
    needs_parquet(arguments.parquet)?;
    let sweep = load(&arguments.file, &knows)?;
    let asked = questions(&sweep);
    let identity = journal::identity(&sweep);
    let mut all: Vec<Row> = Vec::new();
    for shard in &arguments.shards {
        let known = journal::rows(shard, &identity, asked.len());
        all.extend(known.ok_or_else(|| Failure::Usage(format!("{} is not a folder of this sweep", shard.display())))?);
    }
    all.sort_by_key(|row| row.index);
    all.dedup_by_key(|row| row.index);
    if all.len() as u64 != sweep.count() {
        let lacking = (0..sweep.count()).zip(&all).find(|(index, row)| *index != row.index).map_or(all.len() as u64, |(index, _)| index);
        let message =
            format!("the shards lack {} of {} scenarios, such as {}", sweep.count() - all.len() as u64, sweep.count(), lacking + 1);
        return Err(Failure::Usage(message));
    }
    let folder = folder(arguments.out.as_ref(), &arguments.file);
    journal::Journal::open(&folder, &identity, asked.len())?;
    finish(&sweep, &asked, &identity, all, &folder, arguments.parquet, context)
}

fn folder(out: Option<&PathBuf>, file: &Path) -> PathBuf {
    let stem = || file.file_stem().map_or_else(|| "sweep".into(), |stem| stem.to_string_lossy().into_owned());
    out.cloned().unwrap_or_else(|| PathBuf::from("out").join(stem()))
}

fn finish(
    sweep: &Sweep,
    asked: &[Question],
    identity: &str,
    mut rows: Vec<Row>,
    folder: &Path,
    parquet: bool,
    context: &Context,
) -> Result<(), Failure> {
    rows.sort_by_key(|row| row.index);
    let mut made = files(sweep, asked, identity, &rows)?;
    if parquet {
        made.push(("sweep.parquet".to_string(), columns(sweep, asked, &rows, identity)?));
    }
    for (name, contents) in &made {
        journal::replace(&folder.join(name), contents)?;
    }
    if !context.quiet {
        stderr::line(&format!("The table and the charts are in {}", folder.display()));
    }
    stdout::write(&report::text(sweep, asked, &rows))
}

/// Everything that the folder of a whole sweep holds, from its rows in order.
pub(super) fn files(sweep: &Sweep, asked: &[Question], identity: &str, rows: &[Row]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = vec![
        ("sweep.csv".to_string(), report::csv(sweep, asked, rows).map_err(|error| Failure::Io(format!("cannot make a table: {error}")))?),
        ("answer.txt".to_string(), report::text(sweep, asked, rows).into_bytes()),
        ("sweep.toml".to_string(), sweep.text.clone().into_bytes()),
        ("sweep.json".to_string(), report::json(sweep, identity).into_bytes()),
    ];
    files.extend(
        crate::report::sweep_figures::files(sweep, asked, rows).map_err(|error| Failure::Io(format!("cannot draw a chart: {error}")))?,
    );
    files.push((journal::NAME.to_string(), journal::whole(identity, rows).into_bytes()));
    Ok(files)
}

#[cfg(feature = "parquet")]
fn columns(sweep: &Sweep, asked: &[Question], rows: &[Row], identity: &str) -> Result<Vec<u8>, Failure> {
    let made = crate::report::sweep_parquet::bytes(sweep, asked, rows, identity);
    made.map_err(|error| Failure::Io(format!("cannot make a table: {error}")))
}

#[cfg(not(feature = "parquet"))]
fn columns(_: &Sweep, _: &[Question], _: &[Row], _: &str) -> Result<Vec<u8>, Failure> {
    needs_parquet(true).map(|()| Vec::new())
}

/// How long the whole sweep would take, in words, from its first scenarios.
fn estimate(sweep: &Sweep, asked: &[Question], context: &Context) -> Result<String, Failure> {
    let start = Instant::now();
    let some: Vec<u64> = (0..sweep.count().min(4)).collect();
    let trials = sweep.trials.min(2_000);
    let options = Options { trials, seed: sweep.seed, audit: false, stop: &context.stop, progress: &|_| {} };
    rows(sweep, asked, &some, &options).map_err(|error| Failure::of_sweep(error, Path::new("")))?;
    let each = start.elapsed().as_secs_f64() / some.len() as f64 * (sweep.trials as f64 / trials as f64);
    let seconds = each * sweep.count() as f64;
    Ok(match seconds {
        seconds if seconds < 5_400.0 => format!("{:.0} minutes", (seconds / 60.0).ceil()),
        seconds if seconds < 129_600.0 => format!("{:.0} hours", seconds / 3_600.0),
        seconds => format!("{:.0} days", seconds / 86_400.0),
    })
}
