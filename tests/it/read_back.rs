//! What is read back to the parties: sentences that the money bears out, reasons that a pocket calculator confirms. Expected sentences are
//! written by hand from the terms.

use std::fs;
use std::path::{Path, PathBuf};

use pfsim::deal::{Deal, PaymentId, Price};
use pfsim::engine::{Entry, settle};
use pfsim::export::indigo;
use pfsim::report::settlement::settlement;
use pfsim::report::{check, ledger};
use pfsim::scenario;
use pfsim::settlement::Line;
use pfsim::study::trace;

fn deal(text: &str) -> Deal {
    crate::support::deal(text)
}

/// A year of quarterly cohorts of ten, and another one; jobs a year after enrolment.
fn two_years(more: &str) -> String {
    format!(
        "schema = 1\n[deal]\nname = \"D\"\ncurrency = \"GBP\"\nstart = 2030-04-01\nperiod = \"quarter\"\nperiods = 16\n\
         fiscal_year_starts = \"April\"\n[program]\nprovider = \"P\"\n\
         cohorts = {{ sizes = [10, 10, 10, 10, 10, 10, 10, 10], periods = [0, 1, 2, 3, 4, 5, 6, 7] }}\n\
         [[outcome]]\nname = \"job\"\nrate = 0.5\nafter = 4\n[[payor]]\nname = \"Council\"\n{more}"
    )
}

fn said(text: &str, sentences: &[&str], never: &[&str]) {
    let text = check::text(&deal(text));
    for sentence in sentences {
        assert!(text.contains(sentence), "not said: {sentence}\n\n{text}");
    }
    for sentence in never {
        assert!(!text.contains(sentence), "said: {sentence}\n\n{text}");
    }
}

/// Of sixteen quarters those until the end of September 2032 are paid for: ten.
#[test]
fn dates_are_those_on_which_money_falls_due() {
    let fee =
        "[[payment]]\nname = \"fee\"\npayor = \"Council\"\ndates = \"every_period\"\nuntil = 2032-09-30\nprice = { lump_sum = 1_000 }\n";
    said(
        &two_years(fee),
        &["fee: Council will pay £1,000 each time, whatever is found, 10 times from 2030-04-01 to 2032-07-01."],
        &["16 times", "for claims before"],
    );
    let falls_due = deal(&two_years(fee)).planned_dues(PaymentId(0));
    assert_eq!(falls_due.len(), 10);
    let late = fee.replace("dates = \"every_period\"", "dates = [2030-04-01, 2031-04-01, 2033-01-01]\npaid_after = 1");
    said(&two_years(&late), &["£1,000 each time, whatever is found, on 2030-07-01 and 2031-07-01."], &["2033"]);
}

/// A report about some cohorts is not one about all of them.
#[test]
fn the_cohorts_of_a_report_are_named() {
    let measures = "[[measure]]\nname = \"first\"\nof = \"job\"\ncohorts = [1]\npool = \"all\"\n\
        [[measure]]\nname = \"year 1\"\nof = \"job\"\ncohorts = [1, 2, 3, 4]\npool = \"all\"\n\
        [[measure]]\nname = \"some\"\nof = \"job\"\ncohorts = [1, 2, 5, 6, 7]\n\
        [[measure]]\nname = \"everybody\"\nof = \"job\"\npool = \"all\"\n\
        [[payment]]\nname = \"bonus\"\npayor = \"Council\"\non = \"year 1\"\nprice = { lump_sum = 1_000 }\n\
        [[payment]]\nname = \"each job\"\npayor = \"Council\"\non = \"year 1\"\nprice = { per_unit = 10 }\n";
    said(
        &two_years(measures),
        &[
            "first: “job”, with no comparison group, confirmed for everybody, for cohort 1, 4 quarters after enrolment.",
            "some: “job”, with no comparison group, confirmed for everybody, for each of cohorts 1, 2 and 5 to 7, 4 quarters after enrolment.",
            "everybody: “job”, with no comparison group, confirmed for everybody, once for all cohorts, 4 quarters after the last enrolment.",
            "bonus: Council will pay £1,000 once for cohorts 1 to 4 together, with no comparison group, confirmed for everybody, 4 quarters after \
             the enrolment of cohort 4.",
            "each job: Council will pay £10 for each participant found with “job”, with no comparison group, confirmed for everybody, 4 quarters \
             after the enrolment of cohort 4, for cohorts 1 to 4 only.",
        ],
        &[],
    );
}

