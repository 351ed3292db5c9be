//! What each limit cuts for good, by trial.

use std::collections::HashMap;

use super::limit::{add_beyond, take_off};
use super::line::{Limit, Line};
use crate::deal::PeriodId;
use crate::numeric::grid::Grid;
use crate::numeric::whole::add;

/// So many limits are looked through faster than looked up.
const FEW: usize = 16;

/// Minor units that each limit of a deal cuts, by limit and trial; a floor's are below zero.
#[derive(Clone, Debug)]
pub(super) struct Cuts {
    of: Vec<Limit>,
    /// Where each of many is.
    places: HashMap<Limit, usize>,
    sums: Grid<i64>,
}

impl Cuts {
    pub(super) fn new(limits: &[Limit], lanes: usize) -> Self {
        let places = if limits.len() > FEW { limits.iter().enumerate().map(|(at, limit)| (*limit, at)).collect() } else { HashMap::new() };
        Self { of: limits.to_vec(), places, sums: Grid::new(limits.len(), lanes) }
    }

    pub(super) fn clear(&mut self) {
        self.sums.clear();
    }

    /// What a limit cuts; `None` where the deal does not have it.
    pub(super) fn by(&self, limit: Limit) -> Option<&[i64]> {
        self.row(limit).map(|row| self.sums.row(row))
    }

    /// Applies a limit to `amounts` and keeps what it takes off them. Gives the first lane's amount before and after it.
    pub(super) fn keep(&mut self, limit: Limit, amounts: &mut [i64], apply: impl FnOnce(&mut [i64])) -> [i64; 2] {
        let row = self.row(limit);
        let before = amounts[0];
        if let Some(row) = row {
            add(self.sums.row_mut(row), amounts);
        }
        apply(amounts);
        if let Some(row) = row {
            take_off(self.sums.row_mut(row), amounts);
        }
        [before, amounts[0]]
    }

    /// Counts `amounts` as cut.
    pub(super) fn more(&mut self, limit: Limit, amounts: &[i64]) {
        if let Some(row) = self.row(limit) {
            add(self.sums.row_mut(row), amounts);
        }
    }

    /// Counts as cut what of `due` lies beyond `room`.
    pub(super) fn beyond(&mut self, limit: Limit, due: &[i64], room: &[i64]) {
        if let Some(row) = self.row(limit) {
            add_beyond(self.sums.row_mut(row), due, room);
        }
    }

    fn row(&self, limit: Limit) -> Option<usize> {
        if self.of.len() > FEW { self.places.get(&limit).copied() } else { self.of.iter().position(|known| *known == limit) }
    }
}

/// A line of the ledger where a limit changed the first lane.
pub(super) fn say(line: &mut impl FnMut(Line), period: PeriodId, limit: Limit, [from, to]: [i64; 2]) {
    if from != to {
        line(Line::Cut { period, limit, from, to });
    }
}
