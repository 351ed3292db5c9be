//! The `pfsim` command.

fn main() {}
