//! What a file names: read once, only where it may be, and never repeated to whoever looks on.
#![cfg(all(feature = "cli", unix))]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use pfsim::deal::Deal;
use pfsim::experiment::sweep;
use pfsim::question::Question;
use pfsim::sampling::Column;
use pfsim::scenario::{self, FileError, Files, Folder, Memory, Scenario, Sources};
use pfsim::study;

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// Stands in every file that no message may repeat.
const SECRET: &str = "hunter2";

fn draws(file: &str, column: &str) -> String {
    format!("{{ draws = {{ file = {file:?}, column = {column:?} }} }}")
}

/// The starter with its effect drawn from the column `effect` of `file`.
fn drawing(file: &str) -> String {
    drawing_from(file, "effect")
}

fn drawing_from(file: &str, column: &str) -> String {
    let effect = STARTER.lines().find(|line| line.starts_with("effect =")).expect("an effect");
    STARTER.replacen(effect, &format!("effect = {}", draws(file, column)), 1)
}

const TABLE: &str = "effect,other\n0.05,0.2\n0.10,0.3\n0.15,0.4\n";

/// A folder of one test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sources-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("in/below")).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, contents).expect("written");
        path
    }

    fn pfsim(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pfsim"));
        command.args(arguments).args(["--color", "never", "--threads", "1"]).current_dir(&self.0).env("SECRET", SECRET);
        command.output().expect("pfsim runs")
    }

    /// What a command says that is refused, which holds nothing of a secret file.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.pfsim(arguments);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
        assert!(!said.contains(SECRET), "{arguments:?}: {said}");
        said
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Counts what is read, and gives the table another content each time.
#[derive(Debug, Default)]
struct Counted {
    memory: Memory,
    read: Mutex<Vec<String>>,
    times: AtomicUsize,
}

#[derive(Clone, Debug)]
struct Counting(Arc<Counted>);

impl Files for Counting {
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, FileError> {
        self.0.read.lock().expect("a list").push(name.into());
        let bytes = self.0.memory.read(name, most)?;
        let time = self.0.times.fetch_add(1, Ordering::Relaxed);
        let is_table = name.ends_with(".csv");
        Ok(if is_table { String::from_utf8(bytes).expect("text").replace("0.05", &format!("0.0{}", 5 + time)).into_bytes() } else { bytes })
    }
}

impl Counting {
    fn new(memory: Memory) -> Self {
        Self(Arc::new(Counted { memory, ..Counted::default() }))
    }

    fn read(&self) -> Vec<String> {
        let mut read = self.0.read.lock().expect("a list").clone();
        read.sort();
        read
    }
}

/// The columns that the effects of a deal are drawn from.
fn effects(deal: &Deal) -> Vec<Column> {
    let inputs = deal.inputs();
    let laws = inputs.iter().filter(|input| input.name.ends_with(".effect")).filter_map(|input| deal.law(input));
    laws.filter_map(|law| law.column().cloned()).collect()
}

fn knows(_: &Deal, _: &Question) -> Result<(), String> {
    Ok(())
}

#[test]
fn a_scenario_in_memory_draws_from_a_table_in_memory() {
    let sources = Sources::new(Memory::default().with("tables/p.csv", TABLE));
    let scenario = Scenario::new("page", drawing("./tables//p.csv"), sources).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(scenario.deal.assumptions.iter().filter(|one| one.value.contains("one of 3 draws")).count(), 1);
    let tables = scenario.tables();
    assert_eq!((tables.len(), tables[0].contents.as_slice()), (1, TABLE.as_bytes()));
    // `printf '…' | sha256sum`
    assert_eq!(tables[0].sha256, "7aff4fe84eb04a230611ffb4cd786dc7eb55cad038ab856560bbc0ce6ae19236");
    // Without files, no text reads any.
    let place = Place::new("none");
    let table = place.write("p.csv", TABLE);
    for name in [table.display().to_string(), "p.csv".into()] {
        let said = scenario::parse(&place.0.join("deal.toml").display().to_string(), &drawing(&name)).expect_err("no files").to_string();
        assert!(said.contains("there is no such file"), "{said}");
    }
}

