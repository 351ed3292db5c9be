//! What verifying comes to, of a run and of a sweep.

use std::path::Path;

use super::Failure;
use crate::store::verify::Verdict;

/// The verdict on a folder, and how it was made in words.
pub struct Verified {
    pub verdict: Verdict,
    pub how: String,
}

/// A file that is there and cannot be read.
pub fn unreadable(path: &Path, name: &str, error: &std::io::Error) -> Failure {
    Failure::Io(format!("cannot read {}: {error}", path.join(name).display()))
}
