//! Tranches and the rules for the investors' money.

use crate::numeric::each::Each;
use std::collections::HashSet;

use toml::value::Datetime;

use super::Checker;
use crate::deal::{Capital, Coupon, Draw, Expression, Extension, Gate, Measure, PaymentId, Tranche, TrancheId, TrancheKind};
use crate::quantity::{Money, Timeline};
use crate::scenario::text::{CouponText, DrawText, InterestText, KindText, RepaidText, TrancheText};
use crate::words::count::counted;
use crate::words::money;
use crate::words::share;
use crate::words::typed;

/// Expressions of the capital as they are found: what is made refers to them by index.
pub(super) struct Expressions<'a> {
    pub(super) measures: &'a [Option<Measure>],
    pub(super) conditions: Vec<Gate>,
    pub(super) rates: Vec<Expression>,
}

impl Checker {
    /// The capital of the deal, as far as every part of it could be made.
    pub(super) fn capital(&mut self, texts: &super::Texts, timeline: Option<&Timeline>, measures: &[Option<Measure>]) -> Option<Capital> {
        let mut expressions = Expressions { measures, conditions: Vec::new(), rates: Vec::new() };
        let names = self.names.tranches.clone();
        self.names("tranche", &names);
        self.residual_shares(&texts.tranche);
        let ranks: Vec<Option<u32>> = texts.tranche.iter().map(|text| text.as_ref().and_then(rank)).collect();
        let last = ranks.iter().flatten().max().copied().unwrap_or(0);
        let tranches: Vec<Option<Tranche>> = texts
            .tranche
            .iter()
            .enumerate()
            .map(|(index, text)| self.tranche(&format!("tranche[{index}]"), text.as_ref()?, last, timeline, &mut expressions))
            .collect();
        let recycle_until = match texts.capital.as_ref().and_then(|text| text.recycle_until.as_ref()) {
            None => Some(None),
            Some(date) => self.period_of("capital.recycle_until", date, timeline).map(Some),
        };
        let guarantees = self.guarantees(&texts.guarantee, &texts.tranche);
        let bonuses = self.bonuses(&texts.bonus, timeline, &mut expressions);
        let extension = match texts.capital.as_ref().and_then(|text| text.extension.as_ref()) {
            None => Some(None),
            Some(text) => {
                let matures: Vec<(usize, u32)> = tranches
                    .iter()
                    .enumerate()
                    .filter_map(|(index, tranche)| tranche.as_ref()?.matures.map(|period| (index, period)))
                    .collect();
                let when = self.condition("capital.extension.when", &text.when, &mut expressions);
                self.extension(text.periods, recycle_until.flatten(), &matures, timeline);
                when.map(|when| Some(Extension { when, periods: text.periods }))
            }
        };
        let mut tranches = tranches.into_iter().collect::<Option<Each<TrancheId, _>>>()?;
        draw_orders(&mut tranches, &texts.tranche);
        Some(Capital {
            tranches,
            guarantees: guarantees?,
            bonuses: bonuses?,
            recycle_until: recycle_until?,
            extension: extension?,
            conditions: expressions.conditions,
            rates: expressions.rates,
        })
    }

    /// Of each payment's money at most all is left: a tranche tied to other payments has no share in it.
    fn residual_shares(&mut self, texts: &[Option<TrancheText>]) {
        let share = |text: &TrancheText| text.residual_share.filter(|share| (0.0..=1.0).contains(share)).unwrap_or(0.0);
        // A payment that no tranche is tied to is like money of nobody's payment.
        let tied: HashSet<&String> = texts.iter().flatten().flat_map(|text| text.tied_to.iter().flatten()).collect();
        let payments: Vec<Option<String>> =
            self.names.payments.iter().filter(|name| tied.contains(name)).cloned().map(Some).chain([None]).collect();
        for payment in payments {
            let has_part = |text: &TrancheText| match (&text.tied_to, &payment) {
                (Some(tied), Some(payment)) => tied.contains(payment),
                (Some(_), None) => false,
                (None, _) => true,
            };
            let mut sum = 0.0;
            for (index, text) in texts.iter().enumerate().filter_map(|(index, text)| Some((index, text.as_ref()?))) {
                let before = sum;
                sum += if has_part(text) { share(text) } else { 0.0 };
                if before <= 1.0 + 1e-9 && sum > 1.0 + 1e-9 {
                    let message = format!("the residual shares add up to {}: more than the residual", typed::sum(sum));
                    let path = format!("tranche[{index}].residual_share");
                    self.refuse(&path, "out-of-range", message, "beyond 1", "let them add up to 1 at most");
                    return;
                }
            }
        }
    }

