//! For outcome payors: what is owed, in which fiscal year, how often the cap binds, how often for nothing, and who gets the benefit.

use super::parts::{Block, Fact, Section, fact};
use crate::deal::{Deal, PayorId};
use crate::metrics::{Chance, Value};
use crate::report::figures::{Figures, payors_shown};
use crate::report::memo::undefined;
use crate::report::numbers::{mean, money, percent};
use crate::settlement::Limit;
use crate::study::Run;
use crate::words::count::grouped;
use crate::words::list::some;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// A memo for each payor, and who pays beside who benefits; nothing where nobody pays.
pub fn section(deal: &Deal, run: &Run, figures: &Figures) -> Option<Section> {
    if deal.payors.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    let shown = payors_shown(deal, run);
    if shown.len() < deal.payors.len() {
        let (all, few) = (grouped(deal.payors.len() as u64), shown.len());
        blocks.push(Block::note(format!(
            "Of {all} payors, here are the {few} that pay most on average; metrics.csv and fiscal_years.csv beside this page have all."
        )));
    }
    for (index, payor) in shown.into_iter().map(|index| (index, &deal.payors[index])) {
        blocks.push(Block::heading(&payor.name));
        blocks.push(Block::Facts { facts: facts(deal, run, index) });
        blocks.extend(reserve(deal, run, index));
        blocks.extend(years(deal, run, index));
        blocks.extend(figures.payors.get(index).into_iter().flatten().map(Block::figure));
    }
    blocks.extend(Block::lines(&undefined(deal, run)));
    blocks.extend(pockets(deal, run));
    Some(Section { id: "payors", short: "Payors", title: "For outcome payors".into(), blocks })
}

fn facts(deal: &Deal, run: &Run, index: PayorId) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(total) = run.summary(Value::PayorPaid(index)) {
        facts.push(fact("Pays, on average", mean(deal, total), format!("Median: {}.", money(deal, total.p50))));
        let error = total.quantile_se[4];
        let error = if error.is_finite() {
            format!(" Its standard error is at most {}.", money(deal, error.max(1.0).ceil()))
        } else {
            String::new()
        };
        facts.push(fact("Reserve", money(deal, total.p95), format!("The 95th percentile: enough in 19 of 20 trials.{error}")));
    }
    let payor = &deal.payors[index];
    let cap = payor.cap.map_or("none".into(), |cap| money::stated(deal.currency, cap));
    let binds = run
        .share(Chance::Binds(Limit::Payor(index)))
        .map_or_else(|| "No cap on the whole deal.".into(), |share| format!("It binds in {} of trials.", percent(Some(share))));
    facts.push(fact("Cap", cap, binds));
    if let (Some(share), Some(cuts)) =
        (run.share(Chance::Binds(Limit::PayorYear(index))), run.summary(Value::Cuts(Limit::PayorYear(index))))
    {
        let note = format!("Chance that something lapses under it; {} on average.", money(deal, cuts.mean));
        facts.push(fact("Yearly limit", percent(Some(share)), note));
    }
    if let Some(unpaid) = run.summary(Value::UnpaidTo(index)).filter(|unpaid| unpaid.max > 0.0) {
        facts.push(fact("Refunds owed to it and unpaid", money(deal, unpaid.mean), "On average."));
    }
    if let (Some(nothing), Some(total)) = (run.share(Chance::NothingPaid(index)), run.summary(Value::PayorPaid(index))) {
        let pays = 1.0 - nothing.share();
        let note = if pays > 0.0 { format!("When it pays, it pays {} on average.", money(deal, total.mean / pays)) } else { String::new() };
        facts.push(fact("Chance of paying nothing", percent(Some(nothing)), note));
    }
    let own = deal.payments.ids().filter(|&payment| deal.payments[payment].payors.iter().any(|&(payor, _)| payor == index));
    let worst = own.filter_map(|payment| Some((payment, run.share(Chance::PaidIneffective(payment))?)));
    if let Some((payment, share)) = worst.max_by(|one, other| one.1.share().total_cmp(&other.1.share())) {
        let note = format!("Highest for “{}”.", deal.payments[payment].name);
        facts.push(fact("Chance of paying for no effect", percent(Some(share)), note));
    }
    if let Some(fails) = run.share(Chance::Fails(index)) {
        facts.push(fact("Chance of default", percent(Some(fails)), "It does not pay all that it owes."));
    }
    if let (Some(net), Some(share)) = (run.summary(Value::NetBenefit(index)), run.share(Chance::BenefitExceedsPayment(index))) {
        let mut note = format!("Expected benefit less payments. Benefits exceed payments in {} of trials.", percent(Some(share)));
        if let Some(even) = run.summary(Value::BreakEvenShare(index)).filter(|even| even.count > 0) {
            note += &format!(" Break-even: {} of the true effect (median).", share::about(even.p50));
        }
        facts.push(fact("Net benefit", mean(deal, net), note));
    }
    facts
}

