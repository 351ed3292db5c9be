//! A deal settled on what really happened: no chance, one future.

use super::block::{Block, Entry, Plan};
use super::spent::spread;
use crate::credit::Credit;
use crate::deal::{Cost, Deal, GroupId, MeasureId, Results};
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
