//! One sign: a difference above zero is an improvement, also where fewer are better. Against hand counts, closed forms and mirror images.

use std::collections::BTreeMap;
use std::path::Path;

use pfsim::deal::{Deal, PaymentId};
use pfsim::engine::settle;
use pfsim::report::settlement::settlement;
use pfsim::report::settlement_text::text;
use pfsim::scenario;
use pfsim::sentence::missing;
use pfsim::sentence::sentence;
use pfsim::stats::Summary;
use pfsim::study::{Options, power, run};
use proptest::prelude::*;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Two-sided false-alarm rate of 10⁻⁶.
const Z: f64 = 4.8916;

/// One cohort of 500 and a lottery of 500. `outcome` says what happens to them, `rest` what is measured and paid.
fn deal(outcome: &str, rest: &str) -> Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"Which way\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 6\ndiscount_rate = 0\n[program]\n\
         provider = \"P\"\ncohorts = {{ count = 1, size = 500 }}\n[[outcome]]\nname = \"it\"\nafter = 1\n{outcome}\n[[payor]]\nname = \"City\"\n\
         value_per_outcome = {{ it = 2_000 }}\n{rest}"
    );
    crate::support::deal(&text)
}

const LOTTERY: &str = "[[measure]]\nname = \"arrests\"\nof = \"it\"\nmethod = { randomized = { comparison = 500 } }\npool = \"all\"\n";

fn payment(name: &str, rest: &str) -> String {
    format!("[[payment]]\nname = \"{name}\"\npayor = \"City\"\non = \"arrests\"\n{rest}\n")
}

/// The three ways to pay for fewer arrests.
fn three() -> String {
    let steps = payment("steps", "price = { steps = [{ from = 0.05, pay = 100_000 }] }");
    let gate = payment("gate", "when = \"arrests >= 5%\"\nprice = { lump_sum = 100_000 }");
    [LOTTERY.into(), steps, gate, payment("each", "price = { per_avoided = 1_000 }")].concat()
}

fn simulated(deal: &Deal, seed: u64) -> (BTreeMap<String, Summary>, BTreeMap<String, f64>) {
    let options = Options::default().trials(20_000).seed(seed).audit(true);
    let run = run(deal, &options).expect("a run");
    let metrics = run.metrics.iter().map(|metric| (metric.name.clone(), metric.summary)).collect();
    (metrics, run.chances.iter().map(|chance| (chance.name.clone(), chance.share.share())).collect())
}

fn near(found: f64, expected: f64, slack: f64) {
    assert!((found - expected).abs() <= slack, "{found}, not {expected} ± {slack}");
}

/// 250 of 500 would be arrested, the program prevents 10 ± 3 points. What is found has the variance 0.03² + E[r(1−r)]/500 + 0.25/500 with
/// r = 0.4 ± 0.03, so E[r(1−r)] = 0.24 − 0.0009. Counts are whole: 5 points are reached from 24.5 people on.
#[test]
fn fewer_arrests_are_paid_for() {
    let deal = deal("better = \"fewer\"\nwithout = 0.5\neffect = { normal = { mean = -0.10, sd = 0.03 } }", &three());
    let (metrics, chances) = simulated(&deal, 1);
    let sd = (0.0009_f64 + (0.24 - 0.0009) / 500.0 + 0.25 / 500.0).sqrt();
    let law = Normal::new(0.10, sd).expect("a law");
    let reaches = 1.0 - law.cdf(24.5 / 500.0);
    let slack = Z * (reaches * (1.0 - reaches) / 20_000.0).sqrt() + 0.002;
    near(chances["payment.\"steps\".pays"], reaches, slack);
    near(chances["payment.\"gate\".pays"], reaches, slack);
    // E[max(0, d)] = m·Φ(m/s) + s²·f(0), 1,000 for each of 500 people.
    let each = 500_000.0 * (0.10 * (1.0 - law.cdf(0.0)) + sd * sd * law.pdf(0.0));
    let paid = &metrics["payment.\"each\".paid"];
    near(paid.mean, each, Z * paid.se + 50.0);
    // Every number of the effect is an improvement.
    let effect = &metrics["outcome.\"it\".true_effect"];
    near(effect.mean, 0.10, Z * effect.se);
    near(metrics["outcome.\"it\".additional"].mean, 500.0 * effect.mean, 1e-6);
    let found = &metrics["measure.\"arrests\".found_effect"];
    near(found.mean, 0.10, Z * found.se);
    near(metrics["payor.\"City\".benefit"].mean, 2_000.0 * 500.0 * effect.mean, 1e-3);
    assert!(
        metrics["payment.\"steps\".true_effect_given_paid"].mean > 0.0 && metrics["payment.\"steps\".found_effect_given_paid"].mean > 0.05
    );
    assert!(chances["payment.\"each\".paid_and_effective"] > 0.95 && chances["payment.\"each\".paid_and_ineffective"] < 0.01);
}

