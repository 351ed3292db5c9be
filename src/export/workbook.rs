//! `deal.xlsx`: can a finance officer follow the arithmetic of one future, line by line, and see it beside what is expected?
//!
//! Comes in: a deal, what a run came to, and one trial of it in full. Goes out: the bytes of a workbook whose totals are live formulas over
//! its ledger, each with its result, so that viewers that do not calculate show it too. The same run gives the same bytes. Must never
//! know: how a number came about.

mod figures;
mod front;
mod journal;
mod look;
mod lookup;
mod schedule;
mod totals;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::deal::Deal;
use crate::study::{Flows, Run, Trial};
use journal::Row;
use look::Look;
use lookup::Index;

/// Everything that the workbook shows.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The deal.
    pub deal: &'a Deal,
    /// What all trials came to.
    pub run: &'a Run,
    /// Cash by period over all trials.
    pub flows: &'a Flows,
    /// The future that is followed line by line.
    pub trial: &'a Trial,
    /// SHA-256 of the scenario's text.
    pub hash: &'a str,
}

/// Payors and tranches that find room side by side on a sheet, with two and four columns each.
const MOST_PAYORS: usize = 8_000;
const MOST_TRANCHES: usize = 4_000;

/// The workbook while it is made.
struct Book<'a> {
    of: Contents<'a>,
    rows: Vec<Row>,
    index: Index,
    look: Look,
}

/// The workbook as the bytes of a file.
///
/// # Errors
/// [`XlsxError`]: more than a sheet holds: a ledger of a million lines, or too many payors or tranches side by side.
pub fn bytes(of: Contents<'_>) -> Result<Vec<u8>, XlsxError> {
    if of.deal.payors.len() > MOST_PAYORS || of.deal.capital.tranches.len() > MOST_TRANCHES {
        return Err(XlsxError::RowColumnLimitError);
    }
    let rows = journal::rows(of.deal, of.trial);
    let book = Book { of, index: Index::of(of.deal, &rows), rows, look: Look::new(of.deal.currency) };
    let mut file = Workbook::new();
    // A fixed day, so that the same run gives the same bytes.
    let properties = DocProperties::new()
        .set_title(&of.deal.name)
        .set_comment(format!("pfsim {}, seed {}, scenario {}", env!("CARGO_PKG_VERSION"), of.run.seed, of.hash))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    file.set_properties(&properties);
    book.front(file.add_worksheet())?;
    book.payors(file.add_worksheet())?;
    book.payments(file.add_worksheet())?;
    book.tranches(file.add_worksheet())?;
    book.ledger(file.add_worksheet())?;
    book.totals(file.add_worksheet())?;
    book.summary(file.add_worksheet())?;
    book.chances(file.add_worksheet())?;
    book.inputs(file.add_worksheet())?;
    book.terms(file.add_worksheet())?;
    file.save_to_buffer()
}
