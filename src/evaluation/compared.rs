//! With whom are participants compared, and what is found of those?

use super::estimate::Estimate;
use super::estimates::{FoundInRecords, Scratch, add};
use super::plan::{Cell, ComparisonPlan, HistoryPlan, MeasurePlan};
use crate::cohort::{OutcomeWorld, World};
use crate::deal::GroupId;
use crate::sampling::{binomial, normal};

impl Estimate {
    /// Adds a cohort's comparison people. Nobody asks which of them truly had the outcome, so being found is one draw.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    pub(super) fn compare(
        &mut self,
        plan: &MeasurePlan,
        comparison: &ComparisonPlan,
        group: GroupId,
        cell: Cell,
        records: &[FoundInRecords],
        world: &World,
        truth: &OutcomeWorld,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let match_rate = plan.found.map(|(source, _)| records[source].match_rate.as_slice());
        let without = truth.without.row(cell.row);
        if let (Some(plan_of_chain), Some(chain)) = (&comparison.chain, &mut self.chain) {
            let rates = scratch.chance.iter_mut().zip(without.iter().zip(&self.bias));
            rates.for_each(|(rate, (without, bias))| *rate = (without + bias).clamp(0.0, 1.0));
            let (rates, reported) = (&mut scratch.chance, &mut scratch.count);
            let people = comparison.per_cohort;
            let errors = [plan.false_negative, plan.false_positive];
            chain.compare(plan_of_chain, errors, cell.row, people, match_rate, world, first_trial, rates, reported);
            if self.lane_comparators.rows() > 0 {
                let lanes = scratch.count.iter_mut().zip(world.enrolled.row(cell.cohort));
                lanes.filter(|(_, enrolled)| **enrolled == 0).for_each(|(count, _)| *count = 0);
            }
            return add(self.comparison.row_mut(group), &scratch.count);
        }
        for (lane, chance) in scratch.chance.iter_mut().enumerate() {
            let rate = (without[lane] + self.bias[lane]).clamp(0.0, 1.0);
            let reported = rate * (1.0 - plan.false_negative) + (1.0 - rate) * plan.false_positive;
            *chance = reported * match_rate.map_or(1.0, |rate| rate[lane]);
        }
        scratch.people.fill(comparison.per_cohort);
        if self.lane_comparators.rows() > 0 {
            let lanes = scratch.people.iter_mut().zip(world.enrolled.row(cell.cohort));
            lanes.filter(|(_, enrolled)| **enrolled == 0).for_each(|(people, _)| *people = 0);
        }
        binomial::fill(comparison.keys[cell.row], first_trial, &scratch.people, &scratch.chance, &mut scratch.count);
        add(self.comparison.row_mut(group), &scratch.count);
    }

    /// Writes the mean of a cohort's comparison people to `scratch.mean`.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    pub(super) fn compare_means(
        &self,
        plan: &MeasurePlan,
        comparison: &ComparisonPlan,
        cell: Cell,
        world: &World,
        truth: &OutcomeWorld,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let (without, sd) = (truth.without.row(cell.row), truth.sd.row(cell.row));
        if let Some(counts) = plan.counts {
            scratch.mean.iter_mut().zip(without.iter().zip(&self.bias)).for_each(|(mean, (without, bias))| *mean = without + bias);
            return counts.compare(comparison.keys[cell.row], first_trial, comparison.per_cohort, world, cell.row, &mut scratch.mean);
        }
        normal::fill(comparison.keys[cell.row], first_trial, &mut scratch.mean);
        let size = f64::from(comparison.per_cohort).sqrt();
        for (lane, mean) in scratch.mean.iter_mut().enumerate() {
            *mean = without[lane] + self.bias[lane] + sd[lane] / size * *mean;
        }
    }

    /// What was known before: earlier people's rate or mean, less drift and regression to the mean, which adds where fewer are better, with
    /// the noise of an estimate. One estimate serves every group.
    pub(super) fn look_back(
        &mut self,
        plan: &MeasurePlan,
        history: &HistoryPlan,
        truth: &OutcomeWorld,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        normal::fill(history.key, first_trial, &mut scratch.chance);
        for (group, cells) in plan.groups.pairs() {
            // One estimate of the past, whoever came.
            let share = 1.0 / cells.len() as f64;
            for (lane, known) in self.baseline.row_mut(group).iter_mut().enumerate() {
                let without = || cells.iter().map(|cell| share * truth.without.row(cell.row)[lane]).sum();
                let earlier: f64 = history.baseline.unwrap_or_else(without) - self.drift[lane];
                let Some(people) = history.estimated_from else {
                    *known = earlier;
                    continue;
                };
                *known = if let Some(counts) = plan.counts {
                    counts.look_back(history.key, first_trial + lane as u64, people, earlier)
                } else if plan.is_quantity {
                    earlier + self.sd.row(group)[lane] / f64::from(people).sqrt() * scratch.chance[lane]
                } else {
                    let rate = earlier.clamp(0.0, 1.0);
                    f64::from(binomial::draw(history.key, first_trial + lane as u64, people, rate)) / f64::from(people)
                };
            }
        }
    }
}
