//! Program, economy and outcomes.

use super::Checker;
use crate::deal::{Cohort, Cost, CostBasis, Deal, Economy, LARGEST_COHORT, LARGEST_RATIO, Outcome, OutcomeRef, Program};
use crate::quantity::Timeline;
use crate::sampling::Distribution;
use crate::scenario::text::{CohortsText, CostText, EconomyText, GradeText, OutcomeText, ProgramText};
use crate::scenario::uncertain::Uncertain;

impl Checker {
    pub(super) fn program(&mut self, text: &ProgramText, timeline: Option<&Timeline>) -> Option<Program> {
        let around = (&text.source, text.grade);
        let one = || Uncertain::Plain(1.0);
        let ratio = text.enrolment_ratio.as_ref().map(|law| self.ratio("program.enrolment_ratio", law, around));
        let overrun = text.overrun.as_ref().map(|law| self.ratio("program.overrun", law, around));
        let cohorts = self.cohorts(&text.cohorts, timeline);
        if text.capacity == Some(0) {
            self.refuse("program.capacity", "out-of-range", "a cohort must take at least one person", "is 0", "leave it out for no limit");
        }
        let names: Vec<String> = text.cost.iter().map(|cost| cost.name.clone()).collect();
        self.names("program.cost", &names);
        let costs: Vec<Option<Cost>> = text.cost.iter().enumerate().map(|(index, cost)| self.cost(index, cost, timeline, &one())).collect();
        let certain = || Some(Distribution::constant(1.0));
        Some(Program {
            provider: text.provider.clone(),
            cohorts: cohorts?,
            enrolment_ratio: ratio.unwrap_or_else(certain)?,
            capacity: text.capacity,
            costs: costs.into_iter().collect::<Option<_>>()?,
            overrun: overrun.unwrap_or_else(certain)?,
        })
    }

    /// Actual over planned: 0 or more, and not beyond any sense.
    fn ratio(&mut self, path: &str, law: &Uncertain, around: (&Option<String>, Option<GradeText>)) -> Option<Distribution> {
        let law = self.law(path, law, 0.0, f64::INFINITY, around)?;
        self.within(path, law.mean(), 0.0, LARGEST_RATIO, "a ratio of actual to planned: 1 is as planned")?;
        Some(law)
    }

    fn cohorts(&mut self, text: &CohortsText, timeline: Option<&Timeline>) -> Option<Vec<Cohort>> {
        let path = "program.cohorts";
        let help = "write `{ count = 8, size = 120, every = 1, first = 0 }` or `{ sizes = [120, 90], periods = [0, 2] }`";
        let cohorts: Vec<Cohort> = match text {
            CohortsText { count: Some(count), size: Some(size), every, first, sizes: None, periods: None } => {
                if *count as usize > super::MOST_PARTS {
                    self.refuse(path, "too-many", format!("at most {} cohorts", super::MOST_PARTS), "too many", help);
                    return None;
                }
                let (every, first) = (every.unwrap_or(1), first.unwrap_or(0));
                (0..*count).map(|index| Cohort { period: first.saturating_add(index.saturating_mul(every)), size: *size }).collect()
            }
            CohortsText { count: None, size: None, every: None, first: None, sizes: Some(sizes), periods: Some(periods) } => {
                if sizes.len() != periods.len() {
                    let message = format!("{} sizes but {} periods", sizes.len(), periods.len());
                    self.refuse(path, "cohorts", message, "the lists differ in length", help);
                    return None;
                }
                let mut cohorts: Vec<Cohort> = sizes.iter().zip(periods).map(|(&size, &period)| Cohort { period, size }).collect();
                cohorts.sort_by_key(|cohort| cohort.period);
                cohorts
            }
            _ => {
                self.refuse(path, "cohorts", "cohorts are given by count and size, or by sizes and periods", "neither, or both", help);
                return None;
            }
        };
        let largest = cohorts.iter().map(|cohort| cohort.size).max();
        if cohorts.is_empty() || cohorts.iter().any(|cohort| cohort.size == 0) || largest > Some(LARGEST_COHORT) {
            let message = format!("at least one cohort of 1 to {LARGEST_COHORT} people is needed");
            self.refuse(path, "out-of-range", message, "none, empty or too large", help);
            return None;
        }
        if let Some((timeline, last)) = timeline.zip(cohorts.last())
            && last.period >= timeline.periods
        {
            let message =
                format!("the last cohort enrols in period {} but the deal's periods are 0 to {}", last.period, timeline.periods - 1);
            self.refuse(path, "after-the-end", message, "too late", "add periods to [deal], or start earlier");
            return None;
        }
        Some(cohorts)
    }

