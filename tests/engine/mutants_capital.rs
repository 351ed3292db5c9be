//! The capital of small deals where no other test looked: who is drawn on, what waits, and what the ledger says of it. Found by changing
//! one operator, number or statement after another and asking who notices (`docs/mutants.md`). Amounts are dollars, periods years from
//! 2025, worked by hand.

use super::waterfall::{COST, Case};
use pfsim::deal::{OutcomeId, PaymentId, TrancheId};

use pfsim::engine::{Block, Plan};
use pfsim::study::trace;
use pfsim::waterfall::Movement;

fn tranche(name: &str, amount: &str, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

#[test]
fn the_ledger_says_what_was_owed_drawn_kept_and_guaranteed() {
    let text = [
        COST,
        &tranche("loan", "500", "rank = 1\ncoupon = 0.1\ndraws = [{ date = 2025-01-01, amount = 400 }]"),
        &tranche("grant", "700", "rank = 2\nkind = \"recyclable_grant\""),
        "[[program.cost]]\nname = \"more\"\nonce = 20\nfrom = 2027-01-01\n",
        "[[guarantee]]\nname = \"g\"\nguarantor = \"F\"\nof = \"loan\"\npercent = 0.5\n",
    ];
    let text = text.concat();
    // The grant has 30 in year 1, after 440 for the loan; 20 of them pay for more work.
    let repaid = Case::new(&text).paid(1, 470.0).run();
    for movement in [
        (0, Movement::DrawAhead(TrancheId(0), 40_000)),
        (1, Movement::Interest(TrancheId(0), 4_000)),
        (2, Movement::FromPot(TrancheId(1), 2_000)),
    ] {
        assert!(repaid.movements.contains(&movement), "{movement:?} in {:?}", repaid.movements);
    }
    // Of 400 half are guaranteed; a payor is owed 300, and 100 of the loan and 100 of the grant are left.
    let lost = Case::new(&text).paid_by(1, 1, -300.0).run();
    for movement in [(1, Movement::UnpaidToPayor(10_000)), (5, Movement::Guarantee(0, TrancheId(0), 20_000))] {
        assert!(lost.movements.contains(&movement) || movement.0 == 5, "{movement:?} in {:?}", lost.movements);
    }
    assert!(
        lost.movements
            .iter()
            .any(|(period, movement)| *period == 5 && matches!(movement, Movement::Guarantee(0, TrancheId(0), paid) if *paid > 0))
    );
}

#[test]
fn what_is_set_aside_is_said_as_it_changes() {
    let bond = tranche("bond", "1_000", "rank = 1\nrepaid = \"bullet\"\nmatures = 2028-06-30");
    let outcome = Case::new(&[COST, &bond].concat()).paid(1, 300.0).paid(2, 200.0).run();
    let aside = |year: usize| {
        let lines = outcome.movements.iter().filter(|line| line.0 == year && matches!(line.1, Movement::SetAside(..)));
        lines.map(|line| line.1.amount()).sum::<i64>()
    };
    let changes = [1, 2, 3].map(aside);
    assert_eq!((changes, outcome.flows(0)), ([30_000, 20_000, -50_000], vec![-1_000.0, 0.0, 0.0, 500.0, 0.0, 0.0]));
}

/// Drawings of one day stand in the order of the names.
#[test]
fn drawings_of_one_day_go_by_names() {
    let ahead = |name: &str| tranche(name, "100", "rank = 1\ndraws = [{ date = 2025-01-01, amount = 100 }]");
    let outcome = Case::new(&[COST, &ahead("b"), &ahead("a")].concat()).run();
    let drawn: Vec<Movement> =
        outcome.movements.iter().map(|line| line.1).filter(|movement| matches!(movement, Movement::DrawAhead(..))).collect();
    assert_eq!(drawn, [Movement::DrawAhead(TrancheId(1), 10_000), Movement::DrawAhead(TrancheId(0), 10_000)]);
}

/// An extension moves the day until which receipts wait, not the repayment of deals in which they do not wait.
#[test]
fn an_extension_holds_back_only_what_waits() {
    let extension = |until: &str| format!("[capital]\n{until}extension = {{ when = \"all done < 5\", periods = 2 }}\n");
    let bond = tranche("bond", "500", "rank = 2\ndraw_order = 1\nrepaid = \"bullet\"\nmatures = 2028-06-30");
    let loan = tranche("loan", "500", "rank = 1\ndraw_order = 1");
    let flows = |until: &str, fails: usize| {
        let case = Case::new(&[COST, &extension(until), &loan, &bond].concat()).paid(1, 300.0);
        (0..fails).fold(case, |case, period| case.fails(0, period)).run().flows(0)
    };
    assert_eq!(flows("", 0), [-500.0, 300.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(flows("recycle_until = 2025-12-31\n", 0), [-500.0, 0.0, 0.0, 300.0, 0.0, 0.0]);
    // Decided in the year in which the receipts would go out.
    assert_eq!(flows("recycle_until = 2026-12-31\n", 2), [-500.0, 0.0, 0.0, 0.0, 300.0, 0.0]);
    let early = Case::new(&[COST, &extension(""), &loan, &bond].concat()).paid(0, 1_500.0).run();
    assert!(early.movements.contains(&(0, Movement::Provider(50_000))), "{:?}", early.movements);
}

#[test]
fn cash_drawn_ahead_for_nothing_goes_back_at_once() {
    let loan = tranche("loan", "500", "rank = 1\ndraws = [{ date = 2025-01-01, amount = 500 }]");
    let outcome = Case::new(&loan).run();
    assert_eq!((outcome.drawn(0), outcome.flows(0)), (500.0, vec![0.0; 6]));
}

/// A rate without a value counts as none: all of the principal is kept.
#[test]
fn a_bullet_without_a_rate_keeps_its_principal() {
    let bond = tranche("bond", "1_000", "rank = 1\ncoupon = { formula = \"all done.rate\" }\nrepaid = \"bullet\"\nmatures = 2028-06-30");
    let case = (0..6).fold(Case::new(&[COST, &bond].concat()).paid(1, 1_000.0), |case, year| case.rate(0, year, f64::NAN));
    assert_eq!(case.run().flows(0), [-1_000.0, 0.0, 0.0, 1_000.0, 0.0, 0.0]);
}

/// 5% of 1,000.10 are 50.005, rounded up to 50.01 every year: what is kept is enough for that.
#[test]
fn what_is_kept_for_cash_interest_covers_its_rounding() {
    let cost = COST.replace("1_000", "1_000.1");
    let terms = "rank = 1\ncoupon = 0.05\ninterest = \"cash\"\nrepaid = \"bullet\"\nmatures = 2028-06-30";
    let outcome = Case::new(&[cost.as_str(), &tranche("bond", "1_000.1", terms)].concat()).paid(1, 2_000.0).run();
    assert_eq!(outcome.flows(0), [-1_000.1, 50.01, 50.01, 1_050.11, 0.0, 0.0]);
}

#[test]
fn a_bonus_stands_at_its_rank() {
    let text = [
        COST,
        &tranche("first", "500", "rank = 1\ndraw_order = 1"),
        &tranche("second", "500", "rank = 2\ndraw_order = 1"),
        "[[bonus]]\nname = \"fee\"\namount = 50\ndate = 2025-05-01\nafter_rank = 1\n",
    ];
    let outcome = Case::new(&text.concat()).paid(1, 550.0).run();
    assert_eq!([outcome.received(0), outcome.received(1), outcome.cash.bonuses.row(0)[0] as f64], [500.0, 0.0, 5_000.0]);
}

/// 100 of work in year 1 are paid by what may repay "y" alone; what A pays is left for "x" and "y".
#[test]
fn costs_use_the_money_that_few_can_have_first() {
    let text = [
        "[[program.cost]]\nname = \"work\"\nper_period = 100\nuntil = 2026-12-31\n",
        &tranche("x", "100", "rank = 1\ndraw_order = 1\ntied_to = [\"a\"]"),
        &tranche("y", "100", "rank = 2\ndraw_order = 1\ntied_to = [\"a\", \"b\"]"),
    ];
    let outcome = Case::new(&text.concat()).paid_by(0, 1, 100.0).paid_by(1, 1, 100.0).run();
    assert_eq!([outcome.received(0), outcome.received(1), outcome.rest()[0]], [50.0, 50.0, 0.0]);
}

/// What is drawn ahead pays a payor; what was drawn for a payor or for work cannot be drawn again.
#[test]
fn commitments_are_drawn_once() {
    let late = "[[program.cost]]\nname = \"work\"\nonce = 500\nfrom = 2028-01-01\n";
    let ahead = tranche("loan", "500", "rank = 1\ndraws = [{ date = 2025-01-01, amount = 500 }]");
    let outcome = Case::new(&[late, &ahead].concat()).paid_by(1, 1, -100.0).run();
    assert_eq!((outcome.flows(0)[..3].to_vec(), outcome.rest()), (vec![-500.0, 0.0, 0.0], [0.0, 100.0, 0.0, 0.0]));
    let loan = tranche("loan", "1_150", "rank = 1");
    let outcome = Case::new(&[COST, &loan].concat()).paid_by(1, 1, -300.0).paid_by(1, 2, -300.0).run();
    assert_eq!((outcome.drawn(0), outcome.rest()[3]), (1_150.0, 450.0));
    let work = "[[program.cost]]\nname = \"work\"\nper_period = 600\nuntil = 2026-12-31\n";
    let pair = ["x", "y"].map(|name| tranche(name, "500", "rank = 1\ndraw_order = 1")).concat();
    let outcome = Case::new(&[work, &pair].concat()).run();
    assert_eq!(([0, 1].map(|loan| outcome.drawn(loan)), outcome.rest()[1]), ([500.0, 500.0], 200.0));
}

/// Half of 1,000 by one guarantor, and by another what is left; where the return is capped, as far as it makes up for the loss alone:
/// 1,050 less 900 are 150 in year 1, and 182.31 four years later at 5%.
#[test]
fn two_guarantees_pay_a_loss_once() {
    let cover = |name: &str, terms: &str| format!("[[guarantee]]\nname = \"{name}\"\nguarantor = \"F\"\nof = \"loan\"\n{terms}\n");
    let paid = |outcome: &super::waterfall::Outcome| [0, 1].map(|guarantee| outcome.cash.guaranteed.row(guarantee)[0]);
    let text = [COST, &tranche("loan", "1_000", "rank = 1"), &cover("g", "percent = 0.5"), &cover("h", "percent = 0.8")].concat();
    let outcome = Case::new(&text).run();
    assert_eq!((paid(&outcome), outcome.owed(0)), ([50_000, 50_000], 0.0));
    let capped = tranche("loan", "1_000", "rank = 1\ncoupon = { formula = \"all done.rate\" }\nreturn_cap = 0.05");
    let text = [COST, &capped, &cover("g", "percent = 0.1"), &cover("h", "percent = 1.0")].concat();
    let case = (2..6).fold(Case::new(&text).rate(0, 1, 0.1).paid(1, 900.0), |case, year| case.rate(0, year, 0.0));
    let [first, second] = paid(&case.run());
    assert!(first == 10_000 && (8_226..=8_233).contains(&second), "{first} and {second}");
}

const HEAD: &str = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n[program]\n\
    provider = \"Provider\"\ncohorts = { count = 1, size = 1 }\n[[program.cost]]\nname = \"work\"\nper_period = 300\n[[outcome]]\nname = \"done\"\n\
    rate = 0.5\n[[measure]]\nname = \"all done\"\nof = \"done\"\n[[payor]]\nname = \"A\"\n[[tranche]]\nname = \"loan\"\namount = 2_000\nrank = 1\n";

fn deal(text: &str) -> pfsim::deal::Deal {
    crate::support::deal(&format!("{HEAD}{text}"))
}

/// Costs of years 0 and 1 are borne, those of years 2 to 5 avoided.
#[test]
fn a_stop_in_the_second_year_ends_the_costs_of_the_third() {
    let text = "[[stop]]\nname = \"end\"\nat = 2026-12-31\nwhen = \"date >= 2025-01-01\"\n\
        [[payment]]\nname = \"a\"\npayor = \"A\"\non = \"all done\"\nprice = { lump_sum = 0 }\n";
    let trial = trace(&deal(text), 1, 0);
    assert_eq!((trial.block.cash.avoided[0], trial.block.cash.spent[0]), (120_000, 60_000));
}

/// Whether a deal is extended or stopped, and what it owes, is that of its own trial, not of one that was run in the same place before.
#[test]
fn a_used_block_forgets_extensions_and_stops() {
    let text = "[capital]\nrecycle_until = 2026-12-31\nextension = { when = \"all done >= 1\", periods = 2 }\n\
        [[stop]]\nname = \"end\"\nat = 2028-12-31\nwhen = \"all done < 1\"\n\
        [[payment]]\nname = \"a\"\npayor = \"A\"\non = \"all done\"\nprice = { lump_sum = 500 }\npaid_after = 1\n\
        [[payment]]\nname = \"b\"\npayor = \"A\"\ndates = [2025-06-30, 2029-06-30]\nprice = { lump_sum = 100 }\nwhen = \"stopped('end')\"\n";
    let deal = deal(text);
    let plan = Plan::new(&deal, 3);
    let (mut new, mut used) = (Block::new(&plan, 16), Block::new(&plan, 16));
    new.run(&plan, 0);
    used.run(&plan, 160);
    used.run(&plan, 0);
    assert_eq!(new.cash.flows, used.cash.flows);
    assert_eq!((&new.owed.payment_paid, &new.owed.payment_due), (&used.owed.payment_paid, &used.owed.payment_due));
    let done = new.world.outcomes[OutcomeId(0)].count.row(0);
    for (lane, done) in done.iter().enumerate() {
        assert_eq!(new.owed.payment_paid.row(PaymentId(1))[lane], if *done == 0 { 10_000 } else { 0 });
    }
    assert!(done.contains(&0) && done.contains(&1));
}
