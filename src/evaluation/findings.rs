//! One block of findings, in columns: a lane is a trial.

use super::plan::{ComparisonPlan, Link, MeasurePlan, Node, Plan, RecordsPlan};
use crate::cohort::World;
use crate::deal::{OutcomeRef, Statistic};
use crate::numeric::grid::Grid;
use crate::sampling::{binomial, hypergeometric};

/// What the evaluator found in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The measures in the order of the deal.
    pub measures: Vec<Found>,
    records: Vec<FoundInRecords>,
    scratch: Scratch,
}

/// What was found of one measure.
#[derive(Clone, Debug)]
pub struct Found {
    /// Participants reported with the outcome, by group of cohorts.
    pub units: Grid<u32>,
    /// Participants enrolled, by group of cohorts.
    pub enrolled: Grid<u32>,
    /// Comparison people reported with the outcome, by group; no rows without a comparison group.
    pub comparison: Grid<u32>,
    /// Size of the comparison group, by group.
    pub comparators: Vec<u32>,
    /// True rate with and without the program, by group; only where the evaluator makes no error.
    exact: Option<[Grid<f64>; 2]>,
    bias: Vec<f64>,
    /// Published numbers by group, in the order of [`Statistic::WORDS`]; empty where the evaluation is simulated.
    stated: Vec<[f64; Statistic::WORDS.len()]>,
}

#[derive(Clone, Debug)]
struct FoundInRecords {
    match_rate: Vec<f64>,
    nodes: Vec<Grid<u32>>,
}

#[derive(Clone, Debug)]
struct Scratch {
    people: Vec<u32>,
    count: Vec<u32>,
    chance: Vec<f64>,
}

impl Findings {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        let found = |measure: &MeasurePlan| {
            let groups = measure.groups.len();
            let comparison = measure.comparison.as_ref();
            let size = comparison.map_or(0, |comparison| comparison.per_cohort);
            Found {
                units: Grid::new(groups, lanes),
                enrolled: Grid::new(groups, lanes),
                comparison: Grid::new(comparison.map_or(0, |_| groups), lanes),
                comparators: measure.groups.iter().map(|group| size * group.len() as u32).collect(),
                exact: measure.exact.then(|| [Grid::new(groups, lanes), Grid::new(groups, lanes)]),
                bias: vec![0.0; lanes],
                stated: Vec::new(),
            }
        };
        let records = |records: &RecordsPlan| FoundInRecords {
            match_rate: vec![0.0; lanes],
            nodes: records.nodes.iter().map(|node| Grid::new(node.keys.len(), lanes)).collect(),
        };
        Self {
            measures: plan.measures.iter().map(found).collect(),
            records: plan.records.iter().map(records).collect(),
            scratch: Scratch { people: vec![0; lanes], count: vec![0; lanes], chance: vec![0.0; lanes] },
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

    /// STUB until merged.
    pub fn ignore_cohorts_after(&mut self, _stopped: &[u32]) {}
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
        for (cohort, &key) in node.keys.iter().enumerate() {
            let (people, found) = (truth.row(cohort), rest[0].row_mut(cohort));
            match node.link {
                Link::Innermost => binomial::fill(key, first_trial, people, &self.match_rate, found),
                Link::Around(inner) => {
                    let inner_people = true_count(world, nodes[inner].outcome).row(cohort);
                    subtract(&mut scratch.people, people, inner_people);
                    binomial::fill(key, first_trial, &scratch.people, &self.match_rate, found);
                    add(found, before[inner].row(cohort));
                }
                Link::Beside(outer) => {
                    let population = true_count(world, nodes[outer].outcome).row(cohort);
                    hypergeometric::fill(key, first_trial, population, before[outer].row(cohort), people, found);
                }
            }
        }
    }
}

impl Found {
    fn observe(&mut self, plan: &MeasurePlan, records: &[FoundInRecords], world: &World, first_trial: u64, scratch: &mut Scratch) {
        let truth = true_count(world, plan.of);
        self.units.clear();
        self.enrolled.clear();
        self.comparison.clear();
        if let Some(bias) = plan.comparison.as_ref().and_then(|comparison| comparison.bias.as_ref()) {
            bias.fill(first_trial, &mut self.bias);
        }
        let match_rate = plan.found.map(|(source, _)| records[source].match_rate.as_slice());
        for (group, cohorts) in plan.groups.iter().enumerate() {
            for &cohort in cohorts {
                let found = plan.found.map_or(truth, |(source, node)| &records[source].nodes[node]);
                self.report(plan, group, cohort, [found.row(cohort), truth.row(cohort)], match_rate, world, first_trial, scratch);
                add(self.enrolled.row_mut(group), world.enrolled.row(cohort));
                if let (Some(comparison), OutcomeRef::Outcome(outcome)) = (&plan.comparison, plan.of) {
                    let without = world.outcomes[outcome].without.row(cohort);
                    self.compare(plan, comparison, group, cohort, without, match_rate, first_trial, scratch);
                }
            }
        }
        self.find_exactly(plan, world);
    }

