//! Does every sampler that no other test covers follow its law, over a grid of parameters with its edges?
//!
//! Laws are `statrs`' or written out here. Every comparison has a false alarm of one in a million (Kolmogorov and Smirnov by Massart's
//! bound, which holds for any size; Pearson's chi-square with cells that expect five or more; |z| ≤ 4.8916), from fixed seeds.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::deal::OutcomeId;
use std::collections::BTreeMap;

use pfsim::engine::{Block, Plan};
use pfsim::sampling::stream::Key;
use pfsim::sampling::{Copula, Distribution, Law, Shape, Spread, beta, hypergeometric};
use pfsim::stats::dependence::rank_correlation;
use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, Discrete, Gamma, Hypergeometric, LogNormal, Normal, Weibull};
use statrs::function::beta::ln_beta;
use statrs::function::factorial::ln_binomial;
use statrs::function::gamma::ln_gamma;

use crate::support::Z;

/// A law, and what should lie below a number.
type Judged = (Distribution, Box<dyn Fn(f64) -> f64>);

pub const FALSE_ALARM: f64 = 1e-6;

fn follows(what: &str, mut draws: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    let excess = kolmogorov_smirnov(&mut draws, cdf);
    assert!(excess < 1.0, "{what}: the largest distance is {excess} of its bound");
}

/// The share of a gamma law with scale 1 up to `x`: near nothing by the first term of its series, which `statrs` takes as 0.
fn gamma_below(shape: f64, x: f64) -> f64 {
    match x < 1e-9 {
        true => (shape * x.ln() - ln_gamma(shape + 1.0)).exp(),
        false => Gamma::new(shape, 1.0).expect("valid").cdf(x),
    }
}

/// The largest distance of the draws from their law, over the bound that it passes once in a million times.
fn kolmogorov_smirnov(draws: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let distance = |(rank, x): (usize, &f64)| (cdf(*x) - rank as f64 / n).max((rank + 1) as f64 / n - cdf(*x));
    draws.iter().enumerate().map(distance).fold(0.0, f64::max) / ((2.0 / FALSE_ALARM).ln() / (2.0 * n)).sqrt()
}

/// Upper tail of chi-square: what was seen and the chance of each value, cells merged in their order until they expect five.
pub fn chi_square(seen: &[f64], chances: &[f64]) -> f64 {
    let all: f64 = seen.iter().sum();
    assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-8, "chances add up to one");
    let (mut cells, mut open): (Vec<[f64; 2]>, [f64; 2]) = (Vec::new(), [0.0; 2]);
    for (seen, chance) in seen.iter().zip(chances) {
        open = [open[0] + seen, open[1] + all * chance];
        if open[1] >= 5.0 {
            cells.push(core::mem::take(&mut open));
        }
    }
    match cells.last_mut() {
        Some(last) => *last = [last[0] + open[0], last[1] + open[1]],
        None => return 1.0,
    }
    if cells.len() < 2 {
        return 1.0;
    }
    let statistic: f64 = cells.iter().map(|[seen, expected]| (seen - expected) * (seen - expected) / expected).sum();
    ChiSquared::new(cells.len() as f64 - 1.0).expect("cells").sf(statistic)
}

fn counted(values: impl Iterator<Item = u32>, most: u32) -> Vec<f64> {
    let mut seen = vec![0.0; most as usize + 1];
    values.for_each(|value| seen[value as usize] += 1.0);
    seen
}

fn simulated(lanes: usize, cohorts: &str, more: &str) -> Block {
    let text = format!(
        "schema = 1\n[deal]\nname = \"fit\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"quarter\"\nperiods = 8\n\
         [program]\nprovider = \"p\"\ncohorts = {cohorts}\n{more}"
    );
    let deal = crate::support::deal(&text);
    let plan = Plan::new(&deal, 41);
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    block
}

