//! Laws over generated contracts with every kind of price, gate, limit, schedule and payor: the books balance, every limit holds, more
//! success never pays less, what is not asked changes nothing, and a simulated future settles as it was simulated.

use proptest::prelude::*;

use crate::contracts::{Contract, Promise, bit, contract};

use pfsim::deal::{Deal, GroupId, MeasureId, OutcomeRef, PeriodId, Reported, Results, Statistic};
use pfsim::engine::{Block, Entry, Plan, audit, settle};
use pfsim::settlement::Line;

const LANES: usize = 40;

fn block(deal: &Deal, lanes: usize) -> Block {
    let plan = Plan::new(deal, 5).keeping_payments();
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    block
}

/// Limits that `engine::audit` does not know, in one trial.
fn limits(deal: &Deal, block: &Block, lane: usize) -> Result<(), TestCaseError> {
    let enrolled: i64 = block.world.enrolled.lane(lane).map(i64::from).sum();
    for (index, payment) in deal.payments.pairs() {
        let paid = block.owed.payment_paid.row(index)[lane];
        let dues = deal.dues(index);
        let mut groups: Vec<(usize, GroupId)> = dues.iter().map(|due| (due.line, due.group)).collect();
        groups.sort_unstable();
        groups.dedup();
        if let Some(cap) = payment.limits.per_cohort {
            prop_assert!(paid <= cap.0 * groups.len() as i64, "{}: cap per cohort", payment.name);
        }
        if let Some(cap) = payment.limits.per_enrolled {
            let rounds = 1 + usize::from(groups.len() > deal.program.cohorts.len());
            prop_assert!(
                paid <= cap.0 * enrolled * rounds as i64 * payment.measures().len().max(1) as i64,
                "{}: per enrolled",
                payment.name
            );
        }
        // What a payor carries over, or waits for its share, is paid on top of a later period's claims.
        if payment.limits.share.is_some() || payment.payors.iter().any(|&(payor, _)| deal.payors[payor].carries_over) {
            continue;
        }
        let mut years = vec![0; deal.timeline.fiscal_years().len()];
        for period in 0..deal.timeline.periods {
            let now = block.owed.payment_paid_in(index, PeriodId::from(period))[lane];
            years[deal.timeline.fiscal_year_index(period)] += now;
            prop_assert!(payment.limits.per_period.is_none_or(|cap| now <= cap.0), "{}: cap per period", payment.name);
        }
        let beyond = |year: &i64| payment.limits.per_fiscal_year.is_some_and(|cap| *year > cap.0);
        prop_assert!(!years.iter().any(beyond), "{}: cap per fiscal year {years:?}", payment.name);
    }
    let simple = deal.cap.is_none()
        && deal.payors.iter().all(|payor| {
            payor.cap.is_none() && payor.cap_per_fiscal_year.is_none() && payor.appropriations.is_empty() && payor.hazard.is_none()
        });
    for (index, payment) in deal.payments.pairs() {
        if let (Some(share), true, [(payor, _)]) = (payment.limits.share, simple, payment.payors.as_slice()) {
            let paid = block.owed.payment_paid.row(index)[lane] as f64;
            let all = block.owed.payor_paid.row(*payor)[lane] as f64;
            prop_assert!(paid <= share * all.max(0.0) + 1.0 || deal.payments.iter().any(|other| other.two_way), "{}: share", payment.name);
        }
    }
    for (index, payor) in deal.payors.pairs().filter(|(_, payor)| !payor.appropriations.is_empty()) {
        let mut years = vec![0; deal.timeline.fiscal_years().len()];
        for period in 0..deal.timeline.periods {
            years[deal.timeline.fiscal_year_index(period)] += block.owed.paid_in(index, PeriodId::from(period))[lane];
        }
        let kept = years.iter().zip(&payor.appropriations).all(|(paid, appropriated)| *paid <= appropriated.0);
        prop_assert!(kept, "{}: {years:?} of {:?}", payor.name, payor.appropriations);
    }
    Ok(())
}

