//! What may an uncertain number be, after its law is cut?
//!
//! Comes in: a law and two pairs of bounds. Goes out: mean, spread, chances, bounds, words, and a sampler. Must never know: what the
//! number stands for.

use core::fmt;
use std::borrow::Cow;

use super::law::short;
use super::piece::{self, Piece};
use super::refusal::LawError;
use super::table::Column;
use super::uncertain::{Distribution, EVERYTHING, Kind, Law};
use crate::numeric::root;

/// Share of a law that a truncation must keep.
const LEAST_KEPT: f64 = 1e-6;

impl Distribution {
    /// A certain number; it must be finite (infinite or NaN values give themselves back and make no sense).
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self::from(Law(Kind::Constant(value)))
    }

    /// `law` truncated, then clipped. Infinite bounds cut nothing.
    ///
    /// # Errors
    /// Unless both pairs of bounds have `low < high` and the truncation, bounds included, keeps at least 10⁻⁶ of the law.
    pub fn new(law: Law, truncated: (f64, f64), clipped: (f64, f64)) -> Result<Self, LawError> {
        for (what, (low, high)) in [("truncated", truncated), ("clipped", clipped)] {
            if !(low < high) {
                return Err(LawError::EmptyBounds { what, low, high });
            }
        }
        let (pieces, kept) = piece::truncate(&pieces(&law), truncated.0, truncated.1);
        if !(kept >= LEAST_KEPT) {
            return Err(LawError::NothingKept { low: truncated.0, high: truncated.1, kept });
        }
        Ok(Self { law, truncated, clipped, pieces: piece::clip(pieces, clipped.0, clipped.1), origin: None })
    }

    /// The same given that it lies from `low` to `high` (infinite bounds cut nothing); nothing where hardly any of it does.
    #[must_use]
    pub fn within(&self, low: f64, high: f64) -> Option<Self> {
        let (low, high) = (low.max(self.truncated.0), high.min(self.truncated.1));
        let clipped = if self.clipped.0 < high && low < self.clipped.1 { self.clipped } else { return None };
        Self::new(self.law.clone(), (low, high), clipped).ok().map(|cut| Self { origin: self.origin.clone(), ..cut })
    }

    /// The same, its values being one column of a table: whatever else comes from `origin` is drawn from the same row.
    #[must_use]
    pub fn from_table(mut self, origin: String) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The column that it is, whole.
    #[must_use]
    pub fn column(&self) -> Option<&Column> {
        self.law.column().filter(|_| self.pieces.is_empty())
    }

    /// What it is made of.
    pub(super) fn pieces(&self) -> Cow<'_, [(f64, Piece)]> {
        if self.column().is_some() { pieces(&self.law).into() } else { (&self.pieces).into() }
    }

    /// The table that its values are a column of.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The address of its draws at the source `name`: columns of one table share the number that chooses the row.
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        self.origin().map_or_else(|| name.to_string(), |origin| format!("draws.{origin:?}"))
    }

    /// The value, if there is only one.
    #[must_use]
    pub fn is_constant(&self) -> Option<f64> {
        let (low, high) = self.support();
        (low == high).then_some(low)
    }

    /// Least and greatest value; infinite where there is none.
    #[must_use]
    pub fn support(&self) -> (f64, f64) {
        if let Some(column) = self.column() {
            return column.support();
        }
        let bounds = self.pieces.iter().map(|(_, piece)| piece.bounds());
        bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |all, part| (all.0.min(part.0), all.1.max(part.1)))
    }

    /// The mean: in closed form where nothing is cut, otherwise by quadrature to better than 10⁻⁹ of the standard deviation.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// The standard deviation, as precise as the mean.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.moments().1
    }

    /// Mean and standard deviation at once.
    #[must_use]
    pub fn moments(&self) -> (f64, f64) {
        if let Some(column) = self.column() {
            return column.moments();
        }
        let parts: Vec<(f64, (f64, f64))> = self.pieces.iter().map(|(share, piece)| (*share, piece.moments())).collect();
        if let [(_, moments)] = parts[..] {
            return moments;
        }
        let mean: f64 = parts.iter().map(|(share, (mean, _))| share * mean).sum();
        let square = |&(share, (part, sd)): &(f64, (f64, f64))| share * (sd * sd + (part - mean) * (part - mean));
        (mean, parts.iter().map(square).sum::<f64>().sqrt())
    }

    /// Probability of a value at or below `x`.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        let pieces = || self.pieces.iter().map(|(share, piece)| share * piece.shares(x).0).sum();
        self.column().map_or_else(pieces, |column| column.shares(x).0)
    }

    /// Probability of a value above `x`, precise where it is small.
    #[must_use]
    pub fn exceedance(&self, x: f64) -> f64 {
        let pieces = || self.pieces.iter().map(|(share, piece)| share * piece.shares(x).1).sum();
        self.column().map_or_else(pieces, |column| column.shares(x).1)
    }

    /// The least number with at least `share` (above 0, below 1) of the law up to it: inf{x : F(x) ≥ share}.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let (low, high) = self.support();
        if !(share > 0.0) {
            return low;
        }
        if let Some(column) = self.column() {
            return column.quantile(share);
        }
        for (_, piece) in &self.pieces {
            if let Piece::Point(x) = *piece {
                let here: f64 = self.pieces.iter().filter(|(_, other)| *other == Piece::Point(x)).map(|(share, _)| share).sum();
                if (self.cdf(x) - here..=self.cdf(x)).contains(&share) {
                    return x;
                }
            }
        }
        // Where a law has no end, far enough out to hold the quantile (Cantelli's inequality), whatever the law.
        let (mean, sd) = self.moments();
        let from = if low.is_finite() { low } else { mean - sd * ((1.0 - share) / share).sqrt() - sd };
        let to = if high.is_finite() { high } else { mean + sd * (share / (1.0 - share)).sqrt() + sd };
        if self.cdf(from) >= share { from } else { root::bracketed(|x| self.cdf(x) - share, from, to) }
    }
}

