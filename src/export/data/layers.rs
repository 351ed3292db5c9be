//! Where the risk comes from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Number, defined};
use super::{Body, Kind};
use crate::deal::Deal;
use crate::study::LayersOf;

/// Where the risk of each number comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Layers<'a> {
    /// Numbers of the deal, by dotted name.
    pub figures: BTreeMap<&'a str, Layered>,
}

impl Body for Layers<'_> {
    const KIND: Kind = Kind::Layers;
}

/// A number and the layers of the world that its variance comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Layered {
    /// What a reader calls it.
    pub label: String,
    /// What it is counted in.
    pub unit: &'static str,
    /// Its mean.
    pub mean: Option<f64>,
    /// Its standard deviation.
    pub sd: Option<f64>,
    /// The share of the variance that each layer adds once those before it are known, 0 to 1 up to its error; none where it is certain.
    pub layers: BTreeMap<&'static str, Number>,
}

impl<'a> Layers<'a> {
    /// What [`crate::study::layers`] found.
    #[must_use]
    pub fn new(deal: &Deal, numbers: &'a [LayersOf]) -> Self {
        let one = |number: &'a LayersOf| {
            let quantity = number.value.quantity(deal);
            let layered = Layered {
                label: quantity.label,
                unit: quantity.unit.word(deal),
                mean: defined(number.mean),
                sd: defined(number.sd),
                layers: number.layers.iter().map(|layer| (layer.layer.name(), Number::new(layer.share, layer.error))).collect(),
            };
            (number.name.as_str(), layered)
        };
        Self { figures: numbers.iter().map(one).collect() }
    }
}
