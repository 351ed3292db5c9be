//! Where a running deal stands, in words and major units: the answer of `settle --as-of`.

use schemars::JsonSchema;
use serde::Serialize;

use super::settlement::{Costs, Named, SettlementLine, line, settlement};
use super::why;
use crate::deal::{Deal, GroupId, MeasureId, PaymentId, Reported, Statistic};
use crate::engine::Entry;
use crate::quantity::Money;
use crate::settlement::Line;
use crate::study::status::{self as known, Span, Waiting};
use crate::words::count::{grouped, spelled};
use crate::words::list::{listed, some};

/// Where a running deal stands. Money is in major units, dates are first days of periods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Status {
    /// The day as of which it is known.
    pub as_of: String,
    /// First day of the last period that has begun by then: what falls due in it is due.
    pub through: String,
    /// First day of the next period; null in the last one.
    pub next_period: Option<String>,
    /// What is taken to be as planned because nobody reported it, in sentences.
    pub assumptions: Vec<String>,
    /// What is possible in the results but hardly meant, in sentences.
    pub surprises: Vec<String>,
    /// What all payors have paid.
    pub total: f64,
    /// What each payor has paid.
    pub payors: Vec<Named>,
    /// Each payment.
    pub payments: Vec<PaymentSoFar>,
    /// Claims that were due and lack a report, then the next claims of each payment, in the order of their days.
    pub waiting: Vec<WaitingClaim>,
    /// Reports that were due and are not there.
    pub late: Vec<Report>,
    /// Where each limit stands.
    pub limits: Vec<LimitSoFar>,
    /// Where each investor stands.
    pub tranches: Vec<TrancheSoFar>,
    /// Cash in the project that is set aside for nobody.
    pub in_hand: f64,
    /// What the program has cost, and who bore it.
    pub costs: Costs,
    /// Every claim, limit and payment so far, in order.
    pub lines: Vec<SettlementLine>,
}

/// What a payment has come to so far.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PaymentSoFar {
    /// Name of the payment.
    pub name: String,
    /// Due before any limit.
    pub due: f64,
    /// Paid.
    pub paid: f64,
    /// Waits for a later year, or for other payments to grow.
    pub deferred: f64,
    /// What each of its payors has paid for it.
    pub by_payor: Vec<Named>,
}

/// A claim that is to be paid.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WaitingClaim {
    /// Name of the payment.
    pub payment: String,
    /// What it is for: cohorts, round, line of a rate card, instalment; may be empty.
    pub of: String,
    /// First day of the period in which it falls due.
    pub date: String,
    /// Whether that has begun: it waits on a late report.
    pub overdue: bool,
    /// What it comes to before limits of payors and of later payments, where everything that decides it is known.
    pub amount: Option<f64>,
    /// The reports that it waits on.
    pub waits_on: Vec<Report>,
}

/// A report of one measure for one group of cohorts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Report {
    /// Name of the measure.
    pub measure: String,
    /// Cohorts and round; empty where there is one group only.
    pub group: String,
    /// The numbers that are wanted, in the words of a results file.
    pub numbers: Vec<String>,
    /// First day of the period in which it is due.
    pub due: String,
}

/// Where a limit stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LimitSoFar {
    /// The payment or payor that it is a limit of, or all payments.
    pub of: String,
    /// Which limit, by its key in a scenario; `yearly_limit` is a payor's cap a fiscal year, its appropriation, or the lesser of both.
    pub limit: &'static str,
    /// What it holds for: the deal, a fiscal year, a period, or a group of cohorts.
    pub span: String,
    /// The most that it allows; the least that a floor grants.
    pub total: f64,
    /// What has gone through it.
    pub used: f64,
    /// What it leaves; of a floor what is still to come at least.
    pub left: f64,
    /// What it has cut for good, or a floor added; null where only the whole deal's is known.
    pub cut: Option<f64>,
    /// What waits behind it for later.
    pub deferred: f64,
}

/// Where an investor stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TrancheSoFar {
    /// Name of the tranche.
    pub name: String,
    /// Put in.
    pub drawn: f64,
    /// What may still be drawn.
    pub undrawn: f64,
    /// Owed: principal and unpaid interest.
    pub owed: f64,
    /// The part of it that is principal.
    pub principal: f64,
    /// Set aside for it.
    pub set_aside: f64,
    /// Returned so far, guarantees included.
    pub received: f64,
}

