//! Reads a results file: what an evaluator published, in the terms of one deal, with every problem and its place.
//!
//! A complete file gives everything that settlement asks for; what is known so far of a running deal lacks what is reported later, and must
//! not have it.

mod agree;
mod costs;
mod facts;
mod missing;
mod nested;
mod possible;
mod surprising;
pub mod text;
mod timing;

use crate::numeric::each::Each;
use core::ops::Range;
use std::path::Path;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::deal::{CohortId, Deal, GroupId, LARGEST_RATIO, MeasureId, Pool, Reported, Results, SoFar, Statistic};
use crate::results::text::{EnrolledText, ResultText};
use crate::scenario::names::no_decrease;
use crate::scenario::problem::{Problem, suggestion};
use crate::scenario::tree::{Places, read};
use crate::scenario::{LoadError, Problems, controls, parse_toml, read_text};

/// Sections of the file.
const SECTIONS: [&str; 10] = ["source", "grade", "about", "as_of", "late", "enrolled", "result", "stopped", "cost", "defaulted"];

/// Reads the results at `path` (`-` is standard input) for `deal`.
///
/// # Errors
/// [`LoadError`]: the file cannot be read, or has problems.
pub fn load(path: &Path, deal: &Deal) -> Result<Results, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    Ok(parse(&file, &text, deal)?)
}

/// Reads what is known so far of `deal` from the results at `path` (`-` is standard input), as of a day: see [`so_far`].
///
/// # Errors
/// [`LoadError`]: the file cannot be read, or has problems.
pub fn load_so_far(path: &Path, deal: &Deal, as_of: Option<Date>) -> Result<SoFar, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    Ok(so_far(&file, &text, deal, as_of)?)
}

/// What a results file says: all of it, or as of a day.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Everything that settlement asks for.
    Complete(Results),
    /// What is known so far.
    SoFar(SoFar),
}

/// Reads the results at `path` (`-` is standard input) for `deal`: complete ones, or so far where a day is named, here or in the file.
///
/// # Errors
/// [`LoadError`]: the file cannot be read, or has problems.
pub fn load_given(path: &Path, deal: &Deal, as_of: Option<Date>) -> Result<Given, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    let named = as_of.is_some() || parse_toml(&file, &text)?.get_ref().contains_key("as_of");
    Ok(if named { Given::SoFar(so_far(&file, &text, deal, as_of)?) } else { Given::Complete(parse(&file, &text, deal)?) })
}

/// Makes results for `deal` of `text`, which gives all of them; problems are reported as those of `file`.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn parse(file: &str, text: &str, deal: &Deal) -> Result<Results, Problems> {
    read_as(file, text, deal, Wanted::Complete).map(|(results, _)| results)
}

/// What `text` says of `deal` so far; problems are reported as those of `file`. Nothing may be missing but what is not asked for yet, and
/// nothing may be there that was reported after the day: `as_of`, else the day that the text names, else the first on which all of it was
/// known.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn so_far(file: &str, text: &str, deal: &Deal, as_of: Option<Date>) -> Result<SoFar, Problems> {
    let (results, as_of) = read_as(file, text, deal, Wanted::SoFar(as_of))?;
    let through = deal.timeline.last_started_by(as_of).unwrap_or(0);
    Ok(SoFar { as_of, through, results, learns: true })
}

/// What is asked of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Complete,
    /// As of a day, where the command names one.
    SoFar(Option<Date>),
}

/// The results, and the day as of which they are known.
fn read_as(file: &str, text: &str, deal: &Deal, wanted: Wanted) -> Result<(Results, Date), Problems> {
    let root = parse_toml(file, text)?;
    let enrolled_said = Each::filled(deal.program.cohorts.len(), None);
    let mut reader = Reader {
        deal,
        wanted,
        places: Places::of(root.get_ref()),
        problems: controls::found(root.get_ref()),
        enrolled_said,
        said_at: Vec::new(),
        said_on: Vec::new(),
        reports: Vec::new(),
        dated: Vec::new(),
        spent_at: Vec::new(),
    };
    let read = reader.results(&root);
    if reader.problems.is_empty() { Ok(read) } else { Err(Problems::new(file, text, reader.problems)) }
}

struct Reader<'a> {
    deal: &'a Deal,
    wanted: Wanted,
    places: Places,
    problems: Vec<Problem>,
    /// Which [[enrolled]] (index) gives the people of each cohort, where one does.
    enrolled_said: Each<CohortId, Option<usize>>,
    /// Where each reported number was given, in their order.
    said_at: Vec<String>,
    /// When each of them was reported, where that is said.
    said_on: Vec<Option<Date>>,
    /// Where each result stands, what it is about, and when it was reported, where that is said.
    reports: Vec<(String, MeasureId, GroupId, Option<Date>)>,
    /// Where the days of stops and defaults stand, and the days.
    dated: Vec<(String, Date)>,
    /// Where what lines have cost so far stands.
    spent_at: Vec<String>,
}

