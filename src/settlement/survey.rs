//! Every claim of a block in every trial, for who asks what claims are like rather than what one trial comes to.

use super::expression::{Machine, Program};
use super::plan::Event;
use crate::deal::{FormulaId, GroupId, MeasureId, PaymentId};
use crate::numeric::each::Each;

/// One claim, or one instalment of it, as it fell due in each trial of a block. A lane is a trial.
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// Payment.
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
    /// What became of it, by lane.
    pub lanes: Vec<Seen>,
    /// The formula that its table looks up, by lane, as it was last worked out for any claim or gate; NaN where it was not, or is undefined.
    /// Empty where its price looks none up.
    pub formula: Vec<f64>,
}

/// What became of a claim in one trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether it arose: somebody was there, and the program was as late as it was expected to be.
    pub made: bool,
    /// Whether its gate was open.
    pub open: bool,
    /// Whether it had a value.
    pub valued: bool,
    /// Whether anything was due before any limit.
    pub due: bool,
}

/// The claims of a block so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    pub(super) claims: Vec<Surveyed>,
    formulas: Each<FormulaId, Vec<f64>>,
    lanes: Vec<Seen>,
}

impl Survey {
    pub(super) fn new(formulas: usize, lanes: usize) -> Self {
        Self { claims: Vec::new(), formulas: Each::filled(formulas, vec![f64::NAN; lanes]), lanes: vec![Seen::default(); lanes] }
    }

    /// Begins a block.
    pub(super) fn begin(&mut self) {
        self.claims.clear();
        self.formulas.iter_mut().for_each(|formula| formula.fill(f64::NAN));
    }

    /// Begins a claim that is not made in the lanes `absent`, and whose gate, if it has one, is open.
    pub(super) fn arises(&mut self, absent: &[usize]) {
        self.lanes.fill(Seen { made: true, open: true, valued: true, due: false });
        absent.iter().for_each(|&lane| self.lanes[lane].made = false);
    }

    /// Takes note of the formulas of `program`, just worked out.
    pub(super) fn worked_out(&mut self, program: &Program, machine: &Machine) {
        for (formula, values) in machine.columns(program) {
            let known = self.formulas[formula].iter_mut().zip(values).zip(&self.lanes);
            known.filter(|(_, lane)| lane.made).for_each(|((known, value), _)| *known = *value);
        }
    }

    /// Whether the gate holds (1) in each lane.
    pub(super) fn gate(&mut self, open: &[f64]) {
        self.lanes.iter_mut().zip(open).for_each(|(lane, open)| lane.open = *open == 1.0);
    }

    /// What the claim comes to before it is rounded: no value beyond `largest`.
    pub(super) fn values(&mut self, values: &[f64], largest: f64) {
        self.lanes.iter_mut().zip(values).for_each(|(lane, value)| lane.valued = value.abs() <= largest);
    }

    /// Ends the claim of `event`, of which `amount` is due; `formula` is what its table looks up.
    pub(super) fn end(&mut self, event: &Event, amount: &[i64], formula: Option<FormulaId>) {
        self.lanes.iter_mut().zip(amount).for_each(|(lane, amount)| lane.due = *amount > 0);
        if self.lanes.iter().any(|lane| lane.made) {
            self.claims.push(Surveyed {
                payment: event.payment,
                terms: event.due.terms,
                line: event.due.line,
                measure: event.due.measure,
                group: event.due.group,
                instalment: event.due.instalment,
                lanes: self.lanes.clone(),
                formula: formula.map_or_else(Vec::new, |formula| self.formulas[formula].clone()),
            });
        }
    }
}
