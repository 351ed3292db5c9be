//! The deal as INDIGO data: every value stands in a field of the standard and has its type, parts refer to each other, and nothing is
//! stated that the scenario does not say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use pfsim::export::indigo;
use pfsim::scenario;

const FIELDS: &str = include_str!("../indigo/fields.csv");

/// A lottery, prices that rise, a cap below those of the payors, a grant that is no investment.
const SMALL: &str = "schema = 1\n[deal]\nname = \"D\"\ncurrency = \"GBP\"\nstart = 2030-04-01\nperiod = \"year\"\nperiods = 6\ncap = 500_000\n\
        [program]\nprovider = \"P\"\ncohorts = { sizes = [10, 20], periods = [1, 2] }\n[[program.cost]]\nname = \"work\"\nper_participant = 100\n\
        [[outcome]]\nname = \"job\"\nwithout = 0.4\neffect = 0.1\nafter = 1\n[[records]]\nname = \"tax office\"\nmatch_rate = 0.9\n\
        [[measure]]\nname = \"found\"\nof = \"job\"\nrecords = \"tax office\"\n\
        [[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = { randomized = { comparison = 20 } }\npool = \"all\"\n\
        [[payor]]\nname = \"A\"\ncap = 400_000\n[[payor]]\nname = \"B\"\ncap = 300_000\ncap_per_fiscal_year = 90_000\n\
        [[payment]]\nname = \"jobs\"\npayor = \"A\"\non = \"found\"\nprice = { per_unit = 1_250.50 }\nescalator = { per_year = 0.02 }\n\
        [[payment]]\nname = \"more jobs\"\npayor = \"B\"\non = \"gain\"\nwhen = \"gain >= 5%\"\nprice = { per_additional = 9_000 }\ncap = 250_000\n\
        [[tranche]]\nname = \"bank\"\namount = 30_000\ncoupon = 0.05\nrank = 1\n[[tranche]]\nname = \"gift\"\nkind = \"grant\"\namount = 7_000\n";

/// Every scenario of the repository that can be read as it is.
fn scenarios() -> Vec<(String, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = vec![root.join("starter.toml")];
    for folder in ["closed", "programs", "examples", "bench"] {
        files.extend(fs::read_dir(root.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path()));
    }
    files.sort();
    let export = |file: &PathBuf| {
        let scenario = scenario::load(file, &[]).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.display().to_string(), indigo::document(&scenario.deal, &scenario.hash()))
    };
    files.iter().filter(|file| file.extension().is_some_and(|end| end == "toml")).map(export).collect()
}

fn export(text: &str) -> Json {
    let deal = crate::support::deal(text);
    serde_json::from_str(&indigo::json(&deal, "abc")).expect("JSON")
}

/// Every value that is no table or list, with its field.
fn leaves(at: &str, value: &Json, found: &mut Vec<(String, Json)>) {
    match value {
        Json::Object(entries) => {
            assert!(!entries.is_empty(), "{at} says nothing");
            for (key, inner) in entries {
                leaves(&if at.is_empty() { key.clone() } else { format!("{at}.{key}") }, inner, found);
            }
        }
        Json::Array(items) => {
            assert!(!items.is_empty(), "{at} is empty");
            items.iter().for_each(|item| leaves(&format!("{at}[]"), item, found));
        }
        leaf => found.push((at.to_string(), leaf.clone())),
    }
}

fn is_a(kind: &str, value: &Json) -> bool {
    let text = value.as_str().unwrap_or_default();
    match kind {
        "number" => value.as_f64().is_some_and(f64::is_finite),
        "text" => !text.trim().is_empty(),
        "date" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        words => words.split('|').any(|word| word == text),
    }
}