    fn extension(&mut self, periods: u32, recycle_until: Option<u32>, matures: &[(usize, u32)], timeline: Option<&Timeline>) {
        if periods == 0 {
            self.refuse("capital.extension.periods", "out-of-range", "an extension has at least 1 period", "is 0", "");
        }
        if recycle_until.is_none() && matures.is_empty() {
            let message = "there is nothing to extend: no `recycle_until` and no bullet that `matures`";
            self.refuse("capital.extension", "one-of", message, "moves nothing", "give the date that it moves, or drop it");
        }
        let late = matures.iter().find(|(_, at)| timeline.is_some_and(|timeline| at.saturating_add(periods) >= timeline.periods));
        if let Some((index, at)) = late {
            let message = format!(
                "extended by {}, tranche {} matures in period {}, after the end",
                counted(periods, "period"),
                index + 1,
                at + periods
            );
            self.refuse("capital.extension.periods", "after-the-end", message, "too long", "add periods to [deal], or shorten it");
        }
    }

    fn tranche(
        &mut self,
        path: &str,
        text: &TrancheText,
        last_rank: u32,
        timeline: Option<&Timeline>,
        expressions: &mut Expressions<'_>,
    ) -> Option<Tranche> {
        let at = |key: &str| format!("{path}.{key}");
        let amount = self.amount(&at("amount"), text.amount);
        let coupon = self.coupon(&at("coupon"), text.coupon.as_ref(), expressions);
        let share = self.within(&at("residual_share"), text.residual_share.unwrap_or(0.0), 0.0, 1.0, "80% is written 0.8");
        let return_cap = text.return_cap.map_or(Some(None), |cap| self.annual_rate(&at("return_cap"), cap).map(Some));
        let draws = self.draws(&at("draws"), text.draws.as_deref(), amount, timeline, expressions);
        let tied_to = self.tied_to(&at("tied_to"), text.tied_to.as_deref());
        let matures = self.maturity(path, text, timeline);
        self.tranche_words(text, amount);
        self.fitting_keys(path, text);
        if let (Some(Some(cap)), Some(Coupon::Fixed(rate))) = (return_cap, coupon)
            && cap < rate
        {
            let message = format!("a return of at most {cap} leaves no room for the coupon of {rate}");
            self.refuse(&at("return_cap"), "out-of-range", message, "below the coupon", "raise the cap or lower the coupon");
        }
        let (kind, rank) = match text.kind {
            KindText::Grant => (TrancheKind::Grant, None),
            KindText::Equity => (TrancheKind::Equity, None),
            KindText::RecyclableGrant => {
                (TrancheKind::RecyclableGrant { pot: text.recycled_to.clone() }, Some(text.rank.unwrap_or(last_rank + 1)))
            }
            KindText::RecoverableGrant => (TrancheKind::RecoverableGrant, Some(text.rank.unwrap_or(last_rank + 1))),
            KindText::DeferredFee => (TrancheKind::DeferredFee, Some(text.rank.unwrap_or(last_rank + 1))),
            KindText::Senior | KindText::Junior | KindText::Loan => {
                let Some(rank) = rank(text) else {
                    self.refuse(path, "rank", "a loan needs a `rank` of 1 or more", "no rank", "1 is repaid first, 2 next");
                    return None;
                };
                (TrancheKind::Loan, Some(rank))
            }
        };
        if rank == Some(0) {
            self.refuse(&at("rank"), "rank", "a `rank` is 1 or more", "is 0", "1 is repaid first, 2 next");
        }
        if text.kind == KindText::Equity && share == Some(0.0) {
            let message = "equity is owed nothing, so without a `residual_share` it never receives anything";
            self.refuse(path, "one-of", message, "no share", "add `residual_share = 1.0` for the whole residual, or less");
        }
        Some(Tranche {
            name: text.name.clone(),
            kind,
            amount: amount?,
            draw_order: text.draw_order.unwrap_or(0),
            draws: draws?,
            rank,
            coupon: coupon?,
            cash_interest: text.interest == Some(InterestText::Cash),
            matures: matures?,
            return_cap: return_cap?,
            residual_share: share?,
            tied_to: tied_to?,
        })
    }