/// Every way out of the folder is refused before anything of the file is known, by every command that reads for a file; a person may allow it.
#[test]
fn nothing_outside_is_read_unless_a_person_says_so() {
    let place = Place::new("outside");
    let secret = place.write("secret.csv", format!("effect\n0.1\n0.2\n{SECRET}\n"));
    place.write("in/below/p.csv", TABLE);
    place.write("p.csv", TABLE);
    place.write("in/secret.toml", format!("password = {SECRET}"));
    symlink(&secret, place.0.join("in/link.csv")).expect("a link");
    symlink("below/p.csv", place.0.join("in/inside.csv")).expect("a link");
    symlink("..", place.0.join("in/up")).expect("a link");
    assert!(Command::new("mkfifo").arg(place.0.join("in/fifo.csv")).status().expect("mkfifo").success());
    let absolute = secret.display().to_string();
    let outside = "it is not in the folder of the file that names it, nor below";
    for (name, words) in [
        ("../secret.csv", outside),
        (absolute.as_str(), outside),
        ("/etc/passwd", outside),
        ("/proc/self/environ", outside),
        ("below/../../secret.csv", outside),
        ("link.csv", outside),
        ("up/secret.csv", outside),
        ("C:secret.csv", outside),
        ("C:/secret.csv", outside),
        ("..\\secret.csv", outside),
        ("", outside),
        ("fifo.csv", "it is not a plain file"),
        ("below", "it is a folder"),
        ("gone.csv", "there is no such file"),
    ] {
        place.write("in/deal.toml", drawing(name));
        let said = place.refused(&["check", "in/deal.toml", "--no-simulation"]);
        assert!(said.contains(words) && said.contains("deal.toml:"), "{name}: {said}");
        assert!(words != outside || said.contains("--allow-outside"), "{name}: {said}");
    }
    for (command, text, words) in [
        ("sweep", "[sweep]\nname = \"s\"\nscenarios = [\"FILE\"]\nmetrics = [\"payors.total.mean\"]\n", "sweep.toml"),
        ("solve", "[solve]\nname = \"s\"\nscenario = \"FILE\"\nminimise = \"payors.total.mean\"\nsuch_that = []\n", "solve.toml"),
    ] {
        for (file, reason) in [("../secret.csv", outside), (absolute.as_str(), outside), ("link.csv", outside), ("fifo.csv", "plain file")]
        {
            place.write(&format!("in/{words}"), text.replace("FILE", file));
            let said = place.refused(&[command, &format!("in/{words}")]);
            assert!(said.contains(reason) && said.contains(words), "{said}");
        }
        // Beside it, but no TOML: its place, and no line of it.
        place.write(&format!("in/{words}"), text.replace("FILE", "secret.toml"));
        let said = place.refused(&[command, &format!("in/{words}")]);
        assert!(said.contains("in/secret.toml:1:12") && said.contains("not valid TOML"), "{said}");
    }
    for (name, deal) in [("inside.csv", "in/deal.toml"), ("below/p.csv", "in/deal.toml"), ("in/below/p.csv", "deal.toml")] {
        place.write(deal, drawing(name));
        assert!(place.pfsim(&["check", deal, "--no-simulation"]).status.success(), "{name}");
    }
    let elsewhere = place.0.join("p.csv").display().to_string();
    for name in ["../p.csv", elsewhere.as_str(), "up/p.csv"] {
        place.write("in/deal.toml", drawing(name));
        place.refused(&["check", "in/deal.toml", "--no-simulation"]);
        assert!(place.pfsim(&["check", "in/deal.toml", "--no-simulation", "--allow-outside"]).status.success(), "{name}");
    }
    // What is allowed is still to be a plain file, and what is no table of numbers is still not repeated.
    for (name, words) in [
        ("fifo.csv", "it is not a plain file"),
        ("../secret.csv", "row 3 of `effect` in ../secret.csv is not a number: text"),
        ("/proc/self/environ", "it holds more or less than its length says"),
        ("/dev/zero", "it is not a plain file"),
    ] {
        place.write("in/deal.toml", drawing(name));
        let said = place.refused(&["check", "in/deal.toml", "--no-simulation", "--allow-outside"]);
        assert!(said.contains(words), "{name}: {said}");
    }
}

