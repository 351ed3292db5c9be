//! What does the result look like?
//!
//! Comes in: plain data with units (amounts in major currency units, shares from 0 to 1, rates as 0.05 for 5% a year). Goes out: a
//! [`Picture`] a chart: SVG text, the same as PNG where the `png` feature is on, and a description for people who do not see it.
//! Must never know: deals, trials' inner life, the engine.
//!
//! Every chart writes one list of shapes and measured texts (the canvas). Two small renderers turn the list into SVG (through plotters'
//! backend) and PNG (`raster`), so both show the same picture, and the same data give the same bytes on every platform.

mod axis;
mod before;
mod canvas;
mod exceedance;
mod fan;
pub mod font;
mod future;
mod heat;
pub mod label;
mod law;
mod learnt;
mod liability;
mod lines;
mod moves;
mod paid_effective;
#[cfg(feature = "png")]
mod png;
mod power_curve;
#[cfg(feature = "png")]
mod raster;
mod returns;
mod shape;
mod sources_uses;
mod svg;
mod theme;
mod tornado;

pub use exceedance::{exceedance, exceedance_against};
pub use fan::{Fan, payments_fan, payments_fan_against, payments_fan_since};
pub use future::{Future, Strand, future};
pub use heat::{Heat, heat};
pub use law::{LawChart, LawShape, law};
pub use learnt::{Learnt, LearntRow, learnt};
pub use liability::{Liability, liability, liability_against};
pub use lines::{Lines, lines};
pub use moves::{CLAUSES, Moves, MovesRow, moves};
pub use paid_effective::{PaidEffective, Share, largest_paid_effective, largest_paid_effective_against, paid_effective};
pub use power_curve::{PowerCurve, power_curve};
pub use returns::{Returns, TrancheRow, tranche_returns, tranche_returns_against};
pub use sources_uses::{Slice, SourcesUses, sources_and_uses, sources_and_uses_against};
pub use theme::{Colour, Theme};
pub use tornado::{Tornado, TornadoBar, tornado};

/// One chart, ready to be put on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// File stem in lower-case ASCII, such as `payor-liability-state-workforce-agency`.
    pub name: String,
    /// The finding in one sentence; also drawn at the top of the picture.
    pub title: String,
    /// Alternative text with the numbers of the picture.
    pub description: String,
    /// A complete SVG document that refers to nothing outside itself.
    pub svg: String,
    /// The picture at twice its nominal size; `None` without the cargo feature `png`, or where it is taller than 4,000 pixels.
    pub png: Option<Vec<u8>>,
}

/// Why a chart was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChartError {
    /// A number is NaN or infinite.
    #[error("{field} must be a finite number, found {value}: leave undefined results out, or count them in their own share")]
    NotFinite {
        /// Which number.
        field: String,
        /// What was found.
        value: f64,
    },
    /// A share lies outside 0 to 1.
    #[error("{field} must be a share between 0 and 1, found {value}")]
    NotAShare {
        /// Which share.
        field: String,
        /// What was found.
        value: f64,
    },
    /// The parts of a whole do not add up to it.
    #[error("the four shares of {name:?} must add up to 1, found {sum}")]
    NotAWhole {
        /// Whose shares.
        name: String,
        /// Their sum.
        sum: f64,
    },
    /// Two lists that belong together differ in length.
    #[error("{labels} period labels for {bands} periods: give one label for each period")]
    LabelCount {
        /// How many labels were given.
        labels: usize,
        /// How many periods were given.
        bands: usize,
    },
    /// A band's percentiles are not in ascending order.
    #[error("the percentiles of period {period} must ascend from the 5th to the 95th, found {found:?}")]
    NotAscending {
        /// Which period, counted from 1.
        period: usize,
        /// What was found.
        found: [f64; 5],
    },
    /// The drawing backend refused to draw.
    #[error("cannot draw the chart: {0}")]
    Drawing(String),
}

/// Lets only finite numbers through.
fn finite(field: &str, values: &[f64]) -> Result<(), ChartError> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(&value) => Err(ChartError::NotFinite { field: field.to_owned(), value }),
        None => Ok(()),
    }
}

/// Lets only shares through, with room for rounding at both ends.
fn share(field: &str, value: f64) -> Result<(), ChartError> {
    finite(field, &[value])?;
    if (-1e-9..=1.0 + 1e-9).contains(&value) { Ok(()) } else { Err(ChartError::NotAShare { field: field.to_owned(), value }) }
}

/// Most letters of a file stem, so that it fits on every file system and leaves room for a number.
const LONGEST: usize = 120;

/// A file stem: `kind` and the letters and digits of `name`, joined by single hyphens. A minus sign is a word, so that −0.05 is not 0.05.
/// Different names may have the same stem, and a name without any ASCII letter has none of its own: whoever writes files tells them apart.
fn stem(kind: &str, name: &str) -> String {
    let mut stem = kind.to_owned();
    let (mut apart, mut before) = (true, ' ');
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_minus = matches!(letter, '-' | '\u{2212}') && !before.is_alphanumeric() && letters.peek().is_some_and(char::is_ascii_digit);
        if is_minus {
            stem.push_str("-minus");
        }
        if letter.is_ascii_alphanumeric() {
            if apart {
                stem.push('-');
            }
            stem.push(letter.to_ascii_lowercase());
        }
        apart = !letter.is_ascii_alphanumeric();
        before = letter;
    }
    stem.truncate(LONGEST);
    stem.truncate(stem.trim_end_matches('-').len());
    stem
}
