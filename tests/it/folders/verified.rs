//! A stranger's folder: nothing in it that is not a plain file is opened, nothing is read without a limit, and what was changed is told
//! apart from what comes out otherwise.

use super::*;

/// The exit code and all that was said, soon.
fn verify(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = command(folder, &[&["verify", "--quiet"], arguments].concat())
        .stdin(Stdio::null())
        .stdout(File::create(folder.0.join("said")).expect("a file"))
        .stderr(File::options().append(true).create(true).open(folder.0.join("said-err")).expect("a file"))
        .spawn()
        .expect("pfsim runs");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if start.elapsed() > Duration::from_secs(300) {
            child.kill().expect("killed");
            panic!("{arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let said = ["said", "said-err"].map(|name| {
        let text = fs::read_to_string(folder.0.join(name)).expect("said");
        fs::remove_file(folder.0.join(name)).expect("removed");
        text
    });
    (status.code(), said.concat())
}

fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Pipes and links to devices where files should be, and beside them: said, never opened.
#[test]
fn pipes_and_devices_are_not_opened() {
    let folder = with_deal("pipes");
    done(&folder, &["run", "deal.toml", "--out", "one", "--quiet"]);
    let one = folder.0.join("one");
    for (name, words) in [
        ("memo.txt", "  memo.txt: not a plain file; it was not opened"),
        ("scenario.toml", "scenario.toml is not a plain file"),
        ("summary.json", "summary.json is not a plain file"),
        ("manifest.sha256", "manifest.sha256 is not a plain file"),
        ("extra", "  extra: not a plain file; it was not opened"),
    ] {
        let path = one.join(name);
        let whole = fs::read(&path).ok();
        for make in [&pipe as &dyn Fn(&Path), &|path| symlink("/dev/zero", path).expect("a link"), &|path| {
            symlink("../deal.toml", path).expect("a link")
        }] {
            let _ = fs::remove_file(&path);
            make(&path);
            let (code, said) = verify(&folder, &["one"]);
            assert!(code == Some(4) && said.contains(words), "{name}: {code:?} {said}");
            fs::remove_file(&path).expect("removed");
        }
        if let Some(whole) = whole {
            fs::write(&path, whole).expect("written");
        }
    }
    assert_eq!(verify(&folder, &["one"]).0, Some(0));
    // A sweep's journal, too.
    fs::create_dir(folder.0.join("two")).expect("a folder");
    pipe(&folder.0.join("two/journal.txt"));
    fs::write(
        folder.0.join("sweep.toml"),
        "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 60\n",
    )
    .expect("written");
    assert_eq!(verify(&folder, &["two", "--sweep", "sweep.toml"]).0, Some(4));
    assert_eq!(verify(&folder, &["two"]).0, Some(2));
}

/// Tables that the scenario draws from, behind a folder that is a link.
#[test]
fn links_are_not_followed_into_other_folders() {
    let folder = with_deal("inside");
    fs::create_dir(folder.0.join("tables")).expect("a folder");
    fs::write(folder.0.join("tables/rates.csv"), "rate\n0.4\n0.5\n0.6\n").expect("written");
    let drawn = DEAL.replace("{ beta = { mean = 0.5, sd = 0.1 } }", "{ draws = { file = \"tables/rates.csv\", column = \"rate\" } }");
    fs::write(folder.0.join("deal.toml"), drawn).expect("written");
    done(&folder, &["run", "deal.toml", "--out", "one", "--quiet"]);
    assert_eq!(verify(&folder, &["one"]).0, Some(0));
    fs::rename(folder.0.join("one/tables"), folder.0.join("elsewhere")).expect("moved");
    symlink("../elsewhere", folder.0.join("one/tables")).expect("a link");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(4) && said.contains("tables/rates.csv is not a plain file"), "{said}");
}

