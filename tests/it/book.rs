//! The book in `docs/`: every command in it is run, every scenario in it is read, every link leads somewhere.
//!
//! A page is read from top to bottom in a folder of its own, as a reader would follow it. The comment before a block says what it is:
//!
//! - `console`: lines that begin with `$ pfsim`, run one after another; exit code 0, or that of `<!-- exits 3 -->`;
//!   after `<!-- needs the desk -->` that of a build without one (2) where this is one; after `<!-- same -->` they all print the same bytes. A path of `jq` may follow (`$ pfsim … --json | jq .seed`).
//! - `text` after `<!-- output -->`: exactly what the last command printed (and its messages, where it failed); after
//!   `<!-- output: paragraphs a | b -->` those of its paragraphs that contain a or b, after `<!-- output: lines a | b -->` those lines.
//! - `toml` after `<!-- file: x.toml -->` is written to that file; after `<!-- into: base.toml -->` it is put under that file's text and
//!   becomes `deal.toml` (or `x.toml` after `<!-- into: base.toml as x.toml -->`), which must be valid. Then `<!-- said -->` is what
//!   `pfsim check` says of the terms that were put in, `<!-- settled -->` what `pfsim settle deal.toml --results results.toml` says is
//!   owed, `<!-- earned -->` what investors make of it. `base.toml` and `results.toml` of `docs/examples/` are there from the start.
//! - `diff` after `<!-- edit: x.toml -->`: the lines with a minus stand in that file once and are replaced by those with a plus.
//! - `bash` after `<!-- file: x -->` is written to that file; after `<!-- shell -->` it is run by bash, with pfsim on the path. `sbatch` is a
//!   stand-in (`tests/it/cluster/first`) that runs tasks one after another; `parallel` is what this machine has, or else a stand-in too
//!   (`tests/it/cluster/last`).
//! - `python`, and `text` after `<!-- printed by Python -->`: run and compared by `python/tests/test_docs.py`.
//! - `text` after `<!-- formula -->`, `yaml` after `<!-- not run -->`: for the reader only.
//!
//! After a change of output: `UPDATE_BOOK=1 cargo test --test it -- book`, and read the diff.
#![cfg(all(feature = "cli", unix))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cli::{Folder, command, root};
use super::jq::jq;
use super::markdown::{Block, parts};

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

    /// Runs a script, and gives what it printed.
    fn shell(&self, script: &str, place: &str) -> String {
        let own = Path::new(env!("CARGO_BIN_EXE_pfsim")).parent().expect("a folder").to_path_buf();
        let usual = std::env::var_os("PATH").unwrap_or_default();
        let stand_in = |name: &str| root().join("tests/it/cluster").join(name);
        let path = [own, stand_in("first")].into_iter().chain(std::env::split_paths(&usual)).chain([stand_in("last")]);
        let path = std::env::join_paths(path).expect("a path");
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", script]).current_dir(&self.folder.0).env("PATH", path).env_remove("PFSIM_THREADS");
        let output = bash.output().expect("bash runs");
        let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{place}: {script}\n{printed}{said}");
        printed.into_owned()
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
                let without = if what == "needs the desk" && !cfg!(feature = "desk") { 2 } else { 0 };
                let code = what.strip_prefix("exits ").map_or(without, |code| code.parse().expect("an exit code"));
                let joined = text.replace("\\\n", " ");
                let mut before: Option<String> = None;
                for line in joined.lines() {
                    let line = line.strip_prefix("$ pfsim ").unwrap_or_else(|| panic!("{place}: not a command: {line}"));
                    let (line, filter) = line.split_once(" | jq ").map_or((line, None), |(line, filter)| (line, Some(filter)));
                    self.printed = self.run(&words(line), code, &place);
                    if let Some(filter) = filter {
                        // What is said on stderr does not go through the pipe.
                        let document = self.printed.rsplit_once("}\n").map_or(&*self.printed, |(document, _)| document).to_string() + "}\n";
                        self.printed = jq(filter.trim_matches('\''), &document);
                    }
                    let same = what != "same" || before.is_none_or(|before| before == self.printed);
                    assert!(same, "{place}: these commands print different things");
                    before = Some(self.printed.clone());
                }
                None
            }
            ("bash", "shell") => {
                self.printed = self.shell(text, &place);
                None
            }
            ("yaml", "not run") | ("python", _) | ("text", "printed by Python") => None,
            ("toml" | "bash", "file") => {
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
                Some(part(&printed, "paragraphs Investor returns"))
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

/// A page of the book.
pub(crate) fn page(name: &str) -> PathBuf {
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
fn the_table_agrees_as_the_page_says() {
    follow("desk");
}

#[test]
fn the_questions_are_answered() {
    follow("questions");
}

#[test]
fn machines_share_the_work_as_the_page_says() {
    follow("cluster");
}

#[test]
fn two_years_in_it_goes_on_as_it_says() {
    follow("running");
}

#[test]
fn the_results_are_data() {
    follow("json");
}

#[test]
fn the_other_pages_show_what_is_printed() {
    ["README", "install", "python", "model", "trust", "believing"].into_iter().for_each(follow);
}
