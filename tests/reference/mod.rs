//! A second reader of contracts: small and slow, written from the documents and not from the engine.

pub mod calendar;
pub mod cash;
pub mod compare;
pub mod distribution;
pub mod expression;
pub mod figures;
pub mod found;
pub mod future;
pub mod given;
pub mod limits;
pub mod number;
pub mod place;
pub mod random;
pub mod random_capital;
pub mod random_payments;
pub mod reading;
pub mod reading_capital;
pub mod settle;
pub mod text;
