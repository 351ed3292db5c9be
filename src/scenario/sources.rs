//! What has been read of the files that a scenario, a sweep or a search names: each once, for all who name it.
//!
//! Comes in: names. Goes out: texts, columns of draws, and the very bytes that these were made of. A file that changes while pfsim works
//! changes nothing. Must never know: what a deal is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

use super::files::{FileError, Files, Folder, Memory, simple};
use super::law::Fault;
use super::{draws, draws_faults};
use crate::sampling::Distribution;

/// Most bytes of all files together: they are kept, to be copied to where the results go.
const MOST_TOGETHER: u64 = 128 * 1024 * 1024;

/// Most numbers that are drawn from, of all columns of all files together.
const MOST_DRAWS: usize = 10_000_000;

/// Files by name as one text names them, and what has been read of them. A clone shares what was read.
#[derive(Clone, Debug)]
pub struct Sources {
    store: Arc<Store>,
    /// What a name begins with in the eyes of `Files`: the folder of the text that names it, with a `/` at its end.
    folder: String,
}

#[derive(Debug)]
struct Store {
    files: Box<dyn Files>,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    files: BTreeMap<String, Slot>,
    bytes: u64,
    draws: usize,
}

/// A file that somebody has begun to read.
type Slot = Arc<OnceLock<Result<Arc<Source>, FileError>>>;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) bytes: Arc<Vec<u8>>,
    sha256: String,
    /// What was found of each column that was asked for.
    columns: Mutex<BTreeMap<String, Result<Distribution, Fault>>>,
}

/// A table of draws that a scenario refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its file as the scenario writes it.
    pub file: String,
    /// What the file held when the draws were read from it.
    pub contents: Arc<Vec<u8>>,
    /// SHA-256 of the contents, in hexadecimal.
    pub sha256: String,
}

impl Table {
    /// The table that the scenario calls `file`.
    #[must_use]
    pub fn new(file: &str, contents: Vec<u8>) -> Self {
        Self { file: file.into(), sha256: hexadecimal(&contents), contents: Arc::new(contents) }
    }
}

impl Default for Sources {
    /// No files at all.
    fn default() -> Self {
        Self::new(Memory::default())
    }
}

impl Sources {
    /// Nothing is read of `files` yet.
    #[must_use]
    pub fn new(files: impl Files + 'static) -> Self {
        Self { store: Arc::new(Store { files: Box::new(files), read: Mutex::default() }), folder: String::new() }
    }

    /// What stands in the folder of the file at `path` and below; of `-`, which is standard input, in the current folder. With `outside`,
    /// files elsewhere too.
    #[must_use]
    pub fn around(path: &Path, outside: bool) -> Self {
        Self::new(Folder::new(path.parent().unwrap_or(Path::new(""))).allow_outside(outside))
    }

    /// What the file called `name` calls its own: names in it start from its folder.
    pub(crate) fn of(&self, name: &str) -> Self {
        let whole = self.whole(name);
        let folder = whole.rfind('/').map_or("", |at| &whole[..=at]);
        Self { store: Arc::clone(&self.store), folder: folder.into() }
    }

    /// The name as people see it in messages.
    pub(crate) fn shown(&self, name: &str) -> String {
        self.store.files.shown(&self.whole(name))
    }

    /// The name from where `Files` start, without parts that lead nowhere.
    fn whole(&self, name: &str) -> String {
        if Path::new(name).is_absolute() { simple(name) } else { simple(&format!("{}{name}", self.folder)) }
    }

    /// The file called `name`, of at most `most` bytes, as it was when it was first asked for.
    ///
    /// # Errors
    /// [`FileError`]: it is not read.
    pub(crate) fn get(&self, name: &str, most: u64) -> Result<Arc<Source>, FileError> {
        let name = self.whole(name);
        let slot = self.read().files.entry(name.clone()).or_default().clone();
        let source = slot.get_or_init(|| {
            let left = MOST_TOGETHER.saturating_sub(self.read().bytes);
            let bytes = self.store.files.read(&name, most.min(left)).map_err(|error| match error {
                FileError::TooLarge { .. } if left < most => FileError::Together { most: MOST_TOGETHER },
                error => error,
            })?;
            self.read().bytes += bytes.len() as u64;
            Ok(Arc::new(Source { sha256: hexadecimal(&bytes), bytes: Arc::new(bytes), columns: Mutex::default() }))
        });
        match source {
            Ok(source) if source.bytes.len() as u64 > most => Err(FileError::TooLarge { most }),
            source => source.clone(),
        }
    }

