//! What may each investor earn or lose? One panel a tranche: the distribution of IRR, total loss beside it, undefined cases in words.
//!
//! Comes in: the defined returns of each tranche, the shares of the undefined kinds. Goes out: a picture. Must never know: cash flows.

use super::axis::{self, FLAGS, Flag, Scale};
use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::THEME;
use super::{ChartError, Picture, finite, share};
use crate::words::board::{of_hundred, percent, percent_with_error, rate, trials};
use crate::words::count::grouped;
use crate::words::number;

/// The returns of one tranche.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrancheRow {
    /// Name of the tranche.
    pub name: String,
    /// IRR in each trial where it is defined, or in a sample of those; 0.05 is 5% a year, −1 is total loss.
    pub irr: Vec<f64>,
    /// Share of all trials in which the tranche was never drawn, 0 to 1.
    pub not_drawn: f64,
    /// Share of all trials in which no rate solves the cash flows, 0 to 1.
    pub no_root: f64,
    /// Probability that less than what was drawn comes back, 0 to 1.
    pub p_loss: f64,
    /// Its Monte Carlo standard error.
    pub p_loss_se: f64,
    /// Median IRR over the trials where it is defined.
    pub median: Option<f64>,
    /// What is got back per 1 put in, median over the trials in which anything is: told instead of the median IRR where too many trials
    /// have no IRR.
    pub multiple: Option<f64>,
}

/// The returns of all tranches of a deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Returns {
    /// One row a tranche, in the order they are to be shown.
    pub rows: Vec<TrancheRow>,
    /// How many tranches there are: more than rows where only the largest are shown.
    pub of: usize,
    /// The rate investors compare with; 0.05 is 5% a year.
    pub hurdle: Option<f64>,
    /// Number of trials.
    pub trials: u64,
}

const ROW: f64 = 74.0;
const NAME_ROOM: f64 = 168.0;
const STATS_ROOM: f64 = 176.0;
const COLUMN: f64 = 78.0;
/// Losses beyond this rate share one column: a loss of 40% a year and one of 60% are the same news, and the axis has better uses.
const HEAVY: f64 = -0.30;
/// Returns beyond this rate share the last bar.
const STEEP: f64 = 1.0;
/// Strokes of the hurdle.
const DOTS: (f64, f64) = (2.0, 3.0);
const TOTAL_LOSS: Swatch = Swatch::Hatched(SALMON, THEME.alarm, true);
const LOSS: Swatch = Swatch::Hatched(SALMON, THEME.alarm, false);
const SALMON: crate::chart::theme::Colour = crate::chart::theme::Colour { rgb: (0xff, 0xc9, 0xa3), alpha: 1.0 };

/// Draws the returns of each tranche.
///
/// # Errors
/// If a number is not finite or a share lies outside 0 to 1.
pub fn tranche_returns(returns: &Returns) -> Result<Picture, ChartError> {
    tranche_returns_against(returns, None)
}

