//! The one integration-test binary: a module a room or a promise.

mod binomial;
mod charts;
mod cli;
mod engine;
mod evaluation;
mod finance;
mod format;
mod house;
mod hypergeometric;
mod laws;
mod laws_functions;
mod laws_of_capital;
mod laws_of_contracts;
mod laws_of_money;
mod laws_said;
mod oracles;
mod oracles_contract;
mod problems;
mod readme;
mod sampling;
mod scenarios;
mod stats;
mod waterfall;
mod waterfall_settled;
mod waterfall_terms;
mod worked;
