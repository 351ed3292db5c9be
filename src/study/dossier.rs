//! Everything that a report rests on: a run, and the studies that are shown beside it.

use super::claim_survey::{looked_at, studied};
use super::sensitivity::resting;
use super::{Flows, LayersOf, Options, Power, Readiness, Run, RunError, layers, lints, power, questions, readiness, run};
use crate::analysis::Lint;
use crate::deal::{Deal, Grade};
use crate::question::Question;
use crate::stats::Index;

/// Most trials of each of the studies that a report shows beside the run: they simulate the deal some twenty times more.
const STUDIED: u64 = 4_000;

/// Share of the cost per participant that partners could bear, where nothing else is said: to see what partnerships are worth.
pub const PARTNERS: f64 = 0.25;

/// What a report rests on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Dossier {
    /// The run.
    pub run: Run,
    /// Whether every trial's books were checked.
    pub audited: bool,
    /// How each payment behaves as the true effect grows.
    pub power: Vec<Power>,
    /// Where the risk of the headline numbers comes from.
    pub layers: Vec<LayersOf>,
    /// The four signals of readiness, where partners could bear [`PARTNERS`] of the cost per participant.
    pub readiness: Readiness,
    /// What is valid but unwise.
    pub lints: Vec<Lint>,
    /// Shares of the variance of headline numbers, 0 to 1, that rest on inputs that are assumed or have no grade.
    pub assumed: Vec<(Question, Index)>,
    /// Trials behind each of these studies: 4,000, fewer of a shorter run or a very large deal.
    pub trials: u64,
    /// Cash by period, for a workbook.
    pub flows: Option<Flows>,
}

/// Simulates `deal` and makes every study that a report shows. Progress is told of each by itself.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn dossier(deal: &Deal, options: &Options) -> Result<Dossier, RunError> {
    dossier_of(deal, run(deal, options)?, options)
}

/// The same for a run of `deal` that is there: trials and seed are those of the run, whatever `options` say.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn dossier_of(deal: &Deal, run: Run, options: &Options) -> Result<Dossier, RunError> {
    let trials = studied(deal, run.trials.min(STUDIED));
    let few = options.clone().trials(trials).seed(run.seed).audit(false);
    let assumed = |grade| matches!(grade, None | Some(Grade::Assumed));
    Ok(Dossier {
        power: power(deal, None, &few)?,
        layers: layers(deal, &few)?,
        readiness: readiness(deal, PARTNERS, &few)?,
        lints: lints(deal, &run, &few)?,
        assumed: resting(deal, &questions::of_report(deal), assumed, &few)?,
        audited: options.audits(),
        run,
        trials,
        flows: None,
    })
}

impl Dossier {
    /// The same with cash by period of the same run, from which a workbook is made.
    #[must_use]
    pub fn with_flows(self, flows: Flows) -> Self {
        Self { flows: Some(flows), ..self }
    }
}

/// What is unwise in `deal`: it is simulated, in 2,000 trials at most, to see. Its own seed is taken where `options` say none.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn unwise(deal: &Deal, options: &Options) -> Result<Vec<Lint>, RunError> {
    let options = options.clone().trials(looked_at(deal));
    lints(deal, &run(deal, &options)?, &options)
}
