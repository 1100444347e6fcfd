//! Typed mocks of the 6MM exchange's REST API, for the tests of whoever uses [`sixmm_api`].

#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};