    fn cost(&mut self, index: usize, text: &CostText, timeline: Option<&Timeline>, certain: &Uncertain) -> Option<Cost> {
        let path = format!("program.cost[{index}]");
        let around = (&text.source, text.grade);
        let overrun = match &text.overrun {
            Some(law) => self.ratio(&format!("{path}.overrun"), law, around),
            None => super::law::distribution(certain).ok(),
        };
        let first = text.from.as_ref().map(|date| self.period_of(&format!("{path}.from"), date, timeline));
        let last = text.until.as_ref().map(|date| self.period_of(&format!("{path}.until"), date, timeline));
        let given = [("per_participant", text.per_participant), ("per_period", text.per_period), ("once", text.once)];
        let mut given = given.iter().filter_map(|(key, amount)| amount.map(|amount| (*key, amount)));
        let (Some((key, amount)), None) = (given.next(), given.next()) else {
            let help = "keep the one that applies";
            self.refuse(
                &path,
                "one-of",
                "a cost has exactly one of `per_participant`, `per_period` and `once`",
                "none, or more than one",
                help,
            );
            return None;
        };
        let amount = self.amount(&format!("{path}.{key}"), amount)?;
        let (first, last) = (first.unwrap_or(Some(0))?, last.unwrap_or(timeline.map(|timeline| timeline.periods - 1))?);
        if last < first {
            self.refuse(&format!("{path}.until"), "out-of-range", "a cost cannot end before it begins", "before `from`", "");
            return None;
        }
        let currency = self.currency?;
        self.assume(format!("program.cost.\"{}\".{key}", text.name), currency.display(amount), &text.source, text.grade);
        let basis = match key {
            "per_participant" => CostBasis::PerParticipant(amount),
            "per_period" => CostBasis::PerPeriod { amount, first, last },
            _ => CostBasis::Once { amount, period: first },
        };
        Some(Cost { name: text.name.clone(), basis, overrun: overrun?, outside_raise: text.outside_raise, after_stop: text.after_stop })
    }

    /// The last period that starts on or before a date within the deal.
    pub(super) fn period_of(&mut self, path: &str, date: &toml::value::Datetime, timeline: Option<&Timeline>) -> Option<u32> {
        let date = self.date(path, date)?;
        let timeline = timeline?;
        let period = timeline.last_started_by(date);
        if period.is_none() {
            let message = format!("{date} is before the deal starts on {}", timeline.start);
            self.refuse(path, "out-of-range", message, "too early", "choose a day of the deal");
        }
        period
    }

    pub(super) fn economy(&mut self, text: &EconomyText) -> Option<Economy> {
        let value = format!("AR(1), persistence {} a year, sd {} points", text.persistence_per_year, text.sd);
        self.assume("economy".into(), value, &text.source, text.grade);
        let persistence =
            self.within("economy.persistence_per_year", text.persistence_per_year, 0.0, 0.9999, "0.8 is usual for unemployment");
        let sd = self.within("economy.sd", text.sd, 0.0, 100.0, "in percentage points: 1.5 is usual for unemployment");
        Some(Economy { persistence_per_year: persistence?, sd: sd? })
    }

