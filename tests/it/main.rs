//! The one integration-test binary: a module a room or a promise.

mod sampling;
