//! How are the people of an outcome drawn: counted, all together, or one by one?

use crate::deal::{Deal, Outcome, OutcomeId, OutcomeKind, OutcomeRef};
use crate::sampling::Shape;

/// How an outcome of many people is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Counts of people: one exact binomial draw for a cohort.
    Counted,
    /// Totals by the normal law, with their exact mean and variance.
    Central,
    /// Totals exactly, in one draw for a cohort.
    Together,
    /// Person by person.
    OneByOne,
}

impl Drawing {
    /// How outcome `index` of `deal` is drawn.
    #[must_use]
    pub fn of(deal: &Deal, index: OutcomeId) -> Self {
        let outcome = &deal.outcomes[index];
        match &outcome.kind {
            OutcomeKind::YesNo { .. } if deal.one_by_one => Self::OneByOne,
            OutcomeKind::YesNo { .. } => Self::Counted,
            OutcomeKind::Count(_) if deal.one_by_one => Self::OneByOne,
            OutcomeKind::Count(_) => Self::Together,
            OutcomeKind::Amount(_) => Self::Central,
            OutcomeKind::Above { of, .. } | OutcomeKind::Median { of } => match Self::of(deal, *of) {
                Self::OneByOne => Self::OneByOne,
                _ => Self::Counted,
            },
            OutcomeKind::Spread(spread) => {
                let looks = |other: &&Outcome| other.looks_at() == Some(index);
                let medians = deal.outcomes.iter().filter(looks).any(|other| matches!(other.kind, OutcomeKind::Median { .. }));
                let asked = |at: OutcomeId| deal.measures.iter().any(|measure| measure.of == OutcomeRef::Outcome(at));
                let together = deal.outcomes.ids().filter(|&at| at == index || deal.outcomes[at].looks_at() == Some(index));
                let several = together.filter(|&at| asked(at)).count() > 1;
                let same_people = outcome.rounds.count > 1 && outcome.persistence > 0.0;
                let one_by_one = deal.one_by_one || medians || several || same_people || !matches!(spread.shape(), Shape::Gamma(_));
                if one_by_one { Self::OneByOne } else { Self::Together }
            }
        }
    }
}