#[test]
fn the_tests_find_what_is_wrong() {
    let normal = Normal::standard();
    let mut draws: Vec<f64> = (1..20_000).map(|i| normal.inverse_cdf(f64::from(i) / 20_000.0)).collect();
    assert!(kolmogorov_smirnov(&mut draws.clone(), |x| normal.cdf(x)) < 0.1);
    assert!(kolmogorov_smirnov(&mut draws, |x| normal.cdf(x + 0.06)) > 1.0);
    assert!(chi_square(&[520.0, 480.0], &[0.5, 0.5]) > 0.1 && chi_square(&[600.0, 400.0], &[0.5, 0.5]) < FALSE_ALARM);
}

#[test]
fn laws_at_their_edges() {
    let everything = (f64::NEG_INFINITY, f64::INFINITY);
    let drawn = |law: Distribution, name: &str| {
        let mut out = vec![0.0; 40_000];
        law.sampler().fill(Key::new(21, name, 0), 0, &mut out);
        out
    };
    for shape in [0.01, 0.3, 1.0, 2.0, 1e4, 1e7] {
        follows(&format!("gamma {shape}"), drawn(Law::gamma(shape, 1.0).expect("valid").into(), "gamma"), |x| gamma_below(shape, x));
    }
    for (alpha, beta) in [(0.1, 0.3), (0.01, 2.0), (1.0, 1e5), (1e5, 3e5), (900.0, 0.7)] {
        let law = Beta::new(alpha, beta).expect("valid");
        follows(&format!("beta {alpha} {beta}"), drawn(Law::beta(alpha, beta).expect("valid").into(), "beta"), |x| law.cdf(x));
    }
    for sigma in [1e-3, 1.0, 4.0] {
        let law = LogNormal::new(0.5, sigma).expect("valid");
        follows(&format!("lognormal {sigma}"), drawn(Law::lognormal(0.5, sigma).expect("valid").into(), "lognormal"), |x| law.cdf(x));
    }
    // Narrow truncations in the middle, on a slope and far out.
    let standard = Normal::standard();
    for (low, high) in [(0.0, 1e-4), (-1.0, -0.999), (4.0, 4.2), (-4.5, -4.0), (3.0, f64::INFINITY)] {
        let law = Distribution::new(Law::normal(0.0, 1.0).expect("valid"), (low, high), everything).expect("valid");
        let tail = |x: f64| if low > 0.0 { -standard.sf(x) } else { standard.cdf(x) };
        let (from, to) = (tail(low), if high < 9.0 { tail(high) } else { 0.0 });
        follows(&format!("normal from {low} to {high}"), drawn(law, "narrow"), |x| (tail(x) - from) / (to - from));
    }
}

/// What the people of a cohort or a site share: shapes from a thousandth to ten thousand.
#[test]
fn shared_luck_is_beta() {
    for mean in [0.01, 0.3, 0.5, 0.95] {
        for correlation in [1e-4, 0.02, 0.3, 0.8] {
            let size = (1.0 - correlation) / correlation;
            // Of smaller shapes much lies nearer to an end than numbers can tell: the next test counts these people.
            if mean * size < 0.02 || (1.0 - mean) * size < 0.2 {
                continue;
            }
            let law = Beta::new(mean * size, (1.0 - mean) * size).expect("valid");
            let key = Key::new(22, "luck", (1000.0 * mean) as u32);
            let draws: Vec<f64> = (0..20_000).map(|trial| beta::draw(key, trial, mean, correlation)).collect();
            follows(&format!("luck {mean} {correlation}"), draws, |x| if x >= 1.0 { 1.0 } else { law.cdf(x) });
        }
    }
}

/// People who share luck are beta-binomial: C(n, k) B(k + α, n − k + β) / B(α, β).
#[test]
fn people_who_share_luck_are_beta_binomial() {
    for (people, rate, correlation) in [
        (1, 0.3, 0.5),
        (2, 0.9, 0.2),
        (63, 0.5, 0.05),
        (64, 0.02, 0.1),
        (65, 0.98, 0.01),
        (1_000, 0.4, 0.003),
        (1_100, 0.6, 0.2),
        (40, 0.95, 0.8),
        (40, 0.01, 0.9),
    ] {
        let outcome = format!("[[outcome]]\nname = \"job\"\nrate = {rate}\nintraclass_correlation = {correlation}\n");
        let block = simulated(30_000, &format!("{{ count = 1, size = {people} }}"), &outcome);
        let size = (1.0 - correlation) / correlation;
        let (alpha, beta) = (rate * size, (1.0 - rate) * size);
        let chance = |k: u32| {
            let (k, n) = (f64::from(k), f64::from(people));
            (ln_binomial(u64::from(people), k as u64) + ln_beta(k + alpha, n - k + beta) - ln_beta(alpha, beta)).exp()
        };
        let chances: Vec<f64> = (0..=people).map(chance).collect();
        let value = chi_square(&counted(block.world.outcomes[OutcomeId(0)].count.row(0).iter().copied(), people), &chances);
        assert!(value > FALSE_ALARM, "{people} people, {rate}, {correlation}: p-value {value:e}");
    }
}

