//! The book in `docs/`: every command in it is run, every scenario in it is read, every link leads somewhere.
//!
//! A page is read from top to bottom in a folder of its own, as a reader would follow it. The comment before a block says what it is:
//!
//! - `console`: lines that begin with `$ pfsim`, run one after another; exit code 0, or that of `<!-- exits 3 -->`;
//!   after `<!-- same -->` they all print the same bytes.
//! - `text` after `<!-- output -->`: exactly what the last command printed (and its messages, where it failed); after
//!   `<!-- output: paragraphs a | b -->` those of its paragraphs that contain a or b, after `<!-- output: lines a | b -->` those lines.
//! - `toml` after `<!-- file: x.toml -->` is written to that file; after `<!-- into: base.toml -->` it is put under that file's text and
//!   becomes `deal.toml` (or `x.toml` after `<!-- into: base.toml as x.toml -->`), which must be valid. Then `<!-- said -->` is what `pfsim check` says of the terms that were put in, and
//!   `<!-- settled -->` what `pfsim settle deal.toml --results results.toml` says is owed, `<!-- earned -->` what investors make of it.
//! - `diff` after `<!-- edit: x.toml -->`: the lines with a minus stand in that file once and are replaced by those with a plus.
//!   `base.toml` and `results.toml` of `docs/examples/` are there from the start.
//! - `text` after `<!-- formula -->`: for the reader only.
//!
//! After a change of output: `UPDATE_BOOK=1 cargo test --test it -- book::`, and read the diff.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pfsim::engine::settle;
use pfsim::report::settlement;
use pfsim::scenario;

use super::cli::{Folder, command, root};
use super::markdown::{Block, anchors, inline_code, links, parts};

/// The pages whose blocks are followed; `format.rs` and `lints.rs` hold the others.
const PAGES: [&str; 9] = ["README", "first-hour", "clauses", "limits", "capital", "model", "trust", "decisions", "questions"];

/// Somebody who follows a page.
struct Reader<'a> {
    page: &'a str,
    folder: Folder,
    /// What the last command printed.
    printed: String,
    /// Names of the terms last put into a base.
    names: Vec<String>,
    /// The file in which they stand.
    made: String,
}

impl<'a> Reader<'a> {
    fn new(page: &'a str) -> Self {
        let folder = Folder::new(&format!("book-{page}"));
        for name in ["scenarios", "tests"] {
            std::os::unix::fs::symlink(root().join(name), folder.0.join(name)).expect("a link");
        }
        for name in ["base.toml", "results.toml"] {
            fs::copy(root().join("docs/examples").join(name), folder.0.join(name)).expect("copied");
        }
        Self { page, folder, printed: String::new(), names: Vec::new(), made: String::new() }
    }

    fn place(&self, block: &Block) -> String {
        format!("docs/{}.md:{}", self.page, block.line)
    }

    fn run(&self, words: &[String], code: i32, place: &str) -> String {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = command(&self.folder, &words).output().expect("pfsim runs");
        let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{place}: pfsim {}\n{printed}{said}", words.join(" "));
        if code == 0 { printed.into_owned() } else { format!("{printed}{said}") }
    }

