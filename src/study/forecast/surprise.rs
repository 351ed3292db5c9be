//! How surprising is what was reported, under the plan?
//!
//! Trials of the plan, for the people who did enrol, each with what it would have reported. One report is surprising when few of them come
//! so far out on its side; all together when few are as far from the middle, by the reports' own spreads and correlations (Mahalanobis).

use std::sync::Arc;

use super::super::RunError;
use super::super::options::Course;
use crate::deal::{Deal, GroupId, MeasureId, Results, SoFar, Statistic};
use crate::engine::{self, Block, Plan};
use crate::sampling::triangle;

/// Below this share the plan itself is in doubt.
pub(super) const DOUBT: f64 = 0.01;

/// Most reports that are looked at together.
const TOGETHER: usize = 60;

/// How surprising the reports are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surprises {
    /// One after another, in the order of the deal.
    pub each: Vec<Surprise>,
    /// Share of the plan's trials that are as far out in all, 0 to 1; nothing where nothing was reported that varies.
    pub in_all: Option<f64>,
    /// Trials of the plan that were looked at.
    pub trials: u64,
}

/// How surprising one report is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surprise {
    /// The measure.
    pub measure: MeasureId,
    /// Its group of cohorts.
    pub group: GroupId,
    /// Which number.
    pub statistic: Statistic,
    /// What was reported.
    pub value: f64,
    /// What the plan expects: mean, 5% and 95% quantiles.
    pub plan: [f64; 3],
    /// Twice the smaller share of the plan's trials on either side, those that are the same counted half; 0 to 1.
    pub chance: f64,
}

impl Surprises {
    /// The report that surprises most, if any is rarer than one in twenty.
    #[must_use]
    pub fn most(&self) -> Option<&Surprise> {
        self.each.iter().filter(|one| one.chance < 0.05).min_by(|one, other| one.chance.total_cmp(&other.chance))
    }
}

/// Looks at the trials of `course` of the plan.
pub(super) fn surprises(deal: &Deal, so_far: &SoFar, course: &Course) -> Result<Surprises, RunError> {
    let wanted = wanted(deal, so_far);
    if wanted.is_empty() {
        return Ok(Surprises::default());
    }
    let enrolled = Results {
        enrolled: so_far.results.enrolled.clone(),
        counted: counted(deal, so_far),
        late: so_far.results.late,
        ..Results::default()
    };
    let before = SoFar { results: enrolled, learns: false, ..so_far.clone() };
    let plan = Plan::new(&Deal { so_far: Some(Arc::new(before)), ..deal.clone() }, course.seed);
    let lanes = plan.lanes();
    let work = |first_trial: u64, lanes: usize| {
        let mut block = Block::unsettled(&plan, lanes);
        block.draw(&plan, first_trial);
        let mut columns = vec![vec![0.0; lanes]; wanted.len()];
        for (column, one) in columns.iter_mut().zip(&wanted) {
            block.findings.measures[one.measure].statistic(one.statistic, one.group, column);
        }
        columns
    };
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
    engine::blocks(0..course.trials, lanes, course.stop(), work, |blocks: Vec<Vec<Vec<f64>>>, done| {
        for block in blocks {
            columns.iter_mut().zip(block).for_each(|(all, more)| all.extend(more));
        }
        course.done(done);
    })?;
    let each = wanted.iter().zip(&columns).map(|(one, column)| placed(one, column)).collect();
    Ok(Surprises { each, in_all: in_all(&wanted, &columns), trials: course.trials })
}

/// Cohorts whose people are known because something was reported of them.
fn counted(deal: &Deal, so_far: &SoFar) -> Vec<crate::deal::CohortId> {
    deal.program.cohorts.ids().filter(|&cohort| so_far.enrolled(deal, cohort).is_some()).collect()
}

/// The numbers that are looked at: of participants, of those they are compared with, or the difference where neither is known.
fn wanted(deal: &Deal, so_far: &SoFar) -> Vec<Surprise> {
    let known = so_far.results.known(deal);
    let mut found: Vec<Surprise> = Vec::new();
    let mut groups: Vec<(MeasureId, GroupId)> = so_far.results.reported.iter().map(|known| (known.measure, known.group)).collect();
    groups.sort_unstable();
    groups.dedup();
    for (measure, group) in groups {
        let of = |statistic: Statistic| {
            let value = known.value(deal, measure, group, statistic).filter(|value| value.is_finite())?;
            Some(Surprise { measure, group, statistic, value, plan: [f64::NAN; 3], chance: f64::NAN })
        };
        let compares = deal.measures[measure].compares();
        let rates: Vec<Surprise> =
            [of(Statistic::Rate), of(Statistic::ComparisonRate).filter(|_| compares)].into_iter().flatten().collect();
        if rates.is_empty() {
            found.extend(of(Statistic::Difference).or_else(|| of(Statistic::RelativeChange)));
        }
        found.extend(rates);
    }
    found
}

fn placed(one: &Surprise, column: &[f64]) -> Surprise {
    let mut sorted: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    // Published numbers are rounded: what differs by rounding is the same.
    let near = 1e-9 * one.value.abs().max(1.0);
    let below = sorted.partition_point(|value| *value < one.value - near) as f64;
    let above = count - sorted.partition_point(|value| *value <= one.value + near) as f64;
    let same = count - below - above;
    let mean = sorted.iter().sum::<f64>() / count;
    let chance = (2.0 * (below.min(above) + 0.5 * same) / count).min(1.0);
    Surprise { plan: [mean, super::inputs::quantile(&sorted, 0.05), super::inputs::quantile(&sorted, 0.95)], chance, ..*one }
}

/// Share of the trials that are as far out as what was reported, all numbers together.
fn in_all(wanted: &[Surprise], columns: &[Vec<f64>]) -> Option<f64> {
    let trials = columns.first()?.len();
    // Numbers that vary, as deviations in their own spreads; a trial without one stands in its middle.
    let mut rows: Vec<(Vec<f64>, f64)> = Vec::new();
    for (one, column) in wanted.iter().zip(columns).take(TOGETHER) {
        let moments = super::inputs::moments(&column.iter().copied().filter(|value| !value.is_nan()).collect::<Vec<_>>());
        if moments.sd > 0.0 {
            let scaled = |value: f64| if value.is_nan() { 0.0 } else { (value - moments.mean) / moments.sd };
            rows.push((column.iter().map(|value| scaled(*value)).collect(), scaled(one.value)));
        }
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / trials as f64;
    let correlation = |i: usize, j: usize| dot(&rows[i].0, &rows[j].0) + if i == j { 1e-6 } else { 0.0 };
    let matrix: Vec<Vec<f64>> = (0..rows.len()).map(|i| (0..rows.len()).map(|j| correlation(i, j)).collect()).collect();
    let lower = triangle(&matrix).filter(|lower| !lower.is_empty())?;
    let distance = |at: &dyn Fn(usize) -> f64| {
        let mut solved: Vec<f64> = Vec::with_capacity(rows.len());
        for (row, weights) in lower.iter().enumerate() {
            let rest: f64 = weights.iter().zip(&solved).map(|(weight, solved)| weight * solved).sum();
            solved.push((at(row) - rest) / weights[row]);
        }
        solved.iter().map(|x| x * x).sum::<f64>()
    };
    let reported = distance(&|row| rows[row].1);
    let as_far = (0..trials).filter(|&trial| distance(&|row| rows[row].0[trial]) >= reported).count();
    Some(as_far as f64 / trials as f64)
}
