//! The deal in one paragraph, its headline numbers, and what the charts find.

use super::parts::{Block, Fact, Link, Section, fact};
use crate::deal::{Deal, Measure, MeasureId, Method, OutcomeRef, Payment};
use crate::metrics::{Chance, Investment, Value};
use crate::report::figures::Figures;
use crate::report::numbers::{mean, money, percent};
use crate::report::returns::{self, times};
use crate::sentence::served;
use crate::study::Run;
use crate::words::count::{counted, spelled, whole};
use crate::words::list::{listed, some};
use crate::words::money;
use crate::words::share;

/// Who does what, who pays, who funds, who measures.
pub fn paragraph(deal: &Deal) -> String {
    let cohorts = deal.program.cohorts.len();
    let providers = deal.program.providers();
    let mut text = format!(
        "The plan: {} will serve {} in {}, from {} to {}.",
        listed(&providers),
        served(deal),
        counted(cohorts, "cohort"),
        deal.timeline.date(0).strftime("%B %Y"),
        deal.timeline.date(deal.timeline.periods).yesterday().unwrap_or(jiff::civil::Date::MAX).strftime("%B %Y")
    );
    let tranches = || deal.capital.tranches.iter();
    let put_up = |repaid: bool| {
        tranches().filter(|tranche| tranche.is_repaid() == repaid).map(|tranche| deal.currency.major(tranche.amount)).sum::<f64>()
    };
    let (invested, given) = (put_up(true), put_up(false));
    if invested > 0.0 {
        text += &format!(" The work is funded by up to {} of repayable capital", money(deal, invested));
        text += &if given > 0.0 { format!(" and up to {} of grants.", money(deal, given)) } else { ".".into() };
    } else if given > 0.0 {
        text += &format!(" The work is funded by up to {} of grants.", money(deal, given));
    }
    let payors: Vec<String> = deal
        .payors
        .iter()
        .map(|payor| match payor.cap {
            Some(cap) => format!("{} (up to {})", payor.name, money::stated(deal.currency, cap)),
            None => format!("{} (no cap)", payor.name),
        })
        .collect();
    if !payors.is_empty() {
        let promises = spelled(deal.payments.len(), "promised payment");
        text += &format!(" {} will pay for results, by {promises}.", some(&payors));
    }
    // What a payment counts is a result too, whoever wrote a measure for it; who enrolled is none.
    let paid: Vec<MeasureId> = deal.payments.iter().flat_map(Payment::measures).collect();
    let is_result =
        |(index, measure): &(MeasureId, &Measure)| measure.of != OutcomeRef::Enrolled && (!measure.implied || paid.contains(index));
    let measured = deal.measures.pairs().filter(is_result).map(|(_, measure)| measure);
    let compared = measured.clone().filter(|measure| measure.compares()).count();
    let lottery = measured.clone().filter(|measure| matches!(measure.method, Method::Randomized(_))).count();
    text += &match (measured.count(), compared, lottery) {
        (_, 0, _) => " No result has a comparison group.".to_string(),
        (all, compared, lottery) if all == compared && all == lottery => {
            " An evaluator compares every result with a randomized control group.".into()
        }
        (all, compared, _) if all == compared => {
            " An evaluator compares every result with an estimate of what would have happened without the program.".into()
        }
        (all, compared, _) => {
            format!(" An evaluator compares {compared} of {all} results with an estimate of what would have happened without the program.")
        }
    };
    text
}

/// The first section.
pub fn section(deal: &Deal, run: &Run, figures: &Figures) -> Section {
    let mut blocks = vec![Block::Facts { facts: facts(deal, run) }];
    let items: Vec<Link> = findings(figures).map(|picture| Link { to: picture.name.clone(), text: picture.title.clone() }).collect();
    blocks.push(Block::heading("What the simulation finds"));
    blocks.push(Block::Links { items });
    blocks.push(Block::note(
        "± is one Monte Carlo standard error. It says nothing about whether the assumptions are right. Charts say “19 of 20 futures” for the 95th \
         percentile: a future is one trial.",
    ));
    Section { id: "brief", short: "In brief", title: "In brief".into(), blocks }
}

