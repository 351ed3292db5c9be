//! `pfsim verify`: a folder that is made again is the same, and whatever was changed in it is found and named.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pfsim::export::data::Engine;
use pfsim::export::origin::{self, TAKEN};
use pfsim::scenario::Table;
use pfsim::store::difference::first;

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-verify-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// The starter with few trials, run with `arguments` into `out/deal`.
    fn run(name: &str, arguments: &[&str]) -> Self {
        let folder = Self::new(name);
        let text = include_str!("../../scenarios/starter.toml");
        folder.write("deal.toml", &text.replace("trials = 20_000", "trials = 600"));
        let output = folder.pfsim(&[&["run", "deal.toml", "--quiet"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        folder
    }

    fn write(&self, name: &str, contents: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, contents).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Replaces the first `old` in the file `name`.
    fn change(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        let changed = text.replacen(old, new, 1);
        assert_ne!(text, changed, "{old:?} is not in {name}");
        self.write(name, &changed);
    }

    fn pfsim(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pfsim"));
        command.args(arguments).current_dir(&self.0).env_remove("PFSIM_THREADS").output().expect("pfsim runs")
    }

    /// Verifies `out/deal`: the exit code, and what was said on both streams.
    fn verify(&self) -> (Option<i32>, String) {
        let before = self.contents();
        let output = self.pfsim(&["verify", "out/deal", "--quiet"]);
        assert_eq!(before, self.contents(), "nothing is ever written");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &err(&output);
        assert!(!said.contains("panicked"), "{said}");
        (output.status.code(), said)
    }

    /// Every file with its contents.
    fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut found, mut open) = (BTreeMap::new(), vec![self.0.clone()]);
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() { open.push(path) } else { drop(found.insert(path.clone(), fs::read(path).expect("a file"))) }
            }
        }
        found
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

#[test]
fn a_fresh_folder_verifies_whatever_it_was_run_with() {
    let set = "payor.\"City\".cap=1_500_000";
    for (name, arguments) in [
        ("fresh", &[][..]),
        ("audit", &["--audit"]),
        ("set", &["--set", set, "--out", "out/deal", "--seed", "77", "--trials", "1_000", "--threads", "1"]),
    ] {
        let folder = Folder::run(name, arguments);
        let (code, said) = folder.verify();
        assert_eq!(code, Some(0), "{said}");
        let files = fs::read_dir(folder.0.join("out/deal")).expect("the folder").count() - 1;
        assert!(files >= 14 && said.starts_with(&format!("verified: every number of {files} files is the same\n")), "{said}");
        let summary: serde_json::Value = serde_json::from_str(&folder.read("out/deal/summary.json")).expect("JSON");
        assert_eq!(summary["audited"], name == "audit");
        assert_eq!(summary["engine"]["lock_sha256"].as_str().map(str::len), Some(64));
        assert_eq!(summary["draws"], serde_json::json!([]));
        if name == "set" {
            assert!(said.contains("1,000 trials, seed 77") && folder.read("out/deal/scenario.toml").contains("1_500_000"), "{said}");
        }
    }
}

#[test]
fn every_changed_file_is_found_and_its_first_number_named() {
    let folder = Folder::run("changed", &[]);
    let said_of = |name: &str, old: &str, new: &str, words: &[&str]| {
        let path = format!("out/deal/{name}");
        let whole = folder.read(&path);
        folder.change(&path, old, new);
        let (code, said) = folder.verify();
        folder.write(&path, &whole);
        assert_eq!(code, Some(4), "{name}: {said}");
        for word in words {
            assert!(said.contains(word), "{name}: {word:?} is not in\n{said}");
        }
    };
    // One digit of the mean of what the payors pay.
    let table = folder.read("out/deal/metrics.csv");
    let (at, row) = table.lines().enumerate().find(|(_, line)| line.starts_with("payors.total,")).expect("the row");
    let mean = row.split(',').nth(1).expect("a mean");
    let digit = mean.chars().next().expect("a digit");
    let wrong = format!("{}{}", if digit == '9' { '1' } else { '9' }, &mean[1..]);
    let place = format!("metrics.csv: line {} (payors.total), mean: {wrong} in the folder, {mean} made again", at + 1);
    said_of("metrics.csv", row, &row.replacen(mean, &wrong, 1), &[&place, "1 of ", "changed or damaged since"]);
    // The same in summary.json, where it has a path; a text; a chart.
    let json: serde_json::Value = serde_json::from_str(&folder.read("out/deal/summary.json")).expect("JSON");
    let mean = json["metrics"]["payors.total"]["mean"]["value"].to_string();
    said_of(
        "summary.json",
        &mean,
        "12345",
        &[&format!("summary.json: metrics.\"payor.\\\"City\\\".total\".mean.value: 12345 in the folder, {mean} made again")],
    );
    said_of("memo.txt", "600 trials", "601 trials", &["memo.txt: line 2: 601 in the folder, 600 made again"]);
    let charts = fs::read_dir(folder.0.join("out/deal")).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let mut charts: Vec<String> = charts.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.ends_with(".svg")).collect();
    charts.sort();
    said_of(&charts[0], "<svg ", "<svg  id=\"mine\" ", &[&format!("{}: line 1: ", charts[0])]);
    // Another scenario, seed or number of trials than was run.
    said_of("scenario.toml", "seed = 1", "seed = 2", &["scenario.toml is not the one that was run"]);
    said_of("summary.json", "\"seed\": 1", "\"seed\": 2", &["metrics.csv: line 2", "files are not what is made again"]);
    said_of("summary.json", "\"trials\": 600", "\"trials\": 0", &["cannot be made again: summary.json says that there were 0 trials"]);
    said_of("summary.json", "\"trials\": 600", "\"trials\": -6", &["summary.json lacks `trials`, a whole number"]);
    said_of("summary.json", "{", "", &["summary.json is no JSON"]);
    assert_eq!(folder.verify().0, Some(0), "all is as it was");
}

