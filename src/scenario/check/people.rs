//! Program and economy.

use super::Checker;
use crate::deal::{Cohort, Cost, Economy, LARGEST_COHORT, LARGEST_RATIO, Program, Recession, Site};
use crate::quantity::Timeline;
use crate::sampling::Distribution;
use crate::scenario::text::{CohortsText, EconomyText, ProgramText};
use crate::scenario::text_grade::GradeText;
use crate::scenario::uncertain::Uncertain;
use crate::words::count::counted;
use crate::words::number;
use crate::words::typed;

/// Chance that counts as none.
const NEVER: f64 = 1e-9;

impl Checker {
    pub(super) fn program(&mut self, text: &ProgramText, timeline: Option<&Timeline>) -> Option<Program> {
        let around = (&text.source, text.grade);
        let ratio = text.enrolment_ratio.as_ref().map(|law| self.ratio("program.enrolment_ratio", law, around));
        let overrun = text.overrun.as_ref().map(|law| self.ratio("program.overrun", law, around));
        let referral = text.referral_ratio.as_ref().map(|law| self.ratio("program.referral_ratio", law, around));
        let cohorts = self.all_cohorts(text, timeline);
        let of_sites = text.site.iter().enumerate().map(|(index, site)| (format!("program.site[{index}].capacity"), site.capacity));
        let capacities: Vec<(String, Option<u32>)> = core::iter::once(("program.capacity".into(), text.capacity)).chain(of_sites).collect();
        for (path, _) in capacities.iter().filter(|(_, capacity)| *capacity == Some(0)) {
            self.refuse(path, "out-of-range", "a cohort must take at least one person", "is 0", "leave it out for no limit");
        }
        let inflation = text.inflation_per_year;
        let inflation = self.within("program.inflation_per_year", inflation, -0.5, 1.0, "3% a year is written 0.03").unwrap_or(0.0);
        let names: Vec<String> = text.cost.iter().map(|cost| cost.name.clone()).collect();
        self.names("program.cost", &names);
        let delay = self.delay(text.delay.as_deref());
        if let (Some(cohorts), Some(delay), Some(timeline)) = (&cohorts, &delay, timeline) {
            self.enrol_in_time(cohorts, delay.len(), timeline);
        }
        let certain = || Some(Distribution::constant(1.0));
        let sites = text.site.iter().map(|site| Site { name: site.name.clone(), provider: site.provider.clone(), capacity: site.capacity });
        let mut program = Program {
            provider: text.provider.clone(),
            unit: self.unit(text.unit.as_deref()),
            sites: sites.collect(),
            cohorts: cohorts.clone().unwrap_or_default().into(),
            enrolment_ratio: ratio.unwrap_or_else(certain)?,
            referral_ratio: referral.unwrap_or_else(certain)?,
            capacity: text.capacity,
            delay: delay.unwrap_or_default(),
            costs: Vec::new(),
            overrun: overrun.unwrap_or_else(certain)?,
        };
        let costs: Vec<Option<Cost>> =
            text.cost.iter().enumerate().map(|(index, cost)| self.cost(index, cost, inflation, timeline, &program)).collect();
        program.costs = costs.into_iter().collect::<Option<_>>()?;
        for index in 0..program.costs.len() {
            self.product(&format!("program.cost[{index}].overrun"), [&program.costs[index].overrun, &program.overrun]);
        }
        self.product("program.referral_ratio", [&program.referral_ratio, &program.enrolment_ratio]);
        cohorts.map(|_| program)
    }

    /// A word for what is served; none where the file does not say one.
    fn unit(&mut self, text: Option<&str>) -> Option<String> {
        let word = text?.trim();
        if word.is_empty() || word.chars().count() > 40 || word.chars().any(char::is_control) {
            self.refuse(
                "program.unit",
                "bad-name",
                "a unit is a word or two",
                "is no such word",
                "write what is served in the plural: \"villages\"",
            );
            return None;
        }
        Some(word.into())
    }

    /// Chances to start on time, a period late and so on: they add up to 1.
    fn delay(&mut self, chances: Option<&[f64]>) -> Option<Vec<f64>> {
        let chances = chances.unwrap_or_default();
        let sum: f64 = chances.iter().sum();
        if !chances.is_empty() && (chances.iter().any(|chance| !(*chance >= 0.0)) || !((sum - 1.0).abs() < 1e-9)) {
            let message = format!("the chances of how late the program starts are 0 or more and add up to 1, not to {}", typed::sum(sum));
            self.refuse("program.delay", "out-of-range", message, "here", "[0.6, 0.3, 0.1]: on time, one period late, two periods late");
            return None;
        }
        if !chances.is_empty() {
            self.assume("program.delay".into(), format!("{chances:?}"), &None, None);
        }
        Some(chances.to_vec())
    }

