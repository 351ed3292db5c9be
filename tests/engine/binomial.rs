//! Binomial draws: against the exact law, against `rand_distr`, against the algorithm done by hand, and against each other.
//!
//! Seeds are fixed, so a passing test passes always. Each statistical test would fail a correct sampler with probability 10⁻⁶ for a
//! seed picked at random: z = 4.8916 on two sides.

use pfsim::numeric::math;
use pfsim::sampling::binomial::{self, DIGITS_MAX, Path};
use pfsim::sampling::stream::{Key, step};
use proptest::prelude::*;
use rand_distr::Distribution;
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};

const Z: f64 = 4.8916;
const FALSE_ALARM: f64 = 1e-6;

const N: [u32; 18] =
    [1, 2, 20, 32, 33, 63, 64, 65, 127, 128, 150, 500, DIGITS_MAX - 1, DIGITS_MAX, DIGITS_MAX + 1, 5_000, 100_000, 10_000_000];
const P: [f64; 12] = [1e-9, 1e-4, 0.03, 0.25, 0.5, 0.58, 2.0 / 3.0, 0.8, 0.93, 0.999, 1.0 - 1e-4, 1.0 - 1e-6];

fn sample(seed: u64, n: u32, p: f64, size: usize) -> Vec<u32> {
    let mut out = vec![0; size];
    binomial::fill_constant(Key::new(seed, "test", n), 0, &vec![n; size], p, &mut out);
    out
}

fn grid() -> impl Iterator<Item = (u32, f64)> {
    N.into_iter().flat_map(|n| P.into_iter().map(move |p| (n, p)))
}

/// Upper tail of chi-square for counts merged, left to right, into cells that expect ten or more.
fn chi_square_p_value(n: u32, p: f64, draws: &[u32]) -> f64 {
    let size = draws.len() as f64;
    let law = Binomial::new(p, u64::from(n)).expect("a binomial law");
    let (mean, sd) = (f64::from(n) * p, (f64::from(n) * p * (1.0 - p)).sqrt());
    let from = (mean - 9.0 * sd - 20.0).max(0.0) as u32;
    let to = (mean + 9.0 * sd + 20.0).min(f64::from(n)) as u32;
    let mut seen = vec![0.0; (to - from + 1) as usize];
    for &k in draws {
        assert!((from..=to).contains(&k), "{k} from Bin({n}, {p}) is more than nine standard deviations out");
        seen[(k - from) as usize] += 1.0;
    }
    let mut cells = vec![];
    let (mut expected, mut observed) = (0.0, 0.0);
    for (k, seen) in (from..=to).zip(seen) {
        expected += size * law.pmf(u64::from(k));
        observed += seen;
        if expected >= 10.0 {
            cells.push((expected, observed));
            (expected, observed) = (0.0, 0.0);
        }
    }
    if let Some(last) = cells.last_mut() {
        (last.0, last.1) = (last.0 + expected, last.1 + observed);
    }
    let total: f64 = cells.iter().map(|cell| cell.0).sum();
    assert!((total / size - 1.0).abs() < 1e-6, "the pmf of Bin({n}, {p}) sums to one");
    if cells.len() < 2 {
        return 1.0;
    }
    let statistic: f64 = cells.iter().map(|(expected, observed)| (observed - expected) * (observed - expected) / expected).sum();
    ChiSquared::new((cells.len() - 1) as f64).expect("degrees of freedom").sf(statistic)
}

#[test]
fn draws_follow_the_exact_law() {
    for (n, p) in grid() {
        let value = chi_square_p_value(n, p, &sample(1, n, p, 60_000));
        assert!(value > FALSE_ALARM, "Bin({n}, {p}): chi-square has p-value {value:e}");
    }
}

#[test]
fn rejection_follows_the_law_closely() {
    // just above the shortest n, the rarest successes and wide laws
    for (n, p) in [(DIGITS_MAX + 1, 0.5), (DIGITS_MAX + 1, 0.009_8), (1_500, 0.7), (100_000, 0.000_101), (20_000_000, 0.3)] {
        let value = chi_square_p_value(n, p, &sample(7, n, p, 2_000_000));
        assert!(value > FALSE_ALARM, "Bin({n}, {p}): chi-square has p-value {value:e}");
    }
}

#[test]
fn the_law_test_can_fail() {
    // one draw in fifty six too high, and p off by 0.002
    let mut shifted = sample(1, 150, 0.58, 400_000);
    shifted.iter_mut().step_by(50).for_each(|k| *k = (*k + 6).min(150));
    assert!(chi_square_p_value(150, 0.58, &shifted) < FALSE_ALARM);
    assert!(chi_square_p_value(150, 0.582, &sample(1, 150, 0.58, 400_000)) < FALSE_ALARM);
}

