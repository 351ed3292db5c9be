//! What has been reported so far, in the place of what is simulated.
//!
//! A number that was reported, or follows from what was, is that number in every trial. What a report leaves open is worked out from the
//! trial's own people, with those that were reported in their place.

use super::continuing::FoundArms;
use super::estimate::Estimate;
use super::estimates::Estimates;
use super::plan::EvaluationPlan;
use crate::deal::{GroupId, MeasureId, Statistic};
use crate::numeric::grid::Grid;

impl Estimates {
    /// Puts what was reported of a measure and a group, if anything was, in the place of what was observed: `value` gives a number by
    /// [`Statistic`], NaN where nothing gives it.
    pub fn state_so_far(&mut self, plan: &EvaluationPlan, value: impl Fn(MeasureId, GroupId) -> Option<[f64; Statistic::WORDS.len()]>) {
        for ((measure, found), plan) in self.measures.pairs_mut().zip(&plan.measures) {
            if found.reported.is_empty() {
                found.reported = found.groups().map(|group| value(measure, group)).collect();
            }
            found.restate();
            // One estimate of earlier people serves every group.
            let seen =
                found.reported.iter().flatten().map(|reported| reported[Statistic::ComparisonRate as usize]).find(|rate| !rate.is_nan());
            if let (Some(seen), true) = (seen, plan.history.as_ref().is_some_and(|history| history.baseline.is_some())) {
                found.groups().for_each(|group| found.baseline.row_mut(group).fill(seen));
            }
        }
        self.blend();
    }

    /// Who was found of what stands at `node` of `records`, by row, to be written.
    pub fn found_mut(&mut self, records: usize, node: usize) -> (&mut Grid<u32>, Option<&mut FoundArms>) {
        let found = &mut self.records[records];
        (&mut found.nodes[node], found.arms[node].as_mut())
    }

    /// The share of people who can be matched in `records`, by lane.
    #[must_use]
    pub fn match_rate(&self, records: usize) -> &[f64] {
        &self.records[records].match_rate
    }
}

impl Estimate {
    /// Writes the reported numbers into the columns that others are worked out from.
    pub(super) fn restate(&mut self) {
        for (group, reported) in self.reported.pairs() {
            let Some(reported) = reported else { continue };
            let [units, comparison] = [Statistic::Units, Statistic::ComparisonRate].map(|statistic| reported[statistic as usize]);
            if !units.is_nan() {
                match self.totals.rows() {
                    0 => self.units.row_mut(group).fill((units + 0.5) as u32),
                    _ => self.totals.row_mut(group).fill(units),
                }
            }
            if comparison.is_nan() {
                continue;
            }
            if self.comparison.rows() > 0 && self.comparators[group] > 0 {
                let comparators = self.comparators[group];
                for (lane, count) in self.comparison.row_mut(group).iter_mut().enumerate() {
                    let people = if self.lane_comparators.rows() > 0 { self.lane_comparators.row(group)[lane] } else { comparators };
                    *count = (comparison * f64::from(people) + 0.5) as u32;
                }
            } else if self.baseline.rows() > 0 {
                self.baseline.row_mut(group).fill(comparison);
            }
        }
    }

    /// How far comparison people would be from participants without the program, by lane.
    #[must_use]
    pub fn bias(&self) -> &[f64] {
        &self.bias
    }

    /// What lies between earlier people and participants without the program, by lane; empty where nobody looks back.
    #[must_use]
    pub fn drift(&self) -> &[f64] {
        &self.drift
    }
}
