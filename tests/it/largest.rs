//! Deals as large as the format allows, studies as large as a number can be written, names that meet, and Ctrl-C: an answer or an error,
//! never a panic, within bounds of time and memory. `benches/load/largest.py` measures the very largest.
#![cfg(feature = "cli")]

use pfsim::deal::PayorId;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::cli::{Folder, command};

/// Quarters, four cohorts of 60, a comparison.
const START: &str = r#"schema = 1
[deal]
name = "Large"
currency = "USD"
start = 2026-01-01
period = "quarter"
periods = 10
[simulation]
trials = 20
[program]
provider = "Our provider"
cohorts = { count = 4, size = 60 }
[[program.cost]]
name = "training"
per_participant = 3_000
[[outcome]]
name = "placed"
without = { beta = { mean = 0.45, sd = 0.05 } }
effect = { normal = { mean = 0.10, sd = 0.05 } }
after = 2
[[measure]]
name = "placement gain"
of = "placed"
method = { randomized = { comparison = 60 } }
pool = "all"
"#;

fn payor(text: &mut String, name: &str, cap: u32) {
    let _ = write!(text, "[[payor]]\nname = {name:?}\ncap = {cap}\n");
}

fn payment(text: &mut String, name: &str, payor: &str, each: usize) {
    let terms = format!("on = \"placement gain\"\nprice = {{ per_additional = {each} }}\npaid_after = 1\n");
    let _ = write!(text, "[[payment]]\nname = {name:?}\npayor = {payor:?}\n{terms}");
}

