//! The register: what every quantity is called, what it is counted in, what it means, over which futures it is taken, for whom more is
//! better. Whoever shows a number takes its words from here, and `docs/quantities.md` is written from it.

mod capital;
mod chances;
mod contract;
mod program;

use super::value::{Chance, Investment, Value};
use crate::deal::{Deal, MeasureId, OutcomeId, PaymentId, PayorId, TrancheId, TrancheKind};
use crate::settlement::Limit;

/// What a quantity is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Major units of the deal's currency.
    Money,
    /// A share or a chance, 0 to 1.
    Share,
    /// A difference of two shares: 0.08 is 8 points.
    Points,
    /// People, or whatever is served.
    People,
    /// Whole outcomes: a person may have several.
    Count,
    /// So much of what the scenario measures, in its own unit: days, earnings.
    Amount,
    /// So many times.
    Multiple,
    /// An effective rate a year: 0.05 is 5%.
    Rate,
}

impl Unit {
    /// The unit as it stands in files.
    #[must_use]
    pub fn word(self, deal: &Deal) -> &'static str {
        match self {
            Self::Money => deal.currency.code(),
            other => other.general(),
        }
    }

    /// The same where no deal is at hand.
    #[must_use]
    pub fn general(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Share => "share",
            Self::Points => "difference of shares",
            Self::People => "people",
            Self::Count => "count",
            Self::Amount => "amount",
            Self::Multiple => "multiple",
            Self::Rate => "rate a year",
        }
    }
}

/// The futures that a quantity is taken over; in the others it has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Every future.
    All,
    /// Those in which anybody is enrolled.
    Enrolled,
    /// Those in which everything that it needs is reported.
    Reported,
    /// Those in which the payment pays, and in which its measure reports an effect.
    Paid,
    /// Those in which the payor pays anything.
    PaidAnything,
    /// Those in which there is a benefit.
    Benefit,
    /// Those in which anything is put in.
    PutIn,
    /// Those in which anything is put in and one rate, and no other, solves it, or all is lost.
    OneRate,
    /// Those in which the program works.
    Works,
    /// Those in which it has no effect.
    NoEffect,
}

impl Over {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "all trials",
            Self::Enrolled => "trials in which anybody is enrolled",
            Self::Reported => "trials in which everything that it needs is reported",
            Self::Paid => "trials in which the payment pays",
            Self::PaidAnything => "trials in which the payor pays anything",
            Self::Benefit => "trials in which there is a benefit",
            Self::PutIn => "trials in which anything is drawn",
            Self::OneRate => "trials in which anything is drawn and there is one rate of return (−100% where all is lost)",
            Self::Works => "trials in which the program works",
            Self::NoEffect => "trials in which the program does not work",
        }
    }
}

/// Somebody at the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those who pay for results.
    Payors,
    /// Those who fund the work and are repaid.
    Investors,
    /// Whoever does the work.
    Provider,
    /// Those who are served.
    People,
    /// Those who guarantee or give.
    Donors,
}

impl Side {
    fn words(self) -> &'static str {
        match self {
            Self::Payors => "payors",
            Self::Investors => "investors",
            Self::Provider => "the provider",
            Self::People => "people",
            Self::Donors => "those who give or guarantee",
        }
    }
}

/// For whom more of it is better, and for whom less is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Better {
    /// More is better for these.
    pub more: &'static [Side],
    /// Less is better for these.
    pub less: &'static [Side],
}

impl Better {
    const NEITHER: Self = Self { more: &[], less: &[] };

    /// `more for investors, less for payors`.
    #[must_use]
    pub fn words(self) -> String {
        let list = |sides: &[Side]| sides.iter().map(|side| side.words()).collect::<Vec<_>>().join(" and ");
        match (self.more, self.less) {
            ([], []) => "neither".into(),
            (more, []) => format!("more for {}", list(more)),
            ([], less) => format!("less for {}", list(less)),
            (more, less) => format!("more for {}, less for {}", list(more), list(less)),
        }
    }
}

