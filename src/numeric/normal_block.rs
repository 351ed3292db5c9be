//! How likely is a value up to each of many z? The same bits as one by one, many times faster.
//!
//! Comes in: numbers. Goes out: numbers. Must never know: whose they are.

use super::normal::cdf;
use super::wide::widest;

/// Width of the blocks of [`cdfs`].
const BLOCK: usize = 128;

/// Up to here erfc is one ratio; |x| below these.
const CENTRE: f64 = 0.84375;
const SHOULDER: f64 = 1.25;

/// Coefficients of erfc as fdlibm and `libm` have them (`s_erf.c`, Sun Microsystems 1993), lowest power first.
#[expect(clippy::excessive_precision, reason = "the digits of the source")]
mod coefficients {
    pub(super) const PP: [f64; 5] = [
        1.283_791_670_955_125_585_61e-01,
        -3.250_421_072_470_014_993_70e-01,
        -2.848_174_957_559_851_047_66e-02,
        -5.770_270_296_489_441_591_57e-03,
        -2.376_301_665_665_016_260_84e-05,
    ];
    pub(super) const QQ: [f64; 6] = [
        1.0,
        3.979_172_239_591_553_528_19e-01,
        6.502_224_998_876_729_444_85e-02,
        5.081_306_281_875_765_627_76e-03,
        1.324_947_380_043_216_445_26e-04,
        -3.960_228_278_775_368_123_20e-06,
    ];
    pub(super) const PA: [f64; 7] = [
        -2.362_118_560_752_659_440_77e-03,
        4.148_561_186_837_483_316_66e-01,
        -3.722_078_760_357_013_238_47e-01,
        3.183_466_199_011_617_536_74e-01,
        -1.108_946_942_823_966_774_76e-01,
        3.547_830_432_561_823_593_71e-02,
        -2.166_375_594_868_790_843_00e-03,
    ];
    pub(super) const QA: [f64; 7] = [
        1.0,
        1.064_208_804_008_442_282_86e-01,
        5.403_979_177_021_710_489_37e-01,
        7.182_865_441_419_626_628_68e-02,
        1.261_712_198_087_616_421_12e-01,
        1.363_708_391_202_905_073_62e-02,
        1.198_449_984_679_910_741_70e-02,
    ];
    /// erf(1), to the digits that a 32-bit number has.
    pub(super) const ERX: f64 = 8.450_629_115_104_675_292_97e-01;
}

use coefficients::{ERX, PA, PP, QA, QQ};

#[inline(always)]
fn value<const N: usize>(powers: &[f64; N], x: f64) -> f64 {
    let mut sum = powers[N - 1];
    for power in powers[..N - 1].iter().rev() {
        sum = power + x * sum;
    }
    sum
}

/// erfc(x) where |x| < [`CENTRE`].
#[inline(always)]
fn central(x: f64) -> f64 {
    let z = x * x;
    let y = value(&PP, z) / value(&QQ, z);
    let (low, high) = (1.0 - (x + x * y), 0.5 - (x - 0.5 + x * y));
    if x < 0.25 { low } else { high }
}

/// erfc(x) where [`CENTRE`] ≤ |x| < [`SHOULDER`].
#[inline(always)]
fn shoulder(x: f64) -> f64 {
    let s = x.abs() - 1.0;
    let own = 1.0 - ERX - value(&PA, s) / value(&QA, s);
    if x < 0.0 { 2.0 - own } else { own }
}

widest! {
/// Replaces every z by Φ(z), bit for bit what [`cdf`] gives.
///
/// All lanes take the central branch as vector code; the 23% beyond it (of normal numbers) are gathered without a branch, and take the next as
/// vector code again. What lies beyond that, 8%, is left to [`cdf`].
pub fn cdfs(values: &mut [f64]) {
    for chunk in values.chunks_mut(BLOCK) {
        let mut zs = [0.0; BLOCK];
        zs[..chunk.len()].copy_from_slice(chunk);
        let mut xs = [0.0; BLOCK];
        // A loop, not `map`: that is compiled apart, without the features of the vectors around it.
        for (x, z) in xs.iter_mut().zip(&zs) {
            *x = -z * core::f64::consts::FRAC_1_SQRT_2;
        }
        let mut shares = [0.0; BLOCK];
        for (share, x) in shares.iter_mut().zip(&xs) {
            *share = 0.5 * central(*x);
        }
        chunk.copy_from_slice(&shares[..chunk.len()]);

        let (mut outer, mut count) = ([0u8; BLOCK], 0);
        for (lane, x) in xs.iter().enumerate() {
            outer[count.min(BLOCK - 1)] = lane as u8;
            count += usize::from(!(x.abs() < CENTRE));
        }
        let mut beyond = [1.0; BLOCK];
        for (x, lane) in beyond.iter_mut().zip(&outer[..count]) {
            *x = xs[usize::from(*lane)];
        }
        let mut shoulders = [0.0; BLOCK];
        for (share, x) in shoulders.iter_mut().zip(&beyond[..count.next_multiple_of(8).min(BLOCK)]) {
            *share = 0.5 * shoulder(*x);
        }
        for ((lane, x), share) in outer[..count].iter().zip(&beyond).zip(&shoulders) {
            let lane = usize::from(*lane);
            chunk[lane] = if x.abs() < SHOULDER { *share } else { cdf(zs[lane]) };
        }
    }
}
}
