//! For evaluators: what is measured and how, whether a payment follows the effect, and how a noisy threshold flatters it.

use super::Studies;
use super::parts::{Block, Section};
use crate::deal::{Deal, Measure, Method, OutcomeRef, PaymentId};
use crate::metrics::{Chance, Value, effect_behind};
use crate::report::figures::Figures;
use crate::report::numbers::{effect, percent};
use crate::report::power::{point, written};
use crate::stats::Proportion;
use crate::study::Run;
use crate::words::count::counted;
use crate::words::share;

/// The memo for the evaluator; nothing where nothing is measured.
pub fn section(deal: &Deal, run: &Run, figures: &Figures, studies: &Studies<'_>) -> Option<Section> {
    let measured: Vec<&Measure> = deal.measures.iter().filter(|measure| !measure.implied).collect();
    let judged: Vec<PaymentId> = deal.payments.ids().filter(|&payment| effect_behind(deal, payment).is_some()).collect();
    if measured.is_empty() && judged.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    if judged.is_empty() {
        blocks.push(Block::text(
            "No payment depends on an outcome that also happens without the program. This scenario cannot tell whether the program adds anything.",
        ));
    } else {
        blocks.push(chances(deal, run, &judged));
        blocks.push(Block::note(
            "“Works” means that the program truly improves an outcome that the payment depends on. The simulation knows this; the evaluator does not.",
        ));
        let said: Vec<String> = judged.iter().filter_map(|&payment| curse(deal, run, payment)).collect();
        if !said.is_empty() {
            blocks.push(Block::List { items: said });
        }
    }
    blocks.extend(figures.judged.as_ref().map(Block::figure));
    if !studies.power.is_empty() {
        blocks.push(Block::heading("Power: what the evaluation can tell"));
        blocks.push(power(deal, studies));
        blocks.push(Block::note(format!("Each of {}.", counted(studies.trials, "trial"))));
        blocks.extend(figures.power.iter().map(Block::figure));
    }
    if !measured.is_empty() {
        let rows = measured.iter().map(|measure| how(deal, measure)).collect();
        blocks.push(Block::words("What is measured", &["Measure", "of", "compared with", "records", "errors"], rows));
    }
    Some(Section { id: "evaluator", short: "Evaluator", title: "For evaluators".into(), blocks })
}

fn chances(deal: &Deal, run: &Run, judged: &[PaymentId]) -> Block {
    let row = |&payment: &PaymentId| {
        let mut row = vec![deal.payments[payment].name.clone()];
        let asked =
            [Chance::Paid(payment), Chance::PaidEffective(payment), Chance::PaidIneffective(payment), Chance::UnpaidEffective(payment)];
        row.extend(asked.map(|chance| percent(run.share(chance))));
        row
    };
    let head = ["Payment", "pays", "pays and works", "false positive", "false negative"];
    Block::numbers("Does payment follow effect?", &head, judged.iter().map(row).collect())
}

/// By how much the effect that is found where it pays flatters the true one.
fn curse(deal: &Deal, run: &Run, payment: PaymentId) -> Option<String> {
    let [found, real] = [Value::FoundEffectGivenPaid(payment), Value::TrueEffectGivenPaid(payment)].map(|value| run.summary(value));
    let (found, real) = (found.filter(|found| found.mean.is_finite())?, real?);
    let outcome = &deal.outcomes[effect_behind(deal, payment)?];
    Some(format!(
        "When “{}” pays, the effect found is {} on average and the true effect {}.",
        deal.payments[payment].name,
        effect(outcome, found.mean),
        effect(outcome, real.mean)
    ))
}

fn power(deal: &Deal, studies: &Studies<'_>) -> Block {
    let row = |power: &crate::study::Power| {
        let at = |effect: f64| point(power, effect).map(|point| point.pays);
        let missed = at(power.promised).map(|pays| Proportion::new(pays.count - pays.hits, pays.count));
        vec![
            deal.payments[power.payment].name.clone(),
            deal.outcomes[power.outcome].name.clone(),
            written(deal, power, power.promised),
            percent(at(0.0).as_ref()),
            percent(at(power.promised).as_ref()),
            percent(missed.as_ref()),
        ]
    };
    let head = ["Payment", "outcome", "promised effect", "false-positive rate", "power", "false-negative rate"];
    Block::numbers("False positives and power at the promised effect", &head, studies.power.iter().map(row).collect())
}

fn how(deal: &Deal, measure: &Measure) -> Vec<String> {
    let of = match measure.of {
        OutcomeRef::Enrolled => "people enrolled".into(),
        OutcomeRef::Outcome(outcome) => deal.outcomes[outcome].name.clone(),
    };
    let people = |number: u32| counted(number, "person");
    let compared = match &measure.method {
        Method::Count => "no comparison group: outcomes are counted".into(),
        Method::Randomized(comparators) => format!("a randomized control group of {} a cohort", people(comparators.per_cohort)),
        Method::Matched { comparators, .. } => format!("a matched group of {} a cohort", people(comparators.per_cohort)),
        Method::Historical(_) => "a historical baseline".into(),
        Method::FixedThenLive { cohorts, comparators, .. } => {
            let first = counted(*cohorts, "cohort");
            format!("a fixed rate for {first}, then a randomized control group of {} a cohort", people(comparators.per_cohort))
        }
        Method::Blend(_) => "a weighted blend of other measures".into(),
        Method::Exact => "the true effect, known only to the simulation".into(),
    };
    let records = measure.records.map_or("no records: everybody is found".into(), |at| {
        let records = &deal.records[at];
        format!("{}: {} of people, on average", records.name, share::about(records.match_rate.mean()))
    });
    let mistakes = match (measure.false_negative, measure.false_positive) {
        (0.0, 0.0) => "none".into(),
        (missed, wrong) => format!("{} false negatives, {} false positives", share::stated(missed), share::stated(wrong)),
    };
    vec![measure.name.clone(), of, compared, records, mistakes]
}