/// A program that adds 10 points: 5 points fewer are 0.149 / 0.0313 = 4.8 standard errors away, one trial in a million.
#[test]
fn more_arrests_are_not_paid_for() {
    let (_, chances) = simulated(&deal("better = \"fewer\"\nwithout = 0.5\neffect = 0.10", &three()), 1);
    assert_eq!([chances["payment.\"steps\".pays"], chances["payment.\"gate\".pays"]], [0.0; 2]);
    assert!(chances["payment.\"each\".pays"] < 0.01);
}

/// The promised effect is one for the better: power rises with it.
#[test]
fn power_looks_at_improvements() {
    let deal = deal("better = \"fewer\"\nwithout = 0.5\neffect = { normal = { mean = -0.10, sd = 0.03 } }", &three());
    let options = Options::default().trials(2_000).seed(1);
    for promised in [None, Some(0.10)] {
        let all = power(&deal, promised, &options).expect("a study");
        let steps = &all[0];
        near(steps.promised, 0.10, 1e-12);
        assert!(steps.points.windows(2).all(|pair| pair[0].effect < pair[1].effect && pair[0].pays.share() <= pair[1].pays.share() + 0.02));
        assert!(steps.points[0].pays.share() < 0.1 && steps.points[8].pays.share() > 0.99);
    }
}

#[test]
fn the_sentences_say_which_way() {
    let deal = deal("better = \"fewer\"\nwithout = 0.5\neffect = -0.1", &three());
    let said: Vec<String> = (0..3).map(|payment| sentence(&deal, PaymentId(payment))).collect();
    assert!(said[0].contains("by the decrease in “arrests”: $100,000 from 5 points"), "{}", said[0]);
    assert!(
        said[1].contains("if arrests >= 5%") && said[1].ends_with(" Of “arrests” fewer are better: above zero means a decrease."),
        "{}",
        said[1]
    );
    assert!(said[2].contains("$1,000 for each “it” found to have been avoided"), "{}", said[2]);
    assert!((0..3).all(|payment| missing(&deal, PaymentId(payment)).iter().all(|question| !question.contains("which way"))));
}

fn settled(deal: &Deal, result: &str) -> (Vec<f64>, String) {
    let results = format!("[[result]]\nmeasure = \"arrests\"\n{result}\n");
    let results = pfsim::results::parse("results.toml", &results, deal).unwrap_or_else(|problems| panic!("{problems}\n{results}"));
    let settled = settle(deal, &results);
    let found = settlement(&settled);
    (found.payments.iter().map(|payment| payment.paid).collect(), text(&settled, &found))
}

