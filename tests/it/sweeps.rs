//! Many scenarios: worlds that are shared, designs, sweeps that are killed and go on, and sweeps that cannot be.
#![cfg(feature = "cli")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pfsim::deal::Deal;
use pfsim::metrics::Catalogue;
use pfsim::question::{Figure, Question, Requirement};
use pfsim::sampling::points;
use pfsim::scenario;
use pfsim::study::{Options, many, run};

const FLAGSHIP: &str = include_str!("../../scenarios/programs/per-scholas-alumni-upskilling.toml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(11).audit(true)
}

fn with(set: &str) -> Deal {
    let text = scenario::overrides::apply(FLAGSHIP, &[set.to_string()]).expect("a change");
    crate::support::deal(&text)
}

/// Settling many term sheets on one world gives what each gives alone, to the last bit; so does keeping only what is asked.
#[test]
fn together_is_as_alone() {
    let deals = [
        with("deal.name=\"as it is\""),
        with("payment.\"additional thriving jobs\".price.per_additional=9_000"),
        with("outcome.\"thriving job\".per_point_of_unemployment=-0.03"),
        with("payor.\"State workforce agency\".cap=700_000"),
        with("tranche.\"senior loan\".coupon=0.09"),
    ];
    let deals: Vec<&Deal> = deals.iter().collect();
    let asked: Vec<Question> =
        ["payors.total.p95", "investors.loss", "investors.total_loss", "investors.irr_reaches_hurdle", "tranche.\"junior loan\".gain.es5"]
            .map(Question::new)
            .to_vec();
    let (all, few) = (many(&deals, None, &options(1_300)).expect("runs"), many(&deals, Some(&asked), &options(1_300)).expect("runs"));
    let answers = |run: &pfsim::study::Run| asked.iter().map(|question| run.answer(question).expect("an answer")).collect::<Vec<_>>();
    for ((deal, together), little) in deals.iter().zip(&all).zip(&few) {
        let alone = run(deal, &options(1_300)).expect("a run");
        assert_eq!(format!("{:?}", alone.metrics), format!("{:?}", together.metrics));
        assert_eq!(format!("{:?}", alone.chances), format!("{:?}", together.chances));
        assert_eq!(answers(&alone), answers(little));
        assert!(little.metrics.len() < alone.metrics.len());
    }
    assert_ne!(answers(&all[0]), answers(&all[1]), "another price is another deal");
}

#[test]
fn figures_and_requirements_have_names() {
    let question = Question::new("payor.\"A.p95\".total.p95");
    assert_eq!((question.metric.as_str(), question.figure), ("payor.\"A.p95\".total", Figure::P95));
    assert_eq!(Question::new("investors.loss").figure, Figure::Mean);
    let requirement = Requirement::new("investors.loss <= 10%").expect("a requirement");
    assert_eq!((requirement.bound, requirement.at_most), (0.1, true));
    assert!(requirement.margin(0.05) > 0.0 && requirement.margin(0.2) < 0.0);
    assert_eq!(Requirement::new("payors.total.p95 >= 1_400_000").expect("a requirement").bound, 1_400_000.0);
    for wrong in ["investors.loss", "<= 3", "a <= b", "a < 3", "a <= inf"] {
        assert!(Requirement::new(wrong).is_none(), "{wrong}");
    }
    let catalogue = Catalogue::new(&with("deal.name=\"x\""));
    assert!(catalogue.asked(&Question::new("investors.loss.p95")).is_none(), "a chance has no percentiles");
    assert!(catalogue.asked(&Question::new("payors.total.es5")).is_none(), "only gains have a lower tail");
}

