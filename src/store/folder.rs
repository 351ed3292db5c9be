//! Looking at a folder of results: may it be replaced, and what is in it? Only plain files are ever opened, and none without a limit.
//!
//! Comes in: a path. Goes out: names, contents, refusals. Nothing is written here (`report::workspace` does).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{self, Manifest};
use crate::words::count::grouped;
use crate::words::plain;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something is there that results may not take the place of.
    #[error("{path} {why}: nothing was written; {remedy}")]
    Refused {
        /// The folder as it was named.
        path: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// The system refused.
    #[error("cannot write {path}: {source}")]
    Io {
        /// What was being written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Most files and folders that are looked at in a folder of results.
pub const MOST_ENTRIES: usize = 100_000;

/// Largest manifest that is read, in bytes.
const LARGEST_MANIFEST: u64 = 32 * 1024 * 1024;

/// Times that a folder is looked at again which changes meanwhile.
const AGAIN: usize = 100;

/// Names in a message, at most.
const NAMED: usize = 4;

/// The file in a sweep's folder.
pub const JOURNAL: &str = "journal.txt";

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    Plain,
    /// A folder.
    Folder,
    /// A link, a pipe, a device: never opened.
    Strange,
}

/// Something in a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name from the folder on, with `/` between its parts.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
}

/// What is in the folder `path` and in folders in it, by name.
///
/// # Errors
/// What the system says; or that there are more than [`MOST_ENTRIES`].
pub fn entries(path: &Path) -> io::Result<Vec<Entry>> {
    list(path, true)
}

/// What is in a folder, and in folders in it where it is to be `deep`.
fn list(path: &Path, deep: bool) -> io::Result<Vec<Entry>> {
    let mut found: Vec<Entry> = Vec::new();
    let mut open = vec![(path.to_path_buf(), String::new())];
    while let Some((folder, before)) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            let kind = match entry.file_type()? {
                kind if kind.is_dir() => Kind::Folder,
                kind if kind.is_file() => Kind::Plain,
                _ => Kind::Strange,
            };
            if deep && kind == Kind::Folder {
                open.push((entry.path(), format!("{name}/")));
            }
            if found.len() == MOST_ENTRIES {
                return Err(io::Error::other(format!("it holds more than {} files", grouped(MOST_ENTRIES as u64))));
            }
            found.push(Entry { name, path: entry.path(), kind });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// A file as it is found.
#[derive(Debug)]
pub enum Held {
    /// There is none.
    Missing,
    /// It is a folder, a link, a pipe or a device, or in one: it is not opened.
    Strange,
    /// It is longer than the limit, and not read.
    Longer,
    /// What it holds.
    Contents(Vec<u8>),
}

/// The file `name` in the folder `path`, of at most `most` bytes. Only a plain file is opened.
///
/// # Errors
/// What the system says.
pub fn read(path: &Path, name: &str, most: u64) -> io::Result<Held> {
    let Some(file) = open(path, name)? else { return Ok(Held::Missing) };
    let Some(file) = file else { return Ok(Held::Strange) };
    if file.metadata()?.len() > most {
        return Ok(Held::Longer);
    }
    let mut contents = Vec::new();
    file.take(most + 1).read_to_end(&mut contents)?;
    Ok(if contents.len() as u64 > most { Held::Longer } else { Held::Contents(contents) })
}

/// The first `most` bytes of a file that may be longer.
///
/// # Errors
/// What the system says.
pub fn beginning(path: &Path, name: &str, most: u64) -> io::Result<Held> {
    let Some(file) = open(path, name)? else { return Ok(Held::Missing) };
    let Some(file) = file else { return Ok(Held::Strange) };
    let mut contents = Vec::new();
    file.take(most).read_to_end(&mut contents)?;
    Ok(Held::Contents(contents))
}

/// Opens a plain file; `Some(None)` for what is none, or lies behind a link.
fn open(path: &Path, name: &str) -> io::Result<Option<Option<File>>> {
    let mut at = path.to_path_buf();
    let parts: Vec<&str> = name.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        at.push(part);
        let kind = match fs::symlink_metadata(&at) {
            Ok(found) => found.file_type(),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(error),
        };
        let last = index + 1 == parts.len();
        if (last && !kind.is_file()) || (!last && !kind.is_dir()) {
            return Ok(Some(None));
        }
    }
    let file = File::open(&at)?;
    // It may have been another one a moment ago.
    let plain = file.metadata()?.is_file();
    Ok(Some(plain.then_some(file)))
}