/// Everything that the status of `deal` says.
#[must_use]
pub fn status(deal: &Deal, known: &known::Status) -> Status {
    let (settled, so_far) = (&known.settled, &known.so_far);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let day = |period: u32| deal.timeline.date(period).to_string();
    let table = settlement(settled);
    let deferred = |payment: PaymentId| settled.deferred.iter().filter(|(of, ..)| *of == payment).map(|(.., amount)| amount).sum::<i64>();
    let payments = deal.payments.pairs().zip(table.payments).map(|((at, payment), sums)| PaymentSoFar {
        name: sums.name,
        due: sums.due,
        paid: sums.paid,
        deferred: major(deferred(at)),
        by_payor: payment
            .payors
            .iter()
            .map(|&(payor, _)| {
                let paid = known.paid.iter().find(|(of, by, _)| (*of, *by) == (at, payor)).map_or(0, |(.., amount)| *amount);
                Named { name: deal.payors[payor].name.clone(), amount: major(paid) }
            })
            .collect(),
    });
    let tranches = deal.capital.tranches.pairs().map(|(at, tranche)| {
        let stands = known.tranches[at];
        TrancheSoFar {
            name: tranche.name.clone(),
            drawn: major(stands.drawn),
            undrawn: major(stands.undrawn),
            owed: major(stands.owed),
            principal: major(stands.principal),
            set_aside: major(stands.set_aside),
            received: major(stands.received),
        }
    });
    let next = so_far.through + 1;
    Status {
        as_of: so_far.as_of.to_string(),
        through: day(so_far.through),
        next_period: (next < deal.timeline.periods).then(|| day(next)),
        assumptions: assumptions(deal, known),
        surprises: settled.surprises.clone(),
        total: table.total,
        payors: table.payors,
        payments: payments.collect(),
        waiting: known.waiting.iter().map(|claim| waiting(deal, so_far.through, claim)).collect(),
        late: reports(deal, &known.late),
        limits: known.limits.iter().map(|standing| limit(deal, standing)).collect(),
        tranches: tranches.collect(),
        in_hand: major(settled.block.cash.in_hand(0)),
        costs: table.costs,
        lines: settled.ledger.iter().filter_map(|entry| reasoned(deal, known, entry)).collect(),
    }
}

/// A line of the ledger; of a claim that lacks a report, that it does.
fn reasoned(deal: &Deal, known: &known::Status, entry: &Entry) -> Option<SettlementLine> {
    let mut said = line(&known.settled, entry)?;
    if let Entry::Line(Line::Claim(claim)) = entry {
        let same = |waiting: &&Waiting| {
            waiting.payment == claim.payment
                && waiting.due.period == claim.period.number()
                && (waiting.due.line, waiting.due.measure, waiting.due.group, waiting.due.instalment)
                    == (claim.line, claim.measure, claim.group, claim.instalment)
        };
        if let Some(waiting) = known.waiting.iter().find(same) {
            said.because = format!("nothing yet: it waits on {}", awaited(deal, waiting));
        }
    }
    Some(said)
}

/// The reports that a claim waits on, in words.
fn awaited(deal: &Deal, claim: &Waiting) -> String {
    let missing: Vec<(Reported, u32)> = claim.missing().copied().collect();
    let said: Vec<String> = reports(deal, &missing).iter().map(Report::said).collect();
    listed(&said)
}

fn assumptions(deal: &Deal, known: &known::Status) -> Vec<String> {
    let mut all = Vec::new();
    let numbers: Vec<String> = known.assumed.iter().map(|cohort| cohort.number().to_string()).collect();
    let planned: u64 = known.assumed.iter().map(|&cohort| u64::from(deal.program.cohorts[cohort].size)).sum();
    match numbers.as_slice() {
        [] => {}
        [one] => all.push(format!("Nobody reported how many enrolled in cohort {one}: {}, as planned.", grouped(planned))),
        _ => all.push(format!("Nobody reported how many enrolled in cohorts {}: {} in all, as planned.", some(&numbers), grouped(planned))),
    }
    for &cost in &known.assumed_costs {
        let name = &deal.program.costs[cost].name;
        all.push(format!("What {name} cost depends on true outcomes and is not given: as planned, by the mean of every input."));
    }
    if known.so_far.results.late.is_none() && deal.program.latest() > 0 {
        let late = known.so_far.results.began_late(deal);
        let said = match late {
            0 => "on time".to_string(),
            late => format!("{} late", spelled(late, deal.timeline.length.noun())),
        };
        all.push(format!("Nobody reported how late the program began: {said}."));
    }
    all
}

