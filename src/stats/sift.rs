//! Which values of a block lie below two edges, at them, and strictly between them?
//!
//! Counting is vector code everywhere; AVX-512 also lays the values between the edges side by side without looking at each.

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

/// Values looked at before those between the edges are handed on.
const PART: usize = 512;

/// Values side by side.
const LANES: usize = 8;

/// Space for the values of a part that lie between the edges.
pub(super) type Between = [f64; PART + LANES];

/// Space to sift in.
pub(super) fn between() -> Box<Between> {
    Box::new([0.0; PART + LANES])
}

/// Counts `values` (no NaN) against the edges `low` ≤ `high`, and appends those strictly between, in their order, to `inside`. `between`
/// is space to work in.
pub(super) fn sift(values: &[f64], low: f64, high: f64, between: &mut Between, inside: &mut Vec<f64>) -> Sifted {
    let mut all = Sifted::default();
    for part in values.chunks(PART) {
        let (sifted, count) = sift_part(part, low, high, between);
        inside.extend_from_slice(&between[..count]);
        all.below += sifted.below;
        all.at_low += sifted.at_low;
        all.at_high += sifted.at_high;
    }
    all
}

fn sift_part(part: &[f64], low: f64, high: f64, between: &mut Between) -> (Sifted, usize) {
    #[cfg(target_arch = "x86_64")]
    if Width::best() == Width::Avx512 {
        let (rows, rest) = part.as_chunks::<LANES>();
        #[expect(unsafe_code, reason = "the processor was asked for these features")]
        // SAFETY: it is a safe function but for the features it needs, and `best` gives only a width whose features are there.
        let (sifted, count) = unsafe { vectors::sift_rows(rows, low, high, between) };
        return sift_one_by_one(rest, low, high, between, sifted, count);
    }
    sift_one_by_one(part, low, high, between, Sifted::default(), 0)
}

widest! {
    fn sift_one_by_one(
        part: &[f64],
        low: f64,
        high: f64,
        between: &mut Between,
        before: Sifted,
        count: usize,
    ) -> (Sifted, usize) {
        let (mut sifted, mut count) = (before, count);
        for &x in part {
            sifted.below += u64::from(x < low);
            sifted.at_low += u64::from(x == low);
            sifted.at_high += u64::from((x == high) & (low < high));
            between[count & (PART - 1)] = x;
            count += usize::from((x > low) & (x < high));
        }
        (sifted, count)
    }
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use core::arch::x86_64::{
        _CMP_EQ_OQ, _CMP_GT_OQ, _CMP_LT_OQ, _mm512_cmp_pd_mask, _mm512_loadu_pd, _mm512_mask_sub_epi64, _mm512_maskz_compress_pd,
        _mm512_reduce_add_epi64, _mm512_set1_epi64, _mm512_set1_pd, _mm512_setzero_si512, _mm512_storeu_pd,
    };

    use super::{Between, LANES, PART, Sifted};

    /// Counts whole rows and writes the values between the edges to the front of `between`; how many these are comes second.
    #[target_feature(enable = "popcnt,bmi1,bmi2,avx2,avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn sift_rows(rows: &[[f64; LANES]], low: f64, high: f64, between: &mut Between) -> (Sifted, usize) {
        let (low, high) = (_mm512_set1_pd(low), _mm512_set1_pd(high));
        let minus_one = _mm512_set1_epi64(-1);
        let (mut below, mut at_low, mut at_high) = (_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512());
        let atom = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(low, high);
        let mut count = 0;
        for row in rows.iter().take(PART / LANES) {
            #[expect(unsafe_code, reason = "a load has no safe form")]
            // SAFETY: the row is an array of as many values as the register takes.
            let x = unsafe { _mm512_loadu_pd(row.as_ptr()) };
            below = _mm512_mask_sub_epi64(below, _mm512_cmp_pd_mask::<_CMP_LT_OQ>(x, low), below, minus_one);
            at_low = _mm512_mask_sub_epi64(at_low, _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(x, low), at_low, minus_one);
            at_high = _mm512_mask_sub_epi64(at_high, _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(x, high) & atom, at_high, minus_one);
            let within = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, low) & _mm512_cmp_pd_mask::<_CMP_LT_OQ>(x, high);
            // no more than all rows so far, so eight places are left
            if let Some(place) = between[count..].first_chunk_mut::<LANES>() {
                #[expect(unsafe_code, reason = "a store has no safe form")]
                // SAFETY: the place is an array of as many values as the register holds.
                unsafe {
                    _mm512_storeu_pd(place.as_mut_ptr(), _mm512_maskz_compress_pd(within, x));
                }
            }
            count += within.count_ones() as usize;
        }
        let sum = |counts| _mm512_reduce_add_epi64(counts) as u64;
        (Sifted { below: sum(below), at_low: sum(at_low), at_high: sum(at_high) }, count)
    }
}
