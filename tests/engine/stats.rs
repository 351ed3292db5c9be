//! Summaries against their definitions, exact laws and fixed-seed statistics.

use crate::support::{number, oracle};
use pfsim::finance::irr;
use pfsim::stats::*;
use proptest::prelude::*;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use statrs::distribution::{Discrete, DiscreteCDF};

const PROBABILITIES: [f64; 7] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.01, 0.999];
/// Two-sided 1e-6 (oracle O35).
const Z: f64 = 4.89163847569859;

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got:e}, want {want:e}");
}

/// Uniform in (0, 1) from an independent generator.
struct Source(Xoshiro256PlusPlus);

impl Source {
    fn new(seed: u64) -> Source {
        Source(Xoshiro256PlusPlus::seed_from_u64(seed))
    }
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }
}

/// inf{x : F(x) ≥ p} by sorting; F(x) = k/n.
fn defined_quantile(sorted: &[f64], p: f64) -> f64 {
    let n = sorted.len() as f64;
    *sorted.iter().enumerate().find(|(i, _)| (i + 1) as f64 / n >= p).expect("p below 1").1
}

/// Acerbi & Tasche: the mean of the quantile function over (0, a), by walking the sorted values.
fn defined_tail(sorted: &[f64], a: f64) -> f64 {
    let weight = 1.0 / sorted.len() as f64;
    let (mut left, mut sum) = (a, 0.0);
    for x in sorted {
        let part = weight.min(left);
        sum += part * x;
        left -= part;
        if left <= 0.0 {
            break;
        }
    }
    sum / a
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn pushed(values: &[f64], warm: usize, blocks: usize) -> QuantileColumn {
    let mut column = QuantileColumn::with_warm(&PROBABILITIES, Some(0.05), warm);
    for block in values.chunks(blocks) {
        column.push_block(block);
    }
    column
}

fn check_against_definition(values: &[f64], column: &QuantileColumn) {
    let sorted = sorted(values);
    assert_eq!(column.count(), sorted.len() as u64);
    assert_eq!(column.undefined(), (values.len() - sorted.len()) as u64);
    if sorted.is_empty() {
        assert!(column.quantiles().iter().all(|quantile| quantile.value.is_nan()));
        assert!(column.lower_tail().is_none());
        return;
    }
    for (quantile, p) in column.quantiles().iter().zip(PROBABILITIES) {
        assert!(quantile.exact, "p = {p} with {} values", sorted.len());
        assert_eq!(quantile.probability, p);
        assert_eq!(quantile.value, defined_quantile(&sorted, p), "p = {p}");
        assert!(quantile.standard_error >= 0.0 || sorted.len() == 1, "p = {p}: {}", quantile.standard_error);
    }
    let tail = column.lower_tail().expect("asked for");
    let scale = sorted.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
    assert_eq!(tail.value_at_risk, defined_quantile(&sorted, 0.05));
    close(tail.shortfall, defined_tail(&sorted, 0.05), 1e-11 * scale);
}

// ---- the single-investment deal, by its exact binomial law

#[test]
fn o17_by_the_exact_law() {
    let oracle = oracle("O17");
    let want = |key: &str| number(&oracle["values"][key]);
    let law = statrs::distribution::Binomial::new(0.6, 300).unwrap();
    let payment = |successes: u64| (6_000.0 * successes as f64).min(1_150_000.0);
    let rate = |successes: u64| irr(&[-1_000_000.0, 0.0, 0.0, payment(successes)], 1.0).value();
    let mean = |of: &dyn Fn(u64) -> f64| (0..=300).map(|x| law.pmf(x) * of(x)).sum::<f64>();
    close(mean(&payment), want("E_payment"), 1e-6);
    close(mean(&|x| rate(x)), want("E_IRR"), 1e-11);
    close(irr(&[-1_000_000.0, 0.0, 0.0, mean(&payment)], 1.0).value(), want("IRR_of_E_payment"), 1e-11);
    close(mean(&|x| f64::from(payment(x) < 1_000_000.0)), want("P_capital_loss"), 1e-11);
    close(mean(&|x| rate(x).min(0.0).abs().powi_2()).sqrt(), want("semidev_below_zero_IRR"), 1e-11);

    // a column of as many values as shares of 1e-6 show the law's quantiles and, within the rounding of shares, its tail
    let mut profits = Vec::new();
    let mut rates = Vec::new();
    let mut at = 0;
    for x in 0..=300 {
        let upto = (law.cdf(x) * 1e6).round() as usize;
        profits.extend(std::iter::repeat_n(payment(x) - 1_000_000.0, upto.saturating_sub(at)));
        rates.extend(std::iter::repeat_n(rate(x), upto.saturating_sub(at)));
        at = at.max(upto);
    }
    // any order of arrival
    let mut source = Source::new(17);
    for i in (1..profits.len()).rev() {
        let j = (source.uniform() * (i + 1) as f64) as usize;
        profits.swap(i, j);
        rates.swap(i, j);
    }
    for warm in [WARM, 5_000, 2_000_000] {
        let profit = pushed(&profits, warm, 512);
        let tail = profit.lower_tail().unwrap();
        close(-tail.value_at_risk, want("VaR95_loss"), 1e-9);
        close(-tail.shortfall, want("ES95_loss"), 1.0);
        let mut column = Column::with_warm(&[], None, warm);
        rates.chunks(512).for_each(|block| column.push_block(block));
        let summary = column.summary();
        close(summary.mean, want("E_IRR"), 1e-6);
        close(summary.p5, want("q05_IRR"), 1e-12);
        close(summary.p50, want("q50_IRR"), 1e-12);
        close(summary.p95, want("q95_IRR"), 1e-12);
        assert!(summary.exact);
    }
}

#[test]
fn o17_by_simulation() {
    let oracle = oracle("O17");
    let want = |key: &str| number(&oracle["values"][key]);
    let mut source = Source::new(1_717);
    let mut column = Column::with_warm(&[], Some(0.05), 4_096);
    let mut losses = Proportion::default();
    for _ in 0..200 {
        let block: Vec<f64> = (0..512)
            .map(|_| {
                let successes = (0..300).filter(|_| source.uniform() < 0.6).count();
                (6_000.0 * successes as f64).min(1_150_000.0) - 1_000_000.0
            })
            .collect();
        losses.push(block.iter().filter(|&&x| x < 0.0).count() as u64, 512);
        column.push_block(&block);
    }
    let (summary, tail) = (column.summary(), column.lower_tail().unwrap());
    assert!(summary.se > 0.0 && tail.standard_error > 0.0);
    close(summary.mean, want("E_payment") - 1e6, Z * summary.se);
    close(-tail.shortfall, want("ES95_loss"), Z * tail.standard_error);
    close(losses.share(), want("P_capital_loss"), Z * losses.standard_error());
}

// ---- standard errors mean what they say

#[test]
fn quantile_and_tail_errors_match_the_spread_of_repetitions() {
    // uniform values: sd of the p-quantile is √(p(1−p)/n); for the tail, Var min(x−a, 0) = a³/3 − a⁴/4
    let (n, repetitions) = (20_000, 400);
    let mut source = Source::new(5);
    let (mut reported, mut squared) = ([0.0; 8], [0.0; 8]);
    for _ in 0..repetitions {
        let values: Vec<f64> = (0..n).map(|_| source.uniform()).collect();
        let column = pushed(&values, 2_048, 512);
        let tail = column.lower_tail().unwrap();
        for (i, quantile) in column.quantiles().iter().enumerate() {
            reported[i] += quantile.standard_error / repetitions as f64;
            squared[i] += (quantile.value - PROBABILITIES[i]).powi_2() / repetitions as f64;
        }
        reported[7] += tail.standard_error / repetitions as f64;
        squared[7] += (tail.shortfall - 0.025).powi_2() / repetitions as f64;
    }
    let a = 0.05f64;
    let mut exact: Vec<f64> = PROBABILITIES.iter().map(|p| (p * (1.0 - p) / n as f64).sqrt()).collect();
    exact.push(((a * a * a / 3.0 - a * a * a * a / 4.0) / n as f64).sqrt() / a);
    for i in 0..8 {
        // the sd of an estimated sd over 400 repetitions is 3.5%
        assert!((squared[i].sqrt() / exact[i] - 1.0).abs() < 0.16, "spread {i}: {} and {}", squared[i].sqrt(), exact[i]);
        assert!((reported[i] / exact[i] - 1.0).abs() < 0.05, "reported {i}: {} and {}", reported[i], exact[i]);
    }
}

#[test]
fn shares_and_their_bounds() {
    let mut share = Proportion::default();
    assert!(share.share().is_nan() && share.standard_error().is_nan() && share.bound95().is_none());
    share.push(3_000, 60_000);
    share.push(0, 40_000);
    // O35: the standard error of a share of 3% in 100,000 trials
    close(share.standard_error(), number(&oracle("O35")["values"]["se_P003"]), 1e-15);
    assert_eq!(share.bound95(), None);
    // (1 − bound)ⁿ = 0.05, solved by hand for n = 1 and 2
    close(Proportion::new(0, 1).bound95().unwrap(), 0.95, 1e-15);
    close(Proportion::new(0, 2).bound95().unwrap(), 1.0 - 0.05f64.sqrt(), 1e-15);
    close(Proportion::new(2, 2).bound95().unwrap(), 0.05f64.sqrt(), 1e-15);
    // −ln 0.05 = 2.9957…, the "three" of the rule
    close(Proportion::new(0, 1_000_000_000).bound95().unwrap() * 1e9, 2.995732273553991, 1e-7);
    // Never and always are not certain: 1.645 standard errors reach the bound, 1 − 0.05^(1/5) = 0.4507197.
    for hits in [0, 5] {
        close(Proportion::new(hits, 5).standard_error() * 1.644_854, 0.450_719_7, 1e-6);
    }
}

// ---- moments

#[test]
fn moments_of_whole_numbers_are_exact() {
    // 1..=1000: mean 500.5, Σ(x − mean)² = n(n² − 1)/12
    let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
    for blocks in [1, 7, 8, 100, 512, 1_000] {
        let mut moments = Moments::default();
        values.chunks(blocks).for_each(|block| moments.merge(&Moments::of(block)));
        assert_eq!(moments.count, 1_000);
        close(moments.mean(), 500.5, 1e-12);
        close(moments.squares(), 1_000.0 * 999_999.0 / 12.0, 1e-6);
        close(moments.standard_error(), (1_000.0 * 999_999.0 / 12.0 / 999.0 / 1_000.0f64).sqrt(), 1e-12);
        assert_eq!((moments.min(), moments.max()), (1.0, 1_000.0));
    }
}

#[test]
fn a_large_mean_does_not_drown_the_spread() {
    // 1e14 + {0, 1, 2, 3}: the variance of 0..=3 with divisor n − 1, 1250 times over
    let values: Vec<f64> = (0..5_000).map(|i| 1e14 + f64::from(i % 4)).collect();
    let mut moments = Moments::default();
    values.chunks(512).for_each(|block| moments.merge(&Moments::of(block)));
    close(moments.variance(), 1.25 * 5_000.0 / 4_999.0, 1e-3);
}

#[test]
fn nothing_one_value_and_undefined_values() {
    let empty = Column::new(&[0.1], Some(0.05));
    let summary = empty.summary();
    assert_eq!((summary.count, summary.undefined), (0, 0));
    assert!([summary.mean, summary.sd, summary.se, summary.p5, summary.p50, summary.min, summary.max].iter().all(|x| x.is_nan()));
    assert!(empty.lower_tail().is_none());

    let mut one = Column::new(&[0.1], Some(0.05));
    one.push_block(&[f64::NAN, 3.0, f64::NAN]);
    let summary = one.summary();
    assert_eq!((summary.count, summary.undefined, summary.mean, summary.p5, summary.p95), (1, 2, 3.0, 3.0, 3.0));
    assert_eq!((summary.min, summary.max), (3.0, 3.0));
    assert!(summary.sd.is_nan() && summary.se.is_nan());
    assert_eq!(one.extra_quantiles()[0].value, 3.0);

    let mut undefined = Column::new(&[], Some(0.05));
    undefined.push_block(&[f64::NAN; 9]);
    assert_eq!((undefined.summary().count, undefined.summary().undefined), (0, 9));
    assert!(undefined.summary().mean.is_nan());
}

// ---- quantiles

#[test]
fn a_quantile_at_a_step_is_the_lower_one() {
    // F(k) = k/100 exactly where p·n is rounded up by a bit
    let values: Vec<f64> = (1..=100).map(f64::from).collect();
    let probabilities = [0.07, 0.14, 0.28, 0.29, 0.55, 0.56, 0.57, 0.58];
    let mut column = QuantileColumn::new(&probabilities, None);
    column.push_block(&values);
    for (quantile, want) in column.quantiles().iter().zip([7.0, 14.0, 28.0, 29.0, 55.0, 56.0, 57.0, 58.0]) {
        assert_eq!(quantile.value, want);
    }
}

#[test]
fn far_past_the_warm_up_the_answer_is_the_sorted_one() {
    let mut source = Source::new(8);
    let values: Vec<f64> = (0..1_000_000).map(|_| source.uniform() + source.uniform() * source.uniform()).collect();
    let column = pushed(&values, 4_096, 512);
    check_against_definition(&values, &column);
    assert!(column.stored() < 100_000, "{} values are kept", column.stored());
}

#[test]
fn heavy_atoms_cost_nothing() {
    let mut source = Source::new(9);
    // 30% total losses, 40% capped, the rest in between
    let values: Vec<f64> = (0..400_000).map(|_| ((source.uniform() * 3.0 - 0.9) * 0.5).clamp(0.0, 0.4)).collect();
    let column = pushed(&values, 2_000, 512);
    check_against_definition(&values, &column);
    assert!(column.stored() < 40_000, "{} values are kept", column.stored());
    // three values only: every window is an atom
    let values: Vec<f64> = (0..400_000).map(|_| (source.uniform() * 3.0).floor()).collect();
    let column = pushed(&values, 2_000, 512);
    check_against_definition(&values, &column);
    assert_eq!(column.stored(), 0);
}

#[test]
fn ten_million_values_stay_below_eight_megabytes() {
    let mut source = Source::new(10);
    let mut column = Column::new(&[], Some(0.05));
    let mut most = 0;
    let mut block = [0.0; 512];
    for _ in 0..10_000_000 / 512 {
        block.fill_with(|| source.uniform());
        column.push_block(&block);
        most = most.max(column.stored());
    }
    assert!(most * 8 < 8_000_000, "{most} values were kept at one time");
    let summary = column.summary();
    assert!(summary.exact);
    let n = summary.count as f64;
    for (got, p) in [summary.p5, summary.p25, summary.p50, summary.p75, summary.p95].iter().zip(PROBABILITIES) {
        close(*got, p, Z * (p * (1.0 - p) / n).sqrt());
    }
    close(summary.mean, 0.5, Z * summary.se);
}

#[test]
fn a_stream_that_leaves_its_window_says_so() {
    let values: Vec<f64> = (0..20_000).map(f64::from).collect();
    let column = pushed(&values, 1_000, 512);
    let quantiles = column.quantiles();
    assert!(quantiles.iter().any(|quantile| !quantile.exact));
    assert!(quantiles.iter().zip(PROBABILITIES).all(|(quantile, p)| !quantile.exact || quantile.value == defined_quantile(&values, p)));
    assert!(!column.lower_tail().unwrap().exact);
}

#[test]
fn infinite_values_have_ranks_too() {
    let mut values = vec![f64::INFINITY; 60];
    values.extend([f64::NEG_INFINITY; 60]);
    values.extend((0..80).map(f64::from));
    assert!(Moments::of(&values).standard_deviation().is_nan(), "no spread is made up");
    let column = pushed(&values, 300, 64);
    for (quantile, p) in column.quantiles().iter().zip(PROBABILITIES) {
        assert_eq!(quantile.value, defined_quantile(&sorted(&values), p));
    }
}

/// Shuffled so that a stream is exchangeable, as trials are.
fn values() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        4 => -1e6f64..1e6,
        2 => Just(-1.0f64),
        2 => Just(0.25f64),
        1 => Just(0.0f64),
        1 => Just(-0.0f64),
        1 => Just(f64::NAN),
    ];
    proptest::collection::vec(value, 0..6_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn quantiles_and_tail_equal_their_definition(values in values(), warm in 100usize..900, blocks in 1usize..700) {
        check_against_definition(&values, &pushed(&values, warm, blocks));
    }

    #[test]
    fn the_warm_up_changes_no_quantile(values in values()) {
        let (kept, windowed) = (pushed(&values, 1_000_000, 512), pushed(&values, 200, 512));
        for (a, b) in kept.quantiles().iter().zip(windowed.quantiles()) {
            prop_assert_eq!(a.value.to_bits(), b.value.to_bits());
        }
        let of = |column: &QuantileColumn| column.lower_tail().map(|tail| (tail.value_at_risk, tail.shortfall, tail.standard_error));
        if let (Some(a), Some(b)) = (of(&kept), of(&windowed)) {
            prop_assert!((a.1 - b.1).abs() < 1e-6, "{:?} {:?}", a, b);
            prop_assert!(a.2.is_nan() == (kept.count() < 2) && b.2.is_nan() == a.2.is_nan());
            prop_assert!(a.2.is_nan() || (a.2 - b.2).abs() <= 1e-6 * a.2 + 1e-9, "{:?} {:?}", a, b);
        }
    }

    #[test]
    fn moments_equal_their_definition(values in values(), blocks in 1usize..700) {
        let mut moments = Moments::default();
        values.chunks(blocks).for_each(|block| moments.merge(&Moments::of(block)));
        let defined = sorted(&values);
        prop_assert_eq!(moments.count as usize, defined.len());
        prop_assert_eq!(moments.undefined as usize, values.len() - defined.len());
        if defined.len() > 1 {
            let n = defined.len() as f64;
            let mean = defined.iter().sum::<f64>() / n;
            let squares: f64 = defined.iter().map(|x| (x - mean) * (x - mean)).sum();
            prop_assert!((moments.mean() - mean).abs() <= 1e-8);
            prop_assert!((moments.squares() - squares).abs() <= 1e-10 * squares + 1e-9);
            prop_assert_eq!((moments.min(), moments.max()), (defined[0], *defined.last().unwrap()));
        }
    }
}

/// A square by multiplication.
trait Square {
    fn powi_2(self) -> f64;
}
impl Square for f64 {
    fn powi_2(self) -> f64 {
        self * self
    }
}