/// Everything reported in one trial, as published results.
fn published(deal: &Deal, block: &Block, lane: usize) -> Results {
    let mut results = Results { enrolled: block.world.enrolled.lane(lane).collect(), ..Results::default() };
    let mut column = vec![0.0; block.lanes];
    for (measure, found) in block.findings.measures.iter().enumerate() {
        for group in found.groups() {
            for (_, statistic) in Statistic::WORDS {
                found.statistic(statistic, group, &mut column);
                let value = column[lane];
                if value.is_finite() && deal.measures[MeasureId(measure)].of != OutcomeRef::Enrolled {
                    results.reported.push(Reported { measure: MeasureId(measure), group, statistic, value });
                }
            }
        }
    }
    results
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn books_balance_and_limits_hold(contract in contract()) {
        let deal = contract.deal();
        let block = block(&deal, LANES);
        prop_assert_eq!(audit(&deal, &block), Ok(()));
        for lane in 0..LANES {
            limits(&deal, &block, lane)?;
        }
    }

    /// The ledger of a trial says where every cent of it came from.
    #[test]
    fn a_ledger_adds_up(contract in contract()) {
        let deal = contract.deal();
        let plan = Plan::new(&deal, 5);
        let mut block = Block::new(&plan, 1);
        for trial in 0..6 {
            let (mut paid, mut claimed) = (deal.payments.map(|_| 0), deal.payments.map(|_| 0));
            block.trace(&plan, trial, |entry| match entry {
                Entry::Line(Line::Paid { payment, amount, .. }) => paid[payment] += amount,
                // What nobody could refund was not paid.
                Entry::Line(Line::Unrefunded { payment, amount, .. }) => paid[payment] += amount,
                Entry::Line(Line::Claim(claim)) => claimed[claim.payment] += claim.due,
                _ => {}
            });
            prop_assert_eq!(paid.as_slice(), &block.owed.payment_paid.lane(0).collect::<Vec<_>>());
            prop_assert_eq!(claimed.as_slice(), &block.owed.payment_due.lane(0).collect::<Vec<_>>());
        }
    }

    /// A payment that is dropped, and people or money that nobody asks about, move no draw.
    #[test]
    fn a_clause_less_moves_no_draw(contract in contract()) {
        let mut fewer = contract.clone();
        fewer.promises.pop();
        fewer.promises.push(Promise { on: 0, price: 2, amount: 1, gate: 0, says: 0, limit: 0 });
        let deals = [contract.deal(), fewer.deal()];
        let [more, fewer] = [0, 1].map(|at| block(&deals[at], LANES));
        prop_assert_eq!(&more.world.enrolled, &fewer.world.enrolled);
        prop_assert_eq!(&more.costs.due, &fewer.costs.due);
        for (at, measure) in deals[1].measures.iter().enumerate() {
            // What nothing asks about is not reported at all.
            let Some(same) = deals[0].measures.iter().position(|other| other.name == measure.name) else { continue };
            let (more, fewer) = (&more.findings.measures[MeasureId(same)], &fewer.findings.measures[MeasureId(at)]);
            prop_assert_eq!(&more.units, &fewer.units);
            prop_assert_eq!(&more.totals, &fewer.totals);
            prop_assert_eq!(&more.comparison, &fewer.comparison);
        }
    }

    /// The order of tables in the file is a matter of taste.
    #[test]
    fn the_order_of_people_s_tables_changes_nothing(contract in contract()) {
        let text = contract.text();
        let (start, end) = (text.find("[[outcome]]").expect("outcomes"), text.find("[[payor]]").expect("payors"));
        let mut tables: Vec<&str> = text[start..end].split_inclusive("\n[[").collect();
        let last = tables.pop().expect("a table");
        let mut sections: Vec<String> = vec![format!("{last}\n[[")];
        sections.extend(tables.iter().rev().map(|table| table.to_string()));
        let mut body: String = sections.concat();
        // The first table has its brackets already.
        body = format!("[[{}", body.trim_end_matches("[["));
        let body = body.replace("[[[[", "[[");
        let other = format!("{}{body}\n{}", &text[..start], &text[end..]);
        let deal = crate::support::deal(&other);
        let (one, two) = (block(&contract.deal(), LANES), block(&deal, LANES));
        prop_assert_eq!(&one.owed.paid, &two.owed.paid);
        prop_assert_eq!(&one.cash.flows, &two.cash.flows);
    }

    /// What was simulated, published and settled pays what it paid.
    #[test]
    fn a_simulated_future_settles_as_simulated(contract in contract()) {
        let mut contract = contract;
        // Stops and failures are stated in results, not found in them.
        contract.stop = 0;
        contract.payors = contract.payors.map(|says| says & !16);
        let deal = contract.deal();
        let block = block(&deal, 6);
        for lane in 0..6 {
            let settled = settle(&deal, &published(&deal, &block, lane));
            let simulated: Vec<i64> = block.owed.paid.lane(lane).collect();
            prop_assert_eq!(settled.block.owed.paid.lane(0).collect::<Vec<_>>(), simulated);
            for (settled, simulated) in settled.block.cash.flows.iter().zip(&block.cash.flows) {
                prop_assert_eq!(settled.lane(0).collect::<Vec<_>>(), simulated.lane(lane).collect::<Vec<_>>());
            }
        }
    }
}

