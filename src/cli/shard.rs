//! `pfsim shard`: one run or one sweep on several machines, which need nothing in common but a folder or a way to carry files.

mod merge;
mod plan;
mod run;

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{Context, Failure};
use crate::export::plan::{self as planned, Plan};

/// Make one run or one sweep on several machines or processes: plan it, run its shards, merge them
#[derive(Debug, clap::Args)]
#[command(
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  \
        pfsim shard plan my-deal.toml --shards 16   my-deal.plan: all that machines need, in one file\n  \
        pfsim shard run my-deal.plan 3/16           my-deal.003-of-016.shard, on any machine\n  \
        pfsim shard merge my-deal.plan *.shard      the folder that `pfsim run` would have written"
)]
pub struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    Plan(plan::Arguments),
    Run(run::Arguments),
    Merge(merge::Arguments),
}

/// Plans, simulates or puts together.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    match &arguments.step {
        Step::Plan(arguments) => plan::plan(arguments, context),
        Step::Run(arguments) => run::run(arguments, context),
        Step::Merge(arguments) => merge::merge(arguments, context),
    }
}

/// The plan in the file at `path`.
fn load(path: &Path) -> Result<Plan, Failure> {
    let shown = path.display();
    let bytes = contents(path).map_err(|error| Failure::Io(format!("cannot read {shown}: {error}")))?;
    Plan::read(&bytes).map_err(|what| Failure::Usage(format!("{shown} {what}")))
}

/// What the file at `path` holds, as far as a plan may be long.
fn contents(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(planned::LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
