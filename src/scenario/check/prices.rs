//! Prices: what is due for a group of cohorts.

use super::Checker;
use super::expressions::bounds_of;
use crate::deal::{Line, Measure, MeasureId, PaymentId, Price, Row, Statistic, Table, Term, Tier, TrancheId};
use crate::quantity::{Currency, Money};
use crate::scenario::names::no_decrease;
use crate::scenario::problem::suggestion;
use crate::scenario::text::{LineText, PieceText, PriceText, ShareText, StepText};
use crate::words::money;

/// The kinds of price, exactly one of which is given.
const KINDS: [&str; 10] =
    ["per_unit", "per_additional", "per_avoided", "lump_sum", "steps", "pieces", "tiers", "rate_card", "share", "formula"];

/// What to do about a price for each unit of what fewer are better of.
const AVOIDED: &str = "pay for what is avoided: `per_avoided` on a measure that compares, or a formula of its `avoided`";

fn pays_for_more(measure: &str) -> String {
    format!("of `{measure}` fewer are better, and this pays the more, the more of them are found")
}

/// What a price is read with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) measures: &'a [Option<Measure>],
    /// The measure it is paid on, where there is one.
    pub(super) on: Option<MeasureId>,
    /// The payment it belongs to.
    pub(super) own: PaymentId,
}

impl Around<'_> {
    fn measure(&self) -> Option<&Measure> {
        self.measures.get(self.on?.index())?.as_ref()
    }
}

impl Checker {
    /// The price at `path`.
    pub(super) fn price(&mut self, path: &str, text: &PriceText, around: Around<'_>) -> Option<Price> {
        let given = [
            text.per_unit.is_some(),
            text.per_additional.is_some(),
            text.per_avoided.is_some(),
            text.lump_sum.is_some(),
            text.steps.is_some(),
            text.pieces.is_some(),
            text.tiers.is_some(),
            text.rate_card.is_some(),
            text.share.is_some(),
            text.formula.is_some(),
        ];
        let kinds: Vec<&str> = KINDS.iter().zip(given).filter(|(_, given)| *given).map(|(kind, _)| *kind).collect();
        let &[kind] = kinds.as_slice() else {
            let message = match kinds.as_slice() {
                [] => "a price needs its kind".to_string(),
                many => format!("a price is of one kind, not {}", many.join(" and ")),
            };
            let help = format!("give exactly one of {}", KINDS.join(", "));
            self.refuse(path, "one-of", message, "here", help);
            return None;
        };
        self.strangers(path, text, kind);
        let at = format!("{path}.{kind}");
        self.pays_for_the_better(&at, kind, around);
        match kind {
            "per_unit" => self.per_unit(path, text),
            "per_additional" | "per_avoided" => {
                if let Some(measure) = around.measure().filter(|measure| !measure.compares()) {
                    self.refuse_count(&at, &measure.name.clone());
                }
                self.amount(&at, text.per_additional.or(text.per_avoided)?).map(Price::PerAdditional)
            }
            "lump_sum" => self.amount(&at, text.lump_sum?).map(Price::LumpSum),
            "steps" | "pieces" => self.table(path, kind, text, around),
            "tiers" => self.tiers(&at, text.tiers.as_deref()?),
            "rate_card" => self.rate_card(&at, text.rate_card.as_deref()?),
            "share" => self.share(&at, text.share.as_ref()?),
            _ => {
                let expression = self.number(&at, text.formula.as_ref()?, around.measures, Some(around.own))?;
                Some(Price::Formula(expression.term, expression.text))
            }
        }
    }

    /// Refuses a price that pays the more, the worse it becomes.
    fn pays_for_the_better(&mut self, at: &str, kind: &str, around: Around<'_>) {
        let Some((on, measure)) = around.on.zip(around.measure()) else { return };
        let name = &measure.name;
        let (message, help) = match (kind, self.fewer_is_better[on]) {
            ("per_additional", true) => (
                format!("of `{name}` fewer are better: what is paid for is avoided, not additional"),
                "write `per_avoided`, a price for each outcome avoided",
            ),
            ("per_avoided", false) => (
                format!("of `{name}` more are better: what is paid for is additional, not avoided"),
                "write `per_additional`, or state `better = \"fewer\"` of the outcome",
            ),
            ("per_unit" | "tiers" | "share", true) => (pays_for_more(name), AVOIDED),
            _ => return,
        };
        self.refuse(at, "sign", message, "the wrong way", help);
    }