/// Prices that rise with success, and limits over the whole deal.
fn rising() -> impl Strategy<Value = Contract> {
    contract().prop_map(|mut contract| {
        contract.stop = 0;
        // Where payors share a payment, a cap of one of them leaves more room under the payment's own cap for what the other pays: who
        // pays how much then depends on which claims came first.
        let shared = contract.promises.iter().any(|promise| bit(promise.says, 4));
        contract.payors = contract.payors.map(|says| if shared { 0 } else { says & 1 });
        for promise in &mut contract.promises {
            promise.on = [0, 2, 3, 5][promise.on % 4];
            promise.price = [0, 2, 3, 4, 5][promise.price % 5];
            promise.gate = if promise.gate == 2 { 0 } else { promise.gate };
            // Keeps discount, escalation, instalments, caps of payment and cohort; drops what waits or looks at one year only.
            promise.says &= 0b1_1101_0011_1100;
        }
        contract
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// One more success, of whatever kind and whichever cohort, never lowers what is paid in all.
    #[test]
    fn more_success_never_pays_less(contract in rising(), base in 0u32..90, cohort in 0usize..5, measure in 0usize..3, more in 1u32..30) {
        let deal = contract.deal();
        let at = |name: &str| deal.measures.iter().position(|measure| measure.name == name);
        let cohort = cohort % contract.cohorts as usize;
        let settle_with = |raised: bool| {
            let mut results = Results { enrolled: vec![120; contract.cohorts as usize].into(), ..Results::default() };
            let mut all_jobs = 0;
            for number in 0..contract.cohorts as usize {
                let extra = |kind: usize| if raised && number == cohort && kind == measure { more } else { 0 };
                for (kind, name) in ["jobs", "keeps", "days"].into_iter().enumerate() {
                    let units = base + extra(kind);
                    all_jobs += if kind == 0 { units } else { 0 };
                    // An outcome that no payment names is not measured.
                    let Some(measure) = at(name) else { continue };
                    for round in 0..deal.rounds(MeasureId(measure)) {
                        let group = round * contract.cohorts as usize + number;
                        results.reported.push(Reported { measure: MeasureId(measure), group: GroupId(group), statistic: Statistic::Units, value: f64::from(units) });
                    }
                }
            }
            let measure = at("all jobs").expect("a measure");
            results.reported.push(Reported { measure: MeasureId(measure), group: GroupId(0), statistic: Statistic::Units, value: f64::from(all_jobs) });
            settle(&deal, &results).block.owed.payor_paid.lane(0).sum::<i64>()
        };
        let (before, after) = (settle_with(false), settle_with(true));
        prop_assert!(before <= after, "{before} before, {after} after");
    }
}
