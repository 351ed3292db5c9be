//! Expressions compiled for one place in the deal, and worked out for a whole block of trials at once.
//!
//! Numbers and decisions live on one stack of columns, so a block needs no allocation. A decision is 1, 0, or NaN where it is
//! undefined: `false and undefined` is false, `true or undefined` is true, everything else with an undefined part is undefined.

use super::Standing;
use crate::deal::{
    Arithmetic, Comparison, Condition, Deal, FormulaId, Function, GroupId, Leaf, MeasureId, PaymentFact, PaymentId, Seen, Statistic,
    StopId, Table, Term, TrancheFact, TrancheId,
};
use crate::evaluation::Estimates;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;

/// An expression ready to work out.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// Formulas it needs, each after those that it needs itself.
    formulas: Vec<(FormulaId, Vec<Step>)>,
    steps: Vec<Step>,
    tables: Vec<Table>,
    depth: usize,
}

/// One step of the stack machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Push(f64),
    /// What a measure reports; `known` is the first period in which it has, where nobody enrols late.
    Report {
        measure: MeasureId,
        statistic: Statistic,
        only_group: bool,
        known: u32,
    },
    Formula(FormulaId),
    Payment(PaymentFact, PaymentId),
    Tranche(TrancheFact, TrancheId),
    Date,
    Year,
    Cohort,
    Arithmetic(Arithmetic),
    Function(Function),
    Table(usize),
    Compare(Comparison),
    And,
    Or,
    Not,
    Achieved(PaymentId),
    Stopped(StopId),
    Choose,
}

/// Where and when an expression is worked out.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) findings: &'a Estimates,
    pub(super) standing: &'a Standing,
    pub(super) payment_due: &'a Grid<i64, PaymentId>,
    pub(super) payment_paid: &'a Grid<i64, PaymentId>,
    /// 1 where a stop clause has ended the program.
    pub(super) fired: &'a Grid<f64, StopId>,
    pub(super) period: u32,
    /// Periods by which everybody enrols late, by lane; empty where nobody does.
    pub(super) late: &'a [u32],
    pub(super) day: f64,
    pub(super) year: f64,
    pub(super) group: GroupId,
    pub(super) cohort: f64,
    pub(super) minor_units: f64,
}

/// Columns to work in.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    stack: Vec<Vec<f64>>,
    formulas: Each<FormulaId, Vec<f64>>,
}

