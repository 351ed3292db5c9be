//! Which values may an uncertain number take? A small picture, shown by the dozen: the shape, three numbers below it, the old shape behind.
//!
//! Comes in: points of a density, shares of single values, and what is written below. Goes out: a picture. Must never know: which law it is.

use super::axis::Scale;
use super::before;
use super::canvas::{Anchor, Canvas, Rect, Type};
use super::label::spread_or_pack;
use super::theme::THEME;
use super::{ChartError, Picture, finite, share, stem};

/// The values that a number may take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LawShape {
    /// Points of the density from the least value to the greatest: value, and chance a unit of it.
    pub density: Vec<[f64; 2]>,
    /// Single values with a chance of their own: value, and chance from 0 to 1.
    pub masses: Vec<[f64; 2]>,
    /// The mean.
    pub mean: f64,
}

/// What is drawn of an uncertain number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LawChart {
    /// What the number is.
    pub name: String,
    /// The finding, for who does not see the picture: it is not written in it.
    pub title: String,
    /// More numbers, for the same reader.
    pub description: String,
    /// The law.
    pub shape: LawShape,
    /// The law as signed.
    pub before: Option<LawShape>,
    /// 5th percentile, median and 95th percentile, each with its text.
    pub ticks: [(f64, String); 3],
}

/// Size of the picture.
const SIZE: (f64, f64) = (220.0, 64.0);
/// White space at both sides.
const SIDE: f64 = 8.0;
/// The highest point of a shape, and the axis.
const TOP: f64 = 5.0;
const FOOT: f64 = 43.0;
/// Half the width of the bar of a single value.
const HALF: f64 = 3.0;
/// Width of the outline of an old shape.
const THIN: f64 = 1.25;
const TEXT: Type = Type { size: 11.0, ..Type::SMALL };

/// Draws a law. Heights compare between the two densities, and between the bars of single values, not between densities and bars; where a
/// law has both, the highest bar stands above the density.
///
/// # Errors
/// If a number is not finite, or a chance lies outside 0 to 1.
pub fn law(chart: &LawChart) -> Result<Picture, ChartError> {
    let LawChart { name, title, description, shape, before: old, ticks } = chart;
    let shapes = || core::iter::once(shape).chain(old);
    for LawShape { density, masses, mean } in shapes() {
        finite("a point of the density", density.as_flattened())?;
        finite("the mean", &[*mean])?;
        for [value, chance] in masses {
            finite("a single value", &[*value])?;
            share("the chance of a single value", *chance)?;
        }
    }
    finite("a percentile", &ticks.each_ref().map(|(value, _)| *value))?;
    let values = shapes().flat_map(|shape| shape.density.iter().chain(&shape.masses).map(|[value, _]| *value));
    let values = values.chain(ticks.iter().map(|(value, _)| *value));
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
    let has_bars = shapes().any(|shape| !shape.masses.is_empty());
    let side = if has_bars { SIDE + HALF } else { SIDE };
    let frame = Frame {
        scale: Scale { low, high, from: side, to: SIZE.0 - side },
        dense: (if has_bars { 0.7 } else { 1.0 }) * (FOOT - TOP) / highest(shapes().flat_map(|shape| &shape.density)),
        single: (FOOT - TOP) / highest(shapes().flat_map(|shape| &shape.masses)),
    };
    let mut canvas = Canvas::default();
    if let Some(old) = old {
        if !old.density.is_empty() {
            before::area_as_wide(&mut canvas, frame.outline(old), FOOT, THIN);
        }
        for Rect { left, top, right, bottom } in frame.bars(old) {
            before::area_as_wide(&mut canvas, vec![(left, top), (right, top)], bottom, THIN);
        }
    }
    if !shape.density.is_empty() {
        let mut outline = frame.outline(shape);
        let ends = [outline[outline.len() - 1].0, outline[0].0];
        outline.extend(ends.map(|x| (x, FOOT)));
        canvas.polygon(outline, THEME.main.faded(0.6));
    }
    frame.bars(shape).for_each(|bar| canvas.rect(bar, THEME.main));
    canvas.line((SIDE, FOOT), (SIZE.0 - SIDE, FOOT), THEME.muted, 1.0);
    let mean = frame.scale.at(shape.mean.clamp(low, high));
    canvas.line((mean, TOP - 3.0), (mean, FOOT), THEME.ink, 1.5);
    labels(&mut canvas, &frame.scale, ticks);
    let description = format!("Small chart of a law. {title}. {description}");
    canvas.sized(SIZE, stem("law", name), title.clone(), description.trim_end().to_owned())
}

/// The highest of the points; 1 where none is above 0.
fn highest<'a>(points: impl Iterator<Item = &'a [f64; 2]>) -> f64 {
    let highest = points.map(|[_, height]| *height).fold(0.0, f64::max);
    if highest > 0.0 { highest } else { 1.0 }
}

/// Where values stand, and pixels a unit of density and of chance.
struct Frame {
    scale: Scale,
    dense: f64,
    single: f64,
}

impl Frame {
    fn outline(&self, shape: &LawShape) -> Vec<(f64, f64)> {
        shape.density.iter().map(|[value, height]| (self.scale.at(*value), FOOT - height.max(0.0) * self.dense)).collect()
    }

    fn bars(&self, shape: &LawShape) -> impl Iterator<Item = Rect> {
        shape.masses.iter().map(|[value, chance]| {
            let (x, height) = (self.scale.at(*value), (chance * self.single).max(1.5));
            Rect { left: x - HALF, top: FOOT - height, right: x + HALF, bottom: FOOT }
        })
    }
}

/// The ticks, moved apart; texts that are the same are written once, and where three have no room the middle one is left out.
fn labels(canvas: &mut Canvas, scale: &Scale, ticks: &[(f64, String); 3]) {
    let mut shown: Vec<&(f64, String)> = ticks.iter().collect();
    shown.dedup_by(|one, other| one.1 == other.1);
    let width = |(_, text): &&(f64, String)| TEXT.width(text);
    if shown.len() == 3 && shown.iter().map(width).sum::<f64>() + 16.0 > SIZE.0 - 4.0 {
        shown.remove(1);
    }
    let texts: Vec<String> = shown.iter().map(|(_, text)| TEXT.ellipsize(text, (SIZE.0 - 16.0) / shown.len() as f64)).collect();
    let wanted: Vec<f64> = shown.iter().map(|(value, _)| scale.at(*value)).collect();
    let sizes: Vec<f64> = texts.iter().map(|text| TEXT.width(text)).collect();
    let centres = spread_or_pack(&wanted, &sizes, 8.0, 2.0, SIZE.0 - 2.0);
    for ((text, from), to) in texts.iter().zip(&wanted).zip(centres) {
        canvas.line((*from, FOOT), (*from, FOOT + 4.0), THEME.muted, 1.0);
        canvas.text(to, SIZE.1 - 4.0, text, TEXT.coloured(THEME.ink), Anchor::Middle);
    }
}
