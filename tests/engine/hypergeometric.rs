//! Draws without replacement against the exact chances.

use pfsim::numeric::math::exp;
use pfsim::sampling::hypergeometric::{draw, fill};
use pfsim::sampling::stream::Key;
use statrs::distribution::{ChiSquared, ContinuousCDF, Discrete, Hypergeometric};

fn drawn(population: u32, successes: u32, draws: u32, count: usize) -> Vec<u32> {
    let mut out = vec![0; count];
    let column = |value| vec![value; count];
    fill(Key::new(9, "draws", population), 0, &column(population), &column(successes), &column(draws), &mut out);
    out
}

/// Pearson's test at a false-alarm rate of 10⁻⁶; values with fewer than 20 expected are pooled.
#[test]
fn draws_without_replacement_have_their_chances() {
    let cases = [
        (10, 4, 3),
        (120, 60, 8),
        (120, 100, 115),
        (120, 110, 20),
        (120, 20, 110),
        (240, 100, 90),
        (240, 150, 90),
        (240, 100, 170),
        (240, 170, 160),
        (3000, 900, 600),
        (5000, 60, 2500),
        (1_000_000, 400_000, 50),
        (100_000, 45_000, 300),
    ];
    for (population, successes, draws) in cases {
        let n = 200_000;
        let law = Hypergeometric::new(population.into(), successes.into(), draws.into()).expect("valid");
        let values = drawn(population, successes, draws, n);
        let (least, most) = ((successes + draws).saturating_sub(population), successes.min(draws));
        assert!(values.iter().all(|x| (least..=most).contains(x)));
        let (mut statistic, mut cells, mut pooled) = (0.0, 0.0, (0.0, 0.0));
        let mut counts = vec![0.0; most as usize + 1];
        values.iter().for_each(|x| counts[*x as usize] += 1.0);
        let mut cell = |(count, expected): (f64, f64)| {
            statistic += (count - expected) * (count - expected) / expected;
            cells += 1.0;
        };
        for x in least..=most {
            let (count, expected) = (counts[x as usize], exp(law.ln_pmf(x.into())) * n as f64);
            if expected < 20.0 {
                pooled = (pooled.0 + count, pooled.1 + expected);
            } else {
                cell((count, expected));
            }
        }
        if pooled.1 > 0.0 {
            pooled.1 = f64::max(pooled.1, 1e-3);
            cell(pooled);
        }
        let bound = ChiSquared::new(cells - 1.0).expect("valid").inverse_cdf(1.0 - 1e-6);
        assert!(statistic < bound, "{population}, {successes}, {draws}: {statistic} of {bound}");
    }
}

#[test]
fn certain_draws_are_certain() {
    for (population, successes, draws, found) in
        [(0, 0, 0, 0), (5, 0, 3, 0), (5, 5, 3, 3), (5, 3, 5, 3), (5, 3, 0, 0), (300, 300, 150, 150), (300, 120, 300, 120), (4, 9, 9, 4)]
    {
        assert_eq!(draw(&mut Key::new(1, "certain", 0).stream(0), population, successes, draws), found);
    }
    // Nothing overflows at the top.
    let top = draw(&mut Key::new(1, "certain", 0).stream(0), u32::MAX, u32::MAX - 3, u32::MAX - 5);
    assert!((u32::MAX - 8..=u32::MAX - 5).contains(&top));
}

#[test]
fn a_block_is_the_draw_at_each_address() {
    let n = 500;
    let column = |step: u32, up_to: u32| (0..n as u32).map(|i| i * step % up_to).collect::<Vec<_>>();
    let (population, successes, draws) = (vec![400; n], column(7, 401), column(13, 401));
    let (key, mut out) = (Key::new(4, "block", 0), vec![0; n]);
    fill(key, 40, &population, &successes, &draws, &mut out);
    for j in 0..n {
        assert_eq!(out[j], draw(&mut key.stream(40 + j as u64), 400, successes[j], draws[j]));
    }
}
