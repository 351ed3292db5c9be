//! `pfsim solve`: the best terms that keep every promise.

use std::path::PathBuf;

use clap::ValueHint;

use super::progress::with_progress;
use super::results::{self, Made};
use super::sweep::knows;
use super::{Context, Failure, stdout};
use crate::experiment::solve::{Solve, load_with};
use crate::export::data::{self, About, Source};
use crate::export::origin::sha256;
use crate::report::{figures, solve as report};
use crate::store::manifest::Label;
use crate::study::{self, Answer, Options};

/// Find the best terms that keep every promise: the lowest price, the highest cap, such that ...
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
    super::estimate::possible(solve.trials)?;
    let workspace = arguments.out.as_ref().map(|out| results::begin(out, "solve")).transpose()?;
    let answer = with_progress(&Options::default(), context, |options| study::solve(&solve, options))?;
    let (text, json) = (report::text(&solve, &answer), json(&solve, &answer));
    let written = workspace.map_or(Ok(()), |workspace| {
        let mut made = Made::from(vec![
            ("solve.toml".to_string(), solve.texts[0].clone().into_bytes()),
            ("scenario.toml".to_string(), solve.texts[1].clone().into_bytes()),
            ("summary.json".to_string(), json.clone().into_bytes()),
            ("answer.txt".to_string(), text.clone().into_bytes()),
        ]);
        made.add("candidates.csv", report::csv(&solve, &answer).map(|table| vec![("candidates.csv".to_string(), table)]));
        made.add("the charts", report::pictures(&solve, &answer).map(|drawn| figures::as_files(&drawn)));
        let [question, scenario] = solve.texts.each_ref().map(|text| sha256(text.as_bytes()));
        let label = Label::new("solve", &solve.name, &format!("{question} {scenario}"));
        results::write(workspace, &label, made, Vec::new(), context)
    });
    stdout::write(if arguments.json { &json } else { &text })?;
    written?;
    if answer.best().meets() { Ok(()) } else { Err(Failure::NotMet("no terms meet every requirement".into())) }
}

/// The answer as data.
fn json(solve: &Solve, answer: &Answer) -> String {
    let scenario = Source { name: solve.deal.name.as_str().into(), sha256: sha256(solve.texts[1].as_bytes()).into(), changes: [][..].into() };
    let about = About {
        scenario: Some(scenario),
        currency: Some(solve.deal.currency.code()),
        trials: Some(solve.trials),
        seed: Some(solve.seed),
        ..About::nothing()
    };
    data::text(&about, &data::Solve::new(solve, answer))
}