impl Machine {
    pub(super) fn new<'a>(deal_formulas: usize, programs: impl Iterator<Item = &'a Program>, lanes: usize) -> Self {
        let depth = programs.map(|program| program.depth).max().unwrap_or(0).max(1);
        Self { stack: vec![vec![0.0; lanes]; depth], formulas: Each::filled(deal_formulas, vec![0.0; lanes]) }
    }

    /// The value of `program` in every lane; NaN where undefined.
    pub(super) fn value(&mut self, program: &Program, at: At<'_>) -> &[f64] {
        for (formula, steps) in &program.formulas {
            self.run(steps, &program.tables, at);
            self.formulas[*formula].copy_from_slice(&self.stack[0]);
        }
        self.run(&program.steps, &program.tables, at);
        &self.stack[0]
    }

    /// The formulas of `program` and their values in the first lane, as they were last worked out.
    pub(super) fn formulas<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = (FormulaId, f64)> + 'a {
        program.formulas.iter().map(|(formula, _)| (*formula, self.formulas[*formula][0]))
    }

    /// The same in every lane.
    pub(super) fn columns<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = (FormulaId, &'a [f64])> + 'a {
        program.formulas.iter().map(|(formula, _)| (*formula, self.formulas[*formula].as_slice()))
    }

    fn run(&mut self, steps: &[Step], tables: &[Table], at: At<'_>) {
        let (stack, mut height) = (&mut self.stack, 0);
        for step in steps {
            match *step {
                Step::Push(number) => push(stack, &mut height, |column| column.fill(number)),
                Step::Report { known, .. } if at.period < known => push(stack, &mut height, |column| column.fill(f64::NAN)),
                Step::Report { measure, statistic, only_group, known } => {
                    let group = if only_group { GroupId::ONLY } else { at.group };
                    push(stack, &mut height, |column| {
                        at.findings.measures[measure].statistic(statistic, group, column);
                        // Who enrols late is reported late.
                        let reported = |late: &u32| at.period >= known + late;
                        column.iter_mut().zip(at.late).filter(|(_, late)| !reported(late)).for_each(|(out, _)| *out = f64::NAN);
                    });
                }
                Step::Formula(formula) => push(stack, &mut height, |column| column.copy_from_slice(&self.formulas[formula])),
                Step::Payment(fact, payment) => {
                    let amounts = if fact == PaymentFact::Paid { at.payment_paid } else { at.payment_due };
                    push(stack, &mut height, |column| major(column, amounts.row(payment), at.minor_units));
                }
                Step::Tranche(fact, tranche) => {
                    let amounts = match fact {
                        TrancheFact::Drawn => &at.standing.drawn,
                        TrancheFact::Principal => &at.standing.principal,
                        TrancheFact::Owed => &at.standing.owed,
                    };
                    push(stack, &mut height, |column| major(column, amounts.row(tranche), at.minor_units));
                }
                Step::Date => push(stack, &mut height, |column| column.fill(at.day)),
                Step::Year => push(stack, &mut height, |column| column.fill(at.year)),
                Step::Cohort => push(stack, &mut height, |column| column.fill(at.cohort)),
                Step::Achieved(payment) => push(stack, &mut height, |column| {
                    column.iter_mut().zip(at.payment_due.row(payment)).for_each(|(out, due)| *out = f64::from(u8::from(*due > 0)));
                }),
                Step::Stopped(stop) => push(stack, &mut height, |column| column.copy_from_slice(at.fired.row(stop))),
                Step::Arithmetic(operation) => fold(stack, &mut height, |left, right| operation.apply(left, right)),
                Step::Function(function) => each(stack, height, |value| function.apply(value)),
                Step::Table(table) => each(stack, height, |value| tables[table].value(value)),
                Step::Compare(comparison) => fold(stack, &mut height, |left, right| match left.is_nan() || right.is_nan() {
                    true => f64::NAN,
                    false => f64::from(u8::from(comparison.holds(left, right))),
                }),
                Step::And => fold(stack, &mut height, |left, right| if left == 0.0 || right == 0.0 { 0.0 } else { left * right }),
                Step::Or => fold(stack, &mut height, |left, right| match (left, right) {
                    _ if left == 1.0 || right == 1.0 => 1.0,
                    _ => left + right,
                }),
                Step::Not => each(stack, height, |truth| 1.0 - truth),
                Step::Choose => {
                    height -= 2;
                    let (below, above) = stack.split_at_mut(height);
                    let choices = above[0].iter().zip(&above[1]);
                    for (out, (yes, no)) in below[height - 1].iter_mut().zip(choices) {
                        *out = match *out {
                            truth if truth.is_nan() => f64::NAN,
                            1.0 => *yes,
                            _ => *no,
                        };
                    }
                }
            }
        }
    }
}

fn push(stack: &mut [Vec<f64>], height: &mut usize, fill: impl FnOnce(&mut [f64])) {
    fill(&mut stack[*height]);
    *height += 1;
}

fn fold(stack: &mut [Vec<f64>], height: &mut usize, f: impl Fn(f64, f64) -> f64) {
    *height -= 1;
    let (left, right) = stack.split_at_mut(*height);
    for (left, right) in left[*height - 1].iter_mut().zip(&right[0]) {
        *left = f(*left, *right);
    }
}

fn each(stack: &mut [Vec<f64>], height: usize, f: impl Fn(f64) -> f64) {
    stack[height - 1].iter_mut().for_each(|value| *value = f(*value));
}

fn major(out: &mut [f64], amounts: &[i64], minor_units: f64) {
    out.iter_mut().zip(amounts).for_each(|(out, amount)| *out = *amount as f64 / minor_units);
}

/// What a compiler needs to know of the place an expression stands in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) deal: &'a Deal,
    /// The measure whose groups are at hand, where there is one.
    pub(super) measure: Option<MeasureId>,
}

impl Program {
    pub(super) fn number(term: &Term, place: Place<'_>) -> Self {
        Self::new(place, |visit| term.visit(visit), |compiler, steps| compiler.term(term, steps))
    }

    pub(super) fn decision(condition: &Condition, place: Place<'_>) -> Self {
        Self::new(place, |visit| condition.visit(visit), |compiler, steps| compiler.condition(condition, steps))
    }

