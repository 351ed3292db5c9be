//! Nanoseconds per binomial draw.
//!
//! Each figure of `divan` is the time of a block of [`BLOCK`] draws; the column of items per second is draws per second.
//!
//! # Measured
//!
//! One core of an AMD EPYC (Zen 4) shared with others, Rust 1.95, median in nanoseconds a draw at p = 0.58. At p = 0.93 our paths differ
//! from it by less than 0.5, up to n = 1000. `rand_distr` 0.6 is built anew for each p, on the same generator.
//!
//! | n | AVX-512 | AVX2 | popcnt | portable | `rand_distr`, 0.58 | `rand_distr`, 0.93 |
//! |---|---|---|---|---|---|---|
//! | 30 | 4.4 | 7.3 | 17.1 | 17.3 | 107 | 45 |
//! | 64 | 5.6 | 10.1 | 21.7 | 25.3 | 97 | 51 |
//! | 100 | 7.0 | 12.1 | 21.2 | 26.9 | 92 | 55 |
//! | 150 | 7.5 | 13.9 | 26.2 | 35.6 | 86 | 107 |
//! | 300 | 9.8 | 18.4 | 33.3 | 47.2 | 78 | 100 |
//! | 500 | 13.3 | 25.5 | 45.9 | 66.2 | 71 | 96 |
//! | 1000 | 20.5 | 39.5 | 66.2 | 100 | 66 | 86 |
//! | 2000 (rejection) | 44.6 | 46.6 | 43.3 | 43.2 | 62 | 75 |
//!
//! The state of an address and one word of it, scalar: 3.2. Draws with n and p of their own, by AVX-512: 5.0 for n in 20..40, 7.6 for
//! 120..180, 12.9 for 50..500. Where the digits stop ([`binomial::DIGITS_MAX`] = 1024) is where AVX2 and rejection cost the same;
//! AVX-512 alone would stop after 2000, popcnt alone near 500.
//!
//! # Tried
//!
//! What was expected of each step, and what came: fastest of twenty runs of a prototype, ns a draw at n = 150 unless it says otherwise.
//!
//! | step | expected | came | kept |
//! |---|---|---|---|
//! | digits by popcount until at most 64 are undecided, then columns; 8 lanes of AVX-512; popcnt alone | 5; 25 to 30 | 9.9; 27.3 | yes |
//! | at most 32 undecided, so two digits a word | AVX-512 −10 %; n = 30 more | 9.9 → 9.0; n = 30: 6.9 → 5.0 | yes |
//! | at most 16, four digits a word; at most 8, eight | as good or better | 9.0 and 10.3; n = 30: 6.9 and 7.5 | no |
//! | masks by subtraction and shift instead of comparisons | AVX2 much better | AVX2 25.4 → 16.1, AVX-512 9.0 → 8.6 | yes |
//! | 16 lanes instead of 8 on AVX-512, for two independent chains | −15 % | 8.6 → 6.8 (24 lanes 9.6, 32 lanes 13.3: registers spill) | yes |
//! | 4 or 16 lanes instead of 8 on AVX2 | −10 % | 16.1 → 18.3 or 17.8 | no |
//! | rotations hidden from the optimiser on AVX2 | 16 → 11 | 16.1 → 13.6 | yes |
//! | words that all lanes use whole, without masks | −10 % | AVX-512 6.8 → 7.2; n = 1000: 19.6 → 16.5 | no: slower where most n are |
//! | a step of the generator a lane, instead of a loop an operation | the same | AVX-512 7.2 → 9.2 to 20 | no |
//! | the stack aligned for AVX2's spilled vectors | −10 % | none seen above the noise | no |

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use pfsim::sampling::binomial::{self, Path};
use pfsim::sampling::stream::{Key, step};
use rand_distr::Distribution;

const BLOCK: usize = 1024;
const N: [u32; 9] = [20, 30, 64, 100, 150, 300, 500, 1000, 2000];

fn main() {
    divan::main();
}

