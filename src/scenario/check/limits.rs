//! What can only be said of a whole deal: everything falls due in time, is known by then, and can be counted.

use super::Checker;
use crate::deal::{Cohort, CostBasis, Deal, Due, Gate, LARGEST_RATIO, Payment, Price, Seen, needed_first};
use crate::numeric::math;

const TOO_MUCH: &str = "this could come to more money than can be counted to the minor unit";
const TOO_MUCH_HELP: &str = "check the number of zeros, the sizes and the capacity";

impl Checker {
    /// Every payment must fall due within the deal, and what it depends on must be known by then.
    pub(super) fn schedule(&mut self, deal: &Deal) {
        for (index, payment) in deal.payments.iter().enumerate() {
            let path = format!("payment[{index}]");
            let dues = deal.dues(index);
            self.in_time(deal, &path, &dues);
            self.cohorts_exist(deal, index, payment);
            self.persons_alike(deal, &path, payment);
            if dues.is_empty() && payment.claims.cohorts.iter().all(|&cohort| cohort < deal.program.cohorts.len()) {
                let message = "no claim of this payment ever falls due";
                self.refuse(&path, "after-the-end", message, "never paid", "check `cohorts`, `from` and `until`");
            }
            for (at, terms) in payment.terms.iter().enumerate() {
                let dues: Vec<Due> = dues.iter().copied().filter(|due| due.terms == at).collect();
                let here = if at == 0 { path.clone() } else { format!("{path}.amendment[{}]", at - 1) };
                if let Some(Gate { condition, .. }) = &terms.when {
                    self.known(deal, &format!("{here}.when"), &dues, deal.measures_asked(|visit| condition.visit(visit)));
                }
                match &terms.price {
                    Price::Table(table) => {
                        self.known(deal, &format!("{here}.price.by"), &dues, deal.measures_asked(|visit| table.by.visit(visit)))
                    }
                    Price::Formula(term, _) => {
                        self.known(deal, &format!("{here}.price.formula"), &dues, deal.measures_asked(|visit| term.visit(visit)))
                    }
                    Price::PerUnit { less: Some(less), .. } => self.known(deal, &format!("{here}.price.less"), &dues, vec![*less]),
                    _ => {}
                }
            }
        }
        for (index, stop) in deal.stops.iter().enumerate() {
            let path = format!("stop[{index}].when");
            let at = stop.period.unwrap_or(deal.timeline.periods - 1);
            let due = Due { period: at, known: at, terms: 0, line: 0, measure: None, group: 0, instalment: 0, late: 0 };
            self.known(deal, &path, &[due], deal.measures_asked(|visit| stop.when.condition.visit(visit)));
        }
        self.no_circle(deal);
    }

    /// A limit for each person is kept where every claim is one person's only one and all are alike: who had how much is not followed.
    fn persons_alike(&mut self, deal: &Deal, path: &str, payment: &Payment) {
        if payment.limits.per_person.is_none() {
            return;
        }
        let one_each = payment.on.is_some_and(|measure| deal.measures[measure].counts_people(deal) && deal.rounds(measure) == 1);
        let alike = |price: &Price| matches!(price, Price::PerUnit { less: None, .. });
        if !one_each || !payment.terms.iter().all(|terms| alike(&terms.price)) {
            let message = "which person brings how much is not followed, so a most for each person is known only of `per_unit` for people \
                           with a yes-or-no outcome of one round";
            let help = "write `cap_per_enrolled` for that many people times the amount, which cuts less where claims are uneven; or put the \
                        limit into the prices";
            self.refuse(&format!("{path}.cap_per_person"), "one-of", message, "not known here", help);
        }
    }

    fn in_time(&mut self, deal: &Deal, path: &str, dues: &[Due]) {
        let last = dues.iter().map(|due| due.period).max().unwrap_or(0);
        if last >= deal.timeline.periods {
            let message = format!(
                "the last payment falls due in period {last}, but the deal's periods are 0 to {}: {}",
                deal.timeline.periods - 1,
                "enrolment + `after` + `observed_after` + `paid_after`"
            );
            let help = format!("give [deal] at least {} periods, or shorten a wait", u64::from(last) + 1);
            self.refuse(path, "after-the-end", message, "pays too late", help);
        }
    }

    fn cohorts_exist(&mut self, deal: &Deal, index: usize, payment: &Payment) {
        let path = format!("payment[{index}].cohorts");
        let wanted = &payment.claims.cohorts;
        let count = deal.program.cohorts.len();
        if let Some(beyond) = wanted.iter().find(|&&cohort| cohort >= count) {
            let message = format!("there is no cohort {}: the program has {count}", beyond + 1);
            self.refuse(&path, "out-of-range", message, "no such cohort", "count cohorts from 1");
            return;
        }
        let split = |measure: &usize| {
            let groups = deal.measure_groups(*measure);
            groups
                .iter()
                .any(|group| group.iter().any(|cohort| wanted.contains(cohort)) && !group.iter().all(|cohort| wanted.contains(cohort)))
        };
        if !wanted.is_empty()
            && let Some(&measure) = payment.measures().iter().find(|measure| split(measure))
        {
            let message = format!("`{}` reports these cohorts together with others", deal.measures[measure].name);
            self.refuse(&path, "pool", message, "split a group", "give the measure `cohorts` of its own, or pool it by cohort");
        }
    }