#[test]
fn mean_and_variance_are_right() {
    let size = 60_000;
    for (n, p) in grid().chain([(u32::MAX, 1e-9), (u32::MAX, 1e-8), (u32::MAX, 0.3), (u32::MAX, 0.999)]) {
        let variance = f64::from(n) * p * (1.0 - p);
        if variance * (size as f64) < 2_000.0 {
            continue; // too few events for a normal law of the mean
        }
        let draws = sample(2, n, p, size);
        let offs: Vec<f64> = draws.iter().map(|&k| f64::from(k) - f64::from(n) * p).collect();
        let mean = offs.iter().sum::<f64>() / size as f64;
        let square = offs.iter().map(|off| off * off).sum::<f64>() / size as f64;
        let fourth = variance * (1.0 + 3.0 * variance * (1.0 - 2.0 / f64::from(n)));
        let z_mean = mean / (variance / size as f64).sqrt();
        assert!(z_mean.abs() < Z, "Bin({n}, {p}): mean off by {z_mean} standard errors");
        let error = ((fourth - variance * variance) / size as f64).sqrt();
        // at n = 1, p = ½ the squares have no spread at all
        assert!((square - variance).abs() <= Z * error + 1e-9, "Bin({n}, {p}): variance {square} instead of {variance}");
    }
}

#[test]
fn rand_distr_agrees() {
    let size = 40_000;
    for (n, p) in grid() {
        let mut ours = sample(3, n, p, size);
        let law = rand_distr::Binomial::new(u64::from(n), p).expect("a binomial law");
        let mut stream = Key::new(3, "rand_distr", 0).stream(0);
        let mut theirs: Vec<u32> = (0..size).map(|_| law.sample(&mut stream) as u32).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        let distance =
            ours.iter().map(|k| ours.partition_point(|x| x <= k).abs_diff(theirs.partition_point(|x| x <= k))).max().expect("some draws")
                as f64
                / size as f64;
        // Smirnov: P(D > λ √(2 / size)) ≤ 2 exp(−2 λ²), smaller still for a law with ties
        let limit = (math::ln(2.0 / FALSE_ALARM) / size as f64).sqrt();
        assert!(distance < limit, "Bin({n}, {p}): distance {distance} above {limit}");
    }
}

#[test]
fn neighbours_and_keys_are_independent() {
    let size = 200_000;
    for (n, p) in [(30, 0.58), (150, 0.93), (1_000, 0.1), (5_000, 0.5), (2_000, 0.001)] {
        let standard = |draws: Vec<u32>| -> Vec<f64> {
            let (mean, sd) = (f64::from(n) * p, (f64::from(n) * p * (1.0 - p)).sqrt());
            draws.iter().map(|&k| (f64::from(k) - mean) / sd).collect()
        };
        let draws = |index, p| {
            let mut out = vec![0; size];
            binomial::fill_constant(Key::new(4, "test", index), 0, &vec![n; size], p, &mut out);
            out
        };
        let one = standard(draws(0, p));
        let z = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (a.len() as f64).sqrt();
        for lag in 1..=20 {
            assert!(z(&one[..size - lag], &one[lag..]).abs() < Z, "Bin({n}, {p}) at lag {lag}");
        }
        for index in 1..=4 {
            assert!(z(&one, &standard(draws(index, p))).abs() < Z, "Bin({n}, {p}) at keys 0 and {index}");
        }
    }
}

#[test]
fn edges_are_exact() {
    let key = Key::new(5, "test", 0);
    for n in N.into_iter().chain([0, u32::MAX]) {
        for trial in [0, 1, u64::MAX] {
            assert_eq!(binomial::draw(key, trial, n, 0.0), 0);
            assert_eq!(binomial::draw(key, trial, n, -0.0), 0);
            assert_eq!(binomial::draw(key, trial, n, 1.0), n);
            assert!(binomial::draw(key, trial, n, f64::MIN_POSITIVE) <= n);
            assert!(binomial::draw(key, trial, n, 1.0 - f64::EPSILON / 2.0) <= n);
            assert!(binomial::draw(key, trial, n, 0.5) <= n);
        }
    }
    for path in Path::ALL {
        path.fill(key, 0, &[], &[], &mut []);
        if !cfg!(debug_assertions) {
            // a caller's mistake, caught by an assertion in debug builds
            let mut out = [9; 4];
            path.fill(key, 0, &[100, 2_000, 100, 2_000], &[f64::NAN, f64::NAN, -1.0, 2.0], &mut out);
            assert_eq!(out, [0, 0, 0, 2_000], "{path:?}");
        }
    }
}

#[test]
#[should_panic(expected = "as many draws as n")]
fn lengths_must_agree() {
    binomial::fill_constant(Key::new(5, "test", 0), 0, &[1, 2], 0.5, &mut [0]);
}

