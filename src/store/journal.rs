//! The rows of a sweep on disk, as they come: what a killed sweep goes on from.
//!
//! A first line says which sweep it is; then one line for each scenario: its number, and each figure and its error as the shortest text
//! that reads back the same, ended by a line feed. A last line that was cut short is not read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::folder::{self, Held};
use super::manifest;
use crate::experiment::sweep::Sweep;
use crate::export::origin::lock;
use crate::study::Row;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is that of another sweep, or none.
    #[error("{0} is not a folder of this sweep: nothing was written; choose another --out")]
    Foreign(PathBuf),
    /// Another process has it.
    #[error("another pfsim is writing this sweep in {0}: nothing was written; wait for it, or choose another --out")]
    Busy(PathBuf),
    /// A line of it is not as pfsim writes it.
    #[error("{path} has a line {line} that {what}: nothing was written; move it away to make these scenarios again")]
    Line {
        /// The journal.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
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

/// Which journal is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// [`identity`] of the sweep.
    pub identity: &'w str,
    /// Number of figures in a row.
    pub figures: usize,
    /// Number of scenarios.
    pub count: u64,
}

/// An open journal; while it is open, no other process can open it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Whether it is as the folder's manifest says.
    sealed: bool,
}

/// What a sweep is known by: all its files and the tables that they draw from, its trials, its seed, and this program: its version, its
/// source and its dependencies.
#[must_use]
pub fn identity(sweep: &Sweep) -> String {
    let mut hasher = Sha256::new();
    let texts = core::iter::once(&sweep.text).chain(&sweep.texts).map(String::as_bytes);
    for contents in texts.chain(sweep.tables.iter().map(|table| table.contents.as_slice())) {
        hasher.update((contents.len() as u64).to_le_bytes());
        hasher.update(contents);
    }
    let program = format!("{} {} {}", env!("CARGO_PKG_VERSION"), env!("PFSIM_BUILD"), lock());
    hasher.update(format!("{} {} {program}", sweep.trials, sweep.seed));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first line of the journal of a sweep.
#[must_use]
pub fn head(identity: &str) -> String {
    format!("pfsim sweep 1 {identity}\n")
}

/// The rows in the folder `path`, each once, in the order in which they were made; `None` where it is not one of this sweep.
///
/// # Errors
/// [`JournalError::Line`]: a line cannot be read, or contradicts another one.
pub fn rows(path: &Path, wanted: &Wanted<'_>) -> Result<Option<Vec<Row>>, JournalError> {
    match folder::read(path, folder::JOURNAL, longest(wanted)) {
        Ok(Held::Contents(bytes)) => Ok(read(&path.join(folder::JOURNAL), &bytes, wanted)?.map(|(rows, _)| rows)),
        Ok(_) => Ok(None),
        Err(source) => Err(JournalError::Io { path: path.join(folder::JOURNAL), source }),
    }
}

/// The rows in `bytes`, a whole journal that stands in the file at `path`; `None` where it is not one of this sweep, or the end is missing.
///
/// # Errors
/// [`JournalError::Line`]: a line cannot be read, or contradicts another one.
pub fn parse(path: &Path, bytes: &[u8], wanted: &Wanted<'_>) -> Result<Option<Vec<Row>>, JournalError> {
    Ok(read(path, bytes, wanted)?.filter(|(_, whole)| *whole == bytes.len() as u64).map(|(rows, _)| rows))
}

/// Length of a journal that has every row several times.
fn longest(wanted: &Wanted<'_>) -> u64 {
    let row = 24 + 2 * wanted.figures as u64 * 32;
    wanted.count.saturating_mul(row).saturating_mul(4).saturating_add(1 << 20)
}

/// The rows in `bytes`, and how many bytes of whole lines there are.
fn read(path: &Path, bytes: &[u8], wanted: &Wanted<'_>) -> Result<Option<(Vec<Row>, u64)>, JournalError> {
    let head = head(wanted.identity);
    if head.as_bytes().starts_with(bytes) {
        // Killed before the first row.
        return Ok(Some((Vec::new(), if bytes.len() == head.len() { bytes.len() as u64 } else { 0 })));
    }
    let Some(lines) = bytes.strip_prefix(head.as_bytes()) else { return Ok(None) };
    let whole = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut rows: Vec<Row> = Vec::new();
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, line) in lines[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
        let wrong = |what: String| JournalError::Line { path: path.to_path_buf(), line: at + 2, what };
        let read = core::str::from_utf8(line).ok().and_then(|line| row(line.trim_end_matches('\n'), wanted.figures));
        let row = read.ok_or_else(|| wrong("is no row of this sweep".into()))?;
        if row.index >= wanted.count {
            return Err(wrong(format!("is of scenario {}, and there are {}", row.index + 1, wanted.count)));
        }
        match places.get(&row.index) {
            Some(&place) if same(&rows[place], &row) => {}
            Some(_) => return Err(wrong(format!("has other numbers for scenario {} than an earlier one", row.index + 1))),
            None => {
                places.insert(row.index, rows.len());
                rows.push(row);
            }
        }
    }
    Ok(Some((rows, (head.len() + whole) as u64)))
}

