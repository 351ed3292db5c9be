//! What does a payment's sentence leave open? The questions that a reader of the contract would ask.

use crate::deal::{Deal, Measure, Method, PaymentId, PayorId, Price};

/// What a payment's sentence does not say: the questions that a reader of the contract would ask.
#[must_use]
pub fn missing(deal: &Deal, payment: PaymentId) -> Vec<&'static str> {
    let terms = &deal.payments[payment];
    let mut missing = Vec::new();
    let measures: Vec<&Measure> = terms.measures().into_iter().map(|measure| &deal.measures[measure]).collect();
    if is_unconditional(deal, payment) {
        missing.push("it is paid whatever happens: no measure, no condition");
    }
    if measures.iter().any(|measure| measure.records.is_none() && !matches!(measure.method, Method::Exact)) {
        missing.push("confirmed by whom? no records are named");
    }
    let capped = |&(payor, _): &(PayorId, f64)| {
        let payor = &deal.payors[payor];
        payor.cap.is_some() || payor.cap_per_fiscal_year.is_some() || !payor.appropriations.is_empty() || deal.cap.is_some()
    };
    // A deal has so many periods, fiscal years and groups of cohorts: a limit on each is one on all.
    let limits = &terms.limits;
    let limited = limits.per_period.or(limits.per_fiscal_year).or(limits.per_cohort).is_some();
    if !limited && !terms.payors.iter().all(capped) && !terms.terms.iter().all(|terms| terms.cap.is_some() || terms.price.is_bounded()) {
        missing.push("up to how much? neither the payment, the payor nor the deal has a cap");
    }
    missing
}

/// Whether a payment is paid whatever is found: on no measure, under no condition, at a price that looks at none.
#[must_use]
pub fn is_unconditional(deal: &Deal, payment: PaymentId) -> bool {
    let payment = &deal.payments[payment];
    payment.measures().is_empty() && payment.terms.iter().all(|terms| terms.when.is_none() && !looks_at_measures(deal, &terms.price))
}

fn looks_at_measures(deal: &Deal, price: &Price) -> bool {
    price.expression().is_some_and(|term| !deal.measures_asked(|visit| term.visit(visit)).is_empty())
}
