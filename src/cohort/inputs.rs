//! What was drawn of an uncertain input?
//!
//! Every draw has an address, so what a run drew is drawn again rather than kept.

use std::borrow::Cow;

use super::{Source, enrolment};
use crate::analysis::Input;
use crate::deal::Deal;
use crate::sampling::{Distribution, Seeds, Whose};

/// What the trials from `first_trial` on draw of `input` under `seed`; the mean over cohorts where each draws for itself.
#[must_use]
pub fn draws(deal: &Deal, seed: u64, input: &Input, first_trial: u64, trials: usize) -> Vec<f64> {
    let planned = deal.law(input).map(Cow::Borrowed);
    draw(deal, seed, input, planned, Whose::From(first_trial), trials)
}

/// The same of the trials `chosen` by what is known of the deal.
#[must_use]
pub fn draws_of(deal: &Deal, seed: u64, input: &Input, chosen: &[u64]) -> Vec<f64> {
    let law = if deal.is_enrolment(input) { Some(Cow::Owned(enrolment::ratio(deal))) } else { deal.law(input).map(Cow::Borrowed) };
    draw(deal, seed, input, law, Whose::Each(chosen), chosen.len())
}

fn draw(deal: &Deal, seed: u64, input: &Input, law: Option<Cow<'_, Distribution>>, whose: Whose<'_>, trials: usize) -> Vec<f64> {
    let mut sum = vec![0.0; trials];
    let Some(law) = law else { return sum };
    let seeds = Seeds::from(seed);
    let sources = deal.addresses(input);
    let mut drawn = vec![0.0; trials];
    for source in &sources {
        Source::new(deal, &seeds, input.layer, source, &law).fill(whose, &mut drawn);
        sum.iter_mut().zip(&drawn).for_each(|(sum, drawn)| *sum += drawn / sources.len() as f64);
    }
    sum
}
