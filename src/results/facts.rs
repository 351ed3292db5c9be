//! What is reported beside the measures: stops, costs, payors that did not pay.

use crate::numeric::each::{Each, Id};
use toml::de::DeTable;
use toml::value::Datetime;

use super::Reader;
use super::text::{DefaultedText, SpentText, StoppedText};
use crate::analysis::MOST_MONEY;
use crate::deal::{CohortId, CostBasis, Deal, PayorId, Results};
use crate::quantity::Money;
use crate::scenario::problem::suggestion;

impl Reader<'_> {
    pub(super) fn facts(&mut self, root: &DeTable<'_>, results: &mut Results) {
        let deal = self.deal;
        let (stopped, mut problems) = self.many::<StoppedText>(root, "stopped");
        self.problems.append(&mut problems);
        let (mut stops, mut costs, mut payors) = (Vec::new(), Vec::new(), Vec::new());
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
        let (spent, mut problems) = self.many::<SpentText>(root, "cost");
        self.problems.append(&mut problems);
        for (at, text) in spent.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("cost[{at}]");
            let names: Each<usize, &str> = deal.program.costs.iter().map(|cost| cost.name.as_str()).collect();
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
        let spent: f64 = results.costs.iter().map(|(_, total)| total.0 as f64).sum();
        if spent > MOST_MONEY / 4.0 {
            let message = "all costs together are more money than can be counted to the minor unit";
            self.refuse("cost[0].total", "amount", message.into(), "together too large", "check the number of zeros");
        }
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

/// Whether a budget line costs anything when these people enrol.
fn planned(deal: &Deal, cost: usize, enrolled: &Each<CohortId, u32>) -> bool {
    match deal.program.costs[cost].basis {
        CostBasis::Share(share) => share > 0.0,
        CostBasis::PerOutcome { amount, .. } | CostBasis::PerGroup { amount, .. } => amount.0 > 0,
        CostBasis::PerParticipant(each) => each.0 > 0 && enrolled.iter().any(|people| *people > 0),
        CostBasis::PerPeriod { amount, .. } | CostBasis::Once { amount, .. } => amount.0 > 0,
    }
}
