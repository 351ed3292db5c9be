//! What may truly happen to a participant.

use super::Deal;
use super::{Continuity, OutcomeId};
use crate::sampling::{Distribution, Spread};

/// A true effect below this share of 1, or of the mean without the program where that is larger, is none.
pub const NO_EFFECT: f64 = 1e-9;

/// What may be counted or summed of one person.
#[derive(Clone, Debug, PartialEq)]
pub enum OutcomeKind {
    /// A person has it or not.
    YesNo {
        /// Correlation of the people of one cohort: their shared luck makes the rate of each cohort a beta variable around the rate of
        /// the trial. 0 up to but not including 1.
        intraclass_correlation: f64,
    },
    /// A person has it a whole number of times: days, claims, children. Standard deviation between persons; the square root of the mean
    /// where absent. Poisson, negative binomial or binomial, by how the variance compares with the mean
    /// ([`crate::sampling::counts`]).
    Count(Option<f64>),
    /// A person has so much of it: earnings, savings, litres. Standard deviation between persons.
    Amount(f64),
    /// The same, with the whole law between persons.
    Spread(Spread),
    /// A person has more than an amount of another outcome, which has a law between persons.
    Above {
        /// That outcome.
        of: OutcomeId,
        /// The amount.
        amount: f64,
    },
    /// The median of another outcome over the people of a cohort; it is an amount of each of them.
    Median {
        /// That outcome.
        of: OutcomeId,
    },
}

impl OutcomeKind {
    /// Whether a person has it or not.
    #[must_use]
    pub fn is_yes_no(&self) -> bool {
        match self {
            Self::YesNo { .. } | Self::Above { .. } => true,
            Self::Count(_) | Self::Amount(_) | Self::Spread(_) | Self::Median { .. } => false,
        }
    }

    /// Whether it is counted in whole units.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        match self {
            Self::YesNo { .. } | Self::Above { .. } | Self::Count(_) => true,
            Self::Amount(_) | Self::Spread(_) | Self::Median { .. } => false,
        }
    }
}

/// How an outcome with rounds changes from one to the next: factors of what it was drawn to be, one for each round.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Factors of the base, 0 or more; 1 leaves it as it was drawn.
    pub base: Vec<f64>,
    /// Factors of the effect: 0 before its onset and after its end.
    pub effect: Vec<f64>,
}

/// An outcome that happens again: each round is reported and paid by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounds {
    /// Number of rounds, at least 1.
    pub count: u32,
    /// Periods from one round to the next.
    pub every: u32,
}

/// An outcome of one person.
///
/// With the program a person reaches it with probability `clip(base + effect + sensitivity × u)`, without it `clip(base +
/// sensitivity × u)`, where `u` is the economy's deviation in the period the outcome falls in and `clip` cuts to 0..1. A step of the
/// program itself has no counterfactual: nobody takes it without the program. Of counts and amounts, the same numbers are means per
/// person, not cut to 0..1.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Name of the outcome.
    pub name: String,
    /// Whether people have it or not, how often, or how much of it.
    pub kind: OutcomeKind,
    /// How often it happens again.
    pub rounds: Rounds,
    /// Probability without the program (or of the step, where there is no counterfactual): 0 to 1, one draw a trial.
    pub base: Distribution,
    /// True effect, added to the base for people the program reaches; one draw a trial. `None` for a step of the program.
    pub effect: Option<Distribution>,
    /// Where it is otherwise: each site is named at most once.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether the effect is a share of the base instead of a difference.
    pub relative: bool,
    /// Change of the effect per percentage point of unemployment above normal.
    pub effect_per_point_of_unemployment: f64,
    /// How it changes from round to round.
    pub profile: Profile,
    /// Correlation of one person's amounts from one round to the next, 0 up to but not including 1; only of amounts with a spread.
    pub persistence: f64,
    /// What having it in one round says of the next; only of yes-or-no outcomes.
    pub continuity: Continuity,
    /// Correlation of the people of one site: its shared luck makes the rate of each site a beta variable. 0 up to but not including 1; only
    /// of yes-or-no outcomes.
    pub site_correlation: f64,
    /// Standard deviation of the effect between sites, in the unit of the effect (0.02 is 2 points), 0 or more.
    pub site_effect_sd: f64,
    /// Only people with this outcome can have the present one, with or without the program.
    pub given: Option<OutcomeId>,
    /// Only participants with this outcome get the effect; the others keep the counterfactual rate.
    pub effect_through: Option<OutcomeId>,
    /// Whether the fewer people have it, or the less of it, the better: arrests, days in jail. An effect below zero is then a success,
    /// and what an outcome is worth to a payor is the worth of one avoided.
    pub fewer_is_better: bool,
    /// Periods from enrolment to the outcome.
    pub after: u32,
    /// Change of the probability per percentage point of unemployment above normal (−0.015 is 1.5 points fewer).
    pub per_point_of_unemployment: f64,
}

