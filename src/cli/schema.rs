//! `pfsim schema`: the forms of files and of results, for editors and programs.

use clap::builder::PossibleValuesParser;

use super::{Failure, stdout};
use crate::experiment::{self, FileKind};
use crate::export::data;

/// Print the JSON Schema of a file, so that an editor completes and checks it, or of what a command prints with --json
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim schema > scenario.schema.json              and as the first line of a scenario: #:schema ./scenario.schema.json\n  \
    pfsim schema --of sweep > sweep.schema.json      the same of a sweep, of a search (--of solve), of results (--of results)\n  \
    pfsim schema --of run                            of what `pfsim run --json` prints; every document says its kind")]
pub struct Arguments {
    /// Whose schema: a file that people write (the first four), or a kind of document that pfsim prints
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(words()), default_value = "scenario")]
    of: String,
}

fn words() -> Vec<&'static str> {
    FileKind::ALL.map(FileKind::word).into_iter().chain(data::Kind::ALL.map(data::Kind::word)).collect()
}

/// Prints the schema.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let file = FileKind::ALL.into_iter().find(|kind| kind.word() == arguments.of).map(experiment::schema);
    let document = || data::Kind::ALL.into_iter().find(|kind| kind.word() == arguments.of).map(data::schema);
    match file.or_else(document) {
        Some(schema) => stdout::write(&(schema + "\n")),
        None => Err(Failure::Usage(format!("there is no kind `{}`", arguments.of))),
    }
}
