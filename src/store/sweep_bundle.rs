//! Everything that the folder of a whole sweep holds, in memory.

use super::folder::JOURNAL;
use super::journal;
use crate::experiment::sweep::Sweep;
use crate::export::bundle::Bundle;
use crate::export::charts;
use crate::export::data::{self, About};
use crate::report::sweep as report;
use crate::study::Row;

/// The table that only some builds can make.
pub const COLUMNS: &str = "sweep.parquet";

/// The table, the answer, the charts and the journal of `sweep`, from all its rows in order; with `columns`, [`COLUMNS`] too.
#[must_use]
pub fn sweep_bundle(sweep: &Sweep, rows: &[Row], columns: bool) -> Bundle {
    let (asked, identity) = (sweep.asked(), journal::identity(sweep));
    let mut made = Bundle::default();
    made.add("sweep.csv", report::csv(sweep, &asked, rows).map(|table| vec![("sweep.csv".to_string(), table)]));
    made.extend([
        ("answer.txt", report::text(sweep, &asked, rows)),
        ("sweep.toml", sweep.text.clone()),
        ("sweep.json", data::text(&About::of_sweep(sweep), &data::Sweep::new(sweep, &asked, &identity))),
        (JOURNAL, journal::whole(&identity, rows)),
    ]);
    made.add("the charts", charts::of_sweep(sweep, &asked, rows));
    if columns {
        made.add(COLUMNS, parquet(sweep, rows, &identity).map(|table| vec![(COLUMNS.to_string(), table)]));
    }
    made
}

impl Sweep {
    /// Everything that the folder of this sweep holds, from all its rows in order: the table as CSV, the answer in sentences, charts. Nothing is
    /// written anywhere.
    #[must_use]
    pub fn bundle(&self, rows: &[Row]) -> Bundle {
        sweep_bundle(self, rows, false)
    }
}

#[cfg(feature = "parquet")]
fn parquet(sweep: &Sweep, rows: &[Row], identity: &str) -> Result<Vec<u8>, String> {
    crate::export::sweep_parquet::bytes(sweep, &sweep.asked(), rows, identity).map_err(|error| error.to_string())
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Sweep, _: &[Row], _: &str) -> Result<Vec<u8>, String> {
    Err("this build has no Parquet".into())
}
