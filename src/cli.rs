//! The command line: flags in, files and text out. One file per command.
//!
//! Comes in: arguments. Goes out: results on stdout, progress and messages on stderr, an exit code. Must never know: how anything is
//! computed.
#![allow(rustdoc::invalid_html_tags, reason = "what is documented here is printed as help, where <file> is no tag")]

mod check;
mod cliffs;
mod compare;
mod desk;
mod estimate;
mod explain;
mod extras;
mod failure;
mod forecast;
mod indigo;
mod information;
mod interrupt;
mod known;
mod new;
mod page;
mod progress;
mod results;
mod run;
mod schema;
mod sensitivity;
mod settle;
mod shard;
mod simulated;
mod simulation;
mod solve;
mod stderr;
mod stdout;
mod stress;
mod studies;
mod sweep;
#[cfg(feature = "parquet")]
mod trials;
mod values;
mod verified;
mod verify;
mod verify_sweep;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};

use failure::Failure;

use crate::export::data::{self, About};
use crate::numeric::wide;
use crate::scenario::{self, Problems, Scenario, Sources};
use crate::study::Cancel;

/// Simulates Pay for Success contracts: what may be owed, what may be lost, and why.
#[derive(Debug, Parser)]
#[command(
    name = "pfsim",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = concat!(
        "Examples:\n",
        "  pfsim new my-deal.toml                      write a commented scenario to start from\n",
        "  pfsim check my-deal.toml                    read it back in sentences, or find every problem in it\n",
        "  pfsim run my-deal.toml                      simulate it; results in out/my-deal/\n",
        "  pfsim desk my-deal.toml                     one HTML file in which everybody at the table can move the terms\n",
        "  pfsim explain my-deal.toml --at p10         follow the money through one bad trial\n",
        "  pfsim compare my-deal.toml other-deal.toml  who wins, who loses, and by which clause\n",
        "  pfsim cliffs my-deal.toml                   where one more success pays far too much, or nothing\n",
        "  pfsim sweep my-sweep.toml                   hundreds of scenarios: prices, caps, tiers, effects\n",
        "  pfsim shard plan my-deal.toml --shards 16   one run or one sweep on several machines\n",
        "  pfsim solve my-question.toml                the lowest price, the highest cap that meets every requirement\n",
        "  pfsim sensitivity my-deal.toml              which input matters?\n",
        "  pfsim stress my-deal.toml                   what if it goes badly, and what has to happen for it?\n",
        "  pfsim information my-deal.toml              what is it worth to know more before choosing?\n",
        "  pfsim layers my-deal.toml                   where does the risk come from?\n",
        "  pfsim power my-deal.toml                    false positives, false negatives, and the power between them\n",
        "  pfsim readiness my-deal.toml                payor, data, partnerships, evidence: what is weak, and what that costs\n",
        "  pfsim verify out/my-deal                    make a folder of results again: is every number the same?\n",
        "  pfsim indigo my-deal.toml                   the deal as INDIGO data, for a register of impact bonds\n\n",
        "Exit codes: 0 done · 1 cannot read or write · 2 usage · 3 scenario invalid · 4 a stated check not met · 130 interrupted"
    )
)]
struct Cli {
    /// When to colour messages
    #[arg(long, global = true, value_enum, default_value_t = clap::ColorChoice::Auto)]
    color: clap::ColorChoice,
    /// No progress bar and no notes
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Worker threads; results never depend on it
    #[arg(long, global = true, env = THREADS, value_name = "N", value_parser = values::from_to::<u16, 1, 1024>)]
    threads: Option<u16>,
    /// Also do what takes longer than a day or more than 2 GB, or makes more than 100,000 scenarios
    #[arg(long, global = true)]
    large: bool,
    /// Also read tables and scenarios that a file names outside its own folder: only if you trust who wrote it
    #[arg(long, global = true)]
    allow_outside: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Check(check::Arguments),
    Settle(settle::Arguments),
    Forecast(forecast::Arguments),
    Layers(studies::LayersArguments),
    Power(studies::PowerArguments),
    Readiness(studies::ReadinessArguments),
    Desk(desk::Arguments),
    Compare(compare::Arguments),
    Cliffs(cliffs::Arguments),
    Sweep(sweep::Arguments),
    Shard(shard::Arguments),
    Solve(solve::Arguments),
    Sensitivity(sensitivity::Arguments),
    Stress(stress::Arguments),
    Information(information::Arguments),
    Explain(explain::Arguments),
    Verify(verify::Arguments),
    Indigo(indigo::Arguments),
    Schema(schema::Arguments),
    New(new::Arguments),
}

/// A scenario and the changes to make in it.
#[derive(Debug, clap::Args)]
struct ScenarioArguments {
    /// Scenario file in TOML; - is standard input
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    scenario: PathBuf,
    /// Change a value before it is checked, in TOML: --set deal.cap=2_000_000; repeatable
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl ScenarioArguments {
    /// Reads the scenario, with its changes.
    fn load(&self, context: &Context) -> Result<Scenario, Failure> {
        Ok(scenario::load_with(&self.scenario, &self.set, &context.sources(&self.scenario))?)
    }
}

/// The environment variable with the number of threads.
const THREADS: &str = "PFSIM_THREADS";

/// What every command is given besides its own arguments.
#[derive(Clone)]
struct Context {
    quiet: bool,
    /// Whether what takes very long or very much is wanted all the same.
    large: bool,
    outside: bool,
    /// What Ctrl-C does.
    cancel: Cancel,
}

impl Context {
    /// What the file at `path` may name: what stands in its folder and below, unless the person says otherwise.
    fn sources(&self, path: &Path) -> Sources {
        Sources::around(path, self.outside)
    }
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run_with(std::env::args_os()))
}