/// A formula on measures, or a condition on one, is not paid whatever is found.
#[test]
fn only_what_looks_at_nothing_is_paid_whatever_is_found() {
    let payments = "[[measure]]\nname = \"year 1\"\nof = \"job\"\ncohorts = [1, 2, 3, 4]\npool = \"all\"\n\
        [[payment]]\nname = \"by formula\"\npayor = \"Council\"\ndates = [2032-04-01]\nprice = { formula = \"10 * 'year 1'.units\" }\n\
        [[payment]]\nname = \"if\"\npayor = \"Council\"\ndates = [2032-04-01]\nwhen = \"'year 1'.rate >= 30%\"\nprice = { lump_sum = 5 }\n\
        [[payment]]\nname = \"fee\"\npayor = \"Council\"\ndates = [2032-04-01]\nprice = { lump_sum = 5 }\n";
    said(
        &two_years(payments),
        &[
            "by formula: Council will pay what comes of “10 * 'year 1'.units”, on 2032-04-01.",
            "if: Council will pay £5, if 'year 1'.rate >= 30%, on 2032-04-01.",
            "fee: Council will pay £5, whatever is found, on 2032-04-01.",
        ],
        &[],
    );
}

/// What cannot grow beyond an amount has said up to how much.
#[test]
fn what_bounds_a_payment() {
    let open = "up to how much?";
    let jobs = |price: &str| two_years(&format!("[[payment]]\nname = \"jobs\"\npayor = \"Council\"\non = \"job\"\n{price}\n"));
    said(&jobs("price = { per_unit = 10 }"), &[open], &[]);
    said(&jobs("price = { tiers = [{ from = 0, pay = 1 }, { from = 20, pay = 2 }] }"), &[open], &[]);
    for bounded in [
        "price = { tiers = [{ from = 0, pay = 0 }, { from = 20, pay = 2 }, { from = 40, pay = 0 }] }",
        "price = { per_unit = 10 }\ncap_per_fiscal_year = 100",
        "price = { per_unit = 10 }\ncap_per_period = 100",
        "price = { per_unit = 10 }\ncap_per_cohort = 100",
        "price = { per_unit = 10 }\ncap = 100",
    ] {
        said(&jobs(bounded), &[], &[open]);
    }
    let payor = jobs("price = { per_unit = 10 }").replace("name = \"Council\"", "name = \"Council\"\ncap_per_fiscal_year = 50");
    said(&payor, &[], &[open]);
}

#[test]
fn a_late_start_is_said() {
    let late = |delay: &str| two_years("").replace("provider = \"P\"", &format!("provider = \"P\"\ndelay = {delay}"));
    said(
        &late("[0.6, 0.3, 0, 0.1]"),
        &[
            "Everybody will enrol with chance 60% as planned, with chance 30% one quarter later and with chance 10% 3 quarters later; dates in the \
           contract stay.",
        ],
        &[],
    );
    said(&late("[1]"), &[], &["Everybody will enrol"]);
}

/// Formulas and their tables are read back, with what uses them.
#[test]
fn formulas_are_read_back() {
    let terms = "[[measure]]\nname = \"year 1\"\nof = \"job\"\ncohorts = [1, 2, 3, 4]\npool = \"all\"\n\
        [[formula]]\nname = \"share\"\nby = \"'year 1'.rate\"\npieces = [{ from = 0.5, value = 0.1, slope = 0.9 }, { from = 0.6, value = 0.25 }]\n\
        [[formula]]\nname = \"amount\"\nis = \"1_000 * share\"\n\
        [[formula]]\nname = \"idle\"\nis = \"2 * amount\"\n\
        [[payment]]\nname = \"by formula\"\npayor = \"Council\"\ndates = [2032-04-01]\nwhen = \"amount > 0\"\nprice = { formula = \"amount\" }\n\
        [[stop]]\nname = \"break\"\nwhen = \"share < 0.1\"\n";
    said(
        &two_years(terms),
        &["Formulas\n  share: by the rate in “year 1”: 0 below 50%, 0.1 from 50% and 0.009 for each point more, 0.25 from 60%; used \
             by “amount” and the right to end “break”.\n  amount: 1_000 * share; used by “idle”, the price of “by formula” and the condition of \
             “by formula”.\n  idle: 2 * amount; used by nothing.\n"],
        &[],
    );
}

