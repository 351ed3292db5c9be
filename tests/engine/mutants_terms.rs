//! Terms of payments and of the capital at their edges: found by changing one operator, number or statement after another and asking who
//! notices (`docs/mutants.md`). Ten of ten people are done in the first year. Amounts are dollars, periods years from 2025, worked by hand.

use super::waterfall::{COST, Case};
use pfsim::deal::{CohortId, OutcomeId, PaymentId, PeriodId, StopId, TrancheId};

use pfsim::engine::{Block, Entry, Plan};
use pfsim::scenario;
use pfsim::settlement::Line;
use pfsim::study::{Trial, trace};
use pfsim::waterfall::Movement;

const PEOPLE: &str = "[program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
    [[outcome]]\nname = \"saving\"\nkind = \"amount\"\nrate = 100\nsd = 0\n[[measure]]\nname = \"all done\"\nof = \"done\"\n\
    [[measure]]\nname = \"saved\"\nof = \"saving\"\n[[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n";

fn read(people: &str, text: &str) -> Result<pfsim::deal::Deal, scenario::Problems> {
    let head = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n";
    scenario::parse("case.toml", &format!("{head}{people}{text}"))
}

fn deal(people: &str, text: &str) -> pfsim::deal::Deal {
    read(people, text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

fn settled(text: &str) -> Trial {
    trace(&deal(PEOPLE, text), 1, 0)
}

fn payment(name: &str, terms: &str) -> String {
    let on = if terms.contains("dates") || terms.contains(" of = ") { "" } else { "on = \"all done\"\n" };
    format!("[[payment]]\nname = \"{name}\"\npayor = \"A\"\n{on}{terms}\n")
}

fn tranche(name: &str, amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

/// What was paid for each payment, in dollars.
fn paid(trial: &Trial) -> Vec<f64> {
    let paid = &trial.block.owed.payment_paid;
    (0..paid.rows()).map(|payment| paid.row(PaymentId(payment))[0] as f64 / 100.0).collect()
}

fn lines(trial: &Trial) -> Vec<Line> {
    trial.ledger.iter().filter_map(|line| if let Entry::Line(line) = line.entry { Some(line) } else { None }).collect()
}

/// The deal as a whole has no cohort, so its number is 0; what waits for no report is looked at from the first period on.
#[test]
fn a_stop_that_waits_for_no_report_may_come_in_the_first_period() {
    let stop = |name: &str, when: &str| format!("[[stop]]\nname = \"{name}\"\nat = 2025-12-31\nwhen = \"{when}\"\npayments_end = true\n");
    let stops = [stop("numbered", "cohort >= 1"), stop("at once", "date >= 2025-01-01")].concat();
    let trial = settled(&[stops, payment("late", "price = { lump_sum = 7 }\npaid_after = 2")].concat());
    let stopped: Vec<Line> = lines(&trial).into_iter().filter(|line| matches!(line, Line::Stop { .. })).collect();
    assert_eq!((stopped, paid(&trial)), (vec![Line::Stop { period: PeriodId(0), stop: StopId(1) }], vec![0.0]));
}

/// A formula that another formula names is worked out where that one is needed, and nowhere else.
#[test]
fn a_condition_needs_its_own_formulas_alone() {
    let formula = |name: &str, is: &str| format!("[[formula]]\nname = \"{name}\"\nis = \"{is}\"\n");
    let text = [
        formula("score", "all done / 4"),
        formula("base", "all done / 5"),
        formula("top", "base * 3"),
        payment("a", "price = { lump_sum = 1 }\nwhen = \"score > 2\""),
        payment("b", "price = { lump_sum = 2 }\nwhen = \"top > 5\"\npaid_after = 1"),
    ];
    let trial = settled(&text.concat());
    let seen: Vec<(usize, usize, f64)> = lines(&trial)
        .into_iter()
        .filter_map(
            |line| if let Line::Formula { period, formula, value } = line { Some((period.index(), formula.index(), value)) } else { None },
        )
        .collect();
    assert_eq!((seen, paid(&trial)), (vec![(0, 0, 2.5), (1, 1, 2.0), (1, 2, 6.0)], vec![1.0, 2.0]));
}

#[test]
fn choices_can_be_added_up() {
    let price = "price = { formula = \"if(all done > 1, 1, 2) + if(all done > 10, 30, 40)\" }";
    assert_eq!(paid(&settled(&payment("a", price))), [41.0]);
    let inside = "price = { formula = \"all done + (all done + if(all done > 1, 1, 2))\" }";
    assert_eq!(paid(&settled(&payment("a", inside))), [21.0]);
}

#[test]
fn a_cent_is_an_achievement() {
    let text = [payment("a", "price = { lump_sum = 0.01 }"), payment("b", "price = { lump_sum = 2 }\nwhen = \"achieved('a')\"")];
    assert_eq!(paid(&settled(&text.concat())), [0.01, 2.0]);
}

/// 3 a person of a lump sum of 5: nothing where nobody enrolled.
#[test]
fn a_limit_a_person_is_nothing_for_nobody() {
    let people = PEOPLE.replace("size = 10 }\n", "size = 1 }\nenrolment_ratio = { uniform = { low = 0.0, high = 1.0 } }\n");
    let plan = Plan::new(&deal(&people, &payment("a", "price = { lump_sum = 5 }\ncap_per_enrolled = 3")), 1);
    let mut block = Block::new(&plan, 64);
    block.run(&plan, 0);
    let enrolled = block.world.enrolled.row(CohortId(0));
    assert!(enrolled.contains(&0) && enrolled.contains(&1));
    for (people, paid) in enrolled.iter().zip(block.owed.payment_paid.row(PaymentId(0))) {
        assert_eq!(*paid, i64::from(*people) * 300);
    }
}

/// Ten million million dollars are the most that a claim can be: of two people, one makes exactly that due, and two make it undefined.
#[test]
fn the_largest_claim_has_a_value() {
    let people = PEOPLE.replace("size = 10 }", "size = 2 }").replace("rate = 1.0", "rate = 0.5");
    let deal = deal(&people, &payment("a", "price = { formula = \"10_000_000_000_000 * all done\" }"));
    let plan = Plan::new(&deal, 1);
    let mut block = Block::new(&plan, 64);
    block.run(&plan, 0);
    let mut seen = [0; 3];
    for (lane, people) in block.world.outcomes[OutcomeId(0)].count.row(0).iter().enumerate() {
        let expected = [(0, 0), (1_000_000_000_000_000, 0), (0, 1)][*people as usize];
        assert_eq!((block.owed.payment_due.row(PaymentId(0))[lane], block.owed.undefined.row(PaymentId(0))[lane]), expected);
        seen[*people as usize] += 1;
    }
    assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    for number in 0..8 {
        let trial = trace(&deal, 1, number);
        let valued = lines(&trial).into_iter().find_map(|line| if let Line::Claim(claim) = line { Some(claim.valued) } else { None });
        assert_eq!(valued, Some(trial.block.owed.undefined.row(PaymentId(0))[0] == 0));
    }
}

#[test]
fn a_part_of_a_unit_is_paid_for() {
    let people = PEOPLE.replace("rate = 100\n", "rate = 0.05\n");
    let price = "[[payment]]\nname = \"a\"\npayor = \"A\"\non = \"saved\"\nprice = { per_unit = 100 }\n";
    assert_eq!(paid(&trace(&deal(&people, price), 1, 0)), [50.0]);
}

/// Half of the 1,000 saved is less than the 600 owed, so the other share does not begin.
#[test]
fn a_share_of_savings_stays_while_the_loan_is_owed() {
    let text = [
        "[[program.cost]]\nname = \"work\"\nonce = 600\n",
        &tranche("loan", 600, "rank = 1"),
        &payment("a", "price = { share = { of = \"saved\", share = 0.5, then = 0.2 } }\npaid_after = 1"),
    ];
    assert_eq!(paid(&settled(&text.concat())), [500.0]);
}

/// Units are counted through the tiers once, and units are reported, not dated: an amendment does not change that.
#[test]
fn an_amended_price_fits_the_schedule_too() {
    let amended = |schedule: &str, price: &str| {
        let text = format!("price = {{ lump_sum = 5 }}\n{schedule}\n[[payment.amendment]]\nfrom = 2027-01-01\nprice = {price}\n");
        read(PEOPLE, &payment("a", &text)).err().map(|problems| problems.problems[0].message.clone()).unwrap_or_default()
    };
    let (instalments, dates) = ("instalments = [{ share = 0.5 }, { share = 0.5, after = 1 }]", "dates = [2025-06-30, 2028-06-30]");
    let (tiers, units) = ("{ tiers = [{ from = 0, pay = 20 }] }", "{ per_unit = 3 }");
    assert!(amended(instalments, tiers).contains("units are counted through the tiers once"));
    assert!(amended(dates, units).contains("falls due when the measure is reported"));
    for (schedule, price) in [(instalments, units), (dates, "{ lump_sum = 6 }"), ("", tiers)] {
        assert_eq!(amended(schedule, price), "");
    }
}

/// The bond matures in year 3; what holds on that day still moves it by a year.
#[test]
fn an_extension_may_be_decided_on_the_day_itself() {
    let bond = tranche("bond", 1_000, "rank = 1\nrepaid = \"bullet\"\nmatures = 2028-06-30");
    let text = [COST, "[capital]\nextension = { when = \"all done < 5\", periods = 1 }\n", &bond].concat();
    let case = Case::new(&text).paid(1, 1_000.0).fails(0, 0).fails(0, 1).fails(0, 2);
    assert_eq!(case.run().flows(0), [-1_000.0, 0.0, 0.0, 0.0, 1_000.0, 0.0]);
}

#[test]
fn cash_that_waits_longer_than_the_deal_goes_out_in_its_last_year() {
    let capital = "[capital]\nrecycle_until = 2028-12-31\nextension = { when = \"all done < 5\", periods = 5 }\n";
    let text = [COST, capital, &tranche("loan", 1_000, "rank = 1")].concat();
    assert_eq!(Case::new(&text).paid(1, 100.0).run().flows(0), [-1_000.0, 0.0, 0.0, 0.0, 0.0, 100.0]);
}

/// Drawn ahead, 500 wait for the work of every year, 10, and for a closing, 10 too, until year 2. The deal stops after year 1.
#[test]
fn cash_drawn_ahead_waits_for_costs_that_outlive_a_stop_alone() {
    let work = "[[program.cost]]\nname = \"work\"\nper_period = 10\n";
    let closing = "[[program.cost]]\nname = \"closing\"\nper_period = 10\nafter_stop = true\nuntil = 2027-12-31\n";
    let loan = tranche("loan", 500, "rank = 1\ndraws = [{ date = 2025-01-01, amount = 500 }]");
    let flows = |text: &str| Case::new(text).stopped(1).run().flows(0);
    assert_eq!(flows(&[work, &loan].concat()), [-500.0, 0.0, 480.0, 0.0, 0.0, 0.0]);
    assert_eq!(flows(&[work, closing, &loan].concat()), [-500.0, 0.0, 450.0, 0.0, 0.0, 0.0]);
    let longer = closing.replace("2027", "2028");
    assert_eq!(flows(&[work, &longer, &loan].concat()), [-500.0, 0.0, 0.0, 440.0, 0.0, 0.0]);
}

/// One cent is left: half of it is rounded up, and the first rank has it, wherever it stands in the file.
#[test]
fn an_odd_cent_of_what_is_left_goes_to_the_first_rank() {
    let share = |name: &str, rank: u32| tranche(name, 500, &format!("rank = {rank}\ndraw_order = 1\nresidual_share = 0.5"));
    let outcome = Case::new(&[COST, &share("b", 2), &share("a", 1)].concat()).paid(1, 1_000.01).run();
    assert_eq!([outcome.received(0), outcome.received(1)], [500.0, 500.01]);
}

#[test]
fn the_ledger_says_who_is_repaid_in_one_rank_and_what_a_bonus_was() {
    let loans = ["x", "y"].map(|name| tranche(name, 500, "rank = 1\ndraw_order = 1")).concat();
    let bonus = "[[bonus]]\nname = \"on time\"\namount = 50\ndate = 2026-05-01\n";
    let outcome = Case::new(&[COST, &loans, bonus].concat()).paid(2, 450.0).run();
    for movement in [Movement::Repay(TrancheId(0), 20_000), Movement::Repay(TrancheId(1), 20_000), Movement::Bonus(0, 5_000)] {
        assert!(outcome.movements.contains(&(2, movement)), "{movement:?} in {:?}", outcome.movements);
    }
    let bonuses = outcome.movements.iter().filter(|(_, movement)| matches!(movement, Movement::Bonus(..)));
    assert_eq!(bonuses.map(|(_, movement)| movement.amount()).sum::<i64>(), 5_000);
}
