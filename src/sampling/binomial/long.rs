//! Binomial draws whose cost does not grow with n: inversion where few successes or few failures are expected, rejection elsewhere.
//!
//! Comes in: a stream, n and p. Goes out: the count. Must never know: addresses, other draws.

use super::super::stream::Stream;
use crate::numeric::math;

/// Below this expected number of the rarer result inversion is faster, and [`rejection`] is not proven.
const FEW: f64 = 10.0;

/// One draw of Bin(n, p) for a whole n and 0 < p < 1.
pub(super) fn count(stream: &mut Stream, n: f64, p: f64) -> f64 {
    let rare = p.min(1.0 - p);
    let k = if n * rare < FEW { inversion(stream, n, rare) } else { rejection(stream, n, rare) };
    if p > 0.5 { n - k } else { k }
}

/// Sequential search of the distribution function from zero: algorithm BINV of Kachitvichyanukul and Schmeiser, *Binomial random
/// variate generation*, CACM 31(2), 1988. For p ≤ ½ and n p < 10.
fn inversion(stream: &mut Stream, n: f64, p: f64) -> f64 {
    /// P(k > 110) < 10⁻⁷⁰ where n p < 10: only a rest left by rounding comes so far, and it draws again, as in the paper.
    const LAST: f64 = 110.0;
    let odds = p / (1.0 - p);
    let none = math::exp(n * math::ln_1p(-p));
    loop {
        let mut rest = stream.uniform();
        let mut mass = none;
        let mut k = 0.0;
        while k <= n.min(LAST) {
            if rest <= mass {
                return k;
            }
            rest -= mass;
            mass *= odds * ((n - k) / (k + 1.0));
            k += 1.0;
        }
    }
}

/// Transformed rejection with squeeze: algorithm BTRS of Hörmann, *The generation of binomial random variates*, J. Statist. Comput.
/// Simul. 46, 1993. For p ≤ ½ and n p ≥ 10.
fn rejection(stream: &mut Stream, size: f64, p: f64) -> f64 {
    // step 0: set-up
    let deviation = (size * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = size * p + 0.5;
    let squeeze = 0.92 - 4.2 / b;
    loop {
        // step 1: a candidate, accepted at once inside the squeeze
        let u = stream.uniform() - 0.5;
        let v = stream.uniform();
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + centre).floor();
        if edge >= 0.07 && v <= squeeze {
            return k;
        }
        // steps 2 and 3: compare with the density relative to its mode
        if !(0.0..=size).contains(&k) {
            continue;
        }
        let alpha = (2.83 + 5.1 / b) * deviation;
        if math::ln(v * alpha / (a / (edge * edge) + b)) <= log_density_over_mode(size, p, k) {
            return k;
        }
    }
}

/// ln of P(k) / P(mode) for Bin(n, p), every term small: with ln x! = (x + ½) ln(x + 1) − (x + 1) + ½ ln 2π + tail(x), the large
/// parts of the four factorials cancel on paper instead of in floating point.
fn log_density_over_mode(n: f64, p: f64, k: f64) -> f64 {
    let mode = ((n + 1.0) * p).floor();
    let off = k - mode;
    (n - mode + 0.5) * math::ln_1p(off / (n - k + 1.0)) - (mode + 0.5) * math::ln_1p(off / (mode + 1.0))
        + off * math::ln(p / (1.0 - p) * ((n - k + 1.0) / (k + 1.0)))
        + (stirling_tail(mode) + stirling_tail(n - mode) - stirling_tail(k) - stirling_tail(n - k))
}

/// ln x! − [(x + ½) ln(x + 1) − (x + 1) + ½ ln 2π] for a whole x ≥ 0: Stirling's series at x + 1 (error below 10⁻¹²), from a table
/// where it converges slowly.
fn stirling_tail(x: f64) -> f64 {
    const TABLE: [f64; 10] = [
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_3,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_093,
        0.016_644_691_189_821_193,
        0.013_876_128_823_070_748,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_096,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
    ];
    if x < TABLE.len() as f64 {
        return TABLE[x as usize];
    }
    let inverse = 1.0 / (x + 1.0);
    let square = inverse * inverse;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - square / 1680.0) * square) * square) * inverse
}
