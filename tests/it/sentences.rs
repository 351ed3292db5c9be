//! What `check` says of a deal: every clause as a sentence that is right for any name, of one or of many.

use std::fs;
use std::path::Path;

use pfsim::report::check;
use pfsim::scenario;

/// A deal with plural names, one cohort that a payment is for, rounds, limits of payors, a stop, planned drawings, an extension.
const CLAUSES: &str = r#"
schema = 1
[deal]
name = "Clauses"
currency = "USD"
start = 2030-01-01
period = "year"
periods = 10
cap = 900_000
[program]
provider = "Two providers"
unit = "villages"
cohorts = { sizes = [1_200, 300], periods = [0, 1] }
[[program.cost]]
name = "work"
per_participant = 100
[[outcome]]
name = "clean"
without = 0.4
effect = 0.1
after = 1
rounds = { count = 3, every = 2 }
keeps = "independent"
[[outcome]]
name = "kept"
without = 0.4
effect = 0.1
after = 1
[[outcome]]
name = "costs less"
kind = "amount"
sd = 10
without = 5
effect = 1
after = 1
[[measure]]
name = "first group"
of = "clean"
cohorts = [1]
false_negative = 0.05
[[measure]]
name = "gain"
of = "kept"
method = { randomized = { comparison = 1_000 } }
pool = "all"
minimum_sample = 50
treated_share = 0.8
[[payor]]
name = "Employers"
cap = 400_000
cap_per_fiscal_year = 90_000
carry_over = true
hazard = { per_year = 0.02, lasting = true }
escrow = 10_000
delay = 1
[[payor]]
name = "Cities"
appropriations = { 2031 = 50_000, 2033 = 60_000 }
hazard = { per_year = 0.1, lasting = false }
[[payment]]
name = "clean villages"
payor = "Employers"
on = "first group"
cohorts = [1]
when = "gain.difference >= 2%"
price = { per_unit = 100 }
paid_after = 1
[[payment]]
name = "savings"
payor = "Cities"
price = { share = { of = "costs less", share = 0.5, then = 0.1, once_repaid = ["banks"] } }
[[stop]]
name = "lenders' option"
at = 2032-01-01
when = "gain.difference < 0"
[[stop]]
name = "fraud"
when = "gain.difference < -50%"
payments_end = true
[[tranche]]
name = "banks"
amount = 50_000
coupon = 0.05
rank = 1
[[tranche]]
name = "funds"
amount = 60_000
coupon = 0.05
rank = 2
draws = [{ date = 2030-01-01, amount = 20_000 }, { date = 2031-01-01, amount = 40_000, when = "gain.difference >= 0" }]
[capital]
recycle_until = 2031-12-31
extension = { when = "gain.difference < 1%", periods = 1 }
"#;

fn said(text: &str) -> String {
    let deal = crate::support::deal(text);
    check::text(&deal)
}

#[test]
fn every_clause_is_said() {
    let text = said(CLAUSES);
    for sentence in [
        "The plan: Two providers will serve 1,500 villages in 2 cohorts, from 2030-01-01 to 2039-12-31.",
        "clean villages: Employers will pay $100 for each of the villages found with “clean”, with no comparison group, confirmed for everybody, if \
         gain.difference >= 2%, 2 years after enrolment and every 2 years from then on, 3 times, for cohort 1 only.",
        "savings: Cities will pay 50% of the savings “costs less” until nothing is owed to banks and 10% afterwards, with no comparison group, \
         confirmed for everybody, one year after enrolment.",
        "Employers: up to $400,000 in all and $90,000 in a fiscal year; what a yearly limit cuts is carried over to the next year; a \
         chance of default of 2% a year, for good; $10,000 in escrow, paid even on default; payments come one year late.",
        "Cities: appropriated $50,000 in FY2031 and $60,000 in FY2033, and nothing in other years; a chance of default of 10% a year, for that \
         year.",
        "all payors together: up to $900,000 in all.",
        "first group: 5% of true results are missed.",
        "gain: “kept”, compared with a randomized control group of 1,000 villages per cohort, confirmed for everybody, once for all cohorts, one year \
         after the last enrolment; nothing is reported of fewer than 50 villages; the difference is divided by the 80% who took part.",
        "lenders' option: the program ends early if, on 2032-01-01, gain.difference < 0; results of villages enrolled by then are still paid \
         for.",
        "fraud: the program ends early if, in any year, gain.difference < -50%; nothing more falls due.",
        "funds: up to $60,000, a loan at 5% a year, repaid at rank 2, drawn as planned ($20,000 on 2030-01-01; $40,000 on 2031-01-01 if \
         gain.difference >= 0).",
        "recycling: before 2032-01-01 receipts pay for the work, and only cash interest is paid to investors.",
        "extension: if gain.difference < 1%, maturities and the end of recycling move by one year, once.",
    ] {
        assert!(text.contains(sentence), "not said: {sentence}\n\n{text}");
    }
}

/// People are people where nothing else is said; a word for them changes sentences and nothing else.
#[test]
fn a_unit_is_a_word() {
    let people = CLAUSES.replace("unit = \"villages\"\n", "");
    assert!(said(&people).contains("will serve 1,500 people in 2 cohorts"));
    assert!(said(&people).contains("$100 for each participant found with “clean”"));
    assert!(said(&people).contains("compared with a randomized control group of 1,000 people per cohort"));
    let empty = CLAUSES.replace("unit = \"villages\"", "unit = \" \"");
    let problems = scenario::parse("clauses.toml", &empty).expect_err("no word").to_string();
    assert!(problems.contains("a unit is a word or two"), "{problems}");
}

/// No sentence of any scenario has a verb that would be wrong for a name of many, or counts one of several.
#[test]
fn sentences_suit_every_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for folder in ["closed", "programs", "examples", "bench"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|end| end != "toml") {
                continue;
            }
            let scenario = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let text = check::text(&scenario.deal);
            seen += 1;
            for wrong in [
                " pays ",
                " plans ",
                " gets ",
                " bears ",
                " are repaid",
                " 1 people",
                "cohorts 1 only",
                "first 0,",
                "first 0 ",
                "below that",
            ] {
                assert!(!text.contains(wrong), "{}: {wrong:?} in\n{text}", path.display());
            }
        }
    }
    assert!(seen > 30, "only {seen}");
}
