//! Payments: who promises what, for which claims, up to how much.

use super::Checker;
use super::prices::Around;
use crate::deal::{
    Claims, CohortId, Escalator, Instalment, Limits, Measure, MeasureId, Payment, PaymentId, PayorId, Price, Program, Terms,
};
use crate::numeric::each::Each;
use crate::quantity::Timeline;
use crate::scenario::text::{DatesText, EveryText, PaymentText};
use crate::words::typed;

impl Checker {
    pub(super) fn payments(
        &mut self,
        texts: &[Option<PaymentText>],
        measures: &[Option<Measure>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
    ) -> Option<Each<PaymentId, Payment>> {
        let names = self.names.payments.clone();
        self.names("payment", &names);
        let one = |(index, text): (usize, &Option<PaymentText>)| self.payment(index, text.as_ref()?, measures, program, timeline);
        let payments: Vec<Option<Payment>> = texts.iter().enumerate().map(one).collect();
        payments.into_iter().collect()
    }

    fn payment(
        &mut self,
        index: usize,
        text: &PaymentText,
        measures: &[Option<Measure>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
    ) -> Option<Payment> {
        let path = format!("payment[{index}]");
        let payors = self.payment_payors(&path, text);
        let on = self.paid_on(&path, text);
        let around = Around { measures, on: on.flatten(), own: PaymentId(index) };
        let terms = self.terms(&path, text, around, timeline);
        let claims = self.claims(&path, text, program, timeline);
        let instalments = self.instalments(&path, text);
        let escalator = self.escalator(&path, text, timeline);
        let help = "10% off is written 0.1";
        let discount = self.within(&format!("{path}.discount"), text.discount, 0.0, 0.999, help);
        let limits = self.limits(&path, text);
        let terms = terms?;
        if !text.two_way && terms.iter().any(|terms| terms.price.states_below_zero()) {
            let message = "an amount below zero is owed to the payor: a payment in both directions says so";
            self.refuse(&format!("{path}.price"), "amount", message, "below zero", "add `two_way = true`, or write 0 or more");
        }
        if text.refunded_by.is_some() && !text.two_way {
            let message = "only a payment in both directions is refunded";
            self.refuse(
                &format!("{path}.refunded_by"),
                "one-of",
                message,
                "nothing to refund",
                "add `two_way = true`, or drop `refunded_by`",
            );
        }
        self.assume(format!("payment.\"{}\".price", text.name), self.price_words(&terms[0].price, around.on), &text.source, text.grade);
        Some(Payment {
            name: text.name.clone(),
            payors: payors?,
            on: on?,
            terms,
            two_way: text.two_way,
            refunded_by_provider: text.refunded_by.is_some(),
            claims: claims?,
            instalments: instalments?,
            paid_after: text.paid_after,
            escalator: escalator?,
            discount: discount?,
            limits: limits?,
        })
    }

    /// Who pays which share.
    fn payment_payors(&mut self, path: &str, text: &PaymentText) -> Option<Vec<(PayorId, f64)>> {
        let names = self.names.payors.clone();
        match (&text.payor, &text.payors) {
            (Some(name), None) => self.find(&format!("{path}.payor"), name, "payor", &names).map(|payor| vec![(payor, 1.0)]),
            (None, Some(shares)) => {
                let mut found = Vec::new();
                for (name, &share) in shares {
                    let at = format!("{path}.payors.{name}");
                    let share = self.within(&at, share, 0.0, 1.0, "a share of 60% is written 0.6");
                    found.push(self.find(&at, name, "payor", &names).zip(share));
                }
                let sum: f64 = shares.values().sum();
                if (sum - 1.0).abs() > 1e-9 {
                    let message = format!("the payors' shares add up to {}, not to 1", typed::sum(sum));
                    self.refuse(&format!("{path}.payors"), "out-of-range", message, "not the whole", "let them add up to 1");
                }
                found.into_iter().collect()
            }
            _ => {
                let message = "a payment names its `payor`, or `payors` with their shares";
                self.refuse(path, "one-of", message, "who pays?", "for example `payor = \"State\"`");
                None
            }
        }
    }

    /// The measure it is paid on: `None` for a problem, `Some(None)` where it needs none.
    fn paid_on(&mut self, path: &str, text: &PaymentText) -> Option<Option<MeasureId>> {
        let share_of = text.price.share.as_ref().and_then(|share| share.of.as_ref());
        let card = text.price.rate_card.is_some();
        if let (true, Some(_)) = (card || text.dates.is_some(), &text.on) {
            let what = if card { "a rate card" } else { "a payment with `dates`" };
            let message = format!("{what} has no `on` of its own");
            self.refuse(&format!("{path}.on"), "one-of", message, "not used", "drop one of them");
        }
        if card && text.dates.is_some() {
            let message = "the lines of a rate card fall due when their measures are reported, not on `dates`";
            self.refuse(&format!("{path}.dates"), "one-of", message, "not used", "drop `dates`");
        }
        if let (Some(on), Some(of)) = (&text.on, share_of)
            && on != of
        {
            let message = format!("the price is a share of `{of}`, and the payment is paid `on` something else");
            self.refuse(&format!("{path}.on"), "one-of", message, "which one?", "keep `on`, or `of` in the share");
        }
        match (&text.on, share_of) {
            (Some(name), _) => self.measure_named(&format!("{path}.on"), name).map(Some),
            (None, Some(name)) => self.measure_named(&format!("{path}.price.share.of"), name).map(Some),
            (None, None) if card || text.dates.is_some() => Some(None),
            (None, None) => {
                let message = "a payment says what it is paid on, or on which `dates` it falls due";
                self.refuse(path, "missing-key", message, "paid on what?", "add `on = \"…\"`, the name of a measure or an outcome");
                None
            }
        }
    }

    /// The terms as signed and as amended.
    fn terms(&mut self, path: &str, text: &PaymentText, around: Around<'_>, timeline: Option<&Timeline>) -> Option<Vec<Terms>> {
        let price = self.price(&format!("{path}.price"), &text.price, around);
        self.fits_schedule(path, text, price.as_ref());
        let when = self.maybe_gate(&format!("{path}.when"), text.when.as_ref(), around);
        let cap = self.maybe_amount(&format!("{path}.cap"), text.cap);
        let mut terms = vec![Terms { first_period: 0, when: when?, price: price?, cap: cap? }];
        for (at, amendment) in text.amendment.iter().enumerate() {
            let here = format!("{path}.amendment[{at}]");
            let from = self.period_within(&format!("{here}.from"), &amendment.from, timeline);
            let mut changed = terms.last()?.clone();
            if let Some(price) = &amendment.price {
                let new = self.price(&format!("{here}.price"), price, around)?;
                if new.lines().is_some() != changed.price.lines().is_some() {
                    let message = "an amendment cannot turn a rate card into another kind of price, or back";
                    self.refuse(
                        &format!("{here}.price"),
                        "one-of",
                        message,
                        "another kind",
                        "end this payment (`until`) and write a new one",
                    );
                }
                self.fits_schedule(path, text, Some(&new));
                let as_signed = text.price.share.as_ref().and_then(|share| share.of.as_ref()).or(text.on.as_ref());
                if let Some(of) = price.share.as_ref().and_then(|share| share.of.as_ref()).filter(|of| Some(*of) != as_signed) {
                    let message = format!("an amendment cannot turn the payment to another measure, `{of}`");
                    let help = "end this payment (`until`) and write a new one";
                    self.refuse(&format!("{here}.price.share.of"), "one-of", message, "another measure", help);
                }
                changed.price = new;
            }
            if amendment.when.is_some() {
                changed.when = self.maybe_gate(&format!("{here}.when"), amendment.when.as_ref(), around)?;
            }
            if amendment.cap.is_some() {
                changed.cap = self.maybe_amount(&format!("{here}.cap"), amendment.cap)?;
            }
            changed.first_period = from?;
            if changed.first_period <= terms.last()?.first_period {
                let message = "amendments stand in the order of their days, each after the start of the deal";
                self.refuse(&format!("{here}.from"), "step-table", message, "out of order", "sort them by `from`");
            }
            self.assume(
                format!("payment.\"{}\".amendment", text.name),
                self.price_words(&changed.price, around.on),
                &amendment.source,
                amendment.grade,
            );
            terms.push(changed);
        }
        Some(terms)
    }

    /// Refuses a price, as signed or as amended, that the dates or the instalments of its payment have no meaning for.
    fn fits_schedule(&mut self, path: &str, text: &PaymentText, price: Option<&Price>) {
        // The lines of a rate card name their own.
        let needs_measure = price.is_some_and(|price| price.counts().is_some() && price.lines().is_none());
        if needs_measure && text.dates.is_some() {
            let message = "a price for units of a measure falls due when the measure is reported, not on `dates`";
            self.refuse(&format!("{path}.dates"), "one-of", message, "units of what?", "name the measure: `on = \"…\"`");
        }
        if matches!(price, Some(Price::Tiers(_))) && text.instalments.is_some() {
            let message = "units are counted through the tiers once, so such a claim is paid at once";
            self.refuse(&format!("{path}.instalments"), "one-of", message, "not with tiers", "drop `instalments`, or pay per unit");
        }
    }

    fn maybe_gate(&mut self, path: &str, text: Option<&String>, around: Around<'_>) -> Option<Option<crate::deal::Gate>> {
        text.map_or(Some(None), |text| self.gate(path, text, around.measures, Some(around.own)).map(Some))
    }

    fn claims(&mut self, path: &str, text: &PaymentText, program: Option<&Program>, timeline: Option<&Timeline>) -> Option<Claims> {
        let timeline = timeline?;
        let cohorts = match &text.cohorts {
            None => self.of_sites(path, text.sites.as_deref(), program)?,
            Some(_) if text.sites.is_some() => {
                let message = "cohorts are chosen by their numbers or by their sites, not both";
                self.refuse(&format!("{path}.sites"), "one-of", message, "both", "keep one of them");
                return None;
            }
            Some(numbers) => self.cohort_numbers(&format!("{path}.cohorts"), numbers)?,
        };
        let first = text.from.as_ref().map_or(Some(0), |date| self.period_within(&format!("{path}.from"), date, Some(timeline)));
        let last = text.until.as_ref().map(|date| self.period_of(&format!("{path}.until"), date, Some(timeline)));
        let last = last.map_or(Some(None), |last| last.map(Some));
        let per_year = timeline.length.per_year();
        let periods = match &text.dates {
            None => Some(Vec::new()),
            Some(DatesText::Every(EveryText::EveryPeriod)) => Some((0..timeline.periods).collect()),
            Some(DatesText::Every(EveryText::EveryYear)) => Some((0..timeline.periods).step_by(per_year as usize).collect()),
            Some(DatesText::Days(days)) => {
                let one = |(at, day)| self.period_within(&format!("{path}.dates[{at}]"), day, Some(timeline));
                let periods: Vec<Option<u32>> = days.iter().enumerate().map(one).collect();
                periods.into_iter().collect()
            }
        };
        Some(Claims { cohorts, first_period: first?, last_period: last?, periods: periods? })
    }

    /// Cohorts (indices) from their numbers, which count from 1. Whether there are so many is checked once the program is known.
    pub(super) fn cohort_numbers(&mut self, path: &str, numbers: &[u32]) -> Option<Vec<CohortId>> {
        let mut seen: Vec<u32> = numbers.to_vec();
        seen.sort_unstable();
        seen.dedup();
        if numbers.is_empty() || numbers.contains(&0) || seen.len() < numbers.len() {
            let message = "cohorts are counted from 1, each once";
            self.refuse(path, "out-of-range", message, "not a list of cohorts", "write `[1, 2]` for the first two, or drop it for all");
            return None;
        }
        Some(seen.into_iter().map(|number| CohortId(number as usize - 1)).collect())
    }

    fn instalments(&mut self, path: &str, text: &PaymentText) -> Option<Vec<Instalment>> {
        let Some(parts) = &text.instalments else { return Some(vec![Instalment { share: 1.0, after: 0 }]) };
        let sum: f64 = parts.iter().map(|part| part.share).sum();
        if parts.iter().any(|part| !(0.0..=1.0).contains(&part.share)) || (sum - 1.0).abs() > 1e-9 {
            let message = format!("the shares of the instalments add up to {}, not to 1", typed::sum(sum));
            self.refuse(&format!("{path}.instalments"), "out-of-range", message, "not the whole", "let them add up to 1, each 0 to 1");
            return None;
        }
        if parts.windows(2).any(|pair| pair[1].after < pair[0].after) {
            let message = "instalments stand in the order in which they fall due";
            self.refuse(&format!("{path}.instalments"), "step-table", message, "out of order", "sort them by `after`");
        }
        Some(parts.iter().map(|part| Instalment { share: part.share, after: part.after }).collect())
    }

    fn escalator(&mut self, path: &str, text: &PaymentText, timeline: Option<&Timeline>) -> Option<Option<Escalator>> {
        let Some(escalator) = text.escalator else { return Some(None) };
        let at = format!("{path}.escalator");
        let per_year = self.within(&format!("{at}.per_year"), escalator.per_year, -0.5, 1.0, "2% a year is written 0.02");
        let from = escalator.from.as_ref().map_or(Some(0), |date| self.period_within(&format!("{at}.from"), date, timeline));
        Some(Some(Escalator { per_year: per_year?, from: from? }))
    }

    fn limits(&mut self, path: &str, text: &PaymentText) -> Option<Limits> {
        let mut at = |key: &str, amount: Option<f64>| self.maybe_amount(&format!("{path}.{key}"), amount);
        let floor = at("floor", text.floor);
        let per_person = at("cap_per_person", text.cap_per_person);
        let per_enrolled = at("cap_per_enrolled", text.cap_per_enrolled);
        let per_cohort = at("cap_per_cohort", text.cap_per_cohort);
        let per_period = at("cap_per_period", text.cap_per_period);
        let per_fiscal_year = at("cap_per_fiscal_year", text.cap_per_fiscal_year);
        let share = match text.at_most_share {
            None => Some(None),
            Some(share) => self.within(&format!("{path}.at_most_share"), share, 0.0, 0.999, "at most 40% is written 0.4").map(Some),
        };
        if let (Some(floor), Some(cap)) = (text.floor, text.cap)
            && floor > cap
        {
            let message = format!("the floor {floor} lies above the cap {cap}");
            self.refuse(&format!("{path}.floor"), "out-of-range", message, "above the cap", "lower it");
        }
        Some(Limits {
            floor: floor?,
            per_person: per_person?,
            per_enrolled: per_enrolled?,
            per_cohort: per_cohort?,
            per_period: per_period?,
            per_fiscal_year: per_fiscal_year?,
            share: share?,
        })
    }
}
