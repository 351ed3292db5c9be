//! When the machine fails: killed, interrupted, no room, no permission, nobody reading. Nothing half-written is taken for a whole; the
//! next command works.
#![cfg(all(feature = "cli", unix))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-faults-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("deal.toml"), STARTER.replace("trials = 20_000", "trials = 1_000")).expect("written");
        Self(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pfsim"));
        command.args(arguments).current_dir(&self.0).env_remove("PFSIM_THREADS");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("pfsim runs")
    }

    /// Names in a folder, in order, hidden ones included.
    fn entries(&self, of: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.0.join(of)) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("written");
    }

    /// A shell script in the folder, with the binary as `$PFSIM`.
    fn shell(&self, script: &str) -> Output {
        let mut command = Command::new("bash");
        command.args(["-c", script]).current_dir(&self.0).env("PFSIM", env!("CARGO_BIN_EXE_pfsim")).env_remove("PFSIM_THREADS");
        command.output().expect("bash")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Its exit code, or a panic of this test if it does not end soon.
fn soon(mut child: Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    panic!("it does not end");
}

/// Killed again and again, at any moment: the folder of results is the old one, the new one, or none, never a mixture.
#[test]
fn a_killed_run_leaves_the_old_results_or_the_new_ones() {
    let folder = Folder::new("killed");
    let start = Instant::now();
    let (old, new) = (["run", "deal.toml", "--seed", "1", "--quiet"], ["run", "deal.toml", "--seed", "2", "--quiet"]);
    assert_eq!(folder.run(&old).status.code(), Some(0));
    let usual = start.elapsed();
    let whole = |seed: &str| {
        let other = format!("only-{seed}");
        assert_eq!(folder.run(&["run", "deal.toml", "--seed", seed, "--quiet", "--out", &other]).status.code(), Some(0));
        contents(&folder.0.join(other))
    };
    let (first, second) = (whole("1"), whole("2"));
    assert_ne!(first, second);
    let mut ends = [0; 3];
    for part in 0..24_u32 {
        let mut child = folder.command(&new).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pfsim runs");
        std::thread::sleep(usual * part / 20);
        let _ = child.kill();
        child.wait().expect("gone");
        let now = contents(&folder.0.join("out/deal"));
        let end = if now == first {
            0
        } else if now == second {
            1
        } else {
            assert!(now.is_empty(), "half-written: {:?}", now.iter().map(|(name, _)| name).collect::<Vec<_>>());
            2
        };
        ends[end] += 1;
    }
    assert!(ends[0] > 0, "no run was killed before it wrote: {ends:?}");
    // What killed runs left beside the folder is cleared up by the next one.
    assert_eq!(folder.run(&new).status.code(), Some(0));
    assert_eq!(folder.entries("out"), ["deal"]);
    assert_eq!(contents(&folder.0.join("out/deal")), second);
}

fn contents(path: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let file = |path: PathBuf| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("a file"));
    let mut all: Vec<(String, Vec<u8>)> = entries.map(|entry| file(entry.expect("an entry").path())).collect();
    all.sort();
    all
}

const SWEEP: &str = "[sweep]\nname = \"A test\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 3_000\n\
    [[axis]]\nname = \"capacity\"\nlevers = ['program.capacity']\nrange = { from = 90, to = 289, steps = 200, round = 1 }\n";

/// Ctrl-C in a sweep: 130, nothing that looks finished, and the same command goes on and gives what an undisturbed one gives.
#[test]
fn an_interrupted_sweep_goes_on() {
    let folder = Folder::new("sweep");
    folder.write("sweep.toml", SWEEP);
    let sweep = ["sweep", "sweep.toml", "--out", "cut", "--quiet", "--threads", "1"];
    let child = folder.command(&sweep).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pfsim runs");
    let rows = || fs::read_to_string(folder.0.join("cut/journal.txt")).map_or(0, |text| text.lines().count());
    let start = Instant::now();
    while rows() < 2 && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    assert_eq!(soon(child), Some(130));
    assert_eq!(folder.entries("cut"), ["journal.txt"]);
    assert!((2..200).contains(&rows()), "{} rows", rows());
    assert_eq!(folder.run(&sweep).status.code(), Some(0));
    assert_eq!(folder.run(&["sweep", "sweep.toml", "--out", "whole", "--quiet"]).status.code(), Some(0));
    assert_eq!(contents(&folder.0.join("cut")), contents(&folder.0.join("whole")));
}

