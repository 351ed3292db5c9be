//! The house: a room imports only from rooms above it, in the order of `src/lib.rs`; and the rules that no tool checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rooms in the order of `src/lib.rs`.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let rooms: Vec<String> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(String::from).collect();
    assert!(rooms.len() > 10, "found only {rooms:?}");
    rooms
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
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

/// The code of a file: without comments and without the tests at its end.
pub(crate) fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a file");
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Rooms that a file imports from: `crate::room` anywhere outside comments.
fn imports(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        found.push(name);
    }
    found
}

/// What each room may import, beside itself. A room that wants another one more says so here, and why in `docs/design.md`.
const MAY_IMPORT: &str = "
    quantity:
    numeric:
    words: quantity numeric
    stats: numeric
    finance: numeric
    sampling: numeric words
    question:
    deal: quantity numeric words sampling
    sentence: quantity words deal
    analysis: quantity numeric words sampling deal sentence
    scenario: quantity numeric words sampling deal analysis
    results: quantity numeric words deal analysis scenario
    experiment: quantity numeric words sampling question deal analysis scenario results
    cohort: numeric sampling deal analysis
    evaluation: numeric sampling deal cohort
    learning: numeric sampling deal cohort evaluation
    delivery: numeric sampling deal cohort
    credit: numeric sampling deal
    settlement: quantity numeric deal analysis evaluation credit
    waterfall: numeric finance deal analysis delivery settlement
    engine: quantity numeric finance sampling deal cohort evaluation learning delivery credit settlement waterfall
    metrics: quantity numeric words finance question deal evaluation settlement engine
    study: quantity numeric words stats sampling question deal analysis scenario results experiment cohort evaluation learning settlement engine metrics
    chart: quantity numeric words
    report: quantity numeric words stats finance sampling question deal sentence analysis scenario results experiment cohort evaluation settlement waterfall engine metrics study chart
    export: quantity numeric words stats finance sampling question deal sentence analysis scenario results experiment settlement waterfall engine metrics study chart report
    store: quantity words experiment study report export
    cli: quantity numeric words question deal analysis scenario results experiment engine metrics study report export store
";

#[test]
fn rooms_import_only_what_they_may() {
    let rooms = rooms();
    let may: Vec<(&str, Vec<&str>)> = MAY_IMPORT
        .lines()
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(room, others)| (room, others.split_whitespace().collect()))
        .collect();
    assert_eq!(may.iter().map(|(room, _)| *room).collect::<Vec<_>>(), rooms, "the rooms of lib.rs, in their order");
    for (at, (room, others)) in may.iter().enumerate() {
        let below: Vec<_> = others.iter().filter(|other| rooms[at..].iter().any(|later| later == *other)).collect();
        assert!(below.is_empty(), "{room} may not import from {below:?}, rooms below");
    }
    let mut breaches = Vec::new();
    let mut seen = 0;
    for file in files(&root().join("src")) {
        let room = room_of(&file);
        let Some((_, others)) = may.iter().find(|(known, _)| *known == room) else {
            assert!(["lib", "main"].contains(&room.as_str()), "{} is in no room", file.display());
            continue;
        };
        for import in imports(&code(&file)) {
            seen += 1;
            if import.is_empty() {
                breaches.push(format!("{}: name each room: `use crate::{{…}}` hides it", file.display()));
            } else if import != room && !others.contains(&import.as_str()) {
                breaches.push(format!("{} ({room}) imports from {import}, and may not", file.display()));
            }
        }
    }
    assert!(seen > 50, "the search found only {seen} imports");
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// No room is more than a sixth of the house.
#[test]
fn no_room_is_too_large() {
    let mut lines: std::collections::BTreeMap<String, usize> = Default::default();
    for file in files(&root().join("src")) {
        *lines.entry(room_of(&file)).or_default() += fs::read_to_string(&file).expect("a file").lines().count();
    }
    let all: usize = lines.values().sum();
    let large: Vec<_> = lines.iter().filter(|(_, lines)| **lines * 6 > all).collect();
    assert!(large.is_empty(), "of {all} lines: {large:?}");
}

#[test]
fn only_three_rooms_read_toml() {
    for file in files(&root().join("src")) {
        let text = fs::read_to_string(&file).expect("a file");
        let reads = ["toml::", "toml_edit::"].iter().any(|word| text.contains(word));
        assert!(!reads || ["scenario", "results", "experiment"].contains(&room_of(&file).as_str()), "{} reads TOML", file.display());
    }
}

