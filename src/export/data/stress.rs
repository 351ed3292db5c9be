//! What if it goes badly, and what has to happen for it to go badly.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Figure, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::question::Question;
use crate::study;

/// Figures under each misfortune, and what has to happen for chances to come true.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stress<'a> {
    /// The figures as the scenario is, by name.
    pub as_it_is: BTreeMap<&'a str, Figure>,
    /// Each misfortune.
    pub stresses: Vec<Stressed<'a>>,
    /// What has to happen, by the name of the chance.
    pub reverse: BTreeMap<&'a str, Reverse<'a>>,
}

impl Body for Stress<'_> {
    const KIND: Kind = Kind::Stress;
}

/// The figures under a misfortune.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stressed<'a> {
    /// What happens.
    pub name: &'a str,
    /// What was changed in the scenario.
    pub change: &'a str,
    /// The figures, by name; null where it cannot happen here.
    pub figures: Option<BTreeMap<&'a str, Figure>>,
    /// Why it cannot happen here; null where it can.
    pub not_possible: Option<&'a str>,
}

/// What has to happen for a chance to come true.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reverse<'a> {
    /// The chance, 0 to 1.
    pub share: Option<f64>,
    /// Corners of the inputs in which it comes true most; none where it is too rare, too common, or due to luck alone.
    pub corners: Vec<Corner<'a>>,
    /// The corner of what the evaluator finds; null where there is none.
    pub signs: Option<Corner<'a>>,
}

/// A box of values.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Corner<'a> {
    /// Its sides.
    pub bounds: Vec<Bound<'a>>,
    /// Share of all such cases that it holds, 0 to 1.
    pub coverage: Option<f64>,
    /// How often it comes true within it, 0 to 1.
    pub density: Option<f64>,
    /// Share of all trials that it holds, 0 to 1.
    pub mass: Option<f64>,
}

/// A side of a box.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bound<'a> {
    /// The input or the finding.
    pub name: &'a str,
    /// Its least value; null where it is not bounded below.
    pub from: Option<f64>,
    /// Its largest value; null where it is not bounded above.
    pub to: Option<f64>,
}

impl<'a> Stress<'a> {
    /// What [`study::stress_test`] found.
    #[must_use]
    pub fn new(deal: &Deal, questions: &'a [Question], found: &'a study::StressTest) -> Self {
        let figures = |figures: &[[f64; 2]]| -> BTreeMap<&'a str, Figure> {
            let of = |(question, &figure): (&'a Question, &[f64; 2])| (question.name.as_str(), Figure::new(deal, question, figure));
            questions.iter().zip(figures).map(of).collect()
        };
        let stress = |one: &'a study::Stressed| {
            let (figures, not_possible) = match &one.figures {
                Ok(found) => (Some(figures(found)), None),
                Err(why) => (None, Some(why.as_str())),
            };
            Stressed { name: &one.name, change: &one.change, figures, not_possible }
        };
        let reversed = |one: &'a study::Reverse| {
            let corners = one.corners.iter().map(corner).collect();
            (one.name.as_str(), Reverse { share: defined(one.share), corners, signs: one.signs.as_ref().map(corner) })
        };
        Self {
            as_it_is: figures(&found.base),
            stresses: found.stressed.iter().map(stress).collect(),
            reverse: found.reverse.iter().map(reversed).collect(),
        }
    }
}

fn corner(corner: &study::Corner) -> Corner<'_> {
    let bounds = corner.bounds.iter().map(|(name, low, high)| Bound { name, from: defined(*low), to: defined(*high) });
    Corner { bounds: bounds.collect(), coverage: defined(corner.coverage), density: defined(corner.density), mass: defined(corner.mass) }
}