/// A quantity of a deal and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Its name where it is typed, and in files: `payor."City".total`.
    pub name: String,
    /// What a reader calls it: `what City will pay in all`.
    pub label: String,
    /// The same under a heading that says whose it is: `pays in all`.
    pub short: String,
    /// What it is counted in.
    pub unit: Unit,
    /// What it means, in a sentence.
    pub definition: &'static str,
    /// The futures that it is taken over.
    pub over: Over,
    /// For whom more, and for whom less of it is better.
    pub better: Better,
}

impl Quantity {
    fn new(of: Subject, key: &str, unit: Unit, [label, short]: [&str; 2], definition: &'static str, deal: &Deal) -> Self {
        Self {
            name: format!("{}.{key}", of.dotted(deal)),
            label: label.replace("{}", of.name(deal)),
            short: short.replace("{}", of.name(deal)),
            unit,
            definition,
            over: Over::All,
            better: Better::NEITHER,
        }
    }

    fn over(self, over: Over) -> Self {
        Self { over, ..self }
    }

    fn more(mut self, more: &'static [Side]) -> Self {
        self.better.more = more;
        self
    }

    fn less(mut self, less: &'static [Side]) -> Self {
        self.better.less = less;
        self
    }
}

/// Whose a quantity is.
#[derive(Clone, Copy)]
enum Subject {
    Program,
    Provider,
    Outcome(OutcomeId),
    Measure(MeasureId),
    Payment(PaymentId),
    Payor(PayorId),
    Payors,
    Deal,
    Tranche(TrancheId),
    Investors,
    Guarantee(usize),
    Bonus(usize),
}

impl Subject {
    /// The first part of a dotted name.
    fn dotted(self, deal: &Deal) -> String {
        let named = |list: &str| format!("{list}.\"{}\"", self.name(deal));
        match self {
            Self::Program => "program".into(),
            Self::Provider => "provider".into(),
            Self::Outcome(_) => named("outcome"),
            Self::Measure(_) => named("measure"),
            Self::Payment(_) => named("payment"),
            Self::Payor(_) => named("payor"),
            Self::Payors => "payors".into(),
            Self::Deal => "deal".into(),
            Self::Tranche(_) => named("tranche"),
            Self::Investors => "investors".into(),
            Self::Guarantee(_) => named("guarantee"),
            Self::Bonus(_) => named("bonus"),
        }
    }

    /// What a reader calls it.
    fn name(self, deal: &Deal) -> &str {
        match self {
            Self::Program => "the program",
            Self::Provider => "the provider",
            Self::Outcome(at) => &deal.outcomes[at].name,
            Self::Measure(at) => &deal.measures[at].name,
            Self::Payment(at) => &deal.payments[at].name,
            Self::Payor(at) => &deal.payors[at].name,
            Self::Payors => "all payors",
            Self::Deal => "the deal",
            Self::Tranche(at) => &deal.capital.tranches[at].name,
            Self::Investors => together(deal),
            Self::Guarantee(at) => &deal.capital.guarantees[at].name,
            Self::Bonus(at) => &deal.capital.bonuses[at].name,
        }
    }
}

fn together(deal: &Deal) -> &'static str {
    let loans = deal.capital.tranches.iter().filter(|tranche| tranche.is_investment()).all(|tranche| tranche.kind == TrancheKind::Loan);
    if loans { "all loans together" } else { "all loans and equity together" }
}

impl Investment {
    /// What a reader calls it.
    #[must_use]
    pub fn said(self, deal: &Deal) -> &str {
        self.subject().name(deal)
    }

    fn subject(self) -> Subject {
        match self {
            Self::Tranche(at) => Subject::Tranche(at),
            Self::Together => Subject::Investors,
        }
    }
}

