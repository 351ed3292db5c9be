//! What contradicts itself or would have been cut without a word: published results, ratios far out, sums of shares, a cap for each person.

use pfsim::deal::PaymentId;
use pfsim::engine::settle;
use pfsim::scenario;

const DEAL: &str = include_str!("../../docs/examples/base.toml");
const RESULTS: &str = include_str!("../../docs/examples/results.toml");

fn refused(results: &str) -> String {
    let deal = crate::support::deal(DEAL);
    match pfsim::results::parse("results.toml", results, &deal) {
        Ok(_) => String::new(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn contradictory_results() {
    assert_eq!(refused(RESULTS), "");
    for (from, to, part) in [
        ("units = 60\n", "units = 60\nrate = 0.5\n", "60 of 100 people are a rate of 0.6, not 0.5"),
        ("units = 12\n", "units = 99\n", "99 people had `veterans`, but only 60 `placements`, which comes first"),
        ("people = 100\n", "people = 1_000_000\n", "cohort 1 has room for at most 10000 people, not 1000000"),
        ("units = 105\n", "units = 105\nrate = 0.9\n", "105 of 190 people are a rate of 0.5526, not 0.9"),
        ("units = 105\n", "rate = 0.55\ncomparison_rate = 0.05\n", "the two rates differ by 0.5, not by 0.12"),
        ("units = 105\n", "units = 105\nadditional = 500\n", "0.12 each of 190 people are 22.8, not 500"),
        ("units = 105\n", "units = 105\nenrolled = 191\n", "191 people are reported, but only 190 enrolled"),
    ] {
        assert!(RESULTS.contains(from), "{from}");
        let problems = refused(&RESULTS.replacen(from, to, 1));
        assert!(problems.contains(part) && problems.contains("results.toml:"), "{to}: {problems}");
    }
    for twice in [
        "[[cost]]\nname = \"training\"\ntotal = 300_000\n[[cost]]\nname = \"training\"\ntotal = 500_000\n",
        "[[defaulted]]\npayor = \"City\"\nfrom = 2027-01-01\n[[defaulted]]\npayor = \"City\"\nfrom = 2029-01-01\n",
    ] {
        let problems = refused(&format!("{RESULTS}{twice}"));
        assert!(problems.contains("is given twice"), "{problems}");
    }
    // What rounding leaves is no contradiction.
    for rounded in ["units = 105\nrate = 0.55\ncomparison_rate = 0.43\n", "units = 105\nadditional = 23\n"] {
        assert_eq!(refused(&RESULTS.replacen("units = 105\n", rounded, 1)), "", "{rounded}");
    }
}

fn parsed(change: (&str, &str), more: &str) -> Result<pfsim::deal::Deal, String> {
    assert!(DEAL.contains(change.0), "{}", change.0);
    scenario::parse("deal.toml", &format!("{}{more}", DEAL.replacen(change.0, change.1, 1))).map_err(|problems| problems.to_string())
}

#[test]
fn ratios_that_reach_far_out_are_refused() {
    let far = "overrun = { between = { low = 0.001, high = 30, probability = 0.9, family = \"lognormal\" }";
    let provider = "provider = \"Our provider\"\n";
    let problems = parsed((provider, &format!("{provider}{far}, truncate_above = 3_000 }}\n")), "").expect_err("too far out");
    assert!(problems.contains("goes beyond with a chance of") && problems.contains("deal.toml:"), "{problems}");
    parsed((provider, &format!("{provider}{far}, truncate_above = 100 }}\n")), "").expect("said");
    let both = format!(
        "{provider}enrolment_ratio = {{ uniform = {{ low = 0, high = 20 }} }}\nreferral_ratio = {{ uniform = {{ low = 0, high = 20 }} }}\n"
    );
    assert!(parsed((provider, &both), "").expect_err("a product").contains("more than 100 times"), "a product");
}

/// What is within rounding of the whole is the whole; what is not is printed so that it can be seen.
#[test]
fn sums_of_shares() {
    let provider = "provider = \"Our provider\"\n";
    let delay = |chances: &str| parsed((provider, &format!("{provider}delay = {chances}\n")), "");
    delay("[0.1, 0.2, 0.7]").expect("the whole");
    delay("[0.6, 0.3, 0.1]").expect("the whole");
    let problems = delay("[0.3, 0.70001]").expect_err("more");
    assert!(problems.contains("not to 1.00001"), "{problems}");
}

/// 60 and 45 people, each at most 3,200: that many times 3,200. Who of a rate card brings how much is not known.
#[test]
fn a_cap_for_each_person() {
    let payment = |more: &str| format!("[[payment]]\nname = \"capped\"\npayor = \"City\"\n{more}\n");
    let deal = parsed(("", ""), &payment("on = \"placements\"\nprice = { per_unit = 6_000 }\ncap_per_person = 3_200")).expect("a deal");
    let results = pfsim::results::parse("results.toml", RESULTS, &deal).unwrap_or_else(|problems| panic!("{problems}"));
    let settled = settle(&deal, &results);
    let paid = settled.block.owed.payment_paid.row(PaymentId(deal.payments.len() - 1))[0];
    assert_eq!(paid, (60 + 45) * 320_000);
    for price in [
        "price = { rate_card = [{ on = \"placements\", price = 6_000 }, { on = \"veterans\", price = 500 }] }",
        "on = \"placement gain\"\nprice = { per_additional = 9_000 }",
        "on = \"benefits saved\"\nprice = { per_unit = 0.5 }",
        "on = \"placements\"\nprice = { lump_sum = 9_000 }",
    ] {
        let problems = parsed(("", ""), &payment(&format!("{price}\ncap_per_person = 3_200"))).expect_err("refused");
        assert!(problems.contains("cap_per_enrolled"), "{problems}");
        parsed(("", ""), &payment(&format!("{price}\ncap_per_enrolled = 3_200"))).expect("an average");
    }
}