#[test]
fn what_is_no_table_of_numbers_is_not_repeated() {
    let place = Place::new("repeated");
    let columns = "there are: effect, other";
    for (name, text, words) in [
        ("of a password file", format!("root:{SECRET}:19000\ndaemon:*:19000\n"), "its first row names its columns"),
        ("of settings", format!("USER={SECRET}\nHOME=/\n"), "its first row names its columns"),
        ("of text with commas", format!("{SECRET},b\nc,d\n"), "its first row names its columns"),
        ("of ragged rows", format!("{SECRET},b\n1,2\n3\n"), "its first row names its columns"),
        ("of a header alone", format!("{SECRET},b\n"), "its first row names its columns"),
        ("of a header too long", format!("{0}{0}{0}{0}{0}{0}{0}{0}{0}\n1\n", SECRET), "its first row names its columns"),
        ("of bytes", format!("{SECRET}\n\u{0}\n"), "its first row names its columns"),
        ("of numbers", "effect,other\n0.1,0.2\n".into(), columns),
    ] {
        place.write("in/p.csv", text);
        place.write("in/deal.toml", drawing_from("p.csv", "gone"));
        let said = place.refused(&["check", "in/deal.toml", "--no-simulation"]);
        assert!(said.contains("p.csv has no column `gone`") && said.contains(words), "{name}: {said}");
    }
    for (text, words) in [
        (format!("effect\n0.1\n{SECRET}\n"), "row 2 of `effect` in p.csv is not a number: text"),
        ("effect\n0.1\nNA\n".into(), "row 2 of `effect` in p.csv is not a number: `NA`"),
        ("effect\n0.1\ninf\n".into(), "row 2 of `effect` in p.csv is not a number: `inf`"),
        (format!("effect,b\n0.1,2\n0.2,3,{SECRET}\n"), "p.csv is no CSV: row 2 has another number of columns than the header: more, not 2"),
        ("effect, effect\n1,2\n".into(), "p.csv has two columns `effect`"),
        ("effect\n".into(), "p.csv has no rows"),
        (String::new(), "p.csv is no CSV: it is empty"),
    ] {
        place.write("in/p.csv", text);
        place.write("in/deal.toml", drawing("p.csv"));
        let said = place.refused(&["check", "in/deal.toml", "--no-simulation"]);
        assert!(said.contains(words), "{words}: {said}");
    }
    place.write("in/p.csv", [b"effect\n".as_slice(), SECRET.as_bytes(), b"\xff\n"].concat());
    assert!(place.refused(&["check", "in/deal.toml", "--no-simulation"]).contains("p.csv is no CSV: byte 14 is not UTF-8"));
}

/// As many numbers as one likes, drawn from one column: one column in memory, read once, whatever is changed in the scenario.
#[test]
fn references_share_what_was_read_once() {
    let outcome = |at: usize| {
        let law = |column: &str| draws("p.csv", column);
        format!("\n[[outcome]]\nname = \"o{at}\"\nwithout = {}\neffect = {}\nafter = 1\n", law("other"), law("effect"))
    };
    let text = drawing("p.csv") + &(0..50).map(outcome).collect::<String>();
    let files = Counting::new(Memory::default().with("p.csv", TABLE));
    let scenario = Scenario::new("deal.toml", text, Sources::new(files.clone())).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(files.read(), ["p.csv"]);
    let here = effects(&scenario.deal);
    assert!(here.len() == 51 && here.iter().all(|one| one.is(&here[0])), "{}", here.len());
    assert_eq!(here[0].values(), [0.05, 0.10, 0.15]);
    // Another row in the file by now, and nobody looks.
    let changed = scenario.changed(&["deal.name=\"other\"".into()]).expect("a change");
    assert!(effects(&changed).iter().all(|one| one.is(&here[0])));
    assert!(effects(&scenario.reread(&drawing("p.csv")).expect("a deal"))[0].is(&here[0]));
    assert!(study::pack(&scenario).iter().any(|one| one.deal.is_ok()));
    assert_eq!(scenario.tables()[0].contents.as_slice(), TABLE.as_bytes());
    assert_eq!(files.read(), ["p.csv"]);
}

#[test]
fn a_sweep_reads_each_file_once() {
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"in/one.toml\", \"in/two.toml\"]\nmetrics = [\"payors.total.mean\"]\n\
                 [[axis]]\nname = \"n\"\nlevers = [\"program.capacity\"]\nvalues = [110, 120, 130]\n";
    let memory = Memory::default().with("in/p.csv", TABLE).with("in/one.toml", drawing("p.csv")).with("in/two.toml", drawing("./p.csv"));
    let files = Counting::new(memory);
    let sweep = sweep::parse("s.toml", sweep.into(), &knows, &Sources::new(files.clone())).unwrap_or_else(|error| panic!("{error}"));
    let mut laws = Vec::new();
    for index in 0..sweep.count() {
        let deal = sweep.deal(&sweep.point(index)).expect("a deal");
        laws.extend(effects(&deal));
    }
    assert!(laws.len() == 6 && laws.iter().all(|law| law.is(&laws[0])), "{laws:?}");
    assert_eq!(files.read(), ["in/one.toml", "in/p.csv", "in/two.toml"]);
    assert!(sweep.tables.iter().all(|table| table.contents == sweep.tables[0].contents) && sweep.tables.len() == 2);
}

/// A table is copied as it was when its draws were read.
#[test]
fn a_table_that_changes_meanwhile_changes_nothing() {
    let place = Place::new("meanwhile");
    place.write("in/p.csv", TABLE);
    let file = place.write("in/deal.toml", drawing("p.csv"));
    let scenario = scenario::load(&file, &[]).expect("a scenario");
    place.write("in/p.csv", "effect\n0.9\n");
    assert_eq!(scenario.tables()[0].contents.as_slice(), TABLE.as_bytes());
    assert!(format!("{:?}", scenario.changed(&[]).expect("a deal")) == format!("{:?}", scenario.deal));
    assert!(format!("{:?}", scenario::load(&file, &[]).expect("again").deal) != format!("{:?}", scenario.deal));
}

