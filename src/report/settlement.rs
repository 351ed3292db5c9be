//! A deal settled on published results: who paid what and why, and what every investor made of it. The answer of `settle`.

use schemars::JsonSchema;
use serde::Serialize;

use super::why;
use crate::deal::{Deal, PeriodId, TrancheId, TrancheKind};
use crate::engine::{Entry, Settled};
use crate::finance::irr;
use crate::quantity::Money;
use crate::settlement::Line;
use crate::study::Place;

/// What a deal came to on published results. Money is in major units.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Settlement {
    /// What is possible in the results but hardly meant, in sentences.
    pub surprises: Vec<String>,
    /// What all payors paid.
    pub total: f64,
    /// What each payor paid.
    pub payors: Vec<Named>,
    /// What each payor should have received and nobody could refund; empty where no payment goes both ways.
    pub unpaid_to_payors: Vec<Named>,
    /// What each payment came to.
    pub payments: Vec<PaymentOutcome>,
    /// What was worked out on the way.
    pub formulas: Vec<FormulaValue>,
    /// Every claim, limit and payment, in order.
    pub lines: Vec<SettlementLine>,
    /// What the program cost, and who bore it.
    pub costs: Costs,
    /// What the provider made of it.
    pub provider: ProviderOutcome,
    /// What each investor put in and got.
    pub tranches: Vec<TrancheOutcome>,
    /// What each guarantor paid.
    pub guarantees: Vec<Named>,
    /// Where this lies among the simulated futures; empty where none were simulated.
    pub backtest: Vec<Backtest>,
}

/// Where one number lies among the simulated ones.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Backtest {
    /// Dotted name of the metric.
    pub metric: String,
    /// What really happened.
    pub actual: f64,
    /// Share of the simulated futures that came to less.
    pub less: f64,
    /// Share that came to the same.
    pub same: f64,
    /// Share that came to more.
    pub more: f64,
    /// Share that came to less and half of the share that came to the same, 0 to 1.
    pub percentile: f64,
    /// Median of the simulated futures.
    pub median: f64,
}

/// A name and an amount.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Named {
    /// Whose.
    pub name: String,
    /// How much.
    pub amount: f64,
}

/// What a payment came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PaymentOutcome {
    /// Name of the payment.
    pub name: String,
    /// Due before any limit.
    pub due: f64,
    /// Paid.
    pub paid: f64,
}

/// A formula's value on a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FormulaValue {
    /// Name of the formula.
    pub name: String,
    /// First day of the period.
    pub date: String,
    /// Its value; null where undefined.
    pub value: Option<f64>,
}

/// One line of the settlement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SettlementLine {
    /// First day of the period.
    pub date: String,
    /// "due", "limit", "paid", "unpaid" (a refund that nobody could pay: so much less was received than the line before says) or "stop".
    #[schemars(extend("enum" = ["due", "limit", "paid", "unpaid", "stop"]))]
    pub what: &'static str,
    /// The payment, or who is limited.
    pub name: String,
    /// The payor, where one pays.
    pub payor: Option<String>,
    /// Due, paid, or the change that a limit made.
    pub amount: f64,
    /// Why.
    pub because: String,
    /// Whether it is a claim of no units: nothing happened.
    #[serde(skip)]
    pub(super) is_nothing: bool,
}

/// What the program cost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Costs {
    /// In all, what others paid aside.
    pub cost: f64,
    /// Paid.
    pub spent: f64,
    /// What no money was left for: the provider bore it.
    pub shortfall: f64,
    /// What the provider kept in the end: what was left over, less what it refunded.
    pub provider: f64,
}

/// What the provider made of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProviderOutcome {
    /// Its name.
    pub name: String,
    /// What was left over for it.
    pub left_over: f64,
    /// Each bonus that it got, or malus that it paid (below zero).
    pub bonuses: Vec<Named>,
    /// Deferred fees repaid, less the work that they were for.
    pub deferred_fees: f64,
    /// What it paid to payors.
    pub refunded: f64,
    /// Costs that it bore.
    pub bore: f64,
    /// All of it together.
    pub result: f64,
    /// The largest sum that it was out of pocket at the end of any period.
    pub working_capital: f64,
}

