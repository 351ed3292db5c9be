//! Between which bounds must an expression lie, whatever happens? Only from what is written: no chance, no trials.

use crate::deal::{
    Arithmetic, CohortId, Comparison, Condition, Deal, FormulaId, Function, Leaf, MeasureId, Method, OutcomeRef, Statistic, Table, Term,
    TrancheFact, day_number, needed_first,
};
use crate::numeric::each::Each;

/// Least and greatest value, either of them infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
}

const ANYTHING: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };

impl Range {
    fn hull(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The hull of an operation's results on the corners; anything where one of them is undefined.
    fn corners(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let all = [f(self.low, other.low), f(self.low, other.high), f(self.high, other.low), f(self.high, other.high)];
        if all.iter().any(|value| value.is_nan()) {
            return ANYTHING;
        }
        Self { low: all.into_iter().fold(f64::INFINITY, f64::min), high: all.into_iter().fold(f64::NEG_INFINITY, f64::max) }
    }
}

/// The bounds of every formula of a deal, each worked out once: formulas that use others twice would otherwise take for ever.
struct Known<'a> {
    deal: &'a Deal,
    formulas: Each<FormulaId, Range>,
}

impl<'a> Known<'a> {
    fn new(deal: &'a Deal) -> Self {
        let mut known = Self { deal, formulas: deal.formulas.map(|_| ANYTHING) };
        let inside = |formula: FormulaId| {
            let mut inside = Vec::new();
            deal.formulas[formula].term.visit(&mut |leaf| {
                if let Leaf::Term(Term::Formula(other)) = leaf {
                    inside.push(*other);
                }
            });
            inside
        };
        // The scenario room has refused circles.
        for formula in needed_first(deal.formulas.len(), inside).unwrap_or_default() {
            known.formulas[formula] = known.range(&deal.formulas[formula].term);
        }
        known
    }

