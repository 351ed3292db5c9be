//! What was learnt of each input? Two bars an input, as planned and as it is now, from the 5th to the 95th percentile, with the middle.
//!
//! Comes in: percentiles and how people write them. Goes out: a picture. Must never know: what was reported, how it was weighed.
//!
//! Inputs have units of their own, so each has a scale of its own, and its values stand beside the bars.

use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, axis::Scale, finite};

/// Inputs before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learnt {
    /// The finding, in one sentence.
    pub title: String,
    /// What is shown, and how.
    pub subtitle: String,
    /// The inputs.
    pub rows: Vec<LearntRow>,
}

/// One input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LearntRow {
    /// Its name.
    pub name: String,
    /// How well it was founded; may be empty.
    pub note: String,
    /// 5th, 50th and 95th percentile as planned, in its own unit.
    pub planned: [f64; 3],
    /// The same now.
    pub now: [f64; 3],
    /// How people write the three, as planned and now.
    pub written: [[String; 3]; 2],
}

const ROW: f64 = 58.0;
const BAR: f64 = 14.0;

/// Draws each input as planned and now.
///
/// # Errors
/// If a number is not finite, or percentiles do not ascend.
pub fn learnt(chart: &Learnt) -> Result<Picture, ChartError> {
    for (at, row) in chart.rows.iter().enumerate() {
        for three in [row.planned, row.now] {
            finite(&format!("a percentile of {}", row.name), &three)?;
            if !three.is_sorted() {
                let [low, middle, high] = three;
                return Err(ChartError::NotAscending { period: at + 1, found: [low, low, middle, high, high] });
            }
        }
    }
    let (mut canvas, top) = Canvas::with_header(&chart.title, &chart.subtitle);
    let top = canvas.legend(top, &[(before::AREA, "as planned"), (Swatch::Area(THEME.main), "given what was reported")]) + 10.0;
    let (names, sayings) = (name_room(chart), saying_room(chart));
    let left = THEME.margin + names + 14.0;
    let right = THEME.width - THEME.margin - sayings - 14.0;
    let mut description = format!("Bars. {} {}", chart.title, chart.subtitle);
    for (at, row) in chart.rows.iter().enumerate() {
        let y = top + at as f64 * ROW;
        if at > 0 {
            canvas.line((THEME.margin, y), (THEME.width - THEME.margin, y), THEME.grid, 1.0);
        }
        let middle = y + ROW / 2.0 + 4.5;
        let name = Type::TEXT.ellipsize(&row.name, names);
        canvas.text(THEME.margin, if row.note.is_empty() { middle } else { middle - 9.0 }, &name, Type::TEXT, Anchor::Start);
        canvas.text(THEME.margin, middle + 9.0, &Type::SMALL.ellipsize(&row.note, names), Type::SMALL, Anchor::Start);
        let across = scale(row, left + 4.0, right - 4.0);
        let lanes = [(row.planned, y + 12.0, true), (row.now, y + ROW - 12.0 - BAR, false)];
        for ((three, from, is_old), written) in lanes.into_iter().zip(&row.written) {
            let [low, middle, high] = three.map(|value| across.at(value));
            // What is certain is still seen.
            let bar = Rect { left: low.min(middle - 1.5), top: from, right: high.max(middle + 1.5), bottom: from + BAR };
            let tick = if is_old { THEME.ink } else { THEME.paper };
            draw(&mut canvas, bar, is_old);
            canvas.line((middle, from + 1.0), (middle, from + BAR - 1.0), tick, 2.0);
            let kind = if is_old { Type::SMALL } else { Type::SMALL.coloured(THEME.ink) };
            canvas.text(right + 14.0, from + BAR - 3.0, &kind.ellipsize(&saying(written), sayings), kind, Anchor::Start);
        }
        let [planned, now] = row.written.each_ref().map(said);
        description += &format!(" {}: as planned {planned}; now {now}.", row.name);
    }
    if chart.rows.is_empty() {
        canvas.text(THEME.width / 2.0, top + 40.0, "There is no input to show.", Type::SUBTITLE, Anchor::Middle);
    }
    let foot = top + ROW * chart.rows.len().max(1) as f64;
    let note = "Each bar from the 5th to the 95th percentile, with a line at the middle. Each input has its own scale.";
    canvas.text(THEME.margin, foot + 20.0, note, Type::SMALL, Anchor::Start);
    canvas.picture(foot + 36.0, "learnt".to_owned(), chart.title.clone(), description)
}

fn draw(canvas: &mut Canvas, bar: Rect, is_old: bool) {
    let colour: Colour = THEME.main;
    if is_old { before::rect(canvas, bar) } else { canvas.rect(bar, colour) }
}

/// The scale of one input: what both bars cover, with a bit of room; of what never varies, its place in the middle.
fn scale(row: &LearntRow, from: f64, to: f64) -> Scale {
    let all = || row.planned.into_iter().chain(row.now);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let room = if high > low { 0.03 * (high / 2.0 - low / 2.0) } else { low.abs().max(1.0) };
    Scale { low: low - room, high: high + room, from, to }
}

fn name_room(chart: &Learnt) -> f64 {
    let widths = chart.rows.iter().flat_map(|row| [Type::TEXT.width(&row.name), Type::SMALL.width(&row.note)]);
    widths.fold(60.0, f64::max).min(250.0)
}

fn saying_room(chart: &Learnt) -> f64 {
    chart.rows.iter().flat_map(|row| &row.written).map(|written| Type::SMALL.width(&saying(written))).fold(60.0, f64::max).min(300.0)
}

/// `0.31 to 0.52, middle 0.42`.
fn saying([low, middle, high]: &[String; 3]) -> String {
    if low == high { low.clone() } else { format!("{low} to {high}, middle {middle}") }
}

fn said([low, middle, high]: &[String; 3]) -> String {
    if low == high { low.clone() } else { format!("{middle} in the middle, {low} to {high} in 90 of 100") }
}
