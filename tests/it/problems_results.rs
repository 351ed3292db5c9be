//! Every way to get published results wrong, and what a settlement says of terms that have no value on them. Snapshots as in `problems`.

use proptest::prelude::*;

use pfsim::deal::{Deal, PaymentId};
use pfsim::engine::settle;
use pfsim::report::settlement::settlement;
use pfsim::report::settlement_text::text;
use pfsim::scenario;

use crate::problems::snapshots;

const CONTRACT: &str = include_str!("problems/contract.toml");
const RESULTS: &str = include_str!("problems/results.toml");

fn contract() -> Deal {
    crate::support::deal(CONTRACT)
}

fn snapshot(name: &str, mistakes: &[(&str, &str, &str)]) {
    let deal = contract();
    snapshots(name, RESULTS, |text| pfsim::results::parse("results.toml", text, &deal), mistakes);
}

#[test]
fn results() {
    snapshot(
        "results",
        &[
            ("an unknown measure", "measure = \"all jobs\"", "measure = \"al jobs\""),
            ("an unknown number", "p_value = 0.03", "p_valu = 0.03"),
            ("a cohort is missing", "[[result]]\nmeasure = \"keeps\"\ncohort = 2\nunits = 25\n", ""),
            ("a number is missing", "p_value = 0.03", "standard_error = 0.03"),
            ("a round is missing", "[[result]]\nmeasure = \"days\"\ncohort = 3\nround = 2\nunits = 415\n", ""),
            ("no round", "cohort = 3\nround = 2\n", "cohort = 3\n"),
            ("a round too many", "cohort = 3\nround = 2\n", "cohort = 3\nround = 3\n"),
            ("no cohort", "measure = \"keeps\"\ncohort = 2\n", "measure = \"keeps\"\n"),
            ("a cohort too many", "measure = \"keeps\"\ncohort = 2\n", "measure = \"keeps\"\ncohort = 4\n"),
            ("a cohort of what is pooled", "measure = \"all jobs\"\n", "measure = \"all jobs\"\ncohort = 1\n"),
            ("a year of cohorts", "measure = \"keeps\"\ncohort = 2\n", "measure = \"keeps\"\nyear = 2031\n"),
            ("a cohort and a year", "measure = \"keeps\"\ncohort = 2\n", "measure = \"keeps\"\ncohort = 2\nyear = 2025\n"),
            ("fewer than nobody", "units = 25", "units = -25"),
            ("a part of a person", "units = 25", "units = 24.5"),
            ("more than enrolled", "units = 25", "units = 125"),
            ("a share in per cent", "rate = 0.44", "rate = 44"),
            ("a difference in per cent", "difference = 0.06", "difference = 6"),
            ("a chance above one", "p_value = 0.03", "p_value = 3"),
            ("not a number", "rate = 0.44", "rate = nan"),
            ("the same twice", "units = 25", "units = 25\n[[result]]\nmeasure = \"keeps\"\ncohort = 2\nunits = 26"),
            ("a result of nothing", "units = 25\n", ""),
            ("a part of a person enrolled", "people = 90", "people = 90.5"),
            ("a cohort enrolled twice", "cohort = 2\npeople = 80", "cohort = 1\npeople = 80"),
            ("an unknown key of the enrolled", "people = 90", "persons = 90"),
            ("an unknown section", "[[enrolled]]", "[[enroled]]"),
            ("one bracket", "[[cost]]", "[cost]"),
            ("an unknown budget line", "name = \"services\"", "name = \"service\""),
            ("a cost below zero", "total = 250_000", "total = -1"),
            ("money beyond what can be counted", "total = 250_000", "total = 99_999_999_999_999_999"),
            ("an unknown payor", "payor = \"State\"", "payor = \"Stat\""),
            ("a day outside the deal", "from = 2028-01-01", "from = 2038-01-01"),
            (
                "an unknown stop clause",
                "payor = \"State\"\n",
                "payor = \"State\"\nfrom = 2028-01-01\n[[stopped]]\nstop = \"late end\"\ndate = 2028-01-01\n#",
            ),
            ("not a table", "[[enrolled]]\ncohort = 1\npeople = 90\n", "enrolled = 3\n"),
            ("no results", RESULTS, ""),
        ],
    );
}

#[test]
fn the_results_themselves_are_right() {
    let deal = contract();
    let results = pfsim::results::parse("results.toml", RESULTS, &deal).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(results.enrolled.as_slice(), [90, 80, 100]);
    // 40 + 32 + 45 people with jobs at 100 each, if the gate is open: cohort 1 by 40 of 90, cohort 2 by 40%, cohort 3 by 45%.
    let settled = settle(&deal, &results);
    assert_eq!(settled.block.owed.payment_due.row(PaymentId(0)), [(4_000 + 3_200 + 4_500) * 100]);
}

/// What cannot be worked out is worth nothing, and the line says why: never a silent number.
#[test]
fn terms_without_a_value() {
    for formula in ["100 / (jobs.units - 32)", "1e18 * jobs.rate", "1e300 * jobs.units * 1e300"] {
        let deal =
            scenario::parse("deal.toml", &CONTRACT.replace("1_000 * score + 5", formula)).unwrap_or_else(|problems| panic!("{problems}"));
        let results = pfsim::results::parse("results.toml", RESULTS, &deal).unwrap_or_else(|problems| panic!("{problems}"));
        let settled = settle(&deal, &results);
        let payment = deal.payments.iter().position(|payment| payment.name == "by formula").expect("the payment");
        assert!(settled.block.owed.undefined.row(PaymentId(payment))[0] > 0, "{formula}");
        let told = text(&settled, &settlement(&settled));
        assert!(told.contains("UNDEFINED (a division by zero"), "{formula}:\n{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Results with a piece replaced by anything are settled or refused, and a damaged contract is simulated without a cent lost or refused.
    #[test]
    fn damaged_files_are_read_or_refused(at in 0usize..2_600, length in 0usize..30, piece in "[ -~\n\"'={}\\[\\]#.0-9-]{0,12}") {
        let damage = |whole: &str| {
            let start = at.min(whole.len());
            let end = (start + length).min(whole.len());
            format!("{}{piece}{}", &whole[..start], &whole[end..])
        };
        let deal = contract();
        if let Ok(results) = pfsim::results::parse("results.toml", &damage(RESULTS), &deal) {
            let settled = settle(&deal, &results);
            prop_assert_eq!(pfsim::engine::audit(&settled.deal, &settled.block), Ok(()));
            prop_assert!(!text(&settled, &settlement(&settled)).is_empty());
        }
        if let Ok(deal) = scenario::parse("deal.toml", &damage(CONTRACT)) {
            let plan = pfsim::engine::Plan::new(&deal, 1);
            let mut block = pfsim::engine::Block::new(&plan, 16);
            block.run(&plan, 0);
            prop_assert_eq!(pfsim::engine::audit(&deal, &block), Ok(()));
        }
    }
}
