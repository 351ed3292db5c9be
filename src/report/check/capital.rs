//! Who funds the work, who gets what back, who bears losses: the capital in sentences.

use core::fmt::Write;

use crate::deal::{Bonus, BonusSize, Coupon, Cover, Deal, Guarantee, Tranche, TrancheKind};
use crate::quantity::Money;
use crate::words::count::spelled;
use crate::words::list::listed;
use crate::words::money;
use crate::words::share;

/// Most planned drawings that a sentence lists.
const LISTED: usize = 4;

/// The capital in sentences: tranches, guarantees, bonuses, the extension.
pub(crate) fn capital(deal: &Deal) -> Vec<String> {
    let mut lines = Vec::new();
    for tranche in &deal.capital.tranches {
        let amount = money::stated(deal.currency, tranche.amount);
        lines.push(format!("{}: up to {amount}, {}.", tranche.name, terms(deal, tranche)));
    }
    if let (Some(period), false) = (deal.capital.recycle_until, deal.capital.tranches.is_empty()) {
        let day = deal.timeline.date(period + 1);
        lines.push(format!("recycling: before {day} receipts pay for the work, and only cash interest is paid to investors."));
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
        let later = spelled(extension.periods, deal.timeline.length.noun());
        lines.push(format!("extension: if {when}, maturities and the end of recycling move by {later}, once."));
    }
    lines
}

/// What a tranche is, and what its giver may get back.
pub(crate) fn terms(deal: &Deal, tranche: &Tranche) -> String {
    let place = tranche.rank.map_or(String::new(), |rank| format!("repaid at rank {rank}"));
    let mut text = match &tranche.kind {
        TrancheKind::Grant => "a grant, not repaid".to_string(),
        TrancheKind::RecyclableGrant { pot: None } => format!("a recyclable grant, {place} to the project itself"),
        TrancheKind::RecyclableGrant { pot: Some(pot) } => format!("a recyclable grant, {place} to {pot}, never to the donor"),
        TrancheKind::RecoverableGrant => format!("a recoverable grant without interest, {place}"),
        TrancheKind::Equity => "equity, owed nothing".into(),
        TrancheKind::DeferredFee if tranche.coupon == Coupon::Fixed(0.0) => {
            format!("a deferred fee of {}, {place}", deal.program.provider)
        }
        TrancheKind::DeferredFee => format!("a deferred fee of {}{}, {place}", deal.program.provider, interest(deal, tranche.coupon)),
        TrancheKind::Loan => format!("a loan{}, {place}", interest(deal, tranche.coupon)),
    };
    if tranche.cash_interest {
        text.push_str(", interest in cash");
    }
    if let Some(period) = tranche.matures {
        let _ = write!(text, ", in one sum on {}", deal.timeline.date(period));
    }
    text.push_str(&drawings(deal, tranche));
    if !tranche.tied_to.is_empty() {
        let names: Vec<&str> = tranche.tied_to.iter().map(|&payment| deal.payments[payment].name.as_str()).collect();
        let _ = write!(text, ", only from {}", listed(&names));
    }
    if tranche.residual_share > 0.0 {
        let _ = write!(text, ", and {} of the residual", share::stated(tranche.residual_share));
    }
    if let Some(cap) = tranche.return_cap {
        let _ = write!(text, ", with returns capped at an IRR of {}", share::stated(cap));
    }
    text
}

/// When it is drawn, where that is planned.
fn drawings(deal: &Deal, tranche: &Tranche) -> String {
    let draw = |draw: &crate::deal::Draw| {
        let amount = money::stated(deal.currency, draw.amount);
        let when = draw.when.map_or(String::new(), |when| format!(" if {}", deal.capital.conditions[when].text));
        format!("{amount} on {}{when}", deal.timeline.date(draw.period))
    };
    let draws: Vec<String> = tranche.draws.iter().take(LISTED).map(draw).collect();
    match tranche.draws.len() {
        0 => String::new(),
        many if many > LISTED => format!(", drawn in {many} parts from {} on", deal.timeline.date(tranche.draws[0].period)),
        _ => format!(", drawn as planned ({})", draws.join("; ")),
    }
}

fn interest(deal: &Deal, coupon: Coupon) -> String {
    match coupon {
        Coupon::Fixed(rate) => format!(" at {} a year", share::stated(rate)),
        Coupon::Set(index) => format!(" at {} a year", deal.capital.rates[index].text),
    }
}

/// What a guarantor promises.
pub(crate) fn promise(deal: &Deal, guarantee: &Guarantee) -> String {
    let names: Vec<&str> = guarantee.of.iter().map(|&tranche| deal.capital.tranches[tranche].name.as_str()).collect();
    let of = listed(&names);
    let money = |amount: Money| money::stated(deal.currency, amount);
    let how_much = match &guarantee.cover {
        Cover::Percent(share) => format!("will bear the loss of {of} up to {} of what was drawn", share::stated(*share)),
        Cover::Amount(amount) => format!("will bear the loss of {of} up to {}", money(*amount)),
        Cover::Floor(share) => format!("will guarantee repayment of {} of the principal of {of}", share::stated(*share)),
        Cover::Schedule(rows) => {
            let rows: Vec<String> = rows.iter().map(|(drawn, pays)| format!("{} from {} drawn", money(*pays), money(*drawn))).collect();
            format!("will bear the loss of {of} up to {}", rows.join(", "))
        }
    };
    format!("{} {how_much}", guarantee.guarantor)
}

/// What a bonus or malus is.
fn earns(deal: &Deal, bonus: &Bonus) -> String {
    let provider = &deal.program.provider;
    let mut text = match bonus.size {
        BonusSize::Amount(Money(amount)) if amount < 0 => {
            format!("{provider} will pay {}", money::stated(deal.currency, Money(-amount)))
        }
        BonusSize::Amount(amount) => format!("{provider} will get {}", money::stated(deal.currency, amount)),
        BonusSize::ShareOfReceipts(share) if share < 0.0 => format!("{provider} will add {} to what payors pay", share::stated(-share)),
        BonusSize::ShareOfReceipts(share) => format!("{provider} will get {} of what payors pay", share::stated(share)),
        BonusSize::Set(index) => format!("{provider} will get {}", deal.capital.rates[index].text),
    };
    if let Some(period) = bonus.period {
        let _ = write!(text, " in {}", deal.timeline.label(period));
    }
    if let Some(when) = bonus.when {
        let _ = write!(text, ", if {}", deal.capital.conditions[when].text);
    }
    match bonus.after_rank {
        Some(rank) => format!("{text}, after rank {rank}"),
        None => format!("{text}, before any investor"),
    }
}
