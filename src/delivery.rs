//! What the work costs, period by period.
//!
//! Comes in: the budget of a deal and who enrolled. Goes out: [`Costs`] in whole minor units. Must never know: who pays them.

use crate::cohort::{Source, World};
use crate::deal::{Cost, CostBasis, Deal, LARGEST_RATIO};
use crate::numeric::grid::Grid;

/// The budget, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    overrun: Source,
    groups: Vec<Group>,
    periods: usize,
}

/// Budget lines that share their overrun.
#[derive(Clone, Debug)]
struct Group {
    overrun: Option<Source>,
    /// Minor units by period, whoever enrols.
    fixed: Vec<i64>,
    /// Period and minor units for each person of each cohort.
    per_participant: Vec<(usize, i64)>,
}

/// Costs of a block of trials.
#[derive(Clone, Debug)]
pub struct Costs {
    /// Minor units by period.
    pub due: Grid<i64>,
    overrun: Vec<f64>,
    line_overrun: Vec<f64>,
    planned: Vec<i64>,
}

impl Plan {
    /// Prepares the budget of `deal` under `seed`.
    #[must_use]
    pub fn new(deal: &Deal, seed: u64) -> Self {
        let plain = |cost: &&Cost| cost.overrun.is_constant() == Some(1.0);
        let mut groups = vec![Group::new(deal, deal.program.costs.iter().filter(plain), None)];
        for cost in deal.program.costs.iter().filter(|cost| !plain(cost)) {
            let overrun = Source::new(seed, &format!("program.cost.{:?}.overrun", cost.name), &cost.overrun);
            groups.push(Group::new(deal, core::iter::once(cost), Some(overrun)));
        }
        let overrun = Source::new(seed, "program.overrun", &deal.program.overrun);
        Self { overrun, groups, periods: deal.timeline.periods as usize }
    }

    /// Whether anything may cost in `period`.
    #[must_use]
    pub fn is_active(&self, period: usize) -> bool {
        self.groups.iter().any(|group| group.fixed[period] != 0 || group.per_participant.iter().any(|&(at, _)| at == period))
    }
}

impl Group {
    fn new<'a>(deal: &Deal, costs: impl Iterator<Item = &'a Cost>, overrun: Option<Source>) -> Self {
        let mut fixed = vec![0; deal.timeline.periods as usize];
        let mut per_participant: Vec<(usize, i64)> = deal.program.cohorts.iter().map(|cohort| (cohort.period as usize, 0)).collect();
        for cost in costs {
            match cost.basis {
                CostBasis::PerParticipant(amount) => per_participant.iter_mut().for_each(|(_, each)| *each += amount.0),
                CostBasis::PerPeriod { amount, first, last } => {
                    (first..=last).for_each(|period| fixed[period as usize] += amount.0);
                }
                CostBasis::Once { amount, period } => fixed[period as usize] += amount.0,
            }
        }
        if per_participant.iter().all(|&(_, each)| each == 0) {
            per_participant.clear();
        }
        Self { overrun, fixed, per_participant }
    }
}

impl Costs {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        Self { due: Grid::new(plan.periods, lanes), overrun: vec![0.0; lanes], line_overrun: vec![1.0; lanes], planned: vec![0; lanes] }
    }

    /// What the trials `first_trial..first_trial + lanes` cost.
    pub fn incur(&mut self, plan: &Plan, world: &World, first_trial: u64) {
        self.due.clear();
        plan.overrun.fill(first_trial, &mut self.overrun);
        self.overrun.iter_mut().for_each(|overrun| *overrun = overrun.min(LARGEST_RATIO));
        for group in &plan.groups {
            match &group.overrun {
                Some(own) => {
                    own.fill(first_trial, &mut self.line_overrun);
                    self.line_overrun.iter_mut().zip(&self.overrun).for_each(|(line, all)| *line = (*line * all).min(LARGEST_RATIO));
                }
                None => self.line_overrun.copy_from_slice(&self.overrun),
            }
            self.incur_group(plan, group, world);
        }
    }

    fn incur_group(&mut self, plan: &Plan, group: &Group, world: &World) {
        for period in 0..plan.periods {
            let enrolling = || group.per_participant.iter().enumerate().filter(move |(_, (at, _))| *at == period);
            if group.fixed[period] == 0 && enrolling().next().is_none() {
                continue;
            }
            self.planned.fill(group.fixed[period]);
            for (cohort, &(_, each)) in enrolling() {
                for (planned, people) in self.planned.iter_mut().zip(world.enrolled.row(cohort)) {
                    *planned += each * i64::from(*people);
                }
            }
            for ((due, planned), overrun) in self.due.row_mut(period).iter_mut().zip(&self.planned).zip(&self.line_overrun) {
                *due += (*planned as f64 * overrun + 0.5) as i64;
            }
        }
    }
}
