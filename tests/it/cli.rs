//! The program as its users meet it: commands, exit codes, streams, files.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const STARTER: &str = "scenarios/starter.toml";

/// A folder of its own for each test, gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-cli-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn scenario(&self, name: &str, old: &str, new: &str) -> String {
        let text = fs::read_to_string(root().join(STARTER)).expect("the starter");
        assert!(text.contains(old));
        let path = self.0.join(name);
        fs::write(&path, text.replace(old, new)).expect("written");
        path.display().to_string()
    }

    fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

pub(crate) fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pfsim"));
    command.args(arguments).current_dir(&folder.0).env_remove("PFSIM_THREADS");
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn run_writes_a_folder_and_prints_the_memo() {
    let folder = Folder::new("run");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 2_000");
    let output = pfsim(&folder, &["run", &file, "--audit"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).starts_with("My first deal\n") && !out(&output).contains('\u{1b}'));
    let results = folder.0.join("out/deal");
    let names = Folder(results.clone());
    let expected = [
        "assumptions.csv",
        "chances.csv",
        "fiscal_years.csv",
        "manifest.sha256",
        "memo.txt",
        "report.html",
        "metrics.csv",
        "scenario.toml",
        "summary.json",
        "terms.txt",
        "trials.csv",
    ];
    assert!(expected.iter().all(|name| names.entries().iter().any(|entry| entry == name)), "{:?}", names.entries());
    assert_eq!(names.entries().iter().filter(|name| name.ends_with(".svg")).count(), 9);
    assert_eq!(fs::read_to_string(results.join("memo.txt")).expect("the memo"), out(&output));
    // The same again replaces the folder and prints the same as JSON as the folder holds.
    let output = pfsim(&folder, &["run", &file, "--json", "--quiet"]);
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(results.join("summary.json")).expect("the summary"), out(&output));
    let json: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(json["trials"], 2_000);
    assert!(json["metrics"]["payor.\"City\".total"]["mean"]["standard_error"].as_f64().is_some_and(|se| se > 0.0));
    assert!(fs::read_dir(folder.0.join("out")).expect("out").count() == 1, "nothing else is left in out/");
}

#[test]
fn every_metric_has_a_standard_error() {
    let folder = Folder::new("se");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 2_000");
    let json: serde_json::Value = serde_json::from_str(&out(&pfsim(&folder, &["run", &file, "--json", "--no-files"]))).expect("JSON");
    for (name, metric) in json["metrics"].as_object().expect("metrics") {
        if metric["mean"]["value"].is_f64() {
            assert!(metric["mean"]["standard_error"].as_f64().is_some_and(f64::is_finite), "{name}: {metric}");
        }
    }
}

#[test]
fn an_invalid_scenario_writes_nothing() {
    let folder = Folder::new("invalid");
    let file = folder.scenario("deal.toml", "periods = 16", "perriods = 16");
    let output = pfsim(&folder, &["run", &file]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("did you mean `periods`?") && err(&output).contains("nothing was written"), "{}", err(&output));
    assert!(out(&output).is_empty() && !err(&output).contains('\u{1b}'));
    assert_eq!(folder.entries(), ["deal.toml"]);
}

#[test]
fn check_reports_the_problems_of_every_file() {
    let folder = Folder::new("check");
    let (good, bad) =
        (folder.scenario("good.toml", "seed = 1", "seed = 2"), folder.scenario("bad.toml", "match_rate = 0.93", "match_rate = 93"));
    let worse = folder.scenario("worse.toml", "cap = 2_600_000", "cap = -1");
    let output = pfsim(&folder, &["check", &bad, &good, &worse]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("bad.toml:") && err(&output).contains("worse.toml:"));
    assert!(out(&output).contains("City will pay $4,500 for each participant"));
    assert_eq!(pfsim(&folder, &["check", &good]).status.code(), Some(0));
}

