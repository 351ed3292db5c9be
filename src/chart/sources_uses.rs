//! Where does the money come from, and where does it go? Two stacked bars of the same height.
//!
//! Comes in: expected amounts. Goes out: a picture. Must never know: ranks, tranches, payments.

use super::before;
use super::canvas::{Anchor, Canvas, Rect, Type};
use super::label::spread_or_pack;
use super::theme::THEME;
use super::{ChartError, Picture, finite};
use crate::words::board::{money, money_with_error, percent, trials};

/// One part of the sources or the uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    /// What it is, such as `State workforce agency` or `training`.
    pub name: String,
    /// Mean over the trials; major currency units.
    pub mean: f64,
    /// Monte Carlo standard error of the mean, 0 where the amount is certain; major currency units.
    pub se: f64,
    /// Whether several stand for one another here: all who have no part of their own.
    pub several: bool,
}

impl Slice {
    /// The form of a verb that suits it.
    fn does(&self, one: &'static str, several: &'static str) -> &'static str {
        if self.several { several } else { one }
    }
}

/// Expected sources and uses of all the money of a deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesUses {
    /// ISO code, such as `USD`.
    pub currency: String,
    /// Where money comes from.
    pub sources: Vec<Slice>,
    /// Where money goes; adds up to the sources.
    pub uses: Vec<Slice>,
    /// Number of trials behind the means.
    pub trials: u64,
}

const BAR: f64 = 110.0;

/// Draws expected sources and uses.
///
/// # Errors
/// If a number is not finite.
pub fn sources_and_uses(sheet: &SourcesUses) -> Result<Picture, ChartError> {
    sources_and_uses_against(sheet, None)
}