    /// Refuses keys that say nothing about a price of this kind.
    fn strangers(&mut self, path: &str, text: &PriceText, kind: &str) {
        let table = ["steps", "pieces"];
        let keys: [(&str, bool, &[&str]); 5] = [
            ("less", text.less.is_some(), &["per_unit"]),
            ("by", text.by.is_some(), &table),
            ("bounds", text.bounds.is_some(), &table),
            ("otherwise", text.otherwise.is_some(), &table),
            ("whole_points", text.whole_points.is_some(), &["pieces"]),
        ];
        for (key, given, kinds) in keys {
            if given && !kinds.contains(&kind) {
                let message = format!("`{key}` says nothing about a price of the kind `{kind}`");
                self.refuse(&format!("{path}.{key}"), "one-of", message, "not used", format!("it belongs to {}", kinds.join(" and ")));
            }
        }
    }

    fn per_unit(&mut self, path: &str, text: &PriceText) -> Option<Price> {
        let each = self.amount(&format!("{path}.per_unit"), text.per_unit?);
        let less = text.less.as_ref().map(|name| self.measure_named(&format!("{path}.less"), name));
        let less = less.map_or(Some(None), |less| less.map(Some));
        Some(Price::PerUnit { each: each?, less: less? })
    }

    /// The index of a measure, written or implied. Says nothing of one that could not be read.
    pub(super) fn measure_named(&mut self, path: &str, name: &str) -> Option<MeasureId> {
        let found = self.measure_places.get(name).copied();
        if found.is_none() && self.names.measures.place(name).is_none() && self.names.outcomes.place(name).is_none() {
            let known: Vec<&str> = self
                .names
                .measures
                .iter()
                .chain(self.names.outcomes.iter())
                .map(String::as_str)
                .filter(|known| !known.is_empty())
                .collect();
            let help = suggestion(name, known.iter().copied());
            self.refuse(path, "unknown-name", format!("there is no measure `{name}`"), "not in this file", help);
        }
        found
    }

    pub(super) fn refuse_count(&mut self, path: &str, measure: &str) {
        let message = format!("the measure `{measure}` only counts: it finds no difference");
        let help = "give the measure a method that compares: randomized, matched or exact";
        self.refuse(path, "no-counterfactual", message, "needs a comparison", help);
    }

    /// An amount that may be negative.
    fn signed(&mut self, path: &str, major: f64) -> Option<Money> {
        let amount = self.amount(path, major.abs())?;
        Some(if major < 0.0 { -amount } else { amount })
    }

    fn table(&mut self, path: &str, kind: &str, text: &PriceText, around: Around<'_>) -> Option<Price> {
        let by = match &text.by {
            None => match around.on.zip(around.measure()) {
                Some((measure, on)) => Some(Term::Reported { measure, statistic: on.headline() }),
                None if around.on.is_some() => None,
                None => {
                    let message = "a table without `on` must say what it is looked up by";
                    self.refuse(path, "missing-key", message, "by what?", "add `by = \"…\"`");
                    None
                }
            },
            Some(word) => self.looked_up_by(&format!("{path}.by"), word, around),
        };
        let at = format!("{path}.{kind}");
        let rows = match (&text.steps, &text.pieces) {
            (Some(steps), _) => self.steps(&at, steps),
            (_, Some(pieces)) => self.pieces(&at, pieces),
            _ => None,
        };
        let otherwise = self.signed(&format!("{path}.otherwise"), text.otherwise.unwrap_or(0.0));
        let by = by?;
        let points = matches!(&by, Term::Reported { statistic, .. } if statistic.is_share());
        let whole = text.whole_points.unwrap_or(false).then_some(if points { 0.01 } else { 1.0 });
        let bounds = bounds_of(text.bounds.unwrap_or_default());
        Some(Price::Table(Table { by, bounds, otherwise: otherwise?.0 as f64, whole, rows: rows? }))
    }

