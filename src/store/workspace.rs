//! Writing a folder of results: whole or not at all, and over nothing but older results.
//!
//! Each process works in a folder of its own beside the one it is to write: `lock` is held while it lives, `new` is filled, and then takes
//! the place of the older results, which go to `old` and are looked at once more before they are removed. The next run clears up after one
//! that was killed.

mod leftover;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder::{self, FolderError, Rule};
use super::manifest::{self, Label, Manifest};
use super::spool::Spool;
use crate::export::bundle::Artifact;
use crate::export::origin::sha256;
use leftover::Live;
pub use leftover::abandon;

/// A folder of results that is being made.
#[derive(Debug)]
pub struct Workspace {
    live: Live,
    lock: Option<File>,
    shown: String,
    rule: Rule,
    before: Option<Manifest>,
}

/// What came of a folder that was written.
#[derive(Debug, Default)]
pub struct Written {
    /// Files whose names the system does not take, and what it says of each.
    pub left_out: Vec<(String, String)>,
    /// Where the older folder is, because somebody put something into it while it was replaced.
    pub kept: Option<PathBuf>,
}

/// Times that something is tried again which another process came in between.
const TRIES: usize = 100;

impl Workspace {
    /// Makes ready to write the folder `out`, and finds now what would be in the way then: something that `rule` does not let go, or a place
    /// that cannot be written.
    ///
    /// # Errors
    /// [`FolderError`]; nothing is left then.
    pub fn new(out: &Path, rule: Rule) -> Result<Self, FolderError> {
        let shown = out.display().to_string();
        let target = resolve(out, &shown)?;
        let parent = parent(&target).to_path_buf();
        leftover::clear_all(&parent, &target);
        let before = rule.check(&target, &shown)?;
        is_no_mount(&target, &parent, &shown)?;
        let failed = |source| FolderError::Io { path: out.to_path_buf(), source };
        let mut live = Live { folder: PathBuf::new(), target, made: Vec::new() };
        for again in (0..TRIES).rev() {
            let made = make_parents(&parent, &mut live.made).and_then(|()| begin(&parent, &live.target));
            match made {
                Ok((folder, lock)) => {
                    live.folder = folder;
                    live.enter();
                    return Ok(Self { live, lock: Some(lock), shown, rule, before });
                }
                // Somebody has it, or took the parent away again.
                Err(error) if again > 0 && matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {}
                Err(error) => {
                    live.remove_parents();
                    return Err(failed(error));
                }
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    /// The folder that will be written.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.live.target
    }

    /// The folder as it was named.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The manifest of the results that will be replaced.
    #[must_use]
    pub fn before(&self) -> Option<&Manifest> {
        self.before.as_ref()
    }

    /// An empty file that grows and is called `name`, and the way to fill it.
    ///
    /// # Errors
    /// [`FolderError`]: the system refuses.
    pub fn spool(&self, name: &str) -> Result<(Spool, File), FolderError> {
        let path = self.fresh().join(name);
        let file = File::create_new(&path).map_err(|source| self.failed(name, source))?;
        Ok((Spool { name: name.into(), path, taken: false }, file))
    }

    /// Writes `files`, takes in `spools`, adds a manifest, and puts it all in the place of the older results in one
    /// step.
    ///
    /// # Errors
    /// [`FolderError`]; the older folder is then as it was.
    pub fn publish(self, label: &Label, files: &[Artifact], spools: Vec<Spool>) -> Result<Written, FolderError> {
        let mut written = Written::default();
        let mut manifest = Manifest { label: label.clone(), ..Manifest::default() };
        let mut lengths: Vec<(PathBuf, u64)> = Vec::new();
        for mut spool in spools {
            let length = fs::metadata(&spool.path).map(|found| found.len()).map_err(|source| self.failed(&spool.name, source))?;
            manifest.files.insert(spool.name.clone(), folder::hash(&spool.path).map_err(|source| self.failed(&spool.name, source))?);
            lengths.push((spool.path.clone(), length));
            spool.taken = true;
        }
        for Artifact { name, bytes: contents } in files {
            let path = self.fresh().join(name);
            match write(&path, contents) {
                Ok(()) => {
                    lengths.push((path, contents.len() as u64));
                    manifest.files.insert(name.clone(), sha256(contents));
                }
                Err(error) if refuses_the_name(&error) => written.left_out.push((name.clone(), error.to_string())),
                Err(error) => return Err(self.failed(name, error)),
            }
        }
        let (path, text) = (self.fresh().join(manifest::NAME), manifest.text());
        write(&path, text.as_bytes()).map_err(|source| self.failed(manifest::NAME, source))?;
        lengths.push((path, text.len() as u64));
        for (path, length) in lengths {
            let found = fs::symlink_metadata(&path).map(|found| found.len());
            let whole = found.and_then(|found| if found == length { Ok(()) } else { Err(io::Error::other("it was changed meanwhile")) });
            whole.map_err(|source| self.failed(&path.file_name().unwrap_or_default().to_string_lossy(), source))?;
        }
        written.kept = self.swap()?;
        Ok(written)
    }

    /// Writes a manifest of the files `names`, which stand in the folder already.
    ///
    /// # Errors
    /// [`FolderError`]: the system refuses.
    pub fn seal(self, label: &Label, names: &[&str]) -> Result<(), FolderError> {
        let mut manifest = Manifest { label: label.clone(), ..Manifest::default() };
        for name in names {
            let hash = folder::hash(&self.live.target.join(name)).map_err(|source| self.failed(name, source))?;
            manifest.files.insert((*name).to_string(), hash);
        }
        let fresh = self.fresh().join(manifest::NAME);
        let put = write(&fresh, manifest.text().as_bytes()).and_then(|()| fs::rename(&fresh, self.live.target.join(manifest::NAME)));
        put.map_err(|source| self.failed(manifest::NAME, source))
    }

    fn fresh(&self) -> PathBuf {
        self.live.folder.join(leftover::FRESH)
    }

    fn failed(&self, name: &str, source: io::Error) -> FolderError {
        FolderError::Io { path: Path::new(&self.shown).join(name), source }
    }

    /// Puts what was written in its place. Where the older folder could not be removed whole, it says where that is.
    fn swap(&self) -> Result<Option<PathBuf>, FolderError> {
        let (fresh, old, target) = (self.fresh(), self.live.folder.join(leftover::OLD), &self.live.target);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy => cannot_be_moved(&self.shown),
            _ => FolderError::Io { path: PathBuf::from(&self.shown), source },
        };
        // A second Ctrl-C waits until this is done.
        let _guard = leftover::hold();
        for again in (0..TRIES).rev() {
            let mut aside = None;
            match fs::symlink_metadata(target) {
                Ok(found) if found.is_dir() => {
                    // The new folder is for those whom the older one was for.
                    if !found.permissions().readonly() {
                        let _ = fs::set_permissions(&fresh, found.permissions());
                    }
                    match fs::rename(target, &old) {
                        Ok(()) => aside = Some(self.moved_aside(&old)?),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => return Err(failed(error)),
                    }
                }
                Ok(_) => return self.rule.check(target, &self.shown).map(|_| None),
                Err(_) => {}
            }
            let placed = fs::rename(&fresh, target);
            let removed = |aside: &BTreeSet<String>| folder::remove(&old, aside).err().map(|_| old.clone());
            match placed {
                Ok(()) => return Ok(aside.as_ref().and_then(removed)),
                // Another process was faster; what it put there is looked at in its turn.
                Err(error) if again > 0 && target.symlink_metadata().is_ok() => {
                    if aside.as_ref().and_then(removed).is_some() {
                        return Err(failed(error));
                    }
                }
                Err(error) => {
                    let _ = fs::rename(&old, target);
                    return Err(failed(error));
                }
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    /// Looks at the older folder once more where nobody else finds it, and puts it back if it holds what may not be removed. The names of
    /// its files.
    fn moved_aside(&self, old: &Path) -> Result<BTreeSet<String>, FolderError> {
        match self.rule.check(old, &self.shown) {
            Ok(Some(manifest)) => Ok(manifest.files.into_keys().collect()),
            Ok(None) if self.rule.sweep.is_some() => Ok(BTreeSet::from([crate::store::folder::JOURNAL.to_string()])),
            Ok(None) => Ok(BTreeSet::new()),
            Err(error) => match (fs::rename(old, &self.live.target), error) {
                (Err(_), FolderError::Refused { path, why, .. }) => {
                    let remedy = format!("what was in it is now in {}", old.display());
                    Err(FolderError::Refused { path, why, remedy })
                }
                (_, error) => Err(error),
            },
        }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        self.live.leave();
        drop(self.lock.take());
        self.live.end();
    }
}

/// The folder that `out` means: a link is followed, never replaced.
fn resolve(out: &Path, shown: &str) -> Result<PathBuf, FolderError> {
    const OTHER: &str = "choose another --out";
    let refused = |why: &str, remedy: &str| FolderError::Refused { path: shown.into(), why: why.into(), remedy: remedy.into() };
    let failed = |source| FolderError::Io { path: out.to_path_buf(), source };
    let target = match out.symlink_metadata() {
        Ok(found) => match out.canonicalize() {
            Ok(target) => target,
            // Somebody moved it aside a moment ago, to put newer results in its place.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !found.is_symlink() => return Ok(out.to_path_buf()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(refused("is a link that leads nowhere", OTHER)),
            Err(error) => return Err(failed(error)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound && out.file_name().is_some() => return Ok(out.to_path_buf()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(refused("is no name for a folder", OTHER)),
        Err(error) => return Err(failed(error)),
    };
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    if here.is_ok_and(|here| here.starts_with(&target)) {
        return Err(refused("cannot be replaced as a whole: you are in it", "name a folder in it"));
    }
    if target.file_name().is_none() {
        return Err(refused("cannot be replaced as a whole", "name a folder in it"));
    }
    Ok(target)
}

fn cannot_be_moved(shown: &str) -> FolderError {
    let why = "cannot be replaced as a whole: another file system begins there".to_string();
    FolderError::Refused {
        path: shown.into(),
        why,
        remedy: format!("name a folder in it, such as {}", Path::new(shown).join("results").display()),
    }
}

/// Refuses a folder in which another file system begins: that cannot be moved.
#[cfg(unix)]
fn is_no_mount(target: &Path, parent: &Path, shown: &str) -> Result<(), FolderError> {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(target), fs::metadata(parent)) {
        (Ok(own), Ok(around)) if own.dev() != around.dev() => Err(cannot_be_moved(shown)),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn is_no_mount(_: &Path, _: &Path, _: &str) -> Result<(), FolderError> {
    Ok(())
}

fn parent(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the folders down to `parent` that are not there, and adds them to `made`, the outermost first.
fn make_parents(parent: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let lacking: Vec<&Path> = parent.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    for folder in lacking.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.to_path_buf()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A folder of this process's own in `parent`, and its lock.
fn begin(parent: &Path, target: &Path) -> io::Result<(PathBuf, File)> {
    // The name is only to be unlike those of others; it is in no result.
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let folder = parent.join(format!("{}{random:016x}", leftover::stem(target)));
    fs::create_dir(&folder)?;
    let filled = (|| {
        let path = folder.join(leftover::LOCK);
        let lock = File::create_new(&path)?;
        // Where there are no locks, nobody can take this one either, and what a killed run leaves stays.
        let _ = lock.lock();
        // Whoever clears up may have been between the two steps.
        path.symlink_metadata()?;
        fs::create_dir(folder.join(leftover::FRESH))?;
        Ok(lock)
    })();
    match filled {
        Ok(lock) => Ok((folder, lock)),
        Err(error) => {
            let _ = fs::remove_file(folder.join(leftover::LOCK));
            let _ = fs::remove_dir(&folder);
            Err(error)
        }
    }
}

/// Writes a new file, down to the disk.
fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let mut file = File::create_new(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

/// Whether it is the name that the system does not take: too long, or taken by a file whose name it holds for the same.
fn refuses_the_name(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, InvalidFilename, InvalidInput, NotADirectory};
    matches!(error.kind(), AlreadyExists | InvalidFilename | InvalidInput | NotADirectory)
}
