//! The ledger of one future as lines of a sheet: who, for what, how much, and what it does to the cash in the project.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Book;
use super::look::{begin, fitting, formula, heads, major, tall, widths};
use crate::deal::{Deal, GroupId, MeasureId, PeriodId, Price, Statistic, TrancheId};
use crate::engine::Entry;
use crate::quantity::Money;
use crate::report::why;
use crate::settlement::{Claim, Line};
use crate::study::Trial;
use crate::waterfall::Movement;
use crate::words::money;
use crate::words::number;

/// What kind of line it is: the word in its column.
pub(super) const DUE: &str = "Due";
pub(super) const WORKED_OUT: &str = "Worked out";
pub(super) const LIMIT: &str = "Limit";
pub(super) const STOP: &str = "Stop";
pub(super) const PAID: &str = "Paid";
pub(super) const DRAWN: &str = "Drawn";
pub(super) const COST: &str = "Cost";
pub(super) const UNFUNDED: &str = "Unfunded cost";
pub(super) const INTEREST: &str = "Interest";
pub(super) const RECEIVED: &str = "Received";
pub(super) const POT_IN: &str = "Into pot";
pub(super) const POT_OUT: &str = "Out of pot";
pub(super) const SET_ASIDE: &str = "Set aside";
pub(super) const BONUS: &str = "Bonus";
pub(super) const LEFT: &str = "Left over";
pub(super) const GUARANTEE: &str = "Guarantee";
pub(super) const REFUND: &str = "Refund";
pub(super) const UNPAID: &str = "Unpaid to payors";

/// Row of the heads, and of the first line.
pub(super) const HEADS: u32 = 5;
pub(super) const FIRST: u32 = HEADS + 1;

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub period: PeriodId,
    pub kind: &'static str,
    pub who: String,
    pub subject: String,
    /// Units and price in minor units, where the amount is one times the other.
    pub priced: Option<(f64, i64)>,
    /// Minor units.
    pub amount: i64,
    /// 1 where the amount comes into the project, −1 where it goes out, 0 where no cash moves.
    pub cash: i64,
    pub because: String,
}

/// The lines of a trial, in the order in which things happen.
pub(super) fn rows(deal: &Deal, trial: &Trial) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in &trial.ledger {
        match line.entry {
            Entry::Line(entry) => rows.push(settled(deal, trial, line.period, entry)),
            Entry::Movement(_, movement) => moved(deal, line.period, movement, &mut rows),
        }
    }
    rows
}

fn settled(deal: &Deal, trial: &Trial, period: PeriodId, line: Line) -> Row {
    let blank =
        Row { period, kind: DUE, who: String::new(), subject: String::new(), priced: None, amount: 0, cash: 0, because: String::new() };
    match line {
        Line::Claim(claim) => {
            let group = why::group(deal, &claim);
            let words = why::claim(deal, trial.block.found(), &claim);
            let because = if group.is_empty() { words } else { format!("{group}: {words}") };
            let subject = deal.payments[claim.payment].name.clone();
            Row { subject, priced: priced(deal, trial, &claim), amount: claim.due, because, ..blank }
        }
        Line::Formula { formula, value, .. } => {
            let formula = &deal.formulas[formula];
            let because = format!("{} = {}", formula.text, number::plain(value));
            Row { kind: WORKED_OUT, subject: formula.name.clone(), because, ..blank }
        }
        Line::Cut { limit, from, to, .. } => {
            let because = format!("{}: {} becomes {}", why::limit(deal, limit), shown(deal, from), shown(deal, to));
            Row { kind: LIMIT, subject: why::limited(deal, limit), amount: to - from, because, ..blank }
        }
        Line::Paid { payment, payor, amount, .. } => {
            let (who, subject) = (deal.payors[payor].name.clone(), deal.payments[payment].name.clone());
            Row { kind: PAID, who, subject, amount, cash: 1, ..blank }
        }
        Line::Unrefunded { payment, payor, amount, .. } => {
            let (who, subject) = (deal.payors[payor].name.clone(), deal.payments[payment].name.clone());
            Row { kind: PAID, who, subject, amount, cash: 1, because: "a refund that nobody could pay: not received".into(), ..blank }
        }
        Line::Stop { stop, .. } => {
            let stop = &deal.stops[stop];
            Row { kind: STOP, subject: stop.name.clone(), because: format!("the program ends: {}", stop.when.text), ..blank }
        }
    }
}

