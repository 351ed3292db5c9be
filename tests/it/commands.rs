//! Commands as their users give them, with the flags that other tests leave out: what they print and write, against numbers worked by hand.
#![cfg(all(feature = "cli", unix))]

mod many;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::cli::{Folder, command};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// 100 people at $300; half of them get a job, give or take.
const HEAD: &str = "schema = 1\n[deal]\nname = \"steps\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
    [simulation]\ntrials = 2_000\nseed = 5\n\
    [program]\nprovider = \"p\"\ncohorts = { count = 1, size = 100 }\n[[program.cost]]\nname = \"service\"\nper_participant = 300\n\
    [[outcome]]\nname = \"job\"\nrate = { beta = { mean = 0.5, sd = 0.1 } }\n\
    [[tranche]]\nname = \"loan\"\nkind = \"senior\"\namount = 30_000\nresidual_share = 1\n[[payor]]\nname = \"P\"\ncap = 60_000\n";

const STEPS: &str = "[[payment]]\nname = \"a b\"\npayor = \"P\"\non = \"job\"\npaid_after = 1\n\
    price = { by = \"rate\", steps = [{ from = 0.4, pay = 10_000 }, { from = 0.6, pay = 50_000 }] }\n";

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What a command prints that is to end well.
fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What a command says on stderr that is to end with `code`.
fn fails(folder: &Folder, arguments: &[&str], code: i32) -> String {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stderr)
}

