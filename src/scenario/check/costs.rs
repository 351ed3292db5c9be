//! The budget.

use super::Checker;
use crate::deal::{Cost, CostBasis, Program};
use crate::quantity::{Money, Timeline};
use crate::sampling::Distribution;
use crate::scenario::text::CostText;
use crate::words::money;
use crate::words::share;

impl Checker {
    pub(super) fn cost(
        &mut self,
        index: usize,
        text: &CostText,
        inflation: f64,
        timeline: Option<&Timeline>,
        program: &Program,
    ) -> Option<Cost> {
        let path = format!("program.cost[{index}]");
        let around = (&text.source, text.grade);
        let overrun = match &text.overrun {
            Some(law) => self.ratio(&format!("{path}.overrun"), law, around),
            None => Some(Distribution::constant(1.0)),
        };
        let first = text.from.as_ref().map(|date| self.period_within(&format!("{path}.from"), date, timeline));
        let last = text.until.as_ref().map(|date| self.period_of(&format!("{path}.until"), date, timeline));
        let given = [
            ("per_participant", text.per_participant),
            ("per_outcome", text.per_outcome),
            ("per_group", text.per_group),
            ("per_period", text.per_period),
            ("share_of_costs", text.share_of_costs),
            ("once", text.once),
        ];
        let mut given = given.iter().filter_map(|(key, amount)| amount.map(|amount| (*key, amount)));
        let (Some((key, amount)), None) = (given.next(), given.next()) else {
            let help = "keep the one that applies";
            self.refuse(
                &path,
                "one-of",
                "a cost has exactly one of `per_participant`, `per_outcome`, `per_group`, `per_period`, `share_of_costs` and `once`",
                "none, or more than one",
                help,
            );
            return None;
        };
        let at = format!("{path}.{key}");
        let share = key == "share_of_costs";
        let amount = if share { Money(0) } else { self.amount(&at, amount)? };
        let of_costs = if share { self.within(&at, text.share_of_costs?, 0.0, 10.0, "an overhead of 15% is written 0.15")? } else { 0.0 };
        let cohorts = self.of_sites(&path, text.sites.as_deref(), Some(program))?;
        if text.sites.is_some() && !matches!(key, "per_participant" | "per_outcome" | "per_group") {
            let message = format!("`{key}` is not paid for people, so it has no sites");
            self.refuse(&format!("{path}.sites"), "one-of", message, "not used", "drop it, and say where in the name of the cost");
        }
        let (first, last) = (first.unwrap_or(Some(0))?, last.unwrap_or(timeline.map(|timeline| timeline.periods - 1))?);
        if last < first {
            self.refuse(&format!("{path}.until"), "out-of-range", "a cost cannot end before it begins", "before `from`", "");
            return None;
        }
        let currency = self.currency?;
        let words = if share { format!("{} of the other costs", share::stated(of_costs)) } else { money::exact(currency, amount) };
        self.assume(format!("program.cost.\"{}\".{key}", text.name), words, &text.source, text.grade);
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
            "share_of_costs" => CostBasis::Share(of_costs),
            "per_period" => CostBasis::PerPeriod { amount, first, last },
            _ => CostBasis::Once { amount, period: first },
        };
        Some(Cost {
            name: text.name.clone(),
            basis,
            overrun: overrun?,
            cohorts,
            outside_raise: text.outside_raise,
            after_stop: text.after_stop,
            inflation,
        })
    }
}
