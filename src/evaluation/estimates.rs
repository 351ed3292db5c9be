//! One block of findings, in columns: a lane is a trial.

use super::continuing::FoundArms;
use super::estimate::{Estimate, ratio};
use super::left_out;
use super::plan::{Cell, EvaluationPlan, Link, MeasurePlan, Node, RecordsPlan};
use crate::cohort::{Given, World};
use crate::deal::{CohortId, GroupId, MeasureId, OutcomeRef, Statistic};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::numeric::wide::widest;
use crate::sampling::{binomial, hypergeometric};

/// What the evaluator found in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Estimates {
    /// The measures in the order of the deal.
    pub measures: Each<MeasureId, Estimate>,
    pub(super) records: Vec<FoundInRecords>,
    late: Vec<u32>,
    uneven: bool,
    pub(super) scratch: Scratch,
}

#[derive(Clone, Debug)]
pub(super) struct FoundInRecords {
    pub(super) match_rate: Vec<f64>,
    pub(super) nodes: Vec<Grid<u32>>,
    /// Of each node where having it in one round says something of the next.
    pub(super) arms: Vec<Option<FoundArms>>,
}

#[derive(Clone, Debug)]
pub(super) struct Scratch {
    pub(super) people: Vec<u32>,
    pub(super) count: Vec<u32>,
    pub(super) units: Vec<u32>,
    pub(super) chance: Vec<f64>,
    pub(super) mean: Vec<f64>,
}

impl Estimates {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &EvaluationPlan, lanes: usize) -> Self {
        let records = |records: &RecordsPlan| FoundInRecords {
            match_rate: vec![0.0; lanes],
            nodes: records.nodes.iter().map(|node| Grid::new(node.keys.len(), lanes)).collect(),
            arms: records.nodes.iter().map(|node| node.continuing.as_ref().map(|_| FoundArms::new(plan.cohorts, lanes))).collect(),
        };
        Self {
            measures: plan.measures.iter().map(|measure| Estimate::new(measure, lanes, plan.keeps_cells)).collect(),
            records: plan.records.iter().map(records).collect(),
            late: Vec::new(),
            uneven: false,
            scratch: Scratch {
                people: vec![0; lanes],
                count: vec![0; lanes],
                units: vec![0; lanes],
                chance: vec![0.0; lanes],
                mean: vec![0.0; lanes],
            },
        }
    }

    /// Observes the trials `first_trial..first_trial + lanes` of `world`.
    pub fn observe(&mut self, plan: &EvaluationPlan, world: &World, first_trial: u64) {
        self.draw_errors(plan, &Given::nothing(first_trial));
        self.observe_given(plan, world, first_trial, None);
    }

    /// Observes a world with the evaluator's errors that were drawn; of rows that are `known` it stands here already who was found.
    pub fn observe_given(&mut self, plan: &EvaluationPlan, world: &World, first_trial: u64, known: Option<&KnownRows>) {
        self.late.clone_from(&world.late);
        self.uneven = any_zero(world.enrolled.cells());
        for (at, (found, records)) in self.records.iter_mut().zip(&plan.records).enumerate() {
            let known = known.map(|known| known[at].as_slice());
            for index in 0..records.nodes.len() {
                found.find(&records.nodes, index, world, first_trial, known, &mut self.scratch);
            }
        }
        for (found, measure) in self.measures.iter_mut().zip(&plan.measures) {
            found.observe(measure, &self.records, world, first_trial, self.uneven, &mut self.scratch);
        }
        self.blend();
    }

    /// Leaves out the cohorts that would enrol after the period in `stopped`, one for each lane: the program never reached them. Only of
    /// findings in a deal with stop clauses.
    pub fn leave_out(&mut self, stopped: &[u32]) {
        self.uneven = true;
        for found in self.measures.iter_mut().filter(|found| found.stated_groups() == 0) {
            found.leave_out(stopped, &self.late);
            found.restate();
        }
        self.blend();
    }

    pub(super) fn blend(&mut self) {
        for index in self.measures.ids() {
            if !self.measures[index].blend.is_empty() && self.measures[index].stated_groups() == 0 {
                left_out::blend(&mut self.measures, index, &mut self.scratch.chance);
            }
        }
    }

    /// Periods by which everybody enrols later than planned; empty where the program starts on time.
    #[must_use]
    pub fn late(&self) -> &[u32] {
        &self.late
    }

    /// Whether nobody may be enrolled in some group of some measure.
    #[must_use]
    pub fn is_uneven(&self) -> bool {
        self.uneven
    }
}

impl Estimates {
    /// Replaces what was found by published results about those who enrolled in `world`: `value` gives what was reported of a measure and
    /// group of cohorts.
    pub fn state(&mut self, plan: &EvaluationPlan, world: &World, value: impl Fn(MeasureId, GroupId, Statistic) -> f64) {
        self.late.clone_from(&world.late);
        self.uneven = true;
        for ((measure, found), plan) in self.measures.pairs_mut().zip(&plan.measures) {
            let groups = found.enrolled.ids();
            found.enrolled.clear();
            for (group, cells) in plan.groups.pairs() {
                cells.iter().for_each(|cell| add(found.enrolled.row_mut(group), world.enrolled.row(cell.cohort)));
            }
            found.stated = groups.map(|group| Statistic::WORDS.map(|(_, statistic)| value(measure, group, statistic))).collect();
        }
    }
}