/// Numbers become text in `words`: elsewhere nothing cuts decimals, writes a percent sign behind a number, or a minus of its own. Beside it
/// stand only places that write for machines, read, or parse what they have written.
#[test]
fn numbers_become_text_in_one_room() {
    const MACHINES: [&str; 12] = [
        "chart.rs",
        "chart/svg.rs",
        "cli/progress.rs",
        "cli/run.rs",
        "deal/letters.rs",
        "experiment/solve.rs",
        "experiment/sweep/design.rs",
        "export/workbook/schedule.rs",
        "report/why/amount.rs",
        "sampling/law.rs",
        "sampling/refusal.rs",
        "scenario/expression.rs",
    ];
    let cuts = |code: &str| {
        code.match_indices(":.").any(|(at, _)| {
            let inside = code[..at]
                .rfind('{')
                .is_some_and(|open| code[open + 1..at].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            inside && code[at + 2..].starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '*')
        })
    };
    let mut breaches = Vec::new();
    let mut machines = 0;
    for file in files(&root().join("src")).into_iter().filter(|file| room_of(file) != "words") {
        let name = file.strip_prefix(root().join("src")).expect("under src").to_string_lossy().replace('\\', "/");
        let code = code(&file);
        let formats =
            cuts(&code) || code.contains("}%") || ["\"−\"", "'−'", "\"−{", "\\u{2212}", "\"–\""].iter().any(|own| code.contains(own));
        if MACHINES.contains(&name.as_str()) {
            assert!(formats, "{name} formats nothing any more");
            machines += 1;
        } else if formats {
            breaches.push(name);
        }
    }
    assert_eq!(machines, MACHINES.len());
    assert!(breaches.is_empty(), "{breaches:?} write numbers themselves: `words` does that");
}

#[test]
fn files_are_of_a_size_to_read() {
    for file in files(&root().join("src")).into_iter().chain(files(&root().join("tests"))).chain(files(&root().join("benches"))) {
        let lines = fs::read_to_string(&file).expect("a file").lines().count();
        assert!(lines <= 400, "{} has {lines} lines: two ideas in one file?", file.display());
    }
}

/// What a new price or metric touches is what `docs/design.md` says: the files that name one of each.
#[test]
fn the_design_lists_what_a_price_and_a_metric_touch() {
    let design = fs::read_to_string(root().join("docs/design.md")).expect("the design");
    let (_, table) = design.split_once("| named | in |\n|---|---|\n").expect("the table");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    let source = root().join("src");
    for row in rows {
        let quoted: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let (arm, listed) = quoted.split_first().expect("an arm");
        let (of, name) = arm.split_once("::").expect("an arm of an enum");
        let names = |text: &str| {
            let own = text.contains(&format!("impl {of} {{")) && text.contains(&format!("Self::{name}"));
            text.contains(arm) || own || text.contains(&format!("enum {of} {{"))
        };
        let all = files(&source).into_iter().filter(|file| names(&fs::read_to_string(file).expect("a file")));
        let mut found: Vec<String> =
            all.map(|file| file.strip_prefix(&source).expect("under src").to_string_lossy().replace('\\', "/")).collect();
        found.sort();
        assert_eq!(found, listed, "the files that name `{arm}`");
    }
}

/// The licences of `deny.toml`.
fn allowed() -> Vec<String> {
    let deny = fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let deny: toml::Table = deny.parse().expect("TOML");
    let allowed = deny["licenses"]["allow"].as_array().expect("a list");
    allowed.iter().map(|licence| licence.as_str().expect("a name").to_string()).collect()
}

/// Whether an expression of SPDX, as crates write it, can be met by what is allowed: `AND` binds closer than `OR`, an old `/` is `OR`.
fn may_be_used(expression: &str, allowed: &[String]) -> bool {
    fn any(words: &mut &[String], allowed: &[String]) -> bool {
        let mut met = all(words, allowed);
        while words.first().is_some_and(|word| word == "OR") {
            *words = &words[1..];
            met |= all(words, allowed);
        }
        met
    }
    fn all(words: &mut &[String], allowed: &[String]) -> bool {
        let mut met = one(words, allowed);
        while words.first().is_some_and(|word| word == "AND") {
            *words = &words[1..];
            met &= one(words, allowed);
        }
        met
    }
    fn one(words: &mut &[String], allowed: &[String]) -> bool {
        let (first, rest) = words.split_first().expect("a licence");
        *words = rest;
        if first == "(" {
            let met = any(words, allowed);
            assert_eq!(words.first().map(String::as_str), Some(")"), "a bracket is not closed");
            *words = &words[1..];
            return met;
        }
        let mut name = first.clone();
        if words.first().is_some_and(|word| word == "WITH") {
            name = format!("{first} WITH {}", words[1]);
            *words = &words[2..];
        }
        allowed.contains(&name)
    }
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<String> = spaced.split_whitespace().map(String::from).collect();
    let mut rest = &words[..];
    let met = any(&mut rest, allowed);
    assert!(rest.is_empty(), "{expression} is no expression");
    met
}

/// Every crate that this build of pfsim and of its tests is made of may be used, and comes from the registry.
#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", false),
        ("MIT OR Zlib AND GPL-3.0-only", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("MIT WITH LLVM-exception", false),
    ] {
        assert_eq!(may_be_used(expression, &allowed), met, "{expression}");
    }

    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(root()).output().expect("cargo and rustc can be started");
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let about = output(option_env!("RUSTC").unwrap_or("rustc"), &["-vV"]);
    let platform = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    // Only what this platform needs: nothing else need have been fetched.
    let metadata = output(env!("CARGO"), &["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", platform]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() > 50, "only {} crates", packages.len());
    for package in packages {
        let name = &package["name"];
        let expression = package["license"].as_str().unwrap_or_else(|| panic!("{name} states no licence"));
        assert!(may_be_used(expression, &allowed), "{name}: {expression} is not met by what deny.toml allows");
        let from = package["source"].as_str();
        assert!(
            from.map_or(["pfsim", "pfsim-desk", "pfsim-python"].iter().any(|own| name == own), |from| from.starts_with("registry+")),
            "{name} comes from {from:?}"
        );
    }
}
