//! Limits, shares and dates that no other test looked at closely: found by changing one operator, number or statement after another and
//! asking who notices (`docs/mutants.md`). Ten of ten people of each cohort are done in its first year. Amounts are dollars, worked by hand.

use pfsim::deal::{FormulaId, PaymentId, PayorId, PeriodId};
use pfsim::engine::{Block, Entry, Plan};
use pfsim::numeric::each::Id;
use pfsim::settlement::{Limit, Line};
use pfsim::study::{Trial, trace};

const PEOPLE: &str = "[[outcome]]\nname = \"done\"\nrate = 1.0\n[[outcome]]\nname = \"left\"\nrate = 0.0\n[[outcome]]\nname = \"saving\"\n\
    kind = \"amount\"\nrate = 100\nsd = 0\n[[outcome]]\nname = \"job\"\nwithout = 1.0\neffect = -1.0\n[[measure]]\nname = \"all done\"\nof = \"done\"\n\
    [[measure]]\nname = \"again\"\nof = \"done\"\n[[measure]]\nname = \"third\"\nof = \"done\"\n\
    [[measure]]\nname = \"together\"\nof = \"done\"\npool = \"all\"\n[[measure]]\nname = \"late\"\nof = \"done\"\npool = \"all\"\nobserved_after = 2\n\
    [[measure]]\nname = \"none\"\nof = \"left\"\npool = \"all\"\n[[measure]]\nname = \"saved\"\nof = \"saving\"\n\
    [[measure]]\nname = \"lost\"\nof = \"job\"\npool = \"all\"\nmethod = { randomized = { comparison = 10 } }\n\
    [[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n[[payor]]\nname = \"C\"\n";

/// A deal of `cohorts` cohorts of ten, all in the first period; `more` stands in `[deal]`, and `text` begins with terms of payor C.
fn deal(period: &str, periods: u32, more: &str, cohorts: u32, text: &str) -> pfsim::deal::Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"{period}\"\nperiods = {periods}\n{more}\n\
         [program]\nprovider = \"P\"\ncohorts = {{ sizes = {:?}, periods = {:?} }}\n{PEOPLE}{text}",
        vec![10; cohorts as usize],
        vec![0; cohorts as usize]
    );
    crate::support::deal(&text)
}

fn settled(cohorts: u32, text: &str) -> Trial {
    trace(&deal("year", 6, "", cohorts, text), 1, 0)
}

fn payment(name: &str, terms: &str) -> String {
    let on = if ["dates", " of = ", "rate_card", "on = "].iter().any(|word| terms.contains(word)) { "" } else { "on = \"all done\"\n" };
    let payor = if terms.contains("payor") { "" } else { "payor = \"A\"\n" };
    format!("[[payment]]\nname = \"{name}\"\n{payor}{on}{terms}\n")
}

fn dollars<I: Id>(rows: &pfsim::numeric::grid::Grid<i64, I>) -> Vec<f64> {
    rows.ids().map(|row| rows.row(row)[0] as f64 / 100.0).collect()
}

fn paid(trial: &Trial) -> Vec<f64> {
    dollars(&trial.block.owed.payment_paid)
}

fn cuts(trial: &Trial) -> Vec<(Limit, i64, i64)> {
    let cut = |entry: &Entry| if let Entry::Line(Line::Cut { limit, from, to, .. }) = *entry { Some((limit, from, to)) } else { None };
    trial.ledger.iter().filter_map(|line| cut(&line.entry)).collect()
}

/// Three lines of ten at 2 each, of which 3 for each enrolled and 30 a cohort are paid: 20, 10, 0; each payment has limits of its own.
#[test]
fn limits_of_a_cohort_hold_over_all_its_claims() {
    let card = "price = { rate_card = [{ on = \"all done\", price = 2 }, { on = \"again\", price = 2 }, { on = \"third\", price = 2 }] }\n";
    let text = [payment("a", &format!("{card}cap_per_enrolled = 3")), payment("b", &format!("{card}cap_per_cohort = 30"))].concat();
    let trial = settled(2, &text);
    let [a, b] = [Limit::Enrolled(PaymentId(0)), Limit::Cohort(PaymentId(1))];
    let expected = [(a, 2_000, 1_000), (a, 2_000, 1_000), (a, 2_000, 0), (a, 2_000, 0)];
    let of = |limit: Limit| cuts(&trial).into_iter().filter(|cut| cut.0 == limit).collect::<Vec<_>>();
    assert_eq!((paid(&trial), of(a)), (vec![60.0, 60.0], expected.to_vec()));
    assert_eq!(of(b), expected.map(|(_, from, to)| (b, from, to)));
}

