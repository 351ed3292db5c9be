//! One block of trials through every room.

use std::sync::Arc;

use super::spent::spent;
use crate::cohort::{self, Given, World};
use crate::credit::{self, Credit};
use crate::deal::{CohortId, Deal, GroupId, MeasureId, PeriodId, Statistic, StopId};
use crate::delivery::{self, Costs};
use crate::evaluation::{self, Estimates};
use crate::learning::Learnt;
use crate::numeric::each::first;
use crate::sampling::{Seeds, Whose};
use crate::settlement::{self, Line, Owed};
use crate::waterfall::{self, Cash, Facts, Movement};

/// A deal with everything looked up, laid out and addressed. Nothing after it can fail.
#[derive(Clone, Debug)]
pub struct Plan {
    world: Arc<WorldPlan>,
    settlement: settlement::SettlementPlan,
    waterfall: waterfall::WaterfallPlan,
    lanes: usize,
}

/// What chance decides: people, findings, cost, credit.
#[derive(Debug)]
struct WorldPlan {
    cohort: cohort::PeoplePlan,
    evaluation: evaluation::EvaluationPlan,
    delivery: delivery::DeliveryPlan,
    credit: credit::CreditPlan,
    /// Where the deal is running.
    learnt: Option<Learnt>,
}

impl Plan {
    /// Prepares `deal` under a seed, or one for each layer of risk.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seeds: Seeds = seeds.into();
        let cohort = cohort::PeoplePlan::new(deal, seeds.clone());
        let evaluation = evaluation::EvaluationPlan::new(deal, seeds.clone());
        let world = WorldPlan {
            learnt: Learnt::new(deal, &cohort, &evaluation, &seeds),
            delivery: delivery::DeliveryPlan::new(&spent(deal), seeds.clone()),
            credit: credit::CreditPlan::new(deal, seeds),
            cohort,
            evaluation,
        };
        Self::with_world(deal, Arc::new(world))
    }

    /// Prepares another term sheet, `deal`, for the world of this plan: the same people, measures, budget and payors' credit.
    #[must_use]
    pub fn for_terms(&self, deal: &Deal) -> Self {
        Self::with_world(deal, Arc::clone(&self.world))
    }

    fn with_world(deal: &Deal, world: Arc<WorldPlan>) -> Self {
        let (settlement, waterfall) = (settlement::SettlementPlan::new(deal), waterfall::WaterfallPlan::new(deal, &world.delivery));
        Self { settlement, waterfall, lanes: super::lanes(deal), world }
    }
}

/// A block of simulated futures, in columns: a lane is a trial.
#[derive(Clone, Debug)]
pub struct Block {
    /// Trial of the first lane.
    pub first_trial: u64,
    /// Number of trials.
    pub lanes: usize,
    /// What truly happened.
    pub world: World,
    /// What the evaluator found.
    pub findings: Estimates,
    /// What the work cost.
    pub costs: Costs,
    /// Which payors failed.
    pub credit: Credit,
    /// What the payors owed.
    pub owed: Owed,
    /// What the terms of the capital ask of settlement, as of the last period.
    pub facts: Facts,
    /// Who received it.
    pub cash: Cash,
}

/// Space for one term sheet's settlement of a block.
#[derive(Clone, Debug)]
pub struct SettlementSpace {
    owed: Owed,
    facts: Facts,
    cash: Cash,
}

impl SettlementSpace {
    /// Space for `lanes` trials of `plan`.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        Self {
            owed: Owed::new(&plan.settlement, lanes),
            facts: Facts::new(&plan.waterfall, lanes),
            cash: Cash::new(&plan.waterfall, lanes),
        }
    }
}

/// A line of the ledger of one trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// Something was settled.
    Line(Line),
    /// Cash moved in a period.
    Movement(PeriodId, Movement),
}

impl Plan {
    /// Trials in a block of it: [`super::BLOCK`], fewer of a very large deal.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// What was learnt of a deal that is running; nothing of one of which nothing is known yet.
    #[must_use]
    pub fn learnt(&self) -> Option<&Learnt> {
        self.world.learnt.as_ref()
    }

    /// What was promised, laid out.
    pub(super) fn settlement(&self) -> &settlement::SettlementPlan {
        &self.settlement
    }

    /// The same, with payments kept by period.
    #[must_use]
    pub fn keeping_payments(self) -> Self {
        Self { settlement: self.settlement.keeping_payments(), ..self }
    }

    /// The same, with every claim kept in every trial.
    #[must_use]
    pub fn surveying(self) -> Self {
        Self { settlement: self.settlement.surveying(), ..self }
    }
}

