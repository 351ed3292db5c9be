//! What is delivered: cohorts, enrolment, costs, and the economy around them.

use super::{CohortId, OutcomeId};
use crate::numeric::each::Each;
use crate::quantity::Money;
use crate::sampling::Distribution;

/// Most people in a cohort, planned or enrolled.
pub const LARGEST_COHORT: u32 = 10_000_000;

/// Largest ratio of actual to planned, enrolment or cost, that a trial can have: what exceeds it counts as it.
pub const LARGEST_RATIO: f64 = 100.0;

/// A service and the people it is planned for.
#[derive(Clone, Debug)]
pub struct Program {
    /// The service provider.
    pub provider: String,
    /// What is served, in the plural, where it is not people: `villages`.
    pub unit: Option<String>,
    /// Where it is delivered, or to whom; empty where no sites are named.
    pub sites: Vec<Site>,
    /// Cohorts in order of enrolment, at least one.
    pub cohorts: Each<CohortId, Cohort>,
    /// Actual over planned enrolment, at least 0; one draw a trial, shared by all cohorts.
    pub enrolment_ratio: Distribution,
    /// Referred over planned people, at least 0; one draw for each cohort, on top of the enrolment ratio.
    pub referral_ratio: Distribution,
    /// Most people a cohort can take, where its site says nothing else.
    pub capacity: Option<u32>,
    /// Chance that the whole program starts on time, a period late, two periods late and so on; empty where it starts on time. Every cohort
    /// enrols so much later, and its outcomes, reports and claims come so much later; dates of the contract and the budget stay.
    pub delay: Vec<f64>,
    /// What the work costs.
    pub costs: Vec<Cost>,
    /// Actual over planned cost, at least 0; one draw a trial, shared by all costs.
    pub overrun: Distribution,
}

/// A place where the program is delivered, or a group of people that it is delivered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Who delivers it there, where that is not the program's provider.
    pub provider: Option<String>,
    /// Most people a cohort can take there.
    pub capacity: Option<u32>,
}

/// People who enrol together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// Period of enrolment where the program starts on time.
    pub period: u32,
    /// Planned size, at least 1; 0 where a stress leaves nobody.
    pub size: u32,
    /// Site (index); 0 where no sites are named.
    pub site: usize,
}

impl Program {
    /// What is served, in the plural: `people` where the scenario says nothing else.
    #[must_use]
    pub fn served(&self) -> &str {
        self.unit.as_deref().unwrap_or("people")
    }

    /// Every number of periods by which the program may start late, 0 first where it may be on time; 0 alone where it starts on time.
    pub fn delays(&self) -> impl Iterator<Item = u32> {
        let certain = self.delay.is_empty().then_some(0);
        let possible = (0..).zip(&self.delay).filter(|(_, chance)| **chance > 0.0).map(|(late, _)| late);
        certain.into_iter().chain(possible)
    }

    /// Most periods by which the program may start late.
    #[must_use]
    pub fn latest(&self) -> u32 {
        self.delays().max().unwrap_or(0)
    }

    /// People planned in all cohorts.
    #[must_use]
    pub fn planned(&self) -> u64 {
        self.cohorts.iter().map(|cohort| u64::from(cohort.size)).sum()
    }

    /// Most people that a cohort can take.
    #[must_use]
    pub fn capacity_of(&self, cohort: CohortId) -> u32 {
        let own = self.sites.get(self.cohorts[cohort].site).and_then(|site| site.capacity);
        own.or(self.capacity).map_or(LARGEST_COHORT, |capacity| capacity.min(LARGEST_COHORT))
    }

    /// Name of the source of chance of a cohort's referrals. A site's cohorts are its own: another site's moves none of their draws.
    #[must_use]
    pub fn referral_source(&self, cohort: CohortId) -> String {
        let site = self.cohorts[cohort].site;
        let earlier = self.cohorts.as_slice()[..cohort.index()].iter().filter(|other| other.site == site).count();
        match self.sites.get(site) {
            Some(site) => format!("program.referral_ratio.{:?}.{earlier}", site.name),
            None => format!("program.referral_ratio.{earlier}"),
        }
    }

    /// Everybody who delivers it, each once, as they appear.
    #[must_use]
    pub fn providers(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for provider in self.sites.iter().map(|site| site.provider.as_ref().unwrap_or(&self.provider)) {
            if !all.contains(&provider.as_str()) {
                all.push(provider);
            }
        }
        if all.is_empty() { vec![&self.provider] } else { all }
    }
}

/// One line of the budget.
#[derive(Clone, Debug)]
pub struct Cost {
    /// What is bought.
    pub name: String,
    /// How the amount arises.
    pub basis: CostBasis,
    /// Actual over planned cost of this line alone, at least 0, on top of the program's.
    pub overrun: Distribution,
    /// Only for people of these cohorts; of all where empty.
    pub cohorts: Vec<CohortId>,
    /// Paid by others, not from the money raised for the project.
    pub outside_raise: bool,
    /// Also borne in the periods after an early stop.
    pub after_stop: bool,
    /// Rise of its prices in a year, from the start of the deal.
    pub inflation: f64,
}

/// How a cost arises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CostBasis {
    /// For each person enrolled, in the period of enrolment.
    PerParticipant(Money),
    /// For each participant who truly has an outcome (or each unit of one), in the period in which it falls.
    PerOutcome {
        /// Amount for each.
        amount: Money,
        /// The outcome.
        outcome: OutcomeId,
    },
    /// For each group of so many people enrolled, a last one that is not full included, in the period of enrolment: a class, a coach.
    PerGroup {
        /// Amount for each group.
        amount: Money,
        /// People in a full group, at least 1.
        people: u32,
    },
    /// The same amount in every period from `first` to `last`, both included.
    PerPeriod {
        /// Amount in each period.
        amount: Money,
        /// First period.
        first: u32,
        /// Last period.
        last: u32,
    },
    /// A share of what all other lines but such shares cost in the same period, as it turns out: overhead, a fee, a contingency.
    Share(f64),
    /// Once, in one period.
    Once {
        /// The amount.
        amount: Money,
        /// When.
        period: u32,
    },
}

/// A shared shock: the deviation of unemployment from its normal level, in percentage points, as a stationary AR(1) process.
#[derive(Clone, Debug, PartialEq)]
pub struct Economy {
    /// Correlation of the deviation from one year to the next, 0 up to but not including 1.
    pub persistence_per_year: f64,
    /// Standard deviation of the deviation, in percentage points.
    pub sd: f64,
    /// What is expected of it, in points, by year of the deal; the last year's holds on. Nothing where empty.
    pub path: Vec<f64>,
    /// Recessions on top of it.
    pub recession: Option<Recession>,
}

/// Recessions that come and go: a deal begins outside of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recession {
    /// Chance in a year that one begins.
    pub per_year: f64,
    /// Percentage points of unemployment that it adds while it lasts, 0 or more.
    pub points: f64,
    /// Years that it lasts on average, above 0; it ends in each period with the same chance.
    pub years: f64,
}
