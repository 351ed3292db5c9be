//! One cohort, one person, one payor, one trial: whatever is printed, one is singular.
#![cfg(all(feature = "cli", unix))]

use std::fs;

use crate::cli::{Folder, command};

const ONE: &str = r#"schema = 1
[deal]
name = "one"
currency = "USD"
start = 2026-01-01
period = "year"
periods = 4
[simulation]
trials = 1
seed = 5
[program]
provider = "p"
cohorts = { count = 1, size = 1 }
[[program.cost]]
name = "work"
per_participant = 100
[[outcome]]
name = "job"
without = 0.4
effect = { normal = { mean = 0.1, sd = 0.05 } }
after = 1
[[measure]]
name = "lottery"
of = "job"
method = { randomized = { comparison = 1 } }
[[payor]]
name = "City"
[[payment]]
name = "jobs"
payor = "City"
on = "lottery"
price = { per_additional = 1_000 }
[[tranche]]
name = "loan"
kind = "loan"
amount = 500
coupon = 0.05
rank = 1
"#;

/// `1 trials` and the like, with what stands around it.
fn wrong(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric())).collect();
    let plurals =
        ["trials", "cohorts", "people", "payors", "payments", "scenarios", "groups", "numbers", "points", "files", "rows", "minutes"];
    let at = |at: &usize| words[*at] == "1" && plurals.contains(&words[at + 1]);
    (0..words.len().saturating_sub(1)).filter(at).map(|at| words[at.saturating_sub(4)..(at + 4).min(words.len())].join(" ")).collect()
}

#[test]
fn one_is_singular() {
    assert_eq!(wrong("of 1 trials, 11 trials").len(), 1);
    let folder = Folder::new("one-of-each");
    fs::write(folder.0.join("one.toml"), ONE).expect("written");
    let (file, out) = ("one.toml", "out");
    let commands: [&[&str]; 9] = [
        &["check", file],
        &["run", file, "--out", out],
        &["verify", out],
        &["explain", file, "--trial", "0"],
        &["layers", file],
        &["power", file],
        &["readiness", file],
        &["sensitivity", file],
        &["stress", file],
    ];
    for arguments in commands {
        let done = command(&folder, arguments).output().expect("pfsim runs");
        let text = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{arguments:?}: {text}");
        assert!(wrong(&text).is_empty(), "{arguments:?}: {:?}", wrong(&text));
    }
    let page = fs::read_to_string(folder.0.join("out/report.html")).expect("a page");
    assert!(wrong(&page).is_empty(), "the page: {:?}", wrong(&page));
}
