//! `--json`: every document of every command fits its schema, and has one head.
//!
//! The validator is that of `schema.rs`, which is written from the JSON Schema specification.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use pfsim::export::data::{Kind, schema};
use serde_json::{Value, json};

use crate::cli::{Folder, command, root};
use crate::schema::invalid;

/// Keys of the head.
const HEAD: [&str; 7] = ["schema_version", "kind", "engine", "scenario", "currency", "trials", "seed"];

/// Scenarios with most kinds of terms: loans and gifts, bullets and guarantees, amounts, rounds, sites, rates by table.
const SCENARIOS: [&str; 6] = [
    "scenarios/starter.toml",
    "scenarios/examples/capital.toml",
    "scenarios/programs/per-scholas-alumni-upskilling.toml",
    "scenarios/programs/year-up.toml",
    "scenarios/closed/denver-supportive-housing.toml",
    "scenarios/closed/wildlife-conservation-bond.toml",
];

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("json-{name}"));
    for name in ["scenarios", "tests"] {
        std::os::unix::fs::symlink(root().join(name), folder.0.join(name)).expect("a link");
    }
    folder
}

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("pfsim runs")
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// `document` fits the schema of its kind, which says what must stand in it and nothing else may; every key of the first level counts.
fn fits(document: &Value, kind: Kind, what: &str) {
    let schema = read(&schema(kind));
    assert_eq!(document["kind"], kind.word(), "{what}");
    if let Some(wrong) = invalid(&schema, document, &schema, "") {
        panic!("{what}: {wrong}");
    }
    let keys: Vec<&String> = document.as_object().expect("a table").keys().collect();
    assert!(HEAD.iter().all(|key| keys.iter().any(|known| known == key)), "{what}: {keys:?}");
    for key in keys.into_iter().filter(|key| *key != "rows") {
        let mut lacking = document.clone();
        lacking.as_object_mut().expect("a table").remove(key);
        assert!(invalid(&schema, &lacking, &schema, "").is_some(), "{what}: {key} may be left out");
    }
    let mut more = document.clone();
    more["unknown"] = json!(1);
    assert!(invalid(&schema, &more, &schema, "").is_some(), "{what}: anything may stand there");
}

