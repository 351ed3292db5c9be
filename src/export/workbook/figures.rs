//! What all futures together say: every metric and every chance with its error.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::Book;
use super::look::{begin, heads, number, widths};
use crate::metrics::{Unit, Value};
use crate::words::count::counted;

impl Book<'_> {
    /// Every metric.
    pub(super) fn summary(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, run, look) = (self.of.deal, self.of.run, &self.look);
        let notes = [
            &*format!(
                "{}. Money in {}, rates as percent a year, everything else as plain numbers.",
                counted(run.trials, "trial"),
                deal.currency.code()
            ),
            "±: one Monte Carlo standard error of the mean. Undefined: the share of trials without a value, which the other figures leave out.",
        ];
        begin(sheet, look, "Summary", "Every figure over all trials", &notes)?;
        let trial = format!("trial {}", self.of.trial.number);
        let names = ["metric", "mean", "±", "sd", "p5", "p25", "p50", "p75", "p95", "least", "most", "undefined", &trial, "in files"];
        heads(sheet, look, 4, 0, &names, 1)?;
        widths(sheet, &[46.0])?;
        sheet.set_column_range_width(1, 12, 15)?;
        sheet.set_column_range_width(13, 13, 46)?;
        for (row, (metric, (_, own))) in (5..).zip(run.metrics.iter().zip(&self.of.trial.metrics)) {
            let of = &metric.summary;
            sheet.write_string_with_format(row, 0, metric.value.quantity(deal).label, &look.text)?;
            sheet.write_string_with_format(row, 13, &metric.name, &look.text)?;
            let values = [of.mean, of.se, of.sd, of.p5, of.p25, of.p50, of.p75, of.p95, of.min, of.max];
            for (column, value) in (1..).zip(values) {
                number(sheet, row, column, value, self.format_of(metric.value, value))?;
            }
            number(sheet, row, 11, of.undefined as f64 / run.trials as f64, &look.share)?;
            number(sheet, row, 12, *own, if metric.value.is_money() { &look.money } else { self.format_of(metric.value, *own) })?;
        }
        sheet.set_freeze_panes(5, 1)?.set_repeat_rows(4, 4)?;
        Ok(())
    }

    fn format_of(&self, value: Value, number: f64) -> &Format {
        match value.quantity(self.of.deal).unit {
            Unit::Rate => &self.look.share,
            Unit::Money => &self.look.mean,
            _ => self.look.plain(number),
        }
    }

    /// Every chance.
    pub(super) fn chances(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, run, look) = (self.of.deal, self.of.run, &self.look);
        let notes = [
            "How often something holds, of the trials that it is asked of: a conditional chance is asked of some trials only.",
            "±: one Monte Carlo standard error.",
        ];
        begin(sheet, look, "Chances", "How likely it is", &notes)?;
        heads(sheet, look, 4, 0, &["chance", "share", "±", "holds in", "of trials", "in files"], 1)?;
        widths(sheet, &[60.0, 12.0, 12.0, 14.0, 14.0, 60.0])?;
        for (row, chance) in (5..).zip(&run.chances) {
            let share = &chance.share;
            sheet.write_string_with_format(row, 0, chance.chance.quantity(deal).label, &look.text)?;
            sheet.write_string_with_format(row, 5, &chance.name, &look.text)?;
            if share.count > 0 {
                number(sheet, row, 1, share.share(), &look.share)?;
                number(sheet, row, 2, share.standard_error(), &look.share)?;
            }
            sheet.write_number_with_format(row, 3, share.hits as f64, &look.whole)?;
            sheet.write_number_with_format(row, 4, share.count as f64, &look.whole)?;
        }
        sheet.set_freeze_panes(5, 1)?.set_repeat_rows(4, 4)?;
        Ok(())
    }
}
