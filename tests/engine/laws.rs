//! Every law against independent distribution functions, its cuts, its addresses, its refusals, and pins of our own draws.
//!
//! Tests by chance have fixed seeds and state their false-alarm rate: 10⁻⁶ each (z = 4.8916, two-sided).

use pfsim::numeric::math::{exp, ln, ln_1p};
use pfsim::numeric::normal::cdf;
use pfsim::sampling::stream::Key;
use pfsim::sampling::{Distribution, Family, Law, LawError, Sampler};
use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF};
use statrs::function::{beta::beta_reg, gamma::gamma_lr};

/// Two-sided normal quantile at a false-alarm rate of 10⁻⁶.
const Z: f64 = 4.8916;

const INFINITY: f64 = f64::INFINITY;
const EVERYTHING: (f64, f64) = (-INFINITY, INFINITY);

fn whole(law: Result<Law, LawError>) -> Distribution {
    law.expect("valid").into()
}

fn cut(law: Result<Law, LawError>, low: f64, high: f64) -> Distribution {
    Distribution::new(law.expect("valid"), (low, high), EVERYTHING).expect("valid")
}

fn held(law: Result<Law, LawError>, low: f64, high: f64) -> Distribution {
    Distribution::new(law.expect("valid"), EVERYTHING, (low, high)).expect("valid")
}

fn drawn(sampler: &Sampler, source: &str, count: usize) -> Vec<f64> {
    let mut out = vec![0.0; count];
    sampler.fill(Key::new(20, source, 0), 0, &mut out);
    out
}

/// Distribution function of `law` given that the value lies within, by statrs, from whichever tail is the smaller.
fn given(law: impl ContinuousCDF<f64, f64> + 'static, low: f64, high: f64) -> Box<dyn Fn(f64) -> f64> {
    let upper = low > -INFINITY && law.cdf(low) > 0.5;
    let mass = move |law: &dyn Fn(f64) -> (f64, f64), a: f64, b: f64| if upper { law(a).1 - law(b).1 } else { law(b).0 - law(a).0 };
    let shares = move |x: f64| match x {
        x if x == -INFINITY => (0.0, 1.0),
        x if x == INFINITY => (1.0, 0.0),
        x => (law.cdf(x), law.sf(x)),
    };
    let all = mass(&shares, low, high);
    Box::new(move |x| mass(&shares, low, x) / all)
}

/// Kolmogorov-Smirnov distance of `draws` from `cdf`, over its bound at 10⁻⁶ (Massart 1990): above 1 is an alarm.
fn kolmogorov_smirnov(mut draws: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let distance = |(rank, x): (usize, &f64)| {
        let at = cdf(*x);
        (at - rank as f64 / n).max((rank + 1) as f64 / n - at)
    };
    let largest = draws.iter().enumerate().map(distance).fold(0.0, f64::max);
    largest / (0.5 * ln(2e6) / n).sqrt()
}

/// Pearson's statistic over its bound at 10⁻⁶: above 1 is an alarm.
fn chi_square(counts: &[f64], expected: &[f64]) -> f64 {
    let statistic: f64 = counts.iter().zip(expected).map(|(count, expected)| (count - expected) * (count - expected) / expected).sum();
    statistic / ChiSquared::new(counts.len() as f64 - 1.0).expect("valid").inverse_cdf(1.0 - 1e-6)
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-300), "found {found}, expected {expected}");
}

/// A distribution function by statrs.
type Independent = Box<dyn Fn(f64) -> f64>;

