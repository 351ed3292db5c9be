//! The book as a whole: links lead somewhere, commands and files that it names exist, nothing is left out, no page is too long.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::book::page;
use super::cli::{Folder, command, root};
use super::markdown::{anchors, inline_code, links, parts};

/// The pages whose blocks `book.rs` follows; `format.rs` and `lints.rs` hold the others.
const PAGES: [&str; 15] = [
    "README",
    "install",
    "first-hour",
    "python",
    "clauses",
    "limits",
    "capital",
    "model",
    "trust",
    "decisions",
    "running",
    "believing",
    "questions",
    "json",
    "cluster",
];

#[test]
fn every_key_of_sweeps_and_searches_is_explained() {
    let text = fs::read_to_string(page("questions")).expect("the page");
    let explained = inline_code(&text);
    let mut keys = 0;
    for file in ["src/experiment/text_sweep.rs", "src/experiment/text_solve.rs"] {
        let source = fs::read_to_string(root().join(file)).expect("the format");
        for key in source.lines().filter_map(|line| line.strip_prefix("    pub ")?.split(':').next()) {
            assert!(
                explained.iter().any(|code| code.trim_matches(['[', ']']) == key),
                "docs/questions.md says nothing of `{key}` ({file})"
            );
            keys += 1;
        }
    }
    assert!(keys > 25, "{keys}");
}

/// All Markdown pages below a folder.
fn pages_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            pages_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "scenarios/README.md", "tests/worked/README.md"].map(|name| root().join(name)).into();
    pages_below(&root().join("docs"), &mut pages);
    let mut broken = Vec::new();
    let mut followed = 0;
    for page in &pages {
        let text = fs::read_to_string(page).expect("a page");
        for (line, target) in links(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            let there = file.exists()
                && (anchor.is_empty() || anchors(&fs::read_to_string(&file).expect("a page")).iter().any(|known| known == anchor));
            followed += 1;
            if !there {
                broken.push(format!("{}:{line}: {target}", page.display()));
            }
        }
    }
    assert!(followed > 100, "{followed}");
    assert!(broken.is_empty(), "these links lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn the_summary_lists_every_page_once() {
    let text = fs::read_to_string(page("SUMMARY")).expect("the summary");
    let mut listed: Vec<PathBuf> = links(&text).into_iter().map(|(_, target)| root().join("docs").join(target)).collect();
    listed.sort();
    let mut pages = Vec::new();
    pages_below(&root().join("docs"), &mut pages);
    pages.retain(|path| *path != page("SUMMARY"));
    assert_eq!(listed, pages, "docs/SUMMARY.md lists other pages than docs/ has");
    let book: toml::Table = toml::from_str(&fs::read_to_string(root().join("docs/book.toml")).expect("docs/book.toml")).expect("TOML");
    assert_eq!(book["book"]["src"].as_str(), Some("."));
}

#[test]
fn a_page_is_read_in_ten_minutes() {
    for name in PAGES {
        let text = fs::read_to_string(page(name)).expect("the page");
        let (_, prose) = parts(&text);
        let read = prose.split_whitespace().count();
        let looked_at = text.lines().count() - prose.lines().filter(|line| !line.is_empty()).count();
        // 230 words a minute, and a second for each line of a block.
        let minutes = read as f64 / 230.0 + looked_at as f64 / 60.0;
        assert!(minutes <= 10.0, "docs/{name}.md takes {minutes:.1} minutes: {read} words, {looked_at} lines of blocks");
    }
}

#[test]
fn every_command_and_file_that_a_page_names_exists() {
    let modules = fs::read_to_string(root().join("tests/it/main.rs")).expect("the tests");
    let folder = Folder::new("book-names");
    let help = |words: &[&str]| {
        let output = command(&folder, words).output().expect("pfsim runs");
        assert!(output.status.success(), "pfsim {}", words.join(" "));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let commands: BTreeSet<String> = help(&["--help"])
        .lines()
        .skip_while(|line| *line != "Commands:")
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_string)
        .collect();
    assert!(commands.contains("run") && commands.len() > 10, "{commands:?}");
    let mut seen = 0;
    for name in PAGES {
        let text = fs::read_to_string(page(name)).expect("the page");
        for code in inline_code(&text) {
            let mut words = code.split_whitespace();
            let first = words.next().unwrap_or_default();
            if first == "pfsim" {
                let Some(sub) = words.next().filter(|word| !word.starts_with('-')) else { continue };
                assert!(commands.contains(sub), "docs/{name}.md: no command `{code}`");
                // `shard` has commands of its own.
                let step = if sub == "shard" { words.next() } else { None };
                let help = help(&[&[sub][..], step.as_slice(), &["--help"]].concat());
                for flag in words.filter(|word| word.starts_with("--")) {
                    assert!(help.contains(flag), "docs/{name}.md: `{code}`: no flag {flag}");
                }
            } else if let Some(test) = code.strip_prefix("cargo test --test it -- ") {
                let module = test.split("::").next().unwrap_or_default();
                assert!(modules.contains(&format!("mod {module};")), "docs/{name}.md: no tests `{code}`");
            } else if ["tests/", "src/", "scenarios/", "docs/", "benches/"].iter().any(|start| first.starts_with(start))
                && !code.contains(['*', '<'])
            {
                assert!(root().join(first).exists(), "docs/{name}.md: no file `{code}`");
            } else {
                continue;
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}
