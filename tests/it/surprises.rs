//! Results that contradict each other or cannot be are refused where they stand; those that are only odd are settled, and said to be odd.

use pfsim::engine::settle;
use pfsim::report::{settlement::settlement, settlement_text::text};

const DEAL: &str = include_str!("../../docs/examples/base.toml");
const RESULTS: &str = include_str!("../../docs/examples/results.toml");

fn deal(more: &str) -> pfsim::deal::Deal {
    crate::support::deal(&format!("{DEAL}{more}"))
}

fn changed(from: &str, to: &str) -> String {
    assert!(RESULTS.contains(from), "{from}");
    RESULTS.replacen(from, to, 1)
}

#[test]
fn what_cannot_be_is_refused() {
    let stop =
        "[[stop]]\nname = \"early\"\nwhen = \"placement gain >= 50%\"\n[[stop]]\nname = \"late\"\nwhen = \"placement gain >= 60%\"\n";
    let deal = deal(stop);
    let placed = "measure = \"placement gain\"\nunits = 105\ndifference = 0.12";
    let gain = |numbers: &str| changed(placed, &format!("measure = \"placement gain\"\n{numbers}"));
    let nobody =
        [("people = 100\n", "people = 0\n"), ("units = 84", "rate = 0.84"), ("units = 60", "units = 0"), ("units = 12", "units = 0")];
    let nobody = nobody.iter().fold(gain("units = 45\ndifference = 0.12"), |text, (from, to)| text.replacen(from, to, 1));
    for (results, why) in [
        // 60 + 45 people were placed, and so many both measures count.
        (gain("units = 112\ndifference = 0.12"), "105 people had `placements` in all, but 112 `placement gain`, which counts the same"),
        (gain("units = 98\ndifference = 0.12"), "105 people had `placements` in all, but 98 `placement gain`, which counts the same"),
        // 0.3 of 190 are 57, up to half a point of 190.
        (gain("rate = 0.3\ndifference = 0.12"), "105 people had `placements` in all, but 57 `placement gain`"),
        (gain("units = 105\ndifference = 0.9"), "the comparison rate would be -0.3474: no share of people"),
        (gain("comparison_rate = 0.9\ndifference = 0.5"), "the rate would be 1.4: no share of people"),
        (gain("units = 105\nadditional = 140"), "the comparison rate would be -0.1842"),
        (gain("units = 105\ndifference = 0.12\nstandard_error = 1.2"), "at most 1, not 1.2"),
        (gain("units = 105\ndifference = 0.12\nstandard_error = -0.1"), "not below zero"),
        // Of 100 and 90 people 84 and 70 completed, and of 60 placed 61 cannot be veterans.
        (changed("units = 12\n", "rate = 0.7\n"), "70 people had `veterans`, but only 60 `placements`, which comes first"),
        (
            changed(
                "measure = \"completions\"\ncohort = 1\nunits = 84",
                "measure = \"completions\"\ncohort = 1\nunits = 84\nenrolled = 120",
            ),
            "120 people are reported, but only 100 enrolled",
        ),
        (
            changed("[[enrolled]]\ncohort = 1\npeople = 100\n", "").replacen("units = 84", "units = 84\nenrolled = 120", 1),
            "120 people are reported, but only 100 were to enrol, and no [[enrolled]] says otherwise",
        ),
        (nobody, "nobody enrolled, so there is no rate"),
        (format!("{RESULTS}[[stopped]]\nstop = \"early\"\ndate = 2026-06-01\n"), "cohort 2 would enrol after the program ended"),
        (
            format!("{RESULTS}[[stopped]]\nstop = \"early\"\ndate = 2028-06-01\n[[stopped]]\nstop = \"late\"\ndate = 2029-06-01\n"),
            "the program ended on one day, by `late` on another",
        ),
    ] {
        let problems = pfsim::results::parse("results.toml", &results, &deal).err().unwrap_or_else(|| panic!("passes, not: {why}"));
        let said = problems.problems.iter().find(|problem| problem.message.contains(why)).unwrap_or_else(|| panic!("{why}\n{problems}"));
        assert!(said.span.is_some(), "{problems}");
    }
}

#[test]
fn what_agrees_is_settled_without_a_word() {
    let deal = deal("");
    let placed = "units = 105\ndifference = 0.12";
    for numbers in [
        placed,
        "rate = 0.55\ndifference = 0.12",
        "units = 105\nrate = 0.553\ncomparison_rate = 0.43\ndifference = 0.12\np_value = 0.03\nstandard_error = 0.055",
    ] {
        let numbers =
            if numbers.contains("p_value") { changed(&format!("{placed}\np_value = 0.08"), numbers) } else { changed(placed, numbers) };
        let results = pfsim::results::parse("results.toml", &numbers, &deal).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(results.surprises, Vec::<String>::new());
    }
}

#[test]
fn what_is_odd_is_said_beside_the_settlement() {
    let deal = deal("");
    let odd = changed("people = 100\n", "people = 250\n").replacen("p_value = 0.08", "p_value = 0.8\nstandard_error = 0.05", 1)
        + "[[cost]]\nname = \"training\"\ntotal = 5_000_000\n";
    let results = pfsim::results::parse("results.toml", &odd, &deal).unwrap_or_else(|problems| panic!("{problems}"));
    let settled = settle(&deal, &results);
    let settlement = settlement(&settled);
    // 340 people at 4,000 each are 1,360,000; 2Φ(−0.12/0.05) = 2Φ(−2.4) = 0.0164.
    assert_eq!(
        settlement.surprises,
        [
            "250 enrolled in cohort 1, where 100 were planned.",
            "training cost $5,000,000, where $1,360,000 were planned for those who enrolled.",
            "placement gain is reported with a p-value of 0.8; a difference of 0.12 with a standard error of 0.05 has about 0.016.",
        ]
    );
    let text = text(&settled, &settlement);
    assert!(text.contains("Is this what was meant?\n  250 enrolled in cohort 1, where 100 were planned.\n"), "{text}");
    // Twice as many is a good year, and not said.
    let twice = pfsim::results::parse("results.toml", &changed("people = 100\n", "people = 200\n"), &deal);
    assert!(twice.unwrap_or_else(|problems| panic!("{problems}")).surprises.is_empty());
}