impl Reader<'_> {
    fn refuse(&mut self, path: &str, code: &'static str, message: String, label: &str, help: impl Into<String>) {
        let span: Option<Range<usize>> = if path.is_empty() { None } else { self.places.value(path) };
        self.problems.push(Problem { span, code, message, label: label.into(), help: Some(help.into()) });
    }

    fn results(&mut self, whole: &Spanned<DeTable<'_>>) -> (Results, Date) {
        let root = whole.get_ref();
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
        let counted = self.enrolled_said.pairs().filter(|(_, said)| said.is_some()).map(|(cohort, _)| cohort).collect();
        let said = self.of_the_whole(whole);
        let mut results = Results { enrolled, counted, late: said.late, ..Results::default() };
        let (texts, mut problems) = self.many::<ResultText>(root, "result");
        self.problems.append(&mut problems);
        for (at, text) in texts.iter().enumerate() {
            if let Some(text) = text {
                self.result(&format!("result[{at}]"), text, &mut results);
            }
        }
        self.facts(root, &mut results);
        let as_of = self.as_of(said.as_of, &results);
        if self.problems.is_empty() {
            self.timely(as_of, &results);
            self.agree(&results);
            if self.wanted == Wanted::Complete {
                self.complete(&results);
            }
            results.surprises = self.surprises(&results);
        }
        (results, as_of)
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

    fn enrolled(&mut self, texts: &[Option<EnrolledText>]) -> Each<CohortId, u32> {
        let cohorts = &self.deal.program.cohorts;
        let mut people = cohorts.map(|cohort| cohort.size);
        for (at, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("enrolled[{at}]");
            let Some(cohort) = self.cohort(&format!("{path}.cohort"), text.cohort) else { continue };
            if self.enrolled_said[cohort].is_some() {
                self.refuse(&path, "duplicate-name", format!("cohort {} is given twice", text.cohort), "again here", "keep one of them");
            }
            self.enrolled_said[cohort] = Some(at);
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

    /// A cohort that is counted from 1.
    fn cohort(&mut self, path: &str, number: u32) -> Option<CohortId> {
        let count = self.deal.program.cohorts.len();
        if (1..=count).contains(&(number as usize)) {
            return Some(CohortId(number as usize - 1));
        }
        let message = format!("there is no cohort {number}: the deal has {count}");
        self.refuse(path, "out-of-range", message, "no such cohort", "count cohorts from 1");
        None
    }

    fn result(&mut self, path: &str, text: &ResultText, results: &mut Results) {
        let deal = self.deal;
        let Some(measure) = deal.measures.position(|measure| measure.name == text.measure) else {
            let help = suggestion(&text.measure, deal.measures.iter().map(|measure| measure.name.as_str()));
            let message = format!("the deal has no measure `{}`", text.measure);
            return self.refuse(&format!("{path}.measure"), "unknown-name", message, "not in the deal", help);
        };
        let Some(group) = self.group(path, text, measure) else { return };
        let reported = text.reported.as_ref().and_then(|date| self.day(&format!("{path}.reported"), date));
        self.reports.push((path.into(), measure, group, reported));
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
            match results.reported.iter().position(|known| same(&known)) {
                None => {
                    results.reported.push(Reported { measure, group, statistic, value });
                    self.said_at.push(at);
                    self.said_on.push(reported);
                }
                Some(earlier) => match self.said_on[earlier].zip(reported) {
                    // The report of the later day corrects the other.
                    Some((one, other)) if one != other => {
                        if other > one {
                            results.reported[earlier] = Reported { measure, group, statistic, value };
                            self.said_at[earlier] = at;
                            self.said_on[earlier] = reported;
                        }
                    }
                    _ => {
                        let message = format!("`{word}` of `{}` is given twice for the same group", text.measure);
                        let help = "keep one of them; where one corrects the other, add the day of each: `reported = 2027-04-15`";
                        self.refuse(&at, "duplicate-name", message, "again here", help);
                    }
                },
            }
        }
        self.not_more_than_enrolled(path, measure, group, text, results);
        self.one_sign(path, measure, text);
    }

    /// The group of the measure that a result is about.
    fn group(&mut self, path: &str, text: &ResultText, measure: MeasureId) -> Option<GroupId> {
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
        let first_round = &groups.as_slice()[..pools];
        let by_site = (deal.measures[measure].pool == Pool::Site).then_some(text.site.as_deref()).flatten();
        if let Some(site) = by_site {
            let names: Each<usize, &str> = deal.program.sites.iter().map(|site| site.name.as_str()).collect();
            let at = self.named(&format!("{path}.site"), site, "site", &names)?;
            let own = |group: &Vec<CohortId>| group.iter().any(|&cohort| deal.program.cohorts[cohort].site == at);
            return first_round.iter().position(own).map(|pool| GroupId(round * pools + pool));
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
                let enrols = |group: &Vec<CohortId>| deal.timeline.date(deal.program.cohorts[group[0]].period).year() == year;
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
        Some(GroupId(round * pools + pool))
    }
}

/// A whole number, 0 or more, that f64 holds exactly.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value.fract() == 0.0 && value <= 9e15).then_some(value as u64)
}
