//! Sites: their cohorts, their luck, their effects, and what is paid for them.

use pfsim::deal::{Deal, OutcomeId, PaymentId};
use pfsim::engine::{Block, Plan, settle};

use crate::support::Z;

const LANES: usize = 20_000;

fn deal(more: &str) -> Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"sites\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"quarter\"\nperiods = 12\n\
         [program]\nprovider = \"p\"\n[[program.site]]\nname = \"North\"\ncohorts = {{ count = 3, size = 80, every = 2, ramp = [0.5, 0.75] }}\n\
         [[program.site]]\nname = \"South\"\ncohorts = {{ count = 2, size = 100, first = 1 }}\n{more}"
    );
    crate::support::deal(&text)
}

fn simulate(deal: &Deal) -> Block {
    let plan = Plan::new(deal, 17);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    block
}

fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64)
}

fn correlation(one: &[f64], two: &[f64]) -> f64 {
    let ((a, va), (b, vb)) = (moments(one), moments(two));
    one.iter().zip(two).map(|(x, y)| (x - a) * (y - b)).sum::<f64>() / one.len() as f64 / (va * vb).sqrt()
}

#[test]
fn cohorts_of_all_sites_stand_in_the_order_of_enrolment() {
    let deal = deal("[[outcome]]\nname = \"job\"\nrate = 0.5\n");
    let cohorts: Vec<(u32, u32, usize)> = deal.program.cohorts.iter().map(|cohort| (cohort.period, cohort.size, cohort.site)).collect();
    // North ramps up: 40, 60, 80 in periods 0, 2, 4. South: 100 in periods 1 and 2.
    assert_eq!(cohorts, [(0, 40, 0), (1, 100, 1), (2, 60, 0), (2, 100, 1), (4, 80, 0)]);
}

/// People of one site share its luck in all its cohorts, people of different sites do not: the rates themselves are seen.
#[test]
fn a_site_has_one_luck() {
    let block = simulate(&deal("[[outcome]]\nname = \"job\"\nrate = 0.3\nsite_correlation = 0.05\n"));
    let rates = &block.world.outcomes[OutcomeId(0)].with;
    assert_eq!(rates.row(0), rates.row(2), "two cohorts of North");
    assert_eq!(rates.row(1), rates.row(3), "two cohorts of South");
    let (mean, variance) = moments(rates.row(0));
    let law = 0.05 * 0.3 * 0.7;
    assert!((mean - 0.3).abs() <= Z * (law / LANES as f64).sqrt(), "{mean}");
    // The kurtosis of this beta law is below 3.2.
    assert!((variance / law - 1.0).abs() <= Z * (2.2 / LANES as f64).sqrt(), "{variance}");
    assert!(correlation(rates.row(0), rates.row(1)).abs() <= Z / (LANES as f64).sqrt());
}

#[test]
fn the_effect_differs_between_sites() {
    let block = simulate(&deal(
        "[[outcome]]\nname = \"job\"\nwithout = 0.4\neffect = { normal = { mean = 0.1, sd = 0.03 } }\nsite_effect_sd = 0.04\n",
    ));
    let outcome = &block.world.outcomes[OutcomeId(0)];
    let effect =
        |row: usize| outcome.with.row(row).iter().zip(outcome.without.row(row)).map(|(with, without)| with - without).collect::<Vec<f64>>();
    let (north, south) = (effect(0), effect(1));
    assert_eq!(north, effect(4));
    let (_, variance) = moments(&north);
    let law = 0.03_f64 * 0.03 + 0.04 * 0.04;
    assert!((variance / law - 1.0).abs() <= Z * (2.0 / LANES as f64).sqrt(), "{variance}");
    // What all sites have in common is the program's effect.
    let shared = 0.03 * 0.03 / law;
    assert!((correlation(&north, &south) - shared).abs() <= Z / (LANES as f64).sqrt());
}

#[test]
fn a_payor_pays_for_its_own_city() {
    let deal = deal(
        "[[outcome]]\nname = \"job\"\nrate = 0.5\n[[measure]]\nname = \"by site\"\nof = \"job\"\npool = \"site\"\n\
         [[measure]]\nname = \"southern\"\nof = \"job\"\npool = \"all\"\nsites = [\"South\"]\n[[payor]]\nname = \"N\"\n[[payor]]\nname = \"S\"\n\
         [[payment]]\nname = \"north\"\npayor = \"N\"\non = \"by site\"\nsites = [\"North\"]\nprice = { per_unit = 1 }\n\
         [[payment]]\nname = \"south\"\npayor = \"S\"\non = \"southern\"\nprice = { per_unit = 1 }\n",
    );
    let block = simulate(&deal);
    let jobs = &block.world.outcomes[OutcomeId(0)].count;
    for lane in 0..100 {
        let [north, south] =
            [[0, 2, 4].as_slice(), &[1, 3]].map(|rows| rows.iter().map(|&row| i64::from(jobs.row(row)[lane])).sum::<i64>());
        assert_eq!(
            [block.owed.payment_paid.row(PaymentId(0))[lane], block.owed.payment_paid.row(PaymentId(1))[lane]],
            [north * 100, south * 100]
        );
    }
    let results = "[[result]]\nmeasure = \"by site\"\nsite = \"North\"\nunits = 70\n[[result]]\nmeasure = \"southern\"\nunits = 90\n";
    let results = pfsim::results::parse("results.toml", results, &deal).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(settle(&deal, &results).block.owed.payor_paid.lane(0).collect::<Vec<_>>(), [7_000, 9_000]);
}

/// Two cohorts of 30 and 25 people, classes of 20, half of whom complete; prices rise by 10% a year.
#[test]
fn costs_by_groups_and_by_outcomes() {
    let text = "schema = 1\n[deal]\nname = \"costs\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n[program]\n\
                provider = \"p\"\ncohorts = { sizes = [30, 25], periods = [0, 1] }\ninflation_per_year = 0.1\n[[program.cost]]\n\
                name = \"class\"\nper_group = 100\npeople = 20\n[[program.cost]]\nname = \"certificate\"\nper_outcome = 10\nof = \"completes\"\n\
                [[outcome]]\nname = \"completes\"\nrate = 0.5\nafter = 1\n[[outcome]]\nname = \"a\"\nrate = 0.5\n";
    let deal = crate::support::deal(text);
    let block = simulate(&deal);
    let completed = &block.world.outcomes[OutcomeId(0)].count;
    for lane in 0..200 {
        let [first, second] = [0, 1].map(|cohort| f64::from(completed.row(cohort)[lane]));
        // Two classes of 20 for 30 and for 25 people.
        let expected = [200.0, 1.1 * (200.0 + 10.0 * first), 1.21 * 10.0 * second, 0.0].map(|due: f64| (due * 100.0).round() as i64);
        assert_eq!(block.costs.due.lane(lane).collect::<Vec<_>>(), expected);
    }
}
