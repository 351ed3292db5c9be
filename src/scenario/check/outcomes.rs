//! Outcomes: what may happen to people, and what depends on what.

use crate::numeric::each::Each;
use std::collections::HashMap;

use super::Checker;
use super::spreads::fewer_is_better;
use crate::deal::letters::look;
use crate::deal::{CostBasis, Deal, Outcome, OutcomeId, OutcomeKind, OutcomeRef, Program, Rounds, needed_first};
use crate::quantity::Timeline;
use crate::sampling::Distribution;
use crate::scenario::text::{OutcomeKindText, OutcomeText};
use crate::words::count::counted;

impl Checker {
    /// Outcomes in the order of the file; references still point into that order.
    pub(super) fn outcomes(
        &mut self,
        texts: &[Option<OutcomeText>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
        has_economy: bool,
    ) -> Option<Each<OutcomeId, Outcome>> {
        let names = self.names.outcomes.clone();
        self.names("outcome", &names);
        for (index, _) in names.iter().enumerate().filter(|(_, name)| look(name) == "enrolled") {
            let message = "`enrolled` is the outcome that every participant has; no other may have its name";
            self.refuse(&format!("outcome[{index}].name"), "duplicate-name", message, "taken", "choose another name");
        }
        let last = program.and_then(|program| Some(program.cohorts.as_slice().last()?.period + program.latest()));
        let outcomes: Vec<Option<Outcome>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let text = text.as_ref()?;
                let path = format!("outcome[{index}]");
                let shifts = [
                    ("per_point_of_unemployment", text.per_point_of_unemployment),
                    ("effect_per_point_of_unemployment", text.effect_per_point_of_unemployment),
                ];
                if let Some((key, _)) = shifts.into_iter().find(|(_, shift)| *shift != 0.0 && !has_economy) {
                    let message = format!("`{key}` needs an [economy]");
                    self.refuse(
                        &format!("{path}.{key}"),
                        "missing-section",
                        message,
                        "no economy",
                        "add [economy] with persistence_per_year and sd",
                    );
                }
                let rounds =
                    text.rounds.map_or(0, |rounds| u64::from(rounds.count.saturating_sub(1)) * u64::from(rounds.every.unwrap_or(1)));
                let wait = u64::from(text.after) + rounds;
                if let Some((last, timeline)) = last.zip(timeline)
                    && u64::from(last) + wait >= u64::from(timeline.periods)
                {
                    let message = format!(
                        "the last cohort enrols in period {last} and reaches this outcome {} later, after the deal's last period {}",
                        wait,
                        timeline.periods - 1
                    );
                    self.refuse(
                        &format!("{path}.after"),
                        "after-the-end",
                        message,
                        "too late",
                        "add periods to [deal], or shorten the wait",
                    );
                }
                self.outcome(&path, text, texts, program)
            })
            .collect();
        self.looking(&outcomes)
    }

    /// Nobody has an outcome before the one it is given.
    pub(super) fn parents_earlier(&mut self, texts: &[Option<OutcomeText>]) {
        for (index, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let parent = text.given.as_ref().and_then(|name| texts.iter().flatten().find(|other| other.name == *name));
            let Some(parent) = parent.filter(|parent| parent.looks_at().is_none()) else { continue };
            let every = |text: &OutcomeText| text.rounds.map(|rounds| (rounds.count.max(1) - 1) * rounds.every.unwrap_or(1));
            let last = every(text).zip(every(parent)).filter(|_| parent.rounds.is_some_and(|rounds| rounds.count > 1));
            let late = last.is_some_and(|(own, other)| u64::from(text.after) + u64::from(own) < u64::from(parent.after) + u64::from(other));
            if text.after < parent.after || late {
                let message = format!("`{}` comes before `{}`, which it is given", text.name, parent.name);
                let at = format!("outcome[{index}].{}", if text.after > 0 { "after" } else { "given" });
                self.refuse(
                    &at,
                    "chain",
                    message,
                    "too early",
                    format!("let it come {} after enrolment or later", counted(parent.after, "period")),
                );
            }
        }
    }

    fn outcome(&mut self, path: &str, text: &OutcomeText, all: &[Option<OutcomeText>], program: Option<&Program>) -> Option<Outcome> {
        let around = (&text.source, text.grade);
        let most = if text.kind() == OutcomeKindText::YesNo { 1.0 } else { 1e15 };
        for (key, shift) in [
            ("per_point_of_unemployment", text.per_point_of_unemployment),
            ("effect_per_point_of_unemployment", text.effect_per_point_of_unemployment),
        ] {
            self.within(&format!("{path}.{key}"), shift, -most, most, "−1.5 points are written -0.015");
        }
        if text.looks_at().is_some() {
            return self.looks(path, text, all);
        }
        let kind = self.kind(path, text);
        let rounds = self.rounds(path, text);
        let (low, high) = match text.kind() {
            OutcomeKindText::YesNo => (0.0, 1.0),
            OutcomeKindText::Count => (0.0, f64::INFINITY),
            OutcomeKindText::Amount => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let relative = text.relative_effect.is_some() && text.effect.is_none();
        let effect = text.effect.as_ref().xor(text.relative_effect.as_ref());
        let effect_at = format!("{path}.{}", if relative { "relative_effect" } else { "effect" });
        let (base, effect) = match (&text.rate, &text.without, effect) {
            (Some(rate), None, None) => (self.law(&format!("{path}.rate"), rate, low, high, around), None),
            (None, Some(without), Some(effect)) => {
                let base = self.law(&format!("{path}.without"), without, low, high, around);
                let effect = self.law(&effect_at, effect, f64::NEG_INFINITY, f64::INFINITY, around);
                if let Some(certain) =
                    effect.as_ref().and_then(Distribution::is_constant).filter(|_| text.kind() == OutcomeKindText::YesNo && !relative)
                {
                    self.within(&effect_at, certain, -1.0, 1.0, "an effect of 9 points is written 0.09");
                }
                (base, Some(effect?))
            }
            _ => {
                let message = "an outcome has either `rate` (a step of the program) or `without` and one of `effect` and `relative_effect` (what would happen anyway, and what the program adds)";
                self.refuse(
                    path,
                    "one-of",
                    message,
                    "neither, or a mixture",
                    "for a step nobody takes outside the program, give `rate` alone",
                );
                return None;
            }
        };
        let elsewhere = self.elsewhere(path, text, relative, [low, high], program);
        let names = self.names.outcomes.clone();
        let mut link = |key: &str, name: &Option<String>| match name {
            Some(name) => self.find(&format!("{path}.{key}"), name, "outcome", &names).map(Some),
            None => Some(None),
        };
        let (given, effect_through) = (link("given", &text.given), link("effect_through", &text.effect_through));
        let (given, effect_through) = (given?, effect_through?);
        if effect_through.is_some() && effect.is_none() {
            let message = "`effect_through` needs an `effect` that it lets through";
            self.refuse(&format!("{path}.effect_through"), "one-of", message, "no effect here", "give `without` and `effect`, or drop it");
        }
        if let Some(through) = effect_through.and_then(|index| all.get(index.index())?.as_ref())
            && through.given != text.given
        {
            let message = "the step that lets the effect through must be `given` the same outcome as this one";
            self.refuse(&format!("{path}.effect_through"), "chain", message, "given something else", "give both the same `given`, or none");
        }
        if let Some(parent) = given.and_then(|index| all.get(index.index())?.as_ref())
            && effect.is_some()
            && parent.rate.is_some()
        {
            let message = format!(
                "`{}` is a step of the program, so nobody outside it could have this outcome and there is no counterfactual",
                parent.name
            );
            let help = format!(
                "if people who do not take the step can still have the outcome, write `effect_through = \"{}\"` instead of `given`; if not, give `rate` alone",
                parent.name
            );
            self.refuse(&format!("{path}.given"), "chain", message, "a step of the program", help);
        }
        for (key, parent) in [("given", given), ("effect_through", effect_through)] {
            if let Some(parent) = parent.and_then(|index| all.get(index.index())?.as_ref()) {
                self.fits(&format!("{path}.{key}"), text, parent);
            }
        }
        let sensitivity = text.per_point_of_unemployment;
        let (at, help) = (format!("{path}.site_correlation"), "0.025 is usual for job entry");
        let site_correlation = self.within(&at, text.site_correlation, 0.0, 0.99, help);
        if text.site_correlation != 0.0 && (text.kind() != OutcomeKindText::YesNo || text.intraclass_correlation != 0.0) {
            let message = "people share the luck of their site where they have the outcome or not, and of their site or of their cohort";
            self.refuse(&at, "one-of", message, "not here", "use `site_effect_sd` for amounts, or drop `intraclass_correlation`");
        }
        let site_effect_sd = self.within(&format!("{path}.site_effect_sd"), text.site_effect_sd, 0.0, 1e15, "a standard deviation");
        let profile = rounds.and_then(|rounds| self.profile(path, text, rounds));
        let persistence = rounds.and_then(|rounds| self.persistence(path, text, rounds));
        let continuity = rounds.and_then(|rounds| self.continuity(path, text, all, rounds));
        let outcome = Outcome {
            name: text.name.clone(),
            kind: kind?,
            rounds: rounds?,
            base: base?,
            effect,
            elsewhere: elsewhere?,
            relative,
            effect_per_point_of_unemployment: text.effect_per_point_of_unemployment,
            profile: profile?,
            persistence: persistence?,
            continuity: continuity?,
            site_correlation: site_correlation?,
            site_effect_sd: site_effect_sd?,
            given,
            effect_through,
            fewer_is_better: fewer_is_better(text, all),
            after: text.after,
            per_point_of_unemployment: sensitivity,
        };
        self.whole_numbers(path, &outcome);
        self.keeps_enough(path, &outcome);
        Some(outcome)
    }

    /// Whether people have it or not, how often, or how much of it.
    fn kind(&mut self, path: &str, text: &OutcomeText) -> Option<OutcomeKind> {
        let (sd_at, icc_at) = (format!("{path}.sd"), format!("{path}.intraclass_correlation"));
        let sd = match text.sd {
            Some(sd) if !(sd.is_finite() && sd >= 0.0) => {
                let message = format!("a standard deviation is 0 or more, not {sd}");
                self.refuse(&sd_at, "out-of-range", message, "here", "check its sign and decimal point");
                return None;
            }
            sd => sd,
        };
        let icc = text.intraclass_correlation;
        match text.kind() {
            OutcomeKindText::YesNo => {
                if sd.is_some() {
                    let message = "people have this outcome or not: their spread follows from its rate";
                    self.refuse(&sd_at, "one-of", message, "not used", "drop it, or say `kind = \"count\"` or `kind = \"amount\"`");
                }
                let icc = self.within(&icc_at, icc, 0.0, 0.99, "0.02 is usual; 0 lets people be independent")?;
                Some(OutcomeKind::YesNo { intraclass_correlation: icc })
            }
            _ if icc != 0.0 => {
                let message = "only a yes-or-no outcome has an intraclass correlation";
                self.refuse(
                    &icc_at,
                    "one-of",
                    message,
                    "not used",
                    "drop it; a law for `rate` or `without` is shared by all people of a trial",
                );
                None
            }
            OutcomeKindText::Count => Some(OutcomeKind::Count(sd)),
            OutcomeKindText::Amount if text.spread.is_some() => self.spread(path, text),
            OutcomeKindText::Amount => {
                if sd.is_none() {
                    let help = "add `sd = …`, or `spread = { zeros = 0.19, gamma = 1.88 }`, which is usual for yearly earnings";
                    self.refuse(
                        path,
                        "missing-key",
                        "an amount needs its standard deviation between persons",
                        "`sd` is missing here",
                        help,
                    );
                }
                sd.map(OutcomeKind::Amount)
            }
        }
    }

    fn rounds(&mut self, path: &str, text: &OutcomeText) -> Option<Rounds> {
        let Some(rounds) = text.rounds else { return Some(Rounds { count: 1, every: 1 }) };
        if !(1..=200).contains(&rounds.count) || rounds.every == Some(0) {
            let message = "there are 1 to 200 rounds, at least one period apart";
            self.refuse(&format!("{path}.rounds"), "out-of-range", message, "here", "write for example { count = 4, every = 2 }");
            return None;
        }
        Some(Rounds { count: rounds.count, every: rounds.every.unwrap_or(1) })
    }

    /// An outcome can build on people who have another one, in the same round or in its only one.
    fn fits(&mut self, path: &str, text: &OutcomeText, parent: &OutcomeText) {
        if parent.kind() != OutcomeKindText::YesNo {
            let message = format!("`{}` is not something that people have or not", parent.name);
            self.refuse(path, "chain", message, "a quantity", "name a yes-or-no outcome");
        }
        let count = |text: &OutcomeText| text.rounds.map_or(1, |rounds| rounds.count);
        if count(parent) != 1 && count(parent) != count(text) {
            let message = format!("`{}` has {} and this outcome {}", parent.name, counted(count(parent), "round"), count(text));
            self.refuse(path, "chain", message, "other rounds", "give both the same number of rounds, or the first one only one");
        }
    }

    /// The order in which every outcome stands after those it depends on; `None` and a problem when a chain loops.
    pub(super) fn parents_first(&mut self, texts: &[Option<OutcomeText>]) -> Option<Vec<OutcomeId>> {
        let names = self.names.outcomes.clone();
        let mut places: HashMap<&str, OutcomeId> = HashMap::new();
        for (at, name) in names.iter().enumerate().take(texts.len()) {
            places.entry(name).or_insert(OutcomeId(at));
        }
        let needs = |of: OutcomeId| -> Vec<OutcomeId> {
            let text = texts[of.index()].as_ref();
            let links =
                text.into_iter().flat_map(|text| [text.given.as_deref(), text.effect_through.as_deref(), text.looks_at()]).flatten();
            links.filter_map(|name| places.get(name).copied()).collect()
        };
        let looping = match needed_first(texts.len(), needs) {
            Ok(order) => return Some(order),
            Err(circle) => circle,
        };
        let chain: Vec<&str> = looping.iter().map(|&of| names[of.index()].as_str()).collect();
        let message = format!("a chain of outcomes loops: {}", chain.join(", "));
        let text = texts[looping[0].index()].as_ref();
        let key = match text {
            Some(text) if text.given.is_some() => "given",
            Some(text) if text.looks_at().is_some() => "above",
            _ => "effect_through",
        };
        self.refuse(
            &format!("outcome[{}].{key}", looping[0].index()),
            "chain",
            message,
            "part of the loop",
            "an outcome can only depend on earlier ones",
        );
        None
    }
}

