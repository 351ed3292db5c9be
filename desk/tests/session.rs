//! The desk against the library: whatever the page shows is what the command line says, and whatever it offers to move can be moved.

use std::path::{Path, PathBuf};

use pfsim::{Options, Scenario};
use pfsim_desk::Session;
use serde_json::{Value, json};

const TRIALS: u64 = 600;

/// Every scenario that is shipped.
fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut found = vec![root.join("starter.toml")];
    for folder in ["programs", "closed", "examples"] {
        let files = std::fs::read_dir(root.join(folder)).expect("a folder");
        found.extend(files.map(|file| file.expect("a file").path()).filter(|path| path.extension().is_some_and(|end| end == "toml")));
    }
    found.sort();
    found
}

fn flagship() -> Scenario {
    Scenario::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/programs/per-scholas-alumni-upskilling.toml"))
        .expect("it is valid")
}

fn starter() -> Scenario {
    Scenario::parse(pfsim::STARTER, pfsim::Memory::default()).expect("it is valid")
}

struct Desk {
    session: Session,
    jobs: u64,
}

impl Desk {
    /// Opens a scenario, and what the page is told of it.
    fn open(scenario: &Scenario) -> (Self, Value) {
        let mut desk = Self { session: Session::default(), jobs: 0 };
        let tables: serde_json::Map<String, Value> =
            scenario.tables().into_iter().map(|table| (table.file.clone(), String::from_utf8_lossy(&table.contents).into())).collect();
        let opened = desk.ask(json!({ "op": "open", "file": "deal.toml", "text": scenario.text, "tables": tables, "trials": TRIALS }));
        (desk, opened["deal"].clone())
    }

    fn answer(&mut self, request: &Value) -> Value {
        serde_json::from_str(&self.session.answer(&request.to_string())).expect("an answer is JSON")
    }

    #[track_caller]
    fn ask(&mut self, request: Value) -> Value {
        let answer = self.answer(&request);
        assert_eq!(answer["ok"], true, "{request}: {answer}");
        answer
    }

    #[track_caller]
    fn figures(&mut self, edition: &Value) -> Value {
        self.jobs += 1;
        self.ask(json!({ "op": "figures", "edition": edition, "job": self.jobs }));
        loop {
            let step = self.ask(json!({ "op": "step", "job": self.jobs }));
            if step["figures"].is_object() && step["figures"]["rough"] == false {
                return step["figures"].clone();
            }
        }
    }
}

/// Every term that the page is offered.
fn terms(deal: &Value) -> impl Iterator<Item = &Value> {
    deal["groups"].as_array().expect("groups").iter().flat_map(|group| group["terms"].as_array().expect("terms"))
}

fn signed() -> Value {
    json!({ "text": null, "set": [], "stress": null })
}

/// Every row of every side, and how many they are.
fn rows(figures: &Value) -> Vec<&Value> {
    figures["sides"].as_array().expect("sides").iter().flat_map(|side| side["rows"].as_array().expect("rows")).collect()
}

/// Every figure that has a name is that of a run with the same changes, to the last bit, and so is its error.
#[track_caller]
fn as_run(figures: &Value, scenario: &Scenario, what: &str) {
    let run = scenario.run(&Options::default().trials(TRIALS).seed(scenario.deal.seed)).expect("a run");
    let mut compared = 0;
    for row in rows(figures).into_iter().filter(|row| row["name"] != "") {
        let name = row["name"].as_str().expect("a name");
        let asked = run.ask(name);
        let [value, error] = [asked.map(|of| of.value), asked.and_then(|of| of.error)].map(|of| of.filter(|of| of.is_finite()));
        assert_eq!((row["value"].as_f64(), row["error"].as_f64()), (value, error), "{what}: {name}");
        compared += 1;
    }
    assert!(compared >= 5, "{what}");
}

#[test]
fn figures_are_those_of_a_run() {
    for path in scenarios() {
        let scenario = Scenario::read(&path).expect("a scenario");
        let (mut desk, deal) = Desk::open(&scenario);
        let name = path.display().to_string();
        as_run(&desk.figures(&signed()), &scenario, &name);
        // The first term that may be half as much again by itself.
        for term in terms(&deal) {
            let value = term["value"].as_f64().expect("a number") * 1.5 + f64::from(u8::from(term["value"] == 0.0));
            let edition = desk.ask(json!({ "op": "assign", "edition": signed(), "term": term["id"], "value": value }))["edition"].clone();
            if desk.answer(&json!({ "op": "read", "edition": edition }))["ok"] == true {
                let set: Vec<String> = serde_json::from_value(edition["set"].clone()).expect("texts");
                as_run(&desk.figures(&edition), &scenario.with(set).expect("valid"), &format!("{name} {edition}"));
                break;
            }
        }
    }
}

