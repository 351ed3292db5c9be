//! `pfsim run`: simulate a deal.

use std::path::PathBuf;
use std::time::Instant;

use super::estimate;
use super::extras::{self, Trials};
use super::progress::with_progress;
use super::simulated::{Simulated, begin};
use super::simulation::Futures;
use super::{Context, Failure, ScenarioArguments, stderr};
use crate::metrics::Observed;
use crate::study::{self, Beside, Flows, kept};
use clap::ValueHint;

/// Simulate a deal: what each payor may owe, what investors may lose, how often payment does not follow the effect
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim run my-deal.toml\n  \
    pfsim run my-deal.toml --trials 1_000_000 --seed 7\n  \
    pfsim run my-deal.toml --set 'payor.\"State\".cap=2_000_000' --out out/higher-cap\n  \
    pfsim run my-deal.toml --json | jq '.metrics.\"payors.total\"'")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    #[command(flatten)]
    futures: Futures,
    /// Folder for tables and charts; out/<scenario> if absent, with --set out/<scenario>-<hash of the changed text>
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Write no files
    #[arg(long, conflicts_with = "out")]
    no_files: bool,
    /// Print summary.json instead of the memo
    #[arg(long)]
    json: bool,
    /// Audit the books of every trial: not a cent lost, no limit exceeded
    #[arg(long)]
    audit: bool,
    /// Also write trials.parquet: a row for every trial, not only the first 1,000 that trials.csv has
    #[arg(long, conflicts_with = "no_files")]
    parquet: bool,
    /// Also write deal.xlsx: a workbook with the arithmetic of one trial, the median of what all payors pay
    #[arg(long, conflicts_with = "no_files")]
    xlsx: bool,
    /// Say on stderr, as JSON, how long the simulation took
    #[arg(long)]
    timing: bool,
}

/// Runs the scenario, prints the memo or the summary, writes the folder.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = arguments.scenario.load(context)?;
    let options = arguments.futures.of(&scenario.deal)?.audit(arguments.audit);
    let (trials, seed) = (options.trials_of(&scenario.deal), options.seed_of(&scenario.deal));
    extras::needs_parquet(arguments.parquet)?;
    estimate::room("this run", kept::run(&scenario.deal, trials), context)?;
    extras::needs_xlsx(arguments.xlsx)?;
    let workspace = match arguments.no_files {
        true => None,
        false => Some(begin(arguments.out.as_deref(), &arguments.scenario.scenario, &scenario)?),
    };
    let table = workspace.as_ref().filter(|_| arguments.parquet).map(|workspace| Trials::new(workspace, &scenario, [trials, seed]));
    let mut table = table.transpose()?;
    let start = Instant::now();
    let mut row = |observed: &Observed| table.iter_mut().for_each(|table| table.push(observed));
    let mut flows = Flows::default();
    let rows = arguments.parquet.then_some(&mut row as &mut (dyn FnMut(&Observed) + Send));
    let beside = Beside { unsampled: arguments.no_files, rows, flows: arguments.xlsx.then_some(&mut flows) };
    let run = with_progress(&options, context, |options| study::run_beside(&scenario.deal, options, beside))?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.timing {
        stderr::line(&format!(
            "{{\"trials\": {trials}, \"seconds\": {seconds:.6}, \"trials_per_second\": {:.0}}}",
            trials as f64 / seconds
        ));
    }
    let flows = arguments.xlsx.then_some(flows);
    let (audited, json) = (arguments.audit, arguments.json);
    Simulated { scenario: &scenario, options: &options, run, workspace, flows, table, audited, json }.publish(context)
}
