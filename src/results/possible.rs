//! Numbers that a statistic cannot have, each by itself.

use super::text::ResultText;
use super::{Reader, whole};
use crate::deal::{GroupId, MeasureId, Results, Statistic};

impl Reader<'_> {
    /// A value that the statistic can have.
    pub(super) fn plausible(&mut self, path: &str, measure: MeasureId, statistic: Statistic, value: f64) {
        let counted = self.deal.measures[measure].counts_people(self.deal);
        let (treated, whole_units) = (self.deal.measures[measure].treated_share, self.deal.counts_whole(measure));
        let fewer = self.deal.measures[measure].fewer_is_better(self.deal);
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
            Statistic::StandardError if counted && value * treated > 1.0 => {
                (format!("the standard error of a difference of shares is at most 1, not {value}"), "write 4 points as 0.04")
            }
            Statistic::Rate | Statistic::ComparisonRate if whole_units && value < 0.0 => {
                (format!("nobody can have something {value} times on average"), "write 0 or more")
            }
            Statistic::RelativeChange | Statistic::Reduction if whole_units && (if fewer { value } else { -value }) > 1.0 => {
                (format!("no more than all of it can go away: a change of {value} is beyond that"), "write 20% fewer as 0.2")
            }
            _ => return,
        };
        self.refuse(path, "count", message, "not possible", help);
    }

    /// No more people can have an outcome than are enrolled, where each person can have it once.
    pub(super) fn not_more_than_enrolled(&mut self, path: &str, measure: MeasureId, group: GroupId, text: &ResultText, results: &Results) {
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
}