    /// Whether `condition` holds whatever happens (where it is defined): `Some(true)`, in no case: `Some(false)`, or may do either.
    fn decided(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Compare(left, comparison, right) => compared(self.range(left), *comparison, self.range(right)),
            Condition::And(left, right) => match (self.decided(left), self.decided(right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Condition::Or(left, right) => match (self.decided(left), self.decided(right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Condition::Not(inner) => self.decided(inner).map(|holds| !holds),
            Condition::Achieved(_) | Condition::Stopped(_) => None,
        }
    }

    /// Whether a part of `condition` that holds whatever happens, or in no case, adds nothing to it.
    fn has_idle_part(&self, condition: &Condition) -> bool {
        match condition {
            Condition::And(left, right) => {
                [left, right].into_iter().any(|part| self.decided(part) == Some(true) || self.has_idle_part(part))
            }
            Condition::Or(left, right) => {
                [left, right].into_iter().any(|part| self.decided(part) == Some(false) || self.has_idle_part(part))
            }
            Condition::Not(inner) => self.has_idle_part(inner),
            _ => false,
        }
    }

    /// Bounds of `term` where it is defined.
    fn range(&self, term: &Term) -> Range {
        match term {
            Term::Number(number) => Range { low: *number, high: *number },
            Term::Reported { measure, statistic } => self.deal.reported_range(*measure, *statistic),
            Term::Formula(formula) => self.formulas[*formula],
            Term::Payment(..) => ANYTHING,
            Term::Tranche(TrancheFact::Drawn | TrancheFact::Principal | TrancheFact::Owed, _) => Range { low: 0.0, high: f64::INFINITY },
            Term::Date => {
                let day = |period: u32| day_number(self.deal.timeline.date(period));
                Range { low: day(0), high: day(self.deal.timeline.periods.saturating_sub(1)) }
            }
            Term::Year => Range { low: 1.0, high: f64::from(self.deal.timeline.periods.div_ceil(self.deal.timeline.length.per_year())) },
            Term::Cohort => Range { low: 0.0, high: self.deal.program.cohorts.len() as f64 },
            Term::Arithmetic(operation, left, right) => self.arithmetic_range(*operation, left, right),
            Term::Function(function, inner) => {
                let inner = self.range(inner);
                match function {
                    Function::Floor | Function::Round => Range { low: function.apply(inner.low), high: function.apply(inner.high) },
                    Function::Abs if inner.low >= 0.0 => inner,
                    Function::Abs => Range { low: 0.0, high: inner.low.abs().max(inner.high.abs()) },
                }
            }
            Term::If(condition, yes, no) => match self.decided(condition) {
                Some(true) => self.range(yes),
                Some(false) => self.range(no),
                None => self.range(yes).hull(self.range(no)),
            },
            Term::Table(table) => table_range(table),
        }
    }

    fn arithmetic_range(&self, operation: Arithmetic, left: &Term, right: &Term) -> Range {
        let (left, right) = (self.range(left), self.range(right));
        match operation {
            Arithmetic::Add => Range { low: left.low + right.low, high: left.high + right.high },
            Arithmetic::Subtract => Range { low: left.low - right.high, high: left.high - right.low },
            Arithmetic::Multiply => left.corners(right, |left, right| left * right),
            Arithmetic::Divide if right.low > 0.0 || right.high < 0.0 => left.corners(right, |left, right| left / right),
            Arithmetic::Divide => ANYTHING,
            Arithmetic::Min => Range { low: left.low.min(right.low), high: left.high.min(right.high) },
            Arithmetic::Max => Range { low: left.low.max(right.low), high: left.high.max(right.high) },
        }
    }
}

impl Deal {
    /// Whether `condition` holds whatever happens (where it is defined): `Some(true)`, in no case: `Some(false)`, or may do either.
    #[must_use]
    pub fn decided(&self, condition: &Condition) -> Option<bool> {
        Known::new(self).decided(condition)
    }

    /// Whether a part of `condition` that holds whatever happens, or in no case, adds nothing to it.
    #[must_use]
    pub fn has_idle_part(&self, condition: &Condition) -> bool {
        Known::new(self).has_idle_part(condition)
    }

    fn reported_range(&self, index: MeasureId, statistic: Statistic) -> Range {
        let measure = &self.measures[index];
        let people = measure.counts_people(self);
        let never_negative = match measure.of {
            OutcomeRef::Enrolled => true,
            OutcomeRef::Outcome(outcome) => self.outcomes[outcome].is_counted(),
        };
        let most = match statistic {
            Statistic::Enrolled => self.most_people(index),
            Statistic::Units if people => self.most_people(index),
            Statistic::Rate | Statistic::PValue if people || statistic == Statistic::PValue => 1.0,
            _ => f64::INFINITY,
        };
        let live = matches!(measure.method, Method::Randomized(_) | Method::Matched { .. });
        match statistic {
            Statistic::Enrolled | Statistic::StandardError | Statistic::PValue => Range { low: 0.0, high: most },
            Statistic::Units | Statistic::Rate if never_negative => Range { low: 0.0, high: most },
            Statistic::ComparisonRate if people && live => Range { low: 0.0, high: 1.0 },
            Statistic::Difference | Statistic::Decrease if people && live => {
                Range { low: -1.0 / measure.treated_share, high: 1.0 / measure.treated_share }
            }
            _ => ANYTHING,
        }
    }

    /// Most people that a group of a measure can have enrolled.
    #[must_use]
    pub fn most_people(&self, measure: MeasureId) -> f64 {
        let groups = self.measure_groups(measure);
        groups.iter().map(|cohorts| cohorts.iter().map(|&cohort| self.most_enrolled(cohort)).sum()).fold(0.0, f64::max)
    }

    /// Most people that can enrol in a cohort.
    #[must_use]
    pub fn most_enrolled(&self, cohort: CohortId) -> f64 {
        let program = &self.program;
        let ratio = program.enrolment_ratio.support().1 * program.referral_ratio.support().1;
        let planned = f64::from(program.cohorts[cohort].size);
        let most = if planned == 0.0 { 0.0 } else { (planned * ratio).round() };
        most.min(f64::from(program.capacity_of(cohort)))
    }
}

fn table_range(table: &Table) -> Range {
    let ends = table.rows.iter().enumerate().map(|(index, row)| match table.rows.get(index + 1) {
        _ if row.slope == 0.0 => row.value,
        Some(next) => row.value + row.slope * (next.from - row.from),
        None => row.slope * f64::INFINITY,
    });
    let values = table.rows.iter().map(|row| row.value).chain(ends).chain([table.otherwise]);
    values.fold(Range { low: table.otherwise, high: table.otherwise }, |range, value| range.hull(Range { low: value, high: value }))
}

/// Ties of floating-point numbers count as equal, as in every comparison of a deal.
fn compared(left: Range, comparison: Comparison, right: Range) -> Option<bool> {
    let holds = |comparison: Comparison, left: f64, right: f64| left.is_finite() && right.is_finite() && comparison.holds(left, right);
    let (always, never) = match comparison {
        Comparison::AtLeast => (holds(comparison, left.low, right.high), holds(Comparison::LessThan, left.high, right.low)),
        Comparison::MoreThan => (holds(comparison, left.low, right.high), holds(Comparison::AtMost, left.high, right.low)),
        Comparison::AtMost => (holds(comparison, left.high, right.low), holds(Comparison::MoreThan, left.low, right.high)),
        Comparison::LessThan => (holds(comparison, left.high, right.low), holds(Comparison::AtLeast, left.low, right.high)),
        Comparison::Equal | Comparison::NotEqual => {
            let apart = holds(Comparison::LessThan, left.high, right.low) || holds(Comparison::MoreThan, left.low, right.high);
            let one = holds(Comparison::Equal, left.low, left.high) && holds(Comparison::Equal, right.low, right.high);
            let same = one && holds(Comparison::Equal, left.low, right.low);
            if comparison == Comparison::Equal { (same, apart) } else { (apart, same) }
        }
    };
    match (always, never) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
