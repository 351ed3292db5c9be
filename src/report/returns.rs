//! What investors may lose, row by row, and of which futures each number is.
//!
//! A return is told only where nearly all futures in which anything is put in have one: quantiles of a selected rest are not what an
//! investor earns. Where many have none, what is got back per 1 put in stands in its place.

use core::fmt::Write;

use super::numbers::{money, percent};
use crate::deal::Deal;
use crate::metrics::{Chance, Investment, Value};
use crate::study::Run;
use crate::words::number;
use crate::words::share;

/// Largest share of the futures in which anything is put in that a table of returns may leave out.
const LEFT_OUT: f64 = 0.05;

/// Every tranche that is repaid, and all loans and equity together where there are several.
pub(super) fn investments(deal: &Deal) -> Vec<Investment> {
    let tranches = &deal.capital.tranches;
    let mut all: Vec<Investment> = tranches.ids().filter(|&tranche| tranches[tranche].is_repaid()).map(Investment::Tranche).collect();
    if tranches.iter().filter(|tranche| tranche.is_investment()).count() > 1 {
        all.push(Investment::Together);
    }
    all
}

/// Whether too many futures have no single rate of return for the others to speak for them.
pub(super) fn is_told_by_multiple(run: &Run, of: Investment) -> bool {
    let hits = |chance| run.share(chance).map_or(0, |share| share.hits) as f64;
    hits(Chance::IrrUndefined(of)) > LEFT_OUT * hits(Chance::Drawn(of))
}

/// `×0.98`: got back per 1 put in.
pub(super) fn times(multiple: f64) -> String {
    if multiple.is_nan() { number::NONE.into() } else { format!("×{}", number::fixed(multiple, 2)) }
}

/// The heads of the columns, the first of them `what`.
pub(super) fn header(deal: &Deal, run: &Run, what: &str) -> Vec<String> {
    let of = investments(deal);
    let short = |chance: Chance| chance.quantity(deal).short;
    let together = of.last().copied().unwrap_or(Investment::Together);
    let multiple = of.iter().any(|&of| is_told_by_multiple(run, of));
    let mut header = vec![what.to_string(), format!("{}, on average", Value::Drawn(together).quantity(deal).short)];
    header.extend([Chance::Loss(together), Chance::TotalLoss(together)].map(short));
    let told = Value::Irr(together).quantity(deal).short;
    header.push(if multiple { format!("{told} (or ×), median") } else { format!("{told}, median") });
    header.extend(["5th percentile", "95th percentile"].map(String::from));
    if deal.hurdle_stated {
        header.push(short(Chance::IrrReachesHurdle(together)));
    }
    header
}

/// A row under it.
pub(super) fn row(deal: &Deal, run: &Run, of: Investment) -> Option<Vec<String>> {
    let (drawn, irr, multiple) = (run.summary(Value::Drawn(of))?, run.summary(Value::Irr(of))?, run.summary(Value::Multiple(of))?);
    let chance = |chance| percent(run.share(chance));
    let mut row = vec![of.said(deal).to_string(), money(deal, drawn.mean), chance(Chance::Loss(of)), chance(Chance::TotalLoss(of))];
    row.extend(match is_told_by_multiple(run, of) {
        true => [multiple.p50, multiple.p5, multiple.p95].map(times),
        false => [irr.p50, irr.p5, irr.p95].map(share::rate),
    });
    if deal.hurdle_stated {
        row.push(chance(Chance::IrrReachesHurdle(of)));
    }
    Some(row)
}

/// Of which futures the numbers are, in lines.
pub(super) fn notes(deal: &Deal, run: &Run) -> String {
    let of = investments(deal);
    let always = |&of: &Investment| run.share(Chance::Drawn(of)).is_some_and(|share| share.hits == share.count);
    let mut text = String::new();
    let all = of.iter().all(always) && of.iter().all(|&of| run.summary(Value::Irr(of)).is_some_and(|irr| irr.undefined == 0));
    text.push_str(match all {
        true => "  All figures are over all trials.\n",
        false => "  Chances and amounts drawn are over all trials; returns and multiples over those with a drawing.\n",
    });
    // Where it is as good as always so, a line would say the same again.
    let often = |of: &Investment| run.share(Chance::Drawn(*of)).is_some_and(|drawn| drawn.share() >= 0.995);
    for &of in of.iter().filter(|of| !often(of)) {
        let _ = writeln!(
            text,
            "  {} is drawn in {} of trials; {} of these are a loss.",
            of.said(deal),
            percent(run.share(Chance::Drawn(of))),
            percent(run.share(Chance::LossGivenDrawn(of)))
        );
    }
    text + &no_one_rate(deal, run)
}

/// Who has no single rate of return, how often, and what is told instead.
pub(super) fn no_one_rate(deal: &Deal, run: &Run) -> String {
    let mut text = String::new();
    for of in investments(deal) {
        let (Some(without), Some(irr)) = (run.share(Chance::IrrUndefined(of)), run.summary(Value::Irr(of))) else { continue };
        let (name, share) = (of.said(deal), percent(Some(without)));
        if is_told_by_multiple(run, of) {
            let _ = write!(text, "  {name}: no single IRR in {share} of trials; × is the multiple.");
            let with = share::percent(irr.count as f64 / run.trials as f64);
            let _ = match irr.count {
                0 => writeln!(text),
                _ => writeln!(text, " Of the {with} that have one, the median return is {} a year.", share::rate(irr.p50)),
            };
        } else if without.share() >= 0.005 {
            let _ = writeln!(text, "  {name}: returns leave out {share} of trials, in which the cash flows have no unique IRR.");
        }
    }
    text
}
