//! What a workspace leaves: cleared by its own process when it ends, by the next one where it was killed, and at once where it is told to
//! stop without waiting.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::export::origin::sha256;
use crate::store::folder::{self, Held};

/// Held while the process lives.
pub(super) const LOCK: &str = "lock";
/// The files as they are written.
pub(super) const FRESH: &str = "new";
/// The older results while they are replaced.
pub(super) const OLD: &str = "old";

/// Longest name of a folder that is part of a workspace's name, in bytes.
const LONGEST: usize = 180;

/// What is on the disk of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Live {
    /// Where it is.
    pub folder: PathBuf,
    /// The folder that is to be written.
    pub target: PathBuf,
    /// Folders around it that were made for it, the outermost first.
    pub made: Vec<PathBuf>,
}

/// The workspaces of this process.
static ALL: Mutex<Vec<Live>> = Mutex::new(Vec::new());

/// Keeps [`abandon`] waiting.
pub(super) fn hold() -> MutexGuard<'static, Vec<Live>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Clears up what this process has begun to write, because it is about to end without waiting. What is returned keeps it from beginning or
/// replacing anything more.
pub fn abandon() -> impl Sized {
    let all = hold();
    all.iter().for_each(Live::end);
    all
}

impl Live {
    pub(super) fn enter(&self) {
        hold().push(self.clone());
    }

    pub(super) fn leave(&self) {
        hold().retain(|one| one != self);
    }

    /// Removes the workspace. What cannot be told to be pfsim's own stays.
    pub(super) fn end(&self) {
        clear(&self.folder, &self.target);
        self.remove_parents();
    }

    /// Removes the folders that were made for it, if they are empty.
    pub(super) fn remove_parents(&self) {
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// How the names of workspaces for `target` begin.
pub(super) fn stem(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    let own = name.to_str().filter(|name| name.len() <= LONGEST).map(String::from);
    format!(".{}.pfsim-", own.unwrap_or_else(|| sha256(name.as_encoded_bytes())[..32].to_string()))
}

/// Clears up in `parent` after processes that were to write `target` and are dead.
pub(super) fn clear_all(parent: &Path, target: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    let stem = stem(target);
    for entry in entries.flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(stem.as_str()));
        let is_one = random.is_some_and(|random| random.len() == 16 && random.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if is_one && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            clear_dead(&entry.path(), target);
        }
    }
}

/// Clears up a workspace whose lock nobody holds.
fn clear_dead(folder: &Path, target: &Path) {
    let path = folder.join(LOCK);
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => {
            let Ok(lock) = OpenOptions::new().read(true).write(true).open(&path) else { return };
            if lock.try_lock().is_ok() {
                clear(folder, target);
            }
        }
        // Killed before it had a lock; one that lives begins once more.
        Err(error) if error.kind() == io::ErrorKind::NotFound => drop(fs::remove_dir(folder)),
        _ => {}
    }
}

/// Removes a workspace; older results go back where nothing took their place.
fn clear(folder: &Path, target: &Path) {
    let old = folder.join(OLD);
    if old.symlink_metadata().is_ok() {
        let absent = target.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        let empty = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
        let gone = if absent || empty { fs::rename(&old, target).is_ok() } else { remove_replaced(&old, target) };
        if !gone {
            return;
        }
    }
    // A thread may be writing there yet.
    for _ in 0..3 {
        if !matches!(fs::remove_dir_all(folder.join(FRESH)), Err(error) if error.kind() != io::ErrorKind::NotFound) {
            break;
        }
    }
    let _ = fs::remove_file(folder.join(LOCK));
    let _ = fs::remove_dir(folder);
}

/// Removes older results that others took the place of, if they are as pfsim wrote them; says whether they are gone.
fn remove_replaced(old: &Path, target: &Path) -> bool {
    let Ok(entries) = folder::entries(old) else { return false };
    let files = match folder::manifest(old) {
        Ok(Some(manifest)) => {
            let unchanged = |entry| matches!(folder::strange(entry, &manifest), Ok(None));
            if !entries.iter().all(unchanged) {
                return false;
            }
            manifest.files.into_keys().collect()
        }
        // The journal of a sweep that was done: all its rows are in the new one.
        Ok(None) if entries.iter().all(|entry| entry.name == folder::JOURNAL) => {
            let text = |path| match folder::read(path, folder::JOURNAL, u64::MAX) {
                Ok(Held::Contents(bytes)) => bytes,
                _ => Vec::new(),
            };
            let (own, new) = (text(old), text(target));
            let lines: std::collections::HashSet<&[u8]> = new.split(|byte| *byte == b'\n').collect();
            let whole = own.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end);
            if !own[..whole].split(|byte| *byte == b'\n').all(|line| lines.contains(line)) {
                return false;
            }
            [folder::JOURNAL.to_string()].into()
        }
        _ => return false,
    };
    folder::remove(old, &files).is_ok()
}
