//! Behaviours of settlement and of the capital that no other test looked at: found by changing one operator, number or statement after
//! another and asking who notices (`docs/mutants.md`). Ten of ten people are done in the first year. Amounts are dollars, worked by hand.

use super::waterfall::{COST, Case};
use pfsim::deal::{FormulaId, PaymentId, PeriodId, TrancheId};

use pfsim::engine::{Block, Entry, Plan};
use pfsim::settlement::Line;
use pfsim::study::{Trial, trace};
use pfsim::waterfall::Movement;
use proptest::prelude::*;

const PEOPLE: &str = "[program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
    [[outcome]]\nname = \"saving\"\nkind = \"amount\"\nrate = 100\nsd = 0\n[[measure]]\nname = \"all done\"\nof = \"done\"\n\
    [[measure]]\nname = \"saved\"\nof = \"saving\"\n[[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n";

fn deal(period: &str, periods: u32, people: &str, text: &str) -> pfsim::deal::Deal {
    let head = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\n";
    let text = format!("{head}period = \"{period}\"\nperiods = {periods}\n{people}{text}");
    crate::support::deal(&text)
}

fn settled(text: &str) -> Trial {
    trace(&deal("year", 6, PEOPLE, text), 1, 0)
}

fn payment(name: &str, terms: &str) -> String {
    let on = if terms.contains("dates") { "" } else { "on = \"all done\"\n" };
    let payor = if terms.contains("payor") { "" } else { "payor = \"A\"\n" };
    format!("[[payment]]\nname = \"{name}\"\n{payor}{on}{terms}\n")
}

/// What was paid for each payment, in dollars.
fn paid(trial: &Trial) -> Vec<f64> {
    let paid = &trial.block.owed.payment_paid;
    (0..paid.rows()).map(|payment| paid.row(PaymentId(payment))[0] as f64 / 100.0).collect()
}

