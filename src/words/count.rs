//! How many? Whole numbers with commas, and with their noun.
//!
//! Comes in: counts and nouns in the singular. Goes out: text. Must never know: what is counted.

pub use super::digits::grouped;
use super::number::{NONE, signed_if_below};

/// A count that may be a mean, a quantile or a difference, to the nearest whole number: `1,235`, `−12`.
#[must_use]
pub fn whole(value: f64) -> String {
    if value.is_nan() { NONE.into() } else { signed_if_below(value, &grouped(value.abs().round() as u64)) }
}

/// A number with its noun: `1 cohort`, `1,200 people`.
#[must_use]
pub fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    let number = whole_number(number);
    if number == 1 { format!("1 {noun}") } else { format!("{} {}", grouped(number), plural(noun)) }
}

/// The same within a sentence of a contract, where one is a word: `one year`, `3 years`.
#[must_use]
pub fn spelled(number: impl TryInto<u64>, noun: &str) -> String {
    let number = whole_number(number);
    if number == 1 { format!("one {noun}") } else { counted(number, noun) }
}

/// Counts come as `u32`, `u64` and `usize`.
fn whole_number(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(u64::MAX)
}

/// The plural of a noun, or of words that end with one: `person` is `people`, `reported class` is `reported classes`.
#[must_use]
pub fn plural(noun: &str) -> String {
    let ends = |ends: &[&str]| ends.iter().any(|end| noun.ends_with(end));
    match noun {
        _ if ends(&["person"]) => format!("{}people", noun.strip_suffix("person").unwrap_or_default()),
        _ if ends(&["ay", "ey", "oy"]) => format!("{noun}s"),
        _ if ends(&["y"]) => format!("{}ies", noun.strip_suffix('y').unwrap_or_default()),
        _ if ends(&["s", "x", "ch", "sh"]) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}