    fn pfsim(&self, line: &str, place: &str) -> String {
        self.run(&words(line), 0, place)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.0.join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.0.join(name)).unwrap_or_else(|error| panic!("docs/{}.md: {name}: {error}", self.page))
    }

    /// Follows one block; what should stand in it, where that is something that the program prints.
    fn follow(&mut self, block: &Block, text: &str) -> Option<String> {
        let place = self.place(block);
        let marker = block.marker.as_deref().unwrap_or_default();
        let (what, rest) = marker.split_once(": ").unwrap_or((marker, ""));
        match (block.language.as_str(), what) {
            ("console", _) => {
                let code = what.strip_prefix("exits ").map_or(0, |code| code.parse().expect("an exit code"));
                let joined = text.replace("\\\n", " ");
                let mut before: Option<String> = None;
                for line in joined.lines() {
                    let line = line.strip_prefix("$ pfsim ").unwrap_or_else(|| panic!("{place}: not a command: {line}"));
                    self.printed = self.run(&words(line), code, &place);
                    let same = what != "same" || before.is_none_or(|before| before == self.printed);
                    assert!(same, "{place}: these commands print different things");
                    before = Some(self.printed.clone());
                }
                None
            }
            ("toml", "file") => {
                self.write(rest, text);
                None
            }
            ("toml", "into") => {
                self.names = names(text);
                let (base, made) = rest.split_once(" as ").unwrap_or((rest, "deal.toml"));
                self.write(made, &format!("{}\n{text}", self.read(base)));
                self.made = made.to_string();
                self.pfsim(&format!("check {made} --no-simulation"), &place);
                None
            }
            ("diff", "edit") => {
                let file = self.read(rest);
                let side = |sign: char| {
                    text.lines().filter_map(|line| line.strip_prefix(sign)).map(|line| format!("{line}\n")).collect::<String>()
                };
                let (old, new) = (side('-'), side('+'));
                assert_eq!(file.matches(&old).count(), 1, "{place}: {rest} does not have this text once:\n{old}");
                self.write(rest, &file.replace(&old, &new));
                None
            }
            ("text", "output") => Some(part(&self.printed, rest)),
            ("text", "said") => {
                let printed = self.pfsim(&format!("check {} --no-simulation", self.made), &place);
                Some(self.lines(&printed, &place, |line, name| line.starts_with(&format!("  {name}: "))))
            }
            ("text", "settled") => {
                let printed = self.pfsim(&format!("settle {} --results results.toml", self.made), &place);
                Some(part(&printed, "paragraphs what was owed and paid"))
            }
            ("text", "earned") => {
                let printed = self.pfsim(&format!("settle {} --results results.toml", self.made), &place);
                Some(part(&printed, "paragraphs What investors made of it"))
            }
            ("text", "formula") => None,
            _ => panic!("{place}: a `{}` block after `{marker}`: see tests/it/book.rs for what is known", block.language),
        }
    }

    /// The lines that belong to the names last put in, every name in at least one.
    fn lines(&self, printed: &str, place: &str, belongs: impl Fn(&str, &str) -> bool) -> String {
        for name in &self.names {
            assert!(printed.lines().any(|line| belongs(line, name)), "{place}: nothing is said of {name}:\n{printed}");
        }
        printed.lines().filter(|line| self.names.iter().any(|name| belongs(line, name))).map(|line| format!("{line}\n")).collect()
    }
}

/// What a text prints, or the asked part of it.
fn part(printed: &str, asked: &str) -> String {
    let (unit, needles) = asked.split_once(' ').unwrap_or(("all", ""));
    let wanted = |text: &&str| needles.split(" | ").any(|needle| text.contains(needle));
    let kept = match unit {
        "all" => printed.to_string(),
        "paragraphs" => printed.split("\n\n").filter(wanted).collect::<Vec<_>>().join("\n\n"),
        "lines" => printed.lines().filter(wanted).collect::<Vec<_>>().join("\n"),
        _ => panic!("which part is `{asked}`?"),
    };
    assert!(!kept.trim().is_empty(), "nothing printed contains `{needles}`:\n{printed}");
    format!("{}\n", kept.trim_end().trim_start_matches('\n'))
}

/// Names of the payments, tranches, guarantees and bonuses of a fragment.
fn names(fragment: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(fragment).unwrap_or_else(|error| panic!("{error}\n{fragment}"));
    let lists = ["payment", "tranche", "guarantee", "bonus"].iter().filter_map(|list| table.get(*list)?.as_array());
    lists.flatten().filter_map(|entry| entry.get("name")?.as_str()).map(str::to_string).collect()
}

