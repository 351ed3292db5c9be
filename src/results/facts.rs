//! What is reported beside the measures: stops, costs, payors that did not pay.

use crate::numeric::each::{Each, Id};
use jiff::civil::Date;
use toml::de::DeTable;
use toml::value::Datetime;

use super::Reader;
use super::text::{DefaultedText, StoppedText};
use crate::deal::{PayorId, Results};
use crate::scenario::problem::suggestion;

impl Reader<'_> {
    pub(super) fn facts(&mut self, root: &DeTable<'_>, results: &mut Results) {
        let deal = self.deal;
        let (stopped, mut problems) = self.many::<StoppedText>(root, "stopped");
        self.problems.append(&mut problems);
        let (mut stops, mut payors) = (Vec::new(), Vec::new());
        for (at, text) in stopped.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("stopped[{at}]");
            let names = deal.stops.map(|stop| stop.name.as_str());
            let stop = self.named(&format!("{path}.stop"), &text.stop, "stop clause", &names);
            let period = self.period(&format!("{path}.date"), &text.date);
            self.once(&path, &mut stops, text.stop.clone(), "stop clause", &text.stop);
            if let (Some((_, first)), Some(period)) = (results.stopped.first(), period)
                && *first != period
            {
                let message = format!("the program ended on one day, by `{}` on another", text.stop);
                self.refuse(&format!("{path}.date"), "contradiction", message, "another end", "keep the clause that ended it first");
            }
            results.stopped.extend(stop.zip(period));
        }
        self.costs(root, results);
        let (defaulted, mut problems) = self.many::<DefaultedText>(root, "defaulted");
        self.problems.append(&mut problems);
        for (at, text) in defaulted.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("defaulted[{at}]");
            let names: Each<PayorId, &str> = deal.payors.map(|payor| payor.name.as_str());
            let payor = self.named(&format!("{path}.payor"), &text.payor, "payor", &names);
            let period = self.period(&format!("{path}.from"), &text.from);
            self.once(&path, &mut payors, text.payor.clone(), "payor", &text.payor);
            results.failed.extend(payor.zip(period));
        }
    }

    pub(super) fn named<I: Id>(&mut self, path: &str, name: &str, noun: &str, names: &Each<I, &str>) -> Option<I> {
        let found = names.position(|known| *known == name);
        if found.is_none() {
            let help = suggestion(name, names.iter().copied());
            self.refuse(path, "unknown-name", format!("the deal has no {noun} `{name}`"), "not in the deal", help);
        }
        found
    }

    /// The period of a day of the deal, which is kept to be compared with the day as of which the results are known.
    fn period(&mut self, path: &str, date: &Datetime) -> Option<u32> {
        let day = self.day(path, date)?;
        self.dated.push((path.into(), day));
        self.deal.timeline.last_started_by(day)
    }

    /// A day of the deal.
    pub(super) fn day(&mut self, path: &str, date: &Datetime) -> Option<Date> {
        let day = date.date.and_then(|date| Date::new(date.year as i16, date.month as i8, date.day as i8).ok());
        let timeline = &self.deal.timeline;
        let day = day.filter(|day| (timeline.start..timeline.date(timeline.periods)).contains(day));
        if day.is_none() {
            let message = format!("{date} is not a day of the deal");
            let help = format!("the deal runs from {} to {}", timeline.start, timeline.date(timeline.periods));
            self.refuse(path, "out-of-range", message, "outside the deal", help);
        }
        day
    }
}