#[test]
fn every_value_stands_in_a_field_of_the_standard() {
    let fields: BTreeMap<&str, &str> = FIELDS.lines().skip(1).map(|line| line.split_once(',').expect("two columns")).collect();
    let mut used = BTreeSet::new();
    let mut all = scenarios();
    all.push(("the small deal".into(), export(SMALL)));
    assert!(all.len() > 30, "{} scenarios", all.len());
    for (file, project) in &all {
        let mut found = Vec::new();
        leaves("", project, &mut found);
        assert!(found.len() > 15, "{file}");
        for (field, value) in found {
            let kind = fields.get(field.as_str()).unwrap_or_else(|| panic!("{file}: {field} is no field of the standard"));
            assert!(is_a(kind, &value), "{file}: {field} is {value}, not {kind}");
            used.insert(field);
        }
    }
    let unused: Vec<&&str> = fields.keys().filter(|field| !used.contains(**field)).collect();
    assert!(unused.is_empty(), "no scenario uses {unused:?}");
}

#[test]
fn parts_refer_to_parts_and_organisations_have_no_identifier() {
    for (file, project) in scenarios() {
        let mut found = Vec::new();
        leaves("", &project, &mut found);
        let ids = |list: &str| -> Vec<String> {
            let of = project[list].as_array().into_iter().flatten();
            of.map(|item| item["id"].as_str().expect("an identifier").to_string()).collect()
        };
        let (metrics, sources) = (ids("outcome_metrics"), ids("sources"));
        for list in ["outcome_metrics", "investments", "service_provisions"] {
            let all = ids(list);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{file}: {list}");
        }
        for (field, value) in found {
            let text = value.as_str().unwrap_or_default();
            assert!(!field.contains("organisation_id") && !text.contains("INDIGO-"), "{file}: {field}");
            assert!(!field.ends_with("outcome_metric_id.value") || metrics.iter().any(|id| id == text), "{file}: {text}");
            assert!(!field.ends_with("source_ids") || sources.iter().any(|id| id == text), "{file}: {text}");
            assert!(!field.contains("usd"), "{file}: nobody converted {field}");
        }
        let notes = project["notes"]["value"].as_str().expect("notes");
        assert!(notes.starts_with(&format!("Made by pfsim {}", env!("CARGO_PKG_VERSION"))), "{notes}");
    }
}

/// The starter, worked out by hand from its text.
#[test]
fn the_starter_says_what_its_text_says() {
    let text = include_str!("../../scenarios/starter.toml");
    let project = export(text);
    assert_eq!(project["name"], json!({ "value": "My first deal" }));
    assert_eq!(project["dates"]["start_date_of_service_provision"]["value"], "2026-01-01");
    assert_eq!(project["dates"]["notes"].as_str().map(|notes| notes.contains("2026-01-01 to 2029-12-31")), Some(true));
    let people = &project["service_and_beneficiaries"]["targeted_number_service_users_or_beneficiaries_total"];
    assert_eq!(people["value"], 600);
    assert_eq!(project["service_and_beneficiaries"]["unit_type_targeted_service_users_or_beneficiaries"]["value"], "Individual");
    assert_eq!(project["service_provisions"][0]["notes"], "Service provider: Our provider.");
    let cap = &project["outcome_payment_commitments"][0];
    assert!(cap["notes"].as_str().is_some_and(|notes| notes.starts_with("Outcome payer: City.")), "{cap}");
    let most = json!({ "currency": { "value": "USD" }, "amount": { "value": 2_600_000 } });
    assert_eq!(
        (&cap["maximum_potential_outcome_payment"], &project["overall_project_finance"]["maximum_potential_outcome_payment_v2"]),
        (&most, &most)
    );
    let source = project["sources"][0]["notes"].as_str().expect("notes");
    assert!(source.ends_with("SHA-256 abc"), "{source}");
}