    /// A statistic of the measure paid on, or any expression.
    fn looked_up_by(&mut self, path: &str, word: &str, around: Around<'_>) -> Option<Term> {
        let known = Statistic::WORDS.iter().find(|(known, _)| *known == word.trim()).map(|(_, statistic)| *statistic);
        let Some((statistic, measure)) = known.zip(around.on) else {
            return self.number(path, word, around.measures, Some(around.own)).map(|expression| expression.term);
        };
        if let Some(measure) = around.measure().filter(|measure| statistic.compares() && !measure.compares()) {
            self.refuse_count(path, &measure.name.clone());
        } else if let Some(on) = around.measure().filter(|_| statistic.lowers() && !self.fewer_is_better[measure]) {
            let (message, help) = no_decrease(&on.name, statistic);
            self.refuse(path, "sign", message, "the wrong way", help);
        }
        Some(Term::Reported { measure, statistic })
    }

    fn steps(&mut self, path: &str, steps: &[StepText]) -> Option<Vec<Row>> {
        let amounts: Vec<Option<Money>> =
            steps.iter().enumerate().map(|(index, step)| self.signed(&format!("{path}[{index}].pay"), step.pay)).collect();
        let rows: Vec<_> =
            steps.iter().zip(&amounts).map(|(step, pay)| (step.from, Some(pay.map_or(0.0, |pay| pay.0 as f64)), 0.0)).collect();
        let rows = self.rising(path, &rows)?;
        amounts.iter().all(Option::is_some).then_some(rows)
    }

    fn pieces(&mut self, path: &str, pieces: &[PieceText]) -> Option<Vec<Row>> {
        let currency = self.currency.or_else(|| Currency::from_code("USD"))?;
        let minor = currency.minor_units() as f64;
        let mut rows = Vec::with_capacity(pieces.len());
        for (index, piece) in pieces.iter().enumerate() {
            let here = format!("{path}[{index}]");
            let pay = piece.pay.map(|pay| self.signed(&format!("{here}.pay"), pay)).map_or(Some(None), |pay| pay.map(Some))?;
            if piece.per_point.is_some() && piece.per_unit.is_some() {
                self.refuse(&here, "one-of", "a slope is per point or per unit, not both", "both", "keep the one that applies");
            }
            let slope = piece.per_point.map_or(piece.per_unit.unwrap_or(0.0), |slope| slope * 100.0) * minor;
            rows.push((piece.from, pay.map(|pay| pay.0 as f64), slope));
        }
        self.rising(path, &rows)
    }

    fn tiers(&mut self, path: &str, tiers: &[StepText]) -> Option<Price> {
        if tiers.first().is_some_and(|tier| tier.from != 0.0) {
            let help = "let the first tier begin `from = 0`; pay = 0 if the first units are not paid for";
            self.refuse(&format!("{path}[0].from"), "step-table", "the first tier begins at 0", "not 0", help);
        }
        let rows = self.steps(path, tiers)?;
        if let Some(index) = rows.iter().position(|row| row.value < 0.0) {
            self.refuse(&format!("{path}[{index}].pay"), "amount", "a price of a unit cannot be below zero", "negative", "write 0 or more");
            return None;
        }
        Some(Price::Tiers(rows.iter().map(|row| Tier { from: row.from, each: Money(row.value as i64) }).collect()))
    }