type Case = (&'static str, Distribution, Independent);

/// Laws with a density, whole and cut, and their distribution functions by statrs.
fn smooth_laws() -> Vec<Case> {
    use statrs::distribution::{Beta, Gamma, LogNormal, Normal, Triangular, Uniform};
    let mut cases: Vec<Case> = Vec::new();
    for (low, high) in [(0.0, 1.0), (0.3, 0.31), (0.6, 5.0)] {
        let law = Law::uniform(-2.0, 3.0);
        cases.push(("uniform", cut(law, low, high), given(Uniform::new(-2.0, 3.0).expect("valid"), low, high)));
    }
    for (mode, low, high) in [(0.2, 0.1, 0.6), (0.1, 0.1, 0.6), (0.6, 0.1, 0.6), (0.3, 0.2, 0.25), (0.3, 0.25, 0.5), (0.2, 0.5, 0.55)] {
        let law = Law::triangular(0.1, mode, 0.6);
        cases.push(("triangular", cut(law, low, high), given(Triangular::new(0.1, 0.6, mode).expect("valid"), low, high)));
    }
    for (low, high) in [EVERYTHING, (0.0, INFINITY), (-INFINITY, 0.05), (0.05, 0.1), (0.2, INFINITY), (0.25, 0.3), (-0.3, -0.1)] {
        let independent = || Normal::new(0.08, 0.04).expect("valid");
        cases.push(("normal", cut(Law::normal(0.08, 0.04), low, high), given(independent(), low, high)));
    }
    for (low, high) in [(0.0, INFINITY), (1.0, INFINITY), (0.0, 0.8), (0.9, 1.2), (2.0, INFINITY)] {
        let independent = LogNormal::new(-0.07, 0.2).expect("valid");
        cases.push(("lognormal", cut(Law::lognormal(-0.07, 0.2), low, high), given(independent, low, high)));
    }
    let shapes = [
        (2.0, 5.0),
        (1.0, 1.0),
        (1.0, 4.0),
        (7.0, 1.0),
        (50.4, 12.6),
        (1.2, 1.01),
        (4e4, 1e4),
        (0.5, 0.5),
        (0.3, 2.0),
        (3.0, 0.2),
        (0.05, 0.4),
    ];
    for (alpha, beta) in shapes {
        let independent = || Beta::new(alpha, beta).expect("valid");
        cases.push(("beta", whole(Law::beta(alpha, beta)), given(independent(), 0.0, 1.0)));
        let mean = alpha / (alpha + beta);
        for (low, high) in [(0.0, mean), (mean, 1.0), (0.9 * mean, 0.999 * mean + 0.001)] {
            cases.push(("beta", cut(Law::beta(alpha, beta), low, high), given(independent(), low, high)));
        }
    }
    for shape in [1.0, 1.1, 4.0, 300.0, 0.5, 0.2] {
        let independent = || Gamma::new(shape, 1.0 / 250.0).expect("valid");
        let mean = 250.0 * shape;
        for (low, high) in [(0.0, INFINITY), (0.0, mean), (mean, INFINITY), (0.9 * mean, 1.3 * mean), (1.5 * mean, INFINITY)] {
            if shape < 100.0 || low < 1.2 * mean {
                cases.push(("gamma", cut(Law::gamma(shape, 250.0), low, high), given(independent(), low, high)));
            }
        }
    }
    cases
}

#[test]
fn draws_follow_their_law() {
    for (name, law, independent) in smooth_laws() {
        let draws = drawn(&law.sampler(), name, 100_000);
        let (low, high) = law.support();
        for x in draws.iter().step_by(5000) {
            assert!(*x >= low && *x <= high, "{law}: {x}");
            let gap = (law.cdf(*x) - independent(*x)).abs();
            assert!(gap < 1e-9 && (law.exceedance(*x) + law.cdf(*x) - 1.0).abs() < 1e-12, "{law} at {x}: {gap:e}");
        }
        let distance = kolmogorov_smirnov(draws, independent);
        assert!(distance < 1.0, "{law}: {distance}");
    }
}

#[test]
fn small_shapes_reach_down_to_nothing() {
    // Of a gamma law with shape a, xᵃ / Γ(a + 1) lies below a small x; of a beta law, xᵃ Γ(a + b) / (Γ(a + 1) Γ(b)).
    use statrs::function::gamma::gamma;
    let below = |a: f64| exp(a * ln(1e-20));
    let cases = [
        (whole(Law::gamma(0.05, 1.0)), below(0.05) / gamma(1.05)),
        (whole(Law::beta(0.02, 3.0)), below(0.02) * gamma(3.02) / (gamma(1.02) * gamma(3.0))),
        (whole(Law::beta(0.02, 0.1)), below(0.02) * gamma(0.12) / (gamma(1.02) * gamma(0.1))),
    ];
    for (law, share) in cases {
        close(law.cdf(1e-20), share, 1e-12);
        let draws = drawn(&law.sampler(), "small", 200_000);
        let z = (draws.iter().filter(|x| **x <= 1e-20).count() as f64 / 2e5 - share) / (share * (1.0 - share) / 2e5).sqrt();
        assert!(z.abs() < Z, "{law}: {z}");
    }
}

#[test]
fn strips_follow_their_law_to_a_thousandth_of_a_cell() {
    use statrs::distribution::{Beta, Gamma};
    let cells = 400;
    let cases: Vec<(Distribution, Independent)> = vec![
        (whole(Law::beta(2.0, 5.0)), given(Beta::new(2.0, 5.0).expect("valid"), 0.0, 1.0)),
        (whole(Law::beta(50.4, 12.6)), given(Beta::new(50.4, 12.6).expect("valid"), 0.0, 1.0)),
        (whole(Law::beta(0.5, 0.5)), given(Beta::new(0.5, 0.5).expect("valid"), 0.0, 1.0)),
        (whole(Law::gamma(4.0, 1.0)), given(Gamma::new(4.0, 1.0).expect("valid"), 0.0, INFINITY)),
        (whole(Law::gamma(0.4, 1.0)), given(Gamma::new(0.4, 1.0).expect("valid"), 0.0, INFINITY)),
    ];
    for (law, independent) in cases {
        let draws = drawn(&law.sampler(), "cells", 1_000_000);
        let mut counts = vec![0.0; cells];
        for x in &draws {
            counts[((independent(*x) * cells as f64) as usize).min(cells - 1)] += 1.0;
        }
        let statistic = chi_square(&counts, &vec![draws.len() as f64 / cells as f64; cells]);
        assert!(statistic < 1.0, "{law}: {statistic}");
    }
}

#[test]
fn sample_moments_meet_the_stated_ones() {
    let mut laws: Vec<Distribution> = smooth_laws().into_iter().map(|(_, law, _)| law).collect();
    laws.push(held(Law::normal(0.02, 0.04), 0.0, INFINITY));
    laws.push(held(Law::beta(2.0, 5.0), 0.1, 0.4));
    laws.push(held(Law::lognormal(-0.07, 0.2), 0.0, 1.2));
    laws.push(whole(Law::discrete(&[1.0, 2.0, 7.5], &[2.0, 5.0, 3.0])));
    laws.push(whole(spike()));
    laws.push(Distribution::new(spike().expect("valid"), (-0.01, 0.1), (0.0, 0.09)).expect("valid"));
    for law in laws {
        let n = 100_000;
        let draws = drawn(&law.sampler(), "moments", n);
        let (mean, sd) = (law.mean(), law.sd());
        let average = |f: &dyn Fn(f64) -> f64| draws.iter().map(|x| f(*x)).sum::<f64>() / n as f64;
        let z = (average(&|x| x) - mean) / sd * (n as f64).sqrt();
        assert!(z.abs() < Z, "{law}: mean {mean}, z = {z}");
        // The variance, with the standard error of the sample's own fourth moment.
        let square = |x: f64| (x - mean) / sd * ((x - mean) / sd);
        let z = (average(&square) - 1.0) / (average(&|x| (square(x) - 1.0) * (square(x) - 1.0)) / n as f64).sqrt();
        assert!(z.abs() < Z, "{law}: sd {sd}, z = {z}");
    }
}

fn spike() -> Result<Law, LawError> {
    Law::mixture(vec![(3.0, Law::constant(0.0)?), (7.0, Law::normal(0.08, 0.04)?)])
}

#[test]
fn moments_of_cut_laws_meet_their_closed_forms() {
    let independent = statrs::distribution::Normal::standard();
    for (a, b) in [(0.0, INFINITY), (-1.0, 2.0), (3.0, INFINITY), (-INFINITY, 0.5), (1.0, 1.5)] {
        let (mean, sd) = (0.08, 0.04);
        let law = cut(Law::normal(mean, sd), mean + sd * a, mean + sd * b);
        let part = |z: f64| if z.is_finite() { (independent.pdf(z), z * independent.pdf(z)) } else { (0.0, 0.0) };
        let mass = cdf(-a) - cdf(-b);
        let first = (part(a).0 - part(b).0) / mass;
        close(law.mean(), mean + sd * first, 1e-9);
        close(law.sd(), sd * (1.0 + (part(a).1 - part(b).1) / mass - first * first).sqrt(), 1e-9);
        // exp of the same: E[Xᵏ] = exp(kμ + k²σ²/2) (Φ(b − kσ) − Φ(a − kσ)) / mass.
        for sigma in [0.3, 6.0] {
            let law = cut(Law::lognormal(0.1, sigma), exp(0.1 + sigma * a), exp(0.1 + sigma * b));
            let between = |a: f64, b: f64| {
                if b < 0.0 { cdf(b) - cdf(a) } else { cdf(-a) - cdf(-b) }
            };
            let power = |k: f64| exp(k * 0.1 + k * k * sigma * sigma / 2.0) * between(a - k * sigma, b - k * sigma) / mass;
            close(law.mean(), power(1.0), 1e-9);
            close(law.sd(), (power(2.0) - power(1.0) * power(1.0)).sqrt(), 1e-7);
        }
    }
    for (alpha, beta, low, high) in [
        (2.0, 5.0, 0.1, 0.6),
        (0.4, 3.0, 0.0, 0.2),
        (0.4, 3.0, 0.05, 0.2),
        (4.0, 0.3, 0.5, 1.0),
        (0.2, 0.3, 0.0, 0.9),
        (90.0, 30.0, 0.7, 1.0),
    ] {
        let law = cut(Law::beta(alpha, beta), low, high);
        let share = |k: f64| beta_reg(alpha + k, beta, high) - if low > 0.0 { beta_reg(alpha + k, beta, low) } else { 0.0 };
        let first = alpha / (alpha + beta) * share(1.0) / share(0.0);
        let second = alpha / (alpha + beta) * (alpha + 1.0) / (alpha + beta + 1.0) * share(2.0) / share(0.0);
        close(law.mean(), first, 1e-9);
        close(law.sd(), (second - first * first).sqrt(), 1e-9);
    }
    for (shape, low, high) in [(4.0, 1.0, 6.0), (0.3, 0.0, 0.2), (0.3, 0.1, 0.9), (50.0, 40.0, 70.0)] {
        let law = cut(Law::gamma(shape, 250.0), 250.0 * low, 250.0 * high);
        let share = |k: f64| gamma_lr(shape + k, high) - if low > 0.0 { gamma_lr(shape + k, low) } else { 0.0 };
        let (first, second) = (shape * share(1.0) / share(0.0), shape * (shape + 1.0) * share(2.0) / share(0.0));
        close(law.mean(), 250.0 * first, 1e-9);
        close(law.sd(), 250.0 * (second - first * first).sqrt(), 1e-9);
    }
    // The rising half of a symmetric triangle has density 2x.
    let rising = cut(Law::triangular(0.0, 1.0, 2.0), 0.0, 1.0);
    close(rising.mean(), 2.0 / 3.0, 1e-12);
    close(rising.sd(), (1.0f64 / 18.0).sqrt(), 1e-12);
    // max(0, X) for a normal X with mean 0: mean σ/√(2π), second moment σ²/2.
    let half = held(Law::normal(0.0, 3.0), 0.0, INFINITY);
    close(half.mean(), 3.0 / core::f64::consts::TAU.sqrt(), 1e-10);
    close(half.sd(), 3.0 * (0.5 - 0.5 / core::f64::consts::PI).sqrt(), 1e-10);
}

#[test]
fn choices_follow_their_weights() {
    let n = 400_000;
    for (values, weights) in
        [(vec![3.0, 1.0, 2.0], vec![0.5, 0.0, 1.5]), ((0..40).map(f64::from).collect(), (1..=40).map(f64::from).collect())]
    {
        let law = whole(Law::discrete(&values, &weights));
        let total: f64 = weights.iter().sum();
        let draws = drawn(&law.sampler(), "choice", n);
        let (counts, expected): (Vec<f64>, Vec<f64>) = (values.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0))
            .map(|(value, weight)| (draws.iter().filter(|x| **x == *value).count() as f64, weight / total * n as f64))
            .unzip();
        assert_eq!(counts.iter().sum::<f64>(), n as f64);
        assert!(chi_square(&counts, &expected) < 1.0, "{law}");
    }
    // A mixture, whole and cut: the share of the point mass, and the law of the rest.
    let rest = |low: f64| given(statrs::distribution::Normal::new(0.08, 0.04).expect("valid"), low, INFINITY);
    let all = |low: f64| 0.3 + 0.7 * (1.0 - cdf((low - 0.08) / 0.04));
    for (law, low) in [(whole(spike()), -INFINITY), (cut(spike(), -0.02, INFINITY), -0.02)] {
        let draws = drawn(&law.sampler(), "mixture", n);
        let (share, rest) = (0.3 / all(low), rest(low));
        let zeros = draws.iter().filter(|x| **x == 0.0).count() as f64;
        let z = (zeros / n as f64 - share) / (share * (1.0 - share) / n as f64).sqrt();
        assert!(z.abs() < Z, "{law}: {z}");
        assert!(kolmogorov_smirnov(draws.into_iter().filter(|x| *x != 0.0).collect(), rest) < 1.0, "{law}");
    }
}

