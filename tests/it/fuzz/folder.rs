//! A folder of results as one text, for the test and for the fuzzer: whatever stands in it, what pfsim did not write stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pfsim::export::bundle::Bundle;
use pfsim::export::origin::{Origin, sha256};
use pfsim::store::folder::{self, FolderError, Rule};
use pfsim::store::journal::{self, Wanted};
use pfsim::store::manifest::{Label, Manifest, NAME};
use pfsim::store::workspace::Workspace;

/// The names and contents of `text`: `== name` begins a file. A line `@ name` of one stands for the hash and the name of that file, as in a
/// manifest.
fn files(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for part in text.split("== ").skip(1) {
        let (name, contents) = part.split_once('\n').unwrap_or((part, ""));
        let parts = || name.split('/');
        let plain = |part: &str| {
            !part.is_empty() && part.len() < 40 && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.".contains(letter))
        };
        if parts().all(|part| plain(part) && !part.starts_with('.')) && parts().count() < 4 {
            files.insert(name.into(), contents.into());
        }
    }
    let hash =
        |line: &str| line.strip_prefix("@ ").and_then(|name| files.get(name).map(|found| format!("{}  {name}", sha256(found.as_bytes()))));
    let hashed = |contents: &str| contents.lines().map(|line| hash(line).unwrap_or_else(|| line.into()) + "\n").collect::<String>();
    let manifest = files.get(NAME).map(|contents| hashed(contents));
    files.extend(manifest.map(|contents| (NAME.to_string(), contents)));
    files
}

/// Everything below `at`, by path.
fn all(at: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![at.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            found.insert(path.clone(), fs::read(&path).ok());
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    found
}

/// Reads what a folder says of itself, and writes results in its place: either it stays as it is, to the byte, or everything in it was
/// listed with its hash.
pub fn folder(place: &Path, text: &str) {
    let (here, files) = (place.join("results"), files(text));
    let _ = fs::remove_dir_all(&here);
    fs::create_dir_all(&here).expect("a folder");
    for (name, contents) in &files {
        let path = here.join(name);
        // A name may be that of a folder, too.
        if path.parent().is_some_and(|parent| fs::create_dir_all(parent).is_ok()) {
            let _ = fs::write(path, contents);
        }
    }
    let manifest = files.get(NAME).map(|text| Manifest::read(text.as_bytes()));
    if let Some(Ok(manifest)) = &manifest {
        assert_eq!(Manifest::read(manifest.text().as_bytes()).as_ref(), Ok(manifest), "a manifest reads back");
    }
    if let Some(summary) = files.get("summary.json") {
        assert!(Origin::read(summary.as_bytes()).is_ok_and(|origin| origin.trials > 0) || Origin::read(summary.as_bytes()).is_err());
    }
    let wanted = Wanted { identity: "0f", figures: 1, count: 9 };
    if let Ok(Some(rows)) = journal::rows(&here, &wanted) {
        let mut known: Vec<u64> = rows.iter().map(|row| row.index).collect();
        known.sort_unstable();
        known.dedup();
        assert!(known.len() == rows.len() && known.iter().all(|index| *index < wanted.count), "each row once");
    }
    let _ = folder::manifest(&here);
    let before = all(&here);
    let written = Workspace::new(&here, Rule::of("run"))
        .and_then(|workspace| workspace.publish(&Label::new("run", "d", "s"), &Bundle::of([("memo.txt", "new")]).files, Vec::new()));
    match written {
        Ok(written) => {
            assert!(written.left_out.is_empty() && written.kept.is_none(), "{written:?}");
            let listed = manifest.and_then(Result::ok).unwrap_or_default().files;
            for (path, contents) in before.iter().filter_map(|(path, contents)| contents.as_ref().map(|contents| (path, contents))) {
                let name = path.strip_prefix(&here).expect("below").to_string_lossy().into_owned();
                assert!(name == NAME || listed.get(&name) == Some(&sha256(contents)), "{name} was lost");
            }
            assert_eq!(fs::read(here.join("memo.txt")).expect("the new file"), b"new");
        }
        Err(FolderError::Refused { .. }) => assert_eq!(all(&here), before, "refused, and changed"),
        Err(error) => panic!("{error}"),
    }
    let beside = fs::read_dir(place)
        .expect("a folder")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains(".pfsim-")));
    assert_eq!(beside.count(), 0, "a workspace was left");
}
