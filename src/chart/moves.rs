//! Who gains and who loses between two versions of a contract, and by which clause? One bar a party, from zero to both sides.
//!
//! Comes in: what each clause moves to and from each party. Goes out: a picture. Must never know: how a clause was found to move it.

use super::axis::{Scale, bottom, multiples, nice_step};
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, finite};
use crate::words::board::{change_with_error, money, money_axis, money_with_error, trials};
use crate::words::count::grouped;

/// What one party has more or less.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovesRow {
    /// Who it is.
    pub name: String,
    /// Whether it pays for success: it loses by paying more.
    pub is_payor: bool,
    /// What each clause gives it (above zero) or takes from it, on average over the trials; major currency units.
    pub parts: Vec<f64>,
    /// What all of them give it or take from it: their sum; major currency units.
    pub total: f64,
    /// Monte Carlo standard error of the total, 0 where it is certain; major currency units.
    pub se: f64,
}

/// What a second version of a contract moves between its parties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moves {
    /// ISO code, such as `USD`.
    pub currency: String,
    /// The clauses that differ, in the order of the parts.
    pub clauses: Vec<String>,
    /// The last one stands for all others that have no part of their own.
    pub has_others: bool,
    /// Who gains or loses, in the order in which they are shown.
    pub rows: Vec<MovesRow>,
    /// How many parties anything moves to or from: more than rows where only the largest are shown.
    pub of: usize,
    /// Number of trials.
    pub trials: u64,
}

/// Most clauses that are told apart.
pub const CLAUSES: usize = 8;

const ROW: f64 = 40.0;
const NAME_ROOM: f64 = 176.0;
const END_ROOM: f64 = 130.0;

/// How clauses look: fill, and the colour of their number in it. Each part carries its number, so that none relies on its colour.
const LOOKS: [(Colour, Colour); CLAUSES] = [
    (THEME.main, THEME.paper),
    (THEME.outgoing[0], THEME.ink),
    (THEME.incoming[1], THEME.ink),
    (THEME.alarm, THEME.paper),
    (THEME.incoming[2], THEME.paper),
    (THEME.outgoing[2], THEME.ink),
    (THEME.muted, THEME.paper),
    (THEME.second, THEME.ink),
];
const OTHERS: (Colour, Colour) = (THEME.quiet, THEME.ink);

