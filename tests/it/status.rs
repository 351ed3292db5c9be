//! A deal that is running: what its results so far may say, and what `settle --as-of` makes of them.

use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use pfsim::deal::{Deal, PaymentId, PayorId, PeriodId, SoFar, TrancheId};
use pfsim::engine::{settle, settle_so_far, settle_through};
use pfsim::quantity::Money;
use pfsim::report::{page, status, status_text};
use pfsim::results::so_far;
use pfsim::scenario;
use pfsim::settlement::Limit;
use pfsim::study::status::Span;

const DEAL: &str = include_str!("status/deal.toml");
const RESULTS: &str = include_str!("status/results.toml");

fn deal() -> Deal {
    crate::support::deal(DEAL)
}

fn read(deal: &Deal, text: &str, as_of: Option<Date>) -> SoFar {
    so_far("so-far.toml", text, deal, as_of).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

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
    let cases: Vec<(&Deal, Option<Date>, String, &str, &str, &str)> = vec![
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
            changed("reported = 2027-01-20\n", ""),
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
            "".into(),
            "",
            "2025-12-31, as of which the deal is looked at, is not a day of the deal",
            "the deal runs from 2026-01-01 to 2028-07-01",
        ),
        (
            &deal,
            Some(date(2028, 7, 1)),
            "".into(),
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
        (&deal, None, changed("as_of = 2027-02-15", "as_of = \"now\""), "\"now\"", "invalid", ""),
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
    for (deal, as_of, text, place, message, help) in cases {
        let problems = so_far("so-far.toml", &text, deal, as_of).err().unwrap_or_else(|| panic!("passes, not: {message}\n{text}"));
        let [problem] = problems.problems.as_slice() else { panic!("not one problem but:\n{problems}\n{message}") };
        assert!(problem.message.contains(message), "{problems}\nnot: {message}");
        assert!(problem.help.as_deref().unwrap_or_default().contains(help), "{problems}\nnot: {help}");
        match &problem.span {
            None => assert_eq!(place, "", "{problems}"),
            Some(span) => assert!(!place.is_empty() && text[span.start..].starts_with(place), "{problems}\nnot at {place}"),
        }
    }
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
    assert_eq!(day(""), date(2026, 1, 1));
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

/// Worked by hand, as of 2027-02-15: the quarter from 2027-01-01, the fifth, has begun.
///
/// | quarter | loan | payors |
/// |---|---|---|
/// | 2026-01-01 | training of 100 people: 100,000.00 drawn | |
/// | 2026-04-01 | interest 985.34 (r = 1.04^(1/4) − 1 = 0.00985340654897) | |
/// | 2026-07-01 | interest 995.05; training of 90: 90,000.00 drawn; owed 191,980.39 | 60 placements reported |
/// | 2026-10-01 | interest 1,891.66; 100,000.00 back: owed 93,872.05 | 60 × 2,000 = 120,000: City pays its 100,000 of 2026, 20,000 wait |
/// | 2027-01-01 | interest 924.96; 20,000.00 back: owed 74,797.01 | City pays the 20,000; retentions of cohort 1 are late |
#[test]
fn two_cohorts_by_hand() {
    let deal = deal();
    let known = pfsim::study::status::status(&deal, &read(&deal, RESULTS, None));
    let settled = &known.settled;
    let (placement, retention) = (PaymentId(0), PaymentId(1));
    let owed = &settled.block.owed;
    assert_eq!([owed.payment_due.row(placement)[0], owed.payment_paid.row(placement)[0]], [120_000_00, 120_000_00]);
    assert_eq!([owed.payment_due.row(retention)[0], owed.payment_paid.row(retention)[0]], [0, 0]);
    assert_eq!([3, 4].map(|period| owed.paid_in(PayorId(0), PeriodId(period))[0]), [100_000_00, 20_000_00]);
    assert_eq!(known.paid, [(placement, PayorId(0), 120_000_00)]);
    let loan = known.tranches[TrancheId(0)];
    assert_eq!([loan.drawn, loan.undrawn, loan.owed, loan.set_aside, loan.received], [190_000_00, 60_000_00, 74_797_01, 0, 120_000_00]);
    // Interest is repaid before principal: 985.34 + 995.05 + 1,891.66 + 924.96 = 4,797.01, so 115,202.99 of the 120,000 repaid principal.
    assert_eq!(loan.principal, 74_797_01);

    // Limits: what City has paid in each fiscal year, the deal's cap.
    let stands = |limit: Limit, span: Span| {
        let found = known.limits.iter().find(|known| known.limit == limit && known.span == span).expect("the limit");
        [found.total, found.used, found.left(), found.waits]
    };
    assert_eq!(stands(Limit::PayorYear(PayorId(0)), Span::FiscalYear(2026)), [100_000_00, 100_000_00, 0, 0]);
    assert_eq!(stands(Limit::PayorYear(PayorId(0)), Span::FiscalYear(2027)), [100_000_00, 20_000_00, 80_000_00, 0]);
    assert_eq!(stands(Limit::Deal, Span::Deal), [500_000_00, 120_000_00, 380_000_00, 0]);

    // One report is late; the next claims are cohort 2's placements, whose report is there, and its retentions, whose is not.
    assert_eq!(known.late.iter().map(|(report, due)| (report.measure.0, report.group.0, *due)).collect::<Vec<_>>(), [(1, 0, 4)]);
    let waiting = |at: usize| {
        let claim = &known.waiting[at];
        (claim.payment, claim.due.group.0, claim.due.period, claim.amount, claim.missing().count())
    };
    assert_eq!(known.waiting.len(), 3);
    assert_eq!(waiting(0), (retention, 0, 4, None, 1));
    assert_eq!(waiting(1), (placement, 1, 5, Some(100_000_00), 0));
    assert_eq!(waiting(2), (retention, 1, 6, None, 1));

    // Others pay for the office, which has cost 1,500.00 so far, and for the staff's bonuses: nobody says, so 10 for each of 60 expected of
    // cohort 1 and 54 of cohort 2, the first of them in 2026-07-01.
    assert_eq!(settled.block.cash.outside[0], 1_500_00 + (600 + 540) * 100);
    assert_eq!(known.assumed_costs.len(), 1);
    assert!(known.assumed.is_empty());

    // A quarter earlier 20,000 wait behind the limit of 2026, and nothing is late.
    let earlier = RESULTS.replace("as_of = 2027-02-15", "as_of = 2026-12-31");
    let earlier = earlier[..earlier.find("[[result]]\nmeasure = \"placements\"\ncohort = 2").expect("cohort 2")].to_string();
    let known = pfsim::study::status::status(&deal, &read(&deal, &earlier, None));
    assert_eq!(known.settled.deferred, [(placement, Some(PayorId(0)), 20_000_00)]);
    assert_eq!(known.tranches[TrancheId(0)].owed, 93_872_05);
    assert!(known.late.is_empty() && !known.waiting.is_empty());
}

/// What is said of it: payments, reports and limits by name, amounts to the cent; the page is well-formed XML.
#[test]
fn the_status_in_words() {
    let deal = deal();
    let mut known = read(&deal, RESULTS, None);
    known.results.counted.clear();
    let said = status::status(&deal, &pfsim::study::status::status(&deal, &known));
    let text = status_text::text(&deal, &said);
    for part in [
        "Two cohorts: as of 2027-02-15, in USD",
        "The quarter from 2027-01-01 has begun; the next begins on 2027-04-01.",
        "Cohort 1 has begun and nobody reported how many enrolled: 100, as planned.",
        "What bonus for staff cost depends on true outcomes and is not given",
        "LATE: retentions of cohort 1 (units), due 2027-01-01",
        "nothing yet: it waits on retentions of cohort 1 (units), due 2027-01-01",
        "74,797.01",
        "City: limit of the fiscal year",
        "fiscal year 2027",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("condition not met") && !text.contains("UNDEFINED"), "{text}");
    let html = page::status::html(&deal, &said, "0123456789abcdef").expect("the page");
    assert!(page::status::is_one(html[..1_000].as_bytes()) && !page::status::is_one(b"<title>: results</title>"));
    for part in ["80,000.00", "74,797.01", "retentions of cohort 1 (units), due 2027-01-01", "a deal that is running"] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

/// A program that began two quarters late: everything but dates comes so much later.
#[test]
fn a_late_program_settles_late() {
    let text = DEAL.replace("[[program.cost]]\nname = \"training\"", "delay = [0.5, 0.0, 0.5]\n[[program.cost]]\nname = \"training\"");
    let deal = crate::support::deal(&text);
    let full = "[[enrolled]]\ncohort = 1\npeople = 100\n[[result]]\nmeasure = \"placements\"\ncohort = 1\nunits = 40\n\
        [[result]]\nmeasure = \"placements\"\ncohort = 2\nunits = 30\n[[result]]\nmeasure = \"retentions\"\ncohort = 1\nunits = 30\n\
        [[result]]\nmeasure = \"retentions\"\ncohort = 2\nunits = 10\n[[cost]]\nname = \"bonus for staff\"\ntotal = 700\n";
    let paid = |text: &str| {
        let results = pfsim::results::parse("results.toml", text, &deal).unwrap_or_else(|problems| panic!("{problems}"));
        let settled = settle(&deal, &results);
        assert_eq!(pfsim::engine::audit(&settled.deal, &settled.block), Ok(()));
        let by =
            |payor: usize| (0..10).map(|period| settled.block.owed.paid_in(PayorId(payor), PeriodId(period))[0] / 100).collect::<Vec<_>>();
        let drawn = (0..10).map(|period| settled.block.cash.flows[TrancheId(0)].row(PeriodId(period))[0].min(0) / 100).collect::<Vec<_>>();
        (by(0), by(1), drawn)
    };
    // On time: 40 and 30 placements at 2,000 in the quarters 3 and 5, half of 20,000 (the cap) and of 10,000 in 4 and 6.
    let (city, state, drawn) = paid(full);
    assert_eq!(city, [0, 0, 0, 80_000, 10_000, 60_000, 5_000, 0, 0, 0]);
    assert_eq!(state, [0, 0, 0, 0, 10_000, 0, 5_000, 0, 0, 0]);
    assert_eq!(drawn, [-100_000, 0, -100_000, 0, 0, 0, 0, 0, 0, 0]);
    // Two quarters later, 80,000 and 10,000 fall into 2027 with the first 10,000 of what follows: 60,000 in quarter 7, of which 10,000 is
    // left of 2027's 100,000; the rest and 5,000 in quarter 8, which is 2028.
    let (city, state, drawn) = paid(&format!("late = 2\n{full}"));
    assert_eq!(city, [0, 0, 0, 0, 0, 80_000, 10_000, 10_000, 55_000, 0]);
    assert_eq!(state, [0, 0, 0, 0, 0, 0, 10_000, 0, 5_000, 0]);
    // The costs of 100 people of cohort 2 fall due in quarter 4, in which nothing has come in yet.
    assert_eq!(drawn, [0, 0, -100_000, 0, -100_000, 0, 0, 0, 0, 0]);
    // The reports come as much later.
    let early = so_far("so-far.toml", &format!("late = 2\n{full}"), &deal, Some(date(2027, 12, 31))).expect_err("too early").to_string();
    assert!(early.contains("this report of `retentions` is due on 2028-01-01: on 2027-12-31 it does not exist yet"), "{early}");
}

/// Every results file of the worked deals, with its deal.
fn worked() -> Vec<(PathBuf, PathBuf)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in fs::read_dir(root.join("tests/worked")).expect("the worked deals").flatten().filter(|entry| entry.path().is_dir()) {
        let scenario = root.join("scenarios/closed").join(folder.file_name()).with_extension("toml");
        for file in fs::read_dir(folder.path()).expect("a deal").flatten() {
            if file.file_name().to_string_lossy().starts_with("results") && scenario.exists() {
                all.push((scenario.clone(), file.path()));
            }
        }
    }
    assert!(all.len() >= 60, "{}", all.len());
    all
}

/// As of the last day, every worked deal pays what it pays in all; as of each period, what had been paid until then, by payor and period: what
/// was reported later moves nothing before it.
#[test]
fn later_reports_move_nothing_that_was_paid() {
    let mut compared = 0;
    for (scenario, file) in worked() {
        let deal = scenario::load(&scenario, &[]).expect("a closed deal").deal;
        let text = fs::read_to_string(&file).expect("its results");
        let results = pfsim::results::parse("results.toml", &text, &deal).unwrap_or_else(|problems| panic!("{problems}"));
        let full = settle(&deal, &results);
        let last = deal.timeline.periods - 1;
        let at_the_end = read(&deal, &text, Some(deal.timeline.date(last)));
        assert_eq!(settle_so_far(&deal, &at_the_end).block.owed.paid, full.block.owed.paid, "{}", file.display());
        let mut before = 0;
        for period in 0..=last {
            let known = SoFar::by(&deal, &results, period);
            let stands = settle_so_far(&deal, &known);
            for payor in deal.payors.ids() {
                for at in 0..=period {
                    let [then, now] = [&full, &stands].map(|settled| settled.block.owed.paid_in(payor, PeriodId::from(at))[0]);
                    assert_eq!(then, now, "{}: {} in period {at}, as of {period}", file.display(), deal.payors[payor].name);
                    compared += usize::from(then != 0);
                }
            }
            let paid: i64 = stands.block.owed.payor_paid.lane(0).sum();
            let two_way = deal.payments.iter().any(|payment| payment.two_way);
            assert!(paid >= before || two_way, "{}: {paid} after {before}", file.display());
            before = paid;
            let said = pfsim::study::status::status(&deal, &known);
            assert!(said.late.is_empty(), "{}: {:?} as of {period}", file.display(), said.late);
            assert!(status_text::text(&deal, &status::status(&deal, &said)).contains(&deal.name));
        }
        let all: i64 = full.block.owed.payor_paid.lane(0).sum();
        assert_eq!(before, all, "{}", file.display());
        assert_eq!(settle_through(&deal, &results, last).block.cash.received, full.block.cash.received);
    }
    assert!(compared > 500, "{compared}");
}

/// Money in the documents is in major units of the deal.
#[test]
fn the_document_adds_up() {
    let deal = deal();
    let said = status::status(&deal, &pfsim::study::status::status(&deal, &read(&deal, RESULTS, None)));
    let by_payor: f64 = said.payments.iter().flat_map(|payment| &payment.by_payor).map(|payor| payor.amount).sum();
    assert_eq!([said.total, by_payor, said.payors.iter().map(|payor| payor.amount).sum()], [120_000.0; 3]);
    assert_eq!(deal.currency.major(Money(74_797_01)), said.tranches[0].owed);
    assert_eq!(said.next_period.as_deref(), Some("2027-04-01"));
    assert_eq!(said.waiting.iter().map(|claim| claim.overdue).collect::<Vec<_>>(), [true, false, false]);
}
