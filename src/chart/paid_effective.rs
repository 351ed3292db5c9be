//! Did anybody pay for an effect that was not there, or not pay for one that was? One bar a payment, cut into the four cases.
//!
//! Comes in: the four shares of each payment. Goes out: a picture. Must never know: how an effect is judged to be true.

use super::before;
use super::canvas::{Anchor, Canvas, Rect, Swatch, Type};
use super::label::spread_or_pack;
use super::theme::{Colour, THEME};
use super::{ChartError, Picture, finite, share};
use crate::words::board::{of_hundred, percent, percent_with_error, trials};
use crate::words::count::grouped;

/// A share of the trials and its Monte Carlo standard error, both from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
}

impl Share {
    /// The share that `count` makes of `trials` independent trials, with its binomial standard error; zero of zero trials is zero.
    #[must_use]
    pub fn of(count: u64, trials: u64) -> Self {
        if trials == 0 {
            return Self::default();
        }
        let value = count as f64 / trials as f64;
        Self { value, se: (value * (1.0 - value) / trials as f64).sqrt() }
    }
}

/// The joint table of paid and effective of one payment. The four shares add up to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaidEffective {
    /// Name of the payment.
    pub payment: String,
    /// Paid, and the program truly worked.
    pub paid_effective: Share,
    /// Paid, though the program did not work: paid for nothing.
    pub paid_not_effective: Share,
    /// Not paid, though the program worked: earned, unpaid.
    pub unpaid_effective: Share,
    /// Not paid, and the program did not work.
    pub unpaid_not_effective: Share,
    /// Number of trials behind the shares.
    pub trials: u64,
}

const CASES: [(&str, Swatch, Colour); 4] = [
    ("paid and effective", Swatch::Area(THEME.main), THEME.paper),
    ("paid for nothing", Swatch::Hatched(SALMON, THEME.alarm, true), THEME.ink),
    ("earned, unpaid", Swatch::Hatched(SAND, OCHRE, false), THEME.ink),
    ("neither paid nor effective", Swatch::Area(THEME.quiet), THEME.ink),
];
const SALMON: Colour = Colour { rgb: (0xff, 0xc9, 0xa3), alpha: 1.0 };
const SAND: Colour = Colour { rgb: (0xfa, 0xeb, 0xb8), alpha: 1.0 };
const OCHRE: Colour = Colour { rgb: (0xc9, 0x94, 0x00), alpha: 1.0 };
const ROW: f64 = 84.0;

/// Draws the joint table of paid and effective for each payment.
///
/// # Errors
/// If a number is not finite, a share lies outside 0 to 1, or four shares do not add up to 1 (all zero is let through: no trials).
pub fn paid_effective(payments: &[PaidEffective]) -> Result<Picture, ChartError> {
    largest_paid_effective(payments, payments.len())
}

/// Draws the same for the largest payments of `of`.
///
/// # Errors
/// As [`paid_effective`].
pub fn largest_paid_effective(payments: &[PaidEffective], of: usize) -> Result<Picture, ChartError> {
    largest_paid_effective_against(payments, of, &[])
}

/// Draws the same with marks where the cases were under `before`, for payments of the same names.
///
/// # Errors
/// As [`paid_effective`].
pub fn largest_paid_effective_against(payments: &[PaidEffective], of: usize, before: &[PaidEffective]) -> Result<Picture, ChartError> {
    for payment in payments.iter().chain(before) {
        let mut sum = 0.0;
        for cell in cells(payment) {
            share(&format!("a share of {}", payment.payment), cell.value)?;
            finite("a standard error", &[cell.se])?;
            sum += cell.value;
        }
        if (sum - 1.0).abs() > 1e-6 && sum != 0.0 {
            return Err(ChartError::NotAWhole { name: payment.payment.clone(), sum });
        }
    }
    let title = finding(payments, of);
    let number = payments.iter().map(|payment| payment.trials).max().unwrap_or(0);
    let which =
        if of > payments.len() { format!("The {} largest of {} payments. ", payments.len(), grouped(of as u64)) } else { String::new() };
    let subtitle = format!(
        "{which}In {}: whether the payment was made, and whether the program truly worked. ± is one standard error, in points.",
        trials(number)
    );
    let mut description = format!("Stacked bars. {title}. {subtitle}");
    let (mut canvas, top) = Canvas::with_header(&title, &subtitle);
    if payments.is_empty() {
        canvas.text(THEME.width / 2.0, top + 50.0, "There are no payments to show.", Type::SUBTITLE, Anchor::Middle);
        return canvas.picture(top + 110.0, "paid-effective".to_owned(), title, description);
    }
    let old_of = |payment: &PaidEffective| before.iter().find(|old| old.payment == payment.payment && cells_sum(old) > 0.0);
    let mut legend = CASES.map(|(name, swatch, _)| (swatch, name)).to_vec();
    if payments.iter().any(|payment| old_of(payment).is_some()) {
        legend.push((Swatch::Line(THEME.before, 2.5 * before::WIDTH), before::AS_SIGNED));
    }
    let mut top = canvas.legend(top, &legend) + 6.0;
    for payment in payments {
        description += &format!(" {}:", payment.payment);
        for (cell, (name, ..)) in cells(payment).iter().zip(CASES) {
            description += &format!(" {name} {};", percent_with_error(cell.value, cell.se));
        }
        let old = old_of(payment);
        if let Some(old) = old {
            let shares: Vec<String> =
                cells(old).iter().zip(CASES).map(|(cell, (name, ..))| format!("{name} {}", percent(cell.value))).collect();
            description += &format!(" as signed: {}.", shares.join(", "));
        }
        row(&mut canvas, top, payment, old);
        top += ROW;
    }
    canvas.picture(top + 6.0, "paid-effective".to_owned(), title, description)
}

