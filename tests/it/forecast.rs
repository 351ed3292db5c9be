//! What is to come of a running deal: the ends that are known (nothing reported, everything reported), what a command refuses, and that
//! no order, thread or number of futures moves anything.
#![cfg(all(feature = "cli", unix))]

use std::fs;
use std::sync::Arc;

use pfsim::deal::{Deal, SoFar};
use pfsim::engine::settle;
use pfsim::study::{self, Options};
use pfsim::{results, scenario};
use serde_json::Value;

use super::cli::{Folder, command, root};

const FLAGSHIP: &str = "scenarios/programs/per-scholas-alumni-upskilling.toml";
const YEAR_TWO: &str = "tests/running/flagship-year-two.toml";

fn flagship() -> Deal {
    scenario::load(&root().join(FLAGSHIP), &[]).expect("the flagship").deal
}

fn known(deal: &Deal, text: &str) -> Deal {
    let so_far = results::so_far("so-far.toml", text, deal, None).unwrap_or_else(|problems| panic!("{problems}"));
    Deal { so_far: Some(Arc::new(so_far)), ..deal.clone() }
}

/// What a command prints; it ends with `code`.
fn printed(arguments: &[&str], code: i32) -> [String; 2] {
    let folder = Folder::new(&format!("forecast-{code}-{}", arguments.len()));
    for name in ["scenarios", "tests"] {
        std::os::unix::fs::symlink(root().join(name), folder.0.join(name)).expect("a link");
    }
    let output = command(&folder, arguments).output().expect("pfsim runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    [String::from_utf8(output.stdout).expect("UTF-8"), said]
}

/// Where everything is reported, every future pays what the settlement pays.
#[test]
fn all_results_are_the_settlement() {
    let (mut compared, mut refused) = (0, Vec::new());
    for entry in fs::read_dir(root().join("tests/worked")).expect("the worked deals") {
        let folder = entry.expect("an entry").path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let deal = scenario::load(&root().join(format!("scenarios/closed/{name}.toml")), &[]).expect("a scenario").deal;
        let known = results::load(&folder.join("results.toml"), &deal).unwrap_or_else(|error| panic!("{name}: {error}"));
        let through = deal.timeline.periods - 1;
        let so_far = SoFar { as_of: deal.timeline.date(through), through, results: known.clone(), learns: false };
        let running = Deal { so_far: Some(Arc::new(so_far)), ..deal.clone() };
        if study::forecast::possible(&running).is_err() {
            // Long rate cards speak of more facts of a person than are held together.
            refused.push(name);
            continue;
        }
        let run = study::run(&running, &Options::default().trials(64)).expect("a run");
        let settled = settle(&deal, &known);
        let units = deal.currency.minor_units() as f64;
        for (payor, own) in deal.payors.pairs() {
            let paid = settled.block.owed.payor_paid.row(payor)[0] as f64 / units;
            let summary = &run.metric(&format!("payor.\"{}\".total", own.name)).expect("the metric").summary;
            assert!((summary.min - paid).abs() < 0.005 && (summary.max - paid).abs() < 0.005, "{name}, {}: {paid}, {summary:?}", own.name);
            compared += 1;
        }
    }
    assert!(compared > 20 && refused.is_empty(), "only {compared} payors; {refused:?} refused");
}

/// The same bytes on one thread and on three; the order of a file says nothing.
#[test]
fn neither_threads_nor_the_order_of_reports_matter() {
    let few = ["forecast", FLAGSHIP, "--results", YEAR_TWO, "--trials", "1500", "--json"];
    let [one, _] = printed(&[&["--threads", "1"], &few[..]].concat(), 0);
    let [three, _] = printed(&[&["--threads", "3"], &few[..]].concat(), 0);
    assert!(one == three, "threads move a forecast");
    let text = fs::read_to_string(root().join(YEAR_TWO)).expect("results");
    let deal = flagship();
    let mut lines: Vec<&str> = text.lines().collect();
    let reports: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].trim_start().starts_with("{ measure")).collect();
    assert!(reports.len() > 3, "{reports:?}");
    let turned: Vec<&str> = reports.iter().rev().map(|&at| lines[at]).collect();
    reports.iter().zip(turned).for_each(|(&at, line)| lines[at] = line);
    let [first, other] = [text.clone(), lines.join("\n")].map(|text| {
        let run = study::run(&known(&deal, &text), &Options::default().trials(600)).expect("a run");
        run.metrics.iter().map(|metric| format!("{} {:?}", metric.name, metric.summary)).collect::<Vec<_>>()
    });
    assert_eq!(first, other);
}

