//! How much of a gamma or a beta law lies below x?
//!
//! Comes in: shapes and a value. Goes out: the regularised incomplete gamma and beta functions, both tails to about 10⁻¹³ of themselves.
//! Must never know: what the law stands for. Powers are taken by Loader's saddle-point expansion (*Fast and accurate computation of
//! binomial probabilities*, 2000), so that large shapes lose no digits.

use super::math::{exp, ln, ln_gamma};

/// ln √(2π).
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// Terms of a series or fraction: enough for shapes of 10⁸, which need a few times their square root.
const TERMS: u32 = 200_000;

/// What Stirling's formula lacks: ln Γ(x + 1) − (x + ½) ln x + x − ln √(2π), for x > 0.
fn stirling_error(x: f64) -> f64 {
    if x < 16.0 {
        return ln_gamma(x + 1.0) - (x + 0.5) * ln(x) + x - HALF_LN_TAU;
    }
    let square = x * x;
    let series = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - series / square) / square) / x
}

/// x ln(x / m) + m − x for x, m > 0, without cancellation where they are close.
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if !(v.abs() < 0.1) {
        return x * ln(x / m) + m - x;
    }
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in 1..1000 {
        power *= v * v;
        let next = sum + power / f64::from(2 * odd + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// xᵃ e⁻ˣ / Γ(a).
fn gamma_power(a: f64, x: f64) -> f64 {
    (a / core::f64::consts::TAU).sqrt() * exp(-stirling_error(a) - deviance(a, x))
}

/// xᵃ yᵇ / B(a, b) with y = 1 − x.
fn beta_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    (a * (b / n) / core::f64::consts::TAU).sqrt() * exp(exponent)
}

/// Logarithm of the chance that the Poisson law with `mean` > 0 gives `k`, a whole number of 0 or more.
#[must_use]
pub fn ln_poisson(k: f64, mean: f64) -> f64 {
    if k > 0.0 { -stirling_error(k) - deviance(k, mean) - HALF_LN_TAU - 0.5 * ln(k) } else { -mean }
}

/// Density of the gamma law with `shape` > 0 and scale 1 at `x` > 0: x^(shape − 1) e^(−x) / Γ(shape), 0 or more.
#[must_use]
pub fn gamma_density(shape: f64, x: f64) -> f64 {
    gamma_power(shape, x) / x
}

/// Density of the beta law at `x` in the open interval (0, 1): x^(a − 1) (1 − x)^(b − 1) / B(a, b) of its shapes a, b > 0; 0 or more.
#[must_use]
pub fn beta_density(alpha: f64, beta: f64, x: f64) -> f64 {
    beta_power(alpha, beta, x, 1.0 - x) / (x * (1.0 - x))
}

/// Shares of the gamma law with `shape` > 0 and scale 1 below and above `x`: P(a, x) and Q(a, x).
///
/// Series below the mean, Legendre's continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
#[must_use]
pub fn gamma_shares(shape: f64, x: f64) -> (f64, f64) {
    if !(x > 0.0) {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let power = gamma_power(shape, x);
    if x < shape + 1.0 {
        let (mut sum, mut term, mut a) = (1.0 / shape, 1.0 / shape, shape);
        for _ in 0..TERMS {
            a += 1.0;
            term *= x / a;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let below = (power * sum).min(1.0);
        return (below, 1.0 - below);
    }
    let mut b = x + 1.0 - shape;
    let above = power
        * fraction(1.0 / b, |i| {
            b += 2.0;
            (-i * (i - shape), b)
        });
    let above = above.min(1.0);
    (1.0 - above, above)
}

/// A continued fraction a₁/(b₁ + a₂/(b₂ + …)) by Lentz's method: starts at 1/b₁, `next(i)` gives (aᵢ₊₁, bᵢ₊₁).
fn fraction(start: f64, mut next: impl FnMut(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |x: f64| if x.abs() < TINY { TINY } else { x };
    let (mut c, mut d, mut value) = (1.0 / TINY, start, start);
    for i in 1..TERMS {
        let (a, b) = next(f64::from(i));
        d = 1.0 / guard(b + a * d);
        c = guard(b + a / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

/// Shares of the beta law below and above `x`: I(a, b; x) and its complement.
///
/// Continued fraction of DLMF 8.17.22 on the side of the mean where it converges fast.
#[must_use]
pub fn beta_shares(alpha: f64, beta: f64, x: f64) -> (f64, f64) {
    if !(x > 0.0) {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let y = 1.0 - x;
    let power = beta_power(alpha, beta, x, y);
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        let below = (power * beta_fraction(alpha, beta, x) / alpha).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (power * beta_fraction(beta, alpha, y) / beta).min(1.0);
        (1.0 - above, above)
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    fraction(1.0, |i| {
        let m = ((i - 1.0) / 2.0).floor();
        let term = if i % 2.0 == 1.0 {
            -(a + m) * (a + b + m) / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        } else {
            let m = m + 1.0;
            m * (b - m) / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        };
        (term * x, 1.0)
    })
}