/// Sizes are limited before anything is read: of a file, of a text in memory, of all files together.
#[test]
fn sizes_are_limited() {
    let place = Place::new("sizes");
    let sparse =
        |name: &str, length: u64| fs::File::create(place.0.join(name)).and_then(|file| file.set_len(length)).expect("a sparse file");
    sparse("in/p.csv", (64 << 20) + 1);
    let folder = Folder::new(&place.0);
    assert_eq!(folder.read("in/p.csv", 64 << 20), Err(FileError::TooLarge { most: 64 << 20 }));
    sparse("in/q.csv", 2);
    assert_eq!(folder.read("in/q.csv", 2), Ok(vec![0, 0]));
    assert_eq!(Memory::default().with("a", "abc").read("a", 2), Err(FileError::TooLarge { most: 2 }));
    place.write("in/deal.toml", drawing("p.csv"));
    assert!(place.refused(&["check", "in/deal.toml", "--no-simulation"]).contains("it is larger than 64 MB"));
    let long = format!("{STARTER}\n#{}", "#".repeat(16 << 20));
    for said in [
        scenario::parse("deal.toml", &long).expect_err("too long"),
        pfsim::results::parse("r.toml", &long, &scenario::parse("deal.toml", STARTER).expect("a deal")).expect_err("too long"),
    ] {
        assert_eq!(said.problems[0].code, "too-large");
    }
    let several: String = (0..3)
        .map(|at| {
            sparse(&format!("in/p{at}.csv"), 50 << 20);
            format!("\n[[outcome]]\nname = \"o{at}\"\nrate = {}\nafter = 1\n", draws(&format!("p{at}.csv"), "x"))
        })
        .collect();
    place.write("in/deal.toml", format!("{STARTER}{several}"));
    assert!(place.refused(&["check", "in/deal.toml", "--no-simulation"]).contains("the files that are named hold more than 128 MB"));
}

/// The cells of a CSV are those that another reader finds.
#[test]
fn cells_are_those_of_another_reader() {
    let mut dice = 1_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let (mut read, mut refused) = (0, 0);
    let scenario = format!("{STARTER}\n[[outcome]]\nname = \"o\"\nrate = {}\nafter = 1\n", draws("p.csv", "a"));
    for _ in 0..2_000 {
        // Whatever is put together of these is a number from 0 to 1, or none.
        let parts = ["0", "0.5", ",", ",", "\n", "\r\n", "\"", "\"0.3\"", " ", "4e-1", "\"\"", "x"];
        let rows: String = (0..roll(9)).map(|_| parts[roll(parts.len() as u64) as usize]).collect();
        let text = format!("a,b\n0,1\n{rows}");
        let mut other = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let cell = |row: csv::StringRecord| row[0].parse().ok().filter(|value: &f64| value.is_finite());
        let expected: Option<Vec<f64>> = other.records().map(|row| row.ok().and_then(cell)).collect();
        let sources = Sources::new(Memory::default().with("p.csv", text.as_str()));
        let deal = scenario::parse_with("deal.toml", &scenario, &sources);
        let found =
            deal.ok().map(|deal| deal.outcomes.iter().last().and_then(|outcome| outcome.base.column()).expect("draws").values().to_vec());
        assert_eq!(found, expected, "{text:?}");
        if found.is_some() { read += 1 } else { refused += 1 }
    }
    assert!(read > 100 && refused > 500, "{read} read, {refused} refused");
}

#[test]
fn help_and_paths_say_it() {
    let place = Place::new("help");
    let help = String::from_utf8(place.pfsim(&["run", "--help"]).stdout).expect("text");
    assert!(help.contains("--allow-outside"), "{help}");
    assert_eq!(Folder::new(Path::new("a")).shown("b.csv"), "a/b.csv");
}

/// Two tables of one name in two folders: what mixes the two deals would read one of them for both.
#[cfg(feature = "cli")]
#[test]
fn two_tables_of_one_name_are_not_compared() {
    use super::cli::{Folder, command};
    let folder = Folder::new("two-tables");
    for (at, table) in [("a", TABLE), ("b", "effect\n0.02\n"), ("c", TABLE)] {
        fs::create_dir(folder.0.join(at)).expect("a folder");
        fs::write(folder.0.join(at).join("p.csv"), table).expect("written");
        fs::write(folder.0.join(at).join("deal.toml"), drawing("p.csv")).expect("written");
    }
    let compared = |other: &str| command(&folder, &["compare", "a/deal.toml", other, "--trials", "50"]).output().expect("pfsim runs");
    let output = compared("b/deal.toml");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("whose contents differ"));
    assert_eq!(compared("c/deal.toml").status.code(), Some(0));
}
