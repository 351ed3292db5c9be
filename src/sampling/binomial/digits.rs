//! How many of `n` uniform numbers lie below p? Asked of all of them at once, one binary digit of p at a time.
//!
//! Comes in: a state of the generator, n and the digits of p. Goes out: the count. Must never know: addresses, large n.
//!
//! After Farach-Colton and Tsai, *Exact sublinear binomial sampling*, Algorithmica 73 (2015): a number below p has a first binary digit
//! in which it differs from p, and that digit is 0 where p has 1. Half of the undecided numbers, Bin(undecided, ½), differ at each
//! digit; the popcount of that many random bits draws them. The expected number of digits is log₂ n + 4/3.
//!
//! The order in which random words are used is part of every result of this project:
//! - *Counted digits*, while more than [`COLUMNS`] are undecided: ⌈undecided / 64⌉ words, the last one used from its lowest bit.
//! - *Column digits*, from then on: number i owns bit i of each half of a word; the lower half serves a digit, the upper half the next.
//!   No count is needed between digits, and a word serves two.
//!
//! [`count`] states this for one draw; `vectors` does the same for many side by side.

use super::super::stream::step;

/// At most so many undecided numbers are kept as columns of a word.
pub(super) const COLUMNS: u64 = 32;

/// The first 64 binary digits of p, most significant first, from p in [0, 1); zero for anything else.
///
/// Exact when p is a multiple of 2⁻⁶⁴, so for every p ≥ 2⁻¹²; otherwise p is rounded down by less than 2⁻⁶⁴.
#[inline(always)]
pub(super) fn digits(p: f64) -> u64 {
    // p = significand × 2^(exponent − 1075), where the significand has 53 bits
    let bits = p.to_bits();
    let shift = 1022_u64.wrapping_sub(bits >> 52);
    (bits << 11 | 1 << 63).wrapping_shr(shift as u32) & below(shift, 64) & !below(shift, 0)
}

/// All ones where a < b as signed numbers whose difference does not overflow, else zero.
#[inline(always)]
pub(super) fn below(a: u64, b: u64) -> u64 {
    ((a.wrapping_sub(b) as i64) >> 63) as u64
}

/// Ones in the lowest `count` bits; in all bits from 64 on.
#[inline(always)]
pub(super) fn low_bits(count: u64) -> u64 {
    !((!0_u64).wrapping_shl(count as u32) & below(count, 64))
}

/// Of the undecided `columns`, those found below p by this digit and this word.
#[inline(always)]
pub(super) fn found_below(columns: u64, digits: u64, word: u64) -> u64 {
    columns & below(digits, 0) & !word
}

/// Of the undecided `columns`, those still undecided after this digit and this word.
#[inline(always)]
pub(super) fn still_equal(columns: u64, digits: u64, word: u64) -> u64 {
    columns & !(below(digits, 0) ^ word)
}

/// One draw of Bin(n, p) for 0 ≤ p < 1 from the generator's `state`: the meaning of every other function here.
#[inline(always)]
pub(super) fn count(mut state: [u64; 2], n: u32, p: f64) -> u32 {
    let mut digits = digits(p);
    let mut undecided = u64::from(n);
    let mut successes = 0;
    while undecided > COLUMNS {
        let mut equal = 0;
        let mut rest = undecided;
        while rest >= 64 {
            equal += u64::from(step(&mut state).count_ones());
            rest -= 64;
        }
        if rest > 0 {
            equal += u64::from((step(&mut state) & low_bits(rest)).count_ones());
        }
        successes += (undecided - equal) & below(digits, 0);
        undecided = equal;
        digits <<= 1;
    }
    let mut columns = low_bits(undecided);
    let mut found = 0;
    while columns != 0 {
        let word = step(&mut state);
        for word in [word, word >> COLUMNS] {
            found |= found_below(columns, digits, word);
            columns = still_equal(columns, digits, word);
            digits <<= 1;
        }
    }
    successes as u32 + found.count_ones()
}
