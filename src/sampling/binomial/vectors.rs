//! The same draws as one by one, many side by side in the vectors of x86-64.
//!
//! Comes in: a block and the processor features that its caller has found. Goes out: what [`digits::count`] would give each trial.
//! Must never know: which processor this is.
//!
//! Everything is a plain loop over `[u64; L]`, one operation or two at a time and without a branch or a comparison per lane: LLVM
//! turns these into vectors without intrinsics. A lane whose numbers are all decided waits for the others: it takes no word in counted
//! digits (its state must not move) and may take words in column digits (nothing is left to use them).

use super::super::stream::{Key, lanes, step_lanes};
use super::digits::{self, COLUMNS, below, found_below, low_bits, still_equal};
use super::{Block, DIGITS_MAX, Probability, one};

/// `Path::Popcnt`.
#[target_feature(enable = "popcnt,bmi1,bmi2")]
pub(super) fn popcnt<P: Probability>(block: Block<'_, P>, out: &mut [u32]) {
    block.one_by_one(out);
}

/// `Path::Avx2`.
#[target_feature(enable = "popcnt,bmi1,bmi2,avx2")]
pub(super) fn avx2<P: Probability>(block: Block<'_, P>, out: &mut [u32]) {
    block.side_by_side::<8>(out, HiddenRotations::new());
}

/// `Path::Avx512`.
#[target_feature(enable = "popcnt,bmi1,bmi2,avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
pub(super) fn avx512<P: Probability>(block: Block<'_, P>, out: &mut [u32]) {
    block.side_by_side::<16>(out, PlainRotations);
}

impl<P: Probability> Block<'_, P> {
    /// L neighbours at a time; the last few are made up to L by trials with nobody in them.
    #[inline(always)]
    fn side_by_side<const L: usize>(self, out: &mut [u32], rotations: impl Rotate) {
        for (g, (out, all)) in out.chunks_mut(L).zip(self.n.chunks(L)).enumerate() {
            let first = g * L;
            let first_trial = self.first_trial.wrapping_add(first as u64);
            let n = match <&[u32; L]>::try_from(all) {
                Ok(all) => *all,
                Err(_) => core::array::from_fn(|i| if i < all.len() { all[i] } else { 0 }),
            };
            let short = n.map(|n| if n > DIGITS_MAX { 0 } else { n });
            let draws = counts(self.key, first_trial, &short, &self.p.lanes(first), rotations);
            match <&mut [u32; L]>::try_from(&mut *out) {
                Ok(out) => *out = draws,
                Err(_) => out.copy_from_slice(&draws[..all.len()]),
            }
            if short != n {
                self.long(first, out);
            }
        }
    }

    /// Draws, of those from `first` on, the ones that are too long for the digits.
    #[cold]
    #[inline(never)]
    fn long(self, first: usize, out: &mut [u32]) {
        for (j, slot) in (first..).zip(out) {
            if self.n[j] > DIGITS_MAX {
                *slot = one(self.key, self.first_trial.wrapping_add(j as u64), self.n[j], self.p.at(j));
            }
        }
    }
}

/// `yes` where the mask has ones, `no` where it has zeros.
#[inline(always)]
fn pick(mask: u64, yes: u64, no: u64) -> u64 {
    no ^ ((yes ^ no) & mask)
}

/// The rotations of the generator's step as shifts by counts that the optimiser cannot see.
///
/// AVX2 has no rotation. LLVM (to version 21 at least) then takes the lanes apart to rotate them one by one; with unknown counts it
/// keeps two vector shifts.
#[derive(Clone, Copy)]
struct HiddenRotations {
    left: [u32; 3],
    right: [u32; 3],
}

/// A way to rotate left by 17, 49 or 28.
trait Rotate: Copy {
    /// `x` rotated left by `by`.
    fn left(self, x: u64, by: u32) -> u64;
}

/// The machine's own rotation.
#[derive(Clone, Copy)]
struct PlainRotations;