/// Words of a command line; quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for sign in line.chars() {
        match (quote, sign) {
            (Some(open), _) if sign == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

fn page(name: &str) -> PathBuf {
    root().join("docs").join(format!("{name}.md"))
}

/// Follows a page from top to bottom.
fn follow(name: &str) {
    let text = fs::read_to_string(page(name)).expect("the page");
    let (blocks, _) = parts(&text);
    let mut reader = Reader::new(name);
    let mut renewed = String::new();
    let mut copied = 0;
    let update = std::env::var_os("UPDATE_BOOK").is_some();
    for block in &blocks {
        let shown = &text[block.range.clone()];
        let Some(expected) = reader.follow(block, shown) else { continue };
        if update {
            renewed.push_str(&text[copied..block.range.start]);
            renewed.push_str(&expected);
            copied = block.range.end;
        } else {
            assert!(shown == expected, "{} shows\n{shown}\nbut the program prints\n{expected}", reader.place(block));
        }
    }
    if update {
        renewed.push_str(&text[copied..]);
        fs::write(page(name), renewed).expect("written");
    }
}

#[test]
fn the_first_hour_goes_as_it_says() {
    follow("first-hour");
}

#[test]
fn the_clauses_say_and_pay_what_the_page_shows() {
    follow("clauses");
}

#[test]
fn the_limits_cut_as_the_page_shows() {
    follow("limits");
}

#[test]
fn the_capital_is_repaid_as_the_page_shows() {
    follow("capital");
}

#[test]
fn the_decisions_have_these_answers() {
    follow("decisions");
}

#[test]
fn the_questions_are_answered() {
    follow("questions");
}

#[test]
fn the_other_pages_show_what_is_printed() {
    ["README", "model", "trust"].into_iter().for_each(follow);
}

/// What the fragments of a page come to when they are settled: name, due and paid of every payment, one list for each fragment.
fn settled(name: &str, base: &str) -> Vec<Vec<(String, f64, f64)>> {
    let text = fs::read_to_string(page(name)).expect("the page");
    let example = |file: &str| fs::read_to_string(root().join("docs/examples").join(file)).expect("an example");
    let (blocks, _) = parts(&text);
    let fragments = blocks.iter().filter(|block| block.marker.as_deref() == Some(base));
    fragments
        .map(|block| {
            let deal = format!("{}\n{}", example("base.toml"), &text[block.range.clone()]);
            let deal = scenario::parse("deal.toml", &deal).unwrap_or_else(|problems| panic!("{problems}"));
            let results =
                scenario::results::parse("results.toml", &example("results.toml"), &deal).unwrap_or_else(|problems| panic!("{problems}"));
            let found = settlement::settlement(&settle(&deal, &results));
            found.payments.iter().map(|payment| (payment.name.clone(), payment.due, payment.paid)).collect()
        })
        .collect()
}

fn same(found: &[Vec<(String, f64, f64)>], expected: &[&[(&str, f64, f64)]]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        let near = |a: f64, b: f64| (a - b).abs() < 0.005;
        let agrees = found.len() == expected.len()
            && found
                .iter()
                .zip(*expected)
                .all(|(found, expected)| found.0 == expected.0 && near(found.1, expected.1) && near(found.2, expected.2));
        assert!(agrees, "settled {found:?}, by hand {expected:?}");
    }
}

#[test]
fn the_clauses_come_to_what_one_works_out_by_hand() {
    let both = |name, amount| (name, amount, amount);
    // In 2027 the bank is owed 20,000 and a year's interest; costs took what it should have been repaid, so in 2028 a year more.
    let (first, second): (f64, f64) = (20_000.0 * 1.05, 20_000.0 * 1.05 * 1.05);
    let savings = first + 0.2 * (110_000.0 - 2.0 * first) + second + 0.2 * (90_000.0 - 2.0 * second);
    same(
        &settled("clauses", "into: base.toml"),
        &[
            &[both("jobs", 105.0 * 6_000.0)],
            &[both("support", (24.0 + 25.0) * 500.0)],
            &[both("additional jobs", 0.12 * 190.0 * 20_000.0)],
            &[both("jobs", 60.0 * 6_000.0), both("success", 250_000.0)],
            &[both("steps", 250_000.0)],
            &[both("earnings", 50_000.0 + 1_000.0 * 100.0 + 400.0 * 60.0)],
            &[both("points", 20_000.0 + 10.0 * 5_000.0)],
            &[both("rate card", 154.0 * 400.0 + 105.0 * 2_800.0 + 21.0 * 700.0)],
            &[both("tiers", 100.0 * 3_000.0 + 5.0 * 5_000.0)],
            &[both("share of savings", savings)],
            &[both("composite success", 3_000_000.0 * (0.7 * 0.12 + 0.3 * 1_900.0 / 20_000.0))],
            &[both("risk share", 80_000.0 - 30_000.0)],
        ],
    );
}

