//! Which numbers a deal has, and their dotted names: the same in files, tables and charts.

use crate::deal::{Deal, OutcomeKind, Price, Statistic, Term, TrancheKind};
use crate::settlement::{Limit, limits_of};

/// A number that every trial has. Money is in major units, rates and shares are plain (0.05 is 5%).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// People enrolled.
    Enrolled,
    /// What the program costs, whether or not money is found for it; what others pay and what a stop avoids aside.
    Cost,
    /// Costs that money is found for.
    Spent,
    /// Costs that no money is left for: the provider bears them.
    Shortfall,
    /// What is left for the provider in the end, less what it refunds.
    Residual,
    /// What the provider makes of the deal: what is left for it, its bonuses and its deferred fees repaid, less what it refunds, the work
    /// that its deferred fees are for and the costs that no money is left for.
    ProviderResult,
    /// The largest sum that the provider is out of pocket at the end of any period.
    WorkingCapital,
    /// What the provider pays to payors.
    RefundedByProvider,
    /// Participants who truly had an outcome.
    OutcomeCount(usize),
    /// The median of an outcome over the participants, averaged over cohorts by people enrolled.
    OutcomeMedian(usize),
    /// True effect of the program on an enrolled person's probability of an outcome; above zero where it is for the better.
    TrueEffect(usize),
    /// Expected outcomes that would not have happened otherwise, or that are avoided where fewer are better.
    Additional(usize),
    /// Participants reported with the outcome of a measure, over all groups.
    Units(usize),
    /// The difference a measure reports, summed over rounds and averaged over groups by people enrolled.
    FoundEffect(usize),
    /// What a payment makes due before any limit.
    PaymentDue(usize),
    /// What a payment pays.
    PaymentPaid(usize),
    /// True effect of the program where a payment pays; undefined where it does not.
    TrueEffectGivenPaid(usize),
    /// The effect that the payment's measure reports where it pays; undefined where it does not. Selection by a noisy threshold lifts its
    /// mean above that of the true effect.
    FoundEffectGivenPaid(usize),
    /// What a payor pays.
    PayorPaid(usize),
    /// What a payor's payments make due before the payor's own limits.
    PayorDue(usize),
    /// What a payor pays in a fiscal year (index of the year).
    PayorYear(usize, usize),
    /// What a payor pays in its dearest fiscal year.
    PayorPeakYear(usize),
    /// What the additional outcomes are worth to a payor.
    Benefit(usize),
    /// Benefit over payments; undefined where nothing is paid.
    BenefitCostRatio(usize),
    /// The share of the true effect at which the benefit would equal the payments: payments over benefit, undefined where that is not
    /// above zero.
    BreakEvenShare(usize),
    /// What a payor owed and did not pay because it failed.
    Unhonoured(usize),
    /// Benefit less payments.
    NetBenefit(usize),
    /// What all payors pay.
    Paid,
    /// What an investment draws.
    Drawn(Investment),
    /// What an investment receives.
    Received(Investment),
    /// Received less drawn.
    Gain(Investment),
    /// Effective annual internal rate of return: −1 when all is lost, undefined when nothing was drawn or there is no one root.
    Irr(Investment),
    /// Received over drawn; undefined when nothing was drawn.
    Multiple(Investment),
    /// Net present value at the investors' hurdle.
    NetPresentValue(Investment),
    /// What came back of a recyclable grant (index of the tranche) and is there in the end, for more of the same work.
    Recycled(usize),
    /// What a guarantor pays (index of the guarantee).
    Guaranteed(usize),
    /// What the provider gets as a bonus (index), or pays where it is below zero.
    Bonus(usize),
    /// Costs that others pay.
    Outside,
    /// Costs that an early stop avoids.
    Avoided,
    /// What payors should receive and nobody can pay.
    UnpaidToPayors,
    /// What one payor should receive and nobody can pay.
    UnpaidTo(usize),
    /// What a limit cuts for good; of a floor, what it adds.
    Cuts(Limit),
}