fn shown(deal: &Deal, minor: i64) -> String {
    money::exact(deal.currency, Money(minor))
}

/// Units and price of a claim, where multiplying them gives what is due.
fn priced(deal: &Deal, trial: &Trial, claim: &Claim) -> Option<(f64, i64)> {
    let measure = claim.measure?;
    let units = |measure: MeasureId, statistic, group| why::value(trial.block.found(), measure, statistic, group);
    let (each, units) = match &deal.payments[claim.payment].terms[claim.terms].price {
        Price::PerUnit { each, less } => {
            let less = less.map_or(0.0, |less| {
                units(less, Statistic::Units, if deal.measure_groups(less).len() == 1 { GroupId::ONLY } else { claim.group })
            });
            (each, units(measure, Statistic::Units, claim.group) - less)
        }
        Price::RateCard(lines) => (&lines[claim.line].each, units(measure, Statistic::Units, claim.group)),
        Price::PerAdditional(each) => (each, units(measure, Statistic::Additional, claim.group)),
        Price::LumpSum(_) | Price::Table(_) | Price::Tiers(_) | Price::Savings { .. } | Price::Formula(..) => return None,
    };
    let price = claim.price(*each).0;
    let is_due = (units * price as f64 + 0.5).floor() == claim.due as f64;
    (units.is_finite() && is_due).then_some((units, price))
}

/// Adds the lines of a movement; what is drawn for a cost is both drawn and spent.
fn moved(deal: &Deal, period: PeriodId, movement: Movement, rows: &mut Vec<Row>) {
    let tranche = |index: TrancheId| deal.capital.tranches[index].name.clone();
    let provider = || deal.program.provider.clone();
    let program = String::new;
    let mut push = |kind, who: String, subject: &str, amount, cash| {
        rows.push(Row { period, kind, who, subject: subject.into(), priced: None, amount, cash, because: String::new() });
    };
    match movement {
        // Every payor's lines stand before it.
        Movement::Receipt(_) => {}
        Movement::DrawAhead(index, amount) => push(DRAWN, tranche(index), "ahead of need", amount, 1),
        Movement::FromDrawn(amount) => push(COST, program(), "from what was drawn ahead", amount, -1),
        Movement::FromCash(amount) => push(COST, program(), "from receipts", amount, -1),
        Movement::FromPot(index, amount) => {
            push(POT_OUT, tranche(index), "for costs", amount, 1);
            push(COST, program(), "from a pot", amount, -1);
        }
        Movement::Draw(index, amount) => {
            push(DRAWN, tranche(index), "for costs", amount, 1);
            push(COST, program(), "from what was just drawn", amount, -1);
        }
        Movement::DrawForPayor(index, amount) => push(DRAWN, tranche(index), "for a payor", amount, 1),
        Movement::RefundByProvider(amount) => push(REFUND, provider(), "to payors", amount, 1),
        Movement::UnpaidToPayor(amount) => push(UNPAID, program(), "nobody could pay it", amount, 0),
        Movement::Shortfall(amount) => push(UNFUNDED, provider(), "no money was left for it", amount, 0),
        Movement::Interest(index, amount) => push(INTEREST, tranche(index), "accrues", amount, 0),
        Movement::CashInterest(index, amount) => push(RECEIVED, tranche(index), "interest", amount, -1),
        Movement::Repay(index, amount) => push(RECEIVED, tranche(index), "principal and interest", amount, -1),
        Movement::Residual(index, amount) => push(RECEIVED, tranche(index), "share of the residual", amount, -1),
        Movement::Recycle(index, amount) => push(POT_IN, tranche(index), "to be used again", amount, -1),
        Movement::SetAside(index, amount) => push(SET_ASIDE, tranche(index), "for a bullet", amount, 0),
        Movement::Bonus(index, amount) => push(BONUS, provider(), &deal.capital.bonuses[index].name, amount, -1),
        Movement::Provider(amount) => push(LEFT, provider(), "to the provider", amount, -1),
        Movement::Guarantee(index, of, amount) => {
            push(GUARANTEE, deal.capital.guarantees[index].name.clone(), &tranche(of), amount, 1);
            push(RECEIVED, tranche(of), "from a guarantee", amount, -1);
        }
    }
}

