//! Does a folder of results hold what is made of it again? Every file compared, in words and as JSON.
//!
//! Comes in: a folder, what its files should be, who made it. Goes out: what differs, what is missing, what nobody knows. The folder is
//! only read. Must never know: how the files are made.

use core::fmt::Write;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde_json::json;

use super::difference::{Difference, first, plain};
use super::folder;

/// How a folder compares with what is made of it again.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Number of files that should be there.
    pub files: usize,
    /// Files that are not as they should be, and where they differ first.
    pub different: Vec<(String, Difference)>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that are there and that nobody makes.
    pub unknown: Vec<String>,
    /// Why the numbers may differ, or what else should be said.
    pub notes: Vec<String>,
}

/// Files named in a line, at most.
const NAMED: usize = 8;

/// Compares every one of `files` (names and contents) with the file of that name in the folder `path`.
///
/// # Errors
/// A name and what the system says, where a file is there and cannot be read.
pub fn compare(path: &Path, files: &[(String, Vec<u8>)]) -> Result<Verdict, (String, io::Error)> {
    let mut verdict = Verdict { files: files.len(), ..Verdict::default() };
    for (name, made) in files {
        match folder::read(path, name).map_err(|error| (name.clone(), error))? {
            None => verdict.missing.push(name.clone()),
            Some(held) => verdict.different.extend(first(name, &held, made).map(|difference| (name.clone(), difference))),
        }
    }
    let known: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let names = folder::names(path).map_err(|error| (String::new(), error))?;
    verdict.unknown = names.into_iter().filter(|name| !known.contains(name.as_str())).collect();
    Ok(verdict)
}

impl Verdict {
    /// Whether every file is there and as it should be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.different.is_empty() && self.missing.is_empty()
    }

    /// How many files are not as they should be, in words.
    #[must_use]
    pub fn headline(&self) -> String {
        let wrong = self.different.len() + self.missing.len();
        format!("{wrong} of {} files {} not what is made again", self.files, if wrong == 1 { "is" } else { "are" })
    }

    /// The verdict on `folder`, which was made `how`, as text.
    #[must_use]
    pub fn text(&self, folder: &str, how: &str) -> String {
        let mut text = String::new();
        let _ = if self.holds() {
            writeln!(text, "verified: every number of {} files is the same\n{folder}: {how}", self.files)
        } else {
            writeln!(text, "not verified: {}\n{folder}: {how}", self.headline())
        };
        for name in &self.missing {
            let _ = writeln!(text, "  {name}: missing");
        }
        for (name, at) in &self.different {
            let _ = writeln!(text, "  {name}: {}: {} in the folder, {} made again", at.place, at.held, at.made);
        }
        if !self.unknown.is_empty() {
            let more = self.unknown.len().saturating_sub(NAMED);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(text, "not looked at: {}{rest}", plain(&self.unknown[..self.unknown.len().min(NAMED)].join(", ")));
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        text
    }

    /// The same as JSON, with a final newline.
    #[must_use]
    pub fn json(&self, folder: &str) -> String {
        let different = self.different.iter();
        let different: Vec<_> =
            different.map(|(name, at)| json!({ "file": name, "place": at.place, "held": at.held, "made": at.made })).collect();
        let document = json!({
            "schema_version": 1, "folder": folder, "verified": self.holds(), "files": self.files, "different": different,
            "missing": self.missing, "unknown": self.unknown, "notes": self.notes,
        });
        format!("{document:#}\n")
    }
}
