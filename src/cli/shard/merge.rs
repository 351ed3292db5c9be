//! `pfsim shard merge`: the folder of results that one machine would have written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::ValueHint;

use crate::cli::extras::needs_parquet;
use crate::cli::simulated::{self, Simulated};
use crate::cli::sweep::{self, Whole};
use crate::cli::{Context, Failure, estimate, interrupt};
use crate::export::data::Planned;
use crate::export::origin::sha256;
use crate::export::plan::Plan;
use crate::store::journal::{self, Journal, Wanted};
use crate::store::shard_file::{self, Which};
use crate::study::{Options, Row, Shard, kept, sweep_order};
use crate::words::count::{counted, grouped};
use crate::words::list::listed;

/// Put the shards of a plan together: the same bytes as one run
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim shard merge my-deal.plan *.shard           writes the folder of `pfsim run my-deal.toml`\n  \
    pfsim shard merge my-deal.plan *.shard --json | jq '.metrics.\"payors.total\"'")]
pub struct Arguments {
    /// Plan that `pfsim shard plan` wrote
    #[arg(value_hint = ValueHint::FilePath, value_name = "PLAN")]
    plan: PathBuf,
    /// All its shards, in any order
    #[arg(required = true, value_hint = ValueHint::FilePath, value_name = "FILE")]
    shards: Vec<PathBuf>,
    /// Folder for tables and charts; as that of `pfsim run` or `pfsim sweep` if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Also write sweep.parquet, with the columns of sweep.csv: of a sweep
    #[arg(long)]
    parquet: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// The shards of a plan by number: where each stands, and the hash of what it holds.
type Found<'a> = BTreeMap<u64, (&'a Path, String)>;

/// Writes the folder.
pub fn merge(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let plan = super::load(&arguments.plan)?;
    if arguments.parquet && plan.of == Planned::Run {
        let message = "--parquet is for a sweep: the shards of a run do not hold every trial; `pfsim run --parquet` writes them all";
        return Err(Failure::Usage(message.into()));
    }
    needs_parquet(arguments.parquet)?;
    let hash = plan.hash();
    let found = survey(&arguments.shards, &plan, &hash)?;
    complete(&found, &plan, &arguments.plan)?;
    interrupt::say("interrupted; nothing was written".into());
    match plan.of {
        Planned::Run => run(arguments, &plan, &found, context),
        Planned::Sweep => rows(arguments, &plan, &found, context),
    }
}

/// Looks at every file, one after another, and says all that is wrong with them.
fn survey<'a>(files: &'a [PathBuf], plan: &Plan, hash: &str) -> Result<Found<'a>, Failure> {
    let (mut found, mut wrong) = (Found::new(), Vec::new());
    for path in files {
        let shown = path.display();
        match shard_file::read(path, hash) {
            Err(fault) => wrong.push(format!("{shown} {fault}")),
            Ok((which, _)) if which.of != plan.shards || !(1..=plan.shards).contains(&which.number) => {
                wrong.push(format!("{shown} says that it is shard {} of {}, of which there is none", which.number, which.of));
            }
            Ok((which, contents)) => {
                let own = sha256(&contents);
                let (first, held) = found.entry(which.number).or_insert_with(|| (path, own.clone()));
                if *held != own {
                    let what = format!("{} and {shown} contradict each other", first.display());
                    wrong.push(format!("{what}: both are shard {} of {}; make it again", which.number, which.of));
                }
            }
        }
    }
    match wrong.len() {
        0 => Ok(found),
        1 => Err(Failure::Usage(wrong.swap_remove(0))),
        _ => Err(Failure::Several(wrong.into_iter().map(Failure::Usage).collect())),
    }
}

/// That no shard is missing.
fn complete(found: &Found<'_>, plan: &Plan, path: &Path) -> Result<(), Failure> {
    let missing: Vec<u64> = (1..=plan.shards).filter(|number| !found.contains_key(number)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let are = if missing.len() == 1 { ("shard", "is") } else { ("shards", "are") };
    let command = format!("pfsim shard run {} {first}/{}", path.display(), plan.shards);
    let others = if missing.len() == 1 { "" } else { " and so on" };
    let named = stretches(&missing);
    Err(Failure::Usage(format!("{} {named} of {} {} missing: make {} with `{command}`{others}", are.0, plan.shards, are.1, it(&missing))))
}

fn it(missing: &[u64]) -> &'static str {
    if missing.len() == 1 { "it" } else { "them" }
}

