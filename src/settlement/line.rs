//! Lines of the settlement of one trial: what fell due and why, what was cut and by what.

use crate::deal::{FormulaId, Function, GroupId, MeasureId, PaymentId, PayorId, PeriodId, StopId};
use crate::quantity::Money;

/// Something that happened in the first lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// A claim fell due, or failed to.
    Claim(Claim),
    /// A formula was worked out for the claim or the gate that comes next.
    Formula {
        /// Period.
        period: PeriodId,
        /// The formula.
        formula: FormulaId,
        /// Its value; NaN where undefined.
        value: f64,
    },
    /// A limit changed what is payable.
    Cut {
        /// Period.
        period: PeriodId,
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
        period: PeriodId,
        /// The payment.
        payment: PaymentId,
        /// The payor.
        payor: PayorId,
        /// Minor units; negative where the payor receives.
        amount: i64,
    },
    /// Part of what a payor should have received was not refunded: nobody could.
    Unrefunded {
        /// Period.
        period: PeriodId,
        /// The payment.
        payment: PaymentId,
        /// The payor.
        payor: PayorId,
        /// Minor units, above 0: so much less was received than the line before says.
        amount: i64,
    },
    /// A stop clause ended the program.
    Stop {
        /// Period.
        period: PeriodId,
        /// The stop clause.
        stop: StopId,
    },
}

/// One claim of one payment in one trial, as it fell due: a line of a ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Period in which it fell due.
    pub period: PeriodId,
    /// The payment.
    pub payment: PaymentId,
    /// Terms of the payment that held.
    pub terms: usize,
    /// Line of its rate card (index).
    pub line: usize,
    /// The measure it is made on, where there is one.
    pub measure: Option<MeasureId>,
    /// Group of cohorts, or the number of the date.
    pub group: GroupId,
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
    /// Whether its gate could not be decided: what it asks is not reported, or undefined.
    pub undecided: bool,
    /// Whether the claim had a value: no division by zero, nothing undefined, not beyond what can be counted.
    pub valued: bool,
    /// Whether nothing is due any more because the program had ended.
    pub ended: bool,
}

impl Claim {
    /// A price of it with discount and escalation, rounded half up to the minor unit as it is when it is paid.
    #[must_use]
    pub fn price(&self, each: Money) -> Money {
        Money(scaled(each, self.factor) as i64)
    }
}

/// A limit on what is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// A payment's limit for each person of a group of cohorts.
    Person(PaymentId),
    /// A payment's limit for a group of cohorts, by the people enrolled in it.
    Enrolled(PaymentId),
    /// A payment's limit for a group of cohorts.
    Cohort(PaymentId),
    /// A payment's floor.
    Floor(PaymentId),
    /// A payment's limit in a period.
    Period(PaymentId),
    /// A payment's limit in a fiscal year.
    FiscalYear(PaymentId),
    /// A payment's limit over the deal.
    Payment(PaymentId),
    /// A payment's largest share of all that its payors pay.
    Share(PaymentId),
    /// A payor's limit in a fiscal year, its appropriation included.
    PayorYear(PayorId),
    /// A payor's limit over the deal.
    Payor(PayorId),
    /// The deal's limit.
    Deal,
    /// A payor that does not pay.
    Failure(PayorId),
}

impl Limit {
    /// The payment that it is a limit of.
    #[must_use]
    pub fn payment(self) -> Option<PaymentId> {
        match self {
            Self::Person(at)
            | Self::Enrolled(at)
            | Self::Cohort(at)
            | Self::Floor(at)
            | Self::Period(at)
            | Self::FiscalYear(at)
            | Self::Payment(at)
            | Self::Share(at) => Some(at),
            Self::PayorYear(_) | Self::Payor(_) | Self::Deal | Self::Failure(_) => None,
        }
    }

    /// The payor that it is a limit of.
    #[must_use]
    pub fn payor(self) -> Option<PayorId> {
        match self {
            Self::PayorYear(at) | Self::Payor(at) | Self::Failure(at) => Some(at),
            _ => None,
        }
    }

    /// Its key in a file, which is also its name among the metrics; a yearly limit is a cap a fiscal year, an appropriation, or both.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Person(_) => "cap_per_person",
            Self::Enrolled(_) => "cap_per_enrolled",
            Self::Cohort(_) => "cap_per_cohort",
            Self::Floor(_) => "floor",
            Self::Period(_) => "cap_per_period",
            Self::FiscalYear(_) => "cap_per_fiscal_year",
            Self::Payment(_) | Self::Payor(_) | Self::Deal => "cap",
            Self::Share(_) => "at_most_share",
            Self::PayorYear(_) => "yearly_limit",
            Self::Failure(_) => "failure",
        }
    }
}

/// A price in minor units with discount and escalation, rounded half up.
pub(super) fn scaled(each: Money, factor: f64) -> f64 {
    if factor == 1.0 { each.0 as f64 } else { Function::Round.apply(each.0 as f64 * factor) }
}
