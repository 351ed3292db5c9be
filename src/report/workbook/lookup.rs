//! Sums over the ledger: the formula, and what it comes to.

use rust_xlsxwriter::{ExcelDateTime, Formula, XlsxError};

use super::Book;
use super::journal::{FIRST, Row};
use super::look::{formula, major};

/// A column of the ledger that a sum is picked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Date,
    FiscalYear,
    Who,
    Subject,
}

impl By {
    fn letter(self) -> char {
        match self {
            Self::Date => 'B',
            Self::FiscalYear => 'D',
            Self::Who => 'F',
            Self::Subject => 'G',
        }
    }
}

/// A condition: the cell that holds what a column must be, and that as text.
pub(super) type Condition<'a> = (By, &'a str, &'a str);

impl Book<'_> {
    /// First day of a period.
    pub(super) fn date(&self, period: u32) -> Result<ExcelDateTime, XlsxError> {
        let date = self.of.deal.timeline.date(period);
        ExcelDateTime::from_ymd(u16::try_from(date.year()).unwrap_or(1900), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    /// The range of a column of the ledger.
    pub(super) fn range(&self, letter: char) -> String {
        format!("Ledger!${letter}${}:${letter}${}", FIRST + 1, self.last())
    }

    /// The sum of the amounts of a kind of line that meet all conditions, as the text of a formula and in minor units.
    pub(super) fn sum(&self, kind: &str, conditions: &[Condition<'_>]) -> (String, i64) {
        let deal = self.of.deal;
        let meets = |row: &&Row| {
            row.kind == kind
                && conditions.iter().all(|(by, _, wanted)| match by {
                    By::Date => deal.timeline.date(row.period as u32).to_string() == *wanted,
                    By::FiscalYear => deal.timeline.fiscal_year(row.period as u32).to_string() == *wanted,
                    By::Who => row.who == *wanted,
                    By::Subject => row.subject == *wanted,
                })
        };
        let total = self.rows.iter().filter(meets).map(|row| row.amount).sum();
        let (amounts, kinds) = (self.range('J'), self.range('E'));
        let is_name = |by: By| matches!(by, By::Who | By::Subject);
        let text = if conditions.iter().any(|(by, _, wanted)| is_name(*by) && self.is_treacherous(wanted)) {
            let parts: String = conditions
                .iter()
                .map(|(by, cell, _)| match is_name(*by) {
                    true => format!("*EXACT({},{cell})", self.range(by.letter())),
                    false => format!("*({}={cell})", self.range(by.letter())),
                })
                .collect();
            format!("SUMPRODUCT(({kinds}=\"{kind}\"){parts}*{amounts})")
        } else {
            let parts: String = conditions.iter().map(|(by, cell, _)| format!(",{},{cell}", self.range(by.letter()))).collect();
            format!("SUMIFS({amounts},{kinds},\"{kind}\"{parts})")
        };
        (text, total)
    }

    /// A cell with such a sum.
    pub(super) fn sum_cell(&self, kind: &str, conditions: &[Condition<'_>]) -> Formula {
        let (text, total) = self.sum(kind, conditions);
        formula(&format!("={text}"), major(self.of.deal, total))
    }

    /// Whether a spreadsheet would take a name for a pattern, a comparison, a number or another name.
    fn is_treacherous(&self, name: &str) -> bool {
        let alike = |other: &str| other != name && other.to_lowercase() == name.to_lowercase();
        name.contains(['*', '?', '~'])
            || name.starts_with(['<', '>', '='])
            || name.starts_with(|letter: char| letter.is_ascii_digit())
            || self.rows.iter().any(|row| alike(&row.who) || alike(&row.subject))
    }
}

/// The letters of a column: A, Z, AA.
pub(super) fn letters(column: u16) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}
