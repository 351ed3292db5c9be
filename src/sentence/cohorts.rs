//! For which cohorts, and on which days? The groups of a measure and the claims of a payment in words.

use crate::deal::{CohortId, Deal, Measure, MeasureId, Payment, Pool};
use crate::words::list::listed;

/// Cohorts (in rising order) in words: `cohort 1`, `cohorts 1, 3 and 5 to 8`, `the cohorts of Denver` where they are all of its
/// own.
pub(super) fn cohorts(deal: &Deal, cohorts: &[CohortId]) -> String {
    let site = |cohort: CohortId| deal.program.cohorts[cohort].site;
    let mut sites: Vec<usize> = cohorts.iter().map(|&cohort| site(cohort)).collect();
    sites.sort_unstable();
    sites.dedup();
    let of_sites = deal.program.cohorts.ids().filter(|&cohort| sites.contains(&site(cohort))).count();
    if !deal.program.sites.is_empty() && of_sites == cohorts.len() {
        let names: Vec<&str> = sites.iter().map(|&site| deal.program.sites[site].name.as_str()).collect();
        return format!("the cohorts of {}", listed(&names));
    }
    let runs = cohorts.chunk_by(|one, next| one.number() == next.index());
    let words = |run: &[CohortId]| match run {
        [first, _, .., last] => vec![format!("{} to {}", first.number(), last.number())],
        few => few.iter().map(|cohort| cohort.number().to_string()).collect(),
    };
    let numbers: Vec<String> = runs.flat_map(words).collect();
    format!("{} {}", if cohorts.len() == 1 { "cohort" } else { "cohorts" }, listed(&numbers))
}

/// The cohorts that `measure` looks at, where they are not all.
fn some<'a>(deal: &Deal, measure: &'a Measure) -> Option<&'a [CohortId]> {
    let all = measure.cohorts.is_empty() || measure.cohorts.len() == deal.program.cohorts.len();
    (!all).then_some(&measure.cohorts[..])
}

/// Whom each report of `measure` is about: `for each cohort`, `once for all cohorts`, `once for cohorts 1 to 4 together`.
#[must_use]
pub fn together(deal: &Deal, measure: &Measure) -> String {
    let Some(some) = some(deal, measure) else {
        return match measure.pool {
            Pool::Cohort => "for each cohort",
            Pool::Site => "for each site",
            Pool::Year => "for each year's cohorts",
            Pool::All => "once for all cohorts",
        }
        .into();
    };
    let of = cohorts(deal, some);
    match measure.pool {
        _ if some.len() == 1 => format!("for {of}"),
        Pool::Cohort => format!("for each of {of}"),
        Pool::Site => format!("for each site ({of} only)"),
        Pool::Year => format!("for each year's cohorts ({of} only)"),
        Pool::All => format!("once for {of} together"),
    }
}

/// The enrolment that a report of `measure` waits for: a group is reported when its last cohort is.
pub(super) fn enrolment(deal: &Deal, measure: &Measure) -> String {
    let alone = deal.program.cohorts.len() == 1 || measure.pool == Pool::Cohort;
    match some(deal, measure) {
        _ if alone => "enrolment".into(),
        Some([_]) => "enrolment".into(),
        Some(some) if measure.pool == Pool::All => {
            let last = some.iter().max_by_key(|&&cohort| deal.program.cohorts[cohort].period).map_or(0, |last| last.number());
            format!("the enrolment of cohort {last}")
        }
        _ => "the last enrolment".into(),
    }
}

/// The periods in which a payment that is not paid on a measure falls due, in order, once for each of its dates.
pub(super) fn days(deal: &Deal, payment: &Payment) -> Vec<u32> {
    let claims = &payment.claims;
    let delay = payment.payors.iter().map(|&(payor, _)| deal.payors[payor].delay).max().unwrap_or(0);
    let within = |known: &u32| {
        let open = *known >= claims.first_period && claims.last_period.is_none_or(|last| *known <= last);
        open && known.saturating_add(delay) < deal.timeline.periods
    };
    let mut days: Vec<u32> = claims.periods.iter().map(|period| period.saturating_add(payment.paid_after)).filter(within).collect();
    days.sort_unstable();
    days
}

/// The cohorts and the days that a payment is for, where it is not for all.
pub(super) fn which_claims(deal: &Deal, payment: &Payment) -> String {
    let claims = &payment.claims;
    let measures = payment.measures();
    let mut text = String::new();
    let only = match measures.as_slice() {
        [] => Vec::new(),
        // The price says already whom each report is about.
        [one] if payment.terms[0].price.is_proportional() => paid_for(deal, payment, *one),
        _ => claims.cohorts.clone(),
    };
    if !only.is_empty() && only.len() < deal.program.cohorts.len() {
        text.push_str(&format!(", for {} only", cohorts(deal, &only)));
    }
    if measures.is_empty() {
        return text;
    }
    let date = |period: u32| deal.timeline.date(period);
    match (claims.first_period, claims.last_period.filter(|&last| last + 1 < deal.timeline.periods)) {
        (0, None) => {}
        (first, None) => text.push_str(&format!(", for claims from {} on", date(first))),
        (0, Some(last)) => text.push_str(&format!(", for claims before {}", date(last + 1))),
        (first, Some(last)) => text.push_str(&format!(", for claims from {} on and before {}", date(first), date(last + 1))),
    }
    text
}

/// The cohorts that `payment` pays for by `measure`, in rising order: those of its groups that are wanted as a whole.
fn paid_for(deal: &Deal, payment: &Payment, measure: MeasureId) -> Vec<CohortId> {
    let wanted = |cohort: &CohortId| payment.claims.cohorts.is_empty() || payment.claims.cohorts.contains(cohort);
    let groups = deal.measure_groups(measure).into_iter().filter(|group| group.iter().all(wanted));
    let mut all: Vec<CohortId> = groups.flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}
