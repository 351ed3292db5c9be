//! One run, and one sweep, on several machines: the folder of one machine, from any number of shards in any order; and what is refused.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pfsim::export::plan::Plan;
use pfsim::store::shard_file::{Which, read};
use pfsim::study::ranges_of_blocks;

use crate::cli::{Folder, command, root};

/// Not a whole number of blocks, and enough of them for seven shards.
const TRIALS: &str = "3_700";

/// Runs a command, which must end with `code`, and gives what it printed and what it said.
fn pfsim(folder: &Folder, arguments: &[&str], code: i32) -> [String; 2] {
    let output = command(folder, arguments).output().expect("pfsim runs");
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}", texts[1]);
    texts
}

/// Every file in a folder and in folders in it.
fn contents(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = pfsim::store::folder::entries(path).expect("a folder").into_iter().filter(|entry| entry.path.is_file());
    files.map(|entry| (entry.name, fs::read(entry.path).expect("a file"))).collect()
}

/// A folder with a deal that draws its effect from a table.
fn with_deal(name: &str) -> Folder {
    let folder = Folder::new(&format!("shards-{name}"));
    let text = fs::read_to_string(root().join("scenarios/starter.toml")).expect("the starter");
    let old = "effect = { normal = { mean = 0.10, sd = 0.05 } }";
    assert!(text.contains(old));
    let new = "effect = { draws = { file = \"tables/posterior.csv\", column = \"effect\" } }";
    fs::create_dir(folder.0.join("tables")).expect("a folder");
    fs::write(folder.0.join("deal.toml"), text.replace(old, new)).expect("written");
    let draws: String = (0..1_000).map(|at| format!("{}\n", f64::from(at % 97) / 500.0)).collect();
    fs::write(folder.0.join("tables/posterior.csv"), format!("effect\n{draws}")).expect("written");
    folder
}

/// The paths of all shards, the last ones first, and one of them twice.
fn shuffled(stem: &str, shards: u64) -> Vec<String> {
    let mut all: Vec<String> = (1..=shards).map(|number| format!("{stem}.{number:03}-of-{shards:03}.shard")).collect();
    all.reverse();
    let middle = all.len() / 2;
    all.swap(0, middle);
    all.push(all[0].clone());
    all
}

/// Ranges of trials end with blocks of 512 where there are enough of them, and are all trials once in any case.
#[test]
fn ranges_end_with_blocks() {
    for (trials, shards) in [(1, 1), (3_700, 8), (3_700, 9), (4_096, 8), (1_000_000_000_000, 100_000), (10, 10)] {
        let all = ranges_of_blocks(trials, shards);
        assert_eq!((all.len() as u64, all[0].start, all[all.len() - 1].end), (shards, 0, trials));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start) && all.iter().all(|range| !range.is_empty()), "{all:?}");
        let blocks = all.iter().all(|range| range.end % 512 == 0 || range.end == trials);
        assert_eq!(blocks, trials.div_ceil(512) >= shards, "{trials} {shards}");
    }
}

/// One, three, seven and nine shards (of less than a block each), run where nothing is but the plan, give the folder of `pfsim run` with the same changes.
#[test]
fn a_run_in_shards_is_the_run() {
    let folder = with_deal("run");
    let own = ["--set", "payor.\"City\".cap=1_500_000", "--trials", TRIALS, "--seed", "9"];
    let [memo, _] = pfsim(&folder, &[&["run", "deal.toml"][..], &own].concat(), 0);
    let name = fs::read_dir(folder.0.join("out")).expect("out").next().expect("a folder").expect("an entry").path();
    let whole = contents(&name);
    assert!(whole.contains_key("tables/posterior.csv") && whole.contains_key("report.html"), "{:?}", whole.keys());
    for shards in [1, 3, 7, 9] {
        let away = Folder::new(&format!("shards-away-{shards}"));
        let plan = away.0.join("deal.plan").display().to_string();
        pfsim(&folder, &[&["shard", "plan", "deal.toml", "--shards", &shards.to_string(), "--out", &plan][..], &own].concat(), 0);
        for number in 1..=shards {
            let place = [format!("{number}/{shards}"), number.to_string(), format!("--index={}", number - 1)];
            let [printed, said] = pfsim(&away, &["shard", "run", "deal.plan", &place[number as usize % 3], "--threads", "1"], 0);
            assert!(printed.is_empty() && said.starts_with(&format!("shard {number} of {shards} (trials ")), "{said}");
        }
        let files = shuffled("deal", shards);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let [merged, _] = pfsim(&away, &[&["shard", "merge", "deal.plan"][..], &files].concat(), 0);
        assert_eq!(merged, memo);
        let written = away.0.join("out").join(name.file_name().expect("a name"));
        assert_eq!(contents(&written), whole, "{shards}");
        pfsim(&away, &["verify", &written.display().to_string()], 0);
        let [json, _] = pfsim(&away, &[&["shard", "merge", "deal.plan", "--json", "--quiet"][..], &files].concat(), 0);
        assert_eq!(json.as_bytes(), whole["summary.json"]);
    }
}

