//! Numbers of one report that contradict each other.
//!
//! Published numbers are rounded: shares agree to half a point, other numbers to half a percent.

use super::Reader;
use super::text::ResultText;
use crate::deal::{CohortId, GroupId, MeasureId, Method, OutcomeRef, Results, Statistic};
use crate::words::typed;

/// What rounding may do to a share, and to any other number relative to its size.
pub(super) const ROUNDING: f64 = 0.005 + 1e-9;

impl Reader<'_> {
    /// Says where the numbers of a report do not agree.
    pub(super) fn agree(&mut self, results: &Results) {
        let mut seen: Vec<(MeasureId, GroupId)> = results.reported.iter().map(|known| (known.measure, known.group)).collect();
        seen.sort_unstable();
        seen.dedup();
        for (measure, group) in seen {
            let people = self.people(results, measure, group);
            self.rate_agrees(results, measure, group, people);
            self.comparison_agrees(results, measure, group, people);
            self.other_rate_possible(results, measure, group, people);
            self.blend_agrees(results, measure, group);
        }
        self.nested(results);
        self.nobody_after_the_end(results);
    }

    /// What was avoided is called so: an older file could mean by `additional` that there were more.
    pub(super) fn not_avoided(&mut self, path: &str, measure: MeasureId, statistic: Statistic) {
        let measure = &self.deal.measures[measure];
        if statistic == Statistic::Additional && measure.fewer_is_better(self.deal) {
            let message = format!("of `{}` fewer are better: what is reported is avoided, not additional", measure.name);
            self.refuse(path, "sign", message, "which way?", "write `avoided`, above zero where there were fewer");
        }
    }

    /// A difference is not the exact opposite of what the rates beside it say.
    pub(super) fn one_sign(&mut self, path: &str, measure: MeasureId, text: &ResultText) {
        let given = |word: &str| text.numbers.get(word).copied();
        let rate = given("rate").or_else(|| Some(given("units")? / given("enrolled")?));
        let Some((rate, comparison)) = rate.zip(given("comparison_rate")) else { return };
        let fewer = self.deal.measures[measure].fewer_is_better(self.deal);
        let better = if fewer { comparison - rate } else { rate - comparison };
        for (word, value) in
            [("difference", better), ("decrease", better), ("relative_change", better / comparison), ("reduction", better / comparison)]
        {
            if given(word).is_some_and(|given| given * value < 0.0 && (given + value).abs() <= 1e-6 * value.abs()) {
                let message =
                    format!("by its rates `{word}` of `{}` is {}, not {}", text.measure, typed::number(value), typed::number(-value));
                let help = "an improvement is above zero: fewer, where fewer are better";
                self.refuse(&format!("{path}.{word}"), "sign", message, "the wrong sign", help);
            }
        }
    }

    /// Where a number was given, and the number.
    pub(super) fn said(&self, results: &Results, measure: MeasureId, group: GroupId, statistic: Statistic) -> Option<(String, f64)> {
        let same = |known: &crate::deal::Reported| known.measure == measure && known.group == group && known.statistic == statistic;
        let at = results.reported.iter().position(same)?;
        Some((self.said_at.get(at)?.clone(), results.reported[at].value))
    }

    /// The people of a group: as its report says, or as enrolled.
    pub(super) fn people(&mut self, results: &Results, measure: MeasureId, group: GroupId) -> f64 {
        let cohorts = &self.deal.measure_groups(measure)[group];
        let enrolled: f64 = cohorts.iter().map(|&cohort| f64::from(results.enrolled[cohort])).sum();
        let Some((path, people)) = self.said(results, measure, group, Statistic::Enrolled) else { return enrolled };
        if people > enrolled {
            let all_said = cohorts.iter().all(|&cohort| self.enrolled_said[cohort].is_some());
            let (message, help) = match all_said {
                true => (format!("{people} people are reported, but only {enrolled} enrolled"), "correct it, or [[enrolled]]"),
                false => {
                    let message =
                        format!("{people} people are reported, but only {enrolled} were to enrol, and no [[enrolled]] says otherwise");
                    (message, "correct it, or say how many enrolled in each cohort: [[enrolled]]")
                }
            };
            self.refuse(&path, "contradiction", message, "more than enrolled", help);
        }
        people
    }

    fn rate_agrees(&mut self, results: &Results, measure: MeasureId, group: GroupId, people: f64) {
        let said = |statistic| self.said(results, measure, group, statistic);
        if let Some((path, _)) = said(Statistic::Rate).filter(|(_, rate)| *rate != 0.0 && people == 0.0) {
            return self.refuse(
                &path,
                "contradiction",
                "nobody enrolled, so there is no rate".into(),
                "of nobody",
                "drop it, or correct [[enrolled]]",
            );
        }
        let (Some((_, units)), Some((path, rate))) = (said(Statistic::Units), said(Statistic::Rate)) else { return };
        let follows = if people > 0.0 { units / people } else { 0.0 };
        if (rate - follows).abs() > self.rounding(measure, follows) {
            let message = format!("{units} of {people} people are a rate of {}, not {rate}", shown(follows));
            self.refuse(&path, "contradiction", message, "another rate", "correct it, or drop it: it follows from the units");
        }
    }

    fn rounding(&self, measure: MeasureId, size: f64) -> f64 {
        if self.deal.measures[measure].counts_people(self.deal) { ROUNDING } else { ROUNDING * size.abs() }
    }

    fn comparison_agrees(&mut self, results: &Results, measure: MeasureId, group: GroupId, people: f64) {
        let deal = self.deal;
        if matches!(deal.measures[measure].method, Method::Blend(_)) {
            return;
        }
        let said = |statistic| self.said(results, measure, group, statistic);
        let rate = said(Statistic::Rate).map(|(_, rate)| rate);
        let rate = rate.or_else(|| said(Statistic::Units).filter(|_| people > 0.0).map(|(_, units)| units / people));
        let comparison = said(Statistic::ComparisonRate).map(|(_, rate)| rate);
        let treated = deal.measures[measure].treated_share;
        let follows = rate.zip(comparison).map(|(rate, comparison)| (rate - comparison) / treated);
        let size = rate.unwrap_or(0.0).abs().max(comparison.unwrap_or(0.0).abs());
        let rounding = self.rounding(measure, size) * 2.0 / treated;
        // Which sign is an improvement is said elsewhere: here it is only the same difference.
        let fewer = matches!(deal.measures[measure].of, OutcomeRef::Outcome(at) if deal.outcomes[at].fewer_is_better);
        let apart = |a: f64, b: f64| if fewer { (a.abs() - b.abs()).abs() } else { (a - b).abs() };
        let difference = said(Statistic::Difference);
        let mut found: Vec<(String, String)> = Vec::new();
        if let (Some((path, difference)), Some(follows)) = (&difference, follows)
            && apart(*difference, follows) > rounding
        {
            found.push((path.clone(), format!("the two rates differ by {}, not by {difference}", shown(follows))));
        }
        if let (Some((path, decrease)), Some(follows)) =
            (said(Statistic::Decrease), difference.as_ref().map(|(_, value)| *value).or(follows))
            && (decrease.abs() - follows.abs()).abs() > rounding
        {
            found.push((path, format!("the difference is {}, so the decrease is not {decrease}", shown(follows))));
        }
        let known = difference.as_ref().map(|(_, value)| *value).or(follows);
        for statistic in [Statistic::RelativeChange, Statistic::Reduction] {
            if let (Some((path, relative)), Some(known), Some(comparison)) = (said(statistic), known, comparison)
                && comparison.abs() > 0.0
                && (relative.abs() - (known / comparison).abs()).abs() > rounding / comparison.abs() + ROUNDING
            {
                found.push((
                    path,
                    format!("{} of {comparison} is {}, not {relative}", shown(known.abs()), shown((known / comparison).abs())),
                ));
            }
        }
        if let (Some((path, additional)), Some(known)) = (said(Statistic::Additional), known) {
            let each = if difference.is_some() { self.rounding(measure, known) } else { rounding };
            if apart(additional, known * people) > each * people + 0.5 {
                found.push((path, format!("{} each of {people} people are {}, not {additional}", shown(known), shown(known * people))));
            }
        }
        for (path, message) in found {
            self.refuse(&path, "contradiction", message, "does not agree", "correct it, or drop it: it follows from the others");
        }
    }

    /// Where one rate and the difference are given, the other rate lies between 0 and 1 too.
    fn other_rate_possible(&mut self, results: &Results, measure: MeasureId, group: GroupId, people: f64) {
        let own = &self.deal.measures[measure];
        if !own.counts_people(self.deal) || matches!(own.method, Method::Blend(_)) {
            return;
        }
        let said = |statistic| self.said(results, measure, group, statistic);
        let rate = said(Statistic::Rate).map(|(_, rate)| rate);
        let rate = rate.or_else(|| said(Statistic::Units).filter(|_| people > 0.0).map(|(_, units)| units / people));
        let comparison = said(Statistic::ComparisonRate).map(|(_, rate)| rate);
        let each = |(path, all): (String, f64)| (people > 0.0).then(|| (path, all / people));
        let difference = said(Statistic::Difference)
            .or_else(|| said(Statistic::Decrease))
            .or_else(|| said(Statistic::Additional).and_then(each))
            .or_else(|| said(Statistic::Avoided).and_then(each));
        let Some((path, difference)) = difference else { return };
        let above = difference * own.treated_share * if own.fewer_is_better(self.deal) { -1.0 } else { 1.0 };
        let (word, other) = match (rate, comparison) {
            (Some(rate), None) => ("comparison rate", rate - above),
            (None, Some(comparison)) => ("rate", comparison + above),
            _ => return,
        };
        if !(-2.0 * ROUNDING..=1.0 + 2.0 * ROUNDING).contains(&other) {
            let message = format!("by this difference the {word} would be {}: no share of people", shown(other));
            self.refuse(&path, "contradiction", message, "too much", "correct it, or the rate beside it");
        }
    }

    /// A blend is the weighted difference of its parts.
    fn blend_agrees(&mut self, results: &Results, measure: MeasureId, group: GroupId) {
        let Method::Blend(parts) = &self.deal.measures[measure].method else { return };
        let given = |measure: MeasureId| {
            let said = |statistic| self.said(results, measure, group, statistic);
            said(Statistic::Difference).or_else(|| said(Statistic::Decrease))
        };
        let Some((path, blended)) = given(measure) else { return };
        let Some(of_parts) = parts.iter().map(|&(part, weight)| given(part).map(|(_, value)| weight * value)).sum::<Option<f64>>() else {
            return;
        };
        if (blended - of_parts).abs() > 2.0 * self.rounding(measure, blended.abs().max(of_parts.abs())) {
            let message = format!("the measures that it blends come to {}, not to {blended}", shown(of_parts));
            self.refuse(&path, "contradiction", message, "does not agree", "correct it, or drop the parts");
        }
    }

    /// Nobody enrols once the program has ended, and nobody who did not has an outcome.
    fn nobody_after_the_end(&mut self, results: &Results) {
        let Some(last) = results.stopped.iter().map(|&(_, period)| period).min() else { return };
        let late = results.began_late(self.deal);
        let after = |cohort: CohortId| self.deal.program.cohorts[cohort].period.saturating_add(late) > last;
        let mut found: Vec<(String, String)> = Vec::new();
        for (cohort, said) in self.enrolled_said.pairs() {
            if let Some(at) = said.filter(|_| after(cohort) && results.enrolled[cohort] > 0) {
                found.push((format!("enrolled[{at}].people"), format!("cohort {} would enrol after the program ended", cohort.number())));
            }
        }
        for (known, at) in results.reported.iter().zip(&self.said_at) {
            let cohorts = &self.deal.measure_groups(known.measure)[known.group];
            if known.statistic == Statistic::Units && known.value != 0.0 && cohorts.iter().all(|&cohort| after(cohort)) {
                found.push((at.clone(), "its people would enrol after the program ended".into()));
            }
        }
        for (path, message) in found {
            self.refuse(&path, "contradiction", message, "too late", "correct it, or the day in [[stopped]]");
        }
    }

    /// What may be said once is said once.
    pub(super) fn once<T: PartialEq>(&mut self, path: &str, seen: &mut Vec<T>, what: T, noun: &str, name: &str) {
        if seen.contains(&what) {
            self.refuse(path, "duplicate-name", format!("the {noun} `{name}` is given twice"), "again here", "keep one of them");
        }
        seen.push(what);
    }
}

/// A number with four digits that count.
pub(super) fn shown(value: f64) -> String {
    typed::decimals(value, if value.abs() < 10.0 { 4 } else { 2 })
}
