//! How well a number is founded, in one letter.

use schemars::JsonSchema;
use serde::Deserialize;

/// How well a number is founded.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum GradeText {
    /// Published: the source states it.
    P,
    /// Computed from published microdata or tables.
    C,
    /// Derived by arithmetic under a stated rule.
    D,
    /// Inferred by arithmetic from published numbers.
    I,
    /// Recalled from general knowledge of a public document.
    R,
    /// Assumed; say why in `source`.
    A,
}