    fn read(&self) -> std::sync::MutexGuard<'_, Read> {
        self.store.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many more numbers may be drawn from.
    fn draws_left(&self) -> usize {
        MOST_DRAWS.saturating_sub(self.read().draws)
    }

    /// Reads every column that `root` names, each file once.
    pub(crate) fn prepare(&self, root: &DeTable<'_>) {
        for (file, columns) in named(root) {
            let _ = self.columns(&file, &columns);
        }
    }

    /// The distribution of a column, each of its rows as likely as another.
    ///
    /// # Errors
    /// A [`Fault`] where the file or the column is not there, or a value is not a number.
    pub(crate) fn column(&self, file: &str, column: &str) -> Result<Distribution, Fault> {
        let source = self.columns(file, &BTreeSet::from([column.to_string()]))?;
        let columns = source.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let found = columns.get(column).cloned();
        // Draws are drawn together by what their scenario calls their file.
        Ok(found.ok_or_else(|| draws_faults::no_such(file, column, ""))??.from_table(file.into()))
    }

    fn columns(&self, file: &str, names: &BTreeSet<String>) -> Result<Arc<Source>, Fault> {
        let source = self.get(file, draws_faults::LARGEST_TABLE).map_err(|error| draws_faults::unread(&self.shown(file), &error))?;
        let mut columns = source.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<&String> = names.iter().filter(|name| !columns.contains_key(*name)).collect();
        if !new.is_empty() {
            let found = draws::read(file, &source.bytes, &new, self.draws_left());
            let draws = found.iter().flatten().filter_map(|law| law.column()).map(|column| column.values().len()).sum::<usize>();
            self.read().draws += draws;
            columns.extend(new.into_iter().cloned().zip(found));
        }
        drop(columns);
        Ok(source)
    }

    /// Every file that was read, by its name from where `Files` start.
    pub(crate) fn all_read(&self) -> Vec<Table> {
        let read = self.read();
        let whole = |(name, slot): (&String, &Slot)| {
            let source = slot.get()?.as_ref().ok()?;
            Some(Table { file: name.clone(), contents: Arc::clone(&source.bytes), sha256: source.sha256.clone() })
        };
        read.files.iter().filter_map(whole).collect()
    }

    /// The tables that `root` draws from and that draws were read from, by name.
    pub(crate) fn tables(&self, root: &DeTable<'_>) -> Vec<Table> {
        let table = |file: String| {
            let source = self.get(&file, draws_faults::LARGEST_TABLE).ok()?;
            let was_read = source.columns.lock().unwrap_or_else(PoisonError::into_inner).values().any(Result::is_ok);
            was_read.then(|| Table { file, contents: Arc::clone(&source.bytes), sha256: source.sha256.clone() })
        };
        named(root).into_keys().filter_map(table).collect()
    }
}

/// SHA-256, in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files that `root` draws from, and the columns of each.
fn named(root: &DeTable<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    in_table(root, &mut found);
    found
}

fn in_table(table: &DeTable<'_>, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for (key, value) in table {
        let value = value.get_ref();
        let text = |inner: &DeTable<'_>, key: &str| match inner.get(key).map(toml::Spanned::get_ref) {
            Some(DeValue::String(text)) => Some(text.to_string()),
            _ => None,
        };
        if let DeValue::Table(inner) = value
            && key.get_ref() == "draws"
            && let (Some(file), Some(column)) = (text(inner, "file"), text(inner, "column"))
        {
            found.entry(file).or_default().insert(column);
        }
        in_value(value, found);
    }
}

fn in_value(value: &DeValue<'_>, found: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        DeValue::Table(table) => in_table(table, found),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item.get_ref(), found)),
        _ => {}
    }
}
