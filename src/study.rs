//! Running a deal to answer a question: the only room that runs the engine, once or many times.
//!
//! Comes in: a deal and how many trials. Goes out: summaries with standard errors. Must never know: files, pictures, the terminal.

mod backtest;
mod claim_survey;
mod cliffs;
mod compare;
mod effects;
mod figures;
mod flows;
mod gathered;
mod information;
mod layers;
mod lints;
mod many;
mod options;
mod parties;
mod power;
mod prices;
mod readiness;
mod reverse;
mod run;
mod sample;
pub mod sensitivity;
mod shard;
mod smoother;
mod solve;
mod stress;
mod sweep;
mod trial;
mod trials;

pub use backtest::{Place, backtest};
pub use claim_survey::{looked_at, studied};
pub use cliffs::{Cliff, Range, Step, cliffs};
pub use compare::{Comparison, Paired, Share, compare};
pub use figures::About;
pub use flows::Flows;
pub use information::{Choice, Information, Pilot, information};
pub use layers::{LayerShare, LayersOf, layers};
pub use lints::lints;
pub use many::many;
pub use options::{Cancel, Options, Phase, Progress};
pub use parties::Party;
pub use power::{Point, Power, Prior, power};
pub use prices::{Prices, PricesError, Smooth, TIMES, prices};
pub use readiness::{Finding, Gain, Readiness, Signal, readiness};
pub use reverse::{Corner, Reverse, reverse};
pub use run::{Beside, Chance, Metric, Run, RunError, run, run_beside};
pub use sample::{SAMPLE, Sample};
pub use sensitivity::sensitivity;
pub use shard::{Shard, ShardError, ranges};
pub use smoother::{Smoother, dearer, smoother};
pub use solve::{Answer, Tried, frontier, solve};
pub use stress::{Stress, StressTest, Stressed, pack, stress, stress_test};
pub use sweep::{Row, SweepError, questions, rows, sweep};
pub use trial::{LedgerLine, Trial, trace, trial_at};