/// A card too long for a sentence is read back line by line.
#[test]
fn a_long_card_is_read_back() {
    let outcomes: String = (1..=9).map(|line| format!("[[outcome]]\nname = \"step {line}\"\nrate = 0.5\nafter = 1\n")).collect();
    let lines: Vec<String> = (1..=9).map(|line| format!("{{ on = \"step {line}\", price = {line}00 }}")).collect();
    let card = format!("{outcomes}[[payment]]\nname = \"card\"\npayor = \"Council\"\nprice = {{ rate_card = [{}] }}\n", lines.join(", "));
    said(&two_years(&card), &["    “step 1”: £100 for each\n", "    “step 9”: £900 for each\n"], &[]);
    let project = indigo::document(&deal(&two_years(&card)), "abc");
    let notes = project["outcome_pricings"][4]["notes"].as_str().expect("notes");
    assert_eq!(notes, "Payment: card. “step 5”: GBP 500.00 for each.");
}

/// Nothing that binds a party is lost on the way into the standard's form.
#[test]
fn an_export_keeps_prices_formulas_and_clauses() {
    let terms = "[[measure]]\nname = \"year 1\"\nof = \"job\"\ncohorts = [1, 2, 3, 4]\npool = \"all\"\n\
        [[formula]]\nname = \"amount\"\nis = \"1_000 * 'year 1'.rate\"\n\
        [[payment]]\nname = \"by formula\"\npayor = \"Council\"\ndates = [2032-04-01]\nprice = { formula = \"amount\" }\n\
        [[payment]]\nname = \"tiers\"\npayor = \"Council\"\non = \"job\"\nprice = { tiers = [{ from = 0, pay = 7 }, { from = 20, pay = 9 }] }\n\
        [[stop]]\nname = \"break\"\nat = 2032-04-01\nwhen = \"'year 1'.rate < 10%\"\n\
        [[tranche]]\nname = \"bank\"\namount = 500\ncoupon = 0.05\nrank = 1\n";
    let project = indigo::document(&deal(&two_years(terms)), "abc");
    let metrics: Vec<&str> =
        project["outcome_metrics"].as_array().expect("metrics").iter().map(|metric| metric["notes"].as_str().expect("notes")).collect();
    assert_eq!(metrics, ["Measure: job.", "Measure: year 1."]);
    let prices = project["outcome_pricings"].as_array().expect("prices");
    assert_eq!(prices[0]["notes"], "Payment: by formula. It also asks for “year 1”.");
    assert!(prices[1]["price_description"]["value"].as_str().expect("words").contains("£7, then £9 after the first 20"), "{}", prices[1]);
    let notes = project["notes"]["value"].as_str().expect("notes");
    for clause in [
        "Formulas: amount: 1_000 * 'year 1'.rate; used by the price of “by formula”.",
        "Early termination: break: the program ends early if, on 2032-04-01, 'year 1'.rate < 10%",
        "Capital: bank: up to £500, a loan at 5% a year",
    ] {
        assert!(notes.contains(clause), "not kept: {clause}\n{notes}");
    }
}

