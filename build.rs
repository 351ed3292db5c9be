//! Says to the program which source it is made of: a hash over `src/`, the same on every machine and with any features.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is"));
    let mut files = Vec::new();
    list(&root.join("src"), "src", &mut files);
    files.sort();
    let mut hash = Hash::new();
    for (name, path) in files {
        hash.add(name.as_bytes());
        let contents = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Some systems end lines with two characters when they check a repository out.
        let plain: Vec<u8> = contents.into_iter().filter(|byte| *byte != b'\r').collect();
        hash.add(&plain);
    }
    println!("cargo:rustc-env=PFSIM_BUILD={:032x}", hash.0);
    if std::env::var_os("CARGO_FEATURE_DESK").is_some() {
        println!("cargo:rerun-if-changed=desk/dist/desk.html");
        assert!(root.join("desk/dist/desk.html").is_file(), "the feature `desk` needs the page: run desk/build first");
    }
}

/// Every source file with its name, which has `/` between its parts.
fn list(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        let inside = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            list(&path, &inside, files);
        } else if inside.ends_with(".rs") {
            files.push((inside, path));
        }
    }
}

/// FNV-1a over 128 bits (Fowler, Noll, Vo): nobody attacks it, it only tells builds apart.
struct Hash(u128);

impl Hash {
    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    /// Adds bytes, and how many there are.
    fn add(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }
}
