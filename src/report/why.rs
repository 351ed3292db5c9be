//! Why an amount is what it is: the reasons beside the lines of a ledger or a settlement.

mod amount;

use crate::deal::{CohortId, Deal, GroupId, MeasureId, PaymentId, PayorId, Statistic};
use crate::evaluation::Estimates;
use crate::quantity::Money;
use crate::settlement::{Claim, Limit};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// A reported number in the way people say it: shares in percent.
pub(crate) fn reported(deal: &Deal, measure: MeasureId, statistic: Statistic, value: f64) -> String {
    match statistic.is_share() && deal.measures[measure].counts_people(deal) || statistic.is_relative() {
        true if !value.is_nan() => share::stated(value),
        _ => number::plain(value),
    }
}

/// What the evaluator reports, in the first lane.
pub(crate) fn value(findings: &Estimates, measure: MeasureId, statistic: Statistic, group: GroupId) -> f64 {
    let mut out = vec![0.0; findings.measures[measure].enrolled.lanes()];
    findings.measures[measure].statistic(statistic, group, &mut out);
    out[0]
}

/// The group of a claim in words: the cohorts and the round, empty where there is one group only.
pub(crate) fn group(deal: &Deal, claim: &Claim) -> String {
    claim.measure.map_or_else(String::new, |measure| group_of(deal, measure, claim.group))
}

/// The same of a group of a measure.
pub(crate) fn group_of(deal: &Deal, measure: MeasureId, group: GroupId) -> String {
    let groups = deal.measure_groups(measure);
    if groups.len() < 2 {
        return String::new();
    }
    let rounds = deal.rounds(measure);
    let pools = groups.len() / rounds;
    let members = if pools == 1 { String::new() } else { cohorts(&groups[group]) };
    let round = if rounds > 1 { format!("round {}", group.index() / pools + 1) } else { String::new() };
    [members, round].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Cohorts in words, the first and the last of many; empty where there are none.
pub(crate) fn cohorts(of: &[CohortId]) -> String {
    match of {
        [] => String::new(),
        [one] => format!("cohort {}", one.number()),
        many => format!("cohorts {} to {}", many[0].number(), many[many.len() - 1].number()),
    }
}

/// Whether a claim is for units of which there are none.
pub(crate) fn no_units(deal: &Deal, findings: &Estimates, claim: &Claim) -> bool {
    let per_unit = deal.payments[claim.payment].terms[claim.terms].price.counts() == Some(Statistic::Units);
    per_unit && claim.measure.is_some_and(|measure| value(findings, measure, Statistic::Units, claim.group) == 0.0)
}

/// Why a claim comes to what it does: what is counted, at which price; a pocket calculator gets the amount to the minor unit.
pub(crate) fn claim(deal: &Deal, findings: &Estimates, claim: &Claim) -> String {
    let payment = &deal.payments[claim.payment];
    let terms = &payment.terms[claim.terms];
    if claim.instalment > 0 && claim.due == 0 && !claim.ended {
        return "nothing: the claim came to nothing with its first instalment".into();
    }
    let mut text = amount::words(deal, findings, claim);
    if payment.instalments.len() > 1 {
        let share = share::stated(payment.instalments[claim.instalment].share);
        text.push_str(&format!(", {share} of it: instalment {} of {}", claim.instalment + 1, payment.instalments.len()));
    }
    if !claim.valued {
        text.push_str("; UNDEFINED (a division by zero, or something not reported, or too large to count): nothing is paid");
    }
    if let (Some(gate), false) = (&terms.when, claim.open) {
        text.push_str(&format!("; condition not met: {}", gate.text));
    }
    if claim.ended {
        text.push_str("; the program had ended: nothing is due any more");
    }
    text
}

/// A limit in words.
pub(crate) fn limit(deal: &Deal, limit: Limit) -> String {
    let payment = |index: PaymentId| &deal.payments[index];
    let payor = |index: PayorId| &deal.payors[index].name;
    let show = |amount: Option<Money>| amount.map_or(String::new(), |amount| format!(" of {}", money::exact(deal.currency, amount)));
    match limit {
        Limit::Person(index) => format!("cap{} a person", show(payment(index).limits.per_person)),
        Limit::Enrolled(index) => format!("cap{} for each enrolled", show(payment(index).limits.per_enrolled)),
        Limit::Cohort(index) => format!("cap{} a group of cohorts", show(payment(index).limits.per_cohort)),
        Limit::Floor(index) => format!("raised to the floor{}", show(payment(index).limits.floor)),
        Limit::Period(index) => format!("cap{} a period", show(payment(index).limits.per_period)),
        Limit::FiscalYear(index) => format!("cap{} a fiscal year", show(payment(index).limits.per_fiscal_year)),
        Limit::Payment(index) => {
            format!("cap{} on {}", show(payment(index).terms.iter().rev().find_map(|terms| terms.cap)), payment(index).name)
        }
        Limit::Share(index) => {
            let share = payment(index).limits.share.unwrap_or(1.0);
            format!("at most {} of all that is paid; the rest waits", share::stated(share))
        }
        Limit::PayorYear(_) => "limit for the fiscal year".into(),
        Limit::Payor(index) => format!("cap{} on {}", show(deal.payors[index].cap), payor(index)),
        Limit::Deal => format!("cap{} on the deal", show(deal.cap)),
        Limit::Failure(index) => format!("{} does not pay", payor(index)),
    }
}

/// What a limit is on.
pub(crate) fn limited(deal: &Deal, limit: Limit) -> String {
    let payment = limit.payment().map(|at| deal.payments[at].name.clone());
    let payor = limit.payor().map(|at| deal.payors[at].name.clone());
    payment.or(payor).unwrap_or_else(|| "all payments".into())
}