/// Every way to report 40 fewer of 500: 250 without the program (50%), 210 with it (42%).
#[test]
fn forty_fewer_however_they_are_reported() {
    let relative = payment("relative", "when = \"arrests.relative_change >= 16%\"\nprice = { formula = \"1_000 * arrests.additional\" }");
    let word = payment("word", "price = { by = \"reduction\", steps = [{ from = 0.16, pay = 7 }] }");
    let deal = deal("better = \"fewer\"\nwithout = 0.5\neffect = -0.1", &[three(), relative, word].concat());
    for result in [
        "units = 210\ncomparison_rate = 0.5",
        "rate = 0.42\ncomparison_rate = 0.5",
        "rate = 0.42\ncomparison_rate = 0.5\ndifference = 0.08",
        "rate = 0.42\ndifference = 0.08",
        "rate = 0.42\ndecrease = 0.08",
        "comparison_rate = 0.5\ndifference = 0.08",
        "comparison_rate = 0.5\nreduction = 0.16",
        "comparison_rate = 0.5\nrelative_change = 0.16",
        "comparison_rate = 0.5\navoided = 40",
        "rate = 0.42\navoided = 40",
    ] {
        let (paid, said) = settled(&deal, result);
        assert_eq!(paid, [100_000.0, 100_000.0, 40_000.0, 40_000.0, 7.0], "{result}");
        assert!(said.contains("40 avoided × 1,000.00") && said.contains("decrease 8%") && said.contains("reduction 16%"), "{said}");
    }
    // 15 more of them than without the program: nothing.
    for result in ["units = 265\ncomparison_rate = 0.5", "comparison_rate = 0.5\navoided = -15", "rate = 0.53\ndifference = -0.03"] {
        assert_eq!(settled(&deal, result).0, [0.0; 5], "{result}");
    }
    // A file that knew no such word could mean either by it.
    let unclear = "[[result]]\nmeasure = \"arrests\"\nrate = 0.42\nadditional = 40\n";
    let refused = pfsim::results::parse("results.toml", unclear, &deal).expect_err("unclear").to_string();
    assert!(refused.contains("results.toml:4:1") && refused.contains("write `avoided`, above zero where there were fewer"), "{refused}");
}

/// Cuyahoga: 135 families at 905 days against 890 are 2,025 days more, which earns nothing; at 675 against 900 the county's $75 for each
/// of 30,375 days avoided come to 2,278,125. REACH: 26,800 days at 200 and 225 arrests at 250 are 5,416,250.
#[test]
fn days_avoided_by_hand() {
    let paid = |name: &str, results: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/closed/{name}.toml"));
        let deal = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}")).deal;
        let results = pfsim::results::parse("results.toml", results, &deal).unwrap_or_else(|problems| panic!("{problems}"));
        settlement(&settle(&deal, &results)).total
    };
    let days =
        |rate: f64, comparison: f64| format!("[[result]]\nmeasure = \"placement days\"\nrate = {rate}\ncomparison_rate = {comparison}\n");
    assert_eq!(paid("cuyahoga-family-success", &days(905.0, 890.0)), 0.0);
    assert_eq!(paid("cuyahoga-family-success", &days(675.0, 900.0)), 30_375.0 * 75.0);
    let engaged: String = (1..=12).map(|cohort| format!("[[result]]\nmeasure = \"engaged\"\ncohort = {cohort}\nunits = 0\n")).collect();
    let reach = |days: i32, arrests: i32| {
        let one = |measure: &str, word: &str, number: i32| format!("[[result]]\nmeasure = \"{measure}\"\n{word} = {number}\n");
        let results = [one("prison days", "avoided", days), one("fewer arrests", "avoided", arrests), one("more work", "additional", 0)];
        paid("salt-lake-reach", &(results.concat() + &engaged))
    };
    assert_eq!(reach(26_800, 225), 26_800.0 * 200.0 + 225.0 * 250.0);
    assert_eq!(reach(-26_800, -225), 0.0);
}