#[test]
fn the_limits_come_to_what_one_works_out_by_hand() {
    let both = |name, amount| (name, amount, amount);
    let jobs: f64 = 105.0 * 6_000.0;
    // Completions may be 40% of all: two thirds of what the jobs are.
    let share = 105.0 * 3_000.0 * 0.4 / 0.6;
    same(
        &settled("limits", "into: base.toml"),
        &[
            &[("jobs", jobs, 500_000.0)],
            &[("jobs", jobs, 310_000.0 + 45.0 * 6_000.0)],
            &[("additional jobs", 0.12 * 190.0 * 1_000.0, 50_000.0)],
            &[("completions", 154.0 * 3_000.0, share), both("jobs", 105.0 * 3_000.0)],
            &[both("jobs", 60.0 * 5_814.0 + 45.0 * 5_930.28)],
            &[both("first group", 60.0 * 6_000.0)],
            &[both("availability", 50_000.0)],
            &[both("jobs", jobs)],
            &[both("jobs", jobs)],
            &[both("jobs", 0.12 * 190.0 * 5_000.0)],
            &[both("jobs", jobs)],
        ],
    );
}

#[test]
fn the_investors_get_what_one_works_out_by_hand() {
    let text = fs::read_to_string(page("capital")).expect("the page");
    let (blocks, _) = parts(&text);
    // What an investor puts in and gets back, as the tables of the page show it, one after another.
    let number = |cell: &str| cell.replace(',', "").replace('−', "-").parse::<f64>().ok();
    let shown: Vec<(String, f64, f64)> = blocks
        .iter()
        .filter(|block| block.marker.as_deref() == Some("earned"))
        .flat_map(|block| text[block.range.clone()].lines())
        .filter_map(|line| {
            let mut cells = line.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty());
            Some((cells.next()?.to_string(), number(cells.next()?)?, number(cells.next()?)?))
        })
        .collect();
    // The city pays 480,000 and 360,000; costs are 400,000 and 360,000, so 120,000 goes out in 2027 and 360,000 in 2028.
    let bank = |drawn: f64, later: f64| {
        let first = 120_000.0 + later;
        first + (drawn * 1.05 + later - first) * 1.05
    };
    // All from the bank: interest comes before principal, and the guarantor bears what is lost of principal.
    let interest = 400_000.0 * 0.05 + 300_000.0 * 0.05;
    let expected = [
        ("bank", 140_000.0, bank(140_000.0, 0.0)),
        ("impact fund", 150_000.0, 150_000.0 * 1.08 * 1.08),
        ("foundation", 110_000.0, 0.0),
        ("bank", 300_000.0, bank(300_000.0, 0.0)),
        ("partner", 100_000.0, 100_000.0 * 1.15 * 1.15),
        ("housing fund", 400_000.0, 400_000.0 * 1.03 * 1.03 * 1.03 * 1.03),
        ("bank", 400_000.0, 120_000.0 + 280_000.0 * 1.07),
        ("bank", 500_000.0, bank(300_000.0, 200_000.0)),
        ("housing fund", 100_000.0, 100_000.0),
        ("revolving fund", 200_000.0, 0.0),
        ("provider's fee", 100_000.0, 100_000.0),
        ("bank", 100_000.0, 105_000.0),
        ("bank", 400_000.0, interest + 400_000.0),
        ("bank", 400_000.0, bank(400_000.0, 0.0)),
        ("housing fund", 400_000.0, 400_000.0 * 1.03 * 1.03 * 1.03 * 1.03 * 1.03),
    ];
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
    for (shown, expected) in shown.iter().zip(expected) {
        let agrees = shown.0 == expected.0 && (shown.1 - expected.1).abs() < 0.011 && (shown.2 - expected.2).abs() < 0.011;
        assert!(agrees, "the page shows {shown:?}, by hand {expected:?}");
    }
}

#[test]
fn every_key_of_sweeps_and_searches_is_explained() {
    let text = fs::read_to_string(page("questions")).expect("the page");
    let explained = inline_code(&text);
    let mut keys = 0;
    for file in ["src/scenario/text_sweep.rs", "src/scenario/text_solve.rs"] {
        let source = fs::read_to_string(root().join(file)).expect("the format");
        for key in source.lines().filter_map(|line| line.strip_prefix("    pub ")?.split(':').next()) {
            assert!(explained.iter().any(|code| code == key), "docs/questions.md says nothing of `{key}` ({file})");
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
                let help = help(&[sub, "--help"]);
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
