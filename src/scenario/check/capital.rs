//! Tranches and the rules for the investors' money.

use super::Checker;
use crate::deal::{Tranche, TrancheKind};
use crate::quantity::Timeline;
use crate::scenario::text::{CapitalText, KindText, TrancheText};

impl Checker {
    /// The last period of recycling: `None` for a problem, `Some(None)` where there is none.
    pub(super) fn recycle_until(&mut self, text: Option<&CapitalText>, timeline: Option<&Timeline>) -> Option<Option<u32>> {
        match text.and_then(|text| text.recycle_until.as_ref()) {
            None => Some(None),
            Some(date) => self.period_of("capital.recycle_until", date, timeline).map(Some),
        }
    }

    pub(super) fn tranches(&mut self, texts: &[Option<TrancheText>]) -> Option<Vec<Tranche>> {
        let names: Vec<String> = texts.iter().map(|text| text.as_ref().map_or(String::new(), |text| text.name.clone())).collect();
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if names[..index].contains(name) {
                let path = format!("tranche[{index}].name");
                self.refuse(
                    &path,
                    "duplicate-name",
                    format!("there are two tranches named `{name}`"),
                    "again here",
                    "give each its own name",
                );
            }
        }
        let mut ranks: Vec<(u32, String)> = Vec::new();
        let mut share = 0.0;
        for (index, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("tranche[{index}]");
            let before = share;
            share += text.residual_share.filter(|share| (0.0..=1.0).contains(share)).unwrap_or(0.0);
            if before <= 1.0 + 1e-12 && share > 1.0 + 1e-12 {
                let message = format!("the residual shares add up to {share}: more than is left");
                self.refuse(&format!("{path}.residual_share"), "out-of-range", message, "beyond 1", "let them add up to 1 at most");
            }
            if let (Some(rank), true) = (rank(text), text.kind != KindText::Grant) {
                if let Some((_, other)) = ranks.iter().find(|(taken, _)| *taken == rank) {
                    let message = format!("`{}` and `{other}` both have rank {rank}", text.name);
                    self.refuse(&path, "rank", message, "same rank", "give each loan its own `rank`: 1 is repaid first");
                }
                ranks.push((rank, text.name.clone()));
            }
        }
        let last_rank = ranks.iter().map(|(rank, _)| *rank).max().unwrap_or(0);
        let tranches: Vec<Option<Tranche>> =
            texts.iter().enumerate().map(|(index, text)| self.tranche(&format!("tranche[{index}]"), text.as_ref()?, last_rank)).collect();
        tranches.into_iter().collect()
    }

    fn tranche(&mut self, path: &str, text: &TrancheText, last_rank: u32) -> Option<Tranche> {
        self.name(path, &text.name);
        let amount = self.amount(&format!("{path}.amount"), text.amount);
        let coupon = self.annual_rate(&format!("{path}.coupon"), text.coupon.unwrap_or(0.0));
        let share = self.within(&format!("{path}.residual_share"), text.residual_share.unwrap_or(0.0), 0.0, 1.0, "80% is written 0.8");
        let currency = self.currency?;
        let mut words = format!("{:?} of {}", text.kind, amount.map_or(String::new(), |amount| currency.display(amount))).to_lowercase();
        if let Some(coupon) = text.coupon {
            words.push_str(&format!(" at {}% a year", crate::quantity::trimmed(coupon * 100.0)));
        }
        self.assume(format!("tranche.\"{}\"", text.name), words, &text.source, text.grade);
        if text.kind == KindText::Grant {
            for (key, given) in
                [("coupon", text.coupon.is_some()), ("rank", text.rank.is_some()), ("residual_share", text.residual_share.is_some())]
            {
                if given {
                    let message = format!("a grant is never repaid, so it has no `{key}`");
                    self.refuse(&format!("{path}.{key}"), "one-of", message, "on a grant", "drop it, or make the tranche a loan");
                }
            }
            return Some(Tranche {
                name: text.name.clone(),
                kind: TrancheKind::Grant,
                amount: amount?,
                draw_order: text.draw_order.unwrap_or(0),
            });
        }
        let Some(rank) = rank(text).filter(|&rank| rank > 0) else {
            self.refuse(path, "rank", "a loan needs a `rank` of 1 or more", "no rank", "1 is repaid first, 2 next");
            return None;
        };
        Some(Tranche {
            name: text.name.clone(),
            kind: TrancheKind::Loan { rank, coupon: coupon?, residual_share: share? },
            amount: amount?,
            draw_order: text.draw_order.unwrap_or(1 + last_rank.saturating_sub(rank)),
        })
    }
}

fn rank(text: &TrancheText) -> Option<u32> {
    text.rank.or(match text.kind {
        KindText::Senior => Some(1),
        KindText::Junior => Some(2),
        KindText::Loan | KindText::Grant => None,
    })
}
