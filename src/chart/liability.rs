//! What may one payor owe in total? A histogram with the running total, the cap, the middle and the 95th percentile.
//!
//! Comes in: the total of each trial and its summary. Goes out: a picture. Must never know: which payments make up the total.

mod cut;

use super::axis::{self, FLAGS, Flag, Scale};
use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::THEME;
use super::{ChartError, Picture, finite, stem};
use crate::words::board::{money, money_axis, money_with_error, of_hundred, percent, trials};
use crate::words::count::grouped;
use cut::{Place, PointMass, Shares, cut, tallest};

/// What one payor pays in total over the contract.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Liability {
    /// Who pays.
    pub payor: String,
    /// ISO code, such as `USD`.
    pub currency: String,
    /// Total paid in each trial, or in a sample of the trials; major currency units.
    pub totals: Vec<f64>,
    /// The most this payor may owe in total, if the contract says so; major currency units.
    pub cap: Option<f64>,
    /// Mean over all trials; major currency units.
    pub mean: f64,
    /// Monte Carlo standard error of the mean; major currency units.
    pub mean_se: f64,
    /// Median over all trials; major currency units.
    pub p50: f64,
    /// 95th percentile over all trials; major currency units.
    pub p95: f64,
    /// Number of trials behind the mean and the percentiles.
    pub trials: u64,
}

/// Draws the distribution of what a payor owes.
///
/// # Errors
/// If a number is not finite.
pub fn liability(liability: &Liability) -> Result<Picture, ChartError> {
    liability_against(liability, None)
}

