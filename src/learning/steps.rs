//! What does one trial's shared part make of the reports?
//!
//! Step by step: how likely is this report of these people, given what the reports before said of them? What luck a cohort shares is chosen
//! among several, each as likely as it makes the report. Who of several groups was reported is drawn where it matters later. The weight of
//! a trial is the product of these chances; it is right on average whatever was chosen and drawn (a sequential importance sampler).

use super::amounts;
use super::chances::{Group, ln_binomial, ln_chance, share_out};
use super::lane::{Crowd, Frame, Lane, Shared};
use super::network::{Kind, Network, Node, parent_row};
use super::reports::{Cell, Step};
use super::turns::Turn;
use crate::numeric::math::{exp, ln};
use crate::sampling::stream::Stream;

/// Trials whose luck a cohort or a site may share, of which one is chosen.
const CANDIDATES: u64 = 8;

impl Lane {
    /// Goes through all reports with the shared part that stands in `lane`, which is that of `trial`. Where `whole` is false only the
    /// weight is wanted.
    pub(super) fn new(frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, trial: u64, whole: bool) -> Self {
        let reports = frame.reports;
        let mut own = Self { crowds: vec![None; reports.networks.len()], luck: vec![None; frame.slots.count], ln_weight: 0.0 };
        let mut stream = frame.key.stream(trial);
        for (step, turn) in reports.steps.iter().zip(frame.turns) {
            own.look_at(frame, shared, [lane as u64, trial], step, turn, &mut stream);
            if own.ln_weight == f64::NEG_INFINITY && !whole {
                return own;
            }
            if let Step::Counted { cells, count, .. } = step
                && (whole || turn.matters_later)
            {
                own.split(cells, *count, &mut stream);
            }
        }
        own
    }

    /// Weighs one step, choosing the luck that its people share.
    fn look_at(&mut self, frame: &Frame<'_>, shared: &Shared<'_>, at: [u64; 2], step: &Step, turn: &Turn, stream: &mut Stream) {
        let (lane, trial) = (at[0] as usize, at[1]);
        if turn.open.is_empty() {
            self.meet(frame, shared, lane, &turn.fresh);
            self.ln_weight += self.ln_step(frame, shared, lane, step);
            return;
        }
        let mut tried = [f64::NEG_INFINITY; CANDIDATES as usize];
        for (candidate, ln_chance) in tried.iter_mut().enumerate() {
            self.try_luck(frame, shared, at, turn, candidate as u64);
            *ln_chance = self.ln_step(frame, shared, lane, step);
        }
        let most = tried.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let luck = stream.uniform();
        let all: f64 = if most > f64::NEG_INFINITY { tried.iter().map(|ln_chance| exp(ln_chance - most)).sum() } else { 0.0 };
        let mut rest = luck * all;
        let chosen = tried.iter().position(|ln_chance| {
            rest -= exp(ln_chance - most);
            rest < 0.0
        });
        self.try_luck(frame, shared, [lane as u64, trial], turn, chosen.unwrap_or(0) as u64);
        self.ln_weight += if all > 0.0 { most + ln(all / CANDIDATES as f64) } else { f64::NEG_INFINITY };
    }

    /// Gives the people of a step the luck of a candidate, and gets to know them.
    fn try_luck(&mut self, frame: &Frame<'_>, shared: &Shared<'_>, [lane, trial]: [u64; 2], turn: &Turn, candidate: u64) {
        turn.open.iter().for_each(|&slot| self.luck[slot] = Some(trial.wrapping_mul(CANDIDATES).wrapping_add(candidate)));
        self.meet(frame, shared, lane as usize, &turn.fresh);
    }

    /// Gets to know the people of networks of whom nothing is known yet.
    fn meet(&mut self, frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, networks: &[usize]) {
        for &at in networks {
            let network = &frame.reports.networks[at];
            let table =
                network.table(|node| self.node(frame, shared, lane, network, node), |records| shared.findings.match_rate(records)[lane]);
            self.crowds[at] = Some(vec![Crowd { people: network.people, table }]);
        }
    }

    /// Rates of a node for people whom the effect reaches and for the others.
    fn node(&self, frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, network: &Network, node: &Node) -> [f64; 2] {
        let round = node.row / frame.deal.program.cohorts.len();
        let own = |row: usize| self.rates(frame, shared, lane, node.outcome, row).map(|rate| rate * node.continuity.left(round));
        let without = |able: bool| {
            let bias = network.compared.map_or(0.0, |measure| shared.findings.measures[measure].bias()[lane]);
            let rate = (self.without(frame, shared, lane, node.outcome, node.row) + bias).clamp(0.0, 1.0);
            let parent = frame.deal.outcomes[node.outcome].given.filter(|_| able);
            let share = parent.map_or(1.0, |parent| self.without(frame, shared, lane, parent, parent_row(frame.deal, parent, node.row)));
            if share > 0.0 { (rate / share).min(1.0) } else { 0.0 }
        };
        match node.kind {
            Kind::Own => own(node.row),
            Kind::Able => [self.without(frame, shared, lane, node.outcome, node.row); 2],
            Kind::Compared => [without(false); 2],
            Kind::ComparedAble => [without(true); 2],
        }
    }

    fn ln_step(&self, frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, step: &Step) -> f64 {
        match step {
            Step::Counted { cells, count, rounding, .. } => {
                // Most reports are of one cohort of which nothing was said before.
                if let ([cell], Some([crowd])) = (cells.as_slice(), cells.first().and_then(|cell| self.crowds[cell.network].as_deref())) {
                    let chance = crowd.table.chance(|state| cell.reported[state]);
                    if chance > 0.0 && chance < 1.0 && *count <= crowd.people {
                        return ln_binomial(Group { people: crowd.people, chance }, *count);
                    }
                }
                ln_chance(&self.groups(cells), *count, *rounding)
            }
            Step::Averaged(average) => amounts::ln_density(self, frame, shared, lane, average),
            Step::Enrolled { cohort, people } => amounts::ln_enrolled(frame.deal, *cohort, *people, shared.ratio[lane]),
        }
    }

    /// Everybody of some cells, with the chance to be reported.
    fn groups(&self, cells: &[Cell]) -> Vec<Group> {
        let crowds = cells.iter().flat_map(|cell| self.crowds[cell.network].iter().flatten().map(move |crowd| (cell, crowd)));
        crowds.map(|(cell, crowd)| Group { people: crowd.people, chance: crowd.table.chance(|state| cell.reported[state]) }).collect()
    }

    /// Tells those who were reported from those who were not.
    fn split(&mut self, cells: &[Cell], count: u32, stream: &mut Stream) {
        let mut parts = share_out(&self.groups(cells), count, stream).into_iter();
        for cell in cells {
            let Some(crowds) = self.crowds[cell.network].take() else { continue };
            let mut told = Vec::with_capacity(2 * crowds.len());
            for crowd in crowds {
                let part = parts.next().unwrap_or(0);
                let yes = |state: usize| cell.reported[state];
                if part > 0 {
                    told.push(Crowd { people: part, table: crowd.table.given(yes) });
                }
                if crowd.people > part {
                    told.push(Crowd { people: crowd.people - part, table: crowd.table.given(|state| 1.0 - yes(state)) });
                }
            }
            self.crowds[cell.network] = Some(told);
        }
    }
}
