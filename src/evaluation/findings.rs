//! One block of findings, in columns: a lane is a trial.

use super::continuing::FoundArms;
use super::found::{Found, ratio};
use super::plan::{Cell, ComparisonPlan, HistoryPlan, Link, MeasurePlan, Node, Plan, RecordsPlan};
use crate::cohort::{OutcomeWorld, World};
use crate::deal::{OutcomeRef, Statistic};
use crate::numeric::grid::Grid;
use crate::numeric::wide::widest;
use crate::sampling::{binomial, hypergeometric, normal};

/// What the evaluator found in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The measures in the order of the deal.
    pub measures: Vec<Found>,
    records: Vec<FoundInRecords>,
    scratch: Scratch,
}

#[derive(Clone, Debug)]
struct FoundInRecords {
    match_rate: Vec<f64>,
    nodes: Vec<Grid<u32>>,
    /// Of each node where having it in one round says something of the next.
    arms: Vec<Option<FoundArms>>,
}

#[derive(Clone, Debug)]
struct Scratch {
    people: Vec<u32>,
    count: Vec<u32>,
    units: Vec<u32>,
    chance: Vec<f64>,
}

impl Findings {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        let records = |records: &RecordsPlan| FoundInRecords {
            match_rate: vec![0.0; lanes],
            nodes: records.nodes.iter().map(|node| Grid::new(node.keys.len(), lanes)).collect(),
            arms: records.nodes.iter().map(|node| node.continuing.as_ref().map(|_| FoundArms::new(plan.cohorts, lanes))).collect(),
        };
        Self {
            measures: plan.measures.iter().map(|measure| Found::new(measure, lanes, plan.keeps_cells)).collect(),
            records: plan.records.iter().map(records).collect(),
            scratch: Scratch { people: vec![0; lanes], count: vec![0; lanes], units: vec![0; lanes], chance: vec![0.0; lanes] },
        }
    }

    /// Observes the trials `first_trial..first_trial + lanes` of `world`.
    pub fn observe(&mut self, plan: &Plan, world: &World, first_trial: u64) {
        for (found, records) in self.records.iter_mut().zip(&plan.records) {
            records.match_rate.fill(first_trial, &mut found.match_rate);
            for index in 0..records.nodes.len() {
                found.find(&records.nodes, index, world, first_trial, &mut self.scratch);
            }
        }
        for (found, measure) in self.measures.iter_mut().zip(&plan.measures) {
            found.observe(measure, &self.records, world, first_trial, &mut self.scratch);
        }
        for (index, measure) in plan.measures.iter().enumerate().filter(|(_, measure)| !measure.blend.is_empty()) {
            self.blend(index, measure);
        }
    }

    /// The weighted difference of other measures, as a comparison rate below one's own, and its standard error: that of independent
    /// estimates.
    fn blend(&mut self, index: usize, plan: &MeasurePlan) {
        let mut blended = core::mem::take(&mut self.measures[index].baseline);
        let mut errors = core::mem::take(&mut self.measures[index].blended_error);
        for group in 0..plan.groups.len() {
            self.measures[index].rates(group, blended.row_mut(group));
            errors.row_mut(group).fill(0.0);
            for &(part, weight) in &plan.blend {
                self.measures[part].statistic(Statistic::Difference, group, &mut self.scratch.chance);
                blended.row_mut(group).iter_mut().zip(&self.scratch.chance).for_each(|(rate, difference)| *rate -= weight * difference);
                self.measures[part].statistic(Statistic::StandardError, group, &mut self.scratch.chance);
                let squares = errors.row_mut(group).iter_mut().zip(&self.scratch.chance);
                squares.for_each(|(sum, error)| *sum += weight * weight * error * error);
            }
            errors.row_mut(group).iter_mut().for_each(|square| *square = square.sqrt());
        }
        self.measures[index].baseline = blended;
        self.measures[index].blended_error = errors;
    }

    /// Leaves out the cohorts that enrol after the period in `stopped`, one for each lane: the program never reached them. Only of
    /// findings in a deal with stop clauses.
    pub fn ignore_cohorts_after(&mut self, stopped: &[u32]) {
        self.measures.iter_mut().filter(|found| found.stated_groups() == 0).for_each(|found| found.ignore_after(stopped));
    }
}

