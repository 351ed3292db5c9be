//! Are the draws at two addresses independent, and do reported standard errors mean what they say?
//!
//! Each single comparison has a false alarm of one in a million (|z| <= 4.8916, or a tail of 5e-7 on either side); there are about 150 of
//! them, from fixed seeds.

use std::collections::HashSet;

use pfsim::question::Question;
use pfsim::sampling::stream::{Key, open_unit};
use pfsim::study::{Options, Run, run};
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF};

/// Standard errors of a false alarm of one in a million.
const Z: f64 = 4.8916;

/// The first draw of trial `t` at two addresses that are neighbours in one way or another.
type Pair = (&'static str, Box<dyn Fn(u64) -> [u64; 2]>);

/// A number made of a draw.
type View<'a> = &'a dyn Fn(u64) -> f64;

/// What is drawn in a year, on a day.
type Draw<'a> = &'a dyn Fn(u32, u64) -> u64;

fn squared(value: f64) -> f64 {
    value * value
}

fn first(key: Key, trial: u64) -> u64 {
    key.stream(trial).bits()
}

fn pairs() -> Vec<Pair> {
    let key = Key::new(1, "outcome.\"placed\".treated", 0);
    let other = |seed: u64, source: &str, index: u32| Key::new(seed, source, index);
    let trials = |apart: u64| -> Box<dyn Fn(u64) -> [u64; 2]> { Box::new(move |t| [first(key, t), first(key, t.wrapping_add(apart))]) };
    let sources = |second: Key| -> Box<dyn Fn(u64) -> [u64; 2]> { Box::new(move |t| [first(key, t), first(second, t)]) };
    let later = |a: usize, b: usize| -> Box<dyn Fn(u64) -> [u64; 2]> {
        Box::new(move |t| {
            let mut stream = key.stream(t);
            let draws: Vec<u64> = (0..=a.max(b)).map(|_| stream.bits()).collect();
            [draws[a], draws[b]]
        })
    };
    vec![
        ("the next trial", trials(1)),
        ("the trial after that", trials(2)),
        ("a block later", trials(512)),
        ("2^32 trials later", trials(1 << 32)),
        ("half of all trials later", trials(1 << 63)),
        ("the next cohort", sources(other(1, "outcome.\"placed\".treated", 1))),
        ("a cohort of 2^16", sources(other(1, "outcome.\"placed\".treated", 1 << 16))),
        ("the comparison group", sources(other(1, "outcome.\"placed\".without", 0))),
        ("a name with one letter more", sources(other(1, "outcome.\"placed\".treated2", 0))),
        ("a name of nothing", sources(other(1, "", 0))),
        ("the next seed", sources(other(2, "outcome.\"placed\".treated", 0))),
        ("seed 0", sources(other(0, "outcome.\"placed\".treated", 0))),
        ("the largest seed", sources(other(u64::MAX, "outcome.\"placed\".treated", 0))),
        ("the second draw", later(0, 1)),
        ("the ninth draw", later(0, 8)),
        ("the second and the third draw", later(1, 2)),
        (
            "the second draw of the next trial",
            Box::new(move |t| {
                let mut next = key.stream(t + 1);
                next.bits();
                [first(key, t), next.bits()]
            }),
        ),
    ]
}

/// No correlation of the draws, of their squares, or of their last bits.
#[test]
fn neighbours_are_not_correlated() {
    const COUNT: u64 = 200_000;
    let centred = |bits: u64| open_unit(bits) - 0.5;
    let square = |bits: u64| centred(bits) * centred(bits) - 1.0 / 12.0;
    let low = |bits: u64| if bits & 1 == 1 { 1.0 } else { -1.0 };
    // Variances of a uniform number, of its centred square, and of a coin.
    let views: [(&str, View<'_>, f64); 3] =
        [("the draws", &centred, 1.0 / 12.0), ("their squares", &square, 1.0 / 180.0), ("their last bits", &low, 1.0)];
    for (what, pair) in pairs() {
        let drawn: Vec<[u64; 2]> = (0..COUNT).map(&pair).collect();
        for (view, value, variance) in &views {
            let sum: f64 = drawn.iter().map(|[a, b]| value(*a) * value(*b)).sum();
            let z = sum / (variance * (COUNT as f64).sqrt());
            assert!(z.abs() <= Z, "{what}, {view}: z = {z}");
        }
    }
}

/// Pairs fall evenly into the cells of a square, by their first bits and by their last ones.
#[test]
fn pairs_fill_the_square_evenly() {
    const COUNT: u64 = 200_000;
    const SIDE: usize = 32;
    let even = ChiSquared::new((SIDE * SIDE - 1) as f64).expect("a law");
    for (what, pair) in pairs() {
        let mut cells = [vec![0_u32; SIDE * SIDE], vec![0_u32; SIDE * SIDE]];
        for [a, b] in (0..COUNT).map(&pair) {
            cells[0][(a >> 59) as usize * SIDE + (b >> 59) as usize] += 1;
            cells[1][(a & 31) as usize * SIDE + (b & 31) as usize] += 1;
        }
        let expected = COUNT as f64 / (SIDE * SIDE) as f64;
        for (bits, cells) in ["first", "last"].iter().zip(cells) {
            let statistic: f64 = cells.iter().map(|&count| squared(f64::from(count) - expected) / expected).sum();
            let (below, above) = (even.cdf(statistic), even.sf(statistic));
            assert!(below > 5e-7 && above > 5e-7, "{what}, {bits} bits: chi-square {statistic}");
        }
    }
}

/// Birthday spacings (Marsaglia 1985): among m days of a year of d, m³/4d spacings occur again, by Poisson's law. Days are what neighbouring
/// trials, or neighbouring cohorts, draw first.
#[test]
fn birthdays_are_spaced_by_chance() {
    const DAYS: u64 = 4_096;
    const YEARS: u32 = 200;
    let again = |mut days: Vec<u64>| {
        days.sort_unstable();
        let mut spaces: Vec<u64> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
        spaces.sort_unstable();
        spaces.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64
    };
    let trial = |year: u32, day: u64| first(Key::new(9, "program.enrolment_ratio", year), day);
    let cohort = |year: u32, day: u64| first(Key::new(9, "outcome.\"placed\".treated", day as u32), u64::from(year));
    let draws: [(&str, Draw<'_>); 2] = [("trials", &trial), ("cohorts", &cohort)];
    let mean = (DAYS * DAYS) as f64 * DAYS as f64 / (4.0 * (1_u64 << 32) as f64) * f64::from(YEARS);
    for (what, draw) in draws {
        for (bits, shift) in [("first", 32), ("last", 0)] {
            let total: f64 = (0..YEARS).map(|year| again((0..DAYS).map(|day| (draw(year, day) >> shift) & 0xffff_ffff).collect())).sum();
            assert!((total - mean).abs() <= Z * mean.sqrt(), "{what}, {bits} bits: {total} of {mean}");
        }
    }
    // The test finds what is too even: a sequence that steps round the year.
    let steps = again((0..DAYS).map(|day| day.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32).collect());
    assert!(steps > 1_000.0, "{steps}");
}

/// Two addresses never begin in the same state: of a few million, none does.
#[test]
fn no_two_addresses_are_the_same() {
    let mut seen = HashSet::new();
    for seed in 0..10 {
        for (source, index) in [("a", 0), ("a", 1), ("b", 0), ("a.b", 0), ("", 0)] {
            let key = Key::new(seed, source, index);
            for trial in (0..10_000).chain([u64::MAX, 1 << 32, 1 << 63]) {
                assert!(seen.insert(key.state(trial)), "{seed} {source} {index} {trial}");
            }
        }
    }
}

fn deal(cohorts: &str, outcome: &str, more: &str) -> pfsim::deal::Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"a law\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 1\n\
         [program]\nprovider = \"p\"\ncohorts = {cohorts}\n[[outcome]]\nname = \"placed\"\nrate = {outcome}\n\
         [[measure]]\nname = \"found\"\nof = \"placed\"\npool = \"all\"\n[[payor]]\nname = \"City\"\n\
         [[payment]]\nname = \"each\"\npayor = \"City\"\non = \"found\"\nprice = {{ per_unit = 1 }}\n{more}"
    );
    crate::support::deal(&text)
}

fn simulated(deal: &pfsim::deal::Deal, trials: u64, seed: u64) -> Run {
    run(deal, &Options::default().trials(trials).seed(seed).audit(true)).expect("a run")
}

fn answer(run: &Run, name: &str) -> [f64; 2] {
    run.answer(&Question::new(name)).unwrap_or_else(|| panic!("no {name}"))
}

/// The sum over forty cohorts varies as forty independent ones do, and from trial to trial nothing is remembered.
#[test]
fn cohorts_and_trials_of_the_engine_are_independent() {
    let deal = deal("{ count = 40, size = 50, every = 0 }", "0.3", "");
    let run = simulated(&deal, 20_000, 5);
    let at = run.metrics.iter().position(|metric| metric.name == "payors.total").expect("the total");
    let values = &run.sample.values[at];
    assert_eq!(values.len(), 20_000);
    let (mean, variance) = (600.0, 2_000.0 * 0.3 * 0.7);
    let count = values.len() as f64;
    let spread: f64 = values.iter().map(|value| squared(value - mean)).sum::<f64>() / count;
    // The variance of a variance of something so nearly normal is 2σ⁴/n.
    let z = (spread / variance - 1.0) / (2.0 / count).sqrt();
    assert!(z.abs() <= Z, "between cohorts: z = {z}");
    for lag in [1, 2, 3, 511, 512] {
        let pairs = values.iter().zip(&values[lag..]);
        let z = pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / variance / (count - lag as f64).sqrt();
        assert!(z.abs() <= Z, "{lag} trials apart: z = {z}");
    }
}

/// Of a hundred runs, about 95 report an interval of 1.96 standard errors that holds the truth, for a mean, a chance and quantiles; of
/// intervals half as wide, about 67 do.
#[test]
fn intervals_cover_what_they_promise() {
    const RUNS: u64 = 100;
    let law = Binomial::new(0.3, 1_000_000).expect("a law");
    // The least number whose chance not to be exceeded is p.
    let quantile = |p: f64| {
        let (mut below, mut enough) = (290_000_u64, 310_000_u64);
        while enough - below > 1 {
            let middle = (below + enough) / 2;
            *(if law.cdf(middle) >= p { &mut enough } else { &mut below }) = middle;
        }
        enough as f64
    };
    let deal = deal(
        "{ count = 1, size = 1_000_000 }",
        "0.3",
        "[[payor]]\nname = \"State\"\n[[payment]]\nname = \"rare\"\npayor = \"State\"\non = \"found\"\n\
         when = \"found.units >= 300_200\"\nprice = { lump_sum = 1 }\n",
    );
    let rare = 1.0 - law.cdf(300_199);
    let truths = [
        ("payor.\"City\".total.mean", 300_000.0),
        ("payor.\"City\".total.p50", quantile(0.5)),
        ("payor.\"City\".total.p95", quantile(0.95)),
        ("payor.\"City\".total.p5", quantile(0.05)),
        ("payor.\"State\".nothing_paid", 1.0 - rare),
        ("payor.\"State\".total.mean", rare),
    ];
    let mut covered = [[0_u32; 2]; 6];
    for seed in 0..RUNS {
        let run = simulated(&deal, 2_000, 1_000 + seed);
        for ((name, truth), covered) in truths.iter().zip(&mut covered) {
            let [value, error] = answer(&run, name);
            assert!(error > 0.0, "{name} has no error");
            covered[0] += u32::from((value - truth).abs() <= 1.959_964 * error);
            covered[1] += u32::from((value - truth).abs() <= 0.979_982 * error);
        }
    }
    let runs = RUNS as f64;
    for ((name, _), covered) in truths.iter().zip(covered) {
        for (found, share) in covered.iter().zip([0.95, 0.6729]) {
            let noise = Z * (runs * share * (1.0 - share)).sqrt();
            assert!((f64::from(*found) - runs * share).abs() <= noise, "{name}: {found} of {runs}, not {share}");
        }
    }
}
