//! Reads a results file: what an evaluator published, in the terms of one deal, with every problem and its place.

mod agree;
mod missing;

use core::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::names::no_decrease;
use super::problem::{Problem, suggestion};
use super::text_results::{DefaultedText, EnrolledText, ResultText, SpentText, StoppedText};
use super::tree::{Places, read};
use super::{LoadError, Problems, controls, parse_toml, read_text};
use crate::deal::{CostBasis, Deal, LARGEST_RATIO, Pool, Reported, Results, Statistic};
use crate::quantity::Money;

/// Sections of the file.
const SECTIONS: [&str; 8] = ["source", "grade", "about", "enrolled", "result", "stopped", "cost", "defaulted"];

/// Reads the results at `path` (`-` is standard input) for `deal`.
///
/// # Errors
/// [`LoadError`]: the file cannot be read, or has problems.
pub fn load(path: &Path, deal: &Deal) -> Result<Results, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    Ok(parse(&file, &text, deal)?)
}

/// Makes results for `deal` of `text`; problems are reported as those of `file`.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn parse(file: &str, text: &str, deal: &Deal) -> Result<Results, Problems> {
    let root = parse_toml(file, text)?;
    let root = root.get_ref();
    let enrolled_said = vec![false; deal.program.cohorts.len()];
    let mut reader = Reader { deal, places: Places::of(root), problems: controls::found(root), enrolled_said, said_at: Vec::new() };
    let results = reader.results(root);
    if reader.problems.is_empty() { Ok(results) } else { Err(Problems::new(file, text, reader.problems)) }
}

struct Reader<'a> {
    deal: &'a Deal,
    places: Places,
    problems: Vec<Problem>,
    /// Cohorts whose people are given.
    enrolled_said: Vec<bool>,
    /// Where each reported number was given, in their order.
    said_at: Vec<String>,
}

