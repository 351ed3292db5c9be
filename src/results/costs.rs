//! What budget lines really cost, in all or so far.

use toml::de::DeTable;

use super::text::SpentText;
use super::{Reader, Wanted};
use crate::analysis::MOST_MONEY;
use crate::deal::{CohortId, CostBasis, Deal, Results};
use crate::numeric::each::Each;
use crate::quantity::Money;

impl Reader<'_> {
    pub(super) fn costs(&mut self, root: &DeTable<'_>, results: &mut Results) {
        let deal = self.deal;
        let (spent, mut problems) = self.many::<SpentText>(root, "cost");
        self.problems.append(&mut problems);
        let (mut names, mut first) = (Vec::new(), None);
        for (at, text) in spent.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("cost[{at}]");
            let lines: Each<usize, &str> = deal.program.costs.iter().map(|cost| cost.name.as_str()).collect();
            let cost = self.named(&format!("{path}.name"), &text.name, "budget line", &lines);
            self.once(&path, &mut names, text.name.clone(), "cost", &text.name);
            let (key, major) = match (text.total, text.spent) {
                (Some(total), None) => ("total", total),
                (None, Some(spent)) => ("spent", spent),
                (given, _) => {
                    let (message, label) = match given {
                        Some(_) => (format!("`{}` has a total and what is spent so far", text.name), "both"),
                        None => (format!("what `{}` cost is not said", text.name), "no amount"),
                    };
                    let help = "write `total` for what it cost in all, or `spent` for what it has cost so far";
                    self.refuse(&path, "one-of", message, label, help);
                    continue;
                }
            };
            let place = format!("{path}.{key}");
            if first.is_none() {
                first = Some(place.clone());
            }
            let amount = deal.currency.from_major(major).filter(|amount| amount.0 >= 0);
            if amount.is_none() {
                let message = format!("{major} is not an amount that can be counted");
                self.refuse(&place, "amount", message, "not an amount", "write 0 or more, in whole minor units");
            }
            if key == "spent" && self.wanted == Wanted::Complete {
                let message = format!("`{}` has a cost so far, but these results are complete", text.name);
                self.refuse(&place, "not-yet", message, "so far", "write `total`, or say the day as of which it is known: `as_of = …`");
            }
            if let Some(cost) = cost
                && !planned(deal, cost, &results.enrolled)
                && amount != Some(Money(0))
            {
                let message = format!("`{}` has no planned cost to spread this over the periods", text.name);
                self.refuse(&path, "amount", message, "nothing planned", "give the budget line an amount in the scenario");
            }
            let Some(line) = cost.zip(amount) else { continue };
            if key == "total" {
                results.costs.push(line);
            } else {
                results.spent.push(line);
                self.spent_at.push(place);
            }
        }
        let all: f64 = results.costs.iter().chain(&results.spent).map(|(_, amount)| amount.0 as f64).sum();
        if let Some(first) = first.filter(|_| all > MOST_MONEY / 4.0) {
            let message = "all costs together are more money than can be counted to the minor unit";
            self.refuse(&first, "amount", message.into(), "together too large", "check the number of zeros");
        }
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
