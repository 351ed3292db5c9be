//! How is it written? Numbers as text, for people and for tables.
//!
//! Comes in: numbers and names. Goes out: text. Must never know: what a number means.

pub mod csv;

/// A text from a file that somebody may have changed, without what a terminal would obey.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