fn json(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn has(said: &str, words: &[&str]) {
    let lacks: Vec<&&str> = words.iter().filter(|words| !said.contains(**words)).collect();
    assert!(lacks.is_empty(), "{lacks:?} is not in\n{said}");
}

impl Folder {
    fn file(&self, name: &str, contents: &str) {
        fs::write(self.0.join(name), contents).expect("written");
    }
}

/// 50,000 for 60 successes are 833.33 for each: the 40th alone pays 12 times that, the 60th 48 times.
#[test]
fn cliffs_in_a_folder() {
    let folder = Folder::new("cliffs");
    let second = STEPS.replace("\"a b\"", "\"a-b\"").replace("steps = [{ from = 0.4, pay = 10_000 }, ", "steps = [");
    folder.file("deal.toml", &format!("{HEAD}{STEPS}{second}").replace("cap = 60_000", "cap = 600_000"));
    let said = done(&folder, &["cliffs", "deal.toml", "--out", "cliffs"]);
    has(
        &said,
        &[
            "“a b”, paid on “job”",
            "After 39 of 100 (39.0%) one more success pays $10,000, 12 times the average.",
            "After 59 of 100 (59.0%) one more success pays $40,000, 48 times the average.",
            "From 0 of 100 (0.0%) to 39 of 100 (39.0%) it pays $0: success that ends short of that is not paid for.",
            "From 60 of 100 (60.0%) to 100 of 100 (100.0%) it stays at $50,000: more success is not paid for.",
            "Without steps, for the same money from all payors (expected $",
            "price = { pieces = [{ from = 0.2, pay = 0, per_point = ",
            // One step from 0.6: the line begins and ends half of that beside it.
            "price = { pieces = [{ from = 0.3, pay = 0, per_point = ",
        ],
    );
    let results = folder.0.join("cliffs");
    let of_the_chart = if cfg!(feature = "png") { vec!["png", "svg"] } else { vec!["svg"] };
    let charts = ["cliffs-a-b-2", "cliffs-a-b"].map(|stem| of_the_chart.iter().map(move |end| format!("{stem}.{end}")));
    let mut expected: Vec<String> =
        charts.into_iter().flatten().chain(["cliffs.txt", "manifest.sha256", "summary.json"].map(String::from)).collect();
    expected.sort();
    assert_eq!(names(&results), expected, "payments whose names differ by a sign have a chart each");
    assert_eq!(fs::read_to_string(results.join("cliffs.txt")).expect("text"), said);
    let [first, other] = ["cliffs-a-b.svg", "cliffs-a-b-2.svg"].map(|name| fs::read_to_string(results.join(name)).expect("a chart"));
    has(&first, &["“a b” has 2 cliffs"]);
    has(&other, &["“a-b” has a cliff"]);
    let found = json(&fs::read_to_string(results.join("summary.json")).expect("JSON"));
    assert_eq!(found, json(&done(&folder, &["cliffs", "deal.toml", "--json", "--quiet"])));
    let smoother = &found["payments"]["a b"]["smoother"];
    let more = &smoother["costs_more"];
    let [cost, more, error] =
        [&smoother["cost_of_steps"], &more["value"], &more["standard_error"]].map(|number| number.as_f64().expect("a number"));
    assert!(cost > 5_000.0 && more.abs() <= error, "{smoother}");
    // The price holds its cost where it is pasted.
    let price = smoother["price"].as_str().expect("a price").trim_start_matches("price = ").to_string();
    let paid = |set: &[&str]| {
        let arguments = [&["run", "deal.toml", "--no-files", "--json"], set].concat();
        json(&done(&folder, &arguments))["metrics"]["payment.\"a b\".paid"]["mean"]["value"].as_f64().expect("a mean")
    };
    let set = format!("payment.\"a b\".price={price}");
    assert!((paid(&["--set", &set]) - paid(&[]) - more).abs() < 1e-6);
    // Without any success that is paid for, there is nothing to look at.
    folder.file("none.toml", &HEAD.replace("[[payor]]\nname = \"P\"\ncap = 60_000\n", ""));
    has(&done(&folder, &["cliffs", "none.toml"]), &["No payment is paid on a result."]);
    fails(&folder, &["cliffs", "deal.toml", "--times", "0.5"], 2);
}

/// A file may write its payments as a list of values; they are found by name as well.
#[test]
fn payments_in_a_list_of_values() {
    let folder = Folder::new("inline");
    let inline = "payment = [{ name = \"a\", payor = \"P\", on = \"job\", paid_after = 1, \
        price = { by = \"rate\", steps = [{ from = 0.4, pay = 10_000 }, { from = 0.6, pay = 50_000 }] } }]\n";
    folder.file("deal.toml", &format!("{inline}{HEAD}"));
    has(&done(&folder, &["cliffs", "deal.toml"]), &["price = { pieces = [{ from = 0.2, pay = 0, per_point = "]);
    let set = |set: &str| done(&folder, &["check", "deal.toml", "--no-simulation", "--set", set]);
    has(&set("payment.a.price={ lump_sum = 7 }"), &["$7"]);
    has(&set("payment[0].price={ lump_sum = 8 }"), &["$8"]);
    let wrong = |set: &str, why: &str| has(&fails(&folder, &["check", "deal.toml", "--set", set], 2), &[why]);
    wrong("payment.b.price={ lump_sum = 7 }", "there is no `b` here: did you mean `a`?");
    wrong("outcome.rate=1", "`outcome` is a list: name one of its tables");
    wrong("deal.name.first=1", "`name` is a plain value: nothing can be set inside it");
    folder.file("other.toml", &HEAD.replace("cohorts = { count = 1, size = 100 }", "cohorts = { sizes = [100, 80], periods = [0, 1] }"));
    has(&done(&folder, &["check", "other.toml", "--no-simulation", "--set", "program.cohorts.sizes[1]=60"]), &["160"]);
    let said = fails(&folder, &["check", "other.toml", "--set", "program.cohorts.sizes[1].a=60"], 2);
    has(&said, &["element 1 of `sizes` is not a table"]);
}

/// State owes 40,000 and pays 10,000 of it; the loan loses 10,000 of its 20,000, of which the guarantee bears 4,000.
#[test]
fn comparisons_in_a_folder() {
    let folder = Folder::new("compare");
    let certain = HEAD
        .replace("size = 100", "size = 40")
        .replace("= 300", "= 500")
        .replace("{ beta = { mean = 0.5, sd = 0.1 } }", "1.0")
        .replace("amount = 30_000\nresidual_share = 1", "amount = 20_000")
        .replace("cap = 60_000", "cap = 10_000")
        + "[[payment]]\nname = \"jobs\"\npayor = \"P\"\non = \"job\"\nprice = { per_unit = 1_000 }\npaid_after = 1\n";
    folder.file("a.toml", &certain);
    folder.file("b.toml", &format!("{certain}[[guarantee]]\nname = \"G\"\nguarantor = \"Foundation\"\nof = \"loan\"\namount = 4_000\n"));
    let trials = ["--trials", "600"];
    let said = done(&folder, &[&["compare", "a.toml", "b.toml", "--out", "both"], &trials[..]].concat());
    has(
        &said,
        &["guarantee.\"G\": added, ", "moves $4,000 from G to loan.", "chance to be called", "Altogether B moves $4,000 from G to loan."],
    );
    assert_eq!(names(&folder.0.join("both")), ["a.toml", "b.toml", "comparison.txt", "manifest.sha256", "summary.json"]);
    assert_eq!(fs::read_to_string(folder.0.join("both/comparison.txt")).expect("text"), said);
    assert_eq!(fs::read_to_string(folder.0.join("both/a.toml")).expect("A"), certain);
    let printed = json(&done(&folder, &[&["compare", "a.toml", "b.toml", "--json", "--quiet", "--out", "both"], &trials[..]].concat()));
    assert_eq!(printed, json(&fs::read_to_string(folder.0.join("both/summary.json")).expect("JSON")));
    assert_eq!(printed["clauses"][0]["moves"]["guarantee.G"]["value"], -4_000.0);
    assert_eq!(printed["clauses"][0]["moves"]["tranche.loan"]["value"], 4_000.0);
    // The way back.
    let said = done(&folder, &[&["compare", "b.toml", "a.toml"], &trials[..]].concat());
    has(&said, &["guarantee.\"G\": gone, was ", "moves $4,000 from loan to G."]);
    // Clauses that need each other, and one that moves nothing: State owes 40,000 whether it may pay 50,000 or 60,000.
    let rich = certain.replace("cap = 10_000", "cap = 50_000");
    folder.file("a.toml", &rich);
    let more = |name: &str| format!("[[payment]]\nname = \"{name}\"\npayor = \"City\"\non = \"job\"\nprice = {{ per_unit = 100 }}\n");
    let city = format!("[[payor]]\nname = \"City\"\n{}{}{}", more("x"), more("y"), more("z"));
    folder.file("b.toml", &(rich.replace("cap = 50_000", "cap = 60_000") + &city));
    let said = done(&folder, &[&["compare", "a.toml", "b.toml"], &trials[..]].concat());
    has(
        &said,
        &[
            "payor.\"P\".cap: 50_000 → 60_000 moves no money.",
            "These depend on each other and are changed together.",
            "; and 1 more moves $12,000 from City to ",
            "over every order in which they could be changed",
        ],
    );
    let sets =
        ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| format!("[[tranche]]\nname = \"{name}\"\nkind = \"grant\"\namount = 10\n"));
    folder.file("b.toml", &(rich + &sets.concat()));
    let said = done(&folder, &[&["compare", "a.toml", "b.toml"], &trials[..]].concat());
    has(&said, &["over a few orders in which they could be changed, drawn with the seed"]);
    // Both wrong: both are said.
    for name in ["a.toml", "b.toml"] {
        folder.file(name, &certain.replace("currency", &format!("curency-{}", &name[..1])));
    }
    has(
        &fails(&folder, &["compare", "a.toml", "b.toml"], 3),
        &["unknown key `curency-a`", "unknown key `curency-b`", "nothing was written"],
    );
}