/// The first trial of a program whose first cohort finds nobody a job, and that ends for it before the third cohort comes.
#[test]
fn who_never_came_is_said() {
    let stopped = two_years(
        "[[measure]]\nname = \"gain\"\nof = \"work\"\nmethod = { randomized = { comparison = 10 } }\nminimum_sample = 11\n\
         [[outcome]]\nname = \"work\"\nwithout = 0.5\neffect = 0.1\nafter = 0\n\
         [[payment]]\nname = \"work\"\npayor = \"Council\"\non = \"work\"\nprice = { per_unit = 1 }\n\
         [[stop]]\nname = \"break\"\nat = 2030-07-01\nwhen = \"year >= 1\"\n",
    );
    let deal = deal(&stopped);
    let text = ledger::text(&deal, &trace(&deal, 1, 0));
    let rows = |first: &str, second: &str| {
        let words = |line: &&str| line.split_whitespace().collect::<Vec<_>>().join(" ").starts_with(&format!("{first}{second}"));
        text.lines().filter(words).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(rows("2030 Q4", " never"), ["2030 Q4 never came – –"], "{text}");
    assert_eq!(rows("gain ", "2030 Q4"), ["gain 2030 Q4 never came – – – –"], "{text}");
    assert_eq!(rows("gain ", "2030 Q2"), ["gain 2030 Q2 10 not reported – – –"], "{text}");
    assert!(!text.contains("NaN"), "{text}");
}

/// A cohort that nobody joins has no rate; a trial in which all come late says so.
#[test]
fn nobody_and_late_are_said() {
    let nobody = two_years("").replace("provider = \"P\"", "provider = \"P\"\ndelay = [0, 0, 1]\nenrolment_ratio = 0")
        + "[[measure]]\nname = \"found\"\nof = \"job\"\npool = \"all\"\n";
    let deal = deal(&nobody);
    let text = ledger::text(&deal, &trace(&deal, 1, 0));
    assert!(text.contains("Everybody came 2 quarters later than planned; cohorts are named by the plan."), "{text}");
    let found: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("found ")).collect();
    assert_eq!(found.len(), 1, "{text}");
    assert_eq!(found[0].split_whitespace().collect::<Vec<_>>().join(" "), "found 2030 Q2 to 2032 Q1 nobody enrolled – – – –");
}

/// The numbers of a text that is a product, a sum of products, or one of them times a factor, worked out; words count for nothing, and
/// brackets after a price say where it comes from.
fn worked_out(reason: &str) -> f64 {
    let number = |text: &str| -> f64 {
        let digits = text.trim().replace(',', "").replace('−', "-");
        digits.parse().unwrap_or_else(|_| panic!("{text:?} in {reason:?}"))
    };
    let mut plain = reason.to_string();
    while let Some((from, to)) = plain.find(" (").and_then(|from| Some((from, from + plain[from..].find(')')?))) {
        plain.replace_range(from..=to, "");
    }
    let product = |text: &str| text.split(" × ").map(number).product::<f64>();
    plain.split(" + ").map(product).sum()
}

fn every_claim(mut check: impl FnMut(&Deal, &Price, &str, f64)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<[PathBuf; 2]> = Vec::new();
    for folder in fs::read_dir(root.join("tests/worked")).expect("the worked deals") {
        let folder = folder.expect("an entry").path();
        let Some(name) = folder.file_name().filter(|_| folder.is_dir()) else { continue };
        let scenario = root.join("scenarios/closed").join(name).with_extension("toml");
        for file in fs::read_dir(&folder).expect("a folder") {
            let file = file.expect("an entry").path();
            if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("results")) {
                files.push([scenario.clone(), file]);
            }
        }
    }
    files.sort();
    for [path, results] in files {
        let deal = scenario::load(&path, &[]).expect("a closed deal").deal;
        let results = pfsim::results::load(&results, &deal).expect("its results");
        let settled = settle(&deal, &results);
        let found = settlement(&settled);
        let claims = settled.ledger.iter().filter_map(|entry| match entry {
            Entry::Line(Line::Claim(claim)) => Some(*claim),
            _ => None,
        });
        let lines = found.lines.iter().filter(|line| line.what == "due");
        for (claim, line) in claims.zip(lines) {
            if claim.open && claim.valued && !claim.ended {
                check(&deal, &deal.payments[claim.payment].terms[claim.terms].price, &line.because, line.amount);
            }
        }
    }
}

