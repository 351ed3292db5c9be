//! What is worked out of what is reported: the deal's formulas, and what uses each of them.

use crate::deal::{BonusSize, Condition, Coupon, Deal, FormulaId, Leaf, Term};
use crate::sentence::by_table;
use crate::words::list::listed;
use crate::words::number;

/// Every formula in a sentence: its expression as the parties wrote it, or its table in words, and where it is used.
pub(crate) fn formulas(deal: &Deal) -> Vec<String> {
    let said = |(index, formula): (FormulaId, &crate::deal::Formula)| {
        let what = match &formula.term {
            Term::Table(table) => by_table(deal, table, Some(&formula.text), &number),
            _ => formula.text.clone(),
        };
        let users = users(deal, index);
        let users = if users.is_empty() { "nothing".into() } else { listed(&users) };
        format!("{}: {what}; used by {users}.", formula.name)
    };
    deal.formulas.pairs().map(said).collect()
}

/// A value as the parties wrote it.
fn number(value: f64) -> String {
    number::decimals(value, 9)
}

fn names(formula: FormulaId, start: impl FnOnce(&mut dyn FnMut(Leaf<'_>))) -> bool {
    let mut found = false;
    start(&mut |leaf| found |= matches!(leaf, Leaf::Term(Term::Formula(named)) if *named == formula));
    found
}

/// What names a formula, each once, in the order of the deal.
fn users(deal: &Deal, formula: FormulaId) -> Vec<String> {
    let mut users: Vec<String> = Vec::new();
    let mut add = |user: String| {
        if !users.contains(&user) {
            users.push(user);
        }
    };
    let term = |term: &Term| names(formula, |visit| term.visit(&mut |leaf| visit(leaf)));
    let condition = |condition: &Condition| names(formula, |visit| condition.visit(&mut |leaf| visit(leaf)));
    for other in deal.formulas.iter().filter(|other| term(&other.term)) {
        add(format!("“{}”", other.name));
    }
    for payment in &deal.payments {
        for terms in &payment.terms {
            if terms.price.expression().is_some_and(term) {
                add(format!("the price of “{}”", payment.name));
            }
            if terms.when.as_ref().is_some_and(|gate| condition(&gate.condition)) {
                add(format!("the condition of “{}”", payment.name));
            }
        }
    }
    for stop in deal.stops.iter().filter(|stop| condition(&stop.when.condition)) {
        add(format!("the right to end “{}”", stop.name));
    }
    let capital = &deal.capital;
    let when = |index: Option<usize>| index.is_some_and(|index| condition(&capital.conditions[index].condition));
    let rate = |index: usize| term(&capital.rates[index].term);
    for tranche in &capital.tranches {
        if matches!(tranche.coupon, Coupon::Set(index) if rate(index)) {
            add(format!("the interest of “{}”", tranche.name));
        }
        if tranche.draws.iter().any(|draw| when(draw.when)) {
            add(format!("a drawing of “{}”", tranche.name));
        }
    }
    for bonus in &capital.bonuses {
        if matches!(bonus.size, BonusSize::Set(index) if rate(index)) || when(bonus.when) {
            add(format!("the bonus “{}”", bonus.name));
        }
    }
    if when(capital.extension.map(|extension| extension.when)) {
        add("the extension".into());
    }
    users
}