/// More futures move no earlier one, and each is itself when it is traced alone.
#[test]
fn more_futures_move_no_earlier_one() {
    let deal = known(&flagship(), &fs::read_to_string(root().join(YEAR_TWO)).expect("results"));
    let [few, many] = [700, 1_900].map(|trials| study::run(&deal, &Options::default().trials(trials)).expect("a run"));
    for (few, many) in few.sample.values.iter().zip(&many.sample.values) {
        let same = few.iter().zip(many).all(|(few, many)| few.to_bits() == many.to_bits());
        assert!(same, "a future moved");
    }
    let traced = study::trace(&deal, few.seed, 613);
    for (at, (name, value)) in traced.metrics.iter().enumerate() {
        assert_eq!(value.to_bits(), few.sample.values[at][613].to_bits(), "{name}");
    }
}

/// A term sheet from here on: both are paid what was paid, and a price that falls from a day on moves what comes after it.
#[test]
fn an_amendment_moves_what_is_to_come() {
    let deal = known(&flagship(), &fs::read_to_string(root().join(YEAR_TWO)).expect("results"));
    let amended = scenario::load(
        &root().join(FLAGSHIP),
        &["payment.\"thriving placements\".amendment=[{ from = 2027-05-01, price = { per_unit = 600 } }]".to_string()],
    )
    .expect("the amendment");
    let amended = Deal { so_far: deal.so_far.clone(), ..amended.deal };
    let runs = study::many(&[&deal, &amended], None, &Options::default().trials(800)).expect("runs");
    let city = deal.payors.ids().nth(1).expect("the city");
    let through = deal.so_far.as_ref().expect("known").through as usize;
    for period in 0..deal.timeline.periods as usize {
        let [signed, other] = [0, 1].map(|at| &runs[at].sample.paid[city][period]);
        let same = signed == other;
        assert!(same || period > through, "what was paid moved in period {period}");
        if period + 1 == deal.timeline.periods as usize {
            assert!(signed.iter().zip(other).all(|(signed, other)| other <= signed) && !same, "the price moved nothing");
        }
    }
}

#[test]
fn what_makes_no_forecast_is_refused() {
    let [_, said] = printed(&["forecast", FLAGSHIP], 2);
    assert!(said.contains("give the results so far, --results FILE"), "{said}");
    // Shares of variance draw one input anew while the others stay, which results tie together: these studies are of the plan.
    for study in ["cliffs", "sensitivity", "layers", "readiness", "information"] {
        let [_, said] = printed(&[study, FLAGSHIP, "--results", YEAR_TWO], 2);
        assert!(said.contains("--results"), "{said}");
    }
    let [_, said] = printed(&["forecast", FLAGSHIP, "--results", YEAR_TWO, "--as-of", "2026-05-01"], 3);
    assert!(said.contains("does not exist yet"), "{said}");
    let denver =
        ["scenarios/closed/denver-supportive-housing.toml", "--results", "tests/worked/denver-supportive-housing/so-far-2018.toml"];
    let [out, said] = printed(&[&["forecast"], &denver[..]].concat(), 4);
    assert!(out.is_empty() && said.contains("stable days") && said.contains("a forecast needs 2,000"), "{said}");
    let other = ["stress", FLAGSHIP, "--results", YEAR_TWO, "--trials", "200", "--set", "program.cohorts={ count = 4, size = 100 }"];
    printed(&other, 3);
}

/// Every study that takes results is about the rest of the deal: it differs from that of the plan.
#[test]
fn studies_know_what_was_reported() {
    let few = ["--trials", "300", "--json"];
    for study in ["stress", "power"] {
        let [plan, _] = printed(&[&[study, FLAGSHIP], &few[..]].concat(), 0);
        let [rest, _] = printed(&[&[study, FLAGSHIP, "--results", YEAR_TWO], &few[..]].concat(), 0);
        assert!(plan != rest, "{study} knows nothing");
    }
    let [plan, _] = printed(&["explain", FLAGSHIP, "--trial", "5"], 0);
    let [rest, _] = printed(&["explain", FLAGSHIP, "--trial", "5", "--results", YEAR_TWO], 0);
    assert!(plan != rest, "explain knows nothing");
}