/// Completes, placed, kept: each of three people ends in one of four states, by the multinomial law.
#[test]
fn a_chain_of_outcomes_is_multinomial() {
    let chain = "[[outcome]]\nname = \"completes\"\nrate = 0.8\n[[outcome]]\nname = \"placed\"\ngiven = \"completes\"\nrate = 0.6\n\
                 [[outcome]]\nname = \"kept\"\ngiven = \"placed\"\nrate = 0.7\nafter = 1\n";
    let block = simulated(200_000, "{ count = 1, size = 3 }", chain);
    let [completes, placed, kept] = [0, 1, 2].map(|outcome| block.world.outcomes[OutcomeId(outcome)].count.row(0));
    let mut seen: BTreeMap<[u32; 3], f64> = BTreeMap::new();
    (0..200_000).for_each(|lane| *seen.entry([completes[lane], placed[lane], kept[lane]]).or_default() += 1.0);
    let states = [0.2, 0.8 * 0.4, 0.8 * 0.6 * 0.3, 0.8 * 0.6 * 0.7_f64];
    let factorial = |n: u32| f64::from((1..=n).product::<u32>());
    let (mut counts, mut chances) = (Vec::new(), Vec::new());
    for c in 0..=3 {
        for p in 0..=c {
            for k in 0..=p {
                let ends = [3 - c, c - p, p - k, k];
                counts.push(seen.remove(&[c, p, k]).unwrap_or(0.0));
                chances.push(6.0 * ends.iter().zip(states).map(|(&n, chance)| chance.powi(n as i32) / factorial(n)).product::<f64>());
            }
        }
    }
    assert!(seen.is_empty(), "nobody is kept who was not placed");
    let value = chi_square(&counts, &chances);
    assert!(value > FALSE_ALARM, "p-value {value:e}");
}

/// On both sides of forty people drawn one by one, and where all, none or one are drawn.
#[test]
fn hypergeometric_draws_at_their_edges() {
    for (population, marked, taken) in [
        (1, 1, 1),
        (2, 1, 1),
        (64, 1, 63),
        (80, 40, 40),
        (82, 41, 41),
        (83, 42, 41),
        (200, 40, 160),
        (200, 41, 159),
        (1_000_000, 999_000, 500),
    ] {
        let law = Hypergeometric::new(population.into(), marked.into(), taken.into()).expect("valid");
        let key = Key::new(23, "edges", population);
        let draws = (0..60_000).map(|trial| hypergeometric::draw(&mut key.stream(trial), population, marked, taken));
        let most = marked.min(taken);
        let least = (marked + taken).saturating_sub(population);
        let chances: Vec<f64> = (0..=most).map(|k| if k < least { 0.0 } else { law.ln_pmf(k.into()).exp() }).collect();
        let value = chi_square(&counted(draws, most), &chances);
        assert!(value > FALSE_ALARM, "{marked} of {population}, {taken} taken: p-value {value:e}");
    }
}

