//! `sweep.parquet`: the columns of `sweep.csv`, with their types.

use parquet::errors::ParquetError;

use super::columns::of_sweep;
use super::parquet::{SCHEMA_VERSION, table};
use crate::experiment::sweep::Sweep;
use crate::question::Question;
use crate::study::Row;

/// The table of `rows`, which [`of_sweep`] describes; `identity` is what the sweep is known by.
///
/// # Errors
/// What the Parquet writer says; it writes to memory, so this does not happen in practice.
pub fn bytes(sweep: &Sweep, asked: &[Question], rows: &[Row], identity: &str) -> Result<Vec<u8>, ParquetError> {
    let said = vec![
        ("schema_version", SCHEMA_VERSION.to_string()),
        ("engine", format!("pfsim {}", env!("CARGO_PKG_VERSION"))),
        ("sweep", sweep.name.clone()),
        ("identity", identity.to_string()),
        ("seed", sweep.seed.to_string()),
        ("trials", sweep.trials.to_string()),
    ];
    table(&of_sweep(sweep, asked, rows), said)
}
