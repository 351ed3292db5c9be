//! What was drawn of an uncertain input?
//!
//! Every draw has an address, so what a run drew is drawn again rather than kept.

use super::Source;
use crate::analysis::Input;
use crate::deal::Deal;
use crate::sampling::{Seeds, Whose};

/// What the trials from `first_trial` on draw of `input` under `seed`; the mean over cohorts where each draws for itself.
#[must_use]
pub fn draws(deal: &Deal, seed: u64, input: &Input, first_trial: u64, trials: usize) -> Vec<f64> {
    let mut sum = vec![0.0; trials];
    let Some(law) = deal.law(input) else { return sum };
    let seeds = Seeds::from(seed);
    let sources = deal.addresses(input);
    let mut drawn = vec![0.0; trials];
    for source in &sources {
        Source::new(deal, &seeds, input.layer, source, law).fill(Whose::From(first_trial), &mut drawn);
        sum.iter_mut().zip(&drawn).for_each(|(sum, drawn)| *sum += drawn / sources.len() as f64);
    }
    sum
}