/// The same of a sweep over two files, in folders of their own, that draw from tables of the same name.
#[test]
fn a_sweep_in_shards_is_the_sweep() {
    let folder = Folder::new("shards-sweep");
    for name in ["one", "two"] {
        fs::rename(&with_deal(&format!("sweep-{name}")).0, folder.0.join(name)).expect("moved");
    }
    fs::write(folder.0.join("one/tables/posterior.csv"), "effect\n0.1\n0.2\n").expect("written");
    // What is no text is carried too.
    #[cfg(feature = "parquet")]
    {
        use pfsim::export::columns::Cells;
        use pfsim::export::parquet::table;
        let columns = [("effect".to_string(), Cells::Number(vec![0.05, 0.15, 0.3]))];
        fs::write(folder.0.join("two/tables/posterior.parquet"), table(&columns, Vec::new()).expect("a table")).expect("written");
        let text = fs::read_to_string(folder.0.join("two/deal.toml")).expect("a deal");
        fs::write(folder.0.join("two/deal.toml"), text.replace("posterior.csv", "posterior.parquet")).expect("written");
    }
    let sweep = "[sweep]\nname = \"Both\"\nscenarios = [\"one/deal.toml\", \"./two/deal.toml\"]\nmetrics = [\"payors.total.p95\", \"investors.loss\"]\n\
                 trials = 400\nminimise = \"investors.loss\"\n[[axis]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nvalues = [1_000_000, 1_500_000]\n\
                 [[axis]]\nname = \"people\"\nlevers = ['program.capacity']\nvalues = [100, 110, 120]\n";
    fs::write(folder.0.join("both.toml"), sweep).expect("written");
    let parquet: &[&str] = if cfg!(feature = "parquet") { &["--parquet"] } else { &[] };
    let [answer, _] = pfsim(&folder, &[&["sweep", "both.toml"][..], parquet].concat(), 0);
    let whole = contents(&folder.0.join("out/both"));
    assert_eq!(whole.contains_key("sweep.parquet"), cfg!(feature = "parquet"));
    for shards in [1, 3, 7] {
        let away = Folder::new(&format!("shards-sweep-away-{shards}"));
        pfsim(&folder, &["shard", "plan", "both.toml", "--shards", &shards.to_string(), "--out", "both.plan"], 0);
        fs::rename(folder.0.join("both.plan"), away.0.join("both.plan")).expect("moved");
        for number in 1..=shards {
            pfsim(&away, &["shard", "run", "both.plan", &format!("{number}/{shards}")], 0);
        }
        let files = shuffled("both", shards);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let [merged, _] = pfsim(&away, &[&["shard", "merge", "both.plan"][..], parquet, &files].concat(), 0);
        assert_eq!(merged, answer);
        assert_eq!(contents(&away.0.join("out/both")), whole, "{shards}");
        let out = away.0.join("out/both").display().to_string();
        pfsim(&folder, &["verify", &out, "--sweep", "both.toml"], 0);
    }
}

