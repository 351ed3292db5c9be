//! A file of a folder of results that is too large for memory: it grows in the workspace and moves with the others.

use std::fs;
use std::path::PathBuf;

/// A file that grows; it is gone unless a folder takes it in.
#[derive(Debug)]
pub struct Spool {
    /// Its name in the folder.
    pub(super) name: String,
    /// Where it is now.
    pub(super) path: PathBuf,
    /// Whether a folder has taken it in.
    pub(super) taken: bool,
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.taken {
            let _ = fs::remove_file(&self.path);
        }
    }
}
