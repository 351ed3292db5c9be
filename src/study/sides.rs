//! What everybody at the table looks at, and by how much other terms change it, trial by trial.
//!
//! Comes in: a deal; two term sheets of it, settled on the same trials. Goes out: for each side its figures; the
//! difference of each and an interval. Must never know: how they are shown.

use super::Estimate;
use super::compare::NORMAL;
use super::figures::About;
use super::held::{Stood, is_same};
use crate::deal::{Deal, OutcomeId, OutcomeKind};
use crate::engine::BLOCK;
use crate::metrics::{Catalogue, Chance, Investment, Side, Value};
use crate::question::{Figure, Question};
use crate::settlement::{Limit, limits_of};
use crate::stats::Moments;
use crate::stats::medians::{Ranked, quantiles_apart};

/// A side of the table and its figures, in the order in which it would ask.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who.
    pub about: About,
    /// Whose interest it is when more or less of something is better.
    pub side: Side,
    /// What it looks at.
    pub sights: Vec<Sight>,
}

/// Something that a side looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// A figure of a run.
    Figure(Question),
    /// What all payors pay for each additional outcome: the mean of the one over the mean of the other.
    CostPerAdditional(OutcomeId),
}

/// A difference and the ends of its 95% interval, NaN where that cannot be known.
pub type Apart = [f64; 3];

/// Everybody at the table.
#[must_use]
pub fn seats(deal: &Deal) -> Vec<Seat> {
    let catalogue = Catalogue::new(deal);
    let mut all: Vec<Seat> = Vec::new();
    let known = |question: &Question| catalogue.asked(question).is_some();
    let mut seat = |about: About, side: Side, asked: Vec<Question>| {
        let sights: Vec<Sight> = asked.into_iter().filter(|question| known(question)).map(Sight::Figure).collect();
        if !sights.is_empty() {
            all.push(Seat { about, side, sights });
        }
    };
    let number = |value: Value, figure: &str| Question::new(&format!("{}.{figure}", value.quantity(deal).name));
    let chance = |chance: Chance| Question::new(&chance.quantity(deal).name);
    for (payor, named) in deal.payors.pairs() {
        let mut asked = vec![
            number(Value::PayorPaid(payor), "mean"),
            number(Value::PayorPaid(payor), "p95"),
            number(Value::PayorPeakYear(payor), "p95"),
            chance(Chance::NothingPaid(payor)),
        ];
        let own = |limit: &Limit| matches!(*limit, Limit::Payor(at) | Limit::PayorYear(at) if at == payor);
        asked.extend(limits_of(deal).filter(own).map(|limit| chance(Chance::Binds(limit))));
        asked.push(number(Value::NetBenefit(payor), "mean"));
        asked.push(chance(Chance::BenefitExceedsPayment(payor)));
        asked.push(chance(Chance::Fails(payor)));
        for payment in deal.payments.ids().filter(|&payment| deal.payments[payment].payors.iter().any(|(at, _)| *at == payor)) {
            let judged = [Chance::PaidIneffective, Chance::PaidGivenIneffective, Chance::UnpaidGivenEffective];
            asked.extend(judged.map(|judged| chance(judged(payment))));
        }
        seat(About::Payor(named.name.clone()), Side::Payors, asked);
    }
    if deal.payors.len() > 1 {
        seat(About::Payors, Side::Payors, vec![number(Value::Paid, "mean"), number(Value::Paid, "p95")]);
    }
    let investment = |of: Investment| {
        vec![
            number(Value::Drawn(of), "mean"),
            number(Value::Gain(of), "mean"),
            number(Value::Gain(of), "es5"),
            chance(Chance::Loss(of)),
            chance(Chance::TotalLoss(of)),
            number(Value::Irr(of), "p50"),
            number(Value::Irr(of), "p5"),
            number(Value::Multiple(of), "p50"),
            chance(Chance::IrrReachesHurdle(of)),
        ]
    };
    if catalogue.loans.len() > 1 {
        seat(About::Investors, Side::Investors, investment(Investment::Together));
    }
    for (tranche, named) in deal.capital.tranches.pairs() {
        let about = About::Tranche(named.name.clone());
        match named.is_repaid() {
            true => seat(about, Side::Investors, investment(Investment::Tranche(tranche))),
            false => seat(about, Side::Donors, vec![number(Value::Drawn(Investment::Tranche(tranche)), "mean")]),
        }
    }
    for (at, guarantee) in deal.capital.guarantees.iter().enumerate() {
        let asked = vec![number(Value::Guaranteed(at), "mean"), number(Value::Guaranteed(at), "p95"), chance(Chance::GuaranteeCalled(at))];
        seat(About::Guarantor(guarantee.name.clone()), Side::Donors, asked);
    }
    let provider = vec![
        number(Value::ProviderResult, "mean"),
        number(Value::ProviderResult, "p5"),
        chance(Chance::ProviderLoss),
        number(Value::WorkingCapital, "p95"),
        chance(Chance::Shortfall),
        number(Value::Cost, "mean"),
    ];
    seat(About::Provider, Side::Provider, provider);
    let mut people = vec![number(Value::Enrolled, "mean")];
    let mut additional = Vec::new();
    for (outcome, of) in deal.outcomes.pairs() {
        let median = matches!(of.kind, OutcomeKind::Median { .. });
        people.push(number(if median { Value::OutcomeMedian(outcome) } else { Value::OutcomeCount(outcome) }, "mean"));
        if of.has_counterfactual() && !median {
            people.extend(["mean", "p5"].map(|figure| number(Value::Additional(outcome), figure)));
            additional.push(outcome);
        }
    }
    seat(About::Program, Side::People, people);
    if let (Some(people), false) = (all.last_mut().filter(|seat| seat.about == About::Program), deal.payors.is_empty()) {
        people.sights.extend(additional.into_iter().map(Sight::CostPerAdditional));
    }
    all
}

