//! Which input matters: one table a figure, a picture.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::question::{capital, label, metric, show, unit, with_error};
use crate::deal::Deal;
use crate::metrics::Unit;
use crate::question::Question;
use crate::stats::Index;
use crate::study::sensitivity::{Found, Share, Shares};
use crate::words::count::counted;
use crate::words::number;
use crate::words::share;

fn percent(index: Index) -> String {
    share::with_error(index.value, index.error)
}

/// The size of a difference of a figure: of shares and rates in points.
fn size(deal: &Deal, question: &Question, size: f64) -> String {
    match unit(deal, question) {
        Unit::Share | Unit::Rate if size.is_finite() => share::size_in_points(size),
        _ => show(deal, question, size),
    }
}

/// A difference of a figure, with its sign.
fn change(deal: &Deal, question: &Question, change: f64) -> String {
    match change {
        0.0 => "none".into(),
        _ if change.is_nan() => number::NONE.into(),
        _ => number::signed(change, &size(deal, question, change.abs())),
    }
}

/// The answers in tables.
#[must_use]
pub fn text(deal: &Deal, all: &[Found], trials: u64) -> String {
    let mut out = format!("{}: which input matters?\n", deal.name);
    for found in all {
        let question = &found.question;
        let _ = writeln!(
            out,
            "\n{} ({}): {} as the scenario is",
            capital(&label(deal, question)),
            question.name,
            with_error(deal, question, found.base)
        );
        if found.swings.is_empty() {
            let _ = writeln!(out, "  No number of this scenario is uncertain: only luck decides.");
            continue;
        }
        let header = ["input", "from", "to", "figure from", "to", "change", "alone", "with others", "step", "rank corr."];
        let mut rows = table(header.map(String::from).to_vec(), 1);
        for swing in &found.swings {
            let of = |share: &&Share| share.inputs.contains(&swing.name);
            let share = found.shares.inputs.iter().find(of);
            let step = found.screening.iter().find(|step| step.name == swing.name);
            let told = found.dependence.iter().find(|told| told.name == swing.name);
            rows.add_row(vec![
                swing.name.clone(),
                number::significant(swing.values[0], TOLD),
                number::significant(swing.values[1], TOLD),
                show(deal, question, swing.figures[0][0]),
                show(deal, question, swing.figures[1][0]),
                change(deal, question, swing.change()),
                share.map_or(number::NONE.into(), |share| percent(share.first)),
                share.map_or(number::NONE.into(), |share| percent(share.total)),
                step.map_or(number::NONE.into(), |step| size(deal, question, step.size[0])),
                told.map_or(number::NONE.into(), |told| {
                    number::signed(told.rank_correlation, &number::fixed(told.rank_correlation.abs(), 2))
                }),
            ]);
        }
        let mut row = vec!["luck: everything else".to_string()];
        row.extend((0..6).map(|_| String::new()));
        row.extend([percent(found.shares.luck), String::new(), String::new()]);
        rows.add_row(row);
        let _ = writeln!(out, "{}", lines(&rows));
        out.push_str(&ranking(deal, &found.shares));
    }
    let _ = writeln!(
        out,
        "\nFrom, to: the input's 10th and 90th percentile, all else as it is. Alone, with others: its shares of the variance of the metric from\n\
         trial to trial (Sobol's first and total indices); inputs that are only drawn together share one. Step: mean size of the change when\n\
         the input moves over half of its range, wherever the others stand (Morris' μ*). Rank corr.: how the metric goes with the input in an\n\
         ordinary run. Luck: who of the people, which shock, what is found. {} each, ± one standard error.",
        counted(trials, "trial")
    );
    out
}

/// Significant digits of an input: percentiles of a law are no more telling.
pub(super) const TOLD: usize = 4;

/// What can be said of the order, and what cannot.
fn ranking(deal: &Deal, shares: &Shares) -> String {
    if shares.sd == 0.0 {
        return format!("  It does not vary: {}.\n", metric(deal, &shares.metric));
    }
    if shares.inputs.iter().any(|share| share.rank.is_none()) {
        let needed = shares.needed.map_or_else(String::new, |needed| format!(" with --trials {}", round_up(needed)));
        return format!(
            "  These shares have not converged: the 95% intervals are wider than 5 points, so no ranks are given. Try again{needed}.\n"
        );
    }
    let of = |share: &Share| {
        let name = share.inputs.join(" with ");
        match share.rank {
            Some((first, last)) if first == last => format!("{first}. {name}"),
            Some((first, last)) => format!("{first}–{last}. {name}"),
            None => name,
        }
    };
    let ranks: Vec<String> = shares.inputs.iter().map(of).collect();
    format!("  By their share of the variance: {}. Places with a dash cannot be told apart.\n", ranks.join(" · "))
}

/// To two significant digits, upwards.
fn round_up(count: u64) -> u64 {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count.div_ceil(unit) * unit
}
