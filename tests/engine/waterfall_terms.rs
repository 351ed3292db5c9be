//! Small deals worked out by hand: guarantees, caps, ties, bonuses, stops and extensions. Amounts are dollars, periods years from 2025.

use super::waterfall::{COST, Case};

fn loan(amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"loan\"\namount = {amount}\nrank = 1\n{terms}\n")
}

fn guarantee(terms: &str) -> String {
    format!("[[guarantee]]\nname = \"cover\"\nguarantor = \"Foundation\"\nof = \"loan\"\n{terms}\n")
}

#[test]
fn a_guarantee_bears_a_loss_up_to_its_cover() {
    let case = |terms: &str, paid: f64| {
        let outcome = Case::new(&[COST, &loan(1_500, "coupon = 0.1"), &guarantee(terms)].concat()).paid(1, paid).run();
        (outcome.received(0), outcome.cash.guaranteed.row(0)[0] as f64 / 100.0)
    };
    // 1,000 drawn, 1,100 owed in year 1: of 300 received, 100 are interest, so 800 of principal are lost (interest on it aside).
    // Until the end interest adds to what is owed, and no more receipts come.
    assert_eq!(case("percent = 0.5", 300.0), (300.0 + 500.0, 500.0));
    assert_eq!(case("amount = 700", 300.0), (300.0 + 700.0, 700.0));
    assert_eq!(case("amount = 1_200", 300.0), (300.0 + 800.0, 800.0));
    // At least 75% of principal: 200 came back, 550 are missing to 750.
    assert_eq!(case("floor = 0.75", 300.0), (300.0 + 550.0, 550.0));
    assert_eq!(case("floor = 0.75", 900.0), (900.0, 0.0));
    let schedule = "schedule = [{ drawn = 500, pays = 400 }, { drawn = 1_000, pays = 600 }, { drawn = 1_500, pays = 900 }]";
    assert_eq!(case(schedule, 0.0), (600.0, 600.0));
    assert_eq!(case("schedule = [{ drawn = 1_000.01, pays = 600 }]", 0.0), (0.0, 0.0));
    assert_eq!(case("percent = 0.5", 5_000.0), (1_100.0, 0.0));
}

#[test]
fn a_loan_of_9_6_million_drawn_to_7_2_and_guaranteed_to_6_loses_1_2() {
    let text = "[[program.cost]]\nname = \"work\"\nonce = 7_200_000\n".to_string()
        + &loan(9_600_000, "")
        + &guarantee("schedule = [{ drawn = 7_200_000, pays = 6_000_000 }]");
    let outcome = Case::new(&text).run();
    assert_eq!([outcome.drawn(0), outcome.received(0)], [7_200_000.0, 6_000_000.0]);
}

#[test]
fn a_guarantee_of_two_loans_is_shared_by_their_losses() {
    let text = [
        COST,
        "[[tranche]]\nname = \"a\"\namount = 600\nrank = 1\n[[tranche]]\nname = \"b\"\namount = 400\nrank = 2\n",
        "[[guarantee]]\nname = \"g\"\nguarantor = \"F\"\nof = [\"a\", \"b\"]\namount = 300\n",
    ];
    // 200 to the first: losses 400 and 400, so 150 each.
    let outcome = Case::new(&text.concat()).paid(1, 200.0).run();
    assert_eq!([outcome.received(0), outcome.received(1)], [350.0, 150.0]);
}

