//! Whether payors pay what they owe.
//!
//! Comes in: the payors of a deal. Goes out: [`Credit`], the periods in which each payor fails. Must never know: what is owed, people,
//! money.

use crate::deal::{Deal, PayorId};
use crate::numeric::each::Each;
use crate::numeric::math;
use crate::sampling::stream::Key;
use crate::sampling::{Layer, Seeds};

/// The payors' sources of chance, prepared once.
#[derive(Clone, Debug)]
pub struct CreditPlan {
    payors: Each<PayorId, Option<HazardPlan>>,
}

#[derive(Clone, Debug)]
enum HazardPlan {
    /// Chance of still paying in each period.
    Lasting { key: Key, survival: Vec<f64> },
    /// One key for each fiscal year, and the first of which it is not known yet.
    Yearly { keys: Vec<Key>, chance: f64, first: usize },
    /// It is known to pay nothing from a period on.
    Failed { from: u32 },
}

/// Which payors fail, and when, in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Credit {
    payors: Each<PayorId, Failures>,
}

#[derive(Clone, Debug)]
enum Failures {
    Never,
    /// First period in which nothing is paid any more.
    From(Vec<u32>),
    /// Whether each fiscal year (row by row) is one without payment.
    Years {
        lanes: usize,
        fails: Vec<bool>,
    },
}

impl CreditPlan {
    /// Prepares the payors of `deal`.
    ///
    /// A lasting hazard of h a year leaves the chance (1 − h)^t of still paying t years after the start; a hazard that does not last
    /// strikes each fiscal year with chance h.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seed = seeds.into().of(Layer::Counterparty);
        let timeline = &deal.timeline;
        let so_far = deal.so_far.as_ref().filter(|so_far| so_far.says_anything());
        let plan = |(id, payor): (PayorId, &crate::deal::Payor)| {
            if let Some(&(_, from)) = so_far.and_then(|so_far| so_far.results.failed.iter().find(|(failed, _)| *failed == id)) {
                return Some(HazardPlan::Failed { from });
            }
            let hazard = payor.hazard?;
            let source = format!("payor.\"{}\".hazard", payor.name);
            Some(if hazard.lasting {
                let years = |period: u32| f64::from(period) / f64::from(timeline.length.per_year());
                let survives = |period: u32| math::pow(1.0 - hazard.per_year, years(period));
                // Who has paid until now had not failed.
                let now = so_far.map_or(1.0, |so_far| survives(so_far.through));
                let survival = (0..timeline.periods).map(|period| survives(period) / now).collect();
                HazardPlan::Lasting { key: Key::new(seed, &source, 0), survival }
            } else {
                let keys = (0..timeline.fiscal_years().len() as u32).map(|year| Key::new(seed, &source, year)).collect();
                let first = so_far.map_or(0, |so_far| timeline.fiscal_year_index(so_far.through) + 1);
                HazardPlan::Yearly { keys, chance: hazard.per_year, first }
            })
        };
        Self { payors: deal.payors.pairs().map(plan).collect() }
    }
}

impl Credit {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &CreditPlan, lanes: usize) -> Self {
        let failures = |plan: &Option<HazardPlan>| match plan {
            None => Failures::Never,
            Some(HazardPlan::Lasting { .. }) => Failures::From(vec![0; lanes]),
            Some(HazardPlan::Failed { from }) => Failures::From(vec![*from; lanes]),
            Some(HazardPlan::Yearly { keys, .. }) => Failures::Years { lanes, fails: vec![false; keys.len() * lanes] },
        };
        Self { payors: plan.payors.iter().map(failures).collect() }
    }

    /// One known future: `failed` names the payors that do not pay from a period on; the others always pay.
    #[must_use]
    pub fn stated(payors: usize, failed: &[(PayorId, u32)]) -> Self {
        let mut all = Each::filled(payors, Failures::Never);
        failed.iter().for_each(|&(payor, period)| all[payor] = Failures::From(vec![period]));
        Self { payors: all }
    }

    /// Draws the trials `first_trial..first_trial + lanes`.
    pub fn draw(&mut self, plan: &CreditPlan, first_trial: u64) {
        for (failures, plan) in self.payors.iter_mut().zip(&plan.payors) {
            match (failures, plan) {
                (Failures::From(first), Some(HazardPlan::Lasting { key, survival })) => {
                    for (lane, first) in first.iter_mut().enumerate() {
                        let luck = key.stream(first_trial + lane as u64).uniform();
                        *first = survival.partition_point(|&chance| luck < chance) as u32;
                    }
                }
                (Failures::Years { lanes, fails }, Some(HazardPlan::Yearly { keys, chance, first })) => {
                    for (key, year) in keys.iter().zip(fails.chunks_mut((*lanes).max(1))).skip(*first) {
                        for (lane, fails) in year.iter_mut().enumerate() {
                            *fails = key.stream(first_trial + lane as u64).uniform() < *chance;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether `payor` ever fails in any trial.
    #[must_use]
    pub fn may_fail(&self, payor: PayorId) -> bool {
        !matches!(self.payors[payor], Failures::Never)
    }

    /// Whether `payor` fails to pay in `period`, which lies in the fiscal year of index `year`.
    #[must_use]
    pub fn fails(&self, payor: PayorId, period: u32, year: usize, lane: usize) -> bool {
        match &self.payors[payor] {
            Failures::Never => false,
            Failures::From(first) => period >= first[lane],
            Failures::Years { lanes, fails } => fails[year * lanes + lane],
        }
    }
}