/// Draws the same in front of the parts under `before`, in the same order of names.
///
/// # Errors
/// If a number is not finite.
pub fn sources_and_uses_against(sheet: &SourcesUses, before: Option<&SourcesUses>) -> Result<Picture, ChartError> {
    let SourcesUses { currency, sources, uses, trials: number } = sheet;
    let olds = before.map_or([&[][..], &[][..]], |before| [before.sources.as_slice(), before.uses.as_slice()]);
    for slice in sources.iter().chain(uses).chain(olds.into_iter().flatten()) {
        finite(&format!("the amount or error of {}", slice.name), &[slice.mean, slice.se])?;
    }
    let (in_total, out_total) = (total(sources), total(uses));
    let gap = in_total - out_total;
    let closed = gap.abs() <= 0.005 * (sources.len() + uses.len()) as f64 + 1e-9 * in_total.abs().max(out_total.abs());
    let title = finding(sheet, in_total, gap, closed);
    let subtitle = format!("Expected amounts over the whole contract: means over {} ± one standard error.", trials(*number));
    let mut description = format!("Two stacked bars. {title}. {subtitle}");
    for (kind, slices, sum) in [("Sources", sources, in_total), ("Uses", uses, out_total)] {
        description += &format!(" {kind}: {}, of which", money(currency, sum));
        for slice in slices {
            description += &format!(" {} {};", slice.name, money_with_error(currency, slice.mean, slice.se));
        }
    }
    for (kind, old) in ["sources", "uses"].into_iter().zip(olds).filter(|(_, old)| !old.is_empty()) {
        let parts: Vec<String> = old.iter().map(|slice| format!("{} {}", slice.name, money(currency, slice.mean))).collect();
        description += &format!(" As signed, {kind}: {}.", parts.join(", "));
    }
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    if sources.iter().chain(uses).all(|slice| slice.mean == 0.0) {
        canvas.text(THEME.width / 2.0, top + 70.0, "No money comes in or goes out.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 140.0, "sources-and-uses".to_owned(), title, description);
    }
    let stacks = [sources.as_slice(), uses.as_slice(), olds[0], olds[1]];
    let highest = stacks.into_iter().map(above).fold(0.0, f64::max);
    let lowest = stacks.into_iter().map(below).fold(0.0, f64::min);
    // as tall as the longer column of labels needs, were all of them in full
    let needed = |slices: &[Slice]| labels(currency, slices, f64::INFINITY).iter().map(|label| label.height() + 3.0).sum::<f64>();
    let height = needed(sources).max(needed(uses)).max(300.0);
    let top = if olds.iter().any(|old| !old.is_empty()) { canvas.legend(top, &[(before::AREA, before::AS_SIGNED)]) + 6.0 } else { top };
    let top = top + 34.0;
    let (zero, unit) = (top + height * (highest / (highest - lowest)), height / (highest - lowest));
    let middle = THEME.width / 2.0;
    for (slices, old, left, side, heading, sum) in
        [(sources, olds[0], middle - 40.0 - BAR, -1.0, "Sources", in_total), (uses, olds[1], middle + 40.0, 1.0, "Uses", out_total)]
    {
        canvas.text(left + BAR / 2.0, top - 24.0, heading, Type::STRONG, Anchor::Middle);
        canvas.text(left + BAR / 2.0, top - 8.0, &money(currency, sum), Type::STRONG, Anchor::Middle);
        let stack = Stack { left, side, zero, unit, low: top - 4.0, high: top + height + 22.0 };
        outlines(&mut canvas, slices, old, stack);
        bar(&mut canvas, currency, slices, stack);
    }
    canvas.line((middle - 46.0 - BAR, zero), (middle + 46.0 + BAR, zero), THEME.muted, 1.0);
    canvas.picture(top + height + 40.0, "sources-and-uses".to_owned(), title, description)
}

fn total(slices: &[Slice]) -> f64 {
    slices.iter().map(|slice| slice.mean).sum()
}

fn above(slices: &[Slice]) -> f64 {
    slices.iter().map(|slice| slice.mean.max(0.0)).sum()
}

fn below(slices: &[Slice]) -> f64 {
    slices.iter().map(|slice| slice.mean.min(0.0)).sum()
}

fn finding(sheet: &SourcesUses, in_total: f64, gap: f64, closed: bool) -> String {
    let currency = &sheet.currency;
    if !closed {
        let direction = if gap > 0.0 { "exceed" } else { "fall short of" };
        return format!("The accounts do not close: sources {direction} uses by {}", money(currency, gap.abs()));
    }
    let two_way = sheet.sources.iter().chain(&sheet.uses).any(|slice| slice.mean < 0.0);
    let largest = |slices: &[Slice]| slices.iter().rev().max_by(|a, b| a.mean.total_cmp(&b.mean)).cloned();
    match (largest(&sheet.sources), largest(&sheet.uses)) {
        (Some(source), Some(spent)) if two_way => format!(
            "Net of what is paid back, {} comes in and goes out: {} {} {}, {} {} {}",
            money(currency, in_total),
            source.name,
            source.does("brings", "bring"),
            money(currency, source.mean),
            spent.name,
            spent.does("takes", "take"),
            money(currency, spent.mean)
        ),
        (Some(source), Some(spent)) if in_total > 0.0 => format!(
            "Of {} in expected funding, {} {} {} and {} {} {}",
            money(currency, in_total),
            source.name,
            source.does("brings", "bring"),
            percent(source.mean / in_total),
            spent.name,
            spent.does("takes", "take"),
            percent(spent.mean / in_total)
        ),
        _ => "No money is expected to come in or go out".to_owned(),
    }
}

/// One bar: its place, the side of its labels (−1 left), the y of zero, pixels a currency unit, and the range its labels may use.
#[derive(Clone, Copy)]
struct Stack {
    left: f64,
    side: f64,
    zero: f64,
    unit: f64,
    low: f64,
    high: f64,
}

/// The text of one part: its name in lines, its amount below or, where the part is thin, behind the name.
struct Label {
    name: Vec<String>,
    amount: String,
    in_one_line: bool,
}

impl Label {
    const ROOM: f64 = THEME.width / 2.0 - 40.0 - BAR - 30.0 - THEME.margin;

    fn new(currency: &str, slice: &Slice, sum: f64, length: f64) -> Self {
        let part = if slice.mean > 0.0 { format!(" · {}", percent(slice.mean / sum)) } else { String::new() };
        let amount = Type::SMALL.ellipsize(&format!("{}{part}", money_with_error(currency, slice.mean, slice.se)), Self::ROOM);
        let fits = Type::TEXT.width(&format!("{} · {amount}", slice.name)) <= Self::ROOM;
        Self { name: Type::STRONG.wrap(&slice.name, Self::ROOM, 2), amount, in_one_line: fits && length < 36.0 }
    }

    fn height(&self) -> f64 {
        let name = Type::STRONG.leading() * self.name.len() as f64;
        if self.in_one_line { name } else { name + Type::SMALL.leading() }
    }

    /// Writes the label beside `x`, its middle at `y`.
    fn write(&self, canvas: &mut Canvas, x: f64, y: f64, side: f64) {
        let anchor = if side < 0.0 { Anchor::End } else { Anchor::Start };
        let amount = Type::SMALL.coloured(THEME.ink);
        if self.in_one_line {
            canvas.text(x, y + 4.5, &format!("{} · {}", self.name[0], self.amount), Type::TEXT, anchor);
            return;
        }
        let mut baseline = y - self.height() / 2.0 + 13.0;
        for line in &self.name {
            canvas.text(x, baseline, line, Type::STRONG, anchor);
            baseline += Type::STRONG.leading();
        }
        canvas.text(x, baseline - 1.0, &self.amount, amount, anchor);
    }
}

fn labels(currency: &str, slices: &[Slice], unit: f64) -> Vec<Label> {
    let sum = above(slices);
    slices.iter().map(|slice| Label::new(currency, slice, sum, slice.mean.abs() * unit)).collect()
}

/// How far an old part stands out beside the bar, on the side without labels.
const BESIDE: f64 = 16.0;

/// Parts as they were, behind the bar: those that are still there in the order of the new ones, then those that are gone.
fn outlines(canvas: &mut Canvas, slices: &[Slice], old: &[Slice], stack: Stack) {
    let place = |slice: &&Slice| slices.iter().position(|new| new.name == slice.name).unwrap_or(slices.len());
    let mut old: Vec<&Slice> = old.iter().collect();
    old.sort_by_key(place);
    let Stack { left, side, zero, unit, .. } = stack;
    let (left, right) = if side < 0.0 { (left + 1.0, left + BAR + BESIDE) } else { (left - BESIDE, left + BAR - 1.0) };
    let above: f64 = old.iter().map(|slice| slice.mean.max(0.0)).sum();
    let (mut up, mut down) = (zero - above * unit, zero);
    for slice in old {
        let length = slice.mean.abs() * unit;
        let start = if slice.mean < 0.0 { &mut down } else { &mut up };
        before::rect(canvas, Rect { left, top: *start, right, bottom: *start + length });
        *start += length;
    }
}

fn bar(canvas: &mut Canvas, currency: &str, slices: &[Slice], stack: Stack) {
    let Stack { left, side, zero, unit, low, high } = stack;
    let edge = if side < 0.0 { left } else { left + BAR };
    let colours = if side < 0.0 { THEME.incoming } else { THEME.outgoing };
    let (mut up, mut down) = (zero - above(slices) * unit, zero);
    let mut places = Vec::new();
    for (at, slice) in slices.iter().enumerate() {
        let length = slice.mean.abs() * unit;
        let start = if slice.mean < 0.0 { &mut down } else { &mut up };
        let area = Rect { left, top: *start, right: left + BAR, bottom: *start + length };
        canvas.rect(area, colours[at % colours.len()]);
        if length > 3.0 {
            canvas.line((left, area.bottom), (left + BAR, area.bottom), THEME.paper, 1.0);
        }
        *start += length;
        places.push((area.top + area.bottom) / 2.0);
    }
    let labels = labels(currency, slices, unit);
    let sizes: Vec<f64> = labels.iter().map(Label::height).collect();
    let centres = spread_or_pack(&places, &sizes, 3.0, low, high);
    for ((label, from), to) in labels.iter().zip(places).zip(centres) {
        let (near, far) = (edge + side * 3.0, edge + side * 24.0);
        canvas.path(vec![(near, from), (near + side * 4.0, from), (far - side * 4.0, to), (far, to)], THEME.muted, 1.0);
        label.write(canvas, edge + side * 30.0, to, side);
    }
}
