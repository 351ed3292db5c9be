//! What can only be said of a whole deal: everything falls due in time, and is known by then.

use super::Checker;
use crate::deal::{Deal, Due, Gate, GroupId, MeasureId, Payment, PaymentId, Price, Seen, needed_first};

impl Checker {
    /// Every payment must fall due within the deal, and what it depends on must be known by then.
    pub(super) fn schedule(&mut self, deal: &Deal) {
        for (index, payment) in deal.payments.pairs() {
            let path = format!("payment[{}]", index.index());
            let dues = deal.dues(index);
            self.in_time(deal, &path, &dues);
            self.cohorts_exist(deal, index, payment);
            self.persons_alike(deal, &path, payment);
            if dues.is_empty() && payment.claims.cohorts.iter().all(|&cohort| cohort.index() < deal.program.cohorts.len()) {
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
                    Price::PerUnit { less: None, .. }
                    | Price::PerAdditional(_)
                    | Price::LumpSum(_)
                    | Price::Tiers(_)
                    | Price::RateCard(_)
                    | Price::Savings { .. } => {}
                }
            }
        }
        for (index, stop) in deal.stops.pairs() {
            let path = format!("stop[{}].when", index.index());
            let at = stop.period.unwrap_or(deal.timeline.periods - 1);
            let due = Due { period: at, known: at, terms: 0, line: 0, measure: None, group: GroupId::ONLY, instalment: 0, late: 0 };
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

    fn cohorts_exist(&mut self, deal: &Deal, index: PaymentId, payment: &Payment) {
        let path = format!("payment[{}].cohorts", index.index());
        let wanted = &payment.claims.cohorts;
        let count = deal.program.cohorts.len();
        if let Some(beyond) = wanted.iter().find(|&&cohort| cohort.index() >= count) {
            let message = format!("there is no cohort {}: the program has {count}", beyond.number());
            self.refuse(&path, "out-of-range", message, "no such cohort", "count cohorts from 1");
            return;
        }
        let split = |measure: &MeasureId| {
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
    fn known(&mut self, deal: &Deal, path: &str, dues: &[Due], asked: Vec<MeasureId>) {
        for measure in asked {
            let name = &deal.measures[measure].name;
            let reported = deal.due_periods(measure, 0);
            let mut stranger = false;
            let mut late = false;
            for due in dues {
                match deal.seen(due.measure, measure) {
                    Seen::Same => late |= reported[due.group] > due.known - due.late,
                    Seen::Only => late |= reported[GroupId::ONLY] > due.known - due.late,
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
        if let Err(circle) = needed_first(deal.payments.len(), |payment: PaymentId| deal.payments_asked(payment)) {
            let listed: Vec<String> = circle.iter().chain(&circle[..1]).map(|&at| format!("`{}`", deal.payments[at].name)).collect();
            let message = format!("payments need each other in a circle: {}", listed.join(" needs "));
            let help = "let one of them ask what was `paid(…)` in earlier periods instead";
            self.refuse(&format!("payment[{}]", circle[0].index()), "circle", message, "in a circle", help);
        }
    }
}
