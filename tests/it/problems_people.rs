//! Every way to get people and programs wrong: sites, spreads, what is looked at in amounts, knowledge, costs. Snapshots as in `problems`.

use pfsim::scenario;

use crate::problems::snapshots;

const PEOPLE: &str = include_str!("problems/people.toml");

#[test]
fn people() {
    crate::support::deal(PEOPLE);
    let mistakes = [
        ("a comparison of a step's amounts", "of = \"well paid\"\nsites", "of = \"well paid\"\nmethod = \"exact\"\nsites"),
        (
            "what a step's amounts are worth to a payor",
            "[[payor]]\nname = \"City\"\n",
            "[[payor]]\nname = \"City\"\nvalue_per_outcome = { \"well paid\" = 5_000 }\n",
        ),
        ("an unknown site", "sites = [\"North\"]", "sites = [\"Nort\"]"),
        ("two sites of one name", "name = \"South\"", "name = \"North\""),
        ("cohorts of the program beside sites", "inflation_per_year = 0.02", "cohorts = { count = 1, size = 10 }"),
        ("a ramp over one", "ramp = [0.5, 1.0]", "ramp = [0.5, 1.5]"),
        ("a cost per outcome without one", "of = \"completes\"\n", ""),
        ("groups of nobody", "people = 25", "people = 0"),
        ("two costs in one", "per_group = 40_000", "once = 5\nper_group = 40_000"),
        ("a correlation of one", "site_correlation = 0.02", "site_correlation = 1"),
        ("an error below zero", "se = 1_500", "se = -1"),
        ("a share over one", "no_effect = 0.2", "no_effect = 20"),
        ("two shapes", "gamma = 1.88", "gamma = 1.88, weibull = 2"),
        ("nobody has anything", "zeros = 0.19", "zeros = 1"),
        ("a shape of zero", "gamma = 1.88", "gamma = 0"),
        ("people who last for ever", "correlation_per_year = 0.64", "correlation_per_year = 1"),
        ("an effect that goes faster than it can", "effect_per_year = -0.1", "effect_per_year = -1.1"),
        ("factors for other rounds", "effect_per_year = -0.1", "effect = [1, 0.9]"),
        ("a line below zero", "amount = 30_000", "amount = -1"),
        ("a line over nothing", "above = { of = \"earnings\"", "above = { of = \"completes\""),
        ("a line and a median", "amount = 30_000 }", "amount = 30_000 }\nmedian_of = \"earnings\""),
        ("a look with an effect of its own", "amount = 30_000 }", "amount = 30_000 }\neffect = 0.1"),
    ];
    snapshots("people", PEOPLE, |text| scenario::parse("deal.toml", text), &mistakes);
}
