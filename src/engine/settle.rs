//! A deal settled on what really happened: no chance, one future.

use super::block::{Block, Entry, Plan};
use crate::credit::Credit;
use crate::deal::{Cost, CostBasis, Deal, GroupId, MeasureId, Results};
use crate::quantity::Money;
use crate::sampling::Distribution;

/// A deal settled on published results.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The deal as it happened: who enrolled, what it cost.
    pub deal: Deal,
    /// The one future.
    pub block: Block,
    /// Every line of its ledger, in the order in which things happened.
    pub ledger: Vec<Entry>,
    /// What is possible in the results but hardly meant, in sentences.
    pub surprises: Vec<String>,
}

/// Settles `deal` on `results`.
#[must_use]
pub fn settle(deal: &Deal, results: &Results) -> Settled {
    let ready = Ready::new(deal, results);
    let mut block = ready.block();
    let mut ledger = Vec::new();
    ready.settle(&mut block, results, |entry| ledger.push(entry));
    Settled { deal: ready.deal, block, ledger, surprises: results.surprises.clone() }
}

/// A deal made ready to be settled on many results that differ only in what was reported.
#[derive(Clone, Debug)]
pub struct Ready {
    deal: Deal,
    plan: Plan,
}

impl Ready {
    /// Makes `deal` ready for people and costs as `results` say.
    #[must_use]
    pub fn new(deal: &Deal, results: &Results) -> Self {
        let deal = as_it_happened(deal, results);
        let plan = Plan::new(&deal, 0).keeping_payments();
        Self { deal, plan }
    }

    /// Space for one future.
    #[must_use]
    pub fn block(&self) -> Block {
        Block::new(&self.plan, 1)
    }

    /// Settles it on `results`, with the people and costs that it was made ready for; `entry` sees every line of the ledger.
    pub fn settle(&self, block: &mut Block, results: &Results, entry: impl FnMut(Entry)) {
        let known = results.known(&self.deal);
        let value = |measure: MeasureId, group: GroupId, statistic| known.value(&self.deal, measure, group, statistic).unwrap_or(f64::NAN);
        let credit = Credit::stated(self.deal.payors.len(), &results.failed);
        block.settle_on(&self.plan, value, credit, &results.stopped, entry);
    }
}

/// The deal with certain numbers where the world decides: enrolment and costs.
fn as_it_happened(deal: &Deal, results: &Results) -> Deal {
    let mut deal = deal.clone();
    let certain = || Distribution::constant(1.0);
    for (cohort, people) in deal.program.cohorts.iter_mut().zip(&results.enrolled) {
        cohort.size = *people;
    }
    deal.program.capacity = None;
    deal.program.sites.iter_mut().for_each(|site| site.capacity = None);
    deal.program.delay.clear();
    deal.program.enrolment_ratio = certain();
    deal.program.referral_ratio = certain();
    deal.program.overrun = certain();
    let lines = core::mem::take(&mut deal.program.costs);
    for (index, line) in lines.into_iter().enumerate() {
        let line = Cost { overrun: certain(), ..line };
        match results.costs.iter().find(|(cost, _)| *cost == index) {
            None => deal.program.costs.push(line),
            Some(&(_, total)) => {
                let spread = spread(&deal, &line, total);
                deal.program.costs.extend(spread);
            }
        }
    }
    deal
}

/// `total` over the periods in which `line` was planned, in proportion to the plan, to the minor unit.
fn spread(deal: &Deal, line: &Cost, total: Money) -> Vec<Cost> {
    let planned: Vec<(u32, i64)> = match line.basis {
        CostBasis::Share(_) => deal.program.cohorts.iter().map(|cohort| (cohort.period, i64::from(cohort.size))).collect(),
        // Shared out over its periods by the people enrolled.
        CostBasis::PerOutcome { outcome, .. } => {
            let outcome = &deal.outcomes[outcome];
            let last = deal.timeline.periods - 1;
            deal.program.cohorts.iter().map(|cohort| ((cohort.period + outcome.after).min(last), i64::from(cohort.size))).collect()
        }
        CostBasis::PerGroup { amount, people } => {
            let groups = |size: u32| i64::from(size.div_ceil(people));
            deal.program.cohorts.iter().map(|cohort| (cohort.period, amount.0 * groups(cohort.size))).collect()
        }
        CostBasis::PerParticipant(each) => {
            deal.program.cohorts.iter().map(|cohort| (cohort.period, each.0 * i64::from(cohort.size))).collect()
        }
        CostBasis::PerPeriod { amount, first, last } => (first..=last).map(|period| (period, amount.0)).collect(),
        CostBasis::Once { amount, period } => vec![(period, amount.0)],
    };
    let all: i128 = planned.iter().map(|&(_, amount)| i128::from(amount)).sum();
    let (mut planned_so_far, mut spent_so_far) = (0i128, 0i64);
    let part = |(period, amount): (u32, i64)| {
        planned_so_far += i128::from(amount);
        let spent = (planned_so_far * i128::from(total.0) / all.max(1)) as i64;
        let basis = CostBasis::Once { amount: Money(spent - spent_so_far), period };
        spent_so_far = spent;
        Cost { basis, inflation: 0.0, cohorts: Vec::new(), ..line.clone() }
    };
    planned.into_iter().map(part).collect()
}
