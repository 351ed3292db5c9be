//! `pfsim shard run`: one shard of a plan, on whatever machine this is.

use core::ops::Range;
use std::path::PathBuf;

use clap::ValueHint;

use crate::cli::progress::with_progress;
use crate::cli::values::number;
use crate::cli::{Context, Failure, interrupt, stderr};
use crate::export::data::Planned;
use crate::export::plan::Plan;
use crate::store::journal;
use crate::store::shard_file::{self, Fault, Which};
use crate::study::{Options, Shard, SweepError, sweep, sweep_order};
use crate::words::count::{counted, grouped};

/// Simulate one shard of a plan: a file beside the plan, whole or not there. A shard that is there already is left as it is
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim shard run my-deal.plan 3/16                            writes my-deal.003-of-016.shard\n  \
    pfsim shard run my-deal.plan $SLURM_ARRAY_TASK_ID            in a Slurm array from 1 on\n  \
    pfsim shard run my-deal.plan --index $JOB_COMPLETION_INDEX   in a Kubernetes Indexed Job")]
pub struct Arguments {
    /// Plan that `pfsim shard plan` wrote
    #[arg(value_hint = ValueHint::FilePath, value_name = "PLAN")]
    plan: PathBuf,
    /// Which shard, counted from 1: 3 or 3/16
    #[arg(value_name = "SHARD", value_parser = place, required_unless_present = "index")]
    shard: Option<(u64, Option<u64>)>,
    /// Which shard, counted from 0, as some schedulers do
    #[arg(long, value_name = "N", value_parser = number, conflicts_with = "shard")]
    index: Option<u64>,
    /// File to write; <plan>.003-of-016.shard beside the plan if absent
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// A shard and of how many.
fn place(text: &str) -> Result<(u64, Option<u64>), String> {
    let read = match text.split_once('/') {
        Some((shard, of)) => number(shard).and_then(|shard| Ok((shard, Some(number(of)?)))),
        None => number(text).map(|shard| (shard, None)),
    };
    read.map_err(|_| "write a shard such as 3 or 3/16".into())
}

/// Writes the shard.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let plan = super::load(&arguments.plan)?;
    let which = which(arguments, &plan)?;
    let (shown, out) = (arguments.plan.display(), arguments.out.clone().unwrap_or_else(|| which.beside(&arguments.plan)));
    let said = format!("shard {} of {}", which.number, which.of);
    let failed = |error| Failure::Io(format!("cannot write {}: {error}", out.display()));
    let refused = |what: &str| Failure::Io(format!("{} {what}: nothing was written; move it away, or choose another --out", out.display()));
    match shard_file::read(&out, &which.plan) {
        Ok((held, _)) if held == which => {
            if !context.quiet {
                stderr::line(&format!("{said} is in {}, whole: nothing is left to do", out.display()));
            }
            return Ok(());
        }
        Ok((held, _)) => return Err(refused(&format!("holds shard {} of {}", held.number, held.of))),
        Err(Fault::Damaged(held)) if held == which => stderr::line(&format!("pfsim: {} is damaged; {said} is made again", out.display())),
        Err(Fault::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(fault) => return Err(refused(&fault.to_string())),
    }
    shard_file::can_write(&out).map_err(failed)?;
    interrupt::say(format!("interrupted; {said} of {shown} was not finished and is not kept"));
    let (contents, done) = match plan.of {
        Planned::Run => trials(&plan, which.number, context)?,
        Planned::Sweep => scenarios(&plan, which.number, context)?,
    };
    shard_file::write(&out, &which.sealed(&contents)).map_err(failed)?;
    if !context.quiet {
        stderr::line(&format!("{said} ({done}) is in {}", out.display()));
    }
    Ok(())
}

/// Which shard is asked for.
fn which(arguments: &Arguments, plan: &Plan) -> Result<Which, Failure> {
    let all = plan.shards;
    let (number, of) = match (arguments.shard, arguments.index) {
        (Some((number, of)), _) => (number, of.unwrap_or(all)),
        (None, index) => (index.unwrap_or(0).saturating_add(1), all),
    };
    let shown = arguments.plan.display();
    match (of == all, (1..=all).contains(&number)) {
        (true, true) => Ok(Which { plan: plan.hash(), number, of }),
        (false, _) => Err(Failure::Usage(format!("{shown} has {}, not {}", counted(all, "shard"), grouped(of)))),
        (true, false) if arguments.index.is_some() => {
            Err(Failure::Usage(format!("{shown} has {}: --index counts them from 0 to {}", counted(all, "shard"), all - 1)))
        }
        (true, false) => Err(Failure::Usage(format!("{shown} has {}: they are counted from 1 to {all}", counted(all, "shard")))),
    }
}

/// What a shard of a run holds, and what that is in words.
fn trials(plan: &Plan, number: u64, context: &Context) -> Result<(Vec<u8>, String), Failure> {
    let scenario = plan.scenario().map_err(|problems| Failure::Invalid(vec![problems]))?;
    let range = range(&plan.ranges(0), number);
    let options = Options::default().seed(plan.seed);
    let shard = with_progress(&options, context, |options| Shard::simulate(&scenario.deal, range.clone(), options))?;
    Ok((shard.to_bytes(), format!("trials {} to {}", grouped(range.start + 1), grouped(range.end))))
}

/// What a shard of a sweep holds, and what that is in words.
fn scenarios(plan: &Plan, number: u64, context: &Context) -> Result<(Vec<u8>, String), Failure> {
    let of = plan.sweep()?;
    let (asked, count) = (of.asked(), of.count());
    let range = range(&plan.ranges(count), number);
    let indices = sweep_order(&of, (0..count).collect())?[range.start as usize..range.end as usize].to_vec();
    let done = format!("{} of {}", grouped(indices.len() as u64), counted(count, "scenario"));
    let keep_all = |_: &[_]| Ok::<(), SweepError>(());
    let mut rows = with_progress(&Options::default(), context, |options| sweep(&of, &asked, indices, options, keep_all))?;
    rows.sort_by_key(|row| row.index);
    Ok((journal::whole(&journal::identity(&of), &rows).into_bytes(), done))
}

/// The range of a shard, counted from 1.
fn range(ranges: &[Range<u64>], number: u64) -> Range<u64> {
    ranges.get(number as usize - 1).cloned().unwrap_or(0..0)
}
