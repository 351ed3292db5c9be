//! `pfsim check`: is the scenario right, what does it say, and what of it is unwise?

use std::path::PathBuf;

use clap::ValueHint;

use super::progress::with_progress;
use super::{Context, Failure, stdout};
use crate::analysis::{self, Lint};
use crate::deal::Deal;
use crate::export::data::{self, About, Check, CheckedScenario};
use crate::report::{check, lints};
use crate::scenario::{self, LoadError};
use crate::study::{self, Options};
use crate::words::count::counted;

/// Find every problem of scenario files, or read them back in sentences, with what is worth a second look
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim check my-deal.toml\n  \
    pfsim check scenarios/*/*.toml --quiet\n  \
    pfsim check my-deal.toml --deny                  exit code 4 where anything is worth a second look\n  \
    pfsim check my-deal.toml --json | jq '.scenarios[].lints[].code'\n\n\
    Each kind of finding has a page in docs/lints.")]
pub struct Arguments {
    /// Scenario files in TOML; - is standard input
    #[arg(required = true, value_hint = ValueHint::FilePath, value_name = "FILE")]
    scenarios: Vec<PathBuf>,
    /// Change a value before it is checked, in TOML; repeatable
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Do not simulate: only what can be told from the file itself
    #[arg(long)]
    no_simulation: bool,
    /// End with exit code 4 where anything is worth a second look
    #[arg(long)]
    deny: bool,
    /// Print JSON instead of sentences
    #[arg(long)]
    json: bool,
}

/// Checks each file; the problems of all are reported together, also where some cannot be read.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (mut invalid, mut unreadable, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    let (mut texts, mut documents, mut count) = (Vec::new(), Vec::new(), 0);
    for path in &arguments.scenarios {
        match scenario::load_with(path, &arguments.set, &context.sources(path)) {
            Ok(scenario) => {
                let found = look(&scenario.deal, arguments.no_simulation, context)?;
                count += found.len();
                if arguments.json {
                    documents.push(CheckedScenario::new(&path.display().to_string(), &scenario, &found));
                } else {
                    texts.push(check::text(&scenario.deal) + &lints::text(&found));
                }
            }
            Err(LoadError::Invalid(problems)) => invalid.push(problems),
            Err(error) => {
                unreadable.push((path.display().to_string(), error.to_string()));
                failures.push(Failure::from(error));
            }
        }
    }
    if arguments.json {
        let mut problems = data::Problem::all(&invalid);
        problems.extend(unreadable.iter().map(|(file, reason)| data::Problem::unreadable(file, reason.clone())));
        stdout::write(&data::text(&About::nothing(), &Check { scenarios: documents, problems }))?;
    } else {
        stdout::write(&texts.join("\n"))?;
    }
    if !invalid.is_empty() {
        failures.insert(0, Failure::Invalid(invalid));
    } else if count > 0 && arguments.deny {
        failures.push(Failure::NotMet(format!("{} worth a second look, and --deny was given", counted(count, "thing"))));
    }
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0)),
        _ => Err(Failure::Several(failures)),
    }
}

/// What is worth a second look in `deal`.
fn look(deal: &Deal, only_written: bool, context: &Context) -> Result<Vec<Lint>, Failure> {
    if only_written {
        return Ok(analysis::lints(deal));
    }
    with_progress(&Options::default(), context, |options| study::unwise(deal, options))
}
