//! The functions that laws rest on: normal quantiles, incomplete gamma and beta functions.

use pfsim::numeric::incomplete::{beta_shares, gamma_shares};
use pfsim::numeric::math::{erfc, exp, exp_m1, ln_1p};
use pfsim::numeric::normal::{cdf, quantile, quantiles, upper_quantile};
use pfsim::numeric::normal_block::cdfs;
use pfsim::sampling::normal;
use pfsim::sampling::stream::Key;
use statrs::distribution::ContinuousCDF;

const INFINITY: f64 = f64::INFINITY;

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs(), "found {found}, expected {expected}");
}

#[test]
fn normal_quantile_meets_the_tables() {
    // Wichura (1988), section 4, and tables of Φ⁻¹.
    for (p, z) in [(0.25, -0.6744897501960817), (1e-3, -3.090232306167813), (1e-20, -9.262340089798408), (0.5, 0.0)] {
        assert!((quantile(p) - z).abs() <= 4e-16 * z.abs(), "{p}: {}", quantile(p));
        assert_eq!(upper_quantile(p), -quantile(p));
    }
    assert_eq!((quantile(0.0), quantile(1.0)), (-INFINITY, INFINITY));
    assert!(quantile(-0.1).is_nan() && quantile(1.1).is_nan() && quantile(f64::NAN).is_nan());
    let independent = statrs::distribution::Normal::standard();
    let mut before = -INFINITY;
    for step in 1..20_000 {
        let p = f64::from(step) / 20_000.0;
        let z = quantile(p);
        assert!((z - independent.inverse_cdf(p)).abs() <= 1e-9 && (cdf(z) - p).abs() <= 4e-16, "{p}");
        assert!(z > before);
        before = z;
    }
}

#[test]
fn a_block_of_quantiles_is_the_quantile_of_each() {
    let ps: Vec<f64> = (0..1003).map(|i| f64::from(i) / 1002.0).chain([1e-300, 0.075, 0.925, f64::NAN, -1.0]).collect();
    let mut block = ps.clone();
    quantiles(&mut block);
    for (p, z) in ps.iter().zip(&block) {
        assert_eq!(quantile(*p).to_bits(), z.to_bits(), "{p}");
    }
    let key = Key::new(3, "normal", 1);
    let mut out = [0.0; 150];
    normal::fill(key, 77, &mut out);
    for (trial, z) in (77..).zip(out) {
        assert_eq!(z.to_bits(), quantile(key.stream(trial).uniform()).to_bits());
    }
}

#[test]
fn a_block_of_shares_is_the_share_of_each() {
    let edges = [0.84375, 0.25, 1.25, 6.0, 28.0, 1.0 / 0.35].map(|x| x * core::f64::consts::SQRT_2);
    let near = |z: f64| [z, f64::next_up(z), f64::next_down(z), -z, -f64::next_up(z), -f64::next_down(z)];
    let special = [0.0, -0.0, 1e-300, -1e-17, 1e-9, INFINITY, -INFINITY, f64::NAN, 700.0, -700.0];
    let zs: Vec<f64> = (-6_000..6_000).map(|i| f64::from(i) / 700.0).chain(edges.into_iter().flat_map(near)).chain(special).collect();
    for zs in [&zs[..], &zs[..1], &zs[..129], &[]] {
        let mut block = zs.to_vec();
        cdfs(&mut block);
        for (z, share) in zs.iter().zip(&block) {
            assert_eq!(cdf(*z).to_bits(), share.to_bits(), "{z}");
        }
    }
}

#[test]
fn incomplete_functions_meet_their_identities() {
    for x in [1e-9, 0.01, 0.3, 1.0, 2.5, 20.0] {
        close(gamma_shares(1.0, x).0, -exp_m1(-x), 1e-14);
        close(gamma_shares(1.0, x).1, exp(-x), 1e-13);
        close(gamma_shares(0.5, x).1, erfc(f64::sqrt(x)), 1e-13);
        close(gamma_shares(2.0, x).1, exp(-x) * (1.0 + x), 1e-13);
    }
    for x in [1e-9, 0.01, 0.3, 0.5, 0.8, 0.999] {
        for b in [0.01, 0.5, 3.0, 400.0, 1e6] {
            let above = exp(b * ln_1p(-x));
            close(beta_shares(1.0, b, x).1, above, 1e-12);
            assert!((beta_shares(1.0, b, x).0 - (1.0 - above)).abs() < 1e-14);
            let (below, above) = beta_shares(2.5, b, x);
            assert!((below + above - 1.0).abs() < 1e-15);
            assert!((beta_shares(b, 2.5, 1.0 - x).1 - below).abs() < 1e-13 * (1.0 + b), "{b} {x}");
        }
    }
    for a in [0.01, 0.7, 5.0, 1e3, 1e7] {
        assert!((beta_shares(a, a, 0.5).0 - 0.5).abs() < 1e-12, "{a}");
        // P(a, x) − P(a + 1, x) = xᵃ e⁻ˣ / Γ(a + 1), near the mean by Stirling's series.
        let step = gamma_shares(a, a).0 - gamma_shares(a + 1.0, a).0;
        if a >= 1e3 {
            let density = exp(-1.0 / (12.0 * a) + 1.0 / (360.0 * a * a * a)) / (core::f64::consts::TAU * a).sqrt();
            assert!((step - density).abs() < 1e-12, "{a}: {step} {density}");
        }
    }
}
