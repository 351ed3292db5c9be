//! Nanoseconds per draw of each law, the keyed stream included, next to `rand_distr`'s on the same streams.
//!
//! Each figure of `divan` is the time of a block of [`BLOCK`] draws at as many addresses; items per second are draws per second.
//!
//! # Measured
//!
//! One core shared with others, Rust 1.95, baseline x86-64: medians of one run, nanoseconds a draw. The first word of a stream alone took
//! 3.8 in it. In another run, when the machine was faster (3.1 a word), normal numbers took 9.7 and `rand_distr`'s 5.8.
//!
//! | law | ours | `rand_distr` 0.6 |
//! |---|---|---|
//! | uniform | 4.3 | |
//! | triangular | 8.1 | 7.6 |
//! | normal | 13.0 | 6.0 |
//! | normal cut to 0 or more | 13.0 | |
//! | lognormal | 18.7 | 10.0 |
//! | beta, shapes 2 and 5 | 11.0 | 62.2 |
//! | beta, mean 0.8, sd 0.05 | 12.2 | |
//! | beta cut to 0.7 to 0.9 | 10.2 | |
//! | beta, shapes 0.5 and 0.5 | 62.3 | 70.6 |
//! | gamma, shape 4 | 11.0 | 13.5 |
//! | gamma, shape 0.5 | 39.9 | 39.8 |
//! | discrete, three values | 8.1 | |
//! | mixture, 30% a constant and 70% normal | 27.8 | |
//!
//! Draws without replacement: 22 for 8 of 120, 79 for 40 of 240, 81 for 90 of 240, 154 for 600 of 3000. A sampler of strips costs 0.2 to
//! 0.3 milliseconds to prepare, one of a beta law unbounded at both ends 1.0.
//!
//! Normal numbers with a scalar tail took 15.9 (3.8 a word); the tail's polynomial as vector code, and uniform numbers without a
//! conversion from integers, made that 13.0. Blocks of 256 instead of 128 lanes showed no difference above the noise.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use pfsim::sampling::stream::Key;
use pfsim::sampling::{Distribution, Law, hypergeometric, normal};

fn main() {
    divan::main();
}

/// Draws a block: the engine's.
const BLOCK: usize = 1024;

const EVERYTHING: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn law(name: &str) -> Distribution {
    let cut = |law: Law, low: f64, high: f64| Distribution::new(law, (low, high), EVERYTHING);
    let law = match name {
        "uniform" => Law::uniform(0.1, 0.3),
        "triangular" => Law::triangular(0.1, 0.2, 0.6),
        "normal" => Law::normal(0.08, 0.04),
        "normal cut to 0 or more" => return cut(Law::normal(0.08, 0.04).expect("valid"), 0.0, f64::INFINITY).expect("valid"),
        "lognormal" => Law::lognormal(-0.07, 0.2),
        "beta mean 0.8 sd 0.05" => Law::beta_by_mean(0.8, 0.05),
        "beta 2 5" => Law::beta(2.0, 5.0),
        "beta 0.5 0.5" => Law::beta(0.5, 0.5),
        "beta cut to 0.7 to 0.9" => return cut(Law::beta_by_mean(0.8, 0.05).expect("valid"), 0.7, 0.9).expect("valid"),
        "gamma shape 4" => Law::gamma(4.0, 250.0),
        "gamma shape 0.5" => Law::gamma(0.5, 250.0),
        "discrete" => Law::discrete(&[1.0, 2.0, 5.0], &[0.2, 0.5, 0.3]),
        "spike at zero" => Law::mixture(vec![(0.3, Law::constant(0.0).expect("valid")), (0.7, Law::normal(0.08, 0.04).expect("valid"))]),
        _ => unreachable!("a name of the list"),
    };
    law.expect("valid").into()
}

const NAMES: [&str; 13] = [
    "uniform",
    "triangular",
    "normal",
    "normal cut to 0 or more",
    "lognormal",
    "beta mean 0.8 sd 0.05",
    "beta 2 5",
    "beta 0.5 0.5",
    "beta cut to 0.7 to 0.9",
    "gamma shape 4",
    "gamma shape 0.5",
    "discrete",
    "spike at zero",
];

#[divan::bench(args = NAMES)]
fn fill(bencher: Bencher, name: &str) {
    let (sampler, key, mut out) = (law(name).sampler(), Key::new(1, "bench", 0), vec![0.0; BLOCK]);
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        sampler.fill(key, black_box(first), &mut out);
        out[0]
    });
}

#[divan::bench]
fn standard_normal(bencher: Bencher) {
    let (key, mut out) = (Key::new(1, "bench", 0), vec![0.0; BLOCK]);
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        normal::fill(key, black_box(first), &mut out);
        out[0]
    });
}

/// The first word of each stream alone: what no law can undercut.
#[divan::bench]
fn words(bencher: Bencher) {
    let (key, mut out) = (Key::new(1, "bench", 0), vec![0; BLOCK]);
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        let first = black_box(first);
        for (j, out) in out.iter_mut().enumerate() {
            *out = key.stream(first + j as u64).bits();
        }
        out[0]
    });
}

#[divan::bench(args = ["normal", "lognormal", "triangular", "beta 2 5", "beta 0.5 0.5", "gamma shape 4", "gamma shape 0.5"])]
fn rand_distr(bencher: Bencher, name: &str) {
    use rand_distr::{Beta, Gamma, LogNormal, Normal, Triangular};
    match name {
        "normal" => of_rand_distr(bencher, Normal::new(0.08, 0.04).expect("valid")),
        "lognormal" => of_rand_distr(bencher, LogNormal::new(-0.07, 0.2).expect("valid")),
        "triangular" => of_rand_distr(bencher, Triangular::new(0.1, 0.6, 0.2).expect("valid")),
        "beta 2 5" => of_rand_distr(bencher, Beta::new(2.0, 5.0).expect("valid")),
        "beta 0.5 0.5" => of_rand_distr(bencher, Beta::new(0.5, 0.5).expect("valid")),
        "gamma shape 4" => of_rand_distr(bencher, Gamma::new(4.0, 250.0).expect("valid")),
        _ => of_rand_distr(bencher, Gamma::new(0.5, 250.0).expect("valid")),
    }
}

fn of_rand_distr(bencher: Bencher, law: impl rand_distr::Distribution<f64>) {
    let (key, mut out) = (Key::new(1, "bench", 0), vec![0.0; BLOCK]);
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        let first = black_box(first);
        for (j, out) in out.iter_mut().enumerate() {
            *out = law.sample(&mut key.stream(first + j as u64));
        }
        out[0]
    });
}

/// Population, successes, draws.
#[divan::bench(args = [(120, 60, 8), (240, 100, 40), (240, 100, 90), (3000, 900, 600)])]
fn hypergeometric_fill(bencher: Bencher, (population, successes, draws): (u32, u32, u32)) {
    let (key, mut out) = (Key::new(1, "bench", 0), vec![0; BLOCK]);
    let columns = [vec![population; BLOCK], vec![successes; BLOCK], vec![draws; BLOCK]];
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        hypergeometric::fill(key, black_box(first), &columns[0], &columns[1], &columns[2], &mut out);
        out[0]
    });
}

/// What a sampler costs to prepare, once a run.
#[divan::bench(args = ["beta mean 0.8 sd 0.05", "gamma shape 4", "beta 0.5 0.5"])]
fn prepare(bencher: Bencher, name: &str) {
    let law = law(name);
    bencher.bench_local(|| law.sampler());
}
