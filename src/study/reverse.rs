//! Reverse stress: what has to happen for a misfortune to come about?

use super::drawn::drawn;
use super::options::Course;
use super::trials::trials_from;
use super::{Options, Phase, RunError};
use crate::deal::Deal;
use crate::metrics::{Catalogue, Value, each_trial};
use crate::question::Question;
use crate::stats::prim::corner;

/// Most corners of a misfortune that are told.
const CORNERS: usize = 3;

/// Least share of all cases that a further corner adds.
const WORTH_TELLING: f64 = 0.05;

/// What has to happen, and how well that tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Corner {
    /// Name, least and greatest value; infinite where there is no bound on that side.
    pub bounds: Vec<(String, f64, f64)>,
    /// Share of all such futures that lie here and in no corner before.
    pub coverage: f64,
    /// Share of the futures here that are such.
    pub density: f64,
    /// Share of all futures that lie here.
    pub mass: f64,
}

/// How a misfortune comes about.
#[derive(Clone, Debug, PartialEq)]
pub struct Reverse {
    /// The chance: `investors.loss`.
    pub name: String,
    /// How often it holds, 0 to 1.
    pub share: f64,
    /// By what lies behind it, uncertain inputs and how many enrol: where it mostly holds, the best corner first; none where no corner
    /// tells more than that share.
    pub corners: Vec<Corner>,
    /// By what the evaluator finds.
    pub signs: Option<Corner>,
}

/// What is seen of a future before the money: people enrolled, then what the evaluator finds.
fn seen(catalogue: &Catalogue) -> Vec<(String, Value)> {
    let of = |wanted: fn(&Value) -> bool| catalogue.values.iter().filter(move |(_, value)| wanted(value)).cloned();
    let enrolled = of(|value| matches!(value, Value::Enrolled));
    enrolled.chain(of(|value| matches!(value, Value::FoundEffect(_) | Value::Units(_)))).collect()
}

/// Numbers of every trial and their names.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
}

impl Columns {
    fn add(&mut self, name: &str, values: Vec<f64>) {
        self.names.push(name.to_string());
        self.values.push(values);
    }

    /// The corner of the trials `open` in which `holds`, with its shares among all trials.
    fn corner(&self, holds: &[bool], open: &[usize]) -> Option<(Corner, Vec<usize>)> {
        let own: Vec<Vec<f64>> = self.values.iter().map(|column| open.iter().map(|&trial| column[trial]).collect()).collect();
        let cases: Vec<bool> = open.iter().map(|&trial| holds[trial]).collect();
        let found = corner(&own, &cases)?;
        let left = cases.iter().filter(|case| **case).count() as f64 / holds.iter().filter(|holds| **holds).count() as f64;
        let inside = |trial: &usize| found.bounds.iter().all(|&(column, low, high)| (low..=high).contains(&self.values[column][*trial]));
        let corner = Corner {
            bounds: found.bounds.iter().map(|&(column, low, high)| (self.names[column].clone(), low, high)).collect(),
            coverage: found.coverage * left,
            density: found.density,
            mass: found.mass * open.len() as f64 / holds.len() as f64,
        };
        Some((corner, open.iter().copied().filter(|trial| !inside(trial)).collect()))
    }
}

/// Looks for the corners of every chance (questions whose metric is a chance).
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn reverse(deal: &Deal, chances: &[Question], options: &Options) -> Result<Vec<Reverse>, RunError> {
    reverse_in(deal, chances, &options.begin(Phase::Stress, deal, |trials| trials))
}

/// The same, as a part of a study.
pub(super) fn reverse_in(deal: &Deal, chances: &[Question], course: &Course) -> Result<Vec<Reverse>, RunError> {
    let whole = Catalogue::new(deal);
    let seen = seen(&whole);
    let asked: Vec<Question> = chances.iter().cloned().chain(seen.iter().map(|(name, _)| Question::new(name))).collect();
    let catalogue = whole.only(&asked);
    let rows = trials_from(deal, course.seed, course, |block| each_trial(deal, &catalogue, block))?;
    let (mut behind, mut found) = (Columns::default(), Columns::default());
    let inputs = deal.inputs();
    for (input, values) in inputs.iter().zip(drawn(deal, &inputs, course)) {
        behind.add(&input.name, values);
    }
    for (name, value) in &seen {
        let Some(row) = catalogue.row(name) else { continue };
        let values = rows[row].iter().map(|value| if value.is_nan() { 0.0 } else { *value }).collect();
        if *value == Value::Enrolled { behind.add(name, values) } else { found.add(name, values) }
    }
    let of = |question: &Question| {
        course.goes_on(course.trials)?;
        let holds: Vec<bool> =
            catalogue.row(&question.metric).map_or_else(Vec::new, |row| rows[row].iter().map(|&value| value == 1.0).collect());
        let share = holds.iter().filter(|holds| **holds).count() as f64 / holds.len().max(1) as f64;
        let all: Vec<usize> = (0..holds.len()).collect();
        let mut open = all.clone();
        let mut corners: Vec<Corner> = Vec::new();
        while corners.len() < CORNERS {
            let Some((corner, rest)) = behind.corner(&holds, &open) else { break };
            if !corners.is_empty() && (corner.coverage < WORTH_TELLING || corner.density < 1.5 * share) {
                break;
            }
            corners.push(corner);
            open = rest;
        }
        Ok(Reverse { name: question.name.clone(), share, corners, signs: found.corner(&holds, &all).map(|(corner, _)| corner) })
    };
    chances.iter().map(of).collect()
}
