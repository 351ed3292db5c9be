//! What the work costs, period by period.
//!
//! Comes in: the budget of a deal and who enrolled. Goes out: [`Costs`] in whole minor units. Must never know: who pays them.

use crate::cohort::{Given, Source, World};
use crate::deal::{Cohort, CohortId, Cost, CostBasis, Deal, LARGEST_RATIO, OutcomeId, PeriodId};
use crate::numeric::each::{Each, first};
use crate::numeric::grid::Grid;
use crate::numeric::math;
use crate::sampling::{Layer, Seeds};

/// The budget, ready to run.
#[derive(Clone, Debug)]
pub struct DeliveryPlan {
    overrun: Source,
    groups: Vec<Group>,
    periods: usize,
    /// Periods by which everybody may enrol later than planned.
    delays: Vec<usize>,
    /// The most that the units of a quantity cost in one period, in minor units.
    most: f64,
}

/// Budget lines that share their overrun and their place.
#[derive(Clone, Debug)]
struct Group {
    place: Place,
    overrun: Option<Source>,
    /// Minor units by period, whoever enrols.
    fixed: Each<PeriodId, i64>,
    /// Period and minor units for each person of each cohort.
    per_participant: Each<CohortId, (usize, i64)>,
    /// Period, minor units and what they are paid for each of.
    counted: Vec<(usize, i64, Counted)>,
    /// Rise of prices by period; empty where there is none.
    inflation: Each<PeriodId, f64>,
    /// Share of what all other lines come to.
    share: f64,
}

/// What a cost is counted by besides people enrolled.
#[derive(Clone, Copy, Debug)]
enum Counted {
    /// People of a cohort.
    People { cohort: CohortId },
    /// Groups of so many people of a cohort.
    Groups { cohort: CohortId, people: u32 },
    /// People with an outcome, or units of it, in a row of it.
    Outcome { outcome: OutcomeId, row: usize },
}

/// Who bears a line, and whether it outlives an early stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    outside_raise: bool,
    after_stop: bool,
}

impl Place {
    const USUAL: Self = Self { outside_raise: false, after_stop: false };
    const OTHERS: [Self; 3] = [
        Self { outside_raise: false, after_stop: true },
        Self { outside_raise: true, after_stop: false },
        Self { outside_raise: true, after_stop: true },
    ];

    fn of(cost: &Cost) -> Self {
        Self { outside_raise: cost.outside_raise, after_stop: cost.after_stop }
    }
}

/// Costs of a block of trials, whether the deal stops early or not.
#[derive(Clone, Debug)]
pub struct Costs {
    /// Minor units by period of what ends with an early stop.
    pub due: Grid<i64, PeriodId>,
    /// Minor units by period of what is borne even after it; without rows where no line is.
    pub after_stop: Grid<i64, PeriodId>,
    /// Minor units by period of what others pay: what ends with an early stop, and what does not; without rows where no line is.
    pub outside: [Grid<i64, PeriodId>; 2],
    overrun: Vec<f64>,
    line_overrun: Vec<f64>,
    planned: Vec<i64>,
}

impl DeliveryPlan {
    /// Prepares the budget of `deal`.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seeds = &seeds.into();
        let plain = |cost: &&Cost| cost.overrun.is_constant() == Some(1.0);
        let at = |place: Place| deal.program.costs.iter().filter(plain).filter(move |cost| Place::of(cost) == place);
        let mut groups = vec![Group::new(deal, at(Place::USUAL), None, Place::USUAL)];
        for place in Place::OTHERS.into_iter().filter(|&place| at(place).next().is_some()) {
            groups.push(Group::new(deal, at(place), None, place));
        }
        for cost in deal.program.costs.iter().filter(|cost| !plain(cost)) {
            let overrun = Source::new(deal, seeds, Layer::Operation, &format!("program.cost.{:?}.overrun", cost.name), &cost.overrun);
            groups.push(Group::new(deal, core::iter::once(cost), Some(overrun), Place::of(cost)));
        }
        let overrun = Source::new(deal, seeds, Layer::Operation, "program.overrun", &deal.program.overrun);
        let delays = deal.program.delays().map(|late| late as usize).collect();
        Self { overrun, groups, periods: deal.timeline.periods as usize, delays, most: deal.largest_quantity_cost() }
    }

    /// Whether anything may cost in `period` that is not paid by others.
    #[must_use]
    pub fn is_active(&self, period: PeriodId) -> bool {
        self.any(period, |place| !place.outside_raise)
    }

    /// Whether anything may cost in `period` even after an early stop, that is not paid by others.
    #[must_use]
    pub fn outlives_stop(&self, period: PeriodId) -> bool {
        self.any(period, |place| !place.outside_raise && place.after_stop)
    }

    /// Whether a line of such a place may cost in `period`; a share of the others costs where any of them does.
    fn any(&self, period: PeriodId, place: impl Fn(Place) -> bool) -> bool {
        let active = |group: &Group| group.is_active(period, &self.delays);
        let others = self.groups.iter().any(active);
        self.groups.iter().any(|group| place(group.place) && (active(group) || (others && group.share > 0.0)))
    }

    fn rows(&self, place: Place) -> usize {
        if self.groups.iter().any(|group| group.place == place) { self.periods } else { 0 }
    }
}