#[test]
fn cuts_do_what_they_say() {
    let law = held(Law::normal(0.02, 0.04), 0.0, 0.05);
    assert_eq!(law.support(), (0.0, 0.05));
    let draws = drawn(&law.sampler(), "held", 200_000);
    let free = drawn(&whole(Law::normal(0.02, 0.04)).sampler(), "held", 200_000);
    assert!(draws.iter().zip(&free).all(|(held, free)| *held == free.clamp(0.0, 0.05)), "a bound moves no other draw");
    for (bound, share) in [(0.0, cdf(-0.5)), (0.05, 1.0 - cdf(0.75))] {
        let z = (draws.iter().filter(|x| **x == bound).count() as f64 / 2e5 - share) / (share * (1.0 - share) / 2e5).sqrt();
        assert!(z.abs() < Z, "{bound}: {z}");
    }
    close(law.cdf(0.0), cdf(-0.5), 1e-12);
    assert_eq!((law.cdf(-1e-9), law.cdf(0.05)), (0.0, 1.0));
    // First the cut, then the bound.
    let both = Distribution::new(Law::uniform(0.0, 1.0).expect("valid"), (0.5, 1.0), (0.0, 0.6)).expect("valid");
    assert_eq!(both.support(), (0.5, 0.6));
    close(both.cdf(0.55), 0.1, 1e-12);
    close(both.mean(), 0.2 * 0.55 + 0.8 * 0.6, 1e-12);
    // One value left.
    assert_eq!(held(Law::uniform(0.0, 1.0), 2.0, 3.0).is_constant(), Some(2.0));
    assert_eq!(cut(Law::discrete(&[1.0, 2.0], &[1.0, 1.0]), 1.5, 9.0).is_constant(), Some(2.0));
    assert_eq!(Distribution::constant(7.0).is_constant(), Some(7.0));
    assert_eq!(whole(Law::uniform(0.0, 1.0)).is_constant(), None);
    assert_eq!(drawn(&held(Law::uniform(0.0, 1.0), 2.0, 3.0).sampler(), "one", 3), [2.0; 3]);
}