/// A folder with a plan of four shards, all of them made.
fn planned(name: &str) -> Folder {
    let folder = with_deal(name);
    pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "4", "--trials", "2_048"], 0);
    (1..=4).for_each(|number| drop(pfsim(&folder, &["shard", "run", "deal.plan", &number.to_string()], 0)));
    folder
}

fn shard(number: u64) -> String {
    format!("deal.{number:03}-of-004.shard")
}

/// A shard that is there is not made again; one that is damaged is; what is something else is left alone.
#[test]
fn a_shard_is_made_once() {
    let folder = planned("once");
    let path = folder.0.join(shard(2));
    let made = fs::read(&path).expect("a shard");
    let when = || fs::metadata(&path).and_then(|data| data.modified()).expect("a time");
    let before = when();
    let [_, said] = pfsim(&folder, &["shard", "run", "deal.plan", "2/4"], 0);
    assert!(said.contains("shard 2 of 4 is in deal.002-of-004.shard, whole: nothing is left to do"), "{said}");
    assert_eq!(when(), before);
    let mut damaged = made.clone();
    damaged[5_000] ^= 1;
    for bytes in [damaged, made[..made.len() - 1].to_vec()] {
        fs::write(&path, bytes).expect("written");
        let [_, said] = pfsim(&folder, &["shard", "run", "deal.plan", "2/4"], 0);
        assert!(said.contains("deal.002-of-004.shard is damaged; shard 2 of 4 is made again"), "{said}");
        assert_eq!(fs::read(&path).expect("a shard"), made);
    }
    for (bytes, words) in
        [(b"mine".to_vec(), "is no shard of a plan"), (fs::read(folder.0.join(shard(1))).expect("a shard"), "holds shard 1 of 4")]
    {
        fs::write(&path, &bytes).expect("written");
        let [_, said] = pfsim(&folder, &["shard", "run", "deal.plan", "2/4"], 1);
        assert!(said.contains(&format!("deal.002-of-004.shard {words}: nothing was written")), "{said}");
        assert_eq!(fs::read(&path).expect("a file"), bytes);
    }
    // Another plan under the same name is said to be one, and its shards are not those of the first.
    let [_, said] = pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "4", "--trials", "2_049"], 0);
    assert!(said.contains("deal.plan held another plan; it is replaced"), "{said}");
    let [_, said] = pfsim(&folder, &["shard", "run", "deal.plan", "1/4"], 1);
    assert!(said.contains("deal.001-of-004.shard is a shard of another plan"), "{said}");
    fs::write(folder.0.join("deal.plan"), "mine").expect("written");
    let [_, said] = pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "4"], 1);
    assert!(said.contains("deal.plan is no plan of shards: nothing was written"), "{said}");
    assert_eq!(fs::read(folder.0.join("deal.plan")).expect("a file"), b"mine");
}

