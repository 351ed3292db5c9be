//! What a valid scenario says, in sentences: the answer of `check`.

use core::fmt::Write;

use crate::deal::{Deal, TrancheKind, lint, sentence};
use crate::quantity::trimmed;

/// The deal in sentences: the program, each payment, the capital, and how well its numbers are founded.
#[must_use]
pub fn text(deal: &Deal) -> String {
    let mut out = String::new();
    let people: u64 = deal.program.cohorts.iter().map(|cohort| u64::from(cohort.size)).sum();
    let cohorts = deal.program.cohorts.len();
    let noun = if cohorts == 1 { "cohort" } else { "cohorts" };
    let _ = writeln!(out, "{}", deal.name);
    let _ = writeln!(
        out,
        "{} plans to serve {people} people in {cohorts} {noun}, from {} to {}.",
        deal.program.provider,
        deal.timeline.date(0),
        deal.timeline.date(deal.timeline.periods).yesterday().unwrap_or(jiff::civil::Date::MAX)
    );
    if !deal.payments.is_empty() {
        let _ = writeln!(out, "\nPayments");
        for (index, payment) in deal.payments.iter().enumerate() {
            let _ = writeln!(out, "  {}: {}", payment.name, sentence(deal, index));
            for missing in lint(deal, index) {
                let _ = writeln!(out, "    not said: {missing}");
            }
        }
    }
    if !deal.capital.tranches.is_empty() {
        let _ = writeln!(out, "\nCapital");
        for tranche in &deal.capital.tranches {
            let amount = deal.currency.display_whole(deal.currency.major(tranche.amount));
            let terms = match tranche.kind {
                TrancheKind::Grant => "a grant, never repaid".to_string(),
                TrancheKind::Loan { rank, coupon, residual_share } => {
                    let rest = if residual_share > 0.0 {
                        format!(", and {}% of what is left", trimmed(residual_share * 100.0))
                    } else {
                        String::new()
                    };
                    format!("a loan at {}% a year, repaid in place {rank}{rest}", trimmed(coupon * 100.0))
                }
            };
            let _ = writeln!(out, "  {}: up to {amount}, {terms}.", tranche.name);
        }
    }
    let _ = writeln!(out, "\n{}", evidence(deal));
    out
}

/// How many of the scenario's numbers have a source, and of which grade.
fn evidence(deal: &Deal) -> String {
    let all = deal.assumptions.len();
    let sourced = deal.assumptions.iter().filter(|assumption| assumption.source.is_some()).count();
    let mut grades: Vec<(char, usize)> = Vec::new();
    for grade in deal.assumptions.iter().filter_map(|assumption| assumption.grade) {
        match grades.iter_mut().find(|(letter, _)| *letter == grade.letter()) {
            Some((_, count)) => *count += 1,
            None => grades.push((grade.letter(), 1)),
        }
    }
    let listed: Vec<String> = grades.iter().map(|(letter, count)| format!("{count} {letter}")).collect();
    let grades = if listed.is_empty() { String::new() } else { format!("; graded {}", listed.join(", ")) };
    format!(
        "Evidence: {sourced} of {all} numbers name their source{grades} (P published, C computed, D derived, I inferred, R recalled, A assumed)."
    )
}