/// Draws the same in front of the returns `before` of tranches of the same names.
///
/// # Errors
/// As [`tranche_returns`].
pub fn tranche_returns_against(returns: &Returns, before: Option<&Returns>) -> Result<Picture, ChartError> {
    let Returns { rows, of, hurdle, trials: number } = returns;
    let old_hurdle = before.and_then(|before| before.hurdle);
    let same_hurdle = |old: &f64| hurdle.is_some_and(|now| (now - old).abs() < 1e-9);
    let old_hurdle = old_hurdle.filter(|old| !same_hurdle(old));
    finite("the hurdle", hurdle.as_slice())?;
    finite("the hurdle as signed", old_hurdle.as_slice())?;
    let old_of = |row: &TrancheRow| before.and_then(|before| before.rows.iter().find(|old| old.name == row.name && !old.irr.is_empty()));
    let with_old = || rows.iter().chain(rows.iter().filter_map(old_of));
    for row in with_old() {
        finite(&format!("an IRR of {}", row.name), &row.irr)?;
        finite(&format!("the median or error of {}", row.name), &[row.median.unwrap_or(0.0), row.p_loss_se])?;
        for (what, value) in [("never drawn", row.not_drawn), ("no rate", row.no_root), ("loss", row.p_loss)] {
            share(&format!("the share of {what} of {}", row.name), value)?;
        }
    }
    let title = finding(rows);
    let which = if *of > rows.len() {
        format!("of the {} largest of {} tranches", rows.len(), grouped(*of as u64))
    } else {
        "of each tranche".into()
    };
    let subtitle = format!(
        "Yearly rate of return (IRR) {which} in {}. Heights compare within a row: the tallest bar fills it. ± is one standard error, in points.",
        trials(*number)
    );
    let mut description = format!("Histograms, one for each tranche. {title}. {subtitle}");
    if let Some(hurdle) = hurdle {
        description += &format!(" The hurdle is {}.", rate(*hurdle));
    }
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    if rows.is_empty() {
        canvas.text(THEME.width / 2.0, top + 50.0, "There are no tranches to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 110.0, "tranche-returns".to_owned(), title, description);
    }
    let mut legend = vec![
        (Swatch::Area(THEME.main), "money back or more"),
        (LOSS, "part of it lost"),
        (TOTAL_LOSS, "all lost"),
        (Swatch::Line(THEME.ink, 2.5), "median"),
    ];
    if rows.iter().any(|row| !row.irr.is_empty() && old_of(row).is_some()) {
        legend.extend([(before::AREA, before::AS_SIGNED), (before::LINE, "median as signed")]);
    }
    if old_hurdle.is_some() {
        legend.push((Swatch::Dashes(THEME.before, 1.5, DOTS), "hurdle as signed"));
    }
    let top = canvas.legend(top, &legend) + if hurdle.is_some() { FLAGS } else { 22.0 };
    let bottom = top + ROW * rows.len() as f64;
    let Domain { low, high, step, heavy_losses, gathered } = domain(with_old(), [*hurdle, old_hurdle]);
    let left = column(if heavy_losses { 2 } else { 1 }) - COLUMN / 2.0 + 8.0;
    let scale = Scale { low, high, from: left, to: THEME.width - THEME.margin - STATS_ROOM - 16.0 };
    let tick_step = axis::nice_step(high - low, 7.0);
    for tick in axis::multiples(low, high, tick_step) {
        let colour = if tick.abs() < 1e-9 { THEME.muted } else { THEME.grid };
        canvas.line((scale.at(tick), top), (scale.at(tick), bottom), colour, 1.0);
    }
    canvas.text(column(0), top - 6.0, "Total loss", Type::SMALL, Anchor::Middle);
    if heavy_losses {
        canvas.text(column(1), top - 6.0, "Heavy loss", Type::SMALL, Anchor::Middle);
        canvas.text(column(1), bottom + 18.0, &format!("< {}", rate(low)), Type::SMALL, Anchor::Middle);
    }
    for (at, row) in rows.iter().enumerate() {
        let panel = Rect { left: scale.from, top: top + ROW * at as f64, right: scale.to, bottom: top + ROW * (at + 1) as f64 };
        description += &draw_row(&mut canvas, panel, &scale, step, (row, old_of(row)), at % 2 == 1);
    }
    axis::bottom(&mut canvas, &scale, bottom, &axis::multiples(low, high, tick_step), &rate);
    canvas.text(column(0), bottom + 18.0, &rate(-1.0), Type::SMALL, Anchor::Middle);
    let caption = if gathered {
        "IRR a year (the last bar gathers all higher ones)"
    } else {
        "IRR a year; above 0% investors receive more than was drawn"
    };
    canvas.text((scale.from + scale.to) / 2.0, bottom + 38.0, caption, Type::SMALL, Anchor::Middle);
    if let Some(old) = old_hurdle {
        canvas.dashed((scale.at(old), top), (scale.at(old), bottom), THEME.before, 1.5, DOTS);
    }
    if let Some(hurdle) = hurdle {
        let x = scale.at(*hurdle);
        canvas.dashed((x, top), (x, bottom), THEME.ink, 1.5, DOTS);
        axis::flags(&mut canvas, top - FLAGS, &[Flag { at: x, lines: ["Hurdle".to_owned(), rate(*hurdle)], colour: THEME.ink }]);
    }
    canvas.picture(bottom + 54.0, "tranche-returns".to_owned(), title, description)
}

fn finding(rows: &[TrancheRow]) -> String {
    let by_loss = |a: &&TrancheRow, b: &&TrancheRow| a.p_loss.total_cmp(&b.p_loss);
    let with_return: Vec<&TrancheRow> = rows.iter().filter(|row| !row.irr.is_empty()).collect();
    let (Some(&safest), Some(&riskiest)) =
        (with_return.iter().min_by(|a, b| by_loss(a, b)), with_return.iter().max_by(|a, b| by_loss(a, b)))
    else {
        return if rows.is_empty() { "No tranches to show".to_owned() } else { "No tranche has a return in any trial".to_owned() };
    };
    if let ([only], Some(multiple)) = (with_return.as_slice(), safest.multiple) {
        return format!(
            "{} will lose money in {} and receive {} per 1 drawn, in the middle case",
            only.name,
            of_hundred(only.p_loss),
            number::fixed(multiple, 2)
        );
    }
    if with_return.len() == 1 {
        let middle =
            safest.median.map_or_else(|| "have no return".to_owned(), |median| format!("earn {} a year in the middle case", rate(median)));
        return format!("{} will lose money in {} and {middle}", safest.name, of_hundred(safest.p_loss));
    }
    if safest.p_loss == riskiest.p_loss {
        return format!("Each of the {} tranches loses money in {}", with_return.len(), of_hundred(safest.p_loss));
    }
    format!("{} will lose money in {}, {} in {}", riskiest.name, of_hundred(riskiest.p_loss), safest.name, of_hundred(safest.p_loss))
}

/// Total loss has its own column; the axis is for the rest.
fn partial(row: &TrancheRow) -> impl Iterator<Item = f64> + '_ {
    row.irr.iter().copied().filter(|&irr| irr > -1.0 + 1e-9)
}