/// Ctrl-C twice does not wait, and leaves nothing; so does a run that is told to end while it writes over older results.
#[test]
fn an_interrupted_run_keeps_the_older_results() {
    let folder = Folder::new("interrupted");
    assert_eq!(folder.run(&["run", "deal.toml"]).status.code(), Some(0));
    let before = contents(&folder.0.join("out/deal"));
    let long = ["run", "deal.toml", "--trials", "900_000_000"];
    let child = folder.command(&long).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pfsim runs");
    std::thread::sleep(Duration::from_millis(500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    assert_eq!(soon(child), Some(130));
    assert_eq!(folder.entries("out"), ["deal"]);
    assert_eq!(contents(&folder.0.join("out/deal")), before);
}

/// A disk without room: exit code 1, a message that says what could not be written, and no results.
#[test]
fn a_full_disk_is_said() {
    let folder = Folder::new("full");
    // To standard output.
    for command in ["run deal.toml --no-files", "check deal.toml", "schema", "explain deal.toml --trial 3", "new -"] {
        let output = folder.shell(&format!("\"$PFSIM\" {command} > /dev/full"));
        assert_eq!(output.status.code(), Some(1), "{command}: {}", err(&output));
        assert!(err(&output).contains("cannot write"), "{command}: {}", err(&output));
    }
    // A limit on the size of each file is met like a full disk: in the middle of one.
    let output = folder.shell("trap '' XFSZ; ulimit -f 8; \"$PFSIM\" run deal.toml --quiet");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("cannot write") && !err(&output).contains("panicked"), "{}", err(&output));
    assert!(folder.entries("out").is_empty(), "{:?}", folder.entries("out"));
    folder.write("sweep.toml", SWEEP);
    let output = folder.shell("trap '' XFSZ; ulimit -f 4; \"$PFSIM\" sweep sweep.toml --quiet");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(!folder.0.join("out/sweep/sweep.csv").exists());
    // With room again, it goes on.
    assert_eq!(folder.run(&["sweep", "sweep.toml", "--quiet"]).status.code(), Some(0));
    assert_eq!(folder.run(&["run", "deal.toml", "--quiet"]).status.code(), Some(0));
}

/// Where nothing may be written, also not by root: a file where a folder should be, a system's own tree.
#[test]
fn places_that_cannot_be_written() {
    let folder = Folder::new("places");
    folder.write("file", "precious");
    folder.write("sweep.toml", SWEEP);
    let mut places = vec!["file", "file/inside"];
    if Path::new("/proc/self").exists() {
        places.push("/proc/results");
    }
    for place in places {
        for command in [["run", "deal.toml"], ["sweep", "sweep.toml"]] {
            let output = folder.run(&[&command[..], &["--out", place]].concat());
            assert_eq!(output.status.code(), Some(1), "{command:?} {place}: {}", err(&output));
            assert!(err(&output).contains("cannot write") || err(&output).contains("nothing was written"), "{place}: {}", err(&output));
        }
        let output = folder.run(&["new", &format!("{place}/deal.toml")]);
        assert_eq!(output.status.code(), Some(1), "new {place}: {}", err(&output));
    }
    assert_eq!(fs::read_to_string(folder.0.join("file")).expect("the file"), "precious");
    assert_eq!(folder.entries(""), ["deal.toml", "file", "sweep.toml"]);
}

/// `pfsim … | head -1`, for everything that prints much.
#[test]
fn nobody_has_to_read_to_the_end() {
    let folder = Folder::new("pipe");
    folder.write("sweep.toml", &SWEEP.replace("steps = 200", "steps = 3"));
    let commands = [
        "run deal.toml --no-files",
        "run deal.toml --no-files --json",
        "check deal.toml",
        "explain deal.toml --trial 3",
        "power deal.toml --trials 500",
        "sweep sweep.toml --quiet",
    ];
    for command in commands {
        let output = folder.shell(&format!("\"$PFSIM\" {command} | true; echo ${{PIPESTATUS[0]}}"));
        assert_eq!(out(&output).trim(), "0", "{command}: {}", err(&output));
        assert!(!err(&output).contains("panicked") && !err(&output).contains("pipe"), "{command}: {}", err(&output));
    }
}

/// Standard input, in every state.
#[test]
fn a_scenario_may_come_from_anywhere() {
    let folder = Folder::new("stdin");
    let said = folder.shell("\"$PFSIM\" run - --quiet < deal.toml");
    assert_eq!(said.status.code(), Some(0), "{}", err(&said));
    assert_eq!(folder.entries("out"), ["scenario"]);
    let same = folder.shell("\"$PFSIM\" run - --no-files < <(cat deal.toml)");
    assert_eq!(out(&said), out(&same));
    let set = folder.shell("cat deal.toml | \"$PFSIM\" run - --no-files --set deal.periods=3");
    assert_eq!(set.status.code(), Some(3), "{}", err(&set));
    for (from, code) in [("< /dev/null", 3), ("<&-", 3), ("< .", 1), ("< /dev/zero", 3), ("< \"$PFSIM\"", 3)] {
        let output = folder.shell(&format!("\"$PFSIM\" check - {from}"));
        assert_eq!(output.status.code(), Some(code), "{from}: {}", err(&output));
        assert!(!err(&output).contains("panicked"), "{from}: {}", err(&output));
    }
}

/// What a file refers to is a plain file: nothing that has no end, or that waits for ever.
#[test]
fn references_to_strange_files_are_refused() {
    let folder = Folder::new("strange");
    assert!(Command::new("mkfifo").arg(folder.0.join("pipe")).status().expect("mkfifo").success());
    std::os::unix::fs::symlink("/dev/zero", folder.0.join("link")).expect("a link");
    std::os::unix::fs::symlink("circle", folder.0.join("circle")).expect("a link");
    fs::create_dir(folder.0.join("folder")).expect("a folder");
    let law = |file: &str| {
        let drawn = format!("enrolment_ratio = {{ draws = {{ file = {file:?}, column = \"x\" }} }}\n#");
        STARTER.replacen("enrolment_ratio", &drawn, 1)
    };
    for file in ["pipe", "link", "circle", "folder", "/dev/zero", "/dev/stdin", "-", "..", "/", "nowhere/../pipe", ""] {
        folder.write("draws.toml", &law(file));
        folder.write("ask.toml", &SWEEP.replace("\"deal.toml\"", &format!("{file:?}")));
        for command in [["check", "draws.toml"], ["sweep", "ask.toml"]] {
            let child =
                folder.command(&command).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pfsim runs");
            assert_eq!(soon(child), Some(3), "{command:?} {file}");
        }
    }
    // A link to a plain file is one.
    folder.write("table.csv", "x\n0.9\n1.0\n1.1\n");
    std::os::unix::fs::symlink("table.csv", folder.0.join("good")).expect("a link");
    folder.write("draws.toml", &law("good"));
    let output = folder.run(&["check", "draws.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}
