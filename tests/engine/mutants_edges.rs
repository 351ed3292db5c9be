//! The evaluation at its edges, one person, nobody, certainty, which no other test looked at (`docs/mutants.md`).

use pfsim::deal::{GroupId, MeasureId, OutcomeId, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::evaluation::Estimate;

const LANES: usize = 200;

/// One cohort of `size` people, or nobody, and what is measured of them.
fn simulate(program: &str, job: &str, measure: &str) -> Block {
    let text = format!(
        "schema = 1\n[deal]\nname = \"edges\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
         [program]\nprovider = \"p\"\n{program}\n[[outcome]]\nname = \"job\"\n{job}\nafter = 1\n\
         [[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = 20_000\neffect = 1_500\nsd = 9_000\n[[payor]]\nname = \"P\"\n\
         [[measure]]\nname = \"m\"\n{measure}\n"
    );
    let deal = crate::support::deal(&text);
    let plan = Plan::new(&deal, 5);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    block
}

fn all(found: &Estimate, statistic: Statistic) -> Vec<f64> {
    let mut values = vec![0.0; LANES];
    found.statistic(statistic, GroupId(0), &mut values);
    values
}

/// Everybody has it and nobody without the program: no error, so that no p-value can be told.
#[test]
fn certainty_has_no_p_value() {
    let method = "of = \"job\"\nmethod = { randomized = { comparison = 50 } }";
    let block = simulate("cohorts = { count = 1, every = 1, size = 50 }", "without = 0\neffect = 1", method);
    let found = &block.findings.measures[MeasureId(0)];
    assert!(all(found, Statistic::Difference).iter().all(|gain| *gain == 1.0));
    assert!(all(found, Statistic::StandardError).iter().all(|error| *error == 0.0));
    assert!(all(found, Statistic::PValue).iter().all(|value| value.is_nan()));
}

/// The share of one person is 0 or 1 and certain; the error is that of those whom it is compared with.
#[test]
fn one_person_has_an_error() {
    let method = "of = \"job\"\nmethod = { randomized = { comparison = 100 } }";
    let block = simulate("cohorts = { count = 1, every = 1, size = 1 }", "without = 0.4\neffect = 0.1", method);
    let found = &block.findings.measures[MeasureId(0)];
    let [errors, others] = [Statistic::StandardError, Statistic::ComparisonRate].map(|statistic| all(found, statistic));
    for (error, other) in errors.iter().zip(&others) {
        assert!((error - (other * (1.0 - other) / 100.0).sqrt()).abs() < 1e-12, "{error} {other}");
    }
    assert!(errors.iter().all(|error| *error > 0.02));
}

/// A smallest sample of one is a smallest sample: where nobody enrols nothing is reported.
#[test]
fn a_smallest_sample_of_one_counts() {
    let program = "cohorts = { count = 1, every = 1, size = 1 }\nenrolment_ratio = { discrete = [{ value = 0.0, weight = 1 }, { value = 1.0, weight = 1 }] }";
    let job = "without = 0.4\neffect = 0.1";
    let [none, one] = ["of = \"job\"", "of = \"job\"\nminimum_sample = 1"].map(|measure| simulate(program, job, measure));
    let [none, one] = [&none, &one].map(|block| &block.findings.measures[MeasureId(0)]);
    assert!(none.people(GroupId(0)).is_some() && one.people(GroupId(0)).is_none());
    let enrolled = all(none, Statistic::Enrolled);
    for (lane, units) in all(one, Statistic::Units).into_iter().enumerate() {
        assert_eq!(units.is_nan(), enrolled[lane] == 0.0, "{lane}");
    }
    assert!(enrolled.contains(&0.0) && enrolled.contains(&1.0));
}

/// The mean of one group of amounts is their total over the people.
#[test]
fn one_group_has_a_mean() {
    let block = simulate("cohorts = { count = 1, every = 1, size = 400 }", "without = 0.4\neffect = 0.1", "of = \"pay\"");
    let totals = block.world.outcomes[OutcomeId(1)].total.row(0);
    for (mean, total) in all(&block.findings.measures[MeasureId(0)], Statistic::Rate).iter().zip(totals) {
        assert!((mean - total / 400.0).abs() < 1e-6 && (15_000.0..28_000.0).contains(mean), "{mean}");
    }
}
