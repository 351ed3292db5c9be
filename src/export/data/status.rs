//! Where a running deal stands.

use super::{Body, Kind};
pub use crate::report::status::Status;

impl Body for Status {
    const KIND: Kind = Kind::Status;
}
