//! Which totals are a value of their own, and which fall into bins?
//!
//! Comes in: sorted totals, a cap, and totals on the same axis. Goes out: shares of the trials. Must never know: pixels, apart from where
//! the bar of a single value stands beside it.

use super::same;
use crate::chart::axis;
use crate::words::board::money;

/// Many trials with exactly the same total: drawn as a bar of its own beside its value.
pub(in crate::chart) struct PointMass {
    pub at: f64,
    pub share: f64,
    pub place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::chart) enum Place {
    Zero,
    Between,
    Cap,
}

impl PointMass {
    pub fn caption(&self, currency: &str) -> String {
        match self.place {
            Place::Zero => "Nothing paid".to_owned(),
            Place::Between => format!("Exactly {}", money(currency, self.at)),
            Place::Cap => "At the cap".to_owned(),
        }
    }

    /// Where the bar stands around the x of its amount: beside the bins at the ends, before them in between.
    pub fn bar(&self, x: f64) -> (f64, f64) {
        match self.place {
            Place::Zero => (x - 18.0, x),
            Place::Between => (x - 6.0, x + 6.0),
            Place::Cap => (x, x + 18.0),
        }
    }
}

/// The distribution cut into bins and point masses.
pub(in crate::chart) struct Shares {
    pub masses: Vec<PointMass>,
    /// Lower edge, upper edge, share.
    pub bins: Vec<(f64, f64, f64)>,
    pub step: f64,
}

/// Cuts totals, and those behind them on the same bins: as wide as suits all of them.
pub(in crate::chart) fn cut(sorted: &[f64], cap: Option<f64>, before: Option<(&[f64], Option<f64>)>) -> (Shares, Option<Shares>) {
    let (masses, rest) = apart(sorted, cap);
    let old = before.map(|(sorted, cap)| (apart(sorted, cap), sorted.len() as f64));
    let others = || old.iter().flat_map(|((_, rest), _)| rest);
    let (low, high) =
        rest.iter().chain(others()).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &total| (low.min(total), high.max(total)));
    let number = sorted.len() as f64;
    let step = if low > high {
        0.0
    } else if same(low, high) {
        (low.abs() * 0.02).max(0.01)
    } else {
        axis::nice_step(high - low, (2.0 * number.sqrt()).clamp(4.0, 26.0))
    };
    let at_cap = masses.iter().find(|mass| mass.place == Place::Cap);
    let origin = at_cap.map_or(0.0, |mass| mass.at);
    let old = old.map(|((masses, rest), number)| Shares { masses, bins: bins(&rest, origin, step, number), step });
    (Shares { bins: bins(&rest, origin, step, number), masses, step }, old)
}

/// Single values, and what is left.
fn apart(sorted: &[f64], cap: Option<f64>) -> (Vec<PointMass>, Vec<f64>) {
    let number = sorted.len() as f64;
    let mut masses = Vec::new();
    let mut rest: Vec<f64> = Vec::new();
    let few =
        sorted.chunk_by(|a, b| same(*a, *b)).filter(|run| !same(run[0], 0.0) && cap.is_none_or(|cap| !same(run[0], cap))).count() <= 1;
    for run in sorted.chunk_by(|a, b| same(*a, *b)) {
        let (at, share) = (run[0], run.len() as f64 / number);
        let place = if same(at, 0.0) {
            Some(Place::Zero)
        } else if cap.is_some_and(|cap| same(at, cap)) {
            Some(Place::Cap)
        } else if few || (run.len() > 1 && share >= 0.05) {
            Some(Place::Between)
        } else {
            None
        };
        match place {
            Some(place) => masses.push(PointMass { at, share, place }),
            None => rest.extend(run),
        }
    }
    (masses, rest)
}

/// The share of `number` trials in each bin from the first one to the last one that has any of `rest`.
fn bins(rest: &[f64], origin: f64, step: f64, number: f64) -> Vec<(f64, f64, f64)> {
    let (Some(&first), Some(&last)) = (rest.first(), rest.last()) else { return Vec::new() };
    let index = |total: f64| ((total - origin) / step + 1e-9).floor();
    let lowest = index(first);
    let mut counts = vec![0_u32; (index(last) - lowest) as usize + 1];
    for &total in rest {
        counts[(index(total) - lowest) as usize] += 1;
    }
    let floor = if first > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let bins = counts.into_iter().enumerate().map(|(at, count)| {
        let edge = origin + (lowest + at as f64) * step;
        (edge.max(floor), edge + step, f64::from(count) / number)
    });
    bins.collect()
}

/// The top of the left axis: four even steps to a round share.
pub(in crate::chart) fn tallest<'s>(shares: impl Iterator<Item = &'s Shares>) -> f64 {
    let each = |shares: &'s Shares| shares.bins.iter().map(|bin| bin.2).chain(shares.masses.iter().map(|mass| mass.share));
    let tallest = shares.flat_map(each).fold(0.0, f64::max);
    let steps = [0.0005, 0.001, 0.002, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25];
    4.0 * steps.into_iter().find(|step| 4.0 * step >= tallest * 1.001).unwrap_or(0.25)
}
