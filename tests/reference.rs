//! The engine beside a second reader of the same text, `tests/reference/`, that was written from the documents alone.

#[allow(
    clippy::disallowed_methods,
    clippy::needless_range_loop,
    reason = "a second reader goes its own way, and its last bits matter to nobody"
)]
#[path = "reference/mod.rs"]
mod reference;

use std::fs;
use std::path::{Path, PathBuf};

use reference::compare::first_difference;

fn folder(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let mut found: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

#[test]
fn scenarios_of_the_repository() {
    let mut differ = Vec::new();
    for path in ["closed", "programs", "examples"].into_iter().flat_map(folder) {
        if std::env::var("PFSIM_REFERENCE_FILE").is_ok_and(|part| !path.display().to_string().contains(&part)) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        match std::panic::catch_unwind(|| first_difference(&path, &text, 7, 40)) {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(difference))) => differ.push(format!("{}: {difference}", path.display())),
            Ok(Err(problem)) => differ.push(format!("{}: not read: {problem}", path.display())),
            Err(_) => differ.push(format!("{}: panicked", path.display())),
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// As many contracts by chance as `PFSIM_REFERENCE_CASES` says, from seed `PFSIM_REFERENCE_FROM` on. `PFSIM_REFERENCE_TRIAL=0` prints both
/// readers' books of a trial, `PFSIM_REFERENCE_REFUSED=1` why texts are no contracts, `PFSIM_REFERENCE_WITHOUT=bullet,floor` leaves out
/// contracts in which one of these words stands.
#[test]
fn contracts_by_chance() {
    let number = |name: &str, absent: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(absent);
    let (from, cases) = (number("PFSIM_REFERENCE_FROM", 0), number("PFSIM_REFERENCE_CASES", 300));
    let without: Vec<String> =
        std::env::var("PFSIM_REFERENCE_WITHOUT").map_or_else(|_| vec![], |words| words.split(',').map(str::to_owned).collect());
    let (mut refused, mut differ) = (0, Vec::new());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("by chance.toml");
    for seed in from..from + cases {
        let text = reference::random::scenario(seed);
        if without.iter().any(|word| text.contains(word.as_str())) {
            continue;
        }
        match std::panic::catch_unwind(|| first_difference(&path, &text, seed, 12)) {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(difference))) => differ.push((seed, text, difference)),
            Ok(Err(problem)) => {
                refused += 1;
                if std::env::var_os("PFSIM_REFERENCE_REFUSED").is_some() {
                    eprintln!("seed {seed}: {problem}");
                }
            }
            Err(_) => differ.push((seed, text, "panicked".into())),
        }
    }
    for (seed, _, difference) in &differ {
        eprintln!("seed {seed}: {difference}");
    }
    if let Some((seed, text, difference)) = differ.iter().min_by_key(|case| case.1.len()) {
        panic!("{} of {cases} differ; the shortest, seed {seed}: {difference}\n{text}", differ.len());
    }
    assert!(refused * 2 < cases, "{refused} of {cases} are no valid contracts");
}
