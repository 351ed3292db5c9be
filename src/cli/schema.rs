//! `pfsim schema`: the file format, for editors.

use super::{Failure, stdout};
use crate::scenario;

/// Print the JSON Schema of the scenario file, so that an editor completes and checks it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  pfsim schema > scenario.schema.json\n  and as the first line of a scenario: #:schema ./scenario.schema.json"
)]
pub struct Arguments {}

/// Prints the schema.
pub fn run() -> Result<(), Failure> {
    stdout::write(&(scenario::schema() + "\n"))
}
