//! A deal settled on what really happened: no chance, one future.

use super::block::{Block, Entry, Plan};
use super::spent::spread;
use crate::credit::Credit;
use crate::deal::{Cost, CostBasis, Deal, GroupId, MeasureId, PaymentId, PayorId, Results, SoFar};
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
    /// Minor units that limits leave for later, by payment and payor; the payor is absent where the payment's share of all holds it back.
    pub deferred: Vec<(PaymentId, Option<PayorId>, i64)>,
}

/// Settles `deal` on `results`.
#[must_use]
pub fn settle(deal: &Deal, results: &Results) -> Settled {
    settle_through(deal, results, deal.timeline.periods - 1)
}

/// Settles `deal` on what is known so far, up to the period at hand: the books of later periods are empty.
#[must_use]
pub fn settle_so_far(deal: &Deal, so_far: &SoFar) -> Settled {
    settle_through(deal, &so_far.results, so_far.through)
}

/// Settles `deal` on `results` up to the period `through`; what they do not give pays nothing.
#[must_use]
pub fn settle_through(deal: &Deal, results: &Results, through: u32) -> Settled {
    let ready = Ready::through(deal, results, through);
    let mut block = ready.block();
    let mut ledger = Vec::new();
    ready.settle(&mut block, results, |entry| ledger.push(entry));
    let deferred = block.owed.deferred(ready.plan.settlement());
    Settled { deal: ready.deal, block, ledger, surprises: results.surprises.clone(), deferred }
}

/// A deal made ready to be settled on many results that differ only in what was reported.
#[derive(Clone, Debug)]
pub struct Ready {
    deal: Deal,
    plan: Plan,
    through: u32,
}

impl Ready {
    /// Makes `deal` ready for people and costs as `results` say.
    #[must_use]
    pub fn new(deal: &Deal, results: &Results) -> Self {
        Self::through(deal, results, deal.timeline.periods - 1)
    }

    /// The same, to be settled up to the period `through`.
    #[must_use]
    pub fn through(deal: &Deal, results: &Results, through: u32) -> Self {
        let deal = as_it_happened(deal, results, through);
        let plan = Plan::new(&deal, 0).keeping_payments();
        Self { deal, plan, through }
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
        block.settle_on(&self.plan, value, credit, &results.stopped, self.through, entry);
    }
}

/// The deal with certain numbers where the world decides: who came, how late, and costs. What lines cost so far is what they had cost in
/// the period `through`; afterwards they are as planned. What outcomes cost and nobody says is as planned.
fn as_it_happened(deal: &Deal, results: &Results, through: u32) -> Deal {
    let mut deal = deal.clone();
    let certain = || Distribution::constant(1.0);
    let late = results.began_late(&deal);
    for (cohort, people) in deal.program.cohorts.iter_mut().zip(&results.enrolled) {
        cohort.size = *people;
    }
    deal.so_far = None;
    deal.program.capacity = None;
    deal.program.sites.iter_mut().for_each(|site| site.capacity = None);
    deal.program.delay = if late > 0 { (0..=late).map(|periods| f64::from(u8::from(periods == late))).collect() } else { Vec::new() };
    deal.program.enrolment_ratio = certain();
    deal.program.referral_ratio = certain();
    deal.program.overrun = certain();
    let mut lines = Vec::new();
    for (index, line) in deal.program.costs.iter().enumerate() {
        let line = Cost { overrun: certain(), ..line.clone() };
        let said = |of: &[(usize, Money)]| of.iter().find(|(cost, _)| *cost == index).map(|(_, amount)| *amount);
        let planned = || Money(deal.planned_line(index, &results.enrolled).round() as i64);
        let weights = deal.spending(index, late);
        match (said(&results.costs), said(&results.spent)) {
            (Some(total), _) => lines.extend(spread(&line, &weights, total)),
            (None, Some(spent)) => {
                let before: Vec<(u32, i64)> = weights.iter().copied().filter(|(period, _)| *period <= through).collect();
                let later = |cost: &Cost| matches!(cost.basis, CostBasis::Once { period, .. } if period > through);
                lines.extend(spread(&line, &before, spent));
                lines.extend(spread(&line, &weights, planned()).filter(later));
            }
            (None, None) if matches!(line.basis, CostBasis::PerOutcome { .. }) => lines.extend(spread(&line, &weights, planned())),
            (None, None) => lines.push(line),
        }
    }
    deal.program.costs = lines;
    deal
}
