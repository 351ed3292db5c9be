//! What may keep a payor from paying, and when does it all end early? Limits of payors and of the deal, and its stops, in sentences.

use crate::deal::{Deal, Payor};
use crate::quantity::Money;
use crate::words::count::spelled;
use crate::words::list::listed;
use crate::words::money;
use crate::words::share;

/// Every payor that is bound by more than its payments say; the cap of the deal.
pub(crate) fn payors(deal: &Deal) -> Vec<String> {
    let said = |payor: &Payor| {
        let clauses = clauses(deal, payor);
        (!clauses.is_empty()).then(|| format!("{}: {}.", payor.name, clauses.join("; ")))
    };
    let mut lines: Vec<String> = deal.payors.iter().filter_map(said).collect();
    lines.extend(deal.cap.map(|cap| format!("all payors together: up to {} in all.", money(deal, cap))));
    lines
}

fn clauses(deal: &Deal, payor: &Payor) -> Vec<String> {
    let mut most: Vec<String> = Vec::new();
    most.extend(payor.cap.map(|cap| format!("{} in all", money(deal, cap))));
    most.extend(payor.cap_per_fiscal_year.map(|cap| format!("{} in a fiscal year", money(deal, cap))));
    let mut clauses = Vec::new();
    if !most.is_empty() {
        clauses.push(format!("up to {}", listed(&most)));
    }
    if !payor.appropriations.is_empty() {
        let years = deal.timeline.fiscal_years().into_iter().zip(&payor.appropriations).filter(|(_, voted)| voted.0 != 0);
        let years: Vec<String> = years.map(|(year, voted)| format!("{} in FY{year}", money(deal, *voted))).collect();
        clauses.push(match years.is_empty() {
            true => "nothing is appropriated".into(),
            false => format!("appropriated {}, and nothing in other years", listed(&years)),
        });
    }
    if payor.carries_over {
        clauses.push("what a yearly limit cuts is carried over to the next year".into());
    }
    if let Some(hazard) = payor.hazard {
        let how = if hazard.lasting { "for good" } else { "for that year" };
        clauses.push(format!("a chance of default of {} a year, {how}", share::stated(hazard.per_year)));
    }
    if payor.escrow != Money(0) {
        clauses.push(format!("{} in escrow, paid even on default", money(deal, payor.escrow)));
    }
    if payor.delay > 0 {
        clauses.push(format!("payments come {} late", spelled(payor.delay, deal.timeline.length.noun())));
    }
    clauses
}

/// Every right and duty to end the program early.
pub(crate) fn early_ends(deal: &Deal) -> Vec<String> {
    let noun = deal.timeline.length.noun();
    let said = |stop: &crate::deal::Stop| {
        let when = stop.period.map_or(format!("in any {noun}"), |period| format!("on {}", deal.timeline.date(period)));
        let after = match stop.payments_end {
            true => "nothing more falls due".into(),
            false => format!("results of {} enrolled by then are still paid for", deal.program.served()),
        };
        format!("{}: the program ends early if, {when}, {}; {after}.", stop.name, stop.when.text.trim())
    };
    deal.stops.iter().map(said).collect()
}

fn money(deal: &Deal, amount: Money) -> String {
    money::stated(deal.currency, amount)
}
