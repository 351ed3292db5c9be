//! Arithmetic on columns of minor units, a lane a trial.

use crate::numeric::wide::widest;

widest! {
    /// Whether it is 0 in every trial: then nothing is drawn, repaid or accrued of it.
    pub(super) fn is_nothing(amounts: &[i64]) -> bool {
        amounts.iter().fold(0, |bits, amount| bits | amount) == 0
    }

    pub(super) fn subtract(sums: &mut [i64], terms: &[i64]) {
        for (sum, term) in sums.iter_mut().zip(terms) {
            *sum -= term;
        }
    }

    /// Pays what is needed, as far as `from` goes.
    pub(super) fn take_all(from: &mut [i64], need: &mut [i64]) {
        for (from, need) in from.iter_mut().zip(need) {
            let part = (*from).min(*need);
            *from -= part;
            *need -= part;
        }
    }

    /// As [`take_all`]; `part` is what was taken.
    pub(super) fn take_part(from: &mut [i64], need: &mut [i64], part: &mut [i64]) {
        for ((from, need), part) in from.iter_mut().zip(need).zip(part) {
            *part = (*from).min(*need);
            *from -= *part;
            *need -= *part;
        }
    }

    /// Holds `amounts` at most as high as `most`.
    pub(super) fn hold_below(amounts: &mut [i64], most: &[i64]) {
        for (amount, most) in amounts.iter_mut().zip(most) {
            *amount = (*amount).min(*most);
        }
    }
}
