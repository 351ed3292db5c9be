//! What others wrote reaches a terminal as text: no name, path or argument steers it. And where nobody can be told anything, nothing panics.
#![cfg(feature = "cli")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::cli::{Folder, command, root};
use pfsim::deal::Deal;
use pfsim::deal::letters::steers;
use pfsim::question::Question;
use pfsim::scenario::{self, LoadError, Problems};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// Clears the screen, sets the title and rings; the same by a letter of C1; turns text around.
const HOSTILE: [&str; 3] = ["\u{1b}[2J\u{1b}]0;x\u{7}", "\u{9b}2J", "\u{202E}live"];

/// `text` without the colours that we put on it.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit() && letter != ';').expect("an end of a colour");
        assert_eq!(&part[end..=end], "m", "no colour: {part:?}");
        plain.push_str(&part[end + 1..]);
    }
    plain
}

fn harmless(text: &str, what: &str) {
    let plain = without_colours(text);
    let found = plain.chars().find(|letter| steers(*letter) && !matches!(letter, '\n' | '\t'));
    assert_eq!(found, None, "{what}: {plain:?}");
}

/// Every text within `value`, by the steps that lead to it.
fn texts(value: &toml::Value, here: &str, found: &mut Vec<String>) {
    match value {
        toml::Value::String(_) => found.push(here.into()),
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| texts(value, &format!("{here}/{key}"), found)),
        toml::Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| texts(value, &format!("{here}/{index}"), found)),
        _ => {}
    }
}

fn at<'v>(value: &'v mut toml::Value, place: &str) -> &'v mut toml::Value {
    place.split('/').skip(1).fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => value.get_mut(index).expect("an index"),
        Err(_) => value.get_mut(step).expect("a key"),
    })
}

/// Puts something hostile into each text of a file: it is refused, at its place, and what is said of it is harmless.
fn each_text_refused(text: &str, parse: impl Fn(&str) -> Result<(), Problems>) {
    assert!(parse(text).is_ok(), "the file itself is wrong");
    let whole: toml::Value = toml::Value::Table(text.parse().expect("TOML"));
    let mut places = Vec::new();
    texts(&whole, "", &mut places);
    assert!(places.len() > 5);
    for place in places {
        for hostile in HOSTILE {
            let mut changed = whole.clone();
            let value = at(&mut changed, &place);
            *value = format!("{}{hostile}", value.as_str().expect("a text")).into();
            let problems = parse(&toml::to_string(&changed).expect("TOML")).expect_err(&place);
            let refused =
                problems.problems.iter().any(|problem| ["control-character", "bad-name"].contains(&problem.code) && problem.span.is_some());
            assert!(refused, "{place}: {problems}");
            harmless(&problems.render(false), &place);
            harmless(&problems.render(true), &place);
        }
    }
}

#[test]
fn no_text_of_a_scenario_steers_a_terminal() {
    for text in [STARTER, include_str!("problems/contract.toml"), include_str!("problems/people.toml")] {
        each_text_refused(text, |text| scenario::parse("a\u{1b}[2Jb.toml", text).map(drop));
    }
    // An escape in a key; texts of several lines keep theirs, also with the line ends of Windows.
    let key = STARTER.replace("[simulation]", "[simulation]\n\"a\\u001b[2J\" = 1");
    harmless(&scenario::parse("deal.toml", &key).expect_err("a key").render(true), "a key");
    let about = |text: &str| {
        let mut whole: toml::Table = STARTER.parse().expect("TOML");
        whole["deal"]["about"] = text.into();
        scenario::parse("deal.toml", &toml::to_string(&whole).expect("TOML"))
    };
    assert!(about("one\n\ttwo\r\nthree").is_ok());
    assert!(about("one\rtwo").is_err());
    assert!(scenario::parse("deal.toml", &STARTER.replace('\n', "\r\n")).is_ok());
}

#[test]
fn no_text_of_results_steers_a_terminal() {
    let deal = crate::support::deal(include_str!("problems/contract.toml"));
    each_text_refused(include_str!("problems/results.toml"), |text| pfsim::results::parse("results.toml", text, &deal).map(drop));
}

#[test]
fn no_text_of_a_sweep_or_a_search_steers_a_terminal() {
    let folder = Folder::new("terminal-questions");
    fs::write(folder.0.join("deal.toml"), STARTER).expect("written");
    let problems = |error: LoadError| match error {
        LoadError::Invalid(problems) => problems,
        error => panic!("{error}"),
    };
    let file = folder.0.join("file.toml");
    let sweep = "[sweep]\nname = \"A\"\nquestion = \"Which?\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 10\n\
        [[axis]]\nname = \"year\"\n[[axis.options]]\nname = \"July\"\nset = { \"deal.fiscal_year_starts\" = \"July\" }\n";
    each_text_refused(sweep, |text| {
        fs::write(&file, text).expect("written");
        pfsim::experiment::sweep::load(&file, &|_, _| Ok(())).map(drop).map_err(problems)
    });
    let solve = "[solve]\nname = \"A\"\nquestion = \"Which?\"\nscenario = \"deal.toml\"\nminimise = \"cap\"\nsuch_that = [\"investors.loss <= 0.6\"]\n\
        [[lever]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nfrom = 1_000_000\nto = 2_000_000\nstep = 100_000\n";
    each_text_refused(solve, |text| {
        fs::write(&file, text).expect("written");
        let knows = |_: &Deal, question: &Question| if question.metric == "cap" { Err(String::new()) } else { Ok(()) };
        pfsim::experiment::solve::load(&file, &knows).map(drop).map_err(problems)
    });
}

fn said(output: &Output) -> [String; 2] {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8(bytes.clone()).expect("UTF-8"))
}

