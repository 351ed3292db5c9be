//! Where does the standard normal law stand at a probability, and how likely is a value up to z?
//!
//! Comes in: numbers. Goes out: numbers. Must never know: which stream a probability came from.

use super::math::{erfc, ln};
use super::wide::widest;

/// Φ(z) = erfc(−z / √2) / 2, the probability, 0 to 1, of a value up to `z`; precise to the last digits where it is small.
#[inline]
#[must_use]
pub fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z * core::f64::consts::FRAC_1_SQRT_2)
}

#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
mod coefficients {
    /// Coefficients of AS 241's PPND16, numerators and denominators, lowest power first.
    pub(super) const CENTRE: [[f64; 8]; 2] = [
        [
            3.387_132_872_796_366_608,
            1.331_416_678_917_843_774_5e2,
            1.971_590_950_306_551_442_7e3,
            1.373_169_376_550_946_112_5e4,
            4.592_195_393_154_987_145_7e4,
            6.726_577_092_700_870_085_3e4,
            3.343_057_558_358_812_810_5e4,
            2.509_080_928_730_122_672_7e3,
        ],
        [
            1.0,
            4.231_333_070_160_091_125_2e1,
            6.871_870_074_920_579_083e2,
            5.394_196_021_424_751_107_7e3,
            2.121_379_430_158_659_586_7e4,
            3.930_789_580_009_271_061e4,
            2.872_908_573_572_194_267_4e4,
            5.226_495_278_852_854_561e3,
        ],
    ];

    pub(super) const SHOULDER: [[f64; 8]; 2] = [
        [
            1.423_437_110_749_683_577_34,
            4.630_337_846_156_545_295_9,
            5.769_497_221_460_691_405_5,
            3.647_848_324_763_204_605_04,
            1.270_458_252_452_368_382_58,
            2.417_807_251_774_506_117_7e-1,
            2.272_384_498_926_918_458_33e-2,
            7.745_450_142_783_414_076_4e-4,
        ],
        [
            1.0,
            2.053_191_626_637_758_821_87,
            1.676_384_830_183_803_849_4,
            6.897_673_349_851_000_045_5e-1,
            1.481_039_764_274_800_745_9e-1,
            1.519_866_656_361_645_719_66e-2,
            5.475_938_084_995_344_946e-4,
            1.050_750_071_644_416_843_24e-9,
        ],
    ];

    pub(super) const TAIL: [[f64; 8]; 2] = [
        [
            6.657_904_643_501_103_777_2,
            5.463_784_911_164_114_369_9,
            1.784_826_539_917_291_335_8,
            2.965_605_718_285_048_912_3e-1,
            2.653_218_952_657_612_309_3e-2,
            1.242_660_947_388_078_438_6e-3,
            2.711_555_568_743_487_578_15e-5,
            2.010_334_399_292_288_132_65e-7,
        ],
        [
            1.0,
            5.998_322_065_558_879_376_9e-1,
            1.369_298_809_227_358_053_1e-1,
            1.487_536_129_085_061_485_25e-2,
            7.868_691_311_456_132_591e-4,
            1.846_318_317_510_054_681_8e-5,
            1.421_511_758_316_445_888_7e-7,
            2.044_263_103_389_939_785_64e-15,
        ],
    ];
}

use coefficients::{CENTRE, SHOULDER, TAIL};

#[inline(always)]
fn ratio([numerator, denominator]: &[[f64; 8]; 2], x: f64) -> f64 {
    let value = |powers: &[f64; 8]| powers.iter().rev().fold(0.0, |sum, power| sum * x + power);
    value(numerator) / value(denominator)
}

/// Distance from one half up to which the quantile needs no logarithm.
pub const CENTRAL: f64 = 0.425;

/// The quantile where |p − ½| ≤ [`CENTRAL`]; arithmetic only, so that loops over it become vector code.
#[inline(always)]
#[must_use]
pub fn central_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    q * ratio(&CENTRE, 0.180_625 - q * q)
}

/// The z with Φ(z) = `p`, to about one part in 10¹⁶; ∓∞ at 0 and 1, NaN outside (Wichura, *Algorithm AS 241*, Applied Statistics 37(3),
/// 1988, routine PPND16).
#[must_use]
pub fn quantile(p: f64) -> f64 {
    if (p - 0.5).abs() <= CENTRAL {
        return central_quantile(p);
    }
    let upper = p > 0.5;
    let tail = upper_quantile(if upper { 1.0 - p } else { p });
    if upper { tail } else { -tail }
}

/// The z with Φ(−z) = `p`, for small p: keeps the precision that 1 − p would lose.
#[must_use]
pub fn upper_quantile(p: f64) -> f64 {
    if (p - 0.5).abs() <= CENTRAL {
        return -central_quantile(p);
    }
    if p > 0.5 {
        return -upper_quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    let r = (-ln(p)).sqrt();
    if r <= 5.0 { ratio(&SHOULDER, r - 1.6) } else { ratio(&TAIL, r - 5.0) }
}

/// Width of the blocks of [`quantiles`].
const BLOCK: usize = 128;

widest! {
/// Replaces every probability by its [`quantile`], bit for bit.
///
/// All lanes take the central branch as vector code. The 15% beyond it are gathered without a branch; they take the logarithm one by one
/// and the next branch as vector code again. What lies beyond that (p below 10⁻¹⁰) is left to [`quantile`].
pub fn quantiles(values: &mut [f64]) {
    for chunk in values.chunks_mut(BLOCK) {
        let mut ps = [0.5; BLOCK];
        ps[..chunk.len()].copy_from_slice(chunk);
        let mut zs = ps;
        zs.iter_mut().for_each(|z| *z = central_quantile(*z));
        chunk.copy_from_slice(&zs[..chunk.len()]);

        let (mut outer, mut count) = ([0u8; BLOCK], 0);
        for (lane, p) in ps.iter().enumerate() {
            outer[count.min(BLOCK - 1)] = lane as u8;
            count += usize::from(!((p - 0.5).abs() <= CENTRAL));
        }
        let (mut roots, mut shoulders) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (root, lane) in roots.iter_mut().zip(&outer[..count]) {
            let p = ps[usize::from(*lane)];
            *root = (-ln(if p > 0.5 { 1.0 - p } else { p })).sqrt();
        }
        for (shoulder, root) in shoulders.iter_mut().zip(&roots[..count.next_multiple_of(8).min(BLOCK)]) {
            *shoulder = ratio(&SHOULDER, root - 1.6);
        }
        for ((lane, root), shoulder) in outer[..count].iter().zip(&roots).zip(&shoulders) {
            let lane = usize::from(*lane);
            chunk[lane] = match ps[lane] {
                p if !(*root <= 5.0) => quantile(p),
                p if p > 0.5 => *shoulder,
                _ => -shoulder,
            };
        }
    }
}
}