impl Findings {
    /// Replaces what was found by published results: `value` gives what was reported of a measure and group of cohorts (indices).
    pub fn state(&mut self, value: impl Fn(usize, usize, Statistic) -> f64) {
        for (measure, found) in self.measures.iter_mut().enumerate() {
            let groups = found.enrolled.rows();
            found.stated = (0..groups).map(|group| Statistic::WORDS.map(|(_, statistic)| value(measure, group, statistic))).collect();
        }
    }
}

fn true_count(world: &World, of: OutcomeRef) -> &Grid<u32> {
    match of {
        OutcomeRef::Enrolled => &world.enrolled,
        OutcomeRef::Outcome(outcome) => &world.outcomes[outcome].count,
    }
}

impl FoundInRecords {
    /// Finds node `index`; the nodes it depends on stand before it.
    fn find(&mut self, nodes: &[Node], index: usize, world: &World, first_trial: u64, scratch: &mut Scratch) {
        let (before, rest) = self.nodes.split_at_mut(index);
        let node = &nodes[index];
        let truth = true_count(world, node.outcome);
        for (row, &key) in node.keys.iter().enumerate() {
            let (people, found) = (truth.row(row), rest[0].row_mut(row));
            match node.link {
                Link::Innermost => binomial::fill(key, first_trial, people, &self.match_rate, found),
                Link::Around(inner) => {
                    let inner_people = true_count(world, nodes[inner].outcome).row(row);
                    subtract(&mut scratch.people, people, inner_people);
                    binomial::fill(key, first_trial, &scratch.people, &self.match_rate, found);
                    add(found, before[inner].row(row));
                }
                Link::Beside(outer) => {
                    // Every round happens to the people of the same cohort.
                    let outer_row = row % before[outer].rows();
                    let population = true_count(world, nodes[outer].outcome).row(outer_row);
                    if let (Some(arms), Some((outcome, keys))) = (&mut self.arms[index], &node.continuing) {
                        let marked = before[outer].row(outer_row);
                        arms.find(&keys[row], first_trial, row, &world.outcomes[*outcome].arms, [population, marked], found);
                        continue;
                    }
                    hypergeometric::fill(key, first_trial, population, before[outer].row(outer_row), people, found);
                }
            }
        }
    }
}

impl Found {
    fn observe(&mut self, plan: &MeasurePlan, records: &[FoundInRecords], world: &World, first_trial: u64, scratch: &mut Scratch) {
        self.units.clear();
        self.totals.clear();
        self.enrolled.clear();
        self.comparison.clear();
        self.baseline.clear();
        self.sd.clear();
        if let Some(bias) = plan.comparison.as_ref().and_then(|comparison| comparison.bias.as_ref()) {
            bias.fill(first_trial, &mut self.bias);
        }
        let mut cell_index = 0;
        for (group, cells) in plan.groups.iter().enumerate() {
            for &cell in cells {
                let enrolled = world.enrolled.row(cell.cohort);
                add(self.enrolled.row_mut(group), enrolled);
                match plan.is_quantity {
                    true => self.sum(plan, group, cell, world),
                    false => self.report(plan, group, cell, records, world, first_trial, scratch),
                }
                if let (Some(comparison), OutcomeRef::Outcome(outcome)) = (&plan.comparison, plan.of) {
                    let fixed = comparison.fixed.filter(|(_, first)| cell.cohort < *first);
                    match fixed {
                        Some((rate, _)) => self.baseline.row_mut(group).fill(rate),
                        None if plan.is_quantity => {
                            self.compare_means(plan, comparison, group, cell, world, &world.outcomes[outcome], first_trial, scratch)
                        }
                        None => self.compare(plan, comparison, group, cell, records, world, &world.outcomes[outcome], first_trial, scratch),
                    }
                }
                self.keep(plan, cell_index, group, enrolled, scratch);
                cell_index += 1;
            }
        }
        if let (Some(history), OutcomeRef::Outcome(outcome)) = (&plan.history, plan.of) {
            self.look_back(plan, history, &world.outcomes[outcome], first_trial, scratch);
        }
        self.find_exactly(plan, world);
    }

