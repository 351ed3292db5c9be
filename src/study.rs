//! Running a deal to answer a question: the only room that runs the engine, once or many times.
//!
//! Comes in: a deal and how many trials. Goes out: summaries with standard errors. Must never know: files, pictures, the terminal.

mod backtest;
mod cliffs;
mod compare;
mod figures;
mod layers;
mod many;
mod parties;
mod power;
mod readiness;
mod run;
mod smoother;
mod sweep;
mod trial;

pub use backtest::{Place, backtest};
pub use cliffs::{Cliff, Range, Step, cliffs};
pub use compare::{BATCHES, Comparison, Paired, Share, Unit, compare};
pub use figures::About;
pub use layers::{LayerShare, LayersOf, layers};
pub use many::many;
pub use parties::Party;
pub use power::{Point, Power, Prior, power};
pub use readiness::{Finding, Gain, Readiness, Signal, readiness};
pub use run::{Chance, Metric, Options, Run, RunError, SAMPLE, Sample, run};
pub use smoother::{Smoother, dearer, smoother};
pub use sweep::{Row, SweepError, order, questions, rows};
pub use trial::{LedgerLine, Trial, trace, trial_at};
