//! Sums of columns.

use crate::numeric::wide::widest;

widest! {
pub(super) fn money(amounts: &[i64], out: &mut [f64]) {
    out.iter_mut().zip(amounts).for_each(|(out, amount)| *out = *amount as f64);
}

pub(super) fn add_money(amounts: &[i64], factor: f64, out: &mut [f64]) {
    out.iter_mut().zip(amounts).for_each(|(out, amount)| *out += *amount as f64 * factor);
}

/// Adds up rows of amounts, which lie end to end.
pub(super) fn add_amounts(rows: &[f64], out: &mut [f64]) {
    for row in rows.chunks_exact(out.len().max(1)) {
        out.iter_mut().zip(row).for_each(|(sum, amount)| *sum += amount);
    }
}

/// The same of counts, from nothing.
pub(super) fn sum_counts(rows: &[u32], out: &mut [f64]) {
    out.fill(0.0);
    for row in rows.chunks_exact(out.len().max(1)) {
        out.iter_mut().zip(row).for_each(|(sum, count)| *sum += f64::from(*count));
    }
}

pub(super) fn divide(values: &mut [f64], by: f64) {
    values.iter_mut().for_each(|value| *value /= by);
}

/// The greater of each pair.
pub(super) fn raise(values: &mut [f64], others: &[f64]) {
    values.iter_mut().zip(others).for_each(|(value, other)| *value = if *other > *value { *other } else { *value });
}
}
