//! Conditions over measures: what a gate says.
//!
//! Two numbers that differ by less than one part in 10¹² count as equal, so that a rate of 0.62 less one of 0.57 reaches 0.05.

use super::Statistic;

/// Relative distance within which two numbers count as equal. Rates are ratios of counts below 10⁶ and thresholds have few digits, so
/// distinct ones differ by far more; rounding of `f64` by far less.
pub const TIE: f64 = 1e-12;

/// Something that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A comparison of two numbers.
    Compare(Term, Comparison, Term),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// A number: a constant, what a measure reports, or arithmetic on them.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A constant.
    Number(f64),
    /// What a measure reports for the group of cohorts at hand.
    Reported {
        /// Index of the measure.
        measure: usize,
        /// Which number of it.
        statistic: Statistic,
    },
    /// Sum.
    Add(Box<Term>, Box<Term>),
    /// Difference.
    Subtract(Box<Term>, Box<Term>),
    /// Product.
    Multiply(Box<Term>, Box<Term>),
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// ≥
    AtLeast,
    /// >
    MoreThan,
    /// ≤
    AtMost,
    /// <
    LessThan,
    /// =
    Equal,
    /// ≠
    NotEqual,
}

impl Comparison {
    /// Whether `left` stands in this relation to `right`, numbers within [`TIE`] being equal. False when either is NaN.
    #[inline]
    #[must_use]
    pub fn holds(self, left: f64, right: f64) -> bool {
        let slack = TIE * right.abs().max(1.0);
        let distance = left - right;
        match self {
            Self::AtLeast => distance >= -slack,
            Self::MoreThan => distance > slack,
            Self::AtMost => distance <= slack,
            Self::LessThan => distance < -slack,
            Self::Equal => distance.abs() <= slack,
            Self::NotEqual => distance.abs() > slack,
        }
    }
}

impl Condition {
    /// Calls `visit` with every measure and statistic the condition names.
    pub fn visit_reported(&self, visit: &mut impl FnMut(usize, Statistic)) {
        match self {
            Self::Compare(left, _, right) => {
                left.visit_reported(visit);
                right.visit_reported(visit);
            }
            Self::And(left, right) | Self::Or(left, right) => {
                left.visit_reported(visit);
                right.visit_reported(visit);
            }
            Self::Not(inner) => inner.visit_reported(visit),
        }
    }
}

impl Term {
    fn visit_reported(&self, visit: &mut impl FnMut(usize, Statistic)) {
        match self {
            Self::Number(_) => {}
            Self::Reported { measure, statistic } => visit(*measure, *statistic),
            Self::Add(left, right) | Self::Subtract(left, right) | Self::Multiply(left, right) => {
                left.visit_reported(visit);
                right.visit_reported(visit);
            }
        }
    }
}
