//! When does the money fall due? Cumulative payments by period, as bands around the middle case.
//!
//! Comes in: percentiles by period. Goes out: a picture. Must never know: how long a period is.

use super::axis::{self, Scale};
use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::label::spread_or_pack;
use super::theme::THEME;
use super::{ChartError, Picture, finite, stem};
use crate::words::board::{money, money_axis, trials};

/// What one payor has paid by the end of each period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fan {
    /// Who pays.
    pub payor: String,
    /// ISO code, such as `USD`.
    pub currency: String,
    /// The calendar name of each period, such as `2025 Q3`.
    pub labels: Vec<String>,
    /// Paid up to the end of each period: 5th, 25th, 50th, 75th and 95th percentile over the trials; major currency units.
    pub bands: Vec<[f64; 5]>,
    /// The most this payor may owe in total; major currency units.
    pub cap: Option<f64>,
    /// Number of trials behind the percentiles.
    pub trials: u64,
}

/// Strokes of the line that parts what is known from what is to come, and the gaps between them.
const NOW_DASH: (f64, f64) = (2.0, 3.0);
const NOW: Swatch = Swatch::Dashes(THEME.ink, 1.0, NOW_DASH);

const NAMES: [&str; 5] = ["P5", "P25", "Middle", "P75", "P95"];

/// Draws cumulative payments over time.
///
/// # Errors
/// If a number is not finite, percentiles do not ascend, or labels and periods differ in number.
pub fn payments_fan(fan: &Fan) -> Result<Picture, ChartError> {
    payments_fan_against(fan, None)
}

/// Draws the same in front of what was paid under `before`, if one of them has the first periods of the other; what is paid at the end of
/// the shorter one stays paid.
///
/// # Errors
/// As [`payments_fan`].
pub fn payments_fan_against(fan: &Fan, before: Option<&Fan>) -> Result<Picture, ChartError> {
    drawn(fan, before, before::AS_SIGNED, None)
}

/// Draws what was paid in the first periods, `known` of them, and what is to come, in front of what was planned: the same periods.
///
/// # Errors
/// As [`payments_fan`].
pub fn payments_fan_since(fan: &Fan, planned: &Fan, known: usize) -> Result<Picture, ChartError> {
    drawn(fan, Some(planned), "as planned", Some(known))
}

