//! Laws of meaning over generated contracts: what says nothing changes nothing, what does nothing never works, and dates only date.

use proptest::prelude::*;

use crate::contracts::{Contract, contract};
use pfsim::deal::Deal;
use pfsim::engine::{Block, Plan};
use pfsim::metrics::{Catalogue, Chance, each_trial};
use pfsim::question::Question;
use pfsim::scenario;
use pfsim::study::{Options, pack, power, stress};

const LANES: usize = 40;

fn read(text: &str) -> Deal {
    crate::support::deal(text)
}

/// Every number of every trial, by the names given, as bits.
fn numbers(deal: &Deal, names: &[String]) -> Vec<Vec<u64>> {
    let (plan, catalogue) = (Plan::new(deal, 5), Catalogue::new(deal));
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    let rows = each_trial(deal, &catalogue, &block);
    let row =
        |name: &String| rows.row(catalogue.row(name).unwrap_or_else(|| panic!("no {name}"))).iter().map(|value| value.to_bits()).collect();
    names.iter().map(row).collect()
}

fn names(deal: &Deal) -> Vec<String> {
    Catalogue::new(deal).names().map(String::from).collect()
}

/// Every day and fiscal year of a text four years later: leap years keep their place.
fn later(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("20") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let follows = |mark: &str| from.len() > 4 && from[2..4].bytes().all(|digit| digit.is_ascii_digit()) && from[4..].starts_with(mark);
        let alone = !before.ends_with(|last: char| last.is_ascii_digit() || last == '.' || last == '_');
        if alone && (follows("-") || follows(" = ")) {
            out.push_str(&(from[..4].parse::<u32>().expect("a year") + 4).to_string());
            rest = &from[4..];
        } else {
            out.push_str("20");
            rest = &from[2..];
        }
    }
    out + rest
}

fn with_program_key(contract: &Contract, key: &str) -> String {
    contract.text().replacen("[program]\n", &format!("[program]\n{key}\n"), 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A delay of nothing and a stop that never fires change no number.
    #[test]
    fn what_says_nothing_changes_nothing(contract in contract()) {
        let plain = contract.deal();
        let known = names(&plain);
        let expected = numbers(&plain, &known);
        prop_assert!(numbers(&read(&with_program_key(&contract, "delay = [1.0]")), &known) == expected, "a delay of nothing");
        let never = format!("{}[[stop]]\nname = \"never\"\nwhen = \"year >= 1_000\"\n", contract.text());
        prop_assert!(numbers(&read(&never), &known) == expected, "a stop that never fires");
    }

    /// The same deal four years later comes to the same.
    #[test]
    fn dates_only_date(contract in contract()) {
        let (now, then) = (contract.deal(), read(&later(&contract.text())));
        prop_assert!(then.timeline.start.year() == now.timeline.start.year() + 4);
        prop_assert!(numbers(&now, &names(&now)) == numbers(&then, &names(&then)));
    }

    /// A program without any effect is never said to work.
    #[test]
    fn what_does_nothing_never_works(contract in contract()) {
        let deal = contract.deal().without_effect();
        let (plan, catalogue) = (Plan::new(&deal, 5), Catalogue::new(&deal));
        let mut block = Block::new(&plan, LANES);
        block.run(&plan, 0);
        let rows = each_trial(&deal, &catalogue, &block);
        for (name, chance) in &catalogue.chances {
            if matches!(chance, Chance::PaidEffective(_) | Chance::UnpaidEffective(_)) {
                let row = rows.row(catalogue.row(name).expect("a row"));
                prop_assert!(row.iter().all(|works| *works == 0.0), "{name}");
            }
        }
    }
}

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(3).audit(true)
}

/// A composite of two effects: without any effect of the program it never pays, although each outcome alone would carry half of it.
#[test]
fn no_effect_is_no_effect_of_the_program() {
    let gain = |name: &str| {
        format!(
            "[[outcome]]\nname = \"{name}\"\nwithout = 0.4\neffect = {{ normal = {{ mean = 0.10, sd = 0.03 }} }}\nafter = 1\n\
             [[measure]]\nname = \"gain {name}\"\nof = \"{name}\"\nmethod = \"exact\"\npool = \"all\"\n"
        )
    };
    let deal = read(&format!(
        "schema = 1\n[deal]\nname = \"two\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 4\n[program]\nprovider = \"P\"\n\
         cohorts = {{ count = 1, size = 500 }}\n{}{}[[payor]]\nname = \"City\"\n[[payment]]\nname = \"composite\"\npayor = \"City\"\non = \"gain a\"\n\
         when = \"0.5 * gain a + 0.5 * gain b >= 4%\"\nprice = {{ lump_sum = 100_000 }}\n",
        gain("a"),
        gain("b")
    ));
    let found = power(&deal, None, &options(2_000)).expect("a study");
    let pays = |effect: f64| found[0].points.iter().find(|point| (point.effect - effect).abs() < 1e-9).expect("a point").pays;
    assert_eq!((pays(0.0).hits, pays(0.1).hits), (0, 2_000));
}

/// Half of a site's cohorts do not come: what is paid for each cohort is not paid for them, and a start six months late, with everything
/// the contract dates moved along, leaves the total as it is.
#[test]
fn who_does_not_come_is_not_paid_for() {
    let text = "schema = 1\n[deal]\nname = \"sites\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"quarter\"\nperiods = 8\n[program]\n\
                provider = \"P\"\n[[program.site]]\nname = \"North\"\ncohorts = { count = 2, size = 100 }\n[[program.site]]\nname = \"South\"\n\
                cohorts = { count = 2, size = 100 }\n[[outcome]]\nname = \"a\"\nrate = 0.5\n[[payor]]\nname = \"City\"\n\
                [[payment]]\nname = \"start-up\"\npayor = \"City\"\non = \"a\"\nprice = { lump_sum = 10_000 }\n";
    let scenario = scenario::Scenario::new("sites.toml", text.into(), scenario::Sources::default()).expect("a scenario");
    let questions = [Question::new("payors.total.mean")];
    let (base, found) = stress(&scenario.deal, &pack(&scenario), &questions, &options(200)).expect("stressed");
    let of = |name: &str| found.iter().find(|one| one.name == name).expect("a stress").figures.clone().expect("possible")[0][0];
    assert_eq!([base[0][0], of("South pulls out"), of("six months late")], [40_000.0, 30_000.0, 40_000.0]);
}
