//! How does the old shape look behind the new one?
//!
//! Comes in: outlines. Goes out: a pale shape, and what is called so in the legend and in the description. Must never know: which chart it
//! stands in, and what changed.
//!
//! The old shape is grey and lies under the new one, whose colours are dark or saturated: it is told apart without colour.

use super::canvas::{Canvas, Rect, Swatch};
use super::theme::THEME;

/// What the old shape is called in a legend.
pub(super) const AS_SIGNED: &str = "as signed";

/// Strokes of an old line, and the gaps between them.
pub(super) const DASH: (f64, f64) = (5.0, 3.0);

/// Width of an old line.
pub(super) const WIDTH: f64 = 2.0;

/// An old area in a legend.
pub(super) const AREA: Swatch = Swatch::Outlined(THEME.before.faded(FILL), THEME.before, WIDTH);

/// An old line in a legend.
pub(super) const LINE: Swatch = Swatch::Dashes(THEME.before, WIDTH, DASH);

/// How much of the colour fills an old area.
const FILL: f64 = 0.3;

/// An old area, closed at `foot`: filled where it stands out behind the new one, and outlined.
pub(super) fn area(canvas: &mut Canvas, outline: Vec<(f64, f64)>, foot: f64) {
    area_as_wide(canvas, outline, foot, WIDTH);
}

/// The same with an outline of another width.
pub(super) fn area_as_wide(canvas: &mut Canvas, outline: Vec<(f64, f64)>, foot: f64, width: f64) {
    let (Some(&(first, _)), Some(&(last, _))) = (outline.first(), outline.last()) else { return };
    let mut points = vec![(first, foot)];
    points.extend(outline);
    points.push((last, foot));
    canvas.polygon(points.clone(), THEME.before.faded(FILL));
    canvas.path(points, THEME.before, width);
}

/// An old rectangle.
pub(super) fn rect(canvas: &mut Canvas, Rect { left, top, right, bottom }: Rect) {
    area(canvas, vec![(left, top), (right, top)], bottom);
}

/// Where the old bar ended behind a new one that is taller and lets nothing through.
pub(super) fn level(canvas: &mut Canvas, new: Rect, old_top: f64) {
    if old_top > new.top + 4.0 && old_top < new.bottom - 3.0 {
        canvas.line((new.left, old_top), (new.right, old_top), THEME.paper, 3.0);
        canvas.line((new.left, old_top), (new.right, old_top), THEME.muted, 1.0);
    }
}

/// An old line.
pub(super) fn line(canvas: &mut Canvas, points: &[(f64, f64)]) {
    canvas.dashed_path(points, THEME.before, WIDTH, DASH);
}

/// The outline of bars: from and to, and the height of the top, in their order; where two do not touch it goes down to `foot`.
pub(super) fn steps(bars: impl Iterator<Item = (f64, f64, f64)>, foot: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (left, right, top) in bars {
        match points.last() {
            Some(&(x, _)) if left - x > 0.5 => points.extend([(x, foot), (left, foot)]),
            _ => {}
        }
        // bars of one height are one stretch
        if let [.., (_, before), (end, last)] = &mut points[..]
            && *before == *last
            && *last == top
            && left - *end <= 0.5
        {
            *end = right;
            continue;
        }
        points.extend([(left, top), (right, top)]);
    }
    points
}
