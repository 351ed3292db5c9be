//! All four questions of every figure.

use super::dependence::{Dependence, dependence_in};
use super::screening::{Screening, screening_in};
use super::shares::{Shares, shares_in};
use super::swings::{Move, Swing, swings_in};
use crate::deal::Deal;
use crate::question::Question;
use crate::study::{Options, Phase, RunError};

/// Trials at each point of the screening, at most: it has many points.
const SCREENED: u64 = 2_000;

/// Paths of the screening, where nothing else is said.
pub const PATHS: u32 = 20;

/// Everything that was found of one figure.
#[derive(Clone, Debug)]
pub struct Found {
    /// The figure.
    pub question: Question,
    /// Its value as the scenario is.
    pub base: [f64; 2],
    /// One input at a time.
    pub swings: Vec<Swing>,
    /// Shares of the variance of its metric.
    pub shares: Shares,
    /// Steps of all inputs.
    pub screening: Vec<Screening>,
    /// What an ordinary run tells.
    pub dependence: Vec<Dependence>,
}

/// Which input matters: `questions` under every move, shared out over the inputs, screened by `paths` paths (at least 2), and as an ordinary
/// run tells. At each point of the screening there are 2,000 trials at most.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn sensitivity(deal: &Deal, moves: &[Move], questions: &[Question], paths: u32, options: &Options) -> Result<Vec<Found>, RunError> {
    let (inputs, groups) = (deal.inputs().len() as u64, deal.input_groups().len() as u64);
    let each = 2 * groups + 2;
    let parts = |trials: u64| {
        let points = u64::from(paths) * (inputs + 1);
        [(1 + 2 * moves.len() as u64).saturating_mul(trials), each.saturating_mul(trials), points * trials.min(SCREENED), trials]
    };
    let total = |trials: u64| parts(trials).into_iter().fold(0, u64::saturating_add);
    let course = options.begin(Phase::Sensitivity, deal, total);
    let [first, second, third, _] = parts(course.trials);
    let moved = swings_in(deal, moves, questions, &course)?;
    let course = course.after(first);
    let shared = shares_in(deal, questions, &course.each(each))?;
    let course = course.after(second);
    let stepped = screening_in(deal, questions, paths, &course.of(course.trials.min(SCREENED)))?;
    let told = dependence_in(deal, questions, &course.after(third))?;
    let parts = questions.iter().zip(moved).zip(shared).zip(stepped).zip(told);
    let of = |((((question, (base, swings)), shares), screening), dependence)| Found {
        question: Question::clone(question),
        base,
        swings,
        shares,
        screening,
        dependence,
    };
    Ok(parts.map(of).collect())
}