#[test]
fn a_return_cap_ends_the_distributions() {
    // 1,000 for a year at 10% at most: 1,100. After two years with 500 in between: (1,100 − 500) × 1.1 = 660.
    let text = [COST, &loan(1_000, "residual_share = 1.0\nreturn_cap = 0.10")].concat();
    let at_once = Case::new(&text).paid(1, 5_000.0).paid(2, 100.0).run();
    assert_eq!((at_once.received(0), at_once.rest()[0]), (1_100.0, 4_000.0));
    let later = Case::new(&text).paid(1, 500.0).paid(2, 5_000.0).run();
    assert_eq!(later.flows(0), [-1_000.0, 500.0, 660.0, 0.0, 0.0, 0.0]);
    // A coupon that a formula sets above the cap: 12.5% of 1,000 and not the 20% it is owed; the rest goes on to the next.
    let coupon = "coupon = { formula = \"all done.rate\" }\nreturn_cap = 0.125\n[[tranche]]\nname = \"next\"\namount = 0\nrank = 2\n\
        residual_share = 1.0";
    let set = Case::new(&[COST, &loan(1_000, coupon)].concat()).rate(0, 1, 0.2).paid(1, 1_300.0).run();
    assert_eq!([set.received(0), set.received(1)], [1_125.0, 175.0]);
}

#[test]
fn a_tied_loan_is_repaid_by_its_payments_alone() {
    let text = [
        COST,
        "[[tranche]]\nname = \"jail\"\namount = 500\nrank = 1\ntied_to = [\"a\"]\n",
        "[[tranche]]\nname = \"housing\"\namount = 400\nrank = 1\ntied_to = [\"b\"]\n",
        "[[tranche]]\nname = \"last\"\namount = 100\nrank = 2\n",
    ];
    // A pays 700: 500 to its loan, 100 to the loan that is tied to nothing, 100 to the provider. B pays 250, all to its own.
    let outcome = Case::new(&text.concat()).paid_by(0, 1, 700.0).paid_by(1, 1, 250.0).run();
    assert_eq!([0, 1, 2].map(|tranche| outcome.received(tranche)), [500.0, 250.0, 100.0]);
    assert_eq!((outcome.owed(1), outcome.rest()[0]), (150.0, 100.0));
}

#[test]
fn a_tie_does_not_bind_what_was_drawn_and_not_needed() {
    let terms = "tied_to = [\"a\"]\ndraws = [{ date = 2025-01-01, amount = 1_200 }]";
    let outcome = Case::new(&[COST, &loan(1_200, terms)].concat()).paid_by(1, 1, 900.0).run();
    assert_eq!((outcome.received(0), outcome.rest()[0]), (200.0, 900.0));
}

#[test]
fn bonus_and_malus_move_the_projects_cash() {
    let case = |terms: &str| {
        let bonus = format!("[[bonus]]\nname = \"enrolment\"\n{terms}\n");
        let outcome = Case::new(&[COST, &loan(1_000, ""), &bonus].concat()).paid(1, 80.0).paid(2, 500.0).paid(3, 600.0).run();
        (outcome.flows(0)[1..4].to_vec(), outcome.cash.bonuses.row(0)[0] as f64 / 100.0)
    };
    // Before any investor: 80 of 100 at once, 20 a year later.
    assert_eq!(case("amount = 100\ndate = 2026-05-01"), (vec![0.0, 480.0, 520.0], 100.0));
    // After the loan: 1,000 are repaid first.
    assert_eq!(case("amount = 100\ndate = 2026-05-01\nafter_rank = 1"), (vec![80.0, 500.0, 420.0], 100.0));
    // The provider pays in 50.
    assert_eq!(case("amount = -50\ndate = 2026-05-01"), (vec![130.0, 500.0, 370.0], -50.0));
    // A tenth of each receipt: 8, 50 and 60.
    assert_eq!(case("share_of_receipts = 0.1"), (vec![72.0, 450.0, 478.0], 118.0));
}