impl Outcome {
    /// Whether a person has it or not.
    #[must_use]
    pub fn is_yes_no(&self) -> bool {
        self.kind.is_yes_no()
    }

    /// Whether it is counted in whole units.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.kind.is_counted()
    }

    /// The outcome whose persons' amounts it looks at.
    #[must_use]
    pub fn looks_at(&self) -> Option<OutcomeId> {
        match self.kind {
            OutcomeKind::Above { of, .. } | OutcomeKind::Median { of } => Some(of),
            OutcomeKind::YesNo { .. } | OutcomeKind::Count(_) | OutcomeKind::Amount(_) | OutcomeKind::Spread(_) => None,
        }
    }

    /// The same outcome with every law of its effect changed, also where it is otherwise.
    #[must_use]
    pub fn with_effects(&self, change: impl Fn(&Distribution) -> Distribution) -> Self {
        let mut changed = self.clone();
        changed.effect = changed.effect.as_ref().map(&change);
        changed.elsewhere.iter_mut().for_each(|at| at.effect = at.effect.as_ref().map(&change));
        changed
    }

    /// Every law of its effect, also where it is otherwise.
    pub fn effects(&self) -> impl Iterator<Item = &Distribution> {
        self.effect.iter().chain(self.elsewhere.iter().filter_map(|at| at.effect.as_ref()))
    }

    /// `change` of the outcome as a success: above zero where it is for the better. It is its own inverse.
    #[must_use]
    pub fn improvement(&self, change: f64) -> f64 {
        // Not `-change`: no change is 0, never −0.
        if self.fewer_is_better { 0.0 - change } else { change }
    }

    /// The smallest true effect on a person that counts as one, for the better or for the worse: what is nearer to 0 is rounding of `f64`.
    #[must_use]
    pub fn least_effect(&self) -> f64 {
        NO_EFFECT * self.base.mean().abs().max(1.0)
    }

    /// Whether a true effect on a person is an improvement. Not where it is undefined, because nobody was there.
    #[must_use]
    pub fn improves(&self, true_effect: f64) -> bool {
        self.improvement(true_effect) > self.least_effect()
    }

    /// Whether the outcome also happens to people outside the program.
    #[must_use]
    pub fn has_counterfactual(&self) -> bool {
        self.effect.is_some()
    }
}

impl Deal {
    /// The same deal with every true effect of the program so many times as large, 0 or more: between sites and by the economy too. At 0
    /// the program adds nothing for anybody: this is what *no effect* means.
    #[must_use]
    pub fn with_effects_times(&self, times: f64) -> Self {
        let mut changed = self.clone();
        for outcome in changed.outcomes.iter_mut().filter(|outcome| outcome.has_counterfactual()) {
            outcome.profile.effect.iter_mut().for_each(|factor| *factor *= times);
            outcome.site_effect_sd *= times;
            outcome.effect_per_point_of_unemployment *= times;
        }
        changed
    }

    /// The same deal where the program adds nothing for anybody.
    #[must_use]
    pub fn without_effect(&self) -> Self {
        self.with_effects_times(0.0)
    }
}

/// What is known of an outcome at certain sites, where it differs.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Those sites (indices).
    pub sites: Vec<usize>,
    /// Instead of the outcome's base.
    pub base: Option<Distribution>,
    /// Instead of its effect.
    pub effect: Option<Distribution>,
}

/// What a measure looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeRef {
    /// Enrolment itself.
    Enrolled,
    /// An outcome of the deal.
    Outcome(OutcomeId),
}
