//! `pfsim new`: a commented scenario to start from.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::{Failure, stdout};
use crate::scenario::STARTER;

/// Write a commented scenario to start from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pfsim new my-deal.toml\n  pfsim new -            print it")]
pub struct Arguments {
    /// The file to write; it must not exist; - prints it
    #[arg(value_hint = ValueHint::FilePath, value_name = "FILE")]
    file: PathBuf,
}

/// Writes the starter; never over an existing file.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.file == Path::new("-") {
        return stdout::write(STARTER);
    }
    let name = arguments.file.display();
    let mut file = OpenOptions::new().write(true).create_new(true).open(&arguments.file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Io(format!("{name} exists; nothing was written")),
        _ => Failure::Io(format!("cannot write {name}: {error}")),
    })?;
    file.write_all(STARTER.as_bytes()).map_err(|error| {
        let _ = std::fs::remove_file(&arguments.file);
        Failure::Io(format!("cannot write {name}: {error}"))
    })?;
    stdout::write(&format!("{name} is written. Read it, change it, then:\n  pfsim check {name}\n  pfsim run {name}\n"))
}
