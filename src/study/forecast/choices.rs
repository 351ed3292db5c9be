//! What would it mean for everybody to stop now, or to go on whatever happens?

use std::sync::Arc;

use super::super::gathered::Beside;
use super::super::options::Course;
use super::super::simulated::run_in;
use super::super::{RunError, questions};
use crate::deal::{Deal, Results, SoFar, StopId};
use crate::question::Question;

/// One way to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The clause that ends the program, and the last period of it; nothing where it goes on to its end.
    pub stops: Option<(StopId, u32)>,
    /// Figures with their standard errors, in the order of [`Choices::questions`].
    pub figures: Vec<[f64; 2]>,
}

/// Every way to go on of a deal with stop clauses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// What is looked at.
    pub questions: Vec<Question>,
    /// Figures as the clauses decide.
    pub as_it_is: Vec<[f64; 2]>,
    /// To go on, then to stop in the next period by each clause.
    pub each: Vec<Choice>,
}

/// Simulates every choice in the trials of `course`; nothing of a deal without stops, or one that has ended.
pub(super) fn choices(deal: &Deal, so_far: &SoFar, course: &Course) -> Result<Choices, RunError> {
    let next = so_far.through + 1;
    if deal.stops.is_empty() || !so_far.results.stopped.is_empty() || next >= deal.timeline.periods {
        return Ok(Choices::default());
    }
    let questions = questions::of_parties(deal);
    let figures = |stopped: Vec<(StopId, u32)>| -> Result<Vec<[f64; 2]>, RunError> {
        let results = Results { stopped, ..so_far.results.clone() };
        let other = Deal { so_far: Some(Arc::new(SoFar { results, ..so_far.clone() })), ..deal.clone() };
        let run = run_in(&other, &course.quiet(), Beside { unsampled: true, ..Beside::default() })?;
        Ok(questions.iter().map(|question| run.answer(question).unwrap_or([f64::NAN; 2])).collect())
    };
    let as_it_is = figures(Vec::new())?;
    // A stop in a period that never comes: no clause decides any more, and nothing ends.
    let mut each = vec![Choice { stops: None, figures: figures(vec![(StopId(0), u32::MAX)])? }];
    for stop in deal.stops.ids() {
        each.push(Choice { stops: Some((stop, next)), figures: figures(vec![(stop, next)])? });
    }
    Ok(Choices { questions, as_it_is, each })
}
