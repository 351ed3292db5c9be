//! `pfsim solve`: the best terms that keep every promise.

use std::path::PathBuf;

use clap::ValueHint;

use super::known::Known;
use super::progress::with_progress;
use super::results;
use super::{Context, Failure, estimate, stdout};
use crate::experiment::solve::load_with;
use crate::export::data::{self, About};
use crate::export::origin::sha256;
use crate::report::solve as report;
use crate::store::manifest::Label;
use crate::study::questions::knows;
use crate::study::{self, Options};

/// Find the best terms that meet every requirement: the lowest price, the highest cap, such that ...
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim solve scenarios/solve-lowest-price.toml\n  \
    pfsim solve my-question.toml --out out/price --json | jq .levers\n\n\
    The file names a scenario, what should be small or large, what must hold, and the levers that may be moved. Exit code 4 where no terms\n\
    meet every requirement; the answer then says why, and which terms come closest.")]
pub struct Arguments {
    /// File of the question in TOML
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    known: Known,
    /// Folder for the answer, the table of candidates and the charts; none are written if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Print JSON instead of sentences
    #[arg(long)]
    json: bool,
}

/// Makes the search.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let solve = load_with(&arguments.file, &knows, &context.sources(&arguments.file))?;
    let solve = match arguments.known.so_far(&solve.deal)? {
        Some(so_far) => solve.given(so_far),
        None => solve,
    };
    estimate::possible(solve.trials)?;
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "solve")).transpose()?;
    let answer = with_progress(&Options::default(), context, |options| study::solve(&solve, options))?;
    let written = workspace.map_or(Ok(()), |workspace| {
        let [question, scenario] = solve.texts.each_ref().map(|text| sha256(text.as_bytes()));
        let label = Label::new("solve", &solve.name, &format!("{question} {scenario}"));
        results::write(workspace, &label, solve.bundle(&answer), Vec::new(), context)
    });
    stdout::write(&match arguments.json {
        true => data::text(&About::of_search(&solve), &data::Solve::new(&solve, &answer)),
        false => report::text(&solve, &answer),
    })?;
    written?;
    if answer.best().meets() { Ok(()) } else { Err(Failure::NotMet("no terms meet every requirement".into())) }
}
