//! Money that no other test looked at: payors that fail, payments that several share, cash that is kept or drawn ahead. Found by changing
//! one operator, number or statement after another and asking who notices (`docs/mutants.md`). Ten of ten people are done in the first
//! year. Amounts are dollars, periods years from 2025, worked by hand.

use super::waterfall::{COST, Case};
use pfsim::deal::TrancheId;

use pfsim::numeric::each::Id;
use pfsim::study::{Trial, trace};
use pfsim::waterfall::Movement;

const HEAD: &str = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n\
    [program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
    [[measure]]\nname = \"all done\"\nof = \"done\"\n[[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n[[payor]]\nname = \"C\"\n";

fn settled(text: &str) -> Trial {
    trace(&crate::support::deal(&format!("{HEAD}{text}")), 1, 0)
}

fn payment(name: &str, terms: &str) -> String {
    format!("[[payment]]\nname = \"{name}\"\non = \"all done\"\n{terms}\n")
}

fn tranche(name: &str, amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

fn dollars<I: Id>(rows: &pfsim::numeric::grid::Grid<i64, I>) -> Vec<f64> {
    rows.ids().map(|row| rows.row(row)[0] as f64 / 100.0).collect()
}

/// A hazard of 1 that lasts is certain from the second year on. Of 300 the escrow of 400 pays all in that year; of 200 and 200 a year
/// later it has 100 left, 50 for each; 300 are never paid.
#[test]
fn an_escrow_pays_until_it_is_empty() {
    let text = [
        "hazard = { per_year = 1.0, lasting = true }\nescrow = 400\n",
        &payment("first", "payor = \"C\"\nprice = { lump_sum = 300 }\npaid_after = 1"),
        &payment("second", "payor = \"C\"\nprice = { lump_sum = 200 }\npaid_after = 2"),
        &payment("third", "payor = \"C\"\nprice = { lump_sum = 200 }\npaid_after = 2"),
    ];
    let trial = settled(&text.concat());
    assert_eq!(dollars(&trial.block.owed.payment_paid), [300.0, 50.0, 50.0]);
    assert_eq!(dollars(&trial.block.owed.defaulted), [0.0, 0.0, 300.0]);
}

/// A quarter, a half and a quarter of 400.
#[test]
fn three_payors_share_a_payment() {
    let trial = settled(&payment("a", "payors = { A = 0.25, B = 0.5, C = 0.25 }\nprice = { lump_sum = 400 }"));
    assert_eq!(dollars(&trial.block.owed.payor_paid), [100.0, 200.0, 100.0]);
}

/// What the investors owe is shared as what they receive: three fifths and two fifths of 3,000.
#[test]
fn two_payors_share_what_they_receive() {
    let terms = "payors = { A = 0.6, B = 0.4 }\nprice = { steps = [{ from = 0, pay = -3_000 }], by = \"units\" }\ntwo_way = true";
    let trial = settled(&[payment("risk", terms), tranche("bond", 3_000, "rank = 1")].concat());
    assert_eq!(dollars(&trial.block.owed.payor_paid), [-1_800.0, -1_200.0, 0.0]);
}

/// Half of what A pays at most: of "b" A pays a quarter of 800, so "a" may come to 200 too.
#[test]
fn a_largest_share_counts_the_part_of_a_shared_payment() {
    let text = [
        payment("a", "payor = \"A\"\nprice = { lump_sum = 900 }\nat_most_share = 0.5"),
        payment("b", "payors = { A = 0.25, B = 0.75 }\nprice = { lump_sum = 800 }"),
    ];
    assert_eq!(dollars(&settled(&text.concat()).block.owed.payment_paid), [200.0, 800.0]);
}

/// 600 are kept for a bond of 1,000; 300 of them go to a payor; with the 500 that come later the bond gets 800, and nobody else anything.
#[test]
fn what_is_kept_for_a_bullet_pays_a_payor_first() {
    let bond = tranche("bond", 1_000, "rank = 1\nrepaid = \"bullet\"\nmatures = 2029-06-30");
    let outcome = Case::new(&[COST, &bond].concat()).paid(1, 600.0).paid_by(1, 2, -300.0).paid(3, 500.0).run();
    assert_eq!((outcome.drawn(0), outcome.received(0), outcome.rest()), (1_000.0, 800.0, [0.0; 4]));
}

/// 1,000 of 1,150 are drawn ahead and spent, so 150 are left for the payor that receives 300, and 150 nobody can pay.
#[test]
fn what_is_drawn_ahead_cannot_be_drawn_again() {
    let loan = tranche("loan", 1_150, "rank = 1\ndraws = [{ date = 2025-01-01, amount = 1_000 }]");
    let outcome = Case::new(&[COST, &loan].concat()).paid_by(1, 2, -300.0).run();
    assert_eq!((outcome.flows(0), outcome.rest()), (vec![-1_000.0, 0.0, -150.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 150.0]));
}

/// 900 repay the loan of 500 and 400 of the grant of 500; then the pot pays 200 of work, so 300 of the grant are not repaid.
#[test]
fn a_grant_that_is_used_again_is_principal_again() {
    let text = [
        COST,
        "[[program.cost]]\nname = \"more\"\nonce = 200\nfrom = 2027-01-01\n",
        &tranche("loan", 500, "kind = \"senior\""),
        &tranche("grant", 500, "kind = \"recyclable_grant\""),
        &payment("first", "payor = \"A\"\nprice = { lump_sum = 900 }\npaid_after = 1"),
        "[[payment]]\nname = \"late\"\npayor = \"A\"\nprice = { formula = \"principal('grant')\" }\ndates = [2028-06-01]\n",
    ];
    assert_eq!(dollars(&settled(&text.concat()).block.owed.payment_paid), [900.0, 300.0]);
}

/// Half of the 100 that come in, and not a cent in years in which nothing does.
#[test]
fn a_bonus_of_receipts_is_nothing_without_receipts() {
    let bonus = "[[bonus]]\nname = \"half\"\nshare_of_receipts = 0.5\n";
    let outcome = Case::new(&[COST, &tranche("loan", 1_000, "rank = 1"), bonus].concat()).paid(2, 100.0).run();
    assert_eq!((dollars(&outcome.cash.bonuses), outcome.received(0)), (vec![50.0], 50.0));
}

/// 1,000 are drawn of 1,500 and 500 at one draw order: 750 and 250; a malus of 50 is paid in.
#[test]
fn the_ledger_says_who_was_drawn_on_and_what_a_malus_was() {
    let text = [
        COST,
        &tranche("x", 1_500, "rank = 1\ndraw_order = 1"),
        &tranche("y", 500, "rank = 2\ndraw_order = 1"),
        "[[bonus]]\nname = \"malus\"\namount = -50\ndate = 2026-05-01\n",
    ];
    let outcome = Case::new(&text.concat()).run();
    for movement in [(0, Movement::Draw(TrancheId(0), 75_000)), (0, Movement::Draw(TrancheId(1), 25_000)), (1, Movement::Bonus(0, -5_000))]
    {
        assert!(outcome.movements.contains(&movement), "{movement:?} in {:?}", outcome.movements);
    }
}
