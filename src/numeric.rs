//! Arithmetic that no deal knows of: the one door to transcendental functions, lists with typed places, and tables of columns.
//!
//! Comes in: plain numbers. Goes out: plain numbers. Must never know: money, people, scenarios.

pub mod each;
pub mod exact;
pub mod grid;
pub mod incomplete;
pub mod margins;
pub mod math;
pub mod normal;
pub mod normal_block;
pub mod quadrature;
pub mod root;
pub mod whole;
pub mod wide;
