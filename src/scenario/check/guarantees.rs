//! Guarantees, bonuses, and the expressions of the capital.

use super::Checker;
use super::capital::Expressions;
use crate::deal::{Bonus, BonusSize, Cover, Guarantee};
use crate::quantity::{Money, Timeline};
use crate::scenario::text::{BonusText, CoverText, GuaranteeText, KindText, TrancheText};
use crate::words::money;
use crate::words::number;
use crate::words::share;

impl Checker {
    pub(super) fn guarantees(&mut self, texts: &[Option<GuaranteeText>], tranches: &[Option<TrancheText>]) -> Option<Vec<Guarantee>> {
        let names: Vec<String> = texts.iter().map(|text| text.as_ref().map_or(String::new(), |text| text.name.clone())).collect();
        self.names("guarantee", &names);
        let guarantees: Vec<Option<Guarantee>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| self.guarantee(&format!("guarantee[{index}]"), text.as_ref()?, tranches))
            .collect();
        guarantees.into_iter().collect()
    }

    fn guarantee(&mut self, path: &str, text: &GuaranteeText, tranches: &[Option<TrancheText>]) -> Option<Guarantee> {
        let names = self.names.tranches.clone();
        let mut of = Vec::new();
        if text.of.0.is_empty() {
            self.refuse(&format!("{path}.of"), "one-of", "a guarantee is of at least one tranche", "empty", "name a loan");
        }
        for (index, name) in text.of.0.iter().enumerate() {
            let list = format!("{path}.of[{index}]");
            let at = if self.places.value(&list).is_some() { list } else { format!("{path}.of") };
            let found = self.find(&at, name, "tranche", &names);
            if let Some(kind) = found.and_then(|found| tranches[found.index()].as_ref()).map(|tranche| tranche.kind)
                && matches!(kind, KindText::Grant | KindText::RecyclableGrant | KindText::Equity)
            {
                let message = format!("`{name}` is not owed its principal, so there is no loss to bear");
                self.refuse(&at, "guarantee", message, "not repaid", "guarantee a loan, a recoverable grant or a deferred fee");
            }
            of.push(found);
        }
        let given = [text.percent.is_some(), text.amount.is_some(), text.schedule.is_some(), text.floor.is_some()]
            .iter()
            .filter(|key| **key)
            .count();
        if given != 1 {
            let message = "a guarantee has exactly one of `percent`, `amount`, `schedule` and `floor`";
            self.refuse(path, "one-of", message, "none, or more than one", "keep the one that applies");
            return None;
        }
        let half = "half of what is drawn is written 0.5";
        let cover = match text {
            GuaranteeText { percent: Some(share), .. } => {
                self.within(&format!("{path}.percent"), *share, 0.0, 1.0, half).map(Cover::Percent)
            }
            GuaranteeText { floor: Some(share), .. } => self.within(&format!("{path}.floor"), *share, 0.0, 1.0, half).map(Cover::Floor),
            GuaranteeText { amount: Some(amount), .. } => self.amount(&format!("{path}.amount"), *amount).map(Cover::Amount),
            GuaranteeText { schedule, .. } => self.cover(&format!("{path}.schedule"), schedule.as_deref().unwrap_or_default()),
        };
        let currency = self.currency?;
        let words = match cover.as_ref()? {
            Cover::Percent(share) => format!("up to {} of what is drawn", share::stated(*share)),
            Cover::Floor(share) => format!("at least {} of principal comes back", share::stated(*share)),
            Cover::Amount(amount) => format!("up to {}", money::exact(currency, *amount)),
            Cover::Schedule(rows) => {
                let row = |(drawn, pays): &(Money, Money)| {
                    format!("{} from {} drawn", money::exact(currency, *pays), money::exact(currency, *drawn))
                };
                format!("up to {}", rows.iter().map(row).collect::<Vec<_>>().join(", "))
            }
        };
        self.assume(format!("guarantee.\"{}\"", text.name), words, &text.source, text.grade);
        let mut of = of.into_iter().collect::<Option<Vec<_>>>()?;
        of.sort_unstable();
        of.dedup();
        Some(Guarantee { name: text.name.clone(), guarantor: text.guarantor.clone(), of, cover: cover? })
    }

    fn cover(&mut self, path: &str, rows: &[CoverText]) -> Option<Cover> {
        if rows.is_empty() {
            let help = "add `{ drawn = 7_200_000, pays = 6_000_000 }`";
            self.refuse(path, "step-table", "a schedule has at least one row", "empty", help);
        }
        let mut made = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let here = format!("{path}[{index}]");
            if let Some(before) = index.checked_sub(1).map(|before| rows[before])
                && row.drawn <= before.drawn
            {
                let message = format!("a schedule rises: {} drawn does not come after {}", row.drawn, before.drawn);
                self.refuse(&format!("{here}.drawn"), "step-table", message, "out of order", "sort the rows by `drawn`, each once");
            }
            let drawn = self.amount(&format!("{here}.drawn"), row.drawn);
            made.push(drawn.zip(self.amount(&format!("{here}.pays"), row.pays)));
        }
        made.into_iter().collect::<Option<Vec<_>>>().map(Cover::Schedule)
    }

    pub(super) fn bonuses(
        &mut self,
        texts: &[Option<BonusText>],
        timeline: Option<&Timeline>,
        expressions: &mut Expressions<'_>,
    ) -> Option<Vec<Bonus>> {
        let names: Vec<String> = texts.iter().map(|text| text.as_ref().map_or(String::new(), |text| text.name.clone())).collect();
        self.names("bonus", &names);
        let bonuses: Vec<Option<Bonus>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| self.bonus(&format!("bonus[{index}]"), text.as_ref()?, timeline, expressions))
            .collect();
        bonuses.into_iter().collect()
    }

    fn bonus(&mut self, path: &str, text: &BonusText, timeline: Option<&Timeline>, expressions: &mut Expressions<'_>) -> Option<Bonus> {
        let size = match (text.amount, text.share_of_receipts, &text.formula) {
            (Some(amount), None, None) => {
                let size = self.amount(&format!("{path}.amount"), amount.abs())?.0;
                let periods = timeline.map_or(1, |timeline| i64::from(timeline.periods));
                if i128::from(size) * i128::from(periods) > i128::from(i64::MAX / 64) {
                    let message = "paid in every period, it is more than can be counted to the cent";
                    self.refuse(&format!("{path}.amount"), "amount", message, "too large", "check the number of zeros");
                }
                Some(BonusSize::Amount(Money(if amount < 0.0 { -size } else { size })))
            }
            (None, Some(share), None) => {
                self.within(&format!("{path}.share_of_receipts"), share, -1.0, 1.0, "10% is written 0.1").map(BonusSize::ShareOfReceipts)
            }
            (None, None, Some(formula)) => self.formula(&format!("{path}.formula"), formula, expressions).map(BonusSize::Set),
            _ => {
                let message = "a bonus has exactly one of `amount`, `share_of_receipts` and `formula`";
                self.refuse(path, "one-of", message, "none, or more than one", "keep the one that applies");
                None
            }
        };
        if text.date.is_none() && text.when.is_none() && text.share_of_receipts.is_none() && text.formula.is_none() {
            let message = "without `date` and `when` this amount would fall due in every period";
            self.refuse(path, "one-of", message, "when?", "add `date = 2030-06-30`");
        }
        let period = text.date.as_ref().map_or(Some(None), |date| self.period_within(&format!("{path}.date"), date, timeline).map(Some));
        let when = text.when.as_ref().map_or(Some(None), |when| self.condition(&format!("{path}.when"), when, expressions).map(Some));
        let words = match (&text.formula, text.share_of_receipts) {
            (Some(formula), _) => formula.trim().to_string(),
            (_, Some(share)) => format!("{} of receipts", share::stated(share)),
            _ => text.amount.map_or(String::new(), number::plain),
        };
        self.assume(format!("bonus.\"{}\"", text.name), words, &text.source, text.grade);
        Some(Bonus { name: text.name.clone(), size: size?, period: period?, when: when?, after_rank: text.after_rank })
    }

    /// Reads a condition of the capital; its index.
    pub(super) fn condition(&mut self, path: &str, text: &str, expressions: &mut Expressions<'_>) -> Option<usize> {
        let gate = self.gate(path, text, expressions.measures, None)?;
        expressions.conditions.push(gate);
        Some(expressions.conditions.len() - 1)
    }

    /// Reads a number of the capital; its index.
    pub(super) fn formula(&mut self, path: &str, text: &str, expressions: &mut Expressions<'_>) -> Option<usize> {
        let number = self.number(path, text, expressions.measures, None)?;
        expressions.rates.push(number);
        Some(expressions.rates.len() - 1)
    }
}