#[test]
fn people_follow_the_law_between_people() {
    type Cdf = Box<dyn Fn(f64) -> f64>;
    let gamma = |shape: f64| -> Cdf { Box::new(move |x| gamma_below(shape, shape * x)) };
    let lognormal = |sigma: f64| -> Cdf {
        let law = LogNormal::new(-0.5 * sigma * sigma, sigma).expect("valid");
        Box::new(move |x| law.cdf(x))
    };
    let weibull = |shape: f64| -> Cdf {
        let law = Weibull::new(shape, 1.0 / statrs::function::gamma::gamma(1.0 + 1.0 / shape)).expect("valid");
        Box::new(move |x| law.cdf(x))
    };
    let cases = [
        (Shape::Gamma(0.2), gamma(0.2)),
        (Shape::Gamma(1.0), gamma(1.0)),
        (Shape::Gamma(40.0), gamma(40.0)),
        (Shape::LogNormal(0.1), lognormal(0.1)),
        (Shape::LogNormal(2.0), lognormal(2.0)),
        (Shape::Weibull(0.5), weibull(0.5)),
        (Shape::Weibull(6.0), weibull(6.0)),
    ];
    for (index, (shape, cdf)) in (0..).zip(cases) {
        for zeros in [0.0, 0.01, 0.9] {
            let sampler = Spread::new(zeros, shape.clone()).expect("valid").sampler();
            let mut draws = vec![0.0; 60_000];
            sampler.fill(&mut Key::new(24, "people", index).crowd(7), &mut draws);
            let some: Vec<f64> = draws.iter().filter(|x| **x > 0.0).map(|x| x * (1.0 - zeros)).collect();
            let holders = (some.len() as f64 - 60_000.0 * (1.0 - zeros)).abs();
            assert!(holders <= Z * (60_000.0 * zeros * (1.0 - zeros)).sqrt() + 1e-6, "{shape:?} {zeros}: {} holders", some.len());
            follows(&format!("{shape:?} {zeros}"), some, &cdf);
        }
    }
    // Of observed persons each is as likely as another: 1, 2, 6 of mean 3.
    let sampler = Spread::new(0.25, Shape::Observed(vec![6.0, 1.0, 2.0])).expect("valid").sampler();
    let mut draws = vec![0.0; 60_000];
    sampler.fill(&mut Key::new(24, "observed", 0).crowd(7), &mut draws);
    let seen = [0.0, 1.0, 2.0, 6.0].map(|value: f64| draws.iter().filter(|x| (**x * 0.75 * 3.0 - value).abs() < 1e-9).count() as f64);
    assert_eq!(seen.iter().sum::<f64>(), 60_000.0);
    assert!(chi_square(&seen, &[0.25; 4]) > FALSE_ALARM, "{seen:?}");
    // The total of so many people at once.
    for (shape, holders) in [(0.05, 1), (0.3, 2), (1.0, 63), (1.88, 1_000), (50.0, 100_000)] {
        let sampler = Spread::new(0.0, Shape::Gamma(shape)).expect("valid").sampler();
        let key = Key::new(25, "total", holders);
        let totals = (0..40_000).map(|trial| sampler.total(holders, &mut key.stream(trial))).collect();
        follows(&format!("total of {holders} gamma {shape}"), totals, |x| gamma_below(shape * f64::from(holders), shape * x));
    }
}

/// Numbers that move together keep their own laws, and have the rank correlation that was asked for.
#[test]
fn copulas_keep_laws_and_ranks() {
    let keys = [0, 1].map(|index| Key::new(26, "score", index));
    let laws: [Judged; 3] = [
        (Law::beta(0.5, 3.0).expect("valid").into(), Box::new(|x| Beta::new(0.5, 3.0).expect("valid").cdf(x))),
        (Law::gamma(2.0, 50.0).expect("valid").into(), Box::new(|x| Gamma::new(2.0, 0.02).expect("valid").cdf(x))),
        (Law::lognormal(0.0, 1.5).expect("valid").into(), Box::new(|x| LogNormal::new(0.0, 1.5).expect("valid").cdf(x))),
    ];
    for (law, cdf) in laws {
        let mut draws = vec![0.0; 20_000];
        Copula::new(&law, vec![(keys[0], 0.6), (keys[1], -0.8)]).fill(0, &mut draws);
        follows(&law.to_string(), draws, cdf);
    }
    for rank in [-0.9, -0.3, 0.1, 0.5, 0.95] {
        let more = format!(
            "[[outcome]]\nname = \"a\"\nrate = {{ beta = {{ mean = 0.3, sd = 0.1 }} }}\n[[outcome]]\nname = \"b\"\n\
             rate = {{ uniform = {{ low = 0.2, high = 0.9 }} }}\n[[correlation]]\nbetween = [\"a.rate\", \"b.rate\"]\nrank = {rank}\n"
        );
        let block = simulated(20_000, "{ count = 1, size = 10 }", &more);
        let [a, b] = [0, 1].map(|outcome| block.world.outcomes[OutcomeId(outcome)].with.row(0));
        let found = rank_correlation(a, b);
        // Of normal scores the spread of Spearman's is never above that of independent ones.
        assert!((found - rank).abs() <= Z / 20_000_f64.sqrt(), "{found}, not {rank}");
        follows(&format!("uniform at rank {rank}"), b.to_vec(), |x| ((x - 0.2) / 0.7).clamp(0.0, 1.0));
    }
}