    /// Outcomes in the order of the file; references still point into that order.
    pub(super) fn outcomes(
        &mut self,
        texts: &[Option<OutcomeText>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
        has_economy: bool,
    ) -> Option<Vec<Outcome>> {
        let names = self.names.outcomes.clone();
        self.names("outcome", &names);
        for (index, _) in names.iter().enumerate().filter(|(_, name)| *name == "enrolled") {
            let message = "`enrolled` is the outcome that every participant has; no other may have its name";
            self.refuse(&format!("outcome[{index}].name"), "duplicate-name", message, "taken", "choose another name");
        }
        let last = program.and_then(|program| program.cohorts.last()).map(|cohort| cohort.period);
        let outcomes: Vec<Option<Outcome>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let text = text.as_ref()?;
                let path = format!("outcome[{index}]");
                if text.per_point_of_unemployment != 0.0 && !has_economy {
                    let message = "`per_point_of_unemployment` needs an [economy]";
                    self.refuse(
                        &format!("{path}.per_point_of_unemployment"),
                        "missing-section",
                        message,
                        "no economy",
                        "add [economy] with persistence_per_year and sd",
                    );
                }
                if let Some((last, timeline)) = last.zip(timeline)
                    && u64::from(last) + u64::from(text.after) >= u64::from(timeline.periods)
                {
                    let message = format!(
                        "the last cohort enrols in period {last} and reaches this outcome {} later, after the deal's last period {}",
                        text.after,
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
                self.outcome(&path, text, texts)
            })
            .collect();
        outcomes.into_iter().collect()
    }

    fn outcome(&mut self, path: &str, text: &OutcomeText, all: &[Option<OutcomeText>]) -> Option<Outcome> {
        let around = (&text.source, text.grade);
        self.within(
            &format!("{path}.per_point_of_unemployment"),
            text.per_point_of_unemployment,
            -1.0,
            1.0,
            "−1.5 points are written -0.015",
        );
        let (base, effect) = match (&text.rate, &text.without, &text.effect) {
            (Some(rate), None, None) => (self.law(&format!("{path}.rate"), rate, 0.0, 1.0, around), None),
            (None, Some(without), Some(effect)) => {
                let base = self.law(&format!("{path}.without"), without, 0.0, 1.0, around);
                let effect = self.law(&format!("{path}.effect"), effect, f64::NEG_INFINITY, f64::INFINITY, around);
                if let Some(certain) = effect.as_ref().and_then(Distribution::is_constant) {
                    self.within(&format!("{path}.effect"), certain, -1.0, 1.0, "an effect of 9 points is written 0.09");
                }
                (base, Some(effect?))
            }
            _ => {
                let message = "an outcome has either `rate` (a step of the program) or `without` and `effect` (what would happen anyway, and what the program adds)";
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
        if let Some(through) = effect_through.and_then(|index| all[index].as_ref())
            && through.given != text.given
        {
            let message = "the step that lets the effect through must be `given` the same outcome as this one";
            self.refuse(&format!("{path}.effect_through"), "chain", message, "given something else", "give both the same `given`, or none");
        }
        if let Some(parent) = given.and_then(|index| all[index].as_ref())
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
        let sensitivity = text.per_point_of_unemployment;
        Some(Outcome {
            name: text.name.clone(),
            base: base?,
            effect,
            given,
            effect_through,
            after: text.after,
            per_point_of_unemployment: sensitivity,
        })
    }

    /// The order in which every outcome stands after those it depends on; `None` and a problem when a chain loops.
    pub(super) fn parents_first(&mut self, texts: &[Option<OutcomeText>]) -> Option<Vec<usize>> {
        let names = self.names.outcomes.clone();
        let needs = |index: usize| -> Vec<usize> {
            let text = texts[index].as_ref();
            let links = text.into_iter().flat_map(|text| [&text.given, &text.effect_through]).flatten();
            links.filter_map(|name| names.iter().position(|known| known == name)).collect()
        };
        let mut order: Vec<usize> = Vec::with_capacity(texts.len());
        let mut placed = vec![false; texts.len()];
        loop {
            let before = order.len();
            for index in 0..texts.len() {
                if !placed[index] && needs(index).iter().all(|&parent| placed[parent]) {
                    placed[index] = true;
                    order.push(index);
                }
            }
            if order.len() == texts.len() {
                return Some(order);
            }
            if order.len() == before {
                break;
            }
        }
        let looping: Vec<usize> = (0..texts.len()).filter(|&index| !placed[index]).collect();
        let chain: Vec<&str> = looping.iter().map(|&index| names[index].as_str()).collect();
        let message = format!("a chain of outcomes loops: {}", chain.join(", "));
        let text = texts[looping[0]].as_ref();
        let key = if text.is_some_and(|text| text.given.is_some()) { "given" } else { "effect_through" };
        self.refuse(
            &format!("outcome[{}].{key}", looping[0]),
            "chain",
            message,
            "part of the loop",
            "an outcome can only depend on earlier ones",
        );
        None
    }
}

/// Puts the outcomes into `order` and mends every reference to them.
pub(super) fn reorder_outcomes(deal: &mut Deal, order: &[usize]) {
    let mut place = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let mut outcomes: Vec<Outcome> = order.iter().map(|&old| deal.outcomes[old].clone()).collect();
    for outcome in &mut outcomes {
        outcome.given = outcome.given.map(|old| place[old]);
        outcome.effect_through = outcome.effect_through.map(|old| place[old]);
    }
    deal.outcomes = outcomes;
    for measure in &mut deal.measures {
        if let OutcomeRef::Outcome(old) = &mut measure.of {
            *old = place[*old];
        }
    }
    for (old, _) in deal.payors.iter_mut().flat_map(|payor| &mut payor.value_per_outcome) {
        *old = place[*old];
    }
}
