//! Mistakes in prices, payors and capital.

use super::*;

#[test]
fn prices_and_payors() {
    let units = "price = { per_unit = 100 }";
    scenario(
        CONTRACT,
        &[
            (
                "price = { rate_card",
                "dates = [2025-06-30]\nprice = { rate_card",
                "[2025-06-30]",
                "the lines of a rate card fall due when their measures are reported, not on `dates`",
                "drop `dates`",
            ),
            (
                "price = { lump_sum = 100 }",
                "price = { per_unit = 100 }",
                "[2025-06-30, 2026-06-30]",
                "a price for units of a measure falls due when the measure is reported, not on `dates`",
                "name the measure: `on = \"…\"`",
            ),
            (
                "price = { lump_sum = 50 }",
                "price = { rate_card = [{ on = \"jobs\", price = 40 }] }",
                "{ rate_card = [{ on = \"jobs\", price = 40 }] }",
                "an amendment cannot turn a rate card into another kind of price, or back",
                "end this payment (`until`) and write a new one",
            ),
            (
                "price = { lump_sum = 50 }",
                "price = { share = { of = \"jobs\", share = 0.5 } }",
                "\"jobs\"",
                "an amendment cannot turn the payment to another measure, `jobs`",
                "end this payment (`until`) and write a new one",
            ),
            (
                "price = { lump_sum = 50 }",
                "price = { lump_sum = 50 }\n[[payment.amendment]]\nfrom = 2025-07-01\ncap = 5",
                "2025-07-01",
                "amendments stand in the order of their days, each after the start of the deal",
                "sort them by `from`",
            ),
            (
                units,
                "cohorts = [1]\nsites = [\"North\"]\nprice = { per_unit = 100 }",
                "[\"North\"]",
                "cohorts are chosen by their numbers or by their sites, not both",
                "keep one of them",
            ),
            (
                units,
                "price = { per_unit = 100, otherwise = 3 }",
                "3",
                "`otherwise` says nothing about a price of the kind `per_unit`",
                "it belongs to steps and pieces",
            ),
            (
                units,
                "price = { by = \"difference\", steps = [{ from = 0.1, pay = 5 }] }",
                "\"difference\"",
                "the measure `jobs` only counts: it finds no difference",
                "give the measure a method that compares: randomized, matched or exact",
            ),
            (
                units,
                "price = { by = \"rate\", pieces = [{ from = 0.1, pay = 5, per_point = 1, per_unit = 2 }] }",
                "{ from = 0.1, pay = 5, per_point = 1, per_unit = 2 }",
                "a slope is per point or per unit, not both",
                "keep the one that applies",
            ),
            ("{ from = 50, pay = 30 }", "{ from = 50, pay = -30 }", "-30", "a price of a unit cannot be below zero", "write 0 or more"),
            (
                "name = \"County\"",
                "name = \"County\"\ndelay = 21",
                "21",
                "a delay of 21 periods is longer than the deal",
                "shorten it, or lengthen the deal",
            ),
            (
                "name = \"County\"",
                "name = \"County\"\nvalue_per_outcome = { job = { per_year = 3_746, years = 101 } }",
                "{ per_year = 3_746, years = 101 }",
                "a stream lasts 1 to 100 years and begins within 100",
                "write for example { per_year = 3_746, years = 10 }",
            ),
        ],
    );
}

#[test]
fn capital() {
    let grant = "[[tranche]]\nname = \"foundation\"\nkind = \"grant\"";
    scenario(
        STARTER,
        &[
            (
                "[capital]",
                "[capital]\nextension = { when = \"date > 2027-01-01\", periods = 0 }",
                "0",
                "an extension has at least 1 period",
                "",
            ),
            (
                "coupon = 0.05",
                "coupon = 0.05\ntied_to = []",
                "[]",
                "a tranche that is tied to no payment is never repaid",
                "name a payment, or drop `tied_to`: then all of them repay it",
            ),
            (
                grant,
                "[[tranche]]\nname = \"fee\"\nkind = \"deferred_fee\"\ndraws = [{ date = 2026-01-01, amount = 5 }]",
                "[{ date = 2026-01-01, amount = 5 }]",
                "a deferred fee is work, not cash that could be drawn ahead, so it has no `draws`",
                "drop it: it is drawn as costs need it",
            ),
            (
                grant,
                "[[guarantee]]\nname = \"g\"\nguarantor = \"G\"\nof = []\npercent = 0.5\n[[tranche]]\nname = \"foundation\"\nkind = \"grant\"",
                "[]",
                "a guarantee is of at least one tranche",
                "name a loan",
            ),
            (
                grant,
                "[[guarantee]]\nname = \"g\"\nguarantor = \"G\"\nof = \"bank loan\"\nschedule = []\n[[tranche]]\nname = \"foundation\"\nkind = \"grant\"",
                "[]",
                "a schedule has at least one row",
                "add `{ drawn = 7_200_000, pays = 6_000_000 }`",
            ),
            (
                grant,
                "[[guarantee]]\nname = \"g\"\nguarantor = \"G\"\nof = 5\npercent = 0.5\n[[tranche]]\nname = \"foundation\"\nkind = \"grant\"",
                "5",
                "expected the name of a tranche, or a list of names, found the number 5",
                "",
            ),
            (
                "[capital]",
                "[[correlation]]\nbetween = [\"completes.rate\"]\nrank = 0.5\n[capital]",
                "[\"completes.rate\"]",
                "a correlation is between two inputs",
                "name two",
            ),
            (
                "price = { lump_sum = 800_000 }",
                "price = { share = { share = 0.2, once_repaid = [\"bank loan\"] } }",
                "[\"bank loan\"]",
                "`once_repaid` changes nothing without the share that holds `then`",
                "add `then = 0.40`",
            ),
        ],
    );
    // A deal of 75 years.
    scenario(
        &STARTER.replace("periods = 16", "periods = 300"),
        &[
            (
                grant,
                "[[bonus]]\nname = \"b\"\namount = 10_000_000_000_000\nwhen = \"date > 2027-01-01\"\n[[tranche]]\nname = \"foundation\"\nkind = \"grant\"",
                "10_000_000_000_000",
                "paid in every period, it is more than can be counted to the cent",
                "check the number of zeros",
            ),
            (
                "coupon = 0.05",
                "coupon = 1.0",
                "1.0",
                "this could come to more money than can be counted to the minor unit",
                "check the number of zeros, the sizes and the capacity",
            ),
        ],
    );
}

/// More tables than anybody writes are one problem, not many.
#[test]
fn too_many_tables() {
    let many = "[[payor]]\nname = \"x\"\n".repeat(20_001);
    let problems = scenario::parse("deal.toml", &format!("{CONTRACT}{many}")).expect_err("too many");
    let about: Vec<&str> =
        problems.problems.iter().map(|problem| problem.message.as_str()).filter(|said| said.contains("[[payor]]")).collect();
    assert_eq!(about.len(), 1, "{about:?}");
}
