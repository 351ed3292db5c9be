//! Two scenarios on the same futures: clause by clause, to the cent, from the command line.

use std::path::Path;

use pfsim::experiment::clauses::{Parts, parts};
use pfsim::scenario::{Scenario, Sources, overrides};
use pfsim::study::{About, Comparison, Options, Party, compare};

fn scenario(text: &str) -> Scenario {
    Scenario::new("compare.toml", text.to_string(), Sources::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a scenario")
}

fn set(text: &str, assignments: &[&str]) -> Scenario {
    let assignments: Vec<String> = assignments.iter().map(ToString::to_string).collect();
    scenario(&overrides::apply(text, &assignments).expect("set"))
}

fn compared(first: &Scenario, second: &Scenario, trials: u64) -> (Parts, Comparison) {
    let parts = parts(first, second, 5);
    let options = Options::default().trials(trials).seed(5);
    let found = compare(&parts, &options).expect("a comparison");
    (parts, found)
}

fn paths(parts: &Parts) -> Vec<&str> {
    parts.clauses.iter().map(|clause| clause.path.as_str()).collect()
}

/// What a block of clauses moves, to the party with this name.
fn moved(found: &Comparison, block: usize, wanted: &Party) -> i64 {
    let at = found.parties.iter().position(|party| party == wanted).expect("the party");
    found.shares[block].moved[at]
}

fn adds_up(found: &Comparison) {
    assert!(!found.shares.is_empty() && found.parties.len() > 3);
    for share in found.shares.iter().chain([&found.total]) {
        assert_eq!(share.moved.iter().sum::<i64>(), 0, "what some have less others have more");
    }
    for (party, total) in found.total.moved.iter().enumerate() {
        assert_eq!(found.shares.iter().map(|share| share.moved[party]).sum::<i64>(), *total, "{:?}", found.parties[party]);
    }
}

/// 40 people, all of them placed, $1,000 each, up to a cap: nothing is left to chance.
const CERTAIN: &str = "schema = 1\n[deal]\nname = \"certain\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
    [program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 40 }\n\
    [[program.cost]]\nname = \"service\"\nper_participant = 500\n\
    [[outcome]]\nname = \"job\"\nrate = 1.0\n\
    [[payor]]\nname = \"State\"\ncap = 25_000\n\
    [[payment]]\nname = \"jobs\"\npayor = \"State\"\non = \"job\"\nprice = { per_unit = 1_000 }\npaid_after = 1\n\
    [[tranche]]\nname = \"loan\"\nkind = \"senior\"\namount = 20_000\nresidual_share = 0.25\n";

#[test]
fn a_cap_moves_what_it_no_longer_cuts() {
    let (parts, found) = compared(&scenario(CERTAIN), &set(CERTAIN, &["payor.State.cap=31_000"]), 700);
    assert_eq!(paths(&parts), ["payor.\"State\".cap"]);
    assert_eq!((parts.clauses[0].from.as_deref(), parts.clauses[0].to.as_deref()), (Some("25_000"), Some("31_000")));
    // 40 × 1,000 is due; the cap rises by 6,000. The loan has its 20,000 back: a quarter of the rest is its own.
    assert_eq!(moved(&found, 0, &Party::Payor("State".into())), -600_000);
    assert_eq!(moved(&found, 0, &Party::Tranche("loan".into())), 150_000);
    assert_eq!(moved(&found, 0, &Party::Provider), 450_000);
    assert_eq!(moved(&found, 0, &Party::Work), 0);
    adds_up(&found);
    let pays = found
        .figures
        .iter()
        .find(|figure| figure.about == About::Payor("State".into()) && figure.quantity.short == "pays")
        .expect("a figure");
    assert_eq!((pays.values, pays.difference), ([25_000.0, 31_000.0], Some([6_000.0, 6_000.0, 6_000.0])));
}

/// A price and a cap that need each other: 40 × 1,000 under 25,000 to 40 × 1,500 under 50,000. Alone, the price moves nothing and the cap
/// 15,000; together they move 25,000, so their Shapley values are 5,000 and 20,000.
#[test]
fn shares_are_means_over_orders() {
    let second = set(CERTAIN, &["payment.jobs.price.per_unit=1_500", "payor.State.cap=50_000"]);
    let (parts, found) = compared(&scenario(CERTAIN), &second, 600);
    assert_eq!(paths(&parts), ["payor.\"State\".cap", "payment.\"jobs\".price.per_unit"]);
    assert!(parts.every_order);
    let state = Party::Payor("State".into());
    assert_eq!(moved(&found, 0, &state), -2_000_000);
    assert_eq!(moved(&found, 1, &state), -500_000);
    adds_up(&found);
}

#[test]
fn a_scenario_against_itself_moves_nothing() {
    let text = file("scenarios/programs/per-scholas-alumni-upskilling.toml");
    let same =
        text.replace("name = \"Per Scholas alumni upskilling\"", "name = \"another name\" # and a remark").replace("1_600_000", "1600000");
    assert_ne!(same, text);
    let (parts, found) = compared(&scenario(&text), &scenario(&same), 1_000);
    assert!(parts.clauses.is_empty(), "{:?}", paths(&parts));
    assert!(found.same_world);
    assert!(found.total.moved.iter().all(|moved| *moved == 0));
    assert!(found.figures.len() > 30);
    for figure in &found.figures {
        let [difference, low, high] = figure.difference.expect("both have it");
        assert!(difference == 0.0 && low <= 0.0 && high >= 0.0 || difference.is_nan(), "{figure:?}");
    }
}

#[test]
fn shares_add_up_in_the_flagship() {
    let text = file("scenarios/programs/per-scholas-alumni-upskilling.toml");
    let second = set(
        &text,
        &[
            "payor.\"State workforce agency\".cap=2_000_000",
            "payment.\"additional thriving jobs\".price.per_additional=15_000",
            "payment.\"additional thriving jobs\".when=\"thriving gain >= 0.05\"",
            "tranche.\"senior loan\".coupon=0.06",
            "outcome.completes.rate.beta.mean=0.85",
        ],
    );
    let (parts, found) = compared(&scenario(&text), &second, 1_500);
    assert_eq!(parts.blocks.len(), 5);
    assert!(!found.same_world, "another completion rate is another world");
    adds_up(&found);
    assert!(found.shares.iter().all(|share| share.moved.iter().any(|moved| *moved != 0)), "each of these moves something");
    // The total is that of two runs by themselves, under the same seed.
    let options = Options::default().trials(1_500).seed(5).audit(true);
    let mean = |scenario: &Scenario| {
        let run = pfsim::study::run(&scenario.deal, &options).expect("a run");
        run.metrics.iter().find(|metric| metric.name == "payor.\"City of Dallas\".total").expect("a metric").summary.mean
    };
    let expected = mean(&scenario(&text)) - mean(&second);
    let city = found.parties.iter().position(|party| *party == Party::Payor("City of Dallas".into())).expect("the city");
    assert!((found.total.moved[city] as f64 / 100.0 - expected).abs() < 0.011, "{} {expected}", found.total.moved[city]);
}

/// More clauses than every order can be looked at for: still exact.
#[test]
fn many_clauses_add_up_too() {
    let text = file("scenarios/programs/per-scholas-alumni-upskilling.toml");
    let second = set(
        &text,
        &[
            "payor.\"State workforce agency\".cap=1_500_000",
            "payor.\"City of Dallas\".cap=550_000",
            "payment.\"thriving placements\".price.per_unit=1_100",
            "payment.\"thriving placements\".cap=300_000",
            "payment.\"jobs kept a year\".price.per_unit=1_000",
            "tranche.\"junior loan\".coupon=0.08",
            "tranche.\"junior loan\".residual_share=0.4",
            "tranche.\"senior loan\".amount=700_000",
        ],
    );
    let (parts, found) = compared(&scenario(&text), &second, 1_100);
    assert_eq!(parts.blocks.len(), 8);
    assert!(!parts.every_order);
    adds_up(&found);
    assert_ne!(moved(&found, 0, &Party::Payor("State workforce agency".into())), 0);
}

/// A payment needs its payor: no scenario has the one without the other, so they are one block.
#[test]
fn clauses_that_need_each_other_are_one_block() {
    let added = "[[payor]]\nname = \"City\"\n[[payment]]\nname = \"more\"\npayor = \"City\"\non = \"job\"\nprice = { per_unit = 100 }\n";
    let second = set(&format!("{CERTAIN}{added}"), &["payor.State.cap=26_000"]);
    let (parts, found) = compared(&scenario(CERTAIN), &second, 600);
    assert_eq!(paths(&parts), ["payor.\"State\".cap", "payor.\"City\"", "payment.\"more\""]);
    assert_eq!(parts.blocks, [vec![0], vec![1, 2]]);
    assert_eq!(moved(&found, 1, &Party::Payor("City".into())), -400_000);
    assert_eq!(moved(&found, 1, &Party::Payor("State".into())), 0);
    adds_up(&found);
    let pays = found
        .figures
        .iter()
        .find(|figure| figure.about == About::Payor("City".into()) && figure.quantity.short == "pays")
        .expect("a figure");
    assert!(pays.values[0].is_nan() && pays.values[1] == 4_000.0 && pays.difference.is_none(), "only B has it: {pays:?}");
}

/// A price that changed its kind is one clause.
#[test]
fn a_price_of_another_shape_is_one_clause() {
    let second = set(CERTAIN, &["payment.jobs.price={ tiers = [{ from = 0, pay = 900 }, { from = 20, pay = 100 }] }"]);
    let (parts, found) = compared(&scenario(CERTAIN), &second, 600);
    assert_eq!(paths(&parts), ["payment.\"jobs\".price"]);
    // 20 × 900 + 20 × 100 = 20,000 instead of the cap of 25,000.
    assert_eq!(moved(&found, 0, &Party::Payor("State".into())), 500_000);
}

#[cfg(feature = "cli")]
mod commands {
    use std::path::Path;
    use std::process::{Command, Output};

    fn pfsim(arguments: &[&str]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Command::new(env!("CARGO_BIN_EXE_pfsim")).args(arguments).current_dir(root).output().expect("pfsim runs")
    }

    const STARTER: &str = "scenarios/starter.toml";

    #[test]
    fn exit_codes_and_words() {
        let same = pfsim(&["compare", STARTER, STARTER]);
        assert_eq!(same.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&same.stdout).contains("say the same in every clause"));
        let other = pfsim(&["compare", STARTER, STARTER, "--set", "deal.currency=\"EUR\""]);
        assert_eq!(other.status.code(), Some(2), "{}", String::from_utf8_lossy(&other.stderr));
        assert!(String::from_utf8_lossy(&other.stderr).contains("two currencies"));
        let invalid = pfsim(&["compare", STARTER, STARTER, "--set", "deal.periods=0"]);
        assert_eq!(invalid.status.code(), Some(3));
        let lacking = pfsim(&["compare", STARTER, "no-such-file.toml"]);
        assert_eq!(lacking.status.code(), Some(1));
    }

    #[test]
    fn the_same_bytes_at_any_number_of_threads() {
        let change = ["--trials", "3_000", "--set", "tranche[0].amount=100_000", "--json"];
        let run = |threads: &str| {
            let output = pfsim(&[&["--threads", threads, "compare", STARTER, STARTER], change.as_slice()].concat());
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let one = run("1");
        assert_eq!(one, run("3"));
        let json: serde_json::Value = serde_json::from_slice(&one).expect("JSON");
        assert_eq!(json["clauses"].as_array().expect("clauses").len(), 1);
        assert_eq!(json["same_world"], true);
    }
}
