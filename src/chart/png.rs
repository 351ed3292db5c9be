//! How does the canvas become a PNG of twice its nominal size?
//!
//! Comes in: shapes and a size. Goes out: the bytes of a PNG. Must never know: which chart it is.
//!
//! Plotters' bitmap backend smooths neither thick lines nor polygons, and sets letters on whole pixels. So the picture is drawn three
//! times as fine as wanted in both directions, letters are drawn from their outlines, and each square of nine becomes one pixel.

use ab_glyph::{Font as _, PxScale, ScaleFont as _, point};
use image::ImageEncoder as _;
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingErrorKind};

use super::ChartError;
use super::shape::{Anchor, Shape, TextLine};
use super::theme::Colour;

const RESOLUTION: u32 = 2;
const SAMPLES: u32 = 3;
const FINENESS: f64 = (RESOLUTION * SAMPLES) as f64;

struct Stroke(Colour, f64);

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.0.alpha, rgb: self.0.rgb }
    }

    fn stroke_width(&self) -> u32 {
        (self.1 * FINENESS).round() as u32
    }
}

/// Renders `shapes` on a page of `size` CSS pixels.
pub(super) fn render(shapes: &[Shape], size: (u32, u32)) -> Result<Vec<u8>, ChartError> {
    let fine = (size.0 * RESOLUTION * SAMPLES, size.1 * RESOLUTION * SAMPLES);
    // white paper: every colour of the theme is drawn on it
    let mut samples = vec![0xff_u8; fine.0 as usize * fine.1 as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut samples, fine);
        draw(&mut backend, shapes).map_err(|error| ChartError::Drawing(error.to_string()))?;
        backend.present().map_err(|error| ChartError::Drawing(error.to_string()))?;
    }
    let (width, height) = (size.0 * RESOLUTION, size.1 * RESOLUTION);
    let pixels = averaged(&samples, width as usize, height as usize);
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&pixels, width, height, image::ColorType::Rgb8)
        .map_err(|error| ChartError::Drawing(error.to_string()))?;
    Ok(png)
}

fn averaged(samples: &[u8], width: usize, height: usize) -> Vec<u8> {
    let side = SAMPLES as usize;
    let stride = width * side * 3;
    let count = (side * side) as u16;
    let mut pixels = Vec::with_capacity(width * height * 3);
    let mut sums = vec![0_u16; stride];
    for rows in samples.chunks_exact(stride * side) {
        sums.fill(0);
        for row in rows.chunks_exact(stride) {
            sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += u16::from(value));
        }
        for square in sums.chunks_exact(side * 3) {
            for channel in 0..3 {
                let sum: u16 = square.iter().skip(channel).step_by(3).sum();
                pixels.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    pixels
}

fn draw<B: DrawingBackend>(backend: &mut B, shapes: &[Shape]) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    for shape in shapes {
        match shape {
            Shape::Rect { left, top, right, bottom, fill } => {
                backend.draw_rect(grid(*left, *top), grid(*right, *bottom), &Stroke(*fill, 0.0), true)?;
            }
            Shape::Polygon { points, fill } => {
                backend.fill_polygon(points.iter().map(|&(x, y)| grid(x, y)), &Stroke(*fill, 0.0))?;
            }
            Shape::Path { points, colour, width } => {
                backend.draw_path(points.iter().map(|&(x, y)| grid(x, y)), &Stroke(*colour, *width))?;
            }
            Shape::Text(line) => draw_text(backend, line)?,
        }
    }
    Ok(())
}

fn draw_text<B: DrawingBackend>(backend: &mut B, line: &TextLine) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let font = line.weight.font();
    let units_per_em = font.units_per_em().expect("an outline font states its units");
    let scale = PxScale::from((line.size * FINENESS) as f32 * font.height_unscaled() / units_per_em);
    let scaled = font.as_scaled(scale);
    let width: f32 = line.content.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum();
    let mut pen = match line.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let origin = grid(line.x, line.y);
    for letter in line.content.chars() {
        let glyph = scaled.glyph_id(letter);
        let mut dots: Vec<(BackendCoord, f64)> = Vec::new();
        if glyph.0 == 0 && !line.upwards {
            missing_letter(backend, line, f64::from(pen) / FINENESS, f64::from(scaled.h_advance(glyph)) / FINENESS)?;
        }
        if let Some(outline) = font.outline_glyph(glyph.with_scale_and_position(scale, point(pen, 0.0))) {
            let bounds = outline.px_bounds();
            outline.draw(|x, y, coverage| {
                if coverage > 0.003 {
                    let (right, down) = (bounds.min.x as i32 + x as i32, bounds.min.y as i32 + y as i32);
                    let (dx, dy) = if line.upwards { (down, -right) } else { (right, down) };
                    dots.push(((origin.0 + dx, origin.1 + dy), f64::from(coverage.min(1.0))));
                }
            });
        }
        for (place, coverage) in dots {
            backend.draw_pixel(place, BackendColor { alpha: line.colour.alpha * coverage, rgb: line.colour.rgb })?;
        }
        pen += scaled.h_advance(glyph);
    }
    Ok(())
}

/// An empty box for a letter that our font lacks, as everywhere else, so that a name is never cut without a trace.
fn missing_letter<B: DrawingBackend>(
    backend: &mut B,
    line: &TextLine,
    pen: f64,
    advance: f64,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let (left, right) = (line.x + pen + 0.08 * line.size, line.x + pen + advance - 0.08 * line.size);
    let (top, bottom) = (line.y - 0.7 * line.size, line.y);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    backend.draw_path(corners.map(|(x, y)| grid(x, y)), &Stroke(line.colour, line.size / 16.0))
}

fn grid(x: f64, y: f64) -> BackendCoord {
    ((x * FINENESS).round() as i32, (y * FINENESS).round() as i32)
}