/// What to set aside, in one sentence.
fn reserve(deal: &Deal, run: &Run, index: PayorId) -> Option<Block> {
    let total = run.summary(Value::PayorPaid(index))?;
    let peak = run.summary(Value::PayorPeakYear(index))?;
    if total.p95 <= 0.0 {
        return Some(Block::text(format!("{} owes nothing in at least 19 of 20 trials.", deal.payors[index].name)));
    }
    Some(Block::text(format!(
        "A reserve of {} covers all that {} owes in 19 of 20 trials. Its peak fiscal year costs up to {}.",
        money(deal, total.p95),
        deal.payors[index].name,
        money(deal, peak.p95)
    )))
}

fn years(deal: &Deal, run: &Run, index: PayorId) -> Vec<Block> {
    let mut rows = Vec::new();
    for (at, year) in deal.timeline.fiscal_years().into_iter().enumerate() {
        let Some(summary) = run.summary(Value::PayorYear(index, at)).filter(|summary| summary.max > 0.0 || summary.min < 0.0) else {
            continue;
        };
        rows.push(vec![
            format!("FY{year}"),
            mean(deal, summary),
            money(deal, summary.p50),
            money(deal, summary.p95),
            money(deal, summary.max),
        ]);
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let caption = format!("Payments of {} by fiscal year", deal.payors[index].name);
    let head = ["Fiscal year", "on average", "median", "reserve (95th percentile)", "maximum"];
    let first = deal.timeline.fiscal_years().len() > 1;
    let note = "A fiscal year is named by the year in which it ends. The reserves of single years do not add up to that of the whole deal.";
    let mut blocks = vec![Block::numbers(caption, &head, rows)];
    blocks.extend(first.then(|| Block::note(note)));
    blocks
}

/// Which agency pays, and which one benefits.
fn pockets(deal: &Deal, run: &Run) -> Vec<Block> {
    let net = |index: PayorId| run.summary(Value::NetBenefit(index)).map(|summary| summary.mean);
    let row = |index: PayorId| {
        let show = |value: Value| run.summary(value).map_or("not stated".into(), |summary| mean(deal, summary));
        let ratio = run.summary(Value::BenefitCostRatio(index)).filter(|ratio| ratio.count > 0);
        vec![
            deal.payors[index].name.clone(),
            show(Value::PayorPaid(index)),
            show(Value::Benefit(index)),
            show(Value::NetBenefit(index)),
            ratio.map_or(number::NONE.into(), |ratio| number::decimals(ratio.p50, 2)),
            run.share(Chance::BenefitExceedsPayment(index)).map_or(number::NONE.into(), |share| percent(Some(share))),
        ]
    };
    let head = [
        "Payor",
        "pays, on average",
        "benefit to it",
        "net benefit",
        "benefit-cost ratio (median)",
        "chance that benefits exceed payments",
    ];
    let mut blocks = vec![Block::heading("Who pays, and who benefits")];
    let valued = deal.payors.iter().any(|payor| !payor.value_per_outcome.is_empty());
    if valued {
        blocks.push(Block::numbers("Payments and benefits by payor", &head, deal.payors.ids().map(row).collect()));
    }
    let named = |wanted: &dyn Fn(f64) -> bool| -> Vec<&str> {
        let all = deal.payors.pairs().filter(|(index, _)| net(*index).is_some_and(wanted));
        all.map(|(_, payor)| payor.name.as_str()).collect()
    };
    let (gains, loses) = (named(&|net| net >= 0.0), named(&|net| net < 0.0));
    let unknown: Vec<&str> =
        deal.payors.iter().filter(|payor| payor.value_per_outcome.is_empty()).map(|payor| payor.name.as_str()).collect();
    let mut items = Vec::new();
    if !loses.is_empty() && !gains.is_empty() {
        items.push(format!(
            "Wrong pockets: on average benefits exceed payments for {}, and payments exceed benefits for {}.",
            some(&gains),
            some(&loses)
        ));
    } else if !loses.is_empty() {
        items.push(format!("By the values stated, payments exceed benefits on average for {}.", some(&loses)));
    } else if !gains.is_empty() {
        items.push(format!("By the values stated, benefits exceed payments on average for {}.", some(&gains)));
    }
    if !unknown.is_empty() {
        items.push(format!(
            "The scenario does not state what an outcome is worth to {}, so their value for money is not known.",
            some(&unknown)
        ));
    }
    if valued {
        items.push(
            "A benefit is the number of outcomes that the program truly adds, times the value of one to the payor, discounted.".into(),
        );
    }
    blocks.push(Block::List { items });
    blocks
}