/// Each axis of a Latin hypercube has exactly one point in each cell, in an order that differs from axis to axis; a Sobol sequence of 2ⁿ
/// points has exactly one in each of 2ⁿ cells of every axis.
#[test]
fn designs_cover_every_axis_evenly() {
    for count in [1_u64, 2, 7, 64, 1_000] {
        let cells = |axis: u32| (0..count).map(|index| (points::latin(5, axis, count, index) * count as f64) as u64).collect::<Vec<_>>();
        for axis in 0..3 {
            assert_eq!(cells(axis).into_iter().collect::<HashSet<_>>().len() as u64, count);
        }
        assert!(count < 64 || cells(0) != cells(1));
    }
    for axis in 0..5 {
        let cells: HashSet<u64> = (0..256).map(|index| (points::sobol(5, axis, index) * 256.0) as u64).collect();
        assert_eq!(cells.len(), 256);
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-sweeps-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn sweep(&self, trials: u32, steps: u32) -> String {
        fs::write(self.0.join("deal.toml"), FLAGSHIP).expect("written");
        let text = format!(
            "[sweep]\nname = \"A test\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.p95\", \"investors.loss\"]\n\
             minimise = \"payors.total.mean\"\nsuch_that = [\"investors.loss <= 45%\"]\ntrials = {trials}\n\
             [[axis]]\nname = \"unemployment\"\nlevers = ['outcome.\"thriving job\".per_point_of_unemployment']\n\
             values = [-0.03, -0.015]\n[[axis]]\nname = \"price\"\nlevers = ['payment.\"additional thriving jobs\".price.per_additional']\n\
             range = {{ from = 9_000, to = 21_000, steps = {steps} }}\n"
        );
        let path = self.0.join("sweep.toml");
        fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    fn contents(&self, out: &str) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.0.join(out)).expect("the folder").map(|entry| entry.expect("an entry").path());
        let file = |path: PathBuf| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("a file"));
        let mut all: Vec<(String, Vec<u8>)> = entries.map(file).collect();
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pfsim"));
    command.args(arguments).current_dir(&folder.0).env_remove("PFSIM_THREADS");
    command
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}", err(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A finished sweep is made again from its rows, and on another number of threads they are the same.
#[test]
fn a_sweep_is_the_same_again() {
    let folder = Folder::new("again");
    let file = folder.sweep(600, 9);
    let said = done(&folder, &["sweep", &file, "--out", "whole"]);
    assert!(said.contains("scenarios meet “chance that all loans together will lose money: at most 45.0%”"), "{said}");
    assert_eq!(said, done(&folder, &["sweep", &file, "--out", "one", "--threads", "1"]));
    assert_eq!(folder.contents("whole"), folder.contents("one"));
    assert_eq!(said, done(&folder, &["sweep", &file, "--out", "whole"]));
    assert_eq!(folder.contents("whole"), folder.contents("one"));
}

/// A sweep that is killed goes on from what is on the disk, a line that was cut short included, and gives the same bytes.
#[test]
fn a_killed_sweep_goes_on() {
    let folder = Folder::new("killed");
    let file = folder.sweep(3_000, 160);
    let mut child = command(&folder, &["sweep", &file, "--out", "killed", "--quiet"]).spawn().expect("pfsim runs");
    let journal = folder.0.join("killed/journal.txt");
    let lines = || fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    for _ in 0..6_000 {
        if lines() > 64 || child.try_wait().expect("a child").is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!((65..=320).contains(&lines()), "{} lines", lines());
    assert!(!folder.0.join("killed/sweep.csv").exists(), "nothing looks finished");
    let mut text = fs::read(&journal).expect("a journal");
    text.truncate(text.len() - 7);
    fs::write(&journal, text).expect("cut short");
    let again = pfsim(&folder, &["sweep", &file, "--out", "killed"]);
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    assert!(err(&again).contains("scenarios made before"), "{}", err(&again));
    done(&folder, &["sweep", &file, "--out", "whole"]);
    assert_eq!(folder.contents("killed"), folder.contents("whole"));
}

#[test]
fn sweeps_that_cannot_be() {
    let folder = Folder::new("wrong");
    let file = folder.sweep(100, 3);
    let text = fs::read_to_string(&file).expect("the sweep");
    let mistakes = [
        ("a lever that does not exist", "price.per_additional", "price.per_aditional"),
        ("a payment that does not exist", "payment.\"additional thriving jobs\"", "payment.\"other\""),
        ("an axis without values", "values = [-0.03, -0.015]", "values = []"),
        ("values and a range", "values = [-0.03, -0.015]", "values = [-0.03]\nrange = { from = 1, to = 2 }"),
        ("a figure that does not exist", "payors.total.p95", "payors.totl.p95"),
        ("a chance has no percentiles", "\"investors.loss\"]", "\"investors.loss.p95\"]"),
        ("a requirement without a number", "investors.loss <= 45%", "investors.loss is low"),
        ("a scenario that does not exist", "deal.toml", "dael.toml"),
        ("points of a grid", "trials = 100", "points = 5"),
        ("a Sobol design without points", "trials = 100", "design = \"sobol\""),
        ("a list of unlike lengths", "trials = 100", "design = \"list\""),
        ("a value that no scenario takes", "from = 9_000", "from = -9_000"),
        ("an unknown key", "trials = 100", "trails = 100"),
        ("a range to itself", "to = 21_000", "to = 9_000"),
        ("an empty file", "[sweep]", "#"),
    ];
    let mut all = Vec::new();
    for (what, old, new) in mistakes {
        let wrong = text.replacen(old, new, 1);
        assert_ne!(wrong, text, "{what}");
        fs::write(folder.0.join("wrong.toml"), wrong).expect("written");
        let output = pfsim(&folder, &["sweep", "wrong.toml", "--color", "never"]);
        assert_eq!(output.status.code(), Some(3), "{what}: {}", err(&output));
        all.push(format!("=== {what}\n{}", err(&output).trim_end()));
    }
    assert!(!folder.0.join("out").exists(), "nothing is written");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("sweep", all.join("\n\n"));
    });
}