impl Book<'_> {
    /// Excel's number of the last line of the ledger.
    pub(super) fn last(&self) -> u32 {
        FIRST + (self.rows.len() as u32).max(1)
    }

    /// Writes the sheet.
    pub(super) fn ledger(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, look) = (self.of.deal, &self.look);
        let code = deal.currency.code();
        let title = format!("Ledger of trial {}", self.of.trial.number);
        let notes = [
            &format!(
                "{}. Amounts in {code}. One line for everything that fell due, was limited, was paid, drawn, spent and received.",
                deal.name
            ),
            "Amount: what the line is about. Cash: what it adds to the money in the project (+) or takes from it (−); lines without cash explain.",
            "Blue: given by the engine. Black: worked out by a formula in this workbook, such as units × price, rounded to the minor unit.",
        ];
        begin(sheet, look, "Ledger", &title, &notes)?;
        let names = [
            "No.",
            "Date",
            "Period",
            "Fiscal year",
            "Entry",
            "Who",
            "For",
            "Units",
            "Price",
            "Amount",
            "Cash",
            "In the project",
            "Because",
        ];
        heads(sheet, look, HEADS, 0, &names, 13)?;
        sheet.set_row_height(HEADS, 30)?;
        for (column, name) in (7..).zip(&names[7..12]) {
            sheet.write_string_with_format(HEADS, column, *name, &look.head_number)?;
        }
        widths(sheet, &[6.0, 11.0, 10.0, 7.0, 13.0, 28.0, 34.0, 10.0, 12.0, 15.0, 15.0, 15.0, 60.0])?;
        let digits = deal.currency.minor_digits();
        let mut balance = 0;
        for (at, row) in self.rows.iter().enumerate() {
            let (line, excel) = (FIRST + at as u32, FIRST + at as u32 + 1);
            let period = row.period.number();
            sheet.write_number_with_format(line, 0, (at + 1) as f64, &look.left)?;
            sheet.write_datetime_with_format(line, 1, &self.date(period)?, &look.date)?;
            sheet.write_string_with_format(line, 2, deal.timeline.label(period), &look.text)?;
            sheet.write_number_with_format(line, 3, f64::from(deal.timeline.fiscal_year(period)), &look.left)?;
            sheet.write_string_with_format(line, 4, row.kind, &look.text)?;
            sheet.write_string_with_format(line, 5, fitting(&row.who), &look.wrap)?;
            sheet.write_string_with_format(line, 6, fitting(&row.subject), &look.wrap)?;
            match row.priced {
                Some((units, price)) => {
                    sheet.write_number_with_format(line, 7, units, look.plain(units))?;
                    sheet.write_number_with_format(line, 8, major(deal, price), &look.money)?;
                    let text = format!("=ROUND(H{excel}*I{excel},{digits})");
                    sheet.write_formula_with_format(line, 9, formula(&text, major(deal, row.amount)), &look.worked)?;
                }
                None if [WORKED_OUT, STOP].contains(&row.kind) => {}
                None => {
                    sheet.write_number_with_format(line, 9, major(deal, row.amount), &look.money)?;
                }
            }
            balance += row.cash * row.amount;
            if row.cash != 0 {
                let sign = if row.cash < 0 { "-" } else { "" };
                sheet.write_formula_with_format(
                    line,
                    10,
                    formula(&format!("={sign}J{excel}"), major(deal, row.cash * row.amount)),
                    &look.worked,
                )?;
            }
            let before = if at == 0 { String::new() } else { format!("L{}+", excel - 1) };
            sheet.write_formula_with_format(
                line,
                11,
                formula(&format!("=ROUND({before}K{excel},{digits})"), major(deal, balance)),
                &look.worked,
            )?;
            sheet.write_string_with_format(line, 12, fitting(&row.because), &look.indented)?;
            tall(sheet, line, &[(&row.who, 28.0), (&row.subject, 34.0), (&row.because, 58.0)])?;
        }
        sheet.autofilter(HEADS, 0, self.last() - 1, 12)?;
        sheet.set_freeze_panes(FIRST, 0)?.set_repeat_rows(HEADS, HEADS)?;
        Ok(())
    }
}
