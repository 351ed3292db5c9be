//! What does the program change for a person, and how many outcomes are there because of it?

use super::columns::{add_each, add_people, difference, multiply, product_rule};
use super::happened::OutcomeWorld;
use super::place::{Place, Scratch};
use super::plan::OutcomePlan;
use crate::deal::CohortId;

impl OutcomeWorld {
    /// The true effect on a person, from the additional outcomes.
    pub(super) fn average(&mut self, place: &Place<'_>) {
        self.true_effect.fill(0.0);
        if self.effect.rows() == 0 {
            return;
        }
        place.enrolled.ids().for_each(|cohort| add_people(&mut self.true_effect, place.enrolled.row(cohort)));
        for (effect, additional) in self.true_effect.iter_mut().zip(&self.additional) {
            let people = *effect;
            *effect = additional / people;
        }
    }

    /// Probabilities (or means) for an enrolled person, parents included, the effect on him, and the additional outcomes it implies.
    pub(super) fn marginals(&mut self, plan: &OutcomePlan, place: &Place<'_>, row: usize, scratch: &mut Scratch) {
        let given_row = row % plan.parent_rows[0];
        let parent = plan.given.map(|parent| &place.parents[parent.index()]);
        if plan.has_counterfactual() {
            let effects = self.effect.row_mut(row);
            difference(effects, &scratch.with, &scratch.without);
            if let Some(through) = plan.effect_through {
                // Of the people who have the parent, the effect reaches as large a share as took the step.
                let reach = place.parents[through.index()].with.row(row % plan.parent_rows[1]);
                for (lane, effect) in effects.iter_mut().enumerate() {
                    let parent = parent.map_or(1.0, |parent| parent.with.row(given_row)[lane]);
                    *effect *= if parent > 0.0 { (reach[lane] / parent).min(1.0) } else { 0.0 };
                    scratch.with[lane] = scratch.without[lane] + *effect;
                }
            }
        }
        let marginal = self.with.row_mut(row);
        marginal.copy_from_slice(&scratch.with);
        if let Some(parent) = parent {
            multiply(marginal, parent.with.row(given_row));
        }
        if !plan.has_counterfactual() {
            return;
        }
        let counterfactual = self.without.row_mut(row);
        counterfactual.copy_from_slice(&scratch.without);
        if let Some(parent) = parent {
            product_rule(self.effect.row_mut(row), parent.with.row(given_row), counterfactual, parent.effect.row(given_row));
            multiply(counterfactual, parent.without.row(given_row));
        }
        add_each(&mut self.additional, place.enrolled.row(CohortId(row % place.enrolled.rows())), self.effect.row(row));
    }
}
