//! What a party, a payment or an investment adds to the catalogue of a deal.
//!
//! Comes in: a deal. Goes out: names of numbers and chances, in a fixed order. Must never know: their values.

use super::catalogue::Catalogue;
use super::value::{Chance, Investment, Value};
use crate::deal::{Deal, MeasureId, OutcomeKind, PaymentId, PayorId, Price, Statistic, Term, TrancheId, TrancheKind};
use crate::numeric::each::Each;
use crate::settlement::{Limit, limits_of};

/// A catalogue that is being made.
pub(super) struct List<'a> {
    deal: &'a Deal,
    pub(super) all: Catalogue,
    limits: Limits,
    /// Whether names are written: most of the work.
    named: bool,
}

/// The limits of each payment and each payor, and which payors a payment may pay back to: looked up once.
struct Limits {
    of_payments: Each<PaymentId, Vec<Limit>>,
    of_payors: Each<PayorId, Vec<Limit>>,
    receive: Each<PayorId, bool>,
}

impl Limits {
    fn of(deal: &Deal) -> Self {
        let receive = Each::filled(deal.payors.len(), false);
        let mut all = Self {
            of_payments: Each::filled(deal.payments.len(), Vec::new()),
            of_payors: Each::filled(deal.payors.len(), Vec::new()),
            receive,
        };
        for limit in limits_of(deal) {
            if let Some(payment) = limit.payment() {
                all.of_payments[payment].push(limit);
            } else if let Some(payor) = limit.payor() {
                all.of_payors[payor].push(limit);
            }
        }
        for payment in deal.payments.iter().filter(|payment| payment.two_way) {
            payment.payors.iter().for_each(|&(payor, _)| all.receive[payor] = true);
        }
        all
    }
}

impl<'a> List<'a> {
    fn new(deal: &'a Deal, all: Catalogue, named: bool) -> Self {
        Self { deal, all, limits: Limits::of(deal), named }
    }

    fn value(&mut self, value: Value) {
        let name = if self.named { value.quantity(self.deal).name } else { String::new() };
        self.all.values.push((name, value));
    }

    fn chance(&mut self, chance: Chance) {
        let name = if self.named { chance.quantity(self.deal).name } else { String::new() };
        self.all.chances.push((name, chance));
    }

    pub(super) fn provider(&mut self) {
        self.value(Value::ProviderResult);
        self.value(Value::WorkingCapital);
        if self.deal.payments.iter().any(|payment| payment.two_way) {
            self.value(Value::RefundedByProvider);
        }
        self.chance(Chance::ProviderLoss);
    }

    pub(super) fn limit(&mut self, limit: Limit) {
        self.value(Value::Cuts(limit));
        self.chance(Chance::Binds(limit));
    }

    pub(super) fn payment(&mut self, index: PaymentId) {
        let deal = self.deal;
        self.value(Value::PaymentDue(index));
        self.value(Value::PaymentPaid(index));
        self.chance(Chance::Paid(index));
        if may_be_undefined(deal, index) {
            self.chance(Chance::Undefined(index));
        }
        std::mem::take(&mut self.limits.of_payments[index]).into_iter().for_each(|limit| self.limit(limit));
        if !self.all.behind[index].is_empty() {
            if deal.payments[index].first_measure().is_some_and(|measure| deal.measures[measure].compares()) {
                self.value(Value::TrueEffectGivenPaid(index));
                self.value(Value::FoundEffectGivenPaid(index));
            }
            self.chance(Chance::PaidEffective(index));
            self.chance(Chance::PaidIneffective(index));
            self.chance(Chance::UnpaidEffective(index));
            self.chance(Chance::UnpaidIneffective(index));
            self.chance(Chance::PaidGivenIneffective(index));
            self.chance(Chance::UnpaidGivenEffective(index));
        }
    }

    pub(super) fn payor(&mut self, index: PayorId) {
        let deal = self.deal;
        let payor = &deal.payors[index];
        self.value(Value::PayorPaid(index));
        self.value(Value::PayorDue(index));
        (0..deal.timeline.fiscal_years().len()).for_each(|year| self.value(Value::PayorYear(index, year)));
        self.value(Value::PayorPeakYear(index));
        self.chance(Chance::NothingPaid(index));
        std::mem::take(&mut self.limits.of_payors[index]).into_iter().for_each(|limit| self.limit(limit));
        if self.limits.receive[index] {
            self.value(Value::UnpaidTo(index));
        }
        if payor.hazard.is_some() {
            self.value(Value::Defaulted(index));
            self.chance(Chance::Fails(index));
        }
        if payor.cap.is_some() {
            self.chance(Chance::DueExceedsCap(index));
        }
        if !payor.value_per_outcome.is_empty() {
            self.value(Value::Benefit(index));
            self.value(Value::NetBenefit(index));
            self.value(Value::BenefitCostRatio(index));
            self.value(Value::BreakEvenShare(index));
            self.chance(Chance::BenefitExceedsPayment(index));
        }
    }

    pub(super) fn investment(&mut self, of: Investment) {
        self.value(Value::Drawn(of));
        self.value(Value::Received(of));
        self.value(Value::Gain(of));
        self.value(Value::Irr(of));
        self.value(Value::Multiple(of));
        self.value(Value::NetPresentValue(of));
        self.chance(Chance::Drawn(of));
        self.chance(Chance::Loss(of));
        self.chance(Chance::LossGivenDrawn(of));
        self.chance(Chance::TotalLoss(of));
        self.chance(Chance::IrrReachesHurdle(of));
        self.chance(Chance::IrrUndefined(of));
    }
}

