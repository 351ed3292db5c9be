//! A condition with every name resolved, decided for a whole block of trials at once.

use crate::deal::{Comparison, Condition, Statistic, Term};
use crate::evaluation::Findings;

/// A condition ready to decide. Numbers and decisions live on one stack of columns, so a block needs no allocation.
#[derive(Clone, Debug)]
pub struct Gate {
    steps: Vec<Step>,
    depth: usize,
}

/// One step of the stack machine; truth is 1 and falsehood 0.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Push(f64),
    Report { measure: usize, statistic: Statistic, one_group: bool },
    Add,
    Subtract,
    Multiply,
    Compare(Comparison),
    And,
    Or,
    Not,
}

impl Gate {
    /// Compiles `condition`; `one_group` says of a measure that it reports a single group for all cohorts.
    #[must_use]
    pub fn new(condition: &Condition, one_group: impl Fn(usize) -> bool) -> Self {
        let mut steps = Vec::new();
        compile(condition, &one_group, &mut steps);
        let (mut height, mut depth) = (0usize, 0);
        for step in &steps {
            match step {
                Step::Push(_) | Step::Report { .. } => height += 1,
                Step::Not => {}
                _ => height -= 1,
            }
            depth = depth.max(height);
        }
        Self { steps, depth }
    }

    /// Columns that [`Gate::decide`] needs.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Decides for `group` of every trial: afterwards `stack[0]` holds 1 where the condition holds and 0 where it does not.
    pub fn decide(&self, findings: &Findings, group: usize, stack: &mut [Vec<f64>]) {
        let mut height = 0;
        for step in &self.steps {
            match *step {
                Step::Push(number) => {
                    stack[height].fill(number);
                    height += 1;
                }
                Step::Report { measure, statistic, one_group } => {
                    let group = if one_group { 0 } else { group };
                    findings.measures[measure].statistic(statistic, group, &mut stack[height]);
                    height += 1;
                }
                Step::Not => stack[height - 1].iter_mut().for_each(|truth| *truth = 1.0 - *truth),
                Step::Add => fold(stack, &mut height, |left, right| left + right),
                Step::Subtract => fold(stack, &mut height, |left, right| left - right),
                Step::Multiply => fold(stack, &mut height, |left, right| left * right),
                Step::Compare(comparison) => {
                    fold(stack, &mut height, |left, right| f64::from(u8::from(comparison.holds(left, right))));
                }
                Step::And => fold(stack, &mut height, f64::min),
                Step::Or => fold(stack, &mut height, f64::max),
            }
        }
    }
}

fn fold(stack: &mut [Vec<f64>], height: &mut usize, f: impl Fn(f64, f64) -> f64) {
    *height -= 1;
    let (left, right) = stack.split_at_mut(*height);
    for (left, right) in left[*height - 1].iter_mut().zip(&right[0]) {
        *left = f(*left, *right);
    }
}

fn compile(condition: &Condition, one_group: &impl Fn(usize) -> bool, steps: &mut Vec<Step>) {
    match condition {
        Condition::Compare(left, comparison, right) => {
            compile_term(left, one_group, steps);
            compile_term(right, one_group, steps);
            steps.push(Step::Compare(*comparison));
        }
        Condition::And(left, right) | Condition::Or(left, right) => {
            compile(left, one_group, steps);
            compile(right, one_group, steps);
            steps.push(if matches!(condition, Condition::And(..)) { Step::And } else { Step::Or });
        }
        Condition::Not(inner) => {
            compile(inner, one_group, steps);
            steps.push(Step::Not);
        }
    }
}

fn compile_term(term: &Term, one_group: &impl Fn(usize) -> bool, steps: &mut Vec<Step>) {
    let (left, right, step) = match term {
        Term::Number(number) => return steps.push(Step::Push(*number)),
        Term::Reported { measure, statistic } => {
            let (measure, statistic) = (*measure, *statistic);
            return steps.push(Step::Report { measure, statistic, one_group: one_group(measure) });
        }
        Term::Add(left, right) => (left, right, Step::Add),
        Term::Subtract(left, right) => (left, right, Step::Subtract),
        Term::Multiply(left, right) => (left, right, Step::Multiply),
    };
    compile_term(left, one_group, steps);
    compile_term(right, one_group, steps);
    steps.push(step);
}
