//! What can be drawn: shapes and lines of text, in CSS pixels, y downwards.

use super::font::Weight;
use super::theme::Colour;

/// Which end of a text its x stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text; `y` is its baseline.
#[derive(Clone, Debug)]
pub(super) struct TextLine {
    pub x: f64,
    pub y: f64,
    pub content: String,
    pub size: f64,
    pub weight: Weight,
    pub colour: Colour,
    pub anchor: Anchor,
    /// Read from bottom to top, for the title of a vertical axis.
    pub upwards: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Shape {
    Rect { left: f64, top: f64, right: f64, bottom: f64, fill: Colour },
    Polygon { points: Vec<(f64, f64)>, fill: Colour },
    Path { points: Vec<(f64, f64)>, colour: Colour, width: f64 },
    Text(TextLine),
}
