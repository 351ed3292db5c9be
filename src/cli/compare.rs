//! `pfsim compare`: two scenarios on the same futures.

use std::path::PathBuf;

use clap::ValueHint;

use super::known::Known;
use super::progress::with_progress;
use super::simulation::Futures;
use super::{Context, Failure, results, stderr, stdout};
use crate::experiment::clauses;
use crate::export::bundles::of_comparison;
use crate::export::data::Compare;
use crate::report::compare::Compared;
use crate::report::compare_text;
use crate::scenario::{self, LoadError, Scenario};
use crate::store::manifest::Label;
use crate::study;

/// Compare two scenarios on the same trials: who wins, who loses, and which clause moves how much money from whom to whom
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim compare my-deal.toml their-offer.toml\n  \
    pfsim compare my-deal.toml my-deal.toml --set 'payor.\"State\".cap=2_000_000' --set 'tranche.\"loan\".coupon=0.06'\n  \
    pfsim compare my-deal.toml their-offer.toml --json | jq '.clauses[].sentence'")]
pub struct Arguments {
    /// Scenario file A in TOML
    #[arg(value_hint = ValueHint::FilePath, value_name = "A")]
    first: PathBuf,
    /// Scenario file B in TOML, which may be A again with --set
    #[arg(value_hint = ValueHint::FilePath, value_name = "B")]
    second: PathBuf,
    /// Change a value of B before it is checked, in TOML: --set deal.cap=2_000_000; repeatable
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    futures: Futures,
    /// Also write the comparison as text and JSON to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
}

/// Compares, prints, and writes the folder if one is named.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let [first, second] = load(arguments, context)?;
    let [first, second] = [arguments.known.of(first)?, arguments.known.of(second)?];
    let options = arguments.futures.of(&first.deal)?;
    let file = arguments.first.display().to_string();
    let parts = clauses::between(&first, &second, options.seed_of(&first.deal)).map_err(|apart| Failure::Usage(apart.to_string()))?;
    let names = [file, format!("{} {}", arguments.second.display(), set(&arguments.set)).trim_end().to_string()];
    if parts.clauses.is_empty() && !arguments.json {
        let message = "A and B say the same in every clause: nothing moves.\n";
        return stdout::write(message);
    }
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "compare")).transpose()?;
    let found = with_progress(&options, context, |options| study::compare(&parts, options))?;
    let compared = Compared { deals: [&first.deal, &second.deal], names: [&names[0], &names[1]], parts: &parts, found: &found };
    let written = workspace.map_or(Ok(()), |workspace| {
        let shown = workspace.shown().to_string();
        let label = Label::new("compare", &names_of(&first, &second), &format!("{} {}", first.hash(), second.hash()));
        results::write(workspace, &label, of_comparison([&first, &second], &compared), Vec::new(), context)?;
        if !context.quiet {
            stderr::line(&format!("The comparison is in {shown}"));
        }
        Ok(())
    });
    stdout::write(&if arguments.json { Compare::document([&first, &second], &compared) } else { compare_text::text(&compared) })?;
    written
}

/// Both scenarios; problems of both are reported together.
fn load(arguments: &Arguments, context: &Context) -> Result<[Scenario; 2], Failure> {
    let own = context.sources(&arguments.first);
    // What both name is read once.
    let beside = arguments.first.parent() == arguments.second.parent();
    let other = if beside { own.clone() } else { context.sources(&arguments.second) };
    match (scenario::load_with(&arguments.first, &[], &own), scenario::load_with(&arguments.second, &arguments.set, &other)) {
        (Ok(first), Ok(second)) => Ok([first, second]),
        (Err(LoadError::Invalid(first)), Err(LoadError::Invalid(second))) if arguments.first != arguments.second => {
            Err(Failure::Invalid(vec![first, second]))
        }
        (Err(error), _) | (_, Err(error)) => Err(error.into()),
    }
}

fn names_of(first: &Scenario, second: &Scenario) -> String {
    let [first, second] = [first, second].map(|scenario| scenario.deal.name.as_str());
    if first == second { first.to_string() } else { format!("{first} | {second}") }
}

fn set(assignments: &[String]) -> String {
    assignments.iter().map(|assignment| format!("--set '{assignment}'")).collect::<Vec<_>>().join(" ")
}
