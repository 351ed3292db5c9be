//! Where a running deal stands: what `settle --as-of` makes of its results so far.

use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use pfsim::deal::{Deal, PaymentId, PayorId, PeriodId, SoFar, TrancheId};
use pfsim::engine::{settle, settle_so_far, settle_through};
use pfsim::quantity::Money;
use pfsim::report::{page, status, status_text};
use pfsim::results::so_far;
use pfsim::scenario;
use pfsim::settlement::Limit;
use pfsim::study::status::{Span, Waiting};

use crate::so_far::{DEAL, RESULTS, deal, read};

/// Worked by hand (the test is in cents), as of 2027-02-15: the quarter from 2027-01-01, the fifth, has begun.
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
    assert_eq!([owed.payment_due.row(placement)[0], owed.payment_paid.row(placement)[0]], [12_000_000, 12_000_000]);
    assert_eq!([owed.payment_due.row(retention)[0], owed.payment_paid.row(retention)[0]], [0, 0]);
    assert_eq!([3, 4].map(|period| owed.paid_in(PayorId(0), PeriodId(period))[0]), [10_000_000, 2_000_000]);
    assert_eq!(known.paid, [(placement, PayorId(0), 12_000_000)]);
    let loan = known.tranches[TrancheId(0)];
    assert_eq!([loan.drawn, loan.undrawn, loan.owed, loan.set_aside, loan.received], [19_000_000, 6_000_000, 7_479_701, 0, 12_000_000]);
    // Interest is repaid before principal: 985.34 + 995.05 + 1,891.66 + 924.96 = 4,797.01, so 115,202.99 of the 120,000 repaid principal.
    assert_eq!(loan.principal, 7_479_701);

    // Limits: what City has paid in each fiscal year, the deal's cap.
    let stands = |limit: Limit, span: Span| {
        let found = known.limits.iter().find(|known| known.limit == limit && known.span == span).expect("the limit");
        [found.total, found.used, found.left(), found.waits]
    };
    assert_eq!(stands(Limit::PayorYear(PayorId(0)), Span::FiscalYear(2026)), [10_000_000, 10_000_000, 0, 0]);
    assert_eq!(stands(Limit::PayorYear(PayorId(0)), Span::FiscalYear(2027)), [10_000_000, 2_000_000, 8_000_000, 0]);
    assert_eq!(stands(Limit::Deal, Span::Deal), [50_000_000, 12_000_000, 38_000_000, 0]);

    // One report is late; the next claims are cohort 2's placements, whose report is there, and its retentions, whose is not.
    assert_eq!(known.late.iter().map(|(report, due)| (report.measure.0, report.group.0, *due)).collect::<Vec<_>>(), [(1, 0, 4)]);
    let waiting = |at: usize| {
        let claim = &known.waiting[at];
        (claim.payment, claim.due.group.0, claim.due.period, claim.amount, claim.missing().count())
    };
    assert_eq!(known.waiting.len(), 3);
    assert_eq!(waiting(0), (retention, 0, 4, None, 1));
    assert_eq!(waiting(1), (placement, 1, 5, Some(10_000_000), 0));
    assert_eq!(waiting(2), (retention, 1, 6, None, 1));

    // Others pay for the office, which has cost 1,500.00 so far, and for the staff's bonuses: nobody says, so 10 for each of 60 expected of
    // cohort 1 and 54 of cohort 2, the first of them in 2026-07-01.
    assert_eq!(settled.block.cash.outside[0], 150_000 + (600 + 540) * 100);
    assert_eq!(known.assumed_costs.len(), 1);
    assert!(known.assumed.is_empty());

    // A quarter earlier 20,000 wait behind the limit of 2026, and nothing is late.
    let earlier = RESULTS.replace("as_of = 2027-02-15", "as_of = 2026-12-31");
    let earlier = earlier[..earlier.find("[[result]]\nmeasure = \"placements\"\ncohort = 2").expect("cohort 2")].to_string();
    let known = pfsim::study::status::status(&deal, &read(&deal, &earlier, None));
    assert_eq!(known.settled.deferred, [(placement, Some(PayorId(0)), 2_000_000)]);
    assert_eq!(known.tranches[TrancheId(0)].owed, 9_387_205);
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
        "Nobody reported how many enrolled in cohorts 1 and 2: 200 in all, as planned.",
        "What bonus for staff cost depends on true outcomes and is not given",
        "LATE: retentions of cohort 1 (units), due 2027-01-01",
        "nothing yet: it waits on retentions of cohort 1 (units), due 2027-01-01",
        "74,797.01",
        "City: yearly limit",
        "fiscal year 2027",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("condition not met") && !text.contains("UNDEFINED"), "{text}");
    let html = page::status::html(&deal, &said, "0123456789abcdef").expect("the page");
    assert!(page::status::is_one(&html.as_bytes()[..1_000]) && !page::status::is_one(b"<title>: results</title>"));
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
            // Where no line's cost in all is known only later, investors' cash was the same too.
            for tranche in deal.capital.tranches.ids().filter(|_| results.costs.is_empty()) {
                for at in (0..=period).map(PeriodId::from) {
                    let [then, now] = [&full, &stands].map(|settled| settled.block.cash.flows[tranche].row(at)[0]);
                    assert_eq!(then, now, "{}: {} in {at:?}, as of {period}", file.display(), deal.capital.tranches[tranche].name);
                    compared += usize::from(then != 0);
                }
            }
            let said = pfsim::study::status::status(&deal, &known);
            for payment in deal.payments.ids() {
                let paid = stands.block.owed.payment_paid.row(payment)[0];
                let by_payor: i64 = said.paid.iter().filter(|(of, ..)| *of == payment).map(|(.., amount)| amount).sum();
                assert_eq!(by_payor, paid, "{}: {}", file.display(), deal.payments[payment].name);
            }
            for limit in said.limits.iter().filter(|limit| !matches!(limit.limit, Limit::Floor(_))) {
                assert!(limit.used <= limit.total || two_way, "{}: {limit:?} as of {period}", file.display());
            }
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
    assert_eq!(deal.currency.major(Money(7_479_701)), said.tranches[0].owed);
    assert_eq!(said.next_period.as_deref(), Some("2027-04-01"));
    assert_eq!(said.waiting.iter().map(|claim| claim.overdue).collect::<Vec<_>>(), [true, false, false]);
}

