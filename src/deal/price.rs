//! What is due for what was found, and what others may ask of a price. A new price is an arm of [`Price`]: every question here has to be
//! answered for it, and whoever asks no question but looks at the arms themselves is named by the compiler.

use super::{MeasureId, Statistic, Table, Term, TrancheId};
use crate::quantity::Money;

/// What is due for a group of cohorts, gate aside.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// An amount for each participant found with the outcome, units of another measure taken off.
    PerUnit {
        /// The amount.
        each: Money,
        /// A measure whose units are taken off first.
        less: Option<MeasureId>,
    },
    /// An amount for each additional outcome found, or each one avoided where fewer are better (the difference times the enrolled, never
    /// below zero).
    PerAdditional(Money),
    /// One amount.
    LumpSum(Money),
    /// Amounts by a table of steps and slopes, in minor units; negative where the payor receives.
    Table(Table),
    /// A price for each unit that rises or falls with the number of units before it, over the whole deal.
    Tiers(Vec<Tier>),
    /// A price for each of many measures.
    RateCard(Vec<Line>),
    /// A share of savings.
    Savings {
        /// Share until the loans are repaid, 0 to 1.
        share: f64,
        /// Share afterwards, 0 to 1.
        then: f64,
        /// The tranches that must be owed nothing.
        once_repaid: Vec<TrancheId>,
    },
    /// An amount in major units, rounded to the minor unit.
    Formula(Term, String),
}

/// One tier of a marginal price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// Units before it, 0 or more.
    pub from: f64,
    /// Price of each further unit.
    pub each: Money,
}

/// One line of a rate card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The measure whose units are paid for.
    pub on: MeasureId,
    /// Price of each.
    pub each: Money,
}

impl Price {
    /// The lines of a rate card; `None` for every other price.
    #[must_use]
    pub fn lines(&self) -> Option<&[Line]> {
        match self {
            Self::RateCard(lines) => Some(lines),
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::LumpSum(_)
            | Self::Table(_)
            | Self::Tiers(_)
            | Self::Savings { .. }
            | Self::Formula(..) => None,
        }
    }

    /// The table that it is read from; `None` for every other price.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::LumpSum(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. }
            | Self::Formula(..) => None,
        }
    }

    /// The expression that it is worked out from: of a formula the whole of it, of a table what is looked up. `None` where it needs none.
    #[must_use]
    pub fn expression(&self) -> Option<&Term> {
        match self {
            Self::Table(table) => Some(&table.by),
            Self::Formula(term, _) => Some(term),
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::LumpSum(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. } => None,
        }
    }

    /// The number of the payment's own measure that it is a price of; `None` where it is a price of no number, and needs no measure.
    #[must_use]
    pub fn counts(&self) -> Option<Statistic> {
        match self {
            Self::PerUnit { .. } | Self::Tiers(_) | Self::RateCard(_) | Self::Savings { .. } => Some(Statistic::Units),
            Self::PerAdditional(_) => Some(Statistic::Additional),
            Self::LumpSum(_) | Self::Table(_) | Self::Formula(..) => None,
        }
    }

    /// A measure whose units are taken off first.
    #[must_use]
    pub fn less(&self) -> Option<MeasureId> {
        match self {
            Self::PerUnit { less, .. } => *less,
            Self::PerAdditional(_)
            | Self::LumpSum(_)
            | Self::Table(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. }
            | Self::Formula(..) => None,
        }
    }

    /// Whether it goes with what is found, or may: not an amount at once, nor one by steps.
    #[must_use]
    pub fn is_proportional(&self) -> bool {
        match self {
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. }
            | Self::Formula(..) => true,
            Self::LumpSum(_) | Self::Table(_) => false,
        }
    }

    /// Whether it has rows, tiers or lines, some of which may never be reached.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        match self {
            Self::Table(_) | Self::Tiers(_) | Self::RateCard(_) => true,
            Self::PerUnit { .. } | Self::PerAdditional(_) | Self::LumpSum(_) | Self::Savings { .. } | Self::Formula(..) => false,
        }
    }

    /// Whether what is stated of it bounds what is due, however much is found.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::LumpSum(_) => true,
            Self::Table(table) => table.rows.last().is_some_and(|row| row.slope <= 0.0),
            Self::Tiers(tiers) => tiers.last().is_some_and(|tier| tier.each.0 <= 0),
            Self::PerUnit { .. } | Self::PerAdditional(_) | Self::RateCard(_) | Self::Savings { .. } | Self::Formula(..) => false,
        }
    }

    /// The largest amount that it states for a whole claim, in minor units, 0 or more; 0 where it states none.
    #[must_use]
    pub fn largest_stated(&self) -> f64 {
        match self {
            Self::LumpSum(amount) => amount.0 as f64,
            Self::Table(table) => table.rows.iter().map(|row| row.value.abs()).fold(table.otherwise.abs(), f64::max),
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. }
            | Self::Formula(..) => 0.0,
        }
    }

    /// Whether an amount below zero is stated: one that is owed to the payor.
    #[must_use]
    pub fn states_below_zero(&self) -> bool {
        match self {
            Self::Table(table) => table.otherwise < 0.0 || table.rows.iter().any(|row| row.value < 0.0),
            Self::PerUnit { .. }
            | Self::PerAdditional(_)
            | Self::LumpSum(_)
            | Self::Tiers(_)
            | Self::RateCard(_)
            | Self::Savings { .. }
            | Self::Formula(..) => false,
        }
    }
}