impl Rotate for PlainRotations {
    #[inline(always)]
    fn left(self, x: u64, by: u32) -> u64 {
        x.rotate_left(by)
    }
}

impl HiddenRotations {
    const BY: [u32; 3] = [17, 49, 28];

    #[inline(always)]
    fn new() -> Self {
        Self { left: core::hint::black_box(Self::BY), right: core::hint::black_box(Self::BY.map(|by| 64 - by)) }
    }
}

impl Rotate for HiddenRotations {
    #[inline(always)]
    fn left(self, x: u64, by: u32) -> u64 {
        let which = if by == Self::BY[0] {
            0
        } else if by == Self::BY[1] {
            1
        } else {
            2
        };
        x.wrapping_shl(self.left[which]) | x.wrapping_shr(self.right[which])
    }
}

#[inline(always)]
fn any<const L: usize>(masks: &[u64; L]) -> bool {
    masks.iter().fold(0, |all, mask| all | mask) != 0
}

/// L draws side by side, for trials `first_trial`, `first_trial + 1`, …: the same as [`digits::count`] for each, and p = 1 gives n.
#[inline(always)]
fn counts<const L: usize>(key: Key, first_trial: u64, n: &[u32; L], p: &[f64; L], rotations: impl Rotate) -> [u32; L] {
    let mut states: [[u64; L]; 2] = key.states(first_trial);
    let certain: [u64; L] = lanes(|i| below(1_f64.to_bits() - 1, p[i].to_bits()) & below(p[i].to_bits(), f64::INFINITY.to_bits() + 1));
    let mut digits: [u64; L] = lanes(|i| digits::digits(p[i]));
    let mut undecided: [u64; L] = lanes(|i| u64::from(n[i]));
    let mut successes = [0_u64; L];
    loop {
        let counted: [u64; L] = lanes(|i| below(COLUMNS, undecided[i]));
        if !any(&counted) {
            break;
        }
        let mut rest: [u64; L] = lanes(|i| undecided[i] & counted[i]);
        let mut drawing = counted;
        let mut equal = [0_u64; L];
        loop {
            let before = states;
            let word = step_lanes(&mut states, |x, by| rotations.left(x, by));
            states[0] = lanes(|i| pick(drawing[i], states[0][i], before[0][i]));
            states[1] = lanes(|i| pick(drawing[i], states[1][i], before[1][i]));
            equal = lanes(|i| equal[i].wrapping_add(u64::from((word[i] & low_bits(rest[i]) & drawing[i]).count_ones())));
            rest = lanes(|i| rest[i].wrapping_sub(64));
            drawing = lanes(|i| below(0, rest[i]));
            if !any(&drawing) {
                break;
            }
        }
        successes = lanes(|i| successes[i].wrapping_add(undecided[i].wrapping_sub(equal[i]) & counted[i] & below(digits[i], 0)));
        undecided = lanes(|i| pick(counted[i], equal[i], undecided[i]));
        digits = lanes(|i| digits[i].wrapping_add(digits[i] & counted[i]));
    }
    let mut columns: [u64; L] = lanes(|i| low_bits(undecided[i]));
    let mut found = [0_u64; L];
    while any(&columns) {
        let word = step_lanes(&mut states, |x, by| rotations.left(x, by));
        found = lanes(|i| found[i] | found_below(columns[i], digits[i], word[i]));
        columns = lanes(|i| still_equal(columns[i], digits[i], word[i]));
        digits = lanes(|i| digits[i] << 1);
        found = lanes(|i| found[i] | found_below(columns[i], digits[i], word[i] >> COLUMNS));
        columns = lanes(|i| still_equal(columns[i], digits[i], word[i] >> COLUMNS));
        digits = lanes(|i| digits[i] << 1);
    }
    let totals: [u64; L] = lanes(|i| pick(certain[i], u64::from(n[i]), successes[i].wrapping_add(u64::from(found[i].count_ones()))));
    totals.map(|total| total as u32)
}
