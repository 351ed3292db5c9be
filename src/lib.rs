//! pfsim: the open engine for Pay for Success contracts.
//!
//! A scenario file says what a program costs, what may happen to the people in it, how an evaluator will measure that, what each
//! outcome payor owes for it and who funded the work. The engine simulates many futures (*trials*) of that deal and reports what the
//! payors may owe, what the investors may lose, and whether anybody paid for an effect that was not there.
//!
//! ```
//! let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
//! let dossier = scenario.dossier(&pfsim::Options::default().trials(400))?;
//! let files = scenario.bundle(&dossier);
//!
//! let paid = dossier.run.ask("payors.total.p95").expect("payors pay in this deal");
//! println!("In 19 of 20 trials payors pay {:.0} at most.", paid.value);
//! assert!(files.text("report.html").is_some_and(|page| page.contains("My first deal")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! That is all there is to it: text in, files out, nothing on a disk and nothing on a terminal. What is on this page is meant for other
//! programs; the command line is made of it.
//!
//! | to | call |
//! |---|---|
//! | read a scenario | [`Scenario::parse`] from text and [`Files`], [`Scenario::read`] from a path |
//! | find what is wrong with it | [`Problems`]: each with its place, rule and remedy, as data and as text |
//! | read it back in sentences | [`Scenario::terms`]; what is unwise: [`Scenario::lints`] |
//! | change it | [`Scenario::with`] |
//! | run it and ask it | [`Scenario::run`], [`Run::ask`]; one trial: [`Scenario::trial`] |
//! | run it on several machines | [`Shard`] |
//! | study it | [`Scenario::sensitivity`], [`Scenario::stress`], [`Scenario::prices`], [`Scenario::compare`] |
//! | settle it on published results | [`Scenario::settle`] |
//! | make many of it | [`Sweep`], [`Solve`] |
//! | report it | [`Scenario::dossier`], [`Scenario::bundle`] |
//! | have results as JSON with a schema | [`data`] |
//!
//! [`Options`] say how many trials, which seed, who hears of the progress and who may stop it. The same scenario, seed, trials and version give
//! the same bytes, whatever the number of threads; work is done on the current pool of `rayon`. Money is in major units of the deal's
//! currency, rates and chances are 0.05 for 5%, and an estimate comes with its standard error.
//!
//! The modules of this crate are not for others: they change without notice.
#![deny(missing_docs)]
#![deny(unsafe_code)]

// A scenario: text, what it names, what is wrong with it.
pub use deal::Deal;
#[doc(inline)]
pub use scenario::{FileError, Files, Folder, LoadError, Memory, OverrideError, Problem, Problems, STARTER, Scenario, Sources, Table};

// How a study is made, and what stops it.
#[doc(inline)]
pub use study::{Cancel, Options, Phase, Progress, RunError};

// A run, and what it is asked.
#[doc(inline)]
pub use question::{Figure, Question, Requirement};
#[doc(inline)]
pub use study::{Chance, Estimate, Metric, Run, Shard, ShardError, Trial, ranges as shard_ranges};

// Studies.
#[doc(inline)]
pub use analysis::{Lint, LintCode};
#[doc(inline)]
pub use study::questions::QuestionError;
#[doc(inline)]
pub use study::{Between, CompareError, Prices, PricesError, StressTest, StudyError};

// Published results.
#[doc(inline)]
pub use report::settlement::Settlement;

// Many scenarios from one.
#[doc(inline)]
pub use experiment::solve::Solve;
#[doc(inline)]
pub use experiment::sweep::Sweep;
#[doc(inline)]
pub use experiment::{FileKind, schema};
#[doc(inline)]
pub use study::{Answer, Row, SweepError, Tried};

// A report.
#[doc(inline)]
pub use export::bundle::{Artifact, Bundle};
#[doc(inline)]
pub use export::data;
#[doc(inline)]
pub use study::Dossier;

// The rooms stand in dependency order: a room imports only from rooms above it (`tests/it/house.rs` holds the rule).

#[doc(hidden)]
pub mod quantity;

#[doc(hidden)]
pub mod numeric;

#[doc(hidden)]
pub mod words;

#[doc(hidden)]
pub mod stats;

#[doc(hidden)]
pub mod finance;

#[doc(hidden)]
pub mod sampling;

#[doc(hidden)]
pub mod question;

#[doc(hidden)]
pub mod deal;

#[doc(hidden)]
pub mod sentence;

#[doc(hidden)]
pub mod analysis;

#[doc(hidden)]
pub mod scenario;

#[doc(hidden)]
pub mod results;

#[doc(hidden)]
pub mod experiment;

#[doc(hidden)]
pub mod cohort;

#[doc(hidden)]
pub mod evaluation;

#[doc(hidden)]
pub mod learning;

#[doc(hidden)]
pub mod delivery;

#[doc(hidden)]
pub mod credit;

#[doc(hidden)]
pub mod settlement;

#[doc(hidden)]
pub mod waterfall;

#[doc(hidden)]
pub mod engine;

#[doc(hidden)]
pub mod metrics;

#[doc(hidden)]
pub mod study;

#[cfg(feature = "charts")]
#[doc(hidden)]
pub mod chart;

#[doc(hidden)]
pub mod report;

#[doc(hidden)]
pub mod export;

#[doc(hidden)]
pub mod store;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
