//! What stands beside a scenario: the tables that its draws come from, where they were, or as copies that somebody kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// Where a scenario finds the files that it names.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    folder: PathBuf,
    kept: BTreeMap<String, PathBuf>,
}

impl Beside {
    /// Files stand in `folder`, but those in `kept` stand there.
    pub(super) fn new(folder: &Path, kept: &BTreeMap<String, PathBuf>) -> Self {
        Self { folder: folder.to_path_buf(), kept: kept.clone() }
    }

    /// The file that the scenario calls `name`.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.kept.get(name).cloned().unwrap_or_else(|| self.folder.join(name))
    }
}

/// A table of draws that a scenario refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its file as the scenario writes it.
    pub file: String,
    /// What the file holds.
    pub contents: Vec<u8>,
}

/// The files that `root` draws from, by name.
pub(super) fn names(root: &DeTable<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    in_table(root, &mut found);
    found
}

fn in_table(table: &DeTable<'_>, found: &mut BTreeSet<String>) {
    for (key, value) in table {
        let value = value.get_ref();
        if let DeValue::Table(inner) = value
            && key.get_ref() == "draws"
            && let Some(DeValue::String(file)) = inner.get("file").map(toml::Spanned::get_ref)
        {
            found.insert(file.to_string());
        }
        in_value(value, found);
    }
}

fn in_value(value: &DeValue<'_>, found: &mut BTreeSet<String>) {
    match value {
        DeValue::Table(table) => in_table(table, found),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item.get_ref(), found)),
        _ => {}
    }
}
