//! The `pfsim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pfsim::cli::main()
}
