//! The numbers that people quote, by the name and meaning that the page of files gives them.

use super::cash::Cash;
use super::found::{Given, groups};
use super::settle::Settlement;
use super::text::{Contract, Method};

/// Numbers of one future by name; nothing where undefined.
pub type Figures = Vec<(String, Option<f64>)>;

fn major(cents: i128) -> f64 {
    cents as f64 / 100.0
}

pub fn figures(contract: &Contract, given: &Given, settlement: &Settlement, cash: &Cash) -> Figures {
    let mut all = Figures::new();
    of_people(contract, given, settlement, &mut all);
    of_payments(contract, settlement, &mut all);
    of_measures(contract, given, settlement, &mut all);
    of_payors(contract, given, settlement, cash, &mut all);
    of_money(contract, given, settlement, cash, &mut all);
    all
}

/// Whether a cohort came, and lies where somebody looks.
fn counts(contract: &Contract, settlement: &Settlement, cohort: usize, sites: Option<&Vec<String>>) -> bool {
    let site = &contract.cohorts[cohort].site;
    settlement.findings().came(cohort) && sites.is_none_or(|sites| site.as_ref().is_some_and(|site| sites.contains(site)))
}

fn of_people(contract: &Contract, given: &Given, settlement: &Settlement, all: &mut Figures) {
    let findings = settlement.findings();
    let everybody: Vec<usize> = (0..contract.cohorts.len()).collect();
    let enrolled = findings.enrolled(&everybody) as f64;
    all.push(("program.enrolled".into(), Some(enrolled)));
    for (name, cells) in &given.happened {
        let came = || cells.iter().filter(|((cohort, _), _)| findings.came(*cohort));
        let sign = if contract.outcomes[name].fewer { -1.0 } else { 1.0 };
        let additional: f64 = came().map(|(_, cell)| sign * cell.1).sum();
        all.push((format!("outcome.\"{name}\".count"), Some(came().map(|(_, cell)| cell.0).sum())));
        // a step of the program has no such numbers
        all.push((format!("outcome.\"{name}\".additional?"), Some(additional)));
        all.push((format!("outcome.\"{name}\".true_effect?"), (enrolled > 0.0).then(|| additional / enrolled)));
    }
}

fn of_measures(contract: &Contract, given: &Given, settlement: &Settlement, all: &mut Figures) {
    let findings = settlement.findings();
    for (index, measure) in contract.measures.iter().enumerate() {
        if matches!(measure.method, Method::Blend(_)) || measure.minimum > 0 {
            continue;
        }
        let groups = groups(contract, measure, given.late);
        let units = groups.iter().filter_map(|group| findings.statistic(index, group, "units"));
        all.push((format!("measure.\"{}\".units?", measure.name), Some(units.fold(0.0, |sum, units| sum + units.float()))));
    }
}

fn of_payments(contract: &Contract, settlement: &Settlement, all: &mut Figures) {
    for (payment, till) in contract.payments.iter().zip(&settlement.tills) {
        let mut say = |what: &str, cents: i128| all.push((format!("payment.\"{}\".{what}", payment.name), Some(major(cents))));
        say("due", till.due);
        say("paid", till.paid);
        if payment.floor.is_some() {
            say("floor_adds", till.floor_adds);
        }
        let limits = [
            ("cap_per_person", payment.cap_person.is_some()),
            ("cap_per_enrolled", payment.cap_enrolled.is_some()),
            ("cap_per_cohort", payment.cap_cohort.is_some()),
            ("cap_per_period", payment.cap_period.is_some()),
            ("cap_per_fiscal_year", payment.cap_year.is_some()),
            ("cap", payment.terms.iter().any(|terms| terms.cap.is_some())),
            ("at_most_share", payment.at_most.is_some()),
        ];
        for (key, _) in limits.into_iter().filter(|limit| limit.1) {
            say(&format!("{key}_cuts"), till.cuts.get(key).copied().unwrap_or(0));
        }
    }
}

