//! A file of a folder of results that is too large for memory: it grows beside the folder and moves into it with the others.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::folder::{FolderError, is_free};

/// A file that grows; it is gone unless a folder takes it in.
#[derive(Debug)]
pub struct Spool {
    /// Its name in the folder.
    pub(super) name: String,
    /// Where it is now.
    pub(super) path: PathBuf,
}

impl Spool {
    /// An empty file for the folder of results `folder`, and the way to fill it.
    ///
    /// # Errors
    /// [`FolderError`]: the folder holds something else, or the system refuses.
    pub fn new(folder: &Path, name: &str) -> Result<(Self, File), FolderError> {
        is_free(folder)?;
        let stem = folder.file_name().map_or_else(|| "results".into(), |name| name.to_string_lossy().into_owned());
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let path = parent.join(format!(".{stem}.{name}-{}", std::process::id()));
        let failed = |source| FolderError::Io { path: folder.join(name), source };
        fs::create_dir_all(parent).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        Ok((Self { name: name.into(), path }, file))
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
