//! Arithmetic on columns of rates and people, a lane a trial.

use crate::numeric::wide::widest;

widest! {
    pub(super) fn multiply(columns: &mut [f64], factors: &[f64]) {
        for (value, factor) in columns.iter_mut().zip(factors) {
            *value *= factor;
        }
    }

    pub(super) fn add_people(sums: &mut [f64], people: &[u32]) {
        for (sum, people) in sums.iter_mut().zip(people) {
            *sum += f64::from(*people);
        }
    }

    pub(super) fn difference(out: &mut [f64], with: &[f64], without: &[f64]) {
        for (out, (with, without)) in out.iter_mut().zip(with.iter().zip(without)) {
            *out = with - without;
        }
    }

    /// So much for each of these people.
    pub(super) fn add_each(sums: &mut [f64], people: &[u32], each: &[f64]) {
        for ((sum, people), each) in sums.iter_mut().zip(people).zip(each) {
            *sum += f64::from(*people) * each;
        }
    }

    /// The effect on a product of two rates: that on the one, for those whom the other has let through, and that on the other.
    pub(super) fn product_rule(effects: &mut [f64], parent: &[f64], without: &[f64], parent_effects: &[f64]) {
        for ((effect, parent), (without, parent_effect)) in effects.iter_mut().zip(parent).zip(without.iter().zip(parent_effects)) {
            *effect = *effect * parent + without * parent_effect;
        }
    }

    /// A rate or mean where the economy stands at `shock`.
    pub(super) fn move_by(out: &mut [f64], base: &[f64], shock: &[f64], sensitivity: f64) {
        for ((out, base), shock) in out.iter_mut().zip(base).zip(shock) {
            *out = *base + sensitivity * *shock;
        }
    }

    /// Probabilities with an effect, and without it.
    pub(super) fn add_to_rates(with: &mut [f64], without: &mut [f64], effects: &[f64]) {
        for ((with, without), effect) in with.iter_mut().zip(without).zip(effects) {
            *with = (*without + *effect).clamp(0.0, 1.0);
            *without = without.clamp(0.0, 1.0);
        }
    }

    pub(super) fn clamp_rates(with: &mut [f64], without: &mut [f64]) {
        for (with, without) in with.iter_mut().zip(without) {
            *with = without.clamp(0.0, 1.0);
            *without = *with;
        }
    }
}
