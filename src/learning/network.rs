//! What is true of a person, as far as reports ask for it: a few yes-or-no facts, each resting on those before.
//!
//! A *network* is the people of one cohort, or those whom a measure compares with them. Its *nodes* are outcomes, in the rounds that matter;
//! its *marks* say whether the person is found in a source of data. All people of a network are alike, given what many share.

use super::table::Table;
use crate::deal::{CohortId, Continuity, Deal, MeasureId, Outcome, OutcomeId, OutcomeRef};

/// Most yes-or-no facts of a person that are held together: outcomes by round, and whether it is found in each source of data. All their
/// combinations stand in a table.
pub const MOST_FACTS: usize = 14;

/// People of one kind in one cohort.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) cohort: CohortId,
    pub(super) people: u32,
    /// The measure that compares with them; nothing of participants.
    pub(super) compared: Option<MeasureId>,
    /// A parent stands before its children; the place of a node is its bit.
    pub(super) nodes: Vec<Node>,
    /// Their bits follow those of the nodes.
    pub(super) marks: Vec<Mark>,
}

/// An outcome in one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) outcome: OutcomeId,
    pub(super) row: usize,
    pub(super) kind: Kind,
    /// Bits of what a person needs to have before, of the step that the effect goes through, and of the round before.
    pub(super) given: Option<usize>,
    pub(super) through: Option<usize>,
    pub(super) before: Option<usize>,
    pub(super) continuity: Continuity,
}

/// Whose rate a node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// That of participants.
    Own,
    /// That of comparison people, parents included: the rate without the program, and a bias.
    Compared,
    /// The same of those who have the parent.
    ComparedAble,
    /// Whether a comparison person has the parent.
    Able,
}

/// Whether a person is found in a source of data; who is found of `root` is found of all that rests on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) records: usize,
    pub(super) root: OutcomeRef,
}

impl Network {
    /// Number of bits.
    pub(super) fn bits(&self) -> usize {
        self.nodes.len() + self.marks.len()
    }

    /// The bit of an outcome in a row.
    pub(super) fn node(&self, outcome: OutcomeId, row: usize) -> Option<usize> {
        self.nodes.iter().position(|node| (node.outcome, node.row) == (outcome, row) && node.kind != Kind::Able)
    }

    /// The bit of a mark.
    pub(super) fn mark(&self, mark: Mark) -> Option<usize> {
        self.marks.iter().position(|known| *known == mark).map(|at| self.nodes.len() + at)
    }

    /// The same people by facts that have nothing to do with each other: each part by itself. `tied` says which nodes belong together beside
    /// those that rest on each other, `of_mark` whether a node is found by a mark.
    pub(super) fn parts(self, tied: &[[(OutcomeId, usize); 2]], of_mark: impl Fn(&Mark, &Node) -> bool) -> Vec<Self> {
        let bits = self.bits();
        let mut part: Vec<usize> = (0..bits).collect();
        let mut tie = |one: usize, other: usize| {
            let (from, to) = (part[one].max(part[other]), part[one].min(part[other]));
            part.iter_mut().filter(|part| **part == from).for_each(|part| *part = to);
        };
        for (bit, node) in self.nodes.iter().enumerate() {
            [node.given, node.through, node.before].into_iter().flatten().for_each(|parent| tie(parent, bit));
            self.marks.iter().enumerate().filter(|(_, mark)| of_mark(mark, node)).for_each(|(mark, _)| tie(bit, self.nodes.len() + mark));
        }
        for ends in tied.iter().map(|ends| ends.map(|(outcome, row)| self.node(outcome, row))) {
            if let [Some(one), Some(other)] = ends {
                tie(one, other);
            }
        }
        let mut names: Vec<usize> = part.clone();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            return vec![self];
        }
        let of_name = |name: usize| {
            let own: Vec<usize> = (0..self.nodes.len()).filter(|&bit| part[bit] == name).collect();
            let bit = |old: usize| own.iter().position(|known| *known == old);
            let node = |&old: &usize| {
                let node = self.nodes[old];
                Node { given: node.given.and_then(bit), through: node.through.and_then(bit), before: node.before.and_then(bit), ..node }
            };
            let marks = self.marks.iter().enumerate().filter(|(mark, _)| part[self.nodes.len() + mark] == name);
            Self { nodes: own.iter().map(node).collect(), marks: marks.map(|(_, mark)| *mark).collect(), ..self.clone() }
        };
        names.into_iter().map(of_name).collect()
    }

    /// Makes sure that a mark is there.
    pub(super) fn add_mark(&mut self, mark: Mark) {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }

    /// Everything that can be true of a person. `rates` gives the chance of a node for people whom the effect reaches and for the others,
    /// `found` the share of people found in a source of data.
    pub(super) fn table(&self, rates: impl Fn(&Node) -> [f64; 2], found: impl Fn(usize) -> f64) -> Table {
        let mut table = Table::new(self.bits());
        let mut known: Vec<[f64; 2]> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let now = rates(node);
            let has = |state: usize, bit: usize| state >> bit & 1 == 1;
            table.ask(|state| {
                let able = node.given.is_none_or(|bit| has(state, bit));
                let reached = node.through.map_or(able, |bit| has(state, bit));
                let arm = usize::from(!reached);
                match node.before {
                    _ if !able => 0.0,
                    None => now[arm],
                    Some(bit) => node.continuity.chances(known[bit][arm], now[arm])[usize::from(!has(state, bit))],
                }
            });
            known.push(now);
        }
        for mark in &self.marks {
            let found = found(mark.records);
            table.ask(|_| found);
        }
        table
    }
}

/// The outcome whose people an outcome has: its own, or that whose amounts it looks at.
pub(super) fn life(deal: &Deal, outcome: OutcomeId) -> &Outcome {
    &deal.outcomes[deal.outcomes[outcome].looks_at().unwrap_or(outcome)]
}

/// Rows that stand before `row` of `outcome` in a person's life: parents, and the rounds before where people keep an outcome.
pub(super) fn needs(deal: &Deal, outcome: OutcomeId, row: usize) -> Vec<(OutcomeId, usize)> {
    let own = life(deal, outcome);
    let cohorts = deal.program.cohorts.len();
    let parents = own.given.into_iter().chain(own.effect_through);
    let mut all: Vec<(OutcomeId, usize)> = parents.map(|parent| (parent, parent_row(deal, parent, row))).collect();
    if own.continuity != Continuity::Anew && row >= cohorts {
        all.push((outcome, row - cohorts));
    }
    all
}

/// The row of a parent that stands behind `row` of a child: a parent of one round repeats its rows.
pub(super) fn parent_row(deal: &Deal, parent: OutcomeId, row: usize) -> usize {
    row % (deal.program.cohorts.len() * deal.outcomes[parent].rounds.count as usize)
}

/// What a person must be found of to be found of `of`: see `evaluation::plan::Node`.
pub(super) fn root(deal: &Deal, of: OutcomeRef) -> OutcomeRef {
    let OutcomeRef::Outcome(outcome) = of else { return of };
    let rounds = deal.outcomes[outcome].rounds.count;
    match deal.outcomes[outcome].given {
        Some(parent) => root(deal, OutcomeRef::Outcome(parent)),
        None if rounds > 1 => OutcomeRef::Enrolled,
        None => of,
    }
}
