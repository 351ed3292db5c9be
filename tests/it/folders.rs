//! Nothing is lost: results take the place of nothing but results that pfsim wrote and nobody changed; what cannot be written is found
//! before anything is simulated; what a killed run leaves is cleared up, and what took time is said.
#![cfg(all(feature = "cli", unix))]

mod at_once;
mod sweeps;
mod verified;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use pfsim::export::bundle::Bundle;
use pfsim::store::folder::Rule;
use pfsim::store::manifest::{Label, Manifest, NAME};
use pfsim::store::workspace::Workspace;

use crate::cli::{Folder, command};

/// 100 people at $300; half of them get a job.
const DEAL: &str = "schema = 1\n[deal]\nname = \"jobs\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
    [simulation]\ntrials = 200\nseed = 5\n\
    [program]\nprovider = \"p\"\ncohorts = { count = 1, size = 100 }\n[[program.cost]]\nname = \"service\"\nper_participant = 300\n\
    [[outcome]]\nname = \"job\"\nrate = { beta = { mean = 0.5, sd = 0.1 } }\n\
    [[tranche]]\nname = \"loan\"\nkind = \"senior\"\namount = 30_000\nresidual_share = 1\n[[payor]]\nname = \"P\"\ncap = 60_000\n\
    [[payment]]\nname = \"success\"\npayor = \"P\"\non = \"job\"\nprice = { per_unit = 700 }\npaid_after = 1\n";

/// More trials than anybody waits for.
const LONG: [&str; 2] = ["--trials", "900_000_000"];

fn with_deal(name: &str) -> Folder {
    let folder = Folder::new(&format!("folders-{name}"));
    fs::write(folder.0.join("deal.toml"), DEAL).expect("written");
    folder
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command says on stderr that ends well.
fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
    err(&output)
}

/// Every file under a folder with its contents; of a link, where it leads.
fn contents(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![path.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let kind = path.symlink_metadata().expect("it is there");
            if kind.is_dir() {
                found.insert(path.clone(), Vec::new());
                open.push(path);
            } else if kind.is_symlink() {
                let to = fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes();
                found.insert(path, to);
            } else if kind.is_file() {
                let bytes = fs::read(&path).expect("a file");
                found.insert(path, bytes);
            }
        }
    }
    found
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A command that is refused at once, however long it would have taken, and changes nothing at all.
fn refused(folder: &Folder, arguments: &[&str], words: &[&str]) {
    let before = contents(&folder.0);
    let start = Instant::now();
    let output = pfsim(folder, arguments);
    assert!(start.elapsed() < Duration::from_secs(20), "{arguments:?}: it was simulated first");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", err(&output));
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for word in words {
        assert!(err(&output).contains(word), "{arguments:?}: {word:?} is not in\n{}", err(&output));
    }
    assert_eq!(contents(&folder.0), before, "{arguments:?}");
}

/// Each command that writes a folder, before `--out`.
fn writers(folder: &Folder) -> Vec<Vec<&'static str>> {
    let question = "[solve]\nname = \"q\"\nscenario = \"deal.toml\"\nminimise = \"price\"\nsuch_that = [\"investors.loss <= 100%\"]\n\
        trials = 9_000_000\n[[lever]]\nname = \"price\"\nlevers = ['payment.\"success\".price.per_unit']\nfrom = 100\nto = 900\nstep = 1\n";
    fs::write(folder.0.join("solve.toml"), question).expect("written");
    fs::write(folder.0.join("other.toml"), DEAL.replace("= 700", "= 800")).expect("written");
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 9_000_000\n\
        [[axis]]\nname = \"cap\"\nlevers = ['payor.\"P\".cap']\nvalues = [40_000, 50_000]\n";
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    let long = |words: &[&'static str]| [words, &LONG[..]].concat();
    vec![
        long(&["run", "deal.toml"]),
        long(&["compare", "deal.toml", "other.toml"]),
        vec!["sensitivity", "deal.toml", "--trials", "40_000_000"],
        long(&["cliffs", "deal.toml"]),
        vec!["solve", "solve.toml"],
        vec!["sweep", "sweep.toml"],
    ]
}

