//! What is true of the people who were reported, where it was not seen?
//!
//! Everybody is alike within a crowd, so how many of it are in each state is one draw after another by the crowd's table. What is drawn
//! stands in the world, and in the evaluator's files, before the rest of the future is drawn.

use super::lane::{Crowd, Lane};
use super::network::{Kind, Network, Node};
use super::reports::Reports;
use crate::cohort::{Rows, World};
use crate::deal::{CohortId, Deal, OutcomeRef};
use crate::evaluation::{Estimates, EvaluationPlan, KnownRows};
use crate::sampling::binomial;
use crate::sampling::stream::Stream;

/// Which rows of people and of findings are drawn here.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) people: Rows<bool>,
    pub(super) found: KnownRows,
    /// By network: what is found of it, as source of data, node and row there, bits of the mark and of the outcome.
    places: Vec<Vec<Place>>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    records: usize,
    node: usize,
    row: usize,
    mark: usize,
    truth: Option<usize>,
}

impl Known {
    pub(super) fn new(deal: &Deal, evaluation: &EvaluationPlan, reports: &Reports, touched: &[bool]) -> Self {
        let cohorts = deal.program.cohorts.len();
        let people = deal.outcomes.iter().map(|outcome| vec![false; cohorts * outcome.rounds.count as usize]);
        let found = evaluation.nodes().map(|nodes| nodes.into_iter().map(|rows| vec![false; rows]).collect());
        let mut all = Self { people: people.collect(), found: found.collect(), places: vec![Vec::new(); reports.networks.len()] };
        for (at, network) in reports.networks.iter().enumerate().filter(|(at, _)| touched[*at]) {
            for node in own_nodes(deal, network) {
                all.people[node.outcome][node.row] = true;
            }
            for (mark_at, mark) in network.marks.iter().enumerate().filter(|_| network.compared.is_none()) {
                let of_root = |node: &&Node| super::network::root(deal, OutcomeRef::Outcome(node.outcome)) == mark.root;
                let seen = own_nodes(deal, network).filter(of_root).map(|node| (OutcomeRef::Outcome(node.outcome), node.row));
                for (of, row) in seen.chain((mark.root == OutcomeRef::Enrolled).then(|| (OutcomeRef::Enrolled, network.cohort.index()))) {
                    let Some(node) = evaluation.node(mark.records, of) else { continue };
                    let truth = match of {
                        OutcomeRef::Outcome(outcome) => network.node(outcome, row),
                        OutcomeRef::Enrolled => None,
                    };
                    all.found[mark.records][node][row] = true;
                    all.places[at].push(Place { records: mark.records, node, row, mark: network.nodes.len() + mark_at, truth });
                }
            }
        }
        all
    }

    /// Draws what is true of everybody who was reported on in `lane`, and writes it down.
    #[expect(clippy::too_many_arguments, reason = "everything that is written to")]
    pub(super) fn draw(
        &self,
        deal: &Deal,
        reports: &Reports,
        of: &Lane,
        lane: usize,
        stream: &mut Stream,
        world: &mut World,
        findings: &mut Estimates,
    ) {
        for (at, network) in reports.networks.iter().enumerate().filter(|(_, network)| network.compared.is_none()) {
            let Some(crowds) = &of.crowds[at] else { continue };
            let mut states: Vec<(usize, u32)> = Vec::new();
            crowds.iter().for_each(|crowd| tell_apart(crowd, network.bits(), stream, &mut states));
            self.write(deal, network, at, &states, lane, world, findings);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "everything that is written to")]
    fn write(
        &self,
        deal: &Deal,
        network: &Network,
        at: usize,
        states: &[(usize, u32)],
        lane: usize,
        world: &mut World,
        findings: &mut Estimates,
    ) {
        let count =
            |holds: &dyn Fn(usize) -> bool| -> u32 { states.iter().filter(|(state, _)| holds(*state)).map(|(_, people)| people).sum() };
        let has = |state: usize, bit: usize| state >> bit & 1 == 1;
        for (bit, node) in network.nodes.iter().enumerate().filter(|(_, node)| is_own(deal, node)) {
            let outcome = &mut world.outcomes[node.outcome];
            outcome.count.row_mut(node.row)[lane] = count(&|state| has(state, bit));
            let arms = outcome.arms.len();
            for (arm_at, arm) in outcome.arms.iter_mut().enumerate() {
                let in_arm = |state: usize| arms == 1 || (arm_at == 0) == node.through.is_none_or(|through| has(state, through));
                let before = |state: usize| node.before.is_some_and(|before| has(state, before));
                arm.stayed.row_mut(node.row)[lane] = count(&|state| has(state, bit) && in_arm(state) && before(state));
                arm.began.row_mut(node.row)[lane] = count(&|state| has(state, bit) && in_arm(state) && !before(state));
            }
        }
        for place in &self.places[at] {
            let found = |state: usize| has(state, place.mark) && place.truth.is_none_or(|truth| has(state, truth));
            let (rows, arms) = findings.found_mut(place.records, place.node);
            rows.row_mut(place.row)[lane] = count(&found);
            let Some((arms, node)) = arms.zip(place.truth.map(|truth| &network.nodes[truth])) else { continue };
            // The last round that is known is written last: nodes stand in the order of rounds.
            let in_arm = |state: usize, at: usize| {
                let able = node.given.is_none_or(|given| has(state, given));
                able && (at == 0) == node.through.is_none_or(|through| has(state, through))
            };
            let people = [0, 1].map(|at| count(&|state| has(state, place.mark) && in_arm(state, at)));
            let with = [0, 1].map(|at| count(&|state| found(state) && in_arm(state, at)));
            arms.know(CohortId(network.cohort.0), lane, people, with);
        }
    }
}

/// Nodes whose people are written down: those of participants, unless their persons are drawn with amounts.
fn own_nodes<'a>(deal: &'a Deal, network: &'a Network) -> impl Iterator<Item = &'a Node> {
    network.nodes.iter().filter(move |node| network.compared.is_none() && is_own(deal, node))
}

fn is_own(deal: &Deal, node: &Node) -> bool {
    node.kind == Kind::Own && deal.outcomes[node.outcome].looks_at().is_none()
}

/// How many of a crowd are in each state: bit by bit, from the highest.
fn tell_apart(crowd: &Crowd, bits: usize, stream: &mut Stream, states: &mut Vec<(usize, u32)>) {
    fn halve(chances: &[f64], people: u32, first: usize, stream: &mut Stream, states: &mut Vec<(usize, u32)>) {
        if people == 0 {
            return;
        }
        if chances.len() == 1 {
            return states.push((first, people));
        }
        let (without, with) = chances.split_at(chances.len() / 2);
        let [low, high] = [without, with].map(|half| half.iter().sum::<f64>());
        let part = match high {
            high if high <= 0.0 => 0,
            _ if low <= 0.0 => people,
            _ => binomial::draw_from(stream, f64::from(people), high / (low + high)) as u32,
        };
        halve(without, people - part, first, stream, states);
        halve(with, part, first + chances.len() / 2, stream, states);
    }
    debug_assert_eq!(crowd.table.chances.len(), 1 << bits);
    halve(&crowd.table.chances, crowd.people, 0, stream, states);
}