impl Group {
    fn new<'a>(deal: &Deal, costs: impl Iterator<Item = &'a Cost>, overrun: Option<Source>, place: Place) -> Self {
        let mut fixed: Each<PeriodId, i64> = Each::filled(deal.timeline.periods as usize, 0);
        let mut per_participant: Each<CohortId, (usize, i64)> =
            deal.program.cohorts.iter().map(|cohort| (cohort.period as usize, 0)).collect();
        let (mut counted, mut rise, mut share) = (Vec::new(), 0.0, 0.0);
        let cohorts = &deal.program.cohorts;
        for cost in costs {
            rise = cost.inflation;
            let here = |cohort: CohortId| cost.cohorts.is_empty() || cost.cohorts.contains(&cohort);
            match cost.basis {
                CostBasis::PerGroup { amount, people } => {
                    let group = |(cohort, at): (CohortId, &Cohort)| (at.period as usize, amount.0, Counted::Groups { cohort, people });
                    counted.extend(cohorts.pairs().filter(|(cohort, _)| here(*cohort)).map(group));
                }
                CostBasis::PerOutcome { amount, outcome } => {
                    let terms = &deal.outcomes[outcome];
                    for round in 0..terms.rounds.count {
                        for (cohort, at) in cohorts.pairs().filter(|(cohort, _)| here(*cohort)) {
                            let period = (at.period + terms.after + round * terms.rounds.every) as usize;
                            let row = round as usize * cohorts.len() + cohort.index();
                            counted.push((period, amount.0, Counted::Outcome { outcome, row }));
                        }
                    }
                }
                CostBasis::PerParticipant(amount) => {
                    per_participant.pairs_mut().filter(|(cohort, _)| here(*cohort)).for_each(|(_, (_, each))| *each += amount.0);
                }
                CostBasis::Share(of) => share += of,
                CostBasis::PerPeriod { amount, first, last } => {
                    (first..=last).for_each(|period| fixed[PeriodId::from(period)] += amount.0);
                }
                CostBasis::Once { amount, period } => fixed[PeriodId::from(period)] += amount.0,
            }
        }
        if per_participant.iter().all(|&(_, each)| each == 0) {
            per_participant = Each::default();
        }
        let per_year = f64::from(deal.timeline.length.per_year());
        let years = (0..deal.timeline.periods).map(|period| math::pow(1.0 + rise, f64::from(period) / per_year));
        let inflation = if rise == 0.0 { Each::default() } else { years.collect() };
        Self { place, overrun, fixed, per_participant, counted, inflation, share }
    }

    /// Whether it may cost anything in `period`, with people who enrol so many periods late.
    fn is_active(&self, period: PeriodId, delays: &[usize]) -> bool {
        let here = |at: usize| delays.iter().any(|late| at + late == period.index());
        let counts = || self.counted.iter().any(|&(at, ..)| here(at));
        self.fixed[period] != 0 || self.per_participant.iter().any(|&(at, _)| here(at)) || counts()
    }
}