/// What is missing, damaged, foreign or contradictory is named, and nothing is written.
#[test]
fn what_does_not_fit_is_named() {
    let folder = planned("named");
    let merge = |numbers: &[u64], words: &[&str]| {
        let files: Vec<String> = numbers.iter().map(|&number| shard(number)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let [printed, said] = pfsim(&folder, &[&["shard", "merge", "deal.plan"][..], &files].concat(), 2);
        assert!(printed.is_empty() && !folder.0.join("out").exists(), "{printed}");
        words.iter().for_each(|word| assert!(said.contains(word), "{word:?} is not in\n{said}"));
    };
    merge(&[3, 1, 4], &["shard 2 of 4 is missing: make it with `pfsim shard run deal.plan 2/4`"]);
    merge(&[3], &["shards 1, 2 and 4 of 4 are missing: make them with `pfsim shard run deal.plan 1/4` and so on"]);
    merge(&[1], &["shards 2 to 4 of 4 are missing: make them with `pfsim shard run deal.plan 2/4` and so on"]);
    let [two, three] = [2, 3].map(|number| (folder.0.join(shard(number)), fs::read(folder.0.join(shard(number))).expect("a shard")));
    let other = with_deal("named-other");
    pfsim(&other, &["shard", "plan", "deal.toml", "--shards", "4", "--trials", "2_048", "--seed", "3"], 0);
    pfsim(&other, &["shard", "run", "deal.plan", "2"], 0);
    fs::copy(other.0.join(shard(2)), &two.0).expect("copied");
    fs::write(&three.0, &three.1[..three.1.len() / 2]).expect("written");
    let damaged = "deal.003-of-004.shard is damaged: make shard 3 of 4 again";
    merge(&[1, 2, 3, 4], &["deal.002-of-004.shard is a shard of another plan", damaged]);
    fs::write(&two.0, "mine").expect("written");
    fs::remove_file(&three.0).expect("removed");
    merge(&[1, 2, 3, 4], &["deal.002-of-004.shard is no shard of a plan", "deal.003-of-004.shard cannot be read"]);
    // Forged: it says that it is whole, and holds the trials of another shard, or nothing.
    let plan: serde_json::Value = serde_json::from_slice(&fs::read(folder.0.join("deal.plan")).expect("a plan")).expect("JSON");
    let which = |number| Which { plan: plan["sha256"].as_str().expect("a hash").into(), number, of: 4 };
    let (held, first) = read(&folder.0.join(shard(1)), &which(1).plan).expect("a shard");
    assert_eq!(held, which(1));
    fs::write(&three.0, &three.1).expect("written");
    for (contents, words) in [(&first[..], "it has 512 trials"), (b"nothing", "these are not the bytes of a shard")] {
        fs::write(&two.0, which(2).sealed(contents)).expect("written");
        merge(&[1, 2, 3, 4], &["deal.002-of-004.shard does not hold shard 2 of this plan", words]);
    }
    fs::write(folder.0.join("again"), which(3).sealed(b"other")).expect("written");
    fs::write(&two.0, &two.1).expect("written");
    let files = ["1", "2", "3", "4"].map(|number| shard(number.parse().expect("a number")));
    let files: Vec<&str> = files.iter().map(String::as_str).chain(["again"]).collect();
    let [_, said] = pfsim(&folder, &[&["shard", "merge", "deal.plan"][..], &files].concat(), 2);
    assert!(said.contains("deal.003-of-004.shard and again contradict each other: both are shard 3 of 4"), "{said}");
}

/// A plan of another build, a changed one, something else; places that there are not; what a sweep says itself.
#[test]
fn plans_are_whole_and_of_this_build() {
    let folder = planned("plans");
    let text = fs::read_to_string(folder.0.join("deal.plan")).expect("a plan");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let build = json["engine"]["build"].as_str().expect("a build");
    let other = "0".repeat(build.len());
    let lock = json["engine"]["lock_sha256"].as_str().expect("a hash");
    let cases = [
        (
            text.replace(build, &other),
            format!(
                "was made by pfsim {0} (build 000000000000), and this is pfsim {0} (build {1})",
                env!("CARGO_PKG_VERSION"),
                &build[..12]
            ),
        ),
        (text.replace(lock, &other), "(dependencies 000000000000), and this is pfsim".to_string()),
        (text.replace("\"seed\": 1", "\"seed\": 2"), "was changed since pfsim wrote it".into()),
        // What stands in the head alone is held as well.
        (text.replacen("\"sha256\": \"", "\"sha256\": \"0", 1), "was changed since pfsim wrote it".into()),
        (text.replace("\"shards\": 4", "\"shards\": 0"), "was changed since pfsim wrote it".into()),
        (text.replacen("periods = 16", "periods = 17", 1), "was changed since pfsim wrote it".into()),
        (text.replacen("0.002\\n", "0.003\\n", 1), "was changed since pfsim wrote it".into()),
        (text[..text.len() / 2].to_string(), "is no plan of shards".into()),
        (text.replace("\"shard-plan\"", "\"run\""), "is a document of the kind \"run\", and no plan of shards".into()),
        ("schema = 1".into(), "is no plan of shards: `pfsim shard plan` writes one".into()),
    ];
    for (wrong, words) in cases {
        assert_ne!(wrong, text);
        fs::write(folder.0.join("wrong.plan"), wrong).expect("written");
        for step in ["run", "merge"] {
            let [_, said] = pfsim(&folder, &["shard", step, "wrong.plan", "1"], 2);
            assert!(said.contains("wrong.plan ") && said.contains(&words), "{said}");
        }
    }
    // The layout may be another.
    fs::write(folder.0.join("dense.plan"), json.to_string()).expect("written");
    pfsim(&folder, &["shard", "run", "dense.plan", "1", "--out", "one"], 0);
    assert_eq!(fs::read(folder.0.join("one")).expect("a shard"), fs::read(folder.0.join(shard(1))).expect("a shard"));
    for (place, words) in [
        ("5", "has 4 shards: they are counted from 1 to 4"),
        ("0", "from 1 to 4"),
        ("1/5", "has 4 shards, not 5"),
        ("--index=4", "counts them from 0 to 3"),
    ] {
        let [_, said] = pfsim(&folder, &["shard", "run", "deal.plan", place], 2);
        assert!(said.contains(words), "{said}");
    }
    pfsim(&folder, &["shard", "run", "deal.plan"], 2);
    pfsim(&folder, &["shard", "merge", "deal.plan", &shard(1), "--parquet"], 2);
    let [_, said] = pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "40", "--trials", "39"], 2);
    assert!(said.contains("39 trials cannot be cut into 40 shards"), "{said}");
    pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "2", "--set", "deal.periods=0"], 3);
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"investors.loss\"]\ntrials = 60\n\
                 [[axis]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nvalues = [1_000_000, 2_000_000]\n";
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    let [_, said] = pfsim(&folder, &["shard", "plan", "sweep.toml", "--shards", "2", "--seed", "4"], 2);
    assert!(said.contains("--set, --trials and --seed are for a scenario"), "{said}");
    let [_, said] = pfsim(&folder, &["shard", "plan", "sweep.toml", "--shards", "3"], 2);
    assert!(said.contains("2 scenarios cannot be cut into 3 shards"), "{said}");
}

