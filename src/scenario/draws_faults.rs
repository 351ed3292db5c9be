//! What can be wrong with a table of draws.

use super::files::FileError;
use super::law::Fault;
use crate::words::count::grouped;

/// Most rows that are read.
pub(super) const MOST_ROWS: usize = 1_000_000;

/// Largest table that is read, in bytes.
pub(super) const LARGEST_TABLE: u64 = 64 * 1024 * 1024;

/// Longest name of a column that is listed in a message, in letters, and most of them.
const LONGEST_LISTED: usize = 60;
const MOST_LISTED: usize = 40;

/// What became of a column.
pub(super) type Values = Result<Vec<f64>, Fault>;

pub(super) fn fault(at: &str, message: String, help: &str) -> Fault {
    Fault { at: at.into(), message, help: help.into() }
}

/// A file cannot be read.
pub(super) fn unread(shown: &str, error: &FileError) -> Fault {
    fault("draws.file", format!("cannot read {shown}: {error}"), error.remedy())
}

/// A column is not there; `names` are those that are.
pub(super) fn no_such(file: &str, column: &str, names: &str) -> Fault {
    let help = if names.is_empty() { "its first row names its columns".into() } else { format!("there are: {names}") };
    fault("draws.column", format!("{file} has no column `{column}`"), &help)
}

/// A column is there more than once.
pub(super) fn not_one(file: &str, column: &str) -> Fault {
    fault("draws.column", format!("{file} has two columns `{column}`"), "give each its own name: either may be meant")
}

pub(super) fn too_many_rows(file: &str) -> Fault {
    let message = format!("{file} has more than {} rows", grouped(MOST_ROWS as u64));
    fault("draws.file", message, "a thinned posterior tells the same")
}

/// More numbers than are kept of all tables together.
pub(super) fn too_many_draws(file: &str) -> Fault {
    fault("draws.file", format!("with {file}, there are more draws than are kept"), "a thinned posterior tells the same")
}

/// Names of columns as they are listed in a message: those that can be shown, and not too many.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let shown = |name: &&str| !name.is_empty() && name.chars().count() <= LONGEST_LISTED && !name.chars().any(char::is_control);
    names.filter(shown).take(MOST_LISTED).collect::<Vec<_>>().join(", ")
}
