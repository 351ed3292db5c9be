//! Can everything be counted: money in 64 bits, people in 32?

use super::Checker;
use crate::analysis::{MOST_MONEY, Moved, Stated};
use crate::deal::{CohortId, Deal, LARGEST_RATIO, Measure, Method};
use crate::words::count::whole;
use crate::words::number;

const TOO_MUCH: &str = "this could come to more money than can be counted to the minor unit";
const TOO_MUCH_HELP: &str = "check the number of zeros, the sizes and the capacity";

impl Checker {
    /// No trial may need amounts beyond what 64 bits of minor units hold, nor more people than 32 bits hold.
    pub(super) fn countable(&mut self, deal: &Deal) {
        self.few_enough_people(deal);
        let Moved { parts, without_value } = deal.most_moved();
        let sum: f64 = parts.iter().map(|(_, most)| most).sum();
        if sum <= MOST_MONEY {
            for stated in without_value {
                let (path, label) = place(stated);
                self.refuse(&path, "amount", TOO_MUCH, label, TOO_MUCH_HELP);
            }
            return;
        }
        let alone: Vec<Stated> = parts.iter().filter(|(_, most)| !(*most <= MOST_MONEY)).map(|(stated, _)| *stated).collect();
        for stated in &alone {
            let (path, label) = place(*stated);
            self.refuse(&path, "amount", TOO_MUCH, label, TOO_MUCH_HELP);
        }
        let largest = parts.iter().max_by(|one, other| one.1.total_cmp(&other.1)).filter(|_| alone.is_empty());
        if let Some((stated, _)) = largest {
            let (path, _) = place(*stated);
            let message = "with everything else that is paid, spent, lent and earned, this could come to more money than can be counted to \
                           the minor unit";
            let times = number::decimals(sum / MOST_MONEY, 1);
            let help = format!("all of it is {times} times what can be counted: {TOO_MUCH_HELP}, and how many there are");
            self.refuse(&path, "amount", message, "together too large", help);
        }
    }

    fn few_enough_people(&mut self, deal: &Deal) {
        let planned: u64 = deal.program.cohorts.iter().map(|cohort| u64::from(cohort.size)).sum();
        let ratio = deal.program.enrolment_ratio.support().1 * deal.program.referral_ratio.support().1;
        let most = |cohort: CohortId| {
            let planned = f64::from(deal.program.cohorts[cohort].size) * ratio.min(LARGEST_RATIO);
            planned.min(f64::from(deal.program.capacity_of(cohort)))
        };
        let cohorts = deal.program.cohorts.ids();
        let people: f64 = cohorts.clone().map(most).sum();
        let counted = f64::from(u32::MAX);
        if people > counted {
            let [planned, people, counted] = [planned as f64, people, counted].map(whole);
            let message = format!("{planned} people are planned, and {people} could come: more than can be counted ({counted})");
            let help = "give the program a `capacity`, or hold its ratios: `truncate_above = 2`";
            self.refuse("program", "amount", message, "too many people", help);
        }
        let compared = |measure: &Measure| match &measure.method {
            Method::Randomized(comparators) | Method::Matched { comparators, .. } | Method::FixedThenLive { comparators, .. } => {
                f64::from(comparators.per_cohort)
            }
            Method::Count | Method::Historical(_) | Method::Blend(_) | Method::Exact => 0.0,
        };
        for (index, measure) in deal.measures.pairs() {
            if compared(measure) * cohorts.len() as f64 > counted {
                let message = "the comparison groups of all cohorts have more people than can be counted";
                self.refuse(
                    &format!("measure[{}].method", index.index()),
                    "amount",
                    message,
                    "too many people",
                    "compare with fewer for each cohort",
                );
            }
        }
    }
}

/// Where it is stated, and what is wrong there.
fn place(stated: Stated) -> (String, &'static str) {
    match stated {
        Stated::Price(payment, 0) => (format!("payment[{}].price", payment.index()), "too large"),
        Stated::Price(payment, terms) => (format!("payment[{}].amendment[{}]", payment.index(), terms - 1), "too large"),
        Stated::Limits(payment) => (format!("payment[{}]", payment.index()), "its floor or cap is too large"),
        Stated::Cost(cost) => (format!("program.cost[{cost}]"), "too large"),
        Stated::Tranche(tranche) => (format!("tranche[{}].coupon", tranche.index()), "interest grows too large"),
        Stated::Bonus(bonus) => (format!("bonus[{bonus}].amount"), "too large"),
    }
}