    fn rate_card(&mut self, path: &str, lines: &[LineText]) -> Option<Price> {
        if lines.is_empty() {
            self.refuse(path, "step-table", "a rate card has at least one line", "empty", "add `{ on = \"…\", price = 100 }`");
            return None;
        }
        let mut prices: Vec<Option<Money>> = Vec::with_capacity(lines.len());
        let mut made = Vec::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            let here = format!("{path}[{index}]");
            let on = self.measure_named(&format!("{here}.on"), &line.on);
            if on.is_some_and(|on| self.fewer_is_better[on]) {
                self.refuse(&format!("{here}.on"), "sign", pays_for_more(&line.on), "the wrong way", AVOIDED);
            }
            let each = match (line.price, &line.uplift_of, line.by) {
                (Some(price), None, None) => self.amount(&format!("{here}.price"), price),
                (None, Some(of), Some(by)) => self.uplift(&here, of, by, &lines[..index], &prices),
                _ => {
                    let message = "a line has a `price`, or is an uplift: `uplift_of` and `by`";
                    self.refuse(
                        &here,
                        "one-of",
                        message,
                        "neither, or both",
                        "for example { on = \"placed, veterans\", uplift_of = \"placed\", by = 0.25 }",
                    );
                    None
                }
            };
            prices.push(each);
            made.push(on.zip(each).map(|(on, each)| Line { on, each }));
        }
        made.into_iter().collect::<Option<Vec<_>>>().map(Price::RateCard)
    }

    fn uplift(&mut self, path: &str, of: &str, by: f64, before: &[LineText], prices: &[Option<Money>]) -> Option<Money> {
        let by = self.within(&format!("{path}.by"), by, 0.0, 100.0, "25% more is written 0.25");
        let Some(at) = before.iter().position(|line| line.on == of) else {
            let help = suggestion(of, before.iter().map(|line| line.on.as_str()));
            self.refuse(
                &format!("{path}.uplift_of"),
                "unknown-name",
                format!("no line before this one pays for `{of}`"),
                "not above",
                help,
            );
            return None;
        };
        let base = prices[at]?;
        Some(Money((base.0 as f64 * by? + 0.5).floor() as i64))
    }

    fn share(&mut self, path: &str, text: &ShareText) -> Option<Price> {
        let help = "a share of 95% is written 0.95";
        let share = self.within(&format!("{path}.share"), text.share, 0.0, 1.0, help);
        let then = self.within(&format!("{path}.then"), text.then.unwrap_or(text.share), 0.0, 1.0, help);
        let tranches = self.names.tranches.clone();
        let once_repaid: Vec<Option<TrancheId>> = match &text.once_repaid {
            None => Vec::new(),
            Some(names) => names
                .iter()
                .enumerate()
                .map(|(at, name)| self.find(&format!("{path}.once_repaid[{at}]"), name, "tranche", &tranches))
                .collect(),
        };
        if text.then.is_none() && text.once_repaid.is_some() {
            let message = "`once_repaid` changes nothing without the share that holds `then`";
            self.refuse(&format!("{path}.once_repaid"), "one-of", message, "then what?", "add `then = 0.40`");
        }
        let once_repaid = once_repaid.into_iter().collect::<Option<Vec<_>>>();
        Some(Price::Savings { share: share?, then: then?, once_repaid: once_repaid? })
    }

    pub(super) fn price_words(&self, price: &Price, on: Option<MeasureId>) -> String {
        let Some(currency) = self.currency else { return String::new() };
        let show = |minor: f64| money::exact(currency, Money(minor as i64));
        match price {
            Price::PerUnit { each, .. } => format!("{} per unit", money::exact(currency, *each)),
            Price::PerAdditional(amount) => {
                let what = if on.is_some_and(|on| self.fewer_is_better[on]) { "outcome avoided" } else { "additional outcome" };
                format!("{} per {what}", money::exact(currency, *amount))
            }
            Price::LumpSum(amount) => money::exact(currency, *amount),
            Price::Table(table) => {
                let rows: Vec<String> = table.rows.iter().map(|row| format!("{} from {}", show(row.value), row.from)).collect();
                rows.join(", ")
            }
            Price::Tiers(tiers) => {
                let rows: Vec<String> =
                    tiers.iter().map(|tier| format!("{} per unit after {}", money::exact(currency, tier.each), tier.from)).collect();
                rows.join(", ")
            }
            Price::RateCard(lines) => {
                let rows: Vec<String> = lines.iter().map(|line| money::exact(currency, line.each)).collect();
                rows.join(", ")
            }
            Price::Savings { share, then, .. } => format!("{share} of savings, then {then}"),
            Price::Formula(_, text) => text.clone(),
        }
    }
}
