//! Mistakes that `problems` does not make: what is said, at which words of the file, and what would do instead.

mod money;

use pfsim::scenario::{self, Problems};

const STARTER: &str = include_str!("../../scenarios/starter.toml");
const CONTRACT: &str = include_str!("problems/contract.toml");
const PEOPLE: &str = include_str!("problems/people.toml");
const RESULTS: &str = include_str!("problems/results.toml");

/// What is replaced, by what; the words under the caret; the message; what would do.
type Mistake<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn refused<T>(text: &str, parse: impl Fn(&str) -> Result<T, Problems>, mistakes: &[Mistake<'_>]) {
    assert!(parse(text).is_ok(), "the text itself is wrong");
    let mut unsaid = Vec::new();
    for (old, new, place, message, help) in mistakes {
        let wrong = text.replacen(old, new, 1);
        assert_ne!(wrong, text, "{old:?} is not in the text");
        let Err(problems) = parse(&wrong) else { panic!("nothing was found wrong: {new}") };
        let said: Vec<(&str, &str, &str)> = problems
            .problems
            .iter()
            .map(|problem| {
                let place = problem.span.clone().map_or("", |span| &wrong[span]);
                (place, problem.message.as_str(), problem.help.as_deref().unwrap_or_default())
            })
            .collect();
        if !said.contains(&(*place, *message, *help)) {
            unsaid.push(format!("{new}\n{said:#?}"));
        }
    }
    assert!(unsaid.is_empty(), "{}", unsaid.join("\n"));
}

fn scenario(text: &str, mistakes: &[Mistake<'_>]) {
    refused(text, |text| scenario::parse("deal.toml", text), mistakes);
}

#[test]
fn times_and_programs() {
    scenario(
        CONTRACT,
        &[
            ("start = 2025-01-01", "start = 9998-01-01", "20", "the deal ends beyond the year 9999", "use fewer periods"),
            (
                "provider = \"Provider\"",
                "provider = \"Provider\"\ncapacity = 0",
                "0",
                "a cohort must take at least one person",
                "leave it out for no limit",
            ),
            (
                "provider = \"Provider\"",
                "provider = \"Provider\"\ndelay = [0.6, 0.3]",
                "[0.6, 0.3]",
                "the chances of how late the program starts are 0 or more and add up to 1, not to 0.9",
                "[0.6, 0.3, 0.1]: on time, one period late, two periods late",
            ),
            (
                "{ count = 3, every = 2, size = 100 }",
                "{ sizes = [100, 100, 100], periods = [0, 2] }",
                "{ sizes = [100, 100, 100], periods = [0, 2] }",
                "3 sizes but 2 periods",
                "write `{ count = 8, size = 120, every = 1, first = 0 }` or `{ sizes = [120, 90], periods = [0, 2] }`",
            ),
            (
                "per_participant = 1_000\n",
                "per_participant = 1_000\n[economy]\npersistence_per_year = 0.8\nsd = 1.5\npath = [2.0, 150.0]\n",
                "[2.0, 150.0]",
                "points of unemployment lie between -100 and 100",
                "2 points above normal are written 2.0",
            ),
            (
                "per_participant = 1_000\n",
                "per_period = 1_000\nfrom = 2027-01-01\nuntil = 2026-01-01\n",
                "2026-01-01",
                "a cost cannot end before it begins",
                "",
            ),
            (
                "per_participant = 1_000\n",
                "per_participant = 9_000_000_000_000\n",
                "[[program.cost]]",
                "this could come to more money than can be counted to the minor unit",
                "check the number of zeros, the sizes and the capacity",
            ),
        ],
    );
    scenario(
        PEOPLE,
        &[
            (
                "per_group = 40_000\npeople = 25",
                "once = 40_000\nsites = [\"North\"]",
                "[\"North\"]",
                "`once` is not paid for people, so it has no sites",
                "drop it, and say where in the name of the cost",
            ),
            ("people = 25", "people = 25\nsites = []", "[]", "no site is named", "name one, or drop it for all"),
        ],
    );
}

#[test]
fn outcomes_and_sites() {
    let at = |at: &str| format!("rate = {{ beta = {{ mean = 0.8, sd = 0.05 }} }}\nat = {at}");
    let [twice, other, none, nowhere] = [
        at("[{ sites = [\"North\"], rate = 0.7 }, { sites = [\"South\", \"North\"], rate = 0.6 }]"),
        at("[{ sites = [\"North\"], effect = 0.7 }]"),
        at("[{ sites = [\"North\"] }]"),
        at("[{ sites = [], rate = 0.7 }]"),
    ];
    let rate = "rate = { beta = { mean = 0.8, sd = 0.05 } }";
    let otherwise = "what is otherwise needs sites, and a number of its own";
    let otherwise_help = "at = [{ sites = [\"North\"], effect = 0.05 }]";
    scenario(
        PEOPLE,
        &[
            (rate, &twice, "[\"South\", \"North\"]", "the site `North` is named twice", "say in one place what holds there"),
            (rate, &other, "0.7", "the outcome has no `effect`, so it has none there either", "use the keys of the outcome itself"),
            (rate, &none, "{ sites = [\"North\"] }", otherwise, otherwise_help),
            (rate, &nowhere, "{ sites = [], rate = 0.7 }", otherwise, otherwise_help),
            (
                "name = \"pay as trained\"",
                "name = \"pay as trained\"\nsite_correlation = 0.1",
                "0.1",
                "people share the luck of their site where they have the outcome or not, and of their site or of their cohort",
                "use `site_effect_sd` for amounts, or drop `intraclass_correlation`",
            ),
            (
                "spread = { gamma = 2 }",
                "spread = { gamma = 2 }\nsd = 7",
                "7",
                "a spread has its standard deviation already",
                "drop `sd`, or `spread`",
            ),
            (
                "spread = { gamma = 2 }",
                "spread = { gamma = 2 }\ncorrelation_per_year = 0.5",
                "0.5",
                "only an amount with a `spread` and `rounds` has one person's amounts of several years",
                "add them, or drop it",
            ),
            (
                "rate = 30_000\nspread = { gamma = 2 }",
                "rate = 30_000\nspread = { gamma = 2 }\n[[outcome]]\nname = \"a\"\nabove = { of = \"b\", amount = 1 }\n[[outcome]]\nname = \"b\"\n\
                 above = { of = \"a\", amount = 1 }",
                "{ of = \"b\", amount = 1 }",
                "a chain of outcomes loops: a, b",
                "an outcome can only depend on earlier ones",
            ),
        ],
    );
    let keeps = "given = \"job\"\nrate = 0.6";
    scenario(
        CONTRACT,
        &[
            (
                "name = \"keeps\"",
                "name = \"enrolled\"",
                "\"enrolled\"",
                "`enrolled` is the outcome that every participant has; no other may have its name",
                "choose another name",
            ),
            (
                keeps,
                "effect_through = \"job\"\nrate = 0.6",
                "\"job\"",
                "`effect_through` needs an `effect` that it lets through",
                "give `without` and `effect`, or drop it",
            ),
            (
                keeps,
                "given = \"days\"\nrate = 0.6",
                "\"days\"",
                "`days` is not something that people have or not",
                "name a yes-or-no outcome",
            ),
            (
                "without = 0.4\neffect = 0.1\nafter = 2\n[[outcome]]\nname = \"keeps\"\ngiven = \"job\"",
                "without = 0.4\neffect = 0.1\nafter = 2\nrounds = { count = 3 }\nkeeps = \"independent\"\n[[outcome]]\nname = \"keeps\"\ngiven = \"job\"\nkeeps = \"independent\"\nrounds = { count = 2 }",
                "\"job\"",
                "`job` has 3 rounds and this outcome 2",
                "give both the same number of rounds, or the first one only one",
            ),
        ],
    );
}

#[test]
fn measures_and_expressions() {
    let historical = "method = { historical = { baseline = 9_000 } }";
    let formula = "1_000 * score + 5";
    scenario(
        CONTRACT,
        &[
            (
                "of = \"job\"\nrecords = \"wage records\"",
                "of = \"job\"\ncohorts = [1]\nsites = [\"North\"]",
                "[\"North\"]",
                "cohorts are chosen by their numbers or by their sites, not both",
                "keep one of them",
            ),
            (
                "of = \"job\"\nrecords = \"wage records\"",
                "of = \"job\"\ntreated_share = 0.8",
                "0.8",
                "only a measure that compares has a difference to be scaled",
                "drop it, or compare",
            ),
            (
                "method = { randomized = { comparison = 50 } }",
                "pool = \"year\"\nmethod = { fixed_then_live = { baseline = 0.4, cohorts = 1, comparison = 50 } }",
                "{ fixed_then_live = { baseline = 0.4, cohorts = 1, comparison = 50 } }",
                "cohorts that are compared differently are reported by themselves",
                "leave `pool` out, or write two measures",
            ),
            (
                "{ randomized = { comparison = 50 } }",
                "{ randomized = { comparison = 50, seed = 3 } }",
                "seed",
                "unknown key `seed`",
                "expected one of `comparison`",
            ),
            (
                historical,
                "method = { blend = { gain = 0.5, jobs = 0.6 } }",
                "{ gain = 0.5, jobs = 0.6 }",
                "the weights of a blend add up to 1.1, not to 1",
                "let them add up to 1, each 0 to 1",
            ),
            (
                "name = \"points\"",
                "name = \"jobs\"",
                "\"jobs\"",
                "`jobs` is already the name of a measure",
                "give the formula its own name",
            ),
            (
                "is = \"jobs.rate - 10%\"",
                "by = \"gain\"",
                "[[formula]]",
                "a formula is either an expression (`is`) or a table (`by` and `pieces`)",
                "for example `is = \"0.8 * rct + 0.2 * did\"`",
            ),
            (
                "{ from = 0.1, slope = 2 }",
                "{ from = 0.1, slope = inf }",
                "{ from = 0.1, slope = inf }",
                "a table has finite numbers only",
                "use `otherwise` for what lies below the first row",
            ),
            (
                "{ from = 0.05, value = 1 }",
                "{ from = 0.05, slope = 1 }",
                "{ from = 0.05, slope = 1 }",
                "the first row must say what it begins with",
                "add the amount or value at `from`",
            ),
            (
                formula,
                "5 + (gain >= 5% and jobs.rate > 0.3)",
                "gain",
                "something true or false stands where a number is needed",
                "join comparisons by `and` and `or`, or choose: `if(gain >= 5%, 100, 0)`",
            ),
            (
                formula,
                "5 + (not (gain >= 5%))",
                "gain",
                "something true or false stands where a number is needed",
                "join comparisons by `and` and `or`, or choose: `if(gain >= 5%, 100, 0)`",
            ),
            (
                formula,
                "5 * achieved('steps')",
                "achieved('steps')",
                "`achieved` is true or false, not a number",
                "choose: `if(achieved('…'), 100, 0)`",
            ),
            (formula, "paid(5)", "paid(5)", "this needs the name of one payment", "write the name in single quotes"),
            (formula, "score.rate", "score.rate", "`score` is a formula: it has no `rate`", "use its name alone"),
            (
                "'all jobs'.rate < 10%",
                "all_others_achieved",
                "all_others_achieved",
                "`all_others_achieved` needs a payment, and others beside it",
                "name the payments: achieved('…') and achieved('…')",
            ),
        ],
    );
}

#[test]
fn laws() {
    let law = "{ beta = { mean = 0.8, sd = 0.05 } }";
    let beta = "a beta law is given by `mean` and `sd`, or by `alpha` and `beta`";
    let gamma = "a gamma law is given by `mean` and `sd`, or by `shape` and `scale`";
    let help = "give the two that belong together";
    scenario(
        STARTER,
        &[
            (law, "{ beta = { mean = 0.8, alpha = 5 } }", "{ mean = 0.8, alpha = 5 }", beta, help),
            (law, "{ gamma = { mean = 0.8, scale = 5 } }", "{ mean = 0.8, scale = 5 }", gamma, help),
        ],
    );
}

#[test]
fn results() {
    let deal = crate::support::deal(CONTRACT);
    let wrong = [
        (
            "cohort = 1\nunits = 40",
            "cohort = 1\nsite = \"North\"\nunits = 40",
            "\"North\"",
            "`jobs` is not reported by site",
            "leave it out, or pool the measure by \"site\"",
        ),
        (
            "cohort = 1\nunits = 40",
            "cohort = 1\nenrolled = 90.5\nunits = 40",
            "90.5",
            "90.5 is not a number of people",
            "write a whole number, 0 or more",
        ),
        (
            "cohort = 1\nunits = 40",
            "cohort = 1\nenrolled = 39\nunits = 40",
            "40",
            "40 people had `jobs`, but only 39 enrolled",
            "correct it, or say how many enrolled: [[enrolled]]; an outcome a person can have again is of kind \"count\"",
        ),
    ];
    refused(RESULTS, |text| pfsim::results::parse("results.toml", text, &deal), &wrong);
}