/// The pieces of `law`, with their shares.
fn pieces(law: &Law) -> Vec<(f64, Piece)> {
    match &law.0 {
        Kind::Constant(value) => vec![(1.0, Piece::Point(*value))],
        Kind::Smooth(law) => {
            let (low, high) = law.support();
            vec![(1.0, Piece::Segment { law: *law, low, high })]
        }
        Kind::Discrete(values) => values.iter().map(|(share, value)| (*share, Piece::Point(*value))).collect(),
        // What is cut or mixed is taken apart; a column by itself is not.
        Kind::Column(column) => column.values().iter().map(|value| (column.share(), Piece::Point(*value))).collect(),
        Kind::Mixture(parts) => {
            let scaled = |(share, part): &(f64, Distribution)| {
                let share = *share;
                part.pieces().into_owned().into_iter().map(move |(inner, piece)| (share * inner, piece))
            };
            parts.iter().flat_map(scaled).collect()
        }
    }
}

impl From<Law> for Distribution {
    fn from(law: Law) -> Self {
        let pieces = if law.column().is_some() { Vec::new() } else { pieces(&law) };
        Self { law, truncated: EVERYTHING, clipped: EVERYTHING, pieces, origin: None }
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.law)?;
        if let (Some(_), Some(origin)) = (self.column(), self.origin()) {
            write!(out, " (from {origin})")?;
        }
        for (verb, (low, high)) in [("cut to", self.truncated), ("held to", self.clipped)] {
            match (low.is_finite(), high.is_finite()) {
                (true, true) => write!(out, ", {verb} {} to {}", short(low), short(high))?,
                (true, false) => write!(out, ", {verb} {} or more", short(low))?,
                (false, true) => write!(out, ", {verb} {} or less", short(high))?,
                (false, false) => {}
            }
        }
        Ok(())
    }
}
