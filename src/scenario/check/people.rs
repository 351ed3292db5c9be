//! Program and economy.

use super::Checker;
use crate::deal::{Cohort, Cost, CostBasis, Economy, LARGEST_COHORT, LARGEST_RATIO, Program, Recession};
use crate::quantity::Timeline;
use crate::sampling::Distribution;
use crate::scenario::text::{CohortsText, CostText, EconomyText, GradeText, ProgramText};
use crate::scenario::uncertain::Uncertain;

impl Checker {
    pub(super) fn program(&mut self, text: &ProgramText, timeline: Option<&Timeline>) -> Option<Program> {
        let around = (&text.source, text.grade);
        let one = || Uncertain::Plain(1.0);
        let ratio = text.enrolment_ratio.as_ref().map(|law| self.ratio("program.enrolment_ratio", law, around));
        let overrun = text.overrun.as_ref().map(|law| self.ratio("program.overrun", law, around));
        let cohorts = self.all_cohorts(text, timeline);
        if text.capacity == Some(0) {
            self.refuse("program.capacity", "out-of-range", "a cohort must take at least one person", "is 0", "leave it out for no limit");
        }
        let inflation = text.inflation_per_year;
        let inflation = self.within("program.inflation_per_year", inflation, -0.5, 1.0, "3% a year is written 0.03").unwrap_or(0.0);
        let names: Vec<String> = text.cost.iter().map(|cost| cost.name.clone()).collect();
        self.names("program.cost", &names);
        let costs: Vec<Option<Cost>> =
            text.cost.iter().enumerate().map(|(index, cost)| self.cost(index, cost, inflation, timeline, &one())).collect();
        let certain = || Some(Distribution::constant(1.0));
        Some(Program {
            provider: text.provider.clone(),
            sites: text.site.iter().map(|site| site.name.clone()).collect(),
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

    /// The cohorts of all sites in order of enrolment.
    fn all_cohorts(&mut self, text: &ProgramText, timeline: Option<&Timeline>) -> Option<Vec<Cohort>> {
        match (&text.cohorts, text.site.as_slice()) {
            (Some(cohorts), []) => self.cohorts("program.cohorts", cohorts, 0, timeline),
            (None, sites @ [_, ..]) => {
                let names: Vec<String> = sites.iter().map(|site| site.name.clone()).collect();
                self.names("program.site", &names);
                let mut all = Vec::new();
                for (index, site) in sites.iter().enumerate() {
                    let cohorts = self.cohorts(&format!("program.site[{index}].cohorts"), &site.cohorts, index, timeline);
                    if let Some(cohorts) = &cohorts {
                        let people: u32 = cohorts.iter().map(|cohort| cohort.size).fold(0, u32::saturating_add);
                        let words = format!("{people} people in {} cohorts", cohorts.len());
                        self.assume(format!("program.site.\"{}\"", site.name), words, &site.source, site.grade);
                    }
                    all.push(cohorts);
                }
                let mut all: Vec<Cohort> = all.into_iter().collect::<Option<Vec<_>>>()?.concat();
                all.sort_by_key(|cohort| cohort.period);
                Some(all)
            }
            _ => {
                let message = "a program has `cohorts`, or sites with cohorts of their own";
                self.refuse(
                    "program",
                    "one-of",
                    message,
                    "neither, or both",
                    "write `cohorts = { count = 8, size = 120 }` here or in each [[program.site]]",
                );
                None
            }
        }
    }

    fn cohorts(&mut self, path: &str, text: &CohortsText, site: usize, timeline: Option<&Timeline>) -> Option<Vec<Cohort>> {
        let help = "write `{ count = 8, size = 120, every = 1, first = 0 }` or `{ sizes = [120, 90], periods = [0, 2] }`";
        let mut cohorts: Vec<Cohort> = match text {
            CohortsText { count: Some(count), size: Some(size), every, first, sizes: None, periods: None, ramp: _ } => {
                if *count as usize > super::MOST_PARTS {
                    self.refuse(path, "too-many", format!("at most {} cohorts", super::MOST_PARTS), "too many", help);
                    return None;
                }
                let (every, first) = (every.unwrap_or(1), first.unwrap_or(0));
                (0..*count).map(|index| Cohort { period: first.saturating_add(index.saturating_mul(every)), size: *size, site }).collect()
            }
            CohortsText { count: None, size: None, every: None, first: None, sizes: Some(sizes), periods: Some(periods), ramp: _ } => {
                if sizes.len() != periods.len() {
                    let message = format!("{} sizes but {} periods", sizes.len(), periods.len());
                    self.refuse(path, "cohorts", message, "the lists differ in length", help);
                    return None;
                }
                let mut cohorts: Vec<Cohort> = sizes.iter().zip(periods).map(|(&size, &period)| Cohort { period, size, site }).collect();
                cohorts.sort_by_key(|cohort| cohort.period);
                cohorts
            }
            _ => {
                self.refuse(path, "cohorts", "cohorts are given by count and size, or by sizes and periods", "neither, or both", help);
                return None;
            }
        };
        for (cohort, share) in cohorts.iter_mut().zip(text.ramp.iter().flatten()) {
            if !(*share > 0.0 && *share <= 1.0) {
                let message = format!("a share of the planned people lies above 0 and up to 1, not at {share}");
                self.refuse(&format!("{path}.ramp"), "out-of-range", message, "out of range", "half of them is written 0.5");
            }
            cohort.size = ((f64::from(cohort.size) * share + 0.5) as u32).max(1);
        }
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

    fn cost(&mut self, index: usize, text: &CostText, inflation: f64, timeline: Option<&Timeline>, certain: &Uncertain) -> Option<Cost> {
        let path = format!("program.cost[{index}]");
        let around = (&text.source, text.grade);
        let overrun = match &text.overrun {
            Some(law) => self.ratio(&format!("{path}.overrun"), law, around),
            None => super::law::distribution(certain).ok(),
        };
        let first = text.from.as_ref().map(|date| self.period_within(&format!("{path}.from"), date, timeline));
        let last = text.until.as_ref().map(|date| self.period_of(&format!("{path}.until"), date, timeline));
        let given = [
            ("per_participant", text.per_participant),
            ("per_outcome", text.per_outcome),
            ("per_group", text.per_group),
            ("per_period", text.per_period),
            ("once", text.once),
        ];
        let mut given = given.iter().filter_map(|(key, amount)| amount.map(|amount| (*key, amount)));
        let (Some((key, amount)), None) = (given.next(), given.next()) else {
            let help = "keep the one that applies";
            self.refuse(
                &path,
                "one-of",
                "a cost has exactly one of `per_participant`, `per_outcome`, `per_group`, `per_period` and `once`",
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
        let beside = [("of", text.of.is_some(), "per_outcome"), ("people", text.people.is_some(), "per_group")];
        for (own, given, with) in beside {
            if given != (key == with) {
                let message = format!("`{own}` and `{with}` belong together");
                let at = if given { format!("{path}.{own}") } else { path.clone() };
                self.refuse(
                    &at,
                    "one-of",
                    message,
                    "one without the other",
                    "per_outcome = 500, of = \"completes\"; per_group = 40_000, people = 25",
                );
                return None;
            }
        }
        let basis = match key {
            "per_participant" => CostBasis::PerParticipant(amount),
            "per_outcome" => {
                let names = self.names.outcomes.clone();
                CostBasis::PerOutcome { amount, outcome: self.find(&format!("{path}.of"), text.of.as_ref()?, "outcome", &names)? }
            }
            "per_group" => {
                let people = text.people?;
                if people == 0 {
                    self.refuse(
                        &format!("{path}.people"),
                        "out-of-range",
                        "a group has at least one person",
                        "is 0",
                        "write for example 25",
                    );
                    return None;
                }
                CostBasis::PerGroup { amount, people }
            }
            "per_period" => CostBasis::PerPeriod { amount, first, last },
            _ => CostBasis::Once { amount, period: first },
        };
        Some(Cost {
            name: text.name.clone(),
            basis,
            overrun: overrun?,
            outside_raise: text.outside_raise,
            after_stop: text.after_stop,
            inflation,
        })
    }

    /// The last period that starts on or before a date; the deal's last period for a day after its end.
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
        let path = text.path.clone().unwrap_or_default();
        if path.iter().any(|points| !(points.abs() <= 100.0)) {
            let message = "points of unemployment lie between -100 and 100";
            self.refuse("economy.path", "out-of-range", message, "out of range", "2 points above normal are written 2.0");
        }
        let recession = match text.recession {
            None => None,
            Some(recession) => Some(Recession {
                per_year: self.within("economy.recession.per_year", recession.per_year, 0.0, 0.999, "once in ten years is 0.1")?,
                points: self.within("economy.recession.points", recession.points, -100.0, 100.0, "in percentage points: 4 is usual")?,
                years: self.within("economy.recession.years", recession.years, 1.0 / self.per_year, 100.0, "at least one period")?,
            }),
        };
        Some(Economy { persistence_per_year: persistence?, sd: sd?, path, recession })
    }
}
