//! The house: a room imports only from rooms above it, in the order of `src/lib.rs`; and the rules that no tool checks.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rooms in the order of `src/lib.rs`.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let rooms: Vec<String> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(String::from).collect();
    assert!(rooms.len() > 10, "found only {rooms:?}");
    rooms
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room of a file under `src`: its first folder, or its stem.
fn room_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).expect("under src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// Rooms that a file imports from: `crate::room` anywhere outside comments.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found: Vec<String> = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        found.push(name);
    }
    found
}

#[test]
fn rooms_import_only_from_rooms_above() {
    let rooms = rooms();
    let place = |room: &str| rooms.iter().position(|known| known == room);
    let mut breaches = Vec::new();
    let mut seen = 0;
    for file in files(&root().join("src")) {
        let room = room_of(&file);
        let Some(here) = place(&room) else {
            assert!(["lib", "main"].contains(&room.as_str()), "{} is in no room", file.display());
            continue;
        };
        for import in imports(&fs::read_to_string(&file).expect("a file")) {
            if import.is_empty() {
                continue;
            }
            seen += 1;
            match place(&import) {
                Some(there) if there <= here => {}
                Some(_) => breaches.push(format!("{} ({room}) imports from {import}, a room below", file.display())),
                None => breaches.push(format!("{} imports crate::{import}, which is no room", file.display())),
            }
        }
    }
    assert!(seen > 50, "the search found only {seen} imports");
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn only_the_scenario_room_reads_toml() {
    for file in files(&root().join("src")) {
        let text = fs::read_to_string(&file).expect("a file");
        let reads = ["toml::", "toml_edit::", "Deserialize"].iter().any(|word| text.contains(word));
        assert!(!reads || room_of(&file) == "scenario", "{} reads TOML", file.display());
    }
}

#[test]
fn files_are_of_a_size_to_read() {
    for file in files(&root().join("src")).into_iter().chain(files(&root().join("tests"))).chain(files(&root().join("benches"))) {
        let lines = fs::read_to_string(&file).expect("a file").lines().count();
        assert!(lines <= 400, "{} has {lines} lines: two ideas in one file?", file.display());
    }
}
