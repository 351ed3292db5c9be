//! What is there when an outcome has its turn: who may have it, in which economy, and columns to work in.

use super::given::Given;
use super::happened::OutcomeWorld;
use super::plan::OutcomePlan;
use crate::deal::CohortId;
use crate::numeric::grid::Grid;

/// What an outcome finds when its turn comes.
pub(super) struct Place<'a> {
    pub(super) first_trial: u64,
    pub(super) given: &'a Given<'a>,
    pub(super) enrolled: &'a Grid<u32, CohortId>,
    pub(super) late: &'a [u32],
    pub(super) economy: &'a Grid<f64>,
    pub(super) parents: &'a [OutcomeWorld],
}

impl<'a> Place<'a> {
    /// People who can have the outcome.
    pub(super) fn eligible(&self, plan: &OutcomePlan, row: usize) -> &'a [u32] {
        match plan.given {
            Some(parent) => self.parents[parent.index()].count.row(row % plan.parent_rows[0]),
            None => self.enrolled.row(CohortId(row % self.enrolled.rows())),
        }
    }

    /// Writes the economy's deviation when the outcome of this row falls, in percentage points.
    pub(super) fn shock(&self, plan: &OutcomePlan, row: usize, out: &mut [f64]) {
        let period = plan.period[row] as usize;
        if self.late.is_empty() {
            return out.copy_from_slice(self.economy.row(period));
        }
        let lanes = out.iter_mut().zip(self.late).enumerate();
        lanes.for_each(|(lane, (out, late))| *out = self.economy.row(period + *late as usize)[lane]);
    }

    /// Those of them whom the effect reaches.
    pub(super) fn reached(&self, plan: &OutcomePlan, row: usize) -> &'a [u32] {
        plan.effect_through
            .map_or_else(|| self.eligible(plan, row), |through| self.parents[through.index()].count.row(row % plan.parent_rows[1]))
    }
}

/// Columns to work in.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    pub(super) site: Vec<f64>,
    pub(super) shock: Vec<f64>,
    pub(super) with: Vec<f64>,
    pub(super) without: Vec<f64>,
    pub(super) people: Vec<u32>,
    pub(super) count: Vec<u32>,
}