fn of_payors(contract: &Contract, given: &Given, settlement: &Settlement, cash: &Cash, all: &mut Figures) {
    let calendar = &contract.calendar;
    let discounted =
        |amount: f64, period: usize| amount / (1.0 + contract.discount_rate).powf(period as f64 / f64::from(calendar.per_year()));
    let two_way = contract.payments.iter().any(|payment| payment.two_way);
    for (index, payor) in contract.payors.iter().enumerate() {
        let purse = &settlement.purses[index];
        let flows = &settlement.paid[index];
        let mut say = |what: &str, number: Option<f64>| all.push((format!("payor.\"{}\".{what}", payor.name), number));
        say("total", Some(major(flows.iter().sum())));
        say("due", Some(major(purse.due)));
        let mut years = std::collections::BTreeMap::new();
        for (period, flow) in flows.iter().enumerate() {
            *years.entry(calendar.fiscal_year(period)).or_insert(0) += flow;
        }
        for (year, sum) in &years {
            say(&format!("fy{year}"), Some(major(*sum)));
        }
        say("peak_year", Some(major(years.values().copied().max().unwrap_or(0))));
        if payor.cap.is_some() {
            say("cap_cuts", Some(major(purse.cut_by_cap)));
        }
        if payor.yearly.is_some() || !payor.appropriations.is_empty() {
            say("yearly_limit_cuts", Some(major(purse.cut_by_year)));
        }
        if two_way {
            say("unpaid_to?", Some(major(purse.unpaid_to)));
        }
        say("defaulted?", Some(major(purse.defaulted)));
        let payments: f64 = flows.iter().enumerate().map(|(period, &flow)| discounted(major(flow), period)).sum();
        if payor.values.is_empty() || payor.values.iter().any(|value| value.1.is_none()) {
            continue;
        }
        let mut benefit = 0.0;
        for (of, worth) in &payor.values {
            let outcome = &contract.outcomes[of];
            let sign = if outcome.fewer { -1.0 } else { 1.0 };
            for ((cohort, round), cell) in &given.happened[of] {
                if counts(contract, settlement, *cohort, payor.sites.as_ref()) {
                    let period = contract.cohorts[*cohort].enrols + given.late + outcome.after + round * outcome.every;
                    benefit += discounted(sign * cell.1 * worth.unwrap(), period);
                }
            }
        }
        say("benefit", Some(benefit));
        say("net_benefit", Some(benefit - payments));
        say("benefit_cost_ratio", (payments > 0.0).then(|| benefit / payments));
        say("break_even_share", (benefit > 0.0).then(|| payments / benefit));
    }
    all.push(("payors.total".into(), Some(major(settlement.paid.iter().flatten().sum()))));
    if two_way {
        all.push(("payors.unpaid_to?".into(), Some(major(cash.unpaid))));
        all.push(("provider.refunded?".into(), Some(major(cash.refunded))));
    }
    if contract.deal_cap.is_some() {
        all.push(("deal.cap_cuts".into(), Some(major(settlement.cut_by_deal))));
    }
}

fn of_money(contract: &Contract, given: &Given, settlement: &Settlement, cash: &Cash, all: &mut Figures) {
    let mut say = |name: String, number: Option<f64>| all.push((name, number));
    say("program.cost".into(), Some(major(cash.spent + cash.shortfall)));
    say("program.cost_paid".into(), Some(major(cash.spent)));
    say("program.shortfall".into(), Some(major(cash.shortfall)));
    say("program.residual".into(), Some(major(cash.provider)));
    say("provider.result".into(), Some(major(cash.result())));
    say("provider.working_capital".into(), Some(major(cash.advanced)));
    if !contract.stops.is_empty() {
        let avoided = |last: usize| given.costs.iter().skip(last + 1).map(|cost| cost[0]).sum();
        say("program.avoided_cost".into(), Some(major(settlement.stopped.map_or(0, avoided))));
    }
    for (guarantee, &paid) in contract.capital.guarantees.iter().zip(&cash.guaranteed) {
        say(format!("guarantee.\"{}\".paid", guarantee.name), Some(major(paid)));
    }
    for (bonus, &paid) in contract.capital.bonuses.iter().zip(&cash.bonuses) {
        say(format!("bonus.\"{}\".paid", bonus.name), Some(major(paid)));
    }
    let of = |index: usize| (cash.standing[index].drawn, cash.received[index]);
    for (index, tranche) in contract.capital.tranches.iter().enumerate() {
        let (drawn, received) = of(index);
        say(format!("tranche.\"{}\".drawn", tranche.name), Some(major(drawn)));
        say(format!("tranche.\"{}\".received?", tranche.name), Some(major(received)));
        say(format!("tranche.\"{}\".gain?", tranche.name), Some(major(received - drawn)));
        let multiple = (drawn > 0).then(|| received as f64 / drawn as f64);
        say(format!("tranche.\"{}\".multiple?", tranche.name), multiple);
        let worth = |(period, &flow): (usize, &i128)| {
            major(flow) / (1.0 + contract.hurdle).powf(period as f64 / f64::from(contract.calendar.per_year()))
        };
        say(format!("tranche.\"{}\".npv?", tranche.name), Some(cash.flows[index].iter().enumerate().map(worth).sum()));
    }
    let investors: Vec<usize> = (0..contract.capital.tranches.len())
        .filter(|&index| matches!(contract.capital.tranches[index].kind.as_str(), "senior" | "junior" | "loan" | "equity"))
        .collect();
    let (drawn, received) = investors.iter().map(|&index| of(index)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if !investors.is_empty() {
        say("investors.drawn?".into(), Some(major(drawn)));
        say("investors.received?".into(), Some(major(received)));
        say("investors.gain?".into(), Some(major(received - drawn)));
        say("investors.multiple?".into(), (drawn > 0).then(|| received as f64 / drawn as f64));
    }
}