/// A repository, the folder one is in and those above it, the scenario's own folder, a letter: each is as it was, and is refused before
/// anything is simulated. A file called summary.json makes no folder of results.
#[test]
fn what_pfsim_did_not_write_is_left_alone() {
    let folder = with_deal("foreign");
    let writers = writers(&folder);
    for name in ["repository/.git", "letters", "here/inside", "empty/notes"] {
        fs::create_dir_all(folder.0.join(name)).expect("folders");
    }
    for name in ["repository/.git/HEAD", "repository/summary.json", "letters/dear.txt", "letters/summary.json", "here/inside/summary.json"]
    {
        fs::write(folder.0.join(name), "{}").expect("written");
    }
    fs::write(folder.0.join("summary.json"), "{}").expect("written");
    symlink("nowhere", folder.0.join("dangling")).expect("a link");
    symlink("letters", folder.0.join("link")).expect("a link");
    let here = folder.0.display().to_string();
    let above = folder.0.parent().expect("a parent").display().to_string();
    for writer in &writers {
        for (out, words) in [
            ("repository", &[".git", "summary.json", "nothing was written", "choose another --out"][..]),
            ("letters", &["dear.txt"]),
            ("link", &["dear.txt"]),
            ("empty", &["notes"]),
            (".", &["you are in it"]),
            ("..", &["you are in it"]),
            (&here, &["you are in it"]),
            (&above, &["you are in it"]),
            ("/", &["you are in it"]),
            ("dangling", &["a link that leads nowhere"]),
            ("deal.toml", &["exists and is not a folder"]),
            ("deal.toml/results", &["cannot write deal.toml/results"]),
            ("/proc/results", &["cannot write /proc/results"]),
            ("none/..", &["is no name for a folder"]),
        ] {
            refused(&folder, &[&writer[..], &["--out", out]].concat(), words);
        }
    }
    // The scenario's own folder, seen from elsewhere.
    fs::create_dir(folder.0.join("work")).expect("a folder");
    fs::write(folder.0.join("work/deal.toml"), DEAL).expect("written");
    refused(&folder, &["run", "work/deal.toml", "--out", "work"], &["work exists and is not a folder of results (it holds deal.toml"]);
    // Nothing was made for nothing, either.
    refused(&folder, &["run", "deal.toml", "--out", "/proc/self/a/b/c"], &["cannot write"]);
}

/// Notes beside the report, a changed memo, a link or a folder among the results: refused, until they are moved away.
#[test]
fn what_somebody_put_there_or_changed_is_left_alone() {
    let folder = with_deal("changed");
    done(&folder, &["run", "deal.toml", "--quiet"]);
    let results = folder.0.join("out/deal");
    let whole = contents(&results);
    let run = [&["run", "deal.toml"][..], &LONG].concat();
    let memo = results.join("memo.txt");
    let wrong: [(&str, &dyn Fn()); 6] = [
        ("notes.md (not in its manifest)", &|| fs::write(results.join("notes.md"), "mine").expect("written")),
        ("memo.txt (changed)", &|| fs::write(&memo, "mine").expect("written")),
        ("memo.txt (not a plain file)", &|| {
            fs::remove_file(&memo).expect("removed");
            symlink("/dev/zero", &memo).expect("a link");
        }),
        ("drafts (a folder that is not in its manifest)", &|| fs::create_dir(results.join("drafts")).expect("a folder")),
        ("memo.txt (a folder that is not in its manifest)", &|| {
            fs::remove_file(&memo).expect("removed");
            fs::create_dir(&memo).expect("a folder");
        }),
        ("not a folder of results: its manifest.sha256", &|| fs::write(results.join(NAME), "mine").expect("written")),
    ];
    for (words, make) in wrong {
        make();
        refused(&folder, &run, &[words, "out/deal", "nothing was written"]);
        fs::remove_dir_all(&results).expect("removed");
        fs::create_dir(&results).expect("a folder");
        whole.iter().for_each(|(path, bytes)| fs::write(path, bytes).expect("written"));
    }
    // Without a manifest it is as an older version wrote it: refused. A file that is gone is nobody's loss.
    fs::remove_file(&memo).expect("removed");
    assert_eq!(done(&folder, &["run", "deal.toml", "--quiet"]), "");
    assert_eq!(contents(&results), whole);
    fs::remove_file(results.join(NAME)).expect("removed");
    refused(&folder, &run, &["out/deal exists and is not a folder of results", "no manifest.sha256"]);
}