#[test]
fn missing_files_and_foreign_folders_are_named() {
    let folder = Folder::run("missing", &[]);
    folder.write("out/deal/notes.txt", "mine");
    let (code, said) = folder.verify();
    assert!(code == Some(0) && said.contains("not looked at: notes.txt"), "{said}");
    for (name, words) in [
        ("chances.csv", "  chances.csv: missing"),
        ("scenario.toml", "cannot be made again: scenario.toml is missing"),
        ("summary.json", "cannot be made again: summary.json is missing"),
    ] {
        let path = folder.0.join("out/deal").join(name);
        let whole = fs::read(&path).expect("a file");
        fs::remove_file(&path).expect("removed");
        let (code, said) = folder.verify();
        assert!(code == Some(4) && said.contains(words), "{said}");
        fs::write(&path, whole).expect("written");
    }
    let of = |name: &str| {
        let output = folder.pfsim(&["verify", name]);
        assert!(output.stdout.is_empty());
        (output.status.code(), err(&output))
    };
    folder.write("photos/cat.jpg", "a cat");
    let (code, said) = of("photos");
    assert!(code == Some(2) && said.contains("photos is not a folder of results"), "{said}");
    let (code, said) = of("nowhere");
    assert!(code == Some(1) && said.contains("cannot read the folder nowhere"), "{said}");
    assert_eq!(of("deal.toml").0, Some(1), "a file is no folder");
    folder.write("study/summary.json", "{}");
    let (code, said) = of("study");
    assert!(code == Some(2) && said.contains("another command"), "{said}");
}

/// A folder of another version or build: where its numbers are the same it verifies and says so; where not, that is the likely reason.
#[test]
fn other_versions_are_named() {
    let folder = Folder::run("versions", &[]);
    let here = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    // The manifest as that version would have written it.
    let sealed = |old: &str, new: &str| {
        let before = origin::sha256(folder.read("out/deal/summary.json").as_bytes());
        folder.change("out/deal/summary.json", old, new);
        folder.change("out/deal/manifest.sha256", &before, &origin::sha256(folder.read("out/deal/summary.json").as_bytes()));
    };
    sealed(here, "\"version\": \"0.0.1\"");
    let (code, said) = folder.verify();
    assert!(code == Some(0) && said.contains("note: made by pfsim 0.0.1, and this is "), "{said}");
    folder.change("out/deal/memo.txt", "600 trials", "60 trials");
    let (code, said) = folder.verify();
    assert!(code == Some(4) && said.contains("note: made by pfsim 0.0.1") && !said.contains("damaged since"), "{said}");
    folder.change("out/deal/memo.txt", "60 trials", "600 trials");
    sealed("\"version\": \"0.0.1\"", here);
    sealed(&origin::lock(), &"0".repeat(64));
    let (code, said) = folder.verify();
    assert!(code == Some(0) && said.contains("other versions of its dependencies"), "{said}");
    let output = folder.pfsim(&["verify", "out/deal", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&json["verified"], json["notes"].as_array().map(Vec::len)), (&serde_json::Value::Bool(true), Some(1)));
    sealed(&"0".repeat(64), &origin::lock());
    sealed(&Engine::here().build, &"0".repeat(32));
    let (code, said) = folder.verify();
    assert!(code == Some(0) && said.contains("note: made by another build of pfsim "), "{said}");
    // Another form is not read at all.
    folder.change("out/deal/summary.json", "\"schema_version\": 2", "\"schema_version\": 1");
    let (code, said) = folder.verify();
    assert!(
        code == Some(4) && said.contains("summary.json has the form 1, and this version of pfsim reads and writes the form 2"),
        "{said}"
    );
}