/// Draws the same in front of what the payor owed under `before`.
///
/// # Errors
/// If a number is not finite.
pub fn liability_against(liability: &Liability, before: Option<&Liability>) -> Result<Picture, ChartError> {
    let Liability { payor, currency, totals, cap, mean, mean_se, p50, p95, trials: number } = liability;
    finite("a payor's total", totals)?;
    finite("the mean, its error, a percentile or the cap", &[*mean, *mean_se, *p50, *p95, cap.unwrap_or(0.0)])?;
    let money = |amount| money(currency, amount);
    let before = before.filter(|before| !before.totals.is_empty());
    if let Some(before) = before {
        finite("a payor's total as signed", &before.totals)?;
        finite("a percentile or the cap as signed", &[before.p50, before.p95, before.cap.unwrap_or(0.0)])?;
    }
    let ascending = |totals: &[f64]| {
        let mut sorted = totals.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (sorted, old) = (ascending(totals), before.map(|before| (ascending(&before.totals), before.cap)));
    let (shares, old) = cut(&sorted, *cap, old.as_ref().map(|(sorted, cap)| (sorted.as_slice(), *cap)));
    let old = before.zip(old.as_ref());

    let title = finding(liability, &sorted, &shares);
    let mut subtitle = format!("Total that {payor} will pay over the contract, in {}.", trials(*number));
    let mut numbers = format!("Half of the trials pay {} or less, 95 of 100 pay {} or less.", money(*p50), money(*p95));
    if sorted.is_empty() {
        numbers.clear();
    } else {
        subtitle += &format!(" Mean {}.", money_with_error(currency, *mean, *mean_se));
    }
    if (totals.len() as u64) < *number && !sorted.is_empty() {
        subtitle += &format!(" Bars and line from a sample of {}.", grouped(totals.len() as u64));
    }
    for mass in &shares.masses {
        numbers += &format!(" {}: {} of trials.", mass.caption(currency), percent(mass.share));
    }

    let (lowest, highest) = domain(&sorted, core::iter::once((liability, &shares)).chain(old));
    let near = |cap: &f64| *cap <= highest + (highest - lowest).max(highest.abs());
    let near_cap = cap.filter(near);
    if let Some(cap) = cap {
        numbers += &format!(" The cap is {}.", money(*cap));
        if near_cap.is_none() {
            subtitle += &format!(" The cap of {} lies beyond the chart.", money(*cap));
        }
    }
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    if sorted.is_empty() {
        canvas.text(THEME.width / 2.0, top + 70.0, "There are no trials to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 140.0, stem("payor-liability", payor), title.clone(), format!("{title}. {subtitle}"));
    }
    let old_cap = before.and_then(|before| before.cap).filter(near);
    let high = near_cap.into_iter().chain(old_cap).fold(highest, f64::max);
    let top = legend(&mut canvas, top, &shares, currency, old.is_some()) + FLAGS + 4.0;
    let plot = Rect { left: 82.0, top, right: THEME.width - 82.0, bottom: top + 280.0 };
    let scale = Scale { low: lowest, high, from: plot.left + 34.0, to: plot.right - 34.0 };
    let top_share = tallest(core::iter::once(&shares).chain(old.map(|(_, shares)| shares)));
    axes(&mut canvas, plot, &scale, top_share, liability);
    if let Some((_, old)) = old {
        outlines(&mut canvas, plot, &scale, old, top_share);
    }
    if let Some(cap) = old_cap.filter(|old| cap.is_none_or(|cap| !same(cap, *old))) {
        before::line(&mut canvas, &[(scale.at(cap), plot.top), (scale.at(cap), plot.bottom)]);
    }
    bars(&mut canvas, plot, &scale, &shares, old.map(|(_, old)| old), top_share);
    running_total(&mut canvas, plot, &scale, &sorted, &shares);

    let mut marks: Vec<Flag> = Vec::new();
    let named =
        |mass: &&PointMass| mass.place == Place::Zero || (mass.place == Place::Between && !same(mass.at, *p50) && !same(mass.at, *p95));
    let mut by_share: Vec<&PointMass> = shares.masses.iter().filter(named).collect();
    by_share.sort_by(|a, b| (b.place == Place::Zero).cmp(&(a.place == Place::Zero)).then(b.share.total_cmp(&a.share)));
    for mass in by_share.into_iter().take(3) {
        let (left, right) = mass.bar(scale.at(mass.at));
        let lines = [mass.caption(currency), format!("{} of trials", percent(mass.share))];
        marks.push(Flag { at: (left + right) / 2.0, lines, colour: THEME.alarm });
    }
    let percentiles = [(*p50, "Middle (P50)", (7.0, 4.0)), (*p95, "P95", (2.0, 3.0))];
    let both = [(*p50, "Middle and P95", (7.0, 4.0))];
    for &(value, name, dash) in if same(*p50, *p95) { &both[..] } else { &percentiles[..] } {
        let x = scale.at(value);
        canvas.dashed((x, plot.top), (x, plot.bottom), THEME.ink, 1.5, dash);
        let mass = shares.masses.iter().find(|mass| mass.place == Place::Between && same(mass.at, value));
        let share = mass.map_or_else(String::new, |mass| format!(", {} of trials", percent(mass.share)));
        marks.push(Flag { at: x, lines: [name.to_owned(), format!("{}{share}", money(value))], colour: THEME.ink });
    }
    if let Some(cap) = near_cap {
        let x = scale.at(cap);
        canvas.line((x, plot.top), (x, plot.bottom), THEME.alarm, 2.0);
        let reached = shares.masses.iter().find(|mass| same(mass.at, cap)).map_or(0.0, |mass| mass.share);
        let reached = if reached > 0.0 { format!("{} at the cap", percent(reached)) } else { "never reached".to_owned() };
        let above = sorted.iter().filter(|&&total| total > cap && !same(total, cap)).count();
        let note = if above > 0 { format!("{} above it", percent(above as f64 / sorted.len() as f64)) } else { reached };
        marks.push(Flag { at: x, lines: [format!("Cap {}", money(cap)), note], colour: THEME.alarm });
    }
    axis::flags(&mut canvas, plot.top - FLAGS, &marks);
    if let Some(before) = before {
        numbers +=
            &format!(" As signed: half of the trials pay {} or less, 95 of 100 pay {} or less", money(before.p50), money(before.p95));
        numbers += &before.cap.map_or_else(|| ".".to_owned(), |cap| format!(", the cap is {}.", money(cap)));
    }
    let description = format!("Histogram. {title}. {subtitle} {numbers}");
    canvas.picture(plot.bottom + 56.0, stem("payor-liability", payor), title, description)
}

/// Equal to the cent, or to the last digits of very large amounts.
pub(super) fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.004_f64.max(1e-9 * a.abs())
}

fn finding(liability: &Liability, sorted: &[f64], shares: &Shares) -> String {
    let Liability { payor, currency, cap, p50, p95, trials: number, .. } = liability;
    let money = |amount| money(currency, amount);
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return format!("{payor}: no trials to show") };
    let at_cap = shares.masses.iter().find(|mass| cap.is_some_and(|cap| same(mass.at, cap))).map_or(0.0, |mass| mass.share);
    if same(first, last) {
        let ever = if *number == 1 { "the only trial".to_owned() } else { format!("every one of {}", trials(*number)) };
        return if same(first, 0.0) {
            format!("{payor} will pay nothing in {ever}")
        } else {
            format!("{payor} will pay {} in {ever}", money(first))
        };
    }
    if *number < 20 {
        // too few to speak of 95 in 100
        return format!("{payor} will pay between {} and {} in {}", money(first), money(last), trials(*number));
    }
    let nothing = shares.masses.iter().find(|mass| mass.place == Place::Zero).map_or(0.0, |mass| mass.share);
    let (middle, high) = (money(*p50), money(*p95));
    match cap {
        Some(cap) if at_cap >= 0.5 => format!("{payor} will pay the full cap of {} in {}", money(*cap), of_hundred(at_cap)),
        Some(cap) if same(*p95, *cap) => {
            format!("{payor} will pay {middle} in the middle case and the full cap of {} in {}", money(*cap), of_hundred(at_cap))
        }
        _ if nothing >= 0.2 => format!("{payor} will pay nothing in {} and, in 95 of 100, no more than {high}", of_hundred(nothing)),
        _ if middle == high => format!("{payor} will pay {middle} in the middle case, and no more than that in 95 of 100 futures"),
        _ => format!("{payor} will pay {middle} in the middle case and, in 95 of 100 futures, no more than {high}"),
    }
}

