//! How a study is made: how many futures, which ones, who hears how far it is, and who may stop it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::deal::Deal;
use crate::engine::Interrupted;

use super::RunError;

/// Who hears how far a study is.
type Listener = Arc<dyn Fn(Progress) + Send + Sync>;

/// How a study is made. What is not said is as the deal has it; nobody listens, and nobody stops it.
#[derive(Clone, Default)]
pub struct Options {
    trials: Option<u64>,
    seed: Option<u64>,
    audit: bool,
    cancel: Cancel,
    progress: Option<Listener>,
}

impl Options {
    /// The same with `trials` trials, at least 1 (0 is taken as 1), in the place of the deal's own number.
    #[must_use]
    pub fn trials(mut self, trials: u64) -> Self {
        self.trials = Some(trials.max(1));
        self
    }

    /// The same with `seed` as the seed of every random draw, in the place of the deal's own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The same, with or without a check of every trial's books: not a cent lost, no limit exceeded.
    #[must_use]
    pub fn audit(mut self, audit: bool) -> Self {
        self.audit = audit;
        self
    }

    /// The same, stopped by `cancel`: a study that is stopped ends with [`RunError::Interrupted`].
    #[must_use]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }

    /// The same with `listener` told from time to time how far it is, on whichever thread works then.
    #[must_use]
    pub fn progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(listener));
        self
    }

    /// The same with the trials and the seed of `deal` where none are said.
    #[must_use]
    pub fn of(&self, deal: &Deal) -> Self {
        Self { trials: Some(self.trials_of(deal)), seed: Some(self.seed_of(deal)), ..self.clone() }
    }

    /// How many trials a study of `deal` has: those that are said, otherwise its own.
    #[must_use]
    pub fn trials_of(&self, deal: &Deal) -> u64 {
        self.trials.unwrap_or(deal.trials).max(1)
    }

    /// The seed of a study of `deal`: that which is said, otherwise its own.
    #[must_use]
    pub fn seed_of(&self, deal: &Deal) -> u64 {
        self.seed.unwrap_or(deal.seed)
    }

    /// Whether every trial's books are checked.
    #[must_use]
    pub fn audits(&self) -> bool {
        self.audit
    }

    /// What stops it.
    #[must_use]
    pub fn cancels(&self) -> &Cancel {
        &self.cancel
    }

    /// A study of `deal` begins; `total` says how many trials it simulates in all, from its trials.
    pub(super) fn begin(&self, phase: Phase, deal: &Deal, total: impl FnOnce(u64) -> u64) -> Course {
        self.begin_with(phase, [deal.trials, deal.seed], total)
    }

    /// A study begins whose own trials and seed are `own`.
    pub(super) fn begin_with(&self, phase: Phase, own: [u64; 2], total: impl FnOnce(u64) -> u64) -> Course {
        let trials = self.trials.unwrap_or(own[0]).max(1);
        let course = Course {
            trials,
            seed: self.seed.unwrap_or(own[1]),
            audit: self.audit,
            cancel: self.cancel.clone(),
            listener: self.progress.clone(),
            phase,
            before: 0,
            each: 1,
            total: total(trials),
        };
        course.done(0);
        course
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trials, seed, audit, cancel, progress } = self;
        let listens = progress.is_some();
        formatter
            .debug_struct("Options")
            .field("trials", trials)
            .field("seed", seed)
            .field("audit", audit)
            .field("cancel", cancel)
            .field("progress", &listens)
            .finish()
    }
}

/// Stops studies: every clone of a handle stops the same ones, from any thread. What is stopped stays so.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops every study that has this handle or a clone of it, at its next block of trials.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether they are stopped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a study is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it does.
    pub phase: Phase,
    /// Trials of the phase that are done, at most `total`.
    pub done: u64,
    /// Trials of the phase, about: a search does not know before how many it needs.
    pub total: u64,
}

/// What a study does. A dossier goes through several, each of which counts its trials anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// A run, of one deal or of several.
    Simulating,
    /// What an evaluation can tell.
    Power,
    /// Where the risk comes from.
    Layers,
    /// The four signals of readiness.
    Readiness,
    /// What rests on inputs that are only assumed.
    Assumptions,
    /// What is unwise in the terms.
    Lints,
    /// How usual a result was.
    Backtest,
    /// Two scenarios on the same futures.
    Comparison,
    /// What one more success pays.
    Cliffs,
    /// What it is worth to know more.
    Information,
    /// Which input matters.
    Sensitivity,
    /// What if it goes badly.
    Stress,
    /// What is to come of a running deal.
    Forecast,
    /// The scenarios of a sweep.
    Sweep,
    /// A search for the best terms.
    Search,
}

impl Phase {
    /// The phase in a few words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Simulating => "simulating",
            Self::Power => "power of the evaluation",
            Self::Layers => "layers of risk",
            Self::Readiness => "signals of readiness",
            Self::Assumptions => "what is only assumed",
            Self::Lints => "what is unwise",
            Self::Backtest => "how usual the result was",
            Self::Comparison => "comparing",
            Self::Cliffs => "what one more success pays",
            Self::Information => "what knowing is worth",
            Self::Sensitivity => "which input matters",
            Self::Stress => "what if it goes badly",
            Self::Forecast => "forecasting",
            Self::Sweep => "sweeping",
            Self::Search => "searching",
        }
    }
}

/// A study under way, or a part of one: nothing is left open, and its trials are counted into the whole.
#[derive(Clone)]
pub(super) struct Course {
    pub trials: u64,
    pub seed: u64,
    pub audit: bool,
    cancel: Cancel,
    listener: Option<Listener>,
    phase: Phase,
    /// Trials of the whole that were done before this part.
    before: u64,
    /// Trials of the whole that each trial of this part counts as.
    each: u64,
    total: u64,
}

impl Course {
    /// The part that begins when `done` more trials are done.
    pub fn after(&self, done: u64) -> Self {
        Self { before: self.before + self.each * done, ..self.clone() }
    }

    /// The part of which each trial counts as `times`.
    pub fn each(&self, times: u64) -> Self {
        Self { each: self.each * times, ..self.clone() }
    }

    /// The part that has other trials.
    pub fn of(&self, trials: u64) -> Self {
        Self { trials, ..self.clone() }
    }

    /// The part of which nobody hears.
    pub fn quiet(&self) -> Self {
        Self { listener: None, ..self.clone() }
    }

    /// Says that `done` trials of this part are done.
    pub fn done(&self, done: u64) {
        if let Some(listener) = &self.listener {
            let done = self.before.saturating_add(self.each.saturating_mul(done)).min(self.total);
            listener(Progress { phase: self.phase, done, total: self.total });
        }
    }

    /// What the engine looks at.
    pub fn stop(&self) -> &AtomicBool {
        &self.cancel.0
    }

    /// That it goes on, after `done` trials of this part.
    ///
    /// # Errors
    /// [`RunError::Interrupted`]: it was stopped.
    pub fn goes_on(&self, done: u64) -> Result<(), RunError> {
        if self.cancel.is_cancelled() { Err(Interrupted { trials: done }.into()) } else { Ok(()) }
    }
}
