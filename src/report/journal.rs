//! The rows of a sweep on disk, as they come: what a killed sweep goes on from.
//!
//! A first line says which sweep it is; then one line for each scenario: its number, and each figure and its error as the shortest text
//! that reads back the same, ended by a line feed. A line that was cut short is not read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::scenario::sweep::Sweep;
use crate::study::Row;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The folder holds something else.
    #[error("{0} exists and is not a folder of this sweep: nothing was written; choose another --out")]
    Foreign(PathBuf),
    /// The system refused.
    #[error("cannot write {path}: {source}")]
    Io {
        /// What was being written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The file in a sweep's folder.
pub const NAME: &str = "journal.txt";

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

/// What a sweep is known by: all its files and the tables that they draw from, its trials, its seed and this program's version.
#[must_use]
pub fn identity(sweep: &Sweep) -> String {
    let mut hasher = Sha256::new();
    let texts = core::iter::once(&sweep.text).chain(&sweep.texts).map(String::as_bytes);
    for contents in texts.chain(sweep.tables.iter().map(|table| table.contents.as_slice())) {
        hasher.update((contents.len() as u64).to_le_bytes());
        hasher.update(contents);
    }
    hasher.update(format!("{} {} {}", sweep.trials, sweep.seed, env!("CARGO_PKG_VERSION")));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn head(identity: &str) -> String {
    format!("pfsim sweep 1 {identity}\n")
}

/// The rows in the folder `path`; `None` where it is not one of this sweep.
#[must_use]
pub fn rows(path: &Path, identity: &str, figures: usize) -> Option<Vec<Row>> {
    let file = path.join(NAME);
    fs::metadata(&file).ok().filter(fs::Metadata::is_file)?;
    let text = fs::read_to_string(file).ok()?;
    let lines = text.strip_prefix(&head(identity))?;
    let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
    Some(whole.lines().filter_map(|line| row(line, figures)).collect())
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
    /// Opens the folder `path` of a sweep, made where there is none, and returns the rows that are there already.
    ///
    /// # Errors
    /// [`JournalError`]: it holds something else, or cannot be written.
    pub fn open(path: &Path, identity: &str, figures: usize) -> Result<(Self, Vec<Row>), JournalError> {
        let failed = |source| JournalError::Io { path: path.to_path_buf(), source };
        let known = rows(path, identity, figures);
        let holds_something = path.is_file() || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        if known.is_none() && holds_something {
            return Err(JournalError::Foreign(path.to_path_buf()));
        }
        fs::create_dir_all(path).map_err(failed)?;
        let known = known.unwrap_or_default();
        // What was cut short is cut off.
        replace(&path.join(NAME), whole(identity, &known).as_bytes())?;
        let file = OpenOptions::new().append(true).open(path.join(NAME)).map_err(failed)?;
        Ok((Self { path: path.join(NAME), file }, known))
    }

    /// Adds rows, and waits until they are on the disk.
    ///
    /// # Errors
    /// [`JournalError`]: they cannot be written.
    pub fn append(&mut self, rows: &[Row]) -> Result<(), JournalError> {
        let text: String = rows.iter().map(line).collect();
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| JournalError::Io { path: self.path.clone(), source })
    }
}

/// The whole journal of `rows`, which are in order.
#[must_use]
pub fn whole(identity: &str, rows: &[Row]) -> String {
    head(identity) + &rows.iter().map(line).collect::<String>()
}

/// Puts `contents` at `path` in one step.
///
/// # Errors
/// [`JournalError`]; the old file is then as it was.
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), JournalError> {
    let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy().into_owned());
    let fresh = path.with_file_name(format!(".{name}.new-{}", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = File::create(&fresh)?;
        file.write_all(contents)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&fresh);
        JournalError::Io { path: path.to_path_buf(), source }
    })
}
