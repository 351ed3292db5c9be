//! Where chance comes from: addressed streams of random numbers and the laws drawn from them.
//!
//! Comes in: a seed, a named source, a trial. Goes out: numbers. Must never know: what the numbers stand for.

pub mod beta;
pub mod binomial;
mod copula;
pub mod counts;
mod crowd;
mod distribution;
mod gamma;
pub mod hypergeometric;
mod kept;
mod law;
mod layers;
pub mod normal;
mod piece;
pub mod points;
pub mod poisson;
mod quantiles;
mod refusal;
mod sampler;
mod smooth;
mod spread;
pub mod stream;
mod strips;
mod table;
mod uncertain;
mod whose;

pub use copula::{Copula, triangle};
pub use crowd::Crowd;
pub use law::Family;
pub use layers::{Layer, Seeds};
pub use refusal::LawError;
pub use sampler::Sampler;
pub use spread::{Shape, Spread, SpreadSampler};
pub use table::Column;
pub use uncertain::{Distribution, Law};
pub use whose::Whose;
