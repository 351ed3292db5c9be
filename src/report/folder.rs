//! Writing a folder of results: whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::spool::Spool;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder holds something else.
    #[error("{0} exists and is not a folder of results: nothing was written; choose another --out")]
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

/// The file by which a folder of results is known.
const MARK: &str = "summary.json";

/// Writes `files` (names and contents) as the folder `path`, replacing an older folder of results. The files are written beside it
/// first and take its place in one step.
///
/// # Errors
/// [`FolderError`]; the old folder is then as it was.
pub fn write(path: &Path, files: &[(String, Vec<u8>)]) -> Result<(), FolderError> {
    write_with(path, files, &[])
}

/// Like [`write()`], with files that grew beside the folder.
///
/// # Errors
/// [`FolderError`]; the old folder is then as it was.
pub fn write_with(path: &Path, files: &[(String, Vec<u8>)], spools: &[Spool]) -> Result<(), FolderError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| FolderError::Io { path, source }
    };
    is_free(path)?;
    let replaces = path.symlink_metadata().is_ok();
    let name = path.file_name().map_or_else(|| "results".into(), |name| name.to_string_lossy().into_owned());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let beside = |what: &str| parent.join(format!(".{name}.{what}-{}", std::process::id()));
    let (fresh, old) = (beside("new"), beside("old"));
    let written = (|| {
        fs::create_dir(&fresh).map_err(failed(&fresh))?;
        for (file, contents) in files {
            let at = fresh.join(file);
            let write = || -> io::Result<()> {
                at.parent().map_or(Ok(()), fs::create_dir_all)?;
                let mut out = fs::File::create(&at)?;
                io::Write::write_all(&mut out, contents)?;
                out.sync_all()
            };
            write().map_err(failed(&path.join(file)))?;
        }
        for spool in spools {
            fs::rename(&spool.path, fresh.join(&spool.name)).map_err(failed(&path.join(&spool.name)))?;
        }
        if replaces {
            fs::rename(path, &old).map_err(failed(path))?;
        }
        fs::rename(&fresh, path).map_err(|source| {
            let _ = fs::rename(&old, path);
            FolderError::Io { path: path.to_path_buf(), source }
        })
    })();
    let _ = fs::remove_dir_all(&fresh);
    let _ = fs::remove_dir_all(&old);
    written
}

/// Whether results may be written to `path`: nothing is there, or an empty folder, or an older folder of results.
///
/// # Errors
/// [`FolderError::Foreign`] where something else is there.
pub fn is_free(path: &Path) -> Result<(), FolderError> {
    if path.symlink_metadata().is_ok() && !is_results(path) { Err(FolderError::Foreign(path.to_path_buf())) } else { Ok(()) }
}

/// The contents of the file `name` in the folder `path`, which is only read; `None` where there is none.
///
/// # Errors
/// What the system says.
pub fn read(path: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path.join(name)) {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names of all files in the folder `path` and in folders in it, in order, with `/` between their parts.
///
/// # Errors
/// What the system says.
pub fn names(path: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![(path.to_path_buf(), String::new())];
    while let Some((folder, before)) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => open.push((entry.path(), name + "/")),
                false => found.push(name),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether `path` is an empty folder or one that an earlier run wrote.
fn is_results(path: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(path) else { return false };
    path.join(MARK).is_file() || entries.next().is_none()
}
