//! What the results of a running deal may say, and what they may not say yet.

use jiff::civil::{Date, date};
use pfsim::deal::{Deal, SoFar};
use pfsim::results::so_far;

pub const DEAL: &str = include_str!("status/deal.toml");
pub const RESULTS: &str = include_str!("status/results.toml");

pub fn deal() -> Deal {
    crate::support::deal(DEAL)
}

#[track_caller]
pub fn read(deal: &Deal, text: &str, as_of: Option<Date>) -> SoFar {
    so_far("so-far.toml", text, deal, as_of).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// A deal, the day of the command, a text, and what is said of it: the place, the reason, the remedy.
type Case<'a> = (&'a Deal, Option<Date>, String, &'a str, &'a str, &'a str);

/// Each change of the results is refused with one problem, at its place, with a reason and a remedy.
#[test]
fn what_cannot_be_known_yet_is_refused_at_its_place() {
    let deal = deal();
    let late = crate::support::deal(
        &DEAL.replace("[[program.cost]]\nname = \"training\"", "delay = [0.5, 0.0, 0.5]\n[[program.cost]]\nname = \"training\""),
    );
    let more = |text: &str| format!("{RESULTS}{text}");
    let changed = |from: &str, to: &str| {
        assert!(RESULTS.contains(from), "{from}");
        RESULTS.replacen(from, to, 1)
    };
    let cases: Vec<Case<'_>> = vec![
        (
            &deal,
            None,
            more("[[result]]\nmeasure = \"retentions\"\ncohort = 2\nunits = 20\n"),
            "\"retentions\"",
            "this report of `retentions` is due on 2027-07-01: on 2027-02-15 it does not exist yet",
            "take a later day",
        ),
        (
            &deal,
            Some(date(2026, 12, 31)),
            "[[result]]\nmeasure = \"placements\"\ncohort = 2\nunits = 50\n".into(),
            "\"placements\"\ncohort = 2",
            "this report of `placements` is due on 2027-01-01: on 2026-12-31 it does not exist yet",
            "leave it out",
        ),
        (
            &deal,
            Some(date(2026, 6, 30)),
            "[[enrolled]]\ncohort = 2\npeople = 90\n".into(),
            "2",
            "cohort 2 begins on 2026-07-01: on 2026-06-30 nobody has enrolled",
            "leave it out",
        ),
        (
            &deal,
            None,
            changed("reported = 2027-01-20", "reported = 2027-02-16"),
            "2027-02-16",
            "`placements` was reported on 2027-02-16, after 2027-02-15",
            "leave it out",
        ),
        (
            &deal,
            None,
            changed("reported = 2026-07-20", "reported = 2026-06-30"),
            "2026-06-30",
            "what `placements` counts happens from 2026-07-01 on, and cannot be reported on 2026-06-30",
            "correct the day",
        ),
        (
            &deal,
            None,
            changed("reported = 2026-07-20", "reported = 2025-12-31"),
            "2025-12-31",
            "2025-12-31 is not a day of the deal",
            "the deal runs from 2026-01-01 to 2028-07-01",
        ),
        (
            &deal,
            None,
            more("[[stopped]]\nstop = \"early end\"\ndate = 2027-03-01\n"),
            "2027-03-01",
            "2027-03-01 is after 2027-02-15: it has not happened yet",
            "take a later day",
        ),
        (
            &deal,
            None,
            more("[[defaulted]]\npayor = \"State\"\nfrom = 2027-02-16\n"),
            "2027-02-16",
            "2027-02-16 is after 2027-02-15: it has not happened yet",
            "take a later day",
        ),
        (
            &deal,
            Some(date(2025, 12, 31)),
            "source = \"Nothing yet [A]\"\n".into(),
            "",
            "2025-12-31, as of which the deal is looked at, is not a day of the deal",
            "the deal runs from 2026-01-01 to 2028-07-01",
        ),
        (
            &deal,
            Some(date(2028, 7, 1)),
            "source = \"Nothing yet [A]\"\n".into(),
            "",
            "2028-07-01, as of which the deal is looked at, is not a day of the deal",
            "runs from",
        ),
        (
            &deal,
            None,
            changed("as_of = 2027-02-15", "as_of = 2029-02-15"),
            "2029-02-15",
            "2029-02-15 is not a day of the deal",
            "runs from",
        ),
        (&deal, None, changed("as_of = 2027-02-15", "as_of = \"now\""), "\"now\"", "expected a date without quotes", ""),
        (
            &deal,
            None,
            changed("as_of = 2027-02-15", "late = 1\nas_of = 2027-02-15"),
            "1",
            "begins on time by the scenario, not 1 quarter late",
            "`delay` of [program]",
        ),
        (
            &late,
            None,
            changed("as_of = 2027-02-15", "late = 1\nas_of = 2027-02-15"),
            "1",
            "leaves no chance that the program begins 1 quarter late",
            "it may be 0 and 2",
        ),
        (
            &deal,
            None,
            more("[[cost]]\nname = \"training\"\nspent = 190_000\n"),
            "190_000",
            "`training` ends with the quarter from 2026-07-01",
            "say what it cost in all: `total`",
        ),
        (
            &deal,
            Some(date(2026, 12, 31)),
            "[[cost]]\nname = \"office\"\nspent = 1_500\n".into(),
            "1_500",
            "`office` has no planned cost until then to spread this over the periods",
            "leave it out",
        ),
        (
            &deal,
            None,
            changed("spent = 1_500", "spent = 1_500\ntotal = 4_000"),
            "[[cost]]",
            "`office` has a total and what is spent so far",
            "`spent` for what it has cost so far",
        ),
        (&deal, None, changed("spent = 1_500", ""), "[[cost]]", "what `office` cost is not said", "write `total`"),
        (&deal, None, changed("spent = 1_500", "spent = -1"), "-1", "-1 is not an amount that can be counted", "0 or more"),
        (
            &deal,
            None,
            more("[[result]]\nmeasure = \"placements\"\ncohort = 1\nunits = 61\n"),
            "61",
            "`units` of `placements` is given twice for the same group",
            "reported = ",
        ),
        (
            &deal,
            None,
            more("[[result]]\nmeasure = \"placements\"\ncohort = 1\nreported = 2026-07-20\nunits = 61\n"),
            "61",
            "`units` of `placements` is given twice for the same group",
            "keep one of them",
        ),
        (&deal, None, changed("units = 60", "units = 101"), "101", "101 people had `placements`, but only 100 enrolled", "[[enrolled]]"),
        (
            &deal,
            None,
            more("[[result]]\nmeasure = \"retentions\"\ncohort = 1\nunits = 61\n"),
            "61",
            "61 people had `retentions`, but only 60 `placements`, which comes first",
            "correct one",
        ),
    ];
    let mut wrong: Vec<String> = Vec::new();
    for (deal, as_of, text, place, message, help) in cases {
        let said = match so_far("so-far.toml", &text, deal, as_of) {
            Ok(_) => "it passes".to_string(),
            Err(problems) => {
                let only = problems.problems.as_slice();
                let told = only
                    .iter()
                    .all(|problem| problem.message.contains(message) && problem.help.as_deref().unwrap_or_default().contains(help));
                let placed = only.iter().all(|problem| match &problem.span {
                    None => place.is_empty(),
                    Some(span) => !place.is_empty() && text[span.start..].starts_with(place),
                });
                if told && placed && only.len() == 1 {
                    continue;
                }
                problems.to_string()
            }
        };
        wrong.push(format!("{said}\nwanted at {place:?}: {message}; {help}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Complete results take no day and nothing that is so far; the same file says what it lacks.
#[test]
fn complete_results_are_not_so_far() {
    let deal = deal();
    let said = pfsim::results::parse("results.toml", RESULTS, &deal).expect_err("so far").to_string();
    assert!(said.contains("these are the results as of 2027-02-15, and all of them are asked for"), "{said}");
    assert!(said.contains("`office` has a cost so far, but these results are complete"), "{said}");
}

/// Without a day, it is the first on which all of it was known.
#[test]
fn the_day_follows_from_what_is_known() {
    let deal = deal();
    let day = |text: &str| read(&deal, text, None).as_of;
    assert_eq!(day("source = \"Nothing yet [A]\"\n"), date(2026, 1, 1));
    assert_eq!(day("[[enrolled]]\ncohort = 2\npeople = 90\n"), date(2026, 7, 1));
    let placed = "[[result]]\nmeasure = \"placements\"\ncohort = 1\nunits = 60\n";
    assert_eq!(day(placed), date(2026, 7, 1));
    assert_eq!(day(&placed.replace("units", "reported = 2026-08-15\nunits")), date(2026, 8, 15));
    assert_eq!(day(&format!("{placed}[[defaulted]]\npayor = \"State\"\nfrom = 2026-11-02\n")), date(2026, 11, 2));
    // What the command says takes the place of what the file says.
    assert_eq!(read(&deal, RESULTS, Some(date(2027, 3, 31))).as_of, date(2027, 3, 31));
    assert_eq!([read(&deal, RESULTS, None).through, read(&deal, RESULTS, Some(date(2027, 4, 1))).through], [4, 5]);
}

/// Of two reports of the same number the later one counts, in either order.
#[test]
fn a_later_report_corrects_an_earlier_one() {
    let deal = deal();
    let report = |day: &str, units: u32| format!("[[result]]\nmeasure = \"placements\"\ncohort = 1\nreported = {day}\nunits = {units}\n");
    for text in [report("2026-07-20", 60) + &report("2026-09-01", 58), report("2026-09-01", 58) + &report("2026-07-20", 60)] {
        let known = read(&deal, &text, None);
        assert_eq!(known.results.reported.iter().map(|one| one.value).collect::<Vec<_>>(), [58.0]);
        assert_eq!(known.as_of, date(2026, 9, 1));
    }
}
