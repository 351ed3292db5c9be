//! Payors and payments.

use super::Checker;
use crate::deal::{
    Bounds, Condition, CostBasis, Deal, Gate, LARGEST_COHORT, LARGEST_RATIO, Measure, Payment, Payor, Pool, Price, Statistic, Step,
};
use crate::numeric::math;
use crate::scenario::condition;
use crate::scenario::problem::{Problem, suggestion};
use crate::scenario::text::{BoundsText, OutcomeText, PaymentText, PayorText, PriceText, StepText};

const TOO_MUCH: &str = "this could come to more money than can be counted to the minor unit";
const TOO_MUCH_HELP: &str = "check the number of zeros, the sizes and the capacity";

impl Checker {
    pub(super) fn payors(&mut self, texts: &[Option<PayorText>], outcomes: &[Option<OutcomeText>]) -> Option<Vec<Payor>> {
        let names = self.names.payors.clone();
        self.names("payor", &names);
        let payors: Vec<Option<Payor>> =
            texts.iter().enumerate().map(|(index, text)| self.payor(&format!("payor[{index}]"), text.as_ref()?, outcomes)).collect();
        payors.into_iter().collect()
    }

    fn payor(&mut self, path: &str, text: &PayorText, outcomes: &[Option<OutcomeText>]) -> Option<Payor> {
        let cap = text.cap.map(|cap| self.amount(&format!("{path}.cap"), cap));
        let yearly = text.cap_per_fiscal_year.map(|cap| self.amount(&format!("{path}.cap_per_fiscal_year"), cap));
        let names = self.names.outcomes.clone();
        let mut values = Vec::new();
        for (name, &value) in &text.value_per_outcome {
            let at = format!("{path}.value_per_outcome.{name}");
            let amount = self.amount(&at, value);
            let Some(outcome) = self.find(&at, name, "outcome", &names) else { continue };
            if outcomes[outcome].as_ref().is_some_and(|outcome| outcome.rate.is_some()) {
                let message = format!("`{name}` is a step of the program: it has no additional outcomes to be worth anything");
                self.refuse(&at, "no-counterfactual", message, "a step", "value an outcome that has `without` and `effect`");
            }
            values.push((outcome, amount?));
        }
        let summary = [("cap", cap.flatten()), ("cap per fiscal year", yearly.flatten())];
        let currency = self.currency?;
        let mut words: Vec<String> =
            summary.iter().filter_map(|(word, amount)| amount.map(|amount| format!("{word} {}", currency.display(amount)))).collect();
        words.extend(text.value_per_outcome.iter().map(|(name, value)| format!("an additional \"{name}\" worth {value}")));
        self.assume(format!("payor.\"{}\"", text.name), words.join(", "), &text.source, text.grade);
        Some(Payor {
            name: text.name.clone(),
            cap: cap.map_or(Some(None), |cap| cap.map(Some))?,
            cap_per_fiscal_year: yearly.map_or(Some(None), |cap| cap.map(Some))?,
            value_per_outcome: values,
        })
    }

