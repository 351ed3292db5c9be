//! How likely is it that a payor owes so much or more? The share of trials at or above each amount, with the reserve and the cap.
//!
//! Comes in: the total of each trial and its percentiles. Goes out: a picture. Must never know: which payments make up the total.

use super::axis::{self, FLAGS, Flag, Scale};
use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::liability::{Liability, same};
use super::theme::THEME;
use super::{ChartError, Picture, finite, stem};
use crate::words::board::{money, money_axis, of_hundred, percent, trials};
use crate::words::count::grouped;

const HEIGHT: f64 = 260.0;

/// Draws the chance that a payor pays an amount or more, for every amount.
///
/// # Errors
/// If a number is not finite.
pub fn exceedance(liability: &Liability) -> Result<Picture, ChartError> {
    exceedance_against(liability, None)
}

/// Draws the same in front of the chance as it was under `before`.
///
/// # Errors
/// If a number is not finite.
pub fn exceedance_against(liability: &Liability, before: Option<&Liability>) -> Result<Picture, ChartError> {
    let Liability { payor, currency, totals, cap, p50, p95, trials: number, .. } = liability;
    finite("a payor's total", totals)?;
    finite("a percentile or the cap", &[*p50, *p95, cap.unwrap_or(0.0)])?;
    let before = before.filter(|before| !before.totals.is_empty());
    if let Some(before) = before {
        finite("a payor's total as signed", &before.totals)?;
        finite("a percentile as signed", &[before.p50, before.p95])?;
    }
    let money = |amount| money(currency, amount);
    let ascending = |totals: &[f64]| {
        let mut sorted = totals.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (sorted, old) = (ascending(totals), before.map(|before| ascending(&before.totals)));
    let title = finding(liability, &sorted);
    let mut subtitle =
        format!("Height of the line: chance that {payor} will pay the amount below it or more over the contract, in {}.", trials(*number));
    if (totals.len() as u64) < *number && !sorted.is_empty() {
        subtitle += &format!(" The line is from a sample of {}.", grouped(totals.len() as u64));
    }
    let before_reached = old.iter().flatten().last().copied();
    let reached = before_reached.into_iter().fold(sorted.last().copied().unwrap_or(0.0).max(*p95), f64::max);
    let near_cap = cap.filter(|cap| *cap <= 2.0 * reached || reached <= 0.0);
    if let (Some(cap), None) = (cap, near_cap) {
        subtitle += &format!(" The cap of {} lies beyond the chart.", money(*cap));
    }
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    let name = stem("payor-exceedance", payor);
    let mut description = format!("Line that falls from left to right. {title}. {subtitle}");
    if sorted.is_empty() {
        canvas.text(THEME.width / 2.0, top + 70.0, "There are no trials to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 140.0, name, title, description);
    }
    let low = old.iter().flatten().next().copied().unwrap_or(0.0).min(sorted[0]).min(0.0);
    let high = near_cap.map_or(reached, |cap| reached.max(cap));
    let high = if high > low { high } else { low + 1.0 };
    let top =
        if old.is_some() { canvas.legend(top, &[(Swatch::Line(THEME.main, 2.5), "now"), (before::LINE, before::AS_SIGNED)]) } else { top };
    let top = top + FLAGS + 4.0;
    let plot = Rect { left: 82.0, top, right: THEME.width - THEME.margin - 24.0, bottom: top + HEIGHT };
    let scale = Scale { low, high, from: plot.left, to: plot.right - 12.0 };
    axes(&mut canvas, plot, &scale, liability);
    if let Some(old) = &old {
        before::line(&mut canvas, &falling(plot, &scale, old));
    }
    curve(&mut canvas, plot, &scale, &sorted);

    let mut marks = Vec::new();
    let lines = [(*p50, "Middle (P50)", (7.0, 4.0)), (*p95, "Reserve (P95)", (2.0, 3.0))];
    let both = [(*p50, "Middle and P95", (7.0, 4.0))];
    for &(value, caption, dash) in if same(*p50, *p95) { &both[..] } else { &lines[..] } {
        let x = scale.at(value);
        canvas.dashed((x, plot.top), (x, plot.bottom), THEME.ink, 1.5, dash);
        marks.push(Flag { at: x, lines: [caption.to_owned(), money(value)], colour: THEME.ink });
    }
    if let Some(cap) = near_cap {
        let x = scale.at(cap);
        canvas.line((x, plot.top), (x, plot.bottom), THEME.alarm, 2.0);
        let note = match at_or_above(&sorted, cap) {
            share if share > 0.0 => format!("reached in {}", percent(share)),
            _ => "never reached".to_owned(),
        };
        marks.push(Flag { at: x, lines: [format!("Cap {}", money(cap)), note], colour: THEME.alarm });
    }
    axis::flags(&mut canvas, plot.top - FLAGS, &marks);
    let step = axis::nice_step(high - low, 8.0);
    for amount in axis::multiples(low, high, step).into_iter().filter(|amount| *amount > 0.0) {
        description += &format!(" {} or more: {};", money(amount), percent(at_or_above(&sorted, amount)));
    }
    if let Some(cap) = cap {
        description += &format!(" the cap is {}, reached in {}.", money(*cap), percent(at_or_above(&sorted, *cap)));
    }
    if let Some(Liability { p50, p95, .. }) = before {
        description += &format!(" As signed: {} or more in half of the trials, {} or more in 1 of 20.", money(*p50), money(*p95));
    }
    canvas.picture(plot.bottom + 56.0, name, title, description)
}

/// The share of trials at or above `amount`.
fn at_or_above(sorted: &[f64], amount: f64) -> f64 {
    let below = sorted.partition_point(|&total| total < amount && !same(total, amount));
    (sorted.len() - below) as f64 / sorted.len() as f64
}

fn finding(liability: &Liability, sorted: &[f64]) -> String {
    let Liability { payor, currency, cap, p50, p95, trials: number, .. } = liability;
    let money = |amount| money(currency, amount);
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return format!("{payor}: no trials to show") };
    if same(first, last) {
        return format!("{payor} will pay {} whatever happens", if same(first, 0.0) { "nothing".to_owned() } else { money(first) });
    }
    if *number < 20 {
        // too few to speak of so many in 100
        return format!("{payor} will pay up to {} in {}", money(last), trials(*number));
    }
    match cap.filter(|cap| *cap > 0.0 && at_or_above(sorted, *cap) >= 0.005) {
        Some(cap) => format!(
            "{payor} will pay at least half of the cap of {} in {}, and all of it in {}",
            money(cap),
            of_hundred(at_or_above(sorted, cap / 2.0)),
            of_hundred(at_or_above(sorted, cap))
        ),
        None if money(*p50) == money(*p95) => format!("{payor} will hardly ever pay more than {}", money(*p95)),
        None => format!("{payor} will pay {} or more in half of all futures, and {} or more in 1 of 20", money(*p50), money(*p95)),
    }
}

fn axes(canvas: &mut Canvas, plot: Rect, scale: &Scale, liability: &Liability) {
    for quarter in 0..=4 {
        let part = f64::from(quarter) / 4.0;
        let y = plot.bottom - part * (plot.bottom - plot.top);
        canvas.line((plot.left, y), (plot.right, y), if quarter == 0 { THEME.muted } else { THEME.grid }, 1.0);
        canvas.text(plot.left - 8.0, y + 4.0, &percent(part), Type::SMALL, Anchor::End);
    }
    canvas.text_upwards(THEME.margin + 8.0, (plot.top + plot.bottom) / 2.0, "Share of trials that pay so much or more", Type::SMALL);
    let step = axis::nice_step(scale.high - scale.low, 8.0);
    let write = money_axis(&liability.currency, scale.high.abs().max(scale.low.abs()), step);
    axis::bottom(canvas, scale, plot.bottom, &axis::multiples(scale.low, scale.high, step), &write);
    let caption = format!("Total paid by {} ({})", liability.payor, liability.currency);
    let caption = Type::SMALL.ellipsize(&caption, plot.right - plot.left);
    canvas.text((plot.left + plot.right) / 2.0, plot.bottom + 40.0, &caption, Type::SMALL, Anchor::Middle);
}

/// The falling line: a step wherever many trials come to the same amount.
fn falling(plot: Rect, scale: &Scale, sorted: &[f64]) -> Vec<(f64, f64)> {
    let y = |above: usize| plot.bottom - above as f64 / sorted.len() as f64 * (plot.bottom - plot.top);
    let mut points = vec![(plot.left, y(sorted.len()))];
    let mut left = sorted.len();
    let mut last = plot.left;
    for run in sorted.chunk_by(|one, other| same(*one, *other)) {
        let (x, next) = (scale.at(run[0]), left - run.len());
        // one point a pixel is enough, and every visible step is kept
        let step = y(next) - y(left) > 2.0;
        if step || x - last >= 1.0 || next == 0 {
            points.push((x, y(left)));
            points.push((x, y(next)));
            last = x;
        }
        left = next;
    }
    points.push((plot.right, plot.bottom));
    points
}

/// The line and the area under it.
fn curve(canvas: &mut Canvas, plot: Rect, scale: &Scale, sorted: &[f64]) {
    let points = falling(plot, scale, sorted);
    let mut area = points.clone();
    area.push((plot.left, plot.bottom));
    canvas.polygon(area, THEME.main.faded(0.16));
    canvas.path(points, THEME.main, 2.5);
}
