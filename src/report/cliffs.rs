//! Where a price invites to look at single successes, in words and as pictures; and the same money without steps.

use core::fmt::Write;

use super::ledger::{lines, table};
use crate::deal::Deal;
use crate::study::{Cliff, Range, Smooth, Step};
use crate::words::count::{counted, grouped};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Rows of the table of a payment, at most about.
const ROWS: usize = 9;

pub(super) struct Words<'a> {
    pub(super) deal: &'a Deal,
    pub(super) range: &'a Range,
}

impl Words<'_> {
    fn money(&self, minor: f64) -> String {
        money::rounded(self.deal.currency, minor)
    }

    /// Where a result lies: `42 of 120 (35.0%, +13.0 points)`, or `a mean of 54.2`.
    fn place(&self, step: &Step) -> String {
        if !self.range.people {
            // Against the comparison, as a share of it.
            let change = step.difference.map(|change| change / (step.rate - change)).filter(|share| share.is_finite());
            let change = change.map(|share| format!(" ({})", share::change(share)));
            return format!("a mean of {}{}", number::plain(step.rate), change.unwrap_or_default());
        }
        let points = step.difference.map(|difference| format!(", {}", share::points(difference)));
        let units = step.units.round() as u64;
        format!(
            "{} of {} ({}{})",
            grouped(units),
            grouped(self.range.enrolled[0].round() as u64),
            share::percent(step.rate),
            points.unwrap_or_default()
        )
    }

    fn unit(&self) -> &'static str {
        if self.range.people { "success" } else { "unit better" }
    }

    fn cliff(&self, cliff: &Cliff) -> String {
        let steps = &self.range.steps;
        let more = |at: [usize; 2]| (steps[at[1]].paid - steps[at[0]].paid) as f64;
        let gained = |at: [usize; 2]| steps[at[1]].gained - steps[at[0]].gained;
        match cliff {
            Cliff::Jump { at, times } => {
                let one = match gained(*at) {
                    one if (one - 1.0).abs() < 0.01 => "one more success pays".to_string(),
                    _ if self.range.people && self.range.groups > 1 => {
                        format!("one more success in each of {} groups pays", self.range.groups)
                    }
                    _ if !self.range.people => "a little more success pays".to_string(),
                    few => format!("{} more pay", number::plain(few)),
                };
                let jump = if *times >= 1_000.0 { "at once".into() } else { format!("{} times the average", number::decimals(*times, 1)) };
                format!("After {} {one} {}, {jump}.", self.place(&steps[at[0]]), self.money(more(*at)))
            }
            Cliff::Flat { at } => {
                let paid = self.money(steps[at[0]].paid as f64);
                let range = format!("From {} to {}", self.place(&steps[at[0]]), self.place(&steps[at[1]]));
                let first = steps.iter().all(|step| step.paid >= steps[at[0]].paid);
                let last = at[1] + 1 == steps.len();
                match (first, last) {
                    (true, true) => format!("{range} it always pays {paid}: no success is paid for."),
                    (true, false) => format!("{range} it pays {paid}: success that ends short of that is not paid for."),
                    (false, true) => format!("{range} it stays at {paid}: more success is not paid for."),
                    (false, false) => format!("{range} it stays at {paid}: success in between can be lost without losing pay."),
                }
            }
            Cliff::Fall { at } => {
                let [before, after] = at.map(|at| &steps[at]);
                let shared = if after.payors >= before.payors { "; other payments take its place under a common limit" } else { "" };
                let less = self.money(-more(*at));
                format!("From {} to {} more success pays {less} less{shared}.", self.place(before), self.place(after))
            }
        }
    }
}

/// Every payment over its range, its cliffs, and a price without steps.
#[must_use]
pub fn text(deal: &Deal, ranges: &[Range], smooth: &[Smooth], times: f64, trials: u64) -> String {
    let mut text = format!("{}: what does one more success pay?\n", deal.name);
    if ranges.is_empty() {
        text.push_str("\nNo payment is paid on a result.\n");
    }
    for range in ranges {
        let words = Words { deal, range };
        let measure = &deal.measures[range.measure].name;
        let _ = writeln!(text, "\n“{}”, paid on “{measure}”", deal.payments[range.payment].name);
        let many = if range.groups > 1 { format!(", alike in each of {} groups", range.groups) } else { String::new() };
        let _ = writeln!(
            text,
            "  A {} pays {} on average up to the most that it can pay{many}; expected {}.",
            words.unit(),
            words.money(range.average),
            expected(&words)
        );
        let mut rows =
            table(["result", "it pays", "one more pays", "all payors", "investors gain", "provider keeps"].map(String::from).to_vec(), 1);
        let (shown, last) = (shown(range), range.steps[range.steps.len() - 1]);
        for &at in &shown {
            let step = &range.steps[at];
            let mut row = vec![words.place(step), words.money(step.paid as f64)];
            row.push(range.steps.get(at + 1).map_or(number::NONE.into(), |next| {
                match (next.paid - step.paid, next.gained - step.gained) {
                    // Between two results that are all but the same, what a whole unit would pay says nothing.
                    (more, gained) if more != 0 && !range.people && gained < 0.1 * (last.gained / range.steps.len() as f64) => {
                        format!("{} at once", words.money(more as f64))
                    }
                    (more, gained) => words.money(more as f64 / gained.max(1e-12)),
                }
            }));
            row.extend([step.payors, step.investors, step.provider].map(|amount| words.money(amount as f64)));
            rows.add_row(row);
        }
        let _ = writeln!(text, "{}", lines(&rows));
        let lines: Vec<String> = range.cliffs.iter().map(|cliff| format!("  {}\n", words.cliff(cliff))).collect();
        text.push_str(if lines.is_empty() { "  No cliff, no flat: every success is paid for alike.\n" } else { "" });
        text.extend(lines);
        if let Some(smooth) = smooth.iter().find(|smooth| smooth.payment == range.payment) {
            let [dearer, error, steps] = smooth.dearer.map(|major| major * deal.currency.minor_units() as f64);
            let sign = if dearer < 0.0 { "less" } else { "more" };
            let _ = writeln!(
                text,
                "  Without steps, for the same money from all payors (expected {}; {} {sign} ± {}):\n    {}",
                words.money(steps),
                words.money(dearer.abs()),
                words.money(error),
                smooth.price
            );
        }
    }
    let _ = writeln!(
        text,
        "\nEverything else as expected over {}. Where one more success pays {} times its average price or more, it is worth looking for that\n\
         one alone; where more success pays the same, or less, it is not worth looking for. “One more pays” counts successes in all groups.",
        counted(trials, "trial"),
        number::plain(times)
    );
    text
}

pub(super) fn expected(words: &Words<'_>) -> String {
    let [rate, spread] = words.range.expected;
    if words.range.people { share::with_error(rate, spread) } else { format!("{} ± {}", number::plain(rate), number::plain(spread)) }
}

/// The steps that a table shows: some over the whole range, and those beside jumps.
fn shown(range: &Range) -> Vec<usize> {
    let last = range.steps.len().saturating_sub(1);
    let mut shown: Vec<usize> = (0..ROWS).map(|at| at * last / (ROWS - 1)).collect();
    for cliff in &range.cliffs {
        if let Cliff::Jump { at, .. } | Cliff::Fall { at } = cliff {
            shown.extend(at);
        }
    }
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// What a cliff of a payment is, in a sentence.
pub(crate) fn sentence(deal: &Deal, range: &Range, cliff: &Cliff) -> String {
    Words { deal, range }.cliff(cliff)
}