fn tranche(name: &str, amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

/// Kleene's logic: what is undefined (a division by 0 here) decides nothing that the other side decides.
#[test]
fn conditions_with_an_undefined_part() {
    let (yes, no, undefined) = ("all done >= 10", "all done > 10", "1 / (all done - 10) > 0");
    let cases = [
        (format!("not ({no} and {undefined})"), 1.0),
        (format!("not ({undefined} and {no})"), 1.0),
        (format!("not ({yes} and {undefined})"), 0.0),
        (format!("{yes} or {undefined}"), 1.0),
        (format!("{undefined} or {yes}"), 1.0),
        (format!("{no} or {undefined}"), 0.0),
        (format!("not ({no} or {undefined})"), 0.0),
        (format!("not (not ({yes}))"), 1.0),
        (format!("not (not ({no}))"), 0.0),
    ];
    let gate =
        |(at, (when, _)): (usize, &(String, f64))| payment(&format!("p{at}"), &format!("price = {{ lump_sum = 1 }}\nwhen = \"{when}\""));
    let text: String = cases.iter().enumerate().map(gate).collect();
    let expected: Vec<f64> = cases.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(paid(&settled(&text)), expected);
}

#[test]
fn functions_are_worked_out() {
    // 2.5 half up is 3, 2.5 rounded down is 2, and 3 less 10 is 7 away from 0.
    let price = "price = { formula = \"round(all done / 4) + 10 * floor(all done / 4) + 100 * abs(3 - all done)\" }";
    assert_eq!(paid(&settled(&payment("a", price))), [723.0]);
}

#[test]
fn a_year_has_four_quarters() {
    let price = "price = { formula = \"year\" }\ndates = [2025-10-01, 2026-01-01, 2027-12-31]";
    let deal = deal("quarter", 12, PEOPLE, &payment("a", price));
    assert_eq!(paid(&trace(&deal, 1, 0)), [1.0 + 2.0 + 3.0]);
    assert_eq!(pfsim::settlement::SettlementPlan::new(&deal).periods(), 12);
}

/// Without names, the share changes once every tranche with a rank is repaid: 300 of the 1,000 saved, and 40% of the other 700.
#[test]
fn a_share_of_savings_changes_once_all_loans_are_repaid() {
    let price = "price = { share = { of = \"saved\", share = 1.0, then = 0.4 } }\npaid_after = 1";
    let loans = [tranche("loan", 300, "rank = 1"), tranche("other", 50, "rank = 2"), tranche("gift", 20, "kind = \"grant\"")].concat();
    let text =
        |price: &str| format!("[[program.cost]]\nname = \"work\"\nonce = 320\n[[payment]]\nname = \"a\"\npayor = \"A\"\n{price}\n{loans}");
    let trial = settled(&text(price));
    let owed: f64 = (0..2).map(|tranche| trial.block.cash.standing.drawn.row(TrancheId(tranche))[0] as f64 / 100.0).sum();
    assert_eq!((owed, paid(&trial)), (300.0, vec![300.0 + 0.4 * 700.0]));
}

#[test]
fn a_discount_lowers_tables_and_shares_of_savings_too() {
    let table = payment("a", "price = { by = \"units\", steps = [{ from = 0, pay = 100 }] }\ndiscount = 0.1");
    let share = "[[payment]]\nname = \"b\"\npayor = \"A\"\nprice = { share = { of = \"saved\", share = 0.5 } }\ndiscount = 0.1\n";
    assert_eq!(paid(&settled(&[&table, share].concat())), [90.0, 450.0]);
}

#[test]
fn a_formula_sees_what_is_drawn_in_dollars_and_what_was_achieved() {
    let text = [
        COST.into(),
        tranche("loan", 1_000, "rank = 1"),
        payment("a", "price = { formula = \"drawn('loan') / 100\" }\npaid_after = 1"),
        payment("b", "price = { lump_sum = 1 }\nwhen = \"all done > 10\""),
        payment("c", "price = { lump_sum = 2 }\nwhen = \"achieved('b')\""),
        payment("d", "price = { lump_sum = 3 }\nwhen = \"not achieved('b')\""),
    ];
    // The 3 that come in at once pay for work, so 997 are drawn.
    assert_eq!(paid(&settled(&text.concat())), [9.97, 0.0, 0.0, 3.0]);
}

#[test]
fn a_largest_share_looks_at_the_same_payors_alone() {
    let text = [
        payment("a", "price = { lump_sum = 900 }\nat_most_share = 0.4"),
        payment("b", "price = { lump_sum = 600 }"),
        payment("c", "price = { lump_sum = 10_000 }\npayor = \"B\""),
    ];
    // 400 are two fifths of 1,000; what B pays is no part of it.
    assert_eq!(paid(&settled(&text.concat())), [400.0, 600.0, 10_000.0]);
}

#[test]
fn a_stop_may_end_payments_and_can_be_asked_for() {
    let text = |ends: &str, when: &str| {
        let stops = format!("[[stop]]\nname = \"end\"\nat = 2025-12-31\nwhen = \"{when}\"\n{ends}");
        let late = payment("late", "price = { lump_sum = 7 }\npaid_after = 2");
        let fee = payment("fee", "price = { lump_sum = 5 }\ndates = [2026-06-01]\nwhen = \"stopped('end')\"");
        let no_fee = payment("no fee", "price = { lump_sum = 3 }\ndates = [2026-06-01]\nwhen = \"not stopped('end')\"");
        paid(&settled(&[stops, late, fee, no_fee].concat()))
    };
    assert_eq!(text("", "all done >= 10"), [7.0, 5.0, 0.0]);
    assert_eq!(text("payments_end = true\n", "all done >= 10"), [0.0, 0.0, 0.0]);
    assert_eq!(text("payments_end = true\n", "all done > 10"), [7.0, 0.0, 3.0]);
}

#[test]
fn a_condition_shows_the_formulas_it_needs() {
    let text =
        format!("[[formula]]\nname = \"score\"\nis = \"all done / 4\"\n{}", payment("a", "price = { lump_sum = 1 }\nwhen = \"score > 2\""));
    let lines: Vec<Line> =
        settled(&text).ledger.iter().filter_map(|line| if let Entry::Line(line) = line.entry { Some(line) } else { None }).collect();
    assert!(lines.contains(&Line::Formula { period: PeriodId(0), formula: FormulaId(0), value: 2.5 }), "{lines:?}");
}

/// 7 billion are due and 5 allowed: five sevenths of 4 billion, rounded down to the cent, and the rest. The products take 79 bits.
#[test]
fn a_cut_of_billions_is_shared_to_the_cent() {
    let people = PEOPLE.replace("name = \"A\"\n", "name = \"A\"\ncap = 5_000_000_000\n");
    let text = [payment("a", "price = { lump_sum = 4_000_000_000 }"), payment("b", "price = { lump_sum = 3_000_000_000 }")].concat();
    let trial = trace(&deal("year", 6, &people, &text), 1, 0);
    let cents: Vec<i64> = (0..2).map(|payment| trial.block.owed.payment_paid.row(PaymentId(payment))[0]).collect();
    assert_eq!(cents, [285_714_285_714, 500_000_000_000 - 285_714_285_714]);
}

#[test]
fn what_others_pay_outlives_a_stop_where_it_says_so() {
    let outside = "[[program.cost]]\nname = \"evaluation\"\nper_period = 10\noutside_raise = true\n";
    let case =
        |terms: &str| Case::new(&[COST, outside, terms, &tranche("loan", 2_000, "rank = 1")].concat()).stopped(1).run().cash.outside[0];
    assert_eq!([case(""), case("after_stop = true\n")], [2_000, 6_000]);
}

/// Interest that was not paid in its year is owed, but is no longer the interest that comes before all principal.
#[test]
fn cash_interest_is_that_of_the_year() {
    let terms = "coupon = 0.1\ninterest = \"cash\"\ndraw_order = 1\nrank = ";
    let text = [COST, &tranche("first", 500, &format!("{terms}1")), &tranche("second", 500, &format!("{terms}2"))];
    let outcome = Case::new(&text.concat()).paid(2, 150.0).run();
    // Year 1: 50 each, unpaid. Year 2: 55 each of 150, and the other 40 to the first.
    assert_eq!([outcome.received(0), outcome.received(1)], [95.0, 55.0]);
}

#[test]
fn the_ledger_says_what_came_in_and_what_paid_for_work() {
    let costs = "[[program.cost]]\nname = \"work\"\nper_period = 300\nuntil = 2026-12-31\n";
    let draws = "rank = 1\ndraws = [{ date = 2025-03-01, amount = 500 }]";
    let outcome = Case::new(&[costs, &tranche("loan", 500, draws)].concat()).paid(1, 40.0).run();
    let expected =
        [(1, Movement::Receipt(4_000)), (1, Movement::FromDrawn(20_000)), (1, Movement::FromCash(4_000)), (1, Movement::Shortfall(6_000))];
    for movement in expected {
        assert!(outcome.movements.contains(&movement), "{movement:?} in {:?}", outcome.movements);
    }
    let residual = outcome.movements.iter().any(|(_, movement)| matches!(movement, Movement::Residual(..)));
    assert!(!residual, "a loan without a share of what is left has no line for it");
}

#[test]
fn a_bullet_takes_what_it_needs_once() {
    let bond = tranche("bond", 500, "rank = 1\ndraw_order = 1\nrepaid = \"bullet\"\nmatures = 2028-06-30\ntied_to = [\"a\", \"b\"]");
    let other = tranche("other", 500, "rank = 2\ndraw_order = 1\ntied_to = [\"b\"]");
    let outcome = Case::new(&[COST, &bond, &other].concat()).paid_by(0, 1, 500.0).paid_by(1, 1, 500.0).run();
    // What A pays is set aside for the bond, so what B pays is free for the other loan.
    assert_eq!(outcome.flows(0), [-500.0, 0.0, 0.0, 500.0, 0.0, 0.0]);
    assert_eq!(outcome.flows(1), [-500.0, 500.0, 0.0, 0.0, 0.0, 0.0]);
    assert!(outcome.movements.contains(&(1, Movement::SetAside(TrancheId(0), 50_000))), "{:?}", outcome.movements);
}

#[test]
fn a_bullet_with_cash_interest_keeps_principal_and_two_years_of_interest() {
    let terms = "rank = 1\ncoupon = 0.05\ninterest = \"cash\"\nrepaid = \"bullet\"\nmatures = 2028-06-30";
    let outcome = Case::new(&[COST, &tranche("bond", 1_000, terms)].concat()).paid(1, 2_000.0).run();
    assert_eq!(outcome.flows(0), [-1_000.0, 50.0, 50.0, 1_050.0, 0.0, 0.0]);
    // 50 are paid and 1,000 and 50 and 50 kept, but for a few cents of rounding; the provider has 850 at once.
    let at_once = outcome.movements.iter().find_map(|&(period, movement)| match movement {
        Movement::Provider(amount) if period == 1 => Some(amount),
        _ => None,
    });
    assert!(at_once.is_some_and(|amount| (84_990..=85_000).contains(&amount)), "{at_once:?}");
}

#[test]
fn untied_cash_pays_a_payor_before_an_investor_does() {
    let text = [
        COST,
        "[capital]\nrecycle_until = 2028-12-31\n[[bonus]]\nname = \"malus\"\namount = -50\ndate = 2026-05-01\n",
        &tranche("loan", 1_200, "rank = 1\ntied_to = [\"a\"]"),
    ];
    let outcome = Case::new(&text.concat()).paid_by(1, 2, -30.0).run();
    assert_eq!((outcome.drawn(0), outcome.received(0), outcome.rest()), (1_000.0, 20.0, [0.0; 4]));
}

/// The coupon is above the cap of the return: 1,050 in year 1 is all that the loan may ever get, so no guarantee pays the other 50.
#[test]
fn a_guarantee_ends_at_the_cap_of_the_return() {
    let terms = "rank = 1\ncoupon = { formula = \"all done.rate\" }\nreturn_cap = 0.05";
    let cover = "[[guarantee]]\nname = \"g\"\nguarantor = \"F\"\nof = \"loan\"\npercent = 1.0\n";
    let mut case = Case::new(&[COST, &tranche("loan", 1_000, terms), cover].concat()).rate(0, 1, 0.1).paid(1, 1_050.0);
    case = (2..6).fold(case, |case, year| case.rate(0, year, 0.0));
    let outcome = case.run();
    assert_eq!((outcome.received(0), outcome.owed(0), outcome.cash.guaranteed.row(0)[0]), (1_050.0, 50.0, 0));
}

#[test]
fn cash_waits_for_the_last_year_at_most() {
    let text = [COST, "[capital]\nrecycle_until = 2030-12-31\n", &tranche("loan", 1_000, "rank = 1")].concat();
    assert_eq!(Case::new(&text).paid(1, 100.0).run().flows(0), [-1_000.0, 0.0, 0.0, 0.0, 0.0, 100.0]);
}

/// Nothing drawn, and nothing back, in a lane beside one with a return: as one stream alone.
#[test]
fn a_block_says_total_loss_and_not_drawn() {
    use pfsim::finance::{IrrKind, irr_block, multiple};
    let flows = [-100, 0, -100, 30, 0, 0, 0, 10, 110, 0, 0, 110];
    let (mut rates, mut kinds) = ([0.5; 4], [IrrKind::NoRoot; 4]);
    irr_block(&flows, 4, 1.0, &mut rates, &mut kinds);
    assert_eq!(kinds, [IrrKind::Rate, IrrKind::NotDrawn, IrrKind::TotalLoss, IrrKind::NotDrawn]);
    // 1.1 after two years.
    assert!((rates[0] - (1.1_f64.sqrt() - 1.0)).abs() < 1e-12 && rates[1].is_nan() && rates[2] == -1.0 && rates[3].is_nan());
    // Less than a unit counts too.
    assert_eq!(multiple(&[-2.0, 0.5, 3.0]), Some(1.75));
}

/// 16 (d − ½)² (d − ¼): twice at a growth of 2 and once at 4.
#[test]
fn a_double_rate_in_the_middle_of_the_search_is_found() {
    let found = pfsim::finance::irr(&[-1.0, 8.0, -20.0, 16.0], 1.0);
    let pfsim::finance::Irr::Several(rates) = &found else { panic!("{found:?}") };
    assert!(rates.len() == 2 && (rates[0] - 1.0).abs() < 1e-12 && (rates[1] - 3.0).abs() < 1e-12, "{rates:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A block that was used before gives what a new one gives: nothing of the trials before is left in it.
    #[test]
    fn a_used_block_is_as_good_as_a_new_one(contract in crate::contracts::contract()) {
        let deal = contract.deal();
        let plan = Plan::new(&deal, 3);
        let (mut new, mut used) = (Block::new(&plan, 16), Block::new(&plan, 16));
        new.run(&plan, 0);
        used.run(&plan, 160);
        used.run(&plan, 0);
        prop_assert_eq!(&new.owed.paid, &used.owed.paid);
        prop_assert_eq!(&new.owed.payment_due, &used.owed.payment_due);
        prop_assert_eq!(&new.owed.undefined, &used.owed.undefined);
        prop_assert_eq!(&new.owed.defaulted, &used.owed.defaulted);
        prop_assert_eq!(new.owed.stopped(), used.owed.stopped());
        prop_assert_eq!(&new.cash.flows, &used.cash.flows);
        prop_assert_eq!(&new.cash.guaranteed, &used.cash.guaranteed);
        prop_assert_eq!(&new.cash.provider, &used.cash.provider);
        prop_assert_eq!(&new.cash.shortfall, &used.cash.shortfall);
        prop_assert_eq!(&new.cash.avoided, &used.cash.avoided);
    }
}
