//! Generates code from a checked specification: the crates of an exchange, and the tables by which its local exchange checks
//! requests.
//!
//! | module | generates |
//! | --- | --- |
//! | `crates` | the API crate, its mocks and the snapshots of its API; needs the feature `crates` |
//! | [`request_tables`] | operations and schemas as Rust constants, for a local exchange |
//!
//! Both modules generate from a [`venue_spec::model::Api`]. They read and write no files, and return the generated texts to the
//! caller.

#[cfg(feature = "crates")]
pub mod crates;
pub mod request_tables;