    /// Adds a cohort's reported units to its group; they stay in `scratch.units` too.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn report(
        &mut self,
        plan: &MeasurePlan,
        group: usize,
        cell: Cell,
        records: &[FoundInRecords],
        world: &World,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let truth = true_count(world, plan.of).row(cell.row);
        let found = plan.found.map_or(truth, |(source, node)| records[source].nodes[node].row(cell.row));
        let match_rate = plan.found.map(|(source, _)| records[source].match_rate.as_slice());
        let units = &mut scratch.units;
        if plan.false_negative == 0.0 {
            units.copy_from_slice(found);
        } else {
            scratch.chance.fill(1.0 - plan.false_negative);
            binomial::fill(plan.missed[cell.row], first_trial, found, &scratch.chance, units);
        }
        if plan.false_positive > 0.0 {
            subtract(&mut scratch.people, world.enrolled.row(cell.cohort), truth);
            for (lane, chance) in scratch.chance.iter_mut().enumerate() {
                *chance = plan.false_positive * match_rate.map_or(1.0, |rate| rate[lane]);
            }
            binomial::fill(plan.mistaken[cell.row], first_trial, &scratch.people, &scratch.chance, &mut scratch.count);
            add(units, &scratch.count);
        }
        add(self.units.row_mut(group), units);
    }

    /// Adds a cohort's total of a count or an amount to its group.
    fn sum(&mut self, plan: &MeasurePlan, group: usize, cell: Cell, world: &World) {
        let OutcomeRef::Outcome(outcome) = plan.of else { return };
        let truth = &world.outcomes[outcome];
        self.totals.row_mut(group).iter_mut().zip(truth.total.row(cell.row)).for_each(|(sum, total)| *sum += total);
        let share = 1.0 / plan.groups[group].len() as f64;
        self.sd.row_mut(group).iter_mut().zip(truth.sd.row(cell.row)).for_each(|(mean, sd)| *mean += share * sd);
    }

    /// Adds a cohort's comparison people. Nobody asks which of them truly had the outcome, so being found is one draw.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn compare(
        &mut self,
        plan: &MeasurePlan,
        comparison: &ComparisonPlan,
        group: usize,
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
            chain.compare(plan_of_chain, plan, cell.row, people, match_rate, world, first_trial, rates, reported);
            return add(self.comparison.row_mut(group), &scratch.count);
        }
        for (lane, chance) in scratch.chance.iter_mut().enumerate() {
            let rate = (without[lane] + self.bias[lane]).clamp(0.0, 1.0);
            let reported = rate * (1.0 - plan.false_negative) + (1.0 - rate) * plan.false_positive;
            *chance = reported * match_rate.map_or(1.0, |rate| rate[lane]);
        }
        scratch.people.fill(comparison.per_cohort);
        binomial::fill(comparison.keys[cell.row], first_trial, &scratch.people, &scratch.chance, &mut scratch.count);
        add(self.comparison.row_mut(group), &scratch.count);
    }

    /// Adds the mean of a cohort's comparison people to the group's, in equal parts: each cohort has as many of them.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn compare_means(
        &mut self,
        plan: &MeasurePlan,
        comparison: &ComparisonPlan,
        group: usize,
        cell: Cell,
        world: &World,
        truth: &OutcomeWorld,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let (without, sd) = (truth.without.row(cell.row), truth.sd.row(cell.row));
        let share = 1.0 / plan.groups[group].len() as f64;
        if let Some(counts) = plan.counts {
            scratch.chance.iter_mut().zip(without.iter().zip(&self.bias)).for_each(|(mean, (without, bias))| *mean = without + bias);
            counts.compare(comparison.keys[cell.row], first_trial, comparison.per_cohort, world, cell.row, &mut scratch.chance);
            self.baseline.row_mut(group).iter_mut().zip(&scratch.chance).for_each(|(sum, mean)| *sum += share * mean);
            return;
        }
        normal::fill(comparison.keys[cell.row], first_trial, &mut scratch.chance);
        let size = f64::from(comparison.per_cohort).sqrt();
        for (lane, mean) in self.baseline.row_mut(group).iter_mut().enumerate() {
            *mean += share * (without[lane] + self.bias[lane] + sd[lane] / size * scratch.chance[lane]);
        }
    }

    /// Keeps a cohort's part of its group, so that an early stop can leave it out.
    fn keep(&mut self, plan: &MeasurePlan, cell: usize, group: usize, enrolled: &[u32], scratch: &Scratch) {
        if self.cells.of.is_empty() {
            return;
        }
        self.cells.enrolled.row_mut(cell).copy_from_slice(enrolled);
        if plan.is_quantity {
            let mut own = self.totals.row(group).to_vec();
            let before = (0..cell).filter(|&other| self.cells.of[other].0 == group);
            for other in before {
                own.iter_mut().zip(self.cells.totals.row(other)).for_each(|(own, other)| *own -= other);
            }
            self.cells.totals.row_mut(cell).copy_from_slice(&own);
        } else {
            self.cells.units.row_mut(cell).copy_from_slice(&scratch.units);
            if self.cells.comparison.rows() > 0 {
                self.cells.comparison.row_mut(cell).copy_from_slice(&scratch.count);
            }
        }
    }

    /// What was known before: earlier people's rate or mean, less drift and regression to the mean, with the noise of an estimate. One
    /// estimate serves every group.
    fn look_back(&mut self, plan: &MeasurePlan, history: &HistoryPlan, truth: &OutcomeWorld, first_trial: u64, scratch: &mut Scratch) {
        history.drift.fill(first_trial, &mut self.drift);
        history.regression.fill(first_trial, &mut scratch.chance);
        self.drift.iter_mut().zip(&scratch.chance).for_each(|(drift, regression)| *drift += regression);
        normal::fill(history.key, first_trial, &mut scratch.chance);
        for (group, cells) in plan.groups.iter().enumerate() {
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

    fn find_exactly(&mut self, plan: &MeasurePlan, world: &World) {
        let (Some([with, without]), OutcomeRef::Outcome(outcome)) = (&mut self.exact, plan.of) else { return };
        let truth = &world.outcomes[outcome];
        for (group, cells) in plan.groups.iter().enumerate() {
            for (target, source) in [(&mut *with, &truth.with), (&mut *without, &truth.without)] {
                let target = target.row_mut(group);
                target.fill(0.0);
                for &cell in cells {
                    for (lane, value) in target.iter_mut().enumerate() {
                        *value += f64::from(world.enrolled.row(cell.cohort)[lane]) * source.row(cell.row)[lane];
                    }
                }
                for (value, enrolled) in target.iter_mut().zip(self.enrolled.row(group)) {
                    *value = ratio(*value, f64::from(*enrolled));
                }
            }
        }
    }
}

widest! {
fn add(sums: &mut [u32], terms: &[u32]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}

fn subtract(differences: &mut [u32], wholes: &[u32], parts: &[u32]) {
    for ((difference, whole), part) in differences.iter_mut().zip(wholes).zip(parts) {
        *difference = whole - part;
    }
}
}
