//! Terms of the capital that depend on what settlement finds, in whole deals worked out by hand. Ten of ten people are done in the first
//! year; one payor pays "a" a year later and "b" another year later. Amounts are dollars, periods years from 2025.

use pfsim::deal::TrancheId;
use pfsim::engine::audit;
use pfsim::study::{Trial, trace};

const HEAD: &str = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n\
    [program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
    [[measure]]\nname = \"all done\"\nof = \"done\"\n[[payor]]\nname = \"A\"\n\
    [[payment]]\nname = \"a\"\npayor = \"A\"\non = \"all done\"\nprice = { lump_sum = 600 }\npaid_after = 1\n\
    [[payment]]\nname = \"b\"\npayor = \"A\"\non = \"all done\"\nprice = { lump_sum = 900 }\npaid_after = 2\n";

fn settled(text: &str) -> Trial {
    let deal = crate::support::deal(&format!("{HEAD}{text}"));
    let trial = trace(&deal, 1, 0);
    assert_eq!(audit(&deal, &trial.block), Ok(()));
    trial
}

fn flows(trial: &Trial, tranche: usize) -> Vec<f64> {
    trial.block.cash.flows[TrancheId(tranche)].lane(0).map(|cents| cents as f64 / 100.0).collect()
}

fn metric(trial: &Trial, name: &str) -> f64 {
    trial.metrics.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

const COST: &str = "[[program.cost]]\nname = \"work\"\nonce = 1_000\n";

#[test]
fn a_coupon_is_set_by_what_was_found() {
    let trial = settled(&format!(
        "{COST}[[tranche]]\nname = \"loan\"\namount = 1_000\nrank = 1\ncoupon = {{ formula = \"all done.rate * 10%\" }}\n"
    ));
    // 1,100 less 600; 550 less 550; the provider has the other 350.
    assert_eq!(flows(&trial, 0), [-1_000.0, 600.0, 550.0, 0.0, 0.0, 0.0]);
    assert_eq!(metric(&trial, "program.residual"), 350.0);
}

#[test]
fn a_drawing_waits_for_its_condition() {
    let costs = "[[program.cost]]\nname = \"work\"\nper_period = 400\nuntil = 2026-12-31\n";
    let loan = |when: &str| {
        settled(&format!(
            "{costs}[[tranche]]\nname = \"loan\"\namount = 1_000\nrank = 1\ndraws = [{{ date = 2025-01-01, amount = 500 }}, \
             {{ date = 2026-01-01, amount = 500, when = \"{when}\" }}]\n"
        ))
    };
    // Year 1: 100 are left of the first drawing and 600 come in. With the second, all 600 wait for nothing: costs end, and 800 go back.
    let (met, unmet) = (loan("all done >= 10"), loan("all done > 10"));
    assert_eq!(flows(&met, 0), [-500.0, -500.0 + 800.0, 200.0, 0.0, 0.0, 0.0]);
    // Without it, receipts pay 300, which comes to the same flows: only the drawings differ.
    assert_eq!(flows(&unmet, 0), [-500.0, 300.0, 200.0, 0.0, 0.0, 0.0]);
    assert_eq!([&met, &unmet].map(|trial| trial.block.cash.standing.drawn.row(TrancheId(0))[0]), [100_000, 50_000]);
}

#[test]
fn tied_loans_get_their_payments_from_one_payor() {
    let trial = settled(&format!(
        "{COST}[[tranche]]\nname = \"x\"\namount = 500\nrank = 1\ntied_to = [\"a\"]\n[[tranche]]\nname = \"y\"\namount = 500\nrank = 1\n\
         tied_to = [\"b\"]\n"
    ));
    assert_eq!(flows(&trial, 0), [-500.0, 500.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(flows(&trial, 1), [-500.0, 0.0, 500.0, 0.0, 0.0, 0.0]);
    assert_eq!(metric(&trial, "program.residual"), 500.0);
}

#[test]
fn a_bonus_follows_a_formula() {
    let trial = settled(&format!(
        "{COST}[[tranche]]\nname = \"loan\"\namount = 1_000\nrank = 1\n[[bonus]]\nname = \"done\"\nformula = \"all done * 2.5\"\ndate = 2026-01-01\n"
    ));
    assert_eq!(flows(&trial, 0), [-1_000.0, 575.0, 425.0, 0.0, 0.0, 0.0]);
    assert_eq!(metric(&trial, "bonus.\"done\".paid"), 25.0);
}

#[test]
fn a_stop_settles_the_capital() {
    let costs = "[[program.cost]]\nname = \"work\"\nper_period = 300\n";
    let rest = "[capital]\nrecycle_until = 2029-12-31\n[[tranche]]\nname = \"loan\"\namount = 2_000\nrank = 1\n\
        [[stop]]\nname = \"option\"\nat = 2025-12-31\nwhen = \"all done >= 10\"\n\
        [[guarantee]]\nname = \"g\"\nguarantor = \"F\"\nof = \"loan\"\nfloor = 0.9\n";
    // Only year 0 costs 300, and it is drawn. Year 1: 600 come in, 300 go back; nothing is lost.
    let stopped = settled(&format!("{costs}{rest}"));
    assert_eq!(flows(&stopped, 0), [-300.0, 300.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!((metric(&stopped, "program.avoided_cost"), metric(&stopped, "guarantee.\"g\".paid")), (1_500.0, 0.0));
    // Otherwise 600 and 900 pay for years 1 to 5, and all that is drawn is lost but for the floor of 90%.
    let went_on = settled(&format!("{costs}{}", rest.replace(">= 10", "> 10")));
    assert_eq!(flows(&went_on, 0), [-300.0, 0.0, 0.0, 0.0, 0.0, 270.0]);
    assert_eq!((metric(&went_on, "program.avoided_cost"), metric(&went_on, "guarantee.\"g\".paid")), (0.0, 270.0));
}

#[test]
fn an_investor_pays_a_payor() {
    let payment = "[[payment]]\nname = \"risk\"\npayor = \"A\"\non = \"all done\"\nprice = { steps = [{ from = 0, pay = -3_000 }], by = \"units\" }\ntwo_way = true\n\
        paid_after = 3\n";
    let trial = settled(&format!("{payment}{COST}[[tranche]]\nname = \"bond\"\namount = 3_500\nrank = 1\nresidual_share = 1.0\n"));
    // 1,000 are drawn and repaid, with 500 over; then 3,000 are owed to the payor and 2,500 undrawn.
    assert_eq!(flows(&trial, 0), [-1_000.0, 600.0, 900.0, -2_500.0, 0.0, 0.0]);
    assert_eq!(metric(&trial, "payors.unpaid_to"), 500.0);
}