/// So many payments of one payor.
fn payments(count: usize) -> String {
    let mut text = START.to_string();
    payor(&mut text, "City", 900_000);
    (0..count).for_each(|at| payment(&mut text, &format!("payment {at}"), "City", 10 + at % 90));
    text
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The command is refused as one that cannot be used, and says these words.
fn refused(folder: &Folder, arguments: &[&str], words: &[&str]) {
    let output = pfsim(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
}

fn names(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
    names.sort();
    names
}

/// Payors whose names differ by capitals, by a number, or by letters that no file name has here: each has charts of its own, on file
/// systems that do not tell capitals apart either, and the folder is verified.
#[test]
fn names_that_meet_have_files_of_their_own() {
    let folder = Folder::new("meet");
    let mut text = START.to_string();
    let all = ["City", "CITY", "City 2", "Город", "市", "City-2"];
    for (at, name) in all.iter().enumerate() {
        payor(&mut text, name, 100_000 * (at as u32 + 1));
        payment(&mut text, &format!("for {name}"), name, 1_000 * (at + 1));
    }
    fs::write(folder.0.join("deal.toml"), text).expect("written");
    done(&folder, &["run", "deal.toml", "--out", "out"]);
    let charts = names(&folder.0.join("out"), ".svg");
    for kind in ["payor-liability", "payor-exceedance", "payments"] {
        let own: Vec<&String> = charts.iter().filter(|name| name.starts_with(kind)).collect();
        assert_eq!(own.len(), all.len(), "{charts:?}");
    }
    let told: BTreeSet<String> = charts.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(told.len(), charts.len());
    // Who asks for a name first has it; who asks for one with a number has that, too.
    let holds = |name: &str, who: &str| fs::read_to_string(folder.0.join("out").join(name)).is_ok_and(|svg| svg.contains(who));
    assert!(holds("payor-liability-city.svg", "City ") && holds("payor-liability-city-3.svg", "CITY "), "{charts:?}");
    assert!(holds("payor-liability-city-2.svg", "City 2 ") && holds("payor-liability.svg", "Город"), "{charts:?}");
    done(&folder, &["verify", "out"]);
}

/// Levels below and above zero are not the same name.
#[test]
fn a_sign_is_part_of_a_name() {
    let folder = Folder::new("sign");
    fs::write(folder.0.join("deal.toml"), payments(1)).expect("written");
    let sweep = r#"[sweep]
name = "signs"
scenarios = ["deal.toml"]
metrics = ["payors.total.mean"]
trials = 20
[[axis]]
name = "effect"
levers = ['outcome."placed".effect']
values = [-0.05, 0.05]
[[axis]]
name = "cap"
levers = ['payor."City".cap']
values = [100_000, 200_000]
[[axis]]
name = "price"
levers = ['payment."payment 0".price.per_additional']
values = [10, 20]
"#;
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    done(&folder, &["sweep", "sweep.toml", "--out", "out"]);
    let maps = names(&folder.0.join("out"), ".svg");
    assert_eq!(maps.len(), 2, "{maps:?}");
    assert_eq!(maps.iter().filter(|name| name.contains("minus-0-05")).count(), 1, "{maps:?}");
}

/// 900 payments: the charts are those of the largest, the page says so, and everything else is in the tables.
#[test]
fn many_payments_have_the_charts_of_few() {
    let folder = Folder::new("many");
    fs::write(folder.0.join("deal.toml"), payments(900)).expect("written");
    done(&folder, &["run", "deal.toml", "--out", "out"]);
    let out = folder.0.join("out");
    assert!(names(&out, ".svg").len() < 30);
    let size = |name: &str| fs::metadata(out.join(name)).expect(name).len();
    assert!(names(&out, ".png").iter().all(|name| size(name) < 2_000_000));
    assert!(size("report.html") < 4_000_000);
    let page = fs::read_to_string(out.join("report.html")).expect("the page");
    assert!(page.contains("The 12 largest of 900 payments") && page.contains("The first 500 of 900 "), "a word on the rest");
    let table = fs::read_to_string(out.join("metrics.csv")).expect("the table");
    assert!(table.contains("payment.\"\"payment 899\"\".paid") || table.contains("payment 899"), "all in the table");
}

/// Many payors and tranches: parts beyond the largest are one part, which still adds up, and blocks of fewer trials give the same bytes
/// whatever the number of threads.
#[test]
fn many_parties_over_a_long_time() {
    let folder = Folder::new("parties");
    let mut text = START.replace("period = \"quarter\"", "period = \"month\"").replace("periods = 10", "periods = 1200");
    for at in 0..60 {
        payor(&mut text, &format!("Payor {at}"), 100_000);
        payment(&mut text, &format!("payment {at}"), &format!("Payor {at}"), 100 + at);
        let _ = write!(text, "[[tranche]]\nname = \"tranche {at}\"\namount = 20_000\ncoupon = 0.05\nrank = {}\n", 1 + at % 7);
    }
    fs::write(folder.0.join("deal.toml"), text).expect("written");
    let json = |threads: &str| done(&folder, &["run", "deal.toml", "--no-files", "--json", "--trials", "100", "--threads", threads]);
    assert_eq!(json("1"), json("3"));
    done(&folder, &["run", "deal.toml", "--out", "out", "--trials", "5"]);
    let out = folder.0.join("out");
    let money = fs::read_to_string(out.join("sources-and-uses.svg")).expect("the chart");
    assert!(money.contains("48 more payors") && !money.contains("do not close"), "adds up");
    let returns = fs::read_to_string(out.join("tranche-returns.svg")).expect("the chart");
    assert!(returns.contains("12 largest of 60 tranches"));
    assert_eq!(names(&out, ".svg").iter().filter(|name| name.starts_with("payor-liability")).count(), 12);
}

/// More futures than anybody can wait for are refused before, wherever they are asked for.
#[test]
fn a_study_that_never_ends_is_not_begun() {
    let folder = Folder::new("never");
    fs::write(folder.0.join("deal.toml"), payments(1)).expect("written");
    let (many, all) = ("1000000000000000000", u64::MAX.to_string());
    for command in ["run", "information", "sensitivity", "stress", "power", "layers", "readiness", "cliffs"] {
        for trials in [many, all.as_str()] {
            refused(&folder, &[command, "deal.toml", "--trials", trials], &["would take", "years", "ask for"]);
            refused(&folder, &[command, "deal.toml", "--large", "--trials", trials], &["would take", "years"]);
        }
    }
    fs::write(folder.0.join("stated.toml"), payments(1).replace("trials = 20", &format!("trials = {many}"))).expect("written");
    refused(&folder, &["run", "stated.toml"], &["years"]);
    // What is kept of each future must find room.
    let information = ["information", "deal.toml", "--for", "payors.total", "--trials", "900_000_000_000"];
    refused(&folder, &information, &["GB of memory"]);
    for command in ["sensitivity", "stress"] {
        refused(&folder, &[command, "deal.toml", "--trials", "900_000_000_000"], &["GB of memory"]);
    }
    // Fewer are begun, timed, and left again.
    refused(&folder, &["run", "deal.toml", "--trials", "1e12"], &["1,000,000,000,000 trials would take about", "--large"]);
    assert_eq!(names(&folder.0, ""), ["deal.toml", "stated.toml"]);
}

/// A sweep of very many scenarios says what it would need, with and without --large.
#[test]
fn a_sweep_that_finds_no_room_is_not_begun() {
    let folder = Folder::new("room");
    fs::write(folder.0.join("deal.toml"), payments(1)).expect("written");
    let axis = |at: usize, lever: &str| {
        format!(
            "[[axis]]\nname = \"axis {at}\"\nlevers = ['{lever}']\nrange = {{ from = 1_000, to = 1_000_000, steps = 30_000, round = 1 }}\n"
        )
    };
    let head = "[sweep]\nname = \"room\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\n";
    let axes = axis(0, "payor.\"City\".cap") + &axis(1, "payment.\"payment 0\".cap");
    fs::write(folder.0.join("sweep.toml"), format!("{head}trials = 100\n{axes}")).expect("written");
    refused(&folder, &["sweep", "sweep.toml"], &["900,000,000 scenarios", "would take about"]);
    refused(&folder, &["sweep", "sweep.toml", "--large"], &["GB of memory"]);
    fs::write(folder.0.join("sweep.toml"), format!("{head}trials = 1000000000000000000\n{axes}")).expect("written");
    refused(&folder, &["sweep", "sweep.toml", "--large"], &["years"]);
}

/// Ctrl-C ends whatever is going on, soon: simulating, reading a large deal back, drawing one cohort person by person.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_anything_soon() {
    let folder = Folder::new("soon");
    fs::write(folder.0.join("many.toml"), payments(20_000)).expect("written");
    let people =
        START.replace("count = 4, size = 60", "count = 1, size = 900_000").replace("[simulation]", "[simulation]\none_by_one = true");
    fs::write(folder.0.join("people.toml"), people).expect("written");
    let before = names(&folder.0, "");
    for arguments in [
        &["check", "many.toml"][..],
        &["run", "people.toml", "--trials", "512"],
        &["run", "many.toml", "--trials", "900_000_000", "--large"],
    ] {
        let mut child = command(&folder, arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("pfsim runs");
        std::thread::sleep(std::time::Duration::from_millis(600));
        let start = std::time::Instant::now();
        let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        let code = child.wait().expect("it ends").code();
        // A second, and as much again for a machine that does much else.
        assert!(start.elapsed().as_secs_f64() < 4.0, "{arguments:?}: {:?}", start.elapsed());
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut said).expect("text");
        assert_eq!(code, Some(130), "{arguments:?}: {said}");
        assert!(said.contains("interrupted"), "{arguments:?}: {said}");
        assert_eq!(names(&folder.0, ""), before, "{arguments:?}");
    }
}

/// 50 payments over 1,200 months: the workbook looks nothing up line by line. One with more columns than a sheet has is an error.
#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_of_a_long_deal() {
    use pfsim::export::workbook::{Contents, bytes};
    use pfsim::numeric::each::Each;
    use pfsim::study::{Beside, Flows, Options, run_beside, trace};
    let mut text = START.replace("period = \"quarter\"", "period = \"month\"").replace("periods = 10", "periods = 1200");
    text = text.replace("count = 4, size = 60", "count = 200, size = 5").replace("pool = \"all\"", "pool = \"cohort\"");
    payor(&mut text, "City", 900_000);
    payor(&mut text, "CITY", 900_000);
    (0..50).for_each(|at| payment(&mut text, &format!("payment {at}"), ["City", "CITY"][at % 2], 10 + at));
    let deal = crate::support::deal(&text);
    let options = Options::default().trials(5).seed(1);
    let mut flows = Flows::default();
    let run = run_beside(&deal, &options, Beside { flows: Some(&mut flows), ..Beside::default() }).expect("a run");
    let trial = trace(&deal, 1, 0);
    assert!(trial.ledger.len() > 10_000);
    let start = std::time::Instant::now();
    let made = bytes(Contents { deal: &deal, run: &run, flows: &flows, trial: &trial, hash: "abc" }).expect("a workbook");
    assert!(made.len() > 100_000 && start.elapsed().as_secs_f64() < 90.0, "{:?}", start.elapsed());
    let mut wide = deal.clone();
    wide.payors = Each::filled(8_001, deal.payors[PayorId(0)].clone());
    assert!(bytes(Contents { deal: &wide, run: &run, flows: &flows, trial: &trial, hash: "abc" }).is_err());
}