    fn new(
        place: Place<'_>,
        leaves: impl FnOnce(&mut dyn FnMut(Leaf<'_>)),
        compile: impl FnOnce(&mut Compiler<'_>, &mut Vec<Step>),
    ) -> Self {
        let mut compiler = Compiler { place, tables: Vec::new() };
        let mut needed = Vec::new();
        leaves(&mut |leaf| {
            if let Leaf::Term(Term::Formula(formula)) = leaf {
                needed.push(*formula);
            }
        });
        let mut formulas = Vec::new();
        for formula in formula_order(place.deal, &needed) {
            let mut steps = Vec::new();
            compiler.term(&place.deal.formulas[formula].term, &mut steps);
            formulas.push((formula, steps));
        }
        let mut steps = Vec::new();
        compile(&mut compiler, &mut steps);
        let depth = formulas.iter().map(|(_, steps)| depth(steps)).max().unwrap_or(0).max(depth(&steps));
        Self { formulas, steps, tables: compiler.tables, depth }
    }
}

/// The formulas in `needed` and all they need, each after those. (The scenario room has refused circles.)
fn formula_order(deal: &Deal, needed: &[FormulaId]) -> Vec<FormulaId> {
    let inside = |formula: FormulaId| {
        let mut inside = Vec::new();
        deal.formulas[formula].term.visit(&mut |leaf| {
            if let Leaf::Term(Term::Formula(other)) = leaf {
                inside.push(*other);
            }
        });
        inside
    };
    let all = crate::deal::needed_first(deal.formulas.len(), inside).unwrap_or_default();
    let mut wanted = Each::filled(deal.formulas.len(), false);
    needed.iter().for_each(|&formula| wanted[formula] = true);
    for &formula in all.iter().rev() {
        if wanted[formula] {
            inside(formula).into_iter().for_each(|other| wanted[other] = true);
        }
    }
    all.into_iter().filter(|&formula| wanted[formula]).collect()
}

/// Columns that `steps` need at once.
fn depth(steps: &[Step]) -> usize {
    let (mut height, mut depth) = (0usize, 0);
    for step in steps {
        match step {
            Step::Arithmetic(_) | Step::Compare(_) | Step::And | Step::Or => height -= 1,
            Step::Choose => height -= 2,
            Step::Function(_) | Step::Table(_) | Step::Not => {}
            _ => height += 1,
        }
        depth = depth.max(height);
    }
    depth
}

struct Compiler<'a> {
    place: Place<'a>,
    tables: Vec<Table>,
}

impl Compiler<'_> {
    fn condition(&mut self, condition: &Condition, steps: &mut Vec<Step>) {
        match condition {
            Condition::Compare(left, comparison, right) => {
                self.term(left, steps);
                self.term(right, steps);
                steps.push(Step::Compare(*comparison));
            }
            Condition::And(left, right) | Condition::Or(left, right) => {
                self.condition(left, steps);
                self.condition(right, steps);
                steps.push(if matches!(condition, Condition::And(..)) { Step::And } else { Step::Or });
            }
            Condition::Not(inner) => {
                self.condition(inner, steps);
                steps.push(Step::Not);
            }
            Condition::Achieved(payment) => steps.push(Step::Achieved(*payment)),
            Condition::Stopped(stop) => steps.push(Step::Stopped(*stop)),
        }
    }

    fn term(&mut self, term: &Term, steps: &mut Vec<Step>) {
        match term {
            Term::Number(number) => steps.push(Step::Push(*number)),
            Term::Reported { measure, statistic } => {
                let seen = self.place.deal.seen(self.place.measure, *measure);
                let only_group = seen == Seen::Only;
                let reported = || self.place.deal.due_periods(*measure, 0).get(GroupId::ONLY).copied().unwrap_or(0);
                let known = if only_group { reported() } else { 0 };
                steps.push(Step::Report { measure: *measure, statistic: *statistic, only_group, known });
            }
            Term::Formula(formula) => steps.push(Step::Formula(*formula)),
            Term::Payment(fact, payment) => steps.push(Step::Payment(*fact, *payment)),
            Term::Tranche(fact, tranche) => steps.push(Step::Tranche(*fact, *tranche)),
            Term::Date => steps.push(Step::Date),
            Term::Year => steps.push(Step::Year),
            Term::Cohort => steps.push(Step::Cohort),
            Term::Arithmetic(operation, left, right) => {
                self.term(left, steps);
                self.term(right, steps);
                steps.push(Step::Arithmetic(*operation));
            }
            Term::Function(function, inner) => {
                self.term(inner, steps);
                steps.push(Step::Function(*function));
            }
            Term::If(condition, yes, no) => {
                self.condition(condition, steps);
                self.term(yes, steps);
                self.term(no, steps);
                steps.push(Step::Choose);
            }
            Term::Table(table) => {
                self.term(&table.by, steps);
                self.tables.push(Table::clone(table));
                steps.push(Step::Table(self.tables.len() - 1));
            }
        }
    }
}