#[test]
fn sweeps_that_are_refused() {
    let folder = Folder::new("refused");
    let file = folder.sweep(100, 900_000);
    let output = pfsim(&folder, &["sweep", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("1,800,000 scenarios of 100 trials would take about"), "{}", err(&output));
    let file = folder.sweep(100, 3);
    done(&folder, &["sweep", &file, "--out", "mine"]);
    let before = folder.contents("mine");
    let other = folder.sweep(200, 3);
    let output = pfsim(&folder, &["sweep", &other, "--out", "mine"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("is not a folder of this sweep"), "{}", err(&output));
    assert_eq!(before, folder.contents("mine"), "nothing is overwritten");
    // Something without an end is no journal.
    if Path::new("/dev/full").exists() {
        let full = folder.0.join("full");
        fs::create_dir_all(&full).expect("a folder");
        std::os::unix::fs::symlink("/dev/full", full.join("journal.txt")).expect("a link");
        assert_eq!(pfsim(&folder, &["sweep", &other, "--out", "full"]).status.code(), Some(1));
        assert!(!full.join("sweep.csv").exists());
    }
}

/// Every sweep of the repository runs with few trials and answers its question in a sentence.
#[test]
fn the_sweeps_here_answer_their_questions() {
    let folder = Folder::new("ours");
    let mut seen = 0;
    // The scenarios are behind a link, which leads out of the folder.
    std::os::unix::fs::symlink(root().join("scenarios/programs"), folder.0.join("programs")).expect("a link");
    for entry in fs::read_dir(root().join("scenarios")).expect("the scenarios") {
        let path = entry.expect("an entry").path();
        let text = if path.extension().is_some_and(|end| end == "toml") { fs::read_to_string(&path).expect("a file") } else { continue };
        if !text.lines().any(|line| line == "[sweep]") {
            continue;
        }
        let quick: String =
            text.lines().map(|line| if line.starts_with("trials = ") { "trials = 300\n".into() } else { format!("{line}\n") }).collect();
        assert_ne!(quick, text);
        fs::write(folder.0.join("quick.toml"), quick).expect("written");
        let said = done(&folder, &["sweep", "quick.toml", "--allow-outside", "--out", &format!("out{seen}")]);
        assert!(said.contains("scenarios meet") || said.contains("None of the"), "{said}");
        let names: Vec<String> = folder.contents(&format!("out{seen}")).into_iter().map(|(name, _)| name).collect();
        assert!(names.iter().any(|name| name.ends_with(".svg")), "{names:?}");
        seen += 1;
    }
    assert!(seen >= 4);
}