    fn tranche_words(&mut self, text: &TrancheText, amount: Option<Money>) {
        let Some(currency) = self.currency else { return };
        let kind = match text.kind {
            KindText::RecyclableGrant => "recyclable grant".to_string(),
            KindText::RecoverableGrant => "recoverable grant".into(),
            KindText::DeferredFee => "deferred fee".into(),
            kind => format!("{kind:?}").to_lowercase(),
        };
        let mut words = format!("{kind} of {}", amount.map_or(String::new(), |amount| money::exact(currency, amount)).to_lowercase());
        match &text.coupon {
            None => {}
            Some(CouponText::Plain(rate)) => words.push_str(&format!(" at {} a year", share::stated(*rate))),
            Some(CouponText::Formula(text)) => words.push_str(&format!(" at {} a year", text.formula.trim())),
        }
        self.assume(format!("tranche.\"{}\"", text.name), words, &text.source, text.grade);
    }

    fn coupon(&mut self, path: &str, text: Option<&CouponText>, expressions: &mut Expressions<'_>) -> Option<Coupon> {
        match text {
            None => Some(Coupon::Fixed(0.0)),
            Some(CouponText::Plain(rate)) => self.annual_rate(path, *rate).map(Coupon::Fixed),
            Some(CouponText::Formula(text)) => self.formula(&format!("{path}.formula"), &text.formula, expressions).map(Coupon::Set),
        }
    }