/// Whether two rows have the same numbers, to the bit.
#[must_use]
pub fn same(one: &Row, other: &Row) -> bool {
    let bits = |row: &Row| row.values.iter().flatten().map(|value| value.to_bits()).collect::<Vec<_>>();
    one.index == other.index && bits(one) == bits(other)
}

fn row(line: &str, figures: usize) -> Option<Row> {
    let mut fields = line.split(' ');
    let index = fields.next()?.parse().ok()?;
    let numbers: Vec<f64> = fields.map(|field| field.parse().ok()).collect::<Option<_>>()?;
    (numbers.len() == 2 * figures).then(|| Row { index, values: numbers.chunks(2).map(|pair| [pair[0], pair[1]]).collect() })
}

fn line(row: &Row) -> String {
    let mut line = row.index.to_string();
    row.values.iter().flatten().for_each(|value| line.push_str(&format!(" {value:?}")));
    line + "\n"
}

impl Journal {
    /// Opens the journal in the folder `path` of a sweep, made where there is none, for this process alone, and returns the rows that are
    /// there already.
    ///
    /// # Errors
    /// [`JournalError`]: it is another's, another process has it, a line of it is wrong, or it cannot be written.
    pub fn open(path: &Path, wanted: &Wanted<'_>) -> Result<(Self, Vec<Row>), JournalError> {
        let failed = |source| JournalError::Io { path: path.to_path_buf(), source };
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        let name = path.join(folder::JOURNAL);
        if name.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Err(JournalError::Foreign(path.to_path_buf()));
        }
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&name).map_err(failed)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path.to_path_buf())),
            // Where the file system has no locks, there is none to wait for.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        // Whoever had it may have put another one in its place.
        if !is_at(&file, &name) {
            return Err(JournalError::Busy(path.to_path_buf()));
        }
        let mut bytes = Vec::new();
        (&file).take(longest(wanted) + 1).read_to_end(&mut bytes).map_err(failed)?;
        let Some((known, whole)) = read(&name, &bytes, wanted)? else { return Err(JournalError::Foreign(path.to_path_buf())) };
        // What was cut short is cut off.
        if whole < bytes.len() as u64 {
            file.set_len(whole).map_err(failed)?;
        }
        file.seek(SeekFrom::Start(whole)).map_err(failed)?;
        if whole == 0 {
            file.write_all(head(wanted.identity).as_bytes()).and_then(|()| file.sync_data()).map_err(failed)?;
        }
        let sealed = path.join(manifest::NAME).symlink_metadata().is_ok();
        Ok((Self { path: name, file, sealed }, known))
    }

    /// Adds rows, and waits until they are on the disk.
    ///
    /// # Errors
    /// [`JournalError`]: they cannot be written.
    pub fn append(&mut self, rows: &[Row]) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: self.path.clone(), source };
        if self.sealed {
            // It is not what the manifest says any more.
            fs::remove_file(self.path.with_file_name(manifest::NAME)).map_err(failed)?;
            self.sealed = false;
        }
        let text: String = rows.iter().map(line).collect();
        self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data()).map_err(failed)
    }

    /// Whether the folder has a manifest that this journal is in.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }
}

/// Whether the file that is open is the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |found: io::Result<fs::Metadata>| found.ok().map(|found| (found.dev(), found.ino()));
    let own = place(file.metadata());
    own.is_some() && own == place(fs::symlink_metadata(path))
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// The whole journal of `rows`, which are in order.
#[must_use]
pub fn whole(identity: &str, rows: &[Row]) -> String {
    head(identity) + &rows.iter().map(line).collect::<String>()
}
