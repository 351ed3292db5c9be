//! Numbers on the command line, and what is said where some of it cannot be done.
#![cfg(feature = "cli")]

use std::fs;

use super::cli::{Folder, command};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("flags-{name}"));
    fs::write(folder.0.join("deal.toml"), STARTER).expect("written");
    folder
}

/// Exit code, standard output, standard error.
fn pfsim(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(folder, arguments).output().expect("pfsim runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Every whole number may be written with underscores, as the examples of `--trials` teach.
#[test]
fn whole_numbers_take_underscores() {
    let folder = folder("numbers");
    let out = |arguments: &[&str]| {
        let (code, out, err) = pfsim(&folder, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {err}");
        out
    };
    assert_eq!(
        out(&["explain", "deal.toml", "--trial", "1_000", "--seed", "1_0"]),
        out(&["explain", "deal.toml", "--trial", "1000", "--seed", "10"])
    );
    out(&["check", "deal.toml", "--no-simulation", "--threads", "1_0"]);
    for arguments in [
        &["check", "deal.toml", "--threads", "0"][..],
        &["check", "deal.toml", "--threads", "2_000"],
        &["explain", "deal.toml", "--trial", "_"],
        &["explain", "deal.toml", "--trial", "1.5"],
        &["explain", "deal.toml", "--at", "pp10"],
        &["sensitivity", "deal.toml", "--paths", "1"],
        &["shard", "plan", "deal.toml", "--shards", "0"],
        &["shard", "run", "deal.plan", "three"],
    ] {
        assert_eq!(pfsim(&folder, arguments).0, Some(2), "{arguments:?}");
    }
    // Taken as numbers, and then refused for what the file is.
    assert_eq!(pfsim(&folder, &["verify", ".", "--sweep", "deal.toml", "--rows", "1_000"]).0, Some(3));
    assert_eq!(pfsim(&folder, &["shard", "run", "deal.toml", "1_0/2_0"]).0, Some(2));
}

#[test]
fn an_empty_variable_is_not_set() {
    let folder = folder("threads");
    let code = |value: &str| {
        let mut command = command(&folder, &["check", "deal.toml", "--no-simulation"]);
        command.env("PFSIM_THREADS", value).output().expect("pfsim runs").status.code()
    };
    assert_eq!(["", "2", "none"].map(code), [Some(0), Some(0), Some(2)]);
}

/// A trial that the scenario's own run does not have is explained, and that is said.
#[test]
fn a_trial_past_the_end_is_said_to_be_one() {
    let folder = folder("explain");
    let file = STARTER.replace("trials = 20_000", "trials = 1_000");
    fs::write(folder.0.join("short.toml"), file).expect("written");
    let (code, out, err) = pfsim(&folder, &["explain", "short.toml", "--trial", "999"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(!out.is_empty());
    let (code, out, err) = pfsim(&folder, &["explain", "short.toml", "--trial", "1_000"]);
    assert_eq!(code, Some(0));
    assert!(!out.is_empty() && err.contains("Trial 1,000 is none of the 1,000 that the scenario asks for (0 to 999)"), "{err}");
    assert_eq!(pfsim(&folder, &["explain", "short.toml", "--trial", "1_000", "--quiet"]).2, "");
}

/// What can be read is shown, whatever else cannot.
#[test]
fn check_shows_what_can_be_read() {
    let folder = folder("check");
    fs::write(folder.0.join("bad.toml"), STARTER.replace("periods = 16", "perriods = 16")).expect("written");
    let check = |files: &[&str]| pfsim(&folder, &[&["check", "--no-simulation"], files].concat());
    let (code, out, err) = check(&["nowhere.toml", "deal.toml", "gone.toml"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("City will pay"), "{out}");
    assert!(err.contains("cannot read nowhere.toml") && err.contains("cannot read gone.toml"), "{err}");
    let (code, out, err) = check(&["nowhere.toml", "bad.toml", "deal.toml"]);
    assert_eq!(code, Some(1), "a file that cannot be read comes before one that is wrong");
    assert!(out.contains("City will pay") && err.contains("did you mean `periods`?") && err.contains("cannot read nowhere.toml"), "{err}");
    let (code, out, _) = check(&["nowhere.toml", "deal.toml", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, json["scenarios"].as_array().map(Vec::len)), (Some(1), Some(1)));
    assert_eq!(check(&["nowhere.toml"]).0, Some(1));
    assert_eq!(check(&["bad.toml", "deal.toml"]).0, Some(3));
}