/// What a tranche came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TrancheOutcome {
    /// Name of the tranche.
    pub name: String,
    /// Put in.
    pub drawn: f64,
    /// Got, guarantees included.
    pub received: f64,
    /// What came back into the pot of a recyclable grant, each time it did; null for others.
    pub recycled: Option<f64>,
    /// Got less put in.
    pub gain: f64,
    /// Effective annual internal rate of return; null where there is none.
    pub irr: Option<f64>,
    /// Got over put in; null where nothing was put in.
    pub multiple: Option<f64>,
    /// Days and amounts: what it got less what it put in.
    pub flows: Vec<Flow>,
}

/// One day's cash flow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Flow {
    /// First day of the period.
    pub date: String,
    /// Amount.
    pub amount: f64,
}

/// Everything that the settlement of a deal says.
#[must_use]
pub fn settlement(settled: &Settled) -> Settlement {
    let (deal, block) = (&settled.deal, &settled.block);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let named = |name: &String, minor: i64| Named { name: name.clone(), amount: major(minor) };
    let owed = &block.owed;
    let payors: Vec<Named> = deal.payors.pairs().map(|(at, payor)| named(&payor.name, owed.payor_paid.row(at)[0])).collect();
    Settlement {
        surprises: settled.surprises.clone(),
        total: major(owed.payor_paid.lane(0).sum()),
        payors,
        unpaid_to_payors: owed.unrefunded.ids().map(|at| named(&deal.payors[at].name, owed.unrefunded.row(at)[0])).collect(),
        payments: deal
            .payments
            .pairs()
            .map(|(at, payment)| PaymentOutcome {
                name: payment.name.clone(),
                due: major(owed.payment_due.row(at)[0]),
                paid: major(owed.payment_paid.row(at)[0]),
            })
            .collect(),
        formulas: settled.ledger.iter().filter_map(|entry| formula(deal, entry)).collect(),
        lines: settled.ledger.iter().filter_map(|entry| line(settled, entry)).collect(),
        costs: Costs {
            cost: major(block.cash.spent[0] + block.cash.shortfall[0]),
            spent: major(block.cash.spent[0]),
            shortfall: major(block.cash.shortfall[0]),
            provider: major(block.cash.provider[0] - block.cash.refunded[0]),
        },
        provider: provider(settled),
        tranches: deal.capital.tranches.ids().map(|tranche| outcome(settled, tranche)).collect(),
        guarantees: deal
            .capital
            .guarantees
            .iter()
            .enumerate()
            .map(|(at, guarantee)| named(&guarantee.name, block.cash.guaranteed.row(at)[0]))
            .collect(),
        backtest: Vec::new(),
    }
}

impl Settlement {
    /// The same with its place among simulated futures.
    #[must_use]
    pub fn among(self, places: &[Place]) -> Self {
        let backtest = places
            .iter()
            .map(|place| Backtest {
                metric: place.name.clone(),
                actual: place.actual,
                less: place.shares[0],
                same: place.shares[1],
                more: place.shares[2],
                percentile: place.percentile(),
                median: place.median,
            })
            .collect();
        Self { backtest, ..self }
    }
}

fn day(deal: &Deal, period: PeriodId) -> String {
    deal.timeline.date(period.number()).to_string()
}

fn formula(deal: &Deal, entry: &Entry) -> Option<FormulaValue> {
    let Entry::Line(Line::Formula { period, formula, value }) = entry else { return None };
    let value = (!value.is_nan()).then_some(*value);
    Some(FormulaValue { name: deal.formulas[*formula].name.clone(), date: day(deal, *period), value })
}

