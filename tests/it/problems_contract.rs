//! Every way to get a contract wrong: prices, expressions, limits, payors, evaluation. Snapshots as in `problems`.

use pfsim::scenario;

use crate::problems::snapshots;

const CONTRACT: &str = include_str!("problems/contract.toml");

fn snapshot(name: &str, mistakes: &[(&str, &str, &str)]) {
    snapshots(name, CONTRACT, |text| scenario::parse("deal.toml", text), mistakes);
}

#[test]
fn the_contract_itself_is_right() {
    crate::support::deal(CONTRACT);
}

#[test]
fn expressions() {
    let formula = "1_000 * score + 5";
    let deep = "(".repeat(4_000) + "1" + &")".repeat(4_000);
    snapshot(
        "expressions",
        &[
            ("no such name", formula, "1_000 * scores"),
            ("no such number of a measure", formula, "jobs.rates * 5"),
            ("a division by a constant zero", formula, "5 / 0"),
            ("a division by what is zero", formula, "score / (3 - 3)"),
            ("a number too large", formula, "1e400 * score"),
            ("a product too large", formula, "1e200 * 1e200"),
            ("something missing", formula, "1_000 * "),
            ("a bracket too many", formula, "(1_000 * score))"),
            ("nested too deeply", formula, &deep),
            ("a condition for a number", formula, "jobs.rate > 0.4"),
            ("a number for a condition", "'all jobs'.rate < 10%", "'all jobs'.rate"),
            ("and between numbers", "jobs.rate >= 0.4 and gain.p_value < 0.1", "jobs.rate and 3"),
            ("a comparison of comparisons", "jobs.rate >= 0.4 and", "0.2 <= jobs.rate <= 0.4 and"),
            ("a function nobody knows", formula, "sqrt(score)"),
            ("too few arguments", formula, "if(jobs.rate > 0.4, 5)"),
            ("a day that does not exist", "jobs.rate >= 0.4 and", "date >= 2025-02-30 and"),
            ("a day written short", "jobs.rate >= 0.4 and", "date >= 2025-2-3 and"),
            ("a formula of itself", "jobs.rate - 10%", "jobs.rate - score"),
            ("two formulas of each other", "jobs.rate - 10%", "jobs.rate - other\"\n[[formula]]\nname = \"other\"\nis = \"score * 2"),
            ("a payment of itself", formula, "paid('by formula') + due('by formula')"),
            ("an unknown payment", formula, "paid('unit')"),
            ("an unknown loan", formula, "drawn('senior') / 4"),
            ("known only later", formula, "'all jobs'.rate"),
            ("other groups", "'all jobs'.rate < 10%", "jobs.rate < 10%"),
            ("no comparison", formula, "jobs.difference"),
        ],
    );
}

#[test]
fn prices() {
    snapshot(
        "prices",
        &[
            ("no price", "price = { per_unit = 100 }", "price = { }"),
            ("two prices", "price = { per_unit = 100 }", "price = { per_unit = 100, lump_sum = 3 }"),
            ("a bound without steps", "price = { per_unit = 100 }", "price = { per_unit = 100, bounds = \"above\" }"),
            ("units less nobody", "price = { per_unit = 100 }", "price = { per_unit = 100, less = \"dayss\" }"),
            (
                "a unit of a gain",
                "price = { steps = [{ from = 0.05, pay = 100 }, { from = 0.1, pay = 200 }] }",
                "price = { per_additional = 10 }\n[[payment]]\nname = \"x\"\npayor = \"State\"\non = \"jobs\"\nprice = { per_additional = 10 }",
            ),
            ("steps out of order", "{ from = 0.1, pay = 200 }", "{ from = 0.01, pay = 200 }"),
            ("the same step twice", "{ from = 0.1, pay = 200 }", "{ from = 0.05, pay = 200 }"),
            ("no steps", "steps = [{ from = 0.05, pay = 100 }, { from = 0.1, pay = 200 }]", "steps = []"),
            ("a step below zero", "{ from = 0.1, pay = 200 }", "{ from = 0.1, pay = -200 }"),
            ("a slope both ways", "{ from = 0.1, slope = 2 }", "{ from = 0.1, slope = 2, value = 3, per_point = 2 }"),
            ("tiers that begin late", "tiers = [{ from = 0, pay = 20 }", "tiers = [{ from = 1, pay = 20 }"),
            (
                "tiers in parts",
                "price = { tiers = [{ from = 0, pay = 20 }, { from = 50, pay = 30 }] }",
                "price = { tiers = [{ from = 0, pay = 20 }] }\ninstalments = [{ share = 0.5 }, { share = 0.5, after = 1 }]",
            ),
            (
                "an empty card",
                "rate_card = [{ on = \"jobs\", price = 40 }, { on = \"keeps\", uplift_of = \"jobs\", by = 0.5 }]",
                "rate_card = []",
            ),
            ("a line without a price", "{ on = \"jobs\", price = 40 }", "{ on = \"jobs\" }"),
            ("an uplift of nothing", "uplift_of = \"jobs\"", "uplift_of = \"job\""),
            ("a card paid on something", "price = { rate_card", "on = \"jobs\"\nprice = { rate_card"),
            ("a part of a cent", "price = { per_unit = 100 }", "price = { per_unit = 100.001 }"),
            ("too much money", "price = { per_unit = 100 }", "price = { per_unit = 9_000_000_000_000_000 }"),
            ("beyond i64", "price = { lump_sum = 100 }", "price = { lump_sum = 99_999_999_999_999_999_999 }"),
            ("savings of what nobody measures", "price = { per_unit = 100 }", "price = { share = { of = \"saving\", share = 0.5 } }"),
        ],
    );
}