/// The manifest of the folder `path`; `None` where there is none.
///
/// # Errors
/// What is wrong with it, as words that follow its name.
pub fn manifest(path: &Path) -> Result<Option<Manifest>, String> {
    match read(path, manifest::NAME, LARGEST_MANIFEST) {
        Ok(Held::Missing) => Ok(None),
        Ok(Held::Contents(bytes)) => Manifest::read(&bytes).map(Some),
        Ok(Held::Strange) => Err("is not a plain file".into()),
        Ok(Held::Longer) => Err("is too long".into()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

/// SHA-256 of the plain file `path`, in hexadecimal.
///
/// # Errors
/// What the system says.
pub fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hasher, mut part) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut part)? {
            0 => break,
            count => hasher.update(&part[..count]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What new results may take the place of.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Results of this command, as it wrote them.
    pub command: &'static str,
    /// For a sweep: its identity, by which its own folder is known, and the first line of its journal, which stands alone until it is done.
    pub sweep: Option<(String, String)>,
}

impl Rule {
    /// Results of `command`.
    #[must_use]
    pub fn of(command: &'static str) -> Self {
        Self { command, sweep: None }
    }

    /// Whether the folder `path`, which is called `shown`, may be replaced: it is empty, or holds only what pfsim wrote there and nobody
    /// changed. Its manifest, if it has one. Files that are gone are nobody's loss.
    ///
    /// # Errors
    /// [`FolderError`], with the first files that are in the way.
    pub fn check(&self, path: &Path, shown: &str) -> Result<Option<Manifest>, FolderError> {
        // Another process may put its results there at this moment: then it is looked at again.
        let mut before = manifest(path);
        for _ in 0..AGAIN {
            let found = self.look(path, shown);
            let now = manifest(path);
            if found.is_ok() || now == before {
                return found;
            }
            before = now;
        }
        self.look(path, shown)
    }

    fn look(&self, path: &Path, shown: &str) -> Result<Option<Manifest>, FolderError> {
        const AWAY: &str = "move it away, or choose another --out";
        let refused = |why: String| FolderError::Refused { path: shown.into(), why, remedy: AWAY.into() };
        let unreadable = |error: io::Error| refused(format!("cannot be read ({error})"));
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(refused("exists and is not a folder".into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(FolderError::Io { path: shown.into(), source }),
        }
        let found = manifest(path).map_err(|what| refused(format!("is not a folder of results: its {} {what}", manifest::NAME)))?;
        let entries = list(path, found.is_some()).map_err(unreadable)?;
        let Some(found) = found else {
            let strangers: Vec<String> = entries.iter().filter(|entry| !self.begun(entry)).map(|entry| entry.name.clone()).collect();
            if strangers.is_empty() {
                return Ok(None);
            }
            let kind = if self.sweep.is_some() { "of this sweep" } else { "of results" };
            return Err(refused(format!("exists and is not a folder {kind} (it holds {} and no {})", listed(&strangers), manifest::NAME)));
        };
        let label = &found.label;
        if label.command != self.command {
            return Err(refused(format!("holds results of `pfsim {}`", label.command)));
        }
        if self.sweep.as_ref().is_some_and(|(identity, _)| *identity != label.scenario) {
            return Err(refused("is not a folder of this sweep as it is now".into()));
        }
        let mut strangers = Vec::new();
        for entry in &entries {
            strangers.extend(strange(entry, &found).map_err(unreadable)?.map(|what| format!("{} ({what})", entry.name)));
        }
        if strangers.is_empty() {
            return Ok(Some(found));
        }
        Err(FolderError::Refused {
            path: shown.into(),
            why: format!("holds what is not as pfsim wrote it: {}", listed(&strangers)),
            remedy: "move that away, or choose another --out".into(),
        })
    }

    /// Whether an entry is the journal of this sweep, which is not done.
    fn begun(&self, entry: &Entry) -> bool {
        let Some((_, head)) = &self.sweep else { return false };
        if entry.name != JOURNAL || entry.kind != Kind::Plain {
            return false;
        }
        let mut start = Vec::new();
        let read = File::open(&entry.path).and_then(|file| file.take(head.len() as u64).read_to_end(&mut start));
        read.is_ok() && head.as_bytes().starts_with(&start)
    }
}

/// What is wrong with an entry of a folder with the manifest `of`; `None` where pfsim wrote it so.
pub(super) fn strange(entry: &Entry, of: &Manifest) -> io::Result<Option<&'static str>> {
    Ok(match (entry.kind, of.files.get(&entry.name)) {
        (Kind::Strange, _) => Some("not a plain file"),
        (Kind::Folder, _) => {
            let inside = format!("{}/", entry.name);
            (!of.files.keys().any(|name| name.starts_with(&inside))).then_some("a folder that is not in its manifest")
        }
        (Kind::Plain, _) if entry.name == manifest::NAME => None,
        (Kind::Plain, None) => Some("not in its manifest"),
        (Kind::Plain, Some(wanted)) => (hash(&entry.path)? != *wanted).then_some("changed"),
    })
}

/// Removes the files of `manifest` and itself from the folder `path`, then the folders that are empty, then `path`. Nothing else is touched.
///
/// # Errors
/// What the system says; above all that a folder is not empty.
pub(super) fn remove(path: &Path, files: &BTreeSet<String>) -> io::Result<()> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([path.to_path_buf()]);
    for name in files.iter().map(String::as_str).chain([manifest::NAME]) {
        let file = path.join(name);
        match fs::remove_file(&file) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Err(error),
            _ => {}
        }
        folders.extend(file.ancestors().skip(1).take_while(|folder| folder.starts_with(path)).map(Path::to_path_buf));
    }
    for folder in folders.iter().rev() {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The first few of `names`, without what a terminal would obey.
pub(super) fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    plain(&names[..names.len().min(NAMED)].join(", ")) + &rest
}
