//! Sums over the ledger: the formula, and what it comes to.

use std::collections::{BTreeSet, HashMap};

use rust_xlsxwriter::{ExcelDateTime, Formula, XlsxError};

use super::Book;
use super::journal::{FIRST, Row};
use super::look::{formula, major};
use crate::deal::{Deal, PeriodId};
use crate::numeric::each::Each;

/// A column of the ledger that a sum is picked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// A kind of line, and the columns that must be something with what that is.
type Asked = (&'static str, Vec<(By, String)>);

/// The sums of the ledger by what they are asked by, and its names, looked up instead of looked for.
#[derive(Debug, Default)]
pub(super) struct Index {
    sums: HashMap<Asked, i64>,
    /// Names by their small letters.
    names: HashMap<String, BTreeSet<String>>,
}

impl Index {
    pub(super) fn of(deal: &Deal, rows: &[Row]) -> Self {
        let mut index = Self::default();
        let days: Each<PeriodId, [String; 2]> = (0..deal.timeline.periods)
            .map(|period| [deal.timeline.date(period).to_string(), deal.timeline.fiscal_year(period).to_string()])
            .collect();
        for row in rows {
            let [date, year] = &days[row.period];
            let who = (By::Who, row.who.clone());
            let asked = [
                Vec::new(),
                vec![(By::Subject, row.subject.clone())],
                vec![who.clone()],
                vec![who.clone(), (By::FiscalYear, year.clone())],
                vec![who, (By::Date, date.clone())],
            ];
            asked.into_iter().for_each(|conditions| *index.sums.entry((row.kind, conditions)).or_default() += row.amount);
            for name in [&row.who, &row.subject] {
                let alike = index.names.entry(name.to_lowercase()).or_default();
                if !alike.contains(name) {
                    alike.insert(name.clone());
                }
            }
        }
        index
    }
}

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

    /// The sum of the amounts of a kind of line that meet all conditions, as the text of a formula and in minor units. Asked by nothing, by a
    /// subject, by who, or by who and when.
    pub(super) fn sum(&self, kind: &'static str, conditions: &[Condition<'_>]) -> (String, i64) {
        let asked = conditions.iter().map(|&(by, _, wanted)| (by, wanted.to_owned())).collect();
        let total = self.index.sums.get(&(kind, asked)).copied().unwrap_or(0);
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
    pub(super) fn sum_cell(&self, kind: &'static str, conditions: &[Condition<'_>]) -> Formula {
        let (text, total) = self.sum(kind, conditions);
        formula(&format!("={text}"), major(self.of.deal, total))
    }

    /// Whether a spreadsheet would take a name for a pattern, a comparison, a number or another name.
    fn is_treacherous(&self, name: &str) -> bool {
        let alike = self.index.names.get(&name.to_lowercase());
        name.contains(['*', '?', '~'])
            || name.starts_with(['<', '>', '='])
            || name.starts_with(|letter: char| letter.is_ascii_digit())
            || alike.is_some_and(|names| names.iter().any(|other| other != name))
    }
}

/// The letters of a column: A, Z, AA.
pub(super) fn letters(column: u16) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}
