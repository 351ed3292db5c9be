//! Which measures payments and expressions mention: an outcome that is mentioned like a measure is counted as one.

use std::collections::HashSet;

use super::Texts;
use crate::scenario::expression;
use crate::scenario::text::{BonusText, CouponText, PaymentText, PriceText};

/// The names that payments, formulas, stop clauses and the capital mention as measures.
pub(super) fn mentioned(texts: &Texts) -> HashSet<String> {
    let mut found = Mentions::default();
    texts.payment.iter().flatten().for_each(|payment| found.payment(payment));
    for formula in texts.formula.iter().flatten() {
        found.expressions([&formula.is, &formula.by]);
    }
    texts.stop.iter().flatten().for_each(|stop| found.expression(&stop.when));
    for tranche in texts.tranche.iter().flatten() {
        if let Some(CouponText::Formula(coupon)) = &tranche.coupon {
            found.expression(&coupon.formula);
        }
        tranche.draws.iter().flatten().for_each(|draw| found.expressions([&draw.when]));
    }
    if let Some(extension) = texts.capital.as_ref().and_then(|capital| capital.extension.as_ref()) {
        found.expression(&extension.when);
    }
    texts.bonus.iter().flatten().for_each(|bonus| found.bonus(bonus));
    found.names
}

#[derive(Default)]
struct Mentions {
    names: HashSet<String>,
}

impl Mentions {
    fn expression(&mut self, text: &str) {
        self.names.extend(expression::mentioned(text));
    }

    fn expressions<'a>(&mut self, texts: impl IntoIterator<Item = &'a Option<String>>) {
        texts.into_iter().flatten().for_each(|text| self.expression(text));
    }

    fn payment(&mut self, payment: &PaymentText) {
        self.names.extend(payment.on.clone());
        self.expressions([&payment.when]);
        self.price(&payment.price);
        for amendment in &payment.amendment {
            self.expressions([&amendment.when]);
            amendment.price.iter().for_each(|price| self.price(price));
        }
    }

    fn price(&mut self, price: &PriceText) {
        self.expressions([&price.by, &price.formula]);
        self.names.extend(price.less.clone());
        self.names.extend(price.share.as_ref().and_then(|share| share.of.clone()));
        self.names.extend(price.rate_card.iter().flatten().map(|line| line.on.clone()));
    }

    fn bonus(&mut self, bonus: &BonusText) {
        self.expressions([&bonus.when, &bonus.formula]);
    }
}
