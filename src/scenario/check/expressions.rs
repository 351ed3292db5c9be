//! Gates, formulas and stop clauses: everything that is written as an expression.

use super::Checker;
use crate::deal::{Bounds, Expression, Formula, FormulaId, Gate, Leaf, Measure, PaymentId, Row, Stop, StopId, Table, Term, needed_first};
use crate::numeric::each::Each;
use crate::quantity::Timeline;
use crate::scenario::expression::{self, Fault};
use crate::scenario::names::Scope;
use crate::scenario::problem::Problem;
use crate::scenario::text::{BoundsText, FormulaText, StopText, ValueRowText};

impl Checker {
    /// Reads the expression at `path`. Where a measure of the file could not be read, nothing is said of what may follow from that.
    fn expression<T>(
        &mut self,
        path: &str,
        text: &str,
        measures: &[Option<Measure>],
        own: Option<PaymentId>,
        read: impl Fn(&str, &Scope<'_>) -> Result<T, Fault>,
    ) -> Option<T> {
        if !self.every_measure_read {
            return None;
        }
        let names = &self.names;
        let scope = Scope {
            measures,
            measure_places: &self.measure_places,
            fewer_is_better: &self.fewer_is_better,
            formulas: &names.formulas,
            payments: &names.payments,
            tranches: &names.tranches,
            stops: &names.stops,
            own,
        };
        match read(text, &scope) {
            Ok(read) => Some(read),
            Err(fault) => {
                // The quotes around the text stand before it in the file.
                let place = self.places.value(path).map(|value| {
                    let start = value.start + 1 + fault.span.start;
                    start.min(value.end)..(value.start + 1 + fault.span.end).min(value.end)
                });
                self.problems.push(Problem {
                    span: place,
                    code: "expression",
                    message: fault.message,
                    label: "here".into(),
                    help: Some(fault.help),
                });
                None
            }
        }
    }

    /// The condition at `path`; `own` is the payment it belongs to.
    pub(super) fn gate(&mut self, path: &str, text: &str, measures: &[Option<Measure>], own: Option<PaymentId>) -> Option<Gate> {
        let condition = self.expression(path, text, measures, own, expression::condition)?;
        Some(Gate { text: text.trim().into(), condition })
    }

    /// The number at `path`; `own` is the payment it belongs to.
    pub(super) fn number(&mut self, path: &str, text: &str, measures: &[Option<Measure>], own: Option<PaymentId>) -> Option<Expression> {
        let term = self.expression(path, text, measures, own, expression::term)?;
        Some(Expression { text: text.trim().into(), term })
    }

    pub(super) fn formulas(&mut self, texts: &[Option<FormulaText>], measures: &[Option<Measure>]) -> Option<Each<FormulaId, Formula>> {
        let names = self.names.formulas.clone();
        self.names("formula", &names);
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if self.names.measures.place(name).is_some() {
                let message = format!("`{name}` is already the name of a measure");
                self.refuse(&format!("formula[{index}].name"), "duplicate-name", message, "again here", "give the formula its own name");
            }
        }
        let one = |(index, text): (usize, &Option<FormulaText>)| self.one_formula(&format!("formula[{index}]"), text.as_ref()?, measures);
        let formulas: Vec<Option<Formula>> = texts.iter().enumerate().map(one).collect();
        let formulas: Each<FormulaId, Formula> = formulas.into_iter().collect::<Option<_>>()?;
        match needed_first(formulas.len(), |formula: FormulaId| formulas_in(&formulas[formula].term)) {
            Ok(_) => Some(formulas),
            Err(circle) => {
                let listed: Vec<String> = circle.iter().chain(&circle[..1]).map(|&at| format!("`{}`", formulas[at].name)).collect();
                let message = format!("formulas need each other in a circle: {}", listed.join(" needs "));
                self.refuse(
                    &format!("formula[{}]", circle[0].index()),
                    "circle",
                    message,
                    "in a circle",
                    "let one of them stand on measures alone",
                );
                None
            }
        }
    }