impl Block {
    /// Space for `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        Self::with_space(plan, lanes, SettlementSpace::new(plan, lanes))
    }

    /// Space for `lanes` trials that are only drawn: to be settled it is lent space ([`Block::exchange`]).
    #[must_use]
    pub fn unsettled(plan: &Plan, lanes: usize) -> Self {
        Self::with_space(plan, lanes, SettlementSpace::new(plan, 0))
    }

    fn with_space(plan: &Plan, lanes: usize, SettlementSpace { owed, facts, cash }: SettlementSpace) -> Self {
        Self {
            first_trial: 0,
            lanes,
            world: World::new(&plan.world.cohort, lanes),
            findings: Estimates::new(&plan.world.evaluation, lanes),
            costs: Costs::new(&plan.world.delivery, lanes),
            credit: Credit::new(&plan.world.credit, lanes),
            owed,
            facts,
            cash,
        }
    }

    /// Simulates the trials `first_trial..first_trial + lanes`.
    pub fn run(&mut self, plan: &Plan, first_trial: u64) {
        self.trace(plan, first_trial, |_| {});
    }

    /// Like [`Block::run`]; `entry` sees every line of the first trial's ledger.
    pub fn trace(&mut self, plan: &Plan, first_trial: u64, entry: impl FnMut(Entry)) {
        self.draw(plan, first_trial);
        self.settle(plan, entry);
    }

    /// Draws the world of the trials from `first_trial` on: people, findings, costs, payors' credit. Nothing is settled.
    pub fn draw(&mut self, plan: &Plan, first_trial: u64) {
        self.first_trial = first_trial;
        let WorldPlan { cohort, evaluation, delivery, learnt, .. } = &*plan.world;
        match learnt {
            None => {
                self.world.simulate(cohort, first_trial);
                self.findings.observe(evaluation, &self.world, first_trial);
                self.costs.incur(delivery, &self.world, &Given::nothing(first_trial));
            }
            Some(learnt) => {
                let chosen = learnt.draw(cohort, evaluation, first_trial, self.lanes, &mut self.world, &mut self.findings);
                let given = Given { shared: Whose::Each(&chosen), ..Given::nothing(first_trial) };
                self.costs.incur(delivery, &self.world, &given);
            }
        }
        self.credit.draw(&plan.world.credit, first_trial);
    }

    /// One lane settled on what really happened: `value` gives what was reported of each measure, group and statistic, `stopped` the
    /// stop clauses that ended the program with its last period, `through` the last period to settle. The deal's people and costs must be
    /// certain.
    pub(super) fn settle_on(
        &mut self,
        plan: &Plan,
        value: impl Fn(MeasureId, GroupId, Statistic) -> f64,
        credit: Credit,
        stopped: &[(StopId, u32)],
        through: u32,
        entry: impl FnMut(Entry),
    ) {
        self.world.simulate(&plan.world.cohort, 0);
        self.findings.state(&plan.world.evaluation, &self.world, value);
        self.costs.incur(&plan.world.delivery, &self.world, &Given::nothing(0));
        self.credit = credit;
        self.owed.state_stops(stopped);
        self.settle_periods(plan, through as usize + 1, entry);
    }

    /// Whether a cohort of `deal` ever came in trial `lane`: not if the program had ended before it would have enrolled.
    #[must_use]
    pub fn came(&self, deal: &Deal, cohort: CohortId, lane: usize) -> bool {
        let enrols = deal.program.cohorts[cohort].period + self.world.late.get(lane).unwrap_or(&0);
        self.owed.stopped().is_none_or(|stopped| enrols <= stopped[lane])
    }

    /// What the evaluator found of those who came.
    #[must_use]
    pub fn found(&self) -> &Estimates {
        self.owed.restricted().unwrap_or(&self.findings)
    }

    /// Puts the settlement of this block aside and takes another one, to settle the same world under other terms.
    pub fn exchange(&mut self, other: &mut SettlementSpace) {
        core::mem::swap(&mut self.owed, &mut other.owed);
        core::mem::swap(&mut self.facts, &mut other.facts);
        core::mem::swap(&mut self.cash, &mut other.cash);
    }

    /// Settles what was found and follows the cash, period by period. `plan` may be that of another term sheet for the same people,
    /// measures, budget and payors: the world stays as it is. The block must hold [`SettlementSpace`] made for that plan.
    pub fn settle(&mut self, plan: &Plan, entry: impl FnMut(Entry)) {
        self.settle_periods(plan, plan.waterfall.periods(), entry);
    }

    /// The same of the first so many periods.
    fn settle_periods(&mut self, plan: &Plan, periods: usize, mut entry: impl FnMut(Entry)) {
        self.owed.begin(&plan.settlement, &self.findings);
        self.cash.start(&plan.waterfall);
        for period in first(periods.min(plan.waterfall.periods())) {
            self.cash.open(&plan.waterfall, period, |what| entry(Entry::Movement(period, what)));
            let line = |line| entry(Entry::Line(line));
            self.owed.settle_period(&plan.settlement, &self.findings, &self.credit, &self.cash.standing, period, line);
            self.facts.read(&plan.waterfall, &self.owed, period);
            let moved = |what| entry(Entry::Movement(period, what));
            self.cash.take_in(&plan.waterfall, &self.owed, &self.facts, period, moved);
            if plan.waterfall.is_two_way() {
                let unpaid = &self.cash.unpaid_now;
                self.owed.put_back(&plan.settlement, period, unpaid, |line| entry(Entry::Line(line)));
            }
            let moved = |what| entry(Entry::Movement(period, what));
            self.cash.pass_on(&plan.waterfall, &self.costs, &self.owed, &self.facts, period, moved);
        }
    }
}
