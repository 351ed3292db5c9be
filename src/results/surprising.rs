//! What may have happened but is hardly meant: said beside the settlement, not refused.

use super::Reader;
use crate::deal::{CostBasis, Results, Statistic};
use crate::numeric::normal;
use crate::quantity::Money;
use crate::words::count::grouped;
use crate::words::money;
use crate::words::number;

/// No plan means so many times itself.
const TIMES: f64 = 2.0;

/// A p-value that is so far from what difference and standard error say was worked out otherwise, or wrongly.
const APART: f64 = 0.1;

impl Reader<'_> {
    /// What is surprising in results that contradict nothing, in sentences.
    pub(super) fn surprises(&self, results: &Results) -> Vec<String> {
        let deal = self.deal;
        let mut all = Vec::new();
        for (cohort, planned) in deal.program.cohorts.pairs() {
            let people = results.enrolled[cohort];
            if f64::from(people) > TIMES * f64::from(planned.size) {
                let (people, planned) = (grouped(people.into()), grouped(planned.size.into()));
                all.push(format!("{people} enrolled in cohort {}, where {planned} were planned.", cohort.number()));
            }
        }
        for &(cost, total) in &results.costs {
            let line = &deal.program.costs[cost];
            // What outcomes cost, and what is a share of the rest, was never a plan.
            let planned = match line.basis {
                CostBasis::PerOutcome { .. } | CostBasis::Share(_) => f64::INFINITY,
                _ => deal.planned_line(cost, &results.enrolled),
            };
            if total.0 as f64 > TIMES * planned {
                let money = |amount: Money| money::stated(deal.currency, amount);
                let (total, planned) = (money(total), money(Money(planned as i64)));
                all.push(format!("{} cost {total}, where {planned} were planned for those who enrolled.", line.name));
            }
        }
        for &(stop, period) in &results.stopped {
            let clause = &deal.stops[stop];
            if let Some(at) = clause.period.filter(|at| *at != period) {
                let (day, planned) = (deal.timeline.date(period), deal.timeline.date(at));
                all.push(format!(
                    "{} ended the program in the period from {day}; it is only looked at in the one from {planned}.",
                    clause.name
                ));
            }
        }
        self.odd_chances(results, &mut all);
        all
    }

    /// P-values that are far from what the difference and its standard error come to: 2Φ(−|d|/se).
    fn odd_chances(&self, results: &Results, all: &mut Vec<String>) {
        for known in results.reported.iter().filter(|known| known.statistic == Statistic::PValue) {
            let said = |statistic| self.said(results, known.measure, known.group, statistic).map(|(_, value)| value);
            let difference = said(Statistic::Difference).or_else(|| said(Statistic::Decrease));
            let Some((difference, error)) = difference.zip(said(Statistic::StandardError).filter(|error| *error > 0.0)) else { continue };
            let follows = 2.0 * normal::cdf(-difference.abs() / error);
            if (follows - known.value).abs() > APART {
                let name = &self.deal.measures[known.measure].name;
                all.push(format!(
                    "{name} is reported with a p-value of {}; a difference of {difference} with a standard error of {error} has about {}.",
                    known.value,
                    number::fixed(follows, 3)
                ));
            }
        }
    }
}
