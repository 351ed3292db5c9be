//! Folders of sweeps: rows that contradict each other, two processes on one journal, what somebody put there.

use super::*;

const SWEEP: &str = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\", \"investors.loss\"]\ntrials = 60\n\
    [[axis]]\nname = \"cap\"\nlevers = ['payor.\"P\".cap']\nvalues = [20_000, 25_000, 30_000, 35_000, 40_000]\n";

fn with_sweep(name: &str) -> Folder {
    let folder = with_deal(name);
    fs::write(folder.0.join("sweep.toml"), SWEEP).expect("written");
    folder
}

fn fails(folder: &Folder, arguments: &[&str], code: i32, words: &[&str]) {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &err(&output);
    for word in words {
        assert!(said.contains(word), "{arguments:?}: {word:?} is not in\n{said}");
    }
}

/// The lines of a journal, without its head, and the head.
fn journal(path: &Path) -> (String, Vec<String>) {
    let text = fs::read_to_string(path.join("journal.txt")).expect("a journal");
    let (head, rows) = text.split_once('\n').expect("a head");
    (format!("{head}\n"), rows.lines().map(|line| format!("{line}\n")).collect())
}

/// A row twice with the same numbers counts once; with others it is refused by all who read it, and so is a row of a scenario that there
/// is not, or what is no row.
#[test]
fn rows_agree_or_are_refused() {
    let folder = with_sweep("rows");
    done(&folder, &["sweep", "sweep.toml", "--out", "whole", "--quiet"]);
    let whole = folder.0.join("whole");
    let before = contents(&whole);
    let (head, rows) = journal(&whole);
    assert_eq!(rows.len(), 5);
    let (index, numbers) = rows[1].split_once(' ').expect("a row");
    let other = format!("{index} 1{numbers}");
    let begun = |rows: &[&String]| {
        let _ = fs::remove_dir_all(folder.0.join("begun"));
        fs::create_dir(folder.0.join("begun")).expect("a folder");
        let text: String = rows.iter().map(|row| row.as_str()).collect();
        fs::write(folder.0.join("begun/journal.txt"), format!("{head}{text}")).expect("written");
    };
    let sweep = ["sweep", "sweep.toml", "--out", "begun", "--quiet"];
    let inside =
        |path: &Path| contents(path).into_iter().map(|(at, bytes)| (at.file_name().expect("a name").to_owned(), bytes)).collect::<Vec<_>>();
    begun(&[&rows[1], &rows[0], &rows[1]]);
    done(&folder, &sweep);
    assert_eq!(inside(&folder.0.join("begun")), inside(&whole));
    let far = format!("99 {numbers}");
    let wrong = "1 x\n".to_string();
    for (rows, words) in [
        ([&rows[0], &rows[1], &other], "line 4 that has other numbers for scenario 2 than an earlier one"),
        ([&rows[0], &far, &rows[1]], "line 3 that is of scenario 100, and there are 5"),
        ([&wrong, &rows[0], &rows[1]], "line 2 that is no row of this sweep"),
    ] {
        begun(&rows);
        fails(&folder, &sweep, 1, &[words]);
        fails(&folder, &["verify", "begun", "--sweep", "sweep.toml"], 4, &[words]);
        assert!(!folder.0.join("begun/sweep.csv").exists());
    }
    // Every row, and one of them once more: made again, it is another file.
    begun(&rows.iter().chain([&rows[1]]).collect::<Vec<_>>());
    fails(&folder, &["verify", "begun", "--sweep", "sweep.toml"], 4, &["journal.txt: line 7"]);
    assert_eq!(contents(&whole), before);
}

/// One journal, one process.
#[test]
fn two_do_not_write_one_journal() {
    let folder = with_sweep("busy");
    done(&folder, &["sweep", "sweep.toml", "--out", "whole", "--quiet"]);
    let (head, rows) = journal(&folder.0.join("whole"));
    fs::create_dir(folder.0.join("one")).expect("a folder");
    fs::write(folder.0.join("one/journal.txt"), format!("{head}{}", rows[..2].concat())).expect("written");
    done(&folder, &["shard", "plan", "sweep.toml", "--shards", "1", "--quiet"]);
    done(&folder, &["shard", "run", "sweep.plan", "1", "--quiet"]);
    let journal = File::options().append(true).open(folder.0.join("one/journal.txt")).expect("a journal");
    journal.lock().expect("locked");
    let before = contents(&folder.0);
    for arguments in
        [&["sweep", "sweep.toml", "--out", "one"][..], &["shard", "merge", "sweep.plan", "sweep.001-of-001.shard", "--out", "one"]]
    {
        fails(&folder, arguments, 1, &["another pfsim is writing this sweep"]);
    }
    assert_eq!(contents(&folder.0), before);
    drop(journal);
    done(&folder, &["sweep", "sweep.toml", "--out", "one", "--quiet"]);
}

/// What somebody changed or put into a sweep's folder is refused before the sweep begins, and found when it came in meanwhile.
#[test]
fn what_somebody_put_into_a_sweep_stays() {
    let folder = with_sweep("notes");
    let sweep = ["sweep", "sweep.toml", "--out", "one", "--quiet"];
    done(&folder, &sweep);
    let whole = contents(&folder.0.join("one"));
    assert_eq!(done(&folder, &sweep), "");
    assert_eq!(contents(&folder.0.join("one")), whole);
    fs::write(folder.0.join("one/notes.md"), "mine").expect("written");
    refused(&folder, &sweep, &["one holds what is not as pfsim wrote it: notes.md (not in its manifest)"]);
    fs::remove_file(folder.0.join("one/notes.md")).expect("removed");
    let (head, rows) = journal(&folder.0.join("one"));
    fs::write(folder.0.join("one/journal.txt"), format!("{head}{}", rows[..4].concat())).expect("written");
    refused(&folder, &sweep, &["journal.txt (changed)"]);
    // Not done, and something beside the journal.
    for name in whole.keys().filter(|name| !name.ends_with("journal.txt")) {
        fs::remove_file(name).expect("removed");
    }
    fs::write(folder.0.join("one/sweep.csv"), "mine").expect("written");
    refused(&folder, &sweep, &["one exists and is not a folder of this sweep (it holds sweep.csv and no manifest.sha256)"]);
    fs::remove_file(folder.0.join("one/sweep.csv")).expect("removed");
    done(&folder, &sweep);
    assert_eq!(contents(&folder.0.join("one")), whole);
}