impl Value {
    /// Whether it is an amount of money.
    #[must_use]
    pub fn is_money(self) -> bool {
        !matches!(
            self,
            Self::Enrolled
                | Self::OutcomeCount(_)
                | Self::OutcomeMedian(_)
                | Self::TrueEffect(_)
                | Self::Additional(_)
                | Self::Units(_)
                | Self::FoundEffect(_)
                | Self::TrueEffectGivenPaid(_)
                | Self::FoundEffectGivenPaid(_)
                | Self::Irr(_)
                | Self::Multiple(_)
                | Self::BenefitCostRatio(_)
                | Self::BreakEvenShare(_)
        )
    }
}

/// A tranche, or all loans and equity together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Investment {
    /// One tranche (index).
    Tranche(usize),
    /// All loans and equity together.
    Together,
}

/// Something that holds in a trial or not; some are asked only of certain trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// Some costs find no money.
    Shortfall,
    /// A payor pays nothing.
    NothingPaid(usize),
    /// The provider's result is below zero.
    ProviderLoss,
    /// A limit cuts something for good; a floor adds something.
    Binds(Limit),
    /// A payor does not pay everything that it owes.
    Fails(usize),
    /// A claim of a payment has no value: a division by zero, something not reported, or too large to count.
    Undefined(usize),
    /// What falls due over the whole deal exceeds a payor's total cap.
    DueExceedsCap(usize),
    /// What the payor gets is worth more to it than what it pays.
    BenefitExceedsPayment(usize),
    /// A payment pays anything.
    Paid(usize),
    /// It pays, and the true effect is above zero, which is for the better: so in what follows.
    PaidEffective(usize),
    /// It pays, and the program improves none of them: paid for nothing.
    PaidIneffective(usize),
    /// It does not pay, though the program works.
    UnpaidEffective(usize),
    /// It does not pay, and the program does not work.
    UnpaidIneffective(usize),
    /// It pays, among trials in which the program does not work.
    PaidGivenIneffective(usize),
    /// It does not pay, among trials in which the program works.
    UnpaidGivenEffective(usize),
    /// An investment is drawn at all.
    Drawn(Investment),
    /// Less comes back than was drawn.
    Loss(Investment),
    /// Less comes back than was drawn, among trials in which anything was.
    LossGivenDrawn(Investment),
    /// Nothing comes back of what was drawn.
    TotalLoss(Investment),
    /// The return reaches the hurdle.
    IrrReachesHurdle(Investment),
    /// The return has no one root.
    IrrUndefined(Investment),
    /// A guarantee (index) pays anything.
    GuaranteeCalled(usize),
}

/// The metrics of one deal.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Numbers and their names.
    pub values: Vec<(String, Value)>,
    /// Chances and their names.
    pub chances: Vec<(String, Chance)>,
    /// Loans and equity (indices of tranches).
    pub loans: Vec<usize>,
    /// The outcomes (indices) whose true effects each payment depends on.
    pub behind: Vec<Vec<usize>>,
}