/// The documented algorithm up to [`DIGITS_MAX`], a bit at a time and with the digits of p from doubling.
fn by_hand(key: Key, trial: u64, n: u32, mut p: f64) -> u32 {
    let mut state = key.state(trial);
    let mut digit = || {
        p *= 2.0;
        let one = p >= 1.0;
        p -= f64::from(u8::from(one));
        one
    };
    let (mut undecided, mut successes) = (n, 0);
    while undecided > 32 {
        let words: Vec<u64> = (0..undecided.div_ceil(64)).map(|_| step(&mut state)).collect();
        let equal = (0..undecided).filter(|i| words[*i as usize / 64] >> (i % 64) & 1 == 1).count() as u32;
        if digit() {
            successes += undecided - equal;
        }
        undecided = equal;
    }
    let mut columns: Vec<u32> = (0..undecided).collect();
    while !columns.is_empty() {
        let word = step(&mut state);
        for half in [0, 32] {
            let one = digit();
            let before = columns.len();
            columns.retain(|i| (word >> (i + half) & 1 == 1) == one);
            if one {
                successes += (before - columns.len()) as u32;
            }
        }
    }
    successes
}

fn any_n() -> impl Strategy<Value = u32> {
    prop_oneof![3 => 0..=70_u32, 3 => 0..=DIGITS_MAX, 1 => DIGITS_MAX - 2..=DIGITS_MAX + 2, 1 => DIGITS_MAX..=u32::MAX]
}

fn any_p() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..=1.0,
        1 => 0.0..1e-3,
        1 => (0.0..1e-3).prop_map(|q| 1.0 - q),
        1 => prop::sample::select(vec![0.0, 1.0, 0.5, 0.25, 0.75, 1e-9, 1e-300, 1.0 - f64::EPSILON / 2.0]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_path_gives_the_same_draws(
        seed in any::<u64>(),
        first_trial in prop_oneof![0..1_000_000_u64, any::<u64>(), Just(u64::MAX - 3)],
        people in prop::collection::vec((any_n(), any_p()), 0..70),
    ) {
        let key = Key::new(seed, "test", 0);
        let (n, p): (Vec<u32>, Vec<f64>) = people.iter().copied().unzip();
        // each draw alone: what a block gives cannot depend on the neighbours
        let alone: Vec<u32> =
            people.iter().zip(0..).map(|(&(n, p), j)| binomial::draw(key, first_trial.wrapping_add(j), n, p)).collect();
        prop_assert!(alone.iter().zip(&n).all(|(k, n)| k <= n));
        for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
            let mut block = vec![u32::MAX; n.len()];
            path.fill(key, first_trial, &n, &p, &mut block);
            prop_assert_eq!(&block, &alone, "{:?}", path);
        }
        let mut block = vec![u32::MAX; n.len()];
        binomial::fill(key, first_trial, &n, &p, &mut block);
        prop_assert_eq!(&block, &alone);
    }

    #[test]
    fn one_p_is_that_p_repeated(seed in any::<u64>(), n in prop::collection::vec(any_n(), 0..70), p in any_p()) {
        let key = Key::new(seed, "test", 0);
        let mut repeated = vec![0; n.len()];
        binomial::fill(key, 0, &n, &vec![p; n.len()], &mut repeated);
        for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
            let mut constant = vec![u32::MAX; n.len()];
            path.fill_constant(key, 0, &n, p, &mut constant);
            prop_assert_eq!(&constant, &repeated, "{:?}", path);
        }
    }

    #[test]
    fn the_digits_can_be_done_by_hand(seed in any::<u64>(), trial in any::<u64>(), n in 0..=DIGITS_MAX, p in 0.001..1.0_f64) {
        let key = Key::new(seed, "test", 0);
        prop_assert_eq!(binomial::draw(key, trial, n, p), by_hand(key, trial, n, p));
    }
}

/// Pins of the order in which random words are used and turned into draws. A change here is value-breaking: every result of every
/// scenario moves.
#[test]
fn the_draws_of_a_seed_are_pinned() {
    let key = Key::new(2_026, "pinned", 1);
    let draws = |n: u32, p: f64| -> Vec<u32> { (0..4).map(|trial| binomial::draw(key, trial, n, p)).collect() };
    assert_eq!(draws(20, 0.25), [5, 1, 5, 4]);
    assert_eq!(draws(150, 0.58), [90, 81, 93, 83]);
    assert_eq!(draws(1_024, 0.93), [959, 948, 957, 954]);
    assert_eq!(draws(1_025, 0.93), [964, 948, 962, 952]);
    assert_eq!(draws(5_000, 0.001), [3, 6, 3, 5]);
    assert_eq!(draws(10_000_000, 0.5), [4_997_967, 5_000_994, 4_998_277, 5_000_176]);
    let mut hash = 0_u64;
    for (n, p) in grid() {
        for k in sample(6, n, p, 1_000) {
            hash = (hash ^ u64::from(k)).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(23);
        }
    }
    assert_eq!(hash, 0x6855_C1FC_BDEF_F001);
}