#[test]
fn a_bonus_can_be_conditional_and_a_formula() {
    let text = |terms: &str| [COST, &loan(1_000, ""), "[[bonus]]\nname = \"gain\"\n", terms].concat();
    let unmet = Case::new(&text("amount = 100\ndate = 2026-01-01\nwhen = \"all done > 99\"\n")).fails(0, 1).paid(1, 300.0).run();
    assert_eq!((unmet.received(0), unmet.cash.bonuses.row(0)[0]), (300.0, 0));
    let set = Case::new(&text("formula = \"all done * 2\"\ndate = 2026-01-01\n")).rate(0, 1, 12.345).paid(1, 300.0).run();
    assert_eq!((set.received(0), set.cash.bonuses.row(0)[0]), (287.65, 1_235));
    let undefined = Case::new(&text("formula = \"all done * 2\"\ndate = 2026-01-01\n")).rate(0, 1, f64::NAN).paid(1, 300.0).run();
    assert_eq!(undefined.received(0), 300.0);
}

#[test]
fn others_pay_what_is_outside_the_raise() {
    let outside = "[[program.cost]]\nname = \"evaluation\"\nonce = 250\noutside_raise = true\n";
    let outcome = Case::new(&[COST, outside, &loan(2_000, "")].concat()).run();
    assert_eq!((outcome.drawn(0), outcome.cash.outside[0], outcome.cash.spent[0]), (1_000.0, 25_000, 100_000));
}

#[test]
fn an_extension_moves_maturity_and_the_end_of_recycling() {
    let text = [
        "[[program.cost]]\nname = \"work\"\nper_period = 100\nuntil = 2028-12-31\n",
        "[capital]\nrecycle_until = 2026-12-31\nextension = { when = \"all done < 5\", periods = 2 }\n",
        &loan(400, ""),
    ]
    .concat();
    // Costs of 100 in years 0 to 3; year 0 is drawn. 250 in year 1: pays 100 then; of the 150 left, year 2 costs 100.
    let on_time = Case::new(&text).fails(0, 0).fails(0, 1).fails(0, 2).paid(1, 250.0).run();
    assert_eq!(on_time.flows(0), [-100.0, 0.0, 50.0, -100.0, 0.0, 0.0]);
    // Extended by two years, the 50 pay half of year 3's cost.
    let extended = Case::new(&text).fails(0, 0).paid(1, 250.0).run();
    assert_eq!(extended.flows(0), [-100.0, 0.0, 0.0, -50.0, 0.0, 0.0]);
    let bullet = "repaid = \"bullet\"\nmatures = 2027-01-01\n[capital]\nextension = { when = \"all done < 5\", periods = 3 }";
    let bullet = [COST, &loan(1_000, bullet)].concat();
    assert_eq!(Case::new(&bullet).fails(0, 0).fails(0, 1).fails(0, 2).paid(1, 1_000.0).run().flows(0)[2], 1_000.0);
    assert_eq!(Case::new(&bullet).paid(1, 1_000.0).run().flows(0)[5], 1_000.0);
}

#[test]
fn a_stop_ends_costs_and_settles() {
    let text = [
        "[[program.cost]]\nname = \"work\"\nper_period = 100\n[[program.cost]]\nname = \"closing\"\nper_period = 10\nafter_stop = true\n",
        "[capital]\nrecycle_until = 2029-12-31\n",
        &loan(1_000, "repaid = \"bullet\"\nmatures = 2029-12-31"),
        &guarantee("percent = 0.5"),
    ]
    .concat();
    // Years 0 and 1 cost 110 each; later years only 10. Year 1 receives 50 and year 3 70. The cash of the year after the stop repays the
    // loan at once, and the guarantee bears its loss up to half of what is drawn by then: 220 − 50 = 170, and 10 for year 2.
    let outcome = Case::new(&text).stopped(1).paid(1, 50.0).paid(3, 70.0).run();
    // Half of 180 is 90, paid in year 2, when 180 of principal are lost. Year 3: 70 less 10 for costs. Years 4 and 5: 10 each are drawn.
    assert_eq!(outcome.flows(0), [-110.0, -60.0, -10.0 + 90.0, 60.0, -10.0, -10.0]);
    assert_eq!((outcome.rest()[2], outcome.cash.guaranteed.row(0)[0]), (400.0, 9_000));
}
