//! What the names in an expression mean, and whether truths and numbers stand where they belong.

use crate::numeric::each::{Each, Id, first};
use core::ops::Range;
use std::collections::HashMap;

use super::name_list::NameList;
use super::node::{Fault, Node, fault, place};
use super::problem::suggestion;
use crate::deal::{
    Arithmetic, Condition, FormulaId, Function, Measure, MeasureId, PaymentFact, PaymentId, Statistic, StopId, Term, TrancheFact,
    TrancheId, day_number,
};
use crate::words::count::counted;

/// The names that an expression may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Measures, written and implied; none is missing.
    pub measures: &'a [Option<Measure>],
    /// Where each of them stands, by name.
    pub measure_places: &'a HashMap<String, MeasureId>,
    /// Whether the fewer units each of them finds, the better.
    pub fewer_is_better: &'a Each<MeasureId, bool>,
    /// Formulas.
    pub formulas: &'a NameList<FormulaId>,
    /// Payments.
    pub payments: &'a NameList<PaymentId>,
    /// Tranches.
    pub tranches: &'a NameList<TrancheId>,
    /// Stop clauses.
    pub stops: &'a NameList<StopId>,
    /// The payment whose gate or price it is.
    pub own: Option<PaymentId>,
}

const FUNCTIONS: [&str; 12] = ["min", "max", "floor", "round", "abs", "if", "paid", "due", "achieved", "drawn", "principal", "owed"];

impl Scope<'_> {
    pub(crate) fn condition(&self, node: &Node) -> Result<Condition, Fault> {
        let pair = |left: &Node, right: &Node| Ok((Box::new(self.condition(left)?), Box::new(self.condition(right)?)));
        match node {
            Node::And(left, right) => pair(left, right).map(|(left, right)| Condition::And(left, right)),
            Node::Or(left, right) => pair(left, right).map(|(left, right)| Condition::Or(left, right)),
            Node::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            Node::Compare(comparison, left, right) => Ok(Condition::Compare(self.term(left)?, *comparison, self.term(right)?)),
            Node::Call { function, arguments, span } if function == "achieved" => {
                self.part(arguments, span, "payment", self.payments).map(Condition::Achieved)
            }
            Node::Call { function, arguments, span } if function == "stopped" => {
                self.part(arguments, span, "stop clause", self.stops).map(Condition::Stopped)
            }
            Node::Name { name, statistic: None, span } if name == "all_others_achieved" => self.all_others(span),
            other => Err(fault(
                place(other),
                "a number stands where something true or false is needed".into(),
                "compare it with something, such as `… >= 0.05`",
            )),
        }
    }

    /// Every other payment has been achieved.
    fn all_others(&self, span: &Range<usize>) -> Result<Condition, Fault> {
        let others: Vec<PaymentId> = first(self.payments.len()).filter(|&payment| Some(payment) != self.own).collect();
        if self.own.is_none() || others.is_empty() {
            let message = "`all_others_achieved` needs a payment, and others beside it".to_string();
            return Err(fault(span.clone(), message, "name the payments: achieved('…') and achieved('…')"));
        }
        fn all(payments: &[PaymentId]) -> Condition {
            match payments {
                [only] => Condition::Achieved(*only),
                many => {
                    let (left, right) = many.split_at(many.len() / 2);
                    Condition::And(Box::new(all(left)), Box::new(all(right)))
                }
            }
        }
        Ok(all(&others))
    }

    pub(crate) fn term(&self, node: &Node) -> Result<Term, Fault> {
        match node {
            Node::Number { value, .. } if value.is_finite() => Ok(Term::Number(*value)),
            Node::Number { .. } => Err(fault(place(node), "a number is too large to be written".into(), "check the number of zeros")),
            Node::Date(Ok(date)) => Ok(Term::Number(day_number(*date))),
            Node::Date(Err(span)) => Err(fault(span.clone(), "no calendar has this day".into(), "write 31 January 2026 as 2026-01-31")),
            Node::Name { name, statistic, span } => self.named(name, statistic.as_deref(), span),
            Node::Negate(inner) => self.arithmetic(Arithmetic::Subtract, Term::Number(0.0), self.term(inner)?, node),
            Node::Arithmetic(operation, left, right) => self.arithmetic(*operation, self.term(left)?, self.term(right)?, node),
            Node::Call { function, arguments, span } => self.call(function, arguments, span),
            Node::Compare(..) => Err(fault(
                place(node),
                "a comparison stands where a number is needed".into(),
                "join comparisons by `and` and `or` (`2% <= gain and gain <= 5%`), or choose: `if(gain >= 5%, 100, 0)`",
            )),
            _ => Err(fault(
                place(node),
                "something true or false stands where a number is needed".into(),
                "join comparisons by `and` and `or`, or choose: `if(gain >= 5%, 100, 0)`",
            )),
        }
    }

    /// Arithmetic; on constants it is done at once, and must come to something.
    fn arithmetic(&self, operation: Arithmetic, left: Term, right: Term, node: &Node) -> Result<Term, Fault> {
        if let (Arithmetic::Divide, Term::Number(0.0)) = (operation, &right) {
            return Err(fault(place(node), "this divides by zero".into(), "divide by something that is not 0"));
        }
        if let (Term::Number(left), Term::Number(right)) = (&left, &right) {
            let value = operation.apply(*left, *right);
            let help = "check the number of zeros";
            return if value.is_finite() {
                Ok(Term::Number(value))
            } else {
                Err(fault(place(node), "this is too large a number".into(), help))
            };
        }
        Ok(Term::Arithmetic(operation, Box::new(left), Box::new(right)))
    }

    fn call(&self, function: &str, arguments: &[Node], span: &Range<usize>) -> Result<Term, Fault> {
        let payment = |fact| self.part(arguments, span, "payment", self.payments).map(|index| Term::Payment(fact, index));
        let tranche = |fact| self.part(arguments, span, "tranche", self.tranches).map(|index| Term::Tranche(fact, index));
        match (function, arguments) {
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let operation = if function == "min" { Arithmetic::Min } else { Arithmetic::Max };
                rest.iter().try_fold(self.term(first)?, |all, next| self.arithmetic(operation, all, self.term(next)?, next))
            }
            ("floor", [value]) => Ok(Term::Function(Function::Floor, Box::new(self.term(value)?))),
            ("round", [value]) => Ok(Term::Function(Function::Round, Box::new(self.term(value)?))),
            ("abs", [value]) => Ok(Term::Function(Function::Abs, Box::new(self.term(value)?))),
            ("if", [condition, yes, no]) => {
                Ok(Term::If(Box::new(self.condition(condition)?), Box::new(self.term(yes)?), Box::new(self.term(no)?)))
            }
            ("paid", _) => payment(PaymentFact::Paid),
            ("due", _) => payment(PaymentFact::Due),
            ("drawn", _) => tranche(TrancheFact::Drawn),
            ("principal", _) => tranche(TrancheFact::Principal),
            ("owed", _) => tranche(TrancheFact::Owed),
            ("achieved" | "stopped", _) => {
                Err(fault(span.clone(), format!("`{function}` is true or false, not a number"), "choose: `if(achieved('…'), 100, 0)`"))
            }
            (known, _) if FUNCTIONS.contains(&known) => {
                let help = "min(a, b, …), max(a, b, …), floor(a), round(a), abs(a), if(condition, a, b)";
                Err(fault(span.clone(), format!("`{known}` is given {}", counted(arguments.len(), "value")), help))
            }
            (unknown, _) => Err(fault(span.clone(), format!("there is no function `{unknown}`"), &suggestion(unknown, FUNCTIONS))),
        }
    }

    /// The one part that a function is asked about.
    fn part<I: Id>(&self, arguments: &[Node], span: &Range<usize>, noun: &str, names: &NameList<I>) -> Result<I, Fault> {
        let [Node::Name { name, statistic: None, span }] = arguments else {
            return Err(fault(span.clone(), format!("this needs the name of one {noun}"), "write the name in single quotes"));
        };
        names.place(name).ok_or_else(|| {
            let known = names.iter().map(String::as_str).filter(|known| !known.is_empty());
            fault(span.clone(), format!("there is no {noun} `{name}`"), &suggestion(name, known))
        })
    }

    fn named(&self, name: &str, statistic: Option<&str>, span: &Range<usize>) -> Result<Term, Fault> {
        let measure = self.measure_places.get(name).and_then(|&place| Some((place, self.measures.get(place.index())?.as_ref()?)));
        if let Some((place, measure)) = measure {
            return reported(place, measure, self.fewer_is_better[place], statistic, span);
        }
        let formula = self.formulas.place(name);
        match (formula, name, statistic) {
            (Some(formula), _, None) => Ok(Term::Formula(formula)),
            (Some(_), _, Some(word)) => {
                Err(fault(span.clone(), format!("`{name}` is a formula: it has no `{word}`"), "use its name alone"))
            }
            (None, "date", None) => Ok(Term::Date),
            (None, "year", None) => Ok(Term::Year),
            (None, "cohort", None) => Ok(Term::Cohort),
            _ => {
                let known =
                    self.measures.iter().flatten().map(|measure| measure.name.as_str()).chain(self.formulas.iter().map(String::as_str));
                Err(fault(span.clone(), format!("there is no measure `{name}`"), &suggestion(name, known)))
            }
        }
    }
}

