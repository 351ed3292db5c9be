//! How often does a payment pay, whatever the true effect is? Points with their errors, joined, from no effect to more than was promised.
//!
//! Comes in: true effects and how often the payment pays under each. Goes out: a picture. Must never know: what the evaluator does.

use super::axis::{self, FLAGS, Flag, Scale};
use super::canvas::{Anchor, Canvas, Rect, Type};
use super::theme::THEME;
use super::{ChartError, Picture, finite, share, stem};
use crate::words::board::{of_hundred, percent, percent_with_error, trials};

/// A payment under every true effect that was looked at.
#[derive(Clone)]
pub struct PowerCurve<'a> {
    /// Name of the payment.
    pub payment: String,
    /// Name of the outcome whose effect it is.
    pub outcome: String,
    /// True effect, share of the trials in which the payment pays (0 to 1), and its standard error; in the order of the effects.
    pub points: Vec<[f64; 3]>,
    /// The promised effect, in the units of the effects.
    pub promised: f64,
    /// How an effect is written.
    pub write: &'a dyn Fn(f64) -> String,
    /// Trials behind each point.
    pub trials: u64,
}

const HEIGHT: f64 = 260.0;

/// Draws how often a payment pays as the true effect grows.
///
/// # Errors
/// If a number is not finite, or a share lies outside 0 to 1.
pub fn power_curve(chart: &PowerCurve<'_>) -> Result<Picture, ChartError> {
    let PowerCurve { payment, outcome, points, promised, write, trials: number } = chart;
    finite("the promised effect", &[*promised])?;
    for [effect, pays, error] in points {
        finite("an effect or an error", &[*effect, *error])?;
        share("a share of trials that pay", *pays)?;
    }
    let title = finding(chart);
    let subtitle = format!(
        "Chance that “{payment}” pays anything, by the true effect on “{outcome}”; {} a point. Bars are 95% intervals of the simulation.",
        trials(*number)
    );
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    let mut description = format!("Line chart. {title}. {subtitle}");
    let name = stem("power", payment);
    let effects = || points.iter().map(|[effect, ..]| *effect);
    let (low, high) = effects().fold((0.0_f64, 0.0_f64), |(low, high), effect| (low.min(effect), high.max(effect)));
    if points.is_empty() || high <= low {
        canvas.text(THEME.width / 2.0, top + 50.0, "There are no effects to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 110.0, name, title, description);
    }
    let top = top + FLAGS + 4.0;
    let plot = Rect { left: 82.0, top, right: THEME.width - THEME.margin - 24.0, bottom: top + HEIGHT };
    let scale = Scale { low, high, from: plot.left + 12.0, to: plot.right - 12.0 };
    let y = |share: f64| plot.bottom - share.clamp(0.0, 1.0) * (plot.bottom - plot.top);
    for quarter in 0..=4 {
        let part = f64::from(quarter) / 4.0;
        canvas.line((plot.left, y(part)), (plot.right, y(part)), if quarter == 0 { THEME.muted } else { THEME.grid }, 1.0);
        canvas.text(plot.left - 8.0, y(part) + 4.0, &percent(part), Type::SMALL, Anchor::End);
    }
    canvas.text_upwards(THEME.margin + 8.0, (plot.top + plot.bottom) / 2.0, "Chance that it pays", Type::SMALL);
    axis::bottom(&mut canvas, &scale, plot.bottom, &axis::multiples(low, high, axis::nice_step(high - low, 8.0)), *write);
    let caption = Type::SMALL.ellipsize(&format!("True effect on “{outcome}”"), plot.right - plot.left);
    canvas.text((plot.left + plot.right) / 2.0, plot.bottom + 40.0, &caption, Type::SMALL, Anchor::Middle);
    let mut flags = Vec::new();
    let named = [(0.0, "No effect", THEME.alarm), (*promised, "Promised effect", THEME.ink)];
    for (effect, caption, colour) in named.into_iter().take(if *promised == 0.0 { 1 } else { 2 }) {
        let Some(pays) = at(points, effect) else { continue };
        let x = scale.at(effect);
        canvas.dashed((x, plot.top), (x, plot.bottom), colour, 1.5, (7.0, 4.0));
        flags.push(Flag { at: x, lines: [caption.to_owned(), format!("pays in {}", percent(pays))], colour });
    }
    let place = |[effect, pays, _]: &[f64; 3]| (scale.at(*effect), y(*pays));
    canvas.path(points.iter().map(place).collect(), THEME.main, 2.5);
    for point in points {
        let [effect, pays, error] = *point;
        let (px, py) = place(point);
        if error > 0.0 {
            canvas.line((px, y(pays - 1.96 * error)), (px, y(pays + 1.96 * error)), THEME.main.faded(0.55), 1.5);
        }
        canvas.polygon(vec![(px - 4.0, py), (px, py - 4.0), (px + 4.0, py), (px, py + 4.0)], THEME.main);
        description += &format!(" At {}: {};", write(effect), percent_with_error(pays, error));
    }
    axis::flags(&mut canvas, plot.top - FLAGS, &flags);
    canvas.picture(plot.bottom + 56.0, name, title, description)
}

/// The share at an effect that was looked at.
fn at(points: &[[f64; 3]], effect: f64) -> Option<f64> {
    points.iter().find(|[known, ..]| (known - effect).abs() <= 1e-9 * effect.abs().max(1e-9)).map(|[_, pays, _]| *pays)
}

fn finding(chart: &PowerCurve<'_>) -> String {
    let payment = &chart.payment;
    match (at(&chart.points, 0.0), at(&chart.points, chart.promised)) {
        (Some(none), Some(_)) if chart.promised == 0.0 => format!("“{payment}” pays without any effect in {}", of_hundred(none)),
        (Some(none), Some(promised)) => format!(
            "“{payment}” pays for the promised effect in {}, and for no effect at all in {}",
            of_hundred(promised),
            of_hundred(none)
        ),
        _ => format!("“{payment}”: how often it pays"),
    }
}