/// Every product that a settlement of a closed deal gives as the reason of an amount comes to that amount.
#[test]
fn reasons_can_be_worked_out() {
    let (mut products, mut steps) = (0, 0);
    every_claim(|deal, price, because, amount| {
        let near = |worked: f64| (worked - amount).abs() < 0.5 / deal.currency.minor_units() as f64 + 1e-9;
        match price {
            Price::PerUnit { less: Some(_), .. } => {
                // (units of this less units of that) × price
                let (bracket, each) = because.rsplit_once(") × ").unwrap_or_else(|| panic!("{because}"));
                let (units, less) = bracket.trim_start_matches('(').split_once(" less ").expect("units less units");
                let [units, less] = [units, less].map(|part| worked_out(part.split_whitespace().next().expect("units")));
                assert!(near((units - less).max(0.0) * worked_out(each)), "{because} is not {amount}");
                products += 1;
            }
            Price::PerUnit { .. } | Price::PerAdditional(_) | Price::RateCard(_) => {
                // The number before the name, the price after it, and the part of an instalment.
                let (claim, part) = match because.split_once("% of it") {
                    Some((claim, _)) => claim.rsplit_once(", ").expect("a part"),
                    None => (because, "100"),
                };
                let (units, each) = claim.rsplit_once(" × ").unwrap_or_else(|| panic!("{because}"));
                let units = units.split_whitespace().next().expect("units");
                assert!(near(worked_out(&format!("{units} × {each}")) * worked_out(part) / 100.0), "{because} is not {amount}");
                products += 1;
            }
            Price::Table(_) if because.contains(": ") && !because.contains("below the first step") => {
                let sum = because.rsplit_once(": ").map_or("", |(_, sum)| sum).replace(" points", "").replace(" units", "");
                assert!(near(worked_out(&sum)), "{because} is not {amount}");
                steps += 1;
            }
            _ => {}
        }
    });
    assert!(products > 300 && steps > 30, "{products} products, {steps} steps");
}

/// Discount and escalation stand in the price that is multiplied: £500.00 less 5.25%, risen by 2% after a year, is £483.23 (483.225).
#[test]
fn prices_are_shown_as_they_hold() {
    let text = two_years(
        "[[payment]]\nname = \"jobs\"\npayor = \"Council\"\non = \"job\"\ndiscount = 0.0525\nescalator = { per_year = 0.02 }\nprice = { per_unit = 500 }\n\
         [[payment]]\nname = \"tiers\"\npayor = \"Council\"\non = \"job\"\nescalator = { per_year = 0.02 }\n\
         price = { tiers = [{ from = 0, pay = 100 }, { from = 7, pay = 3 }] }\n\
         [[payment]]\nname = \"table\"\npayor = \"Council\"\non = \"job\"\ndiscount = 0.1\n\
         price = { by = \"rate\", pieces = [{ from = 0.05, pay = 1_000, per_point = 7.77 }] }\n",
    );
    let deal = deal(&text);
    let trial = trace(&deal, 1, 0);
    let text = ledger::text(&deal, &trial);
    let reasons: Vec<(f64, String)> = text
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            let (_, rest) = line.split_once("due for ")?;
            let mut parts = rest.split("  ").map(str::trim).filter(|part| !part.is_empty());
            let (_, amount, because) = (parts.next()?, parts.next()?, parts.next()?);
            Some((amount.replace(',', "").parse().ok()?, because.to_string()))
        })
        .collect();
    assert_eq!(reasons.len(), 24, "{text}");
    let mut discounted = 0;
    for (amount, because) in &reasons {
        let products = match because.rsplit_once(": ") {
            Some((_, sum)) => sum.replace(" points", "").trim_start_matches('(').to_string(),
            None => because
                .split_once(" × ")
                .map(|(units, each)| format!("{} × {each}", units.split(' ').next().unwrap_or("")))
                .unwrap_or_default(),
        };
        let worked = match products.rsplit_once(") × ") {
            // A bracket times a factor.
            Some((sum, factor)) if !sum.contains('(') => worked_out(sum) * factor.parse::<f64>().expect("a factor"),
            _ => worked_out(&products),
        };
        discounted += usize::from(because.contains("× 0.9475)"));
        assert!((worked - amount).abs() < 0.005 + 1e-9, "{because} is {worked}, not {amount}");
    }
    assert!(discounted == 0 && text.contains(" × 483.23 (500.00 × 0.96645)"), "a year after the start: 0.9475 × 1.02\n{text}");
}

#[test]
fn currencies_are_told_apart() {
    let priced = |code: &str| {
        let fee = "[[payment]]\nname = \"fee\"\npayor = \"Council\"\ndates = [2031-04-01]\nprice = { lump_sum = 1_000 }\n";
        check::text(&deal(&two_years(fee).replace("\"GBP\"", &format!("\"{code}\""))))
    };
    for (code, shown) in [("USD", " $1,000,"), ("CAD", " C$1,000,"), ("AUD", " A$1,000,"), ("NZD", " NZ$1,000,"), ("CHF", " CHF 1,000,")] {
        assert!(priced(code).contains(&format!("will pay{shown}")), "{code}: {}", priced(code));
    }
}
