//! Does a folder of results hold what is made of it again? Every file compared, in words and as data.
//!
//! Comes in: a folder, what its files should be, who made it. Goes out: what was changed since it was written, what comes out otherwise,
//! what is missing, what nobody knows. The folder is only read. Must never know: how the files are made.

use core::fmt::Write;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::difference::{Difference, first};
use super::folder::{self, Entry, Held, Kind};
use super::manifest::{self, Manifest};
use crate::export::bundle::Artifact;
use crate::export::data;
use crate::words::count::counted;
use crate::words::plain;

/// How a folder compares with what is made of it again, and with its manifest.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Number of files that should be there, without the manifest.
    pub files: usize,
    /// Whether the folder has a manifest.
    pub manifest: bool,
    /// Files that are not what the manifest says that pfsim wrote.
    pub changed: Vec<String>,
    /// Files that are not as they should be, and where they differ first.
    pub different: Vec<(String, Difference)>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Links, pipes and devices, and what stands in a file's place: never opened.
    pub strange: Vec<String>,
    /// Files that nobody makes again, but that are what pfsim wrote.
    pub unchanged: Vec<String>,
    /// Files that are there and that nobody makes.
    pub unknown: Vec<String>,
    /// What was made again, in words, where that is only a part.
    pub part: Option<String>,
    /// Why the numbers may differ, or what else should be said.
    pub notes: Vec<String>,
}

/// Files named in a line, at most.
const NAMED: usize = 8;

/// Bytes of a file that are read beyond the length that it should have, to show what is there.
const BEYOND: u64 = 4096;

/// Largest file that is looked at though nobody makes it again, in bytes.
const LARGEST_UNMADE: u64 = 16 * 1024 * 1024 * 1024;

/// Longest part of a name that every usual file system takes: only what is longer may have been left out for its name.
const EVERYWHERE: usize = 100;

/// Compares every one of `files` with the file of that name in the folder `path`, and all with its manifest.
///
/// # Errors
/// A name and what the system says, where a file is there and cannot be read.
pub fn compare(path: &Path, files: &[Artifact]) -> Result<Verdict, (String, io::Error)> {
    let found = folder::entries(path).map_err(|error| (String::new(), error))?;
    let found: BTreeMap<&str, &Entry> = found.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let known: BTreeMap<&str, &[u8]> = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    let mut verdict = Verdict { files: files.len(), ..Verdict::default() };
    let listed = match folder::manifest(path) {
        Ok(listed) => listed,
        Err(what) => {
            verdict.changed.push(manifest::NAME.to_string());
            verdict.notes.push(format!("{} {what}", manifest::NAME));
            None
        }
    };
    verdict.manifest = listed.is_some();
    let listed = listed.unwrap_or_default();
    for Artifact { name, bytes: made } in files {
        if listed.files.contains_key(name) || !left_out(name, &found, &listed) {
            verdict.look(path, name, made)?;
        } else {
            verdict.files -= 1;
            verdict.notes.push(format!("{}: left out when the folder was written, for its long name", plain(name)));
        }
    }
    for name in listed.files.keys().filter(|name| !known.contains_key(name.as_str()) && !found.contains_key(name.as_str())) {
        verdict.missing.push(name.clone());
    }
    for (name, entry) in found {
        let is_own = known.contains_key(name) || name == manifest::NAME;
        match (entry.kind, listed.files.contains_key(name)) {
            (Kind::Folder, _) => {}
            (Kind::Strange, _) if !is_own => verdict.strange.push(name.to_string()),
            (Kind::Strange, _) => {}
            (Kind::Plain, true) => {
                let failed = |error| (name.to_string(), error);
                // Lengths come first: a file may have no end to speak of.
                let length = std::fs::symlink_metadata(&entry.path).map_err(failed)?.len();
                let most = known.get(name).map_or(LARGEST_UNMADE, |made| made.len() as u64 + BEYOND);
                match length <= most && folder::strange(entry, &listed).map_err(failed)?.is_none() {
                    true if !is_own => verdict.unchanged.push(name.to_string()),
                    true => {}
                    false if !is_own && length > most => verdict.unknown.push(format!("{name} (too long)")),
                    false => verdict.changed.push(name.to_string()),
                }
            }
            (Kind::Plain, false) if !is_own => verdict.unknown.push(name.to_string()),
            (Kind::Plain, false) => {}
        }
    }
    Ok(verdict)
}

