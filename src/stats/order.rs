//! What a quantile and a tail are.

use super::select::{quantile_rank, rank_interval};

/// A quantile inf{x : F(x) ≥ p} of all values of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// Probability p in (0, 1).
    pub probability: f64,
    /// The order statistic; NaN without values.
    pub value: f64,
    /// Half the distance between the order statistics one standard deviation √(n p (1−p)) of the rank below and above (the binomial
    /// interval: Woodruff 1952; David & Nagaraja 2003, section 7.1). 0 inside an atom. NaN below two values.
    pub standard_error: f64,
    /// Whether `value` is the order statistic; otherwise it is the nearest value known to bound it.
    pub exact: bool,
}

impl Quantile {
    pub(super) const UNDEFINED: fn(f64) -> Quantile =
        |probability| Quantile { probability, value: f64::NAN, standard_error: f64::NAN, exact: true };

    pub(super) fn from_ranks(p: f64, count: u64, value: f64, (from, to): (f64, f64), exact: bool) -> Quantile {
        let (low_rank, high_rank) = rank_interval(quantile_rank(p, count), p, count);
        let deviation = (count as f64 * p * (1.0 - p)).sqrt();
        // over the ranks really spanned: whole numbers, and cut off at the ends of the column
        let standard_error = (to - from) * deviation / (high_rank - low_rank) as f64;
        Quantile { probability: p, value: value + 0.0, standard_error, exact }
    }
}

/// The lower tail of a column at a level: for a column of gains (IRR, profit) its losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// Share a in (0, 1) of the trials that the tail holds.
    pub level: f64,
    /// The a-quantile inf{x : F(x) ≥ a}. Value at risk of the loss −x is its negative.
    pub value_at_risk: f64,
    /// Mean of the lowest share a, an atom at the quantile counted with the part that is needed:
    /// (E(x·1{x < q}) + q·(a − P(x < q)))/a. Expected shortfall of the loss −x is its negative (Acerbi & Tasche 2002).
    pub shortfall: f64,
    /// Standard error of `shortfall`: sd of min(x−q, 0) over a√n (Manistre & Hancock 2005). NaN below two values.
    pub standard_error: f64,
    /// Whether the quantile is exact.
    pub exact: bool,
}

impl Tail {
    /// `under`: sums over the values below the quantile of x − q and of (x − q)².
    pub(super) fn from_excess(level: f64, count: u64, quantile: Quantile, under: (f64, f64)) -> Tail {
        let n = count as f64;
        let (mean, mean_square) = (under.0 / n, under.1 / n);
        let variance = (mean_square - mean * mean).max(0.0);
        Tail {
            level,
            value_at_risk: quantile.value,
            shortfall: quantile.value + mean / level + 0.0,
            standard_error: if count < 2 { f64::NAN } else { (variance / (n - 1.0)).sqrt() / level },
            exact: quantile.exact,
        }
    }
}