impl Catalogue {
    /// The metrics of `deal`, in a fixed order.
    #[must_use]
    pub fn new(deal: &Deal) -> Self {
        let loans: Vec<usize> =
            (0..deal.capital.tranches.len()).filter(|&tranche| deal.capital.tranches[tranche].is_investment()).collect();
        let behind = (0..deal.payments.len()).map(|payment| deal.effects_behind(payment)).collect();
        let mut all = Self { values: Vec::new(), chances: Vec::new(), loans, behind };
        all.value("program", "enrolled", Value::Enrolled);
        all.value("program", "cost", Value::Cost);
        all.value("program", "cost_paid", Value::Spent);
        all.value("program", "shortfall", Value::Shortfall);
        all.value("program", "residual", Value::Residual);
        if deal.program.costs.iter().any(|cost| cost.outside_raise) {
            all.value("program", "outside_cost", Value::Outside);
        }
        all.chance("program", "shortfall_chance", Chance::Shortfall);
        all.provider(deal);
        if !deal.stops.is_empty() {
            all.value("program", "avoided_cost", Value::Avoided);
        }
        for (index, outcome) in deal.outcomes.iter().enumerate() {
            let name = format!("outcome.\"{}\"", outcome.name);
            let median = matches!(outcome.kind, OutcomeKind::Median { .. });
            if median {
                all.value(&name, "median", Value::OutcomeMedian(index));
            } else {
                all.value(&name, "count", Value::OutcomeCount(index));
            }
            if outcome.has_counterfactual() {
                all.value(&name, "true_effect", Value::TrueEffect(index));
                if !median {
                    all.value(&name, "additional", Value::Additional(index));
                }
            }
        }
        for (index, measure) in deal.measures.iter().enumerate() {
            let name = format!("measure.\"{}\"", measure.name);
            all.value(&name, "units", Value::Units(index));
            if measure.compares() {
                all.value(&name, "found_effect", Value::FoundEffect(index));
            }
        }
        for index in 0..deal.payments.len() {
            all.payment(deal, index);
        }
        for index in 0..deal.payors.len() {
            all.payor(deal, index);
        }
        all.value("payors", "total", Value::Paid);
        if deal.payments.iter().any(|payment| payment.two_way) {
            all.value("payors", "unpaid_to", Value::UnpaidToPayors);
        }
        limits_of(deal).filter(|limit| *limit == Limit::Deal).for_each(|limit| all.limit(deal, limit));
        for (index, tranche) in deal.capital.tranches.iter().enumerate() {
            let name = format!("tranche.\"{}\"", tranche.name);
            if tranche.is_repaid() {
                all.investment(&name, Investment::Tranche(index));
            } else {
                all.value(&name, "drawn", Value::Drawn(Investment::Tranche(index)));
            }
            if matches!(tranche.kind, TrancheKind::RecyclableGrant { .. }) {
                all.value(&name, "recycled", Value::Recycled(index));
            }
        }
        if !all.loans.is_empty() {
            all.investment("investors", Investment::Together);
        }
        for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
            let name = format!("guarantee.\"{}\"", guarantee.name);
            all.value(&name, "paid", Value::Guaranteed(index));
            all.chance(&name, "called", Chance::GuaranteeCalled(index));
        }
        for (index, bonus) in deal.capital.bonuses.iter().enumerate() {
            all.value(&format!("bonus.\"{}\"", bonus.name), "paid", Value::Bonus(index));
        }
        all
    }

    fn value(&mut self, of: &str, name: &str, value: Value) {
        self.values.push((format!("{of}.{name}"), value));
    }

    fn chance(&mut self, of: &str, name: &str, chance: Chance) {
        self.chances.push((format!("{of}.{name}"), chance));
    }

    fn provider(&mut self, deal: &Deal) {
        self.value("provider", "result", Value::ProviderResult);
        self.value("provider", "working_capital", Value::WorkingCapital);
        if deal.payments.iter().any(|payment| payment.two_way) {
            self.value("provider", "refunded", Value::RefundedByProvider);
        }
        self.chance("provider", "loss", Chance::ProviderLoss);
    }

    /// A limit's chance to bind and what it cuts, under its own name.
    fn limit(&mut self, deal: &Deal, limit: Limit) {
        let payment = limit.payment().map(|at| format!("payment.\"{}\"", deal.payments[at].name));
        let payor = limit.payor().map(|at| format!("payor.\"{}\"", deal.payors[at].name));
        let (of, key) = (payment.or(payor).unwrap_or_else(|| "deal".into()), limit.key());
        let cuts = if matches!(limit, Limit::Floor(_)) { "adds" } else { "cuts" };
        self.value(&of, &format!("{key}_{cuts}"), Value::Cuts(limit));
        self.chance(&of, &format!("{key}_binds"), Chance::Binds(limit));
    }

    fn payment(&mut self, deal: &Deal, index: usize) {
        let name = format!("payment.\"{}\"", deal.payments[index].name);
        self.value(&name, "due", Value::PaymentDue(index));
        self.value(&name, "paid", Value::PaymentPaid(index));
        self.chance(&name, "pays", Chance::Paid(index));
        if may_be_undefined(deal, index) {
            self.chance(&name, "undefined", Chance::Undefined(index));
        }
        limits_of(deal).filter(|limit| limit.payment() == Some(index)).for_each(|limit| self.limit(deal, limit));
        if !self.behind[index].is_empty() {
            if deal.payments[index].first_measure().is_some_and(|measure| deal.measures[measure].compares()) {
                self.value(&name, "true_effect_given_paid", Value::TrueEffectGivenPaid(index));
                self.value(&name, "found_effect_given_paid", Value::FoundEffectGivenPaid(index));
            }
            self.chance(&name, "paid_and_effective", Chance::PaidEffective(index));
            self.chance(&name, "paid_and_ineffective", Chance::PaidIneffective(index));
            self.chance(&name, "unpaid_and_effective", Chance::UnpaidEffective(index));
            self.chance(&name, "unpaid_and_ineffective", Chance::UnpaidIneffective(index));
            self.chance(&name, "paid_given_ineffective", Chance::PaidGivenIneffective(index));
            self.chance(&name, "unpaid_given_effective", Chance::UnpaidGivenEffective(index));
        }
    }

    fn payor(&mut self, deal: &Deal, index: usize) {
        let payor = &deal.payors[index];
        let name = format!("payor.\"{}\"", payor.name);
        self.value(&name, "total", Value::PayorPaid(index));
        self.value(&name, "due", Value::PayorDue(index));
        for (at, year) in deal.timeline.fiscal_years().into_iter().enumerate() {
            self.value(&name, &format!("fy{year}"), Value::PayorYear(index, at));
        }
        self.value(&name, "peak_year", Value::PayorPeakYear(index));
        self.chance(&name, "nothing_paid", Chance::NothingPaid(index));
        limits_of(deal).filter(|limit| limit.payor() == Some(index)).for_each(|limit| self.limit(deal, limit));
        if deal.payments.iter().any(|payment| payment.two_way && payment.payors.iter().any(|&(payor, _)| payor == index)) {
            self.value(&name, "unpaid_to", Value::UnpaidTo(index));
        }
        if payor.hazard.is_some() {
            self.value(&name, "unhonoured", Value::Unhonoured(index));
            self.chance(&name, "fails", Chance::Fails(index));
        }
        if payor.cap.is_some() {
            self.chance(&name, "due_exceeds_cap", Chance::DueExceedsCap(index));
        }
        if !payor.value_per_outcome.is_empty() {
            self.value(&name, "benefit", Value::Benefit(index));
            self.value(&name, "net_benefit", Value::NetBenefit(index));
            self.value(&name, "benefit_cost_ratio", Value::BenefitCostRatio(index));
            self.value(&name, "break_even_share", Value::BreakEvenShare(index));
            self.chance(&name, "benefit_exceeds_payment", Chance::BenefitExceedsPayment(index));
        }
    }

    fn investment(&mut self, name: &str, of: Investment) {
        self.value(name, "drawn", Value::Drawn(of));
        self.value(name, "received", Value::Received(of));
        self.value(name, "gain", Value::Gain(of));
        self.value(name, "irr", Value::Irr(of));
        self.value(name, "multiple", Value::Multiple(of));
        self.value(name, "npv", Value::NetPresentValue(of));
        self.chance(name, "is_drawn", Chance::Drawn(of));
        self.chance(name, "loss", Chance::Loss(of));
        self.chance(name, "loss_given_drawn", Chance::LossGivenDrawn(of));
        self.chance(name, "total_loss", Chance::TotalLoss(of));
        self.chance(name, "irr_reaches_hurdle", Chance::IrrReachesHurdle(of));
        self.chance(name, "irr_undefined", Chance::IrrUndefined(of));
    }
}

/// Whether a claim of `payment` (index) may have no value: a division by zero, something that may not be reported, or quantities that may
/// come to more than can be counted. People are always counted, unless their group may be too small to be reported.
fn may_be_undefined(deal: &Deal, payment: usize) -> bool {
    let counted = |measure: usize| deal.measures[measure].counts_people(deal) && deal.measures[measure].minimum_sample == 0;
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

/// The first outcome (index) whose true effect `payment` depends on: the one it is paid on, where that also happens without the program.
#[must_use]
pub fn effect_behind(deal: &Deal, payment: usize) -> Option<usize> {
    deal.effects_behind(payment).first().copied()
}
