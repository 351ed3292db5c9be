//! Numbers of one report that contradict each other.
//!
//! Published numbers are rounded: shares agree to half a point, other numbers to half a percent.

use super::Reader;
use crate::deal::{Method, OutcomeRef, Results, Statistic};
use crate::numeric::short;
use crate::scenario::text_results::ResultText;

/// What rounding may do to a share, and to any other number relative to its size.
const ROUNDING: f64 = 0.005 + 1e-9;

impl Reader<'_> {
    /// Says where the numbers of a report do not agree.
    pub(super) fn agree(&mut self, results: &Results) {
        let mut seen: Vec<(usize, usize)> = results.reported.iter().map(|known| (known.measure, known.group)).collect();
        seen.sort_unstable();
        seen.dedup();
        for (measure, group) in seen {
            let people = self.people(results, measure, group);
            self.rate_agrees(results, measure, group, people);
            self.comparison_agrees(results, measure, group, people);
            self.part_of_parent(results, measure, group);
        }
    }

    /// What was avoided is called so: an older file could mean by `additional` that there were more.
    pub(super) fn not_avoided(&mut self, path: &str, measure: usize, statistic: Statistic) {
        let measure = &self.deal.measures[measure];
        if statistic == Statistic::Additional && measure.fewer_is_better(self.deal) {
            let message = format!("of `{}` fewer are better: what is reported is avoided, not additional", measure.name);
            self.refuse(path, "sign", message, "which way?", "write `avoided`, above zero where there were fewer");
        }
    }

    /// A difference is not the exact opposite of what the rates beside it say.
    pub(super) fn one_sign(&mut self, path: &str, measure: usize, text: &ResultText) {
        let given = |word: &str| text.numbers.get(word).copied();
        let rate = given("rate").or_else(|| Some(given("units")? / given("enrolled")?));
        let Some((rate, comparison)) = rate.zip(given("comparison_rate")) else { return };
        let fewer = self.deal.measures[measure].fewer_is_better(self.deal);
        let better = if fewer { comparison - rate } else { rate - comparison };
        for (word, value) in
            [("difference", better), ("decrease", better), ("relative_change", better / comparison), ("reduction", better / comparison)]
        {
            if given(word).is_some_and(|given| given * value < 0.0 && (given + value).abs() <= 1e-6 * value.abs()) {
                let message = format!("by its rates `{word}` of `{}` is {}, not {}", text.measure, short(value), short(-value));
                let help = "an improvement is above zero: fewer, where fewer are better";
                self.refuse(&format!("{path}.{word}"), "sign", message, "the wrong sign", help);
            }
        }
    }

    /// Where a number was given, and the number.
    fn said(&self, results: &Results, measure: usize, group: usize, statistic: Statistic) -> Option<(String, f64)> {
        let same = |known: &crate::deal::Reported| known.measure == measure && known.group == group && known.statistic == statistic;
        let at = results.reported.iter().position(same)?;
        Some((self.said_at.get(at)?.clone(), results.reported[at].value))
    }

    /// The people of a group: as its report says, or as enrolled.
    fn people(&mut self, results: &Results, measure: usize, group: usize) -> f64 {
        let cohorts = &self.deal.measure_groups(measure)[group];
        let enrolled: f64 = cohorts.iter().map(|&cohort| f64::from(results.enrolled[cohort])).sum();
        let Some((path, people)) = self.said(results, measure, group, Statistic::Enrolled) else { return enrolled };
        if people > enrolled && cohorts.iter().all(|&cohort| self.enrolled_said[cohort]) {
            let message = format!("{people} people are reported, but only {enrolled} enrolled");
            self.refuse(&path, "contradiction", message, "more than enrolled", "correct it, or [[enrolled]]");
        }
        people
    }

    fn rate_agrees(&mut self, results: &Results, measure: usize, group: usize, people: f64) {
        let said = |statistic| self.said(results, measure, group, statistic);
        let (Some((_, units)), Some((path, rate))) = (said(Statistic::Units), said(Statistic::Rate)) else { return };
        let follows = if people > 0.0 { units / people } else { 0.0 };
        if (rate - follows).abs() > self.rounding(measure, follows) {
            let message = format!("{units} of {people} people are a rate of {}, not {rate}", shown(follows));
            self.refuse(&path, "contradiction", message, "another rate", "correct it, or drop it: it follows from the units");
        }
    }

    fn rounding(&self, measure: usize, size: f64) -> f64 {
        if self.deal.measures[measure].counts_people(self.deal) { ROUNDING } else { ROUNDING * size.abs() }
    }

    fn comparison_agrees(&mut self, results: &Results, measure: usize, group: usize, people: f64) {
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

    /// People who need another outcome first are not more than have that one, found in the same records.
    fn part_of_parent(&mut self, results: &Results, measure: usize, group: usize) {
        let deal = self.deal;
        let Some((path, units)) = self.said(results, measure, group, Statistic::Units) else { return };
        let OutcomeRef::Outcome(of) = deal.measures[measure].of else { return };
        if !deal.measures[measure].counts_people(deal) {
            return;
        }
        let groups = deal.measure_groups(measure);
        let pools = groups.len() / deal.rounds(measure);
        let mut parent = deal.outcomes[of].given;
        while let Some(outer) = parent {
            for other in 0..deal.measures.len() {
                let (own, wider) = (&deal.measures[measure], &deal.measures[other]);
                if wider.of != OutcomeRef::Outcome(outer) || wider.records != own.records {
                    continue;
                }
                let wider_groups = deal.measure_groups(other);
                let wider_pools = wider_groups.len() / deal.rounds(other);
                let round = if deal.rounds(other) == 1 { 0 } else { group / pools };
                let pool = wider_groups[..wider_pools].iter().position(|cohorts| *cohorts == groups[group]);
                let Some(pool) = pool else { continue };
                let Some((_, all)) = self.said(results, other, round * wider_pools + pool, Statistic::Units) else { continue };
                if units > all {
                    let message = format!("{units} people had `{}`, but only {all} `{}`, which comes first", own.name, wider.name);
                    self.refuse(&path, "contradiction", message, "more than could", "correct one of the two");
                    return;
                }
            }
            parent = deal.outcomes[outer].given;
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
fn shown(value: f64) -> String {
    let digits = if value.abs() < 10.0 { 4 } else { 2 };
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