/// Rows of what is looked for in each source of data of which it is known who was found.
pub type KnownRows = Vec<Vec<Vec<bool>>>;

/// Who truly has it, in one row of it.
fn true_count(world: &World, of: OutcomeRef, row: usize) -> &[u32] {
    match of {
        OutcomeRef::Enrolled => world.enrolled.row(CohortId(row)),
        OutcomeRef::Outcome(outcome) => world.outcomes[outcome].count.row(row),
    }
}

impl FoundInRecords {
    /// Finds node `index`; the nodes it depends on stand before it.
    fn find(&mut self, nodes: &[Node], index: usize, world: &World, first_trial: u64, known: Option<&[Vec<bool>]>, scratch: &mut Scratch) {
        let is_known = |node: usize, row: usize| known.is_some_and(|known| known[node][row]);
        let node = &nodes[index];
        for (row, &key) in node.keys.iter().enumerate().filter(|(row, _)| !is_known(index, *row)) {
            if let Some(outer) = node.outer.filter(|_| self.arms[index].is_none())
                && let outer_row = row % self.nodes[outer].rows()
                && is_known(outer, outer_row)
            {
                // Who is found of those who have what it needs is known: these are some of them.
                let marked = self.nodes[outer].row(outer_row).to_vec();
                let [population, people] = [(outer, outer_row), (index, row)].map(|(at, row)| true_count(world, nodes[at].outcome, row));
                hypergeometric::fill(key, first_trial, population, &marked, people, self.nodes[index].row_mut(row));
                continue;
            }
            let (before, rest) = self.nodes.split_at_mut(index);
            let (people, found) = (true_count(world, node.outcome, row), rest[0].row_mut(row));
            match node.link {
                Link::Innermost => binomial::fill(key, first_trial, people, &self.match_rate, found),
                Link::Around(inner) => {
                    let inner_people = true_count(world, nodes[inner].outcome, row);
                    subtract(&mut scratch.people, people, inner_people);
                    binomial::fill(key, first_trial, &scratch.people, &self.match_rate, found);
                    add(found, before[inner].row(row));
                }
                Link::Beside(outer) => {
                    // Every round happens to the people of the same cohort.
                    let outer_row = row % before[outer].rows();
                    let population = true_count(world, nodes[outer].outcome, outer_row);
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

impl Estimate {
    fn observe(
        &mut self,
        plan: &MeasurePlan,
        records: &[FoundInRecords],
        world: &World,
        first_trial: u64,
        uneven: bool,
        scratch: &mut Scratch,
    ) {
        self.units.clear();
        self.totals.clear();
        self.enrolled.clear();
        self.comparison.clear();
        self.baseline.clear();
        self.sd.clear();
        self.lane_comparators =
            if uneven && plan.comparison.is_some() { Grid::new(self.enrolled.rows(), scratch.people.len()) } else { Grid::default() };
        let mut cell_index = 0;
        for (group, cells) in plan.groups.pairs() {
            for &cell in cells {
                let enrolled = world.enrolled.row(cell.cohort);
                add(self.enrolled.row_mut(group), enrolled);
                match plan.is_quantity {
                    true => self.sum(plan, group, cell, world),
                    false => self.report(plan, group, cell, records, world, first_trial, scratch),
                }
                if let (Some(comparison), OutcomeRef::Outcome(outcome)) = (&plan.comparison, plan.of) {
                    let truth = &world.outcomes[outcome];
                    let fixed = comparison.fixed.filter(|(_, first)| cell.cohort < *first);
                    match fixed {
                        Some((rate, _)) if plan.is_quantity => scratch.mean.fill(rate),
                        Some((rate, _)) => self.baseline.row_mut(group).fill(rate),
                        None if plan.is_quantity => self.compare_means(plan, comparison, cell, world, truth, first_trial, scratch),
                        None => self.compare(plan, comparison, group, cell, records, world, truth, first_trial, scratch),
                    }
                    if plan.is_quantity {
                        add_joined(self.baseline.row_mut(group), &scratch.mean, uneven.then_some(enrolled));
                    }
                    if self.lane_comparators.rows() > 0 && fixed.is_none() {
                        let lanes = self.lane_comparators.row_mut(group).iter_mut().zip(enrolled).filter(|(_, people)| **people > 0);
                        lanes.for_each(|(sum, _)| *sum += comparison.per_cohort);
                    }
                }
                if plan.is_quantity
                    && let OutcomeRef::Outcome(outcome) = plan.of
                {
                    add_joined(self.sd.row_mut(group), world.outcomes[outcome].sd.row(cell.row), uneven.then_some(enrolled));
                }
                self.keep(plan, cell_index, cell, world, scratch);
                cell_index += 1;
            }
            if plan.is_quantity {
                self.average(plan, group, world, uneven, scratch);
            }
        }
        if let (Some(history), OutcomeRef::Outcome(outcome)) = (&plan.history, plan.of) {
            self.look_back(plan, history, &world.outcomes[outcome], first_trial, scratch);
        }
        self.find_exactly(plan, world, scratch);
    }

    /// Makes sums over the cohorts of a group averages of those that anybody joined.
    fn average(&mut self, plan: &MeasurePlan, group: GroupId, world: &World, uneven: bool, scratch: &mut Scratch) {
        let cells = &plan.groups[group];
        scratch.chance.fill(if uneven { 0.0 } else { cells.len() as f64 });
        for cell in cells.iter().filter(|_| uneven) {
            let joined = scratch.chance.iter_mut().zip(world.enrolled.row(cell.cohort));
            joined.for_each(|(count, people)| *count += f64::from(u8::from(*people > 0)));
        }
        divide(self.sd.row_mut(group), &scratch.chance);
        if plan.comparison.is_some() {
            divide(self.baseline.row_mut(group), &scratch.chance);
        }
    }

    /// Adds a cohort's reported units to its group; they stay in `scratch.units` too.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn report(
        &mut self,
        plan: &MeasurePlan,
        group: GroupId,
        cell: Cell,
        records: &[FoundInRecords],
        world: &World,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let truth = true_count(world, plan.of, cell.row);
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
    fn sum(&mut self, plan: &MeasurePlan, group: GroupId, cell: Cell, world: &World) {
        let OutcomeRef::Outcome(outcome) = plan.of else { return };
        let truth = &world.outcomes[outcome];
        self.totals.row_mut(group).iter_mut().zip(truth.total.row(cell.row)).for_each(|(sum, total)| *sum += total);
    }

    /// Keeps a cohort's part of its group, so that an early stop can leave it out.
    fn keep(&mut self, plan: &MeasurePlan, index: usize, cell: Cell, world: &World, scratch: &Scratch) {
        if self.cells.of.is_empty() {
            return;
        }
        let cells = &mut self.cells;
        cells.enrolled.row_mut(index).copy_from_slice(world.enrolled.row(cell.cohort));
        if let (true, OutcomeRef::Outcome(outcome)) = (plan.is_quantity, plan.of) {
            let truth = &world.outcomes[outcome];
            cells.totals.row_mut(index).copy_from_slice(truth.total.row(cell.row));
            cells.sd.row_mut(index).copy_from_slice(truth.sd.row(cell.row));
            if cells.means.rows() > 0 {
                cells.means.row_mut(index).copy_from_slice(&scratch.mean);
            }
        } else {
            cells.units.row_mut(index).copy_from_slice(&scratch.units);
            if cells.comparison.rows() > 0 {
                cells.comparison.row_mut(index).copy_from_slice(&scratch.count);
            }
        }
    }

    fn find_exactly(&mut self, plan: &MeasurePlan, world: &World, scratch: &mut Scratch) {
        let (Some([with, without]), OutcomeRef::Outcome(outcome)) = (&mut self.exact, plan.of) else { return };
        let truth = &world.outcomes[outcome];
        let mut index = 0;
        for (group, cells) in plan.groups.pairs() {
            [&mut *with, &mut *without].into_iter().for_each(|sums| sums.row_mut(group).fill(0.0));
            for &cell in cells {
                let people = world.enrolled.row(cell.cohort);
                for (arm, (sums, rates)) in [(&mut *with, &truth.with), (&mut *without, &truth.without)].into_iter().enumerate() {
                    expect(&mut scratch.mean, people, rates.row(cell.row));
                    sums.row_mut(group).iter_mut().zip(&scratch.mean).for_each(|(sum, expected)| *sum += expected);
                    if let Some(kept) = &mut self.cells.exact {
                        kept[arm].row_mut(index).copy_from_slice(&scratch.mean);
                    }
                }
                index += 1;
            }
            for sums in [&mut *with, &mut *without] {
                let people = self.enrolled.row(group);
                sums.row_mut(group).iter_mut().zip(people).for_each(|(sum, people)| *sum = ratio(*sum, f64::from(*people)));
            }
        }
    }
}

/// Adds a cohort's column to that of its group, where anybody `joined` it.
fn add_joined(sums: &mut [f64], terms: &[f64], joined: Option<&[u32]>) {
    match joined {
        None => sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term),
        Some(people) => {
            let lanes = sums.iter_mut().zip(terms).zip(people).filter(|(_, people)| **people > 0);
            lanes.for_each(|((sum, term), _)| *sum += term);
        }
    }
}

widest! {
fn expect(out: &mut [f64], people: &[u32], rates: &[f64]) {
    for ((out, people), rate) in out.iter_mut().zip(people).zip(rates) {
        *out = f64::from(*people) * rate;
    }
}

fn divide(sums: &mut [f64], by: &[f64]) {
    sums.iter_mut().zip(by).for_each(|(sum, by)| *sum /= by);
}

fn any_zero(people: &[u32]) -> bool {
    people.iter().fold(0, |any, people| any | u32::from(*people == 0)) != 0
}

pub(super) fn add(sums: &mut [u32], terms: &[u32]) {
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
