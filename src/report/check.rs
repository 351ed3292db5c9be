//! What a valid scenario says, in sentences: the answer of `check`.
//!
//! Comes in: a deal. Goes out: a text for the people who sign it. Must never know: what a simulation found.

mod capital;
mod formulas;
mod limits;
mod reports;

use core::fmt::Write;

use crate::cohort::Drawing;
use crate::deal::{Continuity, Deal, Outcome, OutcomeId, OutcomeKind};
use crate::sentence::{card, missing};
use crate::sentence::{sentence, served};
use crate::words::count::{counted, spelled};
use crate::words::list::listed;
use crate::words::share;

pub(crate) use capital::{capital, promise, terms};
pub(crate) use formulas::formulas;
pub(crate) use limits::{early_ends, payors};
pub(crate) use reports::reports;

/// The deal in sentences: the program, each payment, what is worked out and reported, who may not pay, the capital, and how well its numbers are founded.
#[must_use]
pub fn text(deal: &Deal) -> String {
    let mut out = format!(
        "{}\nThe plan: {} will serve {} in {}, from {} to {}.\n",
        deal.name,
        listed(&deal.program.providers()),
        served(deal),
        counted(deal.program.cohorts.len(), "cohort"),
        deal.timeline.date(0),
        deal.timeline.date(deal.timeline.periods).yesterday().unwrap_or(jiff::civil::Date::MAX)
    );
    out.push_str(&late(deal));
    out.push_str(&drawings(deal));
    if !deal.payments.is_empty() {
        out.push_str("\nPayments\n");
        for (index, payment) in deal.payments.pairs() {
            let _ = writeln!(out, "  {}: {}", payment.name, sentence(deal, index));
            for price in card(deal, payment) {
                let _ = writeln!(out, "    {price}");
            }
            for missing in missing(deal, index) {
                let _ = writeln!(out, "    not said: {missing}");
            }
        }
    }
    for (title, lines) in sections(deal) {
        let _ = writeln!(out, "\n{title}");
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
    let _ = writeln!(out, "\n{}", evidence(deal));
    out
}

/// What payments' sentences leave to others, by title: a sentence for each clause. Titles without any are left out.
pub(crate) fn sections(deal: &Deal) -> Vec<(&'static str, Vec<String>)> {
    let all = [
        ("Payors", payors(deal)),
        ("Formulas", formulas(deal)),
        ("Reports", reports(deal)),
        ("Early termination", early_ends(deal)),
        ("Capital", capital(deal)),
    ];
    all.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// With which chance everybody comes late, where that may be.
fn late(deal: &Deal) -> String {
    let noun = deal.timeline.length.noun();
    let cases = (0u32..).zip(&deal.program.delay).filter(|(_, chance)| **chance > 0.0);
    let said = |(late, chance): (u32, &f64)| match late {
        0 => format!("with chance {} as planned", share::stated(*chance)),
        late => format!("with chance {} {} later", share::stated(*chance), spelled(late, noun)),
    };
    let cases: Vec<String> = cases.map(said).collect();
    match deal.program.latest() {
        0 => String::new(),
        _ => format!("Everybody will enrol {}; dates in the contract stay.\n", listed(&cases)),
    }
}

/// How the outcomes of many people are drawn, where there is something to say.
pub(crate) fn drawings(deal: &Deal) -> String {
    let drawn = |index: OutcomeId| match (Drawing::of(deal, index), deal.outcomes[index].looks_at()) {
        (Drawing::OneByOne, _) => Some("person by person"),
        (Drawing::Together, _) => Some("all persons of a cohort at once, exactly"),
        (Drawing::Central, _) => Some("totals by the normal law with their exact mean and variance"),
        (Drawing::Counted, Some(_)) => Some("people counted at once, exactly"),
        (Drawing::Counted, None) => None,
    };
    let how = |index: OutcomeId| {
        let said = [drawn(index).map(String::from), continues(&deal.outcomes[index])].into_iter().flatten().collect::<Vec<String>>();
        (!said.is_empty()).then(|| format!("  {}: {}.\n", deal.outcomes[index].name, said.join("; ")))
    };
    let lines: Vec<String> = deal.outcomes.ids().filter_map(how).collect();
    if lines.is_empty() { String::new() } else { format!("\nHow people are drawn\n{}", lines.concat()) }
}

/// What having a yes-or-no outcome in one round says of the next.
fn continues(outcome: &Outcome) -> Option<String> {
    if !matches!(outcome.kind, OutcomeKind::YesNo { .. }) || outcome.rounds.count == 1 {
        return None;
    }
    Some(match outcome.continuity {
        Continuity::Anew => "drawn anew in every round, whoever had it before".into(),
        Continuity::Keeps(1.0) => {
            "who has it in one round has it in the next, too, unless the rate falls; others begin only as it rises".into()
        }
        Continuity::Keeps(keeps) => {
            format!(
                "who has it in one round has it in the next with a chance of {}; as many others begin as keep the rate",
                share::stated(keeps)
            )
        }
        Continuity::Leaves(leaves) => {
            format!(
                "of those who have it {} leave from one round to the next and never come back; nobody begins later",
                share::stated(leaves)
            )
        }
    })
}

/// How many of the scenario's numbers have a source, and of which grade.
pub(crate) fn evidence(deal: &Deal) -> String {
    let all = deal.assumptions.len();
    let sourced = deal.assumptions.iter().filter(|assumption| assumption.source.is_some()).count();
    let mut grades: Vec<(char, usize)> = Vec::new();
    for grade in deal.assumptions.iter().filter_map(|assumption| assumption.grade) {
        match grades.iter_mut().find(|(letter, _)| *letter == grade.letter()) {
            Some((_, count)) => *count += 1,
            None => grades.push((grade.letter(), 1)),
        }
    }
    let graded: Vec<String> = grades.iter().map(|(letter, count)| format!("{count} {letter}")).collect();
    let grades = if graded.is_empty() { String::new() } else { format!("; graded {}", graded.join(", ")) };
    format!(
        "Evidence: {sourced} of {all} numbers name their source{grades} (P published, C computed, D derived, I inferred, R recalled, A assumed)."
    )
}
