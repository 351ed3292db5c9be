//! What is valid but unwise: every code has a page and two scenarios that differ in one clause, of which one shows it and the other does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pfsim::analysis::{Lint, LintCode};
use pfsim::deal::{Deal, PaymentId};
use pfsim::report;
use pfsim::scenario;
use pfsim::study::{self, Options, run};

/// Where the failing scenario of each code shows it.
const PLACES: [(LintCode, &str); 15] = [
    (LintCode::CapBindsOften, "payor.\"State\".cap"),
    (LintCode::CostsMoreThanWorth, "payor.\"State\".value_per_outcome"),
    (LintCode::CountsWithoutComparison, "payment.\"success\".on"),
    (LintCode::GateNeverFails, "payment.\"success\".when"),
    (LintCode::GateNeverOpens, "payment.\"success\".when"),
    (LintCode::GuaranteedTwice, "guarantee.\"bank\""),
    (LintCode::LowPower, "payment.\"success\".on"),
    (LintCode::MixedScripts, "payor.\"Stаte\".name"),
    (LintCode::MoneyRunsShort, "capital"),
    (LintCode::MostlyUnsourced, "deal"),
    (LintCode::NeverDrawn, "tranche.\"reserve\".amount"),
    (LintCode::PayableBelowCost, "deal"),
    (LintCode::PaysWithoutEffect, "payment.\"success\".when"),
    (LintCode::StepNeverReached, "payment.\"success\".price"),
    (LintCode::TermsNeverHold, "payment.\"success\".amendment.1.from"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(path: &Path) -> Deal {
    scenario::load(path, &[]).unwrap_or_else(|error| panic!("{error}")).deal
}

fn fixture(code: LintCode, end: &str) -> Deal {
    load(&root().join("tests/it/lints").join(format!("{}-{end}.toml", code.word())))
}

fn lints(deal: &Deal, trials: u64) -> Vec<Lint> {
    let options = Options::default().trials(trials).seed(deal.seed);
    study::lints(deal, &run(deal, &options).expect("a run"), &options).expect("lints")
}

#[test]
fn each_failing_scenario_shows_its_code_alone_and_its_twin_none() {
    let places: BTreeMap<LintCode, &str> = PLACES.into_iter().collect();
    for code in LintCode::ALL {
        let found = lints(&fixture(code, "fails"), 2_000);
        let shown: Vec<(LintCode, &str)> = found.iter().map(|lint| (lint.code, lint.at.as_str())).collect();
        assert_eq!(shown, [(code, places[&code])], "{}: {found:?}", code.word());
        let found = lints(&fixture(code, "passes"), 2_000);
        assert!(found.is_empty(), "{} passes: {found:?}", code.word());
    }
}

/// Of a condition on several measures it is the whole that noise meets, not the first measure that it names: that one is never reported.
#[test]
fn a_condition_on_several_measures_is_named_as_a_whole() {
    let text = fs::read_to_string(root().join("tests/it/lints/pays-without-effect-fails.toml")).expect("the failing scenario");
    let gate = text.lines().find(|line| line.starts_with("when = ")).expect("a condition");
    let asked = gate.trim_start_matches("when = ").trim_matches('"');
    let either = format!("unseen.difference >= 0 or {asked}");
    let unseen = "[[measure]]\nname = \"unseen\"\nof = \"placed\"\nmethod = { randomized = { comparison = 10 } }\npool = \"all\"\nminimum_sample = 1_000_000\n";
    let deal = scenario::parse("deal.toml", &format!("{}{unseen}", text.replace(gate, &format!("when = \"{either}\"")))).expect("a deal");
    let found = lints(&deal, 2_000);
    let lint = found.iter().find(|lint| lint.code == LintCode::PaysWithoutEffect).unwrap_or_else(|| panic!("{found:?}"));
    assert!(lint.message.starts_with(&format!("“{either}” is met by noise: ")), "{}", lint.message);
}

/// The twins differ in one clause: a few lines of one table.
#[test]
fn the_twins_differ_in_little() {
    for code in LintCode::ALL.into_iter().filter(|code| *code != LintCode::MostlyUnsourced) {
        let read =
            |end: &str| fs::read_to_string(root().join("tests/it/lints").join(format!("{}-{end}.toml", code.word()))).expect("a file");
        let (fails, passes) = (read("fails"), read("passes"));
        let lines: Vec<&str> = passes.lines().skip(1).collect();
        let other = fails.lines().skip(1).filter(|line| !lines.contains(line)).count();
        assert!((1..=2).contains(&other), "{}: {other} lines differ", code.word());
    }
}

#[test]
fn every_code_has_a_page_and_stands_in_the_list() {
    let list = fs::read_to_string(root().join("docs/lints/README.md")).expect("the list");
    let rows: Vec<&str> = list.lines().filter(|line| line.starts_with("| [")).collect();
    let expected: Vec<String> = LintCode::ALL.iter().map(|code| format!("| [`{0}`]({0}.md) | {1} |", code.word(), code.about())).collect();
    assert_eq!(rows, expected, "docs/lints/README.md lists other codes");
    for code in LintCode::ALL {
        let page = fs::read_to_string(root().join("docs/lints").join(format!("{}.md", code.word()))).expect("a page");
        assert!(page.starts_with(&format!("# `{}`: ", code.word())));
        for part in ["Why it matters", "An example", "How to mend it", "When to ignore it"] {
            assert!(page.contains(&format!("\n## {part}\n\n")), "{}: no {part}", code.word());
        }
        // What a page points to is there.
        for path in page.split('`').filter(|word| word.ends_with(".toml")) {
            assert!(root().join(path).is_file(), "{}: {path}", code.word());
        }
    }
    let pages = fs::read_dir(root().join("docs/lints")).expect("the pages").count();
    assert_eq!(pages, LintCode::ALL.len() + 1, "a page of no code");
    let mut words: Vec<&str> = LintCode::ALL.iter().map(|code| code.word()).collect();
    words.dedup();
    assert!(words.is_sorted() && words.len() == LintCode::ALL.len());
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    found.sort();
    found
}

#[test]
fn what_our_scenarios_show() {
    let mut text = String::new();
    let paths = [toml_files("scenarios/programs"), toml_files("scenarios/closed")].concat();
    assert!(paths.len() >= 38);
    for path in paths {
        let found = lints(&load(&path), 500);
        let shown: Vec<String> = found.iter().map(|lint| format!("  {} at {}\n", lint.code.word(), lint.at)).collect();
        text.push_str(&format!("{}\n{}", path.file_name().expect("a name").to_string_lossy(), shown.concat()));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("lints_of_scenarios", text);
    });
}

/// Which conditions are decided by what they say: independent of any trial.
#[test]
fn conditions_that_are_decided_by_what_they_say() {
    let text = fs::read_to_string(root().join("tests/it/lints/gate-never-fails-passes.toml")).expect("a scenario");
    let old = "gain >= 8% and gain.rate >= 50%";
    assert!(text.contains(old));
    let cases = [
        ("gain.rate >= 0", Some(true)),
        ("gain.rate > 0", None),
        ("gain.rate <= 100%", Some(true)),
        ("gain.units >= 401", Some(false)),
        ("gain.units >= 400", None),
        ("gain.units > 400", Some(false)),
        ("gain.units < 0", Some(false)),
        ("gain > 100%", Some(false)),
        ("gain >= -100%", Some(true)),
        ("gain.p_value <= 1", Some(true)),
        ("gain.p_value <= 0.05 and gain.rate > 2", Some(false)),
        ("gain.p_value <= 0.05 or gain.rate <= 1", Some(true)),
        ("not gain.units >= 401", Some(true)),
        ("max(gain.rate, 0.5) >= 50%", Some(true)),
        ("min(gain.rate, 0.5) > 50%", Some(false)),
        ("gain.rate + gain.comparison_rate <= 2", Some(true)),
        ("2 * gain.rate - 3 < 0", Some(true)),
        ("abs(gain) >= 0", Some(true)),
        ("gain.additional >= 0", None),
        ("date >= 2025-01-01", Some(true)),
        ("date < 2025-01-01", Some(false)),
        ("year <= 3", Some(true)),
        ("if(gain >= 8%, 1, 2) >= 1", Some(true)),
        ("gain.rate / gain.comparison_rate >= 0", None),
        ("gain.rate = 2", Some(false)),
        ("paid('success') >= 0", None),
    ];
    for (condition, expected) in cases {
        let deal = scenario::parse("case.toml", &text.replace(old, condition)).unwrap_or_else(|problems| panic!("{problems}"));
        let gate = deal.payments[PaymentId(0)].terms[0].when.as_ref().expect("a condition");
        assert_eq!(deal.decided(&gate.condition), expected, "{condition}");
        let code = pfsim::analysis::lints(&deal).first().map(|lint| lint.code);
        let wanted = expected.map(|holds| if holds { LintCode::GateNeverFails } else { LintCode::GateNeverOpens });
        assert_eq!(code, wanted, "{condition}");
    }
}

/// Planned cost and the most payable, by hand.
#[test]
fn planned_cost_and_most_payable_by_hand() {
    let text = fs::read_to_string(root().join("tests/it/lints/payable-below-cost-fails.toml")).expect("a scenario");
    let deal = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        scenario::parse("case.toml", &text.replace(old, new)).unwrap_or_else(|problems| panic!("{problems}"))
    };
    let minor = 100.0;
    // 400 people at 2,000, and one lump sum.
    let plain = deal("schema = 1", "schema = 1");
    assert_eq!([plain.planned_cost(), plain.most_payable()], [800_000.0 * minor, 700_000.0 * minor]);
    // 500 for each of the 55% who are placed, a class of 30 for 10,000 (4 a cohort), 12 quarters of 1,000, and a tenth of it all on top.
    let lines = "per_participant = 2_000\n[[program.cost]]\nname = \"b\"\nper_outcome = 500\nof = \"placed\"\n[[program.cost]]\nname = \"c\"\n\
        per_group = 10_000\npeople = 30\n[[program.cost]]\nname = \"d\"\nper_period = 1_000\n[[program.cost]]\nname = \"e\"\nshare_of_costs = 0.1";
    let many = deal("per_participant = 2_000", lines).planned_cost();
    let expected = (800_000.0 + 500.0 * 220.0 + 160_000.0 + 12_000.0) * 1.1 * minor;
    assert!((many - expected).abs() < 1.0, "{many} {expected}");
    // The payor's cap is 1,500,000; a price for each of 400 people comes to less or more; a step table to its best row.
    let most = |price: &str| deal("{ lump_sum = 700_000 }", price).most_payable() / minor;
    assert_eq!(most("{ per_additional = 3_000 }"), 1_200_000.0);
    assert_eq!(most("{ per_additional = 30_000 }"), 1_500_000.0);
    assert_eq!(most("{ steps = [{ from = 0.1, pay = 900_000 }, { from = 0.2, pay = 850_000 }] }"), 900_000.0);
}