/// The range of amounts worth showing without the cap; zero belongs to it unless all the amounts are far from it.
fn domain<'s>(sorted: &[f64], all: impl Iterator<Item = (&'s Liability, &'s Shares)> + Clone) -> (f64, f64) {
    let values = all.clone().flat_map(|(liability, shares)| {
        let edges = shares.bins.iter().flat_map(|bin| [bin.0, bin.1]);
        edges.chain(shares.masses.iter().map(|mass| mass.at)).chain([liability.p50, liability.p95])
    });
    let (mut low, mut high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let far = all.clone().any(|(_, shares)| shares.bins.len() > 1) && low > 0.45 * high;
    if low > 0.0 && !far {
        low = 0.0;
    }
    if sorted.is_empty() || high - low <= 0.0 {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    if high - low <= 0.0 {
        (0.0, all.filter_map(|(liability, _)| liability.cap).find(|&cap| cap > 0.0).unwrap_or(1.0))
    } else {
        (low, high)
    }
}

fn legend(canvas: &mut Canvas, top: f64, shares: &Shares, currency: &str, with_before: bool) -> f64 {
    let band = format!("share of trials in each band of {} (left axis)", money(currency, shares.step));
    let mut entries = Vec::new();
    if !shares.bins.is_empty() {
        entries.push((Swatch::Area(THEME.main.faded(0.75)), band.as_str()));
    }
    if !shares.masses.is_empty() {
        entries.push((MASS, "share with exactly one amount (left axis)"));
    }
    entries.push((Swatch::Line(THEME.ink, 2.0), "share paying this or less (right axis)"));
    if with_before {
        entries.push((before::AREA, before::AS_SIGNED));
    }
    canvas.legend(top, &entries)
}

const MASS: Swatch = Swatch::Hatched(THEME.second, THEME.alarm, true);

fn axes(canvas: &mut Canvas, plot: Rect, scale: &Scale, top_share: f64, liability: &Liability) {
    let money_text = &liability.currency;
    for quarter in 0..=4 {
        let part = f64::from(quarter) / 4.0;
        let y = plot.bottom - part * (plot.bottom - plot.top);
        canvas.line((plot.left, y), (plot.right, y), if quarter == 0 { THEME.muted } else { THEME.grid }, 1.0);
        canvas.text(plot.left - 8.0, y + 4.0, &percent(part * top_share), Type::SMALL, Anchor::End);
        canvas.text(plot.right + 8.0, y + 4.0, &percent(part), Type::SMALL, Anchor::Start);
    }
    let middle = (plot.top + plot.bottom) / 2.0;
    canvas.text_upwards(THEME.margin + 8.0, middle, "Share of trials", Type::SMALL);
    canvas.text_upwards(THEME.width - THEME.margin, middle, "Share paying this or less", Type::SMALL);
    let step = axis::nice_step(scale.high - scale.low, 8.0);
    let ticks = axis::multiples(scale.low, scale.high, step);
    let write = money_axis(money_text, scale.high.abs().max(scale.low.abs()), step);
    axis::bottom(canvas, scale, plot.bottom, &ticks, &write);
    let caption = format!("Total paid by {} ({})", liability.payor, liability.currency);
    let caption = Type::SMALL.ellipsize(&caption, plot.right - plot.left);
    canvas.text((plot.left + plot.right) / 2.0, plot.bottom + 40.0, &caption, Type::SMALL, Anchor::Middle);
}

/// Bars as they were: one outline around neighbours.
fn outlines(canvas: &mut Canvas, plot: Rect, scale: &Scale, shares: &Shares, top_share: f64) {
    let y = |share: f64| plot.bottom - share / top_share * (plot.bottom - plot.top);
    let bins = shares.bins.iter().map(|&(from, to, share)| (scale.at(from), scale.at(to), y(share)));
    before::area(canvas, before::steps(bins, plot.bottom), plot.bottom);
    for mass in &shares.masses {
        let (left, right) = mass.bar(scale.at(mass.at));
        before::rect(canvas, Rect { left, top: y(mass.share).min(plot.bottom - 1.5), right, bottom: plot.bottom });
    }
}

fn bars(canvas: &mut Canvas, plot: Rect, scale: &Scale, shares: &Shares, old: Option<&Shares>, top_share: f64) {
    let y = |share: f64| plot.bottom - share / top_share * (plot.bottom - plot.top);
    for &(from, to, share) in shares.bins.iter().filter(|bin| bin.2 > 0.0) {
        let (left, right) = (scale.at(from), scale.at(to));
        let gap = (0.06 * (right - left)).min(1.0);
        let area = Rect { left: left + gap, top: y(share).min(plot.bottom - 0.75), right: right - gap, bottom: plot.bottom };
        canvas.rect(area, THEME.main.faded(0.75));
    }
    for mass in &shares.masses {
        let (left, right) = mass.bar(scale.at(mass.at));
        let area = Rect { left, top: y(mass.share).min(plot.bottom - 1.5), right, bottom: plot.bottom };
        canvas.swatch(MASS, area);
        let same_place = |was: &&PointMass| was.place == mass.place && same(was.at, mass.at);
        if let Some(was) = old.and_then(|old| old.masses.iter().find(same_place)) {
            before::level(canvas, area, y(was.share));
        }
    }
}

/// The share of trials that pay this or less, as steps from the left edge of the plot to the right one.
fn running_total(canvas: &mut Canvas, plot: Rect, scale: &Scale, sorted: &[f64], shares: &Shares) {
    let y = |below: usize| plot.bottom - below as f64 / sorted.len() as f64 * (plot.bottom - plot.top);
    let mut points = vec![(plot.left, plot.bottom)];
    let mut jumps: Vec<(f64, usize, usize)> = Vec::new();
    let columns = (scale.to - scale.from) as usize;
    for column in 0..=columns {
        let value = scale.low + (scale.high - scale.low) * column as f64 / columns as f64;
        let below = sorted.partition_point(|&total| total <= value);
        jumps.push((scale.at(value), below, below));
    }
    for mass in &shares.masses {
        let (before, after) =
            (sorted.partition_point(|&t| t < mass.at && !same(t, mass.at)), sorted.partition_point(|&t| t <= mass.at || same(t, mass.at)));
        jumps.push((scale.at(mass.at), before, after));
    }
    jumps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let mut height = plot.bottom;
    for (x, before, after) in jumps {
        for next in [y(before), y(after)] {
            if (next - height).abs() > 0.05 && next < height {
                // a step where one column holds several trials, a slope where each holds a few
                if height - next > 6.0 {
                    points.push((x, height));
                }
                points.push((x, next));
                height = next;
            }
        }
    }
    points.push((plot.right, height));
    canvas.path(points.clone(), THEME.paper.faded(0.85), 4.0);
    canvas.path(points, THEME.ink, 2.0);
}
