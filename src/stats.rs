//! What do many trials say together, and how precisely?
//!
//! In: columns of `f64`, a block of trials at a time, in block order; NaN means that the quantity is undefined in that trial. Out: means,
//! shares, quantiles and tail means, each with its Monte Carlo standard error. An undefined value is counted and is part of nothing else.
//! This room must never know what a column stands for, nor how many threads made it: results depend on the sequence of blocks alone.

mod column;
pub mod dependence;
pub mod information;
pub mod medians;
mod moments;
mod order;
mod pairs;
pub mod prim;
mod proportion;
mod quantile;
pub mod regression;
mod select;
mod sift;
mod stretch;
mod window;

pub use column::{Column, Summary};
pub use moments::Moments;
pub use order::{Quantile, Tail};
pub use pairs::{Index, Margin, Pairs};
pub use proportion::Proportion;
pub use quantile::{QuantileColumn, WARM};
pub use stretch::Stretch;
