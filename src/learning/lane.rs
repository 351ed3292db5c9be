//! What one trial's shared part says of people, as far as reports have been gone through.
//!
//! People of whom the same is known stand together; rates are those of the trial, moved by the luck that was chosen for it.

use super::network::parent_row;
use super::reports::Reports;
use super::slots::Slots;
use super::table::Table;
use super::turns::Turn;
use crate::cohort::{Expected, PeoplePlan};
use crate::deal::{Deal, OutcomeId};
use crate::evaluation::Estimates;
use crate::sampling::stream::Key;

/// Some people of a network of whom the same is known.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    pub(super) people: u32,
    pub(super) table: Table,
}

/// What is the same for all trials.
pub(super) struct Frame<'a> {
    pub(super) deal: &'a Deal,
    pub(super) people: &'a PeoplePlan,
    pub(super) reports: &'a Reports,
    pub(super) slots: &'a Slots,
    pub(super) turns: &'a [Turn],
    pub(super) key: Key,
}

/// What was drawn of the shared part of a block of trials.
pub(super) struct Shared<'a> {
    pub(super) expected: &'a Expected,
    pub(super) findings: &'a Estimates,
    pub(super) ratio: &'a [f64],
}

/// One trial's part in what was reported.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// By network, once anything was said of it.
    pub(super) crowds: Vec<Option<Vec<Crowd>>>,
    /// By slot: the trial whose luck is shared.
    pub(super) luck: Vec<Option<u64>>,
    /// Logarithm of the chance of all reports.
    pub(super) ln_weight: f64,
}

impl Lane {
    /// Probabilities or means of participants who have the parent, with the program and without it, moved by the luck they share.
    pub(super) fn rates(&self, frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, outcome: OutcomeId, row: usize) -> [f64; 2] {
        let raw = [&shared.expected.with, &shared.expected.without].map(|rates| rates[outcome].row(row)[lane]);
        match frame.slots.of_row[outcome][row].and_then(|slot| self.luck[slot]) {
            Some(trial) => frame.people.with_luck(outcome, row, trial, raw),
            None => raw,
        }
    }

    /// The probability or mean of people without the program, parents included.
    pub(super) fn without(&self, frame: &Frame<'_>, shared: &Shared<'_>, lane: usize, outcome: OutcomeId, row: usize) -> f64 {
        let round = row / frame.deal.program.cohorts.len();
        let left = frame.deal.outcomes[outcome].continuity.left(round);
        let own = self.rates(frame, shared, lane, outcome, row)[1] * left;
        match frame.deal.outcomes[outcome].given {
            Some(parent) => own * self.without(frame, shared, lane, parent, parent_row(frame.deal, parent, row)),
            None => own,
        }
    }
}
