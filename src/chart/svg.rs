//! How does the canvas become SVG?
//!
//! Comes in: shapes, a size, a title and a description. Goes out: an SVG document. Must never know: which chart it is.
//!
//! Plotters writes whole numbers only, so the picture is drawn on a grid eight times as fine; the `viewBox` keeps that grid and
//! `width` and `height` give the nominal size.

use core::convert::Infallible;

// The same backend: all of plotters would bring a browser's bindings into a module that a page loads.
#[cfg(not(target_arch = "wasm32"))]
use plotters::backend::SVGBackend;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, FontFamily, FontStyle, FontTransform};
#[cfg(target_arch = "wasm32")]
use plotters_svg::SVGBackend;

use super::ChartError;
use super::font::{self, FAMILY, Weight};
use super::shape::{Anchor, Shape, TextLine};
use super::theme::{Colour, THEME};

const FINENESS: f64 = 8.0;
/// Plotters gives a font its line height and divides by this to get the em.
const LINE_HEIGHT: f64 = 1.24;
/// How far plotters puts the baseline below a text's top anchor, in em.
const TOP_TO_BASELINE: f64 = 0.76;

/// Renders `shapes` on a page of `size` CSS pixels.
pub(super) fn render(shapes: &[Shape], size: (u32, u32), title: &str, description: &str) -> Result<String, ChartError> {
    let mut text = String::new();
    let fine = (size.0 * FINENESS as u32, size.1 * FINENESS as u32);
    let mut backend = SVGBackend::with_string(&mut text, fine);
    draw(&mut backend, shapes, fine)?;
    backend.present().map_err(refused)?;
    drop(backend);
    let head_end = text.find('>').ok_or_else(|| ChartError::Drawing("the SVG has no root element".to_owned()))?;
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">\n<title>{}</title>\n<desc>{}</desc>",
        size.0,
        size.1,
        fine.0,
        fine.1,
        escaped(title),
        escaped(description)
    );
    text.replace_range(..=head_end, &head);
    Ok(with_lengths(&text, shapes))
}

/// States the measured length of every text, so that a viewer without our font fits its own into the same place.
fn with_lengths(svg: &str, shapes: &[Shape]) -> String {
    let lines = shapes.iter().filter_map(|shape| if let Shape::Text(line) = shape { Some(line) } else { None });
    let mut pieces = svg.split("<text ");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (line, piece) in lines.zip(pieces) {
        out.push_str("<text ");
        if font::covers(&line.content, line.weight) {
            let length = font::width(&line.content, line.size, line.weight) * FINENESS;
            out.push_str(&format!("textLength=\"{length:.0}\" lengthAdjust=\"spacingAndGlyphs\" "));
        }
        out.push_str(piece);
    }
    out
}

fn refused(error: impl core::fmt::Display) -> ChartError {
    ChartError::Drawing(error.to_string())
}

fn draw(backend: &mut SVGBackend<'_>, shapes: &[Shape], fine: (u32, u32)) -> Result<(), ChartError> {
    let page = (fine.0 as i32, fine.1 as i32);
    backend.draw_rect((0, 0), page, &style(THEME.paper, 0.0), true).map_err(refused)?;
    for shape in shapes {
        match shape {
            Shape::Rect { left, top, right, bottom, fill } => {
                backend.draw_rect(grid(*left, *top), grid(*right, *bottom), &style(*fill, 0.0), true).map_err(refused)?;
            }
            Shape::Polygon { points, fill } => {
                backend.fill_polygon(points.iter().map(|&(x, y)| grid(x, y)), &style(*fill, 0.0)).map_err(refused)?;
            }
            Shape::Path { points, colour, width } => {
                backend.draw_path(points.iter().map(|&(x, y)| grid(x, y)), &style(*colour, *width)).map_err(refused)?;
            }
            Shape::Text(line) => {
                let rise = TOP_TO_BASELINE * line.size;
                let place = if line.upwards { grid(line.x - rise, line.y) } else { grid(line.x, line.y - rise) };
                backend.draw_text(&shown(&line.content), &Lettering(line), place).map_err(refused)?;
            }
        }
    }
    Ok(())
}

fn grid(x: f64, y: f64) -> (i32, i32) {
    ((x * FINENESS).round() as i32, (y * FINENESS).round() as i32)
}

/// How a shape is drawn.
struct Stroke {
    colour: BackendColor,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.colour
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

fn style(colour: Colour, width: f64) -> Stroke {
    Stroke { colour: rgba(colour), width: (width * FINENESS).round() as u32 }
}

fn rgba(Colour { rgb, alpha }: Colour) -> BackendColor {
    BackendColor { rgb, alpha }
}

/// How a line of text is written. Where it stands is measured by [`super::font`], not by plotters.
struct Lettering<'a>(&'a TextLine);

impl BackendTextStyle for Lettering<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        rgba(self.0.colour)
    }

    fn size(&self) -> f64 {
        self.0.size * FINENESS * LINE_HEIGHT
    }

    fn transform(&self) -> FontTransform {
        if self.0.upwards { FontTransform::Rotate270 } else { FontTransform::None }
    }

    fn style(&self) -> FontStyle {
        match self.0.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        }
    }

    fn anchor(&self) -> Pos {
        let horizontal = match self.0.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(horizontal, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FAMILY)
    }

    fn layout_box(&self, _: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        Ok(((0, 0), (0, 0)))
    }

    fn draw<E, D: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _: &str,
        _: BackendCoord,
        _: D,
    ) -> Result<Result<(), E>, Infallible> {
        Ok(Ok(()))
    }
}

/// XML 1.0 has no place for most control characters, escaped or not.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') { ' ' } else { letter }).collect()
}

fn escaped(text: &str) -> String {
    shown(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