/// The middle of a column left of the axis: total loss is 0, heavy loss 1.
fn column(at: u32) -> f64 {
    THEME.margin + NAME_ROOM + COLUMN / 2.0 + COLUMN * f64::from(at)
}

/// The axis of the panels.
struct Domain {
    low: f64,
    high: f64,
    /// Width of a bin.
    step: f64,
    /// Some returns lie below the axis and need a column.
    heavy_losses: bool,
    /// Some returns lie above the axis.
    gathered: bool,
}

/// From the worst return or [`HEAVY`] to the 998th thousandth of each tranche, so that one wild trial does not flatten all.
fn domain<'r>(rows: impl Iterator<Item = &'r TrancheRow>, hurdles: [Option<f64>; 2]) -> Domain {
    let (mut low, mut high) = (-0.01_f64, 0.02_f64);
    let (mut lowest, mut highest) = (low, high);
    for row in rows {
        let mut irr: Vec<f64> = partial(row).collect();
        irr.sort_by(f64::total_cmp);
        let cut = irr.len() / 500;
        if let (Some(&first), Some(&last)) = (irr.first(), irr.get(irr.len().saturating_sub(1 + cut))) {
            high = high.max(last);
            (lowest, highest) = (lowest.min(first), highest.max(irr[irr.len() - 1]));
        }
    }
    (low, high) = (low.min(lowest).max(HEAVY), high.min(STEEP));
    for hurdle in hurdles.into_iter().flatten().filter(|&hurdle| hurdle > -1.0) {
        (low, high) = (low.min(hurdle), high.max(hurdle));
    }
    let step = axis::nice_step(high - low, 44.0);
    let (low, high) = ((low / step + 1e-9).floor() * step, (high / step + 1e-9).floor() * step + step);
    Domain { low, high, step, heavy_losses: lowest < low - 1e-9, gathered: highest > high + 1e-9 }
}