/// Villages are no individuals; and no payor pays more than the deal's cap lets all of them pay.
#[test]
fn units_are_named_and_the_deals_cap_binds_every_payor() {
    let served =
        export(&SMALL.replace("provider = \"P\"\n", "provider = \"P\"\nunit = \"villages\"\n"))["service_and_beneficiaries"].clone();
    assert_eq!(served["unit_type_targeted_service_users_or_beneficiaries"]["value"], "Other");
    assert_eq!(served["unit_description_of_service_user_or_beneficiaries"]["value"], "villages");
    let tight = export(&SMALL.replace("cap = 500_000", "cap = 350_000"));
    let most: Vec<&Json> = tight["outcome_payment_commitments"]
        .as_array()
        .expect("payors")
        .iter()
        .map(|payor| &payor["maximum_potential_outcome_payment"]["amount"]["value"])
        .collect();
    assert_eq!(most, [350_000, 300_000]);
}

#[test]
fn terms_stand_where_their_meaning_is() {
    let project = export(SMALL);
    assert_eq!(project["dates"]["start_date_of_service_provision"]["value"], "2031-04-01");
    let finance = &project["overall_project_finance"];
    assert_eq!(finance["maximum_potential_outcome_payment_v2"]["amount"]["value"], 500_000);
    assert_eq!(finance["total_investment_commitment"]["amount"]["exact"]["value"], 30_000);
    assert!(
        finance["notes"].as_str().is_some_and(|notes| notes.contains("not counted as investment: gift, up to GBP 7,000.00, a grant")),
        "{finance}"
    );
    let investments = project["investments"].as_array().expect("investments");
    assert_eq!((investments.len(), &investments[0]["investment_type"]["value"]), (1, &json!("Debt")));
    let metrics = project["outcome_metrics"].as_array().expect("metrics");
    let of = |at: usize, key: &str| metrics[at][key]["value"].as_str().unwrap_or("not said");
    assert_eq!(
        [of(0, "outcome_validation_method"), of(1, "outcome_validation_method")],
        ["Simple ex-post verification", "Randomised Control Trial"]
    );
    assert_eq!([of(0, "data_source_for_outcome_validation"), of(1, "data_source_for_outcome_validation")], ["tax office", "not said"]);
    assert_eq!([of(0, "outcome_metric_target"), of(1, "outcome_metric_target")], ["not said", "gain >= 5%"]);
    let prices = project["outcome_pricings"].as_array().expect("prices");
    assert_eq!(prices[0]["price_per_unit"]["amount"]["value"], 1_250.5);
    let rise = &prices[0]["contracted_increases_to_outcome_pricing"]["value"];
    assert_eq!(rise, "prices rise by 2% a year, at each full year after 2030-04-01");
    assert!(prices[1].get("price_per_unit").is_none(), "an additional outcome is no person for whom it is achieved");
    assert_eq!(prices[1]["maximum_price_if_all_targets_achieved"]["amount"]["value"], "250000");
    assert!(
        project["outcome_payment_commitments"][1]["notes"]
            .as_str()
            .is_some_and(|notes| notes.contains("At most GBP 90,000.00 in a fiscal year"))
    );
    // Cohorts of years 1 and 2 are reported a year later; the pooled gain with the last of them.
    let planned: Vec<[&str; 3]> = project["outcome_payments"]
        .as_array()
        .expect("payments")
        .iter()
        .map(|due| [&due["outcome_metric_id"]["value"], &due["period"]["start_date"]["value"], &due["period"]["end_date"]["value"]])
        .map(|values| values.map(|value| value.as_str().expect("text")))
        .collect();
    assert_eq!(
        planned,
        [
            ["outcomemetric1", "2032-04-01", "2033-03-31"],
            ["outcomemetric1", "2033-04-01", "2034-03-31"],
            ["outcomemetric2", "2033-04-01", "2034-03-31"]
        ]
    );
}

#[cfg(feature = "cli")]
#[test]
fn the_command_prints_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pfsim = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pfsim"));
        command.args(arguments).current_dir(root).output().expect("pfsim runs")
    };
    let output = pfsim(&["indigo", "scenarios/starter.toml", "--set", "deal.name=\"Other\""]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let project: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(project["name"]["value"], "Other");
    assert_eq!(pfsim(&["indigo", "nowhere.toml"]).status.code(), Some(1));
    assert_eq!(pfsim(&["indigo", "Cargo.toml"]).status.code(), Some(3));
}
