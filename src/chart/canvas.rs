//! What is to be drawn? The list of shapes and texts that a chart writes and the renderers read.
//!
//! Comes in: shapes and texts, in CSS pixels, y downwards. Goes out: a picture. Must never know: what a shape stands for.

use super::font::{self, Weight};
pub(super) use super::shape::Anchor;
use super::shape::{Shape, TextLine};
use super::theme::{Colour, THEME};
use super::{ChartError, Picture};

#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// How text is set, without its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub size: f64,
    pub weight: Weight,
    pub colour: Colour,
}

impl Type {
    pub(super) const TITLE: Self = Self { size: THEME.title, weight: Weight::Bold, colour: THEME.ink };
    pub(super) const TEXT: Self = Self { size: THEME.text, weight: Weight::Regular, colour: THEME.ink };
    pub(super) const STRONG: Self = Self { size: THEME.text, weight: Weight::Bold, colour: THEME.ink };
    pub(super) const SUBTITLE: Self = Self { size: THEME.text, weight: Weight::Regular, colour: THEME.muted };
    pub(super) const SMALL: Self = Self { size: THEME.small, weight: Weight::Regular, colour: THEME.muted };

    pub(super) const fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(super) fn width(self, text: &str) -> f64 {
        font::width(text, self.size, self.weight)
    }

    pub(super) fn wrap(self, text: &str, room: f64, most: usize) -> Vec<String> {
        font::wrap(text, self.size, self.weight, room, most)
    }

    pub(super) fn ellipsize(self, text: &str, room: f64) -> String {
        font::ellipsize(text, self.size, self.weight, room)
    }

    /// From one baseline to the next.
    pub(super) fn leading(self) -> f64 {
        (self.size * 1.32).ceil()
    }
}

/// Pixels in height beyond which no PNG is made: nobody could look at it, and it would take more than 100 MB to draw.
#[cfg(feature = "png")]
const TALLEST: u32 = 4_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Canvas {
    pub shapes: Vec<Shape>,
}

impl Canvas {
    /// A canvas with `title` and `subtitle` at its top, and the y where the chart may begin.
    pub(super) fn with_header(title: &str, subtitle: &str) -> (Self, f64) {
        let mut canvas = Self::default();
        let room = THEME.width - 2.0 * THEME.margin;
        let mut y = THEME.margin;
        for (kind, text, most) in [(Type::TITLE, title, 4), (Type::SUBTITLE, subtitle, 4)] {
            for line in font::wrap_evenly(text, kind.size, kind.weight, room, most) {
                y += kind.leading();
                canvas.text(THEME.margin, y - 0.3 * kind.size, &line, kind, Anchor::Start);
            }
            y += 3.0;
        }
        (canvas, y + 8.0)
    }

    pub(super) fn rect(&mut self, Rect { left, top, right, bottom }: Rect, fill: Colour) {
        self.shapes.push(Shape::Rect { left, top, right, bottom, fill });
    }

    pub(super) fn polygon(&mut self, points: Vec<(f64, f64)>, fill: Colour) {
        self.shapes.push(Shape::Polygon { points, fill });
    }

    pub(super) fn path(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64) {
        self.shapes.push(Shape::Path { points, colour, width });
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour, width: f64) {
        self.path(vec![from, to], colour, width);
    }

