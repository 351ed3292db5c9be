//! The amounts that the book shows, against what one works out by hand.
#![cfg(all(feature = "cli", unix))]

use std::fs;

use pfsim::engine::settle;
use pfsim::report::settlement;

use super::book::page;
use super::cli::root;
use super::markdown::parts;

/// What the fragments of a page come to when they are settled: name, due and paid of every payment, one list for each fragment.
fn settled(name: &str, base: &str) -> Vec<Vec<(String, f64, f64)>> {
    let text = fs::read_to_string(page(name)).expect("the page");
    let example = |file: &str| fs::read_to_string(root().join("docs/examples").join(file)).expect("an example");
    let (blocks, _) = parts(&text);
    let fragments = blocks.iter().filter(|block| block.marker.as_deref() == Some(base));
    fragments
        .map(|block| {
            let deal = format!("{}\n{}", example("base.toml"), &text[block.range.clone()]);
            let deal = crate::support::deal(&deal);
            let results =
                pfsim::results::parse("results.toml", &example("results.toml"), &deal).unwrap_or_else(|problems| panic!("{problems}"));
            let found = settlement::settlement(&settle(&deal, &results));
            found.payments.iter().map(|payment| (payment.name.clone(), payment.due, payment.paid)).collect()
        })
        .collect()
}

fn same(found: &[Vec<(String, f64, f64)>], expected: &[&[(&str, f64, f64)]]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        let near = |a: f64, b: f64| (a - b).abs() < 0.005;
        let agrees = found.len() == expected.len()
            && found
                .iter()
                .zip(*expected)
                .all(|(found, expected)| found.0 == expected.0 && near(found.1, expected.1) && near(found.2, expected.2));
        assert!(agrees, "settled {found:?}, by hand {expected:?}");
    }
}

#[test]
fn the_clauses_come_to_what_one_works_out_by_hand() {
    let both = |name, amount| (name, amount, amount);
    // In 2027 the bank is owed 20,000 and a year's interest; costs took what it should have been repaid, so in 2028 a year more.
    let (first, second): (f64, f64) = (20_000.0 * 1.05, 20_000.0 * 1.05 * 1.05);
    let savings = first + 0.2 * (110_000.0 - 2.0 * first) + second + 0.2 * (90_000.0 - 2.0 * second);
    same(
        &settled("clauses", "into: base.toml"),
        &[
            &[both("jobs", 105.0 * 6_000.0)],
            &[both("support", (24.0 + 25.0) * 500.0)],
            &[both("additional jobs", 0.12 * 190.0 * 20_000.0)],
            &[both("jobs", 60.0 * 6_000.0), both("success", 250_000.0)],
            &[both("steps", 250_000.0)],
            &[both("earnings", 50_000.0 + 1_000.0 * 100.0 + 400.0 * 60.0)],
            &[both("points", 20_000.0 + 10.0 * 5_000.0)],
            &[both("rate card", 154.0 * 400.0 + 105.0 * 2_800.0 + 21.0 * 700.0)],
            &[both("tiers", 100.0 * 3_000.0 + 5.0 * 5_000.0)],
            &[both("share of savings", savings)],
            &[both("composite success", 3_000_000.0 * (0.7 * 0.12 + 0.3 * 1_900.0 / 20_000.0))],
            // The 80,000 have gone into the work when 30,000 are owed back, and nobody has lent anything: they are not refunded.
            &[("risk share", 80_000.0 - 30_000.0, 80_000.0)],
        ],
    );
}

#[test]
fn the_limits_come_to_what_one_works_out_by_hand() {
    let both = |name, amount| (name, amount, amount);
    let jobs: f64 = 105.0 * 6_000.0;
    // Completions may be 40% of all: two thirds of what the jobs are.
    let share = 105.0 * 3_000.0 * 0.4 / 0.6;
    same(
        &settled("limits", "into: base.toml"),
        &[
            &[("jobs", jobs, 500_000.0)],
            &[("jobs", jobs, 170_000.0 + 45.0 * 3_200.0)],
            &[("additional jobs", 0.12 * 190.0 * 1_000.0, 50_000.0)],
            &[("completions", 154.0 * 3_000.0, share), both("jobs", 105.0 * 3_000.0)],
            &[both("jobs", 60.0 * 5_814.0 + 45.0 * 5_930.28)],
            &[both("first group", 60.0 * 6_000.0)],
            &[both("availability", 50_000.0)],
            &[both("jobs", jobs)],
            &[both("jobs", jobs)],
            &[both("jobs", 0.12 * 190.0 * 5_000.0)],
            &[both("jobs", jobs)],
        ],
    );
}

#[test]
fn the_investors_get_what_one_works_out_by_hand() {
    let text = fs::read_to_string(page("capital")).expect("the page");
    let (blocks, _) = parts(&text);
    // What an investor puts in and gets back, as the tables of the page show it, one after another.
    let number = |cell: &str| cell.replace(',', "").replace('−', "-").parse::<f64>().ok();
    let shown: Vec<(String, f64, f64)> = blocks
        .iter()
        .filter(|block| block.marker.as_deref() == Some("earned"))
        .flat_map(|block| text[block.range.clone()].lines())
        .filter_map(|line| {
            let mut cells = line.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty());
            Some((cells.next()?.to_string(), number(cells.next()?)?, number(cells.next()?)?))
        })
        .collect();
    // The city pays 480,000 and 360,000; costs are 400,000 and 360,000, so 120,000 goes out in 2027 and 360,000 in 2028.
    let bank = |drawn: f64, later: f64| {
        let first = 120_000.0 + later;
        first + (drawn * 1.05 + later - first) * 1.05
    };
    // All from the bank: interest comes before principal, and the guarantor bears what is lost of principal.
    let interest = 400_000.0 * 0.05 + 300_000.0 * 0.05;
    let expected = [
        ("bank", 140_000.0, bank(140_000.0, 0.0)),
        ("impact fund", 150_000.0, 150_000.0 * 1.08 * 1.08),
        ("foundation", 110_000.0, 0.0),
        ("bank", 300_000.0, bank(300_000.0, 0.0)),
        ("partner", 100_000.0, 100_000.0 * 1.15 * 1.15),
        ("housing fund", 400_000.0, 400_000.0 * 1.03 * 1.03 * 1.03 * 1.03),
        ("bank", 400_000.0, 120_000.0 + 280_000.0 * 1.07),
        ("bank", 500_000.0, bank(300_000.0, 200_000.0)),
        ("housing fund", 100_000.0, 100_000.0),
        ("revolving fund", 200_000.0, 0.0),
        ("provider's fee", 100_000.0, 100_000.0),
        ("bank", 100_000.0, 105_000.0),
        ("bank", 400_000.0, interest + 400_000.0),
        ("bank", 400_000.0, bank(400_000.0, 0.0)),
        ("housing fund", 400_000.0, 400_000.0 * 1.03 * 1.03 * 1.03 * 1.03 * 1.03),
    ];
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
    for (shown, expected) in shown.iter().zip(expected) {
        let agrees = shown.0 == expected.0 && (shown.1 - expected.1).abs() < 0.011 && (shown.2 - expected.2).abs() < 0.011;
        assert!(agrees, "the page shows {shown:?}, by hand {expected:?}");
    }
}
