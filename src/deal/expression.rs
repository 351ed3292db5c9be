//! Expressions over what is known when a payment falls due: what gates, formulas and tables say.
//!
//! Two numbers that differ by less than one part in 10¹² count as equal, so that a rate of 0.62 less one of 0.57 reaches 0.05. A
//! number may be undefined (a division by zero, a measure that reports nothing): whatever is computed from it is undefined, a
//! comparison with it is neither true nor false, and a gate that is not true is closed.

use jiff::civil::Date;

use super::{FormulaId, MeasureId, PaymentId, Statistic, StopId, TrancheId};

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
    /// A payment has been due more than zero so far.
    Achieved(PaymentId),
    /// A stop clause has ended the program.
    Stopped(StopId),
}

/// A number: a constant, something known, or arithmetic on them.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A constant.
    Number(f64),
    /// What a measure reports for the group of cohorts at hand.
    Reported {
        /// The measure.
        measure: MeasureId,
        /// Which number of it.
        statistic: Statistic,
    },
    /// A named formula of the deal.
    Formula(FormulaId),
    /// Something known of a payment, in major units.
    Payment(PaymentFact, PaymentId),
    /// Something known of a tranche, in major units.
    Tranche(TrancheFact, TrancheId),
    /// The first day of the period at hand, in days from 1970-01-01.
    Date,
    /// The year of the deal at hand: 1 in its first twelve months.
    Year,
    /// The first cohort of the group at hand: 1 is the first; 0 where there is no group.
    Cohort,
    /// Arithmetic on two numbers.
    Arithmetic(Arithmetic, Box<Term>, Box<Term>),
    /// A function of one number.
    Function(Function, Box<Term>),
    /// The first number where the condition holds, the second where it does not.
    If(Box<Condition>, Box<Term>, Box<Term>),
    /// A table looked up.
    Table(Box<Table>),
}

/// What an expression can ask of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentFact {
    /// What was paid in earlier periods.
    Paid,
    /// What has been due so far, this period included, before any limit.
    Due,
}

/// What an expression can ask of a tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrancheFact {
    /// Drawn so far.
    Drawn,
    /// Drawn and not yet repaid.
    Principal,
    /// Principal and interest not yet paid.
    Owed,
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient; undefined where the divisor is 0.
    Divide,
    /// The smaller one.
    Min,
    /// The larger one.
    Max,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The next whole number below, ties counting as whole.
    Floor,
    /// The nearest whole number, halves up.
    Round,
    /// Without its sign.
    Abs,
}

impl Arithmetic {
    /// The result; NaN (undefined) where an operand is, or where `right` divides and is 0.
    #[inline]
    #[must_use]
    pub fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide if right == 0.0 => f64::NAN,
            Self::Divide => left / right,
            Self::Min if left.is_nan() || right.is_nan() => f64::NAN,
            Self::Max if left.is_nan() || right.is_nan() => f64::NAN,
            Self::Min => left.min(right),
            Self::Max => left.max(right),
        }
    }
}

impl Function {
    /// The result; NaN (undefined) where `value` is.
    #[inline]
    #[must_use]
    pub fn apply(self, value: f64) -> f64 {
        // What arithmetic can lose of a number, but never so much that it reaches the next one.
        let slack = (TIE * value.abs().max(1.0)).min(1e-3);
        match self {
            Self::Floor => (value + slack).floor(),
            Self::Round => (value + 0.5 + slack).floor(),
            Self::Abs => value.abs(),
        }
    }
}

/// A piecewise linear function with steps: the value of the last row reached plus its slope times the distance from the row's bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What is looked up.
    pub by: Term,
    /// Whether a bound itself belongs to its row.
    pub bounds: Bounds,
    /// The value below the first row.
    pub otherwise: f64,
    /// Where set, the number looked up is first cut to whole multiples of this (0.01: whole percentage points).
    pub whole: Option<f64>,
    /// Rows in rising order of their bounds, at least one.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Where the row begins, in the unit of what the table is looked up by.
    pub from: f64,
    /// The value at its beginning.
    pub value: f64,
    /// Change of the value for each 1.0 beyond the beginning; 0 on a flat row.
    pub slope: f64,
}

/// Which end of a row is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// A value equal to a bound has reached it.
    AtLeast,
    /// A value must exceed the bound.
    MoreThan,
}

