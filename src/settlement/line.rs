//! Lines of the settlement of one trial: what fell due and why, what was cut and by what.

use crate::quantity::Money;

/// Something that happened in the first lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// A claim fell due, or failed to.
    Claim(Claim),
    /// A formula was worked out for the claim or the gate that comes next.
    Formula {
        /// Period.
        period: usize,
        /// Formula (index).
        formula: usize,
        /// Its value; NaN where undefined.
        value: f64,
    },
    /// A limit changed what is payable.
    Cut {
        /// Period.
        period: usize,
        /// The limit.
        limit: Limit,
        /// Minor units before it.
        from: i64,
        /// Minor units after it.
        to: i64,
    },
    /// A payor paid for a payment.
    Paid {
        /// Period.
        period: usize,
        /// Payment (index).
        payment: usize,
        /// Payor (index).
        payor: usize,
        /// Minor units; negative where the payor receives.
        amount: i64,
    },
    /// A stop clause ended the program.
    Stop {
        /// Period.
        period: usize,
        /// Stop clause (index).
        stop: usize,
    },
}

/// One claim of one payment in one trial, as it fell due: a line of a ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Period in which it fell due.
    pub period: usize,
    /// Payment (index).
    pub payment: usize,
    /// Terms of the payment (index) that held.
    pub terms: usize,
    /// Line of its rate card (index).
    pub line: usize,
    /// The measure (index) it is made on, where there is one.
    pub measure: Option<usize>,
    /// Group of cohorts (index), or the number of the date.
    pub group: usize,
    /// Instalment (index).
    pub instalment: usize,
    /// Factor on its prices, discount and escalation: above 0, and 1 where there is neither.
    pub factor: f64,
    /// Units that tiers had paid for before it.
    pub units_before: f64,
    /// Minor units due before any limit.
    pub due: i64,
    /// Whether its gate was open.
    pub open: bool,
    /// Whether the claim had a value: no division by zero, nothing undefined, not beyond what can be counted.
    pub valued: bool,
    /// Whether nothing is due any more because the program had ended.
    pub ended: bool,
}

impl Claim {
    /// A price of it with discount and escalation, rounded half up to the minor unit as it is when it is paid.
    #[must_use]
    pub fn price(&self, each: Money) -> Money {
        Money(super::price::scaled(each, self.factor) as i64)
    }
}

/// A limit on what is paid. Payments and payors by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A payment's limit for a group of cohorts: per person or per cohort.
    Group(usize),
    /// A payment's floor.
    Floor(usize),
    /// A payment's limit in a period.
    Period(usize),
    /// A payment's limit in a fiscal year.
    FiscalYear(usize),
    /// A payment's limit over the deal.
    Payment(usize),
    /// A payment's largest share of all that its payors pay.
    Share(usize),
    /// A payor's limit in a fiscal year, its appropriation included.
    PayorYear(usize),
    /// A payor's limit over the deal.
    Payor(usize),
    /// The deal's limit.
    Deal,
    /// A payor that does not pay.
    Failure(usize),
}
