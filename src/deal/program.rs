//! What is delivered: cohorts, enrolment, costs, and the economy around them.

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
    /// Where it is delivered; empty where no sites are named.
    pub sites: Vec<String>,
    /// Cohorts in order of enrolment, at least one.
    pub cohorts: Vec<Cohort>,
    /// Actual over planned enrolment, at least 0; one draw a trial, shared by all cohorts.
    pub enrolment_ratio: Distribution,
    /// Most people a cohort can take.
    pub capacity: Option<u32>,
    /// What the work costs.
    pub costs: Vec<Cost>,
    /// Actual over planned cost, at least 0; one draw a trial, shared by all costs.
    pub overrun: Distribution,
}

/// People who enrol together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// Period of enrolment.
    pub period: u32,
    /// Planned size, at least 1.
    pub size: u32,
    /// Site (index); 0 where no sites are named.
    pub site: usize,
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
    /// Paid by others, not from the money raised for the project.
    pub outside_raise: bool,
    /// Also borne in the periods after an early stop.
    pub after_stop: bool,
    /// Rise of its prices in a year, from the start of the deal.
    pub inflation: f64,
}

/// How a cost arises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostBasis {
    /// For each person enrolled, in the period of enrolment.
    PerParticipant(Money),
    /// For each participant who truly has an outcome (or each unit of one), in the period in which it falls.
    PerOutcome {
        /// Amount for each.
        amount: Money,
        /// The outcome (index).
        outcome: usize,
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
    /// Points of unemployment while it lasts.
    pub points: f64,
    /// Years that it lasts on average; it ends in each period with the same chance.
    pub years: f64,
}
