//! Running a deal to answer a question: the only room that runs the engine, once or many times.
//!
//! Comes in: a deal and how many trials. Goes out: summaries with standard errors. Must never know: files, pictures, the terminal.

mod backtest;
mod flows;
mod layers;
mod many;
mod power;
mod readiness;
mod run;
mod sweep;
mod trial;

pub use backtest::{Place, backtest};
pub use flows::Flows;
pub use layers::{LayerShare, LayersOf, layers};
pub use many::many;
pub use power::{Point, Power, Prior, power};
pub use readiness::{Finding, Gain, Readiness, Signal, readiness};
pub use run::{Beside, Chance, Metric, Options, Run, RunError, SAMPLE, Sample, run, run_beside};
pub use sweep::{Row, SweepError, order, questions, rows};
pub use trial::{LedgerLine, Trial, trace, trial_at};