/// Whether a file may be absent because the system that the folder was written on does not take its name.
fn left_out(name: &str, found: &BTreeMap<&str, &Entry>, listed: &Manifest) -> bool {
    let long = name.split('/').any(|part| part.len() > EVERYWHERE);
    long && !listed.files.is_empty() && !found.contains_key(name)
}

impl Verdict {
    /// Compares the file `name` with what was made again. Of one that is too long only the beginning is read.
    fn look(&mut self, path: &Path, name: &str, made: &[u8]) -> Result<(), (String, io::Error)> {
        match folder::beginning(path, name, made.len() as u64 + BEYOND).map_err(|error| (name.to_string(), error))? {
            Held::Missing => self.missing.push(name.to_string()),
            Held::Contents(held) => self.different.extend(first(name, &held, made).map(|difference| (name.to_string(), difference))),
            Held::Strange | Held::Longer => self.strange.push(name.to_string()),
        }
        Ok(())
    }

    /// Whether every file is there, as pfsim wrote it, and as it should be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.wrong() == 0
    }

    /// Number of files that something is wrong with.
    fn wrong(&self) -> usize {
        let different = self.different.iter().map(|(name, _)| name);
        let names: std::collections::BTreeSet<&String> = different.chain(&self.changed).chain(&self.missing).chain(&self.strange).collect();
        names.len()
    }

    /// How many files are not as they should be, in words.
    #[must_use]
    pub fn headline(&self) -> String {
        let wrong = self.wrong();
        format!("{wrong} of {} {} not what is made again", counted(self.files, "file"), if wrong == 1 { "is" } else { "are" })
    }

    /// The verdict on `folder`, which was made `how`, as text.
    #[must_use]
    pub fn text(&self, folder: &str, how: &str) -> String {
        let mut text = String::new();
        let _ = match (&self.part, self.holds()) {
            (None, true) => writeln!(text, "verified: every number of {} is the same\n{folder}: {how}", counted(self.files, "file")),
            (Some(part), true) => writeln!(text, "verified in part: {part}\n{folder}: {how}"),
            (_, false) => writeln!(text, "not verified: {}\n{folder}: {how}", self.headline()),
        };
        for name in &self.missing {
            let _ = writeln!(text, "  {}: missing", plain(name));
        }
        for name in &self.strange {
            let _ = writeln!(text, "  {}: not a plain file; it was not opened", plain(name));
        }
        for (name, at) in &self.different {
            let since = match (self.manifest, self.changed.contains(name)) {
                (true, true) => " (changed since pfsim wrote it)",
                (true, false) => " (as pfsim wrote it)",
                (false, _) => "",
            };
            let _ = writeln!(text, "  {}: {}: {} in the folder, {} made again{since}", plain(name), at.place, at.held, at.made);
        }
        for name in self.changed.iter().filter(|name| self.different.iter().all(|(different, _)| different != *name)) {
            let _ = writeln!(text, "  {}: changed since pfsim wrote it", plain(name));
        }
        let mut listed = |what: &str, names: &[String]| {
            if !names.is_empty() {
                let more = names.len().saturating_sub(NAMED);
                let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                let _ = writeln!(text, "{what}: {}{rest}", plain(&names[..names.len().min(NAMED)].join(", ")));
            }
        };
        listed("not made again, but as pfsim wrote them", &self.unchanged);
        listed(if self.manifest { "not in the manifest, not looked at" } else { "not looked at" }, &self.unknown);
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        if !self.manifest && self.changed.iter().all(|name| name != manifest::NAME) {
            let _ = writeln!(text, "note: there is no {} that says what pfsim wrote", manifest::NAME);
        }
        text
    }

    /// The same as data.
    #[must_use]
    pub fn data<'a>(&'a self, folder: &'a str, how: &'a str) -> data::Verify<'a> {
        let different = self.different.iter().map(|(file, at)| data::Difference { file, place: &at.place, held: &at.held, made: &at.made });
        data::Verify {
            folder,
            verified: self.holds(),
            how,
            files: self.files,
            part: self.part.as_deref(),
            different: different.collect(),
            missing: &self.missing,
            manifest: self.manifest,
            changed: &self.changed,
            not_plain: &self.strange,
            unchanged: &self.unchanged,
            unknown: &self.unknown,
            notes: &self.notes,
        }
    }
}
