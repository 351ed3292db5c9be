//! Files that are small to write and large to read: each is refused, or read, within a gigabyte or two and soon.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// What a file may take on a busy machine; what this test guards against takes minutes, or days.
const LONGEST: Duration = Duration::from_secs(40);

/// Address space in kilobytes: the text, what is made of it, and the stacks of all threads.
const MEMORY: u64 = 2_500_000;

/// A file, and the exit code of `pfsim check`.
type Bomb = (&'static str, i32, String);

fn changed(old: &str, new: &str) -> String {
    assert!(STARTER.contains(old), "{old}");
    STARTER.replacen(old, new, 1)
}

/// The starter with so many tables more, each made from its number.
fn tables(count: usize, table: impl Fn(usize) -> String) -> String {
    format!("{STARTER}\n{}", (0..count).map(table).collect::<String>())
}

fn gate(text: &str) -> String {
    changed("paid_after", &format!("when = \"{text}\"\npaid_after"))
}

/// What a file that is refused may take at most, in kilobytes of memory.
const REFUSED: u64 = 256 * 1024;

/// The most memory that a process has had, in kilobytes.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

fn meet(bombs: Vec<Bomb>) {
    meet_beside(bombs, None);
}

/// Meets each bomb, with a table `p.csv` beside it.
fn meet_beside(bombs: Vec<Bomb>, table: Option<&str>) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bombs-{}-{}", bombs[0].0.replace(' ', "-"), std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    if let Some(table) = table {
        fs::write(folder.join("p.csv"), table).expect("written");
    }
    let mut failures = Vec::new();
    for (what, code, text) in bombs {
        let file = folder.join("bomb.toml");
        fs::write(&file, text).expect("written");
        let script = format!("ulimit -v {MEMORY}; exec \"$PFSIM\" check --no-simulation --threads 2 --color never \"$FILE\"");
        let start = Instant::now();
        let mut child = Command::new("bash")
            .args(["-c", &script])
            .env("PFSIM", env!("CARGO_BIN_EXE_pfsim"))
            .env("FILE", &file)
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("said")).expect("a file"))
            .spawn()
            .expect("bash");
        let mut most = 0;
        let status = loop {
            most = peak(child.id()).unwrap_or(0).max(most);
            if let Some(status) = child.try_wait().expect("a child") {
                break status.code();
            }
            if start.elapsed() > LONGEST {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let taken = start.elapsed();
        let said = fs::read_to_string(folder.join("said")).expect("what it said");
        println!("{what}: {most} KB");
        if code == 3 && most > REFUSED {
            failures.push(format!("{what}: {most} KB"));
        }
        if status != Some(code) || said.contains("panicked") || said.len() > 1_000_000 {
            let start: String = said.chars().take(300).collect();
            failures.push(format!("{what}: {status:?} after {taken:?}, {} bytes said: {start}", said.len()));
        }
    }
    let _ = fs::remove_dir_all(&folder);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn deep_and_long_texts() {
    meet(vec![
        ("lists in lists", 3, format!("{STARTER}\nx = {}{}", "[".repeat(200_000), "]".repeat(200_000))),
        ("tables in tables", 3, format!("x = {}1{}", "{a=".repeat(100_000), "}".repeat(100_000))),
        ("a key of many parts", 3, format!("a{} = 1", ".a".repeat(200_000))),
        ("a header of many parts", 3, format!("[a{}]", ".a".repeat(200_000))),
        ("a name of a megabyte", 3, changed("My first deal", &"x".repeat(1_000_000))),
        ("a key of five megabytes", 3, format!("{} = 1", "k".repeat(5_000_000))),
        ("a misspelt key of a megabyte", 3, changed("[deal]", &format!("[deal]\n{} = 1", "k".repeat(1_000_000)))),
        ("zero bytes", 3, "\0".repeat(1_000_000)),
        ("lines without anything", 3, "\n".repeat(10_000_000)),
        ("quotes", 3, "\"\"\"".repeat(300_000)),
        ("a comment of ten megabytes", 0, format!("#{}\n{STARTER}", "#".repeat(10_000_000))),
        ("brackets in a gate", 0, gate(&format!("{}placements.units > 1{}", "(".repeat(64), ")".repeat(64)))),
        ("brackets that do not close", 3, gate(&"(".repeat(64))),
        ("calls that do not close", 3, gate(&"min(".repeat(60))),
        ("choices in choices", 0, gate(&format!("{}1{} > 1", "if(1>0,".repeat(30), ",2)".repeat(30)))),
        ("a long sum", 0, gate(&format!("{}1 > 1", "1+".repeat(900)))),
    ]);
}

#[test]
fn many_mistakes() {
    meet(vec![
        (
            "unknown keys",
            3,
            changed("[program]", &format!("[program]\n{}", (0..50_000).map(|at| format!("k{at} = 1\n")).collect::<String>())),
        ),
        ("unknown sections", 3, tables(50_000, |at| format!("[s{at}]\na = 1\n"))),
        ("lines that are no TOML", 3, "= = =\n".repeat(50_000)),
        ("negative caps", 3, tables(19_000, |at| format!("[[payor]]\nname = \"payor {at}\"\ncap = -1\n"))),
        (
            "payments on nothing",
            3,
            tables(19_000, |at| {
                format!("[[payment]]\nname = \"p{at}\"\npayor = \"Cyti {at}\"\non = \"nothing {at}\"\nprice = {{ per_unit = 1 }}\n")
            }),
        ),
        (
            "formulas of formulas that are not there",
            3,
            tables(9_000, |at| format!("[[formula]]\nname = \"f{at}\"\nis = \"f{}\"\n", at + 1)),
        ),
    ]);
}

#[test]
fn large_numbers_and_lists() {
    let twice = |at: usize| {
        let of = if at == 0 { "placements.units".into() } else { format!("f{0} + f{0}", at - 1) };
        format!("[[formula]]\nname = \"f{at}\"\nis = \"{of}\"\n")
    };
    let list = |value: &str, count: usize| format!("{value},").repeat(count);
    let cohorts = "cohorts = { count = 6, size = 100 }";
    let site = |at: usize| format!("[[program.site]]\nname = \"s{at}\"\ncohorts = {{ count = 16, size = 9, every = 0 }}\n");
    let sites: String = (0..19_000).map(site).collect();
    meet(vec![
        ("a billion cohorts", 3, changed("count = 6", "count = 1_000_000_000")),
        ("cohorts of a billion", 3, changed("size = 100", "size = 1_000_000_000")),
        ("a million sizes", 3, changed(cohorts, &format!("cohorts = {{ sizes = [{0}], periods = [{0}] }}", list("1", 1_000_000)))),
        ("a ramp of a million", 3, changed("size = 100", &format!("size = 100, ramp = [{}]", list("0.5", 1_000_000)))),
        ("a ramp of half a million", 0, changed("size = 100", &format!("size = 100, ramp = [{}]", list("0.5", 500_000)))),
        ("a delay of a hundred thousand", 3, changed("capacity = 120", &format!("capacity = 120\ndelay = [1{}]", ",0".repeat(100_000)))),
        ("cohorts at many sites", 3, changed(cohorts, "").replacen("[[program.cost]]", &format!("{sites}[[program.cost]]"), 1)),
        ("10^18 trials", 0, changed("trials = 20_000", "trials = 1_000_000_000_000_000_000")),
        ("formulas that double", 0, format!("{}\n{}", gate("f59 > 3"), (0..60).map(twice).collect::<String>())),
    ]);
}

/// Each name is found at once: as many payments as a file may have, each with a condition on a measure of its own.
#[test]
fn many_names() {
    let measure = |at: usize| format!("[[measure]]\nname = \"m{at}\"\nof = \"placed\"\n");
    let payment = |at: usize| {
        format!("[[payment]]\nname = \"p{at}\"\npayor = \"City\"\non = \"m{at}\"\nwhen = \"m{at} >= 5\"\nprice = {{ per_unit = 1 }}\n")
    };
    meet(vec![("payments on as many measures", 0, tables(19_000, |at| measure(at) + &payment(at)))]);
}

/// Texts of nothing but what takes most memory to read: as long as a file may be, and as heavy as is just read.
#[test]
fn heavy_texts() {
    let long = |unit: &str, head: &str| format!("{head}{}", unit.repeat(16_000_000 / unit.len()));
    let keys = |count: usize, key: &dyn Fn(usize) -> String| (0..count).map(key).collect::<String>();
    let plain = |at: usize| format!("k{at:x}=1\n");
    let dotted = |at: usize| format!("k{at:x}.a.b=1\n");
    let header = |at: usize| format!("[k{at:x}]\n");
    meet(vec![
        ("16 MB of tables", 3, long("[[x]]\n", "")),
        ("16 MB of numbers", 3, long("1,", "x=[")),
        ("16 MB of lists", 3, long("[],", "x=[")),
        ("16 MB of inline tables", 3, long("{},", "x=[")),
        ("16 MB of comments", 3, long("#\n", "")),
        ("16 MB of names", 3, long("a ", "")),
        ("16 MB of mistakes", 3, long("=\n", "")),
        ("16 MB of quotes", 3, long("''\n", "")),
        ("16 MB of quotes in threes", 3, long("\"\"\"a\"\"\"\",1,", "x=[")),
        ("16 MB of keys", 3, keys(1_700_000, &plain)),
        ("keys that are just read", 3, keys(470_000, &plain)),
        ("dotted keys that are just read", 3, keys(60_000, &dotted)),
        ("headers that are just read", 3, keys(375_000, &header)),
        ("tables that are just read", 3, "[[x]]\n".repeat(285_000)),
        ("numbers that are just read", 3, format!("x=[{}]", "1,".repeat(1_180_000))),
        ("mistakes that are all looked for", 3, "=\n".repeat(60_000)),
    ]);
}

/// Tables of draws that are as large as a table may be, and none.
#[test]
fn heavy_tables() {
    let columns = |count: usize| {
        let outcome = |at: usize| {
            format!("\n[[outcome]]\nname = \"o{at}\"\nrate = {{ draws = {{ file = \"p.csv\", column = \"c{at}\" }} }}\nafter = 1\n")
        };
        format!("{STARTER}{}", (0..count).map(outcome).collect::<String>())
    };
    let most = 64 * 1024 * 1024 - 100;
    let header = (0..30).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",");
    let row = format!("{}\n", ["1"; 30].join(","));
    for (what, count, table) in [
        ("rows of one letter", 1, format!("c0\n{}", "1\n".repeat(most / 2))),
        ("a header of millions", 1, "c0,".repeat(most / 3)),
        ("a row of millions", 1, format!("c0\n{}", ",".repeat(most))),
        ("a quote that does not close", 1, format!("c0\n\"{}", "1".repeat(most))),
        ("nothing but quotes", 1, format!("c0\n{}", "\"".repeat(most / 4))),
        ("a column that is not there", 1, format!("z\n{}", "1\n".repeat(most / 2))),
        ("thirty columns", 30, format!("{header}\n{}", row.repeat(most / row.len() - 2))),
    ] {
        meet_beside(vec![(what, 3, columns(count))], Some(&table));
    }
}
