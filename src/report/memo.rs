//! One screen that a board member can read.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::numbers::{effect, mean, money, percent};
use super::question::{capital, head};
use super::returns;
use crate::deal::{Deal, PaymentId, PayorId};
use crate::metrics::{Chance, Value, effect_behind, limit_name};
use crate::settlement::{Limit, limits_of};
use crate::study::Run;
use crate::words::count::{counted, whole};
use crate::words::money;
use crate::words::number;

/// The memo of a run.
#[must_use]
pub fn text(deal: &Deal, run: &Run) -> String {
    let mut out = String::new();
    let people: u64 = deal.program.planned();
    let _ = writeln!(out, "{}", deal.name);
    let _ = writeln!(
        out,
        "{}: {} planned in {}, {} to {}. {} (simulated futures), seed {}.",
        deal.program.providers().join(" and "),
        counted(people, "person"),
        counted(deal.program.cohorts.len(), "cohort"),
        deal.timeline.label(0),
        deal.timeline.label(deal.timeline.periods - 1),
        counted(run.trials, "trial"),
        run.seed
    );
    for part in [payors(deal, run), years(deal, run), investors(deal, run), nothing(deal, run), program(deal, run)] {
        if !part.is_empty() {
            let _ = write!(out, "\n{part}");
        }
    }
    out.push_str(&super::check::drawings(deal));
    let _ = writeln!(
        out,
        "\n± is one Monte Carlo standard error. The standard error of a 95th percentile is at most {}.",
        largest_error(deal, run)
    );
    out
}

fn payors(deal: &Deal, run: &Run) -> String {
    if deal.payors.is_empty() {
        return String::new();
    }
    let short = |chance: Chance| chance.quantity(deal).short;
    let (binds, nothing) = (short(Chance::Binds(Limit::Payor(PayorId(0)))), short(Chance::NothingPaid(PayorId(0))));
    let header = ["Payor liability", "mean", "median", "95th percentile", "cap", &binds, &nothing];
    let mut rows = table(header.map(head).to_vec(), 1);
    for (index, payor) in deal.payors.pairs() {
        let Some(total) = run.summary(Value::PayorPaid(index)) else { continue };
        rows.add_row(vec![
            payor.name.clone(),
            mean(deal, total),
            money(deal, total.p50),
            money(deal, total.p95),
            payor.cap.map_or("none".into(), |cap| money::stated(deal.currency, cap)),
            run.share(Chance::Binds(Limit::Payor(index))).map_or(number::NONE.into(), |share| percent(Some(share))),
            percent(run.share(Chance::NothingPaid(index))),
        ]);
    }
    lines(&rows) + "\n" + &limits(deal, run) + &unpaid(deal, run) + &undefined(deal, run)
}

/// Every limit that binds in some future, payors' caps aside: how often, and what it cuts.
pub(super) fn limits(deal: &Deal, run: &Run) -> String {
    let mut text = String::new();
    for limit in limits_of(deal).filter(|limit| !matches!(limit, Limit::Payor(_))) {
        let (Some(share), Some(cuts)) = (run.share(Chance::Binds(limit)), run.summary(Value::Cuts(limit))) else { continue };
        if share.hits > 0 {
            let _ = writeln!(
                text,
                "  {} {} in {} of trials, {} on average.",
                capital(&limit_name(deal, limit)),
                if matches!(limit, Limit::Floor(_)) { "raises the payment" } else { "binds" },
                percent(Some(share)),
                mean(deal, cuts)
            );
        }
    }
    text
}

/// What payors are owed and nobody refunds.
fn unpaid(deal: &Deal, run: &Run) -> String {
    let line = |(index, payor): (PayorId, &crate::deal::Payor)| {
        let owed = run.summary(Value::UnpaidTo(index)).filter(|owed| owed.max > 0.0)?;
        Some(format!("  Refunds owed to {} and unpaid: {} on average.\n", payor.name, mean(deal, owed)))
    };
    deal.payors.pairs().filter_map(line).collect()
}

/// Claims that nothing is paid on because they have no value.
pub(super) fn undefined(deal: &Deal, run: &Run) -> String {
    let mut text = String::new();
    for (index, payment) in deal.payments.pairs() {
        if let Some(share) = run.share(Chance::Undefined(index)).filter(|share| share.hits > 0) {
            let _ = writeln!(
                text,
                "  \"{}\" has an undefined claim in {} of trials, and nothing is paid on it: a division by zero, something that is \
                 not reported, or too large to count.",
                payment.name,
                percent(Some(share))
            );
        }
    }
    text
}

fn years(deal: &Deal, run: &Run) -> String {
    let years = deal.timeline.fiscal_years();
    let paid = |at: usize| {
        deal.payors
            .ids()
            .any(|payor| run.summary(Value::PayorYear(payor, at)).is_some_and(|summary| summary.max > 0.0 || summary.min < 0.0))
    };
    let shown: Vec<usize> = (0..years.len()).filter(|&at| paid(at)).take(8).collect();
    if shown.is_empty() {
        return String::new();
    }
    let mut header = vec!["By fiscal year: median (95th percentile)".to_string()];
    header.extend(shown.iter().map(|&at| format!("FY{}", years[at])));
    let mut rows = table(header, 1);
    for (index, payor) in deal.payors.pairs() {
        let mut row = vec![payor.name.clone()];
        row.extend(shown.iter().map(|&at| match run.summary(Value::PayorYear(index, at)) {
            Some(year) => format!("{} ({})", money::thousands(deal.currency, year.p50), money::thousands(deal.currency, year.p95)),
            None => String::new(),
        }));
        rows.add_row(row);
    }
    lines(&rows) + "\n"
}

