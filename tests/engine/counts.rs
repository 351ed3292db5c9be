//! Counts: their totals against closed forms of the laws between persons, in the program and in the comparison group, all at once and one
//! by one.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::deal::{GroupId, MeasureId, OutcomeId, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::sampling::counts::Counts;
use pfsim::sampling::poisson;
use pfsim::sampling::stream::Key;
use pfsim::scenario;
use statrs::distribution::{Binomial, Discrete, NegativeBinomial, Poisson};

use crate::fit::{FALSE_ALARM, chi_square};
use crate::support::Z;

/// Whole numbers against their law, from zero on; the last cell is everything above.
fn fits(what: &str, draws: &[f64], pmf: impl Fn(u64) -> f64) {
    let most = draws.iter().copied().fold(0.0, f64::max) as u64;
    let mut seen = vec![0.0; most as usize + 2];
    draws.iter().for_each(|draw| seen[*draw as usize] += 1.0);
    assert!(draws.iter().all(|draw| *draw == draw.floor() && *draw >= 0.0), "{what}: whole numbers");
    let mut chances: Vec<f64> = (0..=most).map(&pmf).collect();
    chances.push((1.0 - chances.iter().sum::<f64>()).max(0.0));
    let value = chi_square(&seen, &chances);
    assert!(value > FALSE_ALARM, "{what}: p-value {value:e}");
}

/// Mean and variance of draws; the standard error of the variance from the draws' own fourth moment.
fn moments(what: &str, draws: &[f64], mean: f64, variance: f64) {
    let n = draws.len() as f64;
    let power = |p: i32| draws.iter().map(|draw| (draw - mean).powi(p)).sum::<f64>() / n;
    let off = power(1).abs() / (variance / n).sqrt();
    assert!(off <= Z, "{what}: the mean is {off} standard errors off");
    let error = ((power(4) - variance * variance) / n).sqrt();
    assert!((power(2) - variance).abs() <= Z * error + 1e-12, "{what}: variance {} for {variance}", power(2));
}

#[test]
fn poisson_draws_follow_their_law() {
    for mean in [0.03, 0.5, 3.0, 9.999, 10.0, 10.5, 47.3, 1_000.0, 1e6] {
        let key = Key::new(31, "poisson", 0);
        let draws: Vec<f64> = (0..200_000).map(|trial| poisson::draw(&mut key.stream(trial), mean)).collect();
        moments(&format!("Poisson {mean}"), &draws, mean, mean);
        if mean < 2_000.0 {
            let law = Poisson::new(mean).expect("a law");
            fits(&format!("Poisson {mean}"), &draws, |k| law.pmf(k));
        }
    }
    let key = Key::new(32, "poisson", 0);
    let far: Vec<f64> = (0..100_000).map(|trial| poisson::draw(&mut key.stream(trial), 1e12)).collect();
    moments("Poisson 1e12", &far, 1e12, 1e12);
}

/// Totals of every sort, few people and many: the sum of n negative binomials with r has n·r.
#[test]
fn totals_follow_their_law() {
    for (people, mean, sd) in
        [(1.0, 0.05, 0.5), (10.0, 0.05, 0.6), (7.0, 2.0, 3.0), (200.0, 1.55, 2.2), (40.0, 75.0, 100.0), (3.0, 5.0, 2.24)]
    {
        let key = Key::new(33, "overdispersed", 0);
        let draws: Vec<f64> = (0..200_000).map(|trial| Counts::new(Some(sd)).total(&mut key.stream(trial), people, mean)).collect();
        let (what, shape) = (format!("{people} people, {mean} and {sd}"), mean * mean / (sd * sd - mean));
        moments(&what, &draws, people * mean, people * sd * sd);
        // Failures before the r-th success of chance r/(r + m).
        let law = NegativeBinomial::new(people * shape, shape / (shape + mean)).expect("a law");
        fits(&what, &draws, |k| law.pmf(k));
    }
    for (people, mean, trials) in [(1.0, 0.05, 1), (10.0, 0.3, 2), (25.0, 3.0, 5), (300.0, 0.9, 1)] {
        let chance = mean / trials as f64;
        let sd = (mean * (1.0 - chance)).sqrt();
        let key = Key::new(34, "underdispersed", 0);
        let draws: Vec<f64> = (0..200_000).map(|trial| Counts::new(Some(sd)).total(&mut key.stream(trial), people, mean)).collect();
        let law = Binomial::new(chance, people as u64 * trials).expect("a law");
        fits(&format!("{people} people with {trials} trials"), &draws, |k| law.pmf(k));
    }
}

/// Any variance that whole numbers can have: also between those of two binomials, the least of all, and next to a Poisson law's.
#[test]
fn less_than_poisson_has_the_mean_and_variance_asked_for() {
    for (mean, variance) in
        [(1.225, 0.3025), (0.5, 0.25), (2.5, 0.25), (2.3, 0.21), (3.0, 0.0), (0.7, 0.5), (9.4, 9.39), (4.0, 3.0), (1e6, 5e5)]
    {
        for people in [1.0, 13.0, 20_000.0] {
            let key = Key::new(35, "less", 0);
            let law = Counts::new(Some(f64::sqrt(variance)));
            let draws: Vec<f64> = (0..50_000).map(|trial| law.total(&mut key.stream(trial), people, mean)).collect();
            if variance == 0.0 {
                assert!(draws.iter().all(|draw| *draw == people * mean));
                continue;
            }
            moments(&format!("{people} people, {mean} and {variance}"), &draws, people * mean, people * variance);
        }
    }
}