/// Why a measure of what more is better of has no decrease, and what to do.
pub(crate) fn no_decrease(measure: &str, statistic: Statistic) -> (String, String) {
    let message = format!("of `{measure}` more is better: a decrease of it is no improvement, and it has no `{}`", statistic.word());
    (message, format!("state `better = \"fewer\"` of the outcome, or ask for `{}`", statistic.of_more().word()))
}

/// What a measure at its place reports: the number that is asked for, or its headline.
fn reported(place: MeasureId, measure: &Measure, fewer: bool, statistic: Option<&str>, span: &Range<usize>) -> Result<Term, Fault> {
    let statistic = match statistic {
        None => measure.headline(),
        Some(word) => {
            let known = Statistic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, statistic)| *statistic);
            known.ok_or_else(|| {
                let help = suggestion(word, Statistic::WORDS.iter().map(|(known, _)| *known));
                fault(span.clone(), format!("a measure does not report `{word}`"), &help)
            })?
        }
    };
    if statistic.compares() && !measure.compares() {
        let message = format!("`{}` only counts: it has no `{}`", measure.name, statistic.word());
        return Err(fault(span.clone(), message, "give the measure a method that compares: randomized, matched or exact"));
    }
    if statistic.lowers() && !fewer {
        let (message, help) = no_decrease(&measure.name, statistic);
        return Err(fault(span.clone(), message, &help));
    }
    Ok(Term::Reported { measure: place, statistic })
}
