//! How wide is a text?
//!
//! Comes in: a text and a size. Goes out: its width, or the lines it takes. Must never know: what the text says, where it will stand.
//!
//! The font is our own (Open Sans, subset, under the SIL Open Font License: `assets/fonts/OFL.txt`), so that layout does not depend on
//! what is installed. SVG viewers without it fall back along [`FAMILY`] to fonts of nearly the same width.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef};

/// The `font-family` of every SVG text.
pub const FAMILY: &str = "Pfs Sans, Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif";

static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| load(include_bytes!("../../assets/fonts/PfsSans-Regular.ttf")));
static BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| load(include_bytes!("../../assets/fonts/PfsSans-Bold.ttf")));

fn load(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the font in assets/fonts is part of the program and valid")
}

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For running text.
    Regular,
    /// For titles and what must be seen first.
    Bold,
}

impl Weight {
    /// The font of this weight.
    pub(super) fn font(self) -> &'static FontRef<'static> {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

/// Width of `text` at `size` CSS pixels an em.
#[must_use]
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let font = weight.font();
    let units_per_em = f64::from(font.units_per_em().expect("an outline font states its units"));
    let units: f64 = text.chars().map(|letter| f64::from(font.h_advance_unscaled(font.glyph_id(letter)))).sum();
    units * size / units_per_em
}

/// Whether our font has every letter of `text`; if not, its width is a guess.
#[must_use]
pub fn covers(text: &str, weight: Weight) -> bool {
    text.chars().all(|letter| weight.font().glyph_id(letter).0 != 0)
}

/// `text`, or as much of its beginning as fits into `room` followed by an ellipsis.
#[must_use]
pub fn ellipsize(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    loop {
        let shortened = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if kept.is_empty() || width(&shortened, size, weight) <= room {
            return shortened;
        }
        kept.pop();
    }
}

/// As [`wrap`], with lines of nearly equal length instead of a last one of a single word.
#[must_use]
pub fn wrap_evenly(text: &str, size: f64, weight: Weight, room: f64, most: usize) -> Vec<String> {
    let lines = wrap(text, size, weight, room, most);
    if lines.len() < 2 || lines.last().is_some_and(|line| line.ends_with('…')) {
        return lines;
    }
    // the narrowest room, in steps of a fiftieth, that needs no more lines
    let narrower = (25..50).map(|part| wrap(text, size, weight, room * f64::from(part) / 50.0, usize::MAX));
    narrower.into_iter().find(|even| even.len() <= lines.len()).unwrap_or(lines)
}

/// `text` in at most `most` lines no wider than `room`; words longer than a line are broken, what is left over is ellipsized.
#[must_use]
pub fn wrap(text: &str, size: f64, weight: Weight, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, size, weight) <= room {
            *line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for letter in word.chars() {
            let line = lines.last_mut().expect("there is always a line");
            line.push(letter);
            if line.chars().count() > 1 && width(line, size, weight) > room {
                line.pop();
                lines.push(letter.to_string());
            }
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        // what follows does not fit by construction, so the ellipsis is earned
        lines.push(ellipsize(&rest, size, weight, room));
    }
    lines
}