/// What was cut, in the order of the limits; and a floor of 50 that 10 a year do not reach until the last year brings 40.
#[test]
fn each_limit_says_what_it_cut() {
    let capped = payment("a", "price = { lump_sum = 900 }\ncap_per_period = 500\ncap_per_fiscal_year = 400\ncap = 300");
    let floor = payment("b", "price = { lump_sum = 10 }\ndates = [2025-06-30, 2026-06-30]\nfloor = 50");
    let at_once = payment("c", "price = { lump_sum = 10 }\nfloor = 50");
    let trial = settled(1, &[capped, floor, at_once].concat());
    assert_eq!(paid(&trial), [300.0, 50.0, 50.0]);
    let [period, year, all] = [
        (Limit::Period(PaymentId(0)), 90_000, 50_000),
        (Limit::FiscalYear(PaymentId(0)), 50_000, 40_000),
        (Limit::Payment(PaymentId(0)), 40_000, 30_000),
    ];
    let [now, late] = [(Limit::Floor(PaymentId(2)), 1_000, 5_000), (Limit::Floor(PaymentId(1)), 1_000, 4_000)];
    assert_eq!(cuts(&trial), [period, year, all, now, late]);
}

/// 80 in each of five quarters, and 100 a fiscal year: 80 and 20, nothing, nothing; then 80. The price of the second year is 2% higher.
#[test]
fn a_limit_a_year_holds_over_its_quarters() {
    let dates = "dates = [2025-01-01, 2025-04-01, 2025-07-01, 2025-10-01, 2026-01-01]\n";
    let text = [
        payment("a", &format!("price = {{ lump_sum = 80 }}\n{dates}cap_per_fiscal_year = 100")),
        payment("b", &format!("price = {{ lump_sum = 100 }}\n{dates}escalator = {{ per_year = 0.02 }}")),
        payment("c", &format!("price = {{ formula = \"100 + cohort\" }}\n{dates}discount = 0.1")),
    ];
    let trial = trace(&deal("quarter", 12, "", 1, &text.concat()), 1, 0);
    assert_eq!(paid(&trial), [180.0, 502.0, 450.0]);
}

/// The deal pays 500 in all: 300 and 200. Of a cut to 1.01 the payment that stands first has the smaller half.
#[test]
fn the_deals_limit_holds_over_the_years_and_to_the_cent() {
    let dated = payment("a", "price = { lump_sum = 300 }\ndates = [2025-06-30, 2026-06-30]");
    assert_eq!(paid(&trace(&deal("year", 6, "cap = 500", 1, &dated), 1, 0)), [500.0]);
    let two = [payment("x", "payor = \"B\"\nprice = { lump_sum = 1 }"), payment("y", "price = { lump_sum = 1 }")].concat();
    let trial = trace(&deal("year", 6, "cap = 1.01", 1, &two), 1, 0);
    assert_eq!((paid(&trial), cuts(&trial)), (vec![0.50, 0.51], vec![(Limit::Deal, 200, 101)]));
}

/// Of a payor's limit the payment whose name comes first has the smaller half, wherever it stands in the file.
#[test]
fn a_payors_odd_cent_goes_by_names() {
    let text = [
        "cap = 1.01\n".to_string(),
        payment("b", "payor = \"C\"\nprice = { lump_sum = 1 }"),
        payment("a", "payor = \"C\"\nprice = { lump_sum = 1 }"),
    ];
    let trial = settled(1, &text.concat());
    assert_eq!((paid(&trial), cuts(&trial)), (vec![0.51, 0.50], vec![(Limit::Payor(PayorId(2)), 200, 101)]));
}

/// 300 a year are due, 100 are appropriated in 2025, 200 in 2026 and nothing later.
#[test]
fn appropriations_are_those_of_their_years() {
    let dated = payment("a", "payor = \"C\"\nprice = { lump_sum = 300 }\ndates = [2025-06-30, 2026-06-30, 2027-06-30]");
    assert_eq!(paid(&settled(1, &format!("appropriations = {{ 2025 = 100, 2026 = 200 }}\n{dated}"))), [300.0]);
}

