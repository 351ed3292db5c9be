//! An uncertain number that is one of the draws of a table.

use super::draws_faults::fault;
use super::law::{Fault, has_law};
use super::sources::Sources;
use super::uncertain::{DrawsText, LawText};
use crate::sampling::Distribution;

/// The distribution of a column, each of its rows as likely as another.
///
/// # Errors
/// A [`Fault`] where the file or the column is not there, or a value is not a number.
pub(super) fn distribution(text: &DrawsText, around: &LawText, sources: &Sources) -> Result<Distribution, Fault> {
    let cuts = [around.truncate_below, around.truncate_above, around.clip_below, around.clip_above];
    if cuts.iter().any(Option::is_some) || has_law(around) {
        let message = "draws stand alone: no other law, and nothing cut".to_string();
        return Err(fault("draws", message, "cut the table itself, or drop one of them"));
    }
    sources.column(&text.file, &text.column)
}
