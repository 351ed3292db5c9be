//! `pfsim run`: simulate a deal.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::ValueHint;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::extras::{self, Trials};
use super::simulation::Futures;
use super::{Context, Failure, ScenarioArguments, stderr, stdout};
use crate::deal::{Deal, Grade};
use crate::metrics::Observed;
use crate::report::figures::Figures;
use crate::report::origin::{self, Origin};
use crate::report::page::{self, Studies};
use crate::report::spool::Spool;
use crate::report::{check, folder, memo, tables};
use crate::scenario;
use crate::study::{self, Beside, Flows, Options, Run};

/// Simulate a deal: what may each payor owe, what may investors lose, who is paid for nothing
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
    /// Folder for tables and charts; out/<scenario> if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Write no files
    #[arg(long, conflicts_with = "out")]
    no_files: bool,
    /// Print summary.json instead of the memo
    #[arg(long)]
    json: bool,
    /// Check the books of every trial: not a cent lost, no limit exceeded
    #[arg(long)]
    audit: bool,
    /// Also write trials.parquet: a row for every trial, not only the first 1,000 that trials.csv has
    #[arg(long, conflicts_with = "no_files")]
    parquet: bool,
    /// Also write deal.xlsx: a workbook with the arithmetic of one future, the median of what all payors pay
    #[arg(long, conflicts_with = "no_files")]
    xlsx: bool,
    /// Say on stderr, as JSON, how long the simulation took
    #[arg(long)]
    timing: bool,
}

/// Runs the scenario, prints the memo or the summary, writes the folder.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = scenario::load(&arguments.scenario.scenario, &arguments.scenario.set)?;
    let (trials, seed) = arguments.futures.of(&scenario.deal)?;
    let path = arguments.out.clone().unwrap_or_else(|| default_folder(&arguments.scenario));
    extras::needs_xlsx(arguments.xlsx)?;
    let mut table = arguments.parquet.then(|| Trials::new(&path, &scenario, [trials, seed], &context.stop)).transpose()?;
    let start = Instant::now();
    let mut row = |observed: &Observed| table.iter_mut().for_each(|table| table.push(observed));
    let mut flows = Flows::default();
    let rows = arguments.parquet.then_some(&mut row as &mut (dyn FnMut(&Observed) + Send));
    let beside = Beside { unsampled: arguments.no_files, rows, flows: arguments.xlsx.then_some(&mut flows) };
    let run = with_progress(trials, context, |progress| {
        study::run_beside(&scenario.deal, &Options { trials, seed, audit: arguments.audit, stop: &context.stop, progress }, beside)
    });
    if let Some(failure) = table.as_ref().and_then(Trials::failure) {
        return Err(failure);
    }
    let run = run?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.timing {
        stderr::line(&format!(
            "{{\"trials\": {trials}, \"seconds\": {seconds:.6}, \"trials_per_second\": {:.0}}}",
            trials as f64 / seconds
        ));
    }
    let beside = scenario::tables(&arguments.scenario.scenario, &scenario.text)?;
    let kept = origin::kept(&beside);
    let json = Origin::here(&scenario.hash(), &run, arguments.audit, kept.clone()).summary(&scenario.deal, &run);
    if !arguments.no_files {
        let spools: Vec<Spool> = table.map(Trials::finish).transpose()?.into_iter().collect();
        let mut files = files(&scenario, &run, &json, context)?;
        if arguments.xlsx {
            files.push(("deal.xlsx".to_string(), extras::workbook(&scenario, &run, &flows)?));
        }
        files.extend(kept.into_iter().zip(beside).map(|(kept, table)| (kept.copy, table.contents)));
        folder::write_with(&path, &files, &spools)?;
        if !context.quiet {
            stderr::line(&format!("The report is {}; tables and charts are beside it", path.join("report.html").display()));
        }
    }
    if arguments.json { stdout::write(&json) } else { stdout::write(&memo::text(&scenario.deal, &run)) }
}

/// Simulates with a progress bar on a terminal.
pub fn simulate(deal: &Deal, trials: u64, seed: u64, audit: bool, context: &Context) -> Result<Run, Failure> {
    with_progress(trials, context, |progress| study::run(deal, &Options { trials, seed, audit, stop: &context.stop, progress }))
}

/// Does `work` while a bar on a terminal shows how many of `trials` are done.
pub fn with_progress<T, E: Into<Failure>>(
    trials: u64,
    context: &Context,
    work: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<T, E>,
) -> Result<T, Failure> {
    let bar = if context.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::with_draw_target(Some(trials), ProgressDrawTarget::hidden())
    } else {
        ProgressBar::new(trials)
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%  {human_pos} of {human_len} futures, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let outcome = work(&|done| bar.set_position(done));
    bar.finish_and_clear();
    outcome.map_err(Into::into)
}

fn default_folder(scenario: &ScenarioArguments) -> PathBuf {
    let stem = scenario.scenario.file_stem().map_or_else(|| "scenario".into(), |stem| stem.to_string_lossy().into_owned());
    PathBuf::from("out").join(if stem == "-" { "scenario".into() } else { stem })
}

/// Most trials of each of the studies that the report shows beside the run: they simulate the deal some twenty times more.
const STUDIED: u64 = 4_000;

/// Share of the cost per participant that partners could bear, to see in the report what partnerships are worth.
const PARTNERS: f64 = 0.25;

/// Everything that the folder holds, beside the tables that the scenario draws from.
pub(super) fn files(scenario: &scenario::Scenario, run: &Run, json: &str, context: &Context) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let deal = &scenario.deal;
    let mut files = vec![
        ("scenario.toml".to_string(), scenario.text.clone().into_bytes()),
        ("summary.json".to_string(), json.to_string().into_bytes()),
        ("terms.txt".to_string(), check::text(deal).into_bytes()),
        ("memo.txt".to_string(), memo::text(deal, run).into_bytes()),
    ];
    files.extend(tables::tables(deal, run).map_err(|error| Failure::Io(format!("cannot make a table: {error}")))?);
    let trials = run.trials.min(STUDIED);
    let options = Options { trials, seed: run.seed, audit: false, stop: &context.stop, progress: &|_| {} };
    let power = study::power(deal, None, &options)?;
    let figures = Figures::draw(deal, run, &power).map_err(|error| Failure::Io(format!("cannot draw a chart: {error}")))?;
    files.extend(figures.files());
    let (layers, readiness) = (study::layers(deal, &options)?, study::readiness(deal, PARTNERS, &options)?);
    let lints = study::lints(deal, run);
    let questions = super::simulation::existing(deal, &["payors.total", "investors.gain"]);
    let assumed = study::sensitivity::resting(deal, &questions, |grade| matches!(grade, None | Some(Grade::Assumed)), &options)?;
    let studies = Studies { power: &power, layers: &layers, readiness: Some(&readiness), lints: &lints, trials, assumed: &assumed };
    let page = page::html(deal, run, &figures, &studies, &scenario.hash());
    files.push(("report.html".into(), page.map_err(|error| Failure::Io(format!("cannot make the report: {error}")))?.into_bytes()));
    Ok(files)
}