/// 100 twice under a cap of 150, of which 60 a year are paid: 60 and 40 that wait leave 50 of the second 100.
#[test]
fn what_waits_counts_under_the_payments_cap() {
    let dated = payment("a", "payor = \"C\"\nprice = { lump_sum = 100 }\ndates = [2025-06-30, 2026-06-30]\ncap = 150");
    let risk = payment("risk", "payor = \"C\"\nprice = { steps = [{ from = 0, pay = -30 }], by = \"units\" }\ntwo_way = true");
    let trial = settled(1, &format!("cap_per_fiscal_year = 60\ncarry_over = true\n{dated}{risk}"));
    // What the investors pay back is paid back once, though the payor is looked at every year.
    assert_eq!(paid(&trial), [150.0, -30.0]);
}

/// Half of all: of 120, 100 in the first year, the rest when the other payment brings 100 more; and 150, not a cent more, of 900.
#[test]
fn what_a_largest_share_holds_back_waits() {
    let share = |sum: u32, other: &str, payors: &str| {
        let first = payment("a", &format!("payor = \"C\"\nprice = {{ lump_sum = {sum} }}\nat_most_share = 0.5"));
        let trial = settled(
            1,
            &[first, payment("b", &format!("{payors}\nprice = {{ formula = \"{other}\" }}\ndates = [2025-06-30, 2026-06-30]"))].concat(),
        );
        (paid(&trial)[0], cuts(&trial)[0])
    };
    assert_eq!(share(120, "100", "payor = \"C\""), (120.0, (Limit::Share(PaymentId(0)), 12_000, 10_000)));
    assert_eq!(share(900, "if(year < 2, 100, 50)", "payor = \"C\""), (150.0, (Limit::Share(PaymentId(0)), 90_000, 10_000)));
    // Of 400 C pays the last quarter, 100.
    assert_eq!(share(900, "200", "payors = { A = 0.5, B = 0.25, C = 0.25 }").0, 100.0);
}

/// A payor with no share pays nothing, and shares short of the whole by less than a millionth part of a cent a dollar pay all of it.
#[test]
fn shares_make_the_whole() {
    let text = [
        payment("a", "payors = { A = 0.5, B = 0.0, C = 0.5 }\nprice = { lump_sum = 400 }"),
        payment("b", "payors = { A = 0.5, B = 0.4999999995 }\nprice = { lump_sum = 10_000_000_000 }"),
        payment("c", "price = { lump_sum = 10_000_000_000 }\ninstalments = [{ share = 0.5 }, { share = 0.4999999995, after = 1 }]"),
    ];
    let trial = settled(1, &text.concat());
    assert_eq!(paid(&trial), [400.0, 1e10, 1e10]);
    assert_eq!(dollars(&trial.block.owed.payor_paid), [200.0 + 5e9 + 1e10, 5e9, 200.0]);
}

/// Two hundred claims must be countable together, so none of them may come to nine million million dollars.
#[test]
fn many_claims_have_a_lower_bound() {
    let text = payment("a", "price = { formula = \"9_000_000_000_000\" }\ndates = \"every_period\"");
    let trial = trace(&deal("month", 200, "", 1, &text), 1, 0);
    assert_eq!((paid(&trial), trial.block.owed.undefined.row(PaymentId(0))[0]), (vec![0.0], 200));
}

/// An early stop ends what is due after its year, and not what is due in it.
#[test]
fn the_year_of_a_stop_is_paid_for() {
    let stop = "[[stop]]\nname = \"end\"\nat = 2025-12-31\nwhen = \"date >= 2025-01-01\"\npayments_end = true\n";
    let dated = payment("a", "price = { lump_sum = 7 }\ndates = [2025-06-30, 2026-06-30]");
    assert_eq!(paid(&settled(1, &[stop, &dated].concat())), [7.0]);
}

/// A stop is looked at as soon as it can be decided, even if a part of it is not yet reported.
#[test]
fn a_stop_waits_for_no_report_that_it_does_not_need() {
    let stop = "[[stop]]\nname = \"end\"\nwhen = \"late >= 10 or date >= 2025-01-01\"\npayments_end = true\n";
    let dated = payment("a", "price = { lump_sum = 7 }\ndates = [2025-06-30, 2026-06-30, 2027-06-30, 2028-06-30]");
    assert_eq!(paid(&settled(1, &[stop, &dated].concat())), [7.0]);
}

