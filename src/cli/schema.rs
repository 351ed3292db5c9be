//! `pfsim schema`: the file formats, for editors.

use super::{Failure, stdout};
use crate::experiment::{self, FileKind};

/// Print the JSON Schema of a file, so that an editor completes and checks it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim schema > scenario.schema.json              and as the first line of a scenario: #:schema ./scenario.schema.json\n  \
    pfsim schema --of sweep > sweep.schema.json      the same of a sweep, of a search (--of solve), of results (--of results)")]
pub struct Arguments {
    /// Whose schema
    #[arg(long, value_enum, default_value_t = Kind::Scenario)]
    of: Kind,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    Scenario,
    Sweep,
    Solve,
    Results,
}

/// Prints the schema.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let kind = match arguments.of {
        Kind::Scenario => FileKind::Scenario,
        Kind::Sweep => FileKind::Sweep,
        Kind::Solve => FileKind::Solve,
        Kind::Results => FileKind::Results,
    };
    stdout::write(&(experiment::schema(kind) + "\n"))
}
