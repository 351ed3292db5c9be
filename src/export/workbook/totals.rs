//! Does the ledger add up? Its totals by payment, payor, investor and cost, each beside the engine's own figure, and where every cent went.

use crate::numeric::each::Id;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Book;
use super::journal::{BONUS, COST, DRAWN, DUE, GUARANTEE, LEFT, PAID, POT_IN, POT_OUT, RECEIVED, REFUND, UNFUNDED, UNPAID};
use super::look::{begin, formula, heads, major, widths};
use super::lookup::By;
use crate::numeric::grid::Grid;

/// Column of the differences from the engine's figures.
const DIFFERENCE: u16 = 6;

/// The first lane of a row.
fn first<I: Id>(grid: &Grid<i64, I>, row: I) -> i64 {
    grid.row(row)[0]
}

/// A line of totals: its name, and a list of kinds of ledger lines that are summed by a column.
struct Part {
    name: String,
    sums: Vec<(&'static str, Option<By>)>,
    /// Whether the last sum less the one before is shown and compared, instead of the last sum.
    is_gain: bool,
    engine: i64,
}

impl Book<'_> {
    /// Writes the sheet.
    pub(super) fn totals(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let deal = self.of.deal;
        let title = format!("Totals of trial {}", self.of.trial.number);
        let notes = [&*format!(
            "Amounts in {}. Black: formulas over the sheet Ledger. Blue: the engine's own figures. Every difference must be 0.",
            deal.currency.code()
        )];
        begin(sheet, &self.look, "Totals", &title, &notes)?;
        widths(sheet, &[44.0, 17.0, 17.0, 17.0, 12.0, 17.0, 12.0])?;
        let mut row = 3;
        for (title, names, parts) in self.parts() {
            if parts.is_empty() {
                continue;
            }
            heads(sheet, &self.look, row, 0, &[&[title], &names[..]].concat(), 1)?;
            row += 1;
            for part in &parts {
                self.part(sheet, row, part)?;
                row += 1;
            }
            row += 1;
        }
        self.conservation(sheet, row)?;
        sheet.set_freeze_panes(3, 1)?;
        Ok(())
    }

