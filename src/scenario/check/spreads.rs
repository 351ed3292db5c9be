//! Outcomes of persons: laws between them, what is looked at in their amounts, and how outcomes change over rounds.

use super::Checker;
use crate::deal::{Continuity, Outcome, OutcomeId, OutcomeKind, Profile, Rounds};
use crate::numeric::each::Each;
use crate::numeric::math;
use crate::sampling::counts::least_variance;
use crate::sampling::{Distribution, Shape, Spread};
use crate::scenario::text::{BetterText, OutcomeText, ProfileText};
use crate::words::count::counted;
use crate::words::typed;

impl Checker {
    pub(super) fn spread(&mut self, path: &str, text: &OutcomeText) -> Option<OutcomeKind> {
        let given = text.spread.as_ref()?;
        let at = format!("{path}.spread");
        if text.sd.is_some() {
            let message = "a spread has its standard deviation already";
            self.refuse(&format!("{path}.sd"), "one-of", message, "not used", "drop `sd`, or `spread`");
        }
        let shapes = [
            given.gamma.map(Shape::Gamma),
            given.lognormal.map(Shape::LogNormal),
            given.weibull.map(Shape::Weibull),
            given.values.clone().map(Shape::Observed),
        ];
        let mut shapes = shapes.into_iter().flatten();
        let (Some(shape), None) = (shapes.next(), shapes.next()) else {
            let message = "a spread has exactly one of `gamma`, `lognormal`, `weibull` and `values`";
            self.refuse(&at, "one-of", message, "none, or more than one", "`{ zeros = 0.19, gamma = 1.88 }` is usual for yearly earnings");
            return None;
        };
        let zeros = self.within(&format!("{at}.zeros"), given.zeros, 0.0, 0.999, "19% with nothing are written 0.19")?;
        let spread = Spread::new(zeros, shape);
        if spread.is_none() {
            let message =
                "a shape lies between 0.01 and 10,000 (a lognormal sigma up to 5, a Weibull shape from 0.1), and observed amounts above 0";
            self.refuse(&at, "out-of-range", message, "out of range", "people without any amount are counted in `zeros`");
        }
        spread.map(OutcomeKind::Spread)
    }

    /// An outcome that looks at persons' amounts; what they have in common with the amounts is filled in by `looking`.
    pub(super) fn looks(&mut self, path: &str, text: &OutcomeText, all: &[Option<OutcomeText>]) -> Option<Outcome> {
        let own = [
            ("rate", text.rate.is_some()),
            ("without", text.without.is_some()),
            ("effect", text.effect.is_some()),
            ("relative_effect", text.relative_effect.is_some()),
            ("given", text.given.is_some()),
            ("effect_through", text.effect_through.is_some()),
            ("rounds", text.rounds.is_some()),
            ("keeps", text.keeps.is_some()),
            ("leaves", text.leaves.is_some()),
            ("profile", text.profile.is_some()),
            ("spread", text.spread.is_some()),
            ("sd", text.sd.is_some()),
            ("at", !text.at.is_empty()),
            ("after", text.after != 0),
            ("intraclass_correlation", text.intraclass_correlation != 0.0),
            ("per_point_of_unemployment", text.per_point_of_unemployment != 0.0),
            ("median_of", text.median_of.is_some() && text.above.is_some()),
        ];
        for (key, _) in own.iter().filter(|(_, given)| *given) {
            let message = format!("`{key}` follows from the outcome that this one looks at");
            self.refuse(&format!("{path}.{key}"), "one-of", message, "not used", "drop it");
        }
        let names = self.names.outcomes.clone();
        let key = if text.above.is_some() { "above.of" } else { "median_of" };
        let of = self.find(&format!("{path}.{key}"), text.looks_at()?, "outcome", &names)?;
        let fewer = fewer_is_better(text, all);
        if text.better.is_some_and(|better| (better == BetterText::Fewer) != fewer) {
            let message = format!(
                "the more of `{}`, the more of this: what is better of the one is better of the other",
                self.names.outcomes[of.index()]
            );
            self.refuse(&format!("{path}.better"), "sign", message, "the other way", "drop it, or state it of the outcome looked at");
        }
        let kind = match &text.above {
            Some(above) => {
                let amount = self.within(&format!("{path}.above.amount"), above.amount, 0.0, 1e15, "write an amount, 0 or more")?;
                OutcomeKind::Above { of, amount }
            }
            None => OutcomeKind::Median { of },
        };
        if let Some(above) = &text.above {
            self.assume(format!("{path}.above"), format!("more than {} of {:?}", above.amount, above.of), &text.source, text.grade);
        }
        Some(Outcome {
            name: text.name.clone(),
            kind,
            rounds: Rounds { count: 1, every: 1 },
            base: Distribution::constant(0.0),
            effect: None,
            elsewhere: Vec::new(),
            relative: false,
            effect_per_point_of_unemployment: 0.0,
            profile: Profile { base: vec![1.0], effect: vec![1.0] },
            persistence: 0.0,
            continuity: Continuity::Anew,
            site_correlation: 0.0,
            site_effect_sd: 0.0,
            given: None,
            effect_through: None,
            fewer_is_better: fewer,
            after: 0,
            per_point_of_unemployment: 0.0,
        })
    }

