//! Promises of the outcome payors: gate, price, limit, schedule.

use super::{Condition, Statistic};
use crate::quantity::Money;

/// Somebody who pays for outcomes.
#[derive(Clone, Debug)]
pub struct Payor {
    /// Name of the payor.
    pub name: String,
    /// Most it pays over the whole deal.
    pub cap: Option<Money>,
    /// Most it pays in one fiscal year; what exceeds it lapses.
    pub cap_per_fiscal_year: Option<Money>,
    /// What one additional outcome is worth to it: outcome index and amount.
    pub value_per_outcome: Vec<(usize, Money)>,
}

/// One promise of one payor.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Name of the payment.
    pub name: String,
    /// Who pays (index).
    pub payor: usize,
    /// The measure it is paid on (index).
    pub on: usize,
    /// Nothing is due for a group of cohorts unless this holds.
    pub when: Option<Gate>,
    /// What is due when the gate is open.
    pub price: Price,
    /// Most that is paid over the whole deal.
    pub cap: Option<Money>,
    /// Most that is paid in one fiscal year.
    pub cap_per_fiscal_year: Option<Money>,
    /// Periods from the report to the payment.
    pub paid_after: u32,
}

/// A condition on what the evaluator found.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The condition as the parties wrote it.
    pub text: String,
    /// The condition with its names resolved.
    pub condition: Condition,
}

/// What is due for a group of cohorts.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// An amount for each participant found with the outcome.
    PerUnit(Money),
    /// An amount for each additional outcome found (the difference times the enrolled, never below zero).
    PerAdditional(Money),
    /// One amount.
    LumpSum(Money),
    /// The amount of the highest step reached.
    Steps {
        /// What the bounds are compared with.
        statistic: Statistic,
        /// Whether a bound itself belongs to its step.
        bounds: Bounds,
        /// Steps in rising order of their bounds, at least one.
        steps: Vec<Step>,
    },
}

/// One row of a step table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where the step begins.
    pub from: f64,
    /// What is due on it.
    pub pay: Money,
}

/// Which end of a step is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// A value equal to a bound has reached it.
    AtLeast,
    /// A value must exceed the bound.
    MoreThan,
}
