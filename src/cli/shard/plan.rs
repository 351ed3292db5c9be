//! `pfsim shard plan`: everything that the machines need, in one file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use crate::cli::simulation::Futures;
use crate::cli::values::from_to;
use crate::cli::{Context, Failure, ScenarioArguments, estimate, stderr, sweep as sweeps};
use crate::experiment::{is_sweep, sweep};
use crate::export::data::Planned;
use crate::export::plan::Plan;
use crate::scenario;
use crate::store::shard_file;
use crate::study::kept;
use crate::study::questions::knows;
use crate::words::count::{counted, grouped};

/// Write one file with everything that other machines need: the texts, the tables, how it is simulated, who does what
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim shard plan my-deal.toml --shards 16 --trials 10_000_000\n  \
    pfsim shard plan my-deal.toml --shards 4 --set deal.cap=2_000_000 --out higher-cap.plan\n  \
    pfsim shard plan my-sweep.toml --shards 16       the scenarios of a sweep are shared out")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    #[command(flatten)]
    futures: Futures,
    /// Number of shards, of about the same length
    #[arg(long, value_name = "N", value_parser = from_to::<u64, 1, 100_000>)]
    shards: u64,
    /// File to write; <file>.plan if absent
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// Writes the plan.
pub fn plan(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let path = &arguments.scenario.scenario;
    let (shown, sources) = (path.display().to_string(), context.sources(path));
    let name = path.file_name().filter(|name| *name != "-").unwrap_or("scenario.toml".as_ref());
    let (stem, name) = (Path::new(name).with_extension("plan"), name.to_string_lossy().into_owned());
    let text = scenario::read_text(path, &shown)?;
    let (plan, most, parts) = if is_sweep(&text) {
        if !arguments.scenario.set.is_empty() || arguments.futures.are_given() {
            let message =
                "--set, --trials and --seed are for a scenario: the file of a sweep says what changes, how many trials, which seed";
            return Err(Failure::Usage(message.into()));
        }
        let sweep = sweep::parse(&shown, text, &knows, &sources)?;
        estimate::possible(sweep.trials)?;
        sweeps::bearable(&sweep, context)?;
        estimate::room("this sweep", kept::sweep(sweep.asked().len(), sweep.count()), context)?;
        (Plan::of_sweep(&name, &sweep, &sources, arguments.shards), sweep.count(), "scenario")
    } else {
        let scenario = scenario::of_text(&shown, text, &arguments.scenario.set, &sources)?;
        let options = arguments.futures.of(&scenario.deal)?;
        let (trials, seed) = (options.trials_of(&scenario.deal), options.seed_of(&scenario.deal));
        estimate::room("this run", kept::run(&scenario.deal, trials), context)?;
        (Plan::of_run(&name, &scenario, [trials, seed], arguments.shards), trials, "trial")
    };
    if plan.shards > most {
        return Err(Failure::Usage(format!("{} cannot be cut into {} shards", counted(most, parts), grouped(plan.shards))));
    }
    let out = arguments.out.clone().unwrap_or(stem);
    write(&out, plan.text().as_bytes(), context)?;
    if !context.quiet {
        let of = if plan.of == Planned::Run {
            counted(most, parts)
        } else {
            format!("{} of {}", counted(most, parts), counted(plan.trials, "trial"))
        };
        let first = format!("`pfsim shard run {} 1/{}`", out.display(), plan.shards);
        let others = if plan.shards > 1 { format!(" to `{0}/{0}`, on any machines", plan.shards) } else { String::new() };
        stderr::line(&format!("{} holds {of} in {}: {first}{others}", out.display(), counted(plan.shards, "shard")));
    }
    Ok(())
}

/// Writes a plan, in the place of nothing or of another plan.
fn write(out: &Path, bytes: &[u8], context: &Context) -> Result<(), Failure> {
    let failed = |error| Failure::Io(format!("cannot write {}: {error}", out.display()));
    match super::contents(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
        Ok(before) if before == bytes => return Ok(()),
        Ok(before) if Plan::is_one(&before) => {
            if !context.quiet {
                stderr::line(&format!("{} held another plan; it is replaced, and its shards do not belong to this one", out.display()));
            }
        }
        Ok(_) => {
            let message = format!("{} is no plan of shards: nothing was written; move it away, or choose another --out", out.display());
            return Err(Failure::Io(message));
        }
    }
    shard_file::write(out, bytes).map_err(failed)
}
