//! What the program did for those who came, and what that is worth.
//!
//! After an early stop the world still has the cohorts that would have enrolled later; here nothing counts them.

use std::borrow::Cow;

use super::columns::{add_amounts, add_money, sum_counts};
use super::observer::Observer;
use crate::deal::{CohortId, OutcomeId, PayorId, PeriodId};
use crate::finance::discount_factors;
use crate::numeric::grid::Grid;

impl Observer<'_> {
    /// People enrolled, by cohort.
    pub(super) fn enrolled(&self) -> &Grid<u32, CohortId> {
        self.came.as_ref().unwrap_or(&self.block.world.enrolled)
    }

    /// Participants with an outcome, or its total.
    pub(super) fn outcomes(&self, outcome: OutcomeId, out: &mut [f64]) {
        let truth = &self.block.world.outcomes[outcome];
        if self.came.is_none() {
            sum_counts(truth.count.cells(), out);
            return add_amounts(truth.total.cells(), out);
        }
        out.fill(0.0);
        for (row, lane) in (0..truth.count.rows()).flat_map(|row| (0..self.block.lanes).map(move |lane| (row, lane))) {
            out[lane] += self.if_came(row, lane, f64::from(truth.count.row(row)[lane]));
        }
        for (row, lane) in (0..truth.total.rows()).flat_map(|row| (0..self.block.lanes).map(move |lane| (row, lane))) {
            out[lane] += self.if_came(row, lane, truth.total.row(row)[lane]);
        }
    }

    /// `number` where the cohort of this row of an outcome came.
    fn if_came(&self, row: usize, lane: usize, number: f64) -> f64 {
        let cohort = CohortId(row % self.block.world.enrolled.rows());
        if self.block.came(self.deal, cohort, lane) { number } else { 0.0 }
    }

    /// Medians of cohorts and rounds are kept as amounts of each person that could have the outcome.
    pub(super) fn median(&mut self, outcome: OutcomeId, out: &mut [f64]) {
        self.outcomes(outcome, out);
        let mut people = core::mem::take(&mut self.scratch);
        match self.deal.outcomes[outcome].given {
            None => sum_counts(self.enrolled().cells(), &mut people),
            Some(given) => self.outcomes(given, &mut people),
        }
        let rounds = f64::from(self.deal.outcomes[outcome].rounds.count);
        let given = self.deal.outcomes[outcome].given.map_or(1.0, |given| f64::from(self.deal.outcomes[given].rounds.count));
        let lanes = out.iter_mut().zip(&people);
        lanes.for_each(|(median, people)| *median = if *people > 0.0 { *median / (people * rounds / given) } else { f64::NAN });
        self.scratch = people;
    }

    /// Expected outcomes that would not have happened otherwise, in these cohorts; in all of them where none are named.
    fn additional_in(&self, outcome: OutcomeId, cohorts: &[CohortId]) -> Cow<'_, [f64]> {
        let truth = &self.block.world.outcomes[outcome];
        if cohorts.is_empty() && self.came.is_none() {
            return Cow::Borrowed(&truth.additional);
        }
        let enrolled = self.enrolled();
        let mut sum = vec![0.0; self.block.lanes];
        let wanted = |row: &usize| cohorts.is_empty() || cohorts.contains(&CohortId(row % enrolled.rows()));
        for row in (0..truth.effect.rows()).filter(wanted) {
            let people = enrolled.row(CohortId(row % enrolled.rows()));
            let lanes = sum.iter_mut().zip(people).zip(truth.effect.row(row));
            lanes.for_each(|((sum, people), effect)| *sum += f64::from(*people) * effect);
        }
        Cow::Owned(sum)
    }

    /// Expected outcomes that would not have happened otherwise.
    pub(super) fn additional(&self, outcome: OutcomeId) -> Cow<'_, [f64]> {
        self.additional_in(outcome, &[])
    }

    /// True effect on a person enrolled in these cohorts, or in any where none are named; NaN where nobody is.
    pub(super) fn true_effect(&self, outcome: OutcomeId, cohorts: &[CohortId], out: &mut [f64]) {
        let enrolled = self.enrolled();
        if cohorts.is_empty() && self.came.is_none() {
            return out.copy_from_slice(&self.block.world.outcomes[outcome].true_effect);
        }
        out.fill(0.0);
        for cohort in enrolled.ids().filter(|cohort| cohorts.is_empty() || cohorts.contains(cohort)) {
            out.iter_mut().zip(enrolled.row(cohort)).for_each(|(sum, people)| *sum += f64::from(*people));
        }
        out.iter_mut().zip(self.additional_in(outcome, cohorts).iter()).for_each(|(out, added)| *out = added / *out);
    }

    /// What a payor gets and what it pays, in minor units, both as of the start of the deal.
    pub(super) fn worth(&mut self, payor: PayorId) -> &[Vec<f64>; 2] {
        if self.worth[payor].is_none() {
            self.worth[payor] = Some([self.benefit(payor), self.paid_value(payor)]);
        }
        self.worth[payor].get_or_insert_default()
    }

    /// Each additional outcome is worth so much when it falls.
    fn benefit(&self, payor: PayorId) -> Vec<f64> {
        let deal = self.deal;
        let mut sum = vec![0.0; self.block.lanes];
        let enrolled = self.enrolled();
        let wanted = &deal.payors[payor].cohorts;
        for &(outcome, value) in &deal.payors[payor].value_per_outcome {
            let terms = &deal.outcomes[outcome];
            let value = terms.improvement(value);
            let effects = &self.block.world.outcomes[outcome].effect;
            let last = terms.after + (terms.rounds.count - 1) * terms.rounds.every + deal.program.latest();
            let last = last + deal.program.cohorts.iter().map(|cohort| cohort.period).max().unwrap_or(0);
            let factors = self.discount(last as usize + 1);
            for row in 0..effects.rows() {
                let (round, cohort) = (row / enrolled.rows(), CohortId(row % enrolled.rows()));
                if !wanted.is_empty() && !wanted.contains(&cohort) {
                    continue;
                }
                let falls = (deal.program.cohorts[cohort].period + terms.after) as usize + round * terms.rounds.every as usize;
                let late = &self.block.world.late;
                let lanes = sum.iter_mut().zip(enrolled.row(cohort)).zip(effects.row(row));
                if late.is_empty() {
                    let value = value * factors[falls];
                    lanes.for_each(|((sum, people), effect)| *sum += value * (f64::from(*people) * effect));
                } else {
                    let value = |late: &u32| value * factors[falls + *late as usize];
                    lanes.zip(late).for_each(|(((sum, people), effect), late)| *sum += value(late) * (f64::from(*people) * effect));
                }
            }
        }
        sum
    }

    fn paid_value(&self, payor: PayorId) -> Vec<f64> {
        let mut sum = vec![0.0; self.block.lanes];
        let periods = self.deal.timeline.periods as usize;
        if self.deal.discount_rate == 0.0 {
            add_money(self.block.owed.payor_paid.row(payor), 1.0, &mut sum);
            return sum;
        }
        for (period, factor) in (0..).map(PeriodId).zip(self.discount(periods)) {
            add_money(self.block.owed.paid_in(payor, period), factor, &mut sum);
        }
        sum
    }

    /// What one unit at the start of each period is worth at the start of the deal.
    fn discount(&self, periods: usize) -> Vec<f64> {
        discount_factors(self.deal.discount_rate, f64::from(self.deal.timeline.length.per_year()), periods)
    }
}