#[test]
fn a_draw_depends_on_its_address_alone() {
    let mut laws: Vec<Distribution> = smooth_laws().into_iter().map(|(_, law, _)| law).collect();
    laws.extend([Distribution::constant(3.0), whole(spike()), cut(spike(), 0.0, 0.1), held(Law::gamma(2.0, 1.0), 1.0, 2.0)]);
    laws.push(whole(Law::discrete(&[1.0, 2.0], &[1.0, 4.0])));
    for law in laws {
        let (sampler, key) = (law.sampler(), Key::new(5, "address", 2));
        let mut all = [0.0; 2000];
        sampler.fill(key, 100, &mut all);
        let mut pieces = [0.0; 2000];
        let mut at = 0;
        for length in (0..).map(|i| [1, 3, 64, 65, 17][i % 5]) {
            let end = (at + length).min(2000);
            sampler.fill(key, 100 + at as u64, &mut pieces[at..end]);
            at = end;
            if at == 2000 {
                break;
            }
        }
        for (j, (one, other)) in all.iter().zip(&pieces).enumerate() {
            let alone = sampler.draw(&mut key.stream(100 + j as u64));
            assert!(one.to_bits() == other.to_bits() && one.to_bits() == alone.to_bits(), "{law}: trial {j}: {one} {other} {alone}");
        }
    }
}