    pub(super) fn payments(&mut self, texts: &[Option<PaymentText>], measures: &[Option<Measure>]) -> Option<Vec<Payment>> {
        let names: Vec<String> = texts.iter().map(|text| text.as_ref().map_or(String::new(), |text| text.name.clone())).collect();
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if names[..index].contains(name) {
                let path = format!("payment[{index}].name");
                self.refuse(
                    &path,
                    "duplicate-name",
                    format!("there are two payments named `{name}`"),
                    "again here",
                    "give each its own name",
                );
            }
        }
        let payments: Vec<Option<Payment>> =
            texts.iter().enumerate().map(|(index, text)| self.payment(&format!("payment[{index}]"), text.as_ref()?, measures)).collect();
        payments.into_iter().collect()
    }

    fn payment(&mut self, path: &str, text: &PaymentText, measures: &[Option<Measure>]) -> Option<Payment> {
        self.name(path, &text.name);
        let payor_names = self.names.payors.clone();
        let measure_names = self.names.measures.clone();
        let payor = self.find(&format!("{path}.payor"), &text.payor, "payor", &payor_names);
        let on = self.find(&format!("{path}.on"), &text.on, "measure", &measure_names);
        let measure = on.and_then(|on| measures[on].as_ref());
        let price = self.price(path, &text.price, measure);
        let when = match &text.when {
            Some(gate) => self.gate(&format!("{path}.when"), gate, measure, measures).map(Some),
            None => Some(None),
        };
        let cap = text.cap.map_or(Some(None), |cap| self.amount(&format!("{path}.cap"), cap).map(Some));
        let yearly = text.cap_per_fiscal_year.map_or(Some(None), |cap| self.amount(&format!("{path}.cap_per_fiscal_year"), cap).map(Some));
        let price = price?;
        self.assume(format!("payment.\"{}\".price", text.name), self.price_words(&price), &text.source, text.grade);
        Some(Payment {
            name: text.name.clone(),
            payor: payor?,
            on: on?,
            when: when?,
            price,
            cap: cap?,
            cap_per_fiscal_year: yearly?,
            paid_after: text.paid_after,
        })
    }

    fn price_words(&self, price: &Price) -> String {
        let Some(currency) = self.currency else { return String::new() };
        match price {
            Price::PerUnit(amount) => format!("{} per unit", currency.display(*amount)),
            Price::PerAdditional(amount) => format!("{} per additional outcome", currency.display(*amount)),
            Price::LumpSum(amount) => currency.display(*amount),
            Price::Steps { steps, .. } => {
                let rows: Vec<String> = steps.iter().map(|step| format!("{} from {}", currency.display(step.pay), step.from)).collect();
                rows.join(", ")
            }
        }
    }

    fn price(&mut self, path: &str, text: &PriceText, measure: Option<&Measure>) -> Option<Price> {
        let at = |key: &str| format!("{path}.price.{key}");
        match text {
            PriceText::PerUnit(amount) => self.amount(&at("per_unit"), *amount).map(Price::PerUnit),
            PriceText::LumpSum(amount) => self.amount(&at("lump_sum"), *amount).map(Price::LumpSum),
            PriceText::PerAdditional(amount) => {
                if let Some(measure) = measure.filter(|measure| !measure.compares()) {
                    self.refuse_count(&at("per_additional"), &measure.name);
                }
                self.amount(&at("per_additional"), *amount).map(Price::PerAdditional)
            }
            PriceText::Steps { by, bounds, table } => {
                let statistic = match by {
                    None => measure.map(Measure::headline),
                    Some(word) => self.statistic(&at("steps.by"), word),
                };
                if let Some((measure, statistic)) = measure.zip(statistic)
                    && statistic.compares()
                    && !measure.compares()
                {
                    self.refuse_count(&at("steps.by"), &measure.name);
                }
                let steps = self.steps(&at("steps.table"), table);
                let bounds = match bounds {
                    BoundsText::AtLeast => Bounds::AtLeast,
                    BoundsText::MoreThan => Bounds::MoreThan,
                };
                Some(Price::Steps { statistic: statistic?, bounds, steps: steps? })
            }
        }
    }

    fn refuse_count(&mut self, path: &str, measure: &str) {
        let message = format!("the measure `{measure}` only counts: it finds no difference");
        self.refuse(
            path,
            "no-counterfactual",
            message,
            "needs a comparison",
            "give the measure a method that compares: randomized, matched or exact",
        );
    }

    fn statistic(&mut self, path: &str, word: &str) -> Option<Statistic> {
        let found = Statistic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, statistic)| *statistic);
        if found.is_none() {
            let help = suggestion(word, Statistic::WORDS.iter().map(|(known, _)| *known));
            self.refuse(path, "unknown-word", format!("a measure does not report `{word}`"), "no such number", help);
        }
        found
    }

    fn steps(&mut self, path: &str, table: &[StepText]) -> Option<Vec<Step>> {
        if table.is_empty() {
            self.refuse(path, "step-table", "a step table has at least one step", "empty", "add `{ from = 0.05, pay = 150_000 }`");
            return None;
        }
        let mut steps = Vec::with_capacity(table.len());
        for (index, step) in table.iter().enumerate() {
            let here = format!("{path}[{index}]");
            if !step.from.is_finite() {
                self.refuse(&format!("{here}.from"), "out-of-range", "a bound must be a finite number", "not finite", "");
            }
            if let Some(before) = index.checked_sub(1).map(|before| &table[before])
                && step.from <= before.from
            {
                let message = format!("steps must rise: {} does not come after {}", step.from, before.from);
                self.refuse(&format!("{here}.from"), "step-table", message, "out of order", "sort the steps by `from`, each once");
            }
            steps.push(self.amount(&format!("{here}.pay"), step.pay).map(|pay| Step { from: step.from, pay }));
        }
        steps.into_iter().collect()
    }

    fn gate(&mut self, path: &str, text: &str, on: Option<&Measure>, measures: &[Option<Measure>]) -> Option<Gate> {
        let readable: Vec<&Measure> = measures.iter().flatten().collect();
        if readable.len() < measures.len() {
            return None;
        }
        match condition::read(text, &readable) {
            Ok(condition) => {
                self.same_groups(path, &condition, on?, &readable);
                Some(Gate { text: text.trim().into(), condition })
            }
            Err(fault) => {
                // The quotes around the text stand before it in the file.
                let place = self.places.value(path).map(|value| {
                    let start = value.start + 1 + fault.span.start;
                    start.min(value.end)..(value.start + 1 + fault.span.end).min(value.end)
                });
                self.problems.push(Problem {
                    span: place,
                    code: "condition",
                    message: fault.message,
                    label: "here".into(),
                    help: Some(fault.help),
                });
                None
            }
        }
    }

    /// A gate may name measures that report the same groups of cohorts as the payment's own, or all cohorts at once.
    fn same_groups(&mut self, path: &str, condition: &Condition, on: &Measure, measures: &[&Measure]) {
        let mut stranger = None;
        condition.visit_reported(&mut |measure, _| {
            let pool = measures[measure].pool;
            if pool != on.pool && pool != Pool::All {
                stranger = Some(measures[measure].name.clone());
            }
        });
        if let Some(name) = stranger {
            let message = format!("`{name}` reports other groups of cohorts than `{}`, on which this is paid", on.name);
            self.refuse(path, "pool", message, "another pool", "give both measures the same `pool`, or pool the gate's measure over all");
        }
    }

    /// No trial may need amounts beyond what 64 bits of minor units hold.
    pub(super) fn countable(&mut self, deal: &Deal) {
        let largest = i128::from(i64::MAX / 16);
        let capacity = i128::from(deal.program.capacity.unwrap_or(LARGEST_COHORT).min(LARGEST_COHORT));
        let most = |size: u32| capacity.min(i128::from(size) * LARGEST_RATIO as i128);
        let people: i128 = deal.program.cohorts.iter().map(|cohort| most(cohort.size)).sum();
        for (index, payment) in deal.payments.iter().enumerate() {
            let groups = deal.groups(deal.measures[payment.on].pool).len() as i128;
            let due = match &payment.price {
                Price::PerUnit(each) | Price::PerAdditional(each) => i128::from(each.0) * people,
                Price::LumpSum(sum) => i128::from(sum.0) * groups,
                Price::Steps { steps, .. } => steps.iter().map(|step| i128::from(step.pay.0)).max().unwrap_or(0) * groups,
            };
            if due * deal.payments.len() as i128 > largest {
                self.refuse(&format!("payment[{index}].price"), "amount", TOO_MUCH, "too large", TOO_MUCH_HELP);
            }
        }
        for (index, cost) in deal.program.costs.iter().enumerate() {
            let planned = match cost.basis {
                CostBasis::PerParticipant(each) => i128::from(each.0) * people,
                CostBasis::PerPeriod { amount, first, last } => i128::from(amount.0) * i128::from(last - first + 1),
                CostBasis::Once { amount, .. } => i128::from(amount.0),
            };
            if planned * LARGEST_RATIO as i128 * deal.program.costs.len() as i128 > largest {
                self.refuse(&format!("program.cost[{index}]"), "amount", TOO_MUCH, "too large", TOO_MUCH_HELP);
            }
        }
        let years = f64::from(deal.timeline.periods) / f64::from(deal.timeline.length.per_year());
        for (index, tranche) in deal.capital.tranches.iter().enumerate() {
            if tranche.amount.0 as f64 * math::pow(1.0 + tranche.coupon.highest(), years) > largest as f64 {
                self.refuse(&format!("tranche[{index}].coupon"), "amount", TOO_MUCH, "interest grows too large", TOO_MUCH_HELP);
            }
        }
    }

    /// Every payment must fall due within the deal, and its gate must be decided by then.
    pub(super) fn schedule(&mut self, deal: &Deal) {
        for (index, payment) in deal.payments.iter().enumerate() {
            let due = deal.due_periods(payment.on, payment.paid_after);
            let last = due.iter().max().copied().unwrap_or(0);
            if last >= deal.timeline.periods {
                let message = format!(
                    "the last payment falls due in period {last}, but the deal's periods are 0 to {}: {}",
                    deal.timeline.periods - 1,
                    "enrolment + `after` + `observed_after` + `paid_after`"
                );
                let path = format!("payment[{index}]");
                let help = format!("give [deal] at least {} periods, or shorten a wait", last + 1);
                self.refuse(&path, "after-the-end", message, "pays too late", help);
            }
            let Some(gate) = &payment.when else { continue };
            let own = deal.measures[payment.on].pool;
            let mut late = None;
            gate.condition.visit_reported(&mut |measure, _| {
                let known = deal.due_periods(measure, 0);
                let one = deal.measures[measure].pool == Pool::All && own != Pool::All;
                if due.iter().enumerate().any(|(group, due)| known[if one { 0 } else { group }] > *due) {
                    late = Some(deal.measures[measure].name.clone());
                }
            });
            if let Some(name) = late {
                let message = format!("the gate needs `{name}`, which is reported only after a payment falls due");
                let path = format!("payment[{index}].when");
                self.refuse(&path, "pool", message, "not yet known", "pay later (`paid_after`), or measure sooner");
            }
        }
    }
}
