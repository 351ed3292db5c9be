//! Are forecasts as sure as they should be? Deals are drawn from the plan, what they would have reported until some day is told, and what
//! truly came is ranked among the futures (Talts and others, *Validating Bayesian inference algorithms with simulation-based calibration*,
//! 2018): over many deals every rank is as frequent as another.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pfsim::cohort;
use pfsim::deal::{Deal, GroupId, MeasureId, Reported, Results, SoFar, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::sampling::stream::Key;
use pfsim::{Memory, Scenario};
use rayon::prelude::*;

/// Deals of each scenario; futures of each forecast; bins of ranks.
const DEALS: u64 = 125;
const FUTURES: u64 = 399;
const BINS: usize = 10;

/// χ² of nine degrees of freedom beyond which one calibrated quantity in a million lies.
const LIMIT: f64 = 44.81;

fn scenario(name: &str) -> Deal {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/running/sbc").join(name);
    let text = fs::read_to_string(path).expect("a scenario");
    // Fewer effective trials than a forecast aims at: enough for so few futures.
    let text = text.replace("\n[program]", "\n[simulation]\ntrials = 1_000\n\n[program]");
    Scenario::parse(text, Memory::default()).unwrap_or_else(|problems| panic!("{problems}")).deal
}

/// What a block says of its one trial, by name.
fn quantities(deal: &Deal, block: &Block, lane: usize, inputs: &[(String, Vec<f64>)]) -> Vec<(String, f64)> {
    let mut all: Vec<(String, f64)> = inputs.iter().map(|(name, values)| (name.clone(), values[lane])).collect();
    all.push(("paid".into(), deal.payors.ids().map(|payor| block.owed.payor_paid.row(payor)[lane] as f64).sum()));
    for (tranche, own) in deal.capital.tranches.pairs() {
        let gain: i64 = block.cash.flows[tranche].cells().chunks(block.lanes).map(|period| period[lane]).sum();
        all.push((format!("gain of {}", own.name), gain as f64));
    }
    for (outcome, own) in deal.outcomes.pairs() {
        all.push((format!("effect on {}", own.name), block.world.outcomes[outcome].true_effect[lane]));
        let last = block.world.outcomes[outcome].count.rows();
        if last > 0 {
            all.push((
                format!("{} in all", own.name),
                (0..last).map(|row| f64::from(block.world.outcomes[outcome].count.row(row)[lane])).sum(),
            ));
        }
    }
    all
}

fn inputs(deal: &Deal, seed: u64, chosen: &[u64]) -> Vec<(String, Vec<f64>)> {
    let shared = deal.inputs().into_iter().filter(|input| deal.is_shared(input));
    shared.map(|input| (input.name.clone(), cohort::draws_of(deal, seed, &input, chosen))).collect()
}

/// What the trial in `block` would have reported by the end of period `through`.
fn so_far(deal: &Deal, block: &Block, through: u32) -> SoFar {
    let mut results = Results { enrolled: block.world.enrolled.lane(0).collect(), ..Results::default() };
    results.counted = deal.program.cohorts.ids().filter(|&cohort| deal.program.cohorts[cohort].period <= through).collect();
    let reports = deal.reported_in(0);
    for measure in deal.measures.ids() {
        for (group, _) in reports[measure].pairs().filter(|(_, period)| **period <= through) {
            let own = &deal.measures[measure];
            let of = |statistic: Statistic| {
                let mut value = [0.0];
                block.findings.measures[measure].statistic(statistic, group, &mut value);
                Reported { measure, group, statistic, value: value[0] }
            };
            let statistics = if own.compares() { vec![Statistic::Units, Statistic::ComparisonRate] } else { vec![Statistic::Units] };
            results.reported.extend(statistics.into_iter().map(of).filter(|known| known.value.is_finite()));
        }
    }
    SoFar { as_of: deal.timeline.date(through), through, results, learns: true }
}

/// How far what the inputs imply lies from what was reported: a quantity of both, which tells a forecast that learnt nothing.
fn distance(deal: &Deal, known: &SoFar, block: &Block, lane: usize) -> f64 {
    let of = |measure: MeasureId, group: GroupId| known.results.known(deal).value(deal, measure, group, Statistic::Rate);
    let mut sum = 0.0;
    for reported in known.results.reported.iter().filter(|reported| reported.statistic == Statistic::Units) {
        let pfsim::deal::OutcomeRef::Outcome(outcome) = deal.measures[reported.measure].of else { continue };
        let cohorts = &deal.measure_groups(reported.measure)[reported.group];
        let round = reported.group.0 / (deal.measure_groups(reported.measure).len() / deal.rounds(reported.measure));
        let row = |cohort: &pfsim::deal::CohortId| round * deal.program.cohorts.len() + cohort.0;
        let implied =
            cohorts.iter().map(|cohort| block.world.outcomes[outcome].with.row(row(cohort))[lane]).sum::<f64>() / cohorts.len() as f64;
        let scale = if deal.measures[reported.measure].counts_people(deal) { 1.0 } else { implied.abs().max(1.0) };
        sum += (of(reported.measure, reported.group).unwrap_or(f64::NAN) - implied) / scale;
    }
    sum.abs()
}

/// Ranks of one deal: by quantity, the share of the futures below what came, ties broken by luck. Nothing of a deal whose reports the plan
/// hardly ever makes: a forecast of it is refused.
fn ranks(deal: &Deal, number: u64, learns: bool) -> Option<Vec<(String, f64, f64)>> {
    // The deal is a trial under a seed of its own; its forecast knows nothing of that seed.
    let truth_seed = 1_000 + number;
    let plan = Plan::new(deal, truth_seed);
    let mut block = Block::new(&plan, 1);
    block.run(&plan, 0);
    let mut luck = Key::new(77, "calibration", 0).stream(number);
    let first = deal.reported_in(0).iter().flat_map(|groups| groups.iter().copied()).min().expect("a measure");
    let days = deal.timeline.periods - 2 - first;
    let through = first + (luck.uniform() * f64::from(days)) as u32;
    let known = so_far(deal, &block, through);
    let mut truth = quantities(deal, &block, 0, &inputs(deal, truth_seed, &[0]));
    truth.push(("distance".into(), distance(deal, &known, &block, 0)));
    let known = SoFar { learns, ..known };
    let running = Deal { so_far: Some(Arc::new(known.clone())), ..deal.clone() };
    let seed = 500_000 + number;
    let plan = Plan::new(&running, seed);
    let learnt = plan.learnt().expect("something was reported");
    if learns {
        let evidence = learnt.evidence().expect("reports");
        if evidence.effective < pfsim::learning::least_effective(deal.trials) {
            return None;
        }
    }
    let chosen: Vec<u64> = (0..FUTURES).map(|trial| learnt.chosen(trial)).collect();
    let drawn = inputs(&running, seed, &chosen);
    let mut block = Block::new(&plan, FUTURES as usize);
    block.run(&plan, 0);
    let futures: Vec<Vec<f64>> = (0..FUTURES as usize)
        .map(|lane| {
            let mut all: Vec<f64> = quantities(&running, &block, lane, &drawn).into_iter().map(|(_, value)| value).collect();
            all.push(distance(deal, &known, &block, lane));
            all
        })
        .collect();
    let rank = |(at, (name, value)): (usize, (String, f64))| {
        let share = |holds: &dyn Fn(f64) -> bool| futures.iter().filter(|future| holds(future[at])).count() as f64 / FUTURES as f64;
        let near = 1e-9 * value.abs().max(1.0);
        let (below, same) = (share(&|other| other < value - near), share(&|other| (other - value).abs() <= near));
        let mean = futures.iter().map(|future| future[at]).sum::<f64>() / FUTURES as f64;
        // The same futures drawn together to half their distance from the middle: too sure.
        let narrow = share(&|other| mean + 0.5 * (other - mean) < value - near);
        let tie = luck.uniform();
        (name, below + tie * same, if same > 0.01 { f64::NAN } else { narrow })
    };
    Some(truth.into_iter().enumerate().map(rank).collect())
}

fn chi_squared(ranks: &[f64]) -> f64 {
    let mut bins = [0.0; BINS];
    ranks.iter().for_each(|rank| bins[((rank * BINS as f64) as usize).min(BINS - 1)] += 1.0);
    let expected = ranks.len() as f64 / BINS as f64;
    bins.iter().map(|bin| (bin - expected) * (bin - expected) / expected).sum()
}

/// χ² of each quantity of a scenario: of its ranks, and of those among futures that are too sure.
fn calibrated(name: &str, learns: bool) -> Vec<(String, f64, f64)> {
    let deal = scenario(name);
    let all: Vec<Vec<(String, f64, f64)>> = (0..DEALS).into_par_iter().filter_map(|number| ranks(&deal, number, learns)).collect();
    assert!(all.len() as u64 + 2 >= DEALS, "{name}: {} of {DEALS} deals could be forecast", all.len());
    (0..all[0].len())
        .map(|at| {
            let of = |which: &dyn Fn(&(String, f64, f64)) -> f64| {
                all.iter().map(|ranks| which(&ranks[at])).filter(|rank| rank.is_finite()).collect::<Vec<_>>()
            };
            (all[0][at].0.clone(), chi_squared(&of(&|rank| rank.1)), chi_squared(&of(&|rank| rank.2)))
        })
        .collect()
}

fn check(name: &str) {
    let found = calibrated(name, true);
    let wrong: Vec<_> = found.iter().filter(|(_, ranks, _)| !(*ranks < LIMIT)).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:?} of {found:?}");
    assert!(found.iter().any(|(_, _, narrow)| *narrow > LIMIT), "{name}: futures that are too sure were not found out: {found:?}");
}

#[test]
fn forecasts_of_sites_are_calibrated() {
    check("sites.toml");
}

#[test]
fn forecasts_of_a_chain_are_calibrated() {
    check("chain.toml");
}

#[test]
fn forecasts_in_an_economy_are_calibrated() {
    check("economy.toml");
}

#[test]
fn forecasts_of_amounts_are_calibrated() {
    check("amounts.toml");
}

#[test]
fn a_forecast_that_learns_nothing_is_found_out() {
    let found = calibrated("chain.toml", false);
    let (_, distance, _) = found.iter().find(|(name, ..)| name == "distance").expect("the quantity");
    assert!(*distance > LIMIT, "{found:?}");
}