/// Numbers in order, in words: `3, 7 and 9 to 12`.
fn stretches(numbers: &[u64]) -> String {
    let words = numbers.chunk_by(|one, next| one + 1 == *next).flat_map(|of| match of {
        [first, _, .., last] => vec![format!("{} to {}", grouped(*first), grouped(*last))],
        few => few.iter().map(|number| grouped(*number)).collect(),
    });
    listed(&words.collect::<Vec<_>>())
}

/// What shard `number` holds, as it was when it was looked at.
fn contents(found: &Found<'_>, number: u64, plan: &str) -> Result<Vec<u8>, Failure> {
    let (path, hash) = &found[&number];
    match shard_file::read(path, plan) {
        Ok((Which { number: held, .. }, contents)) if held == number && sha256(&contents) == *hash => Ok(contents),
        Ok(_) => Err(Failure::Io(format!("{} was changed while it was read: nothing was written", path.display()))),
        Err(fault) => Err(Failure::Usage(format!("{} {fault}", path.display()))),
    }
}

/// A shard that says that it is whole, and does not hold what it should.
fn strange(found: &Found<'_>, number: u64, what: &str) -> Failure {
    Failure::Usage(format!("{} does not hold shard {number} of this plan: {what}", found[&number].0.display()))
}

/// The folder of a run. One shard after another is read and added: memory holds two.
fn run(arguments: &Arguments, plan: &Plan, found: &Found<'_>, context: &Context) -> Result<(), Failure> {
    let scenario = plan.scenario().map_err(|problems| Failure::Invalid(vec![problems]))?;
    estimate::room("this run", kept::run(&scenario.deal, plan.trials), context)?;
    let workspace = simulated::begin(arguments.out.as_deref(), Path::new(&plan.file), &scenario)?;
    let hash = plan.hash();
    let mut whole: Option<Shard> = None;
    for (number, range) in (1..).zip(plan.ranges(0)) {
        let bytes = contents(found, number, &hash)?;
        let shard = Shard::from_bytes(&bytes, &scenario.deal).map_err(|error| strange(found, number, &error.to_string()))?;
        if shard.trials() != range {
            return Err(strange(found, number, &format!("it has {}", counted(shard.trials().end - shard.trials().start, "trial"))));
        }
        whole = Some(match whole {
            None => shard,
            Some(before) => before.append(shard).map_err(|error| strange(found, number, &error.to_string()))?,
        });
    }
    let run = whole.map(|whole| whole.finish(&scenario.deal)).transpose().map_err(|error| Failure::Usage(error.to_string()))?;
    let run = run.ok_or_else(|| Failure::Usage("the plan has no trials".into()))?;
    let options = Options::default().trials(plan.trials).seed(plan.seed);
    let (workspace, json) = (Some(workspace), arguments.json);
    Simulated { scenario: &scenario, options: &options, run, workspace, flows: None, table: None, audited: false, json }.publish(context)
}

/// The folder of a sweep.
fn rows(arguments: &Arguments, plan: &Plan, found: &Found<'_>, context: &Context) -> Result<(), Failure> {
    let sweep = plan.sweep()?;
    let (asked, identity, count) = (sweep.asked(), journal::identity(&sweep), sweep.count());
    estimate::room("this sweep", kept::sweep(asked.len(), count), context)?;
    let wanted = Wanted { identity: &identity, figures: asked.len(), count };
    let workspace = sweep::begin(arguments.out.as_deref(), Path::new(&plan.file), &identity)?;
    let (order, hash) = (sweep_order(&sweep, (0..count).collect())?, plan.hash());
    let mut all: Vec<Row> = Vec::new();
    for (number, range) in (1..).zip(plan.ranges(count)) {
        let path = found[&number].0;
        let rows = journal::parse(path, &contents(found, number, &hash)?, &wanted)?;
        let rows = rows.ok_or_else(|| strange(found, number, "its rows are of another sweep"))?;
        let mine: BTreeSet<u64> = order[range.start as usize..range.end as usize].iter().copied().collect();
        if rows.len() != mine.len() || rows.iter().any(|row| !mine.contains(&row.index)) {
            return Err(strange(found, number, "its rows are those of other scenarios"));
        }
        all.extend(rows);
    }
    // Nobody writes a sweep that somebody else is writing.
    let (journal, _) = Journal::open(workspace.target(), &wanted)?;
    let whole = Whole { sweep: &sweep, asked: &asked, identity: &identity, parquet: arguments.parquet, json: arguments.json };
    sweep::finish(&whole, all, (workspace, journal), context)
}