/// Runs the command line `arguments`, of which the first is the name of the program; the exit code. For a program that is started by
/// another, such as Python.
#[must_use]
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    match wide::lacking() {
        Some(lacking) => {
            stderr::plainly(&[
                "pfsim: this build needs a processor of 2009 or later (x86-64-v2), and this one lacks ",
                lacking,
                BUILD_FOR_ALL,
            ]);
            1
        }
        None => carry_out(arguments.into_iter().collect()),
    }
}

/// What an older processor needs.
const BUILD_FOR_ALL: &str = "; RUSTFLAGS='-C target-cpu=x86-64' cargo install --path . builds for any of 64 bits\n";

/// Kept apart: nothing of it may be done before the processor is known to have what it takes.
#[inline(never)]
fn carry_out(arguments: Vec<OsString>) -> u8 {
    let (cli, json) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return unparsed(&error),
    };
    match cli.color {
        clap::ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        clap::ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        clap::ColorChoice::Auto => {}
    }
    let cancel = Cancel::default();
    let handler = interrupt::handle(&cancel, crate::store::workspace::abandon);
    let context = Context { quiet: cli.quiet, large: cli.large, outside: cli.allow_outside, cancel };
    let outcome = handler.and_then(|()| threads(cli.threads)).and_then(|()| match &cli.command {
        Command::Run(arguments) => run::run(arguments, &context),
        Command::Check(arguments) => check::run(arguments, &context),
        Command::Settle(arguments) => settle::run(arguments, &context),
        Command::Forecast(arguments) => forecast::run(arguments, &context),
        Command::Layers(arguments) => studies::layers(arguments, &context),
        Command::Power(arguments) => studies::power(arguments, &context),
        Command::Readiness(arguments) => studies::readiness(arguments, &context),
        Command::Desk(arguments) => desk::run(arguments, &context),
        Command::Compare(arguments) => compare::run(arguments, &context),
        Command::Cliffs(arguments) => cliffs::run(arguments, &context),
        Command::Sweep(arguments) => sweep::run(arguments, &context),
        Command::Shard(arguments) => shard::run(arguments, &context),
        Command::Solve(arguments) => solve::run(arguments, &context),
        Command::Sensitivity(arguments) => sensitivity::run(arguments, &context),
        Command::Stress(arguments) => stress::run(arguments, &context),
        Command::Information(arguments) => information::run(arguments, &context),
        Command::Explain(arguments) => explain::run(arguments, &context),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Verify(arguments) => verify::run(arguments, &context),
        Command::Indigo(arguments) => indigo::run(arguments, &context),
        Command::New(arguments) => new::run(arguments),
    });
    match outcome {
        Ok(()) if stderr::is_lost() => 1,
        Ok(()) => 0,
        Err(failure) => {
            // `check` has said them.
            let as_data = json && !matches!(cli.command, Command::Check(_));
            if as_data && let Err(lost) = problems(failure.problems()) {
                lost.report();
            }
            failure.report()
        }
    }
}

/// Prints the problems of files as data.
fn problems(files: &[Problems]) -> Result<(), Failure> {
    match data::Problem::all(files) {
        problems if problems.is_empty() => Ok(()),
        problems => stdout::write(&data::text(&About::nothing(), &data::Problems { problems })),
    }
}

/// The command line, as far as it is one, and whether it asks for JSON. An empty variable is one that is not set.
fn parse(arguments: Vec<OsString>) -> Result<(Cli, bool), clap::Error> {
    let mut command = Cli::command();
    if std::env::var_os(THREADS).is_some_and(|value| value.is_empty()) {
        command = command.mut_arg("threads", |argument| argument.env(Resettable::Reset));
    }
    let matches = command.clone().try_get_matches_from(arguments)?;
    let mut innermost = &matches;
    while let Some((_, of)) = innermost.subcommand() {
        innermost = of;
    }
    let json = innermost.try_get_one::<bool>("json").ok().flatten().copied();
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok((cli, json.unwrap_or(false)))
}

/// Prints help, or what is wrong with the command line.
fn unparsed(error: &clap::Error) -> u8 {
    if error.use_stderr() {
        stderr::usage(error);
        return u8::try_from(error.exit_code()).unwrap_or(2);
    }
    match error.print() {
        // A reader who has gone away has seen enough.
        Err(lost) if lost.kind() != ErrorKind::BrokenPipe => Failure::Io(format!("cannot write to standard output: {lost}")).report(),
        _ => 0,
    }
}

fn threads(number: Option<u16>) -> Result<(), Failure> {
    let Some(number) = number else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(number))
        .build_global()
        .map_err(|error| Failure::Io(format!("cannot start {number} threads: {error}")))
}