fn cells(payment: &PaidEffective) -> [Share; 4] {
    [payment.paid_effective, payment.paid_not_effective, payment.unpaid_effective, payment.unpaid_not_effective]
}

fn cells_sum(payment: &PaidEffective) -> f64 {
    cells(payment).iter().map(|cell| cell.value).sum()
}

fn finding(payments: &[PaidEffective], of: usize) -> String {
    let worst = payments.iter().max_by(|a, b| a.paid_not_effective.value.total_cmp(&b.paid_not_effective.value));
    match (payments, worst) {
        ([], _) | (_, None) => "No payments to compare with the true effect".to_owned(),
        ([only], _) => format!(
            "“{}” pays for nothing in {} and leaves a true effect unpaid in {}",
            only.payment,
            of_hundred(only.paid_not_effective.value),
            of_hundred(only.unpaid_effective.value)
        ),
        (_, Some(worst)) if worst.paid_not_effective.value <= 0.0 && of > payments.len() => {
            format!("None of the {} largest payments was ever made without a true effect", payments.len())
        }
        (_, Some(worst)) if worst.paid_not_effective.value <= 0.0 => "No payment was ever made without a true effect".to_owned(),
        (_, Some(worst)) => {
            let which =
                if of > payments.len() { format!("the one of the {} largest payments", payments.len()) } else { "the payment".into() };
            format!(
                "“{}” is {which} most likely to pay without an effect: in {}",
                worst.payment,
                of_hundred(worst.paid_not_effective.value)
            )
        }
    }
}

/// Lengths of the parts of a bar of `length`: no case that happened may vanish, each has at least a few pixels, the others give them up.
fn lengths(payment: &PaidEffective, length: f64) -> [f64; 4] {
    let shown = cells(payment).map(|cell| if cell.value > 0.0 { cell.value.max(4.0 / length) } else { 0.0 });
    let stretch = length / shown.iter().sum::<f64>();
    shown.map(|part| part * stretch)
}

/// Marks where the parts of a bar met, from above the bar to below it.
fn old_borders(canvas: &mut Canvas, left: f64, payment: &PaidEffective, lengths: [f64; 4], (top, bottom): (f64, f64)) {
    let cells = cells(payment);
    let last = cells.iter().rposition(|cell| cell.value > 0.0).unwrap_or(0);
    let mut x = left;
    for (at, (cell, length)) in cells.iter().zip(lengths).enumerate() {
        x += length;
        if cell.value > 0.0 && at < last {
            canvas.line((x - 0.5, top - 5.0), (x - 0.5, bottom + 5.0), THEME.before, before::WIDTH);
        }
    }
}

fn row(canvas: &mut Canvas, top: f64, payment: &PaidEffective, old: Option<&PaidEffective>) {
    let (left, right) = (THEME.margin, THEME.width - THEME.margin);
    let name = Type::STRONG.ellipsize(&payment.payment, right - left);
    canvas.text(left, top + 13.0, &name, Type::STRONG, Anchor::Start);
    let (bar_top, bar_bottom) = (top + 21.0, top + 49.0);
    let cells = cells(payment);
    if cells.iter().all(|cell| cell.value <= 0.0) {
        canvas.text(left, bar_top + 18.0, "no trials", Type::SUBTITLE, Anchor::Start);
        return;
    }
    if let Some(old) = old {
        old_borders(canvas, left, old, lengths(old, right - left), (bar_top, bar_bottom));
    }
    let mut x = left;
    // label, place on the bar
    let mut below: Vec<(String, f64)> = Vec::new();
    for ((cell, part), (case, swatch, ink)) in cells.iter().zip(lengths(payment, right - left)).zip(CASES) {
        let end = x + part;
        let text = percent_with_error(cell.value, cell.se);
        let width = Type::STRONG.width(&text);
        if cell.value > 0.0 {
            let area = Rect { left: x, top: bar_top, right: end - 1.0, bottom: bar_bottom };
            match swatch {
                Swatch::Hatched(_, strokes, _) if end - x < 8.0 => canvas.rect(area, strokes),
                _ => canvas.swatch(swatch, area),
            }
        }
        if end - x > width + 20.0 {
            let middle = (x + end) / 2.0;
            if let Swatch::Hatched(fill, ..) = swatch {
                let chip = Rect {
                    left: middle - width / 2.0 - 4.0,
                    top: bar_top + 5.0,
                    right: middle + width / 2.0 + 4.0,
                    bottom: bar_bottom - 5.0,
                };
                canvas.rect(chip, fill);
            }
            canvas.text(middle, bar_top + 19.0, &text, Type::STRONG.coloured(ink), Anchor::Middle);
        } else if cell.value > 0.0 {
            below.push((format!("{case} {}", if cell.se > 0.0 { text } else { percent(cell.value) }), (x + end) / 2.0));
        }
        x = end;
    }
    let wanted: Vec<f64> = below.iter().map(|(_, at)| *at).collect();
    let sizes: Vec<f64> = below.iter().map(|(text, _)| Type::SMALL.width(text)).collect();
    for (((text, at), size), centre) in below.iter().zip(&sizes).zip(spread_or_pack(&wanted, &sizes, 16.0, left, right)) {
        let foot = at.clamp(centre - size / 2.0 + 6.0, centre + size / 2.0 - 6.0);
        canvas.path(vec![(*at, bar_bottom + 1.0), (*at, bar_bottom + 3.0), (foot, bar_bottom + 9.0)], THEME.muted, 1.0);
        canvas.text(centre, bar_bottom + 21.0, text, Type::SMALL.coloured(THEME.ink), Anchor::Middle);
    }
}