const HEAD: &str = "schema = 1\n[deal]\nname = \"counts\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 4\n\
    [program]\nprovider = \"P\"\ncohorts = { count = 1, size = 10 }\n";

fn simulated(more: &str, lanes: usize) -> Block {
    let deal = crate::support::deal(&format!("{HEAD}{more}"));
    let plan = Plan::new(&deal, 7);
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    block
}

/// Ten people with a chance event each: the total is Poisson with a mean of a half, whichever way it is drawn. Rounded normals had 0.58.
#[test]
fn few_events_among_few_people() {
    for one_by_one in [false, true] {
        let text = format!("[simulation]\none_by_one = {one_by_one}\n[[outcome]]\nname = \"arrests\"\nkind = \"count\"\nrate = 0.05\n");
        let block = simulated(&text, 200_000);
        let totals = block.world.outcomes[OutcomeId(0)].total.row(0);
        moments("ten people", totals, 0.5, 0.5);
        let law = Poisson::new(0.5).expect("a law");
        fits("ten people", totals, |k| law.pmf(k));
    }
}

/// An effect that reaches some: two sums, added. Both negative binomial here; the total's variance is n₁v + n₂v.
#[test]
fn two_arms_are_two_sums() {
    for one_by_one in [false, true] {
        let text = format!(
            "[simulation]\none_by_one = {one_by_one}\n[[outcome]]\nname = \"step\"\nrate = 0.3\n\
             [[outcome]]\nname = \"days\"\nkind = \"count\"\nwithout = 0.4\neffect = 0.5\nsd = 1.2\neffect_through = \"step\"\n"
        );
        let block = simulated(&text, 100_000);
        let (steps, days) = (block.world.outcomes[OutcomeId(0)].count.row(0), block.world.outcomes[OutcomeId(1)].total.row(0));
        for reached in 1..=5 {
            let draws: Vec<f64> = (0..100_000).filter(|&lane| steps[lane] == reached).map(|lane| days[lane]).collect();
            let mean = 0.9 * f64::from(reached) + 0.4 * (10.0 - f64::from(reached));
            moments(&format!("{reached} reached"), &draws, mean, 10.0 * 1.44);
        }
    }
}

/// No effect is found where there is none: participants and comparison people have one law, also for a rare count among few people, with a
/// parent outcome, and where earlier people are the comparison.
#[test]
fn no_false_effect_between_arms() {
    let parent = "[[outcome]]\nname = \"parent\"\nwithout = 0.5\neffect = 0.0\n";
    for (given, law) in [("", ""), ("", "sd = 0.6\n"), ("given = \"parent\"\n", ""), ("given = \"parent\"\n", "sd = 0.5\n")] {
        for method in ["randomized = { comparison = 10 }", "historical = { estimated_from = 10 }"] {
            let text = format!(
                "{parent}[[outcome]]\nname = \"arrests\"\nkind = \"count\"\nwithout = 0.05\neffect = 0.0\n{given}{law}\
                 [[measure]]\nname = \"found\"\nof = \"arrests\"\nmethod = {{ {method} }}\n"
            );
            let block = simulated(&text, 200_000);
            let found = &block.findings.measures[MeasureId(0)];
            let column = |statistic| {
                let mut out = vec![0.0; 200_000];
                found.statistic(statistic, GroupId(0), &mut out);
                out
            };
            let (rate, comparison) = (column(Statistic::Rate), column(Statistic::ComparisonRate));
            let tenfold: Vec<f64> = comparison.iter().map(|rate| (10.0 * rate).round()).collect();
            let share = if given.is_empty() { 1.0 } else { 0.5 };
            let mean = 10.0 * 0.05 * share;
            let n = 200_000.0;
            let variance = |column: &[f64]| column.iter().map(|x| (10.0 * x - mean).powi(2)).sum::<f64>() / n;
            let (own, other) = (variance(&rate), variance(&comparison));
            let sum: f64 = rate.iter().zip(&comparison).map(|(a, b)| 10.0 * (a - b)).sum();
            assert!((sum / n).abs() <= Z * ((own + other) / n).sqrt(), "{given}{law}{method}: an effect of {}", sum / n / 10.0);
            if law.is_empty() && (given.is_empty() || method.starts_with("randomized")) {
                // Without a parent Poisson; with one, a Poisson sum over a binomial number of people.
                let own_variance = 10.0 * (share * 0.05 + share * (1.0 - share) * 0.0025);
                moments(method, &tenfold, mean, own_variance);
            }
        }
    }
}

/// What whole numbers cannot be is refused, with its place.
#[test]
fn a_spread_below_what_whole_numbers_have_is_refused() {
    let text = format!("{HEAD}[[outcome]]\nname = \"days\"\nkind = \"count\"\nrate = 0.5\nsd = 0.4\n");
    let problems = scenario::parse("counts.toml", &text).expect_err("refused").to_string();
    assert!(problems.contains("at least 0.5\n") && problems.contains("counts.toml:15"), "{problems}");
}