/// Whether a claim of `payment` may have no value: a division by zero, something that may not be reported, or quantities that may
/// come to more than can be counted. People are always counted, unless their group may be too small to be reported.
fn may_be_undefined(deal: &Deal, payment: PaymentId) -> bool {
    let counted = |measure: MeasureId| deal.measures[measure].counts_people(deal) && deal.measures[measure].minimum_sample == 0;
    let payment = &deal.payments[payment];
    let units = payment.measures().into_iter().all(counted);
    payment.terms.iter().any(|terms| match &terms.price {
        Price::LumpSum(_) => false,
        Price::PerUnit { less, .. } => !units || less.is_some_and(|less| !counted(less)),
        Price::PerAdditional(_) | Price::Tiers(_) | Price::RateCard(_) => !units,
        Price::Table(table) => match table.by {
            Term::Reported { measure, statistic: Statistic::Rate | Statistic::Difference | Statistic::Decrease } => !counted(measure),
            _ => true,
        },
        Price::Savings { .. } | Price::Formula(..) => true,
    })
}

impl Catalogue {
    /// The metrics of `deal`, in a fixed order.
    #[must_use]
    pub fn new(deal: &Deal) -> Self {
        Self::listed(deal, true)
    }

    /// Whether this catalogue, which is that of `own`, is also that of `other`: to make it anew takes ten times as long.
    #[must_use]
    pub fn is_also_of(&self, own: &Deal, other: &Deal) -> bool {
        let like = Self::listed(other, false);
        let values = |all: &Self| all.values.iter().map(|(_, value)| *value).collect::<Vec<_>>();
        let chances = |all: &Self| all.chances.iter().map(|(_, chance)| *chance).collect::<Vec<_>>();
        names(own) == names(other)
            && own.timeline == other.timeline
            && (&self.loans, &self.behind, &self.years) == (&like.loans, &like.behind, &like.years)
            && values(self) == values(&like)
            && chances(self) == chances(&like)
    }

    fn listed(deal: &Deal, named: bool) -> Self {
        let loans: Vec<TrancheId> = deal.capital.tranches.ids().filter(|&tranche| deal.capital.tranches[tranche].is_investment()).collect();
        let behind = deal.payments.ids().map(|payment| deal.effects_behind(payment)).collect();
        let years = (0..deal.timeline.periods).map(|period| deal.timeline.fiscal_year_index(period)).collect();
        let all = Self { values: Vec::new(), chances: Vec::new(), loans, behind, years };
        let mut all = List::new(deal, all, named);

        [Value::Enrolled, Value::Cost, Value::Spent, Value::Shortfall, Value::Residual].into_iter().for_each(|value| all.value(value));
        if deal.program.costs.iter().any(|cost| cost.outside_raise) {
            all.value(Value::Outside);
        }
        all.chance(Chance::Shortfall);
        all.provider();
        if !deal.stops.is_empty() {
            all.value(Value::Avoided);
        }
        for (index, outcome) in deal.outcomes.pairs() {
            let median = matches!(outcome.kind, OutcomeKind::Median { .. });
            all.value(if median { Value::OutcomeMedian(index) } else { Value::OutcomeCount(index) });
            if outcome.has_counterfactual() {
                all.value(Value::TrueEffect(index));
                if !median {
                    all.value(Value::Additional(index));
                }
            }
        }
        for (index, measure) in deal.measures.pairs() {
            all.value(Value::Units(index));
            if measure.compares() {
                all.value(Value::FoundEffect(index));
            }
        }
        deal.payments.ids().for_each(|index| all.payment(index));
        deal.payors.ids().for_each(|payor| all.payor(payor));
        all.value(Value::Paid);
        if deal.payments.iter().any(|payment| payment.two_way) {
            all.value(Value::UnpaidToPayors);
        }
        if deal.cap.is_some() {
            all.limit(Limit::Deal);
        }
        for (index, tranche) in deal.capital.tranches.pairs() {
            if tranche.is_repaid() {
                all.investment(Investment::Tranche(index));
            } else {
                all.value(Value::Drawn(Investment::Tranche(index)));
            }
            if matches!(tranche.kind, TrancheKind::RecyclableGrant { .. }) {
                all.value(Value::Recycled(index));
            }
        }
        if !all.all.loans.is_empty() {
            all.investment(Investment::Together);
        }
        for index in 0..deal.capital.guarantees.len() {
            all.value(Value::Guaranteed(index));
            all.chance(Chance::GuaranteeCalled(index));
        }
        (0..deal.capital.bonuses.len()).for_each(|index| all.value(Value::Bonus(index)));
        all.all
    }
}

/// What the parts of a deal are called: all that names of metrics are made of.
fn names(deal: &Deal) -> Vec<&str> {
    let contract = deal.payments.iter().map(|part| &part.name).chain(deal.payors.iter().map(|part| &part.name));
    let found = deal.outcomes.iter().map(|part| &part.name).chain(deal.measures.iter().map(|part| &part.name));
    let capital = deal.capital.guarantees.iter().map(|part| &part.name).chain(deal.capital.bonuses.iter().map(|part| &part.name));
    contract.chain(found).chain(deal.capital.tranches.iter().map(|part| &part.name)).chain(capital).map(String::as_str).collect()
}