#[test]
fn the_document_says_what_the_text_says() {
    let few = ["forecast", FLAGSHIP, "--results", YEAR_TWO, "--trials", "2000"];
    let [text, _] = printed(&few, 0);
    let [json, _] = printed(&[&few[..], &["--json"]].concat(), 0);
    let document: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(document["kind"], "forecast");
    assert_eq!(document["as_of"], "2027-01-31");
    // 29, 27 and 31 placements of the first three cohorts at $1,200 are paid: worked by hand.
    assert_eq!(document["payors"][1]["paid"], 104_400.0);
    assert!(text.contains("$104,400"), "{text}");
    for figure in document["figures"].as_array().expect("a list") {
        assert!(text.contains(figure["label"].as_str().expect("a label")), "{figure}");
        let [plan, luck, learnt, now] = ["plan", "luck", "learnt", "forecast"].map(|key| match &figure[key] {
            Value::Object(known) => known["value"].as_f64(),
            other => other.as_f64(),
        });
        if let (Some(plan), Some(luck), Some(learnt), Some(now)) = (plan, luck, learnt, now) {
            assert!((plan + luck + learnt - now).abs() < 1e-9 * now.abs().max(1.0), "{figure}");
        }
    }
}

/// Closed deals of which it is published what they came to in the end.
const ENDED: [&str; 4] = ["denver-supportive-housing", "newpin", "nyc-able-rikers", "peterborough-one"];

/// Closed deals as they stood on some day, and what came: the table of the book. After a change: `UPDATE_BOOK=1 cargo test --test it -- replay`.
#[test]
fn closed_deals_are_replayed() {
    const BEGIN: &str = "<!-- replay: begin -->\n";
    const END: &str = "<!-- replay: end -->";
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join("tests/worked")).expect("the worked deals") {
        let folder = entry.expect("an entry").path();
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let file = entry.expect("an entry").path();
            let of = folder.file_name().expect("a name").to_string_lossy().into_owned();
            if ENDED.contains(&of.as_str()) && file.file_name().expect("a name").to_string_lossy().starts_with("so-far-") {
                files.push(file);
            }
        }
    }
    files.sort();
    assert!(files.len() >= 10, "{files:?}");
    let mut rows = vec![
        "| deal, as of | paid by then | the plan had | forecast: from | mean | to | what came |".to_string(),
        "|---|---|---|---|---|---|---|".into(),
    ];
    let mut within = [0, 0];
    for file in &files {
        let folder = file.parent().expect("a folder");
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let deal = scenario::load(&root().join(format!("scenarios/closed/{name}.toml")), &[]).expect("a scenario").deal;
        let deal = Deal { trials: 2_000, ..deal };
        let came = settle(&deal, &results::load(&folder.join("results.toml"), &deal).expect("results"));
        let money = |major: f64| pfsim::words::money::whole(deal.currency, major);
        let came: f64 = deal.payors.ids().map(|payor| came.block.owed.payor_paid.row(payor)[0] as f64).sum::<f64>()
            / deal.currency.minor_units() as f64;
        let so_far = results::load_so_far(file, &deal, None).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let day = so_far.as_of;
        let stem = file.file_stem().expect("a stem").to_string_lossy().into_owned();
        let note = stem.trim_start_matches("so-far-").trim_start_matches(char::is_numeric).replace('-', ", ");
        let plan = study::run(&deal, &Options::default()).expect("a run");
        let planned = money(plan.metric("payors.total").expect("paid").summary.mean);
        let running = Deal { so_far: Some(Arc::new(so_far)), ..deal.clone() };
        let head = format!("{}, {day}{note}", deal.name);
        match study::forecast(&running, &Options::default()) {
            Ok(forecast) => {
                let paid: f64 = forecast.coming.payors.iter().map(|payor| payor.paid).sum();
                let total = &forecast.run.metric("payors.total").expect("paid").summary;
                within[usize::from((total.p5 - 0.5..=total.p95 + 0.5).contains(&came))] += 1;
                let doubt = if forecast.is_in_doubt() { " (in doubt)" } else { "" };
                let [low, mean, high] = [total.p5, total.mean, total.p95].map(money);
                rows.push(format!("| {head} | {} | {planned} | {low} | {mean}{doubt} | {high} | {} |", money(paid), money(came)));
            }
            Err(error) => {
                assert!(error.to_string().contains("hardly ever"), "{name}: {error}");
                rows.push(format!("| {head} | | {planned} | refused: the plan hardly ever makes this | | | {} |", money(came)));
            }
        }
    }
    let table = format!("{}\n", rows.join("\n"));
    let path = root().join("docs/believing.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (head, rest) = page.split_once(BEGIN).expect("the table's beginning");
    let (shown, tail) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE_BOOK").is_some() {
        return fs::write(&path, format!("{head}{BEGIN}{table}{END}{tail}")).expect("written");
    }
    assert_eq!(shown, table);
    assert!(within[1] >= within[0], "{within:?} outside and within nine in ten");
}