fn waiting(deal: &Deal, through: u32, claim: &Waiting) -> WaitingClaim {
    let payment = &deal.payments[claim.payment];
    let due = &claim.due;
    let mut of: Vec<String> = Vec::new();
    if let Some(line) = payment.terms[due.terms].price.lines().and_then(|lines| lines.get(due.line)) {
        of.push(deal.measures[line.on].name.clone());
    }
    of.extend(due.measure.map(|measure| why::group_of(deal, measure, due.group)).filter(|group| !group.is_empty()));
    if payment.instalments.len() > 1 {
        of.push(format!("instalment {} of {}", due.instalment + 1, payment.instalments.len()));
    }
    let missing: Vec<(Reported, u32)> = claim.missing().copied().collect();
    WaitingClaim {
        payment: payment.name.clone(),
        of: of.join(", "),
        date: deal.timeline.date(due.period).to_string(),
        overdue: claim.is_overdue(through),
        amount: claim.amount.map(|amount| deal.currency.major(Money(amount))),
        waits_on: reports(deal, &missing),
    }
}

/// Numbers that are wanted as reports: each measure and group once.
fn reports(deal: &Deal, wanted: &[(Reported, u32)]) -> Vec<Report> {
    let mut all: Vec<(MeasureId, GroupId, Report)> = Vec::new();
    for (number, due) in wanted {
        let (measure, group) = (number.measure, number.group);
        let word = word(deal, measure, number.statistic);
        match all.iter_mut().find(|known| (known.0, known.1) == (measure, group)) {
            Some((.., report)) => report.numbers.push(word),
            None => {
                let report = Report {
                    measure: deal.measures[measure].name.clone(),
                    group: why::group_of(deal, measure, group),
                    numbers: vec![word],
                    due: deal.timeline.date(*due).to_string(),
                };
                all.push((measure, group, report));
            }
        }
    }
    all.into_iter().map(|(.., report)| report).collect()
}

fn word(deal: &Deal, measure: MeasureId, statistic: Statistic) -> String {
    let fewer = deal.measures[measure].fewer_is_better(deal);
    (if fewer { statistic.of_fewer() } else { statistic }).word().into()
}

impl Report {
    /// The report in words: `jobs of cohort 2 (units), due 2027-07-01`.
    #[must_use]
    pub fn said(&self) -> String {
        let of = if self.group.is_empty() { String::new() } else { format!(" of {}", self.group) };
        format!("{}{of} ({}), due {}", self.measure, listed(&self.numbers), self.due)
    }
}

fn limit(deal: &Deal, standing: &known::Standing) -> LimitSoFar {
    let major = |minor: i64| deal.currency.major(Money(minor));
    let span = match &standing.span {
        Span::Deal => "the deal".into(),
        Span::FiscalYear(year) => format!("fiscal year {year}"),
        Span::Period(period) => deal.timeline.label(*period),
        Span::Cohorts(cohorts) => why::cohorts(cohorts),
    };
    LimitSoFar {
        of: why::limited(deal, standing.limit),
        limit: standing.limit.key(),
        span,
        total: major(standing.total),
        used: major(standing.used),
        left: major(standing.left()),
        cut: standing.cut.map(major),
        deferred: major(standing.waits),
    }
}

/// A limit in words, without its amount: `cap a fiscal year`.
pub(super) fn limit_in_words(key: &str) -> &'static str {
    const WORDS: [(&str, &str); 10] = [
        ("cap_per_person", "cap a person"),
        ("cap_per_enrolled", "cap for each enrolled"),
        ("cap_per_cohort", "cap a group of cohorts"),
        ("floor", "floor"),
        ("cap_per_period", "cap a period"),
        ("cap_per_fiscal_year", "cap a fiscal year"),
        ("cap", "cap"),
        ("at_most_share", "share of all payments"),
        ("yearly_limit", "yearly limit"),
        ("failure", "failure"),
    ];
    WORDS.iter().find(|(known, _)| *known == key).map_or("limit", |(_, words)| words)
}
