//! How are names listed? `a, b and c`.
//!
//! Comes in: names. Goes out: text. Must never know: what is named.

use super::count::grouped;

/// Names that [`some`] lists, at most.
const NAMED: usize = 20;

/// Names as people list them: `a, b and c`; empty where there are none.
#[must_use]
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => String::new(),
        [only] => only.as_ref().into(),
        [most @ .., last] => format!("{} and {}", joined(most), last.as_ref()),
    }
}

/// Names in a sentence: all of a few, the first 20 of many and how many more there are.
#[must_use]
pub fn some<S: AsRef<str>>(names: &[S]) -> String {
    if names.len() <= NAMED {
        return listed(names);
    }
    format!("{} and {} more", joined(&names[..NAMED]), grouped((names.len() - NAMED) as u64))
}

fn joined<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
