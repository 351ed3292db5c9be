//! Where an expression stands, and what it finds there.

use super::expression::{Expr, Known, Place, value};
use super::found::{Group, groups};
use super::number::{Num, ZERO};
use super::settle::{Settlement, Standing};
use super::text::{Contract, Formula, Price, Tabled};

/// Where an expression stands.
pub struct At<'a> {
    pub settlement: &'a Settlement<'a>,
    pub standing: &'a [Standing],
    pub period: usize,
    pub group: Option<&'a Group>,
    /// The payment at hand.
    pub payment: Option<usize>,
}

impl Place for At<'_> {
    fn name(&self, name: &str, statistic: Option<&str>) -> Known {
        let contract = self.settlement.contract;
        if let Some(formula) = contract.formulas.get(name) {
            return match formula {
                Formula::Is(expr) => value(expr, self),
                Formula::Table(table) => {
                    let at = value(table.by.as_ref().unwrap(), self).number();
                    Known::Number(at.map(|at| look_up(table, at, |amount| amount)))
                }
            };
        }
        let findings = self.settlement.findings();
        let (index, measure) = findings.measure(name);
        let group = match self.group {
            Some(group) => findings.same_group(measure, group),
            // the newest report
            None => groups(contract, measure, self.settlement.given.late).into_iter().rfind(|group| group.reported <= self.period),
        };
        let known = group.filter(|group| group.reported <= self.period);
        Known::Number(known.and_then(|group| findings.statistic(index, &group, statistic.unwrap_or(findings.own(measure)))))
    }

    fn of(&self, function: &str, name: &str) -> Known {
        let contract = self.settlement.contract;
        let till = || &self.settlement.tills[contract.payments.iter().position(|payment| payment.name == name).unwrap()];
        let tranche = || self.standing[contract.capital.tranches.iter().position(|tranche| tranche.name == name).unwrap()];
        let money = |cents: i128| Known::Number(Some(Num::ratio(cents, 100)));
        match function {
            "due" => money(till().due),
            "paid" => money(till().paid_before),
            "achieved" => Known::Truth(Some(till().due > 0)),
            "drawn" => money(tranche().drawn),
            "principal" => money(tranche().principal),
            "owed" => money(tranche().owed),
            "stopped" => Known::Truth(Some(self.settlement.fired[contract.stops.iter().position(|stop| stop.name == name).unwrap()])),
            other => panic!("no function {other}"),
        }
    }

    fn word(&self, word: &str) -> Known {
        let calendar = &self.settlement.contract.calendar;
        let whole = |n: usize| Known::Number(Some(Num::whole(n as i128)));
        match word {
            "date" => Known::Number(Some(Num::whole(i128::from(super::calendar::number(calendar.first_day(self.period)))))),
            "year" => whole(calendar.years_before(self.period) + 1),
            "cohort" => whole(self.group.expect("a group").cohorts[0] + 1),
            _ => {
                let others = self.settlement.tills.iter().enumerate().filter(|(index, _)| Some(*index) != self.payment);
                Known::Truth(Some(others.into_iter().all(|(_, till)| till.due > 0)))
            }
        }
    }
}

/// The row that a number has reached, and how far beyond its beginning it lies.
pub fn look_up(table: &Tabled, at: Num, priced: impl Fn(Num) -> Num) -> Num {
    let mut amount = priced(table.otherwise);
    let mut end = amount;
    for (index, row) in table.rows.iter().enumerate() {
        let reached = if table.more_than { row.from.is_below(at) } else { !at.is_below(row.from) };
        if !reached {
            break;
        }
        let slope = match table.whole {
            whole if whole.order(ZERO).is_gt() => priced(row.slope.times(whole)).over(whole).unwrap(),
            _ => priced(row.slope),
        };
        let beyond = |to: Num| match to.minus(row.from).over(table.whole) {
            Some(points) => points.floor().times(table.whole),
            None => to.minus(row.from),
        };
        let start = row.pay.map_or(if index == 0 { priced(ZERO) } else { end }, &priced);
        amount = start.plus(slope.times(beyond(at)));
        end = table.rows.get(index + 1).map_or(amount, |next| start.plus(slope.times(beyond(next.from))));
    }
    amount
}

fn asks(expr: &Expr, contract: &Contract, found: &mut Vec<String>) {
    match expr {
        Expr::Name(name, None) if name == "all_others_achieved" => found.push("*".into()),
        Expr::Name(name, _) => match contract.formulas.get(name) {
            Some(Formula::Is(inner)) => asks(inner, contract, found),
            Some(Formula::Table(table)) => asks(table.by.as_ref().unwrap(), contract, found),
            None => {}
        },
        Expr::Of(function, name) if matches!(function.as_str(), "due" | "achieved") => found.push(name.clone()),
        Expr::Of(..) | Expr::Number(_) => {}
        Expr::Call(_, arguments) => arguments.iter().for_each(|argument| asks(argument, contract, found)),
        Expr::Binary(_, left, right) => [left, right].into_iter().for_each(|side| asks(side, contract, found)),
        Expr::Not(inner) => asks(inner, contract, found),
    }
}

/// Payments in the order in which they ask for each other's dues.
pub fn order(contract: &Contract) -> Vec<usize> {
    let names: Vec<&str> = contract.payments.iter().map(|payment| payment.name.as_str()).collect();
    let asked: Vec<Vec<usize>> = contract
        .payments
        .iter()
        .enumerate()
        .map(|(index, payment)| {
            let mut found = Vec::new();
            for terms in &payment.terms {
                let exprs = match &terms.price {
                    Price::Formula(expr) => vec![expr],
                    Price::Table(table) => table.by.iter().collect(),
                    _ => vec![],
                };
                exprs.into_iter().chain(&terms.gate).for_each(|expr| asks(expr, contract, &mut found));
            }
            if found.iter().any(|name| name == "*") {
                (0..names.len()).filter(|&other| other != index).collect()
            } else {
                found.iter().map(|name| names.iter().position(|other| other == name).unwrap()).filter(|&other| other != index).collect()
            }
        })
        .collect();
    let mut done: Vec<usize> = Vec::new();
    while done.len() < names.len() {
        let next = (0..names.len()).find(|index| !done.contains(index) && asked[*index].iter().all(|other| done.contains(other)));
        done.push(next.expect("no circle"));
    }
    done
}