#[test]
fn runs_say_how_long_and_colour_what_is_wrong() {
    let folder = Folder::new("flags");
    folder.file("deal.toml", STARTER);
    let output = pfsim(&folder, &["run", "deal.toml", "--no-files", "--trials", "1_000", "--timing"]);
    let timing = json(&text(&output.stderr));
    assert_eq!(timing["trials"], 1_000);
    let [seconds, rate] = ["seconds", "trials_per_second"].map(|key| timing[key].as_f64().expect("a number"));
    assert!(seconds > 0.0 && (rate * seconds / 1_000.0 - 1.0).abs() < 0.01, "{timing}");
    folder.file("wrong.toml", &STARTER.replace("periods = 16", "perriods = 16"));
    for (colour, coloured) in [("always", true), ("never", false), ("auto", false)] {
        let said = fails(&folder, &["check", "wrong.toml", "--color", colour], 3);
        assert_eq!(said.contains('\u{1b}'), coloured, "{colour}: {said:?}");
    }
    // On a terminal, a bar; it is gone in the end.
    if Command::new("script").arg("--version").output().is_ok() {
        let run = format!("'{}' run deal.toml --no-files", env!("CARGO_BIN_EXE_pfsim"));
        let mut terminal = Command::new("script");
        terminal.args(["-qec", &run, "/dev/null"]).current_dir(&folder.0).env("TERM", "xterm").stdin(Stdio::null());
        let output = terminal.output().expect("script");
        assert_eq!(output.status.code(), Some(0));
        has(&String::from_utf8_lossy(&output.stdout), &["of 20,000 trials", "My first deal"]);
    }
}