/// A price, a gate and a formula, with the word for what is paid for.
fn contract(word: &str, from: u32, points: u32) -> String {
    let (threshold, gate) = (f64::from(from) / 100.0, f64::from(points) / 100.0);
    [
        payment("each", &format!("price = {{ per_{word} = 1_000 }}\ncap = 60_000")),
        payment("steps", &format!("price = {{ steps = [{{ from = {threshold}, pay = 5_000 }}, {{ from = 0.3, pay = 9_000 }}] }}")),
        payment("points", &format!("price = {{ pieces = [{{ from = {threshold}, pay = 100, per_point = 700 }}], whole_points = true }}")),
        payment("gate", &format!("when = \"arrests >= {gate} and arrests.p_value <= 0.2\"\nprice = {{ lump_sum = 300 }}")),
        payment("formula", "price = { formula = \"max(0, 10 * arrests.additional) + 40 * max(0, arrests.difference)\" }"),
    ]
    .concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What holds of an outcome of which more are better holds of its absence, of which fewer are.
    #[test]
    fn the_mirror_image_pays_the_same(found in 0u32..=500, compared in 0u32..=500, from in 1u32..30, points in 0u32..30, p in 0.0..1.0f64) {
        let more = deal("without = 0.5\neffect = 0.1", &(LOTTERY.to_owned() + &contract("additional", from, points)));
        let fewer = deal("better = \"fewer\"\nwithout = 0.5\neffect = -0.1", &(LOTTERY.to_owned() + &contract("avoided", from, points)));
        let result = |units: u32, comparison: u32| format!("units = {units}\ncomparison_rate = {}\np_value = {p}", f64::from(comparison) / 500.0);
        prop_assert_eq!(settled(&more, &result(found, compared)).0, settled(&fewer, &result(500 - found, 500 - compared)).0);
    }
}

/// Every method finds in the mirror image what it finds in the thing. A bias, a drift, a baseline and the effect itself are of the world and
/// turn with the outcome; getting better by oneself does not.
#[test]
fn every_method_has_its_mirror_image() {
    let lottery = "randomized = { comparison = 300 }";
    let blend = |of: &str| {
        format!(
            "[[measure]]\nname = \"a\"\nof = \"it\"\nmethod = {{ {lottery} }}\npool = \"all\"\n[[measure]]\nname = \"b\"\nof = \"it\"\nmethod = {{ {of} }}\npool = \"all\"\n"
        )
    };
    let cases = [
        (String::new(), lottery.to_string(), String::new(), lottery.to_string()),
        (String::new(), "exact".into(), String::new(), "exact".into()),
        (
            String::new(),
            "matched = { comparison = 300, bias = 0.04 }".into(),
            String::new(),
            "matched = { comparison = 300, bias = -0.04 }".into(),
        ),
        (
            String::new(),
            "historical = { baseline = 0.25, estimated_from = 400, drift = 0.02, regression_to_the_mean = 0.03 }".into(),
            String::new(),
            "historical = { baseline = 0.75, estimated_from = 400, drift = -0.02, regression_to_the_mean = 0.03 }".into(),
        ),
        (
            blend("matched = { comparison = 300, bias = 0.04 }"),
            "blend = { a = 0.7, b = 0.3 }".into(),
            blend("matched = { comparison = 300, bias = -0.04 }"),
            "blend = { a = 0.7, b = 0.3 }".into(),
        ),
    ];
    for (before, method, mirrored_before, mirrored) in cases {
        let of = |seed: u64, outcome: &str, before: &str, method: &str, word: &str| {
            let method = if method == "exact" { "\"exact\"".into() } else { format!("{{ {method} }}") };
            let measure =
                format!("{before}[[measure]]\nname = \"arrests\"\nof = \"it\"\nmethod = {method}\npool = \"all\"\ntreated_share = 0.8\n");
            let price = payment("each", &format!("when = \"arrests >= 4%\"\nprice = {{ per_{word} = 1_000 }}"));
            simulated(&deal(outcome, &(measure + &price)), seed).0
        };
        let thing = of(7, "without = 0.3\neffect = { normal = { mean = 0.08, sd = 0.03 } }", &before, &method, "additional");
        let image = of(
            8,
            "better = \"fewer\"\nwithout = 0.7\neffect = { normal = { mean = -0.08, sd = 0.03 } }",
            &mirrored_before,
            &mirrored,
            "avoided",
        );
        for name in [
            "outcome.\"it\".true_effect",
            "measure.\"arrests\".found_effect",
            "payment.\"each\".paid",
            "payor.\"City\".benefit",
            "payor.\"City\".net_benefit",
        ] {
            let [one, other] = [&thing[name], &image[name]];
            let slack = Z * (one.se * one.se + other.se * other.se).sqrt() + 1e-9;
            assert!(
                (one.mean - other.mean).abs() <= slack && one.mean.abs() > slack,
                "{method}: {name} {} and {} ± {slack}",
                one.mean,
                other.mean
            );
        }
    }
}