/// Everything that must be asked of `deal` to show these seats.
#[must_use]
pub fn asked(deal: &Deal, seats: &[Seat]) -> Vec<Question> {
    let mut all: Vec<Question> = Vec::new();
    let mut add = |question: Question| {
        if !all.contains(&question) {
            all.push(question);
        }
    };
    for sight in seats.iter().flat_map(|seat| &seat.sights) {
        match sight {
            Sight::Figure(question) => add(question.clone()),
            Sight::CostPerAdditional(outcome) => {
                [Value::Paid, Value::Additional(*outcome)].into_iter().for_each(|value| add(Question::new(&value.quantity(deal).name)))
            }
        }
    }
    all
}

impl Sight {
    /// What it comes to under a term sheet.
    #[must_use]
    pub fn value(&self, stood: &Stood) -> Option<Estimate> {
        match self {
            Self::Figure(question) => {
                let [value, error] = stood.run.answer(question)?;
                Some(Estimate { value, error: Some(error).filter(|error| !error.is_nan()) })
            }
            Self::CostPerAdditional(outcome) => {
                let (ratio, moved) = Ratio::of(*outcome, stood)?.linear();
                let error = Moments::of(&moved).standard_error();
                Some(Estimate { value: ratio, error: Some(error).filter(|error| error.is_finite()) })
            }
        }
    }

    /// The figure under the second terms less that under the first, on the same trials; `None` where one of them has none, or where nothing
    /// can be said of it (a least or greatest value).
    #[must_use]
    pub fn apart(&self, stood: [&Stood; 2]) -> Option<Apart> {
        match self {
            Self::Figure(question) => {
                let [first, second] = stood.map(|stood| stood.each(&question.metric));
                let (first, second) = (first?, second?);
                // Most terms leave most columns as they were: then there is nothing to rank.
                let same = is_same(first, second);
                match share_of(question.figure) {
                    Some(_) if same => first.iter().any(|value| !value.is_nan()).then_some([0.0; 3]),
                    Some(share) => {
                        let before = stood[0].ranked(&question.metric, share)?;
                        let apart = quantiles_apart(&before, &Ranked::new(second, share));
                        (!apart[0].is_nan()).then_some(apart)
                    }
                    None if same && question.figure != Figure::Undefined => first.iter().any(|value| !value.is_nan()).then_some([0.0; 3]),
                    None if question.figure == Figure::Mean => means_apart(first, second),
                    None => None,
                }
            }
            Self::CostPerAdditional(outcome) => {
                // Outcomes go by their names: other terms may be in another order.
                let name = &stood[0].deal.outcomes[*outcome].name;
                let other = stood[1].deal.outcomes.pairs().find(|(_, known)| known.name == *name)?.0;
                let (first, one) = Ratio::of(*outcome, stood[0])?.linear();
                let (second, two) = Ratio::of(other, stood[1])?.linear();
                let moved: Vec<f64> = one.iter().zip(&two).map(|(one, two)| two - one).collect();
                let half = NORMAL * Moments::of(&moved).standard_error();
                // Where the program adds nothing there is no cost of an addition, and so no difference.
                let apart = second - first;
                (!apart.is_nan()).then_some([apart, apart - half, apart + half])
            }
        }
    }
}

/// Which quantile a figure is.
fn share_of(figure: Figure) -> Option<f64> {
    match figure {
        Figure::P5 => Some(0.05),
        Figure::P25 => Some(0.25),
        Figure::P50 => Some(0.50),
        Figure::P75 => Some(0.75),
        Figure::P95 => Some(0.95),
        Figure::Mean | Figure::Sd | Figure::Min | Figure::Max | Figure::Shortfall | Figure::Undefined => None,
    }
}

/// The mean difference in the trials that have both.
fn means_apart(first: &[f64], second: &[f64]) -> Option<Apart> {
    let difference: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
    // In blocks, as `compare` sums them up: the same bits.
    let mut moments = Moments::default();
    difference.chunks(BLOCK).for_each(|block| moments.merge(&Moments::of(block)));
    let half = NORMAL * moments.standard_error();
    let mean = moments.mean();
    (moments.count > 0).then_some([mean, mean - half, mean + half])
}

/// What is paid and what it is paid for, by trial.
struct Ratio<'a> {
    paid: &'a [f64],
    additional: &'a [f64],
}

impl<'a> Ratio<'a> {
    fn of(outcome: OutcomeId, stood: &'a Stood) -> Option<Self> {
        let of = |value: Value| stood.each(&value.quantity(&stood.deal).name);
        Some(Self { paid: of(Value::Paid)?, additional: of(Value::Additional(outcome))? })
    }

    /// The ratio of the means (NaN where the program adds nothing on average), and by how much each trial moves it: their mean is 0, and
    /// their standard error is that of the ratio (the delta method).
    fn linear(&self) -> (f64, Vec<f64>) {
        let [paid, additional] = [self.paid, self.additional].map(|column| Moments::of(column).mean());
        let ratio = if additional > 0.0 { paid / additional } else { f64::NAN };
        (ratio, self.paid.iter().zip(self.additional).map(|(paid, added)| (paid - ratio * added) / additional).collect())
    }
}