/// `called` is what the shape of `before` is called, `known` how many periods are over.
fn drawn(fan: &Fan, before: Option<&Fan>, called: &str, known: Option<usize>) -> Result<Picture, ChartError> {
    let Fan { payor, currency, labels: own_labels, bands, cap, trials: number } = fan;
    for Fan { labels, bands, cap, .. } in core::iter::once(fan).chain(before) {
        finite("a payment percentile", bands.as_flattened())?;
        finite("the cap", cap.as_slice())?;
        if labels.len() != bands.len() {
            return Err(ChartError::LabelCount { labels: labels.len(), bands: bands.len() });
        }
        if let Some(at) = bands.iter().position(|band| !band.is_sorted()) {
            return Err(ChartError::NotAscending { period: at + 1, found: bands[at] });
        }
    }
    let comparable = |before: &&Fan| own_labels.starts_with(&before.labels) || before.labels.starts_with(own_labels);
    let old = before.filter(|before| !before.bands.is_empty()).filter(comparable);
    let labels = old.map(|old| &old.labels).filter(|labels| labels.len() > own_labels.len()).unwrap_or(own_labels);
    let name = stem("payments", payor);
    let (Some(last), Some(last_label)) = (bands.last(), own_labels.last()) else {
        let title = format!("{payor}: no periods to show");
        let (mut canvas, top) = Canvas::with_header(&title, "The contract has no periods.");
        canvas.text(THEME.width / 2.0, top + 70.0, "There are no periods to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 140.0, name, title.clone(), title);
    };
    let text = |amount: f64| money(currency, amount);
    let title = finding(fan, last, last_label);
    let mut subtitle = format!("Paid so far at the end of each period, not discounted, in {}.", trials(*number));

    let values = || core::iter::once(fan).chain(old).flat_map(|fan| fan.bands.as_flattened().iter().copied());
    let lowest = values().fold(0.0, f64::min);
    let reached = values().fold(0.0, f64::max);
    let shown_cap = cap.filter(|cap| *cap <= 2.0 * reached || reached <= 0.0 && lowest >= 0.0);
    if let (Some(cap), None) = (cap, shown_cap) {
        subtitle += &format!(" The cap of {} lies above the chart.", text(*cap));
    }
    let highest = shown_cap.map_or(reached, |cap| reached.max(cap));
    let (lowest, highest) = if highest - lowest > 0.0 { (lowest, highest) } else { (0.0, 1.0) };
    let step = axis::nice_step(highest - lowest, 6.0);
    let (low, high) = ((lowest / step + 1e-9).floor() * step, highest + 0.03 * (highest - lowest));
    let write = money_axis(currency, high.abs().max(low.abs()), step);

    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    let mut legend = vec![
        (Swatch::Line(THEME.main, 2.5), "middle case: half of the trials paid this or less"),
        (Swatch::Area(THEME.main.faded(0.40)), "the middle half of the trials"),
        (Swatch::Area(THEME.main.faded(0.16)), "90 of 100 trials"),
    ];
    if shown_cap.is_some() {
        legend.push((Swatch::Dashes(THEME.alarm, 2.0, (7.0, 4.0)), "cap"));
    }
    if old.is_some() {
        legend.push((before::LINE, called));
    }
    let known = known.filter(|known| (1..labels.len()).contains(known));
    if known.is_some() {
        legend.push((NOW, "now: what lies before is known"));
    }
    let top = canvas.legend(top, &legend) + 10.0;
    let ticks = axis::multiples(low, high, step);
    let widest = ticks.iter().map(|&tick| Type::SMALL.width(&write(tick))).fold(0.0, f64::max);
    let ends = end_labels(fan, last, shown_cap);
    let room = ends.iter().map(|(_, end)| Type::STRONG.width(end)).fold(0.0, f64::max);
    let plot = Rect { left: THEME.margin + 24.0 + widest, top, right: THEME.width - THEME.margin - 22.0 - room, bottom: top + 300.0 };
    let upright = Scale { low, high, from: plot.bottom, to: plot.top };
    let across = Scale { low: 0.0, high: labels.len() as f64, from: plot.left, to: plot.right };
    axis::left(&mut canvas, plot, &upright, &ticks, &write, &format!("Paid so far ({currency})"));
    let below = periods(&mut canvas, plot, &across, labels);

    let line_of = |bands: &[[f64; 5]], of: usize| {
        let start = core::iter::once((plot.left, upright.at(0.0)));
        let point = |(at, band): (usize, &[f64; 5])| (across.at(at as f64 + 1.0), upright.at(band[of]));
        let mut line: Vec<(f64, f64)> = start.chain(bands.iter().enumerate().map(point)).collect();
        let end = line[line.len() - 1];
        if bands.len() < labels.len() {
            line.push((plot.right, end.1));
        }
        line
    };
    let line = |of: usize| line_of(bands, of);
    if let Some(old) = old {
        for edge in [4, 0] {
            canvas.path(line_of(&old.bands, edge), THEME.before, 1.25);
        }
    }
    for (below, above, alpha) in [(0, 4, 0.16), (1, 3, 0.28)] {
        let mut outline = line(above);
        outline.extend(line(below).into_iter().rev());
        canvas.polygon(outline, THEME.main.faded(alpha));
    }
    if let Some(old) = old {
        before::line(&mut canvas, &line_of(&old.bands, 2));
    }
    canvas.path(line(2), THEME.main, 2.5);
    if let Some(known) = known {
        let now = across.at(known as f64);
        canvas.dashed((now, plot.top), (now, plot.bottom), THEME.ink, 1.0, NOW_DASH);
    }
    if let Some(cap) = shown_cap {
        canvas.dashed((plot.left, upright.at(cap)), (plot.right, upright.at(cap)), THEME.alarm, 2.0, (7.0, 4.0));
    }
    let wanted: Vec<f64> = ends.iter().map(|(value, _)| upright.at(*value)).collect();
    let centres = spread_or_pack(&wanted, &vec![Type::STRONG.leading(); ends.len()], 1.0, plot.top - 12.0, plot.bottom + 12.0);
    for (((_, end), from), to) in ends.iter().zip(wanted).zip(centres) {
        let colour = if end.contains("Cap") { THEME.alarm } else { THEME.ink };
        let kind = if end.contains("Middle") || end.contains("Cap") { Type::STRONG } else { Type::TEXT };
        canvas.path(
            vec![(plot.right + 2.0, from), (plot.right + 6.0, from), (plot.right + 14.0, to), (plot.right + 18.0, to)],
            THEME.muted,
            1.0,
        );
        canvas.text(plot.right + 22.0, to + 4.5, end, kind.coloured(colour), Anchor::Start);
    }
    let mut description = format!("Fan chart. {title}. {subtitle} At the end of {last_label}:");
    for (name, value) in NAMES.iter().zip(last) {
        description += &format!(" {name} {};", text(*value));
    }
    if let Some(cap) = cap {
        description += &format!(" cap {}.", text(*cap));
    }
    if let Some(Fan { bands, labels, .. }) = old {
        let [low, .., high] = bands[bands.len() - 1];
        let (middle, label) = (bands[bands.len() - 1][2], &labels[labels.len() - 1]);
        let called_first = if known.is_some() { "As planned" } else { "As signed" };
        description += &format!(
            " {called_first}, at the end of {label}: Middle {}, {} to {} in 90 of 100 trials.",
            text(middle),
            text(low),
            text(high)
        );
    } else if before.is_some() {
        description += " As signed it has other periods, which are not shown.";
    }
    canvas.picture(plot.bottom + below, name, title, description)
}

fn finding(fan: &Fan, last: &[f64; 5], last_label: &str) -> String {
    let text = |amount: f64| money(&fan.currency, amount);
    let (payor, low, middle, high) = (&fan.payor, text(last[0]), text(last[2]), text(last[4]));
    if last.iter().all(|value| *value == 0.0) && fan.bands.as_flattened().iter().all(|value| *value == 0.0) {
        return format!("{payor} will have paid nothing by the end of {last_label} in at least 95 of 100 futures");
    }
    if low == high {
        return format!("By the end of {last_label}, {payor} will have paid {middle} in nearly all futures");
    }
    format!(
        "By the end of {last_label}, {payor} will have paid {middle} in the middle case, and between {low} and {high} in 90 of 100 futures"
    )
}

/// The values at the right end, largest first, those of the same amount in one label.
fn end_labels(fan: &Fan, last: &[f64; 5], cap: Option<f64>) -> Vec<(f64, String)> {
    let mut named: Vec<(f64, &str)> = last.iter().copied().zip(NAMES).rev().collect();
    if let Some(cap) = cap {
        named.push((cap, "Cap"));
    }
    named.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut groups: Vec<(f64, Vec<&str>)> = Vec::new();
    for (value, name) in named {
        match groups.last_mut() {
            Some((other, names)) if money(&fan.currency, *other) == money(&fan.currency, value) => names.push(name),
            _ => groups.push((value, vec![name])),
        }
    }
    let write = |(value, mut names): (f64, Vec<&str>)| {
        names.sort_by_key(|name| (*name != "Cap", NAMES.iter().position(|known| known == name)));
        let caption = match names[..] {
            ["P5", _, _, _, "P95"] => "P5 to P95".to_owned(),
            _ => names.join(", "),
        };
        (value, format!("{caption} {}", money(&fan.currency, value)))
    };
    groups.into_iter().map(write).collect()
}

/// Names of the periods below the plot, at a stride at which they fit, with a mark at the end of each. Returns the height they take.
pub(super) fn periods(canvas: &mut Canvas, plot: Rect, across: &Scale, labels: &[String]) -> f64 {
    let each = (plot.right - plot.left) / labels.len() as f64;
    let room = (each - 12.0).clamp(100.0, 240.0);
    let shown: Vec<Vec<String>> = labels.iter().map(|label| Type::SMALL.wrap(label, room, 2)).collect();
    let half = |lines: &[String]| lines.iter().map(|line| Type::SMALL.width(line)).fold(0.0, f64::max) / 2.0;
    let widest = 2.0 * shown.iter().map(|lines| half(lines)).fold(0.0, f64::max);
    let least = ((widest + 12.0) / each).ceil().max(1.0) as usize;
    // naming every fourth quarter or twelfth month beats naming a few more of them
    let season = |label: &str| label.rsplit([' ', '-', '/']).next().map(str::to_owned);
    let alike = |stride: &usize| labels.iter().step_by(*stride).all(|label| season(label) == season(&labels[0]));
    let stride = if least == 1 { 1 } else { (least..=(4 * least).min(labels.len() / 2)).find(alike).unwrap_or(least) };
    for at in 0..=labels.len() {
        let x = across.at(at as f64);
        let long = at % stride == 0 || at == labels.len();
        canvas.line((x, plot.bottom), (x, plot.bottom + if long { 7.0 } else { 4.0 }), THEME.muted, 1.0);
    }
    for (at, lines) in shown.iter().enumerate().step_by(stride) {
        let x = across.at(at as f64 + 0.5).clamp(THEME.margin + half(lines), THEME.width - THEME.margin - half(lines));
        for (row, line) in lines.iter().enumerate() {
            canvas.text(x, plot.bottom + 20.0 + Type::SMALL.leading() * row as f64, line, Type::SMALL, Anchor::Middle);
        }
    }
    let rows = shown.iter().step_by(stride).map(Vec::len).max().unwrap_or(1) as f64;
    let caption = if stride == 1 { "Period" } else { "Period (a mark at the end of each)" };
    let below = 26.0 + Type::SMALL.leading() * rows;
    canvas.text((plot.left + plot.right) / 2.0, plot.bottom + below, caption, Type::SMALL, Anchor::Middle);
    below + 14.0
}