/// Every quarter has the same law around what is expected, and what is new in it knows nothing of the quarters before.
#[test]
fn the_economy_is_autoregressive() {
    for persistence in [0.0, 0.5, 0.95_f64] {
        let more = format!(
            "[economy]\npersistence_per_year = {persistence}\nsd = 1.5\n[[outcome]]\nname = \"a\"\nrate = 0.5\nper_point_of_unemployment = -0.01\n"
        );
        let block = simulated(20_000, "{ count = 8, every = 1, size = 10 }", &more);
        let economy = &block.world.economy;
        let (kept, law) = (persistence.powf(0.25), Normal::new(0.0, 1.5).expect("valid"));
        let innovation = Normal::new(0.0, 1.5 * (1.0 - kept * kept).sqrt()).expect("valid");
        for quarter in 0..8 {
            follows(&format!("quarter {quarter} at {persistence}"), economy.row(quarter).to_vec(), |x| law.cdf(x));
            if quarter > 0 {
                let (before, now) = (economy.row(quarter - 1), economy.row(quarter));
                let new: Vec<f64> = now.iter().zip(before).map(|(now, before)| now - kept * before).collect();
                let z = new.iter().zip(before).map(|(new, before)| innovation.cdf(*new).mul_add(2.0, -1.0) * before / 1.5).sum::<f64>();
                assert!((z / (20_000.0 / 3.0_f64).sqrt()).abs() <= Z, "quarter {quarter} at {persistence}");
                follows(&format!("what is new in quarter {quarter} at {persistence}"), new, |x| innovation.cdf(x));
            }
        }
    }
}

/// The posterior of an effect, by adding up Bayes' rule over a fine grid: prior N(0.05, 0.04²), estimate 0.11 ± 0.05, half no effect.
#[test]
fn evidence_gives_the_posterior() {
    let more = "[[outcome]]\nname = \"a\"\nwithout = 0.4\neffect = { evidence = { estimate = 0.11, se = 0.05, field_mean = 0.05, field_sd = 0.04, \
                no_effect = 0.5 } }\n";
    let block = simulated(40_000, "{ count = 1, size = 10 }", more);
    let outcome = &block.world.outcomes[OutcomeId(0)];
    let effects: Vec<f64> = outcome.with.row(0).iter().zip(outcome.without.row(0)).map(|(with, without)| with - without).collect();
    let density = |x: f64, mean: f64, sd: f64| (-0.5 * ((x - mean) / sd).powi(2)).exp() / sd;
    let weight = |x: f64| density(x, 0.05, 0.04) * density(0.11, x, 0.05) / core::f64::consts::TAU.sqrt();
    let step = 1e-5;
    let mut below = vec![0.0];
    (0..60_000).for_each(|i| below.push(below[i] + step * weight(-0.25 + step * (i as f64 + 0.5))));
    let some = below[60_000];
    let none = density(0.11, 0.0, 0.05);
    let share = none / (none + some);
    let zeros = effects.iter().filter(|x| x.abs() < 1e-12).count() as f64 / 40_000.0;
    assert!((zeros - share).abs() <= Z * (share * (1.0 - share) / 40_000.0).sqrt(), "no effect in {zeros}, not {share}");
    follows("effects", effects.into_iter().filter(|x| x.abs() >= 1e-12).collect(), |x| below[((x + 0.25) / step) as usize] / some);
}
