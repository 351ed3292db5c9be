//! The files of a room import from each other one way: none is in a circle, so that each can be read with those below it alone.
//!
//! A file and the files in its own folder (`price.rs` and `price/table.rs`) count as one thought, and may.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{code, files, root};

/// A file by its path under `src`: `["settlement", "price"]`.
type Module = Vec<String>;

/// Every path of a tree of `use`: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<String> {
    let Some((before, inside)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_string()];
    };
    let inside = inside.trim().strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, letter) in inside.char_indices().chain([(inside.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.extend(paths(inside[start..at].trim()).into_iter().map(|path| format!("{}{path}", before.trim())));
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

/// What a file imports, and what of it others may have from it.
fn imported(code: &str) -> Vec<(bool, String)> {
    let mut all = Vec::new();
    for statement in code.split(';') {
        let lines: Vec<&str> = statement.lines().skip_while(|line| !line.contains("use ")).collect();
        let line = lines.join(" ");
        let Some((before, tree)) = line.split_once("use ") else { continue };
        if before.is_empty() || before.trim_start().starts_with("pub") {
            all.extend(paths(tree).into_iter().map(|path| (!before.is_empty(), path)));
        }
    }
    // Paths written out where they are used.
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start).filter(|(at, _)| !code[..*at].ends_with("::")) {
            let path: String = code[at..].chars().take_while(|letter| letter.is_alphanumeric() || ['_', ':'].contains(letter)).collect();
            all.push((false, path));
        }
    }
    all
}

/// The file that a path leads to from the file `from`, and the name in it.
fn resolved(from: &Module, path: &str, modules: &BTreeSet<Module>) -> Option<(Module, Option<String>)> {
    let mut at = from.clone();
    let mut rest = path.split("::").map(str::trim).filter(|part| !part.is_empty()).peekable();
    match *rest.peek()? {
        "crate" => at.clear(),
        "super" | "self" => {}
        part if modules.contains(&[from.as_slice(), &[part.to_string()]].concat()) => {}
        _ => return None,
    }
    for part in rest {
        let inner = [at.as_slice(), &[part.to_string()]].concat();
        match part {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            _ if modules.contains(&inner) => at = inner,
            name => return Some((at, Some(name.to_string()))),
        }
    }
    Some((at, None))
}

#[test]
fn files_of_a_room_are_in_no_circle() {
    let source = root().join("src");
    let module = |file: &std::path::Path| -> Module {
        let inside = file.strip_prefix(&source).expect("under src").with_extension("");
        inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let all = files(&source);
    let modules: BTreeSet<Module> = all.iter().map(|file| module(file)).collect();
    let mut uses: Vec<(Module, Module, Option<String>)> = Vec::new();
    let mut passed_on: BTreeMap<(Module, String), Module> = BTreeMap::new();
    for file in &all {
        let from = module(file);
        for (public, path) in imported(&code(file)) {
            let Some((to, name)) = resolved(&from, &path, &modules) else { continue };
            if let (true, Some(name)) = (public, &name) {
                passed_on.insert((from.clone(), name.clone()), to.clone());
            }
            uses.push((from.clone(), to, name));
        }
    }
    let mut wanted: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (from, mut to, name) in uses {
        while let Some(further) = name.clone().and_then(|name| passed_on.get(&(to.clone(), name))).filter(|further| **further != to) {
            to = further.clone();
        }
        let same_thought = to.starts_with(&from) || from.starts_with(&to);
        if from.first() == to.first() && !same_thought {
            wanted.entry(from).or_default().insert(to);
        }
    }
    assert!(wanted.len() > 100, "only {} files import from files of their rooms", wanted.len());
    // Files that want nothing of those left are done; what is never done is in a circle, or wants somebody in one.
    let mut left: BTreeSet<Module> = wanted.keys().cloned().collect();
    while let Some(done) = left.iter().find(|file| wanted[*file].iter().all(|other| !left.contains(other))).cloned() {
        left.remove(&done);
    }
    let said = |file: &Module| {
        let others: Vec<String> = wanted[file].iter().filter(|other| left.contains(*other)).map(|other| other.join("/")).collect();
        format!("{} imports from {}", file.join("/"), others.join(", "))
    };
    assert!(left.is_empty(), "files in circles:\n{}", left.iter().map(said).collect::<Vec<_>>().join("\n"));
}