pub(super) fn line(settled: &Settled, entry: &Entry) -> Option<SettlementLine> {
    let deal = &settled.deal;
    let Entry::Line(line) = entry else { return None };
    let major = |minor: i64| deal.currency.major(Money(minor));
    Some(match *line {
        Line::Claim(claim) => {
            let group = match why::group(deal, &claim).as_str() {
                "" => String::new(),
                group => format!(", {group}"),
            };
            SettlementLine {
                date: day(deal, claim.period),
                what: "due",
                name: format!("{}{group}", deal.payments[claim.payment].name),
                payor: None,
                amount: major(claim.due),
                because: why::claim(deal, settled.block.found(), &claim),
                is_nothing: claim.due == 0 && claim.open && claim.valued && why::no_units(deal, settled.block.found(), &claim),
            }
        }
        Line::Cut { period, limit, from, to } => SettlementLine {
            date: day(deal, period),
            what: "limit",
            name: why::limited(deal, limit),
            payor: None,
            amount: major(to - from),
            because: why::limit(deal, limit),
            is_nothing: false,
        },
        Line::Paid { period, payment, payor, amount } => SettlementLine {
            date: day(deal, period),
            what: "paid",
            name: deal.payments[payment].name.clone(),
            payor: Some(deal.payors[payor].name.clone()),
            amount: major(amount),
            because: String::new(),
            is_nothing: false,
        },
        Line::Unrefunded { period, payment, payor, amount } => SettlementLine {
            date: day(deal, period),
            what: "unpaid",
            name: deal.payments[payment].name.clone(),
            payor: Some(deal.payors[payor].name.clone()),
            amount: major(amount),
            because: "nobody could refund it".into(),
            is_nothing: false,
        },
        Line::Stop { period, stop } => SettlementLine {
            date: day(deal, period),
            what: "stop",
            name: deal.stops[stop].name.clone(),
            payor: None,
            amount: 0.0,
            because: format!("the program's last {}", deal.timeline.length.noun()),
            is_nothing: false,
        },
        Line::Formula { .. } => return None,
    })
}

fn provider(settled: &Settled) -> ProviderOutcome {
    let (deal, cash) = (&settled.deal, &settled.block.cash);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let tranches = deal.capital.tranches.pairs();
    let fees = tranches.filter(|(_, tranche)| tranche.kind == TrancheKind::DeferredFee);
    let fees: i64 = fees.map(|(at, _)| cash.received.row(at)[0] - cash.standing.drawn.row(at)[0]).sum();
    let bonuses: i64 = cash.bonuses.lane(0).sum();
    let named = |(at, bonus): (usize, &crate::deal::Bonus)| Named { name: bonus.name.clone(), amount: major(cash.bonuses.row(at)[0]) };
    ProviderOutcome {
        name: deal.program.providers().join(" and "),
        left_over: major(cash.provider[0]),
        bonuses: deal.capital.bonuses.iter().enumerate().map(named).collect(),
        deferred_fees: major(fees),
        refunded: major(cash.refunded[0]),
        bore: major(cash.shortfall[0]),
        result: major(cash.provider[0] + bonuses + fees - cash.refunded[0] - cash.shortfall[0]),
        working_capital: major(cash.working_capital[0]),
    }
}

fn outcome(settled: &Settled, tranche: TrancheId) -> TrancheOutcome {
    let (deal, cash) = (&settled.deal, &settled.block.cash);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let flows: Vec<i64> = cash.flows[tranche].lane(0).collect();
    let (drawn, received) = (cash.standing.drawn.row(tranche)[0], cash.received.row(tranche)[0]);
    // Nobody hopes for money back from a gift.
    let repaid = deal.capital.tranches[tranche].is_repaid();
    let plain: Vec<f64> = flows.iter().map(|&flow| major(flow)).collect();
    let found = irr(&plain, f64::from(deal.timeline.length.per_year())).value();
    TrancheOutcome {
        name: deal.capital.tranches[tranche].name.clone(),
        drawn: major(drawn),
        received: major(received),
        recycled: matches!(deal.capital.tranches[tranche].kind, TrancheKind::RecyclableGrant { .. })
            .then(|| major(cash.recycled.row(tranche)[0])),
        gain: major(received - drawn),
        irr: (!found.is_nan() && repaid).then_some(found),
        multiple: (drawn > 0 && repaid).then(|| received as f64 / drawn as f64),
        flows: flows
            .iter()
            .enumerate()
            .filter(|(_, flow)| **flow != 0)
            .map(|(period, &flow)| Flow { date: day(deal, PeriodId(period)), amount: major(flow) })
            .collect(),
    }
}
