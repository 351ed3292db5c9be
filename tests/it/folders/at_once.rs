//! Processes that write one folder at once, one after another that was killed, and people who write there meanwhile.

use super::*;

/// Many at once into one folder: each ends well, and the folder is whole.
#[test]
fn many_at_once_leave_one_whole_folder() {
    let folder = with_deal("many");
    for round in 0..2 {
        let start = |seed: usize| {
            let seed = (round * 10 + seed).to_string();
            let arguments = ["run", "deal.toml", "--out", "out/one", "--quiet", "--seed", &seed, "--threads", "1"];
            command(&folder, &arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("pfsim runs")
        };
        let children: Vec<_> = (0..6).map(start).collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        }
        assert_eq!(names(&folder.0.join("out")), ["one"]);
        done(&folder, &["verify", "out/one"]);
    }
}

/// In one process, with nothing between: the last one to end is there, whole.
#[test]
fn workspaces_do_not_disturb_each_other() {
    let folder = with_deal("threads");
    let out = folder.0.join("results");
    let write = |number: usize| {
        for round in 0..20 {
            let workspace = Workspace::new(&out, Rule::of("run")).expect("a workspace");
            let files = Bundle::of((0..8).map(|file| (format!("in/{file}"), format!("{number} {round}")))).files;
            let written = workspace.publish(&Label::new("run", "d", "s"), &files, Vec::new()).expect("written");
            assert!(written.left_out.is_empty() && written.kept.is_none());
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|number| drop(scope.spawn(move || write(number)))));
    let all: Vec<Vec<u8>> = (0..8).map(|file| fs::read(out.join(format!("in/{file}"))).expect("a file")).collect();
    assert!(all.iter().all(|one| *one == all[0]), "of two processes");
    Rule::of("run").check(&out, "results").expect("as it was written").expect("with a manifest");
    assert_eq!(names(&folder.0), ["deal.toml", "results"]);
}

/// What came into the folder while the simulation went on is found before anything is removed.
#[test]
fn what_comes_in_meanwhile_is_left_alone() {
    let folder = with_deal("meanwhile");
    let out = folder.0.join("results");
    let label = Label::new("run", "d", "s");
    let file = |text: &str| Bundle::of([("a", text)]).files;
    Workspace::new(&out, Rule::of("run")).expect("a workspace").publish(&label, &file("1"), Vec::new()).expect("written");
    let workspace = Workspace::new(&out, Rule::of("run")).expect("a workspace");
    fs::write(out.join("letter"), "dear").expect("written");
    let refused = workspace.publish(&label, &file("2"), Vec::new()).expect_err("a letter");
    assert!(refused.to_string().contains("letter (not in its manifest)"), "{refused}");
    assert_eq!(names(&out), ["a", "letter", NAME]);
    assert_eq!(fs::read(out.join("a")).expect("a file"), b"1");
    assert_eq!(names(&folder.0), ["deal.toml", "results"]);
}

/// What a killed run leaves: cleared up by the next one, unless it lives.
#[test]
fn leftovers_are_cleared_up() {
    let folder = with_deal("leftover");
    let run = ["run", "deal.toml", "--out", "out/one", "--quiet"];
    done(&folder, &run);
    let whole = contents(&folder.0.join("out/one"));
    let make = |random: &str, lock: bool| {
        let path = folder.0.join(format!("out/.one.pfsim-{random}"));
        fs::create_dir_all(path.join("new/draws")).expect("folders");
        fs::write(path.join("new/draws/half.csv"), "half").expect("written");
        lock.then(|| File::create(path.join("lock")).expect("a lock"))
    };
    // One that is dead, one that lives, one that has just begun, and what is none.
    drop(make("00000000000000aa", true));
    let living = make("00000000000000bb", true).expect("a lock");
    living.lock().expect("locked");
    fs::create_dir(folder.0.join("out/.one.pfsim-00000000000000cc")).expect("a folder");
    make("mine", false);
    done(&folder, &run);
    assert_eq!(names(&folder.0.join("out")), [".one.pfsim-00000000000000bb", ".one.pfsim-mine", "one"]);
    assert!(folder.0.join("out/.one.pfsim-00000000000000bb/new/draws/half.csv").exists());
    drop(living);
    // Killed between the two steps: the older results go back, and are looked at like all others.
    drop(make("00000000000000dd", true));
    fs::rename(folder.0.join("out/one"), folder.0.join("out/.one.pfsim-00000000000000dd/old")).expect("moved");
    let output = pfsim(&folder, &["cliffs", "deal.toml", "--out", "out/one"]);
    assert!(err(&output).contains("out/one holds results of `pfsim run`"), "{}", err(&output));
    assert_eq!(contents(&folder.0.join("out/one")), whole);
    assert_eq!(names(&folder.0.join("out")), [".one.pfsim-mine", "one"]);
    // Killed after them: the older results are removed if they are as they were written, and kept if not.
    for (random, changed) in [("00000000000000ee", false), ("00000000000000ff", true)] {
        drop(make(random, true));
        let old = folder.0.join(format!("out/.one.pfsim-{random}/old"));
        fs::create_dir(&old).expect("a folder");
        whole.iter().for_each(|(path, bytes)| fs::write(old.join(path.file_name().expect("a name")), bytes).expect("written"));
        if changed {
            fs::write(old.join("letter"), "dear").expect("written");
        }
        done(&folder, &run);
        assert_eq!(old.exists(), changed);
        assert!(!changed || old.join("letter").exists());
    }
    fs::remove_dir_all(folder.0.join("out/.one.pfsim-00000000000000ff")).expect("removed");
    // Really killed.
    let mut child = command(&folder, &[&run[..], &LONG].concat()).stdout(Stdio::null()).spawn().expect("pfsim runs");
    let start = Instant::now();
    while names(&folder.0.join("out")).len() < 3 && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(names(&folder.0.join("out")).len(), 3);
    done(&folder, &run);
    assert_eq!(names(&folder.0.join("out")), [".one.pfsim-mine", "one"]);
    assert_eq!(contents(&folder.0.join("out/one")), whole);
}
