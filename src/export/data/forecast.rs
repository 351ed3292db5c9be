//! What is to come of a running deal.

use super::{Body, Kind};
pub use crate::report::forecast::Forecast;

impl Body for Forecast {
    const KIND: Kind = Kind::Forecast;
}
