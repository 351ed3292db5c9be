//! For intermediaries: who carries which risk, whether it is ready, where the money goes.

use super::Studies;
use super::parts::{Block, Section};
use crate::deal::Deal;
use crate::metrics::{Chance, Investment, Value, limit_name};
use crate::report::figures::Figures;
use crate::report::numbers::{money, percent};
use crate::report::readiness::{found, mended, name, weakest};
use crate::settlement::{Limit, limits_of};
use crate::study::{Finding, Run};
use crate::words::count::counted;
use crate::words::list::listed;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// The memo for the intermediary.
pub fn section(deal: &Deal, run: &Run, figures: &Figures, studies: &Studies<'_>) -> Section {
    let mut blocks = vec![Block::words("Who bears which risk", &["Risk", "borne by", "size"], risks(deal, run))];
    blocks.extend(ready(deal, studies));
    blocks.push(Block::heading("Sources and uses"));
    blocks.extend(figures.money.as_ref().map(Block::figure));
    blocks.extend(figures.future.as_ref().map(Block::figure));
    Section { id: "intermediary", short: "Intermediary", title: "For intermediaries".into(), blocks }
}

fn risks(deal: &Deal, run: &Run) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut risk = |what: &str, who: String, size: String| rows.push(vec![what.to_owned(), who, size]);
    let provider = deal.program.providers().join(" and ");
    let investors = Investment::Together;
    if let Some(loss) = run.share(Chance::Loss(investors)) {
        let tail = run.number(Value::Gain(investors)).and_then(|metric| metric.tail);
        let worst = tail.map_or(String::new(), |tail| {
            let verb = if tail.shortfall < 0.0 { "lose" } else { "gain" };
            format!("; in the worst 5% of trials they {verb} {} on average", money(deal, tail.shortfall.abs()))
        });
        risk(
            "Outcomes fall short: payments do not cover the cost",
            "investors".into(),
            format!("a loss in {} of trials{worst}", percent(Some(loss))),
        );
    }
    for (index, payor) in deal.payors.pairs() {
        if let Some(total) = run.summary(Value::PayorPaid(index)) {
            risk(
                "Outcomes exceed plan: more is owed",
                payor.name.clone(),
                format!("95th percentile {}; maximum {}", money(deal, total.p95), money(deal, total.max)),
            );
        }
        if let Some(fails) = run.share(Chance::Fails(index)) {
            risk(&format!("Default of {}", payor.name), "investors and donors".into(), percent(Some(fails)));
        }
    }
    for limit in limits_of(deal).filter(|limit| !matches!(limit, Limit::Floor(_))) {
        let (Some(binds), Some(cuts)) = (run.share(Chance::Binds(limit)), run.summary(Value::Cuts(limit))) else { continue };
        if binds.hits > 0 {
            risk(
                &format!("Outcomes beyond a limit: {}", limit_name(deal, limit)),
                format!("investors, donors and {provider}"),
                format!("binds in {} of trials; {} on average", percent(Some(binds)), money(deal, cuts.mean)),
            );
        }
    }
    if let (Some(loss), Some(result)) = (run.share(Chance::ProviderLoss), run.summary(Value::ProviderResult)) {
        risk(
            "The provider is not paid in full",
            provider.clone(),
            format!("a loss in {} of trials; result {} on average", percent(Some(loss)), money(deal, result.mean)),
        );
    }
    for (index, payment) in deal.payments.pairs() {
        let Some(nothing) = run.share(Chance::PaidIneffective(index)) else { continue };
        let who: Vec<&str> = payment.payors.iter().map(|&(payor, _)| deal.payors[payor].name.as_str()).collect();
        risk(&format!("False positive of “{}”: paid without an effect", payment.name), listed(&who), percent(Some(nothing)));
        if let Some(unpaid) = run.share(Chance::UnpaidEffective(index)) {
            risk(
                &format!("False negative of “{}”: an effect without payment", payment.name),
                "investors and donors".into(),
                percent(Some(unpaid)),
            );
        }
    }
    if let (Some(short), Some(amount)) = (run.share(Chance::Shortfall), run.summary(Value::Shortfall)) {
        risk(
            "Shortfall: costs exceed the funding",
            provider,
            format!("in {} of trials; {} on average", percent(Some(short)), money(deal, amount.mean)),
        );
    }
    for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
        if let (Some(called), Some(paid)) = (run.share(Chance::GuaranteeCalled(index)), run.summary(Value::Guaranteed(index))) {
            risk(
                "Loss of an investor that is guaranteed",
                guarantee.guarantor.clone(),
                format!("called in {} of trials; {} on average", percent(Some(called)), money(deal, paid.mean)),
            );
        }
    }
    rows
}

/// The four signals that intermediaries look for.
fn ready(deal: &Deal, studies: &Studies<'_>) -> Vec<Block> {
    let Some(readiness) = studies.readiness else { return Vec::new() };
    let change = |[mean, error]: [f64; 2]| money::change_with_error(deal.currency, mean, error);
    let row = |finding: &Finding| {
        let gain = finding.gain.map_or_else(
            || if finding.strength == Some(1.0) { "as strong as can be".to_owned() } else { number::NONE.to_owned() },
            |gain| {
                let mut parts = vec![format!("payors pay {}", change(gain.payors))];
                parts.extend(gain.investors.map(|investors| format!("investors gain {}", change(investors))));
                parts.extend(gain.loss.map(|loss| format!("their chance of loss {}", share::points(loss))));
                parts.extend(gain.for_nothing.map(|nothing| format!("false positives {}", share::points(nothing))));
                format!("{}: {}", mended(finding.signal, readiness.partners), parts.join(", "))
            },
        );
        vec![name(finding.signal).to_owned(), found(finding.signal, finding.strength), gain]
    };
    let mut blocks = vec![
        Block::heading("Is it ready?"),
        Block::words(
            "The four signals of readiness",
            &["Signal", "in this scenario", "if it were stronger"],
            readiness.findings.iter().map(row).collect(),
        ),
    ];
    if let Some(weakest) = weakest(&readiness.findings) {
        blocks.push(Block::text(format!("The weakest of the four here: {}.", name(weakest.signal))));
    }
    blocks.push(Block::note(format!("Differences of {}, ± one standard error.", counted(studies.trials, "paired trial"))));
    blocks
}