    /// Everything an expression asks of measures must be reported by the time each claim is known.
    fn known(&mut self, deal: &Deal, path: &str, dues: &[Due], asked: Vec<usize>) {
        for measure in asked {
            let name = &deal.measures[measure].name;
            let reported = deal.due_periods(measure, 0);
            let mut stranger = false;
            let mut late = false;
            for due in dues {
                match deal.seen(due.measure, measure) {
                    Seen::Same => late |= reported[due.group] > due.known - due.late,
                    Seen::Only => late |= reported[0] > due.known - due.late,
                    Seen::Nothing => stranger = true,
                }
            }
            if stranger {
                let message = format!("`{name}` reports other groups of cohorts than those at hand");
                let help = "give both measures the same `pool`, or let this one report one group (`pool = \"all\"`, or one of `cohorts`)";
                self.refuse(path, "pool", message, "another pool", help);
            } else if late {
                let message = format!("this needs `{name}`, which is reported only later");
                let later = if path.starts_with("stop") { "look later (`at`)" } else { "pay later (`paid_after`)" };
                self.refuse(path, "pool", message, "not yet known", format!("{later}, or measure sooner (`observed_after`)"));
            }
        }
    }

    /// What payments ask of each other must lead to an end. (What was paid in earlier periods may be asked of any.)
    fn no_circle(&mut self, deal: &Deal) {
        if let Err(circle) = needed_first(deal.payments.len(), |payment| deal.payments_asked(payment)) {
            let listed: Vec<String> = circle.iter().chain(&circle[..1]).map(|&at| format!("`{}`", deal.payments[at].name)).collect();
            let message = format!("payments need each other in a circle: {}", listed.join(" needs "));
            let help = "let one of them ask what was `paid(…)` in earlier periods instead";
            self.refuse(&format!("payment[{}]", circle[0]), "circle", message, "in a circle", help);
        }
    }

    /// No trial may need amounts beyond what 64 bits of minor units hold.
    pub(super) fn countable(&mut self, deal: &Deal) {
        let largest = i128::from(i64::MAX / 16);
        let most =
            |(at, cohort): (usize, &Cohort)| i128::from(deal.program.capacity_of(at)).min(i128::from(cohort.size) * LARGEST_RATIO as i128);
        let people: i128 = deal.program.cohorts.iter().enumerate().map(most).sum();
        for (index, payment) in deal.payments.iter().enumerate() {
            let claims = deal.planned_dues(index).len() as i128;
            for terms in &payment.terms {
                let due = match &terms.price {
                    Price::PerUnit { each, .. } | Price::PerAdditional(each) => i128::from(each.0) * people,
                    Price::Tiers(tiers) => tiers.iter().map(|tier| i128::from(tier.each.0)).max().unwrap_or(0) * people,
                    Price::RateCard(lines) => lines.iter().map(|line| i128::from(line.each.0)).sum::<i128>() * people,
                    Price::LumpSum(sum) => i128::from(sum.0) * claims,
                    Price::Table(table) => table.rows.iter().map(|row| row.value.abs() as i128).max().unwrap_or(0) * claims,
                    // Amounts beyond what can be counted are undefined when they arise, and said to be.
                    Price::Savings { .. } | Price::Formula(..) => 0,
                };
                if due * deal.payments.len() as i128 > largest {
                    self.refuse(&format!("payment[{index}].price"), "amount", TOO_MUCH, "too large", TOO_MUCH_HELP);
                    break;
                }
            }
        }
        for (index, cost) in deal.program.costs.iter().enumerate() {
            let planned = match cost.basis {
                CostBasis::PerParticipant(each) | CostBasis::PerGroup { amount: each, .. } => i128::from(each.0) * people,
                // Quantities have no bound; what cannot be counted saturates.
                CostBasis::PerOutcome { amount, outcome } => {
                    i128::from(amount.0) * people * i128::from(deal.outcomes[outcome].rounds.count)
                }
                CostBasis::PerPeriod { amount, first, last } => i128::from(amount.0) * i128::from(last - first + 1),
                CostBasis::Once { amount, .. } => i128::from(amount.0),
                // At most ten times all the others, which are looked at by themselves.
                CostBasis::Share(_) => 0,
            };
            if planned * LARGEST_RATIO as i128 * deal.program.costs.len() as i128 > largest {
                self.refuse(&format!("program.cost[{index}]"), "amount", TOO_MUCH, "too large", TOO_MUCH_HELP);
            }
        }
        let years = f64::from(deal.timeline.periods) / f64::from(deal.timeline.length.per_year());
        for (index, tranche) in deal.capital.tranches.iter().enumerate() {
            if tranche.amount.0 as f64 * math::pow(1.0 + tranche.coupon.highest(), years) > largest as f64 {
                self.refuse(&format!("tranche[{index}].coupon"), "amount", TOO_MUCH, "interest grows too large", TOO_MUCH_HELP);
            }
        }
    }
}
