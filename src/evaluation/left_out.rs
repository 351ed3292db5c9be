//! Groups without the cohorts that nobody joined, or that never came because the program had ended.
//!
//! What is left is summed as it is when every cohort came, in the same order: a trial's numbers do not depend on those beside it.

use super::estimate::{Cells, Estimate, ratio};
use crate::deal::{GroupId, MeasureId, Statistic};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;

impl Estimate {
    /// Leaves out the cohorts that would enrol after the period in `stopped`, everybody being `late` (empty where nobody is).
    pub(super) fn leave_out(&mut self, stopped: &[u32], late: &[u32]) {
        let (groups, lanes) = (self.enrolled.rows(), stopped.len());
        let cells = core::mem::take(&mut self.cells);
        self.units.clear();
        self.enrolled.clear();
        self.comparison.clear();
        self.totals.clear();
        self.sd.clear();
        if cells.means.rows() > 0 {
            self.baseline.clear();
        }
        self.exact.iter_mut().flatten().for_each(Grid::clear);
        self.lane_comparators = Grid::new(groups, lanes);
        let mut joined: Grid<u32, GroupId> = Grid::new(groups, lanes);
        for (cell, &(group, comparators, enrols)) in cells.of.iter().enumerate() {
            let came = |lane: &usize| enrols + late.get(*lane).unwrap_or(&0) <= stopped[*lane];
            for lane in (0..lanes).filter(came).filter(|&lane| cells.enrolled.row(cell)[lane] > 0) {
                self.enrolled.row_mut(group)[lane] += cells.enrolled.row(cell)[lane];
                self.lane_comparators.row_mut(group)[lane] += comparators;
                joined.row_mut(group)[lane] += 1;
                self.add_cell(&cells, cell, group, lane);
            }
        }
        for group in joined.ids() {
            for lane in 0..lanes {
                let count = f64::from(joined.row(group)[lane]);
                if cells.means.rows() > 0 {
                    self.baseline.row_mut(group)[lane] /= count;
                }
                if cells.sd.rows() > 0 {
                    self.sd.row_mut(group)[lane] /= count;
                }
                let people = f64::from(self.enrolled.row(group)[lane]);
                self.exact.iter_mut().flatten().for_each(|rates| rates.row_mut(group)[lane] = ratio(rates.row(group)[lane], people));
            }
        }
        self.cells = cells;
    }

    fn add_cell(&mut self, cells: &Cells, cell: usize, group: GroupId, lane: usize) {
        for (sums, terms) in [(&mut self.units, &cells.units), (&mut self.comparison, &cells.comparison)] {
            if terms.rows() > 0 {
                sums.row_mut(group)[lane] += terms.row(cell)[lane];
            }
        }
        for (sums, terms) in [(&mut self.totals, &cells.totals), (&mut self.baseline, &cells.means), (&mut self.sd, &cells.sd)] {
            if terms.rows() > 0 {
                sums.row_mut(group)[lane] += terms.row(cell)[lane];
            }
        }
        if let (Some(sums), Some(terms)) = (&mut self.exact, &cells.exact) {
            sums.iter_mut().zip(terms).for_each(|(sum, term)| sum.row_mut(group)[lane] += term.row(cell)[lane]);
        }
    }
}

/// Writes the weighted difference of other measures as a comparison rate that one's own is better than by so much, and its standard error: that of
/// independent estimates. `scratch` is a column to work in.
pub(super) fn blend(measures: &mut Each<MeasureId, Estimate>, index: MeasureId, scratch: &mut [f64]) {
    let parts = measures[index].blend.clone();
    let mut blended = core::mem::take(&mut measures[index].baseline);
    let mut errors = core::mem::take(&mut measures[index].blended_error);
    for group in blended.ids() {
        measures[index].rates(group, blended.row_mut(group));
        errors.row_mut(group).fill(0.0);
        for &(part, weight) in &parts {
            let weight = if measures[index].fewer_is_better { -weight } else { weight };
            measures[part].statistic(Statistic::Difference, group, scratch);
            blended.row_mut(group).iter_mut().zip(&*scratch).for_each(|(rate, difference)| *rate -= weight * difference);
            measures[part].statistic(Statistic::StandardError, group, scratch);
            let squares = errors.row_mut(group).iter_mut().zip(&*scratch);
            squares.for_each(|(sum, error)| *sum += weight * weight * error * error);
        }
        errors.row_mut(group).iter_mut().for_each(|square| *square = square.sqrt());
    }
    measures[index].baseline = blended;
    measures[index].blended_error = errors;
}