#[test]
fn exit_codes() {
    let folder = Folder::new("codes");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 1_000");
    let code = |arguments: &[&str]| pfsim(&folder, arguments).status.code();
    assert_eq!(code(&["run", "nowhere.toml"]), Some(1));
    assert_eq!(code(&["run"]), Some(2));
    assert_eq!(code(&["frobnicate"]), Some(2));
    assert_eq!(code(&["run", &file, "--trials", "many"]), Some(2));
    assert_eq!(code(&["run", &file, "--trials", "0"]), Some(2));
    assert_eq!(code(&["run", &file, "--trials", "1e3", "--no-files"]), Some(0));
    assert_eq!(code(&["run", &file, "--set", "deal.nothing.here=1", "--no-files"]), Some(2));
    assert_eq!(code(&["run", &file, "--set", "deal.periods=3", "--no-files"]), Some(3));
    assert_eq!(code(&["explain", &file, "--at", "p10", "--by", "no such metric"]), Some(2));
    assert_eq!(code(&["explain", &file]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(folder.entries(), ["deal.toml"]);
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let folder = Folder::new("foreign");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 1_000");
    fs::create_dir(folder.0.join("photos")).expect("a folder");
    fs::write(folder.0.join("photos/cat.jpg"), "a cat").expect("written");
    let output = pfsim(&folder, &["run", &file, "--out", "photos"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("not a folder of results"), "{}", err(&output));
    assert_eq!(fs::read_to_string(folder.0.join("photos/cat.jpg")).expect("the cat"), "a cat");
    assert_eq!(folder.entries(), ["deal.toml", "photos"]);
}

#[test]
fn new_writes_a_valid_scenario_and_never_over_another_file() {
    let folder = Folder::new("new");
    assert_eq!(pfsim(&folder, &["new", "mine.toml"]).status.code(), Some(0));
    assert_eq!(pfsim(&folder, &["check", "mine.toml"]).status.code(), Some(0));
    fs::write(folder.0.join("mine.toml"), "precious").expect("written");
    assert_eq!(pfsim(&folder, &["new", "mine.toml"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(folder.0.join("mine.toml")).expect("the file"), "precious");
    assert!(out(&pfsim(&folder, &["new", "-"])).contains("schema = 1"));
}

#[test]
fn a_scenario_comes_from_standard_input() {
    let folder = Folder::new("stdin");
    let mut child = command(&folder, &["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("pfsim runs");
    let text = fs::read(root().join(STARTER)).expect("the starter");
    std::io::Write::write_all(&mut child.stdin.take().expect("stdin"), &text).expect("written");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn explain_follows_one_future() {
    let folder = Folder::new("explain");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 1_000");
    let text = out(&pfsim(&folder, &["explain", &file, "--trial", "17"]));
    assert!(text.starts_with("Trial 17 of My first deal") && text.contains("paid by City for placements"), "{text}");
    let at = pfsim(&folder, &["explain", &file, "--at", "p5", "--by", "tranche.\"bank loan\".gain"]);
    assert_eq!(at.status.code(), Some(0), "{}", err(&at));
}

#[test]
fn the_schema_is_one_and_help_teaches() {
    let folder = Folder::new("help");
    let schema: serde_json::Value = serde_json::from_str(&out(&pfsim(&folder, &["schema"]))).expect("JSON");
    for section in ["deal", "program", "outcome", "measure", "payor", "payment", "tranche"] {
        assert!(schema["properties"].get(section).is_some(), "{section}");
    }
    for (of, sections) in [("sweep", ["sweep", "axis"]), ("solve", ["solve", "lever"])] {
        let schema: serde_json::Value = serde_json::from_str(&out(&pfsim(&folder, &["schema", "--of", of]))).expect("JSON");
        for section in sections {
            assert!(schema["properties"].get(section).is_some(), "{section}");
        }
    }
    let commands = [
        "run",
        "check",
        "settle",
        "layers",
        "power",
        "readiness",
        "sweep",
        "shard",
        "compare",
        "cliffs",
        "solve",
        "sensitivity",
        "stress",
        "information",
        "explain",
        "schema",
        "new",
    ];
    for subcommand in commands {
        let help = out(&pfsim(&folder, &[subcommand, "--help"]));
        assert!(help.contains("Example") && help.contains(&format!("pfsim {subcommand}")), "{help}");
    }
    assert!(out(&pfsim(&folder, &["--help"])).contains("130 interrupted"));
}

/// `pfsim … | head -1`: the reader goes away, and that is no error.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = Folder::new("pipe");
    for subcommand in ["schema", "--help"] {
        let script = format!("'{}' {subcommand} | true; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_pfsim"));
        let output = Command::new("bash").args(["-c", &script]).current_dir(&folder.0).output().expect("bash");
        assert_eq!((out(&output).trim(), err(&output).as_str()), ("0", ""), "{subcommand}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = Folder::new("interrupt");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 900_000_000");
    let mut child = command(&folder, &["run", &file]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pfsim runs");
    std::thread::sleep(std::time::Duration::from_millis(400));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(folder.entries(), ["deal.toml"]);
}

#[test]
fn the_threads_do_not_matter() {
    let folder = Folder::new("threads");
    let file = folder.scenario("deal.toml", "trials = 20_000", "trials = 3_000");
    let json = |threads: &str| out(&pfsim(&folder, &["run", &file, "--json", "--no-files", "--threads", threads]));
    assert_eq!(json("1"), json("3"));
    assert_eq!(pfsim(&folder, &["run", &file, "--threads", "0"]).status.code(), Some(2));
}

/// Every `pfsim …` command in the README's table of tasks, on the starter, as it stands there.
#[cfg(unix)]
#[test]
fn studies_look_at_a_scenario_from_other_sides() {
    let folder = Folder::new("studies");
    let starter = root().join(STARTER).display().to_string();
    let said = |arguments: &[&str]| {
        let output = pfsim(&folder, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}", err(&output));
        out(&output)
    };
    let few = ["--trials", "500"];
    for (study, words, key) in [
        ("layers", "knowledge", "/figures/payors.total"),
        ("power", "does not pay for the promised effect", "/payments/success"),
        ("readiness", "a committed payor", "/signals/3"),
    ] {
        let text = said(&[&[study, &starter], &few[..]].concat());
        assert!(text.contains(words), "{text}");
        let json = said(&[&[study, &starter, "--json"], &few[..]].concat());
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert!(value.pointer(key).is_some(), "{json}");
        for bad in [&["--trials", "0"][..], &["--seed", "x"], &["--promised", "nan"], &["--partners", "2"]] {
            let output = pfsim(&folder, &[&[study, &starter], bad].concat());
            assert_eq!(output.status.code(), Some(2), "{study} {bad:?}");
            assert!(output.stdout.is_empty() && !err(&output).contains("panicked"), "{}", err(&output));
        }
        assert_eq!(pfsim(&folder, &[study, "nowhere.toml"]).status.code(), Some(1), "{study}");
    }
    assert!(folder.entries().is_empty(), "studies write nothing");
}

#[test]
fn the_readme_s_commands_work() {
    let folder = Folder::new("readme");
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let rows = readme.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.rsplit_once("| ").map(|(_, cell)| cell));
    let in_tables = rows.flat_map(|cell| cell.split('`')).filter(|part| part.starts_with("pfsim "));
    let in_blocks = readme.lines().filter_map(|line| line.strip_prefix("$ ").filter(|code| code.starts_with("pfsim ")));
    let commands: Vec<&str> = in_tables.chain(in_blocks).collect();
    assert!(commands.len() >= 24, "{commands:?}");
    for name in ["scenarios", "tests"] {
        std::os::unix::fs::symlink(root().join(name), folder.0.join(name)).expect("a link");
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_pfsim")).parent().expect("a folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    for command in commands {
        let output = Command::new("bash").args(["-c", command]).current_dir(&folder.0).env("PATH", &path).output().expect("bash");
        // What only some builds have is said by the others.
        let without = command.starts_with("pfsim desk") && !cfg!(feature = "desk");
        assert_eq!(output.status.code(), Some(if without { 2 } else { 0 }), "{command}\n{}", err(&output));
    }
    assert!(folder.entries().iter().any(|entry| entry == "out"));
}