/// Tables of draws are kept in the folder, wherever they were; a folder that was moved can be made again, a changed table is found.
#[test]
fn tables_of_draws_are_kept() {
    let folder = Folder::new("draws");
    let rows = |base: u32| -> String { (0..50).map(|at| format!("0.{}\n", base + at)).collect() };
    folder.write("tables/post.csv", &("gain\n".to_string() + &rows(10)));
    folder.write("work/metrics.csv", &("rate\n".to_string() + &rows(30)));
    folder.write("work/own.csv", &("share\n".to_string() + &rows(40)));
    let starter = include_str!("../../scenarios/starter.toml").replace("trials = 20_000", "trials = 500");
    let outcome = "\n[[outcome]]\nname = \"drawn\"\nwithout = { draws = { file = \"metrics.csv\", column = \"rate\" } }\n\
        effect = { draws = { file = \"../tables/post.csv\", column = \"gain\" } }\nafter = 1\n\
        \n[[outcome]]\nname = \"steps\"\nrate = { draws = { file = \"own.csv\", column = \"share\" } }\nafter = 1\n";
    folder.write("work/deal.toml", &(starter + outcome));
    let output = folder.pfsim(&["run", "work/deal.toml", "--quiet", "--allow-outside"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let json: serde_json::Value = serde_json::from_str(&folder.read("out/deal/summary.json")).expect("JSON");
    let kept: Vec<[&str; 2]> =
        json["draws"].as_array().expect("draws").iter().map(|kept| ["file", "copy"].map(|key| kept[key].as_str().expect("text"))).collect();
    assert_eq!(kept, [["../tables/post.csv", "draws/1-post.csv"], ["metrics.csv", "draws/1-metrics.csv"], ["own.csv", "own.csv"]]);
    assert_eq!(json["draws"][2]["sha256"], origin::sha256(folder.read("work/own.csv").as_bytes()));
    // What it was made of is gone, and it can still be made again.
    fs::remove_dir_all(folder.0.join("work")).expect("removed");
    fs::remove_dir_all(folder.0.join("tables")).expect("removed");
    let (code, said) = folder.verify();
    assert_eq!(code, Some(0), "{said}");
    folder.change("out/deal/draws/1-post.csv", "0.12", "0.13");
    let (code, said) = folder.verify();
    assert!(code == Some(4) && said.contains("draws/1-post.csv is not the table \"../tables/post.csv\" that was run"), "{said}");
    fs::remove_file(folder.0.join("out/deal/draws/1-post.csv")).expect("removed");
    let (code, said) = folder.verify();
    assert!(code == Some(4) && said.contains("draws/1-post.csv is missing"), "{said}");
}

/// No copy of a table takes the name of a result, or leaves the folder.
#[test]
fn copies_have_names_of_their_own() {
    let folder = Folder::run("names", &[]);
    let names = fs::read_dir(folder.0.join("out/deal")).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let tables: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.ends_with(".csv")).collect();
    assert!(tables.len() >= 5 && tables.iter().all(|name| TAKEN.contains(&name.as_str())), "{tables:?}");
    let files = ["../a.csv", "/x/a.csv", "A.csv", "a.csv", "in/a.csv", "memo.txt", "trials.csv", "b/../a.csv"];
    let tables = files.map(|file| Table::new(file, Vec::new()));
    let copies: Vec<String> = origin::kept(&tables).into_iter().map(|kept| kept.copy).collect();
    let expected =
        ["draws/1-a.csv", "draws/2-a.csv", "A.csv", "draws/3-a.csv", "in/a.csv", "draws/1-memo.txt", "draws/1-trials.csv", "draws/4-a.csv"];
    assert_eq!(copies, expected);
    // A summary that points out of its folder is not followed.
    folder.change("out/deal/summary.json", "\"draws\": []", "\"draws\": [{\"file\": \"a\", \"copy\": \"../deal.toml\", \"sha256\": \"\"}]");
    let (code, said) = folder.verify();
    assert!(code == Some(4) && said.contains("summary.json has `draws` that cannot be read"), "{said}");
}

#[test]
fn differences_have_places() {
    let at = |name: &str, held: &[u8], made: &[u8]| first(name, held, made).map(|at| format!("{}: {} | {}", at.place, at.held, at.made));
    assert_eq!(at("a.csv", b"a,b\n1,2\n", b"a,b\n1,2\n"), None);
    for (name, held, made, expected) in [
        ("a.csv", &b"a,b\nx,2\n"[..], &b"a,b\nx,3\n"[..], "line 2 (x), b: 2 | 3"),
        ("a.csv", b"a,c\nx,2\n", b"a,b\nx,2\n", "line 1, its title: c | b"),
        ("a.csv", b"a,b\n", b"a,b\nx,2\n", "number of rows: 1 row | 2 rows"),
        ("a.csv", b"a,b\nx,2,5\n", b"a,b\nx,2\n", "line 2 (x), a column too many: 5 | nothing"),
        ("a.csv", b"a,b\r\nx,2\n", b"a,b\nx,2\n", "line 1: a,b\\r | a,b"),
        ("a.json", br#"{"a": {"b.c": [1, 2]}}"#, br#"{"a": {"b.c": [1, 3]}}"#, "a.\"b.c\".1: 2 | 3"),
        ("a.json", br#"{"a": 1}"#, br#"{"b": 1}"#, "a: 1 | nothing"),
        ("a.json", br#"{"a":1}"#, br#"{"a": 1}"#, "line 1: :1} | :"),
        ("a.svg", b"<g x=\"1\" y=\"2\"/>", b"<g x=\"1\" y=\"3\"/>", "line 1: 2 | 3"),
        ("a.txt", b"one \x1b[31m\n", b"one two\n", "line 1: \u{fffd}[31m | two"),
        ("a.txt", b"one\n", b"one\ntwo\n", "line 2: nothing | two"),
        ("a.png", b"\xff\x01", b"\xff\x02", "byte 2: 01 | 02"),
        ("a.png", b"\xff", b"\xff\x02", "byte 2: the end | 02"),
    ] {
        assert_eq!(at(name, held, made).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn a_sweep_is_made_again_from_its_file() {
    let folder = Folder::new("sweep");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let starter = fs::read_to_string(root.join("scenarios/starter.toml")).expect("the starter");
    folder.write("deal.toml", &starter);
    folder.write(
        "caps.toml",
        "[sweep]\nname = \"caps\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\", \"investors.loss\"]\ntrials = 300\n\n\
         [[axis]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nvalues = [900_000, 1_200_000, 1_500_000, 1_800_000]\n",
    );
    let output = folder.pfsim(&["sweep", "caps.toml", "--out", "out/deal", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let verify = |more: &[&str]| {
        let before = folder.contents();
        let output = folder.pfsim(&[&["verify", "out/deal", "--quiet"], more].concat());
        assert_eq!(before, folder.contents(), "nothing is ever written");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &err(&output))
    };
    let (code, said) = verify(&[]);
    assert!(code == Some(2) && said.contains("--sweep FILE"), "{said}");
    let whole = ["--sweep", "caps.toml"];
    let (code, said) = verify(&whole);
    assert!(code == Some(0) && said.contains("4 scenarios of 300 trials\n"), "{said}");
    let (code, said) = verify(&["--sweep", "caps.toml", "--rows", "2"]);
    assert!(code == Some(0) && said.contains("of which 2 were made again"), "{said}");
    assert_eq!(verify(&["--sweep", "caps.toml", "--rows", "0"]).0, Some(2));
    // The last number of the first row, which is an error.
    let journal = folder.read("out/deal/journal.txt");
    let line = journal.lines().nth(1).expect("a row");
    let (front, _) = line.rsplit_once(' ').expect("numbers");
    folder.change("out/deal/journal.txt", line, &format!("{front} 0.5"));
    let (code, said) = verify(&whole);
    assert!(code == Some(4) && said.contains("journal.txt: line 2: 0.5 in the folder"), "{said}");
    folder.change("out/deal/journal.txt", &format!("{line}\n").replace(line, &format!("{front} 0.5")), "");
    let (code, said) = verify(&whole);
    assert!(code == Some(4) && said.contains("holds 3 of 4 scenarios"), "{said}");
    folder.write("out/deal/journal.txt", &journal);
    folder.change("deal.toml", "periods = 16", "periods = 17");
    let (code, said) = verify(&whole);
    assert!(code == Some(4) && said.contains("is not the folder of caps.toml as it is now"), "{said}");
}