fn investors(deal: &Deal, run: &Run) -> String {
    let of = returns::investments(deal);
    if of.is_empty() {
        return String::new();
    }
    let header = returns::header(deal, run, "Investor risk and return");
    let mut rows = table(header.iter().map(|words| head(words)).collect(), 1);
    of.into_iter().filter_map(|of| returns::row(deal, run, of)).for_each(|row| {
        rows.add_row(row);
    });
    lines(&rows) + "\n" + &returns::notes(deal, run) + &guarantors(deal, run)
}

/// What stands behind the lenders.
pub(super) fn guarantors(deal: &Deal, run: &Run) -> String {
    let mut text = String::new();
    for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
        if let (Some(paid), Some(called)) = (run.summary(Value::Guaranteed(index)), run.share(Chance::GuaranteeCalled(index))) {
            let _ = writeln!(
                text,
                "  Guarantee of {}: {} on average (\"{}\"), anything in {}; losses are net of it.",
                guarantee.guarantor,
                mean(deal, paid),
                guarantee.name,
                percent(Some(called))
            );
        }
    }
    text
}

fn nothing(deal: &Deal, run: &Run) -> String {
    let judged: Vec<PaymentId> = deal.payments.ids().filter(|&payment| effect_behind(deal, payment).is_some()).collect();
    if judged.is_empty() {
        return String::new();
    }
    let header = ["Does payment follow effect?", "pays", "pays and works", "false positive", "false negative"];
    let (mut rows, mut said) = (table(header.map(String::from).to_vec(), 1), String::new());
    for payment in judged {
        let effects = [Value::FoundEffectGivenPaid(payment), Value::TrueEffectGivenPaid(payment)].map(|value| run.summary(value));
        if let ([Some(found), Some(real)], Some(outcome)) = (effects, effect_behind(deal, payment))
            && found.mean.is_finite()
        {
            let show = |mean: f64| effect(&deal.outcomes[outcome], mean);
            let _ = writeln!(
                said,
                "  When \"{}\" pays, the effect found is {} on average, the true effect {}.",
                deal.payments[payment].name,
                show(found.mean),
                show(real.mean)
            );
        }
        rows.add_row(vec![
            deal.payments[payment].name.clone(),
            percent(run.share(Chance::Paid(payment))),
            percent(run.share(Chance::PaidEffective(payment))),
            percent(run.share(Chance::PaidIneffective(payment))),
            percent(run.share(Chance::UnpaidEffective(payment))),
        ]);
    }
    lines(&rows) + "\n" + &said
}

fn program(deal: &Deal, run: &Run) -> String {
    let mut rows = table(["The program", "5th percentile", "median", "95th percentile"].map(String::from).to_vec(), 1);
    let mut row = |value: Value, show: &dyn Fn(f64) -> String| {
        if let Some(summary) = run.summary(value) {
            rows.add_row(vec![value.quantity(deal).label, show(summary.p5), show(summary.p50), show(summary.p95)]);
        }
    };
    row(Value::Enrolled, &whole);
    for (index, outcome) in deal.outcomes.pairs() {
        row(Value::OutcomeCount(index), &whole);
        row(Value::OutcomeMedian(index), &whole);
        row(Value::Additional(index), &whole);
        row(Value::TrueEffect(index), &|value| effect(outcome, value));
    }
    for value in [Value::Cost, Value::Spent, Value::ProviderResult, Value::WorkingCapital] {
        row(value, &|value| money(deal, value));
    }
    let mut text = lines(&rows) + "\n";
    if let (Some(loss), Some(result)) = (run.share(Chance::ProviderLoss), run.summary(Value::ProviderResult))
        && loss.hits > 0
    {
        let _ = writeln!(
            text,
            "  {}: result {} on average, a loss in {} of trials.",
            deal.program.providers().join(" and "),
            mean(deal, result),
            percent(Some(loss))
        );
    }
    if let Some(share) = run.share(Chance::Shortfall).filter(|share| share.hits > 0) {
        let _ = writeln!(text, "  There is a shortfall in {} of trials; the provider bears it.", percent(Some(share)));
    }
    for (index, payor) in deal.payors.pairs() {
        if let (Some(share), Some(net)) = (run.share(Chance::BenefitExceedsPayment(index)), run.summary(Value::NetBenefit(index))) {
            let _ = writeln!(
                text,
                "  {}: benefits exceed payments in {}; expected net benefit {}.",
                payor.name,
                percent(Some(share)),
                mean(deal, net)
            );
        }
    }
    text
}

pub(super) fn largest_error(deal: &Deal, run: &Run) -> String {
    let errors = deal.payors.ids().filter_map(|payor| run.summary(Value::PayorPaid(payor))).map(|summary| summary.quantile_se[4]);
    money(deal, errors.filter(|error| error.is_finite()).fold(0.0, f64::max).max(1.0).ceil())
}