    fn one_formula(&mut self, path: &str, text: &FormulaText, measures: &[Option<Measure>]) -> Option<Formula> {
        let (written, term) = match (&text.is, &text.by, &text.pieces) {
            (Some(is), None, None) => (is, self.number(&format!("{path}.is"), is, measures, None)?.term),
            (None, Some(by), Some(pieces)) => {
                let looked_up = self.number(&format!("{path}.by"), by, measures, None);
                let rows = self.value_rows(&format!("{path}.pieces"), pieces);
                let otherwise = text.otherwise.unwrap_or(0.0);
                let table = Table { by: looked_up?.term, bounds: bounds_of(text.bounds), otherwise, whole: None, rows: rows? };
                (by, Term::Table(Box::new(table)))
            }
            _ => {
                let message = "a formula is either an expression (`is`) or a table (`by` and `pieces`)";
                self.refuse(path, "one-of", message, "neither, or both", "for example `is = \"0.8 * rct + 0.2 * did\"`");
                return None;
            }
        };
        self.assume(format!("formula.\"{}\"", text.name), written.clone(), &text.source, text.grade);
        Some(Formula { name: text.name.clone(), text: written.trim().into(), term })
    }

    fn value_rows(&mut self, path: &str, rows: &[ValueRowText]) -> Option<Vec<Row>> {
        let given: Vec<(f64, Option<f64>, f64)> = rows.iter().map(|row| (row.from, row.value, row.slope)).collect();
        self.rising(path, &given)
    }

    /// Rows of a table from their bound, value (absent: where the row before ends) and slope.
    pub(super) fn rising(&mut self, path: &str, rows: &[(f64, Option<f64>, f64)]) -> Option<Vec<Row>> {
        if rows.is_empty() {
            self.refuse(path, "step-table", "a table has at least one row", "empty", "add `{ from = 0.05, … }`");
            return None;
        }
        let mut made: Vec<Row> = Vec::with_capacity(rows.len());
        let before_it = self.problems.len();
        for (index, &(from, value, slope)) in rows.iter().enumerate() {
            let here = format!("{path}[{index}]");
            if !from.is_finite() || !slope.is_finite() || value.is_some_and(|value| !value.is_finite()) {
                self.refuse(
                    &here,
                    "out-of-range",
                    "a table has finite numbers only",
                    "not finite",
                    "use `otherwise` for what lies below the first row",
                );
            }
            let continued = made.last().map(|row| row.value + row.slope * (from - row.from));
            if let Some(row) = made.last()
                && from <= row.from
            {
                let message = format!("rows must rise: {from} does not come after {}", row.from);
                self.refuse(&format!("{here}.from"), "step-table", message, "out of order", "sort the rows by `from`, each once");
            }
            let Some(value) = value.or(continued) else {
                self.refuse(
                    &here,
                    "step-table",
                    "the first row must say what it begins with",
                    "no beginning",
                    "add the amount or value at `from`",
                );
                return None;
            };
            made.push(Row { from, value, slope });
        }
        (self.problems.len() == before_it).then_some(made)
    }

    pub(super) fn stops(
        &mut self,
        texts: &[Option<StopText>],
        measures: &[Option<Measure>],
        timeline: Option<&Timeline>,
    ) -> Option<Each<StopId, Stop>> {
        let names = self.names.stops.clone();
        self.names("stop", &names);
        let one = |(index, text): (usize, &Option<StopText>)| self.stop(&format!("stop[{index}]"), text.as_ref()?, measures, timeline);
        let stops: Vec<Option<Stop>> = texts.iter().enumerate().map(one).collect();
        stops.into_iter().collect()
    }

    fn stop(&mut self, path: &str, text: &StopText, measures: &[Option<Measure>], timeline: Option<&Timeline>) -> Option<Stop> {
        let when = self.gate(&format!("{path}.when"), &text.when, measures, None);
        let period = text.at.as_ref().map(|date| self.period_within(&format!("{path}.at"), date, timeline));
        self.assume(format!("stop.\"{}\"", text.name), text.when.clone(), &text.source, text.grade);
        let period = period.map_or(Some(None), |period| period.map(Some))?;
        Some(Stop { name: text.name.clone(), period, when: when?, payments_end: text.payments_end })
    }
}

pub(super) fn bounds_of(text: BoundsText) -> Bounds {
    match text {
        BoundsText::AtLeast => Bounds::AtLeast,
        BoundsText::MoreThan => Bounds::MoreThan,
    }
}

/// The formulas that a term names itself.
fn formulas_in(term: &Term) -> Vec<FormulaId> {
    let mut found = Vec::new();
    term.visit(&mut |leaf| {
        if let Leaf::Term(Term::Formula(formula)) = leaf {
            found.push(*formula);
        }
    });
    found
}
