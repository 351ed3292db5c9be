//! Where on the page does a value stand?
//!
//! Comes in: ranges, values and their texts. Goes out: ticks, and flags over marked values. Must never know: what the values measure.

use super::canvas::{Anchor, Canvas, Rect, Type};
use super::label;
use super::theme::{Colour, THEME};
use crate::numeric::math;

/// A straight map from `low..high` to `from..to` CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Scale {
    /// The place of `value`. Halves first: the span of two large numbers of unlike sign may overflow.
    pub(super) fn at(&self, value: f64) -> f64 {
        let span = self.high / 2.0 - self.low / 2.0;
        self.from + (value / 2.0 - self.low / 2.0) / span * (self.to - self.from)
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that divides `span` into at most `most` steps.
pub(super) fn nice_step(span: f64, most: f64) -> f64 {
    let raw = span / most;
    let power = math::pow(10.0, math::log10(raw).floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|&step| step >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// The multiples of `step` from `low` to `high`.
pub(super) fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-6).ceil();
    let last = (high / step + 1e-6).floor();
    (0..=(last - first).max(0.0) as u32).map(|index| (first + f64::from(index)) * step).collect()
}

/// Lines across a plot with their labels left of it, and the title of the axis from bottom to top.
pub(super) fn left(canvas: &mut Canvas, plot: Rect, scale: &Scale, ticks: &[f64], write: &dyn Fn(f64) -> String, title: &str) {
    for &tick in ticks {
        let y = scale.at(tick);
        canvas.line((plot.left, y), (plot.right, y), if tick == 0.0 { THEME.muted } else { THEME.grid }, 1.0);
        canvas.text(plot.left - 8.0, y + 4.0, &write(tick), Type::SMALL, Anchor::End);
    }
    canvas.text_upwards(THEME.margin + 4.0, (plot.top + plot.bottom) / 2.0, title, Type::SMALL);
}

/// Tick marks and labels below a plot; labels that would touch are left out at an even stride.
pub(super) fn bottom(canvas: &mut Canvas, scale: &Scale, y: f64, ticks: &[f64], write: &dyn Fn(f64) -> String) {
    let widest = ticks.iter().map(|&tick| Type::SMALL.width(&write(tick))).fold(0.0, f64::max);
    let apart = if ticks.len() > 1 { (scale.at(ticks[1]) - scale.at(ticks[0])).abs() } else { f64::INFINITY };
    let stride = ((widest + 12.0) / apart).ceil().max(1.0) as usize;
    for tick in ticks.iter().step_by(stride) {
        let x = scale.at(*tick);
        canvas.line((x, y), (x, y + 5.0), THEME.muted, 1.0);
        let half = Type::SMALL.width(&write(*tick)) / 2.0;
        let x = x.clamp(4.0 + half, THEME.width - 4.0 - half);
        canvas.text(x, y + 18.0, &write(*tick), Type::SMALL, Anchor::Middle);
    }
}

/// A marked value: two lines of text above the plot, joined to their place on it.
pub(super) struct Flag {
    pub at: f64,
    pub lines: [String; 2],
    pub colour: Colour,
}

/// Height that [`flags`] take.
pub(super) const FLAGS: f64 = 52.0;

/// Writes flags above the plot, moved apart where they would collide, each with a leader down to its x. `top` is the top of the flags.
pub(super) fn flags(canvas: &mut Canvas, top: f64, flags: &[Flag]) {
    let wanted: Vec<f64> = flags.iter().map(|flag| flag.at).collect();
    let width = |flag: &Flag| Type::STRONG.width(&flag.lines[0]).max(Type::TEXT.width(&flag.lines[1]));
    let sizes: Vec<f64> = flags.iter().map(width).collect();
    let centres = label::spread_or_pack(&wanted, &sizes, 18.0, THEME.margin, THEME.width - THEME.margin);
    for ((flag, x), size) in flags.iter().zip(centres).zip(sizes) {
        canvas.text(x, top + 12.0, &flag.lines[0], Type::STRONG.coloured(flag.colour), Anchor::Middle);
        canvas.text(x, top + 28.0, &flag.lines[1], Type::TEXT.coloured(flag.colour), Anchor::Middle);
        let foot = flag.at.clamp(x - size / 2.0 + 4.0, x + size / 2.0 - 4.0);
        canvas.path(vec![(foot, top + 34.0), (foot, top + 37.0), (flag.at, top + FLAGS - 2.0), (flag.at, top + FLAGS)], flag.colour, 1.0);
    }
}