/// What a command prints with `--json`; it ends with `code`.
fn printed(folder: &Folder, arguments: &[&str], code: i32) -> Value {
    let output = run(folder, &[arguments, &["--json", "--quiet"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.ends_with("}\n"), "{arguments:?}: {text}");
    assert!(text.starts_with("{\n  \"schema_version\": 2,\n  \"kind\": \""), "{arguments:?}: {text}");
    read(&text)
}

fn holds(folder: &Folder, arguments: &[&str], kind: Kind) -> Value {
    let document = printed(folder, arguments, 0);
    fits(&document, kind, &arguments.join(" "));
    document
}

#[test]
fn every_study_of_a_scenario_fits_its_schema() {
    let folder = folder("studies");
    for file in SCENARIOS {
        let few = ["--trials", "40", "--seed", "3"];
        let of = |study: &str, more: &[&str], kind: Kind| {
            let document = holds(&folder, &[&[study, file], &few[..], more].concat(), kind);
            let numbers = ["schema_version", "trials", "seed"].map(|key| document[key].as_u64());
            assert_eq!(numbers, [Some(2), Some(40), Some(3)], "{study} {file}");
            document
        };
        let found = of("run", &["--no-files"], Kind::Run);
        let text = fs::read(root().join(file)).expect("a scenario");
        assert_eq!(found["scenario"]["sha256"], pfsim::export::origin::sha256(&text), "{file}");
        assert_eq!(found["scenario"]["changes"], json!([]));
        assert_eq!(found["engine"]["name"], "pfsim");
        of("layers", &[], Kind::Layers);
        of("readiness", &[], Kind::Readiness);
        of("power", &[], Kind::Power);
        of("cliffs", &[], Kind::Cliffs);
        of("stress", &[], Kind::Stress);
        of("sensitivity", &["--paths", "2"], Kind::Sensitivity);
        let document = holds(&folder, &["explain", file, "--trial", "5"], Kind::Explain);
        assert!(document["trial"] == 5 && document["ledger"].as_array().is_some_and(|lines| lines.len() > 3), "{file}");
        let set = ["--set", "deal.discount_rate=0.011"];
        let document = of("compare", &[&[file][..], &set].concat(), Kind::Compare);
        assert_eq!(document["second_scenario"]["changes"], json!(["deal.discount_rate=0.011"]));
        holds(&folder, &["check", file, "--no-simulation"], Kind::Check);
    }
    let starter = SCENARIOS[0];
    let pilot = ["information", starter, "--trials", "200", "--for", "investors.npv", "--pilot", "placed.effect=0.02"];
    let found = holds(&folder, &pilot, Kind::Information);
    assert_eq!((found["for"].as_str(), found["pilots"].as_array().map(Vec::len)), (Some("investors.npv"), Some(1)));
    // Nothing differs, and it is said as data all the same.
    let same = holds(&folder, &["compare", starter, starter, "--trials", "40"], Kind::Compare);
    assert_eq!(same["clauses"], json!([]));
}

#[test]
fn settlements_fit_their_schema() {
    let folder = folder("settle");
    for name in ["denver-supportive-housing", "newpin", "utah-preschool", "massachusetts-roca", "wildlife-conservation-bond"] {
        let (deal, results) = (format!("scenarios/closed/{name}.toml"), format!("tests/worked/{name}/results.toml"));
        let settle = ["settle", deal.as_str(), "--results", results.as_str()];
        let found = holds(&folder, &settle, Kind::Settle);
        assert!(found["total"].as_f64().is_some() && found["trials"].is_null() && found["backtest"] == json!([]), "{name}");
    }
    let running = ["forecast", SCENARIOS[2], "--results", "tests/running/flagship-year-two.toml", "--trials", "60"];
    let found = holds(&folder, &running, Kind::Forecast);
    assert!(found["as_of"] == "2027-01-31" && found["effective"].as_f64() > Some(2_000.0) && found["in_doubt"] == false, "{found}");
    let stops = ["forecast", "scenarios/closed/nyc-able-rikers.toml", "--results", "tests/worked/nyc-able-rikers/so-far-2015.toml"];
    let found = holds(&folder, &[&stops[..], &["--trials", "60"]].concat(), Kind::Forecast);
    assert!(found["choices"].as_array().is_some_and(|choices| choices.len() > 2), "{found}");
    let known = ["settle", "tests/it/status/deal.toml", "--results", "tests/it/status/results.toml"];
    let found = holds(&folder, &known, Kind::Status);
    assert!(found["as_of"] == "2027-02-15" && found["total"] == 120_000.0 && found["late"][0]["measure"] == "retentions", "{found}");
    let text = fs::read_to_string(root().join("scenarios/closed/denver-supportive-housing.toml")).expect("Denver");
    fs::write(folder.0.join("deal.toml"), text + "\n[simulation]\ntrials = 200\n").expect("written");
    let results = "tests/worked/denver-supportive-housing/results.toml";
    let found = holds(&folder, &["settle", "deal.toml", "--results", results, "--backtest"], Kind::Settle);
    assert!(found["trials"] == 200 && found["backtest"].as_array().is_some_and(|places| !places.is_empty()), "{found}");
}

#[test]
fn sweeps_searches_and_verdicts_fit_their_schema() {
    let folder = folder("files");
    let metrics = "metrics = [\"payors.total.mean\", \"investors.loss\", \"investors.irr.p5\"]\ntrials = 60\n";
    let sweep = format!(
        "[sweep]\nname = \"s\"\nscenarios = [\"starter.toml\"]\n{metrics}such_that = [\"investors.loss <= 90%\"]\n\
         [[axis]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\nvalues = [1_000_000, 1_500_000, 2_000_000]\n\
         [[axis]]\nname = \"who\"\nlevers = [\"deal.name\"]\nvalues = [\"A\", \"B\"]\n"
    );
    fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
    for name in ["starter.toml", "programs/per-scholas-alumni-upskilling.toml"] {
        let own = folder.0.join(name.rsplit('/').next().expect("a name"));
        fs::copy(root().join("scenarios").join(name), own).expect("a copy");
    }
    let whole = holds(&folder, &["sweep", "sweep.toml", "--out", "s"], Kind::SweepAnswer);
    assert_eq!(whole["rows"].as_array().map(Vec::len), Some(6));
    let row = &whole["rows"][5];
    assert_eq!((&row["scenario"], &row["levels"]), (&json!(6), &json!({ "cap": 2_000_000.0, "who": "B" })));
    assert!(row["figures"]["payors.total.mean"]["standard_error"].as_f64().is_some_and(|error| error > 0.0), "{row}");
    let kept = read(&fs::read_to_string(folder.0.join("s/sweep.json")).expect("sweep.json"));
    fits(&kept, Kind::SweepAnswer, "sweep.json");
    assert!(kept.get("rows").is_none() && kept["identity"] == whole["identity"]);
    assert_eq!(run(&folder, &["shard", "plan", "sweep.toml", "--shards", "2"]).status.code(), Some(0));
    let plan = read(&fs::read_to_string(folder.0.join("sweep.plan")).expect("a plan"));
    fits(&plan, Kind::ShardPlan, "a plan of a sweep");
    assert_eq!((&plan["of"], &plan["scenario"], &plan["shards"]), (&json!("sweep"), &Value::Null, &json!(2)));
    for shard in ["1/2", "2/2"] {
        assert_eq!(run(&folder, &["shard", "run", "sweep.plan", shard]).status.code(), Some(0));
    }
    let files = ["sweep.002-of-002.shard", "sweep.001-of-002.shard"];
    assert_eq!(holds(&folder, &[&["shard", "merge", "sweep.plan", "--out", "m"], &files[..]].concat(), Kind::SweepAnswer), whole);
    let found = holds(&folder, &["verify", "s", "--sweep", "sweep.toml", "--rows", "1"], Kind::Verify);
    assert!(found["verified"] == true && found["part"].is_string(), "{found}");

    let changes = ["--set", "simulation.trials=60", "--set", "payor.\"City\".cap=1_500_000"];
    let ran = holds(&folder, &[&["run", SCENARIOS[0], "--out", "r"][..], &changes].concat(), Kind::Run);
    assert_eq!(ran["scenario"]["changes"], json!([changes[1], changes[3]]));
    assert_eq!(read(&fs::read_to_string(folder.0.join("r/summary.json")).expect("the summary")), ran);
    assert_eq!(holds(&folder, &["verify", "r"], Kind::Verify)["verified"], true);
    fs::write(folder.0.join("r/memo.txt"), "mine").expect("written");
    let found = printed(&folder, &["verify", "r"], 4);
    fits(&found, Kind::Verify, "verify of a changed folder");
    assert_eq!((&found["different"][0]["file"], &found["changed"]), (&json!("memo.txt"), &json!(["memo.txt"])));

    let solve = fs::read_to_string(root().join("scenarios/solve-lowest-price.toml")).expect("a search");
    let solve = solve.replace("programs/", "").replace("[solve]\n", "[solve]\ntrials = 200\n");
    let solve: String = solve.lines().filter(|line| !line.starts_with("step = ")).map(|line| format!("{line}\n")).collect();
    fs::write(folder.0.join("solve.toml"), solve + "step = 8_000\n").expect("written");
    let output = run(&folder, &["solve", "solve.toml", "--json", "--quiet"]);
    let found = read(&String::from_utf8_lossy(&output.stdout));
    fits(&found, Kind::SolveAnswer, "solve");
    assert_eq!(output.status.code(), Some(if found["met"] == true { 0 } else { 4 }));
    assert_eq!(found["requirements"].as_array().map(Vec::len), Some(2));
}

/// Problems are data: on stdout, with their places, and everything else is as without `--json`.
#[test]
fn problems_are_data() {
    let folder = folder("problems");
    let text = fs::read_to_string(root().join(SCENARIOS[0])).expect("the starter");
    // Two letters before the word are four bytes.
    let wrong = text.replacen("periods = 16", "# é\nperriods = 16", 1).replacen("cap = 2_000_000", "cap = \"much\"", 1);
    let at = wrong.find("perriods").expect("a place");
    fs::write(folder.0.join("wrong.toml"), &wrong).expect("written");
    fs::write(folder.0.join("empty.toml"), "").expect("written");
    let results = "tests/worked/newpin/results.toml";
    let commands: [&[&str]; 12] = [
        &["run", "wrong.toml", "--no-files"],
        &["settle", "wrong.toml", "--results", results],
        &["layers", "wrong.toml"],
        &["power", "wrong.toml"],
        &["readiness", "wrong.toml"],
        &["compare", "wrong.toml", SCENARIOS[0]],
        &["cliffs", "wrong.toml"],
        &["sensitivity", "wrong.toml"],
        &["stress", "wrong.toml"],
        &["information", "wrong.toml"],
        &["explain", "wrong.toml", "--trial", "1"],
        &["indigo", "wrong.toml"],
    ];
    let mut first = None;
    for arguments in commands {
        let plain = run(&folder, &[arguments, &["--quiet"]].concat());
        let output = run(&folder, &[arguments, &["--quiet", "--json"]].concat());
        assert_eq!((output.status.code(), &output.stderr), (Some(3), &plain.stderr), "{arguments:?}");
        assert!(plain.stdout.is_empty(), "{arguments:?}");
        let found = read(&String::from_utf8_lossy(&output.stdout));
        fits(&found, Kind::Problems, &arguments.join(" "));
        assert_eq!(*first.get_or_insert_with(|| found.clone()), found, "{arguments:?}");
    }
    let checked = printed(&folder, &["check", "wrong.toml", SCENARIOS[0], "empty.toml", "--no-simulation"], 3);
    fits(&checked, Kind::Check, "check");
    assert_eq!(checked["scenarios"].as_array().map(Vec::len), Some(1));
    let problems = checked["problems"].as_array().expect("problems");
    assert_eq!(problems[..problems.len() - 1], first.expect("problems")["problems"].as_array().expect("a list")[..]);
    let unknown = &problems[0];
    assert_eq!((&unknown["file"], &unknown["code"]), (&json!("wrong.toml"), &json!("unknown-key")));
    let line = wrong[..at].matches('\n').count() + 1;
    assert_eq!((&unknown["line"], &unknown["column"]), (&json!(line), &json!(1)));
    assert_eq!(unknown["span"], json!({ "start": at, "end": at + "perriods".len() }));
    assert!(unknown["help"].as_str().is_some_and(|help| help.contains("did you mean `periods`?")), "{unknown}");
    let last = &problems[problems.len() - 1];
    assert_eq!((&last["file"], &last["code"], &last["line"]), (&json!("empty.toml"), &json!("empty-file"), &Value::Null));
    // A file that cannot be read is a problem too, where several are looked at.
    let checked = printed(&folder, &["check", "nowhere.toml"], 1);
    fits(&checked, Kind::Check, "check");
    assert_eq!((&checked["problems"][0]["code"], &checked["problems"][0]["file"]), (&json!("unreadable"), &json!("nowhere.toml")));
}

/// A column counts letters, a span bytes.
#[test]
fn places_count_letters() {
    let problems = pfsim::scenario::parse("deal.toml", "schema = 1\n[deal]\nname = \"é\", x\n").expect_err("no TOML");
    let place = problems.places().into_iter().flatten().next().expect("a place");
    assert_eq!((place.line, place.column), (3, 11), "{place:?}");
    assert_eq!(place.span.start, 29, "{place:?}");
}

#[test]
fn every_command_takes_json_and_every_kind_has_a_schema() {
    let folder = folder("flags");
    let help = String::from_utf8(run(&folder, &["--help"]).stdout).expect("UTF-8");
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let commands: BTreeSet<&str> =
        list.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split(' ').next()).collect();
    assert!(commands.len() >= 20 && commands.contains("information"), "{commands:?}");
    for name in commands {
        let help = String::from_utf8(run(&folder, &[name, "--help"]).stdout).expect("UTF-8");
        let takes = help.lines().any(|line| line.trim() == "--json" || line.trim_start().starts_with("--json "));
        assert_eq!(takes, !["desk", "new", "schema", "shard"].contains(&name), "{name}");
    }
    let help = String::from_utf8(run(&folder, &["shard", "merge", "--help"]).stdout).expect("UTF-8");
    assert!(help.contains("--json"), "what shards come to is data too");
    for kind in Kind::ALL {
        let printed = run(&folder, &["schema", "--of", kind.word()]);
        assert_eq!(String::from_utf8(printed.stdout).expect("UTF-8"), schema(kind) + "\n");
        assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word());
        let schema = read(&schema(kind));
        assert_eq!((&schema["properties"]["kind"]["const"], &schema["additionalProperties"]), (&json!(kind.word()), &json!(false)));
        let named = schema["properties"].as_object().expect("keys");
        assert!(named.values().all(|key| key.get("description").is_some() || key.get("$ref").is_some()), "{schema:#}");
    }
    for file in ["scenario", "sweep", "solve", "results"] {
        assert_eq!(run(&folder, &["schema", "--of", file]).status.code(), Some(0));
    }
    let refused = run(&folder, &["schema", "--of", "nothing"]);
    assert!(refused.status.code() == Some(2) && String::from_utf8_lossy(&refused.stderr).contains("sweep-answer"));
}
