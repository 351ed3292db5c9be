//! Payors: their limits, their appropriations, and the chance that they do not pay.

use super::Checker;
use super::spreads::{fewer_is_better, is_step};
use crate::deal::{Hazard, OutcomeId, Payor, PayorId, Program};
use crate::numeric::each::Each;
use crate::numeric::math;
use crate::quantity::{LARGEST_AMOUNT, Money, Timeline};
use crate::scenario::text::{HazardText, OutcomeText, PayorText, StreamText, ValueText};
use crate::words::count::counted;
use crate::words::money;

impl Checker {
    pub(super) fn payors(
        &mut self,
        texts: &[Option<PayorText>],
        outcomes: &[Option<OutcomeText>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
        discount_rate: f64,
    ) -> Option<Each<PayorId, Payor>> {
        let names = self.names.payors.clone();
        self.names("payor", &names);
        let one = |(index, text): (usize, &Option<PayorText>)| {
            self.payor(&format!("payor[{index}]"), text.as_ref()?, outcomes, program, timeline, discount_rate)
        };
        let payors: Vec<Option<Payor>> = texts.iter().enumerate().map(one).collect();
        payors.into_iter().collect()
    }

    fn payor(
        &mut self,
        path: &str,
        text: &PayorText,
        outcomes: &[Option<OutcomeText>],
        program: Option<&Program>,
        timeline: Option<&Timeline>,
        discount_rate: f64,
    ) -> Option<Payor> {
        let cap = self.maybe_amount(&format!("{path}.cap"), text.cap);
        let yearly = self.maybe_amount(&format!("{path}.cap_per_fiscal_year"), text.cap_per_fiscal_year);
        let escrow = self.amount(&format!("{path}.escrow"), text.escrow.unwrap_or(0.0));
        let appropriations = self.appropriations(path, text, timeline);
        let hazard = text.hazard.map(|hazard| self.hazard(path, hazard));
        let values = self.values(path, text, outcomes, discount_rate);
        let cohorts = self.of_sites(path, text.sites.as_deref(), program);
        let periods = timeline.map_or(0, |timeline| timeline.periods);
        if text.delay > periods {
            let message = format!("a delay of {} is longer than the deal", counted(text.delay, "period"));
            self.refuse(&format!("{path}.delay"), "out-of-range", message, "too long", "shorten it, or lengthen the deal");
        }
        if text.carry_over && text.cap_per_fiscal_year.is_none() && text.appropriations.is_empty() {
            let help = "give the payor `cap_per_fiscal_year` or `appropriations`, or drop `carry_over`";
            self.refuse(&format!("{path}.carry_over"), "one-of", "there is no yearly limit to carry anything over from", "no limit", help);
        }
        self.assume_payor(text, outcomes, cap.flatten(), yearly.flatten());
        Some(Payor {
            name: text.name.clone(),
            cap: cap?,
            cap_per_fiscal_year: yearly?,
            appropriations: appropriations?,
            carries_over: text.carry_over,
            hazard: hazard.map_or(Some(None), |hazard| hazard.map(Some))?,
            escrow: escrow?,
            delay: text.delay,
            value_per_outcome: values?,
            cohorts: cohorts?,
        })
    }

    /// An amount that may be absent: `None` for a problem.
    pub(super) fn maybe_amount(&mut self, path: &str, amount: Option<f64>) -> Option<Option<Money>> {
        amount.map_or(Some(None), |amount| self.amount(path, amount).map(Some))
    }

    fn values(
        &mut self,
        path: &str,
        text: &PayorText,
        outcomes: &[Option<OutcomeText>],
        discount_rate: f64,
    ) -> Option<Vec<(OutcomeId, f64)>> {
        let names = self.names.outcomes.clone();
        let mut values = Vec::new();
        for (name, value) in &text.value_per_outcome {
            let at = format!("{path}.value_per_outcome.{name}");
            let amount = match value {
                ValueText::Amount(amount) => self.amount(&at, *amount).map(|amount| amount.0 as f64),
                ValueText::Stream(stream) => self.stream(&at, *stream, discount_rate),
            };
            let Some(outcome) = self.find(&at, name, "outcome", &names) else { continue };
            if outcomes.get(outcome.index()).and_then(Option::as_ref).is_some_and(|outcome| is_step(outcome, outcomes)) {
                let message = format!("`{name}` is a step of the program: it has no additional outcomes to be worth anything");
                self.refuse(&at, "no-counterfactual", message, "a step", "value an outcome that has `without` and `effect`");
            }
            values.push((outcome, amount?));
        }
        Some(values)
    }

    /// What a stream is worth on the day of the outcome: per_year × share × Σ (1 − fade)^k / (1 + r)^(from_year + k), in minor units.
    fn stream(&mut self, path: &str, text: StreamText, discount_rate: f64) -> Option<f64> {
        let fade = self.within(&format!("{path}.fade"), text.fade.unwrap_or(0.0), 0.0, 1.0, "5% less each year is written 0.05");
        let share = self.within(&format!("{path}.share"), text.share.unwrap_or(1.0), 0.0, 1.0, "30% is written 0.3");
        let per_year = self.amount(&format!("{path}.per_year"), text.per_year);
        if !(1..=100).contains(&text.years) || text.from_year.is_some_and(|from| from > 100) {
            let message = "a stream lasts 1 to 100 years and begins within 100";
            self.refuse(path, "out-of-range", message, "too long, or nothing", "write for example { per_year = 3_746, years = 10 }");
            return None;
        }
        let growth = (1.0 - fade?) / (1.0 + discount_rate);
        let first = math::pow(1.0 + discount_rate, -f64::from(text.from_year.unwrap_or(1)));
        let factors: f64 = (0..text.years).map(|year| math::pow(growth, f64::from(year))).sum();
        let value = per_year?.0 as f64 * share? * first * factors;
        (value <= LARGEST_AMOUNT as f64).then_some(value)
    }

    /// Amounts by fiscal year of the deal.
    fn appropriations(&mut self, path: &str, text: &PayorText, timeline: Option<&Timeline>) -> Option<Vec<Money>> {
        let years = timeline?.fiscal_years();
        let mut amounts = vec![Money(0); if text.appropriations.is_empty() { 0 } else { years.len() }];
        for (year, &amount) in &text.appropriations {
            let at = format!("{path}.appropriations.{year}");
            let amount = self.amount(&at, amount);
            let place = year.parse().ok().and_then(|year: i16| years.iter().position(|known| *known == year));
            match place {
                Some(place) => amounts[place] = amount?,
                None => {
                    let (first, last) = (years.first().copied().unwrap_or(0), years.last().copied().unwrap_or(0));
                    let message = format!("`{year}` is not a fiscal year of the deal");
                    let help = format!("the deal's fiscal years are {first} to {last}, named by the calendar year they end in");
                    self.refuse(&at, "out-of-range", message, "no such year", help);
                }
            }
        }
        Some(amounts)
    }

    fn hazard(&mut self, path: &str, text: HazardText) -> Option<Hazard> {
        let at = format!("{path}.hazard.per_year");
        let per_year = self.within(&at, text.per_year, 0.0, 1.0, "a chance of 2% a year is written 0.02")?;
        Some(Hazard { per_year, lasting: text.lasting })
    }

    fn assume_payor(&mut self, text: &PayorText, outcomes: &[Option<OutcomeText>], cap: Option<Money>, yearly: Option<Money>) {
        let Some(currency) = self.currency else { return };
        let limits = [("cap", cap), ("cap per fiscal year", yearly)];
        let mut words: Vec<String> =
            limits.iter().filter_map(|(word, amount)| amount.map(|amount| format!("{word} {}", money::exact(currency, amount)))).collect();
        words.extend(text.appropriations.iter().map(|(year, amount)| format!("{amount} in fiscal year {year}")));
        words.extend(text.hazard.map(|hazard| format!("does not pay with chance {} a year", hazard.per_year)));
        let one = |name: &str| {
            let outcome = outcomes.iter().flatten().find(|outcome| outcome.name == name);
            let avoided = outcome.is_some_and(|outcome| fewer_is_better(outcome, outcomes));
            format!("{} \"{name}\"", if avoided { "an avoided" } else { "an additional" })
        };
        words.extend(text.value_per_outcome.iter().map(|(name, value)| match value {
            ValueText::Amount(value) => format!("{} worth {value}", one(name)),
            ValueText::Stream(stream) => format!("{} worth {} a year for {}", one(name), stream.per_year, counted(stream.years, "year")),
        }));
        if !words.is_empty() {
            self.assume(format!("payor.\"{}\"", text.name), words.join(", "), &text.source, text.grade);
        }
    }
}
