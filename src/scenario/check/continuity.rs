//! What having a yes-or-no outcome in one round says of the next.

use super::Checker;
use crate::deal::{Continuity, Outcome, Rounds};
use crate::sampling::Distribution;
use crate::scenario::text::{KeepsText, OutcomeKindText, OutcomeText};
use crate::words::typed;

impl Checker {
    pub(super) fn continuity(&mut self, path: &str, text: &OutcomeText, all: &[Option<OutcomeText>], rounds: Rounds) -> Option<Continuity> {
        let key = if text.leaves.is_some() { "leaves" } else { "keeps" };
        let at = format!("{path}.{key}");
        if text.kind() != OutcomeKindText::YesNo || rounds.count == 1 {
            if text.keeps.is_some() || text.leaves.is_some() {
                let message = format!("only of a yes-or-no outcome with several rounds does `{key}` say something");
                self.refuse(&at, "one-of", message, "not used", "drop it, or add `rounds`");
            }
            return Some(Continuity::Anew);
        }
        let help = "the chance that who has it in one round has it in the next";
        let continuity = match (text.keeps, text.leaves) {
            (Some(KeepsText::Word(_)), None) => Continuity::Anew,
            (Some(KeepsText::Chance(keeps)), None) => Continuity::Keeps(self.within(&at, keeps, 0.0, 1.0, help)?),
            (None, Some(leaves)) => Continuity::Leaves(self.within(&at, leaves, 0.0, 1.0, "2% of them each round are written 0.02")?),
            (Some(_), Some(_)) => {
                self.refuse(&at, "one-of", "people either keep it with a chance or leave for good", "both", "drop `keeps`, or `leaves`");
                return None;
            }
            (None, None) => {
                let message = format!("it is not said whether the same people have `{}` in each of its {} rounds", text.name, rounds.count);
                let help = "add `keeps = 1.0` (the chance to have it again), `leaves = 0.02` (who leaves never comes back), or \
                            `keeps = \"independent\"` (everybody is drawn anew)";
                self.refuse(path, "missing-key", message, "`keeps` or `leaves` is missing here", help);
                return None;
            }
        };
        let said = match continuity {
            Continuity::Anew => "independent".into(),
            Continuity::Keeps(chance) | Continuity::Leaves(chance) => format!("{chance}"),
        };
        self.assume(at.clone(), said, &text.source, text.grade);
        if continuity == Continuity::Anew {
            return Some(continuity);
        }
        for (link, parent) in [("given", &text.given), ("effect_through", &text.effect_through)] {
            let parent = parent.as_ref().and_then(|name| all.iter().flatten().find(|other| other.name == *name));
            if let Some(parent) = parent.filter(|parent| parent.rounds.is_some_and(|rounds| rounds.count > 1)) {
                let message = format!("the people who could have it change with every round of `{}`", parent.name);
                let help =
                    "say `keeps = \"independent\"`: among those who have the other outcome it is drawn anew; or give that one no rounds";
                self.refuse(&format!("{path}.{link}"), "chain", message, "has rounds", help);
            }
        }
        let moves = text.profile.is_some() || text.per_point_of_unemployment != 0.0 || text.effect_per_point_of_unemployment != 0.0;
        let lucky = text.intraclass_correlation != 0.0 || text.site_correlation != 0.0;
        if moves && matches!(continuity, Continuity::Leaves(_)) {
            let message = "where people leave for good, the rate of each round follows from the first round's";
            self.refuse(&at, "one-of", message, "the rate also moves", "drop `profile` and the economy here, or write `keeps`");
        } else if moves && lucky {
            let message = "people who keep it share one luck over all rounds, which needs a rate that does not move between them";
            self.refuse(&at, "one-of", message, "the rate moves", "drop `profile`, the economy, or the correlation of people");
        }
        Some(continuity)
    }

    /// A certain rate can be so high that more must keep it than is said: the others are too few to make up for who leaves.
    pub(super) fn keeps_enough(&mut self, path: &str, outcome: &Outcome) {
        let (Continuity::Keeps(keeps), Some(base)) = (outcome.continuity, outcome.base.is_constant()) else { return };
        if outcome.profile.base.iter().chain(&outcome.profile.effect).any(|factor| *factor != 1.0) {
            return;
        }
        let effect = outcome.effect.as_ref().map_or(Some(0.0), Distribution::is_constant);
        let with = effect.map(|effect| if outcome.relative { base * (1.0 + effect) } else { base + effect });
        for rate in core::iter::once(base).chain(with).filter(|rate| *rate > 0.0 && *rate <= 1.0) {
            let least = 2.0 - 1.0 / rate;
            if keeps < least - 1e-9 {
                let least = typed::number(least);
                let message = format!("with a rate of {rate} in every round at least {least} of those who have it must keep it");
                self.refuse(&format!("{path}.keeps"), "out-of-range", message, "too few", "write a larger chance, or lower the rate");
                return;
            }
        }
    }
}