    /// Adds a cohort's reported units to its group.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn report(
        &mut self,
        plan: &MeasurePlan,
        group: usize,
        cohort: usize,
        [found, truth]: [&[u32]; 2],
        match_rate: Option<&[f64]>,
        world: &World,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        let units = self.units.row_mut(group);
        if plan.false_negative == 0.0 {
            add(units, found);
        } else {
            scratch.chance.fill(1.0 - plan.false_negative);
            binomial::fill(plan.missed[cohort], first_trial, found, &scratch.chance, &mut scratch.count);
            add(units, &scratch.count);
        }
        if plan.false_positive > 0.0 {
            subtract(&mut scratch.people, world.enrolled.row(cohort), truth);
            for (lane, chance) in scratch.chance.iter_mut().enumerate() {
                *chance = plan.false_positive * match_rate.map_or(1.0, |rate| rate[lane]);
            }
            binomial::fill(plan.mistaken[cohort], first_trial, &scratch.people, &scratch.chance, &mut scratch.count);
            add(units, &scratch.count);
        }
    }

    /// Adds a cohort's comparison people. Nobody asks which of them truly had the outcome, so being found is one draw.
    #[expect(clippy::too_many_arguments, reason = "one step of `observe`, with everything that step reads")]
    fn compare(
        &mut self,
        plan: &MeasurePlan,
        comparison: &ComparisonPlan,
        group: usize,
        cohort: usize,
        without: &[f64],
        match_rate: Option<&[f64]>,
        first_trial: u64,
        scratch: &mut Scratch,
    ) {
        for (lane, chance) in scratch.chance.iter_mut().enumerate() {
            let rate = (without[lane] + self.bias[lane]).clamp(0.0, 1.0);
            let reported = rate * (1.0 - plan.false_negative) + (1.0 - rate) * plan.false_positive;
            *chance = reported * match_rate.map_or(1.0, |rate| rate[lane]);
        }
        scratch.people.fill(comparison.per_cohort);
        binomial::fill(comparison.keys[cohort], first_trial, &scratch.people, &scratch.chance, &mut scratch.count);
        add(self.comparison.row_mut(group), &scratch.count);
    }

    fn find_exactly(&mut self, plan: &MeasurePlan, world: &World) {
        let (Some([with, without]), OutcomeRef::Outcome(outcome)) = (&mut self.exact, plan.of) else { return };
        let truth = &world.outcomes[outcome];
        for (group, cohorts) in plan.groups.iter().enumerate() {
            for (target, source) in [(&mut *with, &truth.with), (&mut *without, &truth.without)] {
                let target = target.row_mut(group);
                target.fill(0.0);
                for &cohort in cohorts {
                    for (lane, value) in target.iter_mut().enumerate() {
                        *value += f64::from(world.enrolled.row(cohort)[lane]) * source.row(cohort)[lane];
                    }
                }
                for (value, enrolled) in target.iter_mut().zip(self.enrolled.row(group)) {
                    *value = ratio(*value, f64::from(*enrolled));
                }
            }
        }
    }

    /// Writes `statistic` of `group` for every trial of the block. A comparison that was never made counts as a rate of 0.
    pub fn statistic(&self, statistic: Statistic, group: usize, out: &mut [f64]) {
        if let Some(stated) = self.stated.get(group) {
            return out.fill(stated[statistic as usize]);
        }
        match statistic {
            Statistic::Units => widen(out, self.units.row(group)),
            Statistic::Enrolled => widen(out, self.enrolled.row(group)),
            Statistic::Rate => self.each(group, out, |rate, _, _| rate),
            Statistic::ComparisonRate => self.each(group, out, |_, comparison, _| comparison),
            Statistic::Difference => self.each(group, out, |rate, comparison, _| rate - comparison),
            Statistic::RelativeChange => self.each(group, out, |rate, comparison, _| ratio(rate - comparison, comparison)),
            Statistic::Decrease => self.each(group, out, |rate, comparison, _| comparison - rate),
            Statistic::Reduction => self.each(group, out, |rate, comparison, _| ratio(comparison - rate, comparison)),
            Statistic::StandardError | Statistic::PValue => out.fill(f64::NAN),
            Statistic::Additional => self.each(group, out, |rate, comparison, enrolled| (rate - comparison) * enrolled),
        }
    }

    /// `f(rate, comparison rate, enrolled)` for every lane.
    fn each(&self, group: usize, out: &mut [f64], f: impl Fn(f64, f64, f64) -> f64) {
        let enrolled = self.enrolled.row(group);
        if let Some([with, without]) = &self.exact {
            for (lane, out) in out.iter_mut().enumerate() {
                *out = f(with.row(group)[lane], without.row(group)[lane], f64::from(enrolled[lane]));
            }
            return;
        }
        let units = self.units.row(group);
        if self.comparison.rows() == 0 {
            for (lane, out) in out.iter_mut().enumerate() {
                let enrolled = f64::from(enrolled[lane]);
                *out = f(ratio(f64::from(units[lane]), enrolled), 0.0, enrolled);
            }
            return;
        }
        let comparators = f64::from(self.comparators[group]);
        for (lane, (out, found)) in out.iter_mut().zip(self.comparison.row(group)).enumerate() {
            let enrolled = f64::from(enrolled[lane]);
            *out = f(ratio(f64::from(units[lane]), enrolled), f64::from(*found) / comparators, enrolled);
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

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

fn widen(out: &mut [f64], counts: &[u32]) {
    for (out, count) in out.iter_mut().zip(counts) {
        *out = f64::from(*count);
    }
}