/// What waits, by payment, cohort, period, amount in major units, and reports that are not there.
fn waits(deal: &Deal, text: &str) -> Vec<(String, usize, u32, Option<i64>, usize)> {
    let known = pfsim::study::status::status(deal, &read(deal, text, None));
    let said = |claim: &Waiting| {
        let name = deal.payments[claim.payment].name.clone();
        (name, claim.due.group.0 + 1, claim.due.period, claim.amount.map(|amount| amount / 100), claim.missing().count())
    };
    known.waiting.iter().map(said).filter(|(name, ..)| name.starts_with("test")).collect()
}

/// A claim waits on a report only where it needs it: not where the rest of its gate decides it.
#[test]
fn claims_wait_on_what_they_need() {
    let terms = |name: &str, on: &str, rest: &str| format!("\n[[payment]]\nname = \"{name}\"\npayor = \"State\"\non = \"{on}\"\n{rest}\n");
    let with = |payment: String| crate::support::deal(&DEAL.replace("[[stop]]", &format!("{payment}\n[[stop]]")));
    let item =
        |name: &str, cohort: usize, period: u32, amount: Option<i64>, missing: usize| (name.to_string(), cohort, period, amount, missing);
    // 60 of 100 and 50 of 90 were placed; the retentions of cohort 1 are late.
    let either =
        with(terms("test or", "retentions", "when = \"placements.rate >= 0.5 or retentions.rate >= 0.9\"\nprice = { lump_sum = 5_000 }"));
    assert_eq!(waits(&either, RESULTS), [item("test or", 2, 6, Some(5_000), 0)]);
    let known = pfsim::study::status::status(&either, &read(&either, RESULTS, None));
    assert_eq!(known.settled.block.owed.payment_paid.row(PaymentId(2))[0], 500_000);
    let both = with(terms(
        "test and",
        "retentions",
        "when = \"placements.rate >= 0.59 and retentions.rate >= 0.1\"\nprice = { lump_sum = 5_000 }",
    ));
    assert_eq!(waits(&both, RESULTS), [item("test and", 1, 4, None, 1), item("test and", 2, 6, Some(0), 0)]);
    // Who has not begun is only planned, though the plan says how many.
    let enrolment = with(
        "\n[[measure]]\nname = \"people\"\nof = \"enrolled\"\n".to_string() + &terms("test people", "people", "price = { per_unit = 10 }"),
    );
    let early = "as_of = 2026-02-01\n[[enrolled]]\ncohort = 1\npeople = 95\n";
    assert_eq!(waits(&enrolment, early), [item("test people", 2, 2, None, 1)]);
    let later = "as_of = 2026-02-01\n[[enrolled]]\ncohort = 1\npeople = 95\n".replace("2026-02-01", "2026-07-01");
    assert_eq!(waits(&enrolment, &later), []);
    // Where units before decide the price, a claim waits on the reports before it too; what is due by then is due on the units reported.
    let tiers = with(terms("test tiers", "retentions", "price = { tiers = [{ from = 0, pay = 20 }, { from = 40, pay = 30 }] }"));
    let second = RESULTS.replace("as_of = 2027-02-15", "as_of = 2027-07-15").replace("spent", "total")
        + "[[result]]\nmeasure = \"retentions\"\ncohort = 2\nunits = 25\n";
    assert_eq!(waits(&tiers, RESULTS), [item("test tiers", 1, 4, None, 1), item("test tiers", 2, 6, None, 2)]);
    assert_eq!(waits(&tiers, &second), [item("test tiers", 1, 4, None, 1)]);
    let first = "[[result]]\nmeasure = \"retentions\"\ncohort = 1\nunits = 30\n";
    assert_eq!(waits(&tiers, &format!("{second}{first}")), []);
    // Nobody waits for who never came: the program ended before cohort 2.
    let ended = "as_of = 2026-12-31\n[[stopped]]\nstop = \"early end\"\ndate = 2026-05-01\n[[result]]\nmeasure = \"placements\"\ncohort = 1\nunits = 60\n";
    let plain = with(terms("test plain", "retentions", "price = { per_unit = 10 }"));
    assert_eq!(waits(&plain, ended), [item("test plain", 1, 4, None, 1)]);
    // Nor for anything once payments have ended with it.
    let over = crate::support::deal(&DEAL.replace("name = \"early end\"", "name = \"early end\"\npayments_end = true"));
    let known = read(&over, "as_of = 2027-02-15\n[[stopped]]\nstop = \"early end\"\ndate = 2026-05-01\n", None);
    let stands = pfsim::study::status::status(&over, &known);
    assert_eq!((stands.waiting.len(), stands.late.len()), (0, 0));
}
