//! A deal settled on published results.

use super::{Body, Kind};
pub use crate::report::settlement::Settlement as Settle;

impl Body for Settle {
    const KIND: Kind = Kind::Settle;
}