    /// A straight line of strokes `on` long, `off` apart.
    pub(super) fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour, width: f64, (on, off): (f64, f64)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt();
        let mut at = 0.0;
        while at < length {
            let end = (at + on).min(length);
            let point = |along: f64| (from.0 + dx * along / length, from.1 + dy * along / length);
            self.line(point(at), point(end), colour, width);
            at += on + off;
        }
    }

    /// The same along a line with corners.
    pub(super) fn dashed_path(&mut self, points: &[(f64, f64)], colour: Colour, width: f64, (on, off): (f64, f64)) {
        let (mut stroke, mut left, mut is_on) = (points[..points.len().min(1)].to_vec(), on, true);
        for ends in points.windows(2) {
            let [mut from, to] = [ends[0], ends[1]];
            loop {
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let length = (dx * dx + dy * dy).sqrt();
                if length <= left {
                    left -= length;
                    stroke.push(to);
                    break;
                }
                from = (from.0 + dx * left / length, from.1 + dy * left / length);
                stroke.push(from);
                let done = core::mem::replace(&mut stroke, vec![from]);
                if is_on {
                    self.path(done, colour, width);
                }
                is_on = !is_on;
                left = if is_on { on } else { off };
            }
        }
        if is_on && stroke.len() > 1 {
            self.path(stroke, colour, width);
        }
    }

    /// Diagonal strokes over a rectangle, rising or falling, so that a category can be told without its colour.
    pub(super) fn hatch(&mut self, area: Rect, colour: Colour, rising: bool) {
        let (width, height) = (area.right - area.left, area.bottom - area.top);
        let mut reach = 5.0;
        while reach < width + height {
            let (start, end) = ((reach - height).max(0.0), reach.min(width));
            let at = |along: f64| {
                if rising { (area.left + along, area.top + reach - along) } else { (area.right - along, area.top + reach - along) }
            };
            self.line(at(start), at(end), colour, 1.25);
            reach += 7.0;
        }
    }

    pub(super) fn text(&mut self, x: f64, y: f64, content: &str, kind: Type, anchor: Anchor) {
        if !content.is_empty() {
            let Type { size, weight, colour } = kind;
            self.shapes.push(Shape::Text(TextLine { x, y, content: content.to_owned(), size, weight, colour, anchor, upwards: false }));
        }
    }

    /// A text read from bottom to top, centred on `y`, with its baseline at `x`.
    pub(super) fn text_upwards(&mut self, x: f64, y: f64, content: &str, kind: Type) {
        let Type { size, weight, colour } = kind;
        let anchor = Anchor::Middle;
        self.shapes.push(Shape::Text(TextLine { x, y, content: content.to_owned(), size, weight, colour, anchor, upwards: true }));
    }

    /// A row of legend entries beginning at the left margin; breaks into more rows where it must. Returns the y below it.
    pub(super) fn legend(&mut self, top: f64, entries: &[(Swatch, &str)]) -> f64 {
        let (mut x, mut y) = (THEME.margin, top + 8.0);
        for &(swatch, caption) in entries {
            let width = 24.0 + 7.0 + Type::SMALL.width(caption);
            if x > THEME.margin && x + width > THEME.width - THEME.margin {
                (x, y) = (THEME.margin, y + 20.0);
            }
            self.swatch(swatch, Rect { left: x, top: y - 6.0, right: x + 24.0, bottom: y + 6.0 });
            self.text(x + 31.0, y + 4.0, caption, Type::SMALL.coloured(THEME.ink), Anchor::Start);
            x += width + 22.0;
        }
        y + 16.0
    }

    pub(super) fn swatch(&mut self, swatch: Swatch, area: Rect) {
        let middle = (area.top + area.bottom) / 2.0;
        match swatch {
            Swatch::Area(fill) => self.rect(area, fill),
            Swatch::Hatched(fill, strokes, rising) => {
                self.rect(area, fill);
                self.hatch(area, strokes, rising);
            }
            Swatch::Outlined(fill, colour, width) => {
                self.rect(area, fill);
                let Rect { left, top, right, bottom } = area;
                self.path(vec![(left, bottom), (left, top), (right, top), (right, bottom)], colour, width);
            }
            Swatch::Line(colour, width) => self.line((area.left, middle), (area.right, middle), colour, width),
            Swatch::Dashes(colour, width, dash) => self.dashed((area.left, middle), (area.right, middle), colour, width, dash),
        }
    }

    /// Renders the canvas, cut at `height`.
    pub(super) fn picture(self, height: f64, name: String, title: String, description: String) -> Result<Picture, ChartError> {
        self.sized((THEME.width, height), name, title, description)
    }

    /// Renders the canvas, cut at a width and a height.
    pub(super) fn sized(
        self,
        (width, height): (f64, f64),
        name: String,
        title: String,
        description: String,
    ) -> Result<Picture, ChartError> {
        let size = (width as u32, height.ceil() as u32);
        let svg = crate::chart::svg::render(&self.shapes, size, &title, &description)?;
        #[cfg(feature = "png")]
        let png = if size.1 <= TALLEST { Some(crate::chart::png::render(&self.shapes, size)?) } else { None };
        #[cfg(not(feature = "png"))]
        let png = None;
        Ok(Picture { name, title, description, svg, png })
    }
}

/// How a category looks, in the chart and in its legend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Swatch {
    Area(Colour),
    /// Fill, and the line around all sides but the lowest with its width.
    Outlined(Colour, Colour, f64),
    /// Fill, strokes, rising or falling.
    Hatched(Colour, Colour, bool),
    Line(Colour, f64),
    Dashes(Colour, f64, (f64, f64)),
}