    fn draws(
        &mut self,
        path: &str,
        texts: Option<&[DrawText]>,
        amount: Option<Money>,
        timeline: Option<&Timeline>,
        expressions: &mut Expressions<'_>,
    ) -> Option<Vec<Draw>> {
        let Some(texts) = texts else { return Some(Vec::new()) };
        if texts.is_empty() {
            let help = "add `{ date = 2026-01-01, amount = 500_000 }`, or drop `draws`: then it is drawn as costs need it";
            self.refuse(path, "one-of", "a list of drawings has at least one", "empty", help);
        }
        let mut draws = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let here = format!("{path}[{index}]");
            let period = self.period_within(&format!("{here}.date"), &text.date, timeline);
            let amount = self.amount(&format!("{here}.amount"), text.amount);
            let when = match &text.when {
                None => Some(None),
                Some(when) => self.condition(&format!("{here}.when"), when, expressions).map(Some),
            };
            draws.push(period.zip(amount).zip(when).map(|((period, amount), when)| Draw { period, amount, when }));
        }
        let mut draws = draws.into_iter().collect::<Option<Vec<_>>>()?;
        let certain: i128 = draws.iter().filter(|draw| draw.when.is_none()).map(|draw| i128::from(draw.amount.0)).sum();
        if let Some(amount) = amount.filter(|amount| certain > i128::from(amount.0)) {
            let currency = self.currency?;
            let message = format!("the drawings add up to more than the amount of the tranche, {}", money::exact(currency, amount));
            self.refuse(path, "amount", message, "too much", "draw less, or raise `amount`");
        }
        draws.sort_by_key(|draw| draw.period);
        Some(draws)
    }

    fn tied_to(&mut self, path: &str, texts: Option<&[String]>) -> Option<Vec<PaymentId>> {
        let Some(texts) = texts else { return Some(Vec::new()) };
        if texts.is_empty() {
            let message = "a tranche that is tied to no payment is never repaid";
            self.refuse(path, "one-of", message, "empty", "name a payment, or drop `tied_to`: then all of them repay it");
        }
        let names = self.names.payments.clone();
        let found: Vec<Option<PaymentId>> =
            texts.iter().enumerate().map(|(index, name)| self.find(&format!("{path}[{index}]"), name, "payment", &names)).collect();
        let mut found = found.into_iter().collect::<Option<Vec<_>>>()?;
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    fn maturity(&mut self, path: &str, text: &TrancheText, timeline: Option<&Timeline>) -> Option<Option<u32>> {
        match (text.repaid == Some(RepaidText::Bullet), &text.matures) {
            (true, Some(date)) => self.period_within(&format!("{path}.matures"), date, timeline).map(Some),
            (false, None) => Some(None),
            (true, None) => {
                let message = "a bullet needs a maturity: `matures` is missing";
                self.refuse(&format!("{path}.repaid"), "one-of", message, "no day", "add `matures = 2030-12-31`");
                None
            }
            (false, Some(_)) => {
                let message = "only a bullet matures: this tranche is repaid as cash comes in";
                self.refuse(&format!("{path}.matures"), "one-of", message, "no bullet", "add `repaid = \"bullet\"`, or drop it");
                None
            }
        }
    }

    /// Refuses keys that mean nothing for the kind of money.
    fn fitting_keys(&mut self, path: &str, text: &TrancheText) {
        let given = [
            ("coupon", text.coupon.is_some()),
            ("interest", text.interest.is_some()),
            ("rank", text.rank.is_some()),
            ("repaid", text.repaid.is_some()),
            ("matures", text.matures.is_some()),
            ("return_cap", text.return_cap.is_some()),
            ("residual_share", text.residual_share.is_some()),
            ("tied_to", text.tied_to.is_some()),
            ("recycled_to", text.recycled_to.is_some()),
        ];
        let (allowed, what): (&[&str], &str) = match text.kind {
            KindText::Grant => (&[], "a grant is never repaid"),
            KindText::RecyclableGrant => (&["rank", "tied_to", "recycled_to"], "a recyclable grant earns nothing for its donor"),
            KindText::RecoverableGrant => (&["rank", "tied_to", "repaid", "matures"], "a recoverable grant is repaid without interest"),
            KindText::Equity => (&["residual_share", "return_cap", "tied_to"], "equity is owed nothing"),
            KindText::DeferredFee | KindText::Senior | KindText::Junior | KindText::Loan => {
                const ALL: [&str; 8] = ["coupon", "interest", "rank", "repaid", "matures", "return_cap", "residual_share", "tied_to"];
                (&ALL, "only a recyclable grant is recycled")
            }
        };
        for (key, _) in given.iter().filter(|(key, given)| *given && !allowed.contains(key)) {
            let message = format!("{what}, so it has no `{key}`");
            let help = if *key == "recycled_to" { "drop it" } else { "drop it, or make the tranche a loan" };
            self.refuse(&format!("{path}.{key}"), "one-of", message, "does not fit its kind", help);
        }
        if text.kind == KindText::DeferredFee && text.draws.is_some() {
            let message = "a deferred fee is work, not cash that could be drawn ahead, so it has no `draws`";
            self.refuse(&format!("{path}.draws"), "one-of", message, "does not fit its kind", "drop it: it is drawn as costs need it");
        }
        if text.interest == Some(InterestText::Cash) && text.coupon.is_none() {
            let path = format!("{path}.interest");
            self.refuse(&path, "one-of", "there is no `coupon` to pay in cash", "no interest", "add `coupon = 0.05`, or drop it");
        }
    }

    /// The period of a date that must lie within the deal.
    pub(super) fn period_within(&mut self, path: &str, date: &Datetime, timeline: Option<&Timeline>) -> Option<u32> {
        let period = self.period_of(path, date, timeline)?;
        let timeline = timeline?;
        let day = self.date(path, date)?;
        if day >= timeline.date(timeline.periods) {
            let message = format!("{day} is after the deal's last period");
            self.refuse(path, "after-the-end", message, "too late", "add periods to [deal], or choose an earlier day");
            return None;
        }
        Some(period)
    }
}

/// Where no order of drawing is given: grants first, then the last rank, and with it what has no rank (equity), up to the first rank.
fn draw_orders(tranches: &mut Each<TrancheId, Tranche>, texts: &[Option<TrancheText>]) {
    let last = tranches.iter().filter_map(|tranche| tranche.rank).max().unwrap_or(0);
    for (tranche, text) in tranches.iter_mut().zip(texts) {
        let given = text.as_ref().and_then(|text| text.draw_order);
        tranche.draw_order = given.unwrap_or(match (&tranche.kind, tranche.rank) {
            (TrancheKind::Grant | TrancheKind::RecyclableGrant { .. }, _) => 0,
            (_, rank) => 1 + last.saturating_sub(rank.unwrap_or(last)),
        });
    }
}

fn rank(text: &TrancheText) -> Option<u32> {
    text.rank.or(match text.kind {
        KindText::Senior => Some(1),
        KindText::Junior => Some(2),
        _ => None,
    })
}