/// Ctrl-C twice ends at once: 130, and nothing is left.
#[test]
fn interrupted_twice() {
    let folder = Folder::new("twice");
    folder.file("deal.toml", STARTER);
    for _ in 0..5 {
        let mut child =
            command(&folder, &["run", "deal.toml", "--trials", "900_000_000"]).stderr(Stdio::null()).spawn().expect("pfsim runs");
        std::thread::sleep(std::time::Duration::from_millis(300));
        let id = child.id();
        let kill = format!("kill -INT {id}; kill -INT {id}; kill -INT {id} 2> /dev/null; true");
        assert!(Command::new("bash").args(["-c", &kill]).status().expect("bash").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
    }
    assert_eq!(names(&folder.0), ["deal.toml"]);
}

/// No room for a new file: it is not left half-written.
#[test]
fn a_new_file_without_room() {
    let folder = Folder::new("room");
    let script = format!("trap '' XFSZ; ulimit -f 1; '{}' new deal.toml", env!("CARGO_BIN_EXE_pfsim"));
    let output = Command::new("bash").args(["-c", &script]).current_dir(&folder.0).output().expect("bash");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    has(&text(&output.stderr), &["cannot write deal.toml"]);
    assert!(names(&folder.0).is_empty());
}

/// The published result of Denver as JSON: its total is that of its sentences.
#[test]
fn a_settlement_as_json() {
    let folder = Folder::new("settle");
    let root = crate::cli::root();
    let deal = root.join("scenarios/closed/denver-supportive-housing.toml").display().to_string();
    let results = root.join("tests/worked/denver-supportive-housing/results.toml").display().to_string();
    let settle = ["settle", &deal, "--results", &results];
    let found = json(&done(&folder, &[&settle[..], &["--json"]].concat()));
    let total = found["total"].as_f64().expect("a total");
    let said = done(&folder, &settle);
    let shown = format!("{total:.2}");
    let (whole, part) = shown.split_once('.').expect("cents");
    let grouped: Vec<&str> = whole.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).expect("digits")).collect();
    has(&said, &[&format!("{}.{part}", grouped.join(","))]);
}