/// Draws what each clause moves to and from each party.
///
/// # Errors
/// If a number is not finite, or a party has another number of parts than there are clauses.
pub fn moves(chart: &Moves) -> Result<Picture, ChartError> {
    let Moves { currency, clauses, rows, of, trials: number, .. } = chart;
    for row in rows {
        finite(&format!("what {} gains or loses, or its error", row.name), &[row.total, row.se])?;
        finite(&format!("what a clause gives {}", row.name), &row.parts)?;
        if row.parts.len() != clauses.len() {
            return Err(ChartError::LabelCount { labels: clauses.len(), bands: row.parts.len() });
        }
    }
    let title = finding(chart);
    let which = if *of > rows.len() {
        format!("The {} to or from which most moves, of {} parties. ", grouped(rows.len() as u64), grouped(*of as u64))
    } else {
        String::new()
    };
    let subtitle = format!(
        "{which}Who has more (right) or less (left) in the end than as signed, clause by clause. Means over {}. ± is one standard error.",
        trials(*number)
    );
    let name = "who-gains-and-loses".to_owned();
    let mut description = format!("Diverging bars. {title}. {subtitle}");
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    if rows.iter().all(|row| row.parts.iter().all(|part| *part == 0.0)) {
        canvas.text(THEME.width / 2.0, top + 50.0, "No money moves.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 110.0, name, title, description);
    }
    let captions: Vec<String> = (0..clauses.len()).map(|at| caption(chart, at)).collect();
    let fitting: Vec<String> = captions.iter().map(|text| Type::SMALL.ellipsize(text, THEME.width / 2.0)).collect();
    let mut legend: Vec<(Swatch, &str)> = (0..clauses.len()).map(|at| (Swatch::Area(look(chart, at).0), fitting[at].as_str())).collect();
    legend.push((Swatch::Line(THEME.ink, 2.5), "altogether"));
    let top = canvas.legend(top, &legend) + 10.0;

    let side = |row: &MovesRow, sign: f64| row.parts.iter().map(|part| (part * sign).max(0.0)).sum::<f64>();
    let furthest = |sign: f64| rows.iter().map(|row| side(row, sign)).fold(0.0, f64::max);
    let (low, high) = (-furthest(-1.0), furthest(1.0));
    let pad = 0.03 * (high - low);
    let scale =
        Scale { low: low - pad, high: high + pad, from: THEME.margin + NAME_ROOM + 12.0, to: THEME.width - THEME.margin - END_ROOM - 12.0 };
    let foot = top + ROW * rows.len() as f64;
    let step = nice_step(scale.high - scale.low, 6.0);
    let ticks = multiples(scale.low, scale.high, step);
    for &tick in &ticks {
        canvas.line((scale.at(tick), top), (scale.at(tick), foot), THEME.grid, 1.0);
    }
    for (at, row) in rows.iter().enumerate() {
        draw_row(&mut canvas, &scale, top + ROW * at as f64, chart, row);
        description += &format!(" {}: {}", row.name, change_with_error(currency, row.total, row.se));
        let parts = row.parts.iter().zip(clauses).filter(|(part, _)| **part != 0.0);
        let parts: Vec<String> = parts.map(|(part, clause)| format!("{} by {clause}", change_with_error(currency, *part, 0.0))).collect();
        description += &if parts.is_empty() { ";".to_owned() } else { format!(" ({});", parts.join(", ")) };
    }
    canvas.line((scale.at(0.0), top - 4.0), (scale.at(0.0), foot), THEME.muted, 1.5);
    bottom(&mut canvas, &scale, foot, &ticks, &money_axis(currency, scale.high.abs().max(scale.low.abs()), step));
    let note = "Right of zero: has more in the end than as signed. Whoever pays less has more.";
    canvas.text(THEME.margin, foot + 42.0, note, Type::SMALL, Anchor::Start);
    canvas.picture(foot + 58.0, name, title, description)
}

fn look(chart: &Moves, at: usize) -> (Colour, Colour) {
    if chart.has_others && at + 1 == chart.clauses.len() { OTHERS } else { LOOKS[at % LOOKS.len()] }
}

/// `1 cap of State`; what stands for the others has no number.
fn caption(chart: &Moves, at: usize) -> String {
    let clause = &chart.clauses[at];
    if chart.has_others && at + 1 == chart.clauses.len() { clause.clone() } else { format!("{} {clause}", mark(at)) }
}

fn mark(at: usize) -> String {
    grouped(at as u64 + 1)
}

fn draw_row(canvas: &mut Canvas, scale: &Scale, top: f64, chart: &Moves, row: &MovesRow) {
    let middle = top + ROW / 2.0;
    let lines = Type::STRONG.wrap(&row.name, NAME_ROOM, 2);
    let first = middle + 4.5 - Type::STRONG.leading() * (lines.len() as f64 - 1.0) / 2.0;
    for (at, line) in lines.iter().enumerate() {
        canvas.text(THEME.margin, first + Type::STRONG.leading() * at as f64, line, Type::STRONG, Anchor::Start);
    }
    let mut ends = [0.0, 0.0];
    for (at, &part) in row.parts.iter().enumerate().filter(|(_, part)| **part != 0.0) {
        let end = &mut ends[usize::from(part > 0.0)];
        let (from, to) = (scale.at(*end), scale.at(*end + part));
        *end += part;
        let (left, right) = (from.min(to), from.max(to));
        let (fill, ink) = look(chart, at);
        canvas.rect(Rect { left, top: top + 8.0, right: right.max(left + 1.0), bottom: top + ROW - 8.0 }, fill);
        if right - left > 3.0 {
            let seam = if part > 0.0 { right } else { left };
            canvas.line((seam, top + 8.0), (seam, top + ROW - 8.0), THEME.paper, 1.0);
        }
        let others = chart.has_others && at + 1 == chart.clauses.len();
        // on the longer side of the mark of the total, if that crosses the part
        let (left, right) = match scale.at(row.total) {
            total if total <= left - 4.0 || total >= right + 4.0 => (left, right),
            total if total - left > right - total => (left, total - 4.0),
            total => (total + 4.0, right),
        };
        if !others && right - left > Type::STRONG.width(&mark(at)) + 4.0 {
            canvas.text((left + right) / 2.0, middle + 4.5, &mark(at), Type::STRONG.coloured(ink), Anchor::Middle);
        }
    }
    let total = scale.at(row.total);
    canvas.line((total, top + 4.0), (total, top + ROW - 4.0), THEME.paper, 5.0);
    canvas.line((total, top + 4.0), (total, top + ROW - 4.0), THEME.ink, 2.5);
    let text = Type::STRONG.ellipsize(&change_with_error(&chart.currency, row.total, row.se), END_ROOM);
    canvas.text(THEME.width - THEME.margin, middle + 4.5, &text, Type::STRONG, Anchor::End);
}

/// The payor that wins or loses most, otherwise whoever does, and the clause that does most of it.
fn finding(chart: &Moves) -> String {
    let Moves { currency, clauses, rows, .. } = chart;
    let largest = |payors: bool| {
        let own = rows.iter().rev().filter(|row| row.is_payor == payors && row.total != 0.0);
        own.max_by(|one, other| one.total.abs().total_cmp(&other.total.abs()))
    };
    let Some(row) = largest(true).or_else(|| largest(false)) else {
        let any = rows.iter().any(|row| row.parts.iter().any(|part| *part != 0.0));
        return if any {
            "What the clauses move between the parties cancels out".into()
        } else {
            "No money moves between the parties".into()
        };
    };
    let sign = row.total.signum();
    let size = money(currency, row.total.abs());
    let does = match (row.is_payor, sign > 0.0) {
        (true, true) => format!("will pay {size} less"),
        (true, false) => format!("will pay {size} more"),
        (false, true) => format!("will have {size} more"),
        (false, false) => format!("will have {size} less"),
    };
    if row.total.abs() <= 1.96 * row.se {
        let size = money_with_error(currency, row.total.abs(), row.se);
        return format!("{}: the difference of {size} may be chance, in so few trials", row.name);
    }
    let with = row.parts.iter().zip(clauses).filter(|(part, _)| **part * sign > 0.0);
    let Some((part, clause)) = with.clone().max_by(|one, other| one.0.abs().total_cmp(&other.0.abs())) else {
        return format!("{} {does}", row.name);
    };
    let against: f64 = row.parts.iter().map(|part| (part * sign).min(0.0)).sum();
    match (with.count(), money(currency, part.abs())) {
        (1, _) if against == 0.0 => format!("{} {does}, all of it by “{clause}”", row.name),
        (_, most) if against == 0.0 => format!("{} {does}, {most} of it by “{clause}”", row.name),
        (_, most) => format!("{} {does}: “{clause}” accounts for {most}, others work against it", row.name),
    }
}
