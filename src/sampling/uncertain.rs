//! What is an uncertain number made of?
//!
//! A distribution cuts a law, and a mixture is a law of distributions: types that hold each other stand in one file, below all that is done
//! with them.

use super::piece::Piece;
use super::smooth::Smooth;
use super::table::Column;

/// A family and its parameters; made by its constructors alone, so that it is valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Law(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Constant(f64),
    Smooth(Smooth),
    /// Values with their shares, in the order given.
    Discrete(Vec<(f64, f64)>),
    /// One of the rows of a column, each as likely as another.
    Column(Column),
    /// Parts with their shares, in the order given.
    Mixture(Vec<(f64, Distribution)>),
}

/// An uncertain number: a law, first truncated (the law given that the value lies within the bounds), then clipped (what lies beyond a
/// bound counts as the bound).
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    pub(super) law: Law,
    pub(super) truncated: (f64, f64),
    pub(super) clipped: (f64, f64),
    /// What the law is made of once cut; none where it is a whole column.
    pub(super) pieces: Vec<(f64, Piece)>,
    /// Where its values come from together with others: what is drawn of one is drawn of all.
    pub(super) origin: Option<String>,
}

/// Bounds that cut nothing.
pub(super) const EVERYTHING: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