#[test]
fn an_interval_has_the_mass_it_was_given() {
    use statrs::distribution::{Beta, LogNormal, Normal};
    for (low, high, probability) in [(500.0, 900.0, 0.9), (0.001, 4.0, 0.5), (1.0, 1.01, 0.99)] {
        let below = 0.5 * (1.0 - probability);
        let law = whole(Law::between(low, high, probability, Family::Normal));
        let independent = Normal::new(law.mean(), law.sd()).expect("valid");
        assert!((independent.cdf(low) - below).abs() < 1e-9 && (independent.sf(high) - below).abs() < 1e-9, "{law}");
        let law = whole(Law::between(low, high, probability, Family::LogNormal));
        let sigma = ln_1p((law.sd() / law.mean()) * (law.sd() / law.mean())).sqrt();
        let independent = LogNormal::new(ln(law.mean()) - 0.5 * sigma * sigma, sigma).expect("valid");
        assert!((independent.cdf(low) - below).abs() < 1e-9 && (independent.sf(high) - below).abs() < 1e-9, "{law}");
    }
    for (low, high, probability) in [(0.6, 0.9, 0.9), (0.01, 0.99, 0.8), (0.001, 0.02, 0.95), (0.4, 0.41, 0.5), (0.97, 0.9999, 0.9)] {
        let below = 0.5 * (1.0 - probability);
        let law = whole(Law::between(low, high, probability, Family::Beta));
        let size = law.mean() * (1.0 - law.mean()) / (law.sd() * law.sd()) - 1.0;
        let independent = Beta::new(law.mean() * size, (1.0 - law.mean()) * size).expect("valid");
        assert!((independent.cdf(low) - below).abs() < 2e-9 && (independent.sf(high) - below).abs() < 2e-9, "{law}");
    }
}
