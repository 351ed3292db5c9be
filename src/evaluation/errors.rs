//! What is not known of the evaluator, and the same for everybody.

use super::estimates::Estimates;
use super::plan::EvaluationPlan;
use crate::cohort::Given;

impl Estimates {
    /// Draws what is not known of the evaluator: shares that can be matched, biases, drifts.
    pub fn draw_errors(&mut self, plan: &EvaluationPlan, given: &Given<'_>) {
        for (found, records) in self.records.iter_mut().zip(&plan.records) {
            records.match_rate.fill(given.shared, &mut found.match_rate);
        }
        for (found, measure) in self.measures.iter_mut().zip(&plan.measures) {
            if let Some(bias) = measure.comparison.as_ref().and_then(|comparison| comparison.bias.as_ref()) {
                bias.fill(given.shared, &mut found.bias);
            }
            if let Some(history) = &measure.history {
                let better = if measure.fewer_is_better { -1.0 } else { 1.0 };
                history.drift.fill(given.shared, &mut found.drift);
                history.regression.fill(given.shared, &mut self.scratch.chance);
                found.drift.iter_mut().zip(&self.scratch.chance).for_each(|(drift, regression)| *drift += better * regression);
            }
        }
    }
}