/// `sha256sum -c` reads the manifest: every file is in it, and as it says.
#[test]
fn the_manifest_is_what_sha256sum_reads() {
    let folder = with_deal("manifest");
    done(&folder, &["run", "deal.toml", "--quiet"]);
    let results = folder.0.join("out/deal");
    let check = std::process::Command::new("sha256sum").args(["--check", "--strict", NAME]).current_dir(&results).output();
    let check = check.expect("sha256sum");
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{said}{}", String::from_utf8_lossy(&check.stderr));
    assert_eq!(said.lines().count() + 1, names(&results).len());
    let text = fs::read_to_string(results.join(NAME)).expect("the manifest");
    assert!(text.starts_with("# pfsim results 1\n# command: run\n# deal: jobs\n# scenario: "), "{text}");
    // What a name could put into it stays on its line.
    let label = Label::new("run", "a\nb\\c\u{1b}", "");
    assert_eq!(label.deal, "a\\u{a}b\\\\c\\u{1b}");
    let read = Manifest::read(Manifest { label: label.clone(), ..Manifest::default() }.text().as_bytes()).expect("a manifest");
    assert_eq!(read.label, label);
    let hash = "0".repeat(64);
    for wrong in ["../a", "/a", "a/../b", "a//b", "", NAME, "a\u{1b}b", "a\\b"] {
        assert!(Manifest::read(format!("# pfsim results 1\n{hash}  {wrong}\n").as_bytes()).is_err(), "{wrong:?}");
    }
    for wrong in ["", "x", "# pfsim results 2\n", "# pfsim results 1\nabc  a\n"] {
        assert!(Manifest::read(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}

/// One command's results are not another's; a change, and another deal of the same file name, get folders of their own or are said.
#[test]
fn results_take_the_place_of_their_like_alone() {
    let folder = with_deal("like");
    let few = ["--trials", "100"];
    done(&folder, &[&["run", "deal.toml", "--out", "all", "--quiet"], &few[..]].concat());
    for writer in writers(&folder).iter().skip(1) {
        refused(&folder, &[&writer[..], &["--out", "all"]].concat(), &["all holds results of `pfsim run`"]);
    }
    done(&folder, &[&["cliffs", "deal.toml", "--out", "cliffs", "--quiet"], &few[..]].concat());
    refused(&folder, &[&["run", "deal.toml", "--out", "cliffs"][..], &LONG].concat(), &["cliffs holds results of `pfsim cliffs`"]);
    // Defaults.
    done(&folder, &["run", "deal.toml", "--quiet"]);
    let plain = contents(&folder.0.join("out/deal"));
    let set = |cap: &str| format!("payor.\"P\".cap={cap}");
    for cap in ["50_000", "40_000", "50_000"] {
        done(&folder, &["run", "deal.toml", "--quiet", "--set", &set(cap)]);
    }
    assert_eq!(contents(&folder.0.join("out/deal")), plain, "a change does not overwrite what is unchanged");
    let all = names(&folder.0.join("out"));
    assert_eq!(all.len(), 3, "{all:?}");
    for name in &all[1..] {
        let text = fs::read(folder.0.join("out").join(name).join("scenario.toml")).expect("the scenario");
        assert_eq!(*name, format!("deal-{}", &pfsim::export::origin::sha256(&text)[..8]));
    }
    fs::create_dir(folder.0.join("b")).expect("a folder");
    fs::write(folder.0.join("b/deal.toml"), DEAL.replace("\"jobs\"", "\"homes\"")).expect("written");
    refused(&folder, &["run", "b/deal.toml"], &["out/deal holds the results of another deal, “jobs”", "--out"]);
    // What is replaced is said: another text of the deal, and another deal where the folder was named.
    fs::write(folder.0.join("deal.toml"), DEAL.replace("= 700", "= 710")).expect("written");
    let said = done(&folder, &["run", "deal.toml"]);
    assert!(said.contains("out/deal held the results of another text of “jobs”; they are replaced"), "{said}");
    let said = done(&folder, &["run", "deal.toml", "--seed", "9"]);
    assert!(!said.contains("held"), "{said}");
    let said = done(&folder, &["run", "b/deal.toml", "--out", "out/deal"]);
    assert!(said.contains("out/deal held the results of “jobs”; they are replaced"), "{said}");
    assert_eq!(done(&folder, &["run", "deal.toml", "--out", "out/deal", "--quiet"]), "");
}

/// A link is followed: what it leads to is replaced, the link stays.
#[test]
fn a_link_is_followed() {
    let folder = with_deal("link");
    fs::create_dir_all(folder.0.join("disk/results")).expect("folders");
    symlink("disk/results", folder.0.join("link")).expect("a link");
    for seed in ["1", "2"] {
        done(&folder, &["run", "deal.toml", "--out", "link", "--seed", seed, "--quiet"]);
    }
    assert!(folder.0.join("link").symlink_metadata().expect("it is there").is_symlink());
    assert!(folder.0.join("disk/results/memo.txt").is_file());
    assert_eq!(names(&folder.0.join("disk")), ["results"]);
    done(&folder, &["verify", "link"]);
}

/// A name that no file can have costs that file and a warning; the rest is there, and is all that is missed when it is made again.
#[test]
fn a_name_too_long_costs_its_file() {
    let folder = with_deal("long");
    let long = format!("{}.svg", "n".repeat(300));
    let out = folder.0.join("results");
    let files = Bundle::of(["a", &long, "b/c", "b", "a"].map(|name| (name, name))).files;
    let workspace = Workspace::new(&out, Rule::of("run")).expect("a workspace");
    let written = workspace.publish(&Label::new("run", "d", "s"), &files, Vec::new()).expect("written");
    let left_out: Vec<&str> = written.left_out.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(left_out, [&long, "b", "a"], "too long, a folder's, there already");
    assert_eq!((names(&out), names(&out.join("b"))), (vec!["a".into(), "b".into(), NAME.into()], vec!["c".into()]));
    Rule::of("run").check(&out, "results").expect("as it was written").expect("with a manifest");
    let verdict = pfsim::store::verify::compare(&out, &files[..3]).expect("compared");
    assert!(verdict.holds() && verdict.files == 2, "{verdict:?}");
    assert!(verdict.notes[0].contains("for its long name"), "{verdict:?}");
    let verdict = pfsim::store::verify::compare(&out, &Bundle::of([("c", "")]).files).expect("compared");
    assert_eq!(verdict.missing, ["c"], "a short name was not left out");
    // So does the name of the folder itself, before anything is simulated; a long one that a folder can have is no obstacle.
    refused(&folder, &[&["run", "deal.toml", "--out", &long][..], &LONG].concat(), &["cannot write "]);
    fs::create_dir(folder.0.join("work")).expect("a folder");
    let table = format!("{}.csv", "t".repeat(250));
    fs::write(folder.0.join(&table), "rate\n0.4\n0.5\n").expect("written");
    let drawn = format!("{{ draws = {{ file = \"../{table}\", column = \"rate\" }} }}");
    fs::write(folder.0.join("work/deal.toml"), DEAL.replace("{ beta = { mean = 0.5, sd = 0.1 } }", &drawn)).expect("written");
    let long = "m".repeat(250);
    assert_eq!(done(&folder, &["run", "work/deal.toml", "--allow-outside", "--quiet", "--out", &long]), "");
    done(&folder, &["verify", &long]);
}

/// Without room for the files, what was simulated is said all the same.
#[test]
fn without_room_the_memo_is_still_said() {
    let folder = with_deal("room");
    let memo = pfsim(&folder, &["run", "deal.toml", "--no-files"]).stdout;
    let script = format!("trap '' XFSZ; ulimit -f 8; '{}' run deal.toml --quiet", env!("CARGO_BIN_EXE_pfsim"));
    let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(&folder.0).output().expect("bash");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("cannot write out/deal/"), "{}", err(&output));
    assert_eq!(output.stdout, memo);
    assert_eq!(names(&folder.0), ["deal.toml"], "and nothing was made for nothing");
}
