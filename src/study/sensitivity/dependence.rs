//! What an ordinary run already tells: how a number goes with each input, over the trials as they were drawn.

use crate::deal::Deal;
use crate::metrics::{Catalogue, each_trial};
use crate::question::Question;
use crate::stats::dependence::{explained, rank_correlation};
use crate::study::options::Course;
use crate::study::trials::trials_from;
use crate::study::{Options, Phase, RunError};

/// How a number goes with one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// Name of the input.
    pub name: String,
    /// Share of the variance of the number that the input explains by itself, with its standard error.
    pub explained: [f64; 2],
    /// Rank correlation, −1 to 1.
    pub rank_correlation: f64,
}

/// How the metric of each question goes with every input over the trials of `options`, most explained first. Correlated inputs share what
/// they explain.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn dependence(deal: &Deal, questions: &[Question], options: &Options) -> Result<Vec<Vec<Dependence>>, RunError> {
    dependence_in(deal, questions, &options.begin(Phase::Sensitivity, deal, |trials| trials))
}

pub(super) fn dependence_in(deal: &Deal, questions: &[Question], course: &Course) -> Result<Vec<Vec<Dependence>>, RunError> {
    let catalogue = Catalogue::new(deal).only(questions);
    let values = trials_from(deal, course.seed, course, |block| each_trial(deal, &catalogue, block))?;
    let inputs = deal.inputs();
    let drawn: Vec<Vec<f64>> =
        inputs.iter().map(|input| crate::cohort::draws(deal, course.seed, input, 0, course.trials as usize)).collect();
    let of = |question: &Question| {
        let y = catalogue.row(&question.metric).map_or(&[][..], |row| values[row].as_slice());
        let known: Vec<usize> = (0..y.len()).filter(|&trial| !y[trial].is_nan()).collect();
        let y: Vec<f64> = known.iter().map(|&trial| y[trial]).collect();
        let mut all: Vec<Dependence> = inputs
            .iter()
            .zip(&drawn)
            .map(|(input, drawn)| {
                let x: Vec<f64> = known.iter().map(|&trial| drawn[trial]).collect();
                Dependence { name: input.name.clone(), explained: explained(&x, &y), rank_correlation: rank_correlation(&x, &y) }
            })
            .collect();
        all.sort_by(|one, other| other.explained[0].total_cmp(&one.explained[0]));
        all
    };
    Ok(questions.iter().map(of).collect())
}
