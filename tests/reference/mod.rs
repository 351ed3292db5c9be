//! A second reader of contracts: small and slow, written from the documents and not from the engine.

pub mod calendar;
pub mod cash;
pub mod compare;
pub mod expression;
pub mod found;
pub mod future;
pub mod given;
pub mod number;
pub mod random;
pub mod reading;
pub mod settle;
pub mod text;