impl Costs {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &DeliveryPlan, lanes: usize) -> Self {
        let [after_stop, outside, outside_after_stop] = Place::OTHERS.map(|place| Grid::new(plan.rows(place), lanes));
        Self {
            due: Grid::new(plan.periods, lanes),
            after_stop,
            outside: [outside, outside_after_stop],
            overrun: vec![0.0; lanes],
            line_overrun: vec![1.0; lanes],
            planned: vec![0; lanes],
        }
    }

    /// What the trials `first_trial..first_trial + lanes` cost.
    pub fn incur(&mut self, plan: &DeliveryPlan, world: &World, given: &Given<'_>) {
        let [outside, outside_after_stop] = &mut self.outside;
        [&mut self.due, &mut self.after_stop, outside, outside_after_stop].into_iter().for_each(Grid::clear);
        plan.overrun.fill_anew(given, &mut self.overrun);
        self.overrun.iter_mut().for_each(|overrun| *overrun = overrun.min(LARGEST_RATIO));
        for group in &plan.groups {
            match &group.overrun {
                Some(own) => {
                    own.fill_anew(given, &mut self.line_overrun);
                    self.line_overrun.iter_mut().zip(&self.overrun).for_each(|(line, all)| *line = (*line * all).min(LARGEST_RATIO));
                }
                None => self.line_overrun.copy_from_slice(&self.overrun),
            }
            self.incur_group(plan, group, world);
        }
        if plan.groups.iter().any(|group| group.share > 0.0) {
            self.incur_shares(plan, given);
        }
    }

    /// Adds the lines that are a share of what all others came to.
    fn incur_shares(&mut self, plan: &DeliveryPlan, given: &Given<'_>) {
        let mut others: Grid<i64, PeriodId> = Grid::new(plan.periods, self.planned.len());
        for grid in [&self.due, &self.after_stop, &self.outside[0], &self.outside[1]] {
            for period in grid.ids() {
                others.row_mut(period).iter_mut().zip(grid.row(period)).for_each(|(sum, cost)| *sum += cost);
            }
        }
        for group in plan.groups.iter().filter(|group| group.share > 0.0) {
            match &group.overrun {
                Some(own) => own.fill_anew(given, &mut self.line_overrun),
                None => self.line_overrun.fill(1.0),
            }
            for period in first(plan.periods) {
                let due = match group.place {
                    Place { outside_raise: false, after_stop: false } => &mut self.due,
                    Place { outside_raise: false, after_stop: true } => &mut self.after_stop,
                    Place { outside_raise: true, after_stop } => &mut self.outside[usize::from(after_stop)],
                };
                for ((due, others), own) in due.row_mut(period).iter_mut().zip(others.row(period)).zip(&self.line_overrun) {
                    *due += (*others as f64 * group.share * own.min(LARGEST_RATIO) + 0.5) as i64;
                }
            }
        }
    }

    /// Adds so much for each of what is counted, at most `most` for a quantity, where everybody is `late`; everywhere if nobody can be.
    fn count(&mut self, world: &World, each: i64, counted: Counted, late: usize, most: f64) {
        match counted {
            Counted::People { cohort } => {
                add(&mut self.planned, &world.late, late, world.enrolled.row(cohort), |size| each * i64::from(*size))
            }
            Counted::Groups { cohort, people } => {
                let groups = |size: &u32| each * i64::from(size.div_ceil(people));
                add(&mut self.planned, &world.late, late, world.enrolled.row(cohort), groups);
            }
            Counted::Outcome { outcome, row } => {
                let truth = &world.outcomes[outcome];
                if truth.count.rows() > 0 {
                    add(&mut self.planned, &world.late, late, truth.count.row(row), |count| each * i64::from(*count));
                } else {
                    // Nobody owes more in one period than could be counted over all of them.
                    let cost = |units: &f64| (each as f64 * units + 0.5).clamp(0.0, most) as i64;
                    add(&mut self.planned, &world.late, late, truth.total.row(row), cost);
                }
            }
        }
    }

    fn incur_group(&mut self, plan: &DeliveryPlan, group: &Group, world: &World) {
        for period in first(plan.periods) {
            if !group.is_active(period, &plan.delays) {
                continue;
            }
            self.planned.fill(group.fixed[period]);
            for &late in &plan.delays {
                for (cohort, &(_, each)) in group.per_participant.pairs().filter(|(_, (at, _))| at + late == period.index()) {
                    self.count(world, each, Counted::People { cohort }, late, plan.most);
                }
                for &(_, each, counted) in group.counted.iter().filter(|(at, ..)| at + late == period.index()) {
                    self.count(world, each, counted, late, plan.most);
                }
            }
            if let Some(factor) = group.inflation.get(period) {
                self.planned.iter_mut().for_each(|planned| *planned = (*planned as f64 * factor + 0.5) as i64);
            }
            let due = match group.place {
                Place { outside_raise: false, after_stop: false } => &mut self.due,
                Place { outside_raise: false, after_stop: true } => &mut self.after_stop,
                Place { outside_raise: true, after_stop } => &mut self.outside[usize::from(after_stop)],
            };
            for ((due, planned), overrun) in due.row_mut(period).iter_mut().zip(&self.planned).zip(&self.line_overrun) {
                *due += (*planned as f64 * overrun + 0.5) as i64;
            }
        }
    }
}

/// Adds what each lane's number comes to, where everybody is as late as that; everywhere if nobody can be.
fn add<T>(sums: &mut [i64], lateness: &[u32], late: usize, numbers: &[T], cost: impl Fn(&T) -> i64) {
    if lateness.is_empty() {
        return sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += cost(number));
    }
    let lanes = sums.iter_mut().zip(numbers).zip(lateness).filter(|(_, at)| **at as usize == late);
    lanes.for_each(|((sum, number), _)| *sum += cost(number));
}
