//! Which part of a deal? Each kind of part has a type of its own, so that a payor is never taken for a payment.

use crate::numeric::each::Id;

/// The type of the places of one kind of part.
macro_rules! id {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            /// Its place, counted from 0.
            pub usize,
        );

        impl $name {
            /// Its place, counted from 0.
            #[inline]
            #[must_use]
            pub fn index(self) -> usize {
                self.0
            }
        }

        impl Id for $name {
            #[inline]
            fn at(index: usize) -> Self {
                Self(index)
            }

            #[inline]
            fn index(self) -> usize {
                self.0
            }
        }
    };
}

id! {
    /// A cohort: one of [`Program::cohorts`](super::Program::cohorts).
    CohortId
}

impl CohortId {
    /// Its number as people count cohorts, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        self.0 + 1
    }
}

id! {
    /// A group of cohorts that a measure reports on, round after round: one of [`Deal::measure_groups`](super::Deal::measure_groups). Of what
    /// no measure makes due, the number of the date.
    GroupId
}

impl GroupId {
    /// The group of a measure that has one.
    pub const ONLY: Self = Self(0);
}

id! {
    /// A period of the deal. What is reckoned with before it is known to lie in the deal (a date and a delay, a date and its rounds), or may lie
    /// beyond it (the economy), is a plain number of periods.
    PeriodId
}

impl From<u32> for PeriodId {
    fn from(number: u32) -> Self {
        Self(number as usize)
    }
}

impl PeriodId {
    /// Its number as the [`Timeline`](crate::quantity::Timeline) counts, from 0.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0 as u32
    }

    /// Whether it is the last of `periods`.
    #[must_use]
    pub fn is_last(self, periods: usize) -> bool {
        self.0 + 1 == periods
    }
}

id! {
    /// A formula: one of [`Deal::formulas`](super::Deal::formulas).
    FormulaId
}

id! {
    /// A stop clause: one of [`Deal::stops`](super::Deal::stops).
    StopId
}

id! {
    /// A payor: one of [`Deal::payors`](super::Deal::payors).
    PayorId
}

id! {
    /// A tranche: one of [`Capital::tranches`](super::Capital::tranches).
    TrancheId
}

id! {
    /// A payment: one of [`Deal::payments`](super::Deal::payments).
    PaymentId
}

id! {
    /// A measure: one of [`Deal::measures`](super::Deal::measures).
    MeasureId
}

id! {
    /// An outcome: one of [`Deal::outcomes`](super::Deal::outcomes).
    OutcomeId
}