/// Draws one tranche and says it in words.
fn draw_row(
    canvas: &mut Canvas,
    panel: Rect,
    scale: &Scale,
    step: f64,
    (row, old): (&TrancheRow, Option<&TrancheRow>),
    shaded: bool,
) -> String {
    let (full_left, full_right) = (THEME.margin, THEME.width - THEME.margin);
    if shaded {
        canvas.rect(Rect { left: full_left - 8.0, right: full_right + 8.0, ..panel }, THEME.grid.faded(0.35));
    }
    canvas.line((full_left - 8.0, panel.bottom), (full_right + 8.0, panel.bottom), THEME.grid, 1.0);
    let lines = Type::STRONG.wrap(&row.name, NAME_ROOM, 3);
    let first = (panel.top + panel.bottom) / 2.0 + 5.0 - Type::STRONG.leading() * (lines.len() as f64 - 1.0) / 2.0;
    for (at, line) in lines.iter().enumerate() {
        canvas.text(full_left, first + Type::STRONG.leading() * at as f64, line, Type::STRONG, Anchor::Start);
    }
    let defined = row.irr.len();
    if defined == 0 {
        let middle = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0 + 4.0);
        let note = "no trials with a return";
        let half = Type::SUBTITLE.width(note) / 2.0 + 6.0;
        canvas.rect(Rect { left: middle.0 - half, right: middle.0 + half, top: middle.1 - 15.0, bottom: middle.1 + 7.0 }, THEME.paper);
        canvas.text(middle.0, middle.1, note, Type::SUBTITLE, Anchor::Middle);
    } else {
        histogram(canvas, panel, scale, step, row, old);
    }
    let mut stats = Vec::new();
    if row.not_drawn + row.no_root < 1.0 - 1e-9 {
        stats.push(format!("Loses money: {}", percent_with_error(row.p_loss, row.p_loss_se)));
        stats.push(match (row.multiple, row.median) {
            (Some(multiple), _) => format!("Median: {} received per 1 drawn", number::fixed(multiple, 2)),
            (None, Some(median)) => format!("Median: {} a year", rate(median)),
            (None, None) => "Median: none".to_owned(),
        });
    }
    let undefined = [("Never drawn", row.not_drawn), ("No IRR exists", row.no_root)];
    stats.extend(undefined.iter().filter(|(_, share)| *share > 0.0).map(|(what, share)| format!("{what}: {}", percent(*share))));
    let top = (panel.top + panel.bottom) / 2.0 - 8.0 * stats.len() as f64;
    for (at, line) in stats.iter().enumerate() {
        let line = Type::SMALL.ellipsize(line, STATS_ROOM);
        canvas.text(full_right - STATS_ROOM, top + 12.0 + 16.0 * at as f64, &line, Type::SMALL.coloured(THEME.ink), Anchor::Start);
    }
    let lost = total_loss(row);
    let mut said = format!(" {}: {}; total loss {}.", row.name, stats.join("; "), percent(lost));
    if let Some(old) = old {
        let median = old.median.map_or_else(String::new, |median| format!(", median {} a year", rate(median)));
        said += &format!(" As signed: loses money {}{median}.", percent(old.p_loss));
    }
    said
}

/// Share of total loss among the trials with a return.
fn total_loss(row: &TrancheRow) -> f64 {
    if row.irr.is_empty() { 0.0 } else { 1.0 - partial(row).count() as f64 / row.irr.len() as f64 }
}

/// Shares of the trials with a return in the bins of a row, in the column of heavy losses and in that of total loss.
struct Heights {
    bins: Vec<f64>,
    heavy: f64,
    lost: f64,
}