/// A file with a hole of a terabyte is longer than what is made, and is not read; nor is one that is larger than its reader takes.
#[test]
fn lengths_come_first() {
    let folder = with_deal("long-files");
    done(&folder, &["run", "deal.toml", "--out", "one", "--quiet"]);
    for (name, words) in [
        ("memo.txt", "  memo.txt: line "),
        ("scenario.toml", "scenario.toml is larger than 16 MB"),
        ("summary.json", "summary.json is larger than 64 MB"),
        ("manifest.sha256", "manifest.sha256 is too long"),
    ] {
        let path = folder.0.join("one").join(name);
        let length = path.metadata().expect("it is there").len();
        File::options().write(true).open(&path).expect("a file").set_len(1 << 40).expect("a hole");
        let (code, said) = verify(&folder, &["one"]);
        assert!(code == Some(4) && said.contains(words), "{name}: {code:?} {said}");
        File::options().write(true).open(&path).expect("a file").set_len(length).expect("cut");
    }
    assert_eq!(verify(&folder, &["one"]).0, Some(0));
}

/// A folder of more files than anybody made is refused, not listed.
#[test]
fn too_many_names_are_refused() {
    let folder = with_deal("names");
    done(&folder, &["run", "deal.toml", "--out", "one", "--quiet"]);
    let many = folder.0.join("one/many");
    fs::create_dir(&many).expect("a folder");
    (0..100_001).for_each(|name| drop(File::create(many.join(name.to_string())).expect("a file")));
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(1) && said.contains("more than 100,000 files"), "{said}");
}

/// Changed since it was written, or written so and made otherwise: the manifest tells; without one, that is said.
#[test]
fn what_was_changed_is_told_from_what_comes_out_otherwise() {
    let folder = with_deal("told");
    done(&folder, &["run", "deal.toml", "--out", "one", "--quiet"]);
    let one = folder.0.join("one");
    let manifest = fs::read_to_string(one.join(NAME)).expect("the manifest");
    let memo = fs::read_to_string(one.join("memo.txt")).expect("the memo");
    let other = memo.replacen("200", "201", 1);
    fs::write(one.join("memo.txt"), &other).expect("written");
    fs::write(one.join("notes.md"), "mine").expect("written");
    let (code, said) = verify(&folder, &["one"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("made again (changed since pfsim wrote it)") && said.contains("changed or damaged since"), "{said}");
    assert!(said.contains("not in the manifest, not looked at: notes.md"), "{said}");
    // As if pfsim had written it so.
    let hash = |text: &str| pfsim::export::origin::sha256(text.as_bytes());
    fs::write(one.join(NAME), manifest.replace(&hash(&memo), &hash(&other))).expect("written");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(4) && said.contains("made again (as pfsim wrote it)") && said.contains("another build"), "{said}");
    // A file that nobody makes again is looked at by its hash.
    fs::write(one.join("memo.txt"), &memo).expect("written");
    fs::write(one.join(NAME), format!("{manifest}{}  notes.md\n", hash("mine"))).expect("written");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(0) && said.contains("not made again, but as pfsim wrote them: notes.md"), "{said}");
    fs::write(one.join("notes.md"), "other").expect("written");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(4) && said.contains("  notes.md: changed since pfsim wrote it"), "{said}");
    fs::remove_file(one.join("notes.md")).expect("removed");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(4) && said.contains("  notes.md: missing"), "{said}");
    // An older folder.
    fs::remove_file(one.join(NAME)).expect("removed");
    let (code, said) = verify(&folder, &["one"]);
    assert!(code == Some(0) && said.contains("note: there is no manifest.sha256"), "{said}");
    let (code, said) = verify(&folder, &["one", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &json["manifest"], &json["verified"]), (Some(0), &false.into(), &true.into()));
}

/// Some rows of a sweep are some rows.
#[test]
fn a_part_is_said_to_be_one() {
    let folder = with_deal("part");
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 60\n\
        [[axis]]\nname = \"cap\"\nlevers = ['payor.\"P\".cap']\nvalues = [20_000, 25_000, 30_000]\n";
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    done(&folder, &["sweep", "sweep.toml", "--out", "one", "--quiet"]);
    let (code, said) = verify(&folder, &["one", "--sweep", "sweep.toml", "--rows", "1"]);
    assert!(code == Some(0) && said.starts_with("verified in part: 1 of 3 rows were made again"), "{said}");
    assert!(!said.contains("every number"), "{said}");
    let (code, said) = verify(&folder, &["one", "--sweep", "sweep.toml"]);
    assert!(code == Some(0) && said.starts_with("verified: every number"), "{said}");
}
