//! The law between persons: its quantiles, shares and sums against independent distribution functions and oracle O27.

use pfsim::sampling::stream::Key;
use pfsim::sampling::{Shape, Spread};
use statrs::distribution::{ContinuousCDF, Gamma, LogNormal, Weibull};

use crate::support::{Z, number, oracle};

fn near(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-12), "{what}: {found} and {expected}");
}

#[test]
fn quantiles_and_shares_are_those_of_the_law() {
    let check = |spread: &Spread, law: &dyn Fn(f64) -> f64, name: &str| {
        let sampler = spread.sampler();
        for step in 1..4_000 {
            let u = f64::from(step) / 4_000.0;
            let x = sampler.quantile(u);
            if u <= spread.zeros() {
                assert_eq!(x, 0.0);
                continue;
            }
            // The law's own share below the quantile must be u again.
            let back = spread.zeros() + (1.0 - spread.zeros()) * law(x);
            near(back, u, 1e-8, name);
            near(1.0 - sampler.share_above(x), u, 1e-8, name);
        }
        for tail in [1e-6, 1e-9, 1e-12] {
            let x = sampler.quantile(1.0 - tail);
            near(sampler.share_above(x), tail, 1e-3, name);
        }
    };
    for zeros in [0.0, 0.187] {
        for shape in [0.5, 1.0, 1.88, 30.0] {
            let scale = 1.0 / (1.0 - zeros) / shape;
            let law = Gamma::new(shape, 1.0 / scale).expect("a gamma law");
            let spread = Spread::new(zeros, Shape::Gamma(shape)).expect("a spread");
            check(&spread, &|x| law.cdf(x), &format!("gamma {shape}"));
        }
        for sigma in [0.3, 0.653, 1.5] {
            let mu = -pfsim::numeric::math::ln(1.0 - zeros) - 0.5 * sigma * sigma;
            let law = LogNormal::new(mu, sigma).expect("a lognormal law");
            let spread = Spread::new(zeros, Shape::LogNormal(sigma)).expect("a spread");
            check(&spread, &|x| law.cdf(x), &format!("lognormal {sigma}"));
        }
        for shape in [0.8, 2.5] {
            let scale = 1.0 / (1.0 - zeros) / statrs::function::gamma::gamma(1.0 + 1.0 / shape);
            let law = Weibull::new(shape, scale).expect("a Weibull law");
            let spread = Spread::new(zeros, Shape::Weibull(shape)).expect("a spread");
            check(&spread, &|x| law.cdf(x), &format!("weibull {shape}"));
        }
    }
}

#[test]
fn o27_zero_inflated_earnings() {
    let values = oracle("O27")["values"].clone();
    let value = |key: &str| number(&values[key]);
    let gamma = Spread::new(0.187, Shape::Gamma(1.88)).expect("a spread");
    let lognormal = Spread::new(0.187, Shape::LogNormal(0.653)).expect("a spread");
    near(gamma.variation(), value("CV_gamma"), 1e-12, "CV");
    near(lognormal.variation(), value("CV_ln"), 1e-12, "CV");
    near(gamma.sampler().share_above(30_000.0 / 17_525.0), value("P_gt_30000_gamma"), 1e-9, "share above");
    near(lognormal.sampler().share_above(30_000.0 / 17_525.0), value("P_gt_30000_ln"), 1e-9, "share above");
    near(17_525.0 * gamma.variation() / 976_f64.sqrt(), value("SE_mean_gamma"), 1e-12, "SE of a mean");
}

/// Means and variances of single draws and of totals, at z = 4.8916.
#[test]
fn draws_have_the_mean_and_the_spread_of_the_law() {
    let key = Key::new(9, "spread", 0);
    for shape in [Shape::Gamma(1.88), Shape::Gamma(0.5), Shape::LogNormal(0.653), Shape::Weibull(1.3), Shape::Observed(vec![1.0, 2.0, 6.0])]
    {
        let spread = Spread::new(0.187, shape).expect("a spread");
        let sampler = spread.sampler();
        let draws: f64 = 200_000.0;
        let (mut stream, mut crowd) = (key.stream(1), Key::new(9, "crowd", 0).crowd(1));
        let (mut sum, mut totals, mut square) = (0.0, 0.0, 0.0);
        let holders = 7;
        for _ in 0..200_000 {
            let mut one = [0.0];
            sampler.fill(&mut crowd, &mut one);
            sum += one[0];
            let total = sampler.total(holders, &mut stream);
            totals += total;
            square += total * total;
        }
        let error = Z * spread.variation() / draws.sqrt();
        assert!((sum / draws - 1.0).abs() <= error, "{spread:?}: mean {}", sum / draws);
        let expected = f64::from(holders) / (1.0 - spread.zeros());
        let variance = square / draws - (totals / draws) * (totals / draws);
        assert!((totals / draws - expected).abs() <= Z * (variance / draws).sqrt(), "{spread:?}: total {}", totals / draws);
        // The squared cv of those who have something, over seven of them.
        let own = (spread.variation() * spread.variation() + 1.0) * (1.0 - spread.zeros()) - 1.0;
        let law = own * expected * expected / f64::from(holders);
        assert!((variance / law - 1.0).abs() < 0.06, "{spread:?}: variance {variance} and {law}");
    }
}
