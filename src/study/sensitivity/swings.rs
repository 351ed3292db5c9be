//! One input at a time: where does a figure go when an input is low or high, all else as it is?

use crate::deal::Deal;
use crate::question::Question;
use crate::sampling::Distribution;
use crate::study::many::many_in;
use crate::study::options::Course;
use crate::study::{Options, Phase, RunError};

/// The deal with one input low and with it high.
#[derive(Clone, Debug)]
pub struct Move {
    /// Name of the input.
    pub name: String,
    /// Its low and its high value.
    pub values: [f64; 2],
    /// The deal under each.
    pub deals: [Deal; 2],
}

/// What a figure becomes under a [`Move`].
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// Name of the input.
    pub name: String,
    /// Its low and its high value.
    pub values: [f64; 2],
    /// The figure at each, with its standard error; NaN where there is none.
    pub figures: [[f64; 2]; 2],
}

impl Swing {
    /// From the low input to the high one.
    #[must_use]
    pub fn change(&self) -> f64 {
        self.figures[1][0] - self.figures[0][0]
    }
}

/// Every uncertain input of `deal` set to its 10th and its 90th percentile, one at a time; correlated inputs too are moved alone.
#[must_use]
pub fn moves(deal: &Deal) -> Vec<Move> {
    let of = |input: &crate::analysis::Input| {
        let law = deal.law(input)?;
        let values = [0.10, 0.90].map(|share| law.quantile(share));
        let deals = values.map(|value| deal.with_law(input, Distribution::constant(value)));
        Some(Move { name: input.name.clone(), values, deals })
    };
    deal.inputs().iter().filter_map(of).collect()
}

/// A figure with its standard error as the deal is, and under every move.
pub type Swings = ([f64; 2], Vec<Swing>);

/// Each question as the deal is, and under every move, the widest swing first; on the same draws.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn swings(deal: &Deal, moves: &[Move], questions: &[Question], options: &Options) -> Result<Vec<Swings>, RunError> {
    let deals = 1 + 2 * moves.len() as u64;
    swings_in(deal, moves, questions, &options.begin(Phase::Sensitivity, deal, |trials| trials.saturating_mul(deals)))
}

pub(super) fn swings_in(deal: &Deal, moves: &[Move], questions: &[Question], course: &Course) -> Result<Vec<Swings>, RunError> {
    let deals: Vec<&Deal> = core::iter::once(deal).chain(moves.iter().flat_map(|one| &one.deals)).collect();
    let runs = many_in(&deals, Some(questions), course)?;
    let of = |question: &Question| {
        let answer = |at: usize| runs[at].answer(question).unwrap_or([f64::NAN; 2]);
        let mut all: Vec<Swing> = moves
            .iter()
            .enumerate()
            .map(|(at, one)| Swing { name: one.name.clone(), values: one.values, figures: [answer(2 * at + 1), answer(2 * at + 2)] })
            .collect();
        all.sort_by(|one, other| other.change().abs().total_cmp(&one.change().abs()));
        (answer(0), all)
    };
    Ok(questions.iter().map(of).collect())
}
