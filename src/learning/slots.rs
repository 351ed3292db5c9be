//! Who shares luck with whom?
//!
//! Comes in: networks of people. Goes out: a *slot* for each cohort whose people share luck, and one for each site that does; what luck it is
//! is chosen trial by trial.

use super::network::{Network, Node};
use crate::cohort::{PeoplePlan, Rows};
use crate::deal::{CohortId, Continuity, Deal, OutcomeId};

/// Slots of shared luck.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// The slot of each row.
    pub(super) of_row: Rows<Option<usize>>,
    /// The slots that the people of each network look at.
    pub(super) of_network: Vec<Vec<usize>>,
    pub(super) count: usize,
}

impl Slots {
    pub(super) fn new(deal: &Deal, people: &PeoplePlan, networks: &[Network]) -> Self {
        let cohorts = deal.program.cohorts.len();
        let rows = deal.outcomes.iter().map(|outcome| vec![None; cohorts * outcome.rounds.count as usize]);
        let mut all = Self { of_row: rows.collect(), of_network: vec![Vec::new(); networks.len()], count: 0 };
        let own = |compared: &Network| {
            let looks = |node: &Node| compared.node(node.outcome, node.row).is_some();
            let same = |other: &&Network| other.cohort == compared.cohort && other.compared.is_none() && other.nodes.iter().any(looks);
            networks.iter().position(|other| same(&other))
        };
        for (at, network) in networks.iter().enumerate().filter(|(_, network)| network.compared.is_none()) {
            let mut of_cohort = None;
            for node in network.nodes.iter().filter(|node| people.shares_luck(node.outcome)) {
                let slot = match people.shares_by_site(node.outcome) {
                    true => all.of_site(deal, network.cohort, node.outcome),
                    false => *of_cohort.get_or_insert_with(|| all.next()),
                };
                if !people.shares_by_site(node.outcome) {
                    all.mark(node, cohorts, slot);
                }
                if !all.of_network[at].contains(&slot) {
                    all.of_network[at].push(slot);
                }
            }
        }
        for (at, network) in networks.iter().enumerate().filter(|(_, network)| network.compared.is_some()) {
            all.of_network[at] = own(network).map_or_else(Vec::new, |own| all.of_network[own].clone());
        }
        all
    }

    fn next(&mut self) -> usize {
        self.count += 1;
        self.count - 1
    }

    /// The slot of a cohort's site: the same luck in all its cohorts.
    fn of_site(&mut self, deal: &Deal, cohort: CohortId, outcome: OutcomeId) -> usize {
        let cohorts = &deal.program.cohorts;
        if let Some(slot) = self.of_row[outcome][cohort.index()] {
            return slot;
        }
        let slot = self.next();
        for (row, own) in self.of_row[outcome].iter_mut().enumerate() {
            if cohorts[CohortId(row % cohorts.len())].site == cohorts[cohort].site {
                *own = Some(slot);
            }
        }
        slot
    }

    /// The same people share the same luck in every round; people who are drawn anew share one of their own.
    fn mark(&mut self, node: &Node, cohorts: usize, slot: usize) {
        let rows = &mut self.of_row[node.outcome];
        match node.continuity {
            Continuity::Anew => rows[node.row] = Some(slot),
            Continuity::Keeps(_) | Continuity::Leaves(_) => {
                (node.row % cohorts..rows.len()).step_by(cohorts).for_each(|row| rows[row] = Some(slot));
            }
        }
    }
}