impl Table {
    /// The value at `x`, in the unit of the rows: minor units in a price; NaN (undefined) where `x` is.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        let x = self.cut(x);
        let row = self.reached(x).checked_sub(1).map(|last| &self.rows[last]);
        row.map_or(self.otherwise, |row| row.value + row.slope * (x - row.from).max(0.0))
    }

    /// How many rows `x` has reached, the first of them first; none where it is undefined.
    #[must_use]
    pub fn reached(&self, x: f64) -> usize {
        let x = self.cut(x);
        let reached = match self.bounds {
            Bounds::AtLeast => Comparison::AtLeast,
            Bounds::MoreThan => Comparison::MoreThan,
        };
        self.rows.iter().take_while(|row| reached.holds(x, row.from)).count()
    }

    fn cut(&self, x: f64) -> f64 {
        self.whole.map_or(x, |unit| Function::Floor.apply(x / unit) * unit)
    }

    /// The values at `xs`, row by row of the table: the same as [`Table::value`] of each.
    pub fn values(&self, xs: &[f64], out: &mut [f64]) {
        if self.whole.is_some() {
            return out.iter_mut().zip(xs).for_each(|(out, x)| *out = self.value(*x));
        }
        out.fill(self.otherwise);
        for row in &self.rows {
            let slack = TIE * row.from.abs().max(1.0);
            let reached = match self.bounds {
                Bounds::AtLeast => -slack,
                Bounds::MoreThan => slack,
            };
            let at_least = self.bounds == Bounds::AtLeast;
            for (out, x) in out.iter_mut().zip(xs) {
                let distance = x - row.from;
                let here = if at_least { distance >= reached } else { distance > reached };
                let value = row.value + row.slope * distance.max(0.0);
                *out = if here { value } else { *out };
            }
        }
        out.iter_mut().zip(xs).for_each(|(out, x)| *out = if x.is_nan() { f64::NAN } else { *out });
    }

    /// Whether the value never falls when `x` rises.
    #[must_use]
    pub fn rises(&self) -> bool {
        let ends = self.rows.windows(2).map(|pair| pair[0].value + pair[0].slope * (pair[1].from - pair[0].from));
        let starts = self.rows.iter().skip(1).map(|row| row.value);
        self.otherwise <= self.rows[0].value
            && self.rows.iter().all(|row| row.slope >= 0.0)
            && ends.zip(starts).all(|(end, start)| end <= start)
    }
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

/// A number of the deal with a name: written once, used by gates, prices and other formulas.
#[derive(Clone, Debug)]
pub struct Formula {
    /// Its name.
    pub name: String,
    /// The expression as the parties wrote it, or what its table is looked up by.
    pub text: String,
    /// The expression; formulas in it stand before this one in the deal.
    pub term: Term,
}

/// An expression with the text it was written as.
#[derive(Clone, Debug)]
pub struct Expression {
    /// As the parties wrote it.
    pub text: String,
    /// With its names resolved.
    pub term: Term,
}

/// A condition with the text it was written as.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The condition as the parties wrote it.
    pub text: String,
    /// The condition with its names resolved.
    pub condition: Condition,
}

/// A day as expressions count it: days from 1970-01-01.
#[must_use]
pub fn day_number(date: Date) -> f64 {
    let start = jiff::civil::date(1970, 1, 1);
    date.since(start).map_or(0.0, |span| f64::from(span.get_days()))
}

impl Condition {
    /// Calls `visit` with every term and condition in it that is not made of others, formulas not entered.
    pub fn visit<'a>(&'a self, visit: &mut (impl FnMut(Leaf<'a>) + ?Sized)) {
        match self {
            Self::Compare(left, _, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::And(left, right) | Self::Or(left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Not(inner) => inner.visit(visit),
            Self::Achieved(_) | Self::Stopped(_) => visit(Leaf::Condition(self)),
        }
    }
}

/// A part of an expression that is not made of others.
#[derive(Clone, Copy, Debug)]
pub enum Leaf<'a> {
    /// A number.
    Term(&'a Term),
    /// A truth.
    Condition(&'a Condition),
}

impl Term {
    /// Calls `visit` with every term and condition in it that is not made of others, formulas not entered.
    pub fn visit<'a>(&'a self, visit: &mut (impl FnMut(Leaf<'a>) + ?Sized)) {
        match self {
            Self::Arithmetic(_, left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Function(_, inner) => inner.visit(visit),
            Self::If(condition, yes, no) => {
                condition.visit(visit);
                yes.visit(visit);
                no.visit(visit);
            }
            Self::Table(table) => table.by.visit(visit),
            leaf => visit(Leaf::Term(leaf)),
        }
    }
}
