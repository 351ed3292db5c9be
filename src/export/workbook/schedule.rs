//! When money moves: payments by period and payor, payments by fiscal year, and each investor's cash, in one future and expected.

use crate::deal::{PeriodId, TrancheId};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::Book;
use super::journal::{DRAWN, PAID, RECEIVED};
use super::look::{begin, formula, heads, major, number, widths};
use super::lookup::{By, letters};
use crate::metrics::{Investment, Value};
use crate::numeric::math;
use crate::stats::Summary;
use crate::words::count::counted;

/// Row of the heads of the schedules, below the line with names.
const HEADS: u32 = 5;

/// Most cells that a formula adds one by one: a spreadsheet takes no more than 8,192 letters.
const LISTED: u16 = 100;

impl Book<'_> {
    /// What each payor pays by fiscal year.
    pub(super) fn payors(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, run, look) = (self.of.deal, self.of.run, &self.look);
        let notes = [
            &*format!(
                "{}, {}. 90% of trials lie between p5 and p95; ± is one Monte Carlo standard error.",
                deal.currency.code(),
                counted(run.trials, "trial")
            ),
            "Means add up over the years; percentiles do not: those of the total are the total's own. Black: formulas.",
        ];
        begin(sheet, look, "Payors", "What each payor pays, by fiscal year", &notes)?;
        widths(sheet, &[34.0, 15.0, 12.0, 15.0, 15.0, 15.0, 18.0])?;
        let mut row = 4;
        for (index, payor) in deal.payors.pairs() {
            let trial = format!("trial {}", self.of.trial.number);
            heads(sheet, look, row, 0, &[&payor.name, "mean", "±", "p5", "p50", "p95", &trial], 1)?;
            let name_cell = format!("$A${}", row + 1);
            row += 1;
            let first = row;
            for (at, year) in deal.timeline.fiscal_years().into_iter().enumerate() {
                let excel = row + 1;
                sheet.write_number_with_format(
                    row,
                    0,
                    f64::from(year),
                    &look.text.clone().set_num_format("\"FY\"0").set_align(rust_xlsxwriter::FormatAlign::Left),
                )?;
                if let Some(summary) = run.summary(Value::PayorYear(index, at)) {
                    spread(sheet, row, summary, &look.mean)?;
                }
                let (year_cell, year_text) = (format!("$A{excel}"), year.to_string());
                let conditions = [(By::Who, name_cell.as_str(), payor.name.as_str()), (By::FiscalYear, &year_cell, &year_text)];
                sheet.write_formula_with_format(row, 6, self.sum_cell(PAID, &conditions), &look.quiet)?;
                row += 1;
            }
            sheet.write_string_with_format(row, 0, "All years", &look.total_text)?;
            if let Some(summary) = run.summary(Value::PayorPaid(index)) {
                let given = look.mean.clone().set_bold().set_border_top(rust_xlsxwriter::FormatBorder::Thin);
                spread(sheet, row, summary, &given)?;
                let text = format!("=SUM(B{}:B{row})", first + 1);
                sheet.write_formula_with_format(row, 1, formula(&text, summary.mean), &look.mean_total)?;
            }
            let paid = self.of.trial.block.owed.payor_paid.row(index)[0];
            sheet.write_formula_with_format(row, 6, formula(&format!("=SUM(G{}:G{row})", first + 1), major(deal, paid)), &look.total)?;
            row += 2;
        }
        sheet.set_freeze_panes(4, 1)?;
        Ok(())
    }

    /// Writes names over two lines of heads: each spans the columns below it.
    fn named(&self, sheet: &mut Worksheet, names: &[String], below: &[&str], wide: u16) -> Result<(), XlsxError> {
        let look = &self.look;
        heads(sheet, look, HEADS - 1, 0, &["", ""], 2)?;
        heads(sheet, look, HEADS, 0, &["Date", "Period"], 2)?;
        sheet.set_row_height(HEADS - 1, 32)?;
        for (at, name) in (0u16..).zip(names) {
            let first = 2 + at * wide;
            if wide > 1 {
                sheet.merge_range(HEADS - 1, first, HEADS - 1, first + wide - 1, name, &look.head_middle)?;
            } else {
                sheet.write_string_with_format(HEADS - 1, first, name, &look.head_middle)?;
            }
            heads(sheet, look, HEADS, first, below, 0)?;
        }
        Ok(())
    }

    fn period(&self, sheet: &mut Worksheet, row: u32, period: u32) -> Result<(), XlsxError> {
        sheet.write_datetime_with_format(row, 0, &self.date(period)?, &self.look.date)?;
        sheet.write_string_with_format(row, 1, self.of.deal.timeline.label(period), &self.look.text)?;
        Ok(())
    }

    /// A line of totals below the schedule: the sum of every column in `columns`.
    fn sums(&self, sheet: &mut Worksheet, columns: &[(u16, f64, &Format)]) -> Result<u32, XlsxError> {
        let row = HEADS + 1 + self.of.deal.timeline.periods;
        sheet.write_string_with_format(row, 0, "All periods", &self.look.total_text)?;
        sheet.write_string_with_format(row, 1, "", &self.look.total_text)?;
        for (column, total, format) in columns {
            let letter = letters(*column);
            let text = format!("=SUM({letter}{}:{letter}{row})", HEADS + 2);
            sheet.write_formula_with_format(row, *column, formula(&text, *total), format)?;
        }
        Ok(row)
    }

    /// Payments by period and payor.
    pub(super) fn payments(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, look, flows) = (self.of.deal, &self.look, self.of.flows);
        let trial = format!("trial {}", self.of.trial.number);
        let notes = [&*format!(
            "{}. Under \"{trial}\": what the ledger says, by formula. Under \"expected\": the mean over {}.",
            deal.currency.code(),
            counted(self.of.run.trials, "trial")
        )];
        begin(sheet, look, "Payments", "Payments by period and payor", &notes)?;
        let mut names: Vec<String> = deal.payors.iter().map(|payor| payor.name.clone()).collect();
        names.push("All payors".into());
        self.named(sheet, &names, &[&trial, "expected"], 2)?;
        widths(sheet, &[12.0, 10.0])?;
        sheet.set_column_range_width(2, 1 + 2 * names.len() as u16, 16)?;
        let payors = deal.payors.len() as u16;
        let owed = &self.of.trial.block.owed;
        for period in 0..deal.timeline.periods {
            let (row, at) = (HEADS + 1 + period, PeriodId::from(period));
            let excel = row + 1;
            self.period(sheet, row, period)?;
            let (date_cell, date) = (format!("$A{excel}"), deal.timeline.date(period).to_string());
            let (mut paid, mut expected) = (0, 0);
            for ((id, payor), name) in deal.payors.ids().zip(0u16..).zip(&names) {
                let column = 2 + 2 * payor;
                let name_cell = format!("{}${HEADS}", letters(column));
                let conditions = [(By::Who, name_cell.as_str(), name.as_str()), (By::Date, &date_cell, &date)];
                sheet.write_formula_with_format(row, column, self.sum_cell(PAID, &conditions), &look.quiet)?;
                let sum = flows.paid[id][at];
                sheet.write_number_with_format(row, column + 1, flows.mean(deal, sum), &look.mean)?;
                paid += owed.paid_in(id, at)[0];
                expected += sum;
            }
            let every = |offset: u16| {
                if payors > LISTED {
                    let (last, head, caption) = (letters(1 + 2 * payors), HEADS + 1, [trial.as_str(), "expected"][usize::from(offset)]);
                    return format!("SUMIF($C${head}:${last}${head},\"{caption}\",C{excel}:{last}{excel})");
                }
                let cells: Vec<String> = (0..payors).map(|payor| format!("{}{excel}", letters(2 + 2 * payor + offset))).collect();
                if cells.is_empty() { "0".into() } else { cells.join("+") }
            };
            let column = 2 + 2 * payors;
            sheet.write_formula_with_format(row, column, formula(&format!("={}", every(0)), major(deal, paid)), &look.quiet)?;
            let rounded = look.worked.clone().set_num_format("#,##0;-#,##0;\"–\"");
            sheet.write_formula_with_format(row, column + 1, formula(&format!("={}", every(1)), flows.mean(deal, expected)), &rounded)?;
        }
        let mut columns = Vec::new();
        let (mut all_paid, mut all_expected) = (0, 0);
        for (id, payor) in deal.payors.ids().zip(0u16..) {
            let (paid, sum) = (owed.payor_paid.row(id)[0], flows.paid[id].iter().sum::<i128>());
            columns.push((2 + 2 * payor, major(deal, paid), &look.total));
            columns.push((3 + 2 * payor, flows.mean(deal, sum), &look.mean_total));
            all_paid += paid;
            all_expected += sum;
        }
        columns.push((2 + 2 * payors, major(deal, all_paid), &look.total));
        columns.push((3 + 2 * payors, flows.mean(deal, all_expected), &look.mean_total));
        self.sums(sheet, &columns)?;
        sheet.set_freeze_panes(HEADS + 1, 2)?.set_repeat_rows(HEADS - 1, HEADS)?;
        Ok(())
    }

    /// Each investor's cash by period.
    pub(super) fn tranches(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, look, flows) = (self.of.deal, &self.look, self.of.flows);
        let trial = format!("trial {}", self.of.trial.number);
        let notes = [
            &*format!(
                "{}. Drawn, received and net: {trial}, by formula over the ledger. Expected: mean net cash over {}.",
                deal.currency.code(),
                counted(self.of.run.trials, "trial")
            ),
            "IRR: effective annual rate of the net cash by period; blank where nothing was drawn, all was lost, or no one rate solves it.",
        ];
        begin(sheet, look, "Tranches", "Cash of investors and donors, by period", &notes)?;
        let names: Vec<String> = deal.capital.tranches.iter().map(|tranche| tranche.name.clone()).collect();
        self.named(sheet, &names, &["drawn", "received", "net", "expected net"], 4)?;
        widths(sheet, &[14.0, 10.0])?;
        if !names.is_empty() {
            sheet.set_column_range_width(2, 1 + 4 * names.len() as u16, 15)?;
        }
        let cash = &self.of.trial.block.cash;
        let mut columns = Vec::new();
        for ((index, at), name) in deal.capital.tranches.ids().zip(0u16..).zip(&names) {
            let first = 2 + 4 * at;
            let [put_in, received, net] = [letters(first), letters(first + 1), letters(first + 2)];
            let name_cell = format!("${put_in}${HEADS}");
            for period in 0..deal.timeline.periods {
                let (row, at) = (HEADS + 1 + period, PeriodId::from(period));
                let excel = row + 1;
                self.period(sheet, row, period)?;
                let (date_cell, date) = (format!("$A{excel}"), deal.timeline.date(period).to_string());
                let conditions = [(By::Who, name_cell.as_str(), name.as_str()), (By::Date, &date_cell, &date)];
                sheet.write_formula_with_format(row, first, self.sum_cell(DRAWN, &conditions), &look.quiet)?;
                sheet.write_formula_with_format(row, first + 1, self.sum_cell(RECEIVED, &conditions), &look.quiet)?;
                let flow = major(deal, cash.flows[index].row(at)[0]);
                let text = format!("={received}{excel}-{put_in}{excel}");
                sheet.write_formula_with_format(row, first + 2, formula(&text, flow), &look.quiet)?;
                sheet.write_number_with_format(row, first + 3, flows.mean(deal, flows.net[index][at]), &look.mean)?;
            }
            let (drawn, back) = (cash.standing.drawn.row(index)[0], cash.received.row(index)[0]);
            columns.push((first, major(deal, drawn), &look.total));
            columns.push((first + 1, major(deal, back), &look.total));
            columns.push((first + 2, major(deal, back - drawn), &look.total));
            columns.push((first + 3, flows.mean(deal, flows.net[index].iter().sum()), &look.mean_total));
            let (multiple, irr) = (HEADS + 2 + deal.timeline.periods, HEADS + 3 + deal.timeline.periods);
            if !deal.capital.tranches[index].is_repaid() {
                continue;
            }
            let total = multiple;
            if drawn > 0 {
                let text = format!("={received}{total}/{put_in}{total}");
                sheet.write_formula_with_format(multiple, first + 2, formula(&text, back as f64 / drawn as f64), &look.multiple)?;
            }
            if let Some(rate) = self.rate(index).filter(|rate| *rate > -0.99) {
                let years = deal.timeline.length.per_year();
                // Spreadsheets search from a guess, and not all find the rate from far away.
                let guess = math::pow(1.0 + rate, 1.0 / f64::from(years)) - 1.0;
                let text = format!("=(1+IRR({net}{}:{net}{},{guess:.3}))^{years}-1", HEADS + 2, total - 1);
                sheet.write_formula_with_format(irr, first + 2, formula(&text, rate), &look.rate)?;
            }
        }
        if !names.is_empty() {
            let row = self.sums(sheet, &columns)?;
            sheet.write_string_with_format(row + 1, 0, "Multiple", &look.text)?;
            sheet.write_string_with_format(row + 2, 0, "IRR", &look.text)?;
        }
        sheet.set_freeze_panes(HEADS + 1, 2)?.set_repeat_rows(HEADS - 1, HEADS)?;
        Ok(())
    }

    /// The engine's internal rate of return of a tranche in the future that is followed, if there is one.
    fn rate(&self, tranche: TrancheId) -> Option<f64> {
        let at = self.of.run.place(Value::Irr(Investment::Tranche(tranche)))?;
        self.of.trial.metrics.get(at).map(|(_, rate)| *rate).filter(|rate| rate.is_finite())
    }
}

/// Mean, standard error and percentiles in the columns from the second on.
fn spread(sheet: &mut Worksheet, row: u32, summary: &Summary, format: &Format) -> Result<(), XlsxError> {
    let values = [summary.mean, summary.se, summary.p5, summary.p50, summary.p95];
    (1..).zip(values).try_for_each(|(column, value)| number(sheet, row, column, value, format))
}