/// Arguments and paths cannot be refused: they are shown with pictures in the place of what steers.
#[test]
fn no_argument_and_no_path_steers_a_terminal() {
    let folder = Folder::new("terminal-arguments");
    fs::write(folder.0.join("deal.toml"), STARTER).expect("written");
    let hostile = &HOSTILE.concat();
    let file = format!("d{hostile}.toml");
    fs::write(folder.0.join(&file), STARTER.replace("periods = 16", "perriods = 16")).expect("written");
    let good = format!("g{hostile}.toml");
    fs::write(folder.0.join(&good), STARTER).expect("written");
    let (flag, set, nowhere) = (format!("--{hostile}"), format!("deal.{hostile}=1"), format!("no{hostile}"));
    let (option, results) = (format!("O{hostile}: payor.\"City\".cap=2_000_000"), format!("out{hostile}"));
    let cases: [&[&str]; 12] = [
        &["check", &file],
        &["check", &good, "--no-simulation", "--json"],
        &["check", &nowhere],
        &["check", "deal.toml", &flag],
        &["run", "deal.toml", "--trials", hostile],
        &["run", "deal.toml", "--set", &set],
        &["run", "deal.toml", "--trials", "100", "--out", &results],
        &["verify", &nowhere],
        &["explain", "deal.toml", "--at", "p10", "--by", hostile, "--set", "simulation.trials=100"],
        &["information", "deal.toml", "--trials", "200", "--option", &option],
        &["stress", "deal.toml", "--trials", "100", "--of", hostile],
        &["new", &good],
    ];
    for arguments in cases {
        for colour in [&[][..], &["--color", "always"]] {
            let output = command(&folder, &[arguments, colour].concat()).output().expect("pfsim runs");
            let [out, err] = said(&output);
            assert!(output.status.code().is_some_and(|code| code < 100), "{arguments:?}: {err}");
            assert!(!out.is_empty() || !err.is_empty(), "{arguments:?}");
            harmless(&out, &format!("{arguments:?}"));
            harmless(&err, &format!("{arguments:?}"));
        }
    }
    let output = command(&folder, &["check", "deal.toml"]).env("PFSIM_THREADS", hostile).output().expect("pfsim runs");
    assert_eq!(output.status.code(), Some(2));
    harmless(&said(&output)[1], "PFSIM_THREADS");
    // Our own colours are there where they are wanted.
    let output = command(&folder, &["check", "nowhere.toml", "--color", "always", "--colour"]).output().expect("pfsim runs");
    assert_eq!(output.status.code(), Some(2));
    let output = command(&folder, &["check", &file, "--color", "always"]).output().expect("pfsim runs");
    assert!(said(&output)[1].contains("\u{1b}[1m"), "{:?}", said(&output));
}

/// Only two files of the program write to a stream: who prints elsewhere goes past what makes texts harmless, and panics where it is full.
#[test]
fn one_way_out() {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let mut all = Vec::new();
    files(&root().join("src"), &mut all);
    for path in all {
        let text = fs::read_to_string(&path).unwrap_or_default();
        // Examples in the documentation print, the program does not.
        let text: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let prints =
            ["print!(", "println!(", "io::stdout()", "io::stderr().lock", "anstream::stderr"].iter().any(|word| text.contains(word));
        let may = ["stdout.rs", "stderr.rs"].iter().any(|name| path.ends_with(Path::new("cli").join(name)));
        assert!(!prints || may, "{} writes to a stream", path.display());
    }
}

/// A program whose messages go nowhere ends with a documented code; what it was to write is whole.
#[test]
#[cfg(target_os = "linux")]
fn nobody_to_tell_is_no_reason_to_panic() {
    let folder = Folder::new("terminal-full");
    fs::write(folder.0.join("deal.toml"), STARTER).expect("written");
    fs::write(folder.0.join("bad.toml"), STARTER.replace("periods = 16", "perriods = 16")).expect("written");
    let full = || Stdio::from(File::create("/dev/full").expect("/dev/full"));
    let code = |arguments: &[&str], out: bool, err: bool| {
        let mut command: Command = command(&folder, arguments);
        command.stdout(if out { full() } else { Stdio::null() }).stderr(if err { full() } else { Stdio::null() });
        command.status().expect("pfsim runs").code()
    };
    let run = ["run", "deal.toml", "--trials", "100", "--out", "out"];
    assert_eq!(code(&run, false, true), Some(1), "the note is lost");
    assert!(folder.0.join("out/report.html").is_file() && folder.0.join("out/summary.json").is_file());
    assert_eq!(code(&["run", "deal.toml", "--trials", "100", "--no-files", "--timing"], false, true), Some(1));
    assert_eq!(code(&["run", "deal.toml", "--trials", "100", "--no-files"], false, true), Some(0), "nothing was to be said");
    for [out, err] in [[true, false], [true, true]] {
        assert_eq!(code(&["check", "deal.toml", "--no-simulation"], out, err), Some(1));
        assert_eq!(code(&["--help"], out, err), Some(1));
        assert_eq!(code(&["schema"], out, err), Some(1));
    }
    assert_eq!(code(&["check", "bad.toml"], false, true), Some(3));
    assert_eq!(code(&["check", "nowhere.toml"], false, true), Some(1));
    assert_eq!(code(&["frobnicate"], false, true), Some(2));
    assert_eq!(code(&["explain", "deal.toml", "--trial", "99_999"], false, true), Some(1));
    // Closed from the start: nobody wants to know.
    for (redirect, expected) in [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)] {
        let line = format!("exec '{}' check deal.toml --no-simulation {redirect}", env!("CARGO_BIN_EXE_pfsim"));
        let status = Command::new("sh").args(["-c", &line]).current_dir(&folder.0).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert_eq!(status.expect("sh runs").code(), Some(expected), "{redirect}");
    }
}
