//! How does the canvas become a PNG of twice its nominal size?
//!
//! Comes in: shapes and a size. Goes out: the bytes of a PNG. Must never know: which chart it is.
//!
//! Everything is drawn once, at its final size, by the area of each pixel that it covers: shapes by `raster`, letters from their outlines.
//! Rectangles begin and end on whole pixels, so that neighbours leave no seam.

use ab_glyph::{Font as _, PxScale, ScaleFont as _, point};

use super::ChartError;
use super::raster::Page;
use super::shape::{Anchor, Shape, TextLine};

const RESOLUTION: f64 = 2.0;

/// Pixels that lines are wider than they are in the SVG: grey edges make thin ones look lighter than they are.
const BOLDER: f64 = 1.0 / 3.0;

/// Renders `shapes` on a page of `size` CSS pixels.
pub(super) fn render(shapes: &[Shape], size: (u32, u32)) -> Result<Vec<u8>, ChartError> {
    let mut page = Page::white(size.0 as usize * RESOLUTION as usize, size.1 as usize * RESOLUTION as usize);
    shapes.iter().for_each(|shape| draw(&mut page, shape));
    encoded(&page).map_err(|error| ChartError::Drawing(error.to_string()))
}

fn encoded(page: &Page) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, page.width as u32, page.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&page.pixels)?;
    writer.finish()?;
    Ok(bytes)
}

fn draw(page: &mut Page, shape: &Shape) {
    match shape {
        Shape::Rect { left, top, right, bottom, fill } => {
            let ([left, right], [top, bottom]) = (sides(*left, *right), sides(*top, *bottom));
            page.fill(&[(left, top), (right, top), (right, bottom), (left, bottom)], *fill);
        }
        Shape::Polygon { points, fill } => page.fill(&scaled(points), *fill),
        Shape::Path { points, colour, width } => page.stroke(&scaled(points), width * RESOLUTION + BOLDER, *colour),
        Shape::Text(line) => text(page, line),
    }
}

fn scaled(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    points.iter().map(|&(x, y)| (x * RESOLUTION, y * RESOLUTION)).collect()
}

/// Two sides of a rectangle on whole pixels; as they are where nothing would be left between them.
fn sides(low: f64, high: f64) -> [f64; 2] {
    let exact = [low * RESOLUTION, high * RESOLUTION];
    let whole = exact.map(f64::round);
    if whole[0] == whole[1] { exact } else { whole }
}

fn text(page: &mut Page, line: &TextLine) {
    let font = line.weight.font();
    let units_per_em = font.units_per_em().expect("an outline font states its units");
    let scale = PxScale::from((line.size * RESOLUTION) as f32 * font.height_unscaled() / units_per_em);
    let scaled = font.as_scaled(scale);
    let width: f32 = line.content.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum();
    let mut pen = match line.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (x, y) = (line.x * RESOLUTION, line.y * RESOLUTION);
    let (column, row) = (x.floor(), y.floor());
    // What the whole pixel leaves of the place, along the line of text and across it.
    let (along, across) = if line.upwards { (row - y, x - column) } else { (x - column, y - row) };
    for letter in line.content.chars() {
        let glyph = scaled.glyph_id(letter);
        let advance = scaled.h_advance(glyph);
        if glyph.0 == 0 && !line.upwards {
            missing_letter(page, line, f64::from(pen) / RESOLUTION, f64::from(advance) / RESOLUTION);
        }
        let placed = glyph.with_scale_and_position(scale, point(pen + along as f32, across as f32));
        if let Some(outline) = font.outline_glyph(placed) {
            let bounds = outline.px_bounds();
            outline.draw(|x, y, coverage| {
                let (right, down) = (bounds.min.x as i64 + i64::from(x), bounds.min.y as i64 + i64::from(y));
                let (dx, dy) = if line.upwards { (down, -right - 1) } else { (right, down) };
                if coverage > 0.003 {
                    page.dot((column as i64 + dx, row as i64 + dy), line.colour, f64::from(coverage.min(1.0)));
                }
            });
        }
        pen += advance;
    }
}

/// An empty box for a letter that our font lacks, as everywhere else, so that a name is never cut without a trace.
fn missing_letter(page: &mut Page, line: &TextLine, pen: f64, advance: f64) {
    let (left, right) = (line.x + pen + 0.08 * line.size, line.x + pen + advance - 0.08 * line.size);
    let (top, bottom) = (line.y - 0.7 * line.size, line.y);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    page.stroke(&scaled(&corners), line.size / 16.0 * RESOLUTION + BOLDER, line.colour);
}
