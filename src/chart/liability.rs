//! What may one payor owe in total? A histogram with the running total, the cap, the middle and the 95th percentile.
//!
//! Comes in: the total of each trial and its summary. Goes out: a picture. Must never know: which payments make up the total.

use super::axis::{self, FLAGS, Flag, Scale};
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::THEME;
use super::{ChartError, Picture, finite, stem};
use crate::words::board::{money, money_axis, money_with_error, of_hundred, percent, trials};
use crate::words::count::grouped;

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

/// Many trials with exactly the same total: drawn as a bar of its own beside its value.
struct PointMass {
    at: f64,
    share: f64,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Zero,
    Between,
    Cap,
}

impl PointMass {
    fn caption(&self, currency: &str) -> String {
        match self.place {
            Place::Zero => "Nothing paid".to_owned(),
            Place::Between => format!("Exactly {}", money(currency, self.at)),
            Place::Cap => "At the cap".to_owned(),
        }
    }

    /// Where the bar stands around the x of its amount: beside the bins at the ends, before them in between.
    fn bar(&self, x: f64) -> (f64, f64) {
        match self.place {
            Place::Zero => (x - 18.0, x),
            Place::Between => (x - 6.0, x + 6.0),
            Place::Cap => (x, x + 18.0),
        }
    }
}

/// The distribution cut into bins and point masses.
struct Shares {
    masses: Vec<PointMass>,
    /// Lower edge, upper edge, share.
    bins: Vec<(f64, f64, f64)>,
    step: f64,
}

/// Draws the distribution of what a payor owes.
///
/// # Errors
/// If a number is not finite.
pub fn liability(liability: &Liability) -> Result<Picture, ChartError> {
    let Liability { payor, currency, totals, cap, mean, mean_se, p50, p95, trials: number } = liability;
    finite("a payor's total", totals)?;
    finite("the mean, its error, a percentile or the cap", &[*mean, *mean_se, *p50, *p95, cap.unwrap_or(0.0)])?;
    let money = |amount| money(currency, amount);
    let mut sorted = totals.clone();
    sorted.sort_by(f64::total_cmp);
    let shares = cut(&sorted, *cap);

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

    let (lowest, highest) = domain(&sorted, &shares, liability);
    let near_cap = cap.filter(|cap| *cap <= highest + (highest - lowest).max(highest.abs()));
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
    let high = near_cap.map_or(highest, |cap| highest.max(cap));
    let top = legend(&mut canvas, top, &shares, currency) + FLAGS + 4.0;
    let plot = Rect { left: 82.0, top, right: THEME.width - 82.0, bottom: top + 280.0 };
    let scale = Scale { low: lowest, high, from: plot.left + 34.0, to: plot.right - 34.0 };
    axes(&mut canvas, plot, &scale, &shares, liability);
    bars(&mut canvas, plot, &scale, &shares);
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

fn cut(sorted: &[f64], cap: Option<f64>) -> Shares {
    let number = sorted.len() as f64;
    let mut masses = Vec::new();
    let mut rest: Vec<f64> = Vec::new();
    let few =
        sorted.chunk_by(|a, b| same(*a, *b)).filter(|run| !same(run[0], 0.0) && cap.is_none_or(|cap| !same(run[0], cap))).count() <= 1;
    for run in sorted.chunk_by(|a, b| same(*a, *b)) {
        let (at, share) = (run[0], run.len() as f64 / number);
        let place = if same(at, 0.0) {
            Some(Place::Zero)
        } else if cap.is_some_and(|cap| same(at, cap)) {
            Some(Place::Cap)
        } else if few || (run.len() > 1 && share >= 0.05) {
            Some(Place::Between)
        } else {
            None
        };
        match place {
            Some(place) => masses.push(PointMass { at, share, place }),
            None => rest.extend(run),
        }
    }
    let (Some(&first), Some(&last)) = (rest.first(), rest.last()) else { return Shares { masses, bins: Vec::new(), step: 0.0 } };
    let step = if same(first, last) {
        (first.abs() * 0.02).max(0.01)
    } else {
        axis::nice_step(last - first, (2.0 * number.sqrt()).clamp(4.0, 26.0))
    };
    let origin = masses.iter().find(|mass| mass.place == Place::Cap).map_or(0.0, |mass| mass.at);
    let index = |total: f64| ((total - origin) / step + 1e-9).floor();
    let lowest = index(first);
    let mut counts = vec![0_u32; (index(last) - lowest) as usize + 1];
    for &total in &rest {
        counts[(index(total) - lowest) as usize] += 1;
    }
    let floor = if first > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let bins = counts.iter().enumerate().map(|(at, &count)| {
        let edge = origin + (lowest + at as f64) * step;
        (edge.max(floor), edge + step, f64::from(count) / number)
    });
    Shares { bins: bins.collect(), masses, step }
}

/// The range of amounts worth showing without the cap; zero belongs to it unless all the amounts are far from it.
fn domain(sorted: &[f64], shares: &Shares, liability: &Liability) -> (f64, f64) {
    let edges = shares.bins.iter().flat_map(|bin| [bin.0, bin.1]);
    let values = edges.chain(shares.masses.iter().map(|mass| mass.at)).chain([liability.p50, liability.p95]);
    let (mut low, mut high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let far = shares.bins.len() > 1 && low > 0.45 * high;
    if low > 0.0 && !far {
        low = 0.0;
    }
    if sorted.is_empty() || high - low <= 0.0 {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    if high - low <= 0.0 { (0.0, liability.cap.filter(|&cap| cap > 0.0).unwrap_or(1.0)) } else { (low, high) }
}

fn legend(canvas: &mut Canvas, top: f64, shares: &Shares, currency: &str) -> f64 {
    let band = format!("share of trials in each band of {} (left axis)", money(currency, shares.step));
    let mut entries = Vec::new();
    if !shares.bins.is_empty() {
        entries.push((Swatch::Area(THEME.main.faded(0.75)), band.as_str()));
    }
    if !shares.masses.is_empty() {
        entries.push((MASS, "share with exactly one amount (left axis)"));
    }
    entries.push((Swatch::Line(THEME.ink, 2.0), "share paying this or less (right axis)"));
    canvas.legend(top, &entries)
}

const MASS: Swatch = Swatch::Hatched(THEME.second, THEME.alarm, true);

/// The top of the left axis: four even steps to a round share.
fn tallest(shares: &Shares) -> f64 {
    let tallest = shares.bins.iter().map(|bin| bin.2).chain(shares.masses.iter().map(|mass| mass.share)).fold(0.0, f64::max);
    let steps = [0.0005, 0.001, 0.002, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25];
    4.0 * steps.into_iter().find(|step| 4.0 * step >= tallest * 1.001).unwrap_or(0.25)
}

fn axes(canvas: &mut Canvas, plot: Rect, scale: &Scale, shares: &Shares, liability: &Liability) {
    let (money_text, top_share) = (&liability.currency, tallest(shares));
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

fn bars(canvas: &mut Canvas, plot: Rect, scale: &Scale, shares: &Shares) {
    let top_share = tallest(shares);
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