fn key() -> Key {
    Key::new(1, "bench", 0)
}

fn bench_path(bencher: Bencher, path: Path, n: u32, p: f64) {
    if !path.is_available() {
        return;
    }
    let (n, p, mut out) = (vec![n; BLOCK], vec![p; BLOCK], vec![0; BLOCK]);
    let (key, mut first_trial) = (key(), 0);
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first_trial += BLOCK as u64;
        path.fill(key, first_trial, black_box(&n), black_box(&p), black_box(&mut out));
    });
}

/// The four paths at p = 0.58 and 0.93.
#[divan::bench_group(sample_count = 200)]
mod fill {
    use super::*;

    #[divan::bench(args = N, consts = [58, 93])]
    fn avx512<const PERCENT: u32>(bencher: Bencher, n: u32) {
        bench_path(bencher, Path::Avx512, n, f64::from(PERCENT) / 100.0);
    }

    #[divan::bench(args = N, consts = [58, 93])]
    fn avx2<const PERCENT: u32>(bencher: Bencher, n: u32) {
        bench_path(bencher, Path::Avx2, n, f64::from(PERCENT) / 100.0);
    }

    #[divan::bench(args = N, consts = [58, 93])]
    fn popcnt<const PERCENT: u32>(bencher: Bencher, n: u32) {
        bench_path(bencher, Path::Popcnt, n, f64::from(PERCENT) / 100.0);
    }

    #[divan::bench(args = N, consts = [58, 93])]
    fn portable<const PERCENT: u32>(bencher: Bencher, n: u32) {
        bench_path(bencher, Path::Portable, n, f64::from(PERCENT) / 100.0);
    }
}

/// As in a scenario: n and p differ from trial to trial.
#[divan::bench_group(sample_count = 200)]
mod mixed {
    use super::*;

    #[divan::bench(args = [20..40, 120..180, 50..500])]
    fn best(bencher: Bencher, range: &core::ops::Range<u32>) {
        let mut stream = key().stream(0);
        let mut uniform = |from: f64, to: f64| from + (to - from) * stream.uniform();
        let n: Vec<u32> = (0..BLOCK).map(|_| uniform(f64::from(range.start), f64::from(range.end)) as u32).collect();
        let p: Vec<f64> = (0..BLOCK).map(|_| uniform(0.4, 0.95)).collect();
        let mut out = vec![0; BLOCK];
        let (key, mut first_trial) = (key(), 0);
        bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
            first_trial += BLOCK as u64;
            binomial::fill(key, first_trial, black_box(&n), black_box(&p), black_box(&mut out));
        });
    }
}

/// What others cost: `rand_distr` with its set-up made anew for each p, as a caller whose p changes in each trial has to.
#[divan::bench_group(sample_count = 200)]
mod beside {
    use super::*;

    #[divan::bench(args = N, consts = [58, 93])]
    fn rand_distr<const PERCENT: u32>(bencher: Bencher, n: u32) {
        let p = vec![f64::from(PERCENT) / 100.0; BLOCK];
        let mut out = vec![0; BLOCK];
        let (key, mut first_trial) = (key(), 0);
        bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
            first_trial += BLOCK as u64;
            for (j, (slot, &p)) in out.iter_mut().zip(black_box(&p)).enumerate() {
                let law = rand_distr::Binomial::new(u64::from(n), p).expect("a probability");
                *slot = law.sample(&mut key.stream(first_trial + j as u64)) as u32;
            }
            black_box(&mut out);
        });
    }

    /// The floor: the state of an address and one word from it.
    #[divan::bench]
    fn one_word(bencher: Bencher) {
        let mut out = vec![0; BLOCK];
        let (key, mut first_trial) = (key(), 0);
        bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
            first_trial += BLOCK as u64;
            for (j, slot) in out.iter_mut().enumerate() {
                *slot = step(&mut key.state(first_trial + j as u64));
            }
            black_box(&mut out);
        });
    }
}
