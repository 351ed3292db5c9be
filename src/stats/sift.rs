//! Which values of a block lie below two edges, at them, and strictly between them?
//!
//! Few lie between or at the edges, so these are laid side by side first (without looking at each, where there is AVX-512) and told apart
//! after.

use serde::{Deserialize, Serialize};

#[cfg(target_arch = "x86_64")]
use crate::numeric::wide::Width;
use crate::numeric::wide::widest;

/// How many values lie below the edges and at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sifted {
    pub(super) below: u64,
    pub(super) at_low: u64,
    pub(super) at_high: u64,
}

/// Values looked at before those at the edges are told apart.
const PART: usize = 512;

/// Values side by side.
const LANES: usize = 8;

/// Values in the order in which they came, and room behind them to sift the next ones into.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<f64>", into = "Vec<f64>")]
pub(super) struct Kept {
    room: Vec<f64>,
    count: usize,
}

impl Kept {
    pub(super) fn values(&self) -> &[f64] {
        &self.room[..self.count]
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds values behind the others.
    pub(super) fn extend(&mut self, values: &[f64]) {
        self.room.truncate(self.count);
        self.room.extend_from_slice(values);
        self.count = self.room.len();
    }

    fn space(&mut self) -> &mut [f64] {
        if self.room.len() < self.count + PART + LANES {
            self.room.resize(self.count + self.count / 4 + PART + LANES, 0.0);
        }
        &mut self.room[self.count..]
    }
}

impl From<Kept> for Vec<f64> {
    fn from(mut kept: Kept) -> Self {
        kept.room.truncate(kept.count);
        kept.room
    }
}

impl From<Vec<f64>> for Kept {
    fn from(room: Vec<f64>) -> Self {
        Self { count: room.len(), room }
    }
}

/// Counts `values` (no NaN) against the edges `low` ≤ `high`, and appends those strictly between, in their order, to `inside`.
pub(super) fn sift(values: &[f64], low: f64, high: f64, inside: &mut Kept) -> Sifted {
    if low == high {
        let [below, at_low] = below_and_at(values, low);
        return Sifted { below, at_low, at_high: 0 };
    }
    let mut all = Sifted::default();
    for part in values.chunks(PART) {
        let space = inside.space();
        let (below, count) = lay_out(part, low, high, space);
        let [at_low, at_high] = at(&space[..count], low, high);
        if at_low + at_high > 0 {
            drop_edges(&mut space[..count], low, high);
        }
        inside.count += count - (at_low + at_high) as usize;
        all.below += below;
        all.at_low += at_low;
        all.at_high += at_high;
    }
    all
}

/// Writes the values from `low` to `high` to the front of `space`, which has room for a part and one row. Gives how many are below, and how
/// many these are.
fn lay_out(part: &[f64], low: f64, high: f64, space: &mut [f64]) -> (u64, usize) {
    #[cfg(target_arch = "x86_64")]
    if Width::best() == Width::Avx512 {
        let (rows, rest) = part.as_chunks::<LANES>();
        #[expect(unsafe_code, reason = "the processor was asked for these features")]
        // SAFETY: it is a safe function but for the features it needs, and `best` gives only a width whose features are there.
        let before = unsafe { vectors::lay_out_rows(rows, low, high, space) };
        return one_by_one(rest, low, high, space, before);
    }
    one_by_one(part, low, high, space, (0, 0))
}

/// Takes out the values that are an edge.
fn drop_edges(values: &mut [f64], low: f64, high: f64) {
    let mut count = 0;
    for at in 0..values.len() {
        let x = values[at];
        values[count] = x;
        count += usize::from((x != low) & (x != high));
    }
}

widest! {
    fn one_by_one(part: &[f64], low: f64, high: f64, space: &mut [f64], before: (u64, usize)) -> (u64, usize) {
        let (mut below, mut count) = before;
        for &x in part {
            below += u64::from(x < low);
            space[count] = x;
            count += usize::from((x >= low) & (x <= high));
        }
        (below, count)
    }

    fn below_and_at(values: &[f64], edge: f64) -> [u64; 2] {
        let [mut below, mut at] = [0u64; 2];
        for &x in values {
            below += u64::from(x < edge);
            at += u64::from(x == edge);
        }
        [below, at]
    }

    fn at(values: &[f64], low: f64, high: f64) -> [u64; 2] {
        let [mut at_low, mut at_high] = [0u64; 2];
        for &x in values {
            at_low += u64::from(x == low);
            at_high += u64::from(x == high);
        }
        [at_low, at_high]
    }
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use core::arch::x86_64::{
        _CMP_GE_OQ, _CMP_LE_OQ, _mm512_cmp_pd_mask, _mm512_loadu_pd, _mm512_mask_cmp_pd_mask, _mm512_maskz_compress_pd, _mm512_set1_pd,
        _mm512_storeu_pd,
    };

    use super::LANES;

    /// [`super::lay_out`] for whole rows.
    #[target_feature(enable = "popcnt,bmi1,bmi2,avx2,avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn lay_out_rows(rows: &[[f64; LANES]], low: f64, high: f64, space: &mut [f64]) -> (u64, usize) {
        let (low, high) = (_mm512_set1_pd(low), _mm512_set1_pd(high));
        let (mut below, mut count) = (0u64, 0);
        for row in rows {
            #[expect(unsafe_code, reason = "a load has no safe form")]
            // SAFETY: the row is an array of as many values as the register takes.
            let x = unsafe { _mm512_loadu_pd(row.as_ptr()) };
            let reaches = _mm512_cmp_pd_mask::<_CMP_GE_OQ>(x, low);
            let within = _mm512_mask_cmp_pd_mask::<_CMP_LE_OQ>(reaches, x, high);
            // not more than the rows so far, and there is room for one more
            if let Some(place) = space.get_mut(count..).and_then(<[f64]>::first_chunk_mut::<LANES>) {
                #[expect(unsafe_code, reason = "a store has no safe form")]
                // SAFETY: the place is an array of as many values as the register holds.
                unsafe {
                    _mm512_storeu_pd(place.as_mut_ptr(), _mm512_maskz_compress_pd(within, x));
                }
            }
            below += u64::from((!reaches).count_ones());
            count += within.count_ones() as usize;
        }
        (below, count)
    }
}