/// Compared with a number.
#[test]
fn a_fixed_rate_has_its_mirror_image() {
    let of = |outcome: &str, baseline: f64, word: &str| {
        let measure = format!(
            "[[measure]]\nname = \"arrests\"\nof = \"it\"\nmethod = {{ fixed_then_live = {{ baseline = {baseline}, cohorts = 1, comparison = 200 }} }}\n"
        );
        let text = measure + &payment("each", &format!("price = {{ per_{word} = 1_000 }}"));
        simulated(&deal(outcome, &text), 5).0
    };
    let thing = of("without = 0.3\neffect = 0.08", 0.28, "additional");
    let image = of("better = \"fewer\"\nwithout = 0.7\neffect = -0.08", 0.72, "avoided");
    // The comparison is a number: 38% against 28%.
    for found in [&thing, &image].map(|metrics| &metrics["measure.\"arrests\".found_effect"]) {
        near(found.mean, 0.10, Z * found.se);
    }
}

fn refused(text: &str, message: &str, help: &str) {
    let Err(problems) = scenario::parse("signs.toml", text) else { panic!("nothing was found wrong with\n{text}") };
    let said: Vec<(&str, &str)> =
        problems.problems.iter().map(|problem| (problem.message.as_str(), problem.help.as_deref().unwrap_or_default())).collect();
    assert!(said.contains(&(message, help)), "{said:#?}");
}

/// What cannot be meant is refused, with what would do.
#[test]
fn what_pays_for_the_worse_is_refused() {
    let text = |better: &str, rest: &str| {
        format!(
            "schema = 1\n[deal]\nname = \"n\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 6\n[program]\nprovider = \"P\"\n\
             cohorts = {{ count = 1, size = 500 }}\n[[outcome]]\nname = \"it\"\n{better}without = 0.5\neffect = 0.1\n[[payor]]\nname = \"City\"\n\
             {LOTTERY}{rest}"
        )
    };
    let fewer = |rest: &str| text("better = \"fewer\"\n", &payment("p", rest));
    let more = |rest: &str| text("", &payment("p", rest));
    let units = "of `arrests` fewer are better, and this pays the more, the more of them are found";
    let avoided = "pay for what is avoided: `per_avoided` on a measure that compares, or a formula of its `avoided`";
    refused(
        &fewer("price = { per_additional = 1 }"),
        "of `arrests` fewer are better: what is paid for is avoided, not additional",
        "write `per_avoided`, a price for each outcome avoided",
    );
    refused(
        &more("price = { per_avoided = 1 }"),
        "of `arrests` more are better: what is paid for is additional, not avoided",
        "write `per_additional`, or state `better = \"fewer\"` of the outcome",
    );
    refused(&fewer("price = { per_unit = 1 }"), units, avoided);
    refused(&fewer("price = { tiers = [{ from = 0, pay = 1 }] }"), units, avoided);
    refused(&fewer("price = { share = { share = 0.5 } }"), units, avoided);
    let card = "[[payment]]\nname = \"p\"\npayor = \"City\"\nprice = { rate_card = [{ on = \"arrests\", price = 1 }] }\n";
    refused(&text("better = \"fewer\"\n", card), units, avoided);
    for (word, instead) in [("decrease", "difference"), ("reduction", "relative_change"), ("avoided", "additional")] {
        let message = format!("of `arrests` more is better: a decrease of it is no improvement, and it has no `{word}`");
        let help = format!("state `better = \"fewer\"` of the outcome, or ask for `{instead}`");
        refused(&more(&format!("when = \"arrests.{word} >= 0.1\"\nprice = {{ lump_sum = 1 }}")), &message, &help);
        refused(&more(&format!("price = {{ by = \"{word}\", steps = [{{ from = 0.1, pay = 1 }}] }}")), &message, &help);
        let deal = scenario::parse("signs.toml", &more("price = { lump_sum = 1 }")).expect("a deal");
        let results = format!("[[result]]\nmeasure = \"arrests\"\n{word} = 0.1\n");
        let problems = pfsim::results::parse("results.toml", &results, &deal).expect_err("a decrease");
        assert_eq!(problems.problems[0].message, message);
    }
    let selected = "[[measure]]\nname = \"before\"\nof = \"it\"\nmethod = { historical = { regression_to_the_mean = { correlation = 0.6, selected_below = -0.5 } } }\n";
    refused(
        &text("better = \"fewer\"\n", selected),
        "of this outcome fewer are better: who was below a threshold was not chosen in a bad moment",
        "give by how much they get better by themselves: `regression_to_the_mean = 0.02`",
    );
}

