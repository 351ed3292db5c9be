//! `pfsim run`: simulate a deal.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::ValueHint;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Context, Failure, ScenarioArguments, stdout};
use crate::deal::Deal;
use crate::report::origin::{self, Origin};
use crate::report::{check, figures, folder, memo, tables};
use crate::scenario;
use crate::study::{self, Options, Run};

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
    /// Number of simulated futures; the file's own number if absent
    #[arg(long, value_name = "N", value_parser = number)]
    trials: Option<u64>,
    /// Seed of every random draw; the file's own if absent
    #[arg(long, value_name = "N", value_parser = number)]
    seed: Option<u64>,
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
    /// Say on stderr, as JSON, how long the simulation took
    #[arg(long)]
    timing: bool,
}

/// A whole number that may be written 1_000_000 or 1e6.
pub(super) fn number(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let exact = |value: f64| ((0.0..=9e15).contains(&value) && value.fract() == 0.0).then_some(value as u64);
    plain.parse().ok().or_else(|| plain.parse().ok().and_then(exact)).ok_or_else(|| "write a whole number such as 20_000".into())
}

/// Runs the scenario, prints the memo or the summary, writes the folder.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = scenario::load(&arguments.scenario.scenario, &arguments.scenario.set)?;
    let trials = arguments.trials.unwrap_or(scenario.deal.trials);
    if trials == 0 {
        return Err(Failure::Usage("--trials must be at least 1".into()));
    }
    let seed = arguments.seed.unwrap_or(scenario.deal.seed);
    let start = Instant::now();
    let run = simulate(&scenario.deal, trials, seed, arguments.audit, context)?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.timing {
        anstream::eprintln!("{{\"trials\": {trials}, \"seconds\": {seconds:.6}, \"trials_per_second\": {:.0}}}", trials as f64 / seconds);
    }
    let beside = scenario::tables(&arguments.scenario.scenario, &scenario.text)?;
    let kept = origin::kept(&beside);
    let json = Origin::here(&scenario.hash(), &run, arguments.audit, kept.clone()).summary(&scenario.deal.name, &run);
    if !arguments.no_files {
        let path = arguments.out.clone().unwrap_or_else(|| default_folder(&arguments.scenario));
        let copies = kept.into_iter().zip(beside).map(|(kept, table)| (kept.copy, table.contents));
        folder::write(&path, &files(&scenario, &run, &json)?.into_iter().chain(copies).collect::<Vec<_>>())?;
        if !context.quiet {
            anstream::eprintln!("Tables and charts are in {}", path.display());
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
    work: impl FnOnce(&dyn Fn(u64)) -> Result<T, E>,
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

/// Everything that the folder holds, beside the tables that the scenario draws from.
pub(super) fn files(scenario: &scenario::Scenario, run: &Run, json: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = vec![
        ("scenario.toml".to_string(), scenario.text.clone().into_bytes()),
        ("summary.json".to_string(), json.to_string().into_bytes()),
        ("terms.txt".to_string(), check::text(&scenario.deal).into_bytes()),
        ("memo.txt".to_string(), memo::text(&scenario.deal, run).into_bytes()),
    ];
    files.extend(tables::tables(&scenario.deal, run).map_err(|error| Failure::Io(format!("cannot make a table: {error}")))?);
    files.extend(figures::files(&scenario.deal, run).map_err(|error| Failure::Io(format!("cannot draw a chart: {error}")))?);
    Ok(files)
}
