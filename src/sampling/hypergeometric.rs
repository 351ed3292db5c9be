//! How many marked people are among those drawn without replacement?
//!
//! Comes in: an address and, for each trial, a population, how many of it are marked, and how many are drawn. Goes out: exact draws. Must
//! never know: who the people are.
//!
//! The law does not change when marked and drawn change places, or when either is replaced by its complement. So the smallest of the four
//! numbers is drawn one by one, and where that is many, the chances are added up from the mode outwards until a uniform number is reached
//! (inversion, as in Kachitvichyanukul and Schmeiser, *Computer generation of hypergeometric random variates*, J. Stat. Comput. Simul. 22,
//! 1985): steps of the order of the standard deviation.

use std::sync::LazyLock;

use super::stream::{Key, Stream};
use crate::numeric::math::{exp, ln_gamma};

/// Up to so many people are drawn one by one; beyond, inversion is faster.
const ONE_BY_ONE: u32 = 40;

/// ln n! for small n.
static LN_FACTORIALS: LazyLock<[f64; 2048]> = LazyLock::new(|| core::array::from_fn(|n| ln_gamma(n as f64 + 1.0)));

/// Draws `out[j]` for trial `first_trial + j` at `key`: marked people among `draws[j]` drawn of `population[j]`, of whom `successes[j]` are
/// marked. Numbers above the population count as the population.
///
/// Drawn one by one the draws are exact to 2⁻⁶⁴; by inversion the chances are those of `f64`, to about 10⁻¹² of themselves for populations
/// of thousands and 10⁻⁸ for millions.
///
/// # Panics
/// When the slices differ in length.
pub fn fill(key: Key, first_trial: u64, population: &[u32], successes: &[u32], draws: &[u32], out: &mut [u32]) {
    let length = out.len();
    assert!(
        [population.len(), successes.len(), draws.len()] == [length; 3],
        "one population, one number of successes, one of draws a trial"
    );
    for (j, out) in out.iter_mut().enumerate() {
        *out = draw(&mut key.stream(first_trial.wrapping_add(j as u64)), population[j], successes[j], draws[j]);
    }
}

/// One draw from the next words of `stream`; see [`fill`].
#[must_use]
pub fn draw(stream: &mut Stream, population: u32, successes: u32, draws: u32) -> u32 {
    let (successes, draws) = (successes.min(population), draws.min(population));
    // Few of the few: both at most half the population.
    let (marked, flip_marked) = if successes <= population / 2 { (successes, false) } else { (population - successes, true) };
    let (taken, flip_taken) = if draws <= population / 2 { (draws, false) } else { (population - draws, true) };
    let (few, many) = if marked <= taken { (marked, taken) } else { (taken, marked) };
    let found = if few <= ONE_BY_ONE { one_by_one(stream, population, many, few) } else { inverse(stream, population, many, few) };
    // What was found of the complement belongs to the rest.
    match (flip_marked, flip_taken) {
        (false, false) => found,
        (true, false) => draws - found,
        (false, true) => successes - found,
        (true, true) => successes - (population - draws - found),
    }
}

/// `few` people drawn one after the other.
fn one_by_one(stream: &mut Stream, population: u32, marked: u32, few: u32) -> u32 {
    let mut left = u64::from(marked);
    for remaining in (u64::from(population - few) + 1..=u64::from(population)).rev() {
        let place = ((u128::from(stream.bits()) * u128::from(remaining)) >> 64) as u64;
        left -= u64::from(place < left);
    }
    marked - left as u32
}

/// Inversion from the mode outwards; both numbers at most half the population.
fn inverse(stream: &mut Stream, population: u32, marked: u32, taken: u32) -> u32 {
    let most = marked.min(taken);
    let (n, k, d) = (f64::from(population), f64::from(marked), f64::from(taken));
    let mode = (((d + 1.0) * (k + 1.0) / (n + 2.0)) as u32).min(most);
    let choose = |of: u32, some: u32| ln_factorial(of) - ln_factorial(some) - ln_factorial(of - some);
    let at_mode = exp(choose(marked, mode) + choose(population - marked, taken - mode) - choose(population, taken));
    let mut left = stream.uniform() - at_mode;
    if left < 0.0 {
        return mode;
    }
    // Chance of x + 1 over chance of x.
    let rise = |x: f64| (k - x) * (d - x) / ((x + 1.0) * (n - k - d + x + 1.0));
    let (mut below, mut above) = (mode, mode);
    let (mut low, mut high) = (at_mode, at_mode);
    while below > 0 || above < most {
        if above < most {
            high *= rise(f64::from(above));
            above += 1;
            left -= high;
            if left < 0.0 {
                return above;
            }
        }
        if below > 0 {
            below -= 1;
            low /= rise(f64::from(below));
            left -= low;
            if left < 0.0 {
                return below;
            }
        }
    }
    // Rounding left at most 10⁻⁸ of the chances over.
    mode
}

fn ln_factorial(n: u32) -> f64 {
    LN_FACTORIALS.get(n as usize).copied().unwrap_or_else(|| ln_gamma(f64::from(n) + 1.0))
}
