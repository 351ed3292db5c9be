//! How is it written? Numbers and lists as text, for people and for tables.
//!
//! Comes in: numbers and names. Goes out: text. Must never know: what a number means.
//!
//! What people read is written in one way: thousands are set apart by commas, a minus is `−` (U+2212) everywhere, in the terminal, on the
//! page and on charts, and [`number::NONE`] stands where there is no number. Nothing that is uncertain is called 0% or 100%. Each number
//! has one form for a table ([`money`], [`share`], [`number`], [`count`]), and a shorter one where it stands on a chart ([`board`]). What
//! machines read keeps their form, with `-` and without commas: [`csv`], and [`typed`] for what a person may paste into a file. JSON is
//! written by its library, a law for `assumptions.csv` by `sampling`.

pub mod board;
pub mod count;
pub mod csv;
mod digits;
pub mod list;
pub mod money;
pub mod number;
pub mod share;
pub mod typed;

/// A text from a file that somebody may have changed, without what a terminal would obey.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
