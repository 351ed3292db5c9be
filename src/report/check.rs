//! What a valid scenario says, in sentences: the answer of `check`.

use core::fmt::Write;

use crate::cohort::Drawing;
use crate::deal::{Bonus, BonusSize, Coupon, Cover, Deal, Guarantee, Tranche, TrancheKind, missing, sentence};
use crate::quantity::{Money, trimmed};

/// The deal in sentences: the program, each payment, the capital, and how well its numbers are founded.
#[must_use]
pub fn text(deal: &Deal) -> String {
    let mut out = String::new();
    let people: u64 = deal.program.planned();
    let cohorts = deal.program.cohorts.len();
    let noun = if cohorts == 1 { "cohort" } else { "cohorts" };
    let _ = writeln!(out, "{}", deal.name);
    let _ = writeln!(
        out,
        "{} plans to serve {people} people in {cohorts} {noun}, from {} to {}.",
        deal.program.providers().join(" and "),
        deal.timeline.date(0),
        deal.timeline.date(deal.timeline.periods).yesterday().unwrap_or(jiff::civil::Date::MAX)
    );
    out.push_str(&drawings(deal));
    if !deal.payments.is_empty() {
        let _ = writeln!(out, "\nPayments");
        for (index, payment) in deal.payments.iter().enumerate() {
            let _ = writeln!(out, "  {}: {}", payment.name, sentence(deal, index));
            for missing in missing(deal, index) {
                let _ = writeln!(out, "    not said: {missing}");
            }
        }
    }
    let capital = capital(deal);
    if !capital.is_empty() {
        let _ = writeln!(out, "\nCapital");
    }
    for line in capital {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "\n{}", evidence(deal));
    out
}

/// The capital in sentences: tranches, guarantees, bonuses, the extension.
pub(super) fn capital(deal: &Deal) -> Vec<String> {
    let mut lines = Vec::new();
    if deal.capital.tranches.is_empty() {
        return lines;
    }
    for tranche in &deal.capital.tranches {
        let amount = deal.currency.display_whole(deal.currency.major(tranche.amount));
        lines.push(format!("{}: up to {amount}, {}.", tranche.name, terms(deal, tranche)));
    }
    for guarantee in &deal.capital.guarantees {
        let name = if guarantee.name == guarantee.guarantor { "guarantee" } else { &guarantee.name };
        lines.push(format!("{name}: {}.", promise(deal, guarantee)));
    }
    for bonus in &deal.capital.bonuses {
        lines.push(format!("{}: {}.", bonus.name, earns(deal, bonus)));
    }
    if let Some(extension) = deal.capital.extension {
        let when = &deal.capital.conditions[extension.when].text;
        let noun = deal.timeline.length.noun();
        let noun = if extension.periods == 1 { noun.to_string() } else { format!("{noun}s") };
        lines.push(format!("If {when}, maturities and the end of recycling move by {} {noun}.", extension.periods));
    }
    lines
}

/// How the outcomes of many people are drawn, where there is something to say.
pub(super) fn drawings(deal: &Deal) -> String {
    let drawn = |index: usize| match (Drawing::of(deal, index), deal.outcomes[index].looks_at()) {
        (Drawing::OneByOne, _) => Some("person by person"),
        (Drawing::Together, _) => Some("all persons of a cohort at once, exactly"),
        (Drawing::Central, _) => Some("totals by the normal law with their exact mean and variance"),
        (Drawing::Counted, Some(_)) => Some("people counted at once, exactly"),
        (Drawing::Counted, None) => None,
    };
    let listed: Vec<String> =
        (0..deal.outcomes.len()).filter_map(|index| drawn(index).map(|how| format!("  {}: {how}.\n", deal.outcomes[index].name))).collect();
    if listed.is_empty() { String::new() } else { format!("\nHow people are drawn\n{}", listed.concat()) }
}

