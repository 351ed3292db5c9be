//! What the workbook is and how to read it; the numbers that went in; the terms in sentences.

use rust_xlsxwriter::{Formula, Url, Worksheet, XlsxError};

use super::Book;
use super::look::{begin, fitting, heads, tall, widths};
use crate::deal::Grade;
use crate::report::check;
use crate::words::count::{counted, grouped};

/// The other sheets and what they answer.
const SHEETS: [(&str, &str); 9] = [
    ("Payors", "What may each payor owe in each fiscal year?"),
    ("Payments", "When is it paid: in one trial, and expected?"),
    ("Tranches", "What is drawn from investors and donors, what do they receive, and when?"),
    ("Ledger", "One trial, line by line: what fell due and why, who paid, what was drawn, spent and repaid."),
    ("Totals", "Does the ledger add up? Its totals beside the engine's figures, and where every cent went."),
    ("Summary", "Every figure over all trials, with its standard error."),
    ("Chances", "How likely is it?"),
    ("Inputs", "Every number about the world that the scenario states, with its source."),
    ("Terms", "The contract in sentences."),
];

impl Book<'_> {
    /// Writes the sheet that opens first.
    pub(super) fn front(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (of, look) = (&self.of, &self.look);
        let (deal, run) = (of.deal, of.run);
        begin(
            sheet,
            look,
            "Read me",
            &deal.name,
            &["A Pay for Success deal, simulated by pfsim: what may be owed, what may be lost, and why."],
        )?;
        widths(sheet, &[22.0, 110.0])?;
        let (first, last) = (deal.timeline.label(0), deal.timeline.label(deal.timeline.periods - 1));
        let facts = [
            ("About", deal.about.clone().unwrap_or_default()),
            ("Periods", format!("{first} to {last}, by {}", deal.timeline.length.noun())),
            ("Currency", deal.currency.code().to_string()),
            ("Trials (simulated futures)", grouped(run.trials)),
            ("Seed", run.seed.to_string()),
            (
                "The trial followed",
                format!(
                    "Trial {}: the median of what all payors pay together, among the first {}. It is one of many that may happen, not a forecast.",
                    of.trial.number,
                    counted(run.sample.trials, "trial")
                ),
            ),
            ("Made by", format!("pfsim {}", env!("CARGO_PKG_VERSION"))),
            ("Scenario (SHA-256)", of.hash.to_string()),
        ];
        let mut row = 3;
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            sheet.write_string_with_format(row, 0, *name, &look.text)?;
            sheet.write_string_with_format(row, 1, fitting(value.trim()), &look.wrap)?;
            tall(sheet, row, &[(value.trim(), 110.0)])?;
            row += 1;
        }
        row += 1;
        sheet.write_string_with_format(row, 0, "Does it add up?", &look.section)?;
        let yes = "yes: every total of the ledger is the engine's, to the cent";
        let text = format!("=IF({}=0,\"{yes}\",\"NO: see the sheet Totals\")", self.check_cell());
        sheet.write_formula_with_format(row, 1, Formula::new(text).set_result(yes), &look.section)?;
        row += 2;
        sheet.write_string_with_format(row, 0, "Sheets", &look.section)?;
        row += 1;
        for (name, what) in SHEETS {
            sheet.write_url(row, 0, Url::new(format!("internal:'{name}'!A1")).set_text(name))?;
            sheet.write_string_with_format(row, 1, what, &look.wrap)?;
            row += 1;
        }
        row += 1;
        let how = [
            "Blue numbers are given by the engine; black ones are formulas in this workbook, which you can follow and change.",
            "A change here changes this workbook only. To simulate other terms, change the scenario and run pfsim again.",
            "Payments and returns are simulated: they depend on assumptions, which the sheet Inputs lists with their sources and grades.",
        ];
        sheet.write_string_with_format(row, 0, "How to read it", &look.section)?;
        for text in how {
            sheet.write_string_with_format(row, 1, text, &look.wrap)?;
            row += 1;
        }
        Ok(())
    }

    /// Every number that the scenario states about the world.
    pub(super) fn inputs(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (deal, look) = (self.of.deal, &self.look);
        let grades = [Grade::Published, Grade::Computed, Grade::Derived, Grade::Inferred, Grade::Recalled, Grade::Assumed];
        let word = |grade| match grade {
            Grade::Published => "a source states it",
            Grade::Computed => "computed from published data",
            Grade::Derived => "derived under a stated rule",
            Grade::Inferred => "inferred from published numbers",
            Grade::Recalled => "recalled, not sighted",
            Grade::Assumed => "assumed",
        };
        let legend: Vec<String> = grades.into_iter().map(|grade| format!("{}: {}", grade.letter(), word(grade))).collect();
        begin(sheet, look, "Inputs", "What the scenario assumes about the world", &[&format!("Grades: {}.", legend.join("; "))])?;
        heads(sheet, look, 3, 0, &["number", "value", "grade", "source"], 4)?;
        widths(sheet, &[46.0, 46.0, 8.0, 90.0])?;
        for (row, assumption) in (4..).zip(&deal.assumptions) {
            sheet.write_string_with_format(row, 0, fitting(&assumption.path), &look.wrap)?;
            sheet.write_string_with_format(row, 1, fitting(&assumption.value), &look.wrap)?;
            sheet.write_string_with_format(
                row,
                2,
                assumption.grade.map_or(String::new(), |grade| grade.letter().to_string()),
                &look.text,
            )?;
            let source = assumption.source.as_deref().unwrap_or_default();
            sheet.write_string_with_format(row, 3, fitting(source), &look.wrap)?;
            tall(sheet, row, &[(&assumption.path, 46.0), (&assumption.value, 46.0), (source, 90.0)])?;
        }
        sheet.set_freeze_panes(4, 0)?.set_repeat_rows(3, 3)?;
        Ok(())
    }

    /// The contract in sentences.
    pub(super) fn terms(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        begin(sheet, &self.look, "Terms", "The contract in sentences", &[])?;
        widths(sheet, &[105.0])?;
        for (row, line) in (2..).zip(check::text(self.of.deal).lines()) {
            sheet.write_string_with_format(row, 0, fitting(line), &self.look.wrap)?;
            tall(sheet, row, &[(line, 105.0)])?;
        }
        Ok(())
    }
}
