//! What do the results so far say of what is not known?
//!
//! A trial is made of what many share (base rates, effects, errors of the evaluation, the economy until now, the luck of a cohort or a site)
//! and of the luck of single people. What was reported says something of both. Many trials of the plan are weighed by how likely their
//! shared part makes the reports: exactly where the law of a report is known, single people's luck summed out. A future then takes the
//! shared part of a trial that is chosen by weight, the truth about reported people as it can be given what was found, and its own luck for
//! all that is still to come.
//!
//! Comes in: a deal with what is known of it, its plans for people and evaluation. Goes out: [`Learnt`], which draws worlds and findings of
//! futures that fit. Must never know: payments, money, investors.

mod amounts;
mod chances;
mod draw;
mod lane;
mod network;
mod reports;
mod slots;
mod steps;
mod table;
mod totals;
mod truth;
mod turns;
mod weigh;

pub use draw::{Learnt, most_facts};
pub use network::MOST_FACTS;
pub use weigh::{Evidence, least_effective};
