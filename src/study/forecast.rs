//! What is to come of a deal that is running, given what is known of it?
//!
//! Three runs of the same trials: the plan as it was signed; the same with what was reported in its place, of which nothing is learnt; and
//! the futures that fit what was reported. What lies between the first two is what luck, good or bad, has brought so far; between the last
//! two, what was learnt about the program.

mod choices;
mod coming;
mod inputs;
mod surprise;

use std::sync::Arc;

pub use choices::{Choice, Choices};
pub use coming::{Coming, Need, Next, PayorToCome, TrancheToCome};
pub use inputs::{InputLearnt, Moments};
pub use surprise::{Surprise, Surprises};

use super::gathered::Beside;
use super::simulated::{run_in, run_on};
use super::{Options, Phase, Run, RunError, SAMPLE};
use crate::deal::{Deal, MeasureId, SoFar};
use crate::engine::Plan;
use crate::learning::{Evidence, MOST_FACTS, least_effective, most_facts};
use crate::question::Question;
use crate::words::count::{grouped, whole};

/// What is to come, given what is known.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// What is known.
    pub so_far: Arc<SoFar>,
    /// Futures that fit what is known.
    pub run: Run,
    /// The same trials with what was reported in its place, of which nothing is learnt.
    pub reported: Run,
    /// The same trials of the plan, as if nothing were known.
    pub plan: Run,
    /// How much the futures rest on; nothing where nothing was reported.
    pub evidence: Option<Evidence>,
    /// What was learnt of each uncertain input, in the order of the file.
    pub inputs: Vec<InputLearnt>,
    /// How surprising the reports are under the plan.
    pub surprises: Surprises,
    /// Payments, investors' cash and thresholds from now on.
    pub coming: Coming,
    /// What to stop or to go on would mean, where a clause may end the program.
    pub choices: Choices,
}

/// Trials of each choice.
const CHOSEN: u64 = 4_000;

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// It was stopped, or a fault of this program.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The deal says nothing of what is known.
    #[error("nothing is known of this deal yet: read results so far first")]
    NothingKnown,
    /// Too much was reported of the same people to hold all that can be true of them.
    #[error(
        "the results speak of {} yes-or-no facts of the same people that rest on each other (outcomes by round, sources of data), and a \
         forecast holds at most {}: \
         leave out rounds that later ones contain, or report several as one",
        whole(*facts as f64), whole(*most as f64)
    )]
    TooMany {
        /// Facts that are asked for.
        facts: usize,
        /// Facts that can be held.
        most: usize,
    },
    /// Hardly any trial of the plan fits what was reported.
    #[error(
        "the plan hardly ever makes what was reported: {} of its trials tell as much as {} that fit, and a forecast needs {}. {most}Widen the \
         laws of the inputs that the reports speak against, or correct the results file; `pfsim settle --as-of` says where the deal stands",
        grouped(*weighed), whole(*effective), whole(*least)
    )]
    TooLittle {
        /// Trials that were weighed.
        weighed: u64,
        /// Effective trials among them.
        effective: f64,
        /// Effective trials that a forecast needs.
        least: f64,
        /// The report that surprises most, in a sentence; empty where none does.
        most: String,
    },
}

/// Whether futures of `deal` can be drawn that fit what is known of it.
///
/// # Errors
/// [`ForecastError::TooMany`].
pub fn possible(deal: &Deal) -> Result<(), ForecastError> {
    let (facts, most) = (most_facts(deal), MOST_FACTS);
    if facts > most { Err(ForecastError::TooMany { facts, most }) } else { Ok(()) }
}

/// Forecasts `deal`, of which something is known ([`Deal::so_far`]). Trials and seed are the deal's own where `options` say none.
///
/// # Errors
/// [`ForecastError`].
pub fn forecast(deal: &Deal, options: &Options) -> Result<Forecast, ForecastError> {
    let so_far = deal.so_far.clone().ok_or(ForecastError::NothingKnown)?;
    possible(deal)?;
    let course = options.begin(Phase::Forecast, deal, |trials| 5 * trials);
    let trials = course.trials;
    let surprises = surprise::surprises(deal, &so_far, &course.of(trials.min(SAMPLE as u64)))?;
    let plan = Plan::new(deal, course.seed);
    let evidence = plan.learnt().and_then(|learnt| learnt.evidence());
    let least = least_effective(deal.trials);
    if let Some(Evidence { weighed, effective }) = evidence.filter(|evidence| !(evidence.effective >= least)) {
        let most = surprises
            .most()
            .map_or(String::new(), |one| format!("What surprises most is what `{}` reports. ", deal.measures[one.measure].name));
        return Err(ForecastError::TooLittle { weighed, effective, least, most });
    }
    let inputs = inputs::learnt(deal, course.seed, &plan, trials.min(SAMPLE as u64) as usize);
    let coming = coming::coming(deal, &so_far, &plan, &course.after(trials).of(trials.min(SAMPLE as u64)))?;
    let choices = choices::choices(deal, &so_far, &course.of(trials.min(CHOSEN)))?;
    let run = run_on(&plan, deal, &course.after(2 * trials))?;
    let unlearnt = Deal { so_far: Some(Arc::new(SoFar { learns: false, ..(*so_far).clone() })), ..deal.clone() };
    let reported = run_in(&unlearnt, &course.after(3 * trials), Beside::default())?;
    let as_planned = Deal { so_far: None, ..deal.clone() };
    let plan = run_in(&as_planned, &course.after(4 * trials), Beside::default())?;
    Ok(Forecast { so_far, run, reported, plan, evidence, inputs, surprises, coming, choices })
}

/// A figure under the plan, with what was reported, and given what was learnt, each with its standard error.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// What is asked.
    pub question: Question,
    /// As it was planned.
    pub plan: [f64; 2],
    /// With what was reported, nothing learnt.
    pub reported: [f64; 2],
    /// Given what is known.
    pub forecast: [f64; 2],
}

impl Forecast {
    /// How a figure moved; nothing where the deal has no such figure or no future has a value of it.
    #[must_use]
    pub fn moved(&self, question: &Question) -> Option<Moved> {
        let unknown = [f64::NAN; 2];
        Some(Moved {
            question: question.clone(),
            plan: self.plan.answer(question).unwrap_or(unknown),
            reported: self.reported.answer(question).unwrap_or(unknown),
            forecast: self.run.answer(question)?,
        })
    }

    /// Whether the plan itself is in doubt: the reports together, or one of them, are of a kind that one plan in a hundred makes.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.surprises.in_all.is_some_and(|chance| chance < surprise::DOUBT)
    }

    /// The report that surprises most.
    #[must_use]
    pub fn most_surprising(&self) -> Option<MeasureId> {
        self.surprises.most().map(|one| one.measure)
    }
}
