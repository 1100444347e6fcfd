//! Generates code from a checked specification: the crates of an exchange, and the tables that its local exchange checks requests against.
//!
//! | module | generates |
//! | --- | --- |
//! | `crates` | the API crate, its mocks and the snapshots of its API; needs the feature `crates` |
//! | [`request_tables`] | operations and schemas as Rust constants, for the build script of a local exchange |
//!
//! Both work from [`venue_spec::model::Api`]. Nothing here reads or writes a file: a caller gets paths and texts.

#[cfg(feature = "crates")]
pub mod crates;
pub mod request_tables;