/// What a tranche is, and what its giver may get back.
pub(super) fn terms(deal: &Deal, tranche: &Tranche) -> String {
    let place = tranche.rank.map_or(String::new(), |rank| format!("repaid in place {rank}"));
    let mut text = match &tranche.kind {
        TrancheKind::Grant => "a grant, never repaid".to_string(),
        TrancheKind::RecyclableGrant { pot: None } => format!("a recyclable grant, {place} to the project itself"),
        TrancheKind::RecyclableGrant { pot: Some(pot) } => format!("a recyclable grant, {place} to {pot}, never to the donor"),
        TrancheKind::RecoverableGrant => format!("a recoverable grant without interest, {place}"),
        TrancheKind::Equity => "equity, owed nothing".into(),
        TrancheKind::DeferredFee if tranche.coupon == Coupon::Fixed(0.0) => {
            format!("a fee of {} that waits, {place}", deal.program.provider)
        }
        TrancheKind::DeferredFee => format!("a fee of {} that waits{}, {place}", deal.program.provider, interest(deal, tranche.coupon)),
        TrancheKind::Loan => format!("a loan{}, {place}", interest(deal, tranche.coupon)),
    };
    if tranche.cash_interest {
        text.push_str(", interest in cash");
    }
    if let Some(period) = tranche.matures {
        let _ = write!(text, ", at once on {}", deal.timeline.date(period));
    }
    if !tranche.tied_to.is_empty() {
        let names: Vec<&str> = tranche.tied_to.iter().map(|&payment| deal.payments[payment].name.as_str()).collect();
        let _ = write!(text, ", only from {}", names.join(" and "));
    }
    if tranche.residual_share > 0.0 {
        let _ = write!(text, ", and {}% of what is left", trimmed(tranche.residual_share * 100.0));
    }
    if let Some(cap) = tranche.return_cap {
        let _ = write!(text, ", up to a return of {}% a year", trimmed(cap * 100.0));
    }
    text
}

fn interest(deal: &Deal, coupon: Coupon) -> String {
    match coupon {
        Coupon::Fixed(rate) => format!(" at {}% a year", trimmed(rate * 100.0)),
        Coupon::Set(index) => format!(" at {} a year", deal.capital.rates[index].text),
    }
}

/// What a guarantor promises.
pub(super) fn promise(deal: &Deal, guarantee: &Guarantee) -> String {
    let names: Vec<&str> = guarantee.of.iter().map(|&tranche| deal.capital.tranches[tranche].name.as_str()).collect();
    let of = names.join(" and ");
    let money = |amount: Money| deal.currency.display_whole(deal.currency.major(amount));
    let how_much = match &guarantee.cover {
        Cover::Percent(share) => format!("bears the loss of {of} up to {}% of what was drawn", trimmed(share * 100.0)),
        Cover::Amount(amount) => format!("bears the loss of {of} up to {}", money(*amount)),
        Cover::Floor(share) => format!("makes sure that {}% of the principal of {of} comes back", trimmed(share * 100.0)),
        Cover::Schedule(rows) => {
            let rows: Vec<String> = rows.iter().map(|(drawn, pays)| format!("{} from {} drawn", money(*pays), money(*drawn))).collect();
            format!("bears the loss of {of} up to {}", rows.join(", "))
        }
    };
    format!("{} {how_much}", guarantee.guarantor)
}

/// What a bonus or malus is.
fn earns(deal: &Deal, bonus: &Bonus) -> String {
    let provider = &deal.program.provider;
    let mut text = match bonus.size {
        BonusSize::Amount(Money(amount)) if amount < 0 => {
            format!("{provider} pays {}", deal.currency.display_whole(deal.currency.major(Money(-amount))))
        }
        BonusSize::Amount(amount) => format!("{provider} gets {}", deal.currency.display_whole(deal.currency.major(amount))),
        BonusSize::ShareOfReceipts(share) if share < 0.0 => format!("{provider} adds {}% to what payors pay", trimmed(-share * 100.0)),
        BonusSize::ShareOfReceipts(share) => format!("{provider} gets {}% of what payors pay", trimmed(share * 100.0)),
        BonusSize::Set(index) => format!("{provider} gets {}", deal.capital.rates[index].text),
    };
    if let Some(period) = bonus.period {
        let _ = write!(text, " in {}", deal.timeline.label(period));
    }
    if let Some(when) = bonus.when {
        let _ = write!(text, ", if {}", deal.capital.conditions[when].text);
    }
    match bonus.after_rank {
        Some(rank) => format!("{text}, after place {rank}"),
        None => format!("{text}, before any investor"),
    }
}

/// How many of the scenario's numbers have a source, and of which grade.
pub(super) fn evidence(deal: &Deal) -> String {
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
