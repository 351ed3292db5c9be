//! Reverse stress: what has to happen for a misfortune to come about?

use super::{Options, RunError, trials};
use crate::cohort::draws;
use crate::deal::Deal;
use crate::metrics::{Catalogue, Value, each_trial};
use crate::question::Question;
use crate::stats::prim::corner;

/// Most corners of a misfortune that are told.
const CORNERS: usize = 3;

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
    /// How often it holds.
    pub share: f64,
    /// Where it mostly holds, the best corner first; none where no corner tells more than that share.
    pub corners: Vec<Corner>,
}

/// What of a future may explain it: its uncertain inputs, people enrolled, and what the evaluator found.
fn told(deal: &Deal, catalogue: &Catalogue) -> Vec<(String, Value)> {
    let listed = catalogue.values.iter().filter(|(_, value)| match value {
        Value::Enrolled | Value::FoundEffect(_) => true,
        Value::Units(measure) => !deal.measures[*measure].compares(),
        _ => false,
    });
    listed.cloned().collect()
}

/// Looks for the corners of every chance (questions whose metric is a chance).
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn reverse(deal: &Deal, chances: &[Question], options: &Options<'_>) -> Result<Vec<Reverse>, RunError> {
    let whole = Catalogue::new(deal);
    let seen = told(deal, &whole);
    let asked: Vec<Question> = chances.iter().cloned().chain(seen.iter().map(|(name, _)| Question::new(name))).collect();
    let catalogue = whole.only(&asked);
    let rows = trials(deal, options, |block| each_trial(deal, &catalogue, block))?;
    let inputs = deal.inputs();
    let mut names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
    let mut columns: Vec<Vec<f64>> = inputs.iter().map(|input| draws(deal, options.seed, input, 0, options.trials as usize)).collect();
    for (name, _) in &seen {
        if let Some(row) = catalogue.row(name) {
            names.push(name.clone());
            columns.push(rows[row].iter().map(|value| if value.is_nan() { 0.0 } else { *value }).collect());
        }
    }
    let of = |question: &Question| {
        let holds: Vec<bool> =
            catalogue.row(&question.metric).map_or_else(Vec::new, |row| rows[row].iter().map(|&value| value == 1.0).collect());
        let all = holds.iter().filter(|holds| **holds).count() as f64;
        let mut open: Vec<usize> = (0..holds.len()).collect();
        let mut corners = Vec::new();
        while corners.len() < CORNERS {
            let own: Vec<Vec<f64>> = columns.iter().map(|column| open.iter().map(|&trial| column[trial]).collect()).collect();
            let cases: Vec<bool> = open.iter().map(|&trial| holds[trial]).collect();
            let left = cases.iter().filter(|case| **case).count() as f64;
            let Some(found) = corner(&own, &cases) else { break };
            let inside = |trial: &usize| found.bounds.iter().all(|&(column, low, high)| (low..=high).contains(&columns[column][*trial]));
            corners.push(Corner {
                bounds: found.bounds.iter().map(|&(column, low, high)| (names[column].clone(), low, high)).collect(),
                coverage: found.coverage * left / all,
                density: found.density,
                mass: found.mass * open.len() as f64 / holds.len() as f64,
            });
            open.retain(|trial| !inside(trial));
        }
        Reverse { name: question.name.clone(), share: all / holds.len().max(1) as f64, corners }
    };
    Ok(chances.iter().map(of).collect())
}