/// Where a running deal stands: the day in the command or in the file, a page that takes the place of another one and of nothing else.
#[test]
fn where_a_running_deal_stands() {
    let folder = Folder::new("status");
    let known = include_str!("status/results.toml");
    folder.file("deal.toml", include_str!("status/deal.toml"));
    folder.file("dated.toml", known);
    folder.file("known.toml", &known.replace("as_of = 2027-02-15\n", ""));
    folder.file("letter.html", "Dear lender");
    let settle = |results: &'static str, more: &[&'static str]| [&["settle", "deal.toml", "--results", results][..], more].concat();
    let said = done(&folder, &settle("dated.toml", &[]));
    assert_eq!(done(&folder, &settle("known.toml", &["--as-of", "2027-02-15", "--html", "s.html", "-q"])), said);
    let page = std::fs::read(folder.0.join("s.html")).expect("a page");
    done(&folder, &settle("dated.toml", &["--as-of", "2027-03-31", "--html", "s.html"]));
    assert_ne!(std::fs::read(folder.0.join("s.html")).expect("another page"), page);
    has(
        &fails(&folder, &settle("dated.toml", &["--html", "letter.html"]), 1),
        &["letter.html is no status of a deal: nothing was written"],
    );
    has(&fails(&folder, &settle("dated.toml", &["--backtest"]), 2), &["--backtest compares what a whole deal came to", "2027-02-15"]);
    has(&fails(&folder, &settle("dated.toml", &["--as-of", "2027-02-30"]), 2), &["--as-of"]);
    has(&fails(&folder, &settle("dated.toml", &["--as-of", "2026-08-01"]), 3), &["2027-01-01: on 2026-08-01 it does not exist yet"]);
    let root = crate::cli::root();
    let [deal, results] =
        ["scenarios/closed/newpin.toml", "tests/worked/newpin/results.toml"].map(|file| root.join(file).display().to_string());
    let whole = ["settle", &deal, "--results", &results, "--html", "s.html"];
    has(&fails(&folder, &whole, 2), &["say the day with --as-of"]);
}

/// What is lost when an input is known before signing, as JSON; and options that cannot be read.
#[test]
fn information_as_json() {
    let folder = Folder::new("information");
    // A success that is worth 900 is paid 1,000, and one that is worth 2,000 also is: nothing about the rate changes the choice.
    let deal = format!(
        "{HEAD}value_per_outcome = {{ job = 2_000 }}\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\nprice = {{ per_unit = 1_000 }}\n"
    );
    folder.file("deal.toml", &deal.replace("cap = 60_000\n", "").replace("rate = {", "without = 0.0\neffect = {"));
    let arguments = ["information", "deal.toml", "--trials", "2_000", "--pilot", "job.effect=0.02"];
    let found = json(&done(&folder, &[&arguments[..], &["--json"]].concat()));
    assert_eq!(found["for"], "payor.\"P\".net_benefit");
    assert_eq!(found["best"], "sign it");
    assert_eq!(found["choices"]["sign nothing"]["value"], 0.0);
    // 100 people, half of them with a job that is worth 1,000 more than it costs.
    let sign = &found["choices"]["sign it"];
    let [mean, se] = ["value", "standard_error"].map(|key| sign[key].as_f64().expect("a number"));
    assert!((mean - 50_000.0).abs() <= 4.8916 * se, "{sign}");
    for worth in [&found["all_inputs"], &found["perfect"], &found["inputs"][0]["worth"], &found["pilots"][0]["worth"]] {
        assert_eq!((worth["value"].as_f64(), worth["at_least"].as_f64()), (Some(0.0), Some(0.0)), "{found}");
    }
    assert_eq!(found["pilots"][0]["input"], "job.effect");
    has(&done(&folder, &arguments), &["Choose “sign it”: no knowledge of the inputs would change that."]);
    for option in ["larger:", ": deal.name=\"x\"", "larger: ;"] {
        has(&fails(&folder, &["information", "deal.toml", "--option", option], 2), &["write it as NAME: PATH=VALUE; PATH=VALUE"]);
    }
    // Stress of a chance that is named.
    let said = done(&folder, &["stress", "deal.toml", "--trials", "500", "--for", "investors.loss"]);
    has(&said, &["investors.loss"]);
}

