//! How does a figure change over two axes? One cell a scenario, darker where it is more, its number written in it.
//!
//! Comes in: labels of columns and rows, values. Goes out: a picture. Must never know: what is measured.

use super::canvas::{Anchor, Canvas, Rect, Type};
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, stem};

/// A figure over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// Name of the picture's file.
    pub name: String,
    /// The finding.
    pub title: String,
    /// What the cells hold.
    pub subtitle: String,
    /// Name of the axis from left to right, and its labels.
    pub columns: (String, Vec<String>),
    /// Name of the axis from top to bottom, and its labels.
    pub rows: (String, Vec<String>),
    /// Values by row and column; NaN where there is none.
    pub cells: Vec<Vec<f64>>,
    /// The same as people write them.
    pub written: Vec<Vec<String>>,
    /// Cells that are marked: what meets every requirement; empty where nothing is asked.
    pub marked: Vec<Vec<bool>>,
}

/// Pale to dark: what is written on it stays readable.
fn shade(share: f64) -> (Colour, Colour) {
    let mix = |from: u8, to: u8| (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as u8;
    let (pale, dark) = ((0xf2, 0xf6, 0xfa), (0x00, 0x55, 0x8a));
    let fill = Colour { rgb: (mix(pale.0, dark.0), mix(pale.1, dark.1), mix(pale.2, dark.2)), alpha: 1.0 };
    (fill, if share > 0.55 { THEME.paper } else { THEME.ink })
}

/// Draws a figure over two axes.
///
/// # Errors
/// What the backend says.
pub fn heat(heat: &Heat) -> Result<Picture, ChartError> {
    let (mut canvas, top) = Canvas::with_header(&heat.title, &heat.subtitle);
    let mut description = format!("Heat map. {} {}", heat.title, heat.subtitle);
    let labels = heat.rows.1.iter().map(|label| Type::SMALL.width(label)).fold(Type::STRONG.width(&heat.rows.0), f64::max).min(240.0);
    let left = THEME.margin + labels + 12.0;
    let width = (THEME.width - THEME.margin - left) / heat.columns.1.len() as f64;
    let height = 34.0;
    canvas.text((left + THEME.width - THEME.margin) / 2.0, top + 12.0, &heat.columns.0, Type::STRONG, Anchor::Middle);
    let first = top + 38.0;
    let stride = label_stride(&heat.columns.1, width);
    for (at, label) in heat.columns.1.iter().enumerate().filter(|(at, _)| at % stride == 0) {
        canvas.text(left + (at as f64 + 0.5) * width, first - 8.0, label, Type::SMALL, Anchor::Middle);
    }
    canvas.text(left - 8.0, first - 8.0, &heat.rows.0, Type::STRONG, Anchor::End);
    let known = || heat.cells.iter().flatten().copied().filter(|value| value.is_finite());
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    for (row, label) in heat.rows.1.iter().enumerate() {
        let y = first + row as f64 * height;
        let shown = Type::SMALL.ellipsize(label, labels);
        canvas.text(left - 8.0, y + height / 2.0 + 4.0, &shown, Type::SMALL.coloured(THEME.ink), Anchor::End);
        for (column, &value) in heat.cells[row].iter().enumerate() {
            let x = left + column as f64 * width;
            let area = Rect { left: x + 1.0, top: y + 1.0, right: x + width - 1.0, bottom: y + height - 1.0 };
            let share = if high > low { (value - low) / (high - low) } else { 0.0 };
            let (fill, ink) = if value.is_finite() { shade(share) } else { (THEME.grid, THEME.muted) };
            canvas.rect(area, fill);
            let text = &heat.written[row][column];
            if Type::SMALL.width(text) + 6.0 <= width {
                canvas.text(x + width / 2.0, y + height / 2.0 + 4.0, text, Type::SMALL.coloured(ink), Anchor::Middle);
            }
            if heat.marked.get(row).is_some_and(|marks| marks[column]) {
                let corner = vec![(area.left, area.top), (area.left + 11.0, area.top), (area.left, area.top + 11.0)];
                canvas.polygon(corner, THEME.second);
            }
            if heat.cells.len() * heat.columns.1.len() <= 60 {
                description += &format!(" {label}, {}: {text};", heat.columns.1[column]);
            }
        }
    }
    let mut bottom = first + heat.rows.1.len() as f64 * height + 10.0;
    if !heat.marked.is_empty() {
        let corner = vec![(THEME.margin, bottom), (THEME.margin + 11.0, bottom), (THEME.margin, bottom + 11.0)];
        canvas.polygon(corner, THEME.second);
        canvas.text(THEME.margin + 18.0, bottom + 10.0, "meets every requirement", Type::SMALL.coloured(THEME.ink), Anchor::Start);
        bottom += 24.0;
    }
    canvas.picture(bottom + 8.0, stem("heat", &heat.name), heat.title.clone(), description)
}

/// Every how many labels one can be written without touching the next.
fn label_stride(labels: &[String], width: f64) -> usize {
    let widest = labels.iter().map(|label| Type::SMALL.width(label)).fold(0.0, f64::max);
    ((widest + 8.0) / width).ceil().max(1.0) as usize
}