    fn parts(&self) -> Vec<(&'static str, [&'static str; 6], Vec<Part>)> {
        let (deal, owed, cash) = (self.of.deal, &self.of.trial.block.owed, &self.of.trial.block.cash);
        let part = |name: &str, sums: &[(&'static str, Option<By>)], engine| Part {
            name: name.into(),
            sums: sums.to_vec(),
            is_gain: false,
            engine,
        };
        let payments = deal.payments.pairs();
        let payments = payments.map(|(at, payment)| {
            part(&payment.name, &[(DUE, Some(By::Subject)), (PAID, Some(By::Subject))], first(&owed.payment_paid, at))
        });
        let payors = deal.payors.pairs();
        let payors = payors.map(|(at, payor)| part(&payor.name, &[(PAID, Some(By::Who))], first(&owed.payor_paid, at)));
        let tranches = deal.capital.tranches.pairs();
        let tranches = tranches.map(|(at, tranche)| {
            let engine = first(&cash.received, at) - first(&cash.standing.drawn, at);
            Part { is_gain: true, ..part(&tranche.name, &[(DRAWN, Some(By::Who)), (RECEIVED, Some(By::Who))], engine) }
        });
        let guarantees = deal.capital.guarantees.iter().enumerate();
        let guarantees =
            guarantees.map(|(at, guarantee)| part(&guarantee.name, &[(GUARANTEE, Some(By::Who))], first(&cash.guaranteed, at)));
        let bonuses = deal.capital.bonuses.iter().enumerate();
        let bonuses = bonuses.map(|(at, bonus)| part(&bonus.name, &[(BONUS, Some(By::Subject))], first(&cash.bonuses, at)));
        let program = vec![
            part("Costs of the program that were paid", &[(COST, None)], cash.spent[0]),
            part("Costs that found no money", &[(UNFUNDED, None)], cash.shortfall[0]),
            part("Left over for the provider", &[(LEFT, None)], cash.provider[0]),
            part("Refunded to payors by the provider", &[(REFUND, None)], cash.refunded[0]),
            part("Owed to payors, and nobody could pay it", &[(UNPAID, None)], cash.unpaid_to_payors[0]),
        ];
        let plain = ["amount", "", "", "", "engine", "difference"];
        vec![
            ("Payments", ["due before limits", "paid", "", "", "engine", "difference"], payments.collect()),
            ("Payors", ["paid", "", "", "", "engine", "difference"], payors.collect()),
            ("Investors and donors", ["drawn", "received", "gain", "multiple", "engine", "difference"], tranches.collect()),
            ("Guarantors", plain, guarantees.collect()),
            ("Bonuses of the provider", plain, bonuses.collect()),
            ("Program", plain, program),
        ]
    }

    fn part(&self, sheet: &mut Worksheet, row: u32, part: &Part) -> Result<(), XlsxError> {
        let (deal, look, excel) = (self.of.deal, &self.look, row + 1);
        let name = format!("$A{excel}");
        sheet.write_string_with_format(row, 0, &part.name, &look.wrap)?;
        let mut totals = Vec::new();
        for (column, (kind, by)) in (1..).zip(&part.sums) {
            let condition: Vec<_> = by.iter().map(|by| (*by, name.as_str(), part.name.as_str())).collect();
            sheet.write_formula_with_format(row, column, self.sum_cell(kind, &condition), &look.worked)?;
            totals.push(self.sum(kind, &condition).1);
        }
        let mut shown = (char::from(b'A' + totals.len() as u8), totals.last().copied().unwrap_or(0));
        if part.is_gain {
            let (drawn, received) = (totals[0], totals[1]);
            shown = ('D', received - drawn);
            sheet.write_formula_with_format(row, 3, formula(&format!("=C{excel}-B{excel}"), major(deal, shown.1)), &look.worked)?;
            let multiple = if drawn == 0 { 0.0 } else { received as f64 / drawn as f64 };
            sheet.write_formula_with_format(row, 4, formula(&format!("=IF(B{excel}=0,0,C{excel}/B{excel})"), multiple), &look.multiple)?;
        }
        self.compare(sheet, row, shown, part.engine)
    }

    /// The engine's figure, and how far the sum in another column of the row is from it.
    fn compare(&self, sheet: &mut Worksheet, row: u32, (column, sum): (char, i64), engine: i64) -> Result<(), XlsxError> {
        let (deal, excel, digits) = (self.of.deal, row + 1, self.of.deal.currency.minor_digits());
        sheet.write_number_with_format(row, DIFFERENCE - 1, major(deal, engine), &self.look.money)?;
        let text = format!("=ROUND({column}{excel}-F{excel},{digits})");
        sheet.write_formula_with_format(row, DIFFERENCE, formula(&text, major(deal, sum - engine)), &self.look.worked)?;
        Ok(())
    }

    /// Every cent: what came in is what went out and what is held.
    fn conservation(&self, sheet: &mut Worksheet, start: u32) -> Result<(), XlsxError> {
        let (deal, look, cash) = (self.of.deal, &self.look, &self.of.trial.block.cash);
        heads(sheet, look, start, 0, &["Where every cent went", "amount", "", "", "", "engine", "difference"], 1)?;
        let kind = |kind: &'static str| self.sum(kind, &[]);
        let less = |one: (String, i64), other: (String, i64)| (format!("{}-{}", one.0, other.0), one.1 - other.1);
        let lines = [
            ("Paid by payors", kind(PAID), 1),
            ("Drawn from investors and donors", kind(DRAWN), 1),
            ("Paid by guarantors", kind(GUARANTEE), 1),
            ("Refunded to payors by the provider", kind(REFUND), 1),
            ("Costs of the program", kind(COST), -1),
            ("To investors", kind(RECEIVED), -1),
            ("Bonuses of the provider", kind(BONUS), -1),
            ("Left over for the provider", kind(LEFT), -1),
            ("Held in pots of recyclable grants", less(kind(POT_IN), kind(POT_OUT)), -1),
        ];
        let mut row = start + 1;
        let mut rest = 0;
        for (name, (text, total), sign) in lines {
            let text = if sign > 0 { format!("={text}") } else { format!("=-({text})") };
            sheet.write_string_with_format(row, 0, name, &look.text)?;
            sheet.write_formula_with_format(row, 1, formula(&text, major(deal, sign * total)), &look.worked)?;
            rest += sign * total;
            row += 1;
        }
        let digits = deal.currency.minor_digits();
        sheet.write_string_with_format(row, 0, "Held in the project in the end", &look.total_text)?;
        let text = format!("=ROUND(SUM(B{}:B{row}),{digits})", start + 2);
        sheet.write_formula_with_format(row, 1, formula(&text, major(deal, rest)), &look.total)?;
        self.compare(sheet, row, ('B', rest), cash.held[0])?;
        row += 1;
        sheet.write_string_with_format(row, 0, "The same by the ledger's last line", &look.text)?;
        let balance: i64 = self.rows.iter().map(|row| row.cash * row.amount).sum();
        let text = format!("=Ledger!L{}", self.last());
        sheet.write_formula_with_format(row, 1, formula(&text, major(deal, balance)), &look.worked)?;
        self.compare(sheet, row, ('B', balance), cash.held[0])?;
        row += 2;
        sheet.write_string_with_format(row, 0, "All differences together", &look.section)?;
        let range = format!("G4:G{}", row - 1);
        let text = format!("=SUMIF({range},\">0\")-SUMIF({range},\"<0\")");
        sheet.write_formula_with_format(row, 1, formula(&text, 0.0), &look.good)?;
        sheet.write_string_with_format(row, 2, " 0: the ledger and the engine agree to the cent", &look.note)?;
        Ok(())
    }

    /// Where the sum of all differences stands.
    pub(super) fn check_cell(&self) -> String {
        let lines: usize = self.parts().iter().filter(|part| !part.2.is_empty()).map(|part| part.2.len() + 2).sum();
        // Heads of the sheet, the parts, the head and lines of the conservation, a gap.
        format!("Totals!$B${}", 3 + lines + 1 + 9 + 2 + 1 + 1)
    }
}
