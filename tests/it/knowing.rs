//! Corners of a space and the worth of knowing: against what was put in, and closed forms.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::stats::information::{nested, perfect, worth};
use pfsim::stats::{dependence::cells, prim};
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

/// A corner that is there is found: 30% of one column, 60% of another, and cases almost only within.
#[test]
fn a_corner_is_found_and_none_is_invented() {
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(9);
    let n = 10_000;
    let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| luck.random()).collect()).collect();
    let cases: Vec<bool> = (0..n).map(|trial| columns[1][trial] < 0.3 && columns[3][trial] > 0.4 && luck.random::<f64>() < 0.9).collect();
    let found = prim::corner(&columns, &cases).expect("a corner");
    assert_eq!(found.bounds.iter().map(|bound| bound.0).collect::<Vec<_>>(), [1, 3]);
    assert!((found.bounds[0].2 - 0.3).abs() < 0.02 && (found.bounds[1].1 - 0.4).abs() < 0.02, "{found:?}");
    assert!(found.bounds[0].1 == f64::NEG_INFINITY && found.bounds[1].2 == f64::INFINITY);
    assert!(found.coverage > 0.95 && (found.density - 0.9).abs() < 0.03 && (found.mass - 0.18).abs() < 0.02, "{found:?}");
    let noise: Vec<bool> = (0..n).map(|_| luck.random::<f64>() < 0.3).collect();
    assert_eq!(prim::corner(&columns, &noise), None, "nothing explains what is luck");
    assert_eq!(prim::corner(&columns, &vec![false; n]), None);
    assert_eq!(prim::corner(&columns, &vec![true; n]), None);
}

/// Signing is worth a + b·X + noise: knowing X is worth b·φ(a/b) + a·Φ(a/b) − max(0, a), and everything so much with the noise in b.
#[test]
fn the_worth_of_knowing_is_that_of_the_closed_form() {
    let standard = Normal::new(0.0, 1.0).expect("a law");
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(4);
    let n = 40_000;
    let mut normal = || (0..n).map(|_| standard.inverse_cdf(luck.random_range(1e-12..1.0))).collect::<Vec<f64>>();
    let (x, z, noise, idle) = (normal(), normal(), normal(), normal());
    let (a, b, c, d) = (0.3, 1.0, 0.5, 0.8);
    let sign: Vec<f64> = (0..n).map(|trial| a + b * x[trial] + c * z[trial] + d * noise[trial]).collect();
    let options = [vec![0.0; n], sign];
    let truth = |b: f64| b * (-0.5 * (a / b) * (a / b)).exp() / (2.0 * core::f64::consts::PI).sqrt() + a * standard.cdf(a / b) - a;
    let of_x = worth(&options, &cells(&x, 31));
    let of_z = worth(&options, &cells(&z, 31));
    let both = worth(&options, &nested(&[&x, &z], 31, 100));
    let all = perfect(&options);
    for (found, truth) in [(of_x, truth(b)), (of_z, truth(c)), (both, truth((b * b + c * c).sqrt()))] {
        // A cell is not a point: up to a hundredth of the worth is lost in it.
        assert!(found.held_out <= found.value + 1e-12);
        assert!(found.value + 4.8916 * found.error + 0.012 * truth >= truth, "{found:?} below {truth}");
        assert!(found.held_out - 4.8916 * found.error <= truth * 1.012, "{found:?} above {truth}");
        assert!((found.value - truth).abs() < 0.03 * truth + 4.8916 * found.error, "{found:?} is not {truth}");
    }
    let perfectly = truth((b * b + c * c + d * d).sqrt());
    assert!((all.value - perfectly).abs() <= 4.8916 * all.error, "{all:?} is not {perfectly}");
    // Finer cells are never worth less.
    assert!(of_x.value <= both.value && both.value <= all.value && of_z.value <= all.value);
    assert!(worth(&options, &cells(&idle, 31)).held_out < 0.02, "what says nothing is worth nothing");
    assert_eq!(worth(&options, &vec![0; n]).value, 0.0);
}