impl Value {
    /// Its entry in the register.
    #[must_use]
    pub fn quantity(self, deal: &Deal) -> Quantity {
        match self {
            Self::Enrolled => program::enrolled(deal),
            Self::Cost => program::cost(deal),
            Self::Spent => program::spent(deal),
            Self::Shortfall => program::shortfall(deal),
            Self::Residual => program::residual(deal),
            Self::Outside => program::outside(deal),
            Self::Avoided => program::avoided(deal),
            Self::ProviderResult => program::provider_result(deal),
            Self::WorkingCapital => program::working_capital(deal),
            Self::RefundedByProvider => program::refunded_by_provider(deal),
            Self::OutcomeMedian(at) => program::outcome_median(at, deal),
            Self::TrueEffect(at) => program::true_effect(at, deal),
            Self::Additional(at) => program::additional(at, deal),
            Self::OutcomeCount(at) => program::outcome_count(at, deal),
            Self::FoundEffect(at) => program::found_effect(at, deal),
            Self::Units(at) => program::reported_units(at, deal),
            Self::PaymentDue(at) => contract::payment_due(at, deal),
            Self::TrueEffectGivenPaid(at) => contract::true_effect_given_paid(at, deal),
            Self::FoundEffectGivenPaid(at) => contract::found_effect_given_paid(at, deal),
            Self::PaymentPaid(at) => contract::payment_paid(at, deal),
            Self::PayorDue(at) => contract::payor_due(at, deal),
            Self::PayorYear(at, year) => contract::payor_year(at, year, deal),
            Self::PayorPeakYear(at) => contract::payor_peak_year(at, deal),
            Self::PayorPaid(at) => contract::payor_paid(at, deal),
            Self::Defaulted(at) => contract::defaulted(at, deal),
            Self::UnpaidTo(at) => contract::unpaid_to(at, deal),
            Self::NetBenefit(at) => contract::net_benefit(at, deal),
            Self::BenefitCostRatio(at) => contract::benefit_cost_ratio(at, deal),
            Self::BreakEvenShare(at) => contract::break_even_share(at, deal),
            Self::Benefit(at) => contract::benefit(at, deal),
            Self::Paid => contract::paid_in_all(deal),
            Self::UnpaidToPayors => contract::unpaid_to_payors(deal),
            Self::Cuts(limit) => contract::cuts(limit, deal),
            Self::Drawn(of) => capital::drawn(of, deal),
            Self::Received(of) => capital::received(of, deal),
            Self::Irr(of) => capital::irr(of, deal),
            Self::Multiple(of) => capital::multiple(of, deal),
            Self::NetPresentValue(of) => capital::net_present_value(of, deal),
            Self::Recycled(at) => capital::recycled(at, deal),
            Self::Guaranteed(at) => capital::guaranteed(at, deal),
            Self::Bonus(at) => capital::bonus(at, deal),
            Self::Gain(of) => capital::gain(of, deal),
        }
    }

    /// Whether it is a whole number in every trial: people, or outcomes that are counted one by one.
    #[must_use]
    pub fn is_whole(self, deal: &Deal) -> bool {
        let counts = matches!(self, Self::Enrolled | Self::OutcomeCount(_) | Self::Units(_));
        counts && matches!(self.quantity(deal).unit, Unit::People | Unit::Count)
    }
}

impl Chance {
    /// Its entry in the register.
    #[must_use]
    pub fn quantity(self, deal: &Deal) -> Quantity {
        chances::chance(self, deal)
    }
}

/// A limit by its one name, as a reader says it: `the cap of “jobs”`, `the yearly limit of City`.
#[must_use]
pub fn limit_name(deal: &Deal, limit: Limit) -> String {
    let word = limit_word(limit);
    match (limit.payment(), limit.payor()) {
        (Some(at), _) => format!("the {word} of “{}”", deal.payments[at].name),
        (_, Some(at)) => format!("the {word} of {}", deal.payors[at].name),
        _ => format!("the {word} of the deal"),
    }
}

fn limit_word(limit: Limit) -> &'static str {
    match limit {
        Limit::Person(_) => "cap for each person",
        Limit::Enrolled(_) => "cap for each person enrolled",
        Limit::Cohort(_) => "cap for each group of cohorts",
        Limit::Period(_) => "cap for each period",
        Limit::FiscalYear(_) => "cap for each fiscal year",
        Limit::Share(_) => "cap on the share",
        Limit::Floor(_) => "floor",
        Limit::PayorYear(_) => "yearly limit",
        Limit::Payment(_) | Limit::Payor(_) | Limit::Deal => "cap",
        Limit::Failure(_) => "failure",
    }
}

fn limited(limit: Limit) -> Subject {
    let payment = limit.payment().map(Subject::Payment);
    payment.or(limit.payor().map(Subject::Payor)).unwrap_or(Subject::Deal)
}