impl Reader<'_> {
    fn refuse(&mut self, path: &str, code: &'static str, message: String, label: &str, help: impl Into<String>) {
        let span: Option<Range<usize>> = if path.is_empty() { None } else { self.places.value(path) };
        self.problems.push(Problem { span, code, message, label: label.into(), help: Some(help.into()) });
    }

    fn results(&mut self, root: &DeTable<'_>) -> Results {
        for (key, _) in root {
            if !SECTIONS.contains(&key.get_ref().as_ref()) {
                let message = format!("unknown section `{}`", key.get_ref());
                let help = suggestion(key.get_ref(), SECTIONS);
                let span = Some(key.span());
                self.problems.push(Problem { span, code: "unknown-key", message, label: "no such section".into(), help: Some(help) });
            }
        }
        let (texts, mut problems) = self.many::<EnrolledText>(root, "enrolled");
        self.problems.append(&mut problems);
        let enrolled = self.enrolled(&texts);
        let mut results = Results { enrolled, ..Results::default() };
        let (texts, mut problems) = self.many::<ResultText>(root, "result");
        self.problems.append(&mut problems);
        for (at, text) in texts.iter().enumerate() {
            if let Some(text) = text {
                self.result(&format!("result[{at}]"), text, &mut results);
            }
        }
        self.facts(root, &mut results);
        if self.problems.is_empty() {
            self.agree(&results);
            self.complete(&results);
        }
        results
    }

    /// The tables of a section, as far as each could be read, and what is wrong with them.
    fn many<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
        &self,
        root: &DeTable<'_>,
        section: &str,
    ) -> (Vec<Option<T>>, Vec<Problem>) {
        let mut problems = Vec::new();
        let items: Vec<&Spanned<DeValue<'_>>> = match root.get(section) {
            None => Vec::new(),
            Some(value) => match value.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => {
                    let message = format!("`{section}` must be a list of tables");
                    let help = Some(format!("write [[{section}]] with two brackets"));
                    problems.push(Problem { span: Some(value.span()), code: "wrong-type", message, label: "here".into(), help });
                    Vec::new()
                }
            },
        };
        (items.into_iter().map(|item| read(item, &format!("[[{section}]]"), &mut problems)).collect(), problems)
    }

    fn enrolled(&mut self, texts: &[Option<EnrolledText>]) -> Vec<u32> {
        let cohorts = &self.deal.program.cohorts;
        let mut people: Vec<u32> = cohorts.iter().map(|cohort| cohort.size).collect();
        for (at, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("enrolled[{at}]");
            let Some(cohort) = self.cohort(&format!("{path}.cohort"), text.cohort) else { continue };
            if self.enrolled_said[cohort] {
                self.refuse(&path, "duplicate-name", format!("cohort {} is given twice", text.cohort), "again here", "keep one of them");
            }
            self.enrolled_said[cohort] = true;
            match whole(text.people).and_then(|people| u32::try_from(people).ok()) {
                Some(count) => {
                    let most = f64::from(self.deal.program.cohorts[cohort].size) * LARGEST_RATIO;
                    let most = most.min(f64::from(self.deal.program.capacity_of(cohort)));
                    if f64::from(count) > most {
                        let message = format!("cohort {} has room for at most {most} people, not {count}", text.cohort);
                        self.refuse(
                            &format!("{path}.people"),
                            "count",
                            message,
                            "too many",
                            "correct it, or the plan's sizes and capacity",
                        );
                    }
                    people[cohort] = count;
                }
                None => {
                    let message = format!("{} is not a number of people", text.people);
                    self.refuse(&format!("{path}.people"), "count", message, "not a count", "write a whole number, 0 or more");
                }
            }
        }
        people
    }

    /// The index of a cohort that is counted from 1.
    fn cohort(&mut self, path: &str, number: u32) -> Option<usize> {
        let count = self.deal.program.cohorts.len();
        if (1..=count).contains(&(number as usize)) {
            return Some(number as usize - 1);
        }
        let message = format!("there is no cohort {number}: the deal has {count}");
        self.refuse(path, "out-of-range", message, "no such cohort", "count cohorts from 1");
        None
    }

    fn result(&mut self, path: &str, text: &ResultText, results: &mut Results) {
        let deal = self.deal;
        let Some(measure) = deal.measures.iter().position(|measure| measure.name == text.measure) else {
            let help = suggestion(&text.measure, deal.measures.iter().map(|measure| measure.name.as_str()));
            let message = format!("the deal has no measure `{}`", text.measure);
            return self.refuse(&format!("{path}.measure"), "unknown-name", message, "not in the deal", help);
        };
        let Some(group) = self.group(path, text, measure) else { return };
        if text.numbers.is_empty() {
            let help = "give what was published: `units = 120`, `reduction = 0.38` …";
            self.refuse(path, "missing-key", "a result without a number".into(), "nothing reported", help);
        }
        for (word, &value) in &text.numbers {
            let at = format!("{path}.{word}");
            let Some(statistic) = Statistic::WORDS.iter().find(|(known, _)| known == word).map(|(_, statistic)| *statistic) else {
                let help = suggestion(word, Statistic::WORDS.iter().map(|(known, _)| *known).chain(["cohort", "round", "year"]));
                self.refuse(&at, "unknown-key", format!("a measure does not report `{word}`"), "no such number", help);
                continue;
            };
            if statistic.lowers() && !deal.measures[measure].fewer_is_better(deal) {
                let (message, help) = no_decrease(&text.measure, statistic);
                self.refuse(&at, "sign", message, "the wrong way", help);
            }
            self.not_avoided(&at, measure, statistic);
            self.plausible(&at, measure, statistic, value);
            let same =
                |known: &&Reported| known.measure == measure && known.group == group && known.statistic.of_more() == statistic.of_more();
            if results.reported.iter().any(|known| same(&known)) {
                let message = format!("`{word}` of `{}` is given twice for the same group", text.measure);
                self.refuse(&at, "duplicate-name", message, "again here", "keep one of them");
            }
            results.reported.push(Reported { measure, group, statistic, value });
            self.said_at.push(at);
        }
        self.not_more_than_enrolled(path, measure, group, text, results);
        self.one_sign(path, measure, text);
    }

    /// The group of the measure that a result is about.
    fn group(&mut self, path: &str, text: &ResultText, measure: usize) -> Option<usize> {
        let deal = self.deal;
        let groups = deal.measure_groups(measure);
        let rounds = deal.rounds(measure);
        let pools = groups.len() / rounds;
        let name = &deal.measures[measure].name;
        let round = match (text.round, rounds) {
            (None, 1) => 0,
            (Some(round), _) if (1..=rounds).contains(&(round as usize)) => round as usize - 1,
            (given, _) => {
                let message = match given {
                    Some(round) => format!("`{name}` has no round {round}: it has {rounds}"),
                    None => format!("`{name}` is reported in {rounds} rounds, and this result does not say which"),
                };
                self.refuse(path, "group", message, "which round?", format!("add `round = 1` to `round = {rounds}`"));
                return None;
            }
        };
        let first_round = &groups[..pools];
        let by_site = (deal.measures[measure].pool == Pool::Site).then_some(text.site.as_deref()).flatten();
        if let Some(site) = by_site {
            let names: Vec<&str> = deal.program.sites.iter().map(|site| site.name.as_str()).collect();
            let at = self.named(&format!("{path}.site"), site, "site", &names)?;
            let own = |group: &Vec<usize>| group.iter().any(|&cohort| deal.program.cohorts[cohort].site == at);
            return first_round.iter().position(own).map(|pool| round * pools + pool);
        }
        if text.site.is_some() {
            let message = format!("`{name}` is not reported by site");
            self.refuse(&format!("{path}.site"), "group", message, "no such group", "leave it out, or pool the measure by \"site\"");
            return None;
        }
        let pool = match (text.cohort, text.year) {
            (None, None) if pools == 1 => 0,
            (Some(number), None) => {
                let cohort = self.cohort(&format!("{path}.cohort"), number)?;
                let found = first_round.iter().position(|group| group.as_slice() == [cohort]);
                let Some(found) = found else {
                    let message = format!("`{name}` does not report cohort {number} by itself");
                    self.refuse(&format!("{path}.cohort"), "group", message, "no such group", "leave it out, or say the year");
                    return None;
                };
                found
            }
            (None, Some(year)) => {
                let enrols = |group: &Vec<usize>| deal.timeline.date(deal.program.cohorts[group[0]].period).year() == year;
                let Some(found) = first_round.iter().position(|group| !group.is_empty() && enrols(group)) else {
                    let message = format!("no cohorts of `{name}` begin to enrol in {year}");
                    self.refuse(
                        &format!("{path}.year"),
                        "group",
                        message,
                        "no such group",
                        "name the year in which the first of them enrols",
                    );
                    return None;
                };
                found
            }
            (Some(_), Some(_)) => {
                let message = "a result is for a cohort or for a year, not both".to_string();
                self.refuse(path, "group", message, "both", "keep the one that the measure reports by");
                return None;
            }
            (None, None) => {
                let message = format!("`{name}` reports {pools} groups of cohorts, and this result does not say which");
                let help = match deal.measures[measure].pool {
                    Pool::Site => "add `site = \"…\"`",
                    _ => "add `cohort = 1`, counted from 1, or `year = …`",
                };
                self.refuse(path, "group", message, "which one?", help);
                return None;
            }
        };
        Some(round * pools + pool)
    }

    /// A value that the statistic can have.
    fn plausible(&mut self, path: &str, measure: usize, statistic: Statistic, value: f64) {
        let counted = self.deal.measures[measure].counts_people(self.deal);
        let (message, help) = match statistic {
            _ if !value.is_finite() => (format!("{value} is not a result"), "write a finite number"),
            Statistic::Units if self.deal.counts_whole(measure) && whole(value).is_none() => {
                (format!("claims are counted: {value} is not a whole number, 0 or more"), "write the number of claims")
            }
            Statistic::Enrolled if whole(value).is_none() => {
                (format!("{value} is not a number of people"), "write a whole number, 0 or more")
            }
            Statistic::Rate | Statistic::ComparisonRate if counted && !(0.0..=1.0).contains(&value) => {
                (format!("a share lies between 0 and 1, not at {value}"), "write 62% as 0.62")
            }
            Statistic::Difference | Statistic::Decrease if counted && value.abs() > 1.0 => {
                (format!("a difference of shares lies between -1 and 1, not at {value}"), "write 8 points as 0.08")
            }
            Statistic::PValue if !(0.0..=1.0).contains(&value) => (format!("a p-value lies between 0 and 1, not at {value}"), "write 0.05"),
            Statistic::StandardError if value < 0.0 => ("a standard error is not below zero".into(), "check its sign"),
            _ => return,
        };
        self.refuse(path, "count", message, "not possible", help);
    }

    /// No more people can have an outcome than are enrolled, where each person can have it once.
    fn not_more_than_enrolled(&mut self, path: &str, measure: usize, group: usize, text: &ResultText, results: &Results) {
        let Some(&units) = text.numbers.get("units") else { return };
        if !self.deal.measures[measure].counts_people(self.deal) {
            return;
        }
        let people: f64 = match text.numbers.get("enrolled") {
            Some(&people) => people,
            None => self.deal.measure_groups(measure)[group].iter().map(|&cohort| f64::from(results.enrolled[cohort])).sum(),
        };
        if units > people {
            let message = format!("{units} people had `{}`, but only {people} enrolled", text.measure);
            let help = "correct it, or say how many enrolled: [[enrolled]]; an outcome a person can have again is of kind \"count\"";
            self.refuse(&format!("{path}.units"), "count", message, "more than enrolled", help);
        }
    }

    fn facts(&mut self, root: &DeTable<'_>, results: &mut Results) {
        let deal = self.deal;
        let (stopped, mut problems) = self.many::<StoppedText>(root, "stopped");
        self.problems.append(&mut problems);
        let (mut stops, mut costs, mut payors) = (Vec::new(), Vec::new(), Vec::new());
        for (at, text) in stopped.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("stopped[{at}]");
            let names: Vec<&str> = deal.stops.iter().map(|stop| stop.name.as_str()).collect();
            let stop = self.named(&format!("{path}.stop"), &text.stop, "stop clause", &names);
            let period = self.period(&format!("{path}.date"), &text.date);
            self.once(&path, &mut stops, text.stop.clone(), "stop clause", &text.stop);
            results.stopped.extend(stop.zip(period));
        }
        let (spent, mut problems) = self.many::<SpentText>(root, "cost");
        self.problems.append(&mut problems);
        for (at, text) in spent.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("cost[{at}]");
            let names: Vec<&str> = deal.program.costs.iter().map(|cost| cost.name.as_str()).collect();
            let cost = self.named(&format!("{path}.name"), &text.name, "budget line", &names);
            self.once(&path, &mut costs, text.name.clone(), "cost", &text.name);
            let total = deal.currency.from_major(text.total).filter(|total| total.0 >= 0);
            if total.is_none() {
                let message = format!("{} is not an amount that can be counted", text.total);
                self.refuse(&format!("{path}.total"), "amount", message, "not an amount", "write 0 or more, in whole minor units");
            }
            if let Some(cost) = cost
                && !planned(deal, cost, &results.enrolled)
                && total != Some(Money(0))
            {
                let message = format!("`{}` has no planned cost to spread this over the periods", text.name);
                self.refuse(&path, "amount", message, "nothing planned", "give the budget line an amount in the scenario");
            }
            results.costs.extend(cost.zip(total));
        }
        let (defaulted, mut problems) = self.many::<DefaultedText>(root, "defaulted");
        self.problems.append(&mut problems);
        for (at, text) in defaulted.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("defaulted[{at}]");
            let names: Vec<&str> = deal.payors.iter().map(|payor| payor.name.as_str()).collect();
            let payor = self.named(&format!("{path}.payor"), &text.payor, "payor", &names);
            let period = self.period(&format!("{path}.from"), &text.from);
            self.once(&path, &mut payors, text.payor.clone(), "payor", &text.payor);
            results.failed.extend(payor.zip(period));
        }
    }

    fn named(&mut self, path: &str, name: &str, noun: &str, names: &[&str]) -> Option<usize> {
        let found = names.iter().position(|known| *known == name);
        if found.is_none() {
            let help = suggestion(name, names.iter().copied());
            self.refuse(path, "unknown-name", format!("the deal has no {noun} `{name}`"), "not in the deal", help);
        }
        found
    }

    fn period(&mut self, path: &str, date: &Datetime) -> Option<u32> {
        let day = date.date.and_then(|date| jiff::civil::Date::new(date.year as i16, date.month as i8, date.day as i8).ok());
        let timeline = &self.deal.timeline;
        let period = day.filter(|day| *day < timeline.date(timeline.periods)).and_then(|day| timeline.last_started_by(day));
        if period.is_none() {
            let message = format!("{date} is not a day of the deal");
            let help = format!("the deal runs from {} to {}", timeline.start, timeline.date(timeline.periods));
            self.refuse(path, "out-of-range", message, "outside the deal", help);
        }
        period
    }
}

/// A whole number, 0 or more, that f64 holds exactly.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value.fract() == 0.0 && value <= 9e15).then_some(value as u64)
}

/// Whether a budget line costs anything when these people enrol.
fn planned(deal: &Deal, cost: usize, enrolled: &[u32]) -> bool {
    match deal.program.costs[cost].basis {
        CostBasis::Share(share) => share > 0.0,
        CostBasis::PerOutcome { amount, .. } | CostBasis::PerGroup { amount, .. } => amount.0 > 0,
        CostBasis::PerParticipant(each) => each.0 > 0 && enrolled.iter().any(|people| *people > 0),
        CostBasis::PerPeriod { amount, .. } | CostBasis::Once { amount, .. } => amount.0 > 0,
    }
}