#[test]
fn every_term_can_be_moved_and_put_back() {
    let (mut tried, mut refused) = (0, 0);
    for path in scenarios() {
        let scenario = Scenario::read(&path).expect("a scenario");
        let (mut desk, deal) = Desk::open(&scenario);
        let mut ids = std::collections::BTreeSet::new();
        for term in terms(&deal) {
            let (id, what) = (&term["id"], format!("{}: {term}", path.display()));
            assert!(ids.insert(id.to_string()), "twice: {what}");
            assert!(term["label"].as_str().is_some_and(|label| !label.is_empty()), "{what}");
            let inside = term["path"] != term["id"];
            assert!(inside || term["note"].as_str().is_some_and(|note| note.len() > 8), "the format says what it is: {what}");
            let value = term["value"].as_f64().expect("a number");
            assert!(term["low"].as_f64() <= Some(value) && Some(value) <= term["high"].as_f64(), "{what}");
            let back = desk.ask(json!({ "op": "assign", "edition": signed(), "term": id, "value": value }));
            assert_eq!(back["edition"]["set"], json!([]), "as it was is no change: {what}");
            let wanted = if value == 0.0 { 1.0 } else { value * 1.25 };
            let edition = desk.ask(json!({ "op": "assign", "edition": signed(), "term": id, "value": wanted }))["edition"].clone();
            let read = desk.answer(&json!({ "op": "read", "edition": edition }));
            tried += 1;
            if read["ok"] == true {
                let described = desk.ask(json!({ "op": "describe", "edition": edition }));
                let groups = described["deal"]["groups"].as_array().expect("groups").clone();
                let found = groups.iter().flat_map(|group| group["terms"].as_array().expect("terms")).find(|known| known["id"] == *id);
                let now = found.and_then(|term| term["value"].as_f64()).expect("the term is there");
                assert!((now - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{what}: {now} for {wanted}");
                let back = desk.ask(json!({ "op": "assign", "edition": edition, "term": id, "value": value }));
                assert_eq!(back["edition"]["set"], json!([]), "back again: {what}");
            } else {
                refused += 1;
                let problem = &read["problems"][0];
                assert!(problem["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}: {read}");
            }
        }
    }
    // Shares that must add up to one, ranks, whole numbers: these are refused alone, and say why.
    assert!(tried > 600 && refused * 3 < tried, "{refused} of {tried} refused");
}

#[test]
fn every_input_can_be_moved() {
    let (mut moved, mut refused) = (0, 0);
    for path in scenarios() {
        let scenario = Scenario::read(&path).expect("a scenario");
        let (mut desk, deal) = Desk::open(&scenario);
        for input in deal["inputs"].as_array().expect("inputs") {
            let what = format!("{}: {}", path.display(), input["id"]);
            let known =
                scenario.deal.inputs().into_iter().find(|known| known.path == input["path"].as_str().expect("a path")).expect("it is one");
            let (mean, sd) = scenario.deal.law(&known).expect("a law").moments();
            let svg = input["svg"].as_str().expect("a picture");
            assert!(svg.starts_with("<svg") && svg.len() < 8_000, "{what}");
            let shift = sd / 4.0;
            for (change, wanted) in [
                (json!({ "fix": null, "shift": shift, "widen": 1.0 }), (mean + shift, sd)),
                (json!({ "fix": null, "shift": 0.0, "widen": 0.5 }), (mean, sd / 2.0)),
                (json!({ "fix": mean, "shift": 0.0, "widen": 1.0 }), (mean, 0.0)),
            ] {
                let mut request = json!({ "op": "move", "edition": signed(), "input": input["id"] });
                change.as_object().expect("keys").iter().for_each(|(key, value)| request[key] = value.clone());
                let edition = desk.ask(request)["edition"].clone();
                let set: Vec<String> = serde_json::from_value(edition["set"].clone()).expect("texts");
                assert_eq!(set.len(), 1, "{what}");
                match scenario.with(set.clone()) {
                    Err(_) => {
                        refused += 1;
                        assert_eq!(desk.answer(&json!({ "op": "read", "edition": edition }))["ok"], false, "{what}");
                    }
                    Ok(changed) => {
                        moved += 1;
                        let law = changed.deal.law(&known).expect("it is there").clone();
                        let (now, spread) = law.moments();
                        // What was cut, mixed or drawn is stated by a hundred values: their mean is near, their spread nearer than a tenth.
                        let near = (now - wanted.0).abs() <= 0.05 * sd + 1e-7 * mean.abs() && (spread - wanted.1).abs() <= 0.12 * sd;
                        assert!(near, "{what} {set:?}: {now} ± {spread} for {wanted:?}");
                    }
                }
            }
        }
    }
    assert!(moved > 300 && refused * 10 < moved, "{moved} moved, {refused} refused");
}

#[test]
fn a_misfortune_is_that_of_stress() {
    let scenario = flagship();
    let (mut desk, deal) = Desk::open(&scenario);
    let options = Options::default().trials(TRIALS).seed(scenario.deal.seed);
    let test = scenario.stress(&["payors.total.mean", "investors.loss"], &options).expect("a test");
    let mut met = 0;
    for stress in deal["stresses"].as_array().expect("stresses").iter().filter(|stress| stress["refused"].is_null()) {
        let stressed = test.stressed.iter().find(|known| stress["name"] == known.name.as_str()).expect("the same pack");
        let figures = desk.figures(&json!({ "text": null, "set": [], "stress": stress["name"] }));
        let wanted = stressed.figures.as_ref().expect("it can have it");
        for (name, wanted) in ["payors.total.mean", "investors.loss"].into_iter().zip(wanted) {
            let row = rows(&figures).into_iter().find(|row| row["name"] == name).expect("a figure").clone();
            assert_eq!(row["value"].as_f64(), Some(wanted[0]), "{stress}: {name}");
        }
        met += 1;
    }
    assert!(met >= 6);
}

#[test]
fn asked_found_compared_explained() {
    let scenario = starter();
    let (mut desk, _) = Desk::open(&scenario);
    let run = scenario.run(&Options::default().trials(TRIALS)).expect("a run");
    let paid = run.sampled(pfsim::metrics::Value::Paid).expect("payors pay").to_vec();
    let hits = paid.iter().filter(|paid| **paid > 700_000.0).count() as f64;
    let asked = desk.ask(json!({ "op": "ask", "edition": signed(), "quantity": "payors.total", "above": true, "than": 700_000 }));
    assert_eq!(asked["value"].as_f64(), Some(hits / TRIALS as f64));
    // The lowest cap at which the City pays no less than so much on average: it holds there, and not a step below.
    let bound = paid.iter().sum::<f64>() / paid.len() as f64 * 0.8;
    let requirement = format!("payors.total.mean >= {bound:.0}");
    let found = desk.ask(json!({ "op": "find", "edition": signed(), "term": "payor.\"City\".cap", "requirement": requirement }));
    let cap = found["value"].as_f64().expect("there is one");
    let mean = |cap: f64| {
        let changed = scenario.with([format!("payor.\"City\".cap={cap}")]).expect("valid");
        changed.run(&Options::default().trials(TRIALS)).expect("a run").ask("payors.total.mean").expect("a mean").value
    };
    assert!(mean(cap) >= bound.round() && mean(cap - 2_000.0) < bound.round(), "{found}");
    // Clause by clause, to the cent: the rows add up to the total, and in every row nothing is lost.
    let other =
        json!({ "text": null, "set": ["payor.\"City\".cap=2000000", "payment.\"placements\".price.per_unit=4000"], "stress": null });
    let compared = desk.ask(json!({ "op": "compare", "a": signed(), "b": other }));
    let minor =
        |row: &Value| row["cells"].as_array().expect("cells").iter().map(|cell| cell["minor"].as_i64().expect("money")).collect::<Vec<_>>();
    let each: Vec<Vec<i64>> = compared["rows"].as_array().expect("rows").iter().map(minor).collect();
    let total = minor(&compared["total"]);
    assert_eq!(each.len(), 2);
    assert_eq!(total, (0..total.len()).map(|at| each[0][at] + each[1][at]).collect::<Vec<_>>());
    assert!(each.iter().chain([&total]).all(|row| row.iter().sum::<i64>() == 0), "{each:?} {total:?}");
    assert!(compared["svg"].as_str().is_some_and(|svg| svg.starts_with("<svg")));
    // The trial that `explain` follows.
    let why = desk.ask(json!({ "op": "why", "edition": other, "quantity": "payors.total", "at": "p95" }));
    let changed = scenario.with(serde_json::from_value::<Vec<String>>(other["set"].clone()).expect("texts")).expect("valid");
    let number = pfsim::study::find_trial(&changed.deal, "payors.total", 0.95, &Options::default().trials(TRIALS)).expect("there is one");
    assert_eq!(why["trial"], number);
    assert!(why["lines"].as_array().is_some_and(|lines| lines.len() > 10));
}

#[test]
fn what_is_taken_away_is_what_was_shown() {
    let scenario = flagship();
    let (mut desk, _) = Desk::open(&scenario);
    let set = ["payor.\"State workforce agency\".cap=1200000", "payment.\"additional thriving jobs\".paid_after=2"];
    let edition = json!({ "text": null, "set": set, "stress": null });
    let taken = desk.ask(json!({ "op": "text", "edition": edition }));
    let text = taken["text"].as_str().expect("a text");
    let wanted = scenario.with(set).expect("valid");
    assert_eq!(text, wanted.text);
    assert!(scenario.text.matches('#').count() == text.matches('#').count(), "comments are kept");
    let command = taken["command"].as_str().expect("a command");
    assert!(command.starts_with("pfsim run deal.toml --set 'payor.\"State workforce agency\".cap=1200000' --set "), "{command}");
    // The same as an edited text: the figures do not depend on the way.
    let one = desk.figures(&edition);
    let other = desk.figures(&json!({ "text": text, "set": [], "stress": null }));
    assert_eq!(one["sides"], other["sides"]);
    assert!(desk.ask(json!({ "op": "charts", "edition": edition }))["charts"].as_array().is_some_and(|charts| charts.len() >= 8));
}

#[test]
fn the_charts_of_a_deal_as_signed_are_those_of_its_report() {
    let scenario = flagship();
    let (mut desk, _) = Desk::open(&scenario);
    let run = scenario.run(&Options::default().trials(TRIALS).seed(scenario.deal.seed)).expect("a run");
    let figures = pfsim::report::figures::Figures::draw(&scenario.deal, &run, &[]).expect("pictures");
    let charts = desk.ask(json!({ "op": "charts", "edition": signed() }))["charts"].as_array().expect("charts").clone();
    let mut met = 0;
    for picture in figures.all() {
        let found = charts.iter().find(|chart| chart["name"] == picture.name.as_str()).expect("the same picture");
        assert_eq!(found["svg"], picture.svg.as_str(), "{}", picture.name);
        met += 1;
    }
    assert!(met == charts.len() && met >= 8);
}

#[test]
fn seams() {
    // Where the program adds nothing, an addition costs nothing that could be said, and there is no difference: not one that chance explains.
    let (mut desk, _) = Desk::open(&starter());
    let figures = desk.figures(&json!({ "text": null, "set": [], "stress": "no effect" }));
    let cost = rows(&figures).into_iter().find(|row| row["name"] == "").expect("the cost of an addition").clone();
    assert!(cost["value"].is_null() && cost["difference"].is_null() && cost["signed"].as_f64().is_some_and(|cost| cost > 0.0), "{cost}");
    // Amounts in two currencies are not held against each other; another seed is said, and asked for by the command.
    let edited = pfsim::STARTER.replace("currency = \"USD\"", "currency = \"EUR\"").replace("seed = 1 ", "seed = 7 ");
    let edition = json!({ "text": edited, "set": [], "stress": null });
    let figures = desk.figures(&edition);
    assert!(rows(&figures).iter().all(|row| row["difference"].is_null() && row["signed"].is_null()));
    assert!(figures["warnings"].to_string().contains("seed 7"), "{}", figures["warnings"]);
    let command = desk.ask(json!({ "op": "text", "edition": edition }))["command"].clone();
    assert!(command.as_str().is_some_and(|command| command.ends_with("--seed 1")), "{command}");
    // What cannot be is refused, not changed into what can: a share above 1.
    let asked = json!({ "op": "move", "edition": signed(), "input": "outcome.\"placed\".without", "fix": 1.2, "shift": 0, "widen": 1 });
    let edition = desk.ask(asked)["edition"].clone();
    assert!(edition["set"][0].as_str().is_some_and(|set| set.contains("value = 1.2")), "{edition}");
    assert_eq!(desk.answer(&json!({ "op": "read", "edition": edition }))["ok"], false);
    // Another world asked first, and yet another while the signed one is being settled: nothing is lost.
    let (mut desk, _) = Desk::open(&starter());
    let of = |stress: &str| json!({ "text": null, "set": [], "stress": stress });
    desk.ask(json!({ "op": "ask", "edition": of("no effect"), "quantity": "program.enrolled", "above": true, "than": 1 }));
    desk.ask(json!({ "op": "figures", "edition": of("no effect"), "job": 90 }));
    assert!(rows(&desk.figures(&of("effect halves"))).len() > 10);
}

#[test]
fn whatever_is_asked_is_answered() {
    let scenario = starter();
    let (mut desk, _) = Desk::open(&scenario);
    for request in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "{\"op\":\"fly\"}",
        "{\"op\":\"open\"}",
        "{\"op\":\"step\",\"job\":9}",
        "{\"op\":\"assign\",\"edition\":{},\"term\":\"nothing\",\"value\":1}",
        "{\"op\":\"find\",\"edition\":{},\"term\":\"payor.\\\"City\\\".cap\",\"requirement\":\"more\"}",
        "{\"op\":\"find\",\"edition\":{},\"term\":\"payor.\\\"City\\\".cap\",\"requirement\":\"nobody.pays <= 1\"}",
        "{\"op\":\"why\",\"edition\":{},\"quantity\":\"payors.total\",\"at\":\"p17\"}",
        "{\"op\":\"ask\",\"edition\":{},\"quantity\":\"investors.loss\",\"above\":true,\"than\":1}",
        "{\"op\":\"figures\",\"edition\":{\"set\":[\"deal.periods=0\"]},\"job\":1}",
        "{\"op\":\"figures\",\"edition\":{\"text\":\"deal = 1\"},\"job\":1}",
        "{\"op\":\"figures\",\"edition\":{\"set\":[\"no path\"]},\"job\":1}",
        "{\"op\":\"figures\",\"edition\":{\"stress\":\"plague\"},\"job\":1}",
        "{\"op\":\"compare\",\"a\":{},\"b\":{\"stress\":\"no effect\"}}",
        "{\"op\":\"move\",\"edition\":{},\"input\":\"outcome.\\\"placed\\\".effect\",\"fix\":null,\"shift\":0,\"widen\":0}",
    ] {
        let answer: Value = serde_json::from_str(&desk.session.answer(request)).expect("an answer is JSON");
        assert_eq!(answer["ok"], false, "{request}: {answer}");
        assert!(answer["problems"][0]["message"].as_str().is_some_and(|message| !message.is_empty()), "{request}: {answer}");
    }
    // A problem of the text has its place.
    let wrong = pfsim::STARTER.replace("cap = 2_600_000", "cap = -1");
    let answer = desk.answer(&json!({ "op": "read", "edition": { "text": wrong, "set": [], "stress": null } }));
    let line = pfsim::STARTER.lines().position(|line| line.starts_with("cap = 2_600_000")).expect("a line") + 1;
    assert_eq!(
        (answer["problems"][0]["line"].as_u64(), answer["problems"][0]["column"].as_u64()),
        (Some(line as u64), Some(7)),
        "{answer}"
    );
    // What is under way is dropped for what is newer.
    desk.ask(json!({ "op": "figures", "edition": signed(), "job": 1 }));
    desk.ask(json!({ "op": "figures", "edition": { "set": ["payor.\"City\".cap=2000000"] }, "job": 2 }));
    assert_eq!(desk.answer(&json!({ "op": "step", "job": 1 }))["problems"][0]["message"], "superseded");
    // A deal that no page could hold is refused before anything is drawn.
    let large = pfsim::STARTER.replace("count = 6, size = 100", "count = 12, size = 100").replace("periods = 16", "periods = 1200");
    let mut payors = large.clone();
    (0..3_000).for_each(|at| payors += &format!("\n[[payor]]\nname = \"payor {at}\"\n"));
    let mut session = Session::default();
    let answer = session.answer(&json!({ "op": "open", "file": "deal.toml", "text": payors, "tables": {}, "trials": 20_000 }).to_string());
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert!(
        answer["ok"] == false || answer["deal"]["trials"].as_u64().is_some_and(|trials| trials < 20_000),
        "{}",
        answer["deal"]["trials"]
    );
}