/// A drawing whose condition is not yet reported does not come, and what comes for it at the report does.
#[test]
fn a_condition_of_the_capital_is_undefined_before_its_report() {
    let loan = "[[tranche]]\nname = \"loan\"\namount = 700\nrank = 1\ndraws = [{ date = 2025-01-01, amount = 500, when = \"late >= 10\" }, \
        { date = 2028-01-01, amount = 200, when = \"late >= 10\" }]\n";
    let trial = settled(1, &[loan, &payment("a", "price = { lump_sum = 0 }")].concat());
    assert_eq!(dollars(&trial.block.cash.standing.drawn), [200.0]);
}

#[test]
fn expressions_see_cohorts_payments_and_tables() {
    let table = "[[formula]]\nname = \"score\"\nby = \"all done\"\npieces = [{ from = 0, value = 1, slope = 2 }]\n";
    let text = [
        table.to_string(),
        // Cohorts 1 and 2, and ten people of each against twenty together.
        payment("a", "price = { formula = \"cohort\" }\nwhen = \"together >= 20\""),
        payment("b", "price = { lump_sum = 900 }\ncap = 400"),
        payment("c", "price = { formula = \"due('b') + 10 * paid('b')\" }\ndates = [2026-06-30]"),
        payment("d", "price = { formula = \"score\" }"),
        payment("e", "price = { lump_sum = 5 }\nwhen = \"achieved('b')\""),
        payment("f", "price = { formula = \"if(1 / (all done - 10) > 0, 1, 2)\" }"),
        payment("g", "price = { formula = \"all done - 30\" }"),
        payment("h", "price = { per_unit = 1, less = \"none\" }"),
        payment("i", "on = \"lost\"\nprice = { per_additional = 5 }\ntwo_way = true"),
    ];
    let trial = settled(2, &text.concat());
    assert_eq!(paid(&trial), [3.0, 400.0, 1_800.0 + 4_000.0, 42.0, 10.0, 0.0, 0.0, 20.0, 0.0]);
    assert_eq!(trial.block.owed.undefined.row(PaymentId(5))[0], 2);
    let worked_out = Entry::Line(Line::Formula { period: PeriodId(0), formula: FormulaId(0), value: 21.0 });
    assert!(trial.ledger.iter().any(|line| line.entry == worked_out));
}

/// A tenth of what a payment further down makes due in the same year.
#[test]
fn a_payment_is_settled_after_those_it_asks() {
    let text = [payment("a", "price = { formula = \"due('b') / 10\" }"), payment("b", "price = { lump_sum = 900 }")];
    assert_eq!(paid(&settled(1, &text.concat())), [90.0, 900.0]);
}

/// All of 1,000 until 300 are repaid, then two fifths: 300 and 280; then 400 each, however many follow.
#[test]
fn savings_of_one_year_repay_a_loan_once() {
    let loan = "[[program.cost]]\nname = \"work\"\nonce = 300\n[[tranche]]\nname = \"loan\"\namount = 300\nrank = 1\n";
    let share =
        ["a", "b", "c"].map(|name| payment(name, "price = { share = { of = \"saved\", share = 1.0, then = 0.4 } }\npaid_after = 1"));
    assert_eq!(paid(&settled(1, &[loan, &share.concat()].concat())), [580.0, 400.0, 400.0]);
}

/// A payor that may fail pays all where it does not, and its escrow where it does.
#[test]
fn a_payor_fails_or_pays() {
    let text = format!(
        "hazard = {{ per_year = 0.5 }}\nescrow = 40\n{}",
        payment("a", "payor = \"C\"\nprice = { lump_sum = 300 }\npaid_after = 1")
    );
    let plan = Plan::new(&deal("year", 6, "", 1, &text), 1);
    let mut block = Block::new(&plan, 64);
    block.run(&plan, 0);
    let (paid, defaulted) = (block.owed.payment_paid.row(PaymentId(0)), block.owed.defaulted.row(PayorId(2)));
    assert!(paid.contains(&30_000) && paid.contains(&4_000), "{paid:?}");
    assert!(paid.iter().zip(defaulted).all(|(paid, not)| (*paid, *not) == (30_000, 0) || (*paid, *not) == (4_000, 26_000)));
}