/// What looks at amounts is better the same way, and says nothing else.
#[test]
fn a_look_has_the_sign_of_what_it_looks_at() {
    let outcomes = |better: &str| {
        format!(
            "better = \"fewer\"\nkind = \"amount\"\nwithout = 1_000\neffect = -300\nspread = {{ gamma = 1.0 }}\n[[outcome]]\nname = \"deep in debt\"\n\
             above = {{ of = \"it\", amount = 1_500 }}\n{better}"
        )
    };
    let measure = "[[measure]]\nname = \"arrests\"\nof = \"deep in debt\"\nmethod = \"exact\"\npool = \"all\"\n".to_owned();
    let deal = deal(&outcomes(""), &(measure + &payment("each", "price = { per_avoided = 1_000 }")));
    let (metrics, _) = simulated(&deal, 3);
    // Exponential amounts: exp(−1500/1000) less exp(−1500/700), for each of 500 people.
    let avoided = pfsim::numeric::math::exp(-1.5) - pfsim::numeric::math::exp(-1_500.0 / 700.0);
    near(metrics["outcome.\"deep in debt\".true_effect"].mean, avoided, 1e-3);
    near(metrics["payment.\"each\".paid"].mean, 500_000.0 * avoided, 500.0);
    let text = format!(
        "schema = 1\n[deal]\nname = \"n\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 6\n[program]\nprovider = \"P\"\n\
         cohorts = {{ count = 1, size = 500 }}\n[[outcome]]\nname = \"it\"\n{}",
        outcomes("better = \"more\"\n")
    );
    refused(
        &text,
        "the more of `it`, the more of this: what is better of the one is better of the other",
        "drop it, or state it of the outcome looked at",
    );
}

/// A published number that is the exact opposite of the rates beside it was written in the other convention.
#[test]
fn a_result_with_the_other_sign_is_refused() {
    let deal = deal("better = \"fewer\"\nwithout = 0.5\neffect = -0.1", &three());
    for (word, value, said) in [("difference", -0.08, "0.08"), ("decrease", -0.08, "0.08"), ("relative_change", -0.16, "0.16")] {
        let results = format!("[[result]]\nmeasure = \"arrests\"\nrate = 0.42\ncomparison_rate = 0.5\n{word} = {value}\n");
        let problems = pfsim::results::parse("results.toml", &results, &deal).expect_err("the wrong sign");
        assert_eq!(problems.problems[0].message, format!("by its rates `{word}` of `arrests` is {said}, not -{said}"));
        assert_eq!(problems.problems[0].help.as_deref(), Some("an improvement is above zero: fewer, where fewer are better"));
    }
}