/// An interrupted shard is not there, and nothing of it is.
#[test]
fn an_interrupted_shard_is_not_there() {
    let folder = with_deal("interrupted");
    pfsim(&folder, &["shard", "plan", "deal.toml", "--shards", "2", "--trials", "900_000_000", "--large"], 0);
    let mut run = command(&folder, &["shard", "run", "deal.plan", "1", "--large"]);
    let child = run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("pfsim runs");
    std::thread::sleep(Duration::from_millis(1_500));
    let start = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let mut names: Vec<_> = fs::read_dir(&folder.0).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["deal.plan", "deal.toml", "tables"]);
}

/// No byte of a plan or of a shard changes unnoticed, and none is missing unnoticed.
#[test]
fn no_byte_changes_unnoticed() {
    let folder = planned("bytes");
    let text = fs::read(folder.0.join("deal.plan")).expect("a plan");
    let plan = Plan::read(&text).expect("a plan");
    let (mut refused, mut layout) = (0, 0);
    for at in (0..text.len()).step_by(5) {
        let mut changed = text.clone();
        changed[at] ^= 1;
        for bytes in [&changed[..], &text[..at]] {
            match Plan::read(bytes) {
                Err(_) => refused += 1,
                // What nobody reads back: the name and the hash of the scenario, which follow from the rest.
                Ok(read) => {
                    assert_eq!(read.hash(), plan.hash(), "{at}");
                    layout += 1;
                }
            }
        }
    }
    assert!(refused > 1_000 && layout < 30, "{refused} {layout}");
    let (path, bytes) = (folder.0.join("changed"), fs::read(folder.0.join(shard(4))).expect("a shard"));
    let places = [0, 10, 23, 60, 87, 88, 89, 91, 92, 100, bytes.len() / 2, bytes.len() - 70, bytes.len() - 64, bytes.len() - 1];
    for at in places {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        for bytes in [&changed[..], &bytes[..at]] {
            fs::write(&path, bytes).expect("written");
            read(&path, &plan.hash()).expect_err("changed");
        }
    }
}