#[test]
fn terms_and_payors() {
    snapshot(
        "terms_and_payors",
        &[
            ("shares that are not the whole", "State = 0.6, County = 0.4", "State = 0.6, County = 0.3"),
            ("an unknown payor of a part", "State = 0.6, County = 0.4", "State = 0.6, Country = 0.4"),
            ("payor and payors", "payors = { State = 0.6, County = 0.4 }", "payor = \"State\"\npayors = { State = 0.6, County = 0.4 }"),
            ("nobody pays", "payor = \"State\"\non = \"jobs\"\nwhen", "on = \"jobs\"\nwhen"),
            ("instalments of too much", "{ share = 0.5, after = 2 }", "{ share = 0.6, after = 2 }"),
            ("instalments backwards", "instalments = [{ share = 0.5 }", "instalments = [{ share = 0.5, after = 3 }"),
            ("paid on nothing", "on = \"days\"\n", ""),
            ("a measure and dates", "dates = [2025-06-30", "on = \"jobs\"\ndates = [2025-06-30"),
            ("a day outside the deal", "2026-06-30]", "2036-06-30]"),
            ("an amendment before the start", "from = 2026-01-01", "from = 2024-01-01"),
            ("a cohort that is not there", "cap_per_cohort = 40_000", "cohorts = [4]"),
            ("cohorts from 0", "cap_per_cohort = 40_000", "cohorts = [0, 1]"),
            ("never due", "cap_per_cohort = 40_000", "until = 2025-02-01"),
            ("a discount in per cent", "cap_per_cohort = 40_000", "discount = 10"),
            ("a cap below zero", "cap_per_cohort = 40_000", "cap_per_cohort = -1"),
            ("a floor above the cap", "cap_per_cohort = 40_000", "cap = 5\nfloor = 6"),
            ("a share of everything", "cap_per_cohort = 40_000", "at_most_share = 1"),
            ("an escalator in per cent", "cap_per_cohort = 40_000", "escalator = { per_year = 2 }"),
            ("a year nobody knows", "appropriations = { 2025", "appropriations = { 1925"),
            ("a year in letters", "appropriations = { 2025", "appropriations = { FY25"),
            ("carries what over?", "appropriations = { 2025 = 100_000, 2026 = 200_000 }\n", ""),
            ("a hazard in per cent", "hazard = { per_year = 0.02 }", "hazard = { per_year = 2 }"),
            ("no payment at all", "at = 2027-06-30", "at = 2023-06-30"),
            ("stopped when it is not known", "at = 2027-06-30", "at = 2025-06-30"),
        ],
    );
}

#[test]
fn people_and_evaluation() {
    snapshot(
        "people_and_evaluation",
        &[
            ("a spread of a probability", "effect = 0.1\n", "effect = 0.1\nsd = 0.2\n"),
            ("an amount without a spread", "sd = 4_000\n", ""),
            ("a spread below zero", "sd = 4_000\n", "sd = -4_000\n"),
            ("shared luck of an amount", "sd = 4_000\n", "sd = 4_000\nintraclass_correlation = 0.1\n"),
            ("shared luck of everybody", "effect = 0.1\n", "effect = 0.1\nintraclass_correlation = 1\n"),
            ("no rounds", "rounds = { count = 2, every = 2 }", "rounds = { count = 0 }"),
            ("records of an amount", "of = \"earnings\"\n", "of = \"earnings\"\nrecords = \"wage records\"\n"),
            ("a step compared", "of = \"earnings\"\n", "of = \"keeps\"\n"),
            ("a share above one", "baseline = 9_000", "baseline = 9_000 } }\ntreated_share = 1.5\n#"),
            ("a blend of nobody", "method = { historical = { baseline = 9_000 } }", "method = { blend = { gain = 0.5, gains = 0.5 } }"),
            ("a blend of itself", "method = { historical = { baseline = 9_000 } }", "method = { blend = { \"more earned\" = 1 } }"),
            (
                "a blend of different groups",
                "of = \"earnings\"\nmethod = { historical = { baseline = 9_000 } }",
                "of = \"job\"\npool = \"all\"\nmethod = { blend = { gain = 1 } }",
            ),
            ("a correlation above one", "baseline = 9_000", "regression_to_the_mean = { correlation = 1.4, selected_below = 0 }"),
            (
                "a fixed number for everybody",
                "method = { randomized = { comparison = 50 } }",
                "method = { fixed_then_live = { baseline = 0.4, cohorts = 9, comparison = 50 } }",
            ),
            ("the cohorts of nobody", "pool = \"all\"\n", "pool = \"all\"\ncohorts = [1, 7]\n"),
            (
                "one bracket for a measure",
                "[[records]]\nname = \"wage records\"\nmatch_rate = 0.9\n",
                "[records]\nname = \"wage records\"\nmatch_rate = 0.9\n",
            ),
        ],
    );
}

/// A section written with one bracket is one mistake, whatever names it would have held.
#[test]
fn one_bracket_instead_of_two() {
    for section in ["outcome", "records", "payor", "stop"] {
        let mut text = CONTRACT.to_string();
        let from = text.find(&format!("[[{section}]]")).expect("the section");
        text.replace_range(from..from + section.len() + 4, &format!("[{section}]"));
        // The other tables of the section would be a second mistake.
        while let Some(at) = text.find(&format!("[[{section}]]")) {
            let end = text[at + 2..].find("\n[").map_or(text.len(), |end| at + 2 + end + 1);
            text.replace_range(at..end, "");
        }
        let problems = scenario::parse("deal.toml", &text).expect_err("one bracket");
        let other: Vec<&str> = problems.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(problems.problems.len(), 1, "{section}: {other:?}");
    }
}
