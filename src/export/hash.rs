//! By which hashes are bytes and builds known?

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes`, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of the list of all dependencies that this program was built with, in hexadecimal.
#[must_use]
pub fn lock() -> String {
    sha256(include_bytes!("../../Cargo.lock"))
}