/// One finding a payor, then the others.
fn findings(figures: &Figures) -> impl Iterator<Item = &crate::chart::Picture> {
    let payors = figures.payors.iter().filter_map(|pictures| pictures.first()).take(4);
    payors.chain(&figures.returns).chain(&figures.judged).chain(figures.power.iter().take(3)).chain(&figures.money)
}

fn facts(deal: &Deal, run: &Run) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(paid) = run.summary(Value::Paid).filter(|_| !deal.payors.is_empty()) {
        let note = format!("95th percentile: {}.", money(deal, paid.p95));
        facts.push(fact("Payors pay, on average", mean(deal, paid), note));
    }
    if let (Some(loss), Some(total)) = (run.share(Chance::Loss(Investment::Together)), run.share(Chance::TotalLoss(Investment::Together))) {
        facts.push(fact("Chance of a loss to investors", percent(Some(loss)), format!("Total loss in {}.", percent(Some(total)))));
    }
    facts.extend(returned(deal, run));
    let worst = deal.payments.ids().filter_map(|payment| Some((payment, run.share(Chance::PaidIneffective(payment))?)));
    if let Some((payment, share)) = worst.max_by(|one, other| one.1.share().total_cmp(&other.1.share())) {
        facts.push(fact("Chance of paying for no effect", percent(Some(share)), format!("Highest for “{}”.", deal.payments[payment].name)));
    }
    let additional = deal.outcomes.ids().rev().find_map(|outcome| Some((outcome, run.summary(Value::Additional(outcome))?)));
    if let Some((outcome, summary)) = additional {
        let outcome = &deal.outcomes[outcome];
        let name = if outcome.fewer_is_better {
            format!("“{}” avoided thanks to the program", outcome.name)
        } else {
            format!("“{}” thanks to the program", outcome.name)
        };
        facts.push(fact(
            name,
            whole(summary.p50),
            format!("Median. 5th to 95th percentile: {} to {}.", whole(summary.p5), whole(summary.p95)),
        ));
    }
    if let Some(cost) = run.summary(Value::Cost) {
        let short = run.share(Chance::Shortfall).filter(|share| share.hits > 0);
        let note = short.map_or_else(|| "Never a shortfall.".into(), |share| format!("Shortfall in {} of trials.", percent(Some(share))));
        facts.push(fact("The program costs, on average", mean(deal, cost), note));
    }
    facts
}

/// What investors earn; where many futures have no single rate of return, what they get back per 1 put in.
fn returned(deal: &Deal, run: &Run) -> Option<Fact> {
    let of = Investment::Together;
    let irr = run.summary(Value::Irr(of)).filter(|irr| irr.count > 0)?;
    if returns::is_told_by_multiple(run, of) {
        let multiple = run.summary(Value::Multiple(of))?;
        let (low, high) = (times(multiple.p5), times(multiple.p95));
        let without = percent(run.share(Chance::IrrUndefined(of)));
        let note = format!(
            "Median of the trials in which anything is drawn. 5th to 95th percentile: {low} to {high}. There is no single IRR in {without}."
        );
        return Some(fact(format!("Investors’ {}", Value::Multiple(of).quantity(deal).short), times(multiple.p50), note));
    }
    let among = if irr.undefined > 0 {
        format!(" of the {} of trials that have an IRR", share::percent(irr.count as f64 / run.trials as f64))
    } else {
        String::new()
    };
    let note = format!("Median{among}. 5th to 95th percentile: {} to {}.", share::rate(irr.p5), share::rate(irr.p95));
    Some(fact("Investors’ return a year (IRR)", share::rate(irr.p50), note))
}
