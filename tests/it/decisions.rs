//! Searches and stresses: against closed forms, exhaustive search and numbers worked out by hand.
#![cfg(feature = "cli")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use pfsim::deal::Deal;
use pfsim::experiment::solve::{Solve, load};
use pfsim::metrics::Catalogue;
use pfsim::question::Question;
use pfsim::scenario::{Scenario, Sources};
use pfsim::study::{self, Options, frontier, many, pack, solve, stress};
use statrs::distribution::{Binomial, Discrete, DiscreteCDF};

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(5)
}

/// 200 people, each placed with one half; a loan of a million pays all costs; the city pays for each placement.
const DEAL: &str = r#"schema = 1
[deal]
name = "Placements"
currency = "USD"
start = 2026-01-01
period = "year"
periods = 3
[simulation]
trials = 20_000
seed = 5
[program]
provider = "P"
cohorts = { count = 1, size = 200 }
[[program.cost]]
name = "work"
once = 1_000_000
from = 2026-01-01
[[outcome]]
name = "placed"
rate = 0.5
after = 1
[[payor]]
name = "City"
cap = 5_000_000
[[payment]]
name = "placements"
payor = "City"
on = "placed"
price = { per_unit = 12_000 }
[[tranche]]
name = "loan"
kind = "senior"
amount = 1_000_000
coupon = 0
"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-decisions-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("deal.toml"), DEAL).expect("written");
        Self(path)
    }

    fn question(&self, solve: &str, levers: &str) -> PathBuf {
        let path = self.0.join("question.toml");
        fs::write(&path, format!("[solve]\nname = \"A test\"\nscenario = \"deal.toml\"\n{solve}\n{levers}")).expect("written");
        path
    }

    fn load(&self, solve: &str, levers: &str) -> Solve {
        load(&self.question(solve, levers), &knows).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn knows(deal: &Deal, question: &Question) -> Result<(), String> {
    Catalogue::new(deal).asked(question).map(|_| ()).ok_or_else(String::new)
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pfsim"))
        .args(arguments)
        .current_dir(&folder.0)
        .env_remove("PFSIM_THREADS")
        .output()
        .expect("pfsim runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

const PRICE: &str =
    "[[lever]]\nname = \"price\"\nlevers = ['payment.\"placements\".price.per_unit']\nfrom = 5_000\nto = 60_000\nstep = 1\n";

/// Investors lose when fewer than 1,000,000 / price are placed. The lowest price at which that happens in at most a tenth of futures is a
/// million over the least k with P(Bin(200, ½) < k) ≤ 0.1, rounded up.
#[test]
fn the_lowest_price_is_that_of_the_closed_form() {
    let folder = Folder::new("price");
    let solved = folder.load("minimise = \"price\"\nsuch_that = [\"investors.loss <= 10%\"]", PRICE);
    let answer = solve(&solved, &options(20_000)).expect("an answer");
    let law = Binomial::new(0.5, 200).expect("a law");
    let k = (1..=200u64).take_while(|&k| law.cdf(k - 1) <= 0.1).last().expect("some k");
    let exact = (1_000_000.0 / k as f64).ceil();
    // The chances on both sides of the bound are more than five standard errors from it.
    assert!((law.cdf(k) - 0.1).abs() > 0.01 && (law.cdf(k - 1) - 0.1).abs() > 0.01 && law.pmf(k) > 0.02);
    let found = solved.levers[0].value(answer.best().steps[0]);
    assert!(answer.best().meets());
    assert!((found - exact).abs() <= 1.0, "{found} is not {exact}");
    assert_eq!(answer.binding, [0]);
    assert!(answer.tried.len() < 400, "{} candidates", answer.tried.len());
    assert!(answer.best().confidence[0].expect("a chance") > 0.999);
    // The highest price that keeps what the city pays in 19 of 20 futures below a bound: the 95% quantile of the placements.
    let solved = folder.load("maximise = \"price\"\nsuch_that = [\"payors.total.p95 <= 1_200_000\"]", PRICE);
    let answer = solve(&solved, &options(20_000)).expect("an answer");
    let quantile = (0..=200u64).find(|&k| law.cdf(k) >= 0.95).expect("a quantile");
    let exact = (1_200_000.0 / quantile as f64).floor();
    assert!((solved.levers[0].value(answer.best().steps[0]) - exact).abs() <= 1.0);
}

/// On two levers the search finds what trying everything finds, and its frontier falls.
#[test]
fn a_search_on_two_levers_is_as_good_as_trying_all() {
    let folder = Folder::new("two");
    let levers = "[[lever]]\nname = \"price\"\nlevers = ['payment.\"placements\".price.per_unit']\nfrom = 8_000\nto = 14_000\nstep = 100\n\
                  [[lever]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nfrom = 900_000\nto = 1_500_000\nstep = 20_000\n";
    let solved = folder.load(
        "minimise = \"payors.total.mean\"\nsuch_that = [\"investors.loss <= 0.2\", \"payors.total.p95 <= 1_300_000\"]\n\
         frontier = [\"payors.total.mean\", \"investors.loss\"]",
        levers,
    );
    let answer = solve(&solved, &options(2_000)).expect("an answer");
    assert!(answer.lattice == 61 * 31 && (answer.tried.len() as u64) < answer.lattice);
    let all: Vec<Vec<u32>> = (0..61).flat_map(|price| (0..31).map(move |cap| vec![price, cap])).collect();
    let deals: Vec<Deal> = all.iter().map(|steps| solved.deal(steps).expect("a deal")).collect();
    let runs = many(&deals.iter().collect::<Vec<_>>(), Some(&answer.questions), &options(2_000)).expect("runs");
    let value = |run: &study::Run, name: &str| run.answer(&Question::new(name)).expect("an answer")[0];
    let best = runs
        .iter()
        .filter(|run| solved.such_that.iter().all(|held| held.margin(value(run, &held.question.name)) >= 0.0))
        .map(|run| value(run, "payors.total.mean"))
        .fold(f64::INFINITY, f64::min);
    assert_eq!(answer.value(answer.best(), &Question::new("payors.total.mean"))[0], best);
    let points: Vec<[f64; 2]> = answer
        .tried
        .iter()
        .map(|tried| [answer.value(tried, &answer.questions[2])[0], answer.value(tried, &answer.questions[0])[0]])
        .collect();
    let front = frontier(&points);
    assert!(front.len() > 3);
    for pair in front.windows(2) {
        assert!(points[pair[0]][0] < points[pair[1]][0] && points[pair[0]][1] > points[pair[1]][1], "the frontier falls");
    }
    for (at, point) in points.iter().enumerate() {
        let beaten = points.iter().any(|other| other[0] <= point[0] && other[1] <= point[1] && other != point);
        assert_eq!(beaten, !front.iter().any(|&on| points[on] == *point), "{at}");
    }
}

#[test]
fn what_cannot_be_is_said_with_its_reason() {
    let folder = Folder::new("impossible");
    let levers = PRICE.replace("step = 1\n", "step = 1_000\n");
    folder.question("minimise = \"price\"\nsuch_that = [\"investors.loss <= 10%\", \"payors.total.p95 <= 1_000_000\"]", &levers);
    let output = pfsim(&folder, &["solve", "question.toml"]);
    assert_eq!(output.status.code(), Some(4), "{}", err(&output));
    let said = out(&output);
    assert!(said.contains("No terms meet every requirement; the closest are price = "), "{said}");
    assert!(said.contains("Each can be met by itself"), "{said}");
    folder.question("minimise = \"price\"\nsuch_that = [\"investors.irr.p50 >= 20_000%\"]", &levers);
    let output = pfsim(&folder, &["solve", "question.toml"]);
    assert!(output.status.code() == Some(4) && out(&output).contains("alone is out of reach: at best "), "{}", out(&output));
    folder.question("minimise = \"price\"\nsuch_that = [\"investors.loss <= 10%\"]", PRICE);
    let output = pfsim(&folder, &["solve", "question.toml", "--out", "found"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        // A search looks at some of the 55,001 prices, and says so.
        out(&output).contains("The lowest price of the ")
            && out(&output).contains(" combinations tried that meets every requirement: price = 1")
            && out(&output).contains("binds"),
        "{}",
        out(&output)
    );
    let names: Vec<String> = fs::read_dir(folder.0.join("found"))
        .expect("a folder")
        .map(|entry| entry.expect("one").file_name().to_string_lossy().into_owned())
        .collect();
    for name in ["answer.txt", "candidates.csv", "summary.json", "solve.toml", "scenario.toml"] {
        assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
    }
}

#[test]
fn searches_that_cannot_be() {
    let folder = Folder::new("wrong");
    let solve = "minimise = \"price\"\nsuch_that = [\"investors.loss <= 10%\"]";
    let mistakes = [
        ("no lever", solve.to_string(), String::new()),
        ("a goal that does not exist", solve.replace("\"price\"", "\"prize\""), PRICE.into()),
        ("two goals", format!("{solve}\nmaximise = \"investors.loss\""), PRICE.into()),
        ("nothing that must hold", solve.replace("\"investors.loss <= 10%\"", ""), PRICE.into()),
        ("a figure that does not exist", solve.replace("investors.loss", "investors.los"), PRICE.into()),
        ("no number", solve.replace("<= 10%", "is low"), PRICE.into()),
        ("a range the wrong way round", solve.into(), PRICE.replace("to = 60_000", "to = 600")),
        ("a step of nothing", solve.into(), PRICE.replace("step = 1", "step = 0")),
        ("a lever that does not exist", solve.into(), PRICE.replace("per_unit", "per_unt")),
        ("a value that no scenario takes", solve.into(), PRICE.replace("from = 5_000", "from = -5_000")),
        ("sure beyond doubt", format!("{solve}\nconfidence = 1.0"), PRICE.into()),
        ("an unknown key", format!("{solve}\ntrails = 3"), PRICE.into()),
        ("an unknown section", solve.into(), format!("{PRICE}\n[levers]\n")),
    ];
    let mut all = Vec::new();
    for (what, solve, levers) in mistakes {
        folder.question(&solve, &levers);
        let output = pfsim(&folder, &["solve", "question.toml", "--color", "never", "--out", "none"]);
        assert_eq!(output.status.code(), Some(3), "{what}: {}", err(&output));
        all.push(format!("=== {what}\n{}", err(&output).trim_end()));
    }
    assert!(!folder.0.join("none").exists(), "nothing is written");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("solve", all.join("\n\n"));
    });
}

/// Each misfortune does what it says, by numbers that follow from the deal.
#[test]
fn the_pack_does_what_it_says() {
    let text = DEAL
        .replace("rate = 0.5", "without = 0.3\neffect = 0.2\nper_point_of_unemployment = -0.02")
        .replace("[[outcome]]", "[economy]\npersistence_per_year = 0.5\nsd = 0.0\n[[outcome]]")
        .replace("on = \"placed\"", "on = \"found\"")
        .replace(
            "[[payor]]",
            "[[records]]\nname = \"R\"\nmatch_rate = { triangular = { low = 0.85, mode = 0.9, high = 0.95 } }\n\
                  [[measure]]\nname = \"found\"\nof = \"placed\"\nrecords = \"R\"\n[[payor]]",
        );
    let scenario = Scenario::new("deal.toml", text, Sources::default()).unwrap_or_else(|problems| panic!("{problems}"));
    let (deal, pack) = (scenario.deal.clone(), pack(&scenario));
    let names = [
        "program.enrolled",
        "outcome.\"placed\".count.mean",
        "outcome.\"placed\".additional",
        "program.cost",
        "measure.\"found\".units",
        "payors.total",
    ];
    let questions = names.map(Question::new).to_vec();
    let (base, found) = stress(&deal, &pack, &questions, &options(20_000)).expect("stressed");
    let of = |name: &str| found.iter().find(|one| one.name == name).expect("a stress").figures.clone().expect("possible");
    let near = |figure: [f64; 2], truth: f64| assert!((figure[0] - truth).abs() <= 4.8916 * figure[1] + 1e-9, "{figure:?} is not {truth}");
    near(base[1], 100.0);
    near(of("recession")[1], 200.0 * (0.5 - 4.0 * 0.02));
    near(of("effect halves")[1], 200.0 * 0.4);
    near(of("effect halves")[2], 200.0 * 0.1);
    near(of("no effect")[2], 0.0);
    near(of("no effect")[1], 60.0);
    assert_eq!(of("enrolment −40%")[0][0], 120.0);
    near(of("enrolment −40%")[1], 60.0);
    assert_eq!(base[3][0], 1_000_000.0);
    near(base[4], 90.0);
    near(of("match rate −15 points")[4], 75.0);
    near(of("match rate −15 points")[1], 100.0);
    // What it costs, whether or not a million of loan pays for it.
    assert_eq!(of("costs +20%")[3][0], 1_200_000.0);
    assert_eq!(of("City stops")[5][0], 0.0);
    near(of("a year late")[1], 100.0);
    let plain = Scenario::new("deal.toml", DEAL.into(), Sources::default()).expect("a deal");
    let (_, found) = stress(&plain.deal, &study::pack(&plain), &questions[..1], &options(100)).expect("stressed");
    let refused: Vec<&str> = found.iter().filter(|one| one.figures.is_err()).map(|one| one.name.as_str()).collect();
    assert_eq!(refused, ["recession", "effect halves", "no effect", "match rate −15 points"]);
}

/// A scenario that draws from a table beside it is changed where it stands, whatever stands in the change; without an effect nothing of it is
/// left, not even what the economy moves; and a sweep on another table is another sweep.
#[test]
fn what_is_changed_keeps_its_tables() {
    let folder = Folder::new("tables");
    let place = folder.0.join("in");
    fs::create_dir_all(&place).expect("a folder");
    let effect = "effect = { draws = { file = \"effect.csv\", column = \"effect\" } }";
    let text = DEAL
        .replace("rate = 0.5", &format!("without = 0.3\n{effect}\neffect_per_point_of_unemployment = 0.01"))
        .replace("[[outcome]]", "[economy]\npersistence_per_year = 0.5\nsd = 2.0\n[[outcome]]");
    fs::write(place.join("deal.toml"), text).expect("written");
    fs::write(place.join("effect.csv"), "effect\n0.1\n0.3\n").expect("written");
    let output = pfsim(&folder, &["stress", "in/deal.toml", "--trials", "500", "--of", "outcome.\"placed\".additional", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out(&output)).unwrap_or_else(|_| panic!("{}", err(&output)));
    let of = |name: &str| found["stresses"].as_array().expect("a list").iter().find(|one| one["name"] == name).expect("a stress").clone();
    assert_eq!(of("no effect")["figures"]["outcome.\"placed\".additional"]["value"], 0.0);
    assert!(of("a year late")["figures"].is_object(), "{}", of("a year late"));
    let done = |arguments: &[&str]| {
        let output = pfsim(&folder, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
    };
    done(&["information", "in/deal.toml", "--trials", "200", "--for", "investors.npv", "--option", "a/b: deal.name=\"a/b\""]);
    done(&["sensitivity", "in/deal.toml", "--trials", "200", "--paths", "2", "--move", "payor.\"City\".cap=1_000_000..2_000_000"]);
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"in/deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 100\n\
                 [[axis]]\nname = \"n\"\nlevers = [\"deal.name\"]\nvalues = [\"a/b\", \"c\"]\n";
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    done(&["sweep", "sweep.toml", "--out", "s"]);
    fs::write(place.join("effect.csv"), "effect\n0.1\n0.4\n").expect("written");
    let output = pfsim(&folder, &["sweep", "sweep.toml", "--out", "s"]);
    assert!(output.status.code() == Some(1) && err(&output).contains("not a folder of this sweep"), "{}", err(&output));
}

#[test]
fn stress_and_information_speak() {
    let folder = Folder::new("speak");
    let flagship =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/programs/per-scholas-alumni-upskilling.toml").display().to_string();
    let output = pfsim(&folder, &["stress", &flagship, "--trials", "4_000"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let said = out(&output);
    for words in [
        "recession",
        "“no effect” moves this most: chance that all loans together will lose money",
        "What has to happen so that all loans together",
        "of all such cases",
    ] {
        assert!(said.contains(words), "{words} in\n{said}");
    }
    assert!(out(&pfsim(&folder, &["stress", &flagship, "--trials", "500", "--json"])).contains("\"reverse\""));
    let output = pfsim(&folder, &["stress", &flagship, "--for", "payors.total"]);
    assert!(output.status.code() == Some(2) && err(&output).contains("name a chance"), "{}", err(&output));
    let option = "larger: measure.\"thriving gain\".method.randomized.comparison=150; payor.\"City of Dallas\".cap=400_000";
    let pilot = "thriving job.effect=0.03";
    let output = pfsim(&folder, &["information", &flagship, "--trials", "4_000", "--option", option, "--pilot", pilot]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let said = out(&output);
    for words in ["sign nothing", "sign it", "larger", "thriving job.effect", "a pilot that finds", "all inputs", "perfect information"] {
        assert!(said.contains(words), "{words} in\n{said}");
    }
    for (wrong, words) in [
        (["--pilot", "thriving job.efect=0.03"], "there are: "),
        (["--pilot", "thriving job.effect=-1"], "INPUT=ERROR"),
        (["--option", "cap"], "NAME: PATH=VALUE"),
        (["--option", "sign it: deal.name=\"again\""], "two options are called “sign it”"),
        (["--option", "a: payor.\"Nobody\".cap=1"], "Nobody"),
        (["--for", "investors.loss"], "not a number of each trial"),
        (["--for", "investors.nvp"], "did you mean `investors.npv`?"),
    ] {
        let output = pfsim(&folder, &["information", &flagship, "--trials", "100", wrong[0], wrong[1]]);
        assert!(output.status.code() == Some(2) && err(&output).contains(words), "{wrong:?}: {}", err(&output));
    }
    let output = pfsim(&folder, &["sensitivity", &flagship, "--trials", "3_000", "--paths", "2", "--out", "which"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("which input matters?") && folder.0.join("which/tornado-payors-total-mean.svg").exists());
    for (wrong, words) in [("payor.\"Nobody\".cap=1..2", "Nobody"), ("x=1", "PATH=FROM..TO"), ("deal.periods=20..a", "PATH=FROM..TO")] {
        let output = pfsim(&folder, &["sensitivity", &flagship, "--trials", "100", "--move", wrong]);
        assert!(output.status.code() == Some(2) && err(&output).contains(words), "{wrong}: {}", err(&output));
    }
}