/// Values that can be set one by one and not together.
#[test]
fn what_contradicts_itself() {
    let folder = Folder::new("contradictions");
    folder.file("deal.toml", &format!("{HEAD}{STEPS}"));
    // 4 periods: a cohort in the last one is possible, a payment three periods after it is not.
    let axis = |name: &str, lever: &str, values: &str| format!("[[axis]]\nname = \"{name}\"\nlevers = ['{lever}']\nvalues = {values}\n");
    let sweep = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.mean\"]\ntrials = 100\n";
    let axes = [axis("first", "program.cohorts.first", "[0, 2]"), axis("after", "payment.\"a b\".paid_after", "[1, 3]")].concat();
    folder.file("sweep.toml", &format!("{sweep}{axes}"));
    has(
        &fails(&folder, &["sweep", "sweep.toml"], 3),
        &["deal.toml (with program.cohorts.first=2, payment.\"a b\".paid_after=3)", "nothing was written"],
    );
    let lever =
        |name: &str, lever: &str, to: u32| format!("[[lever]]\nname = \"{name}\"\nlevers = ['{lever}']\nfrom = 0\nto = {to}\nstep = 1\n");
    let question =
        "[solve]\nname = \"q\"\nscenario = \"deal.toml\"\nmaximise = \"after\"\nsuch_that = [\"investors.loss <= 100%\"]\ntrials = 200\n";
    let levers = [lever("first", "program.cohorts.first", 2), lever("after", "payment.\"a b\".paid_after", 3)].concat();
    folder.file("solve.toml", &format!("{question}{levers}"));
    let said = done(&folder, &["solve", "solve.toml"]);
    // Of 3 × 4 pairs, those that end within 4 periods: 0 to 3, 0 to 2, 0 to 1 periods after the first, second, third.
    has(&said, &["after = 3", " 3 contradict themselves and were left out.", "9 of 12 combinations tried"]);
}

/// A folder of results that was touched: a file cut short, a folder in a file's place, a scenario that this version cannot read.
#[test]
fn verify_what_was_touched() {
    let folder = Folder::new("touched");
    folder.file("deal.toml", &format!("{HEAD}{STEPS}"));
    done(&folder, &["run", "deal.toml", "--trials", "200", "--out", "mine", "--quiet"]);
    let mine = folder.0.join("mine");
    let memo = fs::read_to_string(mine.join("memo.txt")).expect("the memo");
    let lines: Vec<&str> = memo.lines().collect();
    fs::write(mine.join("memo.txt"), lines[..3].join("\n")).expect("written");
    let said = text(&pfsim(&folder, &["verify", "mine"]).stdout);
    has(&said, &["memo.txt: line 4: the end in the folder"]);
    fs::write(mine.join("memo.txt"), format!("{memo}and more\n")).expect("written");
    let said = text(&pfsim(&folder, &["verify", "mine"]).stdout);
    has(&said, &[&format!("memo.txt: line {}", lines.len() + 1), "nothing made again"]);
    fs::remove_file(mine.join("memo.txt")).expect("removed");
    fs::create_dir(mine.join("memo.txt")).expect("a folder");
    has(&text(&pfsim(&folder, &["verify", "mine"]).stdout), &["memo.txt: not a plain file"]);
    fs::remove_dir(mine.join("memo.txt")).expect("removed");
    // Made by another version, from what this one does not know.
    let scenario =
        fs::read_to_string(mine.join("scenario.toml")).expect("the scenario").replace("schema = 1\n", "schema = 1\nfuture = 1\n");
    let summary = fs::read_to_string(mine.join("summary.json")).expect("the summary");
    let was = json(&summary)["scenario"]["sha256"].as_str().expect("a hash").to_string();
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    let other = summary.replace(&was, &pfsim::export::origin::sha256(scenario.as_bytes())).replace(version, "\"version\": \"99.0.0\"");
    fs::write(mine.join("scenario.toml"), scenario).expect("written");
    fs::write(mine.join("summary.json"), other).expect("written");
    has(&fails(&folder, &["verify", "mine"], 3), &["made by pfsim 99.0.0, and this is pfsim", "unknown section `future`"]);
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_verified() {
    let folder = Folder::new("book");
    folder.file("deal.toml", &format!("{HEAD}{STEPS}"));
    done(&folder, &["run", "deal.toml", "--trials", "200", "--out", "mine", "--xlsx", "--quiet"]);
    has(&done(&folder, &["verify", "mine"]), &["verified: every number of "]);
    fs::write(folder.0.join("mine/deal.xlsx"), "no workbook").expect("written");
    has(&text(&pfsim(&folder, &["verify", "mine"]).stdout), &["deal.xlsx"]);
}
