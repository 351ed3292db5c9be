//! What expressions ask for, formulas included.

use super::{Condition, Deal, FormulaId, Leaf, MeasureId, OutcomeId, OutcomeRef, PaymentFact, PaymentId, Term, Terms};
use crate::numeric::each::Each;

impl Deal {
    /// Calls `visit` with every leaf of an expression, those of the formulas it uses included, each formula once. `start` hands over
    /// the leaves of the expression itself.
    pub fn visit_leaves<'a>(&'a self, start: impl FnOnce(&mut dyn FnMut(Leaf<'a>)), mut visit: impl FnMut(Leaf<'a>)) {
        let mut entered = Each::filled(self.formulas.len(), false);
        let mut open: Vec<FormulaId> = Vec::new();
        let mut look = |leaf: Leaf<'a>, open: &mut Vec<FormulaId>| {
            if let Leaf::Term(Term::Formula(formula)) = leaf {
                if !entered[*formula] {
                    entered[*formula] = true;
                    open.push(*formula);
                }
            } else {
                visit(leaf);
            }
        };
        start(&mut |leaf| look(leaf, &mut open));
        while let Some(formula) = open.pop() {
            self.formulas[formula].term.visit(&mut |leaf| look(leaf, &mut open));
        }
    }

    /// Calls `visit` with every leaf of a payment's terms: of what it is paid under, and of its price.
    pub fn visit_terms<'a>(&'a self, terms: &'a Terms, mut visit: impl FnMut(Leaf<'a>)) {
        if let Some(gate) = &terms.when {
            self.visit_leaves(|start| gate.condition.visit(start), &mut visit);
        }
        if let Some(term) = terms.price.expression() {
            self.visit_leaves(|start| term.visit(start), &mut visit);
        }
    }

    /// The measures that an expression needs, each once.
    #[must_use]
    pub fn measures_asked<'a>(&'a self, start: impl FnOnce(&mut dyn FnMut(Leaf<'a>))) -> Vec<MeasureId> {
        let mut asked = Vec::new();
        self.visit_leaves(start, |leaf| {
            if let Leaf::Term(Term::Reported { measure, .. }) = leaf {
                asked.push(*measure);
            }
        });
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    /// The outcomes whose true effects a payment depends on, in the order in which it names them: those that it is paid on,
    /// that its conditions and formulas ask for, and that payments do whose dues it asks for. Of a step of the program, the outcome
    /// that people must have first.
    #[must_use]
    pub fn effects_behind(&self, payment: PaymentId) -> Vec<OutcomeId> {
        let (mut asked, mut open, mut entered) = (Vec::new(), vec![payment], self.payments.map(|_| false));
        while let Some(at) = open.pop() {
            if core::mem::replace(&mut entered[at], true) {
                continue;
            }
            asked.extend(self.payments[at].measures());
            for terms in &self.payments[at].terms {
                asked.extend(terms.price.less());
                self.visit_terms(terms, |leaf| {
                    if let Leaf::Term(Term::Reported { measure, .. }) = leaf {
                        asked.push(*measure);
                    }
                });
            }
            open.extend(self.payments_asked(at));
        }
        let mut behind = Vec::new();
        for outcome in asked.into_iter().filter_map(|measure| self.effect_of(measure)) {
            if !behind.contains(&outcome) {
                behind.push(outcome);
            }
        }
        behind
    }

    /// The outcome whose true effect moves what a measure reports.
    fn effect_of(&self, measure: MeasureId) -> Option<OutcomeId> {
        let OutcomeRef::Outcome(first) = self.measures[measure].of else { return None };
        core::iter::successors(Some(first), |&outcome| self.outcomes[outcome].given)
            .find(|&outcome| self.outcomes[outcome].has_counterfactual())
    }

    /// The payments whose dues the terms of `payment` ask for, each once.
    #[must_use]
    pub fn payments_asked(&self, payment: PaymentId) -> Vec<PaymentId> {
        let mut asked = Vec::new();
        let mut see = |leaf: Leaf<'_>| match leaf {
            Leaf::Term(Term::Payment(PaymentFact::Due, other)) | Leaf::Condition(Condition::Achieved(other)) => asked.push(*other),
            _ => {}
        };
        self.payments[payment].terms.iter().for_each(|terms| self.visit_terms(terms, &mut see));
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}