/// The same findings at any number of threads.
#[test]
fn threads_change_nothing() {
    let deal = fixture(LintCode::PaysWithoutEffect, "fails");
    let on = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(|| lints(&deal, 700));
    let one = on(1);
    assert_eq!(one.len(), 1);
    assert_eq!(one, on(3));
}

#[test]
fn what_is_printed() {
    let found = lints(&fixture(LintCode::LowPower, "fails"), 2_000);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("lints_as_text", report::lints::text(&found));
    });
    assert_eq!(report::lints::text(&[]), "");
    let lint = pfsim::export::data::check::Lint::from(&found[0]);
    assert_eq!((lint.code, lint.page.as_str()), ("low-power", "docs/lints/low-power.md"));
}

#[cfg(feature = "cli")]
#[test]
fn check_prints_denies_and_skips() {
    let pfsim = |code: LintCode, end: &str, flags: &[&str]| {
        let file = format!("tests/it/lints/{}-{end}.toml", code.word());
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_pfsim"))
            .args([&["check", &file], flags].concat())
            .current_dir(root())
            .output()
            .expect("pfsim runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (code, out, _) = pfsim(LintCode::LowPower, "fails", &[]);
    assert_eq!(code, Some(0), "a finding is no error");
    assert!(out.contains("\nWorth a second look\n  low-power at payment.\"success\".on: "), "{out}");
    assert!(out.contains("see docs/lints/low-power.md\n"));
    let (code, out, err) = pfsim(LintCode::LowPower, "fails", &["--deny"]);
    assert_eq!(code, Some(4));
    assert!(out.contains("Worth a second look") && err.contains("1 thing worth a second look"), "{err}");
    assert_eq!(pfsim(LintCode::LowPower, "passes", &["--deny"]).0, Some(0));
    // What needs trials is not told without them; what stands in the file is.
    let (code, out, _) = pfsim(LintCode::LowPower, "fails", &["--no-simulation", "--deny"]);
    assert_eq!(code, Some(0));
    assert!(!out.contains("Worth a second look"));
    assert_eq!(pfsim(LintCode::GuaranteedTwice, "fails", &["--no-simulation", "--deny"]).0, Some(4));
    let (code, out, _) = pfsim(LintCode::GuaranteedTwice, "fails", &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, Some(0));
    assert_eq!(json["scenarios"][0]["lints"][0]["code"], "guaranteed-twice");
    assert!(json["scenarios"][0]["text"].as_str().expect("text").contains("guaranteed twice"));
}