    /// Refuses a program that may start so late that its last cohort enrols after the deal.
    fn enrol_in_time(&mut self, cohorts: &[Cohort], delays: usize, timeline: &Timeline) {
        let last = cohorts.iter().map(|cohort| cohort.period).max().unwrap_or(0);
        let latest = last.saturating_add(u32::try_from(delays.saturating_sub(1)).unwrap_or(u32::MAX));
        if delays > 0 && latest >= timeline.periods {
            let message =
                format!("the last cohort may enrol as late as period {latest} but the deal's periods are 0 to {}", timeline.periods - 1);
            self.refuse("program.delay", "after-the-end", message, "too late", "add periods to [deal], or start earlier");
        }
    }

    /// Actual over planned: 0 or more, and not beyond any sense.
    pub(super) fn ratio(&mut self, path: &str, law: &Uncertain, around: (&Option<String>, Option<GradeText>)) -> Option<Distribution> {
        let law = self.law(path, law, 0.0, f64::INFINITY, around)?;
        self.within(path, law.mean(), 0.0, LARGEST_RATIO, "a ratio of actual to planned: 1 is as planned")?;
        let beyond = law.exceedance(LARGEST_RATIO);
        if beyond > NEVER {
            let beyond = number::significant(beyond, 3);
            let message = format!(
                "{LARGEST_RATIO} times what is planned is the most there can be, but this law goes beyond with a chance of {beyond}"
            );
            let help = format!(
                "say what is meant: `truncate_above = {LARGEST_RATIO}` (never more), or `clip_above = {LARGEST_RATIO}` (more counts as that)"
            );
            self.refuse(path, "out-of-range", message, "too far out", help);
            return None;
        }
        Some(law)
    }

    /// Two ratios that are multiplied stay within the same bound.
    pub(super) fn product(&mut self, path: &str, of: [&Distribution; 2]) {
        let [one, other] = of.map(|law| if law.support().1.is_finite() { law.support().1 } else { law.quantile(1.0 - NEVER) });
        if one * other > LARGEST_RATIO {
            let message =
                format!("together with the program's own ratio this could come to more than {LARGEST_RATIO} times what is planned");
            self.refuse(path, "out-of-range", message, "too far out", "let both together stay below, for example by `truncate_above`");
        }
    }

    fn too_many_cohorts(&mut self, path: &str) {
        let message = format!("at most {} cohorts, at all sites and with every delay", super::MOST_PARTS);
        self.refuse(path, "too-many", message, "too many", "put cohorts together, or split the deal into several scenarios");
    }

    /// The cohorts of all sites in order of enrolment.
    fn all_cohorts(&mut self, text: &ProgramText, timeline: Option<&Timeline>) -> Option<Vec<Cohort>> {
        match (&text.cohorts, text.site.as_slice()) {
            (Some(cohorts), []) => self.cohorts("program.cohorts", cohorts, 0, timeline),
            (None, sites @ [_, ..]) => {
                let names: Vec<String> = sites.iter().map(|site| site.name.clone()).collect();
                self.names("program.site", &names);
                let (mut all, mut count) = (Vec::new(), 0);
                for (index, site) in sites.iter().enumerate() {
                    if count > super::MOST_PARTS {
                        break;
                    }
                    let cohorts = self.cohorts(&format!("program.site[{index}].cohorts"), &site.cohorts, index, timeline);
                    if let Some(cohorts) = &cohorts {
                        count += cohorts.len();
                        let people: u32 = cohorts.iter().map(|cohort| cohort.size).fold(0, u32::saturating_add);
                        let words = format!("{} in {}", counted(people, "person"), counted(cohorts.len(), "cohort"));
                        self.assume(format!("program.site.\"{}\"", site.name), words, &site.source, site.grade);
                    }
                    all.push(cohorts);
                }
                let mut all: Vec<Cohort> = all.into_iter().collect::<Option<Vec<_>>>()?.concat();
                if all.len() > super::MOST_PARTS {
                    self.too_many_cohorts("program.site");
                    return None;
                }
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
                    self.too_many_cohorts(path);
                    return None;
                }
                let (every, first) = (every.unwrap_or(1), first.unwrap_or(0));
                (0..*count).map(|index| Cohort { period: first.saturating_add(index.saturating_mul(every)), size: *size, site }).collect()
            }
            CohortsText { count: None, size: None, every: None, first: None, sizes: Some(sizes), periods: Some(periods), ramp: _ } => {
                if sizes.len() > super::MOST_PARTS {
                    self.too_many_cohorts(path);
                    return None;
                }
                if sizes.len() != periods.len() {
                    let message = format!("{} but {}", counted(sizes.len(), "size"), counted(periods.len(), "period"));
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
