//! Where is the money in one future? What was spent, drawn, paid and given back so far, at the end of each period.
//!
//! Comes in: running totals by period, strand by strand. Goes out: a picture. Must never know: who the strands are.

use super::axis::{self, Scale};
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::fan::periods;
use super::label::spread_or_pack;
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, finite};
use crate::words::board::{money, money_axis};

/// The money of one trial over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Future {
    /// The finding, in one sentence.
    pub title: String,
    /// Which trial it is, and why this one.
    pub subtitle: String,
    /// ISO code, such as `USD`.
    pub currency: String,
    /// The calendar name of each period, such as `2025 Q3`.
    pub labels: Vec<String>,
    /// At most four running totals.
    pub strands: Vec<Strand>,
}

/// One running total.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strand {
    /// What it is: "paid by payors".
    pub name: String,
    /// Total up to the end of each period; major currency units.
    pub totals: Vec<f64>,
}

/// Colour, width, and dashes if it is not a full line.
type Look = (Colour, f64, Option<(f64, f64)>);

/// How strands look: no strand relies on its colour alone.
const LOOKS: [Look; 4] =
    [(THEME.ink, 2.0, None), (THEME.second, 3.5, None), (THEME.main, 2.5, Some((9.0, 4.0))), (THEME.alarm, 2.5, Some((3.0, 3.0)))];

/// Draws the money of one trial over time, as steps: money moves in a period as a whole.
///
/// # Errors
/// If a number is not finite, or a strand has another number of periods than there are labels.
pub fn future(chart: &Future) -> Result<Picture, ChartError> {
    let Future { title, subtitle, currency, labels, strands } = chart;
    for strand in strands {
        finite(&strand.name, &strand.totals)?;
        if strand.totals.len() != labels.len() {
            return Err(ChartError::LabelCount { labels: labels.len(), bands: strand.totals.len() });
        }
    }
    let name = "one-future".to_owned();
    let (mut canvas, top) = Canvas::with_header(title, subtitle);
    if strands.is_empty() || labels.is_empty() {
        canvas.text(THEME.width / 2.0, top + 70.0, "There are no periods to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 140.0, name, title.clone(), format!("{title}. {subtitle}"));
    }
    let look = |at: usize| LOOKS[at % LOOKS.len()];
    let legend: Vec<(Swatch, &str)> = strands
        .iter()
        .enumerate()
        .map(|(at, strand)| {
            let (colour, width, dash) = look(at);
            (dash.map_or(Swatch::Line(colour, width), |dash| Swatch::Dashes(colour, width, dash)), strand.name.as_str())
        })
        .collect();
    let top = canvas.legend(top, &legend) + 10.0;
    let totals = || strands.iter().flat_map(|strand| strand.totals.iter().copied());
    let (lowest, highest) = (totals().fold(0.0, f64::min), totals().fold(0.0, f64::max));
    let (lowest, highest) = if highest > lowest { (lowest, highest) } else { (0.0, 1.0) };
    let step = axis::nice_step(highest - lowest, 6.0);
    let (low, high) = ((lowest / step + 1e-9).floor() * step, highest + 0.03 * (highest - lowest));
    let write = money_axis(currency, high.abs().max(low.abs()), step);
    let ticks = axis::multiples(low, high, step);
    let widest = ticks.iter().map(|&tick| Type::SMALL.width(&write(tick))).fold(0.0, f64::max);
    let ends: Vec<String> = strands.iter().map(|strand| money(currency, strand.totals.last().copied().unwrap_or(0.0))).collect();
    let room = ends.iter().map(|end| Type::STRONG.width(end)).fold(0.0, f64::max);
    let plot = Rect { left: THEME.margin + 24.0 + widest, top, right: THEME.width - THEME.margin - 22.0 - room, bottom: top + 300.0 };
    let upright = Scale { low, high, from: plot.bottom, to: plot.top };
    let across = Scale { low: 0.0, high: labels.len() as f64, from: plot.left, to: plot.right };
    axis::left(&mut canvas, plot, &upright, &ticks, &write, &format!("So far ({currency})"));
    let below = periods(&mut canvas, plot, &across, labels);
    let mut description = format!("Step lines. {title}. {subtitle} At the end of {}:", labels[labels.len() - 1]);
    // the widest first, so that strands that run together are all seen
    let mut order: Vec<usize> = (0..strands.len()).collect();
    order.sort_by(|&one, &other| look(other).1.total_cmp(&look(one).1));
    order.into_iter().for_each(|at| steps(&mut canvas, &across, &upright, &strands[at], look(at)));
    for (at, strand) in strands.iter().enumerate() {
        description += &format!(" {} {};", strand.name, ends[at]);
    }
    let wanted: Vec<f64> = strands.iter().map(|strand| upright.at(strand.totals.last().copied().unwrap_or(0.0))).collect();
    let centres = spread_or_pack(&wanted, &vec![Type::STRONG.leading(); ends.len()], 1.0, plot.top - 12.0, plot.bottom + 12.0);
    for (at, (end, to)) in ends.iter().zip(centres).enumerate() {
        let ink = if look(at).0 == THEME.second { THEME.ink } else { look(at).0 };
        let from = wanted[at];
        let leader = vec![(plot.right + 2.0, from), (plot.right + 6.0, from), (plot.right + 14.0, to), (plot.right + 18.0, to)];
        canvas.path(leader, THEME.muted, 1.0);
        canvas.text(plot.right + 22.0, to + 4.5, end, Type::STRONG.coloured(ink), Anchor::Start);
    }
    canvas.picture(plot.bottom + below, name, title.clone(), description)
}

fn steps(canvas: &mut Canvas, across: &Scale, upright: &Scale, strand: &Strand, (colour, width, dash): Look) {
    let mut points = vec![(across.at(0.0), upright.at(0.0))];
    let mut height = 0.0;
    for (period, &total) in strand.totals.iter().enumerate() {
        // money moves within the period: drawn in its middle
        let x = across.at(period as f64 + 0.5);
        if total != height {
            points.push((x, upright.at(height)));
            points.push((x, upright.at(total)));
            height = total;
        }
    }
    points.push((across.at(strand.totals.len() as f64), upright.at(height)));
    match dash {
        None => canvas.path(points, colour, width),
        Some(dash) => points.windows(2).for_each(|ends| canvas.dashed(ends[0], ends[1], colour, width, dash)),
    }
}
