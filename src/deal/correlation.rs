//! Uncertain inputs that move together.

use crate::sampling::Layer;

/// An uncertain input of a Gaussian copula.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelatedInput {
    /// Name of its source of chance.
    pub source: String,
    /// The layer of risk that it belongs to.
    pub layer: Layer,
    /// Its normal score as a sum of independent ones, one for each input up to itself and 0 for those after it.
    pub weights: Vec<f64>,
}
