//! What can be known on a day: no report before it is out, nobody enrolled before their cohort begins.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::text::WholeText;
use super::{Reader, Wanted};
use crate::deal::Results;
use crate::scenario::tree::read;
use crate::words::count::counted;
use crate::words::list::listed;

/// What to do about what is not known yet.
const LATER: &str = "leave it out, or take a later day: `as_of`, --as-of";

/// What is said of the results as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whole {
    pub(super) as_of: Option<Date>,
    pub(super) late: Option<u32>,
}

impl Reader<'_> {
    /// The day as of which the results are known, and how late the program began, as far as the file says so.
    pub(super) fn of_the_whole(&mut self, root: &Spanned<DeTable<'_>>) -> Whole {
        let own = root.get_ref().iter().filter(|(key, _)| ["as_of", "late"].contains(&key.get_ref().as_ref()));
        let own: DeTable<'_> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        let own = Spanned::new(root.span(), DeValue::Table(own));
        let mut problems = Vec::new();
        let text: WholeText = read(&own, "the file", &mut problems).unwrap_or_default();
        self.problems.append(&mut problems);
        let as_of = text.as_of.as_ref().and_then(|date| self.day("as_of", date));
        if let Some(day) = as_of.filter(|_| self.wanted == Wanted::Complete) {
            let message = format!("these are the results as of {day}, and all of them are asked for");
            self.refuse("as_of", "not-yet", message, "so far", "leave it out where they are complete");
        }
        let late = text.late.filter(|&late| self.may_be_late(late));
        Whole { as_of, late }
    }

    fn may_be_late(&mut self, late: u32) -> bool {
        let program = &self.deal.program;
        let possible: Vec<u32> = program.delays().collect();
        if possible.contains(&late) {
            return true;
        }
        let noun = self.deal.timeline.length.noun();
        let message = match possible.as_slice() {
            [0] => format!("the program begins on time by the scenario, not {} late", counted(late, noun)),
            _ => format!("the scenario leaves no chance that the program begins {} late", counted(late, noun)),
        };
        let help = match possible.as_slice() {
            [0] => "say in the scenario how late it may begin: `delay` of [program]; or move its cohorts".to_string(),
            possible => {
                let all: Vec<String> = possible.iter().map(u32::to_string).collect();
                format!("it may be {}; give others a chance in `program.delay`", listed(&all))
            }
        };
        self.refuse("late", "out-of-range", message, "not possible", help);
        false
    }

    /// The day as of which the results are known: as the command says, as the file says, or the first on which all of it was.
    pub(super) fn as_of(&mut self, said: Option<Date>, results: &Results) -> Date {
        let timeline = &self.deal.timeline;
        let last = timeline.periods - 1;
        match self.wanted {
            Wanted::Complete => timeline.date(last),
            Wanted::SoFar(Some(day)) => {
                if !(timeline.start..timeline.date(timeline.periods)).contains(&day) {
                    let message = format!("{day}, as of which the deal is looked at, is not a day of the deal");
                    let help = format!("the deal runs from {} to {}", timeline.start, timeline.date(timeline.periods));
                    self.refuse("", "out-of-range", message, "", help);
                }
                day
            }
            Wanted::SoFar(None) => said.unwrap_or_else(|| {
                let late = results.began_late(self.deal);
                let out = self.deal.reported_in(late);
                let reports = self.reports.iter().map(|&(_, measure, group, _)| out[measure][group]);
                let cohorts = results.counted.iter().map(|&cohort| self.deal.program.cohorts[cohort].period.saturating_add(late));
                let period = reports.chain(cohorts).max().unwrap_or(0).min(last);
                let days = self.reports.iter().filter_map(|(.., day)| *day).chain(self.dated.iter().map(|(_, day)| *day));
                days.fold(timeline.date(period), Date::max)
            }),
        }
    }

    /// Nothing is known before it has happened.
    pub(super) fn timely(&mut self, as_of: Date, results: &Results) {
        let deal = self.deal;
        let late = results.began_late(deal);
        let through = deal.timeline.last_started_by(as_of).unwrap_or(0);
        let so_far = self.wanted != Wanted::Complete;
        let reported_in = deal.reported_in(late);
        for (path, measure, group, day) in core::mem::take(&mut self.reports) {
            let (name, out) = (&deal.measures[measure].name, reported_in[measure][group]);
            let happens = out.saturating_sub(deal.measures[measure].observed_after);
            if so_far && out > through {
                let message = format!("this report of `{name}` is due on {}: on {as_of} it does not exist yet", deal.timeline.date(out));
                self.refuse(&format!("{path}.measure"), "not-yet", message, "too early", LATER);
            }
            let Some(day) = day else { continue };
            if so_far && day > as_of {
                let message = format!("`{name}` was reported on {day}, after {as_of}");
                self.refuse(&format!("{path}.reported"), "not-yet", message, "too late", LATER);
            } else if day < deal.timeline.date(happens) {
                let message =
                    format!("what `{name}` counts happens from {} on, and cannot be reported on {day}", deal.timeline.date(happens));
                self.refuse(&format!("{path}.reported"), "not-yet", message, "too early", "correct the day");
            }
        }
        if !so_far {
            return;
        }
        for &cohort in &results.counted {
            let enrols = deal.program.cohorts[cohort].period.saturating_add(late);
            if let Some(at) = self.enrolled_said[cohort].filter(|_| enrols > through) {
                let message =
                    format!("cohort {} begins on {}: on {as_of} nobody has enrolled", cohort.number(), deal.timeline.date(enrols));
                self.refuse(&format!("enrolled[{at}].cohort"), "not-yet", message, "too early", LATER);
            }
        }
        for (path, day) in core::mem::take(&mut self.dated).into_iter().filter(|(_, day)| *day > as_of) {
            let message = format!("{day} is after {as_of}: it has not happened yet");
            self.refuse(&path, "not-yet", message, "too late", LATER);
        }
        // What lines have cost is judged by dates that hold.
        if self.problems.is_empty() {
            self.spent_by(through, late, results);
        }
    }

    /// What a line has cost so far belongs to one that has begun and goes on.
    fn spent_by(&mut self, through: u32, late: u32, results: &Results) {
        let deal = self.deal;
        for (&(cost, amount), path) in results.spent.iter().zip(core::mem::take(&mut self.spent_at)) {
            let name = &deal.program.costs[cost].name;
            let ends = deal.cost_ends(cost, late, &results.stopped);
            let begun = deal.spending(cost, late).iter().any(|&(period, weight)| period <= through && weight > 0);
            if ends <= through {
                let message = format!("`{name}` ends with the {} from {}", deal.timeline.length.noun(), deal.timeline.date(ends));
                self.refuse(&path, "contradiction", message, "nothing follows", "say what it cost in all: `total`");
            } else if !begun && amount.0 > 0 {
                let message = format!("`{name}` has no planned cost until then to spread this over the periods");
                self.refuse(&path, "amount", message, "nothing planned yet", "move the budget line in the scenario, or leave it out");
            }
        }
    }
}
