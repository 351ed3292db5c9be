//! What does the evaluator report, and when? What payments' sentences do not say of the measures that they and their conditions use.

use crate::deal::{Deal, Measure, MeasureId, Method};
use crate::sentence::{compared, outcome_name, reported, together};
use crate::words::count::grouped;
use crate::words::share;

/// One sentence for each measure that somebody wrote and of which a payment's sentence does not say all.
pub(crate) fn reports(deal: &Deal) -> Vec<String> {
    let mut paid = deal.measures.map(|_| false);
    deal.payments.iter().filter(|payment| payment.measures().len() == 1).filter_map(|payment| payment.on).for_each(|on| paid[on] = true);
    let said = |(index, measure): (MeasureId, &Measure)| {
        let mut clauses = Vec::new();
        if !paid[index] && !measure.implied {
            clauses.push(whole(deal, measure));
        }
        clauses.extend(rules(deal, measure));
        (!clauses.is_empty()).then(|| format!("{}: {}.", measure.name, clauses.join("; ")))
    };
    deal.measures.pairs().filter_map(said).collect()
}

/// What is measured, compared with what, confirmed by whom, for whom together, and when.
fn whole(deal: &Deal, measure: &Measure) -> String {
    let confirmed = measure.records.map_or("for everybody".into(), |records| format!("by {}", deal.records[records].name));
    let pool = if deal.program.cohorts.len() == 1 { String::new() } else { format!(", {}", together(deal, measure)) };
    let when = reported(deal, measure, 0);
    format!("“{}”, {}, confirmed {confirmed}{pool}, {when}", outcome_name(deal, measure.of), compared(deal, measure))
}

/// Rules under which a report is made.
fn rules(deal: &Deal, measure: &Measure) -> Vec<String> {
    let mut rules = Vec::new();
    if measure.minimum_sample > 0 {
        rules.push(format!("nothing is reported of fewer than {} {}", grouped(u64::from(measure.minimum_sample)), deal.program.served()));
    }
    if measure.treated_share < 1.0 && !matches!(measure.method, Method::Count) {
        rules.push(format!("the difference is divided by the {} who took part", share::stated(measure.treated_share)));
    }
    if measure.false_negative > 0.0 {
        rules.push(format!("{} of true results are missed", share::stated(measure.false_negative)));
    }
    if measure.false_positive > 0.0 {
        rules.push(format!("{} of those without are reported as results", share::stated(measure.false_positive)));
    }
    rules
}
