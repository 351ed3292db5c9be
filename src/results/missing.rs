//! What results lack.

use super::Reader;
use crate::deal::{CostBasis, Pool, Results};

impl Reader<'_> {
    /// Everything that the payments ask for must be given, or follow from what is given.
    pub(super) fn complete(&mut self, results: &Results) {
        let deal = self.deal;
        for (index, cost) in deal.program.costs.iter().enumerate() {
            let given = results.costs.iter().any(|(known, _)| *known == index);
            if matches!(cost.basis, CostBasis::PerOutcome { .. }) && !given {
                let message = format!("the results lack what `{}` cost: it depends on true outcomes, which nobody reports", cost.name);
                let help = format!("add [[cost]] name = \"{}\", total = …", cost.name);
                self.refuse("", "missing-result", message, "", help);
            }
        }
        for missing in deal.not_given(results) {
            let measure = &deal.measures[missing.measure];
            let statistic = if measure.fewer_is_better(deal) { missing.statistic.of_fewer() } else { missing.statistic };
            let (name, word) = (&measure.name, statistic.word());
            let groups = deal.measure_groups(missing.measure);
            let pools = groups.len() / deal.rounds(missing.measure);
            let cohorts = &groups[missing.group];
            let (mut which, mut keys) = (String::new(), String::new());
            if let Some(&cohort) = cohorts.first().filter(|_| pools > 1) {
                let first = &deal.program.cohorts[cohort];
                if deal.measures[missing.measure].pool == Pool::Site {
                    let site = &deal.program.sites[first.site].name;
                    which = format!(" for the site `{site}`");
                    keys = format!(", site = \"{site}\"");
                } else if cohorts.len() == 1 {
                    which = format!(" for cohort {}", cohort.number());
                    keys = format!(", cohort = {}", cohort.number());
                } else {
                    let year = deal.timeline.date(first.period).year();
                    which = format!(" for the cohorts of {year}");
                    keys = format!(", year = {year}");
                }
            }
            if deal.rounds(missing.measure) > 1 {
                let round = missing.group.index() / pools + 1;
                which.push_str(&format!(", round {round}"));
                keys.push_str(&format!(", round = {round}"));
            }
            let message = format!("the results lack `{word}` of `{name}`{which}");
            let help = format!("add [[result]] measure = \"{name}\"{keys}, {word} = …; a payment of the deal needs it");
            self.refuse("", "missing-result", message, "", help);
        }
    }
}
