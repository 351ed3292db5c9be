//! What expressions ask for, formulas included.

use super::{Condition, Deal, Leaf, PaymentFact, Price, Term};

impl Deal {
    /// Calls `visit` with every leaf of an expression, those of the formulas it uses included, each formula once. `start` hands over
    /// the leaves of the expression itself.
    pub fn visit_leaves<'a>(&'a self, start: impl FnOnce(&mut dyn FnMut(Leaf<'a>)), mut visit: impl FnMut(Leaf<'a>)) {
        let mut entered = vec![false; self.formulas.len()];
        let mut open: Vec<usize> = Vec::new();
        let mut look = |leaf: Leaf<'a>, open: &mut Vec<usize>| {
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

    /// The measures (indices) that an expression needs, each once.
    #[must_use]
    pub fn measures_asked<'a>(&'a self, start: impl FnOnce(&mut dyn FnMut(Leaf<'a>))) -> Vec<usize> {
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

    /// The payments (indices) whose dues the terms of `payment` (index) ask for, each once.
    #[must_use]
    pub fn payments_asked(&self, payment: usize) -> Vec<usize> {
        let mut asked = Vec::new();
        let mut see = |leaf: Leaf<'_>| match leaf {
            Leaf::Term(Term::Payment(PaymentFact::Due, other)) | Leaf::Condition(Condition::Achieved(other)) => asked.push(*other),
            _ => {}
        };
        for terms in &self.payments[payment].terms {
            if let Some(gate) = &terms.when {
                self.visit_leaves(|visit| gate.condition.visit(visit), &mut see);
            }
            match &terms.price {
                Price::Table(table) => self.visit_leaves(|visit| table.by.visit(visit), &mut see),
                Price::Formula(term, _) => self.visit_leaves(|visit| term.visit(visit), &mut see),
                _ => {}
            }
        }
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}