/// Puts the outcomes into `order` and mends every reference to them.
pub(super) fn reorder_outcomes(deal: &mut Deal, order: &[OutcomeId]) {
    let mut place: Each<OutcomeId, OutcomeId> = Each::filled(order.len(), OutcomeId(0));
    for (new, &old) in order.iter().enumerate() {
        place[old] = OutcomeId(new);
    }
    let mut outcomes: Each<OutcomeId, Outcome> = order.iter().map(|&old| deal.outcomes[old].clone()).collect();
    for outcome in &mut outcomes {
        outcome.given = outcome.given.map(|old| place[old]);
        outcome.effect_through = outcome.effect_through.map(|old| place[old]);
        if let OutcomeKind::Above { of, .. } | OutcomeKind::Median { of } = &mut outcome.kind {
            *of = place[*of];
        }
    }
    deal.outcomes = outcomes;
    for measure in &mut deal.measures {
        if let OutcomeRef::Outcome(old) = &mut measure.of {
            *old = place[*old];
        }
    }
    for cost in &mut deal.program.costs {
        if let CostBasis::PerOutcome { outcome, .. } = &mut cost.basis {
            *outcome = place[*outcome];
        }
    }
    for (old, _) in deal.payors.iter_mut().flat_map(|payor| &mut payor.value_per_outcome) {
        *old = place[*old];
    }
}
