//! How does a figure change along one axis, or with another figure? Points with their errors, joined.
//!
//! Comes in: places and values with errors, series by series. Goes out: a picture. Must never know: what is measured.

use super::axis::{Scale, bottom, multiples, nice_step};
use super::canvas::{Anchor, Canvas, Swatch, Type};
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, finite, stem};

/// A figure along an axis.
#[derive(Clone)]
pub struct Lines<'a> {
    /// First word of the picture's file name.
    pub kind: &'a str,
    /// The rest of it.
    pub name: String,
    /// The finding.
    pub title: String,
    /// What is shown, and how.
    pub subtitle: String,
    /// Name of the horizontal axis, and how its numbers are written.
    pub across: (String, &'a dyn Fn(f64) -> String),
    /// The same of the vertical axis.
    pub up: (String, &'a dyn Fn(f64) -> String),
    /// Names of the series, with place, value and standard error of each point.
    pub series: Vec<(String, Vec<[f64; 3]>)>,
    /// Whether the points of a series are joined.
    pub joined: bool,
    /// Points that are framed: place and value.
    pub marks: Vec<(f64, f64)>,
}

const COLOURS: [Colour; 5] = [THEME.main, THEME.alarm, THEME.ink, THEME.second, THEME.muted];
const HEIGHT: f64 = 330.0;

/// Draws a figure along an axis.
///
/// # Errors
/// If a number is not finite, or what the backend says.
pub fn lines(chart: &Lines<'_>) -> Result<Picture, ChartError> {
    for (name, points) in &chart.series {
        for [x, y, error] in points {
            finite(&format!("a point of {name}"), &[*x, *y, *error])?;
        }
    }
    let (mut canvas, mut top) = Canvas::with_header(&chart.title, &chart.subtitle);
    let mut description = format!("Line chart. {} {}", chart.title, chart.subtitle);
    if chart.series.len() > 1 {
        let entries: Vec<(Swatch, &str)> =
            chart.series.iter().enumerate().map(|(at, (name, _))| (Swatch::Line(COLOURS[at % 5], 2.5), name.as_str())).collect();
        top = canvas.legend(top, &entries);
    }
    let all = || chart.series.iter().flat_map(|(_, points)| points.iter());
    let range = |values: &mut dyn Iterator<Item = f64>| {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let pad = if high > low { 0.04 * (high - low) } else { high.abs().max(1.0) * 0.05 };
        (low - pad, high + pad)
    };
    let (low_x, high_x) = range(&mut all().map(|[x, ..]| *x));
    let (low_y, high_y) = range(&mut all().flat_map(|[_, y, error]| [y - 1.96 * error, y + 1.96 * error]));
    let step_y = nice_step(high_y - low_y, 6.0);
    let ticks_y = multiples(low_y, high_y, step_y);
    let widest = ticks_y.iter().map(|tick| Type::SMALL.width(&(chart.up.1)(*tick))).fold(0.0, f64::max);
    let left = THEME.margin + widest + 34.0;
    let (plot_top, plot_bottom) = (top + 10.0, top + 10.0 + HEIGHT);
    let across = Scale { low: low_x, high: high_x, from: left, to: THEME.width - THEME.margin };
    let up = Scale { low: low_y, high: high_y, from: plot_bottom, to: plot_top };
    for tick in ticks_y {
        let y = up.at(tick);
        canvas.line((left, y), (THEME.width - THEME.margin, y), THEME.grid, 1.0);
        canvas.text(left - 8.0, y + 4.0, &(chart.up.1)(tick), Type::SMALL, Anchor::End);
    }
    canvas.line((left, plot_bottom), (THEME.width - THEME.margin, plot_bottom), THEME.muted, 1.0);
    bottom(&mut canvas, &across, plot_bottom, &multiples(low_x, high_x, nice_step(high_x - low_x, 9.0)), chart.across.1);
    canvas.text((left + THEME.width - THEME.margin) / 2.0, plot_bottom + 40.0, &chart.across.0, Type::STRONG, Anchor::Middle);
    canvas.text_upwards(THEME.margin + 10.0, (plot_top + plot_bottom) / 2.0, &chart.up.0, Type::STRONG);
    for (at, (name, points)) in chart.series.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        if chart.joined && points.len() > 1 {
            canvas.path(points.iter().map(|[x, y, _]| (across.at(*x), up.at(*y))).collect(), colour, 2.0);
        }
        description += &format!(" {name}:");
        for [x, y, error] in points {
            let (px, py) = (across.at(*x), up.at(*y));
            if *error > 0.0 {
                canvas.line((px, up.at(y - 1.96 * error)), (px, up.at(y + 1.96 * error)), colour.faded(0.55), 1.5);
            }
            canvas.polygon(vec![(px - 3.5, py), (px, py - 3.5), (px + 3.5, py), (px, py + 3.5)], colour);
            if points.len() <= 40 {
                description += &format!(" {} at {};", (chart.up.1)(*y), (chart.across.1)(*x));
            }
        }
    }
    for (x, y) in &chart.marks {
        let (px, py) = (across.at(*x), up.at(*y));
        canvas.path(vec![(px - 8.0, py), (px, py - 8.0), (px + 8.0, py), (px, py + 8.0), (px - 8.0, py)], THEME.ink, 1.5);
    }
    canvas.picture(plot_bottom + 58.0, stem(chart.kind, &chart.name), chart.title.clone(), description)
}