    /// Fills in what an outcome has in common with the one whose persons it looks at.
    pub(super) fn looking(&mut self, outcomes: &[Option<Outcome>]) -> Option<Each<OutcomeId, Outcome>> {
        let mut filled = outcomes.to_vec();
        for (index, outcome) in filled.iter_mut().enumerate() {
            let Some((outcome, of)) = outcome.as_mut().and_then(|outcome| outcome.looks_at().map(|of| (outcome, of))) else { continue };
            let Some(parent) = outcomes[of.index()].as_ref() else { continue };
            if !matches!(parent.kind, OutcomeKind::Spread(_)) {
                let key = if matches!(outcome.kind, OutcomeKind::Median { .. }) { "median_of" } else { "above.of" };
                let message = format!("`{}` has no law between persons", parent.name);
                let help = "give it a `spread`, for example { zeros = 0.19, gamma = 1.88 }";
                self.refuse(&format!("outcome[{index}].{key}"), "chain", message, "no spread", help);
            }
            outcome.rounds = parent.rounds;
            outcome.effect = parent.effect.as_ref().map(|_| Distribution::constant(0.0));
            outcome.profile.clone_from(&parent.profile);
            outcome.given = parent.given;
            outcome.effect_through = parent.effect_through;
            outcome.after = parent.after;
        }
        filled.into_iter().collect()
    }

    /// Whole numbers with a certain mean spread by at least what its fraction makes them.
    pub(super) fn whole_numbers(&mut self, path: &str, outcome: &Outcome) {
        let OutcomeKind::Count(Some(sd)) = outcome.kind else { return };
        let Some(base) = outcome.base.is_constant() else { return };
        let effect = outcome.effect.as_ref().map_or(Some(0.0), Distribution::is_constant);
        let with = effect.map(|effect| if outcome.relative { base * (1.0 + effect) } else { base + effect });
        for mean in core::iter::once(base).chain(with) {
            let least = least_variance(mean.max(0.0));
            if sd * sd < least * (1.0 - 1e-9) {
                let message =
                    format!("whole numbers with a mean of {mean} have a standard deviation of at least {}", typed::number(least.sqrt()));
                self.refuse(&format!("{path}.sd"), "out-of-range", message, "too small", "drop it for the square root of the mean");
                return;
            }
        }
    }

    /// Correlation of a person's amounts from one round to the next.
    pub(super) fn persistence(&mut self, path: &str, text: &OutcomeText, rounds: Rounds) -> Option<f64> {
        let Some(correlation) = text.correlation_per_year else { return Some(0.0) };
        let at = format!("{path}.correlation_per_year");
        if text.spread.is_none() || rounds.count == 1 {
            let message = "only an amount with a `spread` and `rounds` has one person's amounts of several years";
            self.refuse(&at, "one-of", message, "not used", "add them, or drop it");
        }
        let correlation = self.within(&at, correlation, 0.0, 0.9999, "0.64 is usual for earnings a year apart")?;
        let years = f64::from(rounds.every) / self.per_year;
        Some(if correlation > 0.0 { math::pow(correlation, years) } else { 0.0 })
    }

    /// Factors of the base and of the effect for each round.
    pub(super) fn profile(&mut self, path: &str, text: &OutcomeText, rounds: Rounds) -> Option<Profile> {
        let ones = || vec![1.0; rounds.count as usize];
        let Some(profile) = &text.profile else { return Some(Profile { base: ones(), effect: ones() }) };
        let at = format!("{path}.profile");
        let ProfileText { without_per_year, effect_per_year, onset, stops_after, without, effect } = profile;
        let help = "5% a year is written 0.05, fading -0.05";
        let grow = [
            self.within(&format!("{at}.without_per_year"), *without_per_year, -0.99, 10.0, help)?,
            self.within(&format!("{at}.effect_per_year"), *effect_per_year, -0.99, 10.0, help)?,
        ];
        let first = f64::from(text.after) / self.per_year;
        let years = |round: u32| f64::from(round * rounds.every) / self.per_year;
        let lasts = |round: u32| {
            let since = first + years(round);
            since >= *onset && stops_after.is_none_or(|stop| since <= stop)
        };
        let growing = |rate: f64| (0..rounds.count).map(|round| math::pow(1.0 + rate, years(round))).collect::<Vec<f64>>();
        let base = without.clone().unwrap_or_else(|| growing(grow[0]));
        let by_year = growing(grow[1]).into_iter().zip(0..).map(|(factor, round)| if lasts(round) { factor } else { 0.0 }).collect();
        let effect = effect.clone().unwrap_or(by_year);
        for (key, factors) in [("without", &base), ("effect", &effect)] {
            if factors.len() != rounds.count as usize || factors.iter().any(|factor| !(factor.abs() <= 1e6)) {
                let message = format!("{} given for {}", counted(factors.len(), "factor"), counted(rounds.count, "round"));
                self.refuse(&format!("{at}.{key}"), "step-table", message, "one for each round", "for example [1.0, 1.05, 1.1]");
                return None;
            }
        }
        self.assume(format!("{path}.profile"), format!("base {base:?}, effect {effect:?}"), &text.source, text.grade);
        Some(Profile { base, effect })
    }
}

/// What an outcome that looks at the persons of another looks at; another outcome itself.
fn source<'a>(outcome: &'a OutcomeText, outcomes: &'a [Option<OutcomeText>]) -> &'a OutcomeText {
    outcome.looks_at().and_then(|name| outcomes.iter().flatten().find(|other| other.name == name)).unwrap_or(outcome)
}

/// Whether an outcome is a step of the program, which nobody outside takes; what looks at amounts is what they are.
pub(super) fn is_step(outcome: &OutcomeText, outcomes: &[Option<OutcomeText>]) -> bool {
    source(outcome, outcomes).rate.is_some()
}

/// Whether the fewer people have an outcome, or the less of it, the better; what looks at amounts is what they are.
pub(super) fn fewer_is_better(outcome: &OutcomeText, outcomes: &[Option<OutcomeText>]) -> bool {
    source(outcome, outcomes).better == Some(BetterText::Fewer)
}
