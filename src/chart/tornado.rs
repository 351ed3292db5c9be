//! Which input moves a figure most? A bar an input, from where the figure is when the input is low to where it is when it is high.
//!
//! Comes in: inputs with their low and high values and the figure at both. Goes out: a picture. Must never know: how they were found.

use super::axis::{Scale, bottom, multiples, nice_step};
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::THEME;
use super::{ChartError, Picture, finite, stem};

/// What a figure becomes when inputs move.
pub struct Tornado<'a> {
    /// Name of the picture's file.
    pub name: String,
    /// The finding.
    pub title: String,
    /// What is shown, and how.
    pub subtitle: String,
    /// The figure where no input has moved, in its own unit, as all figures here.
    pub base: f64,
    /// Inputs, the widest bar first.
    pub bars: Vec<TornadoBar>,
    /// How the figure is written.
    pub write: Box<dyn Fn(f64) -> String + 'a>,
}

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub struct TornadoBar {
    /// Its name.
    pub name: String,
    /// Its low and its high value, as people write them.
    pub values: [String; 2],
    /// The figure at both.
    pub figures: [f64; 2],
}

const ROW: f64 = 30.0;

/// Draws bars around the figure as it is.
///
/// # Errors
/// If a number is not finite, or what the backend says.
pub fn tornado(chart: &Tornado<'_>) -> Result<Picture, ChartError> {
    finite("the figure", &[chart.base])?;
    for bar in &chart.bars {
        finite(&format!("the figure under {}", bar.name), &bar.figures)?;
    }
    let (mut canvas, top) = Canvas::with_header(&chart.title, &chart.subtitle);
    let entries = [(Swatch::Area(THEME.main), "when the input is high"), (Swatch::Area(THEME.second), "when the input is low")];
    let top = canvas.legend(top, &entries) + 14.0;
    let mut description = format!("Tornado chart. {} {} As it is: {}.", chart.title, chart.subtitle, (chart.write)(chart.base));
    let names = chart.bars.iter().map(|bar| Type::SMALL.width(&bar.name)).fold(0.0, f64::max).min(230.0);
    let ends = chart.bars.iter().flat_map(|bar| &bar.values).map(|value| Type::SMALL.width(value)).fold(0.0, f64::max);
    let all = || chart.bars.iter().flat_map(|bar| bar.figures).chain([chart.base]);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let span = if high > low { high - low } else { chart.base.abs().max(1.0) };
    let left = THEME.margin + names + 12.0;
    let scale =
        Scale { low: low - 0.02 * span, high: high + 0.02 * span, from: left + ends + 10.0, to: THEME.width - THEME.margin - ends - 10.0 };
    let foot = top + chart.bars.len() as f64 * ROW;
    let ticks = multiples(scale.low, scale.high, nice_step(scale.high - scale.low, 6.0));
    for tick in &ticks {
        canvas.line((scale.at(*tick), top - 4.0), (scale.at(*tick), foot), THEME.grid, 1.0);
    }
    let middle = scale.at(chart.base);
    for (at, bar) in chart.bars.iter().enumerate() {
        let y = top + at as f64 * ROW;
        canvas.text(
            left - 6.0,
            y + ROW / 2.0 + 4.0,
            &Type::SMALL.ellipsize(&bar.name, names),
            Type::SMALL.coloured(THEME.ink),
            Anchor::End,
        );
        let [from, to] = bar.figures.map(|figure| scale.at(figure));
        description += &format!(
            " {}: {} at {}, {} at {};",
            bar.name,
            (chart.write)(bar.figures[0]),
            bar.values[0],
            (chart.write)(bar.figures[1]),
            bar.values[1]
        );
        if bar.figures == [chart.base; 2] {
            canvas.text(middle + 8.0, y + ROW / 2.0 + 4.0, "no effect", Type::SMALL, Anchor::Start);
            continue;
        }
        // Both ends on one side: the longer part lies behind.
        let mut halves = [(from, THEME.second), (to, THEME.main)];
        halves.sort_by(|one, other| (other.0 - middle).abs().total_cmp(&(one.0 - middle).abs()));
        for (x, colour) in halves {
            canvas.rect(Rect { left: x.min(middle), top: y + 5.0, right: x.max(middle), bottom: y + ROW - 5.0 }, colour);
        }
        let (outer_low, outer_high) = (from.min(to).min(middle), from.max(to).max(middle));
        let mut label = |x: f64, value: &str| {
            let right = if from == to { value == bar.values[1] } else { x >= from.max(to) };
            let (x, anchor) = if right { (outer_high + 5.0, Anchor::Start) } else { (outer_low - 5.0, Anchor::End) };
            canvas.text(x, y + ROW / 2.0 + 4.0, value, Type::SMALL, anchor);
        };
        label(from, &bar.values[0]);
        label(to, &bar.values[1]);
    }
    canvas.line((middle, top - 4.0), (middle, foot), THEME.ink, 1.5);
    bottom(&mut canvas, &scale, foot, &ticks, &*chart.write);
    let note = format!("Line: {}, as the scenario is. Beside each bar: the input's own values.", (chart.write)(chart.base));
    canvas.text(THEME.margin, foot + 44.0, &note, Type::SMALL, Anchor::Start);
    canvas.picture(foot + 60.0, stem("tornado", &chart.name), chart.title.clone(), description)
}