impl Heights {
    fn of(row: &TrancheRow, scale: &Scale, step: f64) -> Self {
        let number = row.irr.len() as f64;
        let first = (scale.low / step).round();
        let bins = ((scale.high - scale.low) / step).round() as usize;
        let mut shares = vec![0.0_f64; bins];
        let mut heavy = 0.0;
        for irr in partial(row) {
            let at = (irr / step + 1e-9).floor() - first;
            if at < 0.0 {
                heavy += 1.0 / number;
            } else {
                shares[(at as usize).min(bins - 1)] += 1.0 / number;
            }
        }
        Self { bins: shares, heavy, lost: total_loss(row) }
    }

    fn tallest(&self) -> f64 {
        self.bins.iter().copied().fold(f64::max(self.lost, self.heavy), f64::max)
    }
}

fn histogram(canvas: &mut Canvas, panel: Rect, scale: &Scale, step: f64, row: &TrancheRow, old: Option<&TrancheRow>) {
    let first = (scale.low / step).round();
    let heights = Heights::of(row, scale, step);
    let before = old.map(|old| Heights::of(old, scale, step));
    let tallest = before.iter().map(Heights::tallest).fold(heights.tallest(), f64::max);
    let room = ROW - 26.0;
    let top = |share: f64| (panel.bottom - share / tallest * room).min(panel.bottom - 1.0);
    let sides = |at: usize| {
        let edge = (first + at as f64) * step;
        (scale.at(edge), scale.at(edge + step))
    };
    let column_of = |at: u32, share: f64| Rect { left: column(at) - 13.0, top: top(share), right: column(at) + 13.0, bottom: panel.bottom };
    if let Some(before) = &before {
        let filled = before.bins.iter().enumerate().filter(|(_, share)| **share > 0.0);
        let bars = filled.map(|(at, &share)| (sides(at).0, sides(at).1, top(share)));
        before::area(canvas, before::steps(bars, panel.bottom), panel.bottom);
        for (at, share) in [(0, before.lost), (1, before.heavy)].into_iter().filter(|(_, share)| *share > 0.0) {
            before::rect(canvas, column_of(at, share));
        }
    }
    let Heights { bins, heavy, lost } = heights;
    for (at, &share) in bins.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let edge = (first + at as f64) * step;
        let (left, right) = sides(at);
        let area = Rect { left: left + 0.5, top: top(share), right: right - 0.5, bottom: panel.bottom };
        canvas.swatch(if edge < -1e-9 { LOSS } else { Swatch::Area(THEME.main) }, area);
        if let Some(before) = &before {
            before::level(canvas, area, top(before.bins[at]));
        }
    }
    for (at, share, swatch) in [(0, lost, TOTAL_LOSS), (1, heavy, LOSS)] {
        if share > 0.0 {
            canvas.swatch(swatch, column_of(at, share));
            if let Some(before) = &before {
                before::level(canvas, column_of(at, share), top([before.lost, before.heavy][at as usize]));
            }
        }
        if share > 0.0 || at == 0 {
            canvas.text(column(at), top(share) - 5.0, &percent(share), Type::SMALL.coloured(THEME.ink), Anchor::Middle);
        }
    }
    // beside the bar of a column, so that the mark does not cross the bar's label
    let place = |median: f64| match median {
        median if median <= -1.0 + 1e-9 => column(0) - 24.0,
        median if median < scale.low => column(1) - 24.0,
        median => scale.at(median.min(scale.high)),
    };
    if let Some(median) = old.and_then(|old| old.median) {
        let x = place(median);
        before::line(canvas, &[(x, panel.top + 8.0), (x, panel.bottom)]);
    }
    if let Some(median) = row.median {
        let x = place(median);
        canvas.line((x, panel.top + 8.0), (x, panel.bottom), THEME.paper, 5.0);
        canvas.line((x, panel.top + 8.0), (x, panel.bottom), THEME.ink, 2.5);
        canvas.polygon(vec![(x - 5.0, panel.top + 4.0), (x + 5.0, panel.top + 4.0), (x, panel.top + 12.0)], THEME.ink);
    }
}
